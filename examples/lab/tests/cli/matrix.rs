//! How Hyrax cuts polynomials, where it is asked for.

use crate::common::Lab;
use commitments::hyrax::{Layout, Operations};
use serde_json::json;

#[test]
fn both_sides_say_the_same() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    let prove = "prove fibonacci --input twenty --json";
    // 2^8 cycles are one row by themselves.
    let usual = lab.json(&format!("{prove} -o usual --hyrax-rows 1"));
    let rows = lab.json(&format!("{prove} -o rows --hyrax-rows 2^3"));
    let all = lab.json(&format!("{prove} -o all --hyrax-rows 2^5"));
    let bytes = |proven: &serde_json::Value| proven["proof_bytes"].as_u64().unwrap();
    assert!(bytes(&usual) < bytes(&rows) && bytes(&rows) < bytes(&all));
    assert_eq!(
        lab.json("verify fibonacci usual --json")["accepted"],
        json!(true)
    );
    for (proof, rows, others) in [("rows", "8", "--hyrax-rows 4"), ("all", "2^5", "")] {
        let option = format!("--hyrax-rows {rows}");
        let verified = lab.json(&format!("verify fibonacci {proof} {option} --json"));
        assert_eq!(verified["accepted"], json!(true));
        let line = format!("verify fibonacci {proof} {others}");
        lab.fails(&line, 1, &["another program or key"]);
        lab.json(&format!(
            "transcript --dump {proof} --program fibonacci {option} --json"
        ));
        let line = format!("transcript --dump {proof} --program fibonacci {others}");
        lab.fails(&line, 1, &["another program or key"]);
    }
    let inspected = lab.json("inspect rows --program fibonacci --hyrax-rows 8 --json");
    assert_eq!(inspected["hyrax_rows"], 8);
    let parts = inspected["parts"].as_array().unwrap();
    let opening = parts.last().unwrap()["bytes"].as_u64().unwrap();
    // Two points for each round, one of knowledge, and two answers.
    assert_eq!(opening, (2 * 5 + 3) * 32);
    let line = "inspect rows --program fibonacci";
    lab.fails(line, 2, &["no proof of fibonacci"]);
    // Proofs in the clear, and several at once.
    lab.json(&format!("{prove} -o clear --clear --hyrax-rows 4"));
    let both = "verify fibonacci clear clear --hyrax-rows 4 --json";
    assert_eq!(lab.json(both)["accepted"], json!(true));
}

#[test]
fn keys_and_measurements_have_them() {
    let lab = Lab::new();
    let rows = |option: &str| lab.json(&format!("inspect sort --json {option}"));
    assert_eq!(rows("")["hyrax_rows"], 16);
    let other = rows("--hyrax-rows 2^6");
    assert_eq!(other["hyrax_rows"], 64);
    assert_ne!(other["key_digest"], rows("")["key_digest"]);
    let text = lab.run("inspect sort --hyrax-rows 1").stdout;
    let words = "1 row of 2^20 elements: a column's commitment has 1 point";
    assert!(text.contains(words), "{text}");
    assert_eq!(rows("--pcs pst13").get("hyrax_rows"), None);

    let digest = |option: &str| {
        let made = lab.json(&format!(
            "setup generate --pcs hyrax --vars 10 --json {option}"
        ));
        made["digest"].clone()
    };
    let exported = lab.json("setup export --pcs hyrax --vars 10 --hyrax-rows 4 -o key --json");
    assert_eq!(digest("--hyrax-rows 4"), exported["digest"]);
    assert_ne!(digest(""), exported["digest"]);
    lab.json("lookup --table and:16 --log-reads 6 --hyrax-rows 4 --json");

    let bench = "bench pcs --pcs hyrax,pst13 --kind dense --log-size 8 --repeat 1";
    let bytes = |option: &str, file: &str| {
        let done = lab.run(&format!("{bench} {option} --json {file}"));
        assert_eq!(done.code, 0, "{}", done.stderr);
        let text = std::fs::read_to_string(lab.path(file)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let bytes = [0, 1].map(|at| value["results"][at]["proof_bytes"].as_u64().unwrap());
        (bytes, value["settings"]["hyrax_rows"].clone())
    };
    let ([hyrax, pst13], settings) = bytes("", "usual.json");
    assert_eq!(settings, json!(null));
    // Four points for one, and two rounds of two points less.
    let (found, settings) = bytes("--hyrax-rows 4", "rows.json");
    assert_eq!((found, settings), ([hyrax - 32, pst13], json!(4)));
    // Results of other rows are no continuation.
    lab.fails(
        &format!("{bench} --json rows.json"),
        2,
        &["rows.json", "another `hyrax_rows` (4, now null)"],
    );
    let done = lab.run("bench vm --program fibonacci --log-cycles 8 --repeat 1 --hyrax-rows 2");
    assert_eq!(done.code, 0, "{}", done.stderr);
}

#[test]
fn what_there_may_be_is_said() {
    let lab = Lab::new();
    for wrong in ["0", "3", "2^9", "many"] {
        for line in [
            format!("prove fibonacci -o p --hyrax-rows {wrong}"),
            format!("verify fibonacci p --hyrax-rows {wrong}"),
            format!("bench vm --program sort --hyrax-rows {wrong}"),
        ] {
            lab.fails(&line, 2, &["a power of two from 1 to 2^8"]);
        }
    }
    let words = [
        "2^1 rows of Hyrax's matrix",
        "2^26 elements there may be 2^4 to 2^8",
    ];
    let export = "setup export --pcs hyrax --vars 26 -o key --hyrax-rows";
    lab.fails(&format!("{export} 2"), 2, &words);
    lab.json(&format!("{export} 16 --json"));
    for line in [
        "prove fibonacci -o p --pcs pst13 --hyrax-rows 4",
        "inspect fibonacci --pcs mercury --hyrax-rows 4",
        "lookup --table and:16 --log-reads 4 --pcs pst13 --hyrax-rows 4",
        "bench pcs --pcs pst13,mercury --log-size 4 --hyrax-rows 4",
        "setup generate --pcs pst13 --vars 4 --hyrax-rows 4",
    ] {
        lab.fails(line, 2, &["--hyrax-rows", "matrix of polynomials"]);
    }
    // Sizes at which a row would be too long are left out of the table.
    let text = lab
        .run("security fibonacci --cycles 2^16 --all --hyrax-rows 1")
        .stdout;
    assert!(
        text.contains("| shout | twist |") && text.contains("| – |"),
        "{text}"
    );
    assert_eq!(lab.files(), ["key"]);
}

/// What estimates count is what is done, up to buckets that stay empty.
#[test]
fn openings_take_as_many_additions_as_are_counted() {
    let lab = Lab::new();
    for (vars, rows) in [(6, 1usize), (10, 1), (13, 1), (14, 4)] {
        let line = format!(
            "bench pcs --pcs hyrax --kind dense --log-size {vars} --repeat 1 --hyrax-rows {rows} --json {vars}"
        );
        assert_eq!(lab.run(&line).code, 0);
        let text = std::fs::read_to_string(lab.path(&vars.to_string())).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let found = &value["results"][0]["group_additions_by_phase"]["open"];
        let found = found.as_f64().unwrap();
        let layout = Layout::new(vars, vars - rows.ilog2() as usize).unwrap();
        let counted = Operations::of_opening(&layout, vars).additions as f64;
        assert!(
            (0.85..1.05).contains(&(found / counted)),
            "2^{vars}: {found}, not {counted}"
        );
    }
}
