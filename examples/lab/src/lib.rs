//! The `jolt-lab` command: run, trace, prove, verify, inspect, measure.
//!
//! | module | is |
//! |---|---|
//! | [`cli`] | the command line |
//! | [`guests`] | the programs that come with the command |
//! | [`source`] | programs and inputs from names and files |
//! | [`progress`] | phases of the prover: shown and timed |
//! | [`report`] | what a command has to say, as text and as JSON |
//! | [`keys`] | the rule by which prover and verifier choose the same key |
//! | [`estimate`] | what a proof will take, before it is made |
//! | [`profile`] | where the cycles of a run went |
//! | [`mod@build`], [`run`], [`mod@trace`], [`prove`], [`verify`], [`inspect`], [`lookup`], [`mod@conformance`], [`mod@bench`], [`demo`] | the commands of these names |
//!
//! Exit codes: 0 done or accepted, 1 rejected (a proof does not hold, a program does not succeed),
//! 2 usage, unreadable files and everything else.

pub mod bench;
pub mod build;
pub mod cli;
pub mod conformance;
pub mod demo;
pub mod estimate;
pub mod guests;
pub mod inspect;
pub mod keys;
pub mod lookup;
pub mod profile;
pub mod progress;
pub mod prove;
pub mod report;
pub mod run;
pub mod source;
pub mod trace;
pub mod verify;

use anyhow::Context;
use cli::{Bench, Cli, Command};
use report::Report;

/// Runs a command.
///
/// # Errors
/// Whatever is neither done nor a verdict: exit code 2.
pub fn execute(cli: &Cli) -> anyhow::Result<Report> {
    if let Some(threads) = cli.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads.into())
            .build_global()
            .context("the thread pool cannot be made")?;
    }
    match &cli.command {
        Command::Demo => demo::demo(),
        Command::Build(arguments) => build::build(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Trace(arguments) => trace::trace(arguments),
        Command::Prove(arguments) => prove::prove(arguments),
        Command::Verify(arguments) => verify::verify(arguments),
        Command::Inspect(arguments) => inspect::inspect(arguments),
        Command::Lookup(arguments) => lookup::lookup(arguments),
        Command::Conformance(arguments) => conformance::conformance(arguments),
        Command::Bench(Bench::Vm(arguments)) => bench::vm(arguments, cli.threads),
        Command::Measure => bench::measure::answer(),
    }
}
