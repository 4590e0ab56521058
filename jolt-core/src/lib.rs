//! Placeholder.

pub mod digits;
