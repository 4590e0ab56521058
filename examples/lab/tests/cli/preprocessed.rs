//! Proofs for keys that commit to the program.

use crate::common::Lab;
use serde_json::Value;

const ACCEPT: &str = "--require pcs=pst13 --require mode=clear --require setup=any";

/// A proof is verified by commitments that are made, or read from a file, and by no others.
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
    for with in ["", "--commitments c"] {
        let verified = lab.json(&format!("verify fibonacci p again {with} {ACCEPT} --json"));
        let proofs = verified["proofs"].as_array().unwrap();
        for proof in proofs {
            assert_eq!(proof["accepted"], true);
            assert_eq!(proof["commits_to_program"], true);
            assert_eq!(proof["key_digest"], proven["key_digest"]);
        }
    }
    // A proof for a key that reads the program needs none.
    let verified = lab.json(&format!(
        "verify fibonacci reads --commitments c {ACCEPT} --json"
    ));
    assert_eq!(verified["commits_to_program"], Value::Bool(false));

    let inspected = lab.json("inspect p --program fibonacci --commitments c --json");
    assert_eq!(inspected["commits_to_program"], true);
    let looked = lab.json("transcript --dump p --program fibonacci --commitments c --json");
    assert_eq!(looked["accepted"], true);

    // Of another program, another size, and no commitments at all.
    lab.json(&format!("setup program sort {of} -o other --json"));
    let longer = of.replace("2^8", "2^9");
    lab.json(&format!(
        "setup program fibonacci {longer} -o longer --json"
    ));
    for file in ["other", "longer"] {
        lab.fails(
            &format!("verify fibonacci p --commitments {file} {ACCEPT}"),
            2,
            &[file, "commitments to another program"],
        );
    }
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
