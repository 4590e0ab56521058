//! `jolt-lab conformance`: the ELF files of an instruction set test suite, each run, judged, proven, verified.
//!
//! Two conventions are known. Programs of *riscv-tests* store 1 to the symbol `tohost` if all is well, and
//! `2n + 1` if test `n` is not. Programs of *riscv-arch-test* leave a signature between the symbols
//! `begin_signature` and `end_signature`, to be compared with a reference from elsewhere.
//!
//! A proof states how the program ended, so the first convention's verdict is proven. A signature is part of what
//! is proven if the program copies it to its public output, as a target's halting code may; the report says
//! so. Otherwise it is compared in the memory of the run whose trace was proven.

mod collect;
mod examine;
mod judge;
mod signature;
mod summary;

pub use collect::Item;
pub use examine::{Finding, Proved, Run};
pub use judge::Verdict;

use crate::cli::{ConformanceArguments, Protocol};
use crate::columns::wrapped;
use crate::keys;
use crate::report::{Report, seconds, show};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Examines all ELF files of a directory; results are printed as they come, unless JSON is wanted.
///
/// # Errors
/// The directory cannot be read or has no ELF file. A file that fails is a negative verdict.
pub fn conformance(arguments: &ConformanceArguments) -> anyhow::Result<Report> {
    let Protocol { pcs, setup, .. } = &arguments.protocol;
    keys::scheme(pcs, setup)?;
    let items = collect::collect(arguments)?;
    let start = Instant::now();
    let width = items.iter().map(|item| item.path.chars().count()).max();
    let board = Board::new(items.len(), arguments.json);
    let mut findings = Vec::with_capacity(items.len());
    for item in &items {
        board.begin(item);
        let finding = Finding::of(item, arguments);
        board.end(&finding, width.unwrap_or(0))?;
        findings.push(finding);
    }
    drop(board);
    Ok(summary::report(
        arguments,
        &findings,
        start.elapsed().as_secs_f64(),
    ))
}

/// What is seen while it runs: results on standard output, progress on standard error if that is a terminal.
struct Board {
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Board {
    fn new(items: usize, quiet: bool) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(items as u64);
            let template = "{wide_bar} {pos}/{len} {msg} [{elapsed}, {eta} left]";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Board { bar, quiet }
    }

    fn begin(&self, item: &Item) {
        if let Some(bar) = &self.bar {
            bar.set_message(item.path.clone());
        }
    }

    fn end(&self, finding: &Finding, width: usize) -> anyhow::Result<()> {
        let print = || match self.quiet {
            true => Ok(()),
            false => show(&line(finding, width)),
        };
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.suspend(print)
            }
            None => print(),
        }
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// About one file: a line, or more if there is more to say.
fn line(finding: &Finding, width: usize) -> String {
    let name = match finding.verdict {
        Verdict::Fail { .. } => "FAIL",
        _ => finding.verdict.name(),
    };
    let mut line = format!("{name}  {:<width$}", finding.item.path);
    if let Some(reason) = finding.verdict.reason() {
        line += &format!("  {reason}");
    } else if let Some(run) = finding.run {
        line += &format!("  {:>7} cycles", run.cycles);
    }
    if let Some(proved) = finding.proved {
        line += &format!(
            "  proven in {}, verified in {}",
            seconds(proved.prove_s),
            seconds(proved.verify_s)
        );
        if proved.states_signature {
            line += ", with its signature";
        }
    }
    wrapped("", &line, 6)
}
