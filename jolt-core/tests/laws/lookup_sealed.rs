//! Lookup arguments over real commitments: any argument with any scheme, and in the machine.

use ark_bn254::Fr;
use commitments::sealed::Statement;
use commitments::{CacheDir, Registry, Setup};
use instruction_tables::WordSize;
use jolt_core::api::{Config, setup};
use jolt_core::lookup::standalone::{Selection, prove, statement, verify};
use jolt_core::lookup::testkit::Case;
use jolt_core::registry::lookups;
use jolt_core::vm::lookup_shape_of;
use sumcheck::analysis::sample;
use sumcheck::{Checks, VerifyError};
use tracer::{Inputs, Program};

#[test]
fn every_argument_seals_with_every_scheme() {
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    let arguments = lookups::<Fr>();
    let with = |name| {
        arguments
            .iter()
            .map(move |argument| (name, argument.name()))
    };
    let all = schemes.names().flat_map(with);
    let tried: Vec<_> = sample::of(all, |(name, argument)| vec![*name, *argument]).collect();
    for name in schemes.names() {
        let keys = schemes.get(name).unwrap().setup(4, &setup).unwrap();
        for argument in &arguments {
            if !tried.contains(&(name, argument.name())) {
                continue;
            }
            for word in [WordSize::W8, WordSize::W64] {
                // The naive prover is slow in T.
                let cycle_vars = if word == WordSize::W8 { 2 } else { 4 };
                let case = Case::random(word, cycle_vars, (1 << cycle_vars) - 1, 5);
                if argument.supports(&case.shape).is_err() {
                    continue;
                }
                let bound = statement(&case.shape, &case.selection());
                let stated = Statement::new("lookup").with("reads", &bound);
                let mut channel = keys.proving.session(&stated, Checks::all());
                prove(
                    &mut *channel,
                    argument.as_ref(),
                    &case.shape,
                    case.reads.clone(),
                );
                let proof = channel.finish().unwrap();

                let check = |selection: &Selection, proof: &[u8]| -> Result<(), VerifyError> {
                    let bound = statement(&case.shape, selection);
                    let stated = Statement::new("lookup").with("reads", &bound);
                    let mut channel = keys.verifying.session(&stated, proof, Checks::all());
                    verify(&mut *channel, argument.as_ref(), &case.shape, selection)?;
                    channel.finish().map(|_| ())
                };
                assert_eq!(check(&case.selection(), &proof), Ok(()), "{name}");
                let Selection::Each {
                    mut table,
                    operands,
                } = case.selection()
                else {
                    unreachable!()
                };
                table[0] ^= 1;
                let other = Selection::Each { table, operands };
                assert!(check(&other, &proof).is_err());
                let mut bytes = proof.clone();
                for at in (0..proof.len()).step_by(proof.len() / 12) {
                    bytes[at] ^= 1;
                    assert!(check(&case.selection(), &bytes).is_err(), "byte {at}");
                    bytes[at] ^= 1;
                }
                bytes.push(0);
                assert!(check(&case.selection(), &bytes).is_err());
            }
        }
    }
}

/// Of a sample each guest, and each argument with one of them.
#[test]
fn guests_are_proven_with_every_argument() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut all = Vec::new();
    for (name, vars) in [("fibonacci", 8), ("sort-rv32", 10)] {
        let elf = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
        let program = Program::from_elf(&elf).unwrap();
        let shape = lookup_shape_of(program.word(), vars);
        let served = lookups::<Fr>().into_iter();
        let served = served.filter(|argument| argument.supports(&shape).is_ok());
        all.extend(served.map(|argument| (name, vars, program.clone(), argument.name())));
    }
    for (name, vars, program, by) in sample::of(all, |(name, _, _, by)| vec![*name, *by]) {
        let config = Config {
            max_cycle_vars: vars,
            lookup: by.to_owned(),
            setup: Setup::Builtin {
                cache: CacheDir::Off,
            },
            ..Config::default()
        };
        let key = setup(program, &config).unwrap();
        let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
        let verifier = key.verifying_key();
        verifier.verify(&proof).unwrap();
        for at in (0..proof.payload.len()).step_by(proof.payload.len() / 16) {
            let mut other = proof.clone();
            other.payload[at] ^= 1;
            assert!(verifier.verify(&other).is_err(), "{name}, {by}: byte {at}");
        }
    }
}
