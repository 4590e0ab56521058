//! The rows of a program as polynomials that a key commits to, and columns over rows as linear functionals of these.
//!
//! A [`Combination`] has a coefficient for each kind, for each register of each port, and for each number of each kind.
//! So its value in a row is a linear functional of these polynomials:
//!
//! | polynomials | are |
//! |---|---|
//! | kinds | one-hot digits: which kind the row is of. Up to 256 kinds are one polynomial; of more, each further 255 are one, whose digit 0 says that the row is of none of them |
//! | ports | one-hot digits: the registers `rs1`, `rs2`, `rd`, 0 if there is none |
//! | numbers | a word of a number of the row, 0 in rows of other kinds: one for each number, word and set of kinds in which constraints treat the number alike |
//!
//! Rows beyond the program's are the halting row, in which all of these are 0, as polynomials are beyond their length.

use super::{Bytecode, Combination, Number};
use instruction_tables::{REGISTERS, Row};
use std::collections::BTreeMap;
use sumcheck::{Field, Shape, Weights};

/// Digit values of one polynomial.
const RADIX: usize = 256;

/// A word of a number, in the rows of some kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    number: Number,
    /// Ascending.
    kinds: Vec<u32>,
    /// The word above the lowest one.
    high: bool,
}

/// Which polynomials the rows of a program are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPlan {
    vars: usize,
    kinds: usize,
    parts: Vec<Part>,
}

/// Radices of the polynomials for so many kinds.
fn kind_radices(kinds: usize) -> Vec<usize> {
    let first = kinds.clamp(2, RADIX);
    let mut radices = vec![first];
    let mut left = kinds.saturating_sub(first);
    while left > 0 {
        let own = left.min(RADIX - 1);
        radices.push(own + 1);
        left -= own;
    }
    radices
}

impl RowPlan {
    /// For a program. Kinds are `alike` in a number if whatever is equal of both multiplies the number in every
    /// column that there is.
    pub fn new(code: &Bytecode, alike: impl Fn(Number, &Row) -> Vec<i128>) -> Self {
        let mut parts = Vec::new();
        for number in Number::ALL {
            let mut sets: BTreeMap<Vec<i128>, Vec<u32>> = BTreeMap::new();
            for (at, kind) in (0u32..).zip(code.kinds.iter()) {
                sets.entry(alike(number, kind)).or_default().push(at);
            }
            for kinds in sets.into_values() {
                for high in [false, true] {
                    let part = Part {
                        number,
                        kinds: kinds.clone(),
                        high,
                    };
                    let rows = code.rows().iter().zip(code.kind_of.iter());
                    if rows.into_iter().any(|row| part.word(row) != 0) {
                        parts.push(part);
                    }
                }
            }
        }
        RowPlan {
            vars: code.vars(),
            kinds: code.kinds.len(),
            parts,
        }
    }

    /// Variables of all polynomials.
    pub fn vars(&self) -> usize {
        self.vars
    }

    /// Of the polynomials, in order.
    pub fn shapes(&self) -> Vec<Shape> {
        let vars = self.vars;
        let digits = |radix| Shape {
            vars,
            radix: Some(radix),
        };
        let ports = [REGISTERS; 3];
        let mut shapes: Vec<Shape> = kind_radices(self.kinds)
            .into_iter()
            .chain(ports)
            .map(digits)
            .collect();
        shapes.resize(shapes.len() + self.parts.len(), Shape { vars, radix: None });
        shapes
    }

    /// A combination of columns as functionals of the rows of these polynomials, each with a factor.
    ///
    /// # Panics
    /// If a column multiplies a number differently in two kinds that were said to be alike: an error in the protocol's
    /// code.
    pub fn functionals<F: Field>(&self, of: &Combination<F>) -> Vec<(Weights<F>, F)> {
        let mut all = Vec::new();
        let ones: Vec<F> = of.kinds.iter().map(|kind| kind.one).collect();
        let first = ones.first().copied().unwrap_or_default();
        let mut rest = ones.as_slice();
        for (at, radix) in kind_radices(self.kinds).into_iter().enumerate() {
            let own = if at == 0 { radix } else { radix - 1 };
            let (own, others) = rest.split_at(own.min(rest.len()));
            rest = others;
            let mut weights: Vec<F> = match at {
                0 => own.to_vec(),
                // In the first polynomial such a row has digit 0.
                _ => std::iter::once(F::zero())
                    .chain(own.iter().map(|one| *one - first))
                    .collect(),
            };
            weights.resize(radix, F::zero());
            all.push((Weights::Digit(weights), F::one()));
        }
        for entries in &of.registers {
            all.push((Weights::Digit(entries.clone()), F::one()));
        }
        for part in &self.parts {
            let mut factors = part.kinds.iter().map(|kind| of.factor(*kind, part.number));
            let factor = factors.next().unwrap_or_default();
            assert!(
                factors.all(|other| other == factor),
                "{:?} is multiplied alike in kinds {:?}",
                part.number,
                part.kinds
            );
            let unit = match part.high {
                true => F::from(1u128 << 64),
                false => F::one(),
            };
            all.push((Weights::One, unit * factor));
        }
        all
    }
}

impl Part {
    /// In a row of a kind.
    fn word(&self, (row, kind): (&Row, &u32)) -> i128 {
        if self.kinds.binary_search(kind).is_err() {
            return 0;
        }
        let (negative, magnitude) = self.number.of(row);
        let [low, high] = super::columns::words(magnitude);
        let word = i128::from(if self.high { high } else { low });
        if negative { -word } else { word }
    }
}

#[cfg(feature = "prover")]
mod made {
    use super::{Part, RADIX, RowPlan, kind_radices};
    use crate::bytecode::{Bytecode, Port};
    use instruction_tables::REGISTERS;
    use rayon::prelude::*;
    use sumcheck::{Field, Poly};

    impl RowPlan {
        /// The polynomials, in order.
        pub fn polys<F: Field>(&self, code: &Bytecode) -> Vec<Poly<F>> {
            let mut polys = Vec::new();
            let mut first = 0;
            for (at, radix) in kind_radices(self.kinds).into_iter().enumerate() {
                let digit = |kind: &u32| match (at, *kind as usize) {
                    (0, kind) if kind < RADIX => kind as u8,
                    (1.., kind) if (first..first + radix - 1).contains(&kind) => {
                        (kind - first + 1) as u8
                    }
                    _ => 0,
                };
                let digits = code.kind_of.iter().map(digit).collect();
                polys.push(Poly::digits(self.vars, radix, digits));
                first += if at == 0 { radix } else { radix - 1 };
            }
            for port in Port::ALL {
                let digits = code.rows().iter().map(|row| port.register(row)).collect();
                polys.push(Poly::digits(self.vars, REGISTERS, digits));
            }
            let words = self.parts.par_iter().map(|part: &Part| {
                let rows = code.rows().iter().zip(code.kind_of.iter());
                let mut words: Vec<i128> = rows.map(|row| part.word(row)).collect();
                let used = words.iter().rposition(|word| *word != 0);
                words.truncate(used.map_or(0, |last| last + 1));
                Poly::signed(self.vars, words)
            });
            polys.extend(words.collect::<Vec<_>>());
            polys
        }
    }
}
