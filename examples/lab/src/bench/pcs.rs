//! `jolt-lab bench pcs`: commitment schemes beside each other, on one polynomial of a kind.
//!
//! | kind | is | columns |
//! |---|---|---|
//! | `dense` | field elements, full width | 1 |
//! | `words` | signed 64-bit integers | 1 |
//! | `digits` | digits of radix 16, each with the same probability | 15 |
//! | `sparse` | integers, one row in 64 of them not zero | 1 |
//!
//! Phases are `commit` and `open`; the opening is of one claim at one point. The proof is the commitment, the claimed value
//! and the opening.

use super::document::{Document, Entry, number, text};
use super::figures::Unit;
use super::floor::{self, Tally};
use super::lookup::noise;
use super::measure::{Purpose, Request, Sample, Work};
use super::sweep::{self, Step};
use crate::bench::machine;
use crate::cli::{BenchPcsArguments, SetupArguments};
use crate::keys;
use crate::progress::Progress;
use crate::registry::registry;
use crate::report::{Report, bytes, seconds};
use crate::seed::Seed;
use anyhow::{Context, bail};
use ark_bn254::Fr;
use ark_ff::UniformRand;
use commitments::VerifyingKey;
use commitments::sealed::Statement;
use jolt_core::observer::Observer;
use rand::Rng;
use serde_json::{Map, json};
use std::sync::Arc;
use std::time::Instant;
use sumcheck::{Checks, EvalClaim, Point, Poly, Shape, Weights};

pub const KINDS: [&str; 4] = ["dense", "words", "digits", "sparse"];

const RADIX: u8 = 16;
/// Of so many rows of a sparse polynomial one is not zero.
const SPARSE: u32 = 64;

/// Measures schemes.
///
/// # Errors
/// Unknown names, files that cannot be written or continued, and openings that fail.
pub fn pcs(arguments: &BenchPcsArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    let all = |names: &[String], known: Vec<&str>| match names {
        [] => known.into_iter().map(str::to_owned).collect(),
        names => names.to_vec(),
    };
    let schemes: Vec<String> = all(&arguments.pcs, registry().schemes().names().collect());
    let kinds: Vec<String> = all(&arguments.kind, KINDS.to_vec());
    let schemes = sweep::schemes(&schemes, &arguments.setup)?;
    if let Some(kind) = kinds.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
        let known = KINDS.join(", ");
        bail!("unknown kind of polynomial `{kind}`; there are: {known}");
    }
    let mut steps = Vec::new();
    for log_size in arguments.log_size.iter().map(|k| usize::from(*k)) {
        for kind in &kinds {
            for threads in sweep::thread_counts(&arguments.measuring, threads) {
                for pcs in &schemes {
                    steps.push(step(pcs, kind, (log_size, threads), arguments.seed));
                }
            }
        }
    }
    let document = Document::new(
        "bench pcs",
        sweep::settings(&arguments.measuring, &arguments.setup, arguments.seed),
    );
    let mut report = Report::default();
    report.line("scheme    kind     2^k   commit     open  ± noise   verify      proof     setup");
    let told = |entry: &Entry| report.line(summary(entry));
    sweep::run(document, &steps, &arguments.measuring, told)?;
    Ok(report)
}

fn step(
    (pcs, setup): &(String, SetupArguments),
    kind: &str,
    (log_size, threads): (usize, Option<u16>),
    seed: Seed,
) -> Step {
    let mut entry: Entry = Map::new();
    for (key, value) in [
        ("pcs", json!(pcs)),
        ("kind", json!(kind)),
        ("log_size", json!(log_size)),
        ("threads", json!(sweep::threads_of(threads))),
    ] {
        entry.insert(key.to_owned(), value);
    }
    Step {
        entry,
        request: Ok(Request {
            work: Work::Pcs {
                kind: kind.to_owned(),
                log_size,
            },
            purpose: Purpose::Time,
            pcs: pcs.clone(),
            setup: setup.clone(),
            threads,
            seed,
            environment: Vec::new(),
        }),
        unit: Unit {
            name: "element",
            count: 1 << log_size,
        },
        log_size,
    }
}

fn summary(entry: &Entry) -> String {
    let head = format!(
        "{:<9} {:<8} {:>3}",
        text(entry, "pcs"),
        text(entry, "kind"),
        text(entry, "log_size")
    );
    if let Some(reason) = entry.get("skipped").and_then(|r| r.as_str()) {
        return format!("{head} – left out: {reason}");
    }
    let time = |key: &str, scale: f64| {
        number(entry, key).map_or_else(|| "–".to_owned(), |x| seconds(x * scale))
    };
    format!(
        "{head} {:>8} {:>8} {:>8} {:>8} {:>10} {:>9}",
        time("phases.commit", 1.0),
        time("phases.open", 1.0),
        noise(entry, "prove_s"),
        time("verify_ms", 1e-3),
        bytes(number(entry, "proof_bytes").unwrap_or(0.0) as u64),
        time("setup_s", 1.0),
    )
}

fn polynomial(kind: &str, log_size: usize, seed: Seed) -> anyhow::Result<Poly<Fr>> {
    let mut rng = seed.numbers(7);
    let rows = 0..1usize << log_size;
    Ok(match kind {
        "dense" => Poly::dense(log_size, rows.map(|_| Fr::rand(&mut rng)).collect()),
        "words" => {
            let values = rows.map(|_| i128::from(rng.r#gen::<i64>()));
            Poly::signed(log_size, values.collect())
        }
        "digits" => {
            let digits = rows.map(|_| rng.gen_range(0..RADIX)).collect();
            Poly::digits(log_size, RADIX.into(), digits)
        }
        "sparse" => {
            let values = rows.map(|_| match rng.gen_range(0..SPARSE) {
                0 => i128::from(rng.r#gen::<i64>()),
                _ => 0,
            });
            Poly::signed(log_size, values.collect())
        }
        other => bail!("no kind of polynomial `{other}`"),
    })
}

/// Weights that a claim on a polynomial has.
fn weights(shape: &Shape, mut next: impl FnMut() -> Fr) -> Weights<Fr> {
    match shape.radix {
        None => Weights::One,
        Some(radix) => Weights::Digit((0..radix).map(|_| next()).collect()),
    }
}

/// Commits, opens and verifies once.
///
/// # Errors
/// There is no such kind or scheme, no setup of this size, or the opening does not verify.
pub fn time(
    kind: &str,
    log_size: usize,
    (pcs, setup): (&str, &SetupArguments),
    seed: Seed,
) -> anyhow::Result<Sample> {
    let poly = Arc::new(polynomial(kind, log_size, seed)?);
    let shape = poly.shape();
    let scheme = keys::scheme(pcs, setup)?;
    let mut progress = Progress::new(kind);
    progress.phase("setup");
    let keys = scheme.setup(log_size, &keys::setup(setup))?;
    let statement = Statement::new("bench pcs");
    let mut channel = keys.proving.session(&statement, Checks::all());
    progress.phase("commit");
    let oracle = channel.commit("polynomial", vec![poly.clone()]);
    progress.phase("claim");
    let point = Point((0..log_size).map(|_| channel.sample("point")).collect());
    let weights = weights(&shape, || channel.sample("weight"));
    let value = poly.evaluate(&weights, &point);
    channel.send("value", &[value]);
    let oracle = *oracle.first().context("an oracle")?;
    channel.claim_eval(EvalClaim {
        terms: vec![(oracle, weights, Fr::from(1u64))],
        point,
        value,
    });
    progress.phase("open");
    let proof = channel.finish()?;
    let (phases, mut group_additions) = progress.finish_with_additions();
    let start = Instant::now();
    verify(&*keys.verifying, &shape, &proof)?;
    let verify_ms = start.elapsed().as_secs_f64() * 1e3;
    let setup_s = phases.get("setup");
    let phases = phases.without(&["setup", "claim"]);
    group_additions.retain(|(name, _)| phases.0.iter().any(|(phase, _)| phase == name));
    Ok(Sample {
        setup_s,
        prove_s: phases.total(),
        phases: phases.0,
        verify_ms: Some(verify_ms),
        proof_bytes: Some(proof.len() as u64),
        group_additions,
        peak_rss_bytes: machine::peak_rss_bytes("self"),
        threads: rayon::current_num_threads(),
        ..Sample::default()
    })
}

fn verify(key: &dyn VerifyingKey<Fr>, shape: &Shape, proof: &[u8]) -> anyhow::Result<()> {
    let statement = Statement::new("bench pcs");
    let mut channel = key.session(&statement, proof, Checks::all());
    let oracles = channel.oracles("polynomial", std::slice::from_ref(shape))?;
    let point = Point((0..shape.vars).map(|_| channel.sample("point")).collect());
    let weights = weights(shape, || channel.sample("weight"));
    let value = channel.recv("value", 1)?;
    let (Some(oracle), Some(value)) = (oracles.first(), value.first()) else {
        bail!("an oracle and a value");
    };
    channel.claim_eval(EvalClaim {
        terms: vec![(*oracle, weights, Fr::from(1u64))],
        point,
        value: *value,
    })?;
    channel.finish()?;
    Ok(())
}

/// A scheme's operations are in the group, and counted where they are timed.
///
/// # Errors
/// There is no such scheme.
pub fn count(pcs: &str) -> anyhow::Result<Tally> {
    Ok(Tally {
        units: floor::units(pcs)?,
        ..Tally::default()
    })
}
