//! Proofs that tell nothing: every scheme that hides, every argument, both word sizes; the same shape for all private
//! inputs; modes and schemes do not mix.

use commitments::{CacheDir, Setup, SetupError};
use jolt_core::api::{Config, KeyError, ProvingKey, setup, verifying_key};
use jolt_core::policy::Policy;
use jolt_core::proof::{Proof, ProofFileError};
use jolt_core::statement::MIN_CYCLE_VARS;
use rayon::prelude::*;
use std::collections::HashSet;
use sumcheck::analysis::sample;
use sumcheck::{Event, VerifyError};
use tracer::testing::{ElfWriter, asm};
use tracer::{ExitStatus, Inputs, Options, Program};

/// Schemes that hide, and bytes of the last item of a proof: of a scalar, or of a point of the second group.
const SCHEMES: [(&str, usize); 3] = [("hyrax", 32), ("pst13", 64), ("zeromorph", 64)];

fn program(name: &str) -> Program {
    let root = env!("CARGO_MANIFEST_DIR");
    let elf = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
    Program::from_elf(&elf).unwrap()
}

fn config(scheme: &str, (lookup, memory): (&str, &str)) -> Config {
    Config {
        scheme: scheme.to_owned(),
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

fn key(name: &str, scheme: &str, arguments: (&str, &str)) -> ProvingKey {
    setup(program(name), &config(scheme, arguments)).unwrap()
}

/// With the arguments of the default.
fn default_key(scheme: &str) -> ProvingKey {
    key("private-sum", scheme, ("shout", "twist"))
}

/// So many bytes that are private, and no list of numbers: the program says so, and ends with status 1. The statement is
/// the same for all of them.
fn secret(length: usize) -> Inputs {
    Inputs::private(vec![length as u8; length])
}

#[test]
fn every_argument_hides_with_every_scheme() {
    let arguments = [
        ("private-sum", "shout", "twist"),
        ("private-sum-rv32", "shout", "twist"),
        ("private-sum", "lasso", "spice"),
        ("private-sum-rv32", "logup-gkr", "spice"),
        ("private-sum", "logup-gkr", "twist"),
    ];
    let with = |(scheme, _)| arguments.map(|(name, lookup, memory)| (scheme, name, lookup, memory));
    let all = SCHEMES.into_iter().flat_map(with);
    // Of a sample each of these.
    let all = sample::of(all, |(a, b, c, d)| vec![*a, *b, *c, *d]);
    let all: Vec<_> = all.collect();
    all.into_par_iter()
        .for_each(|(scheme, name, lookup, memory)| {
            let key = key(name, scheme, (lookup, memory));
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
                "{scheme}, {name}: an item occurs twice"
            );
            assert!(
                first.is_disjoint(&second),
                "{scheme}, {name}: proofs have an item in common"
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
    SCHEMES
        .into_par_iter()
        .for_each(|(scheme, last)| changed_proofs_are_rejected(scheme, last));
}

fn changed_proofs_are_rejected(scheme: &str, last: usize) {
    let key = default_key(scheme);
    let vk = key.verifying_key();
    let [proof, other] = [3, 14].map(|length| key.prove(&secret(length)).unwrap());
    vk.verify(&proof).unwrap();
    let with = |payload: Vec<u8>| Proof {
        payload,
        ..proof.clone()
    };
    let length = proof.payload.len();
    let items = (0..length - last).step_by(32).map(|at| at..at + 32);
    let end = std::iter::once(length - last..length);
    let some = items.step_by(11 * sample::one_in(13)).chain(end);
    some.enumerate().par_bridge().for_each(|(i, item)| {
        let mut payload = proof.payload.clone();
        payload[item.start + i % 31] ^= 1 << (i % 8);
        assert!(
            vk.verify(&with(payload)).is_err(),
            "{scheme}, {item:?}, a bit flipped"
        );
        let mut payload = proof.payload.clone();
        payload[item.clone()].copy_from_slice(&other.payload[item.clone()]);
        let error = vk.verify(&with(payload)).unwrap_err();
        let check = "open/proof".to_owned();
        assert_eq!(error, VerifyError::Check { check }, "{scheme}, {item:?}");
    });
    for length in [0, 31, 32, length - last, length - 1] {
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

/// A proof under the other mode's key, and with the other mode's name.
#[test]
fn modes_do_not_mix() {
    SCHEMES.into_par_iter().for_each(|(scheme, _)| {
        let hidden = default_key(scheme);
        let clear = Config {
            zero_knowledge: false,
            ..config(scheme, ("shout", "twist"))
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
        // A verifier's key without the prover's.
        let config = config(scheme, ("shout", "twist"));
        let vk = verifying_key(program("private-sum"), &config).unwrap();
        vk.verify(&proofs[0]).unwrap();
    });
}

/// Both schemes over pairings have commitments of one size.
#[test]
fn schemes_do_not_mix() {
    let keys = SCHEMES.map(|(scheme, _)| default_key(scheme));
    let proofs = keys.each_ref().map(|key| key.prove(&secret(3)).unwrap());
    for (i, key) in keys.iter().enumerate() {
        let vk = key.verifying_key();
        for (j, proof) in proofs.iter().enumerate() {
            let mut renamed = proof.clone();
            renamed.key = *vk.digest();
            renamed.scheme = proofs[i].scheme.clone();
            assert_eq!(vk.verify(proof).is_ok(), i == j);
            assert_eq!(vk.verify(&renamed).is_ok(), i == j);
        }
    }
}

/// A key by policy is of the mode that the file says; test setups are for those who ask for them, whatever the mode.
#[test]
fn policies_make_keys_that_hide() {
    let registry = jolt_core::registry::Registry::builtin();
    let builtin = Setup::Builtin {
        cache: CacheDir::Off,
    };
    for (scheme, _) in SCHEMES {
        let proof = default_key(scheme).prove(&secret(3)).unwrap();
        let by = |policy: Policy| {
            policy.verifying_key(program("private-sum"), &proof, (&builtin, &registry))
        };
        by(Policy::any(&registry)).unwrap().verify(&proof).unwrap();
        let only = by(Policy::only("shout", "twist", scheme));
        assert_eq!(only.is_ok(), scheme == "hyrax");
    }
}

#[test]
fn schemes_that_send_values_in_the_clear_refuse() {
    for name in ["mercury", "hyperkzg"] {
        let config = config(name, ("shout", "twist"));
        let errors = [
            verifying_key(program("private-sum"), &config).err(),
            setup(program("private-sum"), &config).err(),
        ];
        for error in errors.map(Option::unwrap) {
            let cannot = |error: &KeyError| {
                matches!(
                    error,
                    KeyError::Setup(SetupError::CannotHide { scheme, .. }) if *scheme == name
                )
            };
            assert!(cannot(&error), "{error}");
            assert!(error.to_string().contains("in the clear"), "{error}");
        }
    }
}

/// A list of so many numbers: the more, the longer the run. Status, and lengths of input and output, are the same.
fn numbers(count: u8) -> Inputs {
    Inputs::private(
        (0..count)
            .flat_map(|k| u64::from(k).to_le_bytes())
            .collect::<Vec<u8>>(),
    )
}

/// Labels and sizes of all that is absorbed and drawn.
fn events(key: &ProvingKey, inputs: &Inputs) -> Vec<Event> {
    let proof = key.prove(inputs).unwrap();
    let (recording, verdict) = key.verifying_key().recording(&proof);
    verdict.unwrap();
    recording.entries.into_iter().map(|(e, _)| e).collect()
}

/// A run that would fit a third of the key has the transcript of one that fills it, event by event, with every pair of
/// arguments: chunks, layers and oracles follow the size that is declared.
#[test]
fn runs_of_all_lengths_have_one_shape() {
    for arguments in sample::of(PAIRS, |(lookup, memory)| vec![*lookup, *memory]) {
        let of = |max_cycle_vars| {
            let config = Config {
                max_cycle_vars,
                ..config("hyrax", arguments)
            };
            setup(program("private-sum"), &config).unwrap()
        };
        let key = of(14);
        let cycles = [0, 20].map(|count| {
            let options = Options {
                max_cycles: 1 << 14,
            };
            let run = tracer::run(key.verifying_key().program(), &numbers(count), &options);
            run.unwrap().cycles
        });
        assert!(cycles[0] < 5000 && cycles[1] > 1 << 13, "{cycles:?}");
        let [short, long] = [0, 20].map(|count| events(&key, &numbers(count)));
        assert_eq!(short, long, "{arguments:?}");
        assert_ne!(short, events(&of(13), &numbers(0)), "{arguments:?}");
    }
}

/// Every pair of arguments.
const PAIRS: [(&str, &str); 6] = [
    ("shout", "twist"),
    ("shout", "spice"),
    ("lasso", "twist"),
    ("lasso", "spice"),
    ("logup-gkr", "twist"),
    ("logup-gkr", "spice"),
];

/// A program that halts at once, and so has no longer runs: the smallest statement that there is, by the smallest key.
#[test]
fn runs_of_one_cycle_are_proven() {
    let with = |pair| SCHEMES.map(|(scheme, _)| (scheme, pair));
    let all = PAIRS.into_iter().flat_map(with);
    // Each pair and each scheme has both words.
    let all = all.zip([("rv64", 64), ("rv32", 32)].into_iter().cycle());
    let some = sample::of(all, |((scheme, pair), word)| {
        vec![*scheme, pair.0, pair.1, word.0]
    });
    for ((scheme, arguments), (_, bits)) in some {
        let program = ElfWriter::new(bits).code(&[asm::HALT, 0, 0, 0]);
        let program = program.program().unwrap();
        let inputs = Inputs::private([1, 2, 3]);
        let run = tracer::run(&program, &inputs, &Options::default()).unwrap();
        assert_eq!(run.cycles, 1);
        let config = Config {
            max_cycle_vars: MIN_CYCLE_VARS,
            ..config(scheme, arguments)
        };
        let key = setup(program, &config).unwrap();
        let proof = key.prove(&inputs).unwrap();
        assert_eq!(proof.statement.status, ExitStatus::StoppedWithoutExit);
        assert_eq!(proof.statement.cycle_vars, MIN_CYCLE_VARS);
        key.verifying_key().verify(&proof).unwrap();
    }
}
