//! Proofs that tell nothing: every argument, both word sizes; the same shape for all private inputs; modes do not mix.

use commitments::{CacheDir, Setup, SetupError};
use jolt_core::api::{Config, KeyError, ProvingKey, setup, verifying_key};
use jolt_core::policy::Policy;
use jolt_core::proof::{Proof, ProofFileError};
use rayon::prelude::*;
use std::collections::HashSet;
use sumcheck::VerifyError;
use tracer::{ExitStatus, Inputs, Program};

fn program(name: &str) -> Program {
    let root = env!("CARGO_MANIFEST_DIR");
    let elf = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
    Program::from_elf(&elf).unwrap()
}

fn config(lookup: &str, memory: &str) -> Config {
    Config {
        max_cycle_vars: 10,
        lookup: lookup.to_owned(),
        memory: memory.to_owned(),
        zero_knowledge: true,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        ..Config::default()
    }
}

fn key(name: &str, lookup: &str, memory: &str) -> ProvingKey {
    setup(program(name), &config(lookup, memory)).unwrap()
}

/// So many bytes that are private, and no list of numbers: the program says so, and ends with status 1. The statement is
/// the same for all of them.
fn secret(length: usize) -> Inputs {
    Inputs::private(vec![length as u8; length])
}

#[test]
fn every_argument_hides() {
    let arguments = [
        ("private-sum", "shout", "twist"),
        ("private-sum-rv32", "shout", "twist"),
        ("private-sum", "lasso", "spice"),
        ("private-sum-rv32", "logup-gkr", "spice"),
        ("private-sum", "logup-gkr", "twist"),
    ];
    arguments
        .into_par_iter()
        .for_each(|(name, lookup, memory)| {
            let key = key(name, lookup, memory);
            let vk = key.verifying_key();
            let proofs = [3, 14].map(|length| key.prove(&secret(length)).unwrap());
            let [one, other] = &proofs;
            assert!(one.zero_knowledge);
            assert_eq!(one.statement, other.statement);
            assert_eq!(
                one.statement.cycle_vars, 10,
                "what the key says, however long the run"
            );
            assert_eq!(one.payload.len(), other.payload.len());
            let items = |proof: &Proof| -> HashSet<Vec<u8>> {
                proof.payload.chunks(32).map(<[u8]>::to_vec).collect()
            };
            let (first, second) = (items(one), items(other));
            assert_eq!(
                first.len(),
                one.payload.len() / 32,
                "{name}: an item occurs twice"
            );
            assert!(
                first.is_disjoint(&second),
                "{name}: proofs have an item in common"
            );
            for proof in &proofs {
                vk.verify(proof).unwrap();
                assert_eq!(Proof::from_bytes(&proof.to_bytes()).unwrap(), *proof);
            }
            vk.verify_together(&proofs).unwrap();
        });
}

#[test]
fn changed_hidden_proofs_are_rejected() {
    let key = key("private-sum", "shout", "twist");
    let vk = key.verifying_key();
    let [proof, other] = [3, 14].map(|length| key.prove(&secret(length)).unwrap());
    vk.verify(&proof).unwrap();
    let with = |payload: Vec<u8>| Proof {
        payload,
        ..proof.clone()
    };
    let elements = proof.payload.len() / 32;
    (0..elements).into_par_iter().step_by(11).for_each(|i| {
        let mut payload = proof.payload.clone();
        payload[32 * i + i % 31] ^= 1 << (i % 8);
        assert!(
            vk.verify(&with(payload)).is_err(),
            "element {i}, a bit flipped"
        );
        let mut payload = proof.payload.clone();
        let range = 32 * i..32 * i + 32;
        payload[range.clone()].copy_from_slice(&other.payload[range]);
        let error = vk.verify(&with(payload)).unwrap_err();
        let check = "open/proof".to_owned();
        assert_eq!(error, VerifyError::Check { check }, "element {i}");
    });
    for length in [0, 31, 32, proof.payload.len() - 1] {
        vk.verify(&with(proof.payload[..length].to_vec()))
            .unwrap_err();
    }
    vk.verify(&with([proof.payload.as_slice(), &[0]].concat()))
        .unwrap_err();
    // Other statements.
    let mut claims = proof.clone();
    claims.statement.status = ExitStatus::Exit(0);
    vk.verify(&claims).unwrap_err();
}

/// A proof under the other mode's key, with the other mode's name, and schemes that cannot hide.
#[test]
fn modes_do_not_mix() {
    let hidden = key("private-sum", "shout", "twist");
    let clear = Config {
        zero_knowledge: false,
        ..config("shout", "twist")
    };
    let clear = setup(program("private-sum"), &clear).unwrap();
    assert_ne!(
        hidden.verifying_key().digest(),
        clear.verifying_key().digest()
    );
    let proofs = [&hidden, &clear].map(|key| key.prove(&secret(3)).unwrap());
    for (key, proof) in [(&hidden, &proofs[1]), (&clear, &proofs[0])] {
        let vk = key.verifying_key();
        let error = vk.verify(proof).unwrap_err().to_string();
        assert!(error.contains("another program or key"), "{error}");
        // With the digest of this key; then with its mode, too.
        let mut renamed = proof.clone();
        renamed.key = *vk.digest();
        let error = vk.verify(&renamed).unwrap_err().to_string();
        assert!(error.contains("the key pins proofs"), "{error}");
        renamed.zero_knowledge = !proof.zero_knowledge;
        vk.verify(&renamed).unwrap_err();
    }
    let mut unknown = proofs[0].to_bytes();
    unknown[10] = 4;
    let error = Proof::from_bytes(&unknown).unwrap_err();
    assert_eq!(error, ProofFileError::Mode { found: 4 });

    // A verifier's key without the prover's, and one by policy.
    let vk = verifying_key(program("private-sum"), &config("shout", "twist")).unwrap();
    vk.verify(&proofs[0]).unwrap();
    let policy = Policy::default();
    let setup_ = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let registry = jolt_core::registry::Registry::builtin();
    let vk = policy.verifying_key(program("private-sum"), &proofs[0], (&setup_, &registry));
    vk.unwrap().verify(&proofs[0]).unwrap();

    let mercury = Config {
        scheme: "mercury".to_owned(),
        ..config("shout", "twist")
    };
    let error = verifying_key(program("private-sum"), &mercury)
        .err()
        .unwrap();
    let cannot = |error: &KeyError| {
        matches!(
            error,
            KeyError::Setup(SetupError::CannotHide {
                scheme: "mercury",
                ..
            })
        )
    };
    assert!(cannot(&error), "{error}");
    assert!(cannot(
        &setup(program("private-sum"), &mercury).err().unwrap()
    ));
}
