//! Encoding formats: where the fields are.

use crate::bits::signed;

/// Which fields an encoding has, and where its immediate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `rd, rs1, rs2`.
    R,
    /// `rd, rs1, rs2` and two ordering bits, which are the immediate.
    Atomic,
    /// `rd, rs1`.
    Unary,
    /// No fields.
    Fixed,
    /// `rd, rs1`, 12-bit immediate.
    I,
    /// `rd, rs1`, shift amount below the word size.
    Shift,
    /// `rs1, rs2`, 12-bit immediate.
    S,
    /// `rs1, rs2`, 13-bit even immediate.
    B,
    /// `rd`, upper 20 of a 32-bit immediate.
    U,
    /// `rd`, 21-bit even immediate.
    J,
    /// No fields: all bits are the immediate, as they are.
    Whole,
}

impl Format {
    /// The immediate of an encoding.
    pub(super) fn immediate(self, instr: u32) -> i64 {
        let field = |from: u32, bits: u32| u64::from(instr >> from) & ((1 << bits) - 1);
        match self {
            Format::R | Format::Unary | Format::Fixed => 0,
            Format::Whole => i64::from(instr),
            Format::Atomic => field(25, 2) as i64,
            Format::I => signed(field(20, 12), 12),
            Format::Shift => field(20, 6) as i64,
            Format::S => signed(field(25, 7) << 5 | field(7, 5), 12),
            Format::B => signed(
                field(31, 1) << 12 | field(7, 1) << 11 | field(25, 6) << 5 | field(8, 4) << 1,
                13,
            ),
            Format::U => signed(field(12, 20) << 12, 32),
            Format::J => signed(
                field(31, 1) << 20 | field(12, 8) << 12 | field(20, 1) << 11 | field(21, 10) << 1,
                21,
            ),
        }
    }

    /// The bits of an immediate in an encoding; the inverse of [`Format::immediate`] on its image.
    pub(super) fn scatter(self, imm: i64) -> u32 {
        let field = |from: u32, bits: u32| (imm >> from) as u32 & ((1 << bits) - 1);
        match self {
            Format::R | Format::Unary | Format::Fixed => 0,
            Format::Whole => imm as u32,
            Format::Atomic => field(0, 2) << 25,
            Format::I => field(0, 12) << 20,
            Format::Shift => field(0, 6) << 20,
            Format::S => field(5, 7) << 25 | field(0, 5) << 7,
            Format::B => {
                field(12, 1) << 31 | field(5, 6) << 25 | field(1, 4) << 8 | field(11, 1) << 7
            }
            Format::U => field(12, 20) << 12,
            Format::J => {
                field(20, 1) << 31 | field(1, 10) << 21 | field(11, 1) << 20 | field(12, 8) << 12
            }
        }
    }

    pub(super) fn has_rd(self) -> bool {
        !matches!(self, Format::S | Format::B | Format::Fixed | Format::Whole)
    }

    pub(super) fn has_rs1(self) -> bool {
        !matches!(self, Format::U | Format::J | Format::Fixed | Format::Whole)
    }

    pub(super) fn has_rs2(self) -> bool {
        matches!(self, Format::R | Format::S | Format::B | Format::Atomic)
    }
}
