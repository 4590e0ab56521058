//! Signatures: memory between the symbols `begin_signature` and `end_signature` after the run, and the
//! reference files to compare it with.
//!
//! A reference file has one hexadecimal number a line, of any one even number of digits: eight for words as
//! current tools write them, more for older ones. Each is little-endian memory.

use super::collect::Item;
use anyhow::{Context, bail};
use std::fs;
use std::path::{Path, PathBuf};
use tracer::{Outcome, Program};

/// Endings of the names of reference files.
const ENDINGS: [&str; 2] = ["reference_output", "signature"];

/// A program's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Address of its first byte.
    pub address: u64,
    /// Its bytes at the end of the run.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// The signature that a run left behind, if the program has the symbols for one.
    ///
    /// # Errors
    /// The symbols do not delimit memory.
    pub fn of(program: &Program, outcome: &Outcome) -> Result<Option<Self>, String> {
        let symbol = |name| program.symbols().get(name).copied();
        let (Some(start), Some(end)) = (symbol("begin_signature"), symbol("end_signature")) else {
            return Ok(None);
        };
        let ram = program.layout().ram();
        if start > end || start < ram.start || end > ram.end {
            return Err(format!(
                "the signature from {start:#x} to {end:#x} is not in memory"
            ));
        }
        Ok(Some(Signature {
            address: start,
            bytes: (start..end).map(|at| byte(program, outcome, at)).collect(),
        }))
    }

    /// What differs from a reference, if anything does.
    pub fn difference(&self, reference: &[u8]) -> Option<String> {
        let (mine, theirs) = (self.bytes.chunks(4), reference.chunks(4));
        let differing = mine.zip(theirs).position(|(mine, theirs)| mine != theirs);
        if let Some(at) = differing {
            let word = |bytes: &[u8]| {
                let bytes = bytes.iter().skip(4 * at).take(4).rev();
                bytes.map(|b| format!("{b:02x}")).collect::<String>()
            };
            return Some(format!(
                "signature word {at} at {:#x} is {}, the reference has {}",
                self.address + 4 * at as u64,
                word(&self.bytes),
                word(reference)
            ));
        }
        (self.bytes.len() != reference.len()).then(|| {
            let (mine, theirs) = (self.bytes.len(), reference.len());
            format!("the signature has {mine} bytes, the reference {theirs}")
        })
    }
}

/// A byte of memory after a run.
fn byte(program: &Program, outcome: &Outcome, address: u64) -> u8 {
    let layout = program.layout();
    let Some(cell) = layout.cell(address) else {
        return 0;
    };
    let value = |cells: &[(u32, u64)]| {
        let found = cells.binary_search_by_key(&cell, |&(cell, _)| cell);
        found.ok().and_then(|at| cells.get(at)).map(|&(_, v)| v)
    };
    // What the program did not access is as it was loaded.
    let value = value(&outcome.touched).or_else(|| value(program.image()));
    (value.unwrap_or(0) >> (8 * (address % layout.cell_size()))) as u8
}

/// The reference of an ELF file: `NAME.reference_output` or `NAME.signature`, where `NAME` is the file's name
/// with or without its ending, beside the file or in `references` there; with `--signatures-dir`, below that
/// directory, at the same relative path or at the top.
///
/// # Errors
/// A file that exists and is no reference.
pub fn reference(item: &Item, signatures: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(path) = candidates(item, signatures).find(|path| path.is_file()) else {
        return Ok(None);
    };
    let text = fs::read_to_string(&path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    let bytes = parse(&text).with_context(|| format!("{} is no reference", path.display()))?;
    Ok(Some(bytes))
}

fn candidates(item: &Item, signatures: Option<&Path>) -> impl Iterator<Item = PathBuf> {
    let beside = item.file.parent().unwrap_or(Path::new(""));
    let places = match signatures {
        None => vec![beside.to_owned(), beside.join("references")],
        Some(root) => {
            let parent = Path::new(&item.path).parent();
            vec![root.join(parent.unwrap_or(Path::new(""))), root.to_owned()]
        }
    };
    let names = [item.file.file_stem(), item.file.file_name()];
    let names: Vec<String> = names
        .into_iter()
        .flatten()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    places.into_iter().flat_map(move |place| {
        let files = names
            .iter()
            .flat_map(|name| ENDINGS.map(|e| format!("{name}.{e}")));
        files.map(|file| place.join(file)).collect::<Vec<_>>()
    })
}

/// Memory from the text of a reference file.
fn parse(text: &str) -> anyhow::Result<Vec<u8>> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(digits) = lines().next().map(str::len) else {
        bail!("it is empty");
    };
    let mut bytes = Vec::new();
    for (number, line) in lines().enumerate() {
        if line.len() != digits
            || line.len() % 2 == 1
            || !line.bytes().all(|b| b.is_ascii_hexdigit())
        {
            bail!(
                "line {} is no hexadecimal number of {digits} digits",
                number + 1
            );
        }
        let pairs = (0..digits).step_by(2).rev();
        bytes.extend(pairs.filter_map(|at| u8::from_str_radix(&line[at..at + 2], 16).ok()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn references_are_little_endian_numbers_of_any_width() {
        let bytes: Vec<u8> = (1..=8).collect();
        for text in [
            "04030201\n08070605\n",
            "0807060504030201",
            "0201\r\n0403\n\n0605\n0807",
        ] {
            assert_eq!(parse(text).unwrap(), bytes, "{text}");
        }
        for wrong in ["", "\n", "123", "0x000001", "00000001\n01", "zz", "é0"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn differences_name_the_word() {
        let signature = Signature {
            address: 0x8000_1000,
            bytes: vec![1, 0, 0, 0, 2, 0, 0, 0],
        };
        assert_eq!(signature.difference(&[1, 0, 0, 0, 2, 0, 0, 0]), None);
        let wrong = signature.difference(&[1, 0, 0, 0, 2, 0, 0, 1]).unwrap();
        assert!(
            wrong.contains("word 1 at 0x80001004 is 00000002"),
            "{wrong}"
        );
        assert!(wrong.contains("has 01000002"), "{wrong}");
        let short = signature.difference(&[1, 0, 0, 0]).unwrap();
        assert!(short.contains("8 bytes, the reference 4"), "{short}");
        assert!(signature.difference(&[]).is_some());
    }

    #[test]
    fn references_lie_beside_the_file_or_where_they_are_said_to() {
        let item = Item {
            file: "/suite/rv64i_m/I/add-01.elf".into(),
            path: "rv64i_m/I/add-01.elf".to_owned(),
            group: "rv64i_m/I".to_owned(),
        };
        let beside: Vec<_> = candidates(&item, None).collect();
        let elsewhere: Vec<_> = candidates(&item, Some(Path::new("/refs"))).collect();
        for (places, path) in [
            (&beside, "/suite/rv64i_m/I/add-01.reference_output"),
            (&beside, "/suite/rv64i_m/I/add-01.elf.signature"),
            (
                &beside,
                "/suite/rv64i_m/I/references/add-01.reference_output",
            ),
            (&elsewhere, "/refs/rv64i_m/I/add-01.signature"),
            (&elsewhere, "/refs/add-01.reference_output"),
        ] {
            assert!(places.contains(&path.into()), "{path}");
        }
    }
}
