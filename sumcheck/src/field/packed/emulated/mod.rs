//! The algorithms over lanes that are emulated, for tests on any processor.
//!
//! What differs from the processor's is what the instructions are, and nothing else: both compile the same
//! files.

// Calls that need a processor's features elsewhere need none here.
#[allow(unused_unsafe)]
#[allow(clippy::duplicate_mod)]
#[path = "../algorithms/mod.rs"]
mod algorithms;
pub(super) mod arch;
pub(super) mod fault;
#[allow(clippy::duplicate_mod)]
#[expect(
    clippy::needless_range_loop,
    reason = "limbs and ways are indexed alike, and unrolled"
)]
#[path = "../kernel512.rs"]
mod kernel;

pub(super) use algorithms::*;
pub(super) use arch::Token;
