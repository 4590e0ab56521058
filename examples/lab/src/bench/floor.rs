//! The floor: what counted operations would take if nothing else had to be done.
//!
//! Each operation counts for what it takes in a long row of its kind in this process, on one thread, by the path
//! that the prover takes (packed, where the processor can). A phase's floor is the sum of its operations
//! over the threads; *percent of floor* is the floor divided by the time measured. Multiplications are counted on
//! the portable path, over oracles in the clear: so those of the opening are missing from its floor, and kernels that
//! save products on the packed path may come close to 100 %.

use super::measure::{Counts, Sample};
use crate::keys;
use crate::registry::scheme;
use ark_bn254::Fr;
use commitments::sealed::Statement;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;
use sumcheck::{Checks, Field as _, Poly, ProverField};

/// Nanoseconds of single operations, on one thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Units {
    /// A product of two elements.
    pub multiplication: f64,
    /// One in a sum that is reduced at the end.
    pub delayed: f64,
    /// A product with a machine word.
    pub small: f64,
    /// An affine addition of one point to many.
    pub addition: f64,
}

/// Operations of a work and of its phases, and what one takes here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// All of them.
    pub total: Counts,
    /// Those of each phase, in order.
    pub phases: Vec<(String, Counts)>,
    /// What one takes.
    pub units: Units,
}

/// The least nanoseconds for each of `count` operations: others on the machine can only slow them down.
fn least(count: usize, times: usize, mut operations: impl FnMut()) -> f64 {
    let once = |_| {
        let start = Instant::now();
        operations();
        start.elapsed().as_secs_f64()
    };
    let best = (0..times).map(once).min_by(f64::total_cmp);
    best.unwrap_or_default() * 1e9 / count as f64
}

/// Elements in a long row of operations.
const FIELD: usize = 1 << 10;

fn elements() -> Vec<Fr> {
    vec![Fr::from(u128::MAX) * Fr::from(u128::MAX); FIELD]
}

/// Nanoseconds of a multiplication here, on one thread.
pub fn multiplication() -> f64 {
    let a = elements();
    let mut b = a.clone();
    least(FIELD, 64, || Fr::mul_slices(black_box(&mut b), &a))
}

/// The same without packed arithmetic, as verifiers multiply.
pub fn portable_multiplication() -> f64 {
    let a = elements();
    let mut b = a.clone();
    least(FIELD, 64, || {
        let pairs = black_box(&mut b).iter_mut().zip(&a);
        pairs.for_each(|(b, a)| *b *= a);
    })
}

/// What operations take here.
///
/// # Errors
/// There is no such scheme, or no setup.
pub fn units(pcs: &str) -> anyhow::Result<Units> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    pool.install(|| {
        const LOG_ROWS: usize = 15;
        let a = elements();
        let mut b = a.clone();
        let multiplication = multiplication();
        let delayed = least(FIELD, 64, || {
            black_box(Fr::dot(black_box(&b), &a));
        });
        let words = least(FIELD, 64, || {
            for x in black_box(&mut b) {
                *x = x.mul_u64(0x1234_5678_9abc_def1);
            }
        });
        let keys = scheme(pcs)?.setup(LOG_ROWS, &keys::own_setup())?;
        let digits = Arc::new(Poly::digits(LOG_ROWS, 2, vec![1; 1 << LOG_ROWS]));
        let addition = least(1 << LOG_ROWS, 8, || {
            let mut session = keys
                .proving
                .session(&Statement::new("floor"), Checks::all());
            session.commit("digits", vec![digits.clone()]);
        });
        Ok(Units {
            multiplication,
            delayed,
            // Packed products take integers as they are.
            small: words.min(multiplication),
            addition,
        })
    })
}

impl Units {
    /// Seconds of these operations, on one thread.
    pub fn seconds(&self, counts: &Counts, additions: u64) -> f64 {
        let nanoseconds = (counts.products + counts.conversions) as f64 * self.multiplication
            + counts.delayed as f64 * self.delayed
            + counts.small as f64 * self.small
            + additions as f64 * self.addition;
        nanoseconds / 1e9
    }
}

/// Floors, and percents of them, of all phases with any work and of the whole: fields of a result.
pub fn fields(
    counted: &Tally,
    sample: &Sample,
    medians: &Map<String, Value>,
) -> Vec<(&'static str, Value)> {
    let threads = sample.threads.max(1) as f64;
    let additions = |name: &str| {
        let found = sample
            .group_additions
            .iter()
            .find(|(phase, _)| phase == name);
        found.map_or(0, |(_, count)| *count)
    };
    let (mut floors, mut percents) = (Map::new(), Map::new());
    let (mut floor_of_all, mut time_of_all) = (0.0, 0.0);
    for (name, median) in medians {
        let Some(time) = median.as_f64() else {
            continue;
        };
        time_of_all += time;
        let counts = counted.phases.iter().find(|(phase, _)| phase == name);
        let counts = counts.map(|(_, counts)| *counts).unwrap_or_default();
        let floor = counted.units.seconds(&counts, additions(name)) / threads;
        if floor > 0.0 {
            floor_of_all += floor;
            floors.insert(name.clone(), json!(floor));
            percents.insert(name.clone(), json!(100.0 * floor / time));
        }
    }
    vec![
        ("unit_ns", json!(counted.units)),
        ("floor_s", json!(floor_of_all)),
        (
            "percent_of_floor",
            json!(100.0 * floor_of_all / time_of_all),
        ),
        ("floor_s_by_phase", Value::Object(floors)),
        ("percent_of_floor_by_phase", Value::Object(percents)),
    ]
}

/// Lines that show time, floor and percent by phase; none without counts.
pub fn lines(entry: &Map<String, Value>) -> Vec<String> {
    let object = |key: &str| entry.get(key).and_then(Value::as_object);
    let (Some(phases), Some(floors), Some(percents)) = (
        object("phases"),
        object("floor_s_by_phase"),
        object("percent_of_floor_by_phase"),
    ) else {
        return Vec::new();
    };
    let figure = |of: &Map<String, Value>, key: &str| of.get(key).and_then(Value::as_f64);
    phases
        .iter()
        .filter_map(|(name, time)| {
            let (time, floor) = (time.as_f64()?, figure(floors, name)?);
            Some(format!(
                "    {name:<12} {:>9}   floor {:>9}   {:>4.0} %",
                crate::report::seconds(time),
                crate::report::seconds(floor),
                figure(percents, name)?
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn floors_add_up() {
        let units = Units {
            multiplication: 4.0,
            delayed: 3.0,
            small: 2.0,
            addition: 30.0,
        };
        let counts = Counts {
            products: 1_000_000_000,
            delayed: 1_000_000_000,
            small: 500_000_000,
            ..Counts::default()
        };
        let counted = Tally {
            total: counts,
            phases: vec![("a".to_owned(), counts)],
            units,
        };
        let sample = Sample {
            threads: 2,
            group_additions: vec![("b".to_owned(), 1_000_000_000)],
            ..Sample::default()
        };
        let medians = json!({ "a": 8.0, "b": 30.0, "idle": 1.0 });
        let fields: Map<String, Value> = fields(&counted, &sample, medians.as_object().unwrap())
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        assert_eq!(fields["floor_s_by_phase"], json!({ "a": 4.0, "b": 15.0 }));
        assert_eq!(
            fields["percent_of_floor_by_phase"],
            json!({ "a": 50.0, "b": 50.0 })
        );
        assert_eq!(fields["floor_s"], json!(19.0));
    }
}
