//! Random programs that end, stay inside memory and use every instruction.
//!
//! `x31` points to the middle of 4 KiB of data: below it lie values that are only read, many of them
//! extreme; above it is scratch space. `x30` points a few bytes beside it, so that the offset of an aligned
//! access is not always aligned itself. `x29` counts loops, `x28` serves indirect jumps. The rest is free.

use super::{CODE, DATA, ElfWriter, READ, WRITE, asm};
use rand::{Rng, SeedableRng, rngs::StdRng};

const OP: u32 = 0x33;
const OP32: u32 = 0x3b;
const IMM: u32 = 0x13;
const IMM32: u32 = 0x1b;
const FREE: u32 = 28;

pub const DATA_SIZE: usize = 4096;

pub struct Random {
    rng: StdRng,
    bits: usize,
    words: Vec<u32>,
    /// Distance of `x30` from `x31`.
    beside: i32,
}

impl Random {
    /// A program of about `items` instructions, most of them executed several times, and its data.
    pub fn program(seed: u64, bits: usize, items: usize) -> (Vec<u32>, Vec<u8>) {
        let mut rng = StdRng::seed_from_u64(seed);
        let beside = rng.gen_range(-7..8);
        let data = data(&mut rng, bits);
        let mut this = Random {
            rng,
            bits,
            words: Vec::new(),
            beside,
        };
        this.prologue();
        while this.words.len() < items {
            this.repeated();
        }
        this.words.push(asm::HALT);
        (this.words, data)
    }

    /// The same as an ELF file.
    pub fn elf(words: &[u32], data: &[u8], bits: usize) -> Vec<u8> {
        ElfWriter::new(bits)
            .code(words)
            .segment(DATA, data, data.len() as u64, READ | WRITE)
            .finish()
    }

    fn prologue(&mut self) {
        // auipc adds to the pc, so that 64-bit addresses are not sign-extended.
        let middle = DATA + DATA_SIZE as u64 / 2 - CODE;
        self.words
            .push(asm::auipc(31, ((middle + 0x800) >> 12) as u32));
        self.words
            .push(asm::addi(31, 31, (middle as i32) << 20 >> 20));
        self.words.push(asm::addi(30, 31, self.beside));
        for register in 1..FREE {
            self.load(register);
        }
    }

    /// A loop of straight-line code with skips.
    fn repeated(&mut self) {
        let times = self.rng.gen_range(2..30);
        self.words.push(asm::addi(29, 0, times));
        let start = self.words.len();
        for _ in 0..self.rng.gen_range(3..60) {
            self.item();
        }
        self.words.push(asm::addi(29, 29, -1));
        let back = 4 * (start as i32 - self.words.len() as i32);
        self.words.push(asm::b(1, 29, 0, back));
    }

    fn item(&mut self) {
        match self.rng.gen_range(0..100) {
            0..8 => self.branch(),
            8..10 => self.jump(),
            10..12 => self.indirect_jump(),
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
        let skipped = self.rng.gen_range(0..5);
        self.words.push(asm::b(funct3, rs1, rs2, 4 + 4 * skipped));
        self.simples(skipped);
    }

    fn jump(&mut self) {
        let skipped = self.rng.gen_range(0..5);
        let rd = self.register();
        self.words.push(asm::jal(rd, 4 + 4 * skipped));
        self.simples(skipped);
    }

    fn indirect_jump(&mut self) {
        let skipped = self.rng.gen_range(0..5);
        // Bit 0 of the target is ignored. The destination may be the base itself.
        let odd = self.rng.gen_range(0..2);
        let rd = if self.rng.gen_bool(0.2) {
            28
        } else {
            self.register()
        };
        self.words.push(asm::auipc(28, 0));
        self.words.push(asm::jalr(rd, 28, 8 + 4 * skipped + odd));
        self.simples(skipped);
    }

    fn simples(&mut self, count: i32) {
        for _ in 0..count {
            self.simple();
        }
    }

    fn simple(&mut self) {
        let (rd, rs1, rs2) = (self.register(), self.register(), self.register());
        let rs2 = if self.rng.gen_bool(0.1) { rs1 } else { rs2 };
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
        self.words.push(word);
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
        self.words.push(asm::s(size.ilog2(), base, rd, offset));
    }

    /// A whole word from the data.
    fn load(&mut self, rd: u32) {
        self.load_size(rd, self.bits as i32 / 8);
    }

    fn load_size(&mut self, rd: u32, size: i32) {
        let (base, offset) = self.place(-2000, size);
        let unsigned = size * 8 < self.bits as i32 && self.rng.gen_bool(0.5);
        let funct3 = size.ilog2() | if unsigned { 4 } else { 0 };
        self.words.push(asm::i(0x03, funct3, rd, base, offset));
    }

    /// Base register and immediate of an aligned access at `lowest` or above from the middle of the data.
    fn place(&mut self, lowest: i32, size: i32) -> (u32, i32) {
        let offset = self.rng.gen_range(lowest / size..2000 / size) * size;
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
