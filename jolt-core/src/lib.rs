//! Placeholder.

pub mod digits;
pub mod lookup;
