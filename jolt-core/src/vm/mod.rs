//! The machine: one protocol from committed columns to evaluation claims, over any channel.
//!
//! Phases, in order; each module holds the prover's and the verifier's side of one:
//!
//! | phase | proves | leaves claims on |
//! |---|---|---|
//! | [`commit`] | – | digits of bytecode row, RAM cell and byte offset; increments; the lookup's own |
//! | [`constrain`] | the step constraints hold in every cycle | all columns, at `r_step` |
//! | execute | lookup outputs and operands, by any [lookup argument](crate::lookup), and beside them what the memory argument begins with | table selectors |
//! | recall; or others | registers, RAM, final contents, the next label, by any [memory argument](crate::memory) | addresses, increments, label |
//! | [`fetch`] | every claim on a bytecode column, and on RAM addresses; digits are one-hot; claims on oracles at other points ([`carry`]) | all oracles, at one cycle point |
//! | open | every claim on an oracle, by one opening | nothing |
//!
//! Control flow is tied by labels (see [`instruction_tables::Row`]): the first label is the entry's, each
//! next label is the label of the next cycle's row, and the label after the last cycle is 0, the
//! halting row's. So a proof says that the program ran from its entry until it halted.

mod arguments;
pub mod carry;
pub mod commit;
pub mod constrain;
pub mod fetch;
#[cfg(feature = "prover")]
mod prover;
mod verifier;

pub use arguments::{Arguments, lookup_shape, lookup_shape_of};
#[cfg(feature = "prover")]
pub use prover::{Provers, prove};
pub use verifier::verify;
