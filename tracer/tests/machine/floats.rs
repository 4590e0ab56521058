//! Programs with instructions of F and D, under the float kernel: what is loaded, what is left to the program, and faults.

use crate::support::asm::{HALT, addi, auipc, i, ld};
use crate::support::{CODE, EXECUTE, ElfWriter, READ, WRITE};
use tracer::testing::{DATA, Reference};
use tracer::{
    ElfError, ExitStatus, FLOAT_KERNEL, Inputs, Machine, Options, Program, TraceError, run,
};

const KERNEL: &[u8] = include_bytes!("../../../examples/guests/elf/float-kernel.elf");

/// `fld f1, 0(x10)`, `fadd.d f1, f1, f1`, `fsd f1, 8(x10)`, `fmv.x.d x12, f1`.
const LOAD: u32 = 0x0005_3087;
const ADD: u32 = 0x0210_f0d3;
const STORE: u32 = 0x0015_3427;
const MOVE: u32 = 0xe200_8653;
const ECALL: u32 = 0x73;
const MRET: u32 = 0x3020_0073;
const MTVEC: i32 = 0x305;
const MSCRATCH: i32 = 0x340;
const MEPC: i32 = 0x341;
const MTVAL: i32 = 0x343;

fn read_csr(rd: u32, number: i32) -> u32 {
    i(0x73, 2, rd, 0, number)
}

fn write_csr(number: i32, rs1: u32) -> u32 {
    i(0x73, 1, 0, rs1, number)
}

/// To the data, in x10.
const BASE: u32 = 0x0010_0517;

fn file(code: &[u32], data: &[f64]) -> Vec<u8> {
    let code: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
    let data: Vec<u8> = data.iter().flat_map(|x| x.to_le_bytes()).collect();
    ElfWriter::new(64)
        .entry(CODE)
        .segment(CODE, &code, code.len() as u64, READ | EXECUTE)
        .segment(DATA, &data, 64, READ | WRITE)
        .finish()
}

fn load(code: &[u32], data: &[f64]) -> Program {
    Program::with_float_kernel(&file(code, data), KERNEL).unwrap()
}

fn error(program: &Program) -> TraceError {
    run(program, &Inputs::default(), &Options::default()).unwrap_err()
}

/// Runs to the end; the machine as it is then. A machine that knows no rows agrees.
fn ended(program: &Program) -> Machine<'_> {
    let mut machine = Machine::new(program, &Inputs::default()).unwrap();
    let mut reference = Reference::new(program, &Inputs::default());
    while !machine.halted() && machine.checkpoint().cycle < 10_000 {
        machine.step().unwrap();
        reference.step();
    }
    assert_eq!(machine.registers()[..32], reference.registers);
    machine
}

#[test]
fn floating_point_is_carried_out() {
    let program = load(
        &[BASE, LOAD, ADD, STORE, MOVE, ld(13, 10, 8), HALT],
        &[1.25],
    );
    assert!(program.has_float_kernel());
    assert_eq!(program.entry(), CODE);
    let machine = ended(&program);
    assert!(machine.halted());
    let expected = 2.5f64.to_bits();
    assert_eq!(machine.registers()[12..14], [expected, expected]);
    // Two rows for each instruction, and a name.
    let names = program.rows().iter().filter(|row| row.name == "float");
    assert_eq!(names.count(), 2 * 4);
}

/// A handler of the program's own computes, and its registers are its own.
#[test]
fn handlers_of_a_program_are_its_own() {
    let code = [
        BASE,
        // The handler is 11 instructions on.
        auipc(5, 0),
        addi(5, 5, 4 * 10),
        write_csr(MTVEC, 5),
        addi(6, 0, 77),
        write_csr(MSCRATCH, 6),
        LOAD,
        ECALL,
        STORE,
        read_csr(15, MSCRATCH),
        HALT,
        ADD,
        read_csr(14, MEPC),
        read_csr(16, MTVAL),
        addi(7, 14, 4),
        write_csr(MEPC, 7),
        ADD,
        MRET,
    ];
    let program = load(&code, &[1.25]);
    let machine = ended(&program);
    let word = |at: u64| machine.peek(program.layout().cell(at).unwrap());
    assert_eq!(word(DATA + 8), 5.0f64.to_bits());
    let registers = machine.registers();
    assert_eq!(
        (registers[14], registers[15], registers[16]),
        (CODE + 28, 77, 0)
    );
}

#[test]
fn faults_are_the_program_s() {
    // Below all memory, and where nothing may be stored: the instruction that is blamed is the program's.
    let pc = CODE + 4;
    let address = 0x100;
    assert_eq!(
        error(&load(&[addi(10, 0, 0x100), LOAD, HALT], &[])),
        TraceError::OutsideMemory { pc, address }
    );
    let address = CODE + 8;
    assert_eq!(
        error(&load(&[auipc(10, 0), STORE, HALT], &[])),
        TraceError::StoreToCode { pc, address }
    );
    // frm is 5, which is no mode.
    let found = error(&load(&[i(0x73, 5, 0, 5, 2), ADD, HALT], &[]));
    assert!(
        matches!(found, TraceError::IllegalInstruction { pc: at, word: ADD, what }
            if at == pc && what.contains("rounding mode")),
        "{found:?}"
    );
    // What is no instruction of F or D is none, as without the kernel: here a mode that is reserved, and `unimp`.
    for word in [ADD & !0x7000 | 0x5000, 0xc000_1073] {
        let found = error(&load(&[BASE, LOAD, word], &[]));
        assert!(
            matches!(found, TraceError::IllegalInstruction { pc, word: w, .. } if (pc, w) == (CODE + 8, word)),
            "{found:?}"
        );
    }
}

/// Programs without floating point are what they were: rows, memory, and what is protected.
#[test]
fn other_programs_stay_as_they_are() {
    let mut seen = 0;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guests/elf");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display();
        if path.ends_with("linux-kernel.elf") {
            continue;
        }
        let file = std::fs::read(&path).unwrap();
        let (with, without) = (
            Program::with_float_kernel(&file, KERNEL).unwrap(),
            Program::from_elf(&file).unwrap(),
        );
        assert!(!with.has_float_kernel(), "{name}");
        assert_eq!(with.rows(), without.rows(), "{name}");
        assert_eq!(with.image(), without.image(), "{name}");
        assert_eq!(with.layout(), without.layout(), "{name}");
        assert_eq!(with.protection(), without.protection(), "{name}");
        seen += 1;
    }
    assert!(seen > 10);
    // The upper half of `addi x0, x0, 0x200` is `c.fld`, but no instruction starts there.
    let code: Vec<u8> = [0x2000_0013, HALT]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect();
    let file = |start: usize| {
        ElfWriter::new(64)
            .compressed(true)
            .entry(CODE)
            .segment(CODE, &code[start..], 8 - start as u64, READ | EXECUTE)
            .finish()
    };
    let has = |start| {
        let program = Program::with_float_kernel(&file(start), KERNEL).unwrap();
        program.has_float_kernel()
    };
    assert!(!has(0) && has(2));
}

#[test]
fn a_program_leaves_room_for_the_kernel() {
    let high = |address| {
        ElfWriter::new(64)
            .entry(CODE)
            .segment(CODE, &ADD.to_le_bytes(), 4, READ | EXECUTE)
            .segment(address, &[1], 16, READ | WRITE)
            .finish()
    };
    let load = |address| Program::with_float_kernel(&high(address), KERNEL);
    assert!(load(FLOAT_KERNEL.start - 16).is_ok());
    let end = FLOAT_KERNEL.start + 8;
    let refused = load(FLOAT_KERNEL.start - 8).unwrap_err();
    assert!(
        matches!(refused, ElfError::FloatMemory { end: found } if found == end),
        "{refused}"
    );
    let bad = Program::with_float_kernel(&file(&[ADD], &[]), b"no kernel").unwrap_err();
    assert!(matches!(bad, ElfError::FloatKernel(_)), "{bad}");
    // The kernel is no program that could run by itself.
    assert!(Program::from_elf(KERNEL).is_ok_and(|kernel| !kernel.has_float_kernel()));
    let status = ExitStatus::StoppedWithoutExit;
    let program = Program::with_float_kernel(&file(&[ADD, HALT], &[]), KERNEL).unwrap();
    let outcome = run(&program, &Inputs::default(), &Options::default()).unwrap();
    assert_eq!(outcome.status, status);
}
