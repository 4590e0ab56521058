//! Sumcheck relations and drivers, multilinear polynomials, transcript and proof channels.
//!
//! Knows nothing of commitment schemes, tables or RISC-V.

pub mod channel;
mod field;
mod point;
mod poly;
mod transcript;

pub use channel::{
    Checks, EvalClaim, Oracle, ProverChannel, Tape, Value, VerifierChannel, VerifyError,
};
pub use field::{Accumulator, Field};
pub use point::Point;
pub use poly::{Poly, Rows, Shape, Weights};
pub use transcript::{Event, Label, Transcript};
