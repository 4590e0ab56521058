//! The `jolt-lab` command: run, trace, prove, verify, inspect, measure.
//!
//! | module | is |
//! |---|---|
//! | [`cli`] | the command line |
//! | [`guests`] | the programs that come with the command |
//! | [`source`] | programs and inputs from names and files |
//! | [`mod@linux`] | what Linux programs are started with |
//! | [`interrupt`] | what an interrupt leaves behind |
//! | [`progress`] | phases of the prover: shown and timed |
//! | [`columns`], [`report`] | text in lines of 80 columns; what a command has to say, as text and as JSON: modules of the crate `verdict`, where what verifiers say is |
//! | [`mod@seed`] | where random values come from |
//! | [`built`] | what this build was made from |
//! | [`registry`] | the arguments and schemes that all commands know |
//! | [`keys`] | the rule by which prover and verifier choose the same key |
//! | [`estimate`] | what a proof will take, before it is made |
//! | [`mod@build`], [`run`], [`mod@profile`], [`mod@trace`], [`debugger`], [`prove`], [`verify`], [`inspect`], [`mod@security`], [`lookup`], [`mod@arguments`], [`explain`], [`transcript`], [`mod@conformance`], [`mod@setup`], [`mod@bench`], [`mod@reproduce`], [`demo`] | the commands of these names |
//!
//! A binary with arguments of its own is this command and more:
//!
//! ```no_run
//! use jolt_core::lookup::lasso::Lasso;
//! use jolt_core::registry::Registry;
//!
//! fn main() -> std::process::ExitCode {
//!     jolt_lab::main_with(Registry::builtin().with_lookup(Lasso::with_chunks(8)))
//! }
//! ```
//!
//! Exit codes: 0 done or accepted, 1 rejected (a proof does not hold, a program does not succeed),
//! 2 usage, unreadable files and everything else.

pub mod arguments;
pub mod bench;
pub mod build;
pub mod built;
pub mod cli;
pub mod conformance;
pub mod debugger;
pub mod demo;
pub mod dense;
pub mod estimate;
pub mod explain;
pub mod guests;
pub mod inspect;
pub mod interrupt;
pub mod keys;
pub mod linux;
pub mod lookup;
pub mod policy;
pub mod profile;
pub mod program_key;
pub mod progress;
pub mod prove;
pub mod registry;
pub mod reproduce;
pub mod run;
pub mod security;
pub mod seed;
pub mod setup;
pub mod shell;
pub mod source;
pub mod trace;
pub mod transcript;
pub mod verify;

pub use verdict::{columns, report};

use anyhow::Context;
use clap::Parser;
use cli::{Bench, Cli, Command};
use jolt_core::registry::Registry;
use report::{Report, UNUSABLE};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// The whole command, with the arguments and schemes of a registry: parses, executes, prints. To be
/// called once, first thing in `main`.
pub fn main_with(registry: Registry) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("internal error: {panic}");
        eprintln!("This is a bug. Please report it with the command line that led to it.");
    }));
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .init();
    if let Err(error) = registry::install(registry) {
        return Report::unusable(&error).print(false);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, unless they cannot be printed.
            let printed = match error.print() {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    eprintln!("error: cannot write to standard output: {error}");
                    false
                }
                _ => true,
            };
            let done = printed && !error.use_stderr();
            return ExitCode::from(if done { 0 } else { UNUSABLE });
        }
    };
    let json = cli.json();
    match catch_unwind(AssertUnwindSafe(|| execute(&cli))) {
        Ok(Ok(report)) => report.print(json),
        Ok(Err(error)) => Report::unusable(&error).print(json),
        Err(_) => ExitCode::from(UNUSABLE),
    }
}

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
        Command::Demo(arguments) => demo::demo(arguments),
        Command::Build(arguments) => build::build(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Profile(arguments) => profile::profile(arguments),
        Command::Trace(arguments) => trace::trace(arguments),
        Command::Debug(arguments) => debugger::debug(arguments),
        Command::Prove(arguments) => prove::prove(arguments),
        Command::Verify(arguments) => verify::verify(arguments),
        Command::Inspect(arguments) => inspect::inspect(arguments),
        Command::Security(arguments) => security::security(arguments),
        Command::Lookup(arguments) => lookup::lookup(arguments),
        Command::Arguments(list) => arguments::arguments(list),
        Command::Explain(relation) => explain::explain(relation),
        Command::Transcript(proof) => transcript::transcript(proof),
        Command::Conformance(arguments) => conformance::conformance(arguments),
        Command::Setup(command) => setup::setup(command),
        Command::Bench(Bench::Vm(arguments)) => bench::vm::vm(arguments, cli.threads),
        Command::Bench(Bench::Lookup(arguments)) => bench::lookup::lookup(arguments, cli.threads),
        Command::Bench(Bench::Kernels(arguments)) => {
            bench::kernels::kernels(arguments, cli.threads)
        }
        Command::Bench(Bench::Pcs(arguments)) => bench::pcs::pcs(arguments, cli.threads),
        Command::Bench(Bench::Report(arguments)) => bench::show::report(arguments),
        Command::Ablate(arguments) => bench::ablate::ablate(arguments, cli.threads),
        Command::Compare(arguments) => bench::compare::compare(arguments),
        Command::Reproduce(arguments) => reproduce::reproduce(arguments, cli.threads),
        Command::Completions(shell) => shell::completions(shell),
        Command::Man(arguments) => shell::man(arguments),
        Command::Measure => bench::answer::answer(),
    }
}
