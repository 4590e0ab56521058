//! Looking into programs, proofs and protocols.

use crate::common::{Lab, has};
use serde_json::{Value, json};

/// F(20) mod 2^128, little-endian.
const F20: &str = "6d1a0000000000000000000000000000";

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

    // What has no proof: a loadable segment of 400 bytes, and a quarter of a mebibyte below the stack.
    let protected = &program["protected"];
    assert_eq!(
        protected["guard"],
        json!([[0x83f0_0000u32, 0x83f4_0000u32]])
    );
    let read_only = protected["read_only"].as_array().unwrap();
    assert_eq!(
        read_only.last(),
        Some(&json!([0x8000_0000u32, 0x8000_0190u32]))
    );
    assert_eq!(protected["exposed_code"], json!([]));
    let text = lab.run("inspect fibonacci").stdout;
    for words in [
        "code: 0x80000000 to 0x80000190",
        "the guard below the stack",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // A file from elsewhere.
    let suite = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../conformance/elf/rv64/base.elf"
    );
    let text = lab.run(&format!("inspect {suite}")).stdout;
    assert!(text.contains("no room for a guard"), "{text}");

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
    // Two points of 32 bytes for each of 8 variables, one more, and two elements: so every other part was counted right.
    assert_eq!(parts.last().unwrap()["bytes"], (2 * 8 + 3) * 32);
    // In the clear there is an element in place of these three, and the rounds of the reduction are by themselves.
    lab.json("prove fibonacci --input twenty --clear -o clear.proof --json");
    let clear = lab.json("inspect clear.proof --program fibonacci --json");
    let parts = clear["parts"].as_array().unwrap();
    let sum: u64 = parts.iter().map(|p| p["bytes"].as_u64().unwrap()).sum();
    assert_eq!(clear["proof_bytes"], sum);
    assert_eq!(parts.last().unwrap()["bytes"], (2 * 8 + 1) * 32);
    let bits = proof["soundness_bits"].as_f64().unwrap();
    assert!((200.0..254.0).contains(&bits));
    assert_eq!(proof["group_bits"], 100);
    assert_eq!(proof["unaccounted_challenges"], json!([]));
    let text = lab
        .run("inspect fibonacci.proof --program fibonacci")
        .sentences();
    for words in [
        "NOT VERIFIED",
        "booleanity",
        "one-hotness, at the products' addresses and cycle",
        "discrete logarithms in BN254",
        "random oracle model",
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
    assert_eq!(shout["counted"]["elements"], 256 + 144 + 9 + 64 + 33);
    assert_eq!(listed["memory"][0]["access"], "read-write");
    // Four lines of 2^14 rows, and one point.
    assert_eq!(listed["pcs"][0]["commitment_bytes"], 4 * 32);
    assert_eq!(listed["pcs"][1]["commitment_bytes"], 32);
    let text = lab.run("arguments").stdout;
    assert!(names.iter().all(|name| text.contains(name)), "{text}");
}

/// Checks in the verification of reads of a small dense table.
fn dense_checks(
    argument: &dyn jolt_core::lookup::dense::ProveDense<ark_bn254::Fr>,
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
    let setup = commitments::Setup::Builtin {
        cache: commitments::CacheDir::At(lab.path("cache")),
    };
    let in_machine = |lookup: &str, memory: &str| {
        let guest = jolt_lab::guests::find("htif").unwrap();
        let config = jolt_core::api::Config {
            max_cycle_vars: 7,
            lookup: lookup.to_owned(),
            memory: memory.to_owned(),
            setup: setup.clone(),
            zero_knowledge: false,
            ..Default::default()
        };
        let program = tracer::Program::from_elf(guest.elf).unwrap();
        let key = jolt_core::api::setup(program, &config).unwrap();
        let proof = key.prove(&tracer::Inputs::default()).unwrap();
        let checks = key.verifying_key().verify(&proof).unwrap();
        relations(&checks)
    };
    // What is met is listed for one of these owners, and all that the last one has is met.
    let compare = |met: &BTreeSet<String>, owners: &[&str]| {
        let listed: BTreeSet<String> = owners.iter().flat_map(|owner| of(owner)).collect();
        let missing: Vec<&String> = met.difference(&listed).collect();
        assert!(missing.is_empty(), "{owners:?}: not listed: {missing:?}");
        let last = of(owners.last().unwrap());
        // A relation may be in another batch beside another argument.
        let name = |check: &String| check.rsplit('/').next().unwrap_or_default().to_owned();
        let names: BTreeSet<String> = met.iter().map(name).collect();
        let invented = last.iter().filter(|check| !names.contains(&name(check)));
        let invented: Vec<&String> = invented.collect();
        assert!(invented.is_empty(), "{owners:?}: not met: {invented:?}");
    };
    for argument in jolt_core::registry::lookups::<ark_bn254::Fr>() {
        let name = argument.name();
        let shape = jolt_core::vm::lookup_shape_of(instruction_tables::WordSize::W64, 7);
        let met = if argument.supports(&shape).is_ok() {
            in_machine(name, "twist")
        } else {
            let case = testkit::Case::random(instruction_tables::WordSize::W8, 2, 3, 1);
            let proof = testkit::prove(argument.as_ref(), &case);
            let mut channel = PlainVerifier::new(testkit::PROTOCOL, proof);
            let (shape, selection) = (&case.shape, case.selection());
            let verify = jolt_core::lookup::standalone::verify;
            verify(&mut channel, argument.as_ref(), shape, &selection).unwrap();
            relations(channel.checks())
        };
        compare(&met, &["machine", "twist", name]);
        let over_dense = dense_checks(argument.dense_prover().unwrap());
        assert_eq!(relations(&over_dense), of(&format!("{name}/dense")));
    }
    for memory in jolt_core::registry::memories::<ark_bn254::Fr>() {
        let met = in_machine("shout", memory.name());
        compare(&met, &["machine", "shout", memory.name()]);
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
    // What is sent in the clear is in rows, where proofs hide, or made uniform.
    let hidden = lab.json("explain --hidden --json");
    let messages = hidden["messages"].as_array().unwrap();
    let in_rows = |row: &&Value| row["hidden"] == "in rows, blinded";
    let elements = messages
        .iter()
        .filter(in_rows)
        .map(|row| row["elements"].as_u64());
    assert!(elements.sum::<Option<u64>>().unwrap() > 800);
    assert!(messages.iter().all(|row| row["hidden"] != "in the clear"));
    let text = lab.run("explain --hidden").stdout;
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    lab.fails("explain nothing", 2, &["no relation", "constrain/step"]);
    lab.fails("explain --of nobody", 2, &["nobody", "shout"]);
}

#[test]
fn transcript() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    lab.json("prove fibonacci --input twenty -o p --json");
    let dumped = lab.json("transcript --dump p --program fibonacci --full --json");
    // That is no verdict, and nothing calls it one.
    assert_eq!(dumped["every_check_holds"], true);
    assert_eq!(dumped["policy"], "any");
    assert!(dumped.get("accepted").is_none());
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
        "recall",
        "fetch",
        "close",
        "open",
    ];
    assert_eq!(phases, expected);
    let text = lab.run("transcript --dump p --program fibonacci").stdout;
    assert!(text.contains("batch constrain") && text.contains("every check holds"));

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

/// Every step of the way is there, and every equation of it was computed.
#[test]
fn an_addition_is_followed() {
    let lab = Lab::new();
    let done = lab.run("demo --explain");
    assert_eq!(done.code, 0, "{}", done.stderr);
    let text = done.sentences();
    for words in [
        "add a4, a7, a4",
        "✓ index = a7 + a4",
        "✓ TRUNC(index)",
        "✓ the step constraints hold",
        "✓ Σ_j eq(r, j)·out_j over the traced run",
        "✓ s(0) + s(1), the claim before the round",
        "✓ its commitment, 32 bytes",
        "the verifier accepts the proof",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(
        text.matches('✓').count(),
        12 + 1,
        "with the one that explains the sign"
    );
    // Another run of the same program has the same numbers: nothing in a clear proof is random.
    assert_eq!(lab.run("demo --explain").stdout, done.stdout);
}

#[test]
fn completions_and_manual_pages() {
    let lab = Lab::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = lab.run(&format!("completions {shell}")).stdout;
        assert!(
            script.contains("transcript") && script.contains("hyrax-rows"),
            "{shell}"
        );
    }
    let done = lab.run("man pages");
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let pages = std::fs::read_dir(lab.path("pages")).unwrap().count();
    assert!(pages > 25 && done.stdout.contains(&format!("{pages} manual pages")));
    let page = std::fs::read_to_string(lab.path("pages/jolt-lab-setup-import.1")).unwrap();
    assert!(page.starts_with(".ie") || page.contains(".TH"), "{page}");
    lab.fails("man pages", 2, &["pages is not empty"]);
}
