//! What tests share: checked-in guests, and a writer of small ELF files.

#![allow(dead_code, clippy::unwrap_used)]

use tracer::Program;

pub mod guests;
pub mod oracles;
pub mod random;

/// A checked-in ELF file.
pub fn elf(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guests/elf");
    std::fs::read(format!("{folder}/{name}.elf")).unwrap()
}

/// A checked-in program.
pub fn program(name: &str) -> Program {
    Program::from_elf(&elf(name)).unwrap()
}

/// Where [`ElfWriter`]s put code.
pub const CODE: u64 = 0x8000_0000;
/// Where tests put data.
pub const DATA: u64 = 0x8010_0000;

pub const READ: u32 = 4;
pub const WRITE: u32 = 2;
pub const EXECUTE: u32 = 1;

/// An ELF file under construction.
pub struct ElfWriter {
    bits: usize,
    compressed: bool,
    entry: u64,
    segments: Vec<(u64, Vec<u8>, u64, u32)>,
}

impl ElfWriter {
    /// `bits`: 32 or 64.
    pub fn new(bits: usize) -> Self {
        ElfWriter {
            bits,
            compressed: false,
            entry: CODE,
            segments: Vec::new(),
        }
    }

    /// Built for the C extension.
    pub fn compressed(mut self, compressed: bool) -> Self {
        self.compressed = compressed;
        self
    }

    pub fn entry(mut self, entry: u64) -> Self {
        self.entry = entry;
        self
    }

    pub fn segment(mut self, address: u64, bytes: &[u8], memory_size: u64, flags: u32) -> Self {
        self.segments
            .push((address, bytes.to_vec(), memory_size, flags));
        self
    }

    pub fn code(self, words: &[u32]) -> Self {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let size = bytes.len() as u64;
        self.segment(CODE, &bytes, size, READ | EXECUTE)
    }

    pub fn finish(&self) -> Vec<u8> {
        let wide = self.bits == 64;
        let (header, entry_size) = if wide { (64, 56) } else { (52, 32) };
        let mut file = vec![0x7f, b'E', b'L', b'F', if wide { 2 } else { 1 }, 1, 1];
        file.resize(16, 0);
        let word = |file: &mut Vec<u8>, value: u64| {
            file.extend_from_slice(&value.to_le_bytes()[..self.bits / 8])
        };
        for half in [2u16, 243] {
            file.extend_from_slice(&half.to_le_bytes());
        }
        file.extend_from_slice(&1u32.to_le_bytes());
        for value in [self.entry, header, 0] {
            word(&mut file, value);
        }
        file.extend_from_slice(&u32::from(self.compressed).to_le_bytes());
        for half in [
            header as u16,
            entry_size,
            self.segments.len() as u16,
            0,
            0,
            0,
        ] {
            file.extend_from_slice(&half.to_le_bytes());
        }
        let mut offset = header + u64::from(entry_size) * self.segments.len() as u64;
        for (address, bytes, memory_size, flags) in &self.segments {
            file.extend_from_slice(&1u32.to_le_bytes());
            if wide {
                file.extend_from_slice(&flags.to_le_bytes());
            }
            for value in [offset, *address, *address, bytes.len() as u64, *memory_size] {
                word(&mut file, value);
            }
            if !wide {
                file.extend_from_slice(&flags.to_le_bytes());
            }
            word(&mut file, 1);
            offset += bytes.len() as u64;
        }
        for (_, bytes, ..) in &self.segments {
            file.extend_from_slice(bytes);
        }
        file
    }

    pub fn program(&self) -> Program {
        Program::from_elf(&self.finish()).unwrap()
    }
}

/// A program of these words.
pub fn assemble(words: &[u32]) -> Program {
    ElfWriter::new(64).code(words).program()
}

/// Instruction words.
pub mod asm {
    pub fn r(opcode: u32, funct3: u32, funct7: u32, rd: u32, rs1: u32, rs2: u32) -> u32 {
        funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode
    }

    pub fn i(opcode: u32, funct3: u32, rd: u32, rs1: u32, imm: i32) -> u32 {
        (imm as u32 & 0xfff) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode
    }

    pub fn s(funct3: u32, rs1: u32, rs2: u32, imm: i32) -> u32 {
        let imm = imm as u32;
        (imm >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (imm & 31) << 7 | 0x23
    }

    pub fn b(funct3: u32, rs1: u32, rs2: u32, imm: i32) -> u32 {
        let imm = imm as u32;
        (imm >> 12 & 1) << 31
            | (imm >> 5 & 0x3f) << 25
            | rs2 << 20
            | rs1 << 15
            | funct3 << 12
            | (imm >> 1 & 15) << 8
            | (imm >> 11 & 1) << 7
            | 0x63
    }

    pub fn lui(rd: u32, upper: u32) -> u32 {
        upper << 12 | rd << 7 | 0x37
    }

    pub fn auipc(rd: u32, upper: u32) -> u32 {
        upper << 12 | rd << 7 | 0x17
    }

    pub fn jal(rd: u32, imm: i32) -> u32 {
        let imm = imm as u32;
        (imm >> 20 & 1) << 31
            | (imm >> 1 & 0x3ff) << 21
            | (imm >> 11 & 1) << 20
            | (imm >> 12 & 0xff) << 12
            | rd << 7
            | 0x6f
    }

    pub fn addi(rd: u32, rs1: u32, imm: i32) -> u32 {
        i(0x13, 0, rd, rs1, imm)
    }

    pub fn slli(rd: u32, rs1: u32, amount: u32) -> u32 {
        i(0x13, 1, rd, rs1, amount as i32)
    }

    pub fn jalr(rd: u32, rs1: u32, imm: i32) -> u32 {
        i(0x67, 0, rd, rs1, imm)
    }

    pub fn ld(rd: u32, rs1: u32, imm: i32) -> u32 {
        i(0x03, 3, rd, rs1, imm)
    }

    pub fn sd(rs1: u32, rs2: u32, imm: i32) -> u32 {
        s(3, rs1, rs2, imm)
    }

    /// The next word of the private input.
    pub fn advice(rd: u32) -> u32 {
        r(0x0b, 0, 0, rd, 0, 0)
    }

    /// Prints `rs2` bytes at `rs1`.
    pub fn print(rs1: u32, rs2: u32) -> u32 {
        r(0x0b, 1, 0, 0, rs1, rs2)
    }

    /// `fence iorw, iorw`.
    pub const FENCE: u32 = 0x0ff0_000f;

    /// A jump to itself.
    pub const HALT: u32 = 0x6f;
}
