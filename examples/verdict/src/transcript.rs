//! What the verification of a proof absorbs and draws, in order.
//!
//! Values absorbed are bytes as they are; elements drawn are encoded as in proofs, little-endian.

use crate::report::{Report, hex, thousands};
use jolt_core::api::VerifyingKey;
use jolt_core::proof::Proof;
use serde_json::{Value, json};
use std::iter::Peekable;
use sumcheck::{Event, Mark, Recording};

/// Bytes that are shown of a longer value.
const SHOWN: usize = 16;

fn value(bytes: &[u8], full: bool) -> String {
    match bytes.get(..SHOWN) {
        Some(first) if !full && bytes.len() > SHOWN + 4 => format!("{}…", hex(first)),
        _ => hex(bytes),
    }
}

/// Entries of one phase.
#[derive(Default)]
struct Phase {
    name: String,
    lines: Vec<String>,
    absorbed: usize,
    squeezes: usize,
}

/// Where the protocol is.
struct Place {
    phase: &'static str,
    batch: Option<&'static str>,
}

impl Place {
    /// Moves on to an entry. Whether a phase or a batch began.
    fn reach<'a>(
        &mut self,
        entry: usize,
        marks: &mut Peekable<impl Iterator<Item = &'a (usize, Mark)>>,
    ) -> (bool, bool) {
        let mut began = (false, false);
        while let Some((_, mark)) = marks.next_if(|(at, _)| *at <= entry) {
            match mark {
                Mark::Phase(name) => {
                    (self.phase, self.batch) = (name, None);
                    began = (true, false);
                }
                Mark::Batch(name) => {
                    self.batch = Some(name);
                    began.1 = true;
                }
            }
        }
        began
    }
}

/// Phases for people, and all entries for scripts.
fn entries(recording: &Recording, full: bool) -> (Vec<Phase>, Vec<Value>) {
    let mut marks = recording.marks.iter().peekable();
    let mut place = Place {
        phase: "statement",
        batch: None,
    };
    let mut phases = vec![Phase {
        name: place.phase.to_owned(),
        ..Phase::default()
    }];
    let mut rows = Vec::new();
    for (number, (event, bytes)) in recording.entries.iter().enumerate() {
        let (phase, batch) = place.reach(number, &mut marks);
        if phase {
            phases.push(Phase {
                name: place.phase.to_owned(),
                ..Phase::default()
            });
        }
        let Some(current) = phases.last_mut() else {
            continue;
        };
        if let Some(name) = place.batch.filter(|_| batch) {
            current.lines.push(format!("    batch {name}"));
        }
        let (kind, label) = match event {
            Event::Absorb(label, count) => {
                current.absorbed += count;
                ("absorb", label)
            }
            Event::Squeeze(label) => {
                current.squeezes += 1;
                ("squeeze", label)
            }
        };
        let (length, shown) = (bytes.len(), value(bytes, full));
        current.lines.push(format!(
            "  {number:>5} {kind:<7} {label:<22} {length:>6}  {shown}"
        ));
        rows.push(json!({
            "phase": place.phase,
            "batch": place.batch,
            "kind": kind,
            "label": label,
            "bytes": length,
            "hex": shown,
        }));
    }
    (phases, rows)
}

/// Adds the transcript of a verification under a key. A proof that does not hold is a negative verdict, with the
/// transcript up to there. No transcript says `accepted`: any argument and any setup may be looked at. `program` is its name, and `here` what else the verifier has to say as the prover did.
pub fn add(
    mut report: Report,
    (file, program, here): (&str, &str, &str),
    (key, proof): (&VerifyingKey, &Proof),
    full: bool,
) -> Report {
    let (recording, verdict) = key.recording(proof);
    let (phases, rows) = entries(&recording, full);
    report.line(format!("{file}: transcript of a proof of {program}"));
    report.line("  entry what    label                   bytes  value");
    for phase in phases.iter().filter(|phase| !phase.lines.is_empty()) {
        let (absorbed, squeezes) = (thousands(phase.absorbed as u64), phase.squeezes);
        report.line(format!(
            "{}: {absorbed} bytes absorbed, {squeezes} challenges",
            phase.name
        ));
        for line in &phase.lines {
            report.line(line);
        }
    }
    let totals = phases.iter().map(|phase| {
        json!({ "phase": phase.name, "absorbed": phase.absorbed, "squeezes": phase.squeezes })
    });
    report.json.insert("phases".to_owned(), totals.collect());
    report.json.insert("entries".to_owned(), json!(rows));
    report
        .json
        .insert("every_check_holds".to_owned(), json!(verdict.is_ok()));
    match verdict {
        Ok(_) => {
            report.line(
                "The whole transcript: every check holds. Whom to trust for that, `verify` says.",
            );
            report
        }
        Err(error) if recording.entries.is_empty() => report.rejected(format!(
            "{error}; so nothing was absorbed. The program here is {here}"
        )),
        Err(error) => {
            let phases = recording.marks.iter().rev();
            let phase = phases.filter_map(|(_, mark)| match mark {
                Mark::Phase(name) => Some(*name),
                Mark::Batch(_) => None,
            });
            let phase = phase.take(1).next().unwrap_or("statement");
            let count = recording.entries.len();
            report.rejected(format!(
                "{error}: in phase `{phase}`, after {count} entries"
            ))
        }
    }
}
