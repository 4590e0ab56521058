//! Low bits of an integer. Bit `k` emits `2^k` while it is kept, and nothing above; the sign bit of a
//! sign-extended half-word emits everything above itself too.
//!
//! Suffixes: the value of the low bits, and 1.

use super::{SingleTable, half_bits, pow2};
use crate::automaton::Automaton;
use crate::bits::{ones, signed};
use crate::word::WordSize;

/// Keeps bits `from..to`.
fn keeping(word: WordSize, from: usize, to: usize) -> Automaton {
    Automaton::emitting(word.bits(), |i, a, b| {
        let kept = |bit: i128, k: usize| {
            if (from..to).contains(&k) {
                bit * pow2(k)
            } else {
                0
            }
        };
        kept(a, 2 * i + 1) + kept(b, 2 * i)
    })
}

pub(super) fn trunc(name: &'static str, word: WordSize) -> Option<SingleTable> {
    Some(SingleTable {
        name,
        word,
        automaton: keeping(word, 0, word.bits()),
        entry: |word, n| n as u64 & word.mask(),
        suffix: |word, _, n, out| {
            out[0] = i128::from(n as u64 & word.mask());
            out[1] = 1;
        },
    })
}

/// The target of a `JALR`.
pub(super) fn trunc_even(name: &'static str, word: WordSize) -> Option<SingleTable> {
    Some(SingleTable {
        name,
        word,
        automaton: keeping(word, 1, word.bits()),
        entry: |word, n| n as u64 & word.mask() & !1,
        suffix: |word, _, n, out| {
            out[0] = i128::from(n as u64 & word.mask() & !1);
            out[1] = 1;
        },
    })
}

pub(super) fn trunc8(name: &'static str, word: WordSize) -> Option<SingleTable> {
    (word.bits() > 8).then(|| SingleTable {
        name,
        word,
        automaton: keeping(word, 0, 8),
        entry: |_, n| u64::from(n as u8),
        suffix: |_, _, n, out| {
            out[0] = i128::from(n as u8);
            out[1] = 1;
        },
    })
}

pub(super) fn trunc16(name: &'static str, word: WordSize) -> Option<SingleTable> {
    (word.bits() > 16).then(|| SingleTable {
        name,
        word,
        automaton: keeping(word, 0, 16),
        entry: |_, n| u64::from(n as u16),
        suffix: |_, _, n, out| {
            out[0] = i128::from(n as u16);
            out[1] = 1;
        },
    })
}

pub(super) fn trunc32(name: &'static str, word: WordSize) -> Option<SingleTable> {
    Some(SingleTable {
        name,
        word,
        automaton: keeping(word, 0, half_bits(word)?),
        entry: |word, n| n as u64 & ones(word.bits() / 2),
        suffix: |word, _, n, out| {
            out[0] = i128::from(n as u64 & ones(word.bits() / 2));
            out[1] = 1;
        },
    })
}

pub(super) fn trunc32_sx(name: &'static str, word: WordSize) -> Option<SingleTable> {
    fn value(word: WordSize, n: u128) -> u64 {
        signed(n as u64 & ones(word.bits() / 2), word.bits() / 2) as u64 & word.mask()
    }
    let half = half_bits(word)?;
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::emitting(word.bits(), |i, a, b| {
            let weight = |bit: i128, k: usize| {
                if k + 1 == half {
                    bit * (pow2(word.bits()) - pow2(k))
                } else if k < half {
                    bit * pow2(k)
                } else {
                    0
                }
            };
            weight(a, 2 * i + 1) + weight(b, 2 * i)
        }),
        entry: value,
        suffix: |word, bits, n, out| {
            out[0] = if bits < word.bits() / 2 {
                n as i128
            } else {
                i128::from(value(word, n))
            };
            out[1] = 1;
        },
    })
}
