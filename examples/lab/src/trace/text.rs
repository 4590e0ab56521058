//! Cycles as lines of text.
//!
//! Number, address, instruction, then what is read and written: `a1=0x5` is a register that is read,
//! `a0 0x1→0x2` one that is written, `[0x83ffff08]` a word of memory, `+3` the byte in it, `AND(0x6, 0x3)=0x2`
//! a lookup. Virtual cycles show `+` their number within the instruction, and what their row does.

use super::step::{Cell, Lookup, Step};
use std::fmt::Write;

/// Columns of the instruction.
const WIDTH: usize = 36;

/// The line of a cycle.
pub fn line(step: &Step) -> String {
    let does = match step.step {
        0 => step.instruction.to_string(),
        number => format!("  +{number} {}", step.operation),
    };
    let mut line = format!(
        "{:>9}  {:>10}  {does:<WIDTH$}",
        step.cycle,
        step.pc.to_string()
    );
    // Writing to a string does not fail.
    for read in [&step.rs1, &step.rs2].into_iter().flatten() {
        let _ = write!(line, "  {}={}", read.register, read.value);
    }
    if let Some(rd) = &step.rd {
        let _ = write!(line, "  {} {}→{}", rd.register, rd.old, rd.new);
    }
    if let Some(cell) = &step.memory {
        line += &memory(cell);
    }
    if let Some(lookup) = &step.lookup {
        line += &looked_up(lookup);
    }
    line.truncate(line.trim_end().len());
    line
}

fn memory(cell: &Cell) -> String {
    let byte = match cell.byte {
        0 => String::new(),
        byte => format!("+{byte}"),
    };
    match cell.store {
        true => format!("  [{}{byte}] {}→{}", cell.address, cell.old, cell.new),
        false => format!("  [{}{byte}] {}", cell.address, cell.old),
    }
}

fn looked_up(lookup: &Lookup) -> String {
    let Lookup {
        table, index, out, ..
    } = lookup;
    match (lookup.left, lookup.right) {
        (Some(left), Some(right)) => format!("  {table}({left}, {right})={out}"),
        _ => format!("  {table}({index})={out}"),
    }
}
