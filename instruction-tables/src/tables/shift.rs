//! Right shifts by a one-hot mask `y = 2^s`, and the powers of two that make such masks.
//!
//! `SRL` and `SRLW` are defined on every `y` as follows: each set bit of `y`, from the top, ends a
//! *segment* of `x` that contains its own position, and the value is the product of the segments (1 if
//! `y = 0`; what is below the last set bit counts for nothing). One set bit leaves one segment, which
//! is the shift. This is what makes two states enough: `P` holds the product of the ended segments,
//! and `A` that times the segment being read.
//!
//! `SRA` and `SRAW` shift by the position of the topmost set bit of `y` (by 0 if there is none), and
//! need a third state `Q` for the fill.

use super::{PairTable, SingleTable, half_bits, pow2};
use crate::automaton::Automaton;
use crate::bits::{ones, signed};
use crate::word::WordSize;

const P: usize = 0;
const A: usize = 1;
const Q: usize = 2;

/// Suffixes `(P, A)` of the segment product over `bits` low bits, at most `2^bits` each.
pub(super) fn segments(bits: usize, x: u64, y: u64) -> (i128, i128) {
    if y == 0 {
        return (1, 0);
    }
    // All segments after the first, from the top; one-hot masks skip the loop.
    let top = y.ilog2() as usize;
    let mut rest = 1;
    let (mut end, mut y) = (top, y & ones(top));
    while y != 0 {
        let next = y.ilog2() as usize;
        rest *= i128::from((x & ones(end)) >> next);
        end = next;
        y &= ones(next);
    }
    (i128::from(x >> top) * rest, pow2(bits - top) * rest)
}

/// Transitions of the segment product.
fn segment_step(x: i128, y: i128) -> Vec<(usize, usize, i128)> {
    if y == 1 {
        vec![(P, P, x), (A, P, 2)]
    } else {
        vec![(P, P, 1), (P, A, x), (A, A, 2)]
    }
}

pub(super) fn srl(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0], &[1, 0], |_, x, y| segment_step(x, y)),
        entry: |word, x, y| segments(word.bits(), x, y).0 as u64,
        suffix: |_, bits, x, y, out| (out[P], out[A]) = segments(bits, x, y),
    })
}

/// Transitions of an arithmetic shift of a field of bits whose sign is bit `sign`, filling up to `2^W`.
fn arithmetic_step(
    word: WordSize,
    sign: usize,
    i: usize,
    (x, y): (i128, i128),
) -> Vec<(usize, usize, i128)> {
    let mut transitions = vec![(Q, Q, 1)];
    if y == 1 {
        transitions.extend([(P, Q, x), (A, Q, 2)]);
    } else {
        transitions.extend([(P, P, 1), (P, A, x), (A, A, 2)]);
    }
    if i == sign {
        // The sign bit counts -1, and what is shifted in above the word is cut off by +2^W.
        transitions.retain(|t| t.0 != P);
        let fill = x * pow2(word.bits());
        transitions.extend(match y {
            1 => vec![(P, Q, fill - x)],
            _ => vec![(P, P, 1), (P, A, -x), (P, Q, fill)],
        });
    }
    transitions
}

/// `x` of `bits` bits, arithmetically shifted by the topmost set bit of `y`, reduced modulo `2^W`.
fn arithmetic(word: WordSize, bits: usize, x: u64, y: u64) -> u64 {
    let by = if y == 0 { 0 } else { y.ilog2() };
    (signed(x, bits) >> by) as u64 & word.mask()
}

/// Suffixes over `bits` low bits, below the sign bit.
fn arithmetic_suffix(bits: usize, x: u64, y: u64, out: &mut [i128]) {
    let by = if y == 0 { 0 } else { y.ilog2() as usize };
    out[P] = i128::from(x >> by);
    out[A] = pow2(bits - by);
    out[Q] = 1;
}

pub(super) fn sra(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0, 0], &[0, 1, 1], |i, x, y| {
            arithmetic_step(word, word.bits() - 1, i, (x, y))
        }),
        entry: |word, x, y| arithmetic(word, word.bits(), x, y),
        suffix: |word, bits, x, y, out| {
            arithmetic_suffix(bits, x, y, out);
            if bits == word.bits() {
                out[P] = i128::from(arithmetic(word, bits, x, y));
            }
        },
    })
}

/// Transitions that ignore a step.
fn pass() -> Vec<(usize, usize, i128)> {
    vec![(P, P, 1), (A, A, 1), (Q, Q, 1)]
}

pub(super) fn sraw(name: &'static str, word: WordSize) -> Option<PairTable> {
    let half = half_bits(word)?;
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0, 0], &[0, 1, 1], |i, x, y| {
            if i >= half {
                pass()
            } else {
                arithmetic_step(word, half - 1, i, (x, y))
            }
        }),
        entry: |word, x, y| {
            let low = ones(word.bits() / 2);
            arithmetic(word, word.bits() / 2, x & low, y & low)
        },
        suffix: |word, bits, x, y, out| {
            let half = word.bits() / 2;
            let (x, y) = (x & ones(half), y & ones(half));
            arithmetic_suffix(bits.min(half), x, y, out);
            if bits >= half {
                out[P] = i128::from(arithmetic(word, half, x, y));
            }
        },
    })
}

/// The upper half-word, all ones.
fn upper_half(word: WordSize) -> u64 {
    word.mask() ^ ones(word.bits() / 2)
}

/// The value of `SRLW`: the segment product of the low half-words, sign-extended if `y = 1`. (A shift
/// by 0 is the only one whose result can have the sign bit set.)
fn logical_half(word: WordSize, x: u64, y: u64) -> u64 {
    let half = word.bits() / 2;
    let (x, y) = (x & ones(half), y & ones(half));
    let value = segments(half, x, y).0 as u64;
    if y == 1 && x >> (half - 1) == 1 {
        value | upper_half(word)
    } else {
        value
    }
}

pub(super) fn srlw(name: &'static str, word: WordSize) -> Option<PairTable> {
    let half = half_bits(word)?;
    Some(PairTable {
        name,
        word,
        predicate: false,
        // Q holds the sign extension until a set bit above bit 0 of y cancels it.
        automaton: Automaton::new(word.bits(), &[1, 0, 0], &[1, 0, 0], |i, x, y| {
            if i >= half {
                return pass();
            }
            let mut transitions = segment_step(x, y);
            match (i, y) {
                (0, 1) => transitions.push((Q, P, 1)),
                (0, _) | (_, 1) => {}
                _ => transitions.push((Q, Q, 1)),
            }
            if i == half - 1 && y == 0 {
                transitions.push((P, Q, x * i128::from(upper_half(word))));
            }
            transitions
        }),
        entry: logical_half,
        suffix: |word, bits, x, y, out| {
            let half = word.bits() / 2;
            let (x, y) = (x & ones(half), y & ones(half));
            (out[P], out[A]) = segments(bits.min(half), x, y);
            out[Q] = i128::from(y == 1);
            if bits >= half {
                out[P] = i128::from(logical_half(word, x, y));
            }
        },
    })
}

/// The table `2^(n mod 2^amount_bits)`: bit `k` of the amount multiplies by `2^(2^k)`.
fn power(word: WordSize, amount_bits: usize) -> Automaton {
    Automaton::new(word.bits(), &[1], &[1], |i, a, b| {
        let factor = |bit: i128, k: usize| {
            if bit == 1 && k < amount_bits {
                pow2(1 << k)
            } else {
                1
            }
        };
        vec![(0, 0, factor(a, 2 * i + 1) * factor(b, 2 * i))]
    })
}

fn pow2_word(n: u128, bits: usize) -> u64 {
    1 << (n as usize & (bits - 1))
}

pub(super) fn pow2_table(name: &'static str, word: WordSize) -> Option<SingleTable> {
    Some(SingleTable {
        name,
        word,
        automaton: power(word, word.bits().ilog2() as usize),
        entry: |word, n| pow2_word(n, word.bits()),
        suffix: |word, _, n, out| out[0] = i128::from(pow2_word(n, word.bits())),
    })
}

pub(super) fn pow2_32(name: &'static str, word: WordSize) -> Option<SingleTable> {
    let half = half_bits(word)?;
    Some(SingleTable {
        name,
        word,
        automaton: power(word, half.ilog2() as usize),
        entry: |word, n| pow2_word(n, word.bits() / 2),
        suffix: |word, _, n, out| out[0] = i128::from(pow2_word(n, word.bits() / 2)),
    })
}
