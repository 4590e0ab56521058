//! Medians and spreads, and the fields of a result.

use super::document::Entry;
use super::floor::{self, Tally};
use super::measure::Sample;
use super::statistics::median;
use serde_json::{Map, Value, json};

/// Median, least and greatest of some figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of these figures; not a number if there are none.
    pub fn of(figures: &[f64]) -> Self {
        let most = |a: f64, b: f64| if a >= b { a } else { b };
        let least = |a: f64, b: f64| if a <= b { a } else { b };
        Spread {
            median: median(figures),
            min: figures.iter().copied().reduce(least).unwrap_or(f64::NAN),
            max: figures.iter().copied().reduce(most).unwrap_or(f64::NAN),
        }
    }
}

type Figure = fn(&Sample) -> Option<f64>;

const FIGURES: [(&str, Figure); 5] = [
    ("setup_s", |s| Some(s.setup_s)),
    ("trace_s", |s| s.trace_s),
    ("prove_s", |s| Some(s.prove_s)),
    ("verify_ms", |s| s.verify_ms),
    ("peak_rss_bytes", |s| s.peak_rss_bytes.map(|b| b as f64)),
];

/// The work that figures are divided by.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// `lookup`, `cycle`, `element`.
    pub name: &'static str,
    /// How many of them a measurement has.
    pub count: u64,
}

/// Adds what repetitions found to the fields that identify a result.
pub fn result(mut entry: Entry, unit: Unit, samples: &[Sample], counts: Option<&Tally>) -> Entry {
    let mut put = |key: &str, value: Value| entry.insert(key.to_owned(), value);
    if let Some(first) = samples.first() {
        put("threads", json!(first.threads));
        for (key, value) in &first.facts {
            put(key, value.clone());
        }
    }
    put("repeat", json!(samples.len()));
    for (name, figure) in FIGURES {
        let figures: Vec<f64> = samples.iter().filter_map(figure).collect();
        if figures.is_empty() {
            continue;
        }
        let Spread { median, min, max } = Spread::of(&figures);
        put(name, json!(median));
        put(&format!("{name}_min"), json!(min));
        put(&format!("{name}_max"), json!(max));
        if name == "prove_s" {
            let each = median * 1e9 / unit.count.max(1) as f64;
            put(&format!("ns_per_{}", unit.name), json!(each));
            let fact = |key: &str| samples[0].facts.get(key).and_then(Value::as_f64);
            for (rate, key) in [
                ("kinstr_per_s", "instructions"),
                ("kcycles_per_s", "cycles"),
            ] {
                if let Some(count) = fact(key) {
                    put(rate, json!(count / median / 1e3));
                }
            }
        }
    }
    let (mut medians, mut least, mut greatest) = (Map::new(), Map::new(), Map::new());
    for (name, _) in samples.iter().flat_map(|s| &s.phases) {
        if !medians.contains_key(name) {
            let times = samples.iter().map(|sample| sample.phase(name));
            let Spread { median, min, max } = Spread::of(&times.collect::<Vec<_>>());
            medians.insert(name.clone(), json!(median));
            least.insert(name.clone(), json!(min));
            greatest.insert(name.clone(), json!(max));
        }
    }
    put("phases", Value::Object(medians.clone()));
    put("phases_min", Value::Object(least));
    put("phases_max", Value::Object(greatest));
    if let Some(first) = samples.first() {
        if let Some(bytes) = first.proof_bytes {
            put("proof_bytes", json!(bytes));
        }
        let additions = first.group_additions.iter();
        let all: u64 = additions.clone().map(|(_, n)| n).sum();
        put("group_additions", json!(all));
        let by_phase: Map<String, Value> = additions
            .filter(|(_, n)| *n > 0)
            .map(|(name, n)| (name.clone(), json!(n)))
            .collect();
        put("group_additions_by_phase", Value::Object(by_phase));
        let each = all as f64 / unit.count.max(1) as f64;
        put(&format!("group_additions_per_{}", unit.name), json!(each));
    }
    let per = format!("multiplications_per_{}", unit.name);
    match counts {
        Some(counts) => {
            let all = counts.total.products + counts.total.delayed;
            put("multiplications", json!(all));
            put(&per, json!(all as f64 / unit.count.max(1) as f64));
            put("operations", json!(counts.total));
            let by_phase: Map<String, Value> = (counts.phases.iter())
                .map(|(name, counts)| (name.clone(), json!(counts)))
                .collect();
            put("operations_by_phase", Value::Object(by_phase));
            if let Some(first) = samples.first() {
                for (name, value) in floor::fields(counts, first, &medians) {
                    put(name, value);
                }
            }
        }
        None => {
            put("multiplications", Value::Null);
            put(&per, Value::Null);
        }
    }
    // What is the same in all of them stands above.
    let samples = samples.iter().map(|sample| {
        let mut value = json!(sample);
        if let Value::Object(fields) = &mut value {
            for constant in ["facts", "group_additions", "proof_bytes", "threads"] {
                fields.remove(constant);
            }
        }
        value
    });
    put("samples", Value::Array(samples.collect()));
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_in_the_middle() {
        let spread = |figures: &[f64]| {
            let Spread { median, min, max } = Spread::of(figures);
            (median, min, max)
        };
        assert_eq!(spread(&[3.0, 1.0, 2.0]), (2.0, 1.0, 3.0));
        assert_eq!(spread(&[4.0, 1.0]), (2.5, 1.0, 4.0));
        assert_eq!(spread(&[7.0]), (7.0, 7.0, 7.0));
    }
}
