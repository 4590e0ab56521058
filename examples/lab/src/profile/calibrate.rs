//! Measures what the prover takes for what a run makes it do, with given arguments on this machine.
//!
//! Bundled programs of different kinds are proven, in the clear on one thread, each repetition in a process of its own, and what
//! is counted of their runs is known exactly. For each phase the weights are those, none of them negative, whose sums are
//! nearest to the times measured, the least of the repetitions, in the mean square of their ratios. One more weight is for a
//! run whatever it is. Where two things are nearly in proportion in all programs (cycles and lookups, say), how the time is
//! divided among them is told by no measurement. So a phase is taken to depend on cycles alone, and on something else only if
//! the mean square falls by three tenths with it. How far the sums are from the times is reported.

use super::debug::Debug;
use super::record::record;
use super::weights::{COUNTED, KIND, Phase, Weights};
use crate::bench::machine;
use crate::bench::measure::{Asked, Limits, Purpose, Request, Sample, Work, ask};
use crate::cli::Protocol;
use crate::source::Source;
use anyhow::{Context, bail};
use instruction_tables::WordSize;
use tracer::Options;

/// What is proven; for 32-bit words, the same by other files.
const PROGRAMS: [&str; 12] = [
    "panic",
    "cpp-events",
    "fibonacci",
    "btree",
    "bytes",
    "private-sum",
    "words",
    "c-kernels",
    "json",
    "sha256-chain",
    "c-mix",
    "sort",
];
/// Repetitions of each, of which the least counts.
const REPEAT: usize = 3;
/// How much nearer sums must be for one thing more that a phase depends on.
const BETTER: f64 = 0.3;
/// Rounds of the search for weights: many more than it takes.
const ROUNDS: usize = 20_000;

/// A run, and what its phases took.
struct Measured {
    /// Of [`COUNTED`], and 1 for the run.
    counts: [f64; COUNTED.len() + 1],
    /// Nanoseconds.
    phases: Vec<(String, f64)>,
}

/// Weights. Their source says how far they are from what was measured: all phases together, of the program that is worst.
///
/// # Errors
/// Arguments that do not exist, and proofs that fail.
pub fn calibrate(
    protocol: &Protocol,
    word: WordSize,
    mut told: impl FnMut(&str),
) -> anyhow::Result<Weights> {
    let mut all = Vec::new();
    for name in PROGRAMS {
        let name = match word {
            WordSize::W64 => name.to_owned(),
            _ => format!("{name}-rv32"),
        };
        told(&name);
        all.push(measured(protocol, &name)?);
    }
    let names = all.first().context("nothing was measured")?;
    let names: Vec<String> = names.phases.iter().map(|(name, _)| name.clone()).collect();
    let mut phases = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut times = Vec::new();
        for run in &all {
            match run.phases.get(at) {
                Some((other, time)) if other == name => times.push((run.counts, *time)),
                _ => bail!("programs were proven in other phases than `{name}`"),
            }
        }
        let found = nearest(&times);
        let mut ns = [0.0; COUNTED.len()];
        ns.copy_from_slice(&found[..COUNTED.len()]);
        phases.push(Phase {
            name: name.clone(),
            ns,
            run_ns: found[COUNTED.len()],
        });
    }
    let off = all.iter().map(|run| {
        let time: f64 = run.phases.iter().map(|(_, time)| time).sum();
        let found: f64 = phases.iter().map(|phase| sum(phase, &run.counts)).sum();
        100.0 * (found / time - 1.0).abs()
    });
    let off = off.fold(0.0, f64::max);
    let Protocol {
        lookup,
        memory,
        pcs,
        ..
    } = protocol;
    let processor = machine::field("/proc/cpuinfo", "model name");
    let processor = processor.unwrap_or_else(|| "an unknown processor".to_owned());
    let source = format!(
        "{lookup}, {memory}, {pcs}, {}-bit words, in the clear on one thread of {processor}; {} programs, least of {REPEAT} \
         repetitions, within {off:.0} %",
        word.bits(),
        PROGRAMS.len()
    );
    Ok(Weights {
        kind: KIND.to_owned(),
        source,
        word: word.bits(),
        phases,
    })
}

fn sum(phase: &Phase, counts: &[f64]) -> f64 {
    let weights = phase.ns.iter().chain([&phase.run_ns]);
    weights.zip(counts).map(|(ns, count)| ns * count).sum()
}

/// A program's run is counted and proven.
fn measured(protocol: &Protocol, name: &str) -> anyhow::Result<Measured> {
    let source = Source::open(name)?;
    let program = source.program()?;
    let inputs = source.inputs(None, None)?;
    let debug = Debug::new(&program, &source.elf);
    let (recording, _) = record(&program, &debug, &inputs, &Options::default())?;
    let mut counts = [1.0; COUNTED.len() + 1];
    for (place, count) in counts.iter_mut().zip(recording.total.counts()) {
        *place = count as f64;
    }
    let request = Request {
        work: Work::Vm {
            program: name.to_owned(),
            inputs: inputs.into(),
            lookup: protocol.lookup.clone(),
            memory: protocol.memory.clone(),
            hiding: false,
        },
        purpose: Purpose::Time,
        pcs: protocol.pcs.clone(),
        setup: protocol.setup.clone(),
        threads: Some(1),
        seed: Default::default(),
        environment: Vec::new(),
    };
    let mut least: Vec<(String, f64)> = Vec::new();
    for _ in 0..REPEAT {
        let sample: Sample = match ask(&request, Limits::default())? {
            Asked::Answer(sample) => sample,
            Asked::Stopped(reason) => bail!("{name} was not proven: {reason}"),
        };
        let phases = sample.phases.into_iter().map(|(phase, s)| (phase, 1e9 * s));
        match least.is_empty() {
            true => least = phases.collect(),
            false => {
                for (kept, (_, time)) in least.iter_mut().zip(phases) {
                    kept.1 = kept.1.min(time);
                }
            }
        }
    }
    Ok(Measured {
        counts,
        phases: least,
    })
}

/// Weights that are near: for the first and the last count, and for others as far as they are worth it.
fn nearest<const N: usize>(times: &[([f64; N], f64)]) -> [f64; N] {
    let rows = times.iter().filter(|(_, time)| *time > 0.0);
    let rows: Vec<[f64; N]> = rows
        .map(|(counts, time)| counts.map(|count| count / time))
        .collect();
    let mut used = [false; N];
    for at in [0, N - 1] {
        used[at] = true;
    }
    let (mut weights, mut error) = least(&rows, used);
    loop {
        let others = (0..N).filter(|at| !used[*at]).map(|at| {
            let mut more = used;
            more[at] = true;
            let (weights, error) = least(&rows, more);
            (more, weights, error)
        });
        match others.min_by(|a, b| a.2.total_cmp(&b.2)) {
            Some(best) if best.2 < (1.0 - BETTER) * error && error > 1e-12 => {
                (used, weights, error) = best;
            }
            _ => return weights,
        }
    }
}

/// Weights of what is used, and the sum of squares that is left: the least of ratios to 1, over weights that are not negative,
/// coordinate by coordinate, which ends in the least since the sum is convex.
fn least<const N: usize>(rows: &[[f64; N]], used: [bool; N]) -> ([f64; N], f64) {
    let mut weights = [0.0; N];
    // What is left of 1 with these weights, by row.
    let mut left = vec![1.0; rows.len()];
    for _ in 0..ROUNDS {
        let mut moved = false;
        for at in (0..N).filter(|at| used[*at]) {
            let square: f64 = rows.iter().map(|row| row[at] * row[at]).sum();
            if square == 0.0 {
                continue;
            }
            let pairs = rows.iter().zip(&left);
            let slope: f64 = pairs.map(|(row, left)| row[at] * left).sum();
            let next: f64 = (weights[at] + slope / square).max(0.0);
            let step = next - weights[at];
            moved |= step.abs() > 1e-12 * next;
            weights[at] = next;
            for (left, row) in left.iter_mut().zip(rows) {
                *left -= step * row[at];
            }
        }
        if !moved {
            break;
        }
    }
    (weights, left.iter().map(|left| left * left).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What sums were made of is found again, also where some weights are 0; and no weight is negative where that would be
    /// nearest.
    #[test]
    fn weights_are_found_again() {
        let counts = |i: u32| {
            let of = |k: u32| f64::from((i * k * 7919) % 101 + 1) * 1000.0;
            [of(1), of(2), of(3), 1.0]
        };
        for wanted in [[5.0, 0.0, 70.0, 9e4], [0.0, 1.0, 0.0, 0.0]] {
            let times: Vec<_> = (1..13)
                .map(|i| {
                    let counts = counts(i);
                    (counts, counts.iter().zip(wanted).map(|(c, w)| c * w).sum())
                })
                .collect();
            let found = nearest(&times);
            for (found, wanted) in found.iter().zip(wanted) {
                assert!(
                    (found - wanted).abs() <= 1e-3 * wanted.max(1.0),
                    "{found} {wanted}"
                );
            }
        }
        // Time that falls while a count grows.
        let falling = [([1.0, 1.0], 9.0), ([1.0, 5.0], 5.0), ([1.0, 9.0], 1.0)];
        let found = nearest(&falling);
        assert!(found[0] > 0.0 && found[1] == 0.0, "{found:?}");
        assert_eq!(nearest(&[([1.0], 0.0)]), [0.0]);
        // In proportion to the first but for a percent, and the time is the first's with noise as large: it is not used.
        let noise = [1.01, 0.99, 1.0, 1.01, 0.99, 1.0];
        let times: Vec<_> = (0u8..6)
            .map(|i| {
                let (cycles, off) = (f64::from(i + 1), noise[usize::from(i)]);
                let other = [0.99, 1.0, 1.01, 1.01, 1.0, 0.99][usize::from(i)];
                ([cycles, cycles * other, 1.0], 7.0 * cycles * off)
            })
            .collect();
        let found = nearest(&times);
        assert!((found[0] - 7.0).abs() < 0.2 && found[1] == 0.0, "{found:?}");
    }
}
