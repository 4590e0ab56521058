//! Few cases, or as many as there is time for.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

/// Name of the environment variable with the seconds that each target has.
pub const SECONDS: &str = "JOLT_LAB_FUZZ_SECONDS";

/// Name of the environment variable with the seed of all values, a number; without it they are others each time.
pub const SEED: &str = "JOLT_LAB_FUZZ_SEED";

/// Cases between two looks at the clock.
const AT_ONCE: u32 = 16;

/// Holds a property to random values: so many, or those of [`SECONDS`]. Returns how many they were.
///
/// # Panics
/// If a value does not have the property: names the target, the least such value found, and the seed that finds it
/// again. If a variable is no number.
pub fn fuzz<S: Strategy>(
    name: &str,
    cases: u32,
    values: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> u64 {
    let seconds = std::env::var(SECONDS).ok();
    let seconds = seconds.map(|s| s.parse().expect("a number of seconds"));
    let time = seconds.map(Duration::from_secs);
    let seed = std::env::var(SEED).ok();
    let seed = seed.map_or_else(random, |s| s.parse().expect("a seed is a number"));
    let start = Instant::now();
    let mut done: u64 = 0;
    loop {
        let next = match time {
            None => cases,
            Some(time) if start.elapsed() < time => AT_ONCE,
            Some(_) => break,
        };
        let mut runner = TestRunner::new(Config {
            cases: next,
            failure_persistence: None,
            max_shrink_iters: 1000,
            // Each round has values of its own.
            rng_seed: RngSeed::Fixed(seed.wrapping_add(done)),
            ..Config::default()
        });
        if let Err(error) = runner.run(&values, &property) {
            let seed = seed.wrapping_add(done);
            panic!("{name}, after {done} cases, with {SEED}={seed}: {error}");
        }
        done += u64::from(next);
        if time.is_none() {
            break;
        }
    }
    println!("{name}: {done} cases in {:.0?}", start.elapsed());
    done
}

/// A seed that nobody chose.
fn random() -> u64 {
    BuildHasher::hash_one(&RandomState::new(), SEED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::any;
    use proptest::test_runner::TestError;

    /// A seed chooses all values: what one finds, it finds again.
    #[test]
    fn values_follow_from_the_seed() {
        let first = |seed| {
            let mut runner = TestRunner::new(Config {
                max_shrink_iters: 0,
                failure_persistence: None,
                rng_seed: RngSeed::Fixed(seed),
                ..Config::default()
            });
            let refuse = |_| Err(TestCaseError::fail("every value"));
            match runner.run(&any::<u64>(), refuse) {
                Err(TestError::Fail(_, value)) => value,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
        assert_ne!(random(), random());
    }
}
