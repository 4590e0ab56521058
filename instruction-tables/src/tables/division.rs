//! What division needs besides products and differences: is the remainder in range, and what is the
//! quotient by zero.

use super::{PairTable, pow2};
use crate::automaton::Automaton;
use crate::bits::ones;
use crate::word::WordSize;

/// `[r < d or d = 0]` for `x = r`, `y = d`. The two cases exclude each other, so they add up: states
/// "equal so far", "less already" and "divisor zero so far".
pub(super) fn rem_ok(name: &'static str, word: WordSize) -> Option<PairTable> {
    const EQUAL: usize = 0;
    const LESS: usize = 1;
    const ZERO: usize = 2;
    Some(PairTable {
        name,
        word,
        predicate: true,
        automaton: Automaton::new(word.bits(), &[1, 0, 1], &[0, 1, 1], |_, r, d| {
            vec![
                (EQUAL, EQUAL, i128::from(r == d)),
                (EQUAL, LESS, i128::from(r < d)),
                (LESS, LESS, 1),
                (ZERO, ZERO, 1 - d),
            ]
        }),
        entry: |_, r, d| u64::from(r < d || d == 0),
        suffix: |_, _, r, d, out| {
            out[EQUAL] = i128::from(r < d);
            out[LESS] = 1;
            out[ZERO] = i128::from(d == 0);
        },
    })
}

/// `q` if `d ≠ 0`, else `2^W - 1`, for `x = q`, `y = d`: the quotient that RISC-V defines, whatever
/// the candidate for a division by zero was.
pub(super) fn div_out(name: &'static str, word: WordSize) -> Option<PairTable> {
    /// Divisor zero so far: the low bits decide.
    const OPEN: usize = 0;
    /// Divisor not zero: copy.
    const COPY: usize = 1;
    const SUM: usize = 2;
    /// What the ones above exceed the quotient's bits by, still to be added if the divisor is zero.
    const FILL: usize = 3;
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::new(word.bits(), &[1, 0, 0, 0], &[0, 0, 1, 1], |i, q, d| {
            let bit = q * pow2(i);
            let mut transitions = vec![
                (OPEN, SUM, bit),
                (COPY, COPY, 1),
                (COPY, SUM, bit),
                (SUM, SUM, 1),
            ];
            if d == 0 {
                transitions.extend([
                    (OPEN, OPEN, 1),
                    (OPEN, FILL, pow2(i) - bit),
                    (FILL, FILL, 1),
                ]);
            } else {
                transitions.push((OPEN, COPY, 1));
            }
            transitions
        }),
        entry: |word, q, d| if d == 0 { word.mask() } else { q },
        suffix: |_, bits, q, d, out| {
            out[OPEN] = i128::from(if d == 0 { ones(bits) } else { q });
            out[COPY] = i128::from(q);
            out[SUM] = 1;
            out[FILL] = i128::from(d == 0);
        },
    })
}
