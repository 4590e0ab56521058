//! `security` without a proof and `inspect` of a proof of the same shape say the same.

use crate::common::Lab;
use serde_json::{Value, json};

/// A proof to make: how it is asked for.
struct Shape {
    program: &'static str,
    inputs: &'static str,
    protocol: &'static str,
    clear: bool,
}

const fn shape(
    program: &'static str,
    inputs: &'static str,
    protocol: &'static str,
    clear: bool,
) -> Shape {
    Shape {
        program,
        inputs,
        protocol,
        clear,
    }
}

/// Every lookup and memory argument, most schemes, both word sizes and both modes.
const SHAPES: [Shape; 6] = [
    shape("fibonacci", "--input twenty", "", false),
    shape(
        "fibonacci",
        "--input twenty",
        "--memory spice --hyrax-rows 1",
        true,
    ),
    shape("fibonacci-rv32", "--input twenty", "--lookup lasso", false),
    shape(
        "fibonacci-rv32",
        "--input twenty",
        "--lookup logup-gkr --memory spice --pcs zeromorph",
        false,
    ),
    shape("fibonacci", "--input twenty", "--pcs mercury", true),
    shape(
        "htif",
        "",
        "--lookup logup-gkr --memory spice --pcs ligero",
        true,
    ),
];

#[test]
fn a_proof_has_the_bound_that_was_said_without_it() {
    let lab = Lab::new();
    lab.fibonacci();
    for Shape {
        program,
        inputs,
        protocol,
        clear,
    } in SHAPES
    {
        let clear = if clear { "--clear" } else { "" };
        lab.json(&format!(
            "prove {program} {inputs} {protocol} {clear} -o p --json"
        ));
        // The matrix of Hyrax is no part of the file.
        let rows = if protocol.contains("rows") {
            protocol
        } else {
            ""
        };
        let of_proof = lab.json(&format!("inspect p --program {program} {rows} --json"));
        let cycles = of_proof["padded_cycles"].as_u64().unwrap();
        let line = format!("security {program} --cycles {cycles} {protocol} {clear} --json");
        let without = lab.json(&line);
        for field in ["mode", "lookup", "memory", "pcs"] {
            assert_eq!(of_proof[field], without[field], "{line}: {field}");
        }
        for field in [
            "soundness",
            "soundness_bits",
            "assumptions",
            "unaccounted_challenges",
        ] {
            assert_eq!(of_proof[field], without[field], "{line}: {field}");
        }
        assert!(without["soundness_bits"].as_f64().unwrap() > 90.0);
    }
}

#[test]
fn what_limits_a_proof_is_said_with_what_would_raise_it() {
    let lab = Lab::new();
    let with = |line: &str| lab.json(&format!("security {line} --json"));
    let default = with("");
    assert_eq!(
        (&default["cycle_vars"], &default["word_bits"]),
        (&json!(20), &json!(64))
    );
    assert_eq!(
        default["limit"],
        json!({ "what": "discrete logarithms in BN254", "bits": 100.0 })
    );
    // The smallest term is one of the terms, and none is smaller.
    let terms = |value: &Value| value["soundness"].as_array().unwrap().clone();
    let bits = |term: &Value| term["bits"].as_f64();
    let smallest = bits(&default["smallest"]).unwrap();
    assert!(terms(&default).contains(&default["smallest"]));
    assert!(
        terms(&default)
            .iter()
            .filter_map(bits)
            .all(|bits| bits >= smallest)
    );
    // What is said to raise the sum does, by so much.
    let weak = with("--lookup logup-gkr --memory spice --cycles 2^22");
    let raised = weak["raised_by"].as_array().unwrap();
    let way = |how: &str| raised.iter().find(|way| way["how"] == how).unwrap()["bits"].clone();
    let strong = with("--cycles 2^22 --all");
    assert_eq!(
        way("--lookup shout --memory twist"),
        strong["soundness_bits"]
    );
    let shorter = with("--lookup logup-gkr --memory spice --cycles 2^18");
    assert_eq!(way("--cycles 2^18"), shorter["soundness_bits"]);
    assert!(
        raised
            .iter()
            .all(|way| way["bits"].as_f64() > weak["soundness_bits"].as_f64())
    );
    let table = strong["by_arguments"].as_array().unwrap();
    assert!(table.len() > 20 && default["by_arguments"].is_null());
    // A scheme of hashes has no group, and one over powers of tau is trusted.
    let whats = |value: &Value| -> Vec<String> {
        let all = value["assumptions"].as_array().unwrap();
        all.iter()
            .map(|a| a["what"].as_str().unwrap().to_owned())
            .collect()
    };
    let hashes = with("--pcs basefold --clear --cycles 2^16");
    assert_eq!(hashes["limit"]["what"], "the interactive protocol");
    assert!(whats(&hashes).iter().all(|what| !what.contains("BN254")));
    assert!(whats(&with("--pcs zeromorph")).contains(&"algebraic group model".to_owned()));
    assert!(!whats(&default).contains(&"setup".to_owned()));
    lab.fails(
        "security --pcs mercury",
        2,
        &["mercury has no proofs that hide", "--clear"],
    );
    lab.fails("security --cycles 2^30", 2, &["up to 2^26"]);
    lab.fails("security --word 16", 2, &["32 or 64"]);
    lab.fails(
        "security --lookup naive",
        2,
        &["naive cannot serve this machine"],
    );
    lab.fails("security --word 32 fibonacci", 2, &["cannot be used with"]);
}
