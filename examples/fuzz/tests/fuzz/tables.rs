//! Lookup tables in text files: refused with a reason, or read.

use ark_bn254::Fr;
use fuzz::{fuzz, mutations};
use jolt_lab::dense::{DenseSpec, dense_table};
use jolt_lab::seed::Seed;
use proptest::prelude::*;
use proptest::sample::select;

/// What lines may be made of.
const WORDS: [&str; 20] = [
    "0",
    "1",
    "7",
    "0x10",
    "0xffffffffffffffff",
    "18446744073709551615",
    "18446744073709551616",
    "0x1ffffffffffffffff",
    "-1",
    "+1",
    "0x",
    "x",
    "#",
    ",",
    ";",
    "\t",
    "\r",
    "\u{2028}",
    "é",
    "1e3",
];

fn text() -> impl Strategy<Value = String> {
    let line = prop::collection::vec(select(&WORDS[..]), 0..4);
    let good =
        prop::collection::vec(any::<u64>(), 2).prop_map(|row| format!("{},{}", row[0], row[1]));
    let line = prop_oneof![1 => line.prop_map(|words| words.join(" ")), 9 => good];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

#[test]
fn texts_are_refused_or_are_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    let inputs = (text(), mutations(3), any::<bool>());
    fuzz("tables", 400, inputs, |(text, mutations, mutate)| {
        let mut file = text.into_bytes();
        for mutation in mutations.iter().filter(|_| mutate) {
            mutation.apply(&mut file, &[]);
        }
        std::fs::write(&path, &file).unwrap();
        if let Ok(table) = dense_table::<Fr>(&DenseSpec::File(path.clone()), Seed::default()) {
            let lines = String::from_utf8_lossy(&file).lines().count();
            prop_assert!(table.entries() <= lines);
            // Padded to a power of two, one bit at least.
            let rows = 1 << table.index_bits();
            prop_assert!(rows <= 2 * table.entries());
            prop_assert!(table.columns().iter().all(|column| column.len() == rows));
        }
        Ok(())
    });
}
