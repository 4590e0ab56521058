//! `jolt-lab compare`: two files of results, figure by figure.
//!
//! A ratio is the second median over the first, with an interval by bootstrap. Whether a difference is one is
//! decided by the repetitions themselves ([`statistics::chance`]), raised by how many figures are compared
//! ([`statistics::holm`]): of two files of the same binary, in turns on the same machine, a timing is called
//! different in at most one call of twenty. Figures that are the same in every repetition need none of that.

use super::document::{Document, Entry, keys, number};
use super::statistics::{self, ALPHA, ENOUGH};
use crate::cli::CompareArguments;
use crate::report::Report;
use anyhow::bail;
use serde_json::{Value, json};

/// Figures that are compared where nothing else is asked for.
const FIGURES: [&str; 6] = [
    "prove_s",
    "verify_ms",
    "peak_rss_bytes",
    "proof_bytes",
    "multiplications",
    "group_additions",
];
/// Figures that are the same in every repetition.
const EXACT: [&str; 3] = ["proof_bytes", "multiplications", "group_additions"];

/// What is said before results are measured that this could not tell apart: of so many measurements, each repeated so often.
pub fn advice(measurements: usize, repetitions: usize) -> Option<String> {
    let timings = measurements * (FIGURES.len() - EXACT.len());
    let needed = statistics::needed(timings);
    (repetitions < needed).then(|| {
        format!(
            "note: with --repeat {repetitions}, `jolt-lab compare` can call no timing of two such files different: among \
             {timings} figures that takes --repeat {needed}"
        )
    })
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No difference beyond noise.
    Same,
    /// The second is less.
    Less,
    /// The second is more.
    More,
    /// All samples of one are beyond those of the other, and there are too few for that to mean something.
    Few,
    /// There are no samples, or one of them.
    Unknown,
}

impl Verdict {
    fn text(self) -> &'static str {
        match self {
            Verdict::Same => "no difference beyond noise",
            Verdict::Less => "less",
            Verdict::More => "more",
            Verdict::Few => "apart, by too few repetitions",
            Verdict::Unknown => "noise unknown",
        }
    }

    /// The same in a table.
    fn short(self) -> &'static str {
        match self {
            Verdict::Same => "no difference",
            Verdict::Few => "apart, too few",
            other => other.text(),
        }
    }

    /// Whether it is listed where only differences are.
    fn differs(self, ratio: f64) -> bool {
        match self {
            Verdict::Same => false,
            Verdict::Less | Verdict::More | Verdict::Few => true,
            Verdict::Unknown => ratio != 1.0,
        }
    }
}

/// A figure in both files.
#[derive(Clone, Debug)]
struct Pair {
    identity: Value,
    /// For people.
    title: String,
    figure: String,
    /// Medians.
    a: f64,
    b: f64,
    ratio: f64,
    interval: Option<(f64, f64)>,
    /// Repetitions of both.
    repeated: (usize, usize),
    /// By chance alone, raised by the number of comparisons; nothing where nothing is left to chance.
    chance: Option<f64>,
    verdict: Verdict,
}

/// The repetitions of a figure.
fn samples(entry: &Entry, figure: &str) -> Vec<f64> {
    let all = entry.get("samples").and_then(Value::as_array);
    let of = |sample: &Value| match figure.strip_prefix("phases.") {
        None => sample.get(figure)?.as_f64(),
        Some(phase) => {
            let mut phases = sample.get("phases")?.as_array()?.iter();
            phases.find(|found| found[0] == *phase)?[1].as_f64()
        }
    };
    all.into_iter().flatten().filter_map(of).collect()
}

/// How differences are judged.
#[derive(Clone, Copy, Debug)]
struct Judging {
    seed: u64,
    /// The least ratio, above 1, that is a difference in what is measured.
    least: f64,
    /// Resamples of each interval.
    resamples: usize,
}

/// All pairs of two files, judged together.
fn pairs(before: &Document, after: &Document, figures: &[&str], judging: Judging) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut chances = Vec::new();
    for a in before.measured() {
        let Some(b) = after.find(a).filter(|b| !b.contains_key("skipped")) else {
            continue;
        };
        for figure in figures {
            let (Some(x), Some(y)) = (number(a, figure), number(b, figure)) else {
                continue;
            };
            let exact = EXACT.contains(figure);
            let (of_a, of_b) = (samples(a, figure), samples(b, figure));
            let sampled = !exact && of_a.len() > 1 && of_b.len() > 1;
            if sampled {
                chances.push((pairs.len(), statistics::chance(&of_a, &of_b, judging.seed)));
            }
            let ratio = if x == y { 1.0 } else { y / x };
            let interval = match (exact, sampled) {
                (true, _) => Some((ratio, ratio)),
                (_, true) => statistics::interval(&of_a, &of_b, judging.seed, judging.resamples),
                _ => None,
            };
            let direction = match ratio {
                r if r < 1.0 => Verdict::Less,
                r if r > 1.0 => Verdict::More,
                _ => Verdict::Same,
            };
            pairs.push(Pair {
                identity: identity(before, a),
                title: before.identity(a).join(" "),
                figure: (*figure).to_owned(),
                a: x,
                b: y,
                ratio,
                interval,
                repeated: (of_a.len(), of_b.len()),
                chance: None,
                verdict: if exact { direction } else { Verdict::Unknown },
            });
        }
    }
    let alone: Vec<f64> = chances.iter().map(|(_, chance)| *chance).collect();
    for ((at, _), raised) in chances.iter().zip(statistics::holm(&alone)) {
        let pair = &mut pairs[*at];
        pair.chance = Some(raised);
        let (n, m) = pair.repeated;
        let possible = statistics::least_chance(n, m) * chances.len() as f64 <= ALPHA;
        let (low, high) = pair.interval.unwrap_or((0.0, f64::INFINITY));
        let large = pair.ratio.max(1.0 / pair.ratio) > judging.least;
        let apart = low > 1.0 || high < 1.0;
        pair.verdict = match (large && apart, raised <= ALPHA) {
            (true, true) if pair.ratio < 1.0 => Verdict::Less,
            (true, true) => Verdict::More,
            (true, false) if !possible => Verdict::Few,
            _ => Verdict::Same,
        };
    }
    pairs
}

/// Compares two files.
///
/// # Errors
/// Unreadable files, or files of different kinds, or with no result in common.
pub fn compare(arguments: &CompareArguments) -> anyhow::Result<Report> {
    let before = Document::read(&arguments.before)?;
    let after = Document::read(&arguments.after)?;
    if before.kind != after.kind {
        bail!(
            "{} has results of `{}` and {} of `{}`: they cannot be compared",
            arguments.before.display(),
            before.kind,
            arguments.after.display(),
            after.kind
        );
    }
    let figures: Vec<&str> = match arguments.figure.as_slice() {
        [] => FIGURES.to_vec(),
        chosen => chosen.iter().map(String::as_str).collect(),
    };
    let judging = Judging {
        seed: arguments.seed,
        least: 1.0 + arguments.least / 100.0,
        resamples: statistics::RESAMPLES,
    };
    let pairs = pairs(&before, &after, &figures, judging);
    if pairs.is_empty() {
        bail!(
            "the files have no result in common: {} measures something else than {}",
            arguments.after.display(),
            arguments.before.display()
        );
    }
    let mut report = Report::default();
    let warnings = warnings(&before, &after);
    for warning in &warnings {
        report.prose(format!("warning: {warning}"));
    }
    list(&mut report, &pairs, arguments.all);
    let logs: Vec<f64> = (pairs.iter())
        .filter(|pair| pair.figure == figures[0])
        .map(|pair| pair.ratio.ln())
        .collect();
    let mean = (logs.iter().sum::<f64>() / logs.len().max(1) as f64).exp();
    if logs.len() > 1 {
        report.line(format!("geometric mean of {}: {mean:.3}", figures[0]));
    }
    let tested = pairs.iter().filter(|pair| pair.chance.is_some()).count();
    conclude(&mut report, &pairs, tested);
    let rows = pairs.iter().map(|pair| {
        json!({
            "identity": pair.identity,
            "figure": pair.figure,
            "a": pair.a,
            "b": pair.b,
            "ratio": pair.ratio,
            "low": pair.interval.map(|(low, _)| low),
            "high": pair.interval.map(|(_, high)| high),
            "repetitions": [pair.repeated.0, pair.repeated.1],
            "chance": pair.chance,
            "verdict": pair.verdict.text(),
        })
    });
    let rows: Vec<Value> = rows.collect();
    for (key, value) in [
        ("kind", json!(before.kind)),
        ("warnings", json!(warnings)),
        ("alpha", json!(ALPHA)),
        ("tested", json!(tested)),
        ("seed", json!(arguments.seed)),
        ("least_percent", json!(arguments.least)),
        ("comparisons", Value::Array(rows)),
        ("geometric_mean", json!((!logs.is_empty()).then_some(mean))),
    ] {
        report.json.insert(key.to_owned(), value);
    }
    Ok(report)
}

/// The differences, or all pairs, below what they are of.
fn list(report: &mut Report, pairs: &[Pair], all: bool) {
    let listed = pairs
        .iter()
        .filter(|pair| all || pair.verdict.differs(pair.ratio));
    let mut title = "";
    for pair in listed {
        if title.is_empty() {
            report.line(format!(
                "  {:<18} {:>10} {:>10} {:>7}  interval",
                "figure", "A", "B", "B/A"
            ));
        }
        if title != pair.title {
            title = &pair.title;
            report.prose(title);
        }
        let interval = pair
            .interval
            .map_or_else(String::new, |(low, high)| format!("{low:.3}…{high:.3}"));
        report.line(
            format!(
                "  {:<18} {:>10} {:>10} {:>7.3}  {interval:<13} {}",
                pair.figure,
                short(pair.a),
                short(pair.b),
                pair.ratio,
                pair.verdict.short()
            )
            .trim_end(),
        );
    }
}

/// How many of what there are, and how they were told.
fn conclude(report: &mut Report, pairs: &[Pair], tested: usize) {
    let count = |verdict: Verdict| pairs.iter().filter(|pair| pair.verdict == verdict).count();
    let (less, more, few) = (
        count(Verdict::Less),
        count(Verdict::More),
        count(Verdict::Few),
    );
    let mut found = format!(
        "{} compared: {less} less, {more} more",
        figures(pairs.len())
    );
    if few > 0 {
        found += &format!(", {few} apart by too few repetitions");
    }
    if count(Verdict::Unknown) > 0 {
        found += &format!(", {} without samples", count(Verdict::Unknown));
    }
    found += &format!(", {} without a difference.", count(Verdict::Same));
    if tested > 0 {
        found += &format!(
            " Of {} measured figures, equal binaries have one called different in at most {:.0} % of \
             comparisons (rank sums, Holm); intervals are of 95 %, by bootstrap.",
            tested,
            ALPHA * 100.0
        );
        let needed = statistics::needed(tested);
        let fewest = pairs.iter().filter(|pair| pair.chance.is_some());
        let fewest = fewest
            .map(|pair| pair.repeated.0.min(pair.repeated.1))
            .min();
        if fewest.is_some_and(|fewest| fewest < ENOUGH) {
            found += &format!(
                " With fewer than {ENOUGH} repetitions they are all that the samples allow instead."
            );
        }
        if fewest.is_some_and(|fewest| fewest < needed) {
            found += &format!(
                " To tell a difference among so many takes {needed} repetitions of both (--repeat {needed})."
            );
        }
    }
    report.prose(found);
}

fn figures(count: usize) -> String {
    match count {
        1 => "1 figure".to_owned(),
        count => format!("{count} figures"),
    }
}

fn identity(document: &Document, entry: &Entry) -> Value {
    let keys = keys(&document.kind).unwrap_or_default();
    let pairs = keys.iter().filter_map(|key| {
        let value = entry.get(*key)?;
        Some(((*key).to_owned(), value.clone()))
    });
    Value::Object(pairs.collect())
}

/// What makes ratios say less than they seem to.
fn warnings(before: &Document, after: &Document) -> Vec<String> {
    let mut warnings = Vec::new();
    let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
    for (field, what) in [
        ("machine", "the machines differ"),
        ("build", "the builds differ"),
        ("profile", "the builds differ"),
    ] {
        let (a, b) = (before.head.get(field), after.head.get(field));
        match (a.and_then(Value::as_object), b.and_then(Value::as_object)) {
            (Some(a), Some(b)) => {
                let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
                names.sort();
                names.dedup();
                for name in names
                    .into_iter()
                    .filter(|name| a.get(*name) != b.get(*name))
                {
                    let (a, b) = (shown(a.get(name)), shown(b.get(name)));
                    warnings.push(format!("{what}: {name} is {a} and {b}"));
                }
            }
            _ if a != b => warnings.push(format!("{what}: {} and {}", shown(a), shown(b))),
            _ => {}
        }
    }
    warnings
}

/// A number in few digits.
fn short(x: f64) -> String {
    match x.abs() {
        x if x >= 1e7 => format!("{:.3}e6", x / 1e6),
        x if x >= 1e4 => format!("{x:.0}"),
        x if x >= 1.0 => format!("{x:.2}"),
        _ => format!("{x:.5}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha20Rng;

    /// A file of so many kernels, each measured so often: of `1 + i` seconds times `factor`, and a noise with
    /// a standard deviation of about `noise` and, once in twenty, a much longer run.
    fn file(
        kernels: usize,
        repeat: usize,
        factor: f64,
        noise: f64,
        random: &mut ChaCha20Rng,
    ) -> Document {
        let mut document = Document::new("bench kernels", json!({}));
        for i in 0..kernels {
            let mut sample = || {
                // The sum of twelve is nearly normal.
                let normal: f64 = (0..12).map(|_| random.gen_range(-0.5..0.5)).sum();
                let late = if random.gen_range(0..20) == 0 {
                    0.3
                } else {
                    0.0
                };
                (1.0 + i as f64) * factor * (noise * normal + late).exp()
            };
            let samples: Vec<f64> = (0..repeat).map(|_| sample()).collect();
            let entry = json!({
                "kernel": format!("k{i}"), "log_size": 4, "threads": 1,
                "prove_s": statistics::median(&samples),
                "samples": samples.iter().map(|s| json!({ "prove_s": s })).collect::<Vec<_>>(),
            });
            document.results.extend(entry.as_object().cloned());
        }
        document
    }

    const JUDGING: Judging = Judging {
        seed: 0,
        least: 1.01,
        resamples: 200,
    };

    fn verdicts(a: &Document, b: &Document) -> Vec<Verdict> {
        let pairs = pairs(a, b, &["prove_s"], JUDGING);
        pairs.iter().map(|pair| pair.verdict).collect()
    }

    /// Of two sets of samples of one distribution hardly ever one of several is called different: the rate that is stated
    /// is 5 % of the calls, and so 10 of 200, with three standard deviations of 3 above.
    #[test]
    fn a_binary_equals_itself() {
        let mut random = ChaCha20Rng::seed_from_u64(17);
        let calls = 200;
        let wrong = (0..calls).filter(|_| {
            let mut file = || file(6, 6, 1.0, 0.03, &mut random);
            let (a, b) = (file(), file());
            let different = |verdict: &Verdict| matches!(verdict, Verdict::Less | Verdict::More);
            verdicts(&a, &b).iter().any(different)
        });
        let wrong = wrong.count();
        assert!(wrong <= calls / 20 + 9, "{wrong} of {calls}");
        // The same file is the same in every figure.
        let one = file(3, 2, 1.0, 0.03, &mut random);
        assert_eq!(verdicts(&one, &one), [Verdict::Same; 3]);
    }

    /// Five percent are found in noise of one percent, late runs among them, in each of 16 timings, in both directions; and
    /// half a percent is no difference.
    #[test]
    fn a_difference_is_found() {
        let mut random = ChaCha20Rng::seed_from_u64(18);
        let base = file(16, 12, 1.0, 0.01, &mut random);
        let found = |factor: f64, wanted: Verdict, random: &mut ChaCha20Rng| {
            let other = file(16, 12, factor, 0.01, random);
            let found = verdicts(&base, &other);
            found.iter().filter(|verdict| **verdict == wanted).count()
        };
        assert!(found(1.05, Verdict::More, &mut random) >= 15);
        assert!(found(0.95, Verdict::Less, &mut random) >= 15);
        assert!(found(1.005, Verdict::Same, &mut random) >= 15);
    }

    #[test]
    fn few_repetitions_tell_nothing() {
        let mut random = ChaCha20Rng::seed_from_u64(19);
        let a = file(4, 3, 1.0, 0.001, &mut random);
        let mut b = file(4, 3, 10.0, 0.001, &mut random);
        assert_eq!(verdicts(&a, &b), [Verdict::Few; 4]);
        // Recorded without samples: the ratio is there, and nothing is said of it.
        b.results.iter_mut().for_each(|entry| {
            entry.remove("samples");
        });
        let pairs = pairs(&a, &b, &["prove_s"], JUDGING);
        assert!(
            pairs
                .iter()
                .all(|pair| pair.verdict == Verdict::Unknown && pair.ratio > 5.0)
        );
        assert!(pairs.iter().all(|pair| pair.interval.is_none()));
    }

    #[test]
    fn what_is_exact_differs_however_little() {
        let file = |bytes: u64| {
            let mut document = Document::new("bench kernels", json!({}));
            let entry = json!({"kernel": "k", "log_size": 4, "threads": 1, "proof_bytes": bytes,
                "phases": {"open": 1.0}, "samples": [{"phases": [["open", 1.0]]}, {"phases": [["open", 2.0]]}]});
            document.results.extend(entry.as_object().cloned());
            document
        };
        let (a, b) = (file(1_000_000), file(1_000_001));
        let figures = ["proof_bytes", "phases.open"];
        let verdict = |a, b| {
            let pairs = pairs(a, b, &figures, JUDGING);
            pairs
                .iter()
                .map(|pair| (pair.verdict, pair.repeated))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            verdict(&a, &b),
            [(Verdict::More, (0, 0)), (Verdict::Same, (2, 2))]
        );
        assert_eq!(verdict(&b, &a)[0].0, Verdict::Less);
        assert_eq!(verdict(&a, &a)[0].0, Verdict::Same);
    }
}
