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

use super::{Bytecode, Combination, Kind, Number};
use instruction_tables::REGISTERS;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
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
    kinds: Arc<Vec<Kind>>,
    parts: Vec<Part>,
}

/// The kinds of each polynomial, of so many. The first kind of the first one has digit 0, that of each other one digit 1.
fn kind_ranges(kinds: usize) -> Vec<Range<usize>> {
    let next = |last: &Range<usize>| {
        let from = last.end;
        (from < kinds).then(|| from..kinds.min(from + RADIX - 1))
    };
    std::iter::successors(Some(0..kinds.min(RADIX)), next).collect()
}

/// Digit values of the polynomial of some kinds.
fn radix(kinds: &Range<usize>) -> usize {
    match kinds.start {
        0 => kinds.len().max(2),
        _ => kinds.len() + 1,
    }
}

impl RowPlan {
    /// For a program. Kinds are `alike` in a number if whatever is equal of both multiplies the number in every
    /// column that there is.
    pub fn new(code: &Bytecode, alike: impl Fn(Number, &Kind) -> Vec<i128>) -> Self {
        // Of each number, the kinds in whose rows its words are not all 0.
        let mut used: [[BTreeSet<u32>; 2]; 5] = Default::default();
        for (row, kind) in code.rows().iter().zip(code.kind_of.iter()) {
            for (used, number) in used.iter_mut().zip(Number::ALL) {
                for (used, word) in used.iter_mut().zip(number.words(row)) {
                    if word != 0 {
                        used.insert(*kind);
                    }
                }
            }
        }
        let mut parts = Vec::new();
        for (used, number) in used.iter().zip(Number::ALL) {
            let mut sets: BTreeMap<Vec<i128>, Vec<u32>> = BTreeMap::new();
            for (at, kind) in (0u32..).zip(code.kinds.iter()) {
                sets.entry(alike(number, kind)).or_default().push(at);
            }
            for kinds in sets.into_values() {
                for (used, high) in used.iter().zip([false, true]) {
                    if kinds.iter().any(|kind| used.contains(kind)) {
                        parts.push(Part {
                            number,
                            kinds: kinds.clone(),
                            high,
                        });
                    }
                }
            }
        }
        RowPlan {
            vars: code.vars(),
            kinds: code.kinds.clone(),
            parts,
        }
    }

    /// What the polynomials are of, in a canonical encoding: kinds in their order, and parts of numbers.
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = |count: usize| (count as u64).to_le_bytes();
        let mut out = Vec::new();
        for size in [
            self.vars,
            RADIX,
            REGISTERS,
            self.kinds.len(),
            self.parts.len(),
        ] {
            out.extend(count(size));
        }
        out.extend(self.kinds.iter().flat_map(|kind| kind.to_bytes()));
        for part in &self.parts {
            out.extend([part.number as u8, u8::from(part.high)]);
            out.extend(count(part.kinds.len()));
            out.extend(part.kinds.iter().flat_map(|kind| kind.to_le_bytes()));
        }
        out
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
        let kinds = kind_ranges(self.kinds.len());
        let mut shapes: Vec<Shape> = kinds.iter().map(radix).chain(ports).map(digits).collect();
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
        for kinds in kind_ranges(self.kinds.len()) {
            let own = ones.get(kinds.clone()).unwrap_or_default();
            let mut weights: Vec<F> = match kinds.start {
                0 => own.to_vec(),
                // In the first polynomial such a row has digit 0.
                _ => std::iter::once(F::zero())
                    .chain(own.iter().map(|one| *one - first))
                    .collect(),
            };
            weights.resize(radix(&kinds), F::zero());
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

#[cfg(feature = "prover")]
mod made {
    use super::{Part, RowPlan, kind_ranges, radix};
    use crate::bytecode::{Bytecode, Port};
    use instruction_tables::{REGISTERS, Row};
    use rayon::prelude::*;
    use sumcheck::{Field, Poly};

    impl Part {
        /// In a row of a kind.
        fn word(&self, (row, kind): (&Row, &u32)) -> i128 {
            if self.kinds.binary_search(kind).is_err() {
                return 0;
            }
            let [low, high] = self.number.words(row);
            if self.high { high } else { low }
        }
    }

    impl RowPlan {
        /// The polynomials, in order.
        pub fn polys<F: Field>(&self, code: &Bytecode) -> Vec<Poly<F>> {
            let mut polys = Vec::new();
            for kinds in kind_ranges(self.kinds.len()) {
                let before = usize::from(kinds.start != 0);
                let digit = |kind: &u32| match *kind as usize {
                    kind if kinds.contains(&kind) => (kind - kinds.start + before) as u8,
                    _ => 0,
                };
                let digits = code.kind_of.iter().map(digit).collect();
                polys.push(Poly::digits(self.vars, radix(&kinds), digits));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::testing::{of_kind, row};
    use crate::bytecode::{Port, RowColumn, Sums};
    use crate::constraints;
    use ark_bn254::Fr;
    use ark_ff::{UniformRand, Zero};
    use ark_std::rand::SeedableRng;
    use ark_std::rand::rngs::StdRng;
    use instruction_tables::{Row, TableId, WordSize, Write};
    use proptest::prelude::*;
    use sumcheck::Point;

    /// The halting row, and others.
    fn rows(rng: &mut StdRng, count: usize) -> Vec<Row> {
        let rest = (1..count).map(|_| row(rng));
        std::iter::once(Row::HALT).chain(rest).collect()
    }

    /// A combination of columns of every sort, the constraints' among them.
    fn combination(rng: &mut StdRng, code: &Bytecode) -> Combination<Fr> {
        let mut sum = Combination::new(code);
        let mut some = |count: usize| (0..count).map(|_| Fr::rand(rng)).collect::<Vec<_>>();
        for number in Number::ALL {
            sum.add(code, some(1)[0], &RowColumn::Number(number));
        }
        for port in Port::ALL {
            sum.add(
                code,
                some(1)[0],
                &RowColumn::Register(port, some(REGISTERS)),
            );
        }
        sum.add(code, some(1)[0], &of_kind(7));
        let weights = some(constraints::CONSTRAINTS.len());
        let factors = some(constraints::monomials().len());
        constraints::add_combination(&mut sum, code, &weights, &factors);
        sum
    }

    fn plan(code: &Bytecode) -> RowPlan {
        RowPlan::new(code, |number, kind| {
            constraints::factors(code.word(), number, kind)
        })
    }

    /// The value of the polynomials' functionals at a point is that of the sums over rows.
    fn agrees(rng: &mut StdRng, code: &Bytecode) -> Result<(), TestCaseError> {
        let plan = plan(code);
        let polys = plan.polys::<Fr>(code);
        let shapes: Vec<Shape> = polys.iter().map(|poly| poly.shape()).collect();
        prop_assert_eq!(plan.shapes(), shapes);
        for _ in 0..2 {
            let combination = combination(rng, code);
            let point = Point((0..code.vars()).map(|_| Fr::rand(rng)).collect());
            let functionals = plan.functionals(&combination);
            prop_assert_eq!(functionals.len(), polys.len());
            let terms = polys.iter().zip(&functionals);
            let value: Fr = terms
                .map(|(poly, (weights, factor))| *factor * poly.evaluate(weights, &point))
                .sum();
            prop_assert_eq!(value, Sums::new(code, &point).of(&combination));
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn combinations_of_columns_are_functionals_of_the_polynomials(
            seed: u64,
            count in 1usize..70,
            wide: bool,
        ) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let word = if wide { WordSize::W64 } else { WordSize::W32 };
            let code = Bytecode::new(word, rows(rng, count));
            agrees(rng, &code)?;
        }
    }

    /// More kinds than a polynomial has digits, and than two have.
    #[test]
    fn many_kinds_are_several_polynomials() {
        let rng = &mut StdRng::seed_from_u64(5);
        for (count, polynomials) in [(200, 1), (400, 2), (900, 3)] {
            let mut rows = rows(rng, count);
            // A kind each.
            for (at, row) in rows.iter_mut().enumerate().skip(1) {
                row.table = Some(TableId((at % 250) as u8));
                row.exact = at / 250 % 2 == 0;
                row.asserts = at / 500 == 0;
                row.write = Write::Link;
            }
            let code = Bytecode::new(WordSize::W64, rows);
            assert!(kind_ranges(code.kinds.len()).len() >= polynomials);
            agrees(rng, &code).expect("they agree");
        }
        for kinds in [1, 2, 255, 256, 257, 511, 512, 767] {
            let ranges = kind_ranges(kinds);
            let radices: Vec<usize> = ranges.iter().map(radix).collect();
            let beyond: usize = radices.iter().skip(1).map(|radix| radix - 1).sum();
            assert_eq!((radices[0] + beyond).max(2), kinds.max(2), "{radices:?}");
            assert!(radices.iter().all(|radix| (2..=RADIX).contains(radix)));
            assert!(ranges.into_iter().flatten().eq(0..kinds));
        }
    }

    #[test]
    #[should_panic(expected = "is multiplied alike")]
    fn kinds_that_are_not_alike_are_an_error() {
        let rng = &mut StdRng::seed_from_u64(6);
        let code = Bytecode::new(WordSize::W64, rows(rng, 40));
        let plan = RowPlan::new(&code, |_, _| Vec::new());
        plan.functionals(&combination(rng, &code));
    }

    #[test]
    fn rows_beyond_the_program_are_the_halting_row() {
        let code = Bytecode::new(WordSize::W64, vec![Row::HALT]);
        for poly in plan(&code).polys::<Fr>(&code) {
            let weights = match poly.shape().radix {
                None => Weights::One,
                Some(radix) => Weights::Digit((0..radix as u64).map(Fr::from).collect()),
            };
            let point = Point(vec![Fr::from(3); code.vars()]);
            assert!(poly.evaluate(&weights, &point).is_zero());
        }
    }
}
