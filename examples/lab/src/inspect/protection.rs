//! What a program may not access, by addresses.

use crate::report::{Report, bytes};
use serde_json::{Value, json};
use std::ops::Range;
use tracer::{CellSet, Program};

/// Ranges of addresses shown before the rest is counted.
const SHOWN: usize = 4;

fn addresses(program: &Program, set: &CellSet) -> Vec<Range<u64>> {
    let layout = program.layout();
    let ranges = set.ranges().iter();
    let ranges = ranges.map(|range| layout.address(range.start)..layout.address(range.end));
    ranges.collect()
}

fn shown(ranges: &[Range<u64>]) -> String {
    let size = ranges.iter().map(|range| range.end - range.start).sum();
    let mut all: Vec<String> = ranges
        .iter()
        .take(SHOWN)
        .map(|range| format!("{:#x} to {:#x}", range.start, range.end))
        .collect();
    if let Some(more) = ranges.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        all.push(format!("{more} more"));
    }
    format!("{} ({})", all.join(", "), bytes(size))
}

/// The same for programs that read it.
pub fn json(program: &Program) -> Value {
    let pairs = |ranges: &[Range<u64>]| -> Value {
        let pairs = ranges.iter().map(|range| json!([range.start, range.end]));
        Value::Array(pairs.collect())
    };
    let protection = program.protection();
    json!({
        "read_only": pairs(&addresses(program, &protection.read_only)),
        "guard": pairs(&addresses(program, &protection.guard)),
        "exposed_code": pairs(protection.exposed()),
    })
}

/// Adds what stores and accesses have no proof, and what is left open.
pub fn add(report: &mut Report, program: &Program) {
    let protection = program.protection();
    let (block, code): (Vec<_>, Vec<_>) = addresses(program, &protection.read_only)
        .into_iter()
        .partition(|range| range.start < program.layout().ram_base);
    report.fact("no stores", format!("input: {}", shown(&block)));
    if !code.is_empty() {
        report.fact("", format!("code: {}", shown(&code)));
    }
    if !protection.exposed().is_empty() {
        let exposed = shown(protection.exposed());
        report.fact(
            "",
            format!("NOT {exposed}: code that shares cells with what may be written"),
        );
    }
    report.fact(
        "no accesses",
        match protection.guard.is_empty() {
            true => "none: no room for a guard below the stack, which the symbols __heap_end and __stack_top would \
                     enclose"
                .to_owned(),
            false => {
                let guard = addresses(program, &protection.guard);
                format!("{}, the guard below the stack", shown(&guard))
            }
        },
    );
}
