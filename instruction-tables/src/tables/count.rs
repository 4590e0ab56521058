//! Counting and permuting the bits of the low word of an integer; bits above the word are ignored.
//!
//! Leading zeros count 1 for each bit while there was none set. Trailing zeros so far are
//! `c ← (1 - bit)·(c + 1)`. Set bits, and bytes in the reverse order, are sums over bits.

use super::{SingleTable, pow2};
use crate::automaton::Automaton;
use crate::bits::ones;
use crate::word::WordSize;

/// The low word.
fn low(word: WordSize, n: u128) -> u64 {
    n as u64 & word.mask()
}

/// Zeros above the topmost set bit of `bits` low bits.
fn leading_zeros(bits: usize, x: u64) -> u64 {
    (bits - (64 - x.leading_zeros() as usize)) as u64
}

/// Zeros below the lowest set bit of `bits` low bits.
fn trailing_zeros(bits: usize, x: u64) -> u64 {
    u64::from(x.trailing_zeros()).min(bits as u64)
}

pub(super) fn clz(name: &'static str, word: WordSize) -> Option<SingleTable> {
    const ZERO: usize = 0;
    const SUM: usize = 1;
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::new(word.bits(), &[1, 0], &[0, 1], |i, a, b| {
            if i >= word.bits() / 2 {
                return vec![(ZERO, ZERO, 1), (SUM, SUM, 1)];
            }
            let both = (1 - a) * (1 - b);
            vec![(ZERO, ZERO, both), (ZERO, SUM, 1 - a + both), (SUM, SUM, 1)]
        }),
        entry: |word, n| leading_zeros(word.bits(), low(word, n)),
        suffix: |word, bits, n, out| {
            out[ZERO] = i128::from(leading_zeros(bits.min(word.bits()), low(word, n)));
            out[SUM] = 1;
        },
    })
}

pub(super) fn ctz(name: &'static str, word: WordSize) -> Option<SingleTable> {
    const ONE: usize = 0;
    const COUNT: usize = 1;
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::new(word.bits(), &[1, 0], &[0, 1], |i, a, b| {
            if i >= word.bits() / 2 {
                return vec![(ONE, ONE, 1), (COUNT, COUNT, 1)];
            }
            vec![
                (ONE, ONE, 1),
                (ONE, COUNT, (1 - b) * (2 - a)),
                (COUNT, COUNT, (1 - a) * (1 - b)),
            ]
        }),
        entry: |word, n| trailing_zeros(word.bits(), low(word, n)),
        suffix: |word, bits, n, out| {
            let n = low(word, n);
            out[ONE] = i128::from(trailing_zeros(bits.min(word.bits()), n));
            out[COUNT] = i128::from(n == 0);
        },
    })
}

pub(super) fn cpop(name: &'static str, word: WordSize) -> Option<SingleTable> {
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::emitting(
            word.bits(),
            |i, a, b| {
                if i < word.bits() / 2 { a + b } else { 0 }
            },
        ),
        entry: |word, n| low(word, n).count_ones().into(),
        suffix: |word, _, n, out| {
            out[0] = low(word, n).count_ones().into();
            out[1] = 1;
        },
    })
}

pub(super) fn rev8(name: &'static str, word: WordSize) -> Option<SingleTable> {
    fn reversed(word: WordSize, n: u128) -> u64 {
        low(word, n).swap_bytes() >> (64 - word.bits())
    }
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::emitting(word.bits(), |i, a, b| {
            let weight = |bit: i128, k: usize| {
                if k < word.bits() {
                    bit * pow2(8 * (word.bytes() - 1 - k / 8) + k % 8)
                } else {
                    0
                }
            };
            weight(a, 2 * i + 1) + weight(b, 2 * i)
        }),
        entry: reversed,
        suffix: |word, bits, n, out| {
            let n = n & u128::from(ones(bits.min(64)));
            out[0] = i128::from(reversed(word, n));
            out[1] = 1;
        },
    })
}
