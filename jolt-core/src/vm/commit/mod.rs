//! Phase `commit`: the machine's own oracles, before any challenge.
//!
//! Transcript: bytecode row digits, RAM cell digits, byte offset, register and cell increments.
//! Cost: one group addition per pair of digits that are not both zero, four to five per full-width
//! increment.

#[cfg(feature = "prover")]
mod prover;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{Committed, prove};
pub use verifier::verify;
