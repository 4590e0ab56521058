//! Proofs are the same bytes as they were: a change of code that is meant to change no proof is held to digests of
//! proofs from before it.
//!
//! `bytes.txt` has a line for each proof. A change of the protocol changes it, and records it anew with
//! `UPDATE_BYTES=1 cargo test -p jolt-core --test laws bytes`.

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use commitments::{CacheDir, Ceremony, Setup};
use jolt_core::api::{Config, setup, verifying_key};
use jolt_core::lookup::dense::DenseTable;
use jolt_core::lookup::testkit::{Case, DenseCase, prove, prove_dense};
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use jolt_core::vm::lookup_shape_of;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use sumcheck::analysis::sample;
use sumcheck::channel::plain::PlainProof;
use sumcheck::{Poly, Rows};
use tracer::{Inputs, Program};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws");

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .take(16)
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}

/// Elements of all messages, and all oracles, as bytes.
fn bytes_of(proof: &PlainProof<Fr>) -> Vec<u8> {
    let element = |value: &Fr| value.into_bigint().to_bytes_le();
    let mut bytes = Vec::new();
    for (label, values) in &proof.messages {
        bytes.extend(label.as_bytes());
        bytes.extend(values.iter().flat_map(element));
    }
    for oracle in &proof.oracles {
        let Poly { rows, .. } = &**oracle;
        match rows {
            Rows::Dense(values) => bytes.extend(values.iter().flat_map(element)),
            Rows::Signed(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Rows::Digits { digits, .. } => bytes.extend(digits),
        }
    }
    bytes
}

fn program(name: &str) -> Program {
    let path = format!("{FOLDER}/../../../examples/guests/elf/{name}.elf");
    Program::from_elf(&std::fs::read(path).unwrap()).unwrap()
}

fn config(vars: usize, lookup: &str, memory: &str, scheme: &str) -> Config {
    Config {
        scheme: scheme.to_owned(),
        max_cycle_vars: vars,
        lookup: lookup.to_owned(),
        memory: memory.to_owned(),
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        zero_knowledge: false,
        ..Config::default()
    }
}

/// Sealed proofs of programs, with every pair of arguments and every scheme; of a sample each pair, each program, and
/// each scheme.
fn of_programs(lines: &mut Vec<String>, all: bool) {
    let registry = Registry::builtin();
    let (mut cases, mut about) = (Vec::new(), Vec::new());
    for (name, vars) in [("fibonacci", 8), ("sort-rv32", 10)] {
        let shape = lookup_shape_of(program(name).word(), vars);
        let served = registry.lookups().iter();
        for lookup in served.filter(|lookup| lookup.supports(&shape).is_ok()) {
            for memory in registry.memories() {
                for scheme in registry.schemes().names() {
                    let (lookup, memory) = (lookup.name(), memory.name());
                    cases.push((name, vars, [lookup, memory, scheme]));
                    let pair = format!("{lookup} {memory}");
                    about.push(vec![pair, name.to_owned(), scheme.to_owned()]);
                }
            }
        }
    }
    let tried = cases.into_iter().zip(sample::spanning(&about));
    for ((name, vars, [lookup, memory, scheme]), _) in tried.filter(|(_, tried)| all || *tried) {
        let config = config(vars, lookup, memory, scheme);
        let key = setup(program(name), &config).unwrap();
        let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
        let digest = hex(&proof.to_bytes());
        lines.push(format!("{name} {lookup} {memory} {scheme} {digest}"));
    }
}

/// Lookups by themselves.
fn of_lookups(lines: &mut Vec<String>) {
    for argument in Registry::builtin().lookups() {
        let name = argument.name();
        for bits in [8, 16, 64, 128] {
            let case = Case::random(bits, 3, 7, 7);
            if argument.supports(&case.shape).is_ok() {
                let digest = hex(&bytes_of(&prove(&**argument, &case)));
                lines.push(format!("lookup {name} {bits} {digest}"));
            }
        }
        let column = |salt: u64| {
            (0..40)
                .map(|k| (k + salt) * 977 % 1009)
                .collect::<Vec<u64>>()
        };
        for table in [
            DenseTable::range_below(40).unwrap(),
            DenseTable::explicit("THREE", vec![column(1), column(2), column(5)]).unwrap(),
            DenseTable::unstructured("TWO", vec![column(4), column(6)]).unwrap(),
        ] {
            let of = table.name().to_owned();
            let case = DenseCase::random(table, 4, 13, 7);
            let digest = hex(&bytes_of(&prove_dense(&**argument, &case)));
            lines.push(format!("dense {name} {of} {digest}"));
        }
    }
}

#[test]
fn proofs_have_the_bytes_that_were_recorded() {
    let updated = std::env::var_os("UPDATE_BYTES").is_some();
    let all = updated || sample::all();
    let mut lines = Vec::new();
    of_programs(&mut lines, all);
    of_lookups(&mut lines);
    let found = lines.join("\n") + "\n";
    let path = format!("{FOLDER}/bytes.txt");
    if updated {
        std::fs::write(&path, &found).unwrap();
    }
    let recorded = std::fs::read_to_string(&path).unwrap();
    // The digest is the last word of a line, and what is before it is of one line.
    let named = |line: &str| line.rsplit_once(' ').unwrap().0.to_owned();
    let before: BTreeMap<String, &str> = recorded.lines().map(|line| (named(line), line)).collect();
    for now in found.lines() {
        assert_eq!(Some(&now), before.get(&named(now)));
    }
    assert!(!all || found == recorded);
}

/// Files with a whole proof, made once, are still accepted. Some are under a real ceremony: verifying these takes no file.
/// Some hide, and are other ones each time that they are made.
#[test]
fn proofs_from_before_verify() {
    let powers =
        format!("{FOLDER}/../../../commitments/tests/data/powersOfTau28_hez_final_08.ptau");
    let ceremony = Ceremony::named("hez_final").unwrap();
    for (name, scheme, zero_knowledge) in [
        ("hyrax", "hyrax", false),
        ("pst13", "pst13", false),
        ("zeromorph", "zeromorph", false),
        ("mercury", "mercury", false),
        ("hyperkzg", "hyperkzg", false),
        ("ceremony", "zeromorph", false),
        ("hidden", "hyrax", true),
        ("hidden-ceremony", "zeromorph", true),
    ] {
        let path = format!("{FOLDER}/fibonacci.{name}.proof");
        let own = Config {
            zero_knowledge,
            ..config(8, "shout", "twist", scheme)
        };
        let with = |setup| Config {
            setup,
            ..own.clone()
        };
        let (proving, verifying) = match name {
            "ceremony" | "hidden-ceremony" => {
                let path = PathBuf::from(&powers);
                (with(Setup::File { path }), with(Setup::Ceremony(ceremony)))
            }
            _ => (own.clone(), own.clone()),
        };
        let key = verifying_key(program("fibonacci"), &verifying).unwrap();
        if std::env::var_os("UPDATE_BYTES").is_some() {
            let key = setup(program("fibonacci"), &proving).unwrap();
            let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
            std::fs::write(&path, proof.to_bytes()).unwrap();
        }
        let proof = Proof::from_bytes(&std::fs::read(&path).unwrap()).unwrap();
        key.verify(&proof).unwrap();
        // What the file names is compared, though nothing rests on it.
        let other = match proof.ceremony {
            Some(_) => None,
            None => Some(ceremony),
        };
        let renamed = Proof {
            ceremony: other,
            ..proof.clone()
        };
        let refused = key.verify(&renamed).unwrap_err().to_string();
        assert!(refused.contains("another ceremony"), "{refused}");
        assert_eq!(proof.statement.output[..8], 5u64.to_le_bytes());
    }
}
