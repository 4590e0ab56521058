//! The instruction set end to end: small programs of every kind of instruction are proven and verified
//! over the plain channel, and what a cheating prover could do with their sequences ([`sequences`]) is
//! rejected.

mod sequences;

use ark_bn254::Fr;
use instruction_tables::instructions::{Extension, Format, Semantics, by_mnemonic, records};
use instruction_tables::{Instruction, WordSize, decode_compressed};
use jolt_core::lookup::shout::Shout;
use jolt_core::machine::Machine;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::memory::spice::Spice;
use jolt_core::memory::twist::Twist;
use jolt_core::statement::Statement;
use jolt_core::vm::constrain::violations;
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use tracer::{Inputs, Layout, Options, Program, TraceError};

const CODE: u64 = 0x8000_0000;
/// Where programs have data: x5 points there.
const DATA: u64 = 0x8001_0000;
const HALT: u32 = 0x6f;

/// An ELF file of one code segment and a page of data.
fn elf(word: WordSize, code: &[u8], compressed: bool) -> Vec<u8> {
    let wide = word == WordSize::W64;
    let (header, entry) = if wide { (64u64, 56u16) } else { (52, 32) };
    let mut file = vec![0x7f, b'E', b'L', b'F', if wide { 2 } else { 1 }, 1, 1];
    file.resize(16, 0);
    let number = |file: &mut Vec<u8>, value: u64| file.extend(&value.to_le_bytes()[..word.bytes()]);
    file.extend([2, 0, 243, 0, 1, 0, 0, 0]);
    for value in [CODE, header, 0] {
        number(&mut file, value);
    }
    file.extend(u32::from(compressed).to_le_bytes());
    for half in [header as u16, entry, 2, 0, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    let data: Vec<u8> = (0..=255).map(|k: u8| k.wrapping_mul(37) ^ 0xa5).collect();
    let start = header + 2 * u64::from(entry);
    for (address, bytes, flags, at) in [
        (CODE, code, 5u32, start),
        (DATA, &data, 6, start + code.len() as u64),
    ] {
        file.extend(1u32.to_le_bytes());
        if wide {
            file.extend(flags.to_le_bytes());
        }
        let size = bytes.len() as u64;
        for value in [at, address, address, size, size] {
            number(&mut file, value);
        }
        if !wide {
            file.extend(flags.to_le_bytes());
        }
        number(&mut file, 1);
    }
    file.extend(code);
    file.extend(data);
    file
}

fn encode(mnemonic: &str, (rd, rs1, rs2): (u8, u8, u8), imm: i64) -> u32 {
    let instruction = Instruction {
        record: by_mnemonic(mnemonic).unwrap(),
        rd,
        rs1,
        rs2,
        imm,
        length: 4,
    };
    instruction
        .encode()
        .unwrap_or_else(|| panic!("{instruction}"))
}

/// x5 = DATA, whatever the word size.
fn data_pointer() -> u32 {
    encode("auipc", (5, 0, 0), (DATA - CODE) as i64)
}

/// Runs, proves and verifies a program; the rows that ran, by name.
fn prove(word: WordSize, code: &[u8], compressed: bool) -> Vec<(&'static str, u64)> {
    let program = Program::from_elf_with_ram(&elf(word, code, compressed), 1 << 20).unwrap();
    prove_program(&program, &Twist)
}

fn prove_program(program: &Program, memory: &dyn ProveMemory<Fr>) -> Vec<(&'static str, u64)> {
    let machine = Machine::of(program);
    let inputs = Inputs::default();
    let trace = tracer::trace(program, &inputs, &Options::default()).unwrap();
    let cycles = trace.outcome.cycles.next_power_of_two();
    let statement = Statement {
        input: Vec::new(),
        output: trace.outcome.output.clone(),
        status: trace.outcome.status,
        cycle_vars: (cycles.trailing_zeros() as usize).max(6),
    };
    let run = statement.run(program, &machine, 20).unwrap();
    let witness = Witness::of(&run, trace.clone());
    assert_eq!(violations(&run, &witness), vec![]);
    let provers = Provers {
        lookup: &Shout,
        memory,
        program: None,
    };
    let mut prover = PlainProver::<Fr>::new("isa");
    vm::prove(&mut prover, &provers, &run, witness, &mut ());
    let (proof, _) = prover.finish();
    let mut verifier = PlainVerifier::new("isa", proof);
    vm::verify(&mut verifier, &provers.arguments(), &run).unwrap();
    verifier.finish().unwrap();
    let profile = &trace.outcome.profile.instructions;
    profile.iter().map(|(name, c)| (*name, c.cycles)).collect()
}

fn prove_words(word: WordSize, words: &[u32]) -> Vec<(&'static str, u64)> {
    let code: Vec<u8> = words
        .iter()
        .chain(&[HALT])
        .flat_map(|w| w.to_le_bytes())
        .collect();
    prove(word, &code, false)
}

/// The first cell of RAM and the last one, of the most that there may be.
#[test]
fn memory_of_the_largest_size() {
    let word = WordSize::W64;
    let words = [
        encode("addi", (6, 0, 0), 1),
        encode("slli", (6, 6, 0), 33),
        encode("lui", (7, 0, 0), 0x1_0000),
        encode("addi", (7, 7, 0), 8),
        encode("sub", (6, 6, 7), 0),
        encode("sd", (0, 6, 7), 0),
        encode("lb", (8, 6, 0), 2),
        encode("ld", (9, 6, 0), 0),
        encode("auipc", (5, 0, 0), 0x100_0000),
        encode("sd", (0, 5, 9), 0),
        HALT,
    ];
    let code: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    let file = elf(word, &code, false);
    let program = Program::from_elf_with_ram(&file, Layout::max_ram_size(word)).unwrap();
    assert_eq!(program.layout().ram().end - 8, (1 << 33) - 0x1_0008);
    let beside = Program::from_elf_with_ram(&file, Layout::max_ram_size(word) / 2).unwrap();
    let fault = tracer::trace(&beside, &Inputs::default(), &Options::default());
    assert!(matches!(fault, Err(TraceError::OutsideMemory { .. })));
    let memories: [&dyn ProveMemory<Fr>; 2] = [&Twist, &Spice];
    for memory in memories {
        let ran = prove_program(&program, memory);
        assert!(ran.contains(&("sd", 2)), "{ran:?}");
    }
}

const WORDS: [WordSize; 2] = [WordSize::W32, WordSize::W64];

#[test]
fn compressed_instructions() {
    for word in WORDS {
        // Every 61st straight encoding, between full ones so that those are at odd halves.
        let mut code = data_pointer().to_le_bytes().to_vec();
        let straight =
            (0..=u16::MAX).filter_map(|half| Some((half, decode_compressed(word, half)?)));
        let straight = straight.filter(|(_, i)| {
            matches!(
                i.record.semantics,
                Semantics::Compute(_) | Semantics::Constant(_)
            )
        });
        for (k, (half, _)) in straight.step_by(61).enumerate() {
            code.extend(half.to_le_bytes());
            if k % 3 == 0 {
                let (rd, k) = (8 + k as u8 % 8, k as i64);
                code.extend(encode("xori", (rd, rd, 0), k).to_le_bytes());
            }
        }
        // A jump over, back by c.jr, and c.j to itself.
        code.extend(encode("jal", (1, 0, 0), 6).to_le_bytes());
        code.extend([0x01, 0xa0]);
        code.extend([0x82, 0x80]);
        prove(word, &code, true);
    }
}

#[test]
fn loads_and_stores_across_cells() {
    for word in WORDS {
        let mut words = vec![data_pointer()];
        let accesses = records().filter(|r| r.extension == Extension::I && r.exists(word));
        for record in accesses {
            for offset in [1, 3, 5, 6, 7, 15] {
                match record.semantics {
                    Semantics::Load { .. } => {
                        words.push(encode(record.mnemonic, (6, 5, 0), offset));
                        words.push(encode("add", (7, 7, 6), 0));
                    }
                    Semantics::Store { .. } => {
                        words.push(encode(record.mnemonic, (0, 5, 7), 64 + offset));
                    }
                    _ => {}
                }
            }
        }
        // Back, relative to itself.
        words.push(encode("addi", (5, 5, 0), 20));
        words.push(encode("lw", (5, 5, 0), -3));
        let profile = prove_words(word, &words);
        for name in ["crossing load", "crossing store"] {
            assert!(profile.iter().any(|(n, cycles)| *n == name && *cycles > 50));
        }
    }
}

#[test]
fn atomics() {
    for word in WORDS {
        let mut words = vec![data_pointer(), encode("addi", (6, 5, 0), 8)];
        words.push(encode("lw", (7, 5, 0), 40));
        for record in records().filter(|r| r.extension == Extension::A && r.exists(word)) {
            // Without a reservation, with the right one, with another, and once more.
            let rs2 = if record.mnemonic.starts_with("lr") {
                0
            } else {
                7
            };
            for registers in [(8, 6, rs2), (7, 5, rs2), (0, 6, rs2)] {
                words.push(encode(record.mnemonic, registers, 0));
            }
        }
        let size = if word == WordSize::W64 { "d" } else { "w" };
        for (name, base) in [
            ("lr", 6),
            ("sc", 6),
            ("sc", 6),
            ("lr", 6),
            ("sc", 5),
            ("lr", 5),
        ] {
            let rs2 = if name == "lr" { 0 } else { base };
            words.push(encode(&format!("{name}.{size}"), (base + 4, base, rs2), 3));
        }
        // rd is the address.
        words.push(encode(&format!("sc.{size}"), (5, 5, 5), 0));
        prove_words(word, &words);
    }
}

#[test]
fn traps_and_control_registers() {
    for word in WORDS {
        let csr = |name, rd, number: i64, rs1| encode(name, (rd, rs1, 0), number);
        let words = [
            encode("auipc", (1, 0, 0), 0),
            encode("addi", (1, 1, 0), 4 * 11),
            csr("csrrw", 2, 0x305, 1),
            csr("csrrs", 3, 0x305, 0),
            encode("ecall", (0, 0, 0), 0),
            encode("ebreak", (0, 0, 0), 0),
            csr("csrrwi", 0, 0x340, 21),
            csr("csrrc", 4, 0x340, 3),
            csr("csrrsi", 4, 0x340, 6),
            csr("csrrci", 4, 0x340, 3),
            HALT,
            // Handler.
            csr("csrrs", 6, 0x341, 0),
            encode("addi", (6, 6, 0), 4),
            csr("csrrw", 0, 0x341, 6),
            csr("csrrs", 7, 0x342, 4),
            csr("csrrs", 7, 0xf14u16 as i64 - 0x1000, 0),
            csr("csrrs", 7, 0x301, 0),
            encode("fence.i", (0, 0, 0), 0),
            encode("wfi", (0, 0, 0), 0),
            encode("mret", (0, 0, 0), 0),
        ];
        let profile = prove_words(word, &words);
        assert!(profile.contains(&("mret", 2)) && profile.contains(&("ecall", 4)));
    }
}

#[test]
fn bit_manipulation() {
    for word in WORDS {
        let mut words = vec![data_pointer()];
        let load = if word == WordSize::W64 { "ld" } else { "lw" };
        for k in 8..16 {
            words.push(encode(load, (k, 5, 0), 8 * i64::from(k)));
        }
        for (k, record) in (0u8..).zip(records().filter(|r| r.extension == Extension::B)) {
            if !record.exists(word) {
                continue;
            }
            let (rd, rs1, rs2) = (8 + k % 8, 8 + (k + 3) % 8, 8 + (k + 5) % 8);
            let (rs2, imm) = match record.format {
                Format::R => (rs2, 0),
                Format::Shift => (0, 7 + i64::from(k % 20)),
                _ => (0, 0),
            };
            words.push(encode(record.mnemonic, (rd, rs1, rs2), imm));
        }
        prove_words(word, &words);
    }
}
