//! Traps, control and status registers, input and output.

use super::Random;
use crate::layout::{IO_BASE, IO_SIZE};
use crate::testing::asm;
use instruction_tables::WordSize;
use instruction_tables::instructions::{csr, decode};
use rand::Rng;

const SYSTEM: u32 = 0x73;
const MTVEC: i32 = 0x305;
const MSCRATCH: i32 = 0x340;
const MEPC: i32 = 0x341;
const MCAUSE: i32 = 0x342;

fn csrrw(rd: u32, number: i32, rs1: u32) -> u32 {
    asm::i(SYSTEM, 1, rd, rs1, number)
}

fn csrr(rd: u32, number: i32) -> u32 {
    asm::i(SYSTEM, 2, rd, 0, number)
}

/// The register that input and output are addressed by: `lui` does it, since both are below `2^31`.
fn block(register: u32, offset: u32) -> u32 {
    asm::lui(register, (IO_BASE as u32 + offset) >> 12)
}

impl Random {
    /// A handler that leaves the cause in `mscratch` and returns behind the four bytes of what trapped.
    pub(super) fn handler(&mut self) {
        let handler = [
            csrr(28, MCAUSE),
            csrrw(0, MSCRATCH, 28),
            csrr(28, MEPC),
            asm::addi(28, 28, 4),
            csrrw(0, MEPC, 28),
            asm::i(SYSTEM, 0, 0, 0, 0x302),
        ];
        let over = 4 + 4 * handler.len() as i32;
        let install = [
            asm::auipc(28, 0),
            asm::addi(28, 28, 4 - over),
            csrrw(0, MTVEC, 28),
        ];
        for instr in [asm::jal(0, over)]
            .into_iter()
            .chain(handler)
            .chain(install)
        {
            self.code.extend(instr.to_le_bytes());
        }
    }

    /// A trap, a return from none, or an access to a control and status register.
    pub(super) fn system(&mut self) {
        match self.rng.gen_range(0..12) {
            0 => self.code.extend(SYSTEM.to_le_bytes()),
            1 => self.code.extend(0x0010_0073u32.to_le_bytes()),
            2 if self.features.compressed => {
                // Two bytes, and two that nobody executes.
                self.code.extend([0x02, 0x90]);
                let junk: u16 = self.rng.r#gen();
                self.code.extend(junk.to_le_bytes());
            }
            3 => {
                let skipped = self.skipped();
                let over = 16 + skipped.len() as i32;
                for instr in [
                    asm::auipc(28, 0),
                    asm::addi(28, 28, over + self.rng.gen_range(0..2)),
                    csrrw(0, MEPC, 28),
                    asm::i(SYSTEM, 0, 0, 0, 0x302),
                ] {
                    self.code.extend(instr.to_le_bytes());
                }
                self.code.extend(skipped);
            }
            // wfi, fence.i
            4 => self.code.extend(0x1050_0073u32.to_le_bytes()),
            5 => self.code.extend(0x0000_100fu32.to_le_bytes()),
            _ => self.control_register(),
        }
    }

    fn control_register(&mut self) {
        let funct3 = [1, 2, 3, 5, 6, 7][self.rng.gen_range(0..6)];
        let (rd, rs1) = (self.register(), self.register());
        let rs1 = if self.rng.gen_bool(0.2) { 0 } else { rs1 };
        let number = loop {
            let number = match self.rng.gen_bool(0.7) {
                true => self.rng.gen_range(MSCRATCH..0x344),
                false => self.rng.gen_range(0..4096),
            };
            let writes = funct3 & 3 == 1 || rs1 != 0;
            if csr(number as u16).is_some() && !(number == MTVEC && writes) {
                break number;
            }
        };
        let instr = asm::i(SYSTEM, funct3, rd, rs1, number);
        // Writing a read-only register is no instruction; reading it is.
        let legal = decode(WordSize::W64, instr).is_some();
        let instr = if legal { instr } else { csrr(rd, number) };
        self.code.extend(instr.to_le_bytes());
    }

    /// A word of the private input, some of the public one, or its length; or nothing is printed.
    pub(super) fn input(&mut self) {
        let rd = self.register();
        match self.rng.gen_range(0..8) {
            0..4 => self.push(asm::advice(rd)),
            4 => {
                let base = self.writable();
                self.push(asm::addi(base, 31, 0));
                self.push(asm::print(base, 0));
            }
            5 => {
                self.push(block(28, 0));
                self.push(asm::i(0x03, 2, rd, 28, 24));
            }
            _ => {
                let funct3: u32 = self.rng.gen_range(0..if self.bits == 64 { 4 } else { 3 });
                let offset = 64 + self.rng.gen_range(0..40);
                let step = if self.features.misaligned {
                    1
                } else {
                    1 << funct3
                };
                self.push(block(28, 0));
                self.push(asm::i(0x03, funct3, rd, 28, offset / step * step));
            }
        }
    }

    /// Puts the registers and some data out, and says how it ended, or not.
    pub(super) fn report(&mut self) {
        let size = self.bits as i32 / 8;
        let funct3 = size.ilog2();
        let words = (self.reach / size).min(24);
        self.push(block(28, IO_SIZE as u32 / 2));
        for register in 1..28 {
            let at = (register as i32 - 1) * size;
            self.push(asm::s(funct3, 28, register, at));
        }
        for word in 0..words {
            self.push(asm::i(0x03, funct3, 29, 31, word * size));
            self.push(asm::s(funct3, 28, 29, (27 + word) * size));
        }
        self.push(block(28, 0));
        // Not all of the last word.
        let spare = self.rng.gen_range(0..2) * (size - 1);
        if spare != 0 {
            self.push(block(29, IO_SIZE as u32 / 2));
            for k in 0..spare {
                self.push(asm::s(0, 29, 0, (27 + words) * size - 1 - k));
            }
        }
        let length = (27 + words) * size - spare;
        self.push(asm::addi(29, 0, length));
        self.push(asm::s(funct3, 28, 29, 16));
        match self.rng.gen_range(0..8) {
            0 => {}
            1 => {
                // A panic.
                self.push(asm::addi(29, 0, 1));
                self.push(asm::slli(29, 29, self.bits as u32 / 2));
                self.push(asm::s(funct3, 28, 29, 8));
            }
            _ => {
                let status = self.rng.gen_range(0..256);
                self.push(asm::addi(29, 0, status));
                self.push(asm::s(funct3, 28, 29, 8));
            }
        }
    }
}
