//! Bitwise AND, OR and XOR, and the same with the right operand inverted: bit `i` emits `2^i` times its
//! own result. Suffixes: the result on the low bits, and 1.

use super::{PairTable, pow2};
use crate::automaton::Automaton;
use crate::bits::ones;
use crate::word::WordSize;

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

pub(super) fn andn(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::emitting(word.bits(), |i, x, y| x * (1 - y) * pow2(i)),
        entry: |word, x, y| (x & !y) & word.mask(),
        suffix: |_, bits, x, y, out| {
            out[0] = i128::from((x & !y) & ones(bits));
            out[1] = 1;
        },
    })
}

pub(super) fn orn(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::emitting(word.bits(), |i, x, y| x.max(1 - y) * pow2(i)),
        entry: |word, x, y| (x | !y) & word.mask(),
        suffix: |_, bits, x, y, out| {
            out[0] = i128::from((x | !y) & ones(bits));
            out[1] = 1;
        },
    })
}

pub(super) fn xnor(name: &'static str, word: WordSize) -> Option<PairTable> {
    Some(PairTable {
        name,
        word,
        predicate: false,
        automaton: Automaton::emitting(word.bits(), |i, x, y| i128::from(x == y) * pow2(i)),
        entry: |word, x, y| (!(x ^ y)) & word.mask(),
        suffix: |_, bits, x, y, out| {
            out[0] = i128::from((!(x ^ y)) & ones(bits));
            out[1] = 1;
        },
    })
}
