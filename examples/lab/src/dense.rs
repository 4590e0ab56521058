//! Dense tables that a command names: ranges, random entries, and files.

use crate::seed::Seed;
use anyhow::{Context, bail};
use jolt_core::lookup::dense::protocol::DenseReads;
use jolt_core::lookup::dense::{DenseTable, Evaluation};
use rand::Rng;
use std::path::PathBuf;
use sumcheck::Field;

/// Entries of the largest table of a file that the verifier gets entry by entry.
const MAX_EXPLICIT: usize = 1 << 16;

/// Which table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DenseSpec {
    /// The numbers of so many bits.
    Range(u8),
    /// `2^bits` random words, committed in the key.
    Unstructured(u8),
    /// The entries in a file: one a line, its columns separated by commas or blanks. Up to `2^16` entries are
    /// known to the verifier, more are committed in the key.
    File(PathBuf),
}

/// The table.
///
/// # Errors
/// A file that cannot be read or used, or too many entries.
pub fn dense_table<F: Field>(spec: &DenseSpec, seed: Seed) -> anyhow::Result<DenseTable<F>> {
    Ok(match spec {
        DenseSpec::Range(bits) => DenseTable::range((*bits).into())?,
        DenseSpec::Unstructured(bits) => {
            let mut rng = seed.numbers(2);
            let entries = (0..1usize << bits).map(|_| rng.r#gen()).collect();
            DenseTable::unstructured(format!("RANDOM{bits}"), vec![entries])?
        }
        DenseSpec::File(path) => {
            let cannot = || format!("cannot use the table in {}", path.display());
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let columns = columns(&text).with_context(cannot)?;
            let name = path.file_stem().map(|name| name.to_string_lossy());
            let name = name.unwrap_or_default().to_uppercase();
            match columns[0].len() <= MAX_EXPLICIT {
                true => DenseTable::explicit(name, columns),
                false => DenseTable::unstructured(name, columns),
            }
            .with_context(cannot)?
        }
    })
}

/// The columns of a table as text. Empty lines, and what follows `#`, do not count.
fn columns(text: &str) -> anyhow::Result<Vec<Vec<u64>>> {
    let mut columns: Vec<Vec<u64>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words = line.split([',', ' ', '\t', ';']).filter(|w| !w.is_empty());
        let row: Vec<u64> = words
            .map(|word| integer(word).with_context(|| format!("line {}", number + 1)))
            .collect::<anyhow::Result<_>>()?;
        if row.is_empty() {
            continue;
        }
        if columns.is_empty() {
            columns.resize(row.len(), Vec::new());
        }
        if columns.len() != row.len() {
            let (found, expected) = (row.len(), columns.len());
            bail!(
                "line {}: another number of columns ({found}) than in the first line ({expected})",
                number + 1
            );
        }
        columns.iter_mut().zip(row).for_each(|(c, x)| c.push(x));
    }
    if columns.is_empty() {
        bail!("there are no entries: a line for each, integers separated by commas or blanks");
    }
    Ok(columns)
}

fn integer(word: &str) -> anyhow::Result<u64> {
    let number = match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => word.parse(),
    };
    number.with_context(|| {
        // A file of anything else may have any characters, and lines of any length.
        let shown: String = word.escape_debug().take(40).collect();
        format!("`{shown}` is no integer of at most 64 bits")
    })
}

/// Random reads of the table.
///
/// # Errors
/// None: the indices are the table's.
pub fn random_reads<F: Field>(
    table: &DenseTable<F>,
    count: usize,
    seed: Seed,
) -> anyhow::Result<DenseReads> {
    let mut rng = seed.numbers(1);
    let entries = table.entries() as u64;
    let indices: Vec<u64> = (0..count).map(|_| rng.gen_range(0..entries)).collect();
    Ok(DenseReads::new(table, &indices)?)
}

/// How the verifier evaluates the table, in a word.
pub fn evaluation<F: Field>(table: &DenseTable<F>) -> &'static str {
    match table.evaluation() {
        Evaluation::Direct => "entries",
        Evaluation::Closed(_) => "formula",
        Evaluation::Committed => "commitment",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn tables_are_read_from_text() {
        let text = "# number, square\n0, 0\n1, 1\n\n2 0x4 # two\n";
        assert_eq!(columns(text).unwrap(), [[0, 1, 2], [0, 1, 4]]);
        for (text, cause) in [
            ("", "no entries"),
            ("1\n2 3\n", "line 2: another number of columns (2)"),
            ("1\nx\n", "line 2"),
            ("-1", "line 1"),
            ("\u{1}", "`\\u{1}` is no integer"),
        ] {
            let error = format!("{:#}", columns(text).unwrap_err());
            assert!(error.contains(cause), "{error}");
        }
    }
}
