//! Windows of a word: the bits of `x` from a lower to an upper marker bit of `y`, both included.
//!
//! From the top, the first set bit of `y` opens the window and the second closes it. Beyond windows,
//! `EXTRACT_ZX` goes on like `SRL` after the opening bit: each further set bit ends a segment, and
//! the value is the product (0 if nothing opens, 1 if nothing closes). `EXTRACT_SX` ignores further
//! bits, and a window that is never closed ends at bit 0.

use super::shift::segments;
use super::{PairTable, pow2};
use crate::automaton::Automaton;
use crate::bits::ones;
use crate::word::WordSize;

/// No marker yet.
const N: usize = 0;
/// Inside: 1.
const P: usize = 1;
/// Inside: the value read so far.
const A: usize = 2;
/// The result, from the outset ready to receive what lies above the window.
const Q: usize = 3;

/// Suffix of `EXTRACT_ZX` in state `N`.
fn zero_extended(x: u64, y: u64) -> i128 {
    if y == 0 {
        return 0;
    }
    let top = y.ilog2() as usize;
    let (p, a) = segments(top, x & ones(top), y & ones(top));
    p + i128::from((x >> top) & 1) * a
}

pub(super) fn extract_zx(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0, 0], &[0, 1, 0], |_, x, y| {
            if y == 1 {
                vec![(N, P, 1), (N, A, x), (P, P, x), (A, P, 2)]
            } else {
                vec![(N, N, 1), (P, P, 1), (P, A, x), (A, A, 2)]
            }
        }),
        entry: |_, x, y| zero_extended(x, y) as u64,
        suffix: |_, bits, x, y, out| {
            out[N] = zero_extended(x, y);
            (out[P], out[A]) = segments(bits, x, y);
        },
    })
}

/// Suffixes of `EXTRACT_SX` in states `P` and `A`, inside the window.
fn inside(bits: usize, x: u64, y: u64) -> (i128, i128) {
    let low = if y == 0 { 0 } else { y.ilog2() as usize };
    (i128::from(x >> low), pow2(bits - low))
}

/// Suffix of `EXTRACT_SX` in state `N`.
fn sign_extended(word: WordSize, x: u64, y: u64) -> i128 {
    if y == 0 {
        return 0;
    }
    let top = y.ilog2() as usize;
    let (p, a) = inside(top, x & ones(top), y & ones(top));
    if (x >> top) & 1 == 1 {
        p - a + pow2(word.bits())
    } else {
        p
    }
}

pub(super) fn extract_sx(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0, 0, 0], &[0, 0, 1, 1], |_, x, y| {
            if y == 1 {
                // The sign counts -1 inside the window, and +2^W once.
                let fill = x * pow2(word.bits());
                vec![
                    (N, P, 1),
                    (N, A, -x),
                    (N, Q, fill),
                    (P, Q, x),
                    (A, Q, 2),
                    (Q, Q, 1),
                ]
            } else {
                vec![(N, N, 1), (P, P, 1), (P, A, x), (A, A, 2), (Q, Q, 1)]
            }
        }),
        entry: |word, x, y| sign_extended(word, x, y) as u64,
        suffix: |word, bits, x, y, out| {
            out[N] = sign_extended(word, x, y);
            (out[P], out[A]) = inside(bits, x, y);
            out[Q] = 1;
        },
    })
}
