//! Columns over rows in a form that is cheap to sum: by kind of row, by number, by register.
//!
//! A program has some tens of *kinds* of rows ([`Kind`]). Every public column is a function of the kind, a factor of the kind
//! times a number, or an entry for a register. So a combination of columns has as many coefficients as there are kinds
//! and registers, and its value at a point of rows is
//!
//! ```text
//! Σ_kind c(kind) · Σ_{row of kind} eq(point, row) + Σ_kind,number f(kind) · Σ_{row of kind} eq(point, row) · number(row)
//!     + Σ_register t(register) · Σ_{row of register} eq(point, row)
//! ```
//!
//! whose inner sums ([`Sums`]) are the same for all combinations.
//!
//! Cost: of the sums, one multiplication, about 3 products with words and 2 to 4 additions a row; of a combination over them,
//! 6 multiplications a kind at most, and one for each register of each port.

use super::{Bytecode, Kind};
use instruction_tables::{REGISTERS, Row};
use sumcheck::{Accumulator, EqBlocks, Field, Point};

/// A number of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// [`Row::label`].
    Label,
    /// [`Row::succ`].
    Succ,
    /// [`Row::delta`].
    Delta,
    /// [`Row::imm`].
    Imm,
    /// [`Row::link`].
    Link,
}

impl Number {
    /// All numbers.
    pub const ALL: [Number; NUMBERS] = [
        Number::Label,
        Number::Succ,
        Number::Delta,
        Number::Imm,
        Number::Link,
    ];

    /// Of a row: whether it is negative, and its magnitude.
    fn of(self, row: &Row) -> (bool, u128) {
        match self {
            Number::Label => (false, row.label),
            Number::Succ => (false, row.succ),
            Number::Delta => (row.delta < 0, row.delta.unsigned_abs()),
            Number::Imm => (row.imm < 0, row.imm.unsigned_abs()),
            Number::Link => (false, row.link.into()),
        }
    }

    /// The same in words, the low one and the high one, both negative if it is.
    pub(super) fn words(self, row: &Row) -> [i128; 2] {
        let (negative, magnitude) = self.of(row);
        words(magnitude).map(|word| match negative {
            true => -i128::from(word),
            false => i128::from(word),
        })
    }

    /// Of a row, as an element.
    pub fn element<F: Field>(self, row: &Row) -> F {
        self.times(row, &F::one())
    }

    /// Of a row, times a factor.
    fn times<F: Field>(self, row: &Row, factor: &F) -> F {
        let (negative, magnitude) = self.of(row);
        let product = match u64::try_from(magnitude) {
            Ok(0) => return F::zero(),
            Ok(word) => factor.mul_u64(word),
            Err(_) => *factor * F::from(magnitude),
        };
        if negative { -product } else { product }
    }
}

/// The low word, and the high one.
fn words(x: u128) -> [u64; 2] {
    const LOW: u128 = (1 << 64) - 1;
    [x & LOW, x >> 64].map(|word| u64::try_from(word).unwrap_or_default())
}

const NUMBERS: usize = 5;

/// A register that a row names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// [`Row::rs1`].
    Rs1,
    /// [`Row::rs2`].
    Rs2,
    /// [`Row::rd`].
    Rd,
}

impl Port {
    /// All ports.
    pub const ALL: [Port; PORTS] = [Port::Rs1, Port::Rs2, Port::Rd];

    /// The register, 0 if there is none.
    pub const fn register(self, row: &Row) -> u8 {
        match self {
            Port::Rs1 => row.rs1,
            Port::Rs2 => row.rs2,
            Port::Rd => row.rd,
        }
    }
}

const PORTS: usize = 3;

/// A public column over rows.
pub enum RowColumn<F> {
    /// A function of the kind.
    Kind(Box<dyn Fn(&Kind) -> F + Send + Sync>),
    /// A number of the row.
    Number(Number),
    /// An entry for each register, and 0 for those beyond.
    Register(Port, Vec<F>),
}

impl<F: Field> RowColumn<F> {
    /// `eq(point, register)` of the register of a port, and 0 for x0.
    pub fn of_register(port: Port, point: &Point<F>) -> Self {
        let eq = point.eq_table().into_iter().enumerate();
        let entry = |(number, eq)| if number == 0 { F::zero() } else { eq };
        RowColumn::Register(port, eq.map(entry).collect())
    }

    /// A function of the number of a port's register.
    pub fn numbers(port: Port, of: impl Fn(u8) -> u64) -> Self {
        let numbers = (0..=u8::MAX).take(REGISTERS);
        RowColumn::Register(port, numbers.map(|number| F::from(of(number))).collect())
    }

    /// The value in a row.
    pub fn at(&self, row: &Row) -> F {
        match self {
            RowColumn::Kind(of) => of(&Kind::of(row)),
            RowColumn::Number(number) => number.element(row),
            RowColumn::Register(port, entries) => {
                let entry = entries.get(usize::from(port.register(row)));
                entry.copied().unwrap_or_default()
            }
        }
    }
}

/// Coefficients of a kind, or sums over its rows: of 1, and of each number.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfKind<F> {
    pub(super) one: F,
    numbers: [F; NUMBERS],
}

/// A weighted sum of columns.
#[derive(Clone, Debug)]
pub struct Combination<F> {
    pub(super) kinds: Vec<OfKind<F>>,
    pub(super) registers: [Vec<F>; PORTS],
}

impl<F: Field> Combination<F> {
    /// No column.
    pub fn new(code: &Bytecode) -> Self {
        let nothing = OfKind {
            one: F::zero(),
            numbers: [F::zero(); NUMBERS],
        };
        Combination {
            kinds: vec![nothing; code.kinds.len()],
            registers: [(); PORTS].map(|()| vec![F::zero(); REGISTERS]),
        }
    }

    /// Adds a column.
    pub fn add(&mut self, code: &Bytecode, weight: F, column: &RowColumn<F>) {
        match column {
            RowColumn::Kind(of) => self.add_kinds(code, |kind| weight * of(kind)),
            RowColumn::Number(number) => self.add_number(code, *number, |_| weight),
            RowColumn::Register(port, entries) => {
                let ports = Port::ALL.iter().zip(&mut self.registers);
                for (_, sums) in ports.filter(|(other, _)| *other == port) {
                    let sums = sums.iter_mut().zip(entries);
                    sums.for_each(|(sum, entry)| *sum += weight * entry);
                }
            }
        }
    }

    /// Adds a function of the kind.
    pub fn add_kinds(&mut self, code: &Bytecode, of: impl Fn(&Kind) -> F) {
        for (sums, kind) in self.kinds.iter_mut().zip(code.kinds.iter()) {
            sums.one += of(kind);
        }
    }

    /// Adds a number times a function of the kind.
    pub fn add_number(&mut self, code: &Bytecode, number: Number, of: impl Fn(&Kind) -> F) {
        for (sums, kind) in self.kinds.iter_mut().zip(code.kinds.iter()) {
            let numbers = Number::ALL.iter().zip(&mut sums.numbers);
            let mine = numbers.filter(|(other, _)| **other == number);
            mine.for_each(|(_, sum)| *sum += of(kind));
        }
    }

    /// What multiplies a number in the rows of a kind.
    pub(super) fn factor(&self, kind: u32, number: Number) -> F {
        let kind = usize::try_from(kind).ok().and_then(|at| self.kinds.get(at));
        let factors = kind.into_iter().flat_map(|kind| &kind.numbers);
        let mine = Number::ALL.iter().zip(factors);
        let mut mine = mine.filter(|(other, _)| **other == number);
        mine.next().map(|(_, factor)| *factor).unwrap_or_default()
    }

    /// Its value in each row.
    pub fn column(&self, code: &Bytecode) -> Vec<F> {
        let value = |(row, kind): (&Row, &u32)| {
            let mut value = F::zero();
            for (sums, port) in self.registers.iter().zip(Port::ALL) {
                let entry = sums.get(usize::from(port.register(row)));
                value += entry.copied().unwrap_or_default();
            }
            let Some(kind) = usize::try_from(*kind).ok().and_then(|k| self.kinds.get(k)) else {
                return value;
            };
            value += kind.one;
            for (factor, number) in kind.numbers.iter().zip(Number::ALL) {
                if !factor.is_zero() {
                    value += number.times(row, factor);
                }
            }
            value
        };
        code.rows()
            .iter()
            .zip(code.kind_of.iter())
            .map(value)
            .collect()
    }
}

/// What every combination's value at one point of rows is made of: sums of `eq` of the point.
pub struct Sums<F> {
    kinds: Vec<OfKind<F>>,
    registers: [Vec<F>; PORTS],
}

impl<F: Field> Sums<F> {
    /// At a point of rows. Rows beyond the program's equal row 0.
    pub fn new(code: &Bytecode, point: &Point<F>) -> Self {
        /// Of words, and of what is above them.
        type Halves<A> = [[A; 2]; NUMBERS];
        let mut ones = vec![F::zero(); code.kinds.len()];
        let mut numbers: Vec<Halves<F::Accumulator>> = Vec::new();
        numbers.resize_with(code.kinds.len(), Default::default);
        let mut registers = [(); PORTS].map(|()| vec![F::zero(); REGISTERS]);
        let eq = EqBlocks::new(point);
        let beyond = F::one() - point.prefix_sum(code.rows().len());
        for ((at, row), kind) in (0u32..).zip(code.rows().iter()).zip(code.kind_of.iter()) {
            let mut weight = eq.get(at);
            if at == 0 {
                weight += beyond;
            }
            for (sums, port) in registers.iter_mut().zip(Port::ALL) {
                // Most often there is none, and all weights together are 1.
                let register = usize::from(port.register(row));
                if let Some(sum) = sums.get_mut(register).filter(|_| register != 0) {
                    *sum += weight;
                }
            }
            let Some(kind) = usize::try_from(*kind).ok() else {
                continue;
            };
            if let Some(sum) = ones.get_mut(kind) {
                *sum += weight;
            }
            let Some(sums) = numbers.get_mut(kind) else {
                continue;
            };
            for (halves, number) in sums.iter_mut().zip(Number::ALL) {
                let (negative, magnitude) = number.of(row);
                if magnitude == 0 {
                    continue;
                }
                let weight = if negative { -weight } else { weight };
                for (sum, word) in halves.iter_mut().zip(words(magnitude)) {
                    if word != 0 {
                        sum.add_u64(&weight, word);
                    }
                }
            }
        }
        for sums in &mut registers {
            let named: F = sums.iter().sum();
            if let Some(none) = sums.first_mut() {
                *none = F::one() - named;
            }
        }
        let shift = F::from(1u128 << 64);
        let kinds = ones.into_iter().zip(&numbers).map(|(one, numbers)| OfKind {
            one,
            numbers: numbers
                .each_ref()
                .map(|[low, high]| low.reduce() + high.reduce() * shift),
        });
        Sums {
            kinds: kinds.collect(),
            registers,
        }
    }

    /// The value of a combination.
    pub fn of(&self, combination: &Combination<F>) -> F {
        let mut value = F::zero();
        for (sums, of) in self.kinds.iter().zip(&combination.kinds) {
            value += sums.one * of.one;
            for (sum, factor) in sums.numbers.iter().zip(&of.numbers) {
                if !sum.is_zero() && !factor.is_zero() {
                    value += *sum * factor;
                }
            }
        }
        for (sums, of) in self.registers.iter().zip(&combination.registers) {
            for (sum, entry) in sums.iter().zip(of) {
                value += *sum * entry;
            }
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{of_kind, row};
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::{One, UniformRand, Zero};
    use ark_std::rand::SeedableRng;
    use ark_std::rand::rngs::StdRng;
    use instruction_tables::WordSize;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn combinations_are_sums_of_columns_and_their_values_those_of_polynomials(
            seed: u64,
            count in 1usize..70,
        ) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let rows: Vec<Row> = (0..count).map(|_| row(rng)).collect();
            let code = Bytecode::new(WordSize::W64, rows);
            let entries: Vec<Fr> = (0..REGISTERS).map(|_| Fr::rand(rng)).collect();
            let register = Point((0..6).map(|_| Fr::rand(rng)).collect());
            let mut columns = vec![
                of_kind(seed),
                RowColumn::Register(Port::Rs2, entries),
                RowColumn::of_register(Port::Rd, &register),
                RowColumn::numbers(Port::Rs1, u64::from),
            ];
            columns.extend(Number::ALL.map(RowColumn::Number));
            let mut combination = Combination::new(&code);
            let mut expected = vec![Fr::zero(); count];
            for column in &columns {
                let weight = Fr::rand(rng);
                combination.add(&code, weight, column);
                let values = code.column(column);
                expected.iter_mut().zip(values).for_each(|(sum, x)| *sum += weight * x);
            }
            let factor = |kind: &Kind| if kind.asserts { Fr::from(7) } else { Fr::zero() };
            combination.add_number(&code, Number::Imm, factor);
            for (sum, row) in expected.iter_mut().zip(code.rows().iter()) {
                *sum += factor(&Kind::of(row)) * Fr::from(row.imm);
            }
            prop_assert_eq!(&combination.column(&code), &expected);

            let point = Point((0..code.vars()).map(|_| Fr::rand(rng)).collect());
            expected.resize(1 << code.vars(), expected[0]);
            let value: Fr = point.eq_table().iter().zip(&expected).map(|(eq, x)| *eq * x).sum();
            prop_assert_eq!(Sums::new(&code, &point).of(&combination), value);
        }
    }

    #[test]
    fn a_register_point_has_no_entry_for_x0() {
        let point = Point((0..6).map(Fr::from).collect());
        let column = RowColumn::of_register(Port::Rs1, &point);
        let at = |rs1| column.at(&Row { rs1, ..Row::HALT });
        assert_eq!(at(0), Fr::zero());
        let eq = point.eq_table();
        for register in 1..REGISTERS as u8 {
            assert_eq!(at(register), eq[usize::from(register)]);
        }
        assert_eq!(eq.iter().sum::<Fr>(), Fr::one());
    }
}
