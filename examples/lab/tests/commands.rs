//! Every command does what it says, and says it in JSON.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Lab, elf, has};
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
        ("secure_setup", json!(false)),
        ("zero_knowledge", json!(false)),
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
        "INSECURE",
        "succinct, not zero-knowledge",
        F20,
        "exit(0)",
        "SHA-256",
        "2^8",
    ] {
        assert!(text.stdout.contains(words), "{words}: {}", text.stdout);
    }
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
    let proven = lab.json("prove private-sum --private-input secret -o p --json");
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
fn inspect() {
    let lab = Lab::new();
    let bundled = lab.json("inspect --json");
    assert!(bundled["bundled"].as_array().unwrap().len() >= 8);

    let costs = lab.json("inspect --instructions --json");
    let costs = costs["instructions"].as_array().unwrap();
    let of = |name: &str| costs.iter().find(|c| c["mnemonic"] == name).unwrap();
    assert_eq!(of("add")["rv32"]["cycles"], 1);
    assert_eq!(of("remu")["rv64"]["most"], 5);
    assert_eq!(of("lw")["rv64"]["crossing"], 13);
    assert!(of("ld")["rv32"].is_null());

    let program = lab.json("inspect fibonacci --json");
    has(
        &program,
        &[
            "entry",
            "rows",
            "instructions",
            "tables",
            "symbols",
            "columns",
            "key_digest",
            "ram_size",
        ],
    );
    assert_eq!(program["word_bits"], 64);
    assert_eq!(lab.json("inspect fibonacci-rv32 --json")["word_bits"], 32);
    let mnemonics = program["instructions_by_mnemonic"].as_object().unwrap();
    let sum: u64 = mnemonics.values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(program["instructions"], sum);
    assert!(
        lab.json("inspect htif --json")["status"]
            .as_str()
            .unwrap()
            .contains("tohost")
    );

    lab.fibonacci();
    let alone = lab.json("inspect fibonacci.proof --json");
    assert_eq!(
        (&alone["output_hex"], &alone["parts"]),
        (&json!(F20), &Value::Null)
    );
    let proof = lab.json("inspect fibonacci.proof --program fibonacci --json");
    let parts = proof["parts"].as_array().unwrap();
    let sum: u64 = parts
        .iter()
        .map(|part| part["bytes"].as_u64().unwrap())
        .sum();
    assert_eq!(proof["proof_bytes"], sum);
    assert_eq!(proof["key_digest"], alone["key_digest"]);
    // One point of 32 bytes for each of 8 variables: so every other part was counted right.
    assert_eq!(parts.last().unwrap()["bytes"], 8 * 32);
    let bits = proof["soundness_bits"].as_f64().unwrap();
    assert!((200.0..254.0).contains(&bits));
    assert_eq!(proof["group_bits"], 100);
    let text = lab
        .run("inspect fibonacci.proof --program fibonacci")
        .stdout;
    for words in [
        "NOT VERIFIED",
        "booleanity",
        "about 100 bits",
        "lookup digits",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    lab.fails(
        "inspect fibonacci.proof --program sha256-chain",
        2,
        &["no proof of sha256-chain", "another program or key"],
    );
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
    let verified = lab.json(&format!("verify fibonacci p --expect-output {F20} --json"));
    assert_eq!(verified["memory"], "spice");
    let proof = lab.json("inspect p --program fibonacci --json");
    let parts = proof["parts"].as_array().unwrap();
    let sum: u64 = parts.iter().map(|p| p["bytes"].as_u64().unwrap()).sum();
    assert_eq!(proof["proof_bytes"], sum);
    assert_eq!(parts.last().unwrap()["bytes"], 8 * 32);
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
    }
    lab.file("squares.csv", "# number, square\n0,0\n1,1\n2,4\n3,0x9\n");
    for (table, facts) in [
        ("--range 6", json!(["RANGE6", 64, 1, "formula"])),
        ("--unstructured 5", json!(["RANDOM5", 32, 1, "commitment"])),
        (
            "--table-file squares.csv",
            json!(["SQUARES", 4, 2, "entries"]),
        ),
    ] {
        for argument in jolt_core::lookup::registry::<ark_bn254::Fr>() {
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
    for argument in jolt_core::lookup::registry::<ark_bn254::Fr>() {
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
fn arguments() {
    let lab = Lab::new();
    let listed = lab.json("arguments --json");
    let names: Vec<&str> = listed["lookup"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        jolt_core::registry::Registry::builtin().lookup_names()
    );
    let shout = &listed["lookup"][0];
    has(
        shout,
        &["about", "indexed", "vector", "access", "structure", "field"],
    );
    assert_eq!(shout["index_bits"], json!([16, 128]));
    // 32 digits of 15 columns each; and the elements that `papers/shout.md` counts.
    assert_eq!(shout["counted"]["commitments"], 480);
    assert_eq!(shout["counted"]["elements"], 256 + 160 + 9 + 12 + 80 + 64);
    assert_eq!(listed["memory"][0]["access"], "read-write");
    assert_eq!(listed["pcs"][0]["commitment_bytes"], 32);
    let text = lab.run("arguments").stdout;
    assert!(names.iter().all(|name| text.contains(name)), "{text}");
}

/// Checks in the verification of reads of a small dense table.
fn dense_checks(
    argument: &dyn jolt_core::lookup::dense::DenseArgument<ark_bn254::Fr>,
) -> sumcheck::Checks {
    use jolt_core::lookup::dense::{DenseTable, protocol};
    use sumcheck::channel::plain::{PlainProver, PlainVerifier};

    let table = DenseTable::range(8).unwrap();
    let public = table
        .public(|_| Err::<_, ()>(()))
        .expect("nothing to commit");
    let mut channel = PlainProver::new("dense");
    let reads = protocol::DenseReads::new(&table, &[3, 200, 7]).unwrap();
    protocol::prove(&mut channel, argument, (&table, &public), 2, reads);
    let mut channel = PlainVerifier::new("dense", channel.finish().0);
    protocol::verify(&mut channel, argument, &public, 2, 3).unwrap();
    channel.checks().clone()
}

/// Every relation that a verifier of a real proof checks is listed, with every argument.
#[test]
fn every_relation_is_explained() {
    use jolt_core::lookup::testkit;
    use jolt_lab::explain::collect::collect;
    use std::collections::BTreeSet;
    use sumcheck::channel::plain::PlainVerifier;

    let listed = collect().unwrap();
    let of = |owner: &str| -> BTreeSet<String> {
        let owned = listed.iter().filter(|found| found.of == owner);
        owned.map(|found| found.name()).collect()
    };
    for found in &listed {
        let note = found.note.as_ref().unwrap();
        let path = format!("{}/../../papers/{note}", env!("CARGO_MANIFEST_DIR"));
        assert!(std::path::Path::new(&path).is_file(), "{note}");
    }
    // The names of checks say which batches there were, and of which relations.
    let relations = |checks: &sumcheck::Checks| -> BTreeSet<String> {
        let batches = checks
            .performed()
            .filter_map(|check| check.split_once(": "));
        batches
            .flat_map(|(batch, relations)| {
                let each = relations.split(", ");
                each.map(move |relation| format!("{batch}/{relation}"))
            })
            .collect()
    };
    let lab = Lab::new();
    let setup = commitments::Setup::InsecureTest {
        cache: commitments::CacheDir::At(lab.path("cache")),
    };
    for argument in jolt_core::lookup::registry::<ark_bn254::Fr>() {
        let name = argument.name();
        let both = &(&of("machine") | &of(name)) | &of("twist");
        let shape = jolt_core::vm::lookup_shape_of(instruction_tables::WordSize::W64, 7);
        let met = if argument.supports(&shape).is_ok() {
            let guest = jolt_lab::guests::find("htif").unwrap();
            let config = jolt_core::api::Config {
                max_cycle_vars: 7,
                lookup: name.to_owned(),
                setup: setup.clone(),
                ..Default::default()
            };
            let program = tracer::Program::from_elf(guest.elf).unwrap();
            let key = jolt_core::api::setup(program, &config).unwrap();
            let proof = key.prove(&tracer::Inputs::default()).unwrap();
            let checks = key.verifying_key().verify(&proof).unwrap();
            assert!(checks.performed().any(|check| check == "open/reduction"));
            relations(&checks)
        } else {
            let case = testkit::Case::random(instruction_tables::WordSize::W8, 2, 3, 1);
            let proof = testkit::prove(argument.as_ref(), &case);
            let mut channel = PlainVerifier::new(testkit::PROTOCOL, proof);
            let (shape, selection) = (&case.shape, case.selection());
            let verify = jolt_core::lookup::standalone::verify;
            verify(&mut channel, argument.as_ref(), shape, &selection).unwrap();
            relations(channel.checks())
        };
        let dense = argument.dense().unwrap();
        let over_dense = dense_checks(dense);
        let met_dense = relations(&over_dense);
        assert_eq!(met_dense, of(&format!("{name}/dense")));
        let missing: Vec<&String> = met.difference(&both).collect();
        assert!(missing.is_empty(), "{name}: not listed: {missing:?}");
        let invented: Vec<String> = of(name).difference(&met).cloned().collect();
        assert!(invented.is_empty(), "{name}: not met: {invented:?}");
    }
    assert_eq!(of("opening"), BTreeSet::from(["open/reduction".to_owned()]));
}

#[test]
fn explain() {
    let lab = Lab::new();
    let listed = lab.json("explain --json");
    let rows = listed["relations"].as_array().unwrap();
    assert!(rows.len() > 20);
    let one = lab.json("explain constrain/step --json");
    let step = &one["relations"][0];
    assert_eq!(
        (&step["of"], &step["degree"]),
        (&json!("machine"), &json!(4))
    );
    assert!(step["formula"].as_str().unwrap().starts_with("step = Σ_(j"));
    has(
        step,
        &["segments", "factors", "rounds", "phase", "batch", "note"],
    );
    let text = lab.run("explain read --of shout").stdout;
    assert!(text.contains("execute/read, of shout") && text.contains("most significant first"));
    lab.fails("explain nothing", 2, &["no relation", "constrain/step"]);
    lab.fails("explain --of nobody", 2, &["nobody", "shout"]);
}

#[test]
fn transcript() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    lab.json("prove fibonacci --input twenty -o p --json");
    let dumped = lab.json("transcript --dump p --program fibonacci --full --json");
    assert_eq!(dumped["accepted"], true);
    let entries = dumped["entries"].as_array().unwrap();
    // Everything in the proof is absorbed, and every entry says what it is.
    let absorbed = entries.iter().filter(|entry| entry["kind"] == "absorb");
    let hex: String = absorbed.map(|e| e["hex"].as_str().unwrap()).collect();
    let proof = std::fs::read(lab.path("p")).unwrap();
    let last: String = proof[proof.len() - 32..]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert!(hex.contains(&last), "the proof's last point is absorbed");
    for entry in entries {
        let bytes = entry["bytes"].as_u64().unwrap() as usize;
        assert_eq!(entry["hex"].as_str().unwrap().len(), 2 * bytes);
    }
    let phases = dumped["phases"].as_array().unwrap();
    let phases: Vec<&str> = phases
        .iter()
        .map(|p| p["phase"].as_str().unwrap())
        .collect();
    let expected = [
        "statement",
        "commit",
        "constrain",
        "execute",
        "remember",
        "recall",
        "fetch",
        "open",
    ];
    assert_eq!(phases, expected);
    let text = lab.run("transcript --dump p --program fibonacci").stdout;
    assert!(text.contains("batch constrain") && text.contains("ACCEPTED"));

    // Hostile proofs: wherever they are changed or end, the transcript goes as far as verification.
    for at in (0..proof.len()).step_by(proof.len() / 12) {
        let mut changed = proof.clone();
        changed[at] ^= 1;
        lab.file("changed", changed);
        lab.file("short", &proof[..at]);
        for file in ["changed", "short"] {
            let done = lab.run(&format!(
                "transcript --dump {file} --program fibonacci --json"
            ));
            assert!([1, 2].contains(&done.code), "{file} {at}: {}", done.stdout);
        }
    }
    let mut changed = proof.clone();
    let at = proof.len() - 3000;
    changed[at] ^= 1;
    lab.file("changed", changed);
    lab.fails(
        "transcript --dump changed --program fibonacci",
        1,
        &["in phase `", "entries"],
    );
    lab.fails(
        "transcript --dump p --program sort",
        1,
        &["another program", "nothing was absorbed"],
    );
}

#[test]
fn bench_vm() {
    let lab = Lab::new();
    let line =
        "bench vm --program fibonacci,htif --log-cycles 9,10 --repeat 2 --threads 1 --json b.json";
    let done = lab.run(line);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    assert_eq!(lab.files(), ["b.json"]);
    let document: Value =
        serde_json::from_slice(&std::fs::read(lab.path("b.json")).unwrap()).unwrap();
    has(&document, &["version", "machine", "settings", "results"]);
    let results = document["results"].as_array().unwrap();
    let sizes: Vec<u64> = results
        .iter()
        .map(|r| r["log_cycles"].as_u64().unwrap())
        .collect();
    // A program that cannot be scaled is measured once, as it is.
    assert_eq!(sizes, [9, 10, 7]);
    for result in results {
        has(
            result,
            &[
                "program",
                "setup_s",
                "trace_s",
                "prove_s",
                "prove_s_min",
                "prove_s_max",
                "verify_ms",
                "phases",
                "proof_bytes",
                "instructions",
                "cycles",
                "padded_cycles",
                "kinstr_per_s",
                "kcycles_per_s",
                "peak_rss_bytes",
            ],
        );
        assert_eq!(result["samples"].as_array().unwrap().len(), 2);
        assert_eq!(result["threads"], 1);
        let fill = result["fill"].as_f64().unwrap();
        assert!(
            fill <= 1.0 && (fill >= 0.85 || result["program"] == "htif"),
            "{fill}"
        );
        let [min, median, max] =
            ["prove_s_min", "prove_s", "prove_s_max"].map(|k| result[k].as_f64().unwrap());
        assert!(0.0 < min && min <= median && median <= max);
    }
}

/// The results of a file.
fn results(lab: &Lab, name: &str) -> Vec<Value> {
    let document: Value = serde_json::from_slice(&std::fs::read(lab.path(name)).unwrap()).unwrap();
    has(
        &document,
        &["kind", "schema", "commit", "command", "machine", "settings"],
    );
    document["results"].as_array().unwrap().clone()
}

#[test]
fn bench_lookup() {
    let lab = Lab::new();
    let line = "bench lookup --table and,range4 --argument shout,logup-gkr,naive --repeat 2 --threads 1 \
                --json b.json --csv b.csv --html b.html --log-reads";
    let done = lab.run(&format!("{line} 4"));
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    assert_eq!(lab.files(), ["b.csv", "b.html", "b.json"]);
    let first = results(&lab, "b.json");
    assert_eq!(first.len(), 6);
    for result in &first {
        has(
            result,
            &["argument", "table", "log_reads", "pcs", "threads"],
        );
        if result["argument"] == "naive" && result["table"] == "and" {
            assert!(
                result["skipped"]
                    .as_str()
                    .unwrap()
                    .contains("128 index bits")
            );
            continue;
        }
        let figures = [
            "reads",
            "prove_s",
            "prove_s_min",
            "prove_s_max",
            "verify_ms",
            "peak_rss_bytes",
            "phases",
            "phases_max",
            "multiplications_per_lookup",
            "group_additions_per_lookup",
            "operations",
            "soundness_bits",
            "ns_per_lookup",
        ];
        has(result, &figures);
        let labels = result["bytes"].as_object().unwrap();
        let sum: u64 = labels.values().map(|bytes| bytes.as_u64().unwrap()).sum();
        assert_eq!(sum, result["proof_bytes"].as_u64().unwrap());
        assert!(result["multiplications"].as_u64().unwrap() > 100);
        assert_eq!(result["samples"].as_array().unwrap().len(), 2);
    }
    let page = std::fs::read_to_string(lab.path("b.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("range4") && !page.contains("<script"));
    // One for the SVG name space.
    assert!(
        !page
            .replace("http://www.w3.org/2000/svg", "")
            .contains("http")
    );
    let table = std::fs::read_to_string(lab.path("b.csv")).unwrap();
    assert_eq!(table.lines().count(), 7);
    assert!(table.starts_with("argument,table,log_reads"));

    // What is there stays as it is; what is missing is added; other settings are refused.
    assert_eq!(lab.run(&format!("{line} 4,5")).code, 0);
    let second = results(&lab, "b.json");
    assert_eq!((&second[..6], second.len()), (&first[..], 12));
    lab.fails(
        &format!("{line} 4 --warm-up 1"),
        2,
        &["b.json", "another `warm_up` (0, now 1)", "another file"],
    );
    let shown = lab.run("bench report b.json --html c.html --csv c.csv");
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));

    let compared = lab.json("compare b.json b.json --json");
    let rows = compared["comparisons"].as_array().unwrap();
    assert!(rows.len() > 10);
    for row in rows {
        assert_eq!(row["ratio"], 1.0);
        assert_eq!(row["verdict"], "no difference beyond noise");
    }
    let text = lab.run("compare b.json b.json --figure phases.open");
    assert!(text.stdout.contains("phases.open") && text.stdout.contains("geometric mean"));

    let line = "bench kernels --kernel sumcheck-words,commit-digits-50 --log-size 6 --repeat 1 --json k.json";
    assert_eq!(lab.run(line).code, 0);
    let kernels = results(&lab, "k.json");
    assert_eq!(kernels.len(), 2);
    assert!(kernels[0]["multiplications"].as_u64().unwrap() > 0);
    assert!(kernels[1]["group_additions"].as_u64().unwrap() > 0);
    lab.fails("compare b.json k.json", 2, &["cannot be compared"]);
    lab.file("text", "no results");
    lab.fails("compare b.json text", 2, &["text is no file of results"]);
    lab.fails("bench lookup --table none", 2, &["`none` is no workload"]);
    lab.fails(
        "bench kernels --kernel none",
        2,
        &["unknown kernel `none`; there are: sumcheck-naive"],
    );
}

#[test]
fn limits_of_measurements() {
    let lab = Lab::new();
    let line = "bench lookup --table and --argument shout --repeat 1 --count-up-to 0 --json b.json";
    assert_eq!(
        lab.run(&format!("{line} --log-reads 4,6 --max-seconds 0.000001"))
            .code,
        0
    );
    let found = results(&lab, "b.json");
    assert!(found[0]["prove_s"].as_f64().is_some() && found[0]["multiplications"].is_null());
    assert_eq!(found[1]["skipped"], "2^4 exceeded the limit");
    std::fs::remove_file(lab.path("b.json")).unwrap();
    assert_eq!(
        lab.run(&format!("{line} --log-reads 4,6 --max-memory 1"))
            .code,
        0
    );
    let found = results(&lab, "b.json");
    let stopped = found[0]["skipped"].as_str().unwrap();
    assert!(stopped.contains("more than 1 MiB"), "{stopped}");
    assert_eq!(found[1]["skipped"], "2^4 exceeded the limit");
}

#[test]
fn reproduce() {
    let lab = Lab::new();
    let listed = lab.json("reproduce --list --json");
    let manifests = listed["manifests"].as_array().unwrap();
    assert!(manifests.len() > 8);
    let line = "reproduce one-hot-columns --size smoke --json";
    let done = lab.json(&format!("{line} --output r.json --html pages"));
    let verdicts = done["conditions"].as_array().unwrap();
    assert_eq!(verdicts[0]["verdict"], "confirmed");
    assert!(verdicts.iter().any(|v| v["verdict"] == "not_judged"));
    assert_eq!(lab.files(), ["pages", "r.json"]);
    let again = lab.json("reproduce one-hot-columns --results r.json --json");
    assert_eq!(again["conditions"], done["conditions"]);
    lab.fails(
        "reproduce sweep --results r.json",
        2,
        &["r.json has no results of `sweep`"],
    );
    lab.fails(
        "reproduce none",
        2,
        &["no manifest `none`; there are: lasso-linear"],
    );
}

#[test]
fn demo() {
    let done = Lab::new().run("demo");
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    for words in [
        "ACCEPTED",
        "REJECTED",
        "INSECURE",
        "not zero-knowledge",
        "kcycles/s",
    ] {
        assert!(done.stdout.contains(words), "{words}: {}", done.stdout);
    }
}
