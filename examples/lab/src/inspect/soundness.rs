//! How likely a cheater is to get through the interactive protocol, term by term ([`jolt_core::soundness`]), and
//! what else a proof rests on.

use crate::cli::{Protocol, SetupArguments};
use crate::keys;
use crate::registry::{argument, memory_argument, registry};
use crate::report::Report;
use crate::source::Source;
use commitments::Pcs;
use commitments::hyrax::Hyrax;
use jolt_core::soundness::{ASSUMPTIONS, ErrorBound, GROUP_BITS, Term, field_bits};
use jolt_core::statement::MAX_CYCLE_VARS;
use jolt_core::vm::{self, Arguments};
use serde_json::{Value, json};
use tracer::Program;

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

/// `−log2` of the error, rounded down to a tenth.
pub fn shown(bits: f64) -> String {
    format!("{:.1}", (bits * 10.0).floor() / 10.0)
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

fn json_of(term: &Term) -> Value {
    let labels: Vec<&str> = term.challenges.iter().map(|(label, _)| *label).collect();
    let drawn: usize = term.challenges.iter().map(|(_, count)| count).sum();
    json!({
        "part": term.part,
        "challenges": labels,
        "drawn": drawn,
        "about": term.about,
        "degree": term.degree as f64,
        "beside_bits": term.beside,
        "bits": term.bits(),
    })
}

/// Adds every term of a bound, their sum and the assumptions.
pub fn add(report: &mut Report, bound: &ErrorBound) {
    report.line(
        "Error of the interactive protocol: each term is its degree / p at most,\n\
         but that of random positions",
    );
    report.line("  part          bits    degree  challenges, and what they may hide");
    for term in &bound.terms {
        let labels: Vec<&str> = term.challenges.iter().map(|(label, _)| *label).collect();
        let drawn: usize = term.challenges.iter().map(|(_, count)| count).sum();
        let times = match drawn {
            0 => " again".to_owned(),
            1 => String::new(),
            n => format!(" ×{n}"),
        };
        let bits = term.bits().map_or("–".to_owned(), shown);
        let head = format!("  {:<11} {bits:>6} {:>9}  ", term.part, term.degree);
        let text = format!("{}{times}: {}", labels.join(", "), term.about);
        report.beside(&head, &text);
    }
    for (phase, label) in &bound.unaccounted {
        report.line(format!(
            "  {phase:<11} NOTHING SAYS WHAT `{label}` MAY HIDE"
        ));
    }
    report.line(match bound.bits() {
        Some(bits) => format!("  {:<11} {:>6} {:>9}", "sum", shown(bits), bound.degree()),
        None => "  sum          none: there are challenges that no term is for".to_owned(),
    });
    report.line("And what is no part of it");
    for assumption in &ASSUMPTIONS {
        let bits = assumption
            .bits
            .map_or(String::new(), |bits| format!("about {bits} bits"));
        report.line(format!("  {:<36} {bits}", assumption.what));
        report.beside("    ", assumption.about);
    }
    let assumptions = ASSUMPTIONS
        .iter()
        .map(|a| json!({ "what": a.what, "bits": a.bits, "about": a.about }));
    let assumptions: Vec<Value> = assumptions.collect();
    let unaccounted: Vec<&str> = bound.unaccounted.iter().map(|(_, label)| *label).collect();
    let terms: Vec<Value> = bound.terms.iter().map(json_of).collect();
    for (key, value) in [
        ("soundness", json!(terms)),
        ("soundness_bits", json!(bound.bits())),
        ("unaccounted_challenges", json!(unaccounted)),
        ("field_bits", json!(field_bits())),
        ("group_bits", json!(GROUP_BITS)),
        ("assumptions", json!(assumptions)),
    ] {
        report.json.insert(key.to_owned(), value);
    }
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
