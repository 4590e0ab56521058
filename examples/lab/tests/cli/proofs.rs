//! Running, proving, verifying.

use crate::common::{Done, Lab, elf, has};
use serde_json::{Value, json};

/// F(20) mod 2^128, little-endian.
const F20: &str = "6d1a0000000000000000000000000000";

#[test]
fn run() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    let ran = lab.json("run fibonacci --input twenty --json");
    has(
        &ran,
        &[
            "instructions",
            "cycles",
            "padded_cycles",
            "run_s",
            "peak_rss_bytes",
            "profile",
        ],
    );
    assert_eq!(ran["output_hex"], F20);
    assert_eq!(ran["exit_code"], 0);
    assert_eq!(ran["input_bytes"], 8);
    let text = lab.run("run fibonacci --input twenty --max-cycles 2^12");
    assert!(text.stdout.contains(F20) && text.stdout.contains("exit(0)"));

    // The same program as a file, and the same source for 32 bits.
    let file = elf("fibonacci").display().to_string();
    assert_eq!(
        lab.json(&format!("run {file} --input twenty --json"))["cycles"],
        ran["cycles"]
    );
    assert_eq!(
        lab.json("run fibonacci-rv32 --input twenty --json")["output_hex"],
        F20
    );
}

#[test]
fn prove_and_verify() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    let proven = lab.json("prove fibonacci --input twenty --threads 1 -o p --json");
    has(
        &proven,
        &[
            "instructions",
            "cycles",
            "padded_cycles",
            "exit_code",
            "output_hex",
            "prove_s",
            "phases",
            "verify_ms",
            "proof_bytes",
            "peak_rss_bytes",
            "setup_s",
            "trace_s",
            "key_digest",
            "lookup",
            "memory",
            "pcs",
        ],
    );
    assert_eq!(proven["threads"], 1);
    assert_eq!(
        proven["proof_bytes"],
        std::fs::metadata(lab.path("p")).unwrap().len()
    );
    let phases: Vec<f64> = proven["phases"]
        .as_object()
        .unwrap()
        .values()
        .map(|v| v.as_f64().unwrap())
        .collect();
    assert!(phases.len() > 5);
    assert!((phases.iter().sum::<f64>() - proven["prove_s"].as_f64().unwrap()).abs() < 1e-6);
    assert_eq!(lab.files(), ["p", "twenty"]);

    let all =
        format!("verify fibonacci p --input twenty --expect-output {F20} --expect-exit 0 --json");
    let verified = lab.json(&all);
    has(
        &verified,
        &[
            "verify_ms",
            "proof_bytes",
            "setup_s",
            "input_sha256",
            "status",
            "padded_cycles",
        ],
    );
    for (key, value) in [
        ("accepted", json!(true)),
        ("secure_setup", json!(true)),
        ("zero_knowledge", json!(true)),
        ("input_bytes", json!(8)),
        ("exit_code", json!(0)),
        ("output_hex", json!(F20)),
        ("key_digest", proven["key_digest"].clone()),
    ] {
        assert_eq!(verified[key], value, "{key}");
    }
    let text = lab.run("verify fibonacci p");
    assert_eq!(text.code, 0);
    for words in [
        "ACCEPTED",
        "transparent",
        "nothing is told but the statement",
        F20,
        "exit(0)",
        "SHA-256",
        "2^8",
        "accepted arguments: lookup=shout, memory=twist, pcs=hyrax",
    ] {
        assert!(text.stdout.contains(words), "{words}: {}", text.stdout);
    }
}

/// Of what the run is there is only what was declared; reports say so; schemes that cannot refuse.
#[test]
fn proofs_can_tell_nothing() {
    let lab = Lab::new();
    lab.file("few", [7; 3]);
    lab.file("more", [9; 14]);
    let mut lengths = Vec::new();
    for secret in ["few", "more"] {
        let line = "prove private-sum --max-cycles 2^10 -o hidden --json --private-input";
        let proven = lab.json(&format!("{line} {secret}"));
        assert_eq!(proven["zero_knowledge"], true);
        lengths.push(proven["proof_bytes"].clone());
        let verified = lab.json("verify private-sum hidden --expect-exit 1 --json");
        assert_eq!(verified["zero_knowledge"], true);
        assert_eq!(verified["padded_cycles"], 1024);
        assert!(verified.get("cycles").is_none());
        let inspected = lab.json("inspect hidden --program private-sum --json");
        assert_eq!(inspected["mode"], "zero-knowledge");
        let text = lab.run("verify private-sum hidden").stdout;
        assert!(text.contains("nothing is told but the statement"), "{text}");
        std::fs::remove_file(lab.path("hidden")).unwrap();
    }
    assert_eq!(lengths[0], lengths[1]);
    let prove = "prove private-sum --private-input few -o hidden --max-cycles";
    let words = ["256", "--max-cycles", "its statement"];
    lab.fails(&format!("{prove} 2^8"), 1, &words);
    for pcs in ["pst13", "zeromorph"] {
        let proven = lab.json(&format!("{prove} 2^10 --pcs {pcs} --json"));
        assert_eq!(proven["zero_knowledge"], true);
        let require = format!("--require pcs={pcs},setup=any");
        let verified = lab.json(&format!("verify private-sum hidden {require} --json"));
        assert_eq!(verified["zero_knowledge"], true);
        let inspected = lab.json("inspect hidden --program private-sum --json");
        assert_eq!(inspected["mode"], "zero-knowledge");
        std::fs::remove_file(lab.path("hidden")).unwrap();
    }
    for pcs in ["mercury", "hyperkzg"] {
        let words = ["cannot hide", "in the clear"];
        lab.fails(&format!("{prove} 2^10 --pcs {pcs}"), 2, &words);
    }
    // In the clear the statement has the run's own size.
    let clear = lab.json(&format!("{prove} 2^20 --pcs mercury --clear --json"));
    assert_eq!(clear["zero_knowledge"], false);
    let verify = "verify private-sum hidden --require pcs=mercury,setup=any";
    let verified = lab.json(&format!("{verify} --json"));
    assert_eq!(verified["zero_knowledge"], false);
    assert_eq!(verified["padded_cycles"], 512);
    let text = lab.run(verify).stdout;
    assert!(text.contains("not zero-knowledge"), "{text}");
}

#[test]
fn programs_that_fail_can_be_proven_to_fail() {
    let lab = Lab::new();
    lab.file("three", [1, 3]);
    lab.file("panics", [2]);
    lab.fails("run panic --input three", 1, &["exit(3)"]);
    let proven = lab.json("prove panic --input three -o three.proof --json");
    assert_eq!(proven["exit_code"], 3);
    assert_eq!(
        lab.json("verify panic three.proof --expect-exit 3 --json")["exit_code"],
        3
    );
    lab.fails("verify panic three.proof --expect-exit 0", 1, &["exit(3)"]);

    let proven = lab.json("prove panic --input panics -o panics.proof --json");
    assert_eq!(
        (&proven["exit_code"], &proven["status"]),
        (&Value::Null, &json!("panicked"))
    );
    lab.fails(
        "verify panic panics.proof --expect-exit 0",
        1,
        &["panicked"],
    );
    let text = lab.run("verify panic panics.proof").stdout;
    assert!(
        text.contains("Note: the program ended with panicked"),
        "{text}"
    );
}

#[test]
fn private_input_is_not_in_the_proof() {
    let lab = Lab::new();
    let secret: Vec<u8> = [17u64, 25].iter().flat_map(|n| n.to_le_bytes()).collect();
    lab.file("secret", &secret);
    let proven = lab.json("prove private-sum --private-input secret --max-cycles 2^13 -o p --json");
    assert_eq!(proven["private_input_bytes"], 16);
    assert!(
        proven["output_hex"]
            .as_str()
            .unwrap()
            .starts_with("2a00000000000000")
    );
    let verified = lab.json("verify private-sum p --json");
    assert_eq!(
        (&verified["input_bytes"], &verified["exit_code"]),
        (&json!(0), &json!(0))
    );
    let proof = std::fs::read(lab.path("p")).unwrap();
    assert!(!proof.windows(secret.len()).any(|window| window == secret));
}

#[test]
fn memory_is_checked_offline_if_asked() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    let proven = lab.json("prove fibonacci --input twenty --memory spice -o p --json");
    assert_eq!(proven["memory"], "spice");
    for phase in ["balance", "initial", "access"] {
        assert!(proven["phases"].get(phase).is_some(), "{phase}");
    }
    lab.fails("verify fibonacci p", 1, &["--require memory=NAME"]);
    let verified = lab.json(&format!(
        "verify fibonacci p --require memory=spice --expect-output {F20} --json"
    ));
    assert_eq!(verified["memory"], "spice");
    assert_eq!(verified["accepted_arguments"]["memory"], json!(["spice"]));
    let proof = lab.json("inspect p --program fibonacci --json");
    let parts = proof["parts"].as_array().unwrap();
    let sum: u64 = parts.iter().map(|p| p["bytes"].as_u64().unwrap()).sum();
    assert_eq!(proof["proof_bytes"], sum);
    assert_eq!(parts.last().unwrap()["bytes"], (2 * 8 + 3) * 32);
    let text = lab.run("inspect p --program fibonacci").stdout;
    for words in ["memory by", "spice", "registers_first", "balance"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let columns = |memory: &str| {
        let program = lab.json(&format!("inspect fibonacci --memory {memory} --json"));
        program["columns"].as_u64().unwrap()
    };
    assert_eq!(columns("spice"), columns("twist") + 20);
}

#[test]
fn lookup() {
    let lab = Lab::new();
    for table in ["and", "TRUNC32_SX", "Rem_Ok"] {
        let done = lab.json(&format!(
            "lookup --table {table} --argument shout --log-reads 6 --json"
        ));
        has(
            &done,
            &[
                "commit_s",
                "reduce_s",
                "open_s",
                "prove_s",
                "verify_ms",
                "proof_bytes",
                "ns_per_lookup",
                "setup_s",
            ],
        );
        assert_eq!(
            (&done["accepted"], &done["reads"]),
            (&json!(true), &json!(64))
        );
        assert_eq!(done["zero_knowledge"], json!(true));
    }
    let clear = lab.json("lookup --table and --log-reads 6 --pcs mercury --clear --json");
    assert_eq!(clear["zero_knowledge"], json!(false));
    lab.fails(
        "lookup --table and --log-reads 6 --pcs mercury",
        2,
        &["mercury", "in the clear"],
    );
    lab.file("squares.csv", "# number, square\n0,0\n1,1\n2,4\n3,0x9\n");
    for (table, facts) in [
        ("--range 6", json!(["RANGE6", 64, 1, "formula"])),
        ("--unstructured 5", json!(["RANDOM5", 32, 1, "commitment"])),
        (
            "--table-file squares.csv",
            json!(["SQUARES", 4, 2, "entries"]),
        ),
    ] {
        for argument in jolt_core::registry::lookups::<ark_bn254::Fr>() {
            let argument = argument.name();
            let done = lab.json(&format!(
                "lookup {table} --argument {argument} --log-reads 4 --json"
            ));
            assert_eq!(done["accepted"], json!(true));
            let found = ["table", "entries", "columns", "known_by"].map(|key| done[key].clone());
            assert_eq!(json!(found), facts);
        }
        let text = lab.run(&format!("lookup {table} --log-reads 3")).stdout;
        assert!(text.contains("the verifier has its"), "{text}");
    }
    // Whatever is registered serves the table or says why not.
    for argument in jolt_core::registry::lookups::<ark_bn254::Fr>() {
        let line = format!(
            "lookup --table xor --argument {} --log-reads 4",
            argument.name()
        );
        let done = lab.run(&line);
        let refused = done.code == 2 && done.stderr.contains("cannot serve");
        assert!(done.code == 0 || refused, "{line}: {}", done.stderr);
    }
}

#[test]
fn demo() {
    let done = Done::of(crate::common::demo().clone());
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    for words in [
        "ACCEPTED",
        "REJECTED",
        "Nobody has to be trusted",
        "salaries that nobody is to see",
        "the run's own number is hidden",
        "the same statement, proven again, has 0 of them",
        "kcycles/s",
    ] {
        assert!(done.stdout.contains(words), "{words}: {}", done.stdout);
    }
}
