//! Random programs, instruction by instruction, against two machines that share no code with this one.

use crate::support::oracles::{Ckb, Oracle, Rrs};
use crate::support::{CODE, DATA};
use ckb_vm::Register;
use instruction_tables::instructions::{Extension, Reads, Record, Semantics, records};
use instruction_tables::{Instruction, WordSize, decode, decode_compressed};
use std::collections::{BTreeMap, BTreeSet};
use sumcheck::analysis::sample;
use tracer::testing::Reference;
use tracer::testing::random::{Features, Plan};
use tracer::{Inputs, Machine, Program};

/// Executions by name, of any encoding and of 16-bit ones.
#[derive(Default)]
struct Counts {
    all: BTreeMap<&'static str, u64>,
    short: BTreeMap<&'static str, u64>,
}

/// Runs one program on both machines, instruction by instruction.
fn compare<O: Oracle>(seed: u64, bits: usize, features: Features, counts: &mut Counts) {
    let generated = Plan::long(bits, features).program(seed);
    let program = Program::from_elf(&generated.elf()).unwrap();
    let mut machine = Machine::new(&program, &Inputs::default()).unwrap();
    let mut oracle = O::new(&generated.code, &generated.data);
    loop {
        let pc = machine.pc();
        let word = program.word_at(pc);
        if word == crate::support::asm::HALT {
            break;
        }
        let name = program.rows()[program.head(pc).unwrap() as usize].name;
        *counts.all.entry(name).or_default() += 1;
        if word & 3 != 3 {
            *counts.short.entry(name).or_default() += 1;
        }
        machine
            .step()
            .unwrap_or_else(|error| panic!("seed {seed}, word {word:#010x}: {error}"));
        oracle.step();
        assert_eq!(
            machine.pc(),
            oracle.pc(),
            "pc after {word:#010x} at {pc:#x}, seed {seed}"
        );
        for (number, &value) in machine.registers()[..32].iter().enumerate() {
            assert_eq!(
                value,
                oracle.register(number),
                "x{number} after {word:#010x} at {pc:#x}, seed {seed}"
            );
        }
    }
    for address in DATA..DATA + generated.data.len() as u64 {
        assert_eq!(
            machine.byte(address),
            oracle.byte(address),
            "byte at {address:#x}, seed {seed}"
        );
    }
}

/// So many instructions in all, for each test.
const ALL_STEPS: u64 = 2_000_000;

/// At least this many instructions: [`ALL_STEPS`], of a sample a quarter of them, or what the environment variable
/// `JOLT_LAB_STEPS` says.
fn total() -> u64 {
    let asked = std::env::var("JOLT_LAB_STEPS").ok();
    let own = ALL_STEPS / sample::one_in(4) as u64;
    asked.map_or(own, |steps| steps.parse().expect("a number of steps"))
}

/// Whether there are more instructions to come: also where something that is rare was not met often enough, which happens
/// in a sample.
fn goes_on(steps: u64, rare: impl FnOnce() -> bool) -> bool {
    steps < total() || steps < ALL_STEPS && rare()
}

/// Names of the instructions that have 16-bit encodings, but those that end a program here.
fn short_forms(word: WordSize) -> BTreeSet<&'static str> {
    (0..=u16::MAX)
        .filter_map(|half| decode_compressed(word, half))
        .filter(|i| !matches!(i.record.semantics, Semantics::Trap { .. }))
        .map(|i| i.record.mnemonic)
        .collect()
}

/// At least this many of each: one in two thousand of all, where these are [`ALL_STEPS`] or fewer.
fn each() -> u64 {
    total().min(ALL_STEPS) / 2000
}

fn compare_many<O: Oracle>(bits: usize, features: Features) {
    let word = if bits == 64 {
        WordSize::W64
    } else {
        WordSize::W32
    };
    let expected = |record: &&Record| match record.extension {
        Extension::I | Extension::M => true,
        Extension::A => features.atomic,
        Extension::B => features.bits && !record.only_32,
        Extension::System | Extension::Custom => false,
    };
    let short_forms = match features.compressed {
        true => short_forms(word),
        false => BTreeSet::new(),
    };
    // The first that was executed too rarely.
    let rare = |counts: &Counts| {
        let of = |all: &BTreeMap<&'static str, u64>, name| all.get(name).copied().unwrap_or(0);
        let all = records().filter(|r| r.exists(word)).filter(expected);
        let mut all = all.map(|r| (of(&counts.all, r.mnemonic), r.mnemonic));
        let short = short_forms.iter();
        let mut short = short.map(|name| (of(&counts.short, *name), *name));
        all.find(|(count, _)| *count < each())
            .map(|(count, name)| format!("only {count} executions of {name}"))
            .or_else(|| {
                let rare = short.find(|(count, _)| *count < each() / 4);
                rare.map(|(count, name)| format!("only {count} executions of a short {name}"))
            })
    };
    let mut counts = Counts::default();
    let mut seed = 0;
    while goes_on(counts.all.values().sum(), || rare(&counts).is_some()) {
        compare::<O>(seed, bits, features, &mut counts);
        seed += 1;
    }
    let Counts { all, short } = &counts;
    println!("{seed} programs, {all:?}, of 16 bits {short:?}");
    assert_eq!(rare(&counts), None);
}

const BASE: Features = Features {
    compressed: false,
    misaligned: false,
    atomic: false,
    bits: false,
    only_32: false,
    system: false,
    io: false,
};

#[test]
fn rv64im_agrees_with_ckb_vm() {
    compare_many::<Ckb<u64>>(64, BASE);
}

#[test]
fn rv32im_agrees_with_rrs() {
    compare_many::<Rrs>(32, BASE);
}

#[test]
fn rv64imc_agrees_with_ckb_vm() {
    let compressed = true;
    compare_many::<Ckb<u64>>(64, Features { compressed, ..BASE });
}

#[test]
fn rv32imc_agrees_with_ckb_vm() {
    let compressed = true;
    compare_many::<Ckb<u32>>(32, Features { compressed, ..BASE });
}

const ALL: Features = Features {
    compressed: true,
    misaligned: true,
    atomic: true,
    bits: true,
    ..BASE
};

#[test]
fn rv64imacb_with_misaligned_accesses_agrees_with_ckb_vm() {
    compare_many::<Ckb<u64>>(64, ALL);
}

#[test]
fn rv32imacb_with_misaligned_accesses_agrees_with_ckb_vm() {
    compare_many::<Ckb<u32>>(32, ALL);
}

/// Everything, rows against the plain semantics of instructions: also what the other machines lack.
fn compare_with_semantics(bits: usize) {
    let word = if bits == 64 {
        WordSize::W64
    } else {
        WordSize::W32
    };
    let features = Features {
        only_32: bits == 32,
        system: true,
        io: true,
        ..ALL
    };
    let mut counts = BTreeMap::new();
    let mut seed = 0;
    let rare = |counts: &BTreeMap<&'static str, u64>| {
        let all = records().filter(|r| r.exists(word)).map(|r| r.mnemonic);
        let mut all = all.map(|name| (counts.get(name).copied().unwrap_or(0), name));
        all.find(|(count, _)| *count < each() / 10)
    };
    while goes_on(8 * counts.values().sum::<u64>(), || rare(&counts).is_some()) {
        let program = Program::from_elf(&Plan::long(bits, features).program(seed).elf()).unwrap();
        let inputs = Inputs {
            public: (0..40)
                .map(|k: u8| k.wrapping_mul(seed as u8 | 1))
                .collect(),
            private: (0..80_000u32)
                .map(|k| (k.wrapping_mul(k) >> 5) as u8)
                .collect(),
        };
        let mut machine = Machine::new(&program, &inputs).unwrap();
        let mut plain = Reference::new(&program, &inputs);
        while let Some(i) = plain.instruction()
            && plain.step()
        {
            *counts.entry(i.record.mnemonic).or_default() += 1;
            machine
                .step()
                .unwrap_or_else(|error| panic!("seed {seed}, {i}: {error}"));
            assert_eq!(machine.pc(), plain.pc, "pc after {i}, seed {seed}");
            let registers = machine.registers();
            assert_eq!(registers[..32], plain.registers, "after {i}, seed {seed}");
            assert_eq!(
                registers[48..57],
                plain.persistent.0,
                "after {i}, seed {seed}"
            );
        }
        let ended = Reference::new(&program, &inputs).run(1 << 20).unwrap();
        let outcome = tracer::run(&program, &inputs, &Default::default()).unwrap();
        assert_eq!(
            (outcome.status, outcome.output),
            (ended.status, ended.output)
        );
        seed += 1;
    }
    println!("{seed} programs, {counts:?}");
    assert_eq!(rare(&counts), None);
}

#[test]
fn every_record_agrees_with_its_semantics() {
    compare_with_semantics(64);
    compare_with_semantics(32);
}

const DATA_SIZE: usize = 4096;

/// Every 16-bit encoding, decoded and executed by both. `rv32` has loads and stores of 4 bytes.
fn compare_halves<R: Register>(word: WordSize) {
    let mut legal = 0;
    let middle = DATA + DATA_SIZE as u64 / 2;
    let data: Vec<u8> = (0..DATA_SIZE).map(|k| ((k * k) >> 3) as u8).collect();
    for half in 0..=u16::MAX {
        let Some(i) = decode_compressed(word, half) else {
            let mut oracle = Ckb::<R>::new(&half.to_le_bytes(), &data);
            // Shifts by 32 and more on RV32, which are reserved for custom extensions.
            let custom = word == WordSize::W32
                && half >> 12 & 1 == 1
                && (half & 0xe003 == 0x0002 || half & 0xe803 == 0x8001);
            if half & 3 != 3 && !custom {
                assert!(oracle.try_step().is_err(), "{half:#06x}");
            }
            continue;
        };
        assert_eq!(i.length, 2);
        // The 32-bit equivalent is the same but for its length.
        let long = Instruction { length: 4, ..i };
        assert_eq!(decode(word, i.encode().unwrap()), Some(long), "{half:#06x}");
        legal += 1;
        if matches!(i.record.semantics, Semantics::Trap { .. }) {
            continue;
        }
        for round in 0..4u64 {
            let mut oracle = Ckb::<R>::new(&half.to_le_bytes(), &data);
            let mut registers = [0; 32];
            for (k, register) in (0..).zip(&mut registers).skip(1) {
                let far = 0x0123_4567_89ab_cdef_u64.rotate_left(7 * k + 13 * round as u32);
                let near = middle + 8 * (u64::from(k) ^ round) + round;
                let pointer = matches!(
                    i.record.semantics,
                    Semantics::Load { .. } | Semantics::Store { .. }
                );
                *register = if pointer { near } else { far } & word.mask();
                if round == 3 && !pointer {
                    *register = 0;
                }
                oracle.machine.registers[k as usize] = R::from_u64(*register);
            }
            let (rs1, rs2) = (registers[usize::from(i.rs1)], registers[usize::from(i.rs2)]);
            let at = i.effective_address(word, rs1).wrapping_sub(DATA) as usize;
            let memory = data
                .get(at..at + 8)
                .map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()));
            let outcome = i.interpret(
                word,
                &Reads {
                    address: CODE,
                    rs1,
                    rs2,
                    memory,
                    ..Reads::default()
                },
            );
            oracle.step();
            if let Some(value) = outcome.rd {
                registers[usize::from(i.rd)] = value;
            }
            let theirs: [u64; 32] = std::array::from_fn(|k| oracle.register(k));
            assert_eq!(theirs, registers, "{half:#06x}, {i}");
            assert_eq!(oracle.pc(), outcome.next, "{half:#06x}, {i}");
            if let Some((address, size, value)) = outcome.store {
                for k in 0..u64::from(size) {
                    assert_eq!(oracle.byte(address + k), (value >> (8 * k)) as u8, "{i}");
                }
            }
        }
    }
    println!("{legal} legal encodings");
}

#[test]
fn every_16_bit_encoding_agrees_with_ckb_vm() {
    compare_halves::<u64>(WordSize::W64);
    compare_halves::<u32>(WordSize::W32);
}
