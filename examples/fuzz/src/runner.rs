//! Few cases, or as many as there is time for.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::time::{Duration, Instant};

/// Name of the environment variable with the seconds that each target has.
pub const SECONDS: &str = "JOLT_LAB_FUZZ_SECONDS";

/// Cases between two looks at the clock.
const AT_ONCE: u32 = 16;

/// Holds a property to random values: so many, or those of [`SECONDS`]. Returns how many they were.
///
/// # Panics
/// If a value does not have the property: names the target, and the least such value found. If the variable is
/// no number.
pub fn fuzz<S: Strategy>(
    name: &str,
    cases: u32,
    values: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> u64 {
    let seconds = std::env::var(SECONDS).ok();
    let seconds = seconds.map(|s| s.parse().expect("a number of seconds"));
    let time = seconds.map(Duration::from_secs);
    let start = Instant::now();
    let mut done = 0;
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
            ..Config::default()
        });
        if let Err(error) = runner.run(&values, &property) {
            panic!("{name}, after {done} cases: {error}");
        }
        done += u64::from(next);
        if time.is_none() {
            break;
        }
    }
    println!("{name}: {done} cases in {:.0?}", start.elapsed());
    done
}
