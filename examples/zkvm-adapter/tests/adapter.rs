//! The adapter as a benchmark uses it: what is measured, what is written, what is refused.
#![allow(clippy::unwrap_used)]

use commitments::{CacheDir, Setup};
use jolt_core::api::Config;
use serde_json::{Value, json};
use zkvm_adapter::run::{Action, Hardware, Workload, run};
use zkvm_adapter::zkvm::{Error, Input, JoltLab, Options, Reads};

fn prepared(name: &str, options: Options) -> JoltLab {
    let path = format!("{}/../guests/elf/{name}.elf", env!("CARGO_MANIFEST_DIR"));
    let config = Config {
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        ..options.config
    };
    let options = Options { config, ..options };
    JoltLab::with(&std::fs::read(path).unwrap(), &options).unwrap()
}

fn small() -> Options {
    Options {
        max_cycle_vars: 9,
        ..Options::default()
    }
}

fn twenty() -> Workload {
    Workload {
        name: "fibonacci-20".to_owned(),
        input: Input::new().with_stdin(20u64.to_le_bytes().to_vec()),
        expected: 6765u64.to_le_bytes().to_vec(),
        metadata: json!({ "n": 20 }),
    }
}

#[test]
fn a_run_has_the_fields_of_the_collections() {
    let zkvm = prepared("fibonacci", small());
    let of = |action| serde_json::to_value(run(&zkvm, &twenty(), action)).unwrap();
    let executed = of(Action::Execute);
    assert_eq!(executed["name"], "fibonacci-20");
    assert_eq!(executed["metadata"], json!({ "n": 20 }));
    assert!(
        executed["timestamp_completed"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
    let success = &executed["execution"]["success"];
    assert_eq!(success["output_matched"], true);
    assert!(success["execution_duration"]["nanos"].is_u64());
    assert!(executed.get("proving").is_none());
    let proven = of(Action::Prove);
    let success = &proven["proving"]["success"];
    assert_eq!(success["output_matched"], true);
    let proof = zkvm.prove(&twenty().input).unwrap().1;
    assert_eq!(success["proof_size"], proof.len());
    for field in ["proving_time_ms", "verification_time_ms"] {
        assert!(success[field].is_u64(), "{field}");
    }
    // Another output than the expected one is measured, and said.
    let other = Workload {
        expected: vec![1],
        ..twenty()
    };
    let other = serde_json::to_value(run(&zkvm, &other, Action::Execute)).unwrap();
    assert_eq!(other["execution"]["success"]["output_matched"], false);
    let hardware = serde_json::to_value(Hardware::here()).unwrap();
    assert_eq!(hardware["gpus"], Value::Array(Vec::new()));
}

#[test]
fn what_is_changed_is_rejected() {
    let zkvm = prepared("fibonacci", small());
    let (values, proof, report) = zkvm.prove(&twenty().input).unwrap();
    assert_eq!(zkvm.verifier().verify(&proof).unwrap(), values);
    let (executed, execution) = zkvm.execute(&twenty().input).unwrap();
    assert_eq!(
        (executed, Some(execution.total_num_cycles)),
        (values, report.total_num_cycles)
    );
    assert_eq!(
        zkvm.estimate_cost(&twenty().input).unwrap()["padded_cycles"],
        256
    );
    let mut changed = proof.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(matches!(
        zkvm.verify(&changed),
        Err(Error::Rejected(_) | Error::Proof(_))
    ));
    assert!(matches!(zkvm.verify(&vec![1, 2, 3]), Err(Error::Proof(_))));
    let other = prepared("fibonacci-rv32", small());
    assert_ne!(other.program_vk(), zkvm.program_vk());
    assert!(matches!(other.verify(&proof), Err(Error::Rejected(_))));
    assert_eq!(
        (zkvm.name(), zkvm.sdk_version()),
        ("jolt-lab", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn what_cannot_be_done_is_said() {
    let zkvm = prepared("fibonacci", small());
    let composed = Input {
        proofs: Some(Vec::new()),
        ..twenty().input
    };
    assert!(matches!(zkvm.prove(&composed), Err(Error::Recursion)));
    // Too long for the key.
    let long = Workload {
        input: Input::new().with_stdin(1000u64.to_le_bytes().to_vec()),
        ..twenty()
    };
    let done = serde_json::to_value(run(&zkvm, &long, Action::Execute)).unwrap();
    assert!(done["execution"]["crashed"]["reason"].is_string(), "{done}");
    let private = Options {
        max_cycle_vars: 14,
        reads: Reads::Private,
        ..small()
    };
    let zkvm = prepared("private-sum", private);
    let input = Input::new().with_stdin([3u64, 4].map(u64::to_le_bytes).concat());
    let (values, _) = zkvm.execute(&input).unwrap();
    assert!(values.starts_with(&7u64.to_le_bytes()));
}
