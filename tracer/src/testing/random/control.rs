//! Branches and jumps, forwards and back.

use super::{FREE, Random};
use crate::testing::asm;
use rand::Rng;

impl Random {
    /// Adds a jump by a distance that counts from its end, in a random one of its encodings.
    fn push_jump(&mut self, jump: impl Fn(i32) -> u32, distance: i32) {
        if let Some(half) = self.short.get(&jump(distance + 2))
            && self.rng.gen_bool(0.8)
        {
            self.code.extend(half.to_le_bytes());
        } else {
            self.code.extend(jump(distance + 4).to_le_bytes());
        }
    }

    /// Skips up to four instructions, or not.
    pub(super) fn branch(&mut self) {
        let funct3 = [0, 1, 4, 5, 6, 7][self.rng.gen_range(0..6)];
        let rs1 = self.register();
        let rs2 = match self.rng.gen_range(0..10) {
            0..2 => rs1,
            2..5 => 0,
            _ => self.register(),
        };
        let skipped = self.skipped();
        self.push_jump(|by| asm::b(funct3, rs1, rs2, by), skipped.len() as i32);
        self.code.extend(skipped);
    }

    pub(super) fn jump(&mut self) {
        let skipped = self.skipped();
        let rd = match self.rng.gen_range(0..3) {
            0 => self.register(),
            link => link - 1,
        };
        self.push_jump(|by| asm::jal(rd, by), skipped.len() as i32);
        self.code.extend(skipped);
    }

    pub(super) fn indirect_jump(&mut self) {
        let skipped = self.skipped();
        let rd = match self.rng.gen_range(0..10) {
            0..2 => 28,
            2..6 => self.rng.gen_range(0..2),
            _ => self.register(),
        };
        self.code.extend(asm::auipc(28, 0).to_le_bytes());
        if self.rng.gen_bool(0.5) {
            // By a register alone, in few bytes if there are such.
            let over = skipped.len() as i32;
            let short = self.short.get(&asm::jalr(rd, 28, 0)).copied();
            let size = if short.is_some() { 2 } else { 4 };
            self.code
                .extend(asm::addi(28, 28, 8 + size + over).to_le_bytes());
            match short {
                Some(half) => self.code.extend(half.to_le_bytes()),
                None => self.code.extend(asm::jalr(rd, 28, 0).to_le_bytes()),
            }
        } else {
            // Bit 0 of the target is ignored. The destination may be the base itself.
            let odd = self.rng.gen_range(0..2);
            let before = self.rng.gen_range(-1000..1000) / 2 * 2;
            let over = 12 + skipped.len() as i32 + odd;
            self.code.extend(asm::addi(28, 28, before).to_le_bytes());
            self.code
                .extend(asm::jalr(rd, 28, over - before).to_le_bytes());
        }
        self.code.extend(skipped);
    }

    /// A jump over some instructions, back to them, and out.
    pub(super) fn detour(&mut self) {
        let body = self.skipped();
        let out = self.rng.gen_range(0..2);
        let (same, funct3) = (self.register(), [0, 5, 7][self.rng.gen_range(0..3)]);
        let back = body.len() as i32 + 4;
        self.push_jump(|by| asm::jal(0, by), back);
        self.code.extend(body);
        // Over what goes back.
        self.code.extend(asm::jal(out, 8).to_le_bytes());
        let back = match self.rng.gen_bool(0.5) {
            true => asm::jal(same, -back),
            false => asm::b(funct3, same, same, -back),
        };
        self.code.extend(back.to_le_bytes());
    }

    /// Up to four instructions, apart.
    pub(super) fn skipped(&mut self) -> Vec<u8> {
        let before = std::mem::take(&mut self.code);
        for _ in 0..self.rng.gen_range(0..5) {
            self.simple();
        }
        std::mem::replace(&mut self.code, before)
    }

    /// Any free register but x0.
    pub(super) fn writable(&mut self) -> u32 {
        self.rng.gen_range(1..FREE)
    }
}
