//! The tables, one file per small family, and their registry.
//!
//! A table over `2W` index bits is a [`Table`]: a bit automaton (its definition) together with a plain
//! Rust function for entries and closed formulas for suffixes (its speed). The laws in
//! `tests/laws/table_laws.rs` hold every table to its automaton.
//!
//! Two-operand tables (left operand `x`, right operand `y`, bits interleaved):
//!
//! | table | states | value |
//! |---|---|---|
//! | `AND` `OR` `XOR` | 2 | bitwise |
//! | `ANDN` `ORN` `XNOR` | 2 | bitwise, `y` inverted |
//! | `MIN` `MAX` `MINU` `MAXU` | 4 | signed and unsigned |
//! | `EQ` | 1 | `[x = y]` |
//! | `DISJOINT` | 1 | `[x & y = 0]` |
//! | `LT` `LTU` | 2 | `[x < y]`, signed and unsigned |
//! | `SRL` | 2 | `x >> s`, for `y = 2^s` |
//! | `SRA` | 3 | the same, arithmetic |
//! | `SRLW` `SRAW` | 3 | the same on the low half-word of `x`, sign-extended |
//! | `EXTRACT_ZX` | 3 | the bits of `x` between two marker bits of `y`, zero-extended |
//! | `EXTRACT_SX` | 4 | the same, sign-extended |
//! | `REM_OK` | 3 | `[x < y or y = 0]` |
//! | `DIV_OUT` | 4 | `x`, but `2^W - 1` if `y = 0` |
//! | `COND_NEG` | 3 | `-x` if `y` is negative, else `x` |
//! | `MULH_FIX` | 3 | `[x < 0]·y + [y < 0]·x`, signed comparisons |
//! | `MULHSU_FIX` | 2 | `[x < 0]·y` |
//!
//! One-operand tables (index `n` of `2W` bits):
//!
//! | table | states | value |
//! |---|---|---|
//! | `TRUNC` `TRUNC_EVEN` | 2 | `n mod 2^W`; that with bit 0 cleared |
//! | `TRUNC8` `TRUNC16` `TRUNC32` | 2 | low bits, zero-extended |
//! | `TRUNC32_SX` | 2 | low half-word, sign-extended |
//! | `HIGH` | 2 | `n >> W` |
//! | `POW2` `POW2_32` | 1 | `2^(n mod W)`, `2^(n mod W/2)` |
//! | `SIGN` | 1 | `2^W - 1` if the low word is negative, else 0 |
//! | `CLZ` `CTZ` `CPOP` | 2 | leading zeros, trailing zeros and ones of the low word |
//! | `REV8` | 2 | the low word's bytes in reverse order |
//! | `ABS` | 2 | magnitude of the low word read as signed |
//!
//! Signed results are reduced modulo `2^W`: every output is in `[0, 2^W)`, whatever the index.
//! Tables about half-words (`SRLW`, `SRAW`, `TRUNC32`, `TRUNC32_SX`, `POW2_32`) exist where the word
//! has twice 32 bits, and scaled down at [`WordSize::W8`], where the half-word has 4 bits.

mod bitwise;
mod compare;
mod count;
mod division;
mod extract;
mod extrema;
mod multiply;
mod narrow;
mod shift;
mod sign;
mod truncate;
mod user;

pub use narrow::{narrow, of_index_bits};
pub use user::{AutomatonError, AutomatonTable, pinned};

use crate::automaton::Automaton;
use crate::bits::{deinterleave, interleave, ones};
use crate::word::WordSize;
use std::sync::OnceLock;

/// Whether a table's index is two interleaved words or one integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Two operands of `W` bits, interleaved; the left one on the more significant bit of each pair.
    Pair,
    /// One integer of `2W` bits.
    Single,
}

/// A lookup table. Object safe, because arguments choose tables at run time.
pub trait Table: Send + Sync {
    /// Unique name, in capitals.
    fn name(&self) -> &'static str;

    /// How the index is formed.
    fn kind(&self) -> Kind;

    /// The definition.
    fn automaton(&self) -> &Automaton;

    /// Bits of the index, two for each step of the automaton: `2W` for a table of words.
    fn index_bits(&self) -> usize {
        2 * self.automaton().steps()
    }

    /// What pins the table, beside its name: its automaton's [`encode`](Automaton::encode). Nothing in a table
    /// of the registry, where the name does. Arguments refuse any other table without it: see [`pinned`].
    fn definition(&self) -> &[u8] {
        &[]
    }

    /// The value at an index; bits from `2W` up are ignored. Below `2^W` for tables of words.
    fn entry(&self, index: u128) -> u64 {
        self.automaton()
            .entry(index & mask128(self.index_bits()))
            .try_into()
            .unwrap_or(u64::MAX)
    }

    /// The value at an interleaved pair of words, both below `2^W`.
    fn entry_pair(&self, left: u64, right: u64) -> u64 {
        self.entry(interleave(left, right))
    }

    /// The suffix column at the cut before `step`, for the remaining `2 · (W - step)` index bits (see
    /// [`Automaton::suffix`]); all entries are in `[0, 2^W]` for tables of words. `out` has one entry per state.
    fn suffix(&self, step: usize, low_bits: u128, out: &mut [i128]) {
        self.automaton().suffix(step, low_bits, out);
    }

    /// [`suffix`](Self::suffix) for remaining bits that are not interleaved: of both operands, `W - step` each.
    fn suffix_pair(&self, step: usize, left: u64, right: u64, out: &mut [i128]) {
        self.suffix(step, interleave(left, right), out);
    }

    /// Whether every entry is 0 or 1, so that the table may decide a branch or be asserted.
    fn is_predicate(&self) -> bool {
        false
    }
}

/// A table's position in the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub u8);

macro_rules! table_ids {
    ($($id:ident = $constructor:path),* $(,)?) => {
        table_ids!(@constants 0, $($id)*);

        /// Makes the tables of a word size, in the order of their ids; absent ones are `None`.
        fn construct(word: WordSize) -> Vec<Option<Box<dyn Table>>> {
            vec![$($constructor(stringify!($id), word).map(|t| -> Box<dyn Table> { Box::new(t) })),*]
        }
    };
    (@constants $n:expr, $id:ident $($rest:ident)*) => {
        impl TableId {
            #[doc = concat!("The table `", stringify!($id), "`.")]
            pub const $id: TableId = TableId($n);
        }
        table_ids!(@constants $n + 1, $($rest)*);
    };
    (@constants $n:expr,) => {
        /// Number of table ids; not every word size has every table.
        pub const COUNT: usize = $n;
    };
}

table_ids! {
    AND = bitwise::and,
    OR = bitwise::or,
    XOR = bitwise::xor,
    EQ = compare::eq,
    LT = compare::lt,
    LTU = compare::ltu,
    SRL = shift::srl,
    SRA = shift::sra,
    SRLW = shift::srlw,
    SRAW = shift::sraw,
    EXTRACT_ZX = extract::extract_zx,
    EXTRACT_SX = extract::extract_sx,
    REM_OK = division::rem_ok,
    DIV_OUT = division::div_out,
    COND_NEG = sign::cond_neg,
    MULH_FIX = multiply::mulh_fix,
    MULHSU_FIX = multiply::mulhsu_fix,
    TRUNC = truncate::trunc,
    TRUNC_EVEN = truncate::trunc_even,
    TRUNC8 = truncate::trunc8,
    TRUNC16 = truncate::trunc16,
    TRUNC32 = truncate::trunc32,
    TRUNC32_SX = truncate::trunc32_sx,
    HIGH = multiply::high,
    POW2 = shift::pow2_table,
    POW2_32 = shift::pow2_32,
    SIGN = sign::sign,
    ABS = sign::abs,
    ANDN = bitwise::andn,
    ORN = bitwise::orn,
    XNOR = bitwise::xnor,
    MIN = extrema::min,
    MAX = extrema::max,
    MINU = extrema::minu,
    MAXU = extrema::maxu,
    CLZ = count::clz,
    CTZ = count::ctz,
    CPOP = count::cpop,
    REV8 = count::rev8,
    DISJOINT = compare::disjoint,
}

/// The tables of one word size.
struct Registry {
    by_id: Vec<Option<&'static dyn Table>>,
    present: Vec<(TableId, &'static dyn Table)>,
}

fn registry(word: WordSize) -> &'static Registry {
    static REGISTRIES: [OnceLock<Registry>; 3] = [const { OnceLock::new() }; 3];
    let slot = match word {
        WordSize::W8 => 0,
        WordSize::W32 => 1,
        WordSize::W64 => 2,
    };
    REGISTRIES[slot].get_or_init(|| {
        // Tables live as long as the process: three small registries, made once each.
        let by_id: Vec<Option<&'static dyn Table>> = construct(word)
            .into_iter()
            .map(|table| table.map(|t| &*Box::leak(t)))
            .collect();
        let present = by_id
            .iter()
            .enumerate()
            .filter_map(|(id, table)| table.map(|t| (TableId(id as u8), t)))
            .collect();
        Registry { by_id, present }
    })
}

/// The table of an id, if the word size has it.
#[inline]
pub fn get(word: WordSize, id: TableId) -> Option<&'static dyn Table> {
    registry(word)
        .by_id
        .get(usize::from(id.0))
        .copied()
        .flatten()
}

/// All tables of a word size, by increasing id.
pub fn all(word: WordSize) -> &'static [(TableId, &'static dyn Table)] {
    &registry(word).present
}

/// The table of a name.
pub fn by_name(word: WordSize, name: &str) -> Option<(TableId, &'static dyn Table)> {
    all(word).iter().copied().find(|(_, t)| t.name() == name)
}

impl TableId {
    /// The table's name; `?` for an id that no registry has.
    pub fn name(self) -> &'static str {
        get(WordSize::W64, self).map_or("?", |t| t.name())
    }
}

fn mask128(bits: usize) -> u128 {
    if bits >= 128 {
        u128::MAX
    } else {
        (1 << bits) - 1
    }
}

/// Half a word: what `*W` instructions work on. 32 bits, and 4 at [`WordSize::W8`]; none at
/// [`WordSize::W32`].
pub(crate) const fn half_bits(word: WordSize) -> Option<usize> {
    match word {
        WordSize::W8 => Some(4),
        WordSize::W32 => None,
        WordSize::W64 => Some(32),
    }
}

/// `2^bits`, as a weight.
const fn pow2(bits: usize) -> i128 {
    1 << bits
}

/// A two-operand table: its automaton and closed formulas.
struct PairTable {
    name: &'static str,
    word: WordSize,
    predicate: bool,
    automaton: Automaton,
    /// `(word, x, y)` to value.
    entry: fn(WordSize, u64, u64) -> u64,
    /// `(word, l, x, y, out)` for the low `l` bits `x`, `y` of both operands.
    suffix: fn(WordSize, usize, u64, u64, &mut [i128]),
}

impl Table for PairTable {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kind(&self) -> Kind {
        Kind::Pair
    }

    fn automaton(&self) -> &Automaton {
        &self.automaton
    }

    #[inline]
    fn entry(&self, index: u128) -> u64 {
        let (x, y) = deinterleave(index);
        self.entry_pair(x, y)
    }

    #[inline]
    fn entry_pair(&self, left: u64, right: u64) -> u64 {
        let mask = self.word.mask();
        (self.entry)(self.word, left & mask, right & mask)
    }

    #[inline]
    fn suffix(&self, step: usize, low_bits: u128, out: &mut [i128]) {
        let (x, y) = deinterleave(low_bits);
        self.suffix_pair(step, x, y, out);
    }

    #[inline]
    fn suffix_pair(&self, step: usize, left: u64, right: u64, out: &mut [i128]) {
        let bits = self.word.bits() - step;
        let mask = ones(bits);
        (self.suffix)(self.word, bits, left & mask, right & mask, out);
    }

    fn is_predicate(&self) -> bool {
        self.predicate
    }
}

/// A one-operand table: its automaton and closed formulas.
struct SingleTable {
    name: &'static str,
    word: WordSize,
    automaton: Automaton,
    /// `(word, n)` to value.
    entry: fn(WordSize, u128) -> u64,
    /// `(word, b, n, out)` for the low `b` index bits `n`.
    suffix: fn(WordSize, usize, u128, &mut [i128]),
}

impl Table for SingleTable {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kind(&self) -> Kind {
        Kind::Single
    }

    fn automaton(&self) -> &Automaton {
        &self.automaton
    }

    #[inline]
    fn entry(&self, index: u128) -> u64 {
        (self.entry)(self.word, index & mask128(self.index_bits()))
    }

    #[inline]
    fn suffix(&self, step: usize, low_bits: u128, out: &mut [i128]) {
        let bits = 2 * (self.word.bits() - step);
        (self.suffix)(self.word, bits, low_bits & mask128(bits), out);
    }
}
