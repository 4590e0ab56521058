//! `jolt-lab bench kernels`: single loops of the prover, beside the plain way of doing the same.
//!
//! | kernel | does |
//! |---|---|
//! | `sumcheck-naive` | `Σ_j eq(r, j) · a(j) · b(j)` over words, by the naive prover over full tables |
//! | `sumcheck-field` | the same with a split equality factor, over columns of field elements |
//! | `sumcheck-words` | the same over columns of words, which become field elements when they are bound |
//! | `commit-digits-P` | commits one column polynomial of radix 16, `P` percent of whose digits are not zero |
//! | `commit-field` | commits field elements, full width |

use super::document::{Document, Entry, number, text};
use super::figures::Unit;
use super::floor::{self, Tally};
use super::lookup::noise;
use super::measure::{Purpose, Request, Sample, Work};
use super::sweep::{self, Step};
use crate::bench::machine;
use crate::cli::{BenchKernelsArguments, SetupArguments};
use crate::keys;
use crate::progress::Progress;
use crate::registry::scheme;
use crate::report::{Report, seconds};
use crate::seed::Seed;
use anyhow::{Context, bail};
use ark_bn254::Fr;
use commitments::sealed::Statement;
use jolt_core::observer::Observer;
use jolt_core::registry::DEFAULT_SCHEME;
use rand::Rng;
use serde_json::{Map, json};
use std::sync::Arc;
use sumcheck::channel::plain::PlainProver;
use sumcheck::field::counted::{Counted, operations};
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Checks, Instance, NaiveProver, Point, Poly, ProverField, Relation, RoundProver, Segment, batch,
};

pub const KERNELS: [&str; 8] = [
    "sumcheck-naive",
    "sumcheck-field",
    "sumcheck-words",
    "commit-digits-0",
    "commit-digits-25",
    "commit-digits-50",
    "commit-digits-100",
    "commit-field",
];

const PCS: &str = DEFAULT_SCHEME;
const RADIX: u8 = 16;
const PERCENT: &str = "commit-digits-";

/// Measures kernels.
///
/// # Errors
/// Unknown names, files that cannot be written or continued.
pub fn kernels(arguments: &BenchKernelsArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    let chosen: Vec<&str> = match arguments.kernel.as_slice() {
        [] => KERNELS.to_vec(),
        names => names.iter().map(String::as_str).collect(),
    };
    let mut steps = Vec::new();
    for log_size in arguments.log_size.iter().map(|k| usize::from(*k)) {
        for kernel in &chosen {
            if !KERNELS.contains(kernel) {
                let known = KERNELS.join(", ");
                bail!("unknown kernel `{kernel}`; there are: {known}");
            }
            for threads in sweep::thread_counts(&arguments.measuring, threads) {
                let mut entry: Entry = Map::new();
                for (key, value) in [
                    ("kernel", json!(kernel)),
                    ("log_size", json!(log_size)),
                    ("threads", json!(sweep::threads_of(threads))),
                ] {
                    entry.insert(key.to_owned(), value);
                }
                steps.push(Step {
                    entry,
                    request: Ok(Request {
                        work: Work::Kernel {
                            kernel: (*kernel).to_owned(),
                            log_size,
                        },
                        purpose: Purpose::Time,
                        pcs: PCS.to_owned(),
                        setup: SetupArguments::default(),
                        threads,
                        seed: arguments.seed,
                        environment: Vec::new(),
                    }),
                    unit: Unit {
                        name: "element",
                        count: 1 << log_size,
                    },
                    log_size,
                });
            }
        }
    }
    let document = Document::new(
        "bench kernels",
        sweep::settings(
            &arguments.measuring,
            &SetupArguments::default(),
            arguments.seed,
        ),
    );
    let mut report = Report::default();
    report.line("kernel            2^k     time  ± noise   ns each      mults additions  of floor");
    let told = |entry: &Entry| report.line(summary(entry));
    sweep::run(document, &steps, &arguments.measuring, told)?;
    Ok(report)
}

fn summary(entry: &Entry) -> String {
    let head = format!(
        "{:<17} {:>3}",
        text(entry, "kernel"),
        text(entry, "log_size")
    );
    if let Some(reason) = entry.get("skipped").and_then(|r| r.as_str()) {
        return format!("{head} – left out: {reason}");
    }
    let shown =
        |key: &str| number(entry, key).map_or_else(|| "–".to_owned(), |x| format!("{x:.1}"));
    format!(
        "{head} {:>8} {:>8} {:>9} {:>10} {:>9} {:>9}",
        seconds(number(entry, "prove_s").unwrap_or(f64::NAN)),
        noise(entry, "prove_s"),
        shown("ns_per_element"),
        shown("multiplications_per_element"),
        shown("group_additions_per_element"),
        number(entry, "percent_of_floor").map_or_else(|| "–".to_owned(), |x| format!("{x:.0} %")),
    )
}

fn words(log_size: usize, purpose: u64, seed: Seed) -> Arc<Vec<u64>> {
    let mut rng = seed.numbers(purpose);
    Arc::new((0..1usize << log_size).map(|_| rng.r#gen()).collect())
}

/// Starts the prover of a relation.
type Start<F> = Box<dyn FnOnce(&Relation<F>) -> Box<dyn RoundProver<F>>>;

/// Proves `Σ_j eq(r, j) · a(j) · b(j)`. Making the witness is not part of what `start` begins.
fn sumcheck<F: ProverField>(
    kernel: &str,
    log_size: usize,
    seed: Seed,
    start: impl FnOnce(),
) -> anyhow::Result<()> {
    let (a, b) = (words(log_size, 3, seed), words(log_size, 4, seed));
    let mut rng = seed.numbers(5);
    let point = Point((0..log_size).map(|_| F::rand(&mut rng)).collect());
    let mut relation = Relation::new("product", vec![Segment::cycle(log_size)]);
    let eq = relation.eq("eq", 0, point.clone());
    let factors = ["a", "b"].map(|name| relation.claimed(name, &[0]));
    relation.summand = eq * factors[0] * factors[1];
    let elements = |words: &[u64]| words.iter().map(|x| F::from(*x)).collect::<Vec<F>>();
    let claim = (point.eq_table().iter().zip(a.iter().zip(b.iter())))
        .map(|(eq, (x, y))| *eq * F::from(u128::from(*x) * u128::from(*y)))
        .sum();
    let prover: Start<F> = match kernel {
        "sumcheck-naive" => {
            let tables = vec![Vec::new(), elements(&a), elements(&b)];
            Box::new(move |relation| Box::new(NaiveProver::new(relation, tables)))
        }
        "sumcheck-field" => {
            let columns = [elements(&a), elements(&b)].map(|x| Some(Column::field(x)));
            let columns = std::iter::once(None).chain(columns).collect();
            Box::new(move |relation| Box::new(CycleProver::new(relation, &[], columns)))
        }
        "sumcheck-words" => {
            let columns = vec![None, Some(Column::words(a)), Some(Column::words(b))];
            Box::new(move |relation| Box::new(CycleProver::new(relation, &[], columns)))
        }
        other => bail!("no sumcheck `{other}`"),
    };
    start();
    let prover = prover(&relation);
    let mut channel = PlainProver::new("kernel");
    let instance = Instance {
        relation,
        claim,
        prover,
    };
    let [mut reduced] = batch::prove(&mut channel, "kernel", [instance]);
    reduced.take_each(factors);
    reduced.done();
    Ok(())
}

/// The polynomial that a kernel commits.
fn polynomial(kernel: &str, log_size: usize, seed: Seed) -> anyhow::Result<Poly<Fr>> {
    let mut rng = seed.numbers(6);
    let rows = 1usize << log_size;
    if kernel == "commit-field" {
        let values = (0..rows).map(|_| <Fr as ark_ff::UniformRand>::rand(&mut rng));
        return Ok(Poly::dense(log_size, values.collect()));
    }
    let percent: u8 = (kernel.strip_prefix(PERCENT))
        .and_then(|percent| percent.parse().ok())
        .with_context(|| format!("no kernel `{kernel}`"))?;
    let digits = (0..rows).map(|_| match rng.gen_range(0..100) < percent {
        true => rng.gen_range(1..RADIX),
        false => 0,
    });
    Ok(Poly::digits(log_size, RADIX.into(), digits.collect()))
}

/// Runs a kernel once.
///
/// # Errors
/// There is none of this name, or no setup of this size.
pub fn time(kernel: &str, log_size: usize, seed: Seed) -> anyhow::Result<Sample> {
    let mut progress = Progress::new(kernel);
    progress.phase("setup");
    if kernel.starts_with("sumcheck-") {
        sumcheck::<Fr>(kernel, log_size, seed, || progress.phase("sumcheck"))?;
    } else {
        let scheme = scheme(PCS)?;
        let keys = scheme.setup(log_size, &keys::own_setup())?;
        let poly = Arc::new(polynomial(kernel, log_size, seed)?);
        let mut channel = keys
            .proving
            .session(&Statement::new("kernel"), Checks::all());
        progress.phase("commit");
        channel.commit("kernel", vec![poly]);
        progress.phase("end");
        channel.finish()?;
    }
    let (phases, mut group_additions) = progress.finish_with_additions();
    let setup_s = phases.get("setup");
    let phases = phases.without(&["setup", "end"]);
    group_additions.retain(|(name, _)| phases.0.iter().any(|(phase, _)| phase == name));
    Ok(Sample {
        setup_s,
        prove_s: phases.total(),
        phases: phases.0,
        group_additions,
        peak_rss_bytes: machine::peak_rss_bytes("self"),
        threads: rayon::current_num_threads(),
        ..Sample::default()
    })
}

/// Field operations of a kernel.
///
/// # Errors
/// As [`time`].
pub fn count(kernel: &str, log_size: usize, pcs: &str, seed: Seed) -> anyhow::Result<Tally> {
    if !kernel.starts_with("sumcheck-") {
        return Ok(Tally {
            units: floor::units(pcs)?,
            ..Tally::default()
        });
    }
    let mut before = operations();
    sumcheck::<Counted>(kernel, log_size, seed, || before = operations())?;
    let total = operations().since(&before).into();
    Ok(Tally {
        total,
        phases: vec![("sumcheck".to_owned(), total)],
        units: floor::units(pcs)?,
    })
}
