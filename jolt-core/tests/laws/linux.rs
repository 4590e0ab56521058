//! Linux programs, proven and verified: their memory map, traps of what is no instruction, and that a key is of all that
//! a program is started with.

use commitments::{CacheDir, Setup};
use jolt_core::api::{Config, VerifyingKey, setup, verifying_key};
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use jolt_core::statement::{StatementError, cycle_vars};
use std::collections::BTreeSet;
use sumcheck::analysis::sample;
use tracer::testing::linux::{ECALL, call, kernel, program, writer};
use tracer::testing::{ElfWriter, READ, Reference, WRITE, asm};
use tracer::{ExitStatus, Inputs, Process, Program, StandardInput};

const SP: u32 = 2;
const A0: u32 = 10;
const A1: u32 = 11;
const A2: u32 = 12;
const A7: u32 = 17;
/// `fld fa0, 8(sp)`.
const FLD: u32 = 0x0081_3507;

/// Reads up to 32 bytes and writes them, and behind them eight that are the bits of an instruction that trapped, from both
/// sides of the border between two cells. Then it uses the last cell of memory, and exits with what it left there.
fn words() -> Vec<u32> {
    let mut code = vec![
        asm::addi(SP, SP, -128),
        asm::addi(A1, SP, 4),
        asm::addi(A2, 0, 32),
        asm::addi(A7, 0, 63),
        ECALL,
        asm::addi(A2, A0, 0),
        asm::addi(A7, 0, 64),
        ECALL,
        FLD,
        asm::sd(SP, A0, 3),
        asm::addi(A1, SP, 3),
        asm::addi(A2, 0, 8),
        asm::addi(A7, 0, 64),
        ECALL,
        // 2^32 + 0x8000 ends memory.
        asm::addi(5, 0, 1),
        asm::slli(5, 5, 32),
        asm::lui(6, 8),
        asm::r(0x33, 0, 0, 5, 5, 6),
        asm::addi(6, 0, 9),
        asm::s(0, 5, 6, -1),
        asm::ld(A0, 5, -8),
        asm::i(0x13, 5, A0, A0, 56),
        asm::addi(A7, 0, 93),
        ECALL,
    ];
    code.push(asm::HALT);
    code
}

fn expected(input: &[u8]) -> Vec<u8> {
    [input, &u64::from(FLD).to_le_bytes()].concat()
}

fn config(lookup: &str, memory: &str, zero_knowledge: bool, vars: usize) -> Config {
    Config {
        lookup: lookup.to_owned(),
        memory: memory.to_owned(),
        zero_knowledge,
        max_cycle_vars: vars,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        ..Config::default()
    }
}

#[test]
fn linux_programs_are_proven_with_every_argument() {
    let program = program(&words()).unwrap();
    let inputs = Inputs::public(*b"unmodified");
    let outcome = tracer::run(&program, &inputs, &Default::default()).unwrap();
    let reference = Reference::new(&program, &inputs).run(1 << 16).unwrap();
    assert_eq!(
        (outcome.status, &outcome.output),
        (reference.status, &reference.output)
    );
    let vars = cycle_vars(outcome.cycles);
    let registry = Registry::builtin();
    let mut all = Vec::new();
    for lookup in registry.lookup_names() {
        for memory in registry.memory_names() {
            all.extend([true, false].map(|hidden| (lookup, memory, hidden)));
        }
    }
    let about = |(lookup, memory, hidden): &(&str, &str, bool)| {
        vec![lookup.to_string(), memory.to_string(), hidden.to_string()]
    };
    for (lookup, memory, hidden) in sample::of(all, about) {
        let config = config(lookup, memory, hidden, vars);
        let key = match setup(program.clone(), &config) {
            Ok(key) => key,
            Err(error) => {
                // Two arguments are for small tables only.
                let error = error.to_string();
                assert!(error.contains("cannot serve"), "{error}");
                continue;
            }
        };
        let bytes = key.prove(&inputs).unwrap().to_bytes();
        // Somebody else verifies the file.
        let key = verifying_key(program.clone(), &config).unwrap();
        let proof = Proof::from_bytes(&bytes).unwrap();
        key.verify(&proof).unwrap();
        assert_eq!(proof.statement.output, expected(b"unmodified"));
        assert_eq!(proof.statement.status, ExitStatus::Exit(9));
        let mut other = proof.clone();
        other.statement.output[0] ^= 1;
        assert!(key.verify(&other).is_err(), "{lookup}, {memory}");
        let mut other = proof;
        other.statement.status = ExitStatus::Exit(8);
        assert!(key.verify(&other).is_err(), "{lookup}, {memory}");
    }
}

/// A call of a null pointer goes to the kernel, and where it went is proven.
#[test]
fn a_null_pointer_that_is_called_is_proven() {
    let program = program(&[asm::addi(A0, 0, 7), asm::jalr(1, 0, 0)]).unwrap();
    let inputs = Inputs::default();
    let outcome = tracer::run(&program, &inputs, &Default::default()).unwrap();
    // The kernel of tests ends with the trap's cause.
    assert_eq!(outcome.status, ExitStatus::Exit(129));
    let config = config("shout", "twist", false, cycle_vars(outcome.cycles));
    let key = setup(program.clone(), &config).unwrap();
    let proof = key.prove(&inputs).unwrap();
    let key = verifying_key(program, &config).unwrap();
    key.verify(&proof).unwrap();
    for status in [ExitStatus::Exit(128 + 2), ExitStatus::Exit(7)] {
        let mut other = proof.clone();
        other.statement.status = status;
        assert!(key.verify(&other).is_err(), "{status}");
    }
}

/// What is started is in the key: another file, kernel, argument, variable or choice of standard input is another one.
#[test]
fn a_key_is_of_all_that_a_program_is_started_with() {
    let elf = writer(&words()).finish();
    let more = writer(&words())
        .segment(0x2_0000, &[], 1, READ | WRITE)
        .finish();
    let strings = |texts: &[&str]| -> Vec<Vec<u8>> {
        texts.iter().map(|text| text.as_bytes().to_vec()).collect()
    };
    let own_kernel = kernel();
    // The same with one instruction more, which is never reached.
    let longer = {
        let mut code = own_kernel[64 + 2 * 56..].to_vec();
        code.extend(asm::HALT.to_le_bytes());
        let start = 0xf000_1000;
        ElfWriter::new(64)
            .entry(start)
            .segment(0xf000_0000, &[], 4096, READ | WRITE)
            .segment(start, &code, code.len() as u64, 5)
            .finish()
    };
    let honest = Process {
        elf: &elf,
        kernel: &own_kernel,
        arguments: strings(&["test", "a"]),
        environment: strings(&["A=1"]),
        standard_input: StandardInput::Public,
    };
    let key = |process: &Process<'_>| -> VerifyingKey {
        let program: Program = process.program().unwrap();
        verifying_key(program, &config("shout", "twist", false, 10)).unwrap()
    };
    let changed = [
        Process {
            elf: &more,
            ..honest.clone()
        },
        Process {
            kernel: &longer,
            ..honest.clone()
        },
        Process {
            arguments: strings(&["test"]),
            ..honest.clone()
        },
        Process {
            arguments: strings(&["test", "b"]),
            ..honest.clone()
        },
        Process {
            arguments: strings(&["tes", "ta"]),
            ..honest.clone()
        },
        Process {
            arguments: strings(&["test", "a", "A=1"]),
            environment: Vec::new(),
            ..honest.clone()
        },
        Process {
            environment: strings(&["A=2"]),
            ..honest.clone()
        },
        Process {
            environment: strings(&["A=1", ""]),
            ..honest.clone()
        },
        Process {
            standard_input: StandardInput::Private,
            ..honest.clone()
        },
    ];
    let digest = |process| *key(process).digest();
    let mut digests: BTreeSet<[u8; 32]> = changed.iter().map(digest).collect();
    assert_eq!(digest(&honest), *key(&honest).digest());
    assert!(digests.insert(digest(&honest)));
    assert_eq!(digests.len(), changed.len() + 1);
}

/// The I/O block is smaller than that of other programs: what does not fit is no statement.
#[test]
fn statements_are_bounded_by_the_block() {
    let mut code = call(64, &[1, 0, 0]);
    code.extend(call(93, &[0]));
    let program = program(&code).unwrap();
    let config = config("shout", "twist", false, 8);
    let key = setup(program, &config).unwrap();
    let proof = key.prove(&Inputs::default()).unwrap();
    let run = |input: usize, output: usize| {
        let mut statement = proof.statement.clone();
        (statement.input, statement.output) = (vec![0; input], vec![0; output]);
        let vk = key.verifying_key();
        statement.run(vk.program(), vk.machine(), 8).map(|_| ())
    };
    let (inputs, outputs) = (0x4000 - 64, 0x4000);
    assert_eq!(run(inputs, outputs), Ok(()));
    let (length, capacity) = (inputs + 1, inputs as u64);
    assert_eq!(
        run(length, 0),
        Err(StatementError::Input { length, capacity })
    );
    let (length, capacity) = (outputs + 1, outputs as u64);
    assert_eq!(
        run(0, length),
        Err(StatementError::Output { length, capacity })
    );
    let mut long = proof.clone();
    long.statement.output = vec![0; length];
    assert!(key.verifying_key().verify(&long).is_err());
}
