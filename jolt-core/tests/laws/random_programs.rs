//! Random programs of all instructions, with public and private input, run, proven and verified.
//!
//! A handful, of a sample of which half, or as many as the environment variable `JOLT_LAB_PROGRAMS` says. What a proof states is
//! compared with a machine that knows no rows ([`Reference`]).

use commitments::{CacheDir, Setup};
use instruction_tables::WordSize;
use instruction_tables::instructions::records;
use jolt_core::api::{Config, setup, verifying_key};
use jolt_core::proof::Proof;
use jolt_core::statement::cycle_vars;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use sumcheck::analysis::sample;
use tracer::testing::Reference;
use tracer::testing::random::{Features, Plan};
use tracer::{ExitStatus, Inputs, Program};

/// Bytes of RAM: room for the code and data of a program.
const RAM: u64 = 2 << 20;
/// So many programs have every instruction among them.
const MANY: u64 = 200;

fn features(bits: usize) -> Features {
    Features {
        compressed: true,
        misaligned: true,
        atomic: true,
        bits: true,
        only_32: bits == 32,
        system: true,
        io: true,
    }
}

/// Input that no two programs share.
fn inputs(seed: u64) -> Inputs {
    let bytes = |from: u64, n: u64| {
        let byte = move |k: u64| ((k + from).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u8;
        (0..n).map(byte).collect()
    };
    Inputs {
        public: bytes(seed << 20, seed % 50),
        private: bytes(seed << 21, 8000),
    }
}

/// What came of all programs.
#[derive(Default)]
struct Totals {
    cycles: Vec<u64>,
    bytes: usize,
    statuses: BTreeMap<String, usize>,
    /// Executions of each instruction, by word size.
    instructions: [BTreeMap<&'static str, u64>; 2],
    setup: Duration,
    prove: Duration,
    verify: Duration,
}

fn check(seed: u64, totals: &mut Totals) {
    let bits = [64, 32][seed as usize % 2];
    let elf = Plan::short(bits, features(bits)).program(seed).elf();
    let program = || Program::from_elf_with_ram(&elf, RAM).unwrap();
    let inputs = inputs(seed);
    let outcome = tracer::run(&program(), &inputs, &Default::default()).unwrap();
    let vars = cycle_vars(outcome.cycles);
    let expected = Reference::new(&program(), &inputs).run(1 << 16).unwrap();

    let config = Config {
        max_cycle_vars: vars,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        ..Config::default()
    };
    let start = Instant::now();
    let key = setup(program(), &config).unwrap();
    totals.setup += start.elapsed();
    let start = Instant::now();
    let proof = key.prove(&inputs).unwrap();
    totals.prove += start.elapsed();

    // What the proof states is what a machine without rows says.
    let statement = &proof.statement;
    assert_eq!(statement.input, inputs.public, "seed {seed}");
    assert_eq!(statement.output, expected.output, "seed {seed}");
    assert_eq!(statement.status, expected.status, "seed {seed}");

    // Somebody else verifies the file.
    let bytes = proof.to_bytes();
    let key = verifying_key(program(), &config).unwrap();
    let read = Proof::from_bytes(&bytes).unwrap();
    let start = Instant::now();
    key.verify(&read).unwrap();
    totals.verify += start.elapsed();
    let mut other = read;
    match seed % 3 {
        0 => other.statement.output[seed as usize % 150] ^= 1,
        1 => other.statement.status = ExitStatus::Exit(256 - seed % 256),
        _ => other.statement.input.push(1),
    }
    assert!(key.verify(&other).is_err(), "seed {seed}");

    totals.cycles.push(outcome.cycles);
    totals.bytes += bytes.len();
    let status = match outcome.status {
        ExitStatus::Exit(_) => "exit".to_owned(),
        status => status.to_string(),
    };
    *totals.statuses.entry(status).or_default() += 1;
    for (name, count) in &outcome.profile.instructions {
        *totals.instructions[seed as usize % 2]
            .entry(name)
            .or_default() += count.retired;
    }
}

#[test]
fn random_programs_are_proven_and_verified() {
    let asked = std::env::var("JOLT_LAB_PROGRAMS").ok();
    // Six have both word sizes with each change of a statement.
    let own = sample::count(6, 12) as u64;
    let programs: u64 = asked.map_or(own, |n| n.parse().expect("a number of programs"));
    let mut totals = Totals::default();
    for seed in 0..programs {
        check(seed, &mut totals);
    }
    let cycles = &mut totals.cycles;
    cycles.sort_unstable();
    println!(
        "{programs} programs proven and verified, {} to {} cycles, median {}, {} in all; setup {:.1?}, \
         proofs {:.1?}, verification {:.1?}; {} bytes per proof; {:?}",
        cycles[0],
        cycles[cycles.len() - 1],
        cycles[cycles.len() / 2],
        cycles.iter().sum::<u64>(),
        totals.setup,
        totals.prove,
        totals.verify,
        totals.bytes / programs as usize,
        totals.statuses,
    );
    for (executed, word) in totals
        .instructions
        .iter()
        .zip([WordSize::W64, WordSize::W32])
    {
        let all: Vec<_> = records().filter(|r| r.exists(word)).collect();
        let absent = all.iter().filter(|r| !executed.contains_key(r.mnemonic));
        let absent: Vec<_> = absent.map(|r| r.mnemonic).collect();
        println!(
            "{word:?}: {} of {} records, {} instructions; absent: {absent:?}",
            all.len() - absent.len(),
            all.len(),
            executed.values().sum::<u64>(),
        );
        assert!(programs < MANY || absent.is_empty());
    }
}
