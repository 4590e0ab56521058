//! RAM before the first cycle, at a point of cells.
//!
//! It is the program's image and the public input. The verifier evaluates both; or, if the key commits to the program
//! ([`preprocessed`](crate::preprocessed)), the image's part is a message that is opened against it.
//!
//! Transcript: `image`, a value, if the key commits to the program. Cost: a verifier's, one multiplication for each cell that
//! it evaluates.

#[cfg(feature = "prover")]
mod prover;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::prove;
pub use verifier::verify;

use sumcheck::Label;

/// Label of a value of the image.
const LABEL: Label = "image";
