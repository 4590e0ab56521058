//! Tables as terms: closed formulas over bits or integers, and for the rest the automaton itself.

use crate::term::{Id, Terms};
use instruction_tables::{TableId, WordSize};

/// The operands of a lookup.
#[derive(Clone, Copy, Debug)]
pub enum Index {
    /// Two words.
    Pair(Id, Id),
    /// `2W` bits, or an integer.
    Single(Id),
}

/// The output over bits. A single index has `2W` bits.
pub fn bits(t: &mut Terms, word: WordSize, id: TableId, index: Index) -> Id {
    match index {
        Index::Pair(x, y) => pair(t, word, id, x, y),
        Index::Single(n) => single(t, word, id, n),
    }
    .unwrap_or_else(|| automaton(t, word, id, index))
}

fn indicator(t: &mut Terms, c: Id, width: u32) -> Id {
    let (one, zero) = (t.bits(1, width), t.bits(0, width));
    t.ite(c, one, zero)
}

fn negative(t: &mut Terms, x: Id) -> Id {
    let top = t.width(x) - 1;
    t.bit(x, top)
}

fn negated(t: &mut Terms, x: Id) -> Id {
    let zero = t.bits(0, t.width(x));
    t.binary("bvsub", zero, x)
}

fn pair(t: &mut Terms, word: WordSize, id: TableId, x: Id, y: Id) -> Option<Id> {
    let w = word.bits() as u32;
    let zero = t.bits(0, w);
    let chosen = |t: &mut Terms, order: &'static str, first: bool| {
        let less = t.compare(order, x, y);
        if first {
            t.ite(less, x, y)
        } else {
            t.ite(less, y, x)
        }
    };
    Some(match id {
        TableId::AND => t.binary("bvand", x, y),
        TableId::OR => t.binary("bvor", x, y),
        TableId::XOR => t.binary("bvxor", x, y),
        TableId::ANDN | TableId::ORN | TableId::XNOR => {
            let y = t.bvnot(y);
            let name = match id {
                TableId::ANDN => "bvand",
                TableId::ORN => "bvor",
                _ => "bvxor",
            };
            t.binary(name, x, y)
        }
        TableId::EQ => {
            let c = t.equal(x, y);
            indicator(t, c, w)
        }
        TableId::DISJOINT => {
            let both = t.binary("bvand", x, y);
            let c = t.equal(both, zero);
            indicator(t, c, w)
        }
        TableId::LT | TableId::LTU => {
            let c = t.compare(if id == TableId::LT { "bvslt" } else { "bvult" }, x, y);
            indicator(t, c, w)
        }
        TableId::MIN => chosen(t, "bvslt", true),
        TableId::MINU => chosen(t, "bvult", true),
        TableId::MAX => chosen(t, "bvslt", false),
        TableId::MAXU => chosen(t, "bvult", false),
        TableId::REM_OK => {
            let (less, none) = (t.compare("bvult", x, y), t.equal(y, zero));
            let c = t.or(less, none);
            indicator(t, c, w)
        }
        TableId::DIV_OUT => {
            let (none, ones) = (t.equal(y, zero), t.bits(-1, w));
            t.ite(none, ones, x)
        }
        TableId::COND_NEG => {
            let (c, minus) = (negative(t, y), negated(t, x));
            t.ite(c, minus, x)
        }
        TableId::MULH_FIX | TableId::MULHSU_FIX => {
            let (nx, ny) = (negative(t, x), negative(t, y));
            let from_y = t.ite(nx, y, zero);
            let from_x = t.ite(ny, x, zero);
            match id {
                TableId::MULH_FIX => t.binary("bvadd", from_y, from_x),
                _ => from_y,
            }
        }
        TableId::EXTRACT_ZX | TableId::EXTRACT_SX => {
            // Between two markers that are known.
            let markers = t.constant(y).filter(|y| y.count_ones() == 2)?;
            let (hi, lo) = (markers.ilog2(), markers.trailing_zeros());
            let window = t.extract(x, hi, lo);
            match id {
                TableId::EXTRACT_ZX => t.resize(window, w),
                _ => t.sign_extend(window, w),
            }
        }
        TableId::SRL => {
            let by = t.constant(y).filter(|y| y.count_ones() == 1)?.ilog2();
            let high = t.extract(x, w - 1, by);
            t.resize(high, w)
        }
        TableId::SRA => {
            let by = t.constant(y).filter(|y| y.count_ones() == 1)?.ilog2();
            let high = t.extract(x, w - 1, by);
            t.sign_extend(high, w)
        }
        _ => return None,
    })
}

fn single(t: &mut Terms, word: WordSize, id: TableId, n: Id) -> Option<Id> {
    let w = word.bits() as u32;
    let low = t.extract(n, w - 1, 0);
    let kept = |t: &mut Terms, bits: u32| {
        let x = t.extract(n, bits - 1, 0);
        t.resize(x, w)
    };
    Some(match id {
        TableId::TRUNC => low,
        TableId::TRUNC8 => kept(t, 8),
        TableId::TRUNC16 => kept(t, 16),
        TableId::TRUNC32 => kept(t, w / 2),
        TableId::TRUNC32_SX => {
            let x = t.extract(n, w / 2 - 1, 0);
            t.sign_extend(x, w)
        }
        TableId::TRUNC_EVEN => {
            let even = t.bits(-2, w);
            t.binary("bvand", low, even)
        }
        TableId::HIGH => t.extract(n, 2 * w - 1, w),
        TableId::POW2 | TableId::POW2_32 => {
            let amounts = if id == TableId::POW2 { w } else { w / 2 };
            let amount = t.extract(n, amounts.ilog2() - 1, 0);
            let (one, amount) = (t.bits(1, w), t.resize(amount, w));
            t.binary("bvshl", one, amount)
        }
        TableId::SIGN => {
            let (c, ones, zero) = (negative(t, low), t.bits(-1, w), t.bits(0, w));
            t.ite(c, ones, zero)
        }
        TableId::ABS => {
            let (c, minus) = (negative(t, low), negated(t, low));
            t.ite(c, minus, low)
        }
        _ => return None,
    })
}

/// The automaton, modulo `2^W`, which outputs are below.
pub fn automaton(t: &mut Terms, word: WordSize, id: TableId, index: Index) -> Id {
    let w = word.bits() as u32;
    let table = instruction_tables::tables::get(word, id).expect("a table of the word size");
    let automaton = table.automaton();
    let mut row: Vec<Id> = automaton.start().iter().map(|x| t.bits(*x, w)).collect();
    for step in 0..automaton.steps() {
        let at = w - 1 - step as u32;
        let (a, b) = match index {
            Index::Pair(x, y) => (t.bit(x, at), t.bit(y, at)),
            Index::Single(n) => (t.bit(n, 2 * at + 1), t.bit(n, 2 * at)),
        };
        let mut next = vec![t.bits(0, w); row.len()];
        for (from, value) in row.iter().enumerate() {
            for (to, sum) in next.iter_mut().enumerate() {
                let term = [0, 1, 2, 3].map(|pair| {
                    let weight = t.bits(automaton.matrix(step, pair).get(from, to), w);
                    t.binary("bvmul", *value, weight)
                });
                let (b0, b1) = (t.ite(b, term[1], term[0]), t.ite(b, term[3], term[2]));
                let term = t.ite(a, b1, b0);
                *sum = t.binary("bvadd", *sum, term);
            }
        }
        row = next;
    }
    let mut out = t.bits(0, w);
    for (value, end) in row.iter().zip(automaton.end()) {
        let end = t.bits(*end, w);
        let term = t.binary("bvmul", *value, end);
        out = t.binary("bvadd", out, term);
    }
    out
}

/// The output over integers, and what is known of it besides: tables that are no arithmetic are
/// functions of their operands with words as values.
pub fn integers(t: &mut Terms, word: WordSize, id: TableId, index: Index) -> (Id, Option<Id>) {
    let modulus = 1i128 << word.bits();
    let half = 1i128 << (word.bits() / 2);
    let (zero, one, m, h) = (t.int(0), t.int(1), t.int(modulus), t.int(half));
    let name = instruction_tables::tables::get(word, id).map_or("", |t| t.name());
    let known = match (id, index) {
        (TableId::TRUNC, Index::Single(n)) => Some(t.binary("mod", n, m)),
        (TableId::TRUNC32, Index::Single(n)) => Some(t.binary("mod", n, h)),
        (TableId::TRUNC32_SX, Index::Single(n)) => {
            let x = t.binary("mod", n, h);
            let top = t.int(half / 2);
            let fill = t.int(modulus - half);
            let (positive, filled) = (t.compare("<", x, top), t.binary("+", x, fill));
            Some(t.ite(positive, x, filled))
        }
        (TableId::ABS, Index::Single(n)) => {
            let x = t.binary("mod", n, m);
            let top = t.int(modulus / 2);
            let (positive, minus) = (t.compare("<", x, top), t.binary("-", m, x));
            Some(t.ite(positive, x, minus))
        }
        (TableId::COND_NEG, Index::Pair(x, y)) => {
            let top = t.int(modulus / 2);
            let (positive, none) = (t.compare("<", y, top), t.equal(x, zero));
            let (keep, minus) = (t.or(positive, none), t.binary("-", m, x));
            Some(t.ite(keep, x, minus))
        }
        (TableId::REM_OK, Index::Pair(x, y)) => {
            let (less, none) = (t.compare("<", x, y), t.equal(y, zero));
            let c = t.or(less, none);
            Some(t.ite(c, one, zero))
        }
        (TableId::DIV_OUT, Index::Pair(x, y)) => {
            let (none, ones) = (t.equal(y, zero), t.int(modulus - 1));
            Some(t.ite(none, ones, x))
        }
        _ => None,
    };
    if let Some(out) = known {
        return (out, None);
    }
    let out = match index {
        Index::Pair(x, y) => t.apply(name, &[x, y]),
        Index::Single(n) => t.apply(name, &[n]),
    };
    let (low, high) = (t.compare("<=", zero, out), t.compare("<", out, m));
    (out, Some(t.and(low, high)))
}
