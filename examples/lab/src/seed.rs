//! Where commands take random values from: streams of numbers that follow from a seed.
//!
//! Reads, tables and polynomials that are measured are made here, and are the same each time. What hides a proof is not:
//! it comes from the operating system, and no option changes that.

use clap::Args;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};

/// Chooses other random values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
pub struct Seed {
    /// Other random reads, tables and polynomials than those of seed 0. What hides a proof never follows from it
    #[arg(long, value_name = "N", default_value = "0")]
    #[serde(skip_serializing_if = "Seed::is_zero", default)]
    pub seed: u64,
}

impl Seed {
    /// Numbers for one purpose, which has a stream of its own.
    pub fn numbers(self, purpose: u64) -> ChaCha20Rng {
        let mut numbers = ChaCha20Rng::seed_from_u64(purpose);
        numbers.set_stream(self.seed);
        numbers
    }

    /// Whether it is the usual one, which files of results do not name.
    pub fn is_usual(self) -> bool {
        Self::is_zero(&self.seed)
    }

    fn is_zero(seed: &u64) -> bool {
        *seed == 0
    }
}

/// Refuses a seed for what hides a proof.
pub fn refused(_: &str) -> Result<u64, String> {
    Err("what hides a proof has to be random: whoever knows a seed of it can compute what it hides. A proof with --clear has \
         no randomness in it, and is the same each time"
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn seeds_and_purposes_have_streams_of_their_own() {
        let first = |seed, purpose| Seed { seed }.numbers(purpose).r#gen::<u64>();
        let all = [first(0, 1), first(1, 1), first(0, 2), first(1, 2)];
        for (at, number) in all.iter().enumerate() {
            assert_eq!(all.iter().position(|other| other == number), Some(at));
        }
        assert_eq!(first(0, 1), ChaCha20Rng::seed_from_u64(1).r#gen::<u64>());
        assert_eq!(first(7, 1), first(7, 1));
    }
}
