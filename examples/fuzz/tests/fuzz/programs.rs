//! Random small programs with random features, proven with random arguments: the proof states what a machine
//! without rows says, is accepted, and is accepted for no other statement.

use crate::proof::ARGUMENTS;
use commitments::{CacheDir, Setup};
use fuzz::fuzz;
use jolt_core::api::{Config, setup, verifying_key};
use jolt_core::proof::Proof;
use jolt_core::statement::cycle_vars;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tracer::testing::Reference;
use tracer::testing::random::{Features, Plan};
use tracer::{ExitStatus, Inputs, Program};

/// Bytes of RAM: room for the code and data of a program.
const RAM: u64 = 2 << 20;

fn features(bits: usize) -> impl Strategy<Value = Features> {
    any::<[bool; 6]>().prop_map(move |[compressed, misaligned, atomic, more, system, io]| {
        Features {
            compressed,
            misaligned,
            atomic,
            bits: more,
            only_32: more && bits == 32,
            system,
            io,
        }
    })
}

#[test]
fn random_programs_are_proven_and_verified() {
    let plan = select(vec![32usize, 64]).prop_flat_map(|bits| (Just(bits), features(bits)));
    let bytes = |most| prop::collection::vec(any::<u8>(), 0..most);
    let inputs = (
        (plan, any::<u64>(), select(&ARGUMENTS[..])),
        bytes(60),
        any::<u64>(),
        any::<(u8, Index)>(),
    );
    fuzz(
        "programs",
        3,
        inputs,
        |((plan, seed, arguments), public, private, lie)| {
            let (bits, features) = plan;
            let elf = Plan::short(bits, features).program(seed).elf();
            let program = || Program::from_elf_with_ram(&elf, RAM).unwrap();
            let private = (0..8000u64).map(|k| (k.wrapping_mul(private | 1) >> 32) as u8);
            let inputs = Inputs {
                public,
                private: private.collect(),
            };
            let outcome = tracer::run(&program(), &inputs, &Default::default()).unwrap();
            let expected = Reference::new(&program(), &inputs).run(1 << 16).unwrap();
            let config = Config {
                zero_knowledge: seed % 2 == 0,
                max_cycle_vars: cycle_vars(outcome.cycles),
                lookup: arguments.0.to_owned(),
                memory: arguments.1.to_owned(),
                setup: Setup::Builtin {
                    cache: CacheDir::Off,
                },
                ..Config::default()
            };
            let proof = setup(program(), &config).unwrap().prove(&inputs);
            let proof = proof.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(&proof.statement.input, &inputs.public);
            prop_assert_eq!(&proof.statement.output, &expected.output);
            prop_assert_eq!(proof.statement.status, expected.status);
            let key = verifying_key(program(), &config).unwrap();
            let read = Proof::from_bytes(&proof.to_bytes()).unwrap();
            prop_assert!(key.verify(&read).is_ok());
            let mut other = read;
            let (kind, at) = lie;
            match kind % 4 {
                0 => other.statement.output.push(kind),
                1 if !other.statement.output.is_empty() => {
                    let at = at.index(other.statement.output.len());
                    other.statement.output[at] ^= 1 | kind;
                }
                2 => other.statement.input.push(kind),
                _ => {
                    other.statement.status = match other.statement.status {
                        ExitStatus::Exit(code) => ExitStatus::Exit(code ^ 1),
                        _ => ExitStatus::Exit(0),
                    }
                }
            }
            prop_assert!(key.verify(&other).is_err());
            Ok(())
        },
    );
}
