//! Random programs that end, stay inside memory and use every instruction.
//!
//! `x31` points to the middle of 4 KiB of data: below it lie values that are only read, many of them
//! extreme; above it is scratch space. `x30` points a few bytes beside it, so that the offset of an aligned
//! access is not always aligned itself. `x29` counts loops, `x28` serves indirect jumps. The rest is free.

use super::{CODE, DATA, EXECUTE, ElfWriter, READ, WRITE, asm};
use instruction_tables::instructions::{Extension, Format, Record, Semantics, decode, records};
use instruction_tables::{WordSize, decode_compressed};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use std::collections::HashMap;

const OP: u32 = 0x33;
const OP32: u32 = 0x3b;
const IMM: u32 = 0x13;
const IMM32: u32 = 0x1b;
const FREE: u32 = 28;

pub const DATA_SIZE: usize = 4096;

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
}

pub struct Random {
    rng: StdRng,
    bits: usize,
    features: Features,
    code: Vec<u8>,
    /// Distance of `x30` from `x31`.
    beside: i32,
    /// 16-bit encodings by the 32-bit ones that they stand for.
    short: HashMap<u32, u16>,
    /// 16-bit encodings that may stand anywhere.
    anywhere: Vec<u16>,
    manipulation: Vec<&'static Record>,
    atomics: Vec<&'static Record>,
}

/// A program's code and data.
pub struct Generated {
    pub code: Vec<u8>,
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

impl Random {
    /// A program of about `items` instructions, most of them executed several times, and its data.
    pub fn program(seed: u64, bits: usize, items: usize, features: Features) -> Generated {
        let mut rng = StdRng::seed_from_u64(seed);
        let beside = rng.gen_range(-7..8);
        let data = data(&mut rng, bits);
        let word = if bits == 64 {
            WordSize::W64
        } else {
            WordSize::W32
        };
        let of = |extension| {
            records()
                .filter(|r| r.extension == extension && r.exists(word))
                // ckb-vm knows only RV64's encodings.
                .filter(|r| !r.only_32)
                .collect()
        };
        let mut this = Random {
            rng,
            bits,
            features,
            code: Vec::new(),
            beside,
            short: HashMap::new(),
            anywhere: Vec::new(),
            manipulation: of(Extension::B),
            atomics: of(Extension::A),
        };
        if features.compressed {
            this.find_compressed(word);
        }
        this.prologue();
        while this.code.len() < 4 * items {
            this.repeated();
        }
        this.code.extend(asm::HALT.to_le_bytes());
        Generated {
            code: this.code,
            data,
            bits,
            compressed: features.compressed,
        }
    }

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
            self.short.insert(i.encode().unwrap(), half);
        }
    }

    /// Adds an instruction, in a random one of its encodings.
    fn push(&mut self, instr: u32) {
        match self.short.get(&instr) {
            Some(half) if self.rng.gen_bool(0.8) => self.code.extend(half.to_le_bytes()),
            _ => self.code.extend(instr.to_le_bytes()),
        }
    }

    fn prologue(&mut self) {
        // auipc adds to the pc, so that 64-bit addresses are not sign-extended.
        let middle = DATA + DATA_SIZE as u64 / 2 - CODE;
        self.push(asm::auipc(31, ((middle + 0x800) >> 12) as u32));
        self.push(asm::addi(31, 31, (middle as i32) << 20 >> 20));
        self.push(asm::addi(30, 31, self.beside));
        for register in 1..FREE {
            self.load(register);
        }
    }

    /// A loop of straight-line code with skips.
    fn repeated(&mut self) {
        let times = self.rng.gen_range(2..30);
        self.push(asm::addi(29, 0, times));
        let start = self.code.len();
        for _ in 0..self.rng.gen_range(3..60) {
            self.item();
        }
        self.push(asm::addi(29, 29, -1));
        let back = start as i32 - self.code.len() as i32;
        self.push(asm::b(1, 29, 0, back));
    }

    fn item(&mut self) {
        match self.rng.gen_range(0..100) {
            0..8 => self.branch(),
            8..10 => self.jump(),
            10..12 => self.indirect_jump(),
            12..20 if self.features.atomic => self.atomic(),
            12..24 => {
                let rd = self.register();
                self.load(rd);
            }
            _ => self.simple(),
        }
    }

    fn register(&mut self) -> u32 {
        self.rng.gen_range(0..FREE)
    }

    /// Skips up to four instructions, or not.
    fn branch(&mut self) {
        let funct3 = [0, 1, 4, 5, 6, 7][self.rng.gen_range(0..6)];
        let rs1 = self.register();
        let rs2 = if self.rng.gen_bool(0.2) {
            rs1
        } else {
            self.register()
        };
        let skipped = self.skipped();
        let over = 4 + skipped.len() as i32;
        self.code
            .extend(asm::b(funct3, rs1, rs2, over).to_le_bytes());
        self.code.extend(skipped);
    }

    fn jump(&mut self) {
        let skipped = self.skipped();
        let rd = self.register();
        let over = 4 + skipped.len() as i32;
        self.code.extend(asm::jal(rd, over).to_le_bytes());
        self.code.extend(skipped);
    }

    fn indirect_jump(&mut self) {
        let skipped = self.skipped();
        // Bit 0 of the target is ignored. The destination may be the base itself.
        let odd = self.rng.gen_range(0..2);
        let rd = if self.rng.gen_bool(0.2) {
            28
        } else {
            self.register()
        };
        let over = 8 + skipped.len() as i32 + odd;
        self.code.extend(asm::auipc(28, 0).to_le_bytes());
        self.code.extend(asm::jalr(rd, 28, over).to_le_bytes());
        self.code.extend(skipped);
    }

    /// Up to four instructions, apart.
    fn skipped(&mut self) -> Vec<u8> {
        let before = std::mem::take(&mut self.code);
        for _ in 0..self.rng.gen_range(0..5) {
            self.simple();
        }
        std::mem::replace(&mut self.code, before)
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
        let record = *self.atomics.choose(&mut self.rng).unwrap();
        let offset = 8 * self.rng.gen_range(0..250);
        let half = 4 * self.rng.gen_range(0..2);
        let wide = record.mnemonic.ends_with(".d");
        self.push(asm::addi(28, 31, offset + if wide { 0 } else { half }));
        let instr = self.any_operands(record, 28);
        self.push(instr);
        if !record.mnemonic.starts_with("lr") {
            return;
        }
        for _ in 0..self.rng.gen_range(0..3) {
            self.simple();
        }
        if self.rng.gen_bool(0.2) {
            self.push(asm::addi(28, 28, if wide { 8 } else { 4 }));
        }
        let name = if wide { "sc.d" } else { "sc.w" };
        let sc = self.atomics.iter().find(|r| r.mnemonic == name).copied();
        let instr = self.any_operands(sc.unwrap(), 28);
        self.push(instr);
    }

    fn simple(&mut self) {
        let (rd, rs1, rs2) = (self.register(), self.register(), self.register());
        let rs2 = if self.rng.gen_bool(0.1) { rs1 } else { rs2 };
        if self.features.compressed && self.rng.gen_bool(0.4) {
            let half = *self.anywhere.choose(&mut self.rng).unwrap();
            return self.code.extend(half.to_le_bytes());
        }
        if self.features.bits && self.rng.gen_bool(0.4) {
            let record = *self.manipulation.choose(&mut self.rng).unwrap();
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
        self.push(asm::s(size.ilog2(), base, rd, offset));
    }

    /// A whole word from the data.
    fn load(&mut self, rd: u32) {
        self.load_size(rd, self.bits as i32 / 8);
    }

    fn load_size(&mut self, rd: u32, size: i32) {
        let (base, offset) = self.place(-2000, size);
        let unsigned = size * 8 < self.bits as i32 && self.rng.gen_bool(0.5);
        let funct3 = size.ilog2() | if unsigned { 4 } else { 0 };
        self.push(asm::i(0x03, funct3, rd, base, offset));
    }

    /// Base register and immediate of an access, aligned unless they need not be, at `lowest` or above from the middle of the data.
    fn place(&mut self, lowest: i32, size: i32) -> (u32, i32) {
        let offset = if self.features.misaligned {
            self.rng.gen_range(lowest..2000)
        } else {
            self.rng.gen_range(lowest / size..2000 / size) * size
        };
        if self.rng.gen_bool(0.5) {
            (31, offset)
        } else {
            (30, offset - self.beside)
        }
    }
}

fn data(rng: &mut StdRng, bits: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(DATA_SIZE);
    while data.len() < DATA_SIZE {
        let sign = 1u64 << (bits - 1);
        let value: u64 = match rng.gen_range(0..8) {
            0 => [0, 1, 2, u64::MAX, sign, sign - 1, sign + 1, u64::MAX - 1][rng.gen_range(0..8)],
            1 => [
                1 << 31,
                (1 << 31) - 1,
                (1 << 32) - 1,
                1 << 32,
                !0 << 31,
                !0 << 32,
                1 << 63,
            ][rng.gen_range(0..7)],
            2 => 1 << rng.gen_range(0..bits),
            3 => rng.gen_range(0..100),
            4 => (rng.gen_range(1..100u64)).wrapping_neg(),
            5 => rng.r#gen::<u64>() >> rng.gen_range(0..bits),
            _ => rng.r#gen(),
        };
        data.extend_from_slice(&value.to_le_bytes()[..bits / 8]);
    }
    data
}
