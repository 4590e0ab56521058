//! The calls that have not returned, as lines and as JSON.

use super::debug::Debug;
use super::record::stack_at_end;
use super::shadow::{Activation, Kind};
use crate::columns::{WIDTH, columns};
use crate::report::{Report, thousands};
use serde_json::{Value, json};
use tracer::{Inputs, Options, Program};

/// Calls that are shown at either end of a long stack.
const SHOWN: usize = 16;

/// Runs a program once more, up to where it ended, and adds where that was.
pub fn add(
    report: &mut Report,
    (program, debug): (&Program, &Debug<'_>),
    inputs: &Inputs,
    options: &Options,
) {
    if let Ok((stack, pc)) = stack_at_end(program, inputs, options) {
        add_stack(report, debug, &stack, pc);
    }
}

/// Adds a stack, and the address that its last call has come to.
pub fn add_stack(report: &mut Report, debug: &Debug<'_>, stack: &[Activation], pc: u64) {
    report.line("backtrace, the innermost call first:");
    let (mut lines, mut values) = (Vec::new(), Vec::new());
    let mut at = pc;
    for activation in stack.iter().rev() {
        if activation.lost > 0 {
            let lost = thousands(activation.lost);
            lines.push(format!(
                "       … {lost} calls that were too deep to be kept"
            ));
        }
        for place in debug.places(at).into_iter().rev() {
            let position = place.position();
            let mark = if place.inlined { ", inlined" } else { "" };
            let head = format!(
                "  {:>3}  {}",
                values.len(),
                shortened(&place.function, mark)
            );
            match &position {
                None => lines.push(head),
                Some(at) if columns(&head) + 2 + columns(at) <= WIDTH => {
                    lines.push(format!("{head}  {at}"));
                }
                Some(at) => lines.extend([head, format!("         {at}")]),
            }
            values.push(json!({
                "pc": at,
                "function": place.function,
                "file": place.file,
                "line": (place.line > 0).then_some(place.line),
                "inlined": place.inlined,
            }));
        }
        match activation.kind {
            Kind::Trap => lines.push("       trap of".to_owned()),
            Kind::Signal => lines.push("       signal handler; interrupted was".to_owned()),
            Kind::Start | Kind::Call => {}
        }
        at = activation.call;
    }
    let more = lines.len().saturating_sub(2 * SHOWN);
    for (number, line) in lines.iter().enumerate() {
        if more > 0 && number == SHOWN {
            report.line(format!("       … {} more lines", thousands(more as u64)));
        }
        if number < SHOWN || number >= SHOWN + more {
            report.line(line);
        }
    }
    if let Some(advice) = debug.advice() {
        report.prose(advice);
    }
    report
        .json
        .insert("backtrace".to_owned(), Value::Array(values));
}

/// A name that fits a line, with a mark behind it.
fn shortened(name: &str, mark: &str) -> String {
    const ROOM: usize = WIDTH - 18;
    match name.char_indices().nth(ROOM) {
        Some((end, _)) => format!("{}…{mark}", &name[..end]),
        None => format!("{name}{mark}"),
    }
}
