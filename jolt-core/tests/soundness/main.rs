//! What verifiers must reject: forgeries against every check, changed proofs, other keys and statements. Run in release
//! mode too, on both arithmetic paths.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod carried;
mod challenges;
mod definitions;
mod dense;
mod equivocation;
mod forgeries;
mod hidden;
mod hidden_lint;
mod hidden_lookups;
mod hidden_simulated;
mod lookup;
mod lookup_lasso;
mod messages;
mod preprocessed;
mod protection;
mod sealed;
mod statements;
