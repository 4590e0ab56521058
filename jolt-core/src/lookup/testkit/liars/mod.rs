//! Provers for soundness tests, each for the verifier of an argument of this crate: naive provers, which send what the
//! fast ones send, and liars, which make all consistent but one thing.
//!
//! An argument has a function that commits what it is given and proves from *kernels* that it is given. The argument
//! itself calls it with the honest ones; a liar changes what is committed before it calls it, and answers with kernels
//! of its own.

mod dense;
mod lasso;
mod logup;
mod lying_shout;
mod naive;
mod slow_shout;

pub use super::dense::DenseLie;
pub use lasso::{Cover, LassoLie, LyingLasso};
pub use logup::{LogupLie, LyingLogup, Mode};
pub use lying_shout::{LyingShout, MADE_UP};
pub use naive::LyingNaive;
pub use slow_shout::SlowShout;
