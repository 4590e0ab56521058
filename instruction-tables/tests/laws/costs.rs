//! The table of cycles in `papers/instructions.md` is what the records say.

use instruction_tables::WordSize;
use instruction_tables::instructions::{MADE, Record, records};
use std::collections::BTreeMap;

/// Cycles for one word size, and across cells.
fn cells(record: &'static Record, word: WordSize) -> (String, String) {
    let none = || "–".to_owned();
    let Some(cost) = record.cost(word) else {
        return (none(), none());
    };
    let cycles = match cost.most > cost.cycles {
        true => format!("{}–{}", cost.cycles, cost.most),
        false => cost.cycles.to_string(),
    };
    (cycles, cost.crossing.map_or_else(none, |n| n.to_string()))
}

/// The first columns of the table's line for a record.
fn line(record: &'static Record) -> String {
    let ((narrow, narrow_crossing), (wide, wide_crossing)) =
        (cells(record, WordSize::W32), cells(record, WordSize::W64));
    let crossing = match (narrow_crossing.as_str(), wide_crossing.as_str()) {
        (a, b) if a == b => wide_crossing,
        _ => format!("{narrow_crossing}; {wide_crossing}"),
    };
    format!("| `{}` | {narrow} | {wide} | {crossing} |", record.mnemonic)
}

#[test]
fn the_table_of_cycles_is_what_the_records_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../papers/instructions.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    // The table with a column for the reference: five cells.
    let is_row = |line: &&str| line.starts_with("| `") && line.matches('|').count() == 6;
    for row in text.lines().filter(is_row) {
        let name = row.split('`').nth(1).unwrap();
        assert!(found.insert(name, row).is_none(), "{name} twice");
    }
    for record in records().chain(MADE) {
        let expected = line(record);
        let row = found.remove(record.mnemonic).unwrap_or_default();
        assert!(
            row.starts_with(&expected),
            "{row:?} should begin with {expected}"
        );
    }
    assert!(found.is_empty(), "no records: {found:?}");
}
