//! The public API end to end: keys, proof files, statements; every guest; tampering.

use commitments::{CacheDir, Ceremony, Setup};
use jolt_core::api::{Config, KeyError, ProveError, ProvingKey, setup, verifying_key};
use jolt_core::proof::{Proof, ProofFileError};
use jolt_core::registry::DEFAULT_SCHEME;
use jolt_core::statement::{MIN_CYCLE_VARS, Statement};
use rayon::prelude::*;
use sumcheck::analysis::sample;
use sumcheck::{Checks, Event, VerifyError};
use tracer::{ExitStatus, Inputs, Program};

fn elf(name: &str) -> Vec<u8> {
    let root = env!("CARGO_MANIFEST_DIR");
    std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap()
}

fn key(name: &str, max_cycle_vars: usize) -> ProvingKey {
    key_with(name, max_cycle_vars, "twist")
}

fn key_with(name: &str, max_cycle_vars: usize, memory: &str) -> ProvingKey {
    key_of(name, max_cycle_vars, (memory, DEFAULT_SCHEME))
}

fn key_of(name: &str, max_cycle_vars: usize, (memory, scheme): (&str, &str)) -> ProvingKey {
    let setup_ = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let config = Config {
        max_cycle_vars,
        memory: memory.to_owned(),
        scheme: scheme.to_owned(),
        setup: setup_,
        zero_knowledge: false,
        ..Config::default()
    };
    setup(Program::from_elf(&elf(name)).unwrap(), &config).unwrap()
}

fn chain(iterations: u32) -> Inputs {
    Inputs::public([iterations.to_le_bytes().as_slice(), &[5; 32]].concat())
}

/// Inputs that keep each guest well below 2^16 cycles.
fn guests() -> Vec<(&'static str, Inputs, ExitStatus)> {
    let number = |n: u64| Inputs::public(n.to_le_bytes());
    let pair = |a: u32, b: u32| Inputs::public([a.to_le_bytes(), b.to_le_bytes()].concat());
    let exit = ExitStatus::Exit(0);
    let text = || Inputs::public(*b"some words, some WORDS");
    let document = || Inputs::public(*br#"{"b": [1, -2.5], "a": null}"#);
    vec![
        ("btree", number(8), exit),
        ("btree-rv32", number(4), exit),
        ("bytes", text(), exit),
        ("bytes-rv32", text(), exit),
        ("c-kernels", pair(0, 1), exit),
        ("c-kernels-rv32", pair(0, 1), exit),
        ("c-kernels-rv64imac", pair(1, 2), exit),
        ("c-mix", Inputs::public(*b"abc"), exit),
        ("c-mix-rv32", Inputs::public(*b"abc"), exit),
        ("cpp-events", pair(3, 1), exit),
        ("cpp-events-rv32", pair(2, 1), exit),
        // No key at all: a verification takes millions of cycles.
        ("ecdsa", Inputs::public([0; 97]), exit),
        ("ecdsa-rv32", Inputs::public([0; 97]), exit),
        ("fibonacci", number(50), exit),
        ("fibonacci-rv32", number(50), exit),
        ("fibonacci-rv32imac", number(50), exit),
        ("htif", Inputs::default(), exit),
        ("json", document(), exit),
        ("json-rv32", document(), exit),
        ("json-rv64imac", document(), exit),
        ("keccak-chain", chain(1), exit),
        ("keccak-chain-rv32", chain(0), exit),
        ("panic", Inputs::public([2]), ExitStatus::Panicked),
        ("panic-rv32", Inputs::public([1, 7]), ExitStatus::Exit(7)),
        ("private-sum", Inputs::private([7; 16]), exit),
        ("private-sum-rv32", Inputs::private([7; 16]), exit),
        ("sha256-chain", chain(1), exit),
        ("sha256-chain-rv32", chain(1), exit),
        ("sort", number(40), exit),
        ("sort-rv32", number(40), exit),
        ("words", text(), exit),
        ("words-rv32", text(), exit),
    ]
}

/// Proves and verifies a run, and three others that it is not.
fn proven(name: &str, inputs: &Inputs, status: ExitStatus, memory: &str) {
    let program = Program::from_elf(&elf(name)).unwrap();
    let outcome = tracer::run(&program, inputs, &Default::default()).unwrap();
    assert_eq!(outcome.status, status, "{name}");
    let vars = outcome.cycles.next_power_of_two().ilog2() as usize;
    assert!(vars <= 16, "{name} takes {} cycles", outcome.cycles);
    let key = key_with(name, vars.max(MIN_CYCLE_VARS), memory);
    let proof = key.prove(inputs).unwrap();
    assert_eq!(proof.statement.status, status);
    assert_eq!(proof.statement.output, outcome.output);
    key.verifying_key().verify(&proof).unwrap();
    // Another outcome, another input, another output.
    let mut other = proof.clone();
    other.statement.status = ExitStatus::Exit(3);
    assert!(
        key.verifying_key().verify(&other).is_err(),
        "{name}: status"
    );
    let mut other = proof.clone();
    other.statement.input.push(0);
    assert!(key.verifying_key().verify(&other).is_err(), "{name}: input");
    let mut other = proof.clone();
    other.statement.output.push(0);
    assert!(
        key.verifying_key().verify(&other).is_err(),
        "{name}: output"
    );
    println!(
        "{name}: {} cycles, {} bytes",
        outcome.cycles,
        proof.to_bytes().len()
    );
}

#[test]
fn every_guest_is_proven_and_verified() {
    // Of a sample a fifth, of both word sizes.
    let all = guests().into_iter().step_by(sample::one_in(5));
    for (name, inputs, status) in all {
        proven(name, &inputs, status, "twist");
    }
}

/// Guests of both word sizes, conventions and layouts; every kind of access.
#[test]
fn guests_are_proven_with_offline_memory() {
    let some = [
        "fibonacci",
        "fibonacci-rv32imac",
        "htif",
        "panic",
        "private-sum-rv32",
        "sort",
        "sort-rv32",
        "words",
    ];
    // Of a sample a third, of both word sizes.
    let all = guests().into_iter().filter(|guest| some.contains(&guest.0));
    for (name, inputs, status) in all.step_by(sample::one_in(3)) {
        proven(name, &inputs, status, "spice");
    }
}

/// A whole signature: about 2 GiB and half a minute in a release build.
#[test]
#[ignore = "millions of cycles"]
fn a_signature_is_proven_and_verified() {
    let key = key("ecdsa", 21);
    let proof = key.prove(&Inputs::default()).unwrap();
    assert_eq!(proof.statement.output, [1]);
    key.verifying_key().verify(&proof).unwrap();
}

#[test]
fn keys_do_not_mix() {
    let (first, second) = (key("fibonacci", 9), key("sort", 9));
    let proof = first.prove(&Inputs::public(20u64.to_le_bytes())).unwrap();
    assert_eq!(proof.key, *first.verifying_key().digest());
    assert_eq!(first.verifying_key().mismatch(&proof), None);
    // Another limit is another key, too.
    // So is another argument.
    let offline = key_with("fibonacci", 9, "spice");
    let longer = key("fibonacci", 10);
    for other in [&second, &longer, &offline].map(|key| key.verifying_key()) {
        let error = other.verify(&proof).unwrap_err();
        assert!(matches!(error, VerifyError::NotAllowed { .. }), "{error}");
        for digest in [other.digest(), first.verifying_key().digest()] {
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(error.to_string().contains(&hex), "{error}");
        }
        // A file that names the verifier's key is still bound to the prover's, by the transcript.
        let mut renamed = proof.clone();
        renamed.key = *other.digest();
        renamed.memory = other.arguments().memory.name().to_owned();
        let error = other.verify(&renamed).unwrap_err();
        assert!(!matches!(error, VerifyError::NotAllowed { .. }), "{error}");
    }
    // And one that names another key is refused, even if it is of this one.
    let mut renamed = proof.clone();
    renamed.key[31] ^= 1;
    assert!(first.verifying_key().verify(&renamed).is_err());
    assert_ne!(
        first.verifying_key().digest(),
        second.verifying_key().digest()
    );
}

/// The statement's size is refused as such, before anything is made of it.
#[test]
fn sizes_that_the_key_does_not_allow_are_refused() {
    let key = key("fibonacci", 8);
    let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
    for cycle_vars in [0, MIN_CYCLE_VARS - 1, 9, 26, 255] {
        let mut other = proof.clone();
        other.statement.cycle_vars = cycle_vars;
        let error = key.verifying_key().verify(&other).unwrap_err();
        assert!(matches!(error, VerifyError::NotAllowed { .. }), "{error}");
        let cause = format!("2^{cycle_vars} cycles: the key allows");
        assert!(error.to_string().contains(&cause), "{error}");
    }
}

#[test]
fn the_verifying_key_needs_no_proving_key() {
    let program = || Program::from_elf(&elf("fibonacci")).unwrap();
    let config = |max_cycle_vars: usize| Config {
        max_cycle_vars,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        zero_knowledge: false,
        ..Config::default()
    };
    let alone = verifying_key(program(), &config(8)).unwrap();
    assert_eq!(alone.digest(), key("fibonacci", 8).verifying_key().digest());
    assert!(verifying_key(program(), &config(26)).is_ok());
    assert!(verifying_key(program(), &config(27)).is_err());
}

/// Schemes, and with each memory argument of how many elements one is changed.
const CHANGED: [(&str, [usize; 2]); 6] = [
    ("hyrax", [1, 3]),
    ("pst13", [3, 5]),
    ("zeromorph", [3, 5]),
    ("mercury", [5, 7]),
    ("hyperkzg", [5, 7]),
    ("basefold", [1501, 1901]),
];

const MEMORIES: [&str; 2] = ["twist", "spice"];

/// With every scheme; of a sample each with one of the memory arguments.
fn changed_with_every_scheme(memory: usize) {
    for (number, (scheme, every)) in CHANGED.into_iter().enumerate() {
        if sample::all() || number % 2 == memory {
            let key = key_of("fibonacci", 8, (MEMORIES[memory], scheme));
            let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
            changed_proofs_are_rejected(&key, &proof, every[memory]);
        }
    }
}

#[test]
fn a_changed_proof_is_rejected_and_never_panics() {
    changed_with_every_scheme(0);
}

#[test]
fn a_changed_proof_with_offline_memory_is_rejected_and_never_panics() {
    changed_with_every_scheme(1);
}

/// With dense columns, which hashed codewords suit.
#[test]
fn a_changed_proof_of_dense_columns_is_rejected_and_never_panics() {
    dense_columns("basefold", 101);
    dense_columns("ligero", 4001);
}

fn dense_columns(scheme: &str, every: usize) {
    let config = Config {
        max_cycle_vars: 8,
        lookup: "logup-gkr".to_owned(),
        memory: "spice".to_owned(),
        scheme: scheme.to_owned(),
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        zero_knowledge: false,
        ..Config::default()
    };
    let program = Program::from_elf(&elf("fibonacci")).unwrap();
    let key = setup(program, &config).unwrap();
    let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
    println!("{scheme}: {} bytes", proof.payload.len());
    let vk = key.verifying_key();
    assert!(vk.is_secure());
    // Another outcome, another input, another output.
    for change in [
        |statement: &mut Statement| statement.status = ExitStatus::Exit(3),
        |statement: &mut Statement| statement.input[0] ^= 1,
        |statement: &mut Statement| statement.output[0] ^= 1,
    ] {
        let mut other = proof.clone();
        change(&mut other.statement);
        assert!(vk.verify(&other).is_err(), "{scheme}");
    }
    changed_proofs_are_rejected(&key, &proof, every);
}

/// One of so many elements is changed; of a sample one in 37 of these.
fn changed_proofs_are_rejected(key: &ProvingKey, proof: &Proof, every: usize) {
    let every = every * sample::one_in(37);
    let vk = key.verifying_key();
    let other = key.prove(&Inputs::public(6u64.to_le_bytes())).unwrap();
    vk.verify(proof).unwrap();
    let with = |payload: Vec<u8>| Proof {
        payload,
        ..proof.clone()
    };
    // What the file names is compared, though nothing rests on it.
    let named = Proof {
        ceremony: Ceremony::named("hez_final"),
        ..proof.clone()
    };
    assert!(vk.verify(&named).is_err());
    // Any element: every 32 bytes hold one; flip a bit of it, or replace it by another proof's.
    let elements = proof.payload.len() / 32;
    (0..elements).into_par_iter().step_by(every).for_each(|i| {
        let mut payload = proof.payload.clone();
        payload[32 * i + i % 31] ^= 1 << (i % 8);
        assert!(
            vk.verify(&with(payload)).is_err(),
            "element {i}, a bit flipped"
        );
    });
    (0..elements)
        .into_par_iter()
        .step_by(7 * every)
        .for_each(|i| {
            let mut payload = proof.payload.clone();
            let range = 32 * i..32 * i + 32;
            payload[range.clone()].copy_from_slice(&other.payload[range.clone()]);
            if payload != proof.payload {
                assert!(
                    vk.verify(&with(payload)).is_err(),
                    "element {i}, of another proof"
                );
            }
        });
    (0..elements - 1)
        .into_par_iter()
        .step_by(11 * every)
        .for_each(|i| {
            let mut payload = proof.payload.clone();
            payload[32 * i..32 * i + 64].rotate_left(32);
            if payload != proof.payload {
                assert!(
                    vk.verify(&with(payload)).is_err(),
                    "elements {i} and the next, swapped"
                );
            }
        });
    // Any length.
    let lengths: Vec<usize> = (0..proof.payload.len()).step_by(501 * every).collect();
    lengths.into_par_iter().for_each(|n| {
        assert!(
            vk.verify(&with(proof.payload[..n].to_vec())).is_err(),
            "cut to {n} bytes"
        );
    });
    for more in [vec![0], vec![0; 32], proof.payload.clone()] {
        assert!(
            vk.verify(&with([proof.payload.clone(), more].concat()))
                .is_err()
        );
    }
    // Another scheme, another argument, another size.
    for change in [
        |p: &mut Proof| p.scheme = "dory".to_owned(),
        |p: &mut Proof| p.lookup = "lasso".to_owned(),
        |p: &mut Proof| p.memory = "none".to_owned(),
    ] {
        let mut changed = proof.clone();
        change(&mut changed);
        let error = vk.verify(&changed).unwrap_err();
        assert!(matches!(error, VerifyError::NotAllowed { .. }), "{error}");
    }
    for cycle_vars in (0..300).filter(|n| *n != proof.statement.cycle_vars) {
        let mut changed = proof.clone();
        changed.statement.cycle_vars = cycle_vars;
        assert!(vk.verify(&changed).is_err(), "2^{cycle_vars} cycles");
    }
}

#[test]
fn proof_files_say_what_is_wrong_with_them() {
    let key = key("fibonacci", 8);
    let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
    let bytes = proof.to_bytes();
    assert_eq!(Proof::from_bytes(&bytes), Ok(proof.clone()));
    assert_eq!(Proof::from_bytes(b"\x7fELF"), Err(ProofFileError::Magic));
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        Proof::from_bytes(&bytes)
    };
    for found in [9, 2, 1] {
        assert_eq!(with(8, found as u8), Err(ProofFileError::Version { found }));
    }
    assert_eq!(with(10, 8), Err(ProofFileError::Mode { found: 8 }));
    assert_eq!(
        with(10, 1),
        Err(ProofFileError::Damaged { field: "ceremony" })
    );
    assert_eq!(bytes[11..43], *key.verifying_key().digest());
    assert_eq!(with(11, !proof.key[0]).unwrap().key[0], !proof.key[0]);
    let header = bytes.len() - proof.payload.len();
    for cut in 8..header {
        assert!(matches!(
            Proof::from_bytes(&bytes[..cut]),
            Err(ProofFileError::Damaged { .. })
        ));
    }
    // Lengths beyond the file are no reason to allocate.
    for at in 8..header {
        let _ = with(at, 0xff);
    }
}

#[test]
fn what_cannot_be_proven_is_refused() {
    let key = key("fibonacci", 8);
    let error = key
        .prove(&Inputs::public(1_000_000u64.to_le_bytes()))
        .unwrap_err();
    assert!(matches!(error, ProveError::Trace(_)), "{error}");
    assert!(error.to_string().contains("cycle"), "{error}");
    let config = |change: fn(&mut Config)| {
        let mut config = Config::default();
        change(&mut config);
        setup(Program::from_elf(&elf("fibonacci")).unwrap(), &config)
            .err()
            .unwrap()
    };
    let error = config(|c| c.lookup = "plookup".to_owned());
    assert!(matches!(error, KeyError::UnknownLookup { .. }));
    assert!(error.to_string().contains("shout"), "{error}");
    let error = config(|c| c.memory = "sorted".to_owned());
    assert!(matches!(error, KeyError::UnknownMemory { .. }));
    assert!(error.to_string().contains("twist, spice"), "{error}");
    let error = config(|c| c.scheme = "kate".to_owned());
    assert!(
        error
            .to_string()
            .contains("hyrax, pst13, zeromorph, mercury, hyperkzg, basefold, ligero"),
        "{error}"
    );
    assert!(matches!(
        config(|c| c.max_cycle_vars = 60),
        KeyError::Cycles { vars: 60 }
    ));
    assert!(matches!(
        config(|c| c.max_cycle_vars = MIN_CYCLE_VARS - 1),
        KeyError::Cycles { .. }
    ));
}

#[test]
fn everything_is_absorbed_before_the_next_challenge() {
    for memory in ["twist", "spice"] {
        everything_is_absorbed(memory);
    }
}

fn everything_is_absorbed(memory: &str) {
    let key = key_with("fibonacci", 8, memory);
    let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
    let log = key.verifying_key().transcript_log(&proof).unwrap();
    let first = log
        .iter()
        .position(|e| matches!(e, Event::Squeeze(_)))
        .unwrap();
    let before: Vec<&str> = log[..first]
        .iter()
        .map(|e| match e {
            Event::Absorb(label, _) | Event::Squeeze(label) => *label,
        })
        .collect();
    for label in [
        "mode",
        "key",
        "statement",
        "scheme",
        "setup",
        "machine",
        "lookup digits",
    ]
    .into_iter()
    .chain((memory == "spice").then_some("memory"))
    {
        assert!(
            before.contains(&label),
            "{label} must be absorbed before the first challenge"
        );
    }
    // Every byte of the payload is absorbed, here what is not the opening's: of that are two points per variable of the
    // one line, and an element. All claims are at one point.
    let messages = [
        "machine",
        "memory",
        "lookup digits",
        "fraction/roots",
        "round",
        "evaluations",
    ];
    let absorbed: usize = log
        .iter()
        .filter_map(|e| match e {
            Event::Absorb(label, n) if messages.contains(label) => Some(*n),
            _ => None,
        })
        .sum();
    let opening = 32 * (2 * proof.statement.cycle_vars + 1);
    let prefixes = 8 * log
        .iter()
        .filter(|e| {
            matches!(
                e,
                Event::Absorb("fraction/roots" | "round" | "evaluations", _)
            )
        })
        .count();
    assert_eq!(absorbed - prefixes + opening, proof.payload.len());
}

/// Proofs of one key, and with those of another program's: accepted, and a false one is found.
#[test]
fn several_proofs_are_verified_together() {
    for scheme in ["hyrax", "pst13", "basefold"] {
        let keys = ["fibonacci", "fibonacci-rv32"].map(|name| key_of(name, 10, ("twist", scheme)));
        let [one, other] = &keys;
        let prove = |key: &ProvingKey, n: u64| key.prove(&Inputs::public(n.to_le_bytes())).unwrap();
        let mut proofs = [1, 20, 5].map(|n| prove(one, n));
        let key = one.verifying_key();
        let alone = proofs.iter().map(|proof| key.verify(proof).unwrap());
        let alone: Vec<Vec<String>> = alone.map(names).collect();
        let together = key.verify_together(&proofs).unwrap();
        assert_eq!(together.into_iter().map(names).collect::<Vec<_>>(), alone);
        assert!(key.verify_together(&[]).unwrap().is_empty());

        let mut all = key.commitment().together(Checks::all());
        for proof in &proofs {
            key.verify_with_others(proof, &mut *all).unwrap();
        }
        let foreign = prove(other, 7);
        let second = other.verifying_key();
        second.verify_with_others(&foreign, &mut *all).unwrap();
        assert_eq!(all.proofs(), 4);
        all.decide().unwrap();

        // The end of one opening in place of another's.
        let end = proofs[0].payload.len() - 32;
        let tail = proofs[0].payload[end..].to_vec();
        let end = proofs[1].payload.len() - 32;
        proofs[1].payload[end..].copy_from_slice(&tail);
        let error = key.verify_together(&proofs).unwrap_err();
        assert_eq!(error.number, 1);
        assert_eq!(error.to_string(), "proof 1: check `open/proof` failed");
        // What is wrong before any opening.
        proofs[0].payload[0] ^= 1;
        assert_eq!(key.verify_together(&proofs).unwrap_err().number, 0);
    }
}

fn names(checks: Checks) -> Vec<String> {
    checks.performed().map(str::to_owned).collect()
}
