//! The instruction set and what it costs.

use crate::report::Report;
use instruction_tables::WordSize;
use instruction_tables::instructions::{Cost, Record, records};
use serde_json::{Value, json};

fn cost(record: &'static Record, word: WordSize) -> Value {
    record.cost(word).map_or(
        Value::Null,
        |cost| json!({ "cycles": cost.cycles, "most": cost.most, "crossing": cost.crossing }),
    )
}

/// Cycles, the most of them where registers coincide, and those across cells.
fn shown(cost: Option<Cost>) -> String {
    let Some(cost) = cost else {
        return "-".to_owned();
    };
    let usual = match cost.most > cost.cycles {
        true => format!("{} to {}", cost.cycles, cost.most),
        false => cost.cycles.to_string(),
    };
    match cost.crossing {
        Some(crossing) => format!("{usual}, crossing {crossing}"),
        None => usual,
    }
}

/// Cycles of every instruction, for both word sizes.
pub fn inspect() -> Report {
    let all: Vec<Value> = records()
        .map(|record| {
            json!({
                "mnemonic": record.mnemonic,
                "extension": format!("{:?}", record.extension),
                "rv32": cost(record, WordSize::W32),
                "rv64": cost(record, WordSize::W64),
            })
        })
        .collect();
    let mut report = Report::new(json!({ "instructions": all }));
    report.line("Cycles of instructions: on RV32, on RV64.");
    for record in records() {
        let [narrow, wide] = [WordSize::W32, WordSize::W64].map(|word| shown(record.cost(word)));
        let costs = match narrow == wide {
            true => narrow,
            false => format!("{narrow}; {wide}"),
        };
        report.fact(record.mnemonic, costs);
    }
    report
}
