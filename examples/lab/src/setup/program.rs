//! `jolt-lab setup program`: commitments to a program.

use super::add_file;
use crate::cli::{CommitArguments, Protocol};

use crate::keys;
use crate::progress::Progress;
use crate::report::{Report, add_warnings, hex, seconds, thousands};
use crate::source::{NewFile, Source};
use anyhow::Context;
use jolt_core::api::{self, Config, KnownProgram};
use jolt_core::observer::Observer;
use serde_json::json;

/// Makes and writes them.
///
/// # Errors
/// Unreadable or unwritable files, unknown names.
pub fn program(arguments: &CommitArguments) -> anyhow::Result<Report> {
    let source = Source::started(&arguments.program, &arguments.process)?;
    let program = source.program()?;
    keys::scheme(&arguments.pcs, &arguments.setup)?;
    let file = NewFile::create(&arguments.output)?;
    let protocol = Protocol {
        pcs: arguments.pcs.clone(),
        setup: arguments.setup.clone(),
        ..Protocol::default()
    };
    let config = Config {
        program: KnownProgram::Committed,
        zero_knowledge: !arguments.clear,
        ..keys::config(&protocol).fitting(arguments.cycles.0)
    };
    let mut progress = Progress::new(format!("committing to {}", source.name));
    progress.phase("setup");
    let key = api::setup(program.clone(), &config)?;
    let took = progress.finish().total();
    let commitments = key.verifying_key().commitments();
    let commitments = commitments.context("the key has no commitments")?;
    let contents = commitments.to_bytes();
    file.finish(&contents)?;

    let rows = program.rows().len();
    let mut report = Report::new(json!({
        "program": source.name,
        "pcs": arguments.pcs,
        "mode": if arguments.clear { "clear" } else { "zero-knowledge" },
        "cycle_vars": config.max_cycle_vars,
        "rows": rows,
        "initial_cells": program.image().len(),
        "digest": hex(&commitments.digest),
        "output": arguments.output,
        "bytes": contents.len(),
        "setup_s": took,
    }));
    report.line(format!("{} committed to", source.name));
    if let Some(start) = &source.start {
        start.add(&mut report, &source.elf);
    }
    verdict::floats::add(&mut report, &program);
    report.fact("rows", thousands(rows as u64));
    report.fact("cells of memory", thousands(program.image().len() as u64));
    let mode = if arguments.clear {
        "in the clear"
    } else {
        "in zero knowledge"
    };
    report.fact(
        "for proofs",
        format!(
            "{mode}, of 2^{} cycles, with {}",
            config.max_cycle_vars, arguments.pcs
        ),
    );
    report.fact("digest", hex(&commitments.digest));
    add_file(&mut report, &arguments.output, contents.len() as u64);
    report.fact("took", seconds(took));
    let setup = key.verifying_key().commitment().provenance();
    add_warnings(&mut report, setup, !arguments.clear);
    Ok(report)
}
