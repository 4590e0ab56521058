//! What holds of honest provers: kernels send what the naive prover sends, programs are proven as they ran, costs
//! are those of the papers, layers stay apart.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod bytes;
mod isa;
mod kernels;
mod linux;
mod lookup_costs;
mod lookup_digits;
mod lookup_sealed;
mod machine;
mod modules;
mod noticed;
mod random_programs;
mod recorded;
mod sides;
mod workspace;
