//! Where the instructions of a program with a kernel are.
//!
//! With 16-bit encodings, every even address of code could hold an instruction. For small programs each of them gets rows;
//! of a Linux program's code, most of which never runs, that would be twice the rows that it has instructions, and a
//! verifier pays for each row. So instructions are where these rules find them:
//!
//! - at the entry, at the start of each range of code, and where a function starts;
//! - behind an instruction, and where a jump or branch goes;
//! - two bytes behind four that are no instruction of RISC-V, too: they may be data among code.
//!
//! What the rules miss can be reached by an indirect jump into the middle of an instruction, or behind data that looks like
//! code, in a file without symbols. There is no proof of a run that goes there. Proofs that there are do not depend on
//! what is missing: a row less is nothing that a prover could use.

use instruction_tables::Instruction;
use instruction_tables::instructions::{Semantics, unsupported};
use std::ops::Range;

/// Addresses of instructions in ranges of code.
#[derive(Clone, Debug)]
pub(crate) struct Starts {
    /// The ranges, ascending, and for each half-word whether an instruction starts there.
    ranges: Vec<(Range<u64>, Vec<bool>)>,
}

impl Starts {
    /// Applies the rules to ranges of code, which are disjoint and ascending, given where else instructions are known to
    /// start, and the instruction at an address.
    pub fn of(
        ranges: impl Iterator<Item = Range<u64>>,
        known: impl Iterator<Item = u64>,
        instruction: impl Fn(u64) -> Option<Instruction>,
    ) -> Self {
        let ranges = ranges.map(|range| {
            let halves = (range.end - range.start).div_ceil(2) as usize;
            (range, vec![false; halves])
        });
        let mut starts = Starts {
            ranges: ranges.collect(),
        };
        let first = |(range, _): &(Range<u64>, _)| range.start.next_multiple_of(2);
        let mut open: Vec<u64> = starts.ranges.iter().map(first).chain(known).collect();
        while let Some(address) = open.pop() {
            let Some(seen) = starts.place(address) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            let Some(i) = instruction(address) else {
                continue;
            };
            open.push(address.wrapping_add(i.length.into()));
            match i.record.semantics {
                Semantics::Jump | Semantics::Branch(_) => {
                    open.push(address.wrapping_add_signed(i.imm));
                }
                Semantics::Trap { .. } if i.length == 4 && is_data(&i) => {
                    open.push(address.wrapping_add(2));
                }
                _ => {}
            }
        }
        starts
    }

    /// Whether an instruction starts at an address.
    pub fn contains(&self, address: u64) -> bool {
        self.find(address)
            .is_some_and(|(range, half)| self.ranges[range].1[half])
    }

    fn place(&mut self, address: u64) -> Option<&mut bool> {
        let (range, half) = self.find(address)?;
        self.ranges.get_mut(range)?.1.get_mut(half)
    }

    /// The range with an even address, and the number of the half-word in it.
    fn find(&self, address: u64) -> Option<(usize, usize)> {
        let range = self
            .ranges
            .partition_point(|(range, _)| range.end <= address);
        let start = self.ranges.get(range)?.0.start.next_multiple_of(2);
        let distance = address.checked_sub(start)?;
        distance
            .is_multiple_of(2)
            .then_some((range, (distance / 2) as usize))
    }
}

/// Whether an illegal instruction is none of RISC-V either.
fn is_data(i: &Instruction) -> bool {
    *i.record == instruction_tables::instructions::ILLEGAL && unsupported(i.imm as u32).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use instruction_tables::instructions::illegal;
    use instruction_tables::{WordSize, decode, decode_compressed};
    use proptest::prelude::*;

    fn starts(halves: &[u16], known: &[u64]) -> Vec<u64> {
        let instruction = |address: u64| {
            let half = *halves.get((address / 2) as usize)?;
            if half & 3 != 3 {
                return decode_compressed(WordSize::W64, half).or(Some(illegal(half.into())));
            }
            let upper = *halves.get((address / 2) as usize + 1)?;
            let bits = u32::from(upper) << 16 | u32::from(half);
            decode(WordSize::W64, bits).or(Some(illegal(bits)))
        };
        let end = 2 * halves.len() as u64;
        let starts = Starts::of(std::iter::once(0..end), known.iter().copied(), instruction);
        (0..end + 4).filter(|at| starts.contains(*at)).collect()
    }

    /// `addi x1, x1, 1`, whose upper half is an instruction, too; `c.nop`; four bytes that are nothing; `fadd.d`.
    const ADDI: [u16; 2] = [0x8093, 0x0010];
    const NOP: u16 = 1;
    const NOTHING: [u16; 2] = [0xffff, 0xffff];
    const FADD: [u16; 2] = [0x7553, 0x02b5];
    /// `jal x0, 6`.
    const JUMP: [u16; 2] = [0x006f, 0x0060];

    #[test]
    fn instructions_are_where_rules_find_them() {
        let of = |parts: &[&[u16]], known: &[u64]| starts(&parts.concat(), known);
        assert_eq!(of(&[&ADDI, &[NOP], &ADDI], &[]), [0, 4, 6]);
        assert_eq!(of(&[&ADDI, &ADDI], &[2]), [0, 2, 4]);
        // Into the middle of an instruction.
        assert_eq!(of(&[&JUMP, &ADDI, &[NOP]], &[]), [0, 4, 6, 8]);
        // The second half of nothing and the first one of what follows are nothing, too.
        assert_eq!(of(&[&NOTHING, &ADDI], &[]), [0, 2, 4, 6]);
        assert_eq!(of(&[&FADD, &ADDI], &[]), [0, 4]);
        // Half of an instruction ends the code.
        assert_eq!(of(&[&[NOP], &ADDI[..1]], &[1, 99]), [0, 2]);
        assert_eq!(of(&[], &[0]), [0; 0]);
    }

    proptest! {
        /// Whatever the code is, an instruction is followed by another one, and the end is reached.
        #[test]
        fn code_has_no_gaps(halves in proptest::collection::vec(any::<u16>(), 1..60)) {
            let found = starts(&halves, &[]);
            let end = 2 * halves.len() as u64;
            for (k, &at) in found.iter().enumerate() {
                let length = if halves[(at / 2) as usize] & 3 == 3 { 4 } else { 2 };
                let next = at + length;
                prop_assert!(next >= end || found[k + 1..].contains(&next));
            }
        }
    }
}
