//! Signs and magnitudes of words read as two's complement.

use super::{PairTable, SingleTable, pow2};
use crate::automaton::Automaton;
use crate::bits::signed;
use crate::word::WordSize;

/// `-x mod 2^W` if `y` is negative, else `x`. Only the top step reads `y`; a negated `x` is
/// `2^W·[x ≠ 0] - x`.
pub(super) fn cond_neg(name: &'static str, word: WordSize) -> Option<PairTable> {
    /// The bits of `x`, with either sign.
    const BITS: usize = 0;
    /// `x` is to be negated and zero so far.
    const ZERO: usize = 1;
    const SUM: usize = 2;
    fn value(word: WordSize, x: u64, y: u64) -> u64 {
        if y >> (word.bits() - 1) == 1 {
            x.wrapping_neg() & word.mask()
        } else {
            x
        }
    }
    let (top, modulus) = (word.bits() - 1, pow2(word.bits()));
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0, 0], &[0, 0, 1], |i, x, y| {
            let bit = x * pow2(i);
            let mut transitions = vec![(ZERO, ZERO, 1 - x), (ZERO, SUM, x), (SUM, SUM, 1)];
            if i == top && y == 1 {
                transitions.extend([
                    (BITS, BITS, -1),
                    (BITS, SUM, x * modulus - bit),
                    (BITS, ZERO, (1 - x) * modulus),
                ]);
            } else {
                transitions.extend([(BITS, BITS, 1), (BITS, SUM, bit)]);
            }
            transitions
        }),
        entry: value,
        suffix: |word, bits, x, y, out| {
            out[BITS] = i128::from(if bits == word.bits() {
                value(word, x, y)
            } else {
                x
            });
            out[ZERO] = i128::from(x != 0);
            out[SUM] = 1;
        },
    })
}

/// All ones if the low word is negative, else zero: one bit decides.
pub(super) fn sign(name: &'static str, word: WordSize) -> Option<SingleTable> {
    let top = word.bits() / 2 - 1;
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::new(word.bits(), &[1], &[1], |i, a, _| {
            let weight = if i == top {
                a * i128::from(word.mask())
            } else {
                1
            };
            vec![(0, 0, weight)]
        }),
        entry: |word, n| ((n >> (word.bits() - 1)) as u64 & 1) * word.mask(),
        suffix: |word, bits, n, out| {
            out[0] = if bits < word.bits() {
                1
            } else {
                i128::from(((n >> (word.bits() - 1)) as u64 & 1) * word.mask())
            };
        },
    })
}

/// The magnitude of the low word: its low bits count negatively below a set sign bit. The most
/// negative word has magnitude `2^(W-1)`.
pub(super) fn abs(name: &'static str, word: WordSize) -> Option<SingleTable> {
    const BITS: usize = 0;
    const SUM: usize = 1;
    fn value(word: WordSize, n: u128) -> u64 {
        signed(n as u64 & word.mask(), word.bits()).unsigned_abs()
    }
    let half = word.bits() / 2;
    Some(SingleTable {
        name,
        word,
        automaton: Automaton::new(word.bits(), &[1, 0], &[0, 1], |i, a, b| {
            let mut transitions = vec![(SUM, SUM, 1)];
            let sign = if i == half - 1 { 1 - 2 * a } else { 1 };
            transitions.push((BITS, BITS, sign));
            if i < half - 1 {
                transitions.push((BITS, SUM, (2 * a + b) * pow2(2 * i)));
            } else if i == half - 1 {
                let top = a * pow2(2 * i + 1);
                transitions.push((BITS, SUM, top + sign * b * pow2(2 * i)));
            }
            transitions
        }),
        entry: value,
        suffix: |word, bits, n, out| {
            out[BITS] = if bits < word.bits() {
                n as i128
            } else {
                i128::from(value(word, n))
            };
            out[SUM] = 1;
        },
    })
}
