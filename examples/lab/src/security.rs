//! `jolt-lab security`: how likely a cheater is to get through the interactive protocol, term by term
//! ([`jolt_core::soundness`]), what else a proof rests on, and what would make it stronger. No proof is needed.
//!
//! [`add`] shows the same of a proof, for `jolt-lab inspect` and whoever verifies.

use crate::cli::{Protocol, SecurityArguments, SetupArguments};
use crate::keys;
use crate::registry::{argument, memory_argument, registry, scheme};
use crate::report::Report;
use crate::source::Source;
use anyhow::{Context, bail};
use commitments::hyrax::Hyrax;
use commitments::{Foundation, Pcs};
use jolt_core::soundness::{Assumption, ErrorBound, assumptions};
use jolt_core::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS, cycle_vars};
use jolt_core::vm::{self, Arguments};
use serde_json::{Value, json};
use std::ffi::OsStr;
use tracer::Program;
use verdict::soundness::{add, json_of, shown, what};

/// `log2` of the cycles that [`table`] is for.
pub const SIZES: [usize; 5] = [10, 16, 20, 24, MAX_CYCLE_VARS];

/// The program whose bound is shown if none is named, by bits of its words.
const PROGRAMS: [(u8, &str); 2] = [(64, "fibonacci"), (32, "fibonacci-rv32")];

/// Runs that there is a bound for.
#[derive(Clone, Copy, Debug)]
pub struct Runs<'a> {
    /// Rows and tables are this one's.
    pub program: &'a Program,
    /// `log2` of the padded cycles.
    pub cycle_vars: usize,
    /// Whether their proofs tell nothing but the statement.
    pub hides: bool,
}

impl Runs<'_> {
    /// The error of their proofs.
    ///
    /// # Errors
    /// Unknown names; a size that there are no proofs of; a scheme that cannot hide, and should.
    pub fn bound(&self, protocol: &Protocol) -> anyhow::Result<ErrorBound> {
        let Runs {
            program,
            cycle_vars,
            hides,
        } = *self;
        let scheme = keys::scheme(&protocol.pcs, &protocol.setup)?;
        let setup = keys::setup(&protocol.setup);
        let key = match hides {
            true => scheme.hiding_verifying_key(cycle_vars, &setup)?,
            false => scheme.verifying_key(cycle_vars, &setup)?,
        };
        let lookup = argument(&protocol.lookup)?;
        lookup
            .supports(&vm::lookup_shape_of(program.word(), cycle_vars))
            .with_context(|| format!("{} cannot serve this machine", lookup.name()))?;
        let memory = memory_argument(&protocol.memory)?;
        let arguments = Arguments {
            lookup: &*lookup,
            memory: &*memory,
            program: None,
        };
        Ok(ErrorBound::of_program(
            program, &arguments, &*key, cycle_vars,
        )?)
    }
}

/// Bits by arguments and size, with the scheme of a protocol, as a table in Markdown. Arguments that cannot serve the machine are left out.
///
/// # Errors
/// As [`Runs::bound`].
pub fn table(runs: Runs<'_>, of: &Protocol) -> anyhow::Result<(Vec<String>, Vec<Value>)> {
    let sizes = SIZES.map(|vars| format!(" 2^{vars} |"));
    let mut lines = vec![
        format!("| lookup | memory |{}", sizes.concat()),
        format!("|---|---|{}", "---|".repeat(SIZES.len())),
    ];
    let mut rows = Vec::new();
    for (lookup, memory) in pairs(runs.program) {
        let mut cells = Vec::new();
        let protocol = with(of, &lookup, &memory, &of.pcs);
        for cycle_vars in SIZES {
            let runs = Runs { cycle_vars, ..runs };
            let bits = match fits(&protocol, cycle_vars) {
                true => runs.bound(&protocol)?.bits(),
                false => None,
            };
            cells.push(bits.map_or("–".to_owned(), shown));
            rows.push(json!({
                "lookup": lookup, "memory": memory, "cycle_vars": cycle_vars, "bits": bits,
            }));
        }
        let cells = cells.join(" | ");
        lines.push(format!("| {lookup} | {memory} | {cells} |"));
    }
    Ok((lines, rows))
}

/// The pairs of arguments that serve a program at every size.
fn pairs(program: &Program) -> Vec<(String, String)> {
    let lookups = registry().lookups().iter().filter(|lookup| {
        let serves = |vars: &usize| lookup.supports(&vm::lookup_shape_of(program.word(), *vars));
        SIZES.iter().all(|vars| serves(vars).is_ok())
    });
    let memories = || registry().memory_names().into_iter();
    let pairs = lookups
        .flat_map(|lookup| memories().map(|memory| (lookup.name().to_owned(), memory.to_owned())));
    pairs.collect()
}

/// The same protocol with other parts.
fn with(of: &Protocol, lookup: &str, memory: &str, pcs: &str) -> Protocol {
    let hyrax = match pcs == of.pcs {
        true => of.setup.hyrax,
        false => Default::default(),
    };
    Protocol {
        lookup: lookup.to_owned(),
        memory: memory.to_owned(),
        pcs: pcs.to_owned(),
        setup: SetupArguments { srs: None, hyrax },
    }
}

/// Whether there are keys for runs of this size.
fn fits(protocol: &Protocol, vars: usize) -> bool {
    protocol.pcs != Hyrax::NAME
        || keys::layout(&protocol.pcs, &protocol.setup.hyrax, vars).is_some()
}

/// The assumption that takes the least work to break.
fn weakest(foundation: Option<Foundation>) -> Option<&'static Assumption> {
    let measured = assumptions(foundation).filter(|a| a.bits.is_some());
    measured.min_by_key(|a| a.bits)
}

/// What is least of a bound and of what it rests on: in words, and in bits.
fn least(bound: &ErrorBound, foundation: Option<Foundation>) -> Option<(String, f64)> {
    let own = ("the interactive protocol".to_owned(), bound.bits()?);
    let beside = weakest(foundation).and_then(|a| Some((a.what.to_owned(), f64::from(a.bits?))));
    Some(match beside {
        Some(beside) if beside.1 < own.1 => beside,
        _ => own,
    })
}

/// What limits a proof, and every other choice that raises the sum of the terms, computed.
fn add_ways(
    report: &mut Report,
    runs: Runs<'_>,
    (protocol, bound): (&Protocol, &ErrorBound),
) -> anyhow::Result<()> {
    let foundation = scheme(&protocol.pcs)?.facts().foundation;
    report.line("What limits it");
    if let Some((what, bits)) = least(bound, foundation) {
        report.fact("of all", format!("{what}, {} bits", shown(bits)));
        report
            .json
            .insert("limit".to_owned(), json!({ "what": what, "bits": bits }));
    }
    let terms = bound
        .terms
        .iter()
        .filter_map(|term| Some((term, term.bits()?)));
    let Some((smallest, bits)) = terms.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Ok(());
    };
    let text = format!(
        "{}, {}, {} bits",
        smallest.part,
        what(smallest),
        shown(bits)
    );
    report.fact("of the terms", text);
    report.json.insert("smallest".to_owned(), json_of(smallest));
    let own = bound.bits();
    let mut ways = Vec::new();
    let mut way = |how: String, runs: Runs<'_>, protocol: &Protocol| -> anyhow::Result<()> {
        if !fits(protocol, runs.cycle_vars) {
            return Ok(());
        }
        let bits = runs.bound(protocol)?.bits();
        if let (Some(own), Some(bits)) = (own, bits)
            && shown(bits) != shown(own)
            && bits > own
        {
            ways.push((how, bits));
        }
        Ok(())
    };
    let Protocol {
        lookup,
        memory,
        pcs,
        ..
    } = protocol;
    for (other, beside) in pairs(runs.program) {
        let changed = [(&other, lookup, "lookup"), (&beside, memory, "memory")];
        let changed = changed.iter().filter(|(new, old, _)| new != old);
        let options: Vec<String> = changed
            .map(|(new, _, of)| format!("--{of} {new}"))
            .collect();
        if !options.is_empty() {
            way(
                options.join(" "),
                runs,
                &with(protocol, &other, &beside, pcs),
            )?;
        }
    }
    for other in registry().schemes().names() {
        let able = !runs.hides || scheme(other)?.hides();
        if able && other != pcs {
            let trusted = match scheme(other)?.facts().transparent {
                true => "",
                false => ", whose setup has to be trusted",
            };
            let protocol = with(protocol, lookup, memory, other);
            way(format!("--pcs {other}{trusted}"), runs, &protocol)?;
        }
    }
    if runs.cycle_vars > MIN_CYCLE_VARS {
        let cycle_vars = MIN_CYCLE_VARS.max(runs.cycle_vars.saturating_sub(4));
        let shorter = Runs { cycle_vars, ..runs };
        way(format!("--cycles 2^{cycle_vars}"), shorter, protocol)?;
    }
    ways.sort_by(|a, b| b.1.total_cmp(&a.1));
    report.line("What raises the sum of the terms");
    for (how, bits) in &ways {
        report.fact(&shown(*bits), how);
    }
    if ways.is_empty() {
        report.line("  no other argument, scheme or size that is registered does");
    }
    let rows = ways
        .iter()
        .map(|(how, bits)| json!({ "how": how, "bits": bits }));
    report.json.insert("raised_by".to_owned(), rows.collect());
    report.prose(match foundation {
        Some(Foundation::Hashes) => {
            "The term of positions is as small as their number makes it: more of them, or codewords of a lower rate, \
             raise it (sizes of the scheme's key, which the library sets), and proofs get longer. Schemes over BN254 raise \
             the sum, and rest on that group, which gives about 100 bits."
        }
        _ => {
            "None of these raises what the group gives, about 100 bits: BN254 decides, with every scheme over it. \
             Schemes of hashes alone have no group (--pcs basefold or ligero, with --clear); another curve would be \
             other schemes."
        }
    });
    Ok(())
}

/// `security`: all terms for one choice of arguments and one size, what limits them, and bits for every other choice.
///
/// # Errors
/// The file is no program; unknown names; a size that there are no proofs of; a scheme that cannot hide.
pub fn security(arguments: &SecurityArguments) -> anyhow::Result<Report> {
    let (protocol, hides) = (&arguments.protocol, !arguments.clear);
    let named = PROGRAMS.iter().find(|(bits, _)| *bits == arguments.word);
    let (_, typical) = named.context("words have 32 bits or 64")?;
    let subject = arguments.program.as_deref();
    let source = Source::started(subject.unwrap_or(OsStr::new(typical)), &arguments.process)?;
    let program = source.program()?;
    let vars = cycle_vars(arguments.cycles.0);
    if vars > MAX_CYCLE_VARS {
        bail!("--cycles: proofs are of up to 2^{MAX_CYCLE_VARS} cycles");
    }
    if hides && !scheme(&protocol.pcs)?.hides() {
        bail!(
            "{} has no proofs that hide what they are of: give --clear, as to `prove`",
            protocol.pcs
        );
    }
    let runs = Runs {
        program: &program,
        cycle_vars: vars,
        hides,
    };
    let mode = if hides { "zero-knowledge" } else { "clear" };
    let mut report = Report::new(json!({
        "program": source.name,
        "word_bits": program.word().bits(),
        "lookup": protocol.lookup,
        "memory": protocol.memory,
        "pcs": protocol.pcs,
        "mode": mode,
        "cycle_vars": vars,
    }));
    report.prose(format!(
        "Proofs of up to 2^{vars} cycles of RV{}, lookups by {}, memory by {}, commitments by {}, {mode}",
        program.word().bits(),
        protocol.lookup,
        protocol.memory,
        protocol.pcs
    ));
    report.prose(match subject {
        Some(_) => format!("of {}", source.name),
        None => format!(
            "of the bundled program {typical}; another program has other rows and tables, and changes the sum by tenths \
             of a bit (jolt-lab security PROGRAM)"
        ),
    });
    let bound = runs.bound(protocol)?;
    let foundation = scheme(&protocol.pcs)?.facts().foundation;
    add(&mut report, &bound, foundation);
    add_ways(&mut report, runs, (protocol, &bound))?;
    if arguments.all {
        report.line("Bits of the interactive protocol, by arguments and padded cycles");
        let (lines, rows) = table(runs, protocol)?;
        lines.iter().for_each(|line| report.line(line));
        report.json.insert("by_arguments".to_owned(), json!(rows));
    }
    Ok(report)
}
