//! Files with powers of a ceremony, of both formats: a mutated file is refused, or what is read of it is what was written.
//! Checksums are made anew in half of the cases.

use ark_bn254::Fr;
use commitments::kzg::PowersFile;
use commitments::ptau::testing::{parts, ptau};
use fuzz::{fuzz, mutations};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::path::Path;

const POWER: u32 = 3;
const DIGEST: usize = 32;

/// Points, and what they are powers of, as bytes.
fn read(path: &Path, vars: usize) -> Option<(Vec<u8>, String)> {
    let mut file = PowersFile::open(path).ok()?;
    let ceremony = file.ceremony().to_bytes();
    let powers = file.check(vars).ok()?;
    Some((ceremony, format!("{:?}", powers.points(vars).ok()?)))
}

fn held(name: &str, original: &[u8], fields: &[usize], signed: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("powers");
    std::fs::write(&path, original).unwrap();
    let vars = POWER as usize;
    let expected = read(&path, vars).unwrap();
    let inputs = (mutations(3), any::<bool>());
    fuzz(name, 300, inputs, |(mutations, sign)| {
        let mut file = original.to_vec();
        for mutation in &mutations {
            mutation.apply(&mut file, fields);
        }
        if let Some((body, digest)) = file
            .split_last_chunk_mut::<DIGEST>()
            .filter(|_| signed && sign)
        {
            digest.copy_from_slice(&Sha256::digest(body));
        }
        std::fs::write(&path, &file).unwrap();
        if let Some(found) = read(&path, vars) {
            prop_assert!(found == expected, "other powers are accepted");
        }
        Ok(())
    });
}

#[test]
fn mutated_files_of_ceremonies_are_refused_or_read_as_written() {
    let file = ptau(POWER, Fr::from(77u64));
    let mut fields: Vec<usize> = (0..12).collect();
    for part in parts(&file) {
        fields.extend(part.head..part.contents.start);
        fields.extend(part.contents.clone().step_by(32).take(20));
    }
    // What no power depends on may change: the header's numbers, other sections.
    held("ceremonies", &file, &fields, false);
}

#[test]
fn mutated_imports_are_refused_or_read_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::write(&from, ptau(POWER, Fr::from(77u64))).unwrap();
    let powers = PowersFile::open(&from).unwrap().powers(POWER as usize);
    powers.unwrap().save(&to).unwrap();
    let file = std::fs::read(&to).unwrap();
    let fields: Vec<usize> = (0..16).chain((16..file.len()).step_by(32)).collect();
    held("imports", &file, &fields, true);
}
