//! How likely a cheater is to get through the interactive protocol, term by term ([`jolt_core::soundness`]), and
//! what else a proof rests on.

use crate::cli::{Protocol, SetupArguments};
use crate::keys;
use crate::registry::{argument, memory_argument, registry};
use crate::report::Report;
use crate::source::Source;
use commitments::Pcs;
use commitments::hyrax::Hyrax;
use jolt_core::soundness::ErrorBound;
use jolt_core::statement::MAX_CYCLE_VARS;
use jolt_core::vm::{self, Arguments};
use serde_json::{Value, json};
use tracer::Program;
pub use verdict::soundness::{add, shown};

/// `log2` of the cycles that [`table`] is for.
pub const SIZES: [usize; 5] = [10, 16, 20, 24, MAX_CYCLE_VARS];

/// The error of a run of a program.
///
/// # Errors
/// Unknown names; a size that there are no proofs of.
pub fn bound(
    program: &Program,
    protocol: &Protocol,
    cycle_vars: usize,
) -> anyhow::Result<ErrorBound> {
    let scheme = keys::scheme(&protocol.pcs, &protocol.setup)?;
    let key = scheme.verifying_key(cycle_vars, &keys::setup(&protocol.setup))?;
    let lookup = argument(&protocol.lookup)?;
    let memory = memory_argument(&protocol.memory)?;
    let arguments = Arguments {
        lookup: &*lookup,
        memory: &*memory,
    };
    Ok(ErrorBound::of_program(
        program, &arguments, &*key, cycle_vars,
    )?)
}

/// Bits by arguments and size, with the scheme of a protocol, as a table in Markdown. Arguments that cannot serve the machine are left out.
///
/// # Errors
/// As [`bound`].
pub fn table(program: &Program, of: &Protocol) -> anyhow::Result<(Vec<String>, Vec<Value>)> {
    let (pcs, hyrax) = (of.pcs.as_str(), &of.setup.hyrax);
    let sizes = SIZES.map(|vars| format!(" 2^{vars} |"));
    let mut lines = vec![
        format!("| lookup | memory |{}", sizes.concat()),
        format!("|---|---|{}", "---|".repeat(SIZES.len())),
    ];
    let mut rows = Vec::new();
    for lookup in registry().lookups() {
        let serves = |vars| lookup.supports(&vm::lookup_shape_of(program.word(), vars));
        if SIZES.iter().any(|vars| serves(*vars).is_err()) {
            continue;
        }
        for memory in registry().memory_names() {
            let mut cells = Vec::new();
            let protocol = Protocol {
                lookup: lookup.name().to_owned(),
                memory: memory.to_owned(),
                pcs: pcs.to_owned(),
                setup: SetupArguments {
                    srs: None,
                    hyrax: *hyrax,
                },
            };
            for vars in SIZES {
                let too_long = pcs == Hyrax::NAME && keys::layout(pcs, hyrax, vars).is_none();
                let bits = match too_long {
                    true => None,
                    false => bound(program, &protocol, vars)?.bits(),
                };
                cells.push(bits.map_or("–".to_owned(), shown));
                rows.push(json!({
                    "lookup": lookup.name(), "memory": memory, "cycle_vars": vars, "bits": bits,
                }));
            }
            let (name, cells) = (lookup.name(), cells.join(" | "));
            lines.push(format!("| {name} | {memory} | {cells} |"));
        }
    }
    Ok((lines, rows))
}

/// `inspect PROGRAM --soundness`: all terms for one choice of arguments and one size, and bits for every other.
///
/// # Errors
/// The file is no program; unknown names.
pub fn inspect(source: &Source, protocol: &Protocol, cycle_vars: usize) -> anyhow::Result<Report> {
    let program = source.program()?;
    let mut report = Report::new(json!({
        "program": source.name,
        "lookup": protocol.lookup,
        "memory": protocol.memory,
        "pcs": protocol.pcs,
        "cycle_vars": cycle_vars,
    }));
    report.line(format!(
        "{}: 2^{cycle_vars} cycles, lookups by {}, memory by {}, commitments by {}",
        source.name, protocol.lookup, protocol.memory, protocol.pcs
    ));
    add(&mut report, &bound(&program, protocol, cycle_vars)?);
    report.line("Bits of the interactive protocol, by arguments and padded cycles");
    let (lines, rows) = table(&program, protocol)?;
    lines.iter().for_each(|line| report.line(line));
    report.json.insert("by_arguments".to_owned(), json!(rows));
    Ok(report)
}
