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
//!   --quick          of what rows with advice are asked, only what is known to be fast
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
use instruction_tables::instructions::records;
use query::{Query, Statement, queries};
use std::collections::BTreeMap;
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

/// What the solver says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Proven,
    Refuted,
    Unknown,
}

fn solve(options: &Options, script: &str) -> Result<(Verdict, Duration), String> {
    let start = Instant::now();
    let mut solver = Command::new(&options.z3)
        .args(["-in", &format!("-T:{}", options.timeout)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", options.z3))?;
    if let Some(mut input) = solver.stdin.take() {
        // A solver that ends early says so in its output.
        let _ = input.write_all(script.as_bytes());
    }
    let output = solver.wait_with_output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let verdict = match said.trim() {
        "unsat" => Verdict::Proven,
        "sat" => Verdict::Refuted,
        "unknown" | "timeout" => Verdict::Unknown,
        other => return Err(format!("the solver says: {other}")),
    };
    Ok((verdict, start.elapsed()))
}

/// Queries of one kind.
#[derive(Default)]
struct Group {
    proven: usize,
    open: Vec<String>,
    longest: Duration,
    total: Duration,
}

type Groups = BTreeMap<(bool, Statement, WordSize, Logic), Group>;

fn report(groups: &Groups) {
    println!();
    println!("| rows | statement | word | logic | proven | open | longest | all |");
    println!("|---|---|---|---|---|---|---|---|");
    for ((advised, statement, word, logic), group) in groups {
        println!(
            "| {} | {} | {} | {} | {} | {} | {:.1} s | {:.1} s |",
            if *advised { "with advice" } else { "without" },
            statement.name(),
            word.bits(),
            match logic {
                Logic::Bits => "bit vectors",
                Logic::Integers => "integers",
            },
            group.proven,
            group.open.len(),
            group.longest.as_secs_f64(),
            group.total.as_secs_f64(),
        );
    }
}

fn run() -> Result<bool, String> {
    let options = options()?;
    let mut groups = Groups::new();
    let mut refuted = Vec::new();
    for &word in &options.words {
        let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
        for record in records().filter(|r| r.exists(word) && wanted(r.mnemonic)) {
            for query in queries(word, record) {
                let advised = query.is_advised();
                if options.quick && advised && query.logic == Logic::Bits {
                    continue;
                }
                let name = describe(&query);
                let script = query.script();
                if let Some(directory) = &options.dump {
                    let file = name.replace([' ', ',', '(', ')'], "_");
                    std::fs::write(format!("{directory}/{file}.smt2"), &script)
                        .map_err(|e| e.to_string())?;
                }
                let (verdict, time) = solve(&options, &script)?;
                if advised || verdict != Verdict::Proven || time.as_secs() >= 1 {
                    println!("{name}: {verdict:?}, {:.2} s", time.as_secs_f64());
                }
                let key = (advised, query.statement, word, query.logic);
                let group = groups.entry(key).or_default();
                group.total += time;
                group.longest = group.longest.max(time);
                match verdict {
                    Verdict::Proven => group.proven += 1,
                    Verdict::Unknown => group.open.push(name),
                    Verdict::Refuted => refuted.push(name),
                }
            }
        }
    }
    report(&groups);
    let open: Vec<&String> = groups.values().flat_map(|g| &g.open).collect();
    let proven: usize = groups.values().map(|g| g.proven).sum();
    println!(
        "\n{proven} proven, {} open, {} refuted",
        open.len(),
        refuted.len()
    );
    for name in open {
        println!("open: {name}");
    }
    for name in &refuted {
        println!("REFUTED: {name}");
    }
    Ok(refuted.is_empty())
}

fn describe(query: &Query) -> String {
    let logic = match query.logic {
        Logic::Bits => "bits",
        Logic::Integers => "integers",
    };
    format!(
        "{} rv{} {} {logic}",
        query.instruction,
        query.word.bits(),
        query.statement.name(),
    )
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
