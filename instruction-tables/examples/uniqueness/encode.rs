//! Rows as terms: what [`Row::execute`] computes, and when it has a result at all.
//!
//! Over bits, an index has `2W` bits, and what may leave a word or become negative is computed in
//! enough bits to hold it: nothing wraps around that would not in the integers. The protocol's field
//! has more than `2^2W` elements by far, so that equations over it are equations of integers (see
//! `papers/spartan.md`). Over integers nothing wraps at all; memory is not encoded.

use crate::tables::{self, Index};
use crate::term::{Id, Sort, Terms};
use instruction_tables::instructions::persistent::{TEMPORARIES, is_persistent};
use instruction_tables::{
    Access, Hint, Left, Operands, REGISTERS, Right, Row, TableId, WordSize, Write,
};
use std::ops::Range;

/// What words are in terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Logic {
    /// Bit vectors.
    Bits,
    /// Integers.
    Integers,
}

/// The free index of rows that have one.
#[derive(Clone, Copy, Debug)]
pub enum Advice {
    /// Anything.
    Free,
    /// What the hint says.
    Honest,
}

/// A machine between two rows.
#[derive(Clone)]
pub struct State {
    /// All registers.
    pub registers: [Id; REGISTERS],
    /// Cells by number.
    pub memory: Option<Id>,
    /// The label of the next row.
    pub next: Id,
    /// Whether every row so far has a result.
    pub accepted: Id,
    /// What rows with advice gave.
    pub advised: Vec<Id>,
    /// The number of the first cell that is accessed.
    pub first_cell: Option<Id>,
}

/// Encodes rows of one word size.
pub struct Encoder {
    /// The terms.
    pub terms: Terms,
    /// Facts about inputs and functions.
    pub facts: Vec<Id>,
    word: WordSize,
    logic: Logic,
}

impl Encoder {
    pub fn new(word: WordSize, logic: Logic) -> Self {
        Encoder {
            terms: Terms::default(),
            facts: Vec::new(),
            word,
            logic,
        }
    }

    fn w(&self) -> u32 {
        self.word.bits() as u32
    }

    /// Enough bits for a sum of a few words with either sign, and for labels.
    fn wide(&self) -> u32 {
        self.w() + 4
    }

    /// A constant word.
    fn constant(&mut self, value: u64) -> Id {
        match self.logic {
            Logic::Bits => self.terms.bits(value.into(), self.w()),
            Logic::Integers => self.terms.int(value.into()),
        }
    }

    /// Any word.
    fn any_word(&mut self, name: &str) -> Id {
        match self.logic {
            Logic::Bits => self.terms.input(name, Sort::Bits(self.w())),
            Logic::Integers => {
                let x = self.terms.input(name, Sort::Int);
                let modulus = self.terms.int(1 << self.w());
                self.bound(x, modulus);
                x
            }
        }
    }

    fn bound(&mut self, x: Id, end: Id) {
        let zero = self.terms.int(0);
        let (low, high) = (
            self.terms.compare("<=", zero, x),
            self.terms.compare("<", x, end),
        );
        self.facts.extend([low, high]);
    }

    /// A label, which counts modulo `2^(W+4)` over bits: none is so large.
    fn label(&mut self, value: i128) -> Id {
        match self.logic {
            Logic::Bits => self.terms.bits(value, self.wide()),
            Logic::Integers => self.terms.int(value),
        }
    }

    /// The state in which all runs start: registers are any words. What the temporaries hold is each
    /// `run`'s own.
    pub fn start(&mut self, run: &str, label: u128) -> State {
        let zero = self.constant(0);
        let mut registers = [zero; REGISTERS];
        for (number, register) in (0u8..).zip(&mut registers).skip(1) {
            let shared = number < TEMPORARIES || is_persistent(number);
            *register = match shared {
                true => self.any_word(&format!("x{number}")),
                false => self.any_word(&format!("{run}.x{number}")),
            };
        }
        let (address, w) = (self.wide(), self.w());
        let memory = (self.logic == Logic::Bits)
            .then(|| self.terms.input("memory", Sort::Memory(address, w)));
        State {
            registers,
            memory,
            next: self.label(label as i128),
            accepted: self.terms.boolean(true),
            advised: Vec::new(),
            first_cell: None,
        }
    }

    /// Runs rows one after the other.
    pub fn run(&mut self, run: &str, rows: &[Row], advice: Advice) -> State {
        let mut state = self.start(run, rows[0].label);
        for (number, row) in rows.iter().enumerate() {
            // The path is one of labels.
            let label = self.label(row.label as i128);
            let here = self.terms.equal(state.next, label);
            state.accepted = self.terms.and(state.accepted, here);
            let free = (row.operands == Operands::Free)
                .then(|| self.free(&state, row, advice, &format!("{run}.free{number}")));
            self.row(&mut state, row, free);
        }
        state
    }

    /// The free index of a row.
    fn free(&mut self, state: &State, row: &Row, advice: Advice, name: &str) -> Id {
        let (d, n, magnitudes) = match (advice, row.hint) {
            (Advice::Honest, Hint::Quotient { dividend, divisor }) => (divisor, dividend, false),
            (Advice::Honest, Hint::SignedQuotient { dividend, divisor }) => {
                (divisor, dividend, true)
            }
            // Private input is what both runs read.
            (_, Hint::PrivateInput) => return self.any_index("input"),
            _ => return self.any_index(name),
        };
        let [n, d] = [n, d].map(|register| {
            let x = state.registers[usize::from(register)];
            match magnitudes {
                true => self.magnitude(x),
                false => x,
            }
        });
        let zero = self.constant(0);
        let none = self.terms.equal(d, zero);
        let quotient = match self.logic {
            Logic::Bits => self.terms.binary("bvudiv", n, d),
            Logic::Integers => self.terms.binary("div", n, d),
        };
        let quotient = self.terms.ite(none, zero, quotient);
        self.index_of(quotient)
    }

    fn any_index(&mut self, name: &str) -> Id {
        match self.logic {
            Logic::Bits => self.terms.input(name, Sort::Bits(2 * self.w())),
            Logic::Integers => {
                let x = self.terms.input(name, Sort::Int);
                // 2^2W, which is too large for a constant here.
                let half = self.terms.int(1 << self.w());
                let end = self.terms.binary("*", half, half);
                self.bound(x, end);
                x
            }
        }
    }

    fn magnitude(&mut self, x: Id) -> Id {
        let index = self.index_of(x);
        self.table(TableId::ABS, Index::Single(index))
    }

    /// A word as an index.
    fn index_of(&mut self, x: Id) -> Id {
        match self.logic {
            Logic::Bits => self.terms.resize(x, 2 * self.w()),
            Logic::Integers => x,
        }
    }

    fn table(&mut self, id: TableId, index: Index) -> Id {
        match self.logic {
            Logic::Bits => tables::bits(&mut self.terms, self.word, id, index),
            Logic::Integers => {
                let (out, fact) = tables::integers(&mut self.terms, self.word, id, index);
                self.facts.extend(fact);
                out
            }
        }
    }

    /// A sum of words with signs and a constant, as an index, and whether it is not negative.
    fn total(&mut self, parts: &[(Id, &'static str)], constant: i128) -> (Id, Id) {
        match self.logic {
            Logic::Bits => {
                let wide = self.wide();
                let mut sum = self.terms.bits(constant, wide);
                for (x, sign) in parts {
                    let x = self.terms.resize(*x, wide);
                    let name = if *sign == "+" { "bvadd" } else { "bvsub" };
                    sum = self.terms.binary(name, sum, x);
                }
                let negative = self.terms.bit(sum, wide - 1);
                let fits = self.terms.not(negative);
                (sum, fits)
            }
            Logic::Integers => {
                let mut sum = self.terms.int(constant);
                for (x, sign) in parts {
                    sum = self.terms.binary(sign, sum, *x);
                }
                let zero = self.terms.int(0);
                let fits = self.terms.compare("<=", zero, sum);
                (sum, fits)
            }
        }
    }

    fn require(&mut self, state: &mut State, condition: Id) {
        state.accepted = self.terms.and(state.accepted, condition);
    }

    /// One row, by the equations of [`Row::execute`].
    fn row(&mut self, state: &mut State, row: &Row, free: Option<Id>) {
        row.well_formed(self.word).expect("a well-formed row");
        let w = self.w();
        let rs1 = state.registers[usize::from(row.rs1)];
        let rs2 = state.registers[usize::from(row.rs2)];
        let place = row.access.is_active().then(|| self.place(state, row, rs1));
        if let (None, Some((number, _))) = (state.first_cell, place) {
            state.first_cell = Some(number);
        }
        let cell = place.map(|(number, _)| {
            let memory = state.memory.expect("memory is encoded over bits");
            self.terms.select(memory, number)
        });
        // Operands and output.
        let mut exact = None;
        let mut out = self.constant(0);
        if let Some(table) = row.table {
            let index = match row.operands {
                Operands::Sum | Operands::Difference => {
                    let (parts, imm) = match row.operands {
                        Operands::Sum => ([(rs1, "+"), (rs2, "+")], row.imm),
                        _ => ([(rs1, "+"), (rs2, "-")], -row.imm),
                    };
                    let (sum, fits) = self.total(&parts, imm);
                    self.require(state, fits);
                    let index = match self.logic {
                        Logic::Bits => self.terms.resize(sum, 2 * w),
                        Logic::Integers => sum,
                    };
                    Some(Index::Single(index))
                }
                Operands::Product => {
                    // Well-formed: a register or a constant word.
                    let v = match row.rs2 {
                        0 => self.constant(row.imm as u64),
                        _ => rs2,
                    };
                    let (x, v) = (self.index_of(rs1), self.index_of(v));
                    let name = match self.logic {
                        Logic::Bits => "bvmul",
                        Logic::Integers => "*",
                    };
                    Some(Index::Single(self.terms.binary(name, x, v)))
                }
                Operands::Free => free.map(Index::Single),
                Operands::Pair(Left::Rs1, Right::Value) => {
                    let v = match row.rs2 {
                        0 => self.constant(row.imm as u64),
                        _ => rs2,
                    };
                    Some(Index::Pair(rs1, v))
                }
                Operands::Pair(..) | Operands::None => None,
            };
            out = match (row.operands, index) {
                (Operands::Pair(_, Right::Window { size }), _) => {
                    let (_, offset) = place.expect("a window belongs to an access");
                    self.windows(state, table, size, cell.expect("a cell"), offset)
                }
                (_, Some(index)) => self.table(table, index),
                _ => unreachable!("well-formed rows have operands with their tables"),
            };
            if let (true, Some(Index::Single(index))) = (row.exact, index) {
                exact = Some(index);
            }
        }
        if row.operands == Operands::Free {
            state.advised.push(out);
        }
        if row.asserts {
            let one = self.constant(1);
            let holds = self.terms.equal(out, one);
            self.require(state, holds);
        }
        if let Some(index) = exact {
            let word = self.index_of(out);
            let holds = self.terms.equal(index, word);
            self.require(state, holds);
        }
        match row.write {
            Write::None => {}
            Write::Lookup => state.registers[usize::from(row.rd)] = out,
            Write::Link => state.registers[usize::from(row.rd)] = self.constant(row.link),
            Write::Cell => state.registers[usize::from(row.rd)] = cell.expect("a cell"),
        }
        if let (true, Some((number, offset)), Some(cell)) = (row.access.is_store(), place, cell) {
            let new = match row.access {
                Access::Store => rs2,
                _ => self.narrow(state, (cell, rs2, out), offset),
            };
            let memory = state.memory.expect("memory is encoded over bits");
            state.memory = Some(self.terms.store(memory, number, new));
        }
        state.next = self.next(row, out);
    }

    /// Cell and offset of an access. There is no upper end of memory: more is accepted than a machine
    /// accepts.
    fn place(&mut self, state: &mut State, row: &Row, rs1: Id) -> (Id, Id) {
        let (address, fits) = self.total(&[(rs1, "+")], row.imm);
        self.require(state, fits);
        let bits = self.word.bytes().ilog2();
        let wide = self.wide();
        let number = match bits {
            0 => address,
            _ => {
                let number = self.terms.extract(address, wide - 1, bits);
                self.terms.resize(number, wide)
            }
        };
        let offset = match bits {
            0 => self.terms.bits(0, 1),
            _ => self.terms.extract(address, bits - 1, 0),
        };
        if row.access.is_full() {
            let zero = self.terms.bits(0, self.terms.width(offset));
            let aligned = self.terms.equal(offset, zero);
            self.require(state, aligned);
        }
        (number, offset)
    }

    /// The output for the window at each offset; one that is no word is not accepted.
    fn windows(&mut self, state: &mut State, table: TableId, size: u8, cell: Id, offset: Id) -> Id {
        let (w, bytes) = (self.w(), self.word.bytes() as u32);
        let mut out = self.terms.bits(0, w);
        let mut inside = self.terms.boolean(false);
        for at in 0..=bytes - u32::from(size) {
            let markers = (1 | 1u64 << (8 * size - 1)) << (8 * at);
            let window = self.constant(markers);
            let value = self.table(table, Index::Pair(cell, window));
            let place = self.terms.bits(at.into(), self.terms.width(offset));
            let here = self.terms.equal(offset, place);
            out = self.terms.ite(here, value, out);
            inside = self.terms.or(inside, here);
        }
        self.require(state, inside);
        out
    }

    /// `cell + (new - old) · 2^(8 · offset)`, which must be a word.
    fn narrow(&mut self, state: &mut State, (cell, new, old): (Id, Id, Id), offset: Id) -> Id {
        let (w, two) = (self.w(), 2 * self.w());
        let [cell, new, old] = [cell, new, old].map(|x| self.terms.resize(x, two));
        let offset = self.terms.resize(offset, two);
        let three = self.terms.bits(3, two);
        let by = self.terms.binary("bvshl", offset, three);
        let change = self.terms.binary("bvsub", new, old);
        let change = self.terms.binary("bvshl", change, by);
        let sum = self.terms.binary("bvadd", cell, change);
        let above = self.terms.extract(sum, two - 1, w);
        let zero = self.terms.bits(0, w);
        let fits = self.terms.equal(above, zero);
        self.require(state, fits);
        self.terms.extract(sum, w - 1, 0)
    }

    /// `succ + out · delta`.
    fn next(&mut self, row: &Row, out: Id) -> Id {
        let succ = self.label(row.succ as i128);
        if row.delta == 0 {
            return succ;
        }
        let delta = self.label(row.delta);
        let (times, plus) = match self.logic {
            Logic::Bits => ("bvmul", "bvadd"),
            Logic::Integers => ("*", "+"),
        };
        let out = match self.logic {
            Logic::Bits => self.terms.resize(out, self.wide()),
            Logic::Integers => out,
        };
        let jump = self.terms.binary(times, out, delta);
        self.terms.binary(plus, succ, jump)
    }

    /// Whether two states differ in anything that the program sees.
    pub fn differ(&mut self, a: &State, b: &State) -> Id {
        let seen = (0..REGISTERS as u8).filter(|n| *n < TEMPORARIES || is_persistent(*n));
        let mut same = self.terms.equal(a.next, b.next);
        for number in seen.map(usize::from) {
            let equal = self.terms.equal(a.registers[number], b.registers[number]);
            same = self.terms.and(same, equal);
        }
        if let (Some(a), Some(b)) = (a.memory, b.memory) {
            let equal = self.terms.equal(a, b);
            same = self.terms.and(same, equal);
        }
        self.terms.not(same)
    }

    /// What is true of any two integers, said of the advice of two runs: one is less, or they are equal.
    /// A solver that would not think of the three cases sees them.
    pub fn distinguish(&mut self, a: &State, b: &State) {
        if self.logic == Logic::Bits {
            return;
        }
        for (x, y) in a.advised.iter().zip(&b.advised) {
            let (less, greater) = (
                self.terms.compare("<", *x, *y),
                self.terms.compare("<", *y, *x),
            );
            let equal = self.terms.equal(*x, *y);
            let differ = self.terms.or(less, greater);
            let fact = self.terms.or(differ, equal);
            self.facts.push(fact);
        }
    }

    /// That `rs1` plus a constant, modulo `2^W`, is an address in a range.
    pub fn address_in_memory(&mut self, register: u8, offset: u64, memory: &Range<u64>) -> Id {
        let zero = self.constant(0);
        let rs1 = match register {
            0 => zero,
            _ => self.any_word(&format!("x{register}")),
        };
        let offset = self.constant(offset);
        let address = self.terms.binary("bvadd", rs1, offset);
        let (first, last) = (self.constant(memory.start), self.constant(memory.end - 1));
        let above = self.terms.compare("bvule", first, address);
        let below = self.terms.compare("bvule", address, last);
        self.terms.and(above, below)
    }

    /// That memory in a range of addresses has a cell of this number.
    pub fn cell_exists(&mut self, number: Id, memory: &Range<u64>) -> Id {
        let (wide, bytes) = (self.wide(), self.word.bytes() as u64);
        let first = self.terms.bits((memory.start / bytes).into(), wide);
        let last = self.terms.bits((memory.end / bytes - 1).into(), wide);
        let above = self.terms.compare("bvule", first, number);
        let below = self.terms.compare("bvule", number, last);
        self.terms.and(above, below)
    }

    /// That `rs1` plus a constant is an address from which `size` bytes do not wrap around, and a
    /// multiple of `align`.
    pub fn address_in_range(&mut self, register: u8, imm: i64, size: u8, align: u8) -> Id {
        let zero = self.constant(0);
        let rs1 = match register {
            0 => zero,
            _ => self.any_word(&format!("x{register}")),
        };
        let (address, fits) = self.total(&[(rs1, "+")], imm.into());
        let wide = self.wide();
        let end = self
            .terms
            .bits((1i128 << self.w()) - i128::from(size), wide);
        let inside = self.terms.compare("bvule", address, end);
        let low = self.terms.bits(i128::from(align) - 1, wide);
        let low = self.terms.binary("bvand", address, low);
        let none = self.terms.bits(0, wide);
        let aligned = self.terms.equal(low, none);
        let both = self.terms.and(fits, inside);
        self.terms.and(both, aligned)
    }
}
