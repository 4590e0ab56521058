//! What a bytecode row does, in words.
//!
//! Tables are written as functions of their operands, `[…]` is memory at an address. Constants are as the
//! row has them: `TRUNC(a0 + 0xffffffffffffffff)` subtracts one.

use instruction_tables::instructions::register_name;
use instruction_tables::{Access, Hint, Left, Operands, Right, Row, Write};
use tracer::Layout;

/// A constant: small ones in decimal.
fn constant(value: i128) -> String {
    match value {
        -4096..=4096 => value.to_string(),
        ..-4096 => format!("-{:#x}", value.unsigned_abs()),
        _ => format!("{value:#x}"),
    }
}

/// A register plus a constant, without what is 0.
fn sum(register: u8, value: i128) -> String {
    match (register, value) {
        (0, value) => constant(value),
        (register, 0) => register_name(register).into_owned(),
        (register, ..0) => format!(
            "{} - {}",
            register_name(register),
            constant(value.saturating_neg())
        ),
        (register, value) => format!("{} + {}", register_name(register), constant(value)),
    }
}

/// The row's operation. Rows of programs have cell numbers' base subtracted from their constants.
pub fn operation(row: &Row, layout: &Layout) -> String {
    let memory = format!("[{}]", sum(row.rs1, row.imm + i128::from(layout.io_base)));
    let value = || sum(row.rs2, row.imm);
    let rs1 = || register_name(row.rs1);
    let operands = match row.operands {
        Operands::None => String::new(),
        Operands::Pair(left, right) => {
            let left = match left {
                Left::Rs1 => rs1().into_owned(),
                Left::Cell => memory.clone(),
            };
            match right {
                Right::Value => format!("{left}, {}", value()),
                Right::Window { size } => format!("{left}, window of {size}"),
            }
        }
        Operands::Sum if row.rs1 == 0 => value(),
        Operands::Sum if row.rs2 == 0 => sum(row.rs1, row.imm),
        Operands::Sum => format!("{} + {}", rs1(), value()),
        Operands::Difference if row.imm == 0 => format!("{} - {}", rs1(), register_name(row.rs2)),
        Operands::Difference => format!(
            "{} - {} + {}",
            rs1(),
            register_name(row.rs2),
            constant(row.imm.saturating_neg())
        ),
        Operands::Product => format!("{} * {}", rs1(), value()),
        Operands::Free => "advice".to_owned(),
    };
    let looked_up = row
        .table
        .map(|table| format!("{}({operands})", table.name()));
    let mut text = match row.write {
        Write::Lookup => looked_up.clone().unwrap_or_default(),
        Write::Link => constant(row.link.into()),
        Write::Cell => memory.clone(),
        Write::None => String::new(),
    };
    if row.write != Write::None {
        text = format!("{} = {text}", register_name(row.rd));
    }
    let mut parts = Vec::new();
    if row.asserts {
        parts.push(format!("assert {}", looked_up.clone().unwrap_or_default()));
    } else if !text.is_empty() {
        parts.push(text);
    } else if let Some(looked_up) = looked_up.filter(|_| !row.access.is_active()) {
        parts.push(looked_up);
    }
    match row.access {
        Access::Store | Access::StoreNarrow => {
            parts.push(format!("{memory} = {}", register_name(row.rs2)));
        }
        Access::Idle | Access::Load | Access::LoadNarrow => {}
    }
    if row.exact {
        parts.push("exact".to_owned());
    }
    if row.hint == Hint::Print {
        parts.push("print".to_owned());
    }
    if row.delta != 0 {
        parts.push("jump by it".to_owned());
    }
    match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join(", "),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use instruction_tables::instructions::by_mnemonic;
    use instruction_tables::{Instruction, WordSize};

    fn rows(mnemonic: &str, (rd, rs1, rs2): (u8, u8, u8), imm: i64) -> Vec<String> {
        let elf = crate::guests::find("fibonacci").unwrap().elf;
        let program = tracer::Program::from_elf(elf).unwrap();
        let instruction = Instruction {
            record: by_mnemonic(mnemonic).unwrap(),
            rd,
            rs1,
            rs2,
            imm,
            length: 4,
        };
        let rows = instruction.expand(WordSize::W64, 0x8000_0000, 1 << 70);
        let base = i128::from(program.layout().io_base);
        let rows = rows.into_iter().map(|mut row| {
            row.imm -= if row.access.is_active() { base } else { 0 };
            operation(&row, program.layout())
        });
        rows.collect()
    }

    #[test]
    fn rows_say_what_they_do() {
        assert_eq!(rows("add", (10, 11, 12), 0), ["a0 = TRUNC(a1 + a2)"]);
        assert_eq!(rows("addi", (10, 11, 0), 5), ["a0 = TRUNC(a1 + 5)"]);
        assert_eq!(rows("and", (10, 11, 12), 0), ["a0 = AND(a1, a2)"]);
        assert_eq!(rows("ld", (10, 2, 0), -8), ["a0 = [sp - 8]"]);
        assert_eq!(rows("sd", (0, 2, 10), 16), ["[sp + 16] = a0"]);
        assert_eq!(
            rows("lbu", (10, 2, 0), 1),
            ["a0 = EXTRACT_ZX([sp + 1], window of 1)"]
        );
        assert_eq!(rows("addi", (0, 0, 0), 0), ["nothing"]);
        let shift = rows("sll", (10, 11, 12), 0);
        assert_eq!(shift, ["v0 = POW2(a2)", "a0 = TRUNC(a1 * v0)"]);
        let store = rows("sb", (0, 2, 10), 3);
        assert_eq!(store, ["v0 = TRUNC8(a0)", "[sp + 3] = v0"]);
        assert!(rows("bltu", (0, 11, 12), 16)[0].starts_with("LTU(a1, a2)"));
        assert!(
            rows("divu", (10, 11, 12), 0)
                .iter()
                .any(|r| r.contains("advice"))
        );
        assert!(
            rows("divu", (10, 11, 12), 0)
                .iter()
                .any(|r| r.contains("assert"))
        );
    }
}
