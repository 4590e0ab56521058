//! Fuzzing of everything that reads what strangers wrote, as ordinary tests.
//!
//! A target is a property of a mutated input: a valid file to which a list of [`Mutation`]s was applied, some
//! anywhere, most where its format has fields. A failure is shrunk to the fewest mutations.
//!
//! By default a target tries a bounded number of inputs. The environment variable [`SECONDS`] has each target
//! try as many as it can in that time, and say how many these were:
//!
//! ```sh
//! JOLT_LAB_FUZZ_SECONDS=600 cargo test -p fuzz --release -- --nocapture
//! JOLT_LAB_FUZZ_SEED=17 cargo test -p fuzz      # what a failure names: the same values again
//! ```

mod mutation;
mod runner;

pub use mutation::{Mutation, mutations};
pub use runner::{SECONDS, fuzz};
