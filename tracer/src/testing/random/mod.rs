//! Random programs that end, stay inside memory and use every instruction.
//!
//! `x31` points to the middle of some data: below it lie values that are only read, many of them extreme;
//! above it is scratch space. `x30` points a few bytes beside it, so that the offset of an aligned
//! access is not always aligned itself. `x29` counts loops, `x28` serves addresses. The rest is free.

mod control;
mod data;
mod system;

use super::{CODE, DATA, EXECUTE, ElfWriter, READ, WRITE, asm};
use instruction_tables::instructions::{Extension, Format, Record, Semantics, decode, records};
use instruction_tables::{WordSize, decode_compressed};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use std::collections::HashMap;
use std::ops::Range;

const OP: u32 = 0x33;
const OP32: u32 = 0x3b;
const IMM: u32 = 0x13;
const IMM32: u32 = 0x1b;
const FREE: u32 = 28;

/// What programs are made of besides the base instructions and multiplication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// 16-bit encodings, wherever an instruction has one, and others besides.
    pub compressed: bool,
    /// Loads and stores at any address.
    pub misaligned: bool,
    /// Atomics.
    pub atomic: bool,
    /// Bit manipulation.
    pub bits: bool,
    /// The encodings of bit manipulation that only RV32 has.
    pub only_32: bool,
    /// Control and status registers, traps.
    pub system: bool,
    /// Public and private input, output, and an exit status at the end.
    pub io: bool,
}

/// Which programs to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Word size, 32 or 64.
    pub bits: usize,
    /// About as many instructions.
    pub items: usize,
    /// How often loops run.
    pub times: Range<i32>,
    /// How many items loops have.
    pub body: Range<usize>,
    /// Bytes of data.
    pub data: usize,
    pub features: Features,
}

impl Plan {
    /// About 5,000 instructions executed, over a page of data.
    pub fn long(bits: usize, features: Features) -> Self {
        Plan {
            bits,
            items: 300,
            times: 2..30,
            body: 3..60,
            data: 4096,
            features,
        }
    }

    /// A few hundred cycles, over so little data that accesses meet.
    pub fn short(bits: usize, features: Features) -> Self {
        Plan {
            bits,
            items: 150,
            times: 1..4,
            body: 3..20,
            data: 256,
            features,
        }
    }
}

/// A program being written.
struct Random {
    rng: StdRng,
    bits: usize,
    features: Features,
    code: Vec<u8>,
    /// Distance of `x30` from `x31`.
    beside: i32,
    /// Farthest offset of an access from `x31`.
    reach: i32,
    /// 16-bit encodings by the 32-bit ones that they stand for.
    short: HashMap<u32, u16>,
    /// 16-bit encodings that may stand anywhere.
    anywhere: Vec<u16>,
    manipulation: Vec<&'static Record>,
    atomics: Vec<&'static Record>,
}

/// A program's code and data.
pub struct Generated {
    /// At [`CODE`].
    pub code: Vec<u8>,
    /// At [`DATA`].
    pub data: Vec<u8>,
    bits: usize,
    compressed: bool,
}

impl Generated {
    /// The program as an ELF file.
    pub fn elf(&self) -> Vec<u8> {
        ElfWriter::new(self.bits)
            .compressed(self.compressed)
            .segment(CODE, &self.code, self.code.len() as u64, READ | EXECUTE)
            .segment(DATA, &self.data, self.data.len() as u64, READ | WRITE)
            .finish()
    }
}

impl Plan {
    /// The program of a seed.
    pub fn program(&self, seed: u64) -> Generated {
        let (bits, features) = (self.bits, self.features);
        let mut rng = StdRng::seed_from_u64(seed);
        let beside = rng.gen_range(-7..8);
        let data = data::data(&mut rng, bits, self.data);
        let word = if bits == 64 {
            WordSize::W64
        } else {
            WordSize::W32
        };
        let of = |extension| {
            records()
                .filter(|r| r.extension == extension && r.exists(word))
                .filter(|r| features.only_32 || !r.only_32)
                .collect()
        };
        let mut this = Random {
            rng,
            bits,
            features,
            code: Vec::new(),
            beside,
            reach: self.data as i32 / 2 - 48,
            short: HashMap::new(),
            anywhere: Vec::new(),
            manipulation: of(Extension::B),
            atomics: of(Extension::A),
        };
        if features.compressed {
            this.find_compressed(word);
        }
        this.prologue(self.data);
        while this.code.len() < 4 * self.items {
            this.repeated(self);
        }
        if features.io {
            this.report();
        }
        this.code.extend(asm::HALT.to_le_bytes());
        Generated {
            code: this.code,
            data,
            bits,
            compressed: features.compressed,
        }
    }
}

impl Random {
    fn find_compressed(&mut self, word: WordSize) {
        for half in 0..=u16::MAX {
            let Some(i) = decode_compressed(word, half) else {
                continue;
            };
            let straight = matches!(
                i.record.semantics,
                Semantics::Compute(_) | Semantics::Constant(_)
            );
            if straight && u32::from(i.rd) < FREE {
                self.anywhere.push(half);
            }
            if let Some(instr) = i.encode() {
                self.short.insert(instr, half);
            }
        }
    }

    /// Adds an instruction, in a random one of its encodings.
    fn push(&mut self, instr: u32) {
        match self.short.get(&instr) {
            Some(half) if self.rng.gen_bool(0.8) => self.code.extend(half.to_le_bytes()),
            _ => self.code.extend(instr.to_le_bytes()),
        }
    }

    fn prologue(&mut self, data: usize) {
        if self.features.system {
            self.handler();
        }
        // auipc adds to the pc, so that 64-bit addresses are not sign-extended.
        let middle = DATA + data as u64 / 2 - CODE - self.code.len() as u64;
        self.push(asm::auipc(31, ((middle + 0x800) >> 12) as u32));
        self.push(asm::addi(31, 31, (middle as i32) << 20 >> 20));
        self.push(asm::addi(30, 31, self.beside));
        // Every free register, so that nothing depends on how a machine starts.
        let size = self.bits as i32 / 8;
        for register in 1..FREE {
            let offset = self.rng.gen_range(-self.reach / size..self.reach / size) * size;
            self.push(asm::i(0x03, size.ilog2(), register, 31, offset));
        }
    }

    /// A loop of straight-line code with skips.
    fn repeated(&mut self, plan: &Plan) {
        let times = self.rng.gen_range(plan.times.clone());
        self.push(asm::addi(29, 0, times));
        let start = self.code.len();
        for _ in 0..self.rng.gen_range(plan.body.clone()) {
            self.item();
        }
        self.push(asm::addi(29, 29, -1));
        let back = start as i32 - self.code.len() as i32;
        self.push(asm::b(1, 29, 0, back));
    }

    fn item(&mut self) {
        match self.rng.gen_range(0..100) {
            0..7 => self.branch(),
            7..9 => self.jump(),
            9..11 => self.indirect_jump(),
            11..12 => self.detour(),
            12..20 if self.features.atomic => self.atomic(),
            20..24 => {
                let rd = self.register();
                self.load(rd);
            }
            24..28 if self.features.system => self.system(),
            28..31 if self.features.io => self.input(),
            31..34 => self.extreme(),
            _ => self.simple(),
        }
    }

    fn register(&mut self) -> u32 {
        self.rng.gen_range(0..FREE)
    }

    /// A record with any operands.
    fn any_operands(&mut self, record: &'static Record, rs1: u32) -> u32 {
        let mut instr = self.rng.r#gen::<u32>() & !record.mask | record.matches;
        let place = |instr: u32, at: u32, register: u32| {
            if record.mask >> at & 31 == 31 {
                instr
            } else {
                instr & !(31 << at) | register << at
            }
        };
        instr = place(instr, 7, self.register());
        instr = place(instr, 15, rs1);
        if matches!(record.format, Format::R | Format::Atomic) {
            instr = place(instr, 20, self.register());
        }
        if record.format == Format::Shift && (record.only_64 || self.bits == 32) {
            // Amounts of half-words and of short words.
            let amount = instr & !(1 << 25) | record.matches & 1 << 25;
            return if decode(WordSize::W64, amount).is_some() {
                amount
            } else {
                instr
            };
        }
        instr
    }

    /// An atomic access, or a pair of `lr` and `sc` that may match.
    fn atomic(&mut self) {
        let Some(&record) = self.atomics.choose(&mut self.rng) else {
            return;
        };
        let offset = 8 * self.rng.gen_range(0..self.reach / 8);
        let half = 4 * self.rng.gen_range(0..2);
        let wide = record.mnemonic.ends_with(".d");
        let pair = record.mnemonic.starts_with("lr");
        // Of a pair, the address must survive what comes between.
        let base = match self.register() {
            register if register != 0 && !pair => register,
            _ => 28,
        };
        self.push(asm::addi(base, 31, offset + if wide { 0 } else { half }));
        let mut instr = self.any_operands(record, base);
        for at in [7, 20] {
            if !pair && self.rng.gen_bool(0.15) {
                instr = instr & !(31 << at) | base << at;
            }
        }
        self.push(instr);
        if !pair {
            return;
        }
        for _ in 0..self.rng.gen_range(0..3) {
            self.simple();
        }
        if self.rng.gen_bool(0.2) {
            self.push(asm::addi(28, 28, if wide { 8 } else { 4 }));
        }
        let name = if wide { "sc.d" } else { "sc.w" };
        if let Some(sc) = self.atomics.iter().find(|r| r.mnemonic == name).copied() {
            let instr = self.any_operands(sc, 28);
            self.push(instr);
        }
    }

    /// An operation on a value from the corners, or by zero.
    fn extreme(&mut self) {
        let [x, y, rd] = [0; 3].map(|_| self.rng.gen_range(1..FREE));
        for register in [x, y] {
            match data::corner(&mut self.rng, self.bits) {
                value @ 0..=2 => self.push(asm::addi(register, 0, value as i32)),
                u64::MAX => self.push(asm::addi(register, 0, -1)),
                value => {
                    // A power of two, and a little more or less.
                    let top =
                        self.bits as u32 - 1 - 32 * self.rng.gen_range(0..self.bits as u32 / 32);
                    self.push(asm::addi(register, 0, 1));
                    self.push(asm::slli(register, register, top));
                    self.push(asm::addi(register, register, value as i32 & 1));
                }
            }
        }
        let funct3 = self.rng.gen_range(0..8);
        let wide = self.bits == 64 && !(1..4).contains(&funct3) && self.rng.gen_bool(0.5);
        self.push(asm::r(if wide { OP32 } else { OP }, funct3, 1, rd, x, y));
    }

    fn simple(&mut self) {
        let (rd, rs1, rs2) = (self.register(), self.register(), self.register());
        let rs2 = if self.rng.gen_bool(0.1) { rs1 } else { rs2 };
        if self.features.compressed && self.rng.gen_bool(0.4) {
            let half = self.anywhere.choose(&mut self.rng).copied().unwrap_or(1);
            return self.code.extend(half.to_le_bytes());
        }
        if self.features.bits
            && self.rng.gen_bool(0.4)
            && let Some(&record) = self.manipulation.choose(&mut self.rng)
        {
            let instr = self.any_operands(record, rs1);
            return self.push(instr);
        }
        let wide = self.bits == 64;
        let imm = self.immediate();
        let kinds = if wide { 12 } else { 8 };
        let word = match self.rng.gen_range(0..kinds) {
            0 | 1 => {
                let funct3 = self.rng.gen_range(0..8);
                let alternate = matches!(funct3, 0 | 5) && self.rng.gen_bool(0.5);
                asm::r(OP, funct3, if alternate { 0x20 } else { 0 }, rd, rs1, rs2)
            }
            2 | 3 => asm::r(OP, self.rng.gen_range(0..8), 1, rd, rs1, rs2),
            4 => asm::i(
                IMM,
                [0, 2, 3, 4, 6, 7][self.rng.gen_range(0..6)],
                rd,
                rs1,
                imm,
            ),
            5 => self.shift(IMM, self.bits as i32, rd, rs1),
            6 => {
                let upper = self.rng.gen_range(0..1 << 20);
                match self.rng.gen_range(0..9) {
                    0 => asm::FENCE,
                    1..5 => asm::lui(rd, upper),
                    _ => asm::auipc(rd, upper),
                }
            }
            7 => return self.memory(rd),
            8 => asm::i(IMM32, 0, rd, rs1, imm),
            9 => self.shift(IMM32, 32, rd, rs1),
            10 => {
                let (funct3, funct7) =
                    [(0, 0), (0, 0x20), (1, 0), (5, 0), (5, 0x20)][self.rng.gen_range(0..5)];
                asm::r(OP32, funct3, funct7, rd, rs1, rs2)
            }
            _ => asm::r(
                OP32,
                [0, 4, 5, 6, 7][self.rng.gen_range(0..5)],
                1,
                rd,
                rs1,
                rs2,
            ),
        };
        self.push(word);
    }

    fn immediate(&mut self) -> i32 {
        match self.rng.gen_range(0..8) {
            0 => [-2048, -1, 0, 1, 2047][self.rng.gen_range(0..5)],
            _ => self.rng.gen_range(-2048..2048),
        }
    }

    fn shift(&mut self, opcode: u32, bits: i32, rd: u32, rs1: u32) -> u32 {
        let amount = match self.rng.gen_range(0..6) {
            0 => 0,
            1 => bits - 1,
            _ => self.rng.gen_range(0..bits),
        };
        match self.rng.gen_range(0..3) {
            0 => asm::i(opcode, 1, rd, rs1, amount),
            1 => asm::i(opcode, 5, rd, rs1, amount),
            _ => asm::i(opcode, 5, rd, rs1, amount | 0x400),
        }
    }

    fn memory(&mut self, rd: u32) {
        let size = 1 << self.rng.gen_range(0..if self.bits == 64 { 4 } else { 3 });
        if self.rng.gen_bool(0.5) {
            return self.load_size(rd, size);
        }
        let (base, offset) = self.place(0, size);
        let value = self.perhaps(base, rd);
        self.push(asm::s(size.ilog2(), base, value, offset));
    }

    /// A whole word from the data.
    fn load(&mut self, rd: u32) {
        self.load_size(rd, self.bits as i32 / 8);
    }

    fn load_size(&mut self, rd: u32, size: i32) {
        let (base, offset) = self.place(-self.reach, size);
        let unsigned = size * 8 < self.bits as i32 && self.rng.gen_bool(0.5);
        let funct3 = size.ilog2() | if unsigned { 4 } else { 0 };
        let rd = if base < FREE {
            self.perhaps(base, rd)
        } else {
            rd
        };
        self.push(asm::i(0x03, funct3, rd, base, offset));
    }

    /// The first now and then, else the second.
    fn perhaps(&mut self, first: u32, second: u32) -> u32 {
        if self.rng.gen_bool(0.2) {
            first
        } else {
            second
        }
    }

    /// Base register and immediate of an access, aligned unless they need not be, at `lowest` or above
    /// from the middle of the data.
    fn place(&mut self, lowest: i32, size: i32) -> (u32, i32) {
        let offset = if self.features.misaligned {
            self.rng.gen_range(lowest..self.reach)
        } else {
            self.rng.gen_range(lowest / size..self.reach / size) * size
        };
        match self.rng.gen_range(0..8) {
            0..3 => (31, offset),
            3..6 => (30, offset - self.beside),
            _ => {
                // Bases and offsets that 16-bit encodings have.
                let base = [2, 8, 9, 10, 11, 12, 13, 14, 15][self.rng.gen_range(0..9)];
                let rest = self.rng.gen_range(0..=40 / size) * size;
                self.push(asm::addi(base, 31, offset - rest));
                (base, rest)
            }
        }
    }
}
