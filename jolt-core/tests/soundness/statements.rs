//! Fresh proofs of false statements: made by a prover that believes them, sealed and bound to them. So it is not the
//! transcript that rejects them but the check that is named, without which they are accepted.
//!
//! The I/O block is the real one, of 64 KiB: every region of it has a false statement of its own.

use commitments::{CacheDir, Setup};
use instruction_tables::WordSize;
use jolt_core::api::{Config, ProvingKey, setup};
use jolt_core::statement::{MIN_CYCLE_VARS, Statement};
use std::cell::Cell;
use sumcheck::analysis::sample;
use sumcheck::{Checks, VerifyError};
use tracer::testing::{ElfWriter, asm, linux};
use tracer::{
    Block, Checkpoint, Cycle, ExitStatus, INPUT_CAPACITY, Inputs, OUTPUT_CAPACITY, Options,
    Program, Trace, TraceError,
};

/// A program on an input, with the keys for one memory argument: of proofs in the clear, and of those that tell nothing.
struct Subject {
    keys: [ProvingKey; 2],
    trace: Trace,
    truth: Statement,
    memory: &'static str,
    /// The key that the next false statement is tried with, where a sample is: by turns.
    turn: Cell<usize>,
    /// How many false statements there were.
    told: Cell<usize>,
    /// Of a sample this one is told one in so many of them, beginning with which one: the others are for other subjects
    /// of the same test.
    share: (usize, usize),
}

/// The check that finds false final contents, of a block by name.
fn finals(memory: &str, block: &str) -> String {
    let batch = if memory == "twist" {
        "recall"
    } else {
        "access"
    };
    format!("{batch}/{block}")
}

impl Subject {
    fn new(program: Program, inputs: &Inputs, memory: &'static str) -> Self {
        let trace = tracer::trace(&program, inputs, &Options::default()).unwrap();
        Self::of(program, trace, &inputs.public, memory)
    }

    fn of(program: Program, trace: Trace, input: &[u8], memory: &'static str) -> Self {
        let truth = Statement::of(input, &trace.outcome);
        let config = |zero_knowledge: bool| Config {
            zero_knowledge,
            max_cycle_vars: truth.cycle_vars.max(MIN_CYCLE_VARS),
            memory: memory.to_owned(),
            setup: Setup::Builtin {
                cache: CacheDir::Off,
            },
            ..Config::default()
        };
        // Each word size and each memory argument begins with both.
        let turn = usize::from(memory == "twist") + usize::from(program.word() == WordSize::W64);
        Subject {
            turn: Cell::new(turn),
            told: Cell::new(0),
            share: (1, 0),
            keys: [false, true].map(|hides| setup(program.clone(), &config(hides)).unwrap()),
            trace,
            truth,
            memory,
        }
    }

    /// The same, as one of so many subjects that are told the same false statements.
    fn sharing(mut self, (subjects, number): (usize, usize)) -> Self {
        self.share = (subjects, number);
        self
    }

    /// Rejected by a check, and accepted without this one: with both keys, of a sample with one of them, and of one
    /// subject of those that share it.
    fn is_false(&self, what: &str, statement: &Statement, check: &str) {
        let (subjects, first) = self.share;
        let told = self.told.replace(self.told.get() + 1);
        if !sample::all() && told % subjects != first {
            return;
        }
        let turn = self.turn.replace(self.turn.get() + 1);
        for number in (turn..turn + 2).step_by(sample::one_in(2)) {
            let key = &self.keys[number % 2];
            let vk = key.verifying_key();
            let who = format!("{what}, {}, hidden: {}", self.memory, vk.zero_knowledge());
            let prove = |checks| {
                let trace = self.trace.clone();
                key.prove_anything(statement, trace, checks).unwrap()
            };
            let verdict = vk.verify(&prove(Checks::all())).map(|_| ());
            let rejected = matches!(verdict, Err(VerifyError::Check { .. }));
            assert!(rejected, "{who}: {verdict:?}");
            let without = || Checks::without(check);
            let verdict = vk.verify_with(&prove(without()), without());
            assert!(verdict.is_ok(), "{who}: {:?}", verdict.err());
        }
    }

    fn is_true(&self) {
        for key in &self.keys {
            let proof = key.prove_anything(&self.truth, self.trace.clone(), Checks::all());
            key.verifying_key().verify(&proof.unwrap()).unwrap();
        }
    }

    /// The output is another one.
    fn other_output(&self, what: &str, change: impl Fn(&mut Vec<u8>)) {
        let mut statement = self.truth.clone();
        change(&mut statement.output);
        assert_ne!(statement, self.truth);
        self.is_false(what, &statement, &finals(self.memory, "output"));
    }
}

/// A program of the guests' layout that ends with status 0 and does these stores in the I/O block before: offset and
/// value, each of a whole cell, the value 2^15 or below 2^11.
fn storing(word: WordSize, stores: &[(u32, u32)]) -> Program {
    shifted(
        word,
        &stores
            .iter()
            .map(|(at, value)| (*at, *value, 0))
            .collect::<Vec<_>>(),
    )
}

/// The same, with values shifted to the left.
fn shifted(word: WordSize, stores: &[(u32, u32, u32)]) -> Program {
    let full = if word == WordSize::W64 { 3 } else { 2 };
    let mut code = vec![asm::lui(5, 0x7fff0)];
    for (offset, value, shift) in stores {
        code.push(match value {
            0x8000 => asm::lui(6, 8),
            value => asm::addi(6, 0, *value as i32),
        });
        code.push(asm::slli(6, 6, *shift));
        // An offset beyond 12 signed bits: the upper part, rounded.
        let upper = (offset + 0x800) >> 12;
        code.push(asm::lui(7, upper));
        code.push(asm::r(0x33, 0, 0, 7, 7, 5));
        let rest = *offset as i32 - ((upper as i32) << 12);
        code.push(asm::s(full, 7, 6, rest));
    }
    code.push(asm::s(full, 5, 0, 8));
    code.push(asm::HALT);
    ElfWriter::new(word.bits()).code(&code).program().unwrap()
}

const LENGTH: u32 = 16;
const OUTPUT: u32 = 32768;
const WORDS: [WordSize; 2] = [WordSize::W64, WordSize::W32];
const MEMORIES: [&str; 2] = ["twist", "spice"];

/// Of a sample each of these and each memory argument.
fn with_memories<T: Copy + ToString>(all: [T; 2]) -> impl Iterator<Item = (T, &'static str)> {
    let pairs = all
        .into_iter()
        .flat_map(|one| MEMORIES.map(|memory| (one, memory)));
    sample::of(pairs, |(one, memory)| {
        vec![one.to_string(), memory.to_string()]
    })
}

/// The program of these stores for each word size, with each memory argument. Of a sample each false statement is told to
/// one of them.
fn subjects(stores: &[(u32, u32)]) -> Vec<Subject> {
    let all = with_memories(WORDS.map(WordSize::bits));
    let of = |(bits, memory)| {
        let word = WORDS.into_iter().find(|word| word.bits() == bits).unwrap();
        Subject::new(storing(word, stores), &Inputs::default(), memory)
    };
    let all: Vec<Subject> = all.map(of).collect();
    let count = all.len();
    let each = all.into_iter().enumerate();
    each.map(|(number, subject)| subject.sharing((count, number)))
        .collect()
}

/// Another byte anywhere in an output that fills its area: the first and the last byte of the first cell, the cell behind
/// it, one in the middle, the first and the last byte of the last cell.
#[test]
fn no_byte_of_an_output_can_be_another() {
    for subject in subjects(&[(LENGTH, 0x8000)]) {
        assert_eq!(subject.truth.output, [0; OUTPUT_CAPACITY as usize]);
        subject.is_true();
        let last = OUTPUT_CAPACITY as usize - 1;
        for at in [0, 7, 8, last / 2, last - 7, last] {
            subject.other_output(&format!("byte {at}"), |output| output[at] = 1);
        }
        subject.other_output("one byte less", |output| {
            output.pop();
        });
        subject.other_output("nothing", Vec::clear);
    }
}

#[test]
fn an_output_is_as_long_as_it_is() {
    for subject in subjects(&[(OUTPUT, 0x141), (LENGTH, 3)]) {
        assert_eq!(subject.truth.output, [0x41, 1, 0]);
        subject.is_true();
        subject.other_output("a zero more", |output| output.push(0));
        subject.other_output("a byte more", |output| output.push(7));
        subject.other_output("a zero less", |output| {
            output.pop();
        });
        subject.other_output("less", |output| output.truncate(1));
        subject.other_output("all that fits", |output| {
            output.resize(OUTPUT_CAPACITY as usize, 0)
        });
        subject.other_output("the last byte that fits", |output| {
            output.resize(OUTPUT_CAPACITY as usize - 1, 0);
            output.push(1);
        });
    }
}

fn block(start: Checkpoint, cycles: &[Cycle]) -> Block {
    fn each<T>(cycles: &[Cycle], of: impl Fn(&Cycle) -> T) -> Vec<T> {
        cycles.iter().map(of).collect()
    }
    Block {
        start,
        rows: each(cycles, |c| c.row),
        rs1: each(cycles, |c| c.rs1),
        rs2: each(cycles, |c| c.rs2),
        rd_old: each(cycles, |c| c.rd_old),
        rd_new: each(cycles, |c| c.rd_new),
        cell: each(cycles, |c| c.cell),
        offset: each(cycles, |c| c.offset),
        cell_old: each(cycles, |c| c.cell_old),
        cell_new: each(cycles, |c| c.cell_new),
        index: each(cycles, |c| c.index),
        out: each(cycles, |c| c.out),
    }
}

/// What is written beyond the output's length has no true statement. The tracer says so; and a prover that does not is
/// not believed. Of a sample each place and word size with one of the memory arguments, which are both there.
#[test]
fn nothing_is_hidden_behind_an_output() {
    let last = 65536 - 8;
    // In the output's last cell, in the next one, in the last one of the block.
    for (place, (at, value)) in [(OUTPUT, 1), (OUTPUT + 8, 1), (last, 1)]
        .into_iter()
        .enumerate()
    {
        for (size, word) in WORDS.into_iter().enumerate() {
            let shift = if at == OUTPUT { 8 * 3 } else { 0 };
            let program = shifted(word, &[(LENGTH, 3, 0), (at, value, shift)]);
            let options = Options::default();
            let refused = tracer::trace(&program, &Inputs::default(), &options);
            assert!(matches!(refused, Err(TraceError::StrayOutput { .. })));
            let mut machine = tracer::Machine::new(&program, &Inputs::default()).unwrap();
            let start = machine.checkpoint();
            let mut cycles = Vec::new();
            while !machine.halted() {
                cycles.push(machine.cycle().unwrap());
            }
            let honest = storing(word, &[(LENGTH, 3)]);
            let outcome = tracer::run(&honest, &Inputs::default(), &options).unwrap();
            let trace = Trace {
                blocks: vec![block(start, &cycles)],
                outcome,
            };
            let first = (place + size) % MEMORIES.len();
            for memory in MEMORIES
                .into_iter()
                .cycle()
                .skip(first)
                .take(sample::count(1, 2))
            {
                let subject = Subject::of(program.clone(), trace.clone(), &[], memory);
                let check = finals(memory, "output");
                subject.is_false("hidden bytes", &subject.truth, &check);
            }
        }
    }
}

#[test]
fn a_program_ends_as_it_does() {
    for subject in subjects(&[]) {
        subject.is_true();
        for status in [
            ExitStatus::Exit(3),
            ExitStatus::Panicked,
            ExitStatus::StoppedWithoutExit,
            ExitStatus::Unknown(256),
        ] {
            let statement = Statement {
                status,
                ..subject.truth.clone()
            };
            let check = finals(subject.memory, "output");
            subject.is_false(&status.to_string(), &statement, &check);
        }
    }
}

fn guest(name: &str) -> Program {
    let root = env!("CARGO_MANIFEST_DIR");
    let elf = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
    Program::from_elf(&elf).unwrap()
}

/// A program that reads its input, with the output that it has on another one.
#[test]
fn an_output_is_of_its_input() {
    for (name, memory) in with_memories(["fibonacci", "fibonacci-rv32"]) {
        let inputs = Inputs::public(5u64.to_le_bytes());
        let subject = Subject::new(guest(name), &inputs, memory);
        subject.is_true();
        let check = match memory {
            "twist" => "execute/ram",
            _ => "initial/ram",
        };
        let other = |what: &str, input: Vec<u8>| {
            let statement = Statement {
                input,
                ..subject.truth.clone()
            };
            subject.is_false(&format!("{name}: {what}"), &statement, check);
        };
        other("another number", 6u64.to_le_bytes().to_vec());
        other("nothing", Vec::new());
        let mut long = 5u64.to_le_bytes().to_vec();
        long[0] = 4;
        long.resize(INPUT_CAPACITY as usize, 9);
        other("all that fits", long);
    }
}

/// A program from elsewhere: its status is the cell `tohost`, its I/O block is untouched. Of a sample each false statement
/// with one of the memory arguments.
#[test]
fn the_same_holds_with_a_foreign_layout() {
    for (number, memory) in MEMORIES.into_iter().enumerate() {
        let subject = Subject::new(guest("htif"), &Inputs::default(), memory);
        let subject = subject.sharing((MEMORIES.len(), number));
        subject.is_true();
        assert!(subject.truth.output.is_empty());
        subject.other_output("a zero", |output| output.push(0));
        subject.other_output("a byte", |output| output.push(1));
        subject.other_output("the last byte", |output| {
            output.resize(OUTPUT_CAPACITY as usize - 1, 0);
            output.push(1);
        });
        for status in [
            ExitStatus::Exit(1),
            ExitStatus::StoppedWithoutExit,
            ExitStatus::Unknown(2),
        ] {
            let statement = Statement {
                status,
                ..subject.truth.clone()
            };
            let check = finals(memory, "tohost");
            subject.is_false(&status.to_string(), &statement, &check);
        }
    }
}

/// Linux programs have a block of half the size, at another address, and memory of 4 GiB behind it. Of a sample each false
/// statement with one of the memory arguments.
#[test]
fn the_same_holds_for_linux_programs() {
    const CAPACITY: usize = 0x4000;
    // Three bytes of the stack: the lowest ones of the number of arguments.
    let mut code = vec![asm::addi(11, 2, 0), asm::addi(12, 0, 3)];
    code.extend(linux::call(64, &[1]));
    code.extend(linux::call(93, &[0]));
    for (number, memory) in MEMORIES.into_iter().enumerate() {
        let program = linux::program(&code).unwrap();
        let subject = Subject::new(program, &Inputs::default(), memory);
        let subject = subject.sharing((MEMORIES.len(), number));
        assert_eq!(subject.truth.output, [1, 0, 0]);
        subject.is_true();
        subject.other_output("another byte", |output| output[0] = 2);
        subject.other_output("a zero more", |output| output.push(0));
        subject.other_output("a zero less", |output| {
            output.pop();
        });
        subject.other_output("all that fits", |output| output.resize(CAPACITY, 0));
        subject.other_output("the last byte that fits", |output| {
            output.resize(CAPACITY - 1, 0);
            output.push(1);
        });
        for status in [
            ExitStatus::Exit(1),
            ExitStatus::Panicked,
            ExitStatus::StoppedWithoutExit,
        ] {
            let statement = Statement {
                status,
                ..subject.truth.clone()
            };
            let check = finals(memory, "output");
            subject.is_false(&status.to_string(), &statement, &check);
        }
    }
}
