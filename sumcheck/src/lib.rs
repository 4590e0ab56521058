//! Sumcheck relations and drivers, multilinear polynomials, transcript and proof channels.
//!
//! Knows nothing of commitment schemes, tables or RISC-V.

pub mod analysis;
pub mod batch;
pub mod channel;
mod expr;
pub mod field;
pub mod kernel;
mod naive;
mod on_tape;
mod point;
mod poly;
mod relation;
mod shared;
mod transcript;
mod univariate;

pub use batch::{Instance, Reduced, RoundProver};
pub use channel::{
    Checks, EvalClaim, Fixed, Known, Note, Oracle, ProverChannel, Tape, Value, VerifierChannel,
    VerifyError,
};
pub use expr::Expr;
pub use field::{Accumulator, Field, Products, powers};
pub use naive::NaiveProver;
pub use on_tape::Num;
pub use point::Point;
pub use poly::{Poly, Rows, Shape, Weights};
pub use relation::{Claimed, Factor, Order, PublicFn, Relation, Segment, Source};
pub use shared::{PackedDigits, Shared};
pub use transcript::{Event, Label, Mark, Recording, Transcript};
pub use univariate::UniPoly;
