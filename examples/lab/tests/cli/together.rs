//! Several proofs verified by one command.

use crate::common::{Lab, has};
use jolt_core::proof::Proof;
use serde_json::json;

/// Proofs of three inputs: two of one key, and one of a longer run.
fn three() -> Lab {
    let lab = Lab::new();
    for (name, number) in [("ten", 10u64), ("twenty", 20), ("long", 100)] {
        lab.file(name, number.to_le_bytes());
        lab.json(&format!(
            "prove fibonacci --input {name} -o {name}.proof --json"
        ));
    }
    lab
}

const PROOFS: &str = "verify fibonacci ten.proof twenty.proof long.proof";

#[test]
fn proofs_of_one_and_of_several_keys() {
    let lab = three();
    let each = "--input ten --input twenty --input long --expect-exit 0";
    let verified = lab.json(&format!("{PROOFS} {each} --json"));
    has(&verified, &["verify_ms", "max_cycle_vars", "program"]);
    assert_eq!(verified["accepted"], json!(true));
    let rows = verified["proofs"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    for (row, name) in rows.iter().zip(["ten", "twenty", "long"]) {
        assert_eq!(row["file"], format!("{name}.proof"));
        assert_eq!(row["accepted"], json!(true));
        let alone = lab.json(&format!("verify fibonacci {name}.proof --json"));
        for key in ["key_digest", "output_hex", "input_sha256", "padded_cycles"] {
            assert_eq!(row[key], alone[key], "{name}: {key}");
        }
    }
    assert_eq!(rows[0]["key_digest"], rows[1]["key_digest"]);
    assert_ne!(rows[0]["key_digest"], rows[2]["key_digest"]);
    let text = lab.run(PROOFS).stdout;
    assert_eq!(text.matches("verdict       ACCEPTED").count(), 3, "{text}");
    assert!(text.contains("ACCEPTED: 3 proofs in"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

/// Of the last bytes nothing hears but the equation that is decided together.
#[test]
fn what_does_not_hold_is_named() {
    let lab = three();
    let bytes = std::fs::read(lab.path("twenty.proof")).unwrap();
    let last = bytes.len() - 32;
    let mut equation = bytes.clone();
    equation[last] ^= 1;
    let mut early = bytes.clone();
    let payload = Proof::from_bytes(&bytes).unwrap().payload.len();
    early[bytes.len() - payload + payload / 2] ^= 1;
    for altered in [equation, early] {
        lab.file("altered.proof", altered);
        for files in [
            ["altered", "ten", "long"],
            ["ten", "altered", "long"],
            ["long", "ten", "altered"],
        ] {
            let proofs = files.map(|name| format!("{name}.proof")).join(" ");
            let line = format!("verify fibonacci {proofs}");
            let words = ["rejected: 1 of 3 proofs: altered.proof: ", "was altered"];
            let done = lab.fails(&line, 1, &words);
            let text = &done.stdout;
            assert!(text.contains("2 of 3 proofs accepted"), "{text}");
            assert_eq!(text.matches("verdict       ACCEPTED").count(), 2, "{text}");
            assert!(
                text.lines().all(|line| line.chars().count() <= 80),
                "{text}"
            );
            let done = lab.fails(&format!("{line} --json"), 1, &[]);
            let said: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
            assert_eq!(said["accepted"], json!(false));
            for (row, file) in said["proofs"].as_array().unwrap().iter().zip(files) {
                assert_eq!(row["accepted"], json!(file != "altered"), "{file}");
                assert_eq!(row.get("error").is_some(), file == "altered", "{file}");
            }
        }
    }
}

#[test]
fn refusals_by_statement_and_by_policy() {
    let lab = three();
    // In the place of another.
    let done = lab.fails(
        &format!("{PROOFS} --input twenty --input ten --input long"),
        1,
        &[
            "2 of 3 proofs: ten.proof: ",
            "; twenty.proof: ",
            "another public input",
        ],
    );
    assert!(done.stdout.contains("1 of 3 proofs accepted"));
    lab.fails(
        &format!("{PROOFS} --input ten"),
        1,
        &["2 of 3", "twenty.proof", "long.proof"],
    );
    lab.fails(
        &format!("{PROOFS} --expect-exit 1"),
        1,
        &["3 of 3", "exit(0)"],
    );
    for option in ["--input ten --input ten", "--expect-exit 0 --expect-exit 0"] {
        let words = ["2 times for 3 proofs", "once for each in their order"];
        lab.fails(&format!("{PROOFS} {option}"), 2, &words);
    }
    lab.fails(&format!("{PROOFS} nowhere"), 2, &["cannot read nowhere"]);
    // By another argument: not accepted, or accepted beside the others under the same commitment key.
    lab.json("prove fibonacci --input ten --memory spice -o spice.proof --json");
    let both = "verify fibonacci ten.proof spice.proof";
    let done = lab.fails(both, 1, &["1 of 2", "--require memory=NAME"]);
    assert!(done.stdout.contains("spice.proof:\n"), "{}", done.stdout);
    let verified = lab.json(&format!("{both} --require memory=any --json"));
    assert_eq!(verified["accepted"], json!(true));
    // Programs that fail are said to have failed.
    lab.file("three", [1, 3]);
    lab.json("prove panic --input three -o panic.proof --json");
    let done = lab.run("verify panic panic.proof panic.proof --expect-exit 3");
    assert_eq!(done.code, 0, "{}", done.stderr);
    let words = "ACCEPTED; the program ended with exit(3)";
    assert_eq!(done.stdout.matches(words).count(), 2, "{}", done.stdout);
    lab.fails(
        "verify sort ten.proof long.proof",
        1,
        &["2 of 2", "another program"],
    );
}

/// Whoever accepts a setup whose secrets are public is told so of each proof under it, also where another proof is refused.
#[test]
fn insecure_setups_are_named_each_time() {
    let lab = Lab::new();
    lab.file("ten", 10u64.to_le_bytes());
    for pcs in ["hyrax", "pst13"] {
        lab.json(&format!(
            "prove fibonacci --input ten --pcs {pcs} -o {pcs}.proof --json"
        ));
    }
    let mut bytes = std::fs::read(lab.path("hyrax.proof")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    lab.file("altered.proof", bytes);
    let of_one = "verdict ACCEPTED, as asked for, under a setup that is not secure";
    let of_all = "under a setup that is not secure: whoever knows its secrets makes such a proof of anything.";
    let require = "--require pcs=any,setup=any";
    for (others, code, end) in [
        ("hyrax.proof", 0, "ACCEPTED: 2 proofs in"),
        ("altered.proof", 1, "1 of 2 proofs accepted"),
    ] {
        let done = lab.run(&format!("verify fibonacci {others} pst13.proof {require}"));
        assert_eq!(done.code, code, "{}", done.stderr);
        let said = done.sentences();
        let said: Vec<&str> = said.split_whitespace().collect();
        let said = said.join(" ");
        assert_eq!(said.matches(of_one).count(), 1, "{said}");
        assert_eq!(said.matches(of_all).count(), 1, "{said}");
        assert!(said.contains(end) && !said.contains("is proven"), "{said}");
    }
    // And nothing of it where all setups are secure.
    let done = lab.run("verify fibonacci hyrax.proof hyrax.proof");
    assert!(!done.stdout.contains("not secure"), "{}", done.stdout);
}
