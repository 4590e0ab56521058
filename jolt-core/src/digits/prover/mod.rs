//! What provers of digits share.

pub(crate) mod blocks;
mod column;
mod interpolation;

pub use column::DigitColumn;
pub(crate) use interpolation::Interpolation;
