//! Minimum and maximum. States: equal so far, "the left one it is", "the right one it is", and the sum.
//! Suffixes: the extremum of the low bits, each of the operands, and 1.

use super::{PairTable, pow2};
use crate::automaton::Automaton;
use crate::bits::signed;
use crate::word::WordSize;

const EQUAL: usize = 0;
const LEFT: usize = 1;
const RIGHT: usize = 2;
const SUM: usize = 3;

/// Transitions for bit `i`; where the bits differ, the one that is `chosen` decides.
fn step(i: usize, x: i128, y: i128, chosen: i128) -> Vec<(usize, usize, i128)> {
    let emitted = |bit: i128| bit * pow2(i);
    let mut transitions = vec![
        (LEFT, LEFT, 1),
        (LEFT, SUM, emitted(x)),
        (RIGHT, RIGHT, 1),
        (RIGHT, SUM, emitted(y)),
        (SUM, SUM, 1),
    ];
    if x == y {
        transitions.extend([(EQUAL, EQUAL, 1), (EQUAL, SUM, emitted(x))]);
    } else {
        let decided = if x == chosen { LEFT } else { RIGHT };
        transitions.extend([(EQUAL, decided, 1), (EQUAL, SUM, emitted(chosen))]);
    }
    transitions
}

/// The bit that decides where the operands differ first.
fn automaton(word: WordSize, chosen: i128, sign: bool) -> Automaton {
    let top = word.bits() - 1;
    Automaton::new(word.bits(), &[1, 0, 0, 0], &[0, 0, 0, 1], |i, x, y| {
        let chosen = if sign && i == top { 1 - chosen } else { chosen };
        step(i, x, y, chosen)
    })
}

/// Suffixes below the extremum.
fn suffixes(extremum: u64, x: u64, y: u64, out: &mut [i128]) {
    out[EQUAL] = i128::from(extremum);
    out[LEFT] = i128::from(x);
    out[RIGHT] = i128::from(y);
    out[SUM] = 1;
}

fn less(word: WordSize, x: u64, y: u64) -> bool {
    signed(x, word.bits()) < signed(y, word.bits())
}

fn signed_min(word: WordSize, x: u64, y: u64) -> u64 {
    if less(word, y, x) { y } else { x }
}

fn signed_max(word: WordSize, x: u64, y: u64) -> u64 {
    if less(word, x, y) { y } else { x }
}

pub(super) fn min(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: automaton(word, 0, true),
        entry: signed_min,
        suffix: |word, bits, x, y, out| {
            let whole = bits == word.bits();
            let extremum = if whole {
                signed_min(word, x, y)
            } else {
                x.min(y)
            };
            suffixes(extremum, x, y, out);
        },
    })
}

pub(super) fn max(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: automaton(word, 1, true),
        entry: signed_max,
        suffix: |word, bits, x, y, out| {
            let whole = bits == word.bits();
            let extremum = if whole {
                signed_max(word, x, y)
            } else {
                x.max(y)
            };
            suffixes(extremum, x, y, out);
        },
    })
}

pub(super) fn minu(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: automaton(word, 0, false),
        entry: |_, x, y| x.min(y),
        suffix: |_, _, x, y, out| suffixes(x.min(y), x, y, out),
    })
}

pub(super) fn maxu(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: automaton(word, 1, false),
        entry: |_, x, y| x.max(y),
        suffix: |_, _, x, y, out| suffixes(x.max(y), x, y, out),
    })
}
