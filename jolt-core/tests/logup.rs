//! LogUp-GKR in the machine, and its cost against the formulas of `papers/logup-gkr.md`.
#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use commitments::sealed::Statement;
use commitments::{CacheDir, Registry, Setup};
use instruction_tables::{WordSize, interleave, tables};
use jolt_core::api::{Config, ProvingKey, setup};
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::standalone::{self, Selection};
use jolt_core::lookup::testkit::{self, Case};
use jolt_core::lookup::{Exposed, LookupArgument, LookupShape, Reads, by_name, registry};
use std::sync::Arc;
use std::time::Instant;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::{Checks, Rows};
use tracer::{Inputs, Program};

fn key(name: &str, lookup: &str, max_cycle_vars: usize) -> ProvingKey {
    let root = env!("CARGO_MANIFEST_DIR");
    let elf = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
    let config = Config {
        max_cycle_vars,
        lookup: lookup.to_owned(),
        setup: Setup::InsecureTest {
            cache: CacheDir::Off,
        },
        ..Config::default()
    };
    setup(Program::from_elf(&elf).unwrap(), &config).unwrap()
}

#[test]
fn guests_are_proven() {
    for (name, vars) in [("fibonacci", 8), ("sort-rv32", 10)] {
        let key = key(name, "logup-gkr", vars);
        let inputs = Inputs::public(5u64.to_le_bytes());
        let proof = key.prove(&inputs).unwrap();
        let verifier = key.verifying_key();
        verifier.verify(&proof).unwrap();
        for at in (0..proof.payload.len()).step_by(proof.payload.len() / 16) {
            let mut other = proof.clone();
            other.payload[at] ^= 1;
            assert!(verifier.verify(&other).is_err(), "{name}: byte {at}");
        }
    }
}

/// Reads of one table, with random operands exposed.
fn reads(table: &str, cycle_vars: usize) -> (LookupShape, Arc<Reads>) {
    let (_, table) = tables::by_name(WordSize::W64, table).unwrap();
    let shape = LookupShape {
        cycle_vars,
        index_bits: 128,
        tables: vec![table],
    };
    let count = 1u64 << cycle_vars;
    let mix = |j: u64| {
        let x = (j + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    };
    let reads = Reads {
        index: (0..count)
            .map(|j| interleave(mix(j), mix(j + count)))
            .collect(),
        table: vec![0; count as usize],
        operands: vec![standalone::exposure(table); count as usize],
    };
    (shape, Arc::new(reads))
}

/// Columns and non-zero entries that reads commit, by table: `papers/logup-gkr.md`, *Cost*.
#[test]
fn committed_entries_of_a_lookup() {
    // Chunks of 16 bits: 8 positions; chunk and operands 24; AND has one output at each position, LTU two
    // but one at the last, TRUNC none, of which the operands are not exposed.
    for (table, columns, entries) in [("AND", 32, 32.0), ("LTU", 39, 36.0), ("TRUNC", 24, 8.0)] {
        let (shape, reads) = reads(table, 10);
        let case = Case { shape, reads };
        let argument = LogupGkr::with_chunks(16);
        let proof = testkit::prove::<Fr>(&argument, &case);
        let entries_of = |poly: &sumcheck::Poly<Fr>| match &poly.rows {
            Rows::Signed(values) => values.iter().filter(|v| **v != 0).count(),
            _ => unreachable!(),
        };
        let of_reads = proof.oracles.iter().filter(|p| p.vars == 10);
        let of_reads: Vec<usize> = of_reads.map(|p| entries_of(p)).collect();
        // The last column is the standalone output.
        assert_eq!(of_reads.len() - 1, columns, "{table}");
        let all: usize = of_reads[..columns].iter().sum();
        let each = all as f64 / 1024.0;
        println!("{table}: {each} non-zero entries in {columns} columns per lookup");
        assert!(each <= entries && each > 0.8 * entries, "{table}: {each}");
        // An entry of a group for each different tuple: at most one for each lookup.
        let counts = proof.oracles.iter().filter(|p| p.vars == 16);
        let counts: usize = counts.map(|p| entries_of(p)).sum();
        let lookups = if table == "TRUNC" { 8 } else { 16 };
        assert!(counts <= lookups << 10 && counts > (lookups << 10) * 9 / 10);
        assert_eq!(testkit::complete::<Fr>(&argument, &case), Ok(()));
    }
}

/// Elements of a proof: formulas of the note, over sizes.
#[test]
fn elements_of_a_proof() {
    for (cycle_vars, chunk_bits, groups, used, degree) in [
        // AND alone: groups RANGE, OPERANDS and its own; it reads 128/b columns, and is linear.
        (4usize, 4usize, 3usize, 32usize, 1usize),
        (9, 8, 3, 16, 1),
        (16, 16, 3, 8, 1),
    ] {
        let (shape, _) = reads("AND", cycle_vars);
        let selection = Selection::One {
            table: 0,
            exposed: Exposed::Pair,
            reads: 1,
        };
        let mut channel = CountingVerifier::<Fr>::default();
        let argument = LogupGkr::with_chunks(chunk_bits);
        standalone::verify(&mut channel, &argument, &shape, &selection).unwrap();
        let counts = channel.finish();
        let positions = 128 / chunk_bits;
        let depth = (cycle_vars + (2 * positions).ilog2() as usize).max(chunk_bits + 2);
        assert_eq!(counts.commitments["lookup columns"], 4 * positions);
        assert_eq!(counts.commitments["lookup multiplicities"], groups);
        assert_eq!(counts.elements["fraction/roots"], 4);
        let rounds = 3 * depth * (depth - 1) / 2 + (degree + 2) * cycle_vars;
        assert_eq!(counts.elements["round"], rounds);
        let evaluations = 8 * depth + (1 + 5 + used) + 1;
        assert_eq!(counts.elements["evaluations"], evaluations);
        println!(
            "2^{cycle_vars} reads: {} elements",
            rounds + evaluations + 4
        );
    }
}

/// Times beside those of Shout: `cargo test --release -p jolt-core --test logup -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn times() {
    let vars: usize = std::env::var("LOG_READS").map_or(16, |v| v.parse().unwrap());
    let setup = Setup::InsecureTest {
        cache: CacheDir::Off,
    };
    let keys = Registry::<Fr>::builtin()
        .get("pst13")
        .unwrap()
        .setup(vars, &setup)
        .unwrap();
    let arguments = registry::<Fr>();
    for table in ["AND", "LTU", "TRUNC", "SRL"] {
        let (shape, reads) = reads(table, vars);
        let selection = Selection::of(&reads).shortest();
        for name in ["shout", "logup-gkr"] {
            let argument: Arc<dyn LookupArgument<Fr>> = by_name(&arguments, name).unwrap();
            argument.supports(&shape).unwrap();
            let bound = standalone::statement(&shape, &selection);
            let stated = Statement::new("times").with("reads", &bound);
            let start = Instant::now();
            let mut channel = keys.proving.session(&stated, Checks::all());
            standalone::prove(&mut *channel, &*argument, &shape, reads.clone());
            let reduced = start.elapsed();
            let proof = channel.finish().unwrap();
            let proven = start.elapsed();
            let start = Instant::now();
            let mut channel = keys.verifying.session(&stated, &proof, Checks::all());
            standalone::verify(&mut *channel, &*argument, &shape, &selection).unwrap();
            channel.finish().unwrap();
            println!(
                "{table} 2^{vars} {name}: {reduced:.2?} and opened {proven:.2?}, {} bytes, verified {:.2?}",
                proof.len(),
                start.elapsed()
            );
        }
    }
    let guest = std::env::var("GUEST").unwrap_or("fibonacci".to_owned());
    for name in ["shout", "logup-gkr"] {
        let key = key(&guest, name, vars);
        let iterations: u32 = std::env::var("ITERATIONS").map_or(10, |v| v.parse().unwrap());
        let bytes = match guest.as_str() {
            "fibonacci" => u64::from(iterations).to_le_bytes().to_vec(),
            _ => [iterations.to_le_bytes().as_slice(), &[5; 32]].concat(),
        };
        let start = Instant::now();
        let proof = key.prove(&Inputs::public(bytes)).unwrap();
        println!(
            "{guest} 2^{} {name}: {:.2?}, {} bytes",
            proof.statement.cycle_vars,
            start.elapsed(),
            proof.to_bytes().len()
        );
    }
}
