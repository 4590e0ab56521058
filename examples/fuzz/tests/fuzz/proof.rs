//! Proof files: no mutated one is accepted, nor makes the verifier panic, for each lookup and memory argument.

use crate::guest;
use commitments::{CacheDir, Setup};
use fuzz::{SECONDS, fuzz, mutations};
use jolt_core::api::{Config, ProvingKey, setup};
use jolt_core::proof::Proof;
use proptest::prelude::*;
use std::sync::OnceLock;
use sumcheck::analysis::sample;
use tracer::{Inputs, Program};

/// All that serve the machine.
pub const ARGUMENTS: [(&str, &str); 6] = [
    ("shout", "twist"),
    ("lasso", "twist"),
    ("logup-gkr", "twist"),
    ("shout", "spice"),
    ("lasso", "spice"),
    ("logup-gkr", "spice"),
];

/// A key, the file of a proof, and where its fields begin.
struct Base {
    key: ProvingKey,
    file: Vec<u8>,
    fields: Vec<usize>,
}

/// One for each word size, mode and pair of arguments.
const COUNT: usize = 4 * ARGUMENTS.len();

/// Made when it is first asked for.
fn base(which: usize) -> &'static Base {
    static BASES: [OnceLock<Base>; COUNT] = [const { OnceLock::new() }; _];
    BASES[which].get_or_init(|| {
        let (lookup, memory) = ARGUMENTS[which / 4];
        let config = Config {
            zero_knowledge: which / 2 % 2 == 1,
            max_cycle_vars: 10,
            lookup: lookup.to_owned(),
            memory: memory.to_owned(),
            setup: Setup::Builtin {
                cache: CacheDir::Off,
            },
            ..Config::default()
        };
        let elf = guest(["fibonacci", "fibonacci-rv32"][which % 2]);
        let key = setup(Program::from_elf(&elf).unwrap(), &config).unwrap();
        let proof = key.prove(&Inputs::public(20u64.to_le_bytes())).unwrap();
        let file = proof.to_bytes();
        // Every byte of the header and the statement; scalars and points of the payload.
        let header = file.len() - proof.payload.len();
        let fields = (0..header)
            .chain((header..file.len()).step_by(32))
            .collect();
        Base { key, file, fields }
    })
}

#[test]
fn mutated_proofs_are_rejected() {
    // Of a sample each argument, word size and mode; where there is time, all.
    let about = |which: &usize| {
        let (lookup, memory) = ARGUMENTS[which / 4];
        let word_and_mode = [
            format!("word {}", which % 2),
            format!("mode {}", which / 2 % 2),
        ];
        [&[lookup.to_owned(), memory.to_owned()][..], &word_and_mode].concat()
    };
    let bases: Vec<usize> = match std::env::var_os(SECONDS) {
        Some(_) => (0..COUNT).collect(),
        None => sample::of(0..COUNT, about).collect(),
    };
    let inputs = (prop::sample::select(bases), mutations(4));
    fuzz("proofs", 96, inputs, |(which, mutations)| {
        let base = base(which);
        let mut file = base.file.clone();
        for mutation in &mutations {
            mutation.apply(&mut file, &base.fields);
        }
        let Ok(proof) = Proof::from_bytes(&file) else {
            prop_assert!(file != base.file);
            return Ok(());
        };
        // What is read is all that there is.
        prop_assert_eq!(&proof.to_bytes(), &file);
        let accepted = base.key.verifying_key().verify(&proof).is_ok();
        prop_assert_eq!(accepted, file == base.file);
        Ok(())
    });
}
