//! `jolt-lab ablate`: what one choice costs or saves, everything else being the same.
//!
//! A switch has arms, of which the first is what benches use. Arms are measured in turns, one repetition of
//! each and then the next, so that what changes on the machine meanwhile changes all of them.

use super::ablate_switches::{SWITCHES, Subject, Switch, of};
use super::document::{Document, Entry, number, text};
use super::figures::{Spread, Unit, result};
use super::measure::{Asked, Limits, Purpose, Request, Sample, Work, ask};
use super::{sweep, vm, workload};
use crate::cli::{AblateArguments, Protocol};
use crate::report::{Report, bytes, seconds, show, thousands};
use crate::source::{NewFile, Source};
use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

/// One arm to measure.
struct Arm {
    entry: Entry,
    request: Result<Request, String>,
    unit: Unit,
    samples: Vec<Sample>,
}

/// Measures switches; without any, lists them.
///
/// # Errors
/// Unknown names, files that cannot be written, runs that cannot be proven.
pub fn ablate(arguments: &AblateArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    if arguments.switch.is_empty() && !arguments.all {
        return Ok(list());
    }
    let chosen: Vec<&Switch> = match arguments.all {
        true => SWITCHES.iter().collect(),
        false => (arguments.switch.iter())
            .map(|name| of(name))
            .collect::<anyhow::Result<_>>()?,
    };
    if arguments.output.as_ref().is_some_and(|path| path.exists()) {
        bail!(
            "--output: there is such a file already, and measurements in turns are not continued"
        );
    }
    let mut document = Document::new(
        "ablate",
        json!({ "repeat": arguments.repeat, "order": "in turns" }),
    );
    let limits = Limits {
        seconds: None,
        bytes: arguments.max_memory.map(|mib| mib << 20),
    };
    let mut all = Vec::new();
    for switch in chosen {
        let mut arms = arms(switch, arguments, threads)?;
        for _ in 0..arguments.repeat.get() {
            for arm in &mut arms {
                let Ok(request) = &arm.request else { continue };
                // What an arm cannot do is said in its place, and the others go on.
                match ask(request, limits) {
                    Ok(Asked::Answer(sample)) => arm.samples.push(sample),
                    Ok(Asked::Stopped(reason)) => arm.request = Err(reason),
                    Err(error) => arm.request = Err(format!("{error:#}")),
                }
            }
        }
        let entries: Vec<Entry> = arms.into_iter().map(Arm::finished).collect();
        let report = compared(switch, &entries);
        if !arguments.json {
            show(&report.text)?;
        }
        all.push(Value::Object(report.json));
        entries.into_iter().for_each(|entry| document.put(entry));
    }
    if let Some(path) = &arguments.output {
        NewFile::create(path)?.finish(format!("{:#}\n", document.json()).as_bytes())?;
    }
    sweep::write_reports(&document, &arguments.reports)?;
    let mut report = Report::new(json!({ "switches": all }));
    report.printed = !arguments.json;
    Ok(report)
}

/// All switches with their arms.
fn list() -> Report {
    let mut report = Report::default();
    report.prose("Switches, and what each is set to in turn; the first is what benches use:");
    let mut rows = Vec::new();
    for switch in &SWITCHES {
        let arms = switch.arms();
        let names: Vec<String> = arms
            .iter()
            .map(|arm| match &arm.missing {
                None => arm.name.clone(),
                Some(why) => format!("{} ({why})", arm.name),
            })
            .collect();
        let text = format!("{}: {}", switch.about, names.join(", "));
        report.beside(&format!("  {:<12} ", switch.name), &text);
        let arms = arms
            .iter()
            .map(|arm| json!({ "name": arm.name, "missing": arm.missing }));
        rows.push(json!({
            "name": switch.name,
            "about": switch.about,
            "measures": match switch.subject {
                Subject::Machine => "a program on the machine",
                Subject::Lookups => "reads of a table",
            },
            "arms": arms.collect::<Vec<_>>(),
        }));
    }
    report.line("`jolt-lab ablate SWITCH[,SWITCH…]` measures them, `--all` all of them.");
    report.json.insert("switches".to_owned(), json!(rows));
    report
}

fn arms(
    switch: &Switch,
    arguments: &AblateArguments,
    threads: Option<u16>,
) -> anyhow::Result<Vec<Arm>> {
    let (work, subject, size, unit) = match switch.subject {
        Subject::Machine => {
            let source = Source::open(&arguments.program)?;
            let vars = arguments.log_cycles;
            let filled = vm::workloads(&source, &[vars])?;
            let filled = filled.into_iter().next().context("no workload")?;
            let default = Protocol::default();
            let work = Work::Vm {
                program: arguments.program.clone(),
                inputs: filled.inputs.into(),
                lookup: default.lookup,
                memory: default.memory,
                hiding: false,
            };
            (work, arguments.program.clone(), filled.log_cycles, "cycle")
        }
        Subject::Lookups => {
            let table = workload::Workload::parse(&arguments.table)?.name();
            let vars = usize::from(arguments.log_reads);
            let work = Work::Lookup {
                argument: Protocol::default().lookup,
                table: table.clone(),
                log_reads: vars,
            };
            (work, table, vars, "lookup")
        }
    };
    let usual = Request {
        work,
        purpose: Purpose::Time,
        pcs: Protocol::default().pcs,
        setup: Default::default(),
        threads,
        seed: Default::default(),
        environment: Vec::new(),
    };
    let arms = switch.arms().into_iter().map(|arm| {
        let mut entry: Entry = Map::new();
        for (key, value) in [
            ("switch", json!(switch.name)),
            ("arm", json!(arm.name)),
            ("subject", json!(subject)),
            ("log_size", json!(size)),
        ] {
            entry.insert(key.to_owned(), value);
        }
        let request = match arm.missing {
            Some(why) => Err(why),
            None => Ok(arm.set(usual.clone())),
        };
        Arm {
            entry,
            request,
            unit: Unit {
                name: unit,
                count: 1 << size,
            },
            samples: Vec::new(),
        }
    });
    Ok(arms.collect())
}

impl Arm {
    fn finished(mut self) -> Entry {
        match self.request {
            Err(why) => {
                self.entry.insert("skipped".to_owned(), json!(why));
                self.entry
            }
            Ok(_) => result(self.entry, self.unit, &self.samples, None),
        }
    }
}

/// Times of an entry, and of the first arm over them: the quotient of medians, and its least and greatest by the spreads.
fn quotient(first: &Entry, entry: &Entry, figure: &str) -> Option<Spread> {
    let part = |entry: &Entry, suffix: &str| number(entry, &format!("{figure}{suffix}"));
    Some(Spread {
        median: part(entry, "")? / part(first, "")?,
        min: part(entry, "_min")? / part(first, "_max")?,
        max: part(entry, "_max")? / part(first, "_min")?,
    })
}

/// What the arms of one switch take, beside the first.
fn compared(switch: &Switch, entries: &[Entry]) -> Report {
    let mut report = Report::new(json!({ "switch": switch.name }));
    let first = entries.first();
    let of = first.map_or_else(String::new, |first| {
        format!("{}, 2^{}", text(first, "subject"), text(first, "log_size"))
    });
    report.line(format!("{}: {of}", switch.name));
    report.line("arm             prove     least      most times             verify     proof");
    let mut rows = Vec::new();
    for entry in entries {
        let arm = text(entry, "arm");
        if let Some(why) = entry.get("skipped").and_then(Value::as_str) {
            report.beside(&format!("{arm:<11} "), &format!("left out: {why}"));
            rows.push(json!({ "arm": arm, "skipped": why }));
            continue;
        }
        let figure = |name: &str| number(entry, name).unwrap_or(f64::NAN);
        let times = first.and_then(|first| quotient(first, entry, "prove_s"));
        let beside = match times {
            Some(t) if rows.is_empty() => format!("{}", t.median),
            Some(t) => format!("{:.2} ({:.2}–{:.2})", t.median, t.min, t.max),
            None => "–".to_owned(),
        };
        let time = |name: &str, scale: f64| seconds(figure(name) * scale);
        report.line(format!(
            "{arm:<11} {:>9} {:>9} {:>9} {beside:<17} {:>8} {:>9}",
            time("prove_s", 1.0),
            time("prove_s_min", 1.0),
            time("prove_s_max", 1.0),
            time("verify_ms", 1e-3),
            bytes(figure("proof_bytes") as u64),
        ));
        let additions = number(entry, "group_additions").map(|n| thousands(n as u64));
        rows.push(json!({
            "arm": arm,
            "prove_s": entry.get("prove_s"),
            "times": times.map(|t| [t.median, t.min, t.max]),
            "verify_ms": entry.get("verify_ms"),
            "proof_bytes": entry.get("proof_bytes"),
            "group_additions": additions,
        }));
    }
    report.json.insert("arms".to_owned(), json!(rows));
    report
}
