//! Control and status registers of a machine with M-mode only.
//!
//! There are no interrupts and no other modes, so most registers are constants: they read as one value and ignore
//! what is written, which their WARL fields allow. Writing a read-only register and accessing one that is not
//! listed are no instructions.
//!
//! | register | behaviour |
//! |---|---|
//! | `mtvec` | kept, bits 0 and 1 read 0 (direct mode) |
//! | `mepc` | kept, bit 0 reads 0 |
//! | `mcause`, `mtval`, `mscratch` | kept |
//! | `misa` | IMAC and B, which is Zba, Zbb and Zbs |
//! | `mstatus` | `MPP` = M, everything else 0 |
//! | `mhartid`, `mvendorid`, `marchid`, `mimpid`, `mconfigptr` | 0, read-only |
//! | `tselect`, `tdata1` to `tdata3`, `tcontrol` | 0: there are no triggers |
//! | `tinfo` | 1, which says so too |
//! | `mie`, `mip`, `pmpcfg*`, `pmpaddr*`; for 32 bits `mstatush` | 0 |
//! | `medeleg`, `mideleg`, `mcounteren`, `menvcfg`, `satp`, `mnstatus`; for 64 bits `mstatush` and `pmpcfg1`, `3`, … | trap |

use super::persistent::{MCAUSE, MEPC, MSCRATCH, MTVAL, MTVEC};
use crate::word::WordSize;

/// Cause of a jump to where no code is.
pub(super) const FETCH_FAULT: u64 = 1;
/// Cause of an illegal instruction.
pub(super) const ILLEGAL: u64 = 2;
/// Cause of a load outside of memory.
pub(super) const LOAD_FAULT: u64 = 5;
/// Cause of a store outside of memory.
pub(super) const STORE_FAULT: u64 = 7;

/// What a control and status register is here.
#[derive(Clone, Copy, Debug)]
pub enum Csr {
    /// It reads as this and ignores writes; where it is [`None`], an access is a trap.
    Constant(fn(WordSize) -> Option<u64>),
    /// It keeps what is written in a persistent register, but for some bits.
    Kept {
        register: u8,
        /// Bits that read 0.
        cleared: u64,
    },
}

/// What an instruction does with a control and status register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CsrOperation {
    /// Replaces it.
    Write,
    /// Sets bits.
    Set,
    /// Clears bits.
    Clear,
}

impl CsrOperation {
    /// The new value, from the old one and the operand.
    pub fn apply(self, old: u64, operand: u64) -> u64 {
        match self {
            CsrOperation::Write => operand,
            CsrOperation::Set => old | operand,
            CsrOperation::Clear => old & !operand,
        }
    }
}

/// The register of a number, if there is one.
pub fn csr(number: u16) -> Option<Csr> {
    let kept = |register, cleared| Some(Csr::Kept { register, cleared });
    match number {
        0x305 => kept(MTVEC, 3),
        0x340 => kept(MSCRATCH, 0),
        0x341 => kept(MEPC, 1),
        0x342 => kept(MCAUSE, 0),
        0x343 => kept(MTVAL, 0),
        0x300 => Some(Csr::Constant(|_| Some(3 << 11))),
        0x301 => Some(Csr::Constant(|word| {
            let width = if word == WordSize::W64 { 2 } else { 1 };
            let letters = [b'a', b'b', b'c', b'i', b'm'];
            let extensions: u64 = letters.iter().map(|l| 1 << (l - b'a')).sum();
            Some((width << (word.bits() - 2)) | (extensions & word.mask()))
        })),
        0x7a4 => Some(Csr::Constant(|_| Some(1))),
        0x180 | 0x302 | 0x303 | 0x306 | 0x30a | 0x744 => Some(Csr::Constant(|_| None)),
        0x310 => Some(Csr::Constant(only_32)),
        0x3a0..=0x3af if number % 2 == 1 => Some(Csr::Constant(only_32)),
        0xf11..=0xf15 | 0x304 | 0x344 | 0x3a0..=0x3af | 0x3b0..=0x3ef | 0x7a0..=0x7a3 | 0x7a5 => {
            Some(Csr::Constant(|_| Some(0)))
        }
        _ => None,
    }
}

/// A register that is 0, of machines with 32 bits.
fn only_32(word: WordSize) -> Option<u64> {
    (word == WordSize::W32).then_some(0)
}

/// The number in the immediate of an instruction.
pub(super) fn number(imm: i64) -> u16 {
    imm as u16 & 0xfff
}

/// Whether the operation writes: setting or clearing no bits, as the encoding says it, does not.
pub(super) fn writes(operation: CsrOperation, rs1: u8) -> bool {
    operation == CsrOperation::Write || rs1 != 0
}
