//! Generates, from the rows of every instruction, the statements that whatever a host advises there is
//! exactly one outcome, as SMT-LIB2, and has a solver decide them for all operands.
//!
//! ```text
//! cargo run -p instruction-tables --example uniqueness -- [OPTIONS]
//!
//!   --z3 PATH        the solver (default: z3)
//!   --timeout S      seconds for each query (default: 60)
//!   --words 32,64    word sizes
//!   --only NAME      one record
//!   --quick          only what is known to be fast
//!   --dump DIRECTORY write the queries there
//! ```
//!
//! A counterexample ends it with exit code 1. See `papers/uniqueness.md`.

mod encode;
mod query;
mod tables;
mod term;
#[cfg(test)]
mod tests;

use encode::Logic;
use instruction_tables::WordSize;
use instruction_tables::instructions::{MADE, Semantics, records};
use query::{Query, Statement, queries};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

struct Options {
    z3: String,
    timeout: u64,
    words: Vec<WordSize>,
    only: Option<String>,
    quick: bool,
    dump: Option<String>,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        z3: "z3".to_owned(),
        timeout: 60,
        words: vec![WordSize::W32, WordSize::W64],
        only: None,
        quick: false,
        dump: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--z3" => options.z3 = value()?,
            "--timeout" => options.timeout = value()?.parse().map_err(|e| format!("{e}"))?,
            "--only" => options.only = Some(value()?),
            "--dump" => options.dump = Some(value()?),
            "--quick" => options.quick = true,
            "--words" => {
                let word = |w: &str| match w {
                    "8" => Ok(WordSize::W8),
                    "32" => Ok(WordSize::W32),
                    "64" => Ok(WordSize::W64),
                    _ => Err(format!("no word size {w}")),
                };
                options.words = value()?.split(',').map(word).collect::<Result<_, _>>()?;
            }
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(options)
}

/// Whether there is a counterexample; [`None`] if the solver does not find out.
fn solve(z3: &str, timeout: u64, script: &str) -> Result<(Option<bool>, Duration), String> {
    let start = Instant::now();
    let mut solver = Command::new(z3)
        .args(["-in", &format!("-T:{timeout}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{z3}: {e}"))?;
    if let Some(mut input) = solver.stdin.take() {
        // A solver that ends early says so in its output.
        let _ = input.write_all(script.as_bytes());
    }
    let output = solver.wait_with_output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let verdict = match said.trim() {
        "unsat" => Some(false),
        "sat" => Some(true),
        "unknown" | "timeout" => None,
        other => return Err(format!("the solver says: {other}")),
    };
    Ok((verdict, start.elapsed()))
}

/// Queries of one kind.
#[derive(Default)]
struct Group {
    /// Without a solver, since both sides are the same terms.
    same: usize,
    proven: usize,
    open: usize,
    longest: Duration,
    total: Duration,
}

/// By whether there is advice, the statement's name, word size and logic.
type Groups = BTreeMap<(bool, &'static str, WordSize, Logic), Group>;

fn report(groups: &Groups) {
    println!();
    println!("| rows | statement | word | logic | same terms | proven | open | longest | all |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for ((advised, statement, word, logic), group) in groups {
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {:.1} s | {:.1} s |",
            if *advised { "with advice" } else { "without" },
            statement,
            word.bits(),
            match logic {
                Logic::Bits => "bit vectors",
                Logic::Integers => "integers",
            },
            group.same,
            group.proven,
            group.open,
            group.longest.as_secs_f64(),
            group.total.as_secs_f64(),
        );
    }
}

/// What came of all queries.
#[derive(Default)]
struct Results {
    groups: Groups,
    /// Statements proven in some logic, by name.
    settled: BTreeSet<String>,
    /// Statements that were not, in one logic at least.
    open: BTreeSet<String>,
    refuted: Vec<String>,
}

impl Results {
    fn ask(&mut self, options: &Options, query: &Query) -> Result<(), String> {
        let name = describe(query);
        let skipped = is_slow(query) || self.settled.contains(&name);
        if options.quick && skipped {
            return Ok(());
        }
        let advised = query.is_advised();
        let key = (advised, query.statement.name(), query.word, query.logic);
        let group = self.groups.entry(key).or_default();
        let Some(script) = query.script() else {
            group.same += 1;
            self.settled.insert(name);
            return Ok(());
        };
        if let Some(directory) = &options.dump {
            let file =
                format!("{directory}/{:?} {name}.smt2", query.logic).replace([' ', ','], "_");
            std::fs::write(file, &script).map_err(|e| e.to_string())?;
        }
        let counterexample = query.statement.is_refuted();
        let timeout = match counterexample {
            true => options.timeout.min(10),
            false => options.timeout,
        };
        let (verdict, time) = solve(&options.z3, timeout, &script)?;
        let verdict = verdict.map(|found| found == counterexample);
        if advised || verdict != Some(true) || time.as_secs() >= 1 {
            let verdict = match verdict {
                Some(true) => "as it should be",
                Some(false) => "NOT SO",
                None => "open",
            };
            println!(
                "{name}, {:?}: {verdict}, {:.2} s",
                query.logic,
                time.as_secs_f64()
            );
        }
        group.total += time;
        group.longest = group.longest.max(time);
        match verdict {
            Some(true) => {
                group.proven += 1;
                self.settled.insert(name);
            }
            None => {
                group.open += 1;
                self.open.insert(name);
            }
            Some(false) => self.refuted.push(name),
        }
        Ok(())
    }
}

fn run() -> Result<bool, String> {
    let options = options()?;
    let mut results = Results::default();
    for &word in &options.words {
        let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
        let all = records().chain(MADE);
        for record in all.filter(|r| r.exists(word) && wanted(r.mnemonic)) {
            for query in queries(word, record) {
                results.ask(&options, &query)?;
            }
        }
    }
    report(&results.groups);
    let open = results.open.difference(&results.settled);
    let open: Vec<&String> = open.collect();
    println!(
        "\n{} statements hold, {} open, {} refuted",
        results.settled.len(),
        open.len(),
        results.refuted.len()
    );
    for name in open {
        println!("open: {name}");
    }
    for name in &results.refuted {
        println!("REFUTED: {name}");
    }
    Ok(results.refuted.is_empty())
}

/// Whether a solver may take long: quotients of bit vectors, and all bytes of a crossing store together.
fn is_slow(query: &Query) -> bool {
    let store = matches!(query.instruction.record.semantics, Semantics::Store { .. });
    match query.statement {
        Statement::OneOutcome => query.is_advised() && query.logic == Logic::Bits,
        Statement::Accepted => (query.is_advised() || store) && query.logic == Logic::Bits,
        Statement::OneExpansion
        | Statement::TrapsOutside
        | Statement::AccessOrTrap
        | Statement::UncheckedTrap { .. }
        | Statement::Unchecked { .. } => false,
    }
}

/// The statement without its logic.
fn describe(query: &Query) -> String {
    let (i, bits, statement) = (
        &query.instruction,
        query.word.bits(),
        query.statement.name(),
    );
    match query.statement {
        Statement::Unchecked { row, .. } => format!("{i} rv{bits} {statement} in row {row}"),
        Statement::UncheckedTrap { row } => {
            format!("{i} rv{bits} {statement} in row {row} of its trap")
        }
        _ => format!("{i} rv{bits} {statement}"),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
