//! A kernel of few instructions for Linux programs, so that tests need no compiler.
//!
//! It knows `write` (whatever the descriptor), `read` (the public input from its start, whatever the descriptor) and
//! `exit`; other calls fail with `ENOSYS`. Registers `t0` to `t6` do not survive a call. An illegal instruction leaves its
//! bits in `a0` and is left out. Any other trap ends the run: the exit status is 128 and the trap's cause, the output the eight
//! bytes of its value.

use super::{EXECUTE, ElfWriter, READ, WRITE, asm};
use crate::linux::KERNEL_BASE;
use crate::{LinuxError, Process, Program, StandardInput};

/// Where [`program`]s have their code.
pub const USER: u64 = 0x1_0000;

const SYSTEM: u32 = 0x73;
const MTVEC: i32 = 0x305;
const MEPC: i32 = 0x341;
const MCAUSE: i32 = 0x342;
const MTVAL: i32 = 0x343;
const MRET: u32 = 0x3020_0073;
/// `ecall`.
pub const ECALL: u32 = SYSTEM;

const SP: u32 = 2;
const T0: u32 = 5;
const T1: u32 = 6;
const T2: u32 = 7;
const A0: u32 = 10;
const A1: u32 = 11;
const A2: u32 = 12;
const A7: u32 = 17;
const T3: u32 = 28;
const T4: u32 = 29;
const T5: u32 = 30;

/// Instruction words, and branches to labels among them.
#[derive(Default)]
struct Code {
    words: Vec<u32>,
    labels: Vec<(&'static str, usize)>,
    branches: Vec<(usize, u32, u32, u32, &'static str)>,
}

impl Code {
    fn push(&mut self, words: &[u32]) -> &mut Self {
        self.words.extend(words);
        self
    }

    fn label(&mut self, name: &'static str) -> &mut Self {
        self.labels.push((name, self.words.len()));
        self
    }

    fn branch(&mut self, funct3: u32, rs1: u32, rs2: u32, to: &'static str) -> &mut Self {
        self.branches.push((self.words.len(), funct3, rs1, rs2, to));
        self.push(&[0])
    }

    fn offset(&self, name: &str) -> i32 {
        let found = self.labels.iter().find(|(label, _)| *label == name);
        found.map_or(0, |(_, at)| 4 * *at as i32)
    }

    fn finish(mut self) -> Vec<u32> {
        for (at, funct3, rs1, rs2, to) in std::mem::take(&mut self.branches) {
            let distance = self.offset(to) - 4 * at as i32;
            self.words[at] = asm::b(funct3, rs1, rs2, distance);
        }
        self.words
    }
}

fn read_csr(rd: u32, number: i32) -> u32 {
    asm::i(SYSTEM, 2, rd, 0, number)
}

fn write_csr(number: i32, rs1: u32) -> u32 {
    asm::i(SYSTEM, 1, 0, rs1, number)
}

fn add(rd: u32, rs1: u32, rs2: u32) -> u32 {
    asm::r(0x33, 0, 0, rd, rs1, rs2)
}

/// The kernel's ELF file.
pub fn kernel() -> Vec<u8> {
    const EQ: u32 = 0;
    const NE: u32 = 1;
    const GEU: u32 = 7;
    /// `addi t1, t0, ` the handler, whose place is not known yet.
    const HANDLER_AT: usize = 1;
    let mut code = Code::default();
    code.push(&[
        asm::auipc(T0, 0),
        0,
        write_csr(MTVEC, T1),
        // The boot page is before this one.
        asm::lui(T2, 1),
        asm::r(0x33, 0, 0x20, T0, T0, T2),
        asm::ld(SP, T0, 24),
        asm::ld(T1, T0, 16),
        write_csr(MEPC, T1),
        MRET,
    ]);
    code.label("handler");
    code.push(&[read_csr(T0, MCAUSE), asm::addi(T1, 0, 11)])
        .branch(EQ, T0, T1, "call")
        .push(&[asm::addi(T1, 0, 2)])
        .branch(EQ, T0, T1, "illegal")
        .push(&[
            read_csr(T2, MTVAL),
            asm::lui(T1, 12),
            asm::sd(T1, T2, 0),
            asm::lui(T1, 8),
            asm::addi(T2, 0, 8),
            asm::sd(T1, T2, 16),
            asm::addi(T1, T0, 128),
        ]);
    code.label("finish")
        .push(&[asm::lui(T0, 8), asm::sd(T0, T1, 8), asm::HALT]);
    code.label("illegal")
        .push(&[
            read_csr(A0, MTVAL),
            read_csr(T0, MEPC),
            asm::addi(T0, T0, 2),
            asm::i(0x13, 7, T1, A0, 3),
            asm::addi(T2, 0, 3),
        ])
        .branch(NE, T1, T2, "short")
        .push(&[asm::addi(T0, T0, 2)]);
    code.label("short").push(&[write_csr(MEPC, T0), MRET]);
    code.label("call")
        .push(&[
            read_csr(T0, MEPC),
            asm::addi(T0, T0, 4),
            write_csr(MEPC, T0),
            asm::lui(T0, 8),
            asm::addi(T1, 0, 64),
        ])
        .branch(EQ, A7, T1, "write")
        .push(&[asm::addi(T1, 0, 63)])
        .branch(EQ, A7, T1, "read")
        .push(&[asm::addi(T1, 0, 93), asm::addi(T2, A0, 0)])
        .push(&[asm::addi(A0, 0, -38)])
        .branch(NE, A7, T1, "return")
        .push(&[asm::i(0x13, 7, T1, T2, 255)])
        .branch(EQ, 0, 0, "finish");
    code.label("write").push(&[
        asm::ld(T1, T0, 16),
        asm::lui(T4, 12),
        add(T4, T4, T1),
        add(T1, T1, A2),
        asm::sd(T0, T1, 16),
        asm::addi(T3, A1, 0),
        asm::addi(A0, A2, 0),
    ]);
    code.branch(EQ, 0, 0, "copy");
    code.label("read")
        .push(&[asm::ld(A0, T0, 24)])
        .branch(GEU, A2, A0, "all")
        .push(&[asm::addi(A0, A2, 0)]);
    code.label("all")
        .push(&[asm::addi(T3, T0, 64), asm::addi(T4, A1, 0)]);
    // `a0` bytes from `t3` to `t4`.
    code.label("copy").push(&[add(T2, T3, A0)]);
    code.label("next")
        .branch(EQ, T3, T2, "return")
        .push(&[
            asm::i(0x03, 4, T5, T3, 0),
            asm::s(0, T4, T5, 0),
            asm::addi(T3, T3, 1),
            asm::addi(T4, T4, 1),
        ])
        .branch(EQ, 0, 0, "next");
    code.label("return").push(&[MRET]);
    let handler = code.offset("handler");
    code.words[HANDLER_AT] = asm::addi(T1, T0, handler);
    let code = code.finish();
    let bytes: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
    let start = KERNEL_BASE + 4096;
    ElfWriter::new(64)
        .entry(start)
        .segment(KERNEL_BASE, &[], 4096, READ | WRITE)
        .segment(start, &bytes, bytes.len() as u64, READ | EXECUTE)
        .finish()
}

/// A system call: its number, then its arguments from `a0` on, small numbers each.
pub fn call(number: i32, arguments: &[i32]) -> Vec<u32> {
    let arguments = (A0..).zip(arguments);
    let load = arguments.map(|(register, value)| asm::addi(register, 0, *value));
    load.chain([asm::addi(A7, 0, number), ECALL]).collect()
}

/// `exit(a0)`.
pub fn exit() -> [u32; 2] {
    [asm::addi(A7, 0, 93), ECALL]
}

/// A writer of a program with this code at [`USER`].
pub fn writer(words: &[u32]) -> ElfWriter {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    ElfWriter::new(64)
        .entry(USER)
        .segment(USER, &bytes, bytes.len() as u64, READ | EXECUTE)
}

/// A program under [`kernel`], called `test`, with an empty environment.
///
/// # Errors
/// [`LinuxError`] says what the file lacks.
pub fn load(elf: &[u8]) -> Result<Program, LinuxError> {
    Process {
        elf,
        kernel: &kernel(),
        arguments: vec![b"test".to_vec()],
        environment: Vec::new(),
        standard_input: StandardInput::Public,
    }
    .program()
}

/// A program with this code.
///
/// # Errors
/// As [`load`].
pub fn program(words: &[u32]) -> Result<Program, LinuxError> {
    load(&writer(words).finish())
}
