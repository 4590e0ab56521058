//! What shells and systems want of a command: completions, and manual pages.

use crate::cli::{Cli, CompletionsArguments, ManArguments};
use crate::report::{Report, show};
use anyhow::{Context, bail};
use clap::CommandFactory;
use serde_json::json;
use std::fs;

/// Prints a script that lets a shell complete command lines.
///
/// # Errors
/// Standard output cannot be written.
pub fn completions(arguments: &CompletionsArguments) -> anyhow::Result<Report> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "jolt-lab",
        &mut script,
    );
    show(&String::from_utf8_lossy(&script))?;
    Ok(Report::new(json!({})))
}

/// Writes a manual page for each command into a folder, which is made.
///
/// # Errors
/// The folder has something in it already, or cannot be written.
pub fn man(arguments: &ManArguments) -> anyhow::Result<Report> {
    let folder = &arguments.folder;
    let shown = folder.display();
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {shown}"))?;
    let mut entries = fs::read_dir(folder).with_context(|| format!("cannot read {shown}"))?;
    if entries.next().is_some() {
        bail!("{shown} is not empty: manual pages go into a folder of their own");
    }
    clap_mangen::generate_to(Cli::command(), folder)
        .with_context(|| format!("cannot write manual pages to {shown}"))?;
    let count = fs::read_dir(folder)?.count();
    let mut report = Report::new(json!({ "pages": count }));
    report.line(format!("{count} manual pages written to {shown}"));
    report.line(format!("Read one: man {shown}/jolt-lab.1"));
    Ok(report)
}
