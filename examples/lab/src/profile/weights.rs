//! What the prover takes for what a run makes it do, by phase.
//!
//! Weights are measured: those that the command has ([`Weights::usual`]) for the default arguments on one processor, others by
//! [`calibrate`](super::calibrate), which writes them to a file. So they say how the work of one function compares with that of
//! another, and not how long a proof takes on some machine.

use super::work::Work;
use crate::report::thousands;
use anyhow::{Context, bail};
use instruction_tables::WordSize;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is counted of a run, in the order of [`Weights::phases`]' numbers.
pub const COUNTED: [&str; 6] = [
    "cycle",
    "group addition",
    "lookup",
    "register",
    "cell",
    "store",
];
/// What a file of weights says that it is.
pub const KIND: &str = "profile weights";

/// Nanoseconds of a phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    pub name: String,
    /// For each of [`COUNTED`].
    pub ns: [f64; COUNTED.len()],
    /// For a run, whatever it is: of no function.
    pub run_ns: f64,
}

/// Nanoseconds by phase and by what is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// [`KIND`].
    pub kind: String,
    /// How they were measured.
    pub source: String,
    /// Bits of the words of the programs that were.
    pub word: usize,
    pub phases: Vec<Phase>,
}

impl Weights {
    /// Those of the default arguments: measured times of phases on one thread of a Zen 5 with AVX-512 IFMA, divided among what
    /// is counted (`papers/performance.md`, counts, and the line of one thread, with what moved between phases since). With
    /// 32-bit words lookups take half as long.
    pub fn usual(word: WordSize) -> Self {
        let lookup = match word {
            WordSize::W64 => 600.0,
            _ => 300.0,
        };
        let phases = [
            ("commit", [0.0, 55.0, 0.0, 0.0, 0.0, 0.0]),
            ("constrain", [430.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
            ("execute", [480.0, 0.0, lookup, 100.0, 100.0, 250.0]),
            ("recall", [240.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
            ("fetch", [620.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
            ("open", [850.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        ];
        let phases = phases.map(|(name, ns)| Phase {
            name: name.to_owned(),
            ns,
            run_ns: 0.0,
        });
        Weights {
            kind: KIND.to_owned(),
            source: "default arguments, one thread of a Zen 5 with AVX-512 IFMA \
                     (papers/performance.md)"
                .to_owned(),
            word: word.bits(),
            phases: phases.to_vec(),
        }
    }

    /// Those of a file, for a program with words of this size.
    ///
    /// # Errors
    /// It cannot be read, is no such file, or is of other words.
    pub fn read(path: &Path, word: WordSize) -> anyhow::Result<Self> {
        let name = path.display();
        let text = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
        let wanted =
            || format!("{name} is no file of weights; `profile --calibrate {name}` makes one");
        let weights: Weights = serde_json::from_slice(&text).with_context(wanted)?;
        let numbers = weights.phases.iter();
        let numbers: Vec<f64> = numbers
            .flat_map(|phase| phase.ns.into_iter().chain([phase.run_ns]))
            .collect();
        let usable =
            numbers.iter().all(|ns| (0.0..1e12).contains(ns)) && numbers.iter().any(|ns| *ns > 0.0);
        if weights.kind != KIND || !usable {
            bail!(wanted());
        }
        if weights.word != word.bits() {
            bail!(
                "{name} has weights of {}-bit words, and the program's have {} bits",
                weights.word,
                word.bits()
            );
        }
        Ok(weights)
    }

    /// Nanoseconds of some work in each phase.
    pub fn by_phase(&self, work: &Work) -> Vec<u64> {
        let counts = work.counts();
        let of = |phase: &Phase| {
            let parts = phase.ns.iter().zip(counts);
            parts
                .map(|(ns, count)| ns * count as f64)
                .sum::<f64>()
                .round() as u64
        };
        self.phases.iter().map(of).collect()
    }

    /// Nanoseconds in all phases.
    pub fn nanoseconds(&self, work: &Work) -> u64 {
        self.by_phase(work).iter().sum()
    }

    /// The weights, as text, a line for each phase.
    pub fn lines(&self) -> Vec<String> {
        let of = |phase: &Phase| {
            let parts = phase.ns.iter().zip(COUNTED).filter(|(ns, _)| **ns > 0.0);
            let mut parts: Vec<String> = parts
                .map(|(ns, what)| format!("{} for each {what}", thousands(ns.round() as u64)))
                .collect();
            if phase.run_ns > 0.0 {
                parts.push(format!(
                    "{} for a run",
                    thousands(phase.run_ns.round() as u64)
                ));
            }
            let nothing = if parts.is_empty() {
                "nothing that is counted"
            } else {
                "ns: "
            };
            format!("{} {nothing}{}", phase.name, parts.join(", "))
        };
        self.phases.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn all_work_has_its_time() {
        let weights = Weights::usual(WordSize::W64);
        let cycle = Work {
            cycles: 1,
            ..Work::default()
        };
        let all: f64 = weights.phases.iter().map(|phase| phase.ns[0]).sum();
        assert_eq!(weights.nanoseconds(&cycle) as f64, all);
        let work = Work {
            additions: 2,
            lookups: 1,
            registers: 3,
            cells: 1,
            stores: 1,
            ..cycle
        };
        let more = 2 * 55 + 600 + 3 * 100 + 100 + 250;
        let one = weights.nanoseconds(&cycle);
        assert_eq!(weights.nanoseconds(&work), one + more);
        let narrow = Weights::usual(WordSize::W32);
        assert_eq!(narrow.nanoseconds(&work), one + more - 300);
        assert_eq!(weights.by_phase(&work)[0], 2 * 55);
        assert_eq!(weights.lines().len(), 6);
    }

    #[test]
    fn files_are_of_weights() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.json");
        let weights = Weights::usual(WordSize::W32);
        std::fs::write(&path, serde_json::to_vec(&weights).unwrap()).unwrap();
        assert_eq!(Weights::read(&path, WordSize::W32).unwrap(), weights);
        let refused = |word| Weights::read(&path, word).unwrap_err().to_string();
        assert!(refused(WordSize::W64).contains("32-bit words"));
        for wrong in [-1.0, 1e300] {
            let mut broken = weights.clone();
            broken.phases[2].ns[1] = wrong;
            std::fs::write(&path, serde_json::to_vec(&broken).unwrap()).unwrap();
            assert!(refused(WordSize::W32).contains("--calibrate"), "{wrong}");
        }
        for text in [
            "",
            "{}",
            "[1]",
            r#"{"kind":"profile weights","source":"","word":32,"phases":[]}"#,
        ] {
            std::fs::write(&path, text).unwrap();
            assert!(refused(WordSize::W32).contains("--calibrate"), "{text}");
        }
    }
}
