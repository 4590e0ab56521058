//! Terms of SMT-LIB2: built once each, printed as definitions, and evaluated here, so that tests can
//! compare an encoding with what it encodes.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// What a term is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A truth value.
    Bool,
    /// So many bits, at most 128.
    Bits(u32),
    /// An integer.
    Int,
    /// An array, from so many bits to so many.
    Memory(u32, u32),
}

/// How a term is made of others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A free constant of this name.
    Input(String),
    Bool(bool),
    Bits(u128),
    Int(i128),
    /// An operation of SMT-LIB2, by name.
    Plain(&'static str),
    /// Bits `hi` to `lo`.
    Extract(u32, u32),
    /// So many bits more.
    ZeroExtend(u32),
    SignExtend(u32),
    /// A function of integers that nothing is known of but its name, and its value for evaluation.
    Apply(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Node {
    op: Op,
    sort: Sort,
    arguments: Vec<Id>,
}

/// A term, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(usize);

/// All terms of a query.
#[derive(Default)]
pub struct Terms {
    nodes: Vec<Node>,
    known: HashMap<Node, Id>,
}

/// The value of a term.
#[cfg(test)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Bool(bool),
    Bits(u128),
    Int(i128),
    /// What is not in the map has the value given.
    Memory(BTreeMap<u128, u128>, u128),
}

#[cfg(test)]
impl Value {
    /// Whether it is true.
    pub fn holds(&self) -> bool {
        *self == Value::Bool(true)
    }

    /// Bits, or an integer that is not negative.
    pub fn number(&self) -> u128 {
        match self {
            Value::Bits(x) => *x,
            Value::Int(x) => u128::try_from(*x).expect("a number"),
            _ => panic!("not a number"),
        }
    }
}

fn mask(bits: u32) -> u128 {
    u128::MAX >> (128 - bits)
}

impl Terms {
    fn add(&mut self, op: Op, sort: Sort, arguments: &[Id]) -> Id {
        let node = Node {
            op,
            sort,
            arguments: arguments.to_vec(),
        };
        let next = Id(self.nodes.len());
        let id = *self.known.entry(node.clone()).or_insert(next);
        if id == next {
            self.nodes.push(node);
        }
        id
    }

    /// The sort of a term.
    pub fn sort(&self, x: Id) -> Sort {
        self.nodes[x.0].sort
    }

    /// The width of a term of bits.
    pub fn width(&self, x: Id) -> u32 {
        match self.sort(x) {
            Sort::Bits(width) => width,
            sort => panic!("bits expected, not {sort:?}"),
        }
    }

    /// The value of a constant.
    pub fn constant(&self, x: Id) -> Option<u128> {
        match self.nodes[x.0].op {
            Op::Bits(value) => Some(value),
            _ => None,
        }
    }

    pub fn input(&mut self, name: &str, sort: Sort) -> Id {
        self.add(Op::Input(name.to_owned()), sort, &[])
    }

    pub fn boolean(&mut self, value: bool) -> Id {
        self.add(Op::Bool(value), Sort::Bool, &[])
    }

    /// A constant modulo `2^width`.
    pub fn bits(&mut self, value: i128, width: u32) -> Id {
        self.add(
            Op::Bits(value as u128 & mask(width)),
            Sort::Bits(width),
            &[],
        )
    }

    pub fn int(&mut self, value: i128) -> Id {
        self.add(Op::Int(value), Sort::Int, &[])
    }

    fn is(&self, x: Id, value: bool) -> bool {
        self.nodes[x.0].op == Op::Bool(value)
    }

    pub fn and(&mut self, x: Id, y: Id) -> Id {
        match () {
            _ if self.is(x, true) || self.is(y, false) => y,
            _ if self.is(y, true) || self.is(x, false) || x == y => x,
            _ => self.add(Op::Plain("and"), Sort::Bool, &[x, y]),
        }
    }

    pub fn or(&mut self, x: Id, y: Id) -> Id {
        match () {
            _ if self.is(x, false) || self.is(y, true) => y,
            _ if self.is(y, false) || self.is(x, true) || x == y => x,
            _ => self.add(Op::Plain("or"), Sort::Bool, &[x, y]),
        }
    }

    pub fn not(&mut self, x: Id) -> Id {
        for value in [false, true] {
            if self.is(x, value) {
                return self.boolean(!value);
            }
        }
        self.add(Op::Plain("not"), Sort::Bool, &[x])
    }

    pub fn equal(&mut self, x: Id, y: Id) -> Id {
        assert_eq!(self.sort(x), self.sort(y), "equality of different sorts");
        match x == y {
            true => self.boolean(true),
            false => self.add(Op::Plain("="), Sort::Bool, &[x, y]),
        }
    }

    pub fn ite(&mut self, c: Id, x: Id, y: Id) -> Id {
        let sort = self.sort(x);
        assert_eq!(sort, self.sort(y), "branches of different sorts");
        match x == y {
            true => x,
            false => self.add(Op::Plain("ite"), sort, &[c, x, y]),
        }
    }

    /// An operation on two terms of the same sort, with a result of that sort.
    pub fn binary(&mut self, name: &'static str, x: Id, y: Id) -> Id {
        let sort = self.sort(x);
        assert_eq!(sort, self.sort(y), "{name} of different sorts");
        let zero = |t: &Self, z| t.constant(z) == Some(0);
        match name {
            "bvadd" if zero(self, x) => y,
            "bvadd" | "bvsub" if zero(self, y) => x,
            "bvmul" if zero(self, x) || self.constant(y) == Some(1) => x,
            "bvmul" if zero(self, y) || self.constant(x) == Some(1) => y,
            _ => self.add(Op::Plain(name), sort, &[x, y]),
        }
    }

    /// A comparison.
    pub fn compare(&mut self, name: &'static str, x: Id, y: Id) -> Id {
        assert_eq!(self.sort(x), self.sort(y), "{name} of different sorts");
        self.add(Op::Plain(name), Sort::Bool, &[x, y])
    }

    pub fn bvnot(&mut self, x: Id) -> Id {
        let sort = self.sort(x);
        self.add(Op::Plain("bvnot"), sort, &[x])
    }

    pub fn extract(&mut self, x: Id, hi: u32, lo: u32) -> Id {
        match self.width(x) == hi - lo + 1 {
            true => x,
            false => self.add(Op::Extract(hi, lo), Sort::Bits(hi - lo + 1), &[x]),
        }
    }

    /// Bit `k`, as a truth value.
    pub fn bit(&mut self, x: Id, k: u32) -> Id {
        let bit = self.extract(x, k, k);
        let one = self.bits(1, 1);
        self.equal(bit, one)
    }

    /// Zeros above, or the low bits.
    pub fn resize(&mut self, x: Id, width: u32) -> Id {
        let from = self.width(x);
        match width.cmp(&from) {
            std::cmp::Ordering::Greater => {
                self.add(Op::ZeroExtend(width - from), Sort::Bits(width), &[x])
            }
            _ => self.extract(x, width - 1, 0),
        }
    }

    /// Copies of the sign above.
    pub fn sign_extend(&mut self, x: Id, width: u32) -> Id {
        match width - self.width(x) {
            0 => x,
            more => self.add(Op::SignExtend(more), Sort::Bits(width), &[x]),
        }
    }

    pub fn select(&mut self, memory: Id, at: Id) -> Id {
        let Sort::Memory(_, width) = self.sort(memory) else {
            panic!("a memory expected");
        };
        self.add(Op::Plain("select"), Sort::Bits(width), &[memory, at])
    }

    pub fn store(&mut self, memory: Id, at: Id, value: Id) -> Id {
        let sort = self.sort(memory);
        self.add(Op::Plain("store"), sort, &[memory, at, value])
    }

    /// An integer of which nothing is known but that it is a function of these.
    pub fn apply(&mut self, name: &'static str, arguments: &[Id]) -> Id {
        self.add(Op::Apply(name), Sort::Int, arguments)
    }

    /// The query whether all of these can hold, for a solver. For products of integers z3's core does
    /// more than what z3 chooses where a query has no functions. [`None`] if one of them is false as it
    /// stands.
    pub fn script(&self, assertions: &[Id], integers: bool) -> Option<String> {
        if assertions.iter().any(|x| self.is(*x, false)) {
            return None;
        }
        let mut needed = vec![false; self.nodes.len()];
        let mut open: Vec<Id> = assertions.to_vec();
        while let Some(Id(at)) = open.pop() {
            if !std::mem::replace(&mut needed[at], true) {
                open.extend(&self.nodes[at].arguments);
            }
        }
        let mut out = "(set-logic ALL)\n".to_owned();
        let mut functions = BTreeMap::new();
        for (node, _) in self.nodes.iter().zip(&needed).filter(|(_, n)| **n) {
            if let Op::Apply(name) = node.op {
                functions.insert(name, node.arguments.len());
            }
        }
        for (name, arguments) in functions {
            let domain = vec!["Int"; arguments].join(" ");
            let _ = writeln!(out, "(declare-fun {name} ({domain}) Int)");
        }
        for (at, node) in self.nodes.iter().enumerate().filter(|(at, _)| needed[*at]) {
            let sort = match node.sort {
                Sort::Bool => "Bool".to_owned(),
                Sort::Bits(n) => format!("(_ BitVec {n})"),
                Sort::Int => "Int".to_owned(),
                Sort::Memory(a, w) => format!("(Array (_ BitVec {a}) (_ BitVec {w}))"),
            };
            let arguments: String = node
                .arguments
                .iter()
                .map(|a| format!(" n{}", a.0))
                .collect();
            let _ = match &node.op {
                Op::Input(name) => {
                    writeln!(
                        out,
                        "(declare-const {name} {sort})\n(define-fun n{at} () {sort} {name})"
                    )
                }
                op => {
                    let term = match op {
                        Op::Bool(value) => value.to_string(),
                        Op::Bits(value) => format!("(_ bv{value} {})", self.width(Id(at))),
                        Op::Int(value) if *value < 0 => format!("(- {})", value.unsigned_abs()),
                        Op::Int(value) => value.to_string(),
                        Op::Plain(name) | Op::Apply(name) => format!("({name}{arguments})"),
                        Op::Extract(hi, lo) => format!("((_ extract {hi} {lo}){arguments})"),
                        Op::ZeroExtend(n) => format!("((_ zero_extend {n}){arguments})"),
                        Op::SignExtend(n) => format!("((_ sign_extend {n}){arguments})"),
                        Op::Input(_) => String::new(),
                    };
                    writeln!(out, "(define-fun n{at} () {sort} {term})")
                }
            };
        }
        for Id(at) in assertions {
            let _ = writeln!(out, "(assert n{at})");
        }
        out.push_str(match integers {
            true => "(check-sat-using smt)\n",
            false => "(check-sat)\n",
        });
        Some(out)
    }

    /// Values of terms, in the order of the ids asked for.
    ///
    /// # Panics
    /// If a term has no value, as the quotient by zero of integers.
    #[cfg(test)]
    pub fn evaluate(
        &self,
        asked: &[Id],
        input: &dyn Fn(&str) -> Value,
        function: &dyn Fn(&str, &[u128]) -> u128,
    ) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let arguments: Vec<&Value> = node.arguments.iter().map(|a| &values[a.0]).collect();
            let width = node.arguments.first().map_or(0, |a| match self.sort(*a) {
                Sort::Bits(w) => w,
                _ => 0,
            });
            let value = match &node.op {
                Op::Input(name) => input(name),
                Op::Bool(value) => Value::Bool(*value),
                Op::Bits(value) => Value::Bits(*value),
                Op::Int(value) => Value::Int(*value),
                Op::Extract(hi, lo) => {
                    Value::Bits((arguments[0].number() >> lo) & mask(hi - lo + 1))
                }
                Op::ZeroExtend(_) => arguments[0].clone(),
                Op::SignExtend(n) => {
                    let x = arguments[0].number();
                    let negative = x >> (width - 1) & 1 == 1;
                    let fill = if negative {
                        mask(width + n) ^ mask(width)
                    } else {
                        0
                    };
                    Value::Bits(x | fill)
                }
                Op::Apply(name) => {
                    let numbers: Vec<u128> = arguments.iter().map(|a| a.number()).collect();
                    Value::Int(function(name, &numbers) as i128)
                }
                Op::Plain(name) => match (name, arguments.as_slice()) {
                    (&"ite", [c, x, y]) => if c.holds() { x } else { y }.to_owned().clone(),
                    (&"=", [x, y]) => Value::Bool(x == y),
                    (&"select", [Value::Memory(cells, other), at]) => {
                        Value::Bits(cells.get(&at.number()).copied().unwrap_or(*other))
                    }
                    (&"store", [Value::Memory(cells, other), at, value]) => {
                        let mut cells = cells.clone();
                        cells.insert(at.number(), value.number());
                        Value::Memory(cells, *other)
                    }
                    (name, [x]) => unary(name, x, width),
                    (name, [x, y]) => binary(name, x, y, width),
                    _ => panic!("no operation {name}"),
                },
            };
            values.push(value);
        }
        asked.iter().map(|id| values[id.0].clone()).collect()
    }
}

#[cfg(test)]
fn unary(name: &str, x: &Value, width: u32) -> Value {
    match (name, x) {
        ("not", Value::Bool(x)) => Value::Bool(!x),
        ("bvnot", Value::Bits(x)) => Value::Bits(!x & mask(width)),
        _ => panic!("no operation {name}"),
    }
}

#[cfg(test)]
fn binary(name: &str, x: &Value, y: &Value, width: u32) -> Value {
    match (x, y) {
        (Value::Bool(x), Value::Bool(y)) => Value::Bool(match name {
            "and" => *x && *y,
            "or" => *x || *y,
            _ => panic!("no operation {name}"),
        }),
        (Value::Bits(x), Value::Bits(y)) => {
            let signed = |x: u128| (x << (128 - width)) as i128;
            let bits = |x: u128| Value::Bits(x & mask(width));
            match name {
                "bvadd" => bits(x.wrapping_add(*y)),
                "bvsub" => bits(x.wrapping_sub(*y)),
                "bvmul" => bits(x.wrapping_mul(*y)),
                "bvudiv" => bits(x.checked_div(*y).unwrap_or(u128::MAX)),
                "bvand" => bits(x & y),
                "bvor" => bits(x | y),
                "bvxor" => bits(x ^ y),
                "bvshl" => bits(
                    u32::try_from(*y)
                        .ok()
                        .and_then(|y| x.checked_shl(y))
                        .unwrap_or(0),
                ),
                "bvlshr" => bits(
                    u32::try_from(*y)
                        .ok()
                        .and_then(|y| x.checked_shr(y))
                        .unwrap_or(0),
                ),
                "bvult" => Value::Bool(x < y),
                "bvule" => Value::Bool(x <= y),
                "bvslt" => Value::Bool(signed(*x) < signed(*y)),
                _ => panic!("no operation {name}"),
            }
        }
        (Value::Int(x), Value::Int(y)) => match name {
            "+" => Value::Int(x + y),
            "-" => Value::Int(x - y),
            "*" => Value::Int(x * y),
            // The divisor zero gives a value that nobody may depend on.
            "div" => Value::Int(if *y == 0 { 0 } else { x.div_euclid(*y) }),
            "mod" => Value::Int(if *y == 0 { 0 } else { x.rem_euclid(*y) }),
            "<" => Value::Bool(x < y),
            "<=" => Value::Bool(x <= y),
            _ => panic!("no operation {name}"),
        },
        _ => panic!("no operation {name} of these"),
    }
}
