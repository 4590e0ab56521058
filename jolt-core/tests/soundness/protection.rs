//! Runs of real programs that no machine with memory protection has, told truthfully by a prover without it.

use crate::support::one_thread;
use ark_bn254::Fr;
use instruction_tables::WordSize;
use jolt_core::lookup::shout::Shout;
use jolt_core::machine::Machine;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::registry::memories;
use jolt_core::statement::Statement;
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use sumcheck::analysis::sample;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Checks, VerifyError};
use tracer::testing::{CODE, DATA, ElfWriter, asm};
use tracer::{Inputs, Options, Program};

/// `x5` = start of the I/O block.
const IO: u32 = 0x7fff_02b7;
const NOP: u32 = 0x13;

/// Stores a word of the machine's.
fn store(word: WordSize, rs1: u32, rs2: u32, imm: i32) -> u32 {
    asm::s(word.bytes().trailing_zeros(), rs1, rs2, imm)
}

/// Loads one.
fn load(word: WordSize, rd: u32, rs1: u32, imm: i32) -> u32 {
    asm::i(3, word.bytes().trailing_zeros(), rd, rs1, imm)
}

/// A program with these words, whose stack has a guard of 1 KiB at [`DATA`]. It ends with status 0.
fn program(word: WordSize, body: &[u32]) -> Program {
    let end = [IO, store(word, 5, 0, 8), asm::HALT, 0, 0, 0, 0];
    let elf = ElfWriter::new(word.bits()).code(&[body, &end].concat());
    elf.stack(DATA..DATA + 0x1000).program().unwrap()
}

/// The verdict on a proof of the run that the program has without protection, by each memory argument, with the checks
/// that are given for it: none where there are none.
fn verdicts(
    program: &Program,
    inputs: &Inputs,
    checks: [Option<Checks>; 2],
) -> Vec<Result<(), VerifyError>> {
    let trace = tracer::trace(&program.unprotected(), inputs, &Options::default()).unwrap();
    assert!(trace.outcome.status.is_success());
    let machine = Machine::of(program);
    let statement = Statement::of(&inputs.public, &trace.outcome);
    let run = statement.run(program, &machine, 20).unwrap();
    let witness = Witness::of(&run, trace);
    let prove = |memory: &dyn ProveMemory<Fr>, checks: Checks| {
        let provers = Provers {
            lookup: &Shout,
            memory,
            program: None,
        };
        let mut prover = PlainProver::<Fr>::with_checks("protection", checks.clone());
        vm::prove(&mut prover, &provers, &run, witness.clone(), &mut ());
        let (proof, _) = prover.finish();
        let mut verifier = PlainVerifier::with_checks("protection", proof, checks);
        vm::verify(&mut verifier, &provers.arguments(), &run)?;
        verifier.finish()
    };
    let arguments = memories::<Fr>();
    assert_eq!(arguments.len(), checks.len());
    let both = arguments.iter().zip(checks);
    let asked = both.filter_map(|(memory, checks)| Some(prove(&**memory, checks?)));
    asked.collect()
}

/// Which memory arguments are tried with a word size: both, of a sample one, and the other with the other word size.
fn tried(word: WordSize) -> [bool; 2] {
    let first = word == WordSize::W64;
    [first, !first].map(|one| one || sample::all())
}

fn inputs() -> Inputs {
    Inputs::public(*b"sixteen bytes in")
}

/// All checks, for each memory argument that is tried.
fn all(tried: [bool; 2]) -> [Option<Checks>; 2] {
    tried.map(|tried| tried.then(Checks::all))
}

/// Rejected with all checks, accepted without these, one for each memory argument.
fn rejected(program: &Program, inputs: &Inputs, without: [&str; 2], tried: [bool; 2]) {
    for verdict in verdicts(program, inputs, all(tried)) {
        assert!(
            matches!(verdict, Err(VerifyError::Check { .. })),
            "{verdict:?}"
        );
    }
    let [first, second] = without.map(Checks::without);
    let checks = [tried[0].then_some(first), tried[1].then_some(second)];
    for verdict in verdicts(program, inputs, checks) {
        assert_eq!(verdict, Ok(()), "{without:?}");
    }
    // And the machine does not run it.
    assert!(tracer::run(program, inputs, &Options::default()).is_err());
}

const WORDS: [WordSize; 2] = [WordSize::W32, WordSize::W64];

#[test]
fn an_honest_run_is_accepted() {
    for word in WORDS {
        let words = [
            asm::auipc(1, 0x100),
            store(word, 1, 1, 1024),
            load(word, 2, 5, 64),
        ];
        let program = program(word, &[&[IO][..], &words].concat());
        for verdict in verdicts(&program, &inputs(), all([true; 2])) {
            assert_eq!(verdict, Ok(()));
        }
    }
}

#[test]
fn code_that_is_overwritten_and_executed_as_it_was() {
    one_thread();
    let without = ["constrain/protected"; 2];
    let base = asm::auipc(1, 0);
    for word in WORDS {
        // The next cell becomes zeros, which are no instructions.
        let zeros = [store(word, 1, 0, 8), NOP, NOP, NOP];
        rejected(
            &program(word, &[&[base][..], &zeros].concat()),
            &inputs(),
            without,
            [true; 2],
        );
        // One byte of the cell behind the entry; half an instruction of what never runs.
        for narrow in [asm::s(0, 1, 1, 4), asm::s(1, 1, 0, 32)] {
            rejected(
                &program(word, &[base, narrow, NOP]),
                &inputs(),
                without,
                [true; 2],
            );
        }
        // What is there already.
        let same = [load(word, 2, 1, 8), store(word, 1, 2, 8), NOP];
        rejected(
            &program(word, &[&[base][..], &same].concat()),
            &inputs(),
            without,
            [true; 2],
        );
    }
}

#[test]
fn input_that_is_overwritten_read_and_restored() {
    one_thread();
    let without = ["constrain/protected"; 2];
    for word in WORDS {
        let step = word.bytes() as i32;
        let restored = [
            IO,
            load(word, 2, 5, 64 + step),
            store(word, 5, 5, 64 + step),
            load(word, 3, 5, 64 + step),
            store(word, 5, 2, 64 + step),
        ];
        rejected(&program(word, &restored), &inputs(), without, [true; 2]);
        // Of the input, of its length, of bytes behind the input, of a reserved cell, of the first cell: what is
        // there already.
        for at in [64, 24, 128, 56, 0] {
            let same = [IO, load(word, 2, 5, at), store(word, 5, 2, at)];
            rejected(&program(word, &same), &inputs(), without, [true; 2]);
        }
    }
}

#[test]
fn accesses_of_the_guard() {
    one_thread();
    let without = ["ram/guard", "initial/guard"];
    let base = asm::auipc(1, ((DATA - CODE) >> 12) as u32);
    for word in WORDS {
        let last = 1024 - word.bytes() as i32;
        for access in [
            load(word, 2, 1, 0),
            load(word, 0, 1, last),
            asm::i(3, 0, 2, 1, 1023),
            store(word, 1, 1, 0),
            store(word, 1, 0, last),
            asm::s(0, 1, 1, 1023),
            // Half of it below.
            asm::s(1, 1, 1, -1),
        ] {
            rejected(
                &program(word, &[base, access]),
                &inputs(),
                without,
                [true; 2],
            );
        }
    }
}

/// Safe Rust: see `tracer/tests/machine/faults.rs`. Less space for the stack makes the run shorter.
#[test]
fn a_stack_that_is_full() {
    for (file, bytes) in [("brackets.elf", 8), ("brackets-rv32.elf", 4)] {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tracer/tests/data");
        let mut elf = std::fs::read(format!("{folder}/{file}")).unwrap();
        let (top, space) = (0x8400_0000u64, 0x4000);
        let end = &Program::from_elf(&elf).unwrap().symbols()["__heap_end"].to_le_bytes()[..bytes];
        let mut places = (0..elf.len() - bytes).filter(|at| elf[*at..*at + bytes] == *end);
        let (place, others) = (places.next().unwrap(), places.count());
        assert_eq!(others, 0);
        elf[place..place + bytes].copy_from_slice(&(top - space).to_le_bytes()[..bytes]);
        let program = Program::from_elf(&elf).unwrap();
        let tried = tried(program.word());
        let private =
            |depth: usize| Inputs::private(["[".repeat(depth), "]".repeat(depth)].concat());
        for verdict in verdicts(&program, &private(9), all(tried)) {
            assert_eq!(verdict, Ok(()));
        }
        rejected(
            &program,
            &private(13),
            ["ram/guard", "initial/guard"],
            tried,
        );
    }
}
