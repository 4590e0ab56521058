//! Compressed (16-bit) encodings: other ways to write instructions that have records.
//!
//! A compressed instruction has no semantics of its own: it decodes to the record, registers and
//! immediate of its 32-bit equivalent, with `length = 2`, which links and successors follow. Hints
//! (say, `c.li` to x0) are the instructions they look like. Reserved encodings and floating-point
//! forms are illegal: in quadrant 1, that includes the two neighbours of `c.subw` and `c.addw`.

use super::{Instruction, by_mnemonic};
use crate::bits::signed;
use crate::word::WordSize;

/// Bits of an encoding, and the fields that compressed formats share.
#[derive(Clone, Copy)]
struct Half(u16);

impl Half {
    /// `bits` bits from bit `from` on.
    fn field(self, from: u32, bits: u32) -> u64 {
        u64::from(self.0 >> from) & ((1 << bits) - 1)
    }

    /// A five-bit register number.
    fn register(self, from: u32) -> u8 {
        self.field(from, 5) as u8
    }

    /// A three-bit number of one of x8 to x15.
    fn popular(self, from: u32) -> u8 {
        8 + self.field(from, 3) as u8
    }

    /// An immediate from pieces: `(from, bits, position)` moves a field to a position.
    fn gather(self, pieces: &[(u32, u32, u32)]) -> u64 {
        let piece = |&(from, bits, to): &(u32, u32, u32)| self.field(from, bits) << to;
        pieces.iter().map(piece).sum()
    }

    /// The six-bit immediate of the most common format.
    fn six(self) -> u64 {
        self.gather(&[(12, 1, 5), (2, 5, 0)])
    }

    fn six_signed(self) -> i64 {
        signed(self.six(), 6)
    }

    /// The target of `c.j` and `c.jal`.
    fn jump(self) -> i64 {
        let pieces = [
            (12, 1, 11),
            (11, 1, 4),
            (9, 2, 8),
            (8, 1, 10),
            (7, 1, 6),
            (6, 1, 7),
            (3, 3, 1),
            (2, 1, 5),
        ];
        signed(self.gather(&pieces), 12)
    }

    /// The target of `c.beqz` and `c.bnez`.
    fn branch(self) -> i64 {
        let pieces = [(12, 1, 8), (10, 2, 3), (5, 2, 6), (3, 2, 1), (2, 1, 5)];
        signed(self.gather(&pieces), 9)
    }

    /// The offset of a register-based access of a word or a double word.
    fn offset(self, double: bool) -> i64 {
        let upper = if double { (5, 2, 6) } else { (5, 1, 6) };
        let low = if double { (0, 0, 0) } else { (6, 1, 2) };
        self.gather(&[(10, 3, 3), upper, low]) as i64
    }

    /// The offset of a load relative to the stack pointer.
    fn stack_load(self, double: bool) -> i64 {
        let pieces = if double {
            [(12, 1, 5), (5, 2, 3), (2, 3, 6)]
        } else {
            [(12, 1, 5), (4, 3, 2), (2, 2, 6)]
        };
        self.gather(&pieces) as i64
    }

    /// The offset of a store relative to the stack pointer.
    fn stack_store(self, double: bool) -> i64 {
        let pieces = if double {
            [(10, 3, 3), (7, 3, 6)]
        } else {
            [(9, 4, 2), (7, 2, 6)]
        };
        self.gather(&pieces) as i64
    }
}

/// Mnemonic, `rd`, `rs1`, `rs2` and immediate of the 32-bit equivalent.
type Fields = (&'static str, u8, u8, u8, i64);

const SP: u8 = 2;

/// Registers x8 to x15: loads and stores.
fn quadrant_0(h: Half, wide: bool) -> Option<Fields> {
    let (low, high) = (h.popular(2), h.popular(7));
    Some(match h.field(13, 3) {
        0 => {
            let imm = h.gather(&[(11, 2, 4), (7, 4, 6), (6, 1, 2), (5, 1, 3)]);
            if imm == 0 {
                return None;
            }
            ("addi", low, SP, 0, imm as i64)
        }
        2 => ("lw", low, high, 0, h.offset(false)),
        3 if wide => ("ld", low, high, 0, h.offset(true)),
        6 => ("sw", 0, high, low, h.offset(false)),
        7 if wide => ("sd", 0, high, low, h.offset(true)),
        _ => return None,
    })
}

/// Immediates, arithmetic of x8 to x15, direct jumps and branches.
fn quadrant_1(h: Half, wide: bool) -> Option<Fields> {
    let rd = h.register(7);
    Some(match h.field(13, 3) {
        0 => ("addi", rd, rd, 0, h.six_signed()),
        1 if wide && rd != 0 => ("addiw", rd, rd, 0, h.six_signed()),
        1 if !wide => ("jal", 1, 0, 0, h.jump()),
        2 => ("addi", rd, 0, 0, h.six_signed()),
        3 if h.six() == 0 => return None,
        3 if rd == SP => {
            let pieces = [(12, 1, 9), (6, 1, 4), (5, 1, 6), (3, 2, 7), (2, 1, 5)];
            ("addi", SP, SP, 0, signed(h.gather(&pieces), 10))
        }
        3 => ("lui", rd, 0, 0, h.six_signed() << 12),
        4 => return arithmetic(h, wide),
        5 => ("jal", 0, 0, 0, h.jump()),
        6 => ("beq", 0, h.popular(7), 0, h.branch()),
        7 => ("bne", 0, h.popular(7), 0, h.branch()),
        _ => return None,
    })
}

fn arithmetic(h: Half, wide: bool) -> Option<Fields> {
    let (rd, rs2) = (h.popular(7), h.popular(2));
    let amount = h.six();
    Some(match h.field(10, 2) {
        0 | 1 if amount > 31 && !wide => return None,
        0 => ("srli", rd, rd, 0, amount as i64),
        1 => ("srai", rd, rd, 0, amount as i64),
        2 => ("andi", rd, rd, 0, h.six_signed()),
        _ => {
            let mnemonic = match (h.field(12, 1), h.field(5, 2)) {
                (0, 0) => "sub",
                (0, 1) => "xor",
                (0, 2) => "or",
                (0, _) => "and",
                (_, 0) if wide => "subw",
                (_, 1) if wide => "addw",
                _ => return None,
            };
            (mnemonic, rd, rd, rs2, 0)
        }
    })
}

/// All registers; accesses relative to the stack pointer.
fn quadrant_2(h: Half, wide: bool) -> Option<Fields> {
    let (rd, rs2) = (h.register(7), h.register(2));
    Some(match h.field(13, 3) {
        0 if wide || h.six() < 32 => ("slli", rd, rd, 0, h.six() as i64),
        2 if rd != 0 => ("lw", rd, SP, 0, h.stack_load(false)),
        3 if wide && rd != 0 => ("ld", rd, SP, 0, h.stack_load(true)),
        4 => match (h.field(12, 1), rd, rs2) {
            (0, 0, 0) => return None,
            (0, _, 0) => ("jalr", 0, rd, 0, 0),
            (0, ..) => ("add", rd, 0, rs2, 0),
            (_, 0, 0) => ("ebreak", 0, 0, 0, 0),
            (_, _, 0) => ("jalr", 1, rd, 0, 0),
            _ => ("add", rd, rd, rs2, 0),
        },
        6 => ("sw", 0, SP, rs2, h.stack_store(false)),
        7 if wide => ("sd", 0, SP, rs2, h.stack_store(true)),
        _ => return None,
    })
}

/// Decodes a 16-bit instruction. [`None`] if it is reserved, unsupported, or no 16-bit instruction.
pub fn decode_compressed(word: WordSize, instr: u16) -> Option<Instruction> {
    let half = Half(instr);
    let wide = word == WordSize::W64;
    let (mnemonic, rd, rs1, rs2, imm) = match half.field(0, 2) {
        0 => quadrant_0(half, wide),
        1 => quadrant_1(half, wide),
        2 => quadrant_2(half, wide),
        _ => None,
    }?;
    let record = by_mnemonic(mnemonic).filter(|record| record.exists(word))?;
    Some(Instruction {
        record,
        rd,
        rs1,
        rs2,
        imm,
        length: 2,
    })
}
