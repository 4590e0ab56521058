//! Equality, the two orders, and having no bit in common. The others (NE, GE, GEU) are `1 -` these, by a
//! row's control part.
//!
//! Orders have states "equal so far" and "less already"; suffixes: the unsigned order of the low bits
//! (at the top cut of `LT`: the signed one), and 1.

use super::PairTable;
use crate::automaton::Automaton;
use crate::bits::signed;
use crate::word::WordSize;

const EQUAL: usize = 0;
const LESS: usize = 1;

pub(super) fn eq(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: true,
        automaton: Automaton::new(word.bits(), &[1], &[1], |_, x, y| {
            vec![(0, 0, i128::from(x == y))]
        }),
        entry: |_, x, y| u64::from(x == y),
        suffix: |_, _, x, y, out| out[0] = i128::from(x == y),
    })
}

/// `[x & y = 0]`.
pub(super) fn disjoint(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: true,
        automaton: Automaton::new(word.bits(), &[1], &[1], |_, x, y| vec![(0, 0, 1 - x * y)]),
        entry: |_, x, y| u64::from(x & y == 0),
        suffix: |_, _, x, y, out| out[0] = i128::from(x & y == 0),
    })
}

/// Transitions of an order in which bit `x` comes before bit `y` if `less`.
fn order(x: i128, y: i128, less: bool) -> Vec<(usize, usize, i128)> {
    vec![
        (EQUAL, EQUAL, i128::from(x == y)),
        (EQUAL, LESS, i128::from(less)),
        (LESS, LESS, 1),
    ]
}

pub(super) fn ltu(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: true,
        automaton: Automaton::new(word.bits(), &[1, 0], &[0, 1], |_, x, y| order(x, y, x < y)),
        entry: |_, x, y| u64::from(x < y),
        suffix: |_, _, x, y, out| {
            out[EQUAL] = i128::from(x < y);
            out[LESS] = 1;
        },
    })
}

pub(super) fn lt(name: &'static str, word: WordSize) -> Option<PairTable> {
    let sign = word.bits() - 1;
    Some(PairTable {
        name,
        word,
        predicate: true,
        automaton: Automaton::new(word.bits(), &[1, 0], &[0, 1], |i, x, y| {
            order(x, y, if i == sign { x > y } else { x < y })
        }),
        entry: less_signed,
        suffix: |word, bits, x, y, out| {
            out[EQUAL] = if bits == word.bits() {
                i128::from(less_signed(word, x, y))
            } else {
                i128::from(x < y)
            };
            out[LESS] = 1;
        },
    })
}

fn less_signed(word: WordSize, x: u64, y: u64) -> u64 {
    u64::from(signed(x, word.bits()) < signed(y, word.bits()))
}
