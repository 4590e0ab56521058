//! Bitwise AND, OR and XOR: bit `i` emits `2^i` times its own result. Suffixes: the result on the low
//! bits, and 1.

use super::{PairTable, pow2};
use crate::automaton::Automaton;
use crate::row::WordSize;

pub(super) fn and(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::emitting(word.bits(), |i, x, y| (x & y) * pow2(i)),
        entry: |_, x, y| x & y,
        suffix: |_, _, x, y, out| {
            out[0] = i128::from(x & y);
            out[1] = 1;
        },
    })
}

pub(super) fn or(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::emitting(word.bits(), |i, x, y| (x | y) * pow2(i)),
        entry: |_, x, y| x | y,
        suffix: |_, _, x, y, out| {
            out[0] = i128::from(x | y);
            out[1] = 1;
        },
    })
}

pub(super) fn xor(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::emitting(word.bits(), |i, x, y| (x ^ y) * pow2(i)),
        entry: |_, x, y| x ^ y,
        suffix: |_, _, x, y, out| {
            out[0] = i128::from(x ^ y);
            out[1] = 1;
        },
    })
}
