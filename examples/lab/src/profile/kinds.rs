//! Cycles by mnemonic and by kind of instruction.

use crate::report::{Report, thousands};
use instruction_tables::instructions::{self, Extension, Semantics};
use serde_json::{Map, Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use tracer::{Count, Outcome};

/// Instructions listed by name.
const LISTED: usize = 8;

/// The kind of an instruction, for people.
pub fn kind(mnemonic: &str) -> &'static str {
    let Some(record) = instructions::by_mnemonic(mnemonic) else {
        return match mnemonic {
            "access fault" => "system",
            _ => "crossing access",
        };
    };
    match record.semantics {
        Semantics::Compute(_) | Semantics::Constant(_) => match record.extension {
            Extension::M if mnemonic.starts_with("mul") => "multiplication",
            Extension::M => "division",
            Extension::B => "bit manipulation",
            _ => "arithmetic, logic",
        },
        Semantics::Branch(_) => "branch",
        Semantics::Jump | Semantics::JumpRegister => "jump",
        Semantics::Load { .. } => "load",
        Semantics::Store { .. } => "store",
        Semantics::LoadReserved { .. }
        | Semantics::StoreConditional { .. }
        | Semantics::Atomic { .. } => "atomic",
        Semantics::Csr { .. }
        | Semantics::Trap { .. }
        | Semantics::TrapReturn
        | Semantics::Float => "system",
        Semantics::Nothing => "fence",
        Semantics::PrivateInput | Semantics::Print => "host",
    }
}

fn counts(count: Count) -> Value {
    json!({ "executed": count.retired, "cycles": count.cycles })
}

/// One line of a table: counts, then what they are of.
fn row(report: &mut Report, name: &str, count: Count, all: u64) {
    let share = 100.0 * count.cycles as f64 / all.max(1) as f64;
    report.line(format!(
        "  {:>12} {:>12}   {share:>5.1}%  {name}",
        thousands(count.retired),
        thousands(count.cycles)
    ));
}

fn heading(report: &mut Report, what: &str) {
    report.line(format!("      executed       cycles    share  {what}"));
}

fn more(report: &mut Report, all: usize, listed: usize) {
    if let Some(more) = all.checked_sub(listed).filter(|more| *more > 0) {
        report.line(format!("  … and {more} more"));
    }
}

/// Adds counts by mnemonic, most cycles first.
pub fn add_mnemonics(report: &mut Report, outcome: &Outcome) {
    let instructions = outcome.profile.instructions.iter();
    let mut all: Vec<(&str, Count)> = instructions.map(|(name, count)| (*name, *count)).collect();
    all.sort_by_key(|(name, count)| (Reverse(count.cycles), *name));
    heading(report, "instruction");
    for (name, count) in all.iter().take(LISTED) {
        row(report, name, *count, outcome.cycles);
    }
    more(report, all.len(), LISTED);
    let profile = all
        .iter()
        .map(|(name, count)| ((*name).to_owned(), counts(*count)));
    let profile = Value::Object(profile.collect::<Map<_, _>>());
    report.json.insert("profile".to_owned(), profile);
}

/// Adds counts by kind of instruction, most cycles first.
pub fn add_kinds(report: &mut Report, outcome: &Outcome) {
    let mut kinds: BTreeMap<&str, Count> = BTreeMap::new();
    for (name, count) in &outcome.profile.instructions {
        *kinds.entry(kind(name)).or_default() += *count;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(name, count)| (Reverse(count.cycles), *name));
    heading(report, "kind");
    for (name, count) in &kinds {
        row(report, name, *count, outcome.cycles);
    }
    let kinds = kinds
        .iter()
        .map(|(name, count)| ((*name).to_owned(), counts(*count)));
    let kinds = Value::Object(kinds.collect::<Map<_, _>>());
    report.json.insert("kinds".to_owned(), kinds);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_of_the_right_kind() {
        for (mnemonic, expected) in [
            ("add", "arithmetic, logic"),
            ("mulhu", "multiplication"),
            ("remuw", "division"),
            ("sh1add", "bit manipulation"),
            ("beq", "branch"),
            ("jalr", "jump"),
            ("lbu", "load"),
            ("sd", "store"),
            ("lr.w", "atomic"),
            ("ecall", "system"),
            ("print", "host"),
            ("illegal", "system"),
            ("access fault", "system"),
            ("crossing load", "crossing access"),
        ] {
            assert_eq!(kind(mnemonic), expected, "{mnemonic}");
        }
    }
}
