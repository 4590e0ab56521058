//! Proofs for keys that commit to the program.

use crate::common::Lab;
use serde_json::Value;
use sha2::{Digest, Sha256};

const ACCEPT: &str = "--require pcs=pst13 --require mode=clear --require setup=any";

/// A proof is verified by commitments from a file, and by no others.
#[test]
fn a_program_is_committed_to_once() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    let options = "--input twenty --clear --pcs pst13";
    let proven = lab.json(&format!(
        "prove fibonacci {options} --commit-program -o p --json"
    ));
    // Again, with commitments from the cache.
    let again = lab.json(&format!(
        "prove fibonacci {options} --commit-program -o again --json"
    ));
    assert_eq!(proven["key_digest"], again["key_digest"]);
    let reads = lab.json(&format!("prove fibonacci {options} -o reads --json"));
    assert_ne!(proven["key_digest"], reads["key_digest"]);

    let of = "--clear --pcs pst13 --cycles 2^8";
    let made = lab.json(&format!("setup program fibonacci {of} -o c --json"));
    assert_eq!(made["cycle_vars"], 8);
    let line = format!("verify fibonacci p again --commitments c {ACCEPT} --json");
    let verified = lab.json(&line);
    for proof in verified["proofs"].as_array().unwrap() {
        assert_eq!(proof["accepted"], true);
        assert_eq!(proof["commits_to_program"], true);
        assert_eq!(proof["key_digest"], proven["key_digest"]);
    }
    // A proof for a key that reads the program needs none.
    let verified = lab.json(&format!(
        "verify fibonacci reads --commitments c {ACCEPT} --json"
    ));
    assert_eq!(verified["commits_to_program"], Value::Bool(false));

    let inspected = lab.json("inspect p --program fibonacci --commitments c --json");
    assert_eq!(inspected["commits_to_program"], true);
    let looked = lab.json("transcript --dump p --program fibonacci --commitments c --json");
    assert_eq!(looked["every_check_holds"], true);

    // Of another program, another mode, and no commitments at all.
    lab.json(&format!("setup program sort {of} -o other --json"));
    let longer = of.replace("2^8", "2^9");
    lab.json(&format!(
        "setup program fibonacci {longer} -o longer --json"
    ));
    for file in ["other", "longer"] {
        let line = format!("verify fibonacci p --commitments {file} {ACCEPT}");
        lab.fails(&line, 1, &["the commitments are to another program"]);
    }
    // A verifier makes none.
    let line = format!("verify fibonacci p {ACCEPT}");
    lab.fails(&line, 1, &["commitments are needed", "setup program"]);
    for (file, cause) in [("p", "not commitments"), ("missing", "cannot read")] {
        lab.fails(
            &format!("verify fibonacci p --commitments {file} {ACCEPT}"),
            2,
            &[file, cause],
        );
    }
    let mut cut = std::fs::read(lab.path("c")).unwrap();
    cut.pop();
    lab.file("cut", cut);
    let line = format!("verify fibonacci p --commitments cut {ACCEPT}");
    lab.fails(&line, 2, &["damaged"]);
}

/// Powers of a file are checked before commitments that a verifier believes are made with them: with others they can be
/// commitments to another program.
#[test]
fn commitments_are_made_with_powers_that_were_checked() {
    let lab = Lab::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let ptau = format!("{root}/commitments/tests/data/powersOfTau28_hez_final_08.ptau");
    lab.json(&format!("setup import {ptau} -o right --json"));
    // Two powers in each other's place, and the checksum of that.
    let mut file = std::fs::read(lab.path("right")).unwrap();
    let power = |number: usize| 176 + 64 * number..176 + 64 * (number + 1);
    let (fourth, fifth) = (file[power(4)].to_vec(), file[power(5)].to_vec());
    file[power(4)].copy_from_slice(&fifth);
    file[power(5)].copy_from_slice(&fourth);
    let end = file.len() - 32;
    let checksum = Sha256::digest(&file[..end]);
    file[end..].copy_from_slice(&checksum);
    lab.file("wrong", file);
    lab.file("twenty", 20u64.to_le_bytes());
    let of = "--pcs zeromorph --clear --cycles 2^8";
    let line = format!("setup program fibonacci {of} --srs wrong -o c");
    lab.fails(&line, 2, &["power 4 is not τ times the one before it"]);
    let prove = "prove fibonacci --input twenty --clear --pcs zeromorph --commit-program -o p";
    lab.fails(&format!("{prove} --srs wrong"), 2, &["power 4"]);
    lab.json(&format!(
        "setup program fibonacci {of} --srs right -o c --json"
    ));
    lab.json(&format!("{prove} --srs right --json"));
    let verified = lab.json("verify fibonacci p --require pcs=zeromorph --commitments c --json");
    assert_eq!(verified["accepted"], true);
}
