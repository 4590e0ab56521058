//! Functions compared at all chunks, exactly: whether one is constant, or a multiple of another one up to a
//! constant.

#![allow(
    clippy::indexing_slicing,
    reason = "states and chunks are those of an automaton that the key fixes; no proof has a say"
)]

use super::function::Function;
use ark_bn254::Fr;
use sumcheck::Field;

/// Whether `Σ_k factor_k · (f_k(c) − f_k(0)) = 0` for every chunk `c`, for one or two functions and factors
/// of at most `2^121`, so that the sum is below `2^244`.
///
/// The rows that the functions' chunks lead to, side by side with a 1, are combinations of a basis that is
/// taken from step to step; the sum is linear in them. This is decided modulo the order of [`Fr`], which is
/// larger than any such sum, so it is decided for the integers.
pub(super) fn vanishes(functions: &[(&Function, i128)]) -> bool {
    let Some((first, _)) = functions.first() else {
        return true;
    };
    let element = |x: &i128| Fr::from_i128(*x);
    let (mut start, mut end, mut zero) = (Vec::new(), Vec::new(), Fr::from(0u64));
    for (function, factor) in functions {
        let factor = element(factor);
        start.extend(function.row.iter().map(element));
        end.extend(function.column.iter().map(|c| factor.mul_i128(*c)));
        zero -= factor.mul_i128(function.value(0));
    }
    start.push(Fr::from(1u64));
    end.push(zero);
    let mut basis = Basis::default();
    basis.insert(start);
    for s in 0..first.steps {
        let mut next = Basis::default();
        for row in &basis.rows {
            for pair in 0..4 {
                let mut image = Vec::with_capacity(row.len());
                let mut rest = row.as_slice();
                for (function, _) in functions {
                    let states = function.row.len();
                    let own = &rest[..states];
                    let matrix = function.automaton.matrix(function.first + s, pair);
                    image.extend((0..states).map(|to| {
                        let terms = own.iter().enumerate();
                        let terms = terms.map(|(from, x)| (x, matrix.get(from, to)));
                        let terms = terms.filter(|(_, entry)| *entry != 0);
                        terms.map(|(x, entry)| x.mul_i128(entry)).sum::<Fr>()
                    }));
                    rest = &rest[states..];
                }
                image.extend(rest);
                next.insert(image);
            }
        }
        basis = next;
    }
    let zero = Fr::from(0u64);
    let sum = |row: &Vec<Fr>| row.iter().zip(&end).map(|(x, e)| *x * e).sum::<Fr>();
    basis.rows.iter().all(|row| sum(row) == zero)
}

/// Row vectors, no one a combination of the others: each has its first entry that is not 0 where those
/// after it have zeros.
#[derive(Default)]
struct Basis {
    rows: Vec<Vec<Fr>>,
    pivots: Vec<usize>,
}

impl Basis {
    /// Adds a vector, unless it is a combination of those that there are.
    fn insert(&mut self, mut row: Vec<Fr>) {
        let zero = Fr::from(0u64);
        for (own, pivot) in self.rows.iter().zip(&self.pivots) {
            let (by, lead) = (row[*pivot], own[*pivot]);
            if by != zero {
                // A multiple, so that nothing is divided.
                for (x, y) in row.iter_mut().zip(own) {
                    *x = *x * lead - *y * by;
                }
            }
        }
        if let Some(pivot) = row.iter().position(|x| *x != zero) {
            self.rows.push(row);
            self.pivots.push(pivot);
        }
    }
}

/// A function that no other one before is a multiple of, up to a constant.
pub(super) struct Distinct {
    pub name: String,
    pub function: Function,
    /// Where it changes: [`Function::changing`].
    chunk: usize,
}

impl Distinct {
    pub fn new(name: String, function: Function) -> Self {
        Distinct {
            chunk: function.changing().unwrap_or(0),
            name,
            function,
        }
    }

    /// Whether another function is a multiple of this one, up to a constant.
    pub fn is_multiple(&self, other: &Function) -> bool {
        let change = |f: &Function| f.value(self.chunk) - f.value(0);
        let (x, y) = (change(other), change(&self.function));
        x != 0 && vanishes(&[(other, y), (&self.function, -x)])
    }
}
