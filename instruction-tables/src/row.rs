//! One bytecode row: everything one cycle does, as constants.
//!
//! An instruction expands into one or more rows (see the instruction records). A row is pure data;
//! [`Row::execute`] is its only semantics, used by the tracer, by the laws and by soundness tests.
//! The step constraints of the prover restate the same equations over the field.
//!
//! Per cycle, with `v = rs2 + imm` over the integers:
//!
//! | part | meaning |
//! |---|---|
//! | operands | how the lookup index is formed from `rs1`, `v`, the RAM cell and the window |
//! | table | `out = T(index)`; no table means `out = 0` |
//! | write | the value that `rd` receives: `out`, the constant `link`, or the RAM cell |
//! | access | which RAM cell is touched (`rs1 + imm`), and how it changes |
//! | control | `next label = succ + out · delta` |
//!
//! Register numbers: 0 is x0 (reads 0, is never written), 1–31 architectural, 32–63 virtual.

use crate::bits::signed;
use crate::tables::TableId;
use crate::word::WordSize;

/// Number of registers, architectural and virtual.
pub const REGISTERS: usize = 64;

/// How the left operand of a two-operand lookup is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Left {
    /// Register `rs1`.
    Rs1,
    /// The RAM cell that the row accesses.
    Cell,
}

/// How the right operand of a two-operand lookup is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// `v = rs2 + imm`.
    Value,
    /// The two-marker window of `size` bytes at the accessed byte offset:
    /// `(1 + 2^(8·size − 1)) · 2^(8·offset)`.
    Window {
        /// Bytes selected: 1, 2 or 4, and less than a word.
        size: u8,
    },
}

/// How the lookup index is formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operands {
    /// The row performs no lookup.
    None,
    /// Interleaved bits of two words, the left one on the more significant bit of each pair.
    Pair(Left, Right),
    /// The integer `rs1 + v`.
    Sum,
    /// The integer `rs1 − v` (must not be negative: `SUB` has `imm = −2^W`).
    Difference,
    /// The integer `rs1 · v`.
    Product,
    /// Unconstrained: the value is advice.
    Free,
}

/// What the destination register receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// Nothing is written.
    None,
    /// The lookup output.
    Lookup,
    /// The row's constant `link`.
    Link,
    /// The RAM cell, copied.
    Cell,
}

/// How the row uses RAM. Every cycle reads a cell; [`Access::Idle`] reads cell 0 and ignores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// No load or store.
    Idle,
    /// Full-word load: byte offset 0.
    Load,
    /// Full-word store of `rs2`: byte offset 0.
    Store,
    /// Narrow load through a window lookup.
    LoadNarrow,
    /// Narrow store of `rs2`, already truncated to the window's size; `out` is what it replaces.
    StoreNarrow,
}

impl Access {
    /// Whether a RAM address is formed at all.
    pub const fn is_active(self) -> bool {
        !matches!(self, Access::Idle)
    }

    /// Whether the cell may change.
    pub const fn is_store(self) -> bool {
        matches!(self, Access::Store | Access::StoreNarrow)
    }

    /// Whether a whole cell is accessed.
    pub const fn is_full(self) -> bool {
        matches!(self, Access::Load | Access::Store)
    }
}

/// What the host supplies to, or does for, a row. Not part of the statement: a verifier never sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// Nothing.
    None,
    /// The free index is the next word of the private input.
    PrivateInput,
    /// The free index is the unsigned quotient of the registers named ([`Hint::quotient`]).
    Quotient {
        /// Register of the dividend.
        dividend: u8,
        /// Register of the divisor.
        divisor: u8,
    },
    /// The free index is the magnitude of the signed quotient of the registers named
    /// ([`Hint::signed_quotient`]).
    SignedQuotient {
        /// Register of the dividend.
        dividend: u8,
        /// Register of the divisor.
        divisor: u8,
    },
    /// Print the bytes at address `rs1`, length `rs2`.
    Print,
}

impl Hint {
    /// The advice of [`Hint::Quotient`]: `⌊n / d⌋`, and 0 if the divisor is 0 (any quotient would be
    /// accepted, and zero digits are the cheapest).
    pub const fn quotient(n: u64, d: u64) -> u64 {
        match n.checked_div(d) {
            Some(q) => q,
            None => 0,
        }
    }

    /// The advice of [`Hint::SignedQuotient`]: `⌊|n| / |d|⌋` for words read as signed, and 0 if the
    /// divisor is 0.
    pub const fn signed_quotient(word: WordSize, n: u64, d: u64) -> u64 {
        let n = signed(n, word.bits()).unsigned_abs();
        let d = signed(d, word.bits()).unsigned_abs();
        Self::quotient(n, d)
    }

    /// The free index of a row with this hint, given the values of registers. [`None`] for
    /// [`Hint::PrivateInput`], whose index is on a tape, and for hints that advise nothing.
    pub fn advice(self, word: WordSize, register: impl Fn(u8) -> u64) -> Option<u64> {
        match self {
            Hint::Quotient { dividend, divisor } => {
                Some(Self::quotient(register(dividend), register(divisor)))
            }
            Hint::SignedQuotient { dividend, divisor } => Some(Self::signed_quotient(
                word,
                register(dividend),
                register(divisor),
            )),
            Hint::None | Hint::PrivateInput | Hint::Print => None,
        }
    }
}

/// One bytecode row. See the module documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Name of the row's instruction (the record's mnemonic), for display.
    pub name: &'static str,
    /// First rows of the instruction at address `a`: `a + 1`; inner rows: unique and > `2^W`; row 0: 0.
    pub label: u128,
    /// The next label if `out = 0` or `delta = 0`. The last row of a routine that goes back to an inner
    /// row has `succ = 2^W`, `delta = 1` (see `instructions/crossing.rs`).
    pub succ: u128,
    /// Added to the next label `out` times. A JALR row has `succ = 1`, `delta = 1`.
    pub delta: i128,
    /// Destination register, 0 when nothing is written.
    pub rd: u8,
    /// First source register, 0 when unused.
    pub rs1: u8,
    /// Second source register, 0 when unused.
    pub rs2: u8,
    /// The constant of `v = rs2 + imm`, or of the address `rs1 + imm` of loads and stores.
    pub imm: i128,
    /// The constant of [`Write::Link`], a word.
    pub link: u64,
    /// How the index is formed.
    pub operands: Operands,
    /// The table looked up.
    pub table: Option<TableId>,
    /// What `rd` receives.
    pub write: Write,
    /// The RAM access.
    pub access: Access,
    /// The lookup output must be 1, or the trace is not a proof of anything.
    pub asserts: bool,
    /// The index must equal the lookup output: a sum, difference or product did not leave the word.
    pub exact: bool,
    /// Host side only.
    pub hint: Hint,
}

impl Row {
    /// Row 0 of every program: label 0, successor 0, does nothing. A halted machine stays on it,
    /// and padding of trace and bytecode equals it.
    pub const HALT: Row = Row {
        name: "halt",
        label: 0,
        succ: 0,
        delta: 0,
        rd: 0,
        rs1: 0,
        rs2: 0,
        imm: 0,
        link: 0,
        operands: Operands::None,
        table: None,
        write: Write::None,
        access: Access::Idle,
        asserts: false,
        exact: false,
        hint: Hint::None,
    };
}
