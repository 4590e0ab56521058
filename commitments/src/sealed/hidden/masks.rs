//! The prover's parts of the last sumcheck beside columns: rows of messages, and masks.

use super::close::Last;
use super::{ROW, ROW_VARS};
use crate::Embedding;
use crate::draws::{Class, Draws};
use crate::sealed::batches::Content;
use sumcheck::Field;
use sumcheck::channel::wiped::Wiped;

/// Random rows of number 0 and `2^k` for every variable `k`; all others are zero.
#[cfg_attr(test, derive(Clone))]
pub(super) struct Mask<F: Field> {
    /// Row 0, and then row `2^k`. They are wiped.
    rows: Wiped<F>,
}

impl<F: Field> Mask<F> {
    pub fn draw(vars: usize, draws: &mut Draws) -> Self {
        Mask {
            rows: (0..=vars).map(|_| draws.next(Class::Mask)).collect(),
        }
    }

    /// The rows, with their numbers.
    pub fn sparse(&self) -> Vec<(usize, F)> {
        let numbers = std::iter::once(0).chain((0..).map(|k| 1 << k));
        numbers.zip(self.rows.iter().copied()).collect()
    }
}

/// Both masks in the last sumcheck: `eq(0, x)·A(x) + B(x)`.
#[cfg_attr(test, derive(Clone))]
pub(super) struct Masks<F: Field> {
    pub a: Mask<F>,
    pub b: Mask<F>,
    /// The values where all later variables are 0.
    at_zero: [F; 2],
    /// `Π (1 − r)` of what is bound.
    zero: F,
    /// `Σ_{j > k} B_j` of what comes after the round.
    later: F,
}

impl<F: Field> Masks<F> {
    pub fn draw(vars: usize, draws: &mut Draws) -> Self {
        let [a, b] = [(); 2].map(|()| Mask::draw(vars, draws));
        Self::of(a, b)
    }

    fn of(a: Mask<F>, b: Mask<F>) -> Self {
        Masks {
            at_zero: [a.rows[0], b.rows[0]],
            zero: F::one(),
            later: b.rows[1..].iter().copied().sum(),
            a,
            b,
        }
    }

    /// `μ`, the sum over all rows.
    pub fn sum(&self) -> F {
        self.a.rows[0] + self.b.rows.iter().copied().sum::<F>()
    }

    /// Coefficients of 1 and `X²` in round `k`.
    pub fn round(&self, k: usize) -> [F; 2] {
        let [a, b] = self.at_zero;
        // zero·(1 − X)·((1 − X)·a + X·zero·A_k), and (1 − X)·(b + zero·Σ_{j>k} B_j) + X·zero·B_k
        let later = self.later - self.b.rows[k + 1];
        [
            self.zero * (a + later) + b,
            self.zero * (a - self.zero * self.a.rows[k + 1]),
        ]
    }

    /// Other masks, whose sum is this much larger, and which are the same where the first variable is `x`: a lie.
    #[cfg(all(test, feature = "testing"))]
    pub fn agreeing_at(&self, x: F, more: F) -> Self {
        let mut other = self.clone();
        let share = more / (x.double() - F::one());
        other.at_zero[1] += share * x;
        other.b.rows[1] -= share * (F::one() - x);
        other.later -= share * (F::one() - x);
        other
    }

    pub fn bind(&mut self, k: usize, r: F) {
        self.later -= self.b.rows[k + 1];
        let next = [self.a.rows[k + 1], self.b.rows[k + 1]];
        for (at_zero, next) in self.at_zero.iter_mut().zip(next) {
            *at_zero = *at_zero * (F::one() - r) + r * self.zero * next;
        }
        self.zero *= F::one() - r;
    }
}

/// All rows of messages in the last sumcheck: `Σ_i M_i(x)·row_i(x)`.
pub(super) struct Messages<F: Field> {
    /// Weights and rows, as many elements of each as are left. They are wiped.
    tables: Vec<[Wiped<F>; 2]>,
    /// Rounds before a row's own first.
    wait: usize,
    /// What the challenges of other rounds make of it.
    others: F,
}

impl<F: Field> Messages<F> {
    /// Of all messages among some batches.
    pub fn new(
        (embedding, vars): (Embedding, usize),
        last: &Last<F>,
        elements: &[F],
        contents: impl Iterator<Item = Content>,
    ) -> Self {
        let padded = |row: &[F]| {
            let rest = ROW - row.len();
            let zeros = std::iter::repeat_n(F::zero(), rest);
            row.iter().copied().chain(zeros).collect::<Wiped<F>>()
        };
        let messages = contents.filter_map(Content::message);
        let tables = messages.flat_map(|own| {
            let weights = last.elements[own.clone()].chunks(ROW);
            let rows = elements[own].chunks(ROW);
            let each = weights.zip(rows);
            each.map(|(m, row)| [padded(m), padded(row)])
                .collect::<Vec<_>>()
        });
        Messages {
            tables: tables.collect(),
            wait: match embedding {
                Embedding::Repeat => vars - ROW_VARS,
                Embedding::Pad => 0,
            },
            others: F::one(),
        }
    }

    fn own(&self, round: usize) -> bool {
        (self.wait..self.wait + ROW_VARS).contains(&round)
    }

    /// Coefficients of 1 and `X²`.
    pub fn round(&self, round: usize) -> [F; 2] {
        let mut sums = [F::zero(); 2];
        for [weights, row] in &self.tables {
            if !self.own(round) {
                // Before and behind its own variables a row has the factor 1 − X.
                sums[0] += weights
                    .iter()
                    .zip(row.iter())
                    .map(|(m, z)| *m * z)
                    .sum::<F>();
                continue;
            }
            for (m, z) in weights.chunks_exact(2).zip(row.chunks_exact(2)) {
                sums[0] += m[0] * z[0];
                sums[1] += (m[1] - m[0]) * (z[1] - z[0]);
            }
        }
        sums.map(|sum| self.others * sum)
    }

    pub fn bind(&mut self, round: usize, r: F) {
        if !self.own(round) {
            self.others *= F::one() - r;
            return;
        }
        for table in self.tables.iter_mut().flatten() {
            table.fold_pairs(|first, second| first + r * (second - first));
        }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::tests::polynomials::solve;
    use crate::tests::random;
    use ark_bn254::Fr;
    use ark_ff::{One, Zero};

    /// What is sent of masks whose rows are these, those of `A` first, in a sumcheck with these challenges.
    fn sent(rows: &[Fr], challenges: &[Fr]) -> Vec<Fr> {
        let (a, b) = rows.split_at(rows.len() / 2);
        let mask = |rows: &[Fr]| Mask {
            rows: rows.iter().copied().collect(),
        };
        let mut masks = Masks::of(mask(a), mask(b));
        let mut sent = vec![masks.sum()];
        for (k, r) in challenges.iter().enumerate() {
            sent.extend(masks.round(k));
            masks.bind(k, *r);
        }
        sent
    }

    /// The matrix from rows to what is sent, a line for each element that is sent.
    fn matrix(challenges: &[Fr]) -> Vec<Vec<Fr>> {
        let count = 2 * challenges.len() + 2;
        let columns = (0..count).map(|row| {
            let mut rows = vec![Fr::zero(); count];
            rows[row] = Fr::one();
            sent(&rows, challenges)
        });
        let columns: Vec<Vec<Fr>> = columns.collect();
        let line = |at: usize| columns.iter().map(|column| column[at]).collect();
        (0..columns[0].len()).map(line).collect()
    }

    /// `μ` and both coefficients of each round are any elements, each independent of the others: the matrix has as many
    /// independent lines as there are elements. Where a challenge is 1 it has not, from the round behind that on.
    #[test]
    fn what_masks_hide_has_full_rank() {
        for vars in [1, 4, 9] {
            let mut challenges = random(vars as u64, vars);
            let reached = |challenges: &[Fr]| {
                let matrix = matrix(challenges);
                let each = (0..matrix.len()).filter(|at| {
                    let mut wanted = vec![Fr::zero(); matrix.len()];
                    wanted[*at] = Fr::one();
                    solve(matrix.clone(), wanted).is_some()
                });
                each.count()
            };
            assert_eq!(reached(&challenges), 2 * vars + 1);
            challenges[0] = Fr::one();
            assert_eq!(reached(&challenges) == 2 * vars + 1, vars == 1);
        }
    }
}
