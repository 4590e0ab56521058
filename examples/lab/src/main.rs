//! Entry point: parses, executes, prints, exits.

use clap::Parser;
use jolt_lab::cli::Cli;
use jolt_lab::report::{Report, UNUSABLE};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

fn main() -> ExitCode {
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
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; nothing to do if they cannot be printed.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { UNUSABLE } else { 0 });
        }
    };
    let json = cli.json();
    match catch_unwind(AssertUnwindSafe(|| jolt_lab::execute(&cli))) {
        Ok(Ok(report)) => report.print(json),
        Ok(Err(error)) => Report::unusable(&error).print(json),
        Err(_) => ExitCode::from(UNUSABLE),
    }
}
