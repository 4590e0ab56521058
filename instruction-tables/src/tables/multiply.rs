//! High halves of products, and what signs change about them.
//!
//! With `x`, `y` words and `s(·)` their signed readings, modulo `2^W`:
//!
//! ```text
//! ⌊s(x)·s(y) / 2^W⌋ = ⌊x·y / 2^W⌋ - [x < 0]·y - [y < 0]·x
//! ⌊s(x)·y    / 2^W⌋ = ⌊x·y / 2^W⌋ - [x < 0]·y
//! ```

use super::{PairTable, SingleTable, pow2};
use crate::automaton::Automaton;
use crate::word::WordSize;

/// `n >> W`: the high half of the index bits.
pub(super) fn high(name: &'static str, word: WordSize) -> Option<SingleTable> {
    let half = word.bits() / 2;
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::emitting(word.bits(), |i, a, b| {
            if i >= half {
                (2 * a + b) * pow2(2 * (i - half))
            } else {
                0
            }
        }),
        entry: |word, n| (n >> word.bits()) as u64,
        suffix: |word, _, n, out| {
            out[0] = (n >> word.bits()) as i128;
            out[1] = 1;
        },
    })
}

/// `[x < 0]·y + [y < 0]·x mod 2^W`. If both are negative their sign bits add up to the modulus, and
/// otherwise one sign bit meets a zero: the top step emits nothing, it only decides what to add.
pub(super) fn mulh_fix(name: &'static str, word: WordSize) -> Option<PairTable> {
    /// Adds the bits of `x`.
    const X: usize = 0;
    /// Adds the bits of `y`.
    const Y: usize = 1;
    const SUM: usize = 2;
    fn value(word: WordSize, x: u64, y: u64) -> u64 {
        let top = word.bits() - 1;
        let (from_y, from_x) = ((x >> top) * y, (y >> top) * x);
        from_y.wrapping_add(from_x) & word.mask()
    }
    let top = word.bits() - 1;
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0, 0], &[0, 0, 1], |i, x, y| {
            let mut transitions = vec![(Y, Y, 1), (Y, SUM, y * pow2(i)), (SUM, SUM, 1)];
            if i == top {
                transitions.extend([(X, X, y), (X, Y, x)]);
            } else {
                transitions.extend([(X, X, 1), (X, SUM, x * pow2(i))]);
            }
            transitions
        }),
        entry: value,
        suffix: |word, bits, x, y, out| {
            out[X] = i128::from(if bits == word.bits() {
                value(word, x, y)
            } else {
                x
            });
            out[Y] = i128::from(y);
            out[SUM] = 1;
        },
    })
}

/// `[x < 0]·y`.
pub(super) fn mulhsu_fix(name: &'static str, word: WordSize) -> Option<PairTable> {
    const BITS: usize = 0;
    const SUM: usize = 1;
    fn value(word: WordSize, x: u64, y: u64) -> u64 {
        (x >> (word.bits() - 1)) * y
    }
    let top = word.bits() - 1;
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0], &[0, 1], |i, x, y| {
            let scale = if i == top { x } else { 1 };
            vec![
                (BITS, BITS, scale),
                (BITS, SUM, scale * y * pow2(i)),
                (SUM, SUM, 1),
            ]
        }),
        entry: value,
        suffix: |word, bits, x, y, out| {
            out[BITS] = i128::from(if bits == word.bits() {
                value(word, x, y)
            } else {
                y
            });
            out[SUM] = 1;
        },
    })
}
