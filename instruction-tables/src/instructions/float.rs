//! Instructions of F and D, as calls of a program's float kernel.
//!
//! The machine has no floating-point registers. A program that uses them can be loaded with a *float kernel*, code at a
//! fixed address that carries out one such instruction and goes back. An instruction is two rows: its bits and its own
//! address go to registers that only the kernel sees, and the kernel runs. These registers are a second set
//! ([`persistent::banked`]) of those that traps use, so that a trap handler of the program's own may compute with floating
//! point, and `mscratch` stays the program's.

use super::persistent::{FLOAT_EPC, FLOAT_VALUE};
use super::{Context, Extension, Format, Instruction, Outcome, Reads, Record, Semantics, label};
use crate::row::Row;
use crate::word::WordSize;

/// An instruction of F or D in a program with a float kernel. No encoding selects it; [`float`] makes it.
pub static FLOAT: Record = Record::new("float", Format::Whole, (0, 0), Semantics::Float, |c| {
    // Where the kernel is, the program knows: `expand_float`.
    vec![c.row()]
})
.of(Extension::System)
.only_64();

/// The instruction of F or D that an encoding of 32 bits, or of 16 unless the lowest two bits are set, is; and the accesses
/// of `fflags`, `frm` and `fcsr`. [`None`] for all else, reserved rounding modes included.
pub fn float(word: WordSize, bits: u32) -> Option<Instruction> {
    let short = bits & 3 != 3;
    let bits = if short { bits & 0xffff } else { bits };
    let found = match (short, word) {
        (_, WordSize::W32 | WordSize::W8) => false,
        (true, WordSize::W64) => is_compressed(bits),
        (false, WordSize::W64) => is_float(bits),
    };
    found.then_some(Instruction {
        record: &FLOAT,
        rd: 0,
        rs1: 0,
        rs2: 0,
        imm: bits.into(),
        length: if short { 2 } else { 4 },
    })
}

/// `c.fld`, `c.fsd`, `c.fldsp`, `c.fsdsp`.
fn is_compressed(bits: u32) -> bool {
    matches!(bits & 3, 0 | 2) && matches!(bits >> 13 & 7, 1 | 5)
}

fn is_float(bits: u32) -> bool {
    let (rs2, funct3, format) = (bits >> 20 & 31, bits >> 12 & 7, bits >> 25 & 3);
    // 7 is the mode in `frm`.
    let rounds = matches!(funct3, 0..=4 | 7);
    match bits & 0x7f {
        0x07 | 0x27 => matches!(funct3, 2 | 3),
        0x43 | 0x47 | 0x4b | 0x4f => format < 2 && rounds,
        0x53 if format < 2 => match bits >> 27 {
            0x00..=0x03 => rounds,
            0x04 => funct3 < 3,
            0x05 => funct3 < 2,
            // From the other format.
            0x08 => rs2 == 1 - format && rounds,
            0x0b => rs2 == 0 && rounds,
            0x14 => funct3 < 3,
            0x18 | 0x1a => rs2 < 4 && rounds,
            0x1c => rs2 == 0 && funct3 < 2,
            0x1e => rs2 == 0 && funct3 == 0,
            _ => false,
        },
        0x73 => funct3 & 3 != 0 && matches!(bits >> 20, 1..=3),
        _ => false,
    }
}

impl Instruction {
    /// The rows of an instruction of F or D at an address, where the float kernel starts at `kernel`. The first row has the
    /// label `address + 1`, the other one `inner_label`.
    pub fn expand_float(
        &self,
        word: WordSize,
        address: u64,
        kernel: u64,
        inner_label: u128,
    ) -> Vec<Row> {
        let c = Context::new(self, word, address);
        let mut rows = vec![
            c.link(FLOAT_VALUE, self.imm as u64),
            c.link(FLOAT_EPC, c.address),
        ];
        label(&mut rows, u128::from(c.address) + 1, inner_label);
        rows[1].succ = u128::from(kernel & word.mask()) + 1;
        rows
    }

    /// What [`Instruction::interpret`] is for an instruction of F or D.
    pub fn interpret_float(&self, word: WordSize, kernel: u64, reads: &Reads) -> Outcome {
        let mut persistent = reads.persistent;
        persistent.set(FLOAT_EPC, reads.address & word.mask());
        persistent.set(FLOAT_VALUE, self.imm as u64);
        Outcome {
            rd: None,
            store: None,
            next: kernel,
            persistent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{decode, decode_compressed};

    /// What the machine has is no float, and what is one is named so where there is no kernel.
    #[test]
    fn floats_are_what_the_machine_lacks() {
        use crate::instructions::unsupported;
        let mut bits = 0x1234_5678u32;
        let mut found = 0;
        for _ in 0..200_000 {
            bits ^= bits << 13;
            bits ^= bits >> 17;
            bits ^= bits << 5;
            let opcode = [0x07, 0x27, 0x43, 0x47, 0x4b, 0x4f, 0x53, 0x73, 0x33];
            let one = bits & !0x7f | opcode[bits as usize % opcode.len()];
            if float(WordSize::W64, one).is_some() {
                found += 1;
                assert!(decode(WordSize::W64, one).is_none(), "{one:#010x}");
                assert!(unsupported(one).is_some(), "{one:#010x}");
            }
        }
        assert!(found > 10_000, "{found}");
        for half in 0..=u16::MAX {
            if half & 3 != 3 && float(WordSize::W64, half.into()).is_some() {
                assert!(
                    decode_compressed(WordSize::W64, half).is_none(),
                    "{half:#06x}"
                );
            }
        }
    }

    #[test]
    fn encodings_that_are_reserved_are_none() {
        let is = |bits| float(WordSize::W64, bits).is_some();
        // fadd.d with the modes 0, 4, 7, and with 5 and 6, which are none.
        assert!([0, 4, 7].iter().all(|mode| is(0x02b5_0553 | mode << 12)));
        assert!([5, 6].iter().all(|mode| !is(0x02b5_0553 | mode << 12)));
        // Half and quadruple precision.
        assert!(!is(0x04b5_0553) && !is(0x06b5_0553));
        // fcvt.d.s and fcvt.s.d; fcvt.d.d is none.
        assert!(is(0x4205_0553) && is(0x4015_0553) && !is(0x4215_0553));
        // frcsr; rdcycle.
        assert!(is(0x0030_2573) && !is(0xc000_2573));
        // c.fld, c.fsd; c.lw.
        assert!(is(0x2000) && is(0xa000) && !is(0x4000));
        assert!(float(WordSize::W32, 0x02b5_0553).is_none());
    }
}
