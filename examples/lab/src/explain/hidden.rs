//! `jolt-lab explain --hidden`: what is in a proof that tells nothing, and how each message is hidden.
//!
//! The list comes from running the verifier, as that of relations does, and from what closes a proof.

use super::collect::CYCLE_VARS;
use crate::cli::Protocol;
use crate::inspect::record::{Part, Privacy, Record};
use crate::report::Report;
use crate::{guests, keys};
use anyhow::Context;
use jolt_core::api::{self, Config};
use jolt_core::statement::Statement;
use serde_json::{Value, json};
use tracer::{ExitStatus, Program};

const PROGRAM: &str = "fibonacci";

/// The messages of a proof of the bundled program, with the default arguments.
///
/// # Errors
/// The bundled program is unusable.
pub fn messages() -> anyhow::Result<Report> {
    let guest = guests::find(PROGRAM).context("a bundled program")?;
    let config = Config {
        max_cycle_vars: CYCLE_VARS,
        zero_knowledge: true,
        ..keys::config(&Protocol::default())
    };
    let key = api::verifying_key(Program::from_elf(guest.elf)?, &config)?;
    let statement = Statement {
        input: Vec::new(),
        output: Vec::new(),
        status: ExitStatus::Exit(0),
        cycle_vars: CYCLE_VARS,
    };
    let run = statement.run(key.program(), key.machine(), CYCLE_VARS)?;
    let record = Record::of(&run, &key)?;
    let rows: Vec<Value> = record.parts.iter().map(json_of).collect();
    let mut report = Report::new(json!({ "program": PROGRAM, "messages": rows }));
    report.line(format!(
        "Messages of a proof that tells nothing: {PROGRAM}, 2^{CYCLE_VARS} cycles, RV64"
    ));
    let mut line = |[name, elements, points, how]: [&str; 4]| {
        report.line(format!("  {name:<24} {elements:>8} {points:>7}  {how}"));
    };
    line(["message", "elements", "points", "how it is hidden"]);
    let number = |n: usize| match n {
        0 => "–".to_owned(),
        n => n.to_string(),
    };
    for part in &record.parts {
        let counts = [part.elements, part.commitments].map(number);
        let [elements, points] = &counts;
        line([&part.name, elements, points, part.privacy.words()]);
    }
    line(["open", "", "", "the scheme's, blinded"]);
    let hidden = record.parts.iter().filter(|p| p.privacy == Privacy::Rows);
    let (elements, rows) = hidden.fold((0, 0), |(elements, rows), part| {
        (elements + part.elements, rows + part.commitments)
    });
    report.line(format!(
        "{elements} elements are in {rows} rows of up to 16, each committed with a blinding of\n\
         its own. The verifier's program runs over them unseen: its {} claims on\n\
         columns and all its checks become one equation. The argument is in\n\
         papers/zero-knowledge.md; `jolt-lab inspect PROOF --program PROGRAM` lists a\n\
         proof of yours.",
        record.claims
    ));
    Ok(report)
}

fn json_of(part: &Part) -> Value {
    json!({
        "message": part.name,
        "elements": part.elements,
        "commitments": part.commitments,
        "bytes": part.bytes(),
        "hidden": part.privacy.words(),
    })
}
