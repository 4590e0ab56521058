//! The prover of products of digits.
//!
//! Group by group over blocks of rows. A product of four linear polynomials is evaluated at
//! 0, −1, 2 and ∞ by two products of two (3 multiplications each, then shifts) and 4 multiplications
//! with delayed reduction over all groups; its value at 1 follows from the claim. In the first round
//! the products of two are table entries, and sums of these ([`Field::products_of_tables`]). Powers of `γ` are in
//! the tables of the digits, so that squares are of the same rows ([`Field::sums_of_squares`]). In the first round
//! one-hotness holds at 0 and at 1.
//!
//! Where the field has packed operations, all groups of a block go to [`Field::products_of_four`], which reads
//! digits and tables where they are.
//!
//! Cost per row, over all rounds and for each group: 3 multiplications and 12 delayed ones to evaluate,
//! half a multiplication to bind (nothing is bound before the fourth round); 8 bytes from then on. `D`: an
//! addition for each digit and 2 multiplications a row, 16 bytes from the second round on.

use super::{At, GROUP};
use crate::digits::blocks::{
    BLOCK, add, column_sums, pairs, sliced_sums, tail_weight, weighted_sums,
};
use crate::digits::{DigitColumn, Interpolation, MAX_RADIX, Packed};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::field::TableProducts;
use sumcheck::kernel::{SplitEq, bind_rows_in_place};
use sumcheck::{Field, Products, ProverField, RoundProver, UniPoly};

#[cfg(test)]
mod tests;

/// Where the inner polynomial is evaluated, besides infinity.
const NODES: &[i64] = &[0, 1, -1, 2];

/// The kernel of [`Grouped`](super::Grouped) for groups of [`GROUP`] digits.
pub struct Prover<F> {
    eq: SplitEq<F>,
    scales: Vec<F>,
    /// `γ^i · ra_i(a_i, ·)`.
    columns: Vec<DigitColumn<F>>,
    digits: Vec<Arc<Packed>>,
    beta: F,
    diagonal: Diagonal<F>,
    /// What one-hotness has of the running claim, and of the round's polynomial without its equality factor:
    /// at 0 and 1, and the leading coefficient.
    one_hot: F,
    pending: [F; 3],
    interpolation: Interpolation<F>,
}

/// `D`, of which nothing is written out before the first variable is bound.
enum Diagonal<F> {
    Tables(Vec<[F; MAX_RADIX]>),
    Rows { rows: Vec<F>, tail: F },
}

impl<F: ProverField> Diagonal<F> {
    /// Binds the first variable: rows of a block are made, and bound.
    fn of(tables: &[[F; MAX_RADIX]], digits: &[Arc<Packed>], x: F) -> Self {
        let pairs = digits.iter().map(|d| d.pairs.len()).max().unwrap_or(0);
        let mut rows = vec![F::zero(); pairs];
        rows.par_chunks_mut(BLOCK).enumerate().for_each_init(
            || vec![[0; 2 * BLOCK]; digits.len()],
            |unpacked, (block, out)| {
                let mut sums = [F::zero(); 2 * BLOCK];
                let sums = &mut sums[..2 * out.len()];
                for (unpacked, digits) in unpacked.iter_mut().zip(digits) {
                    digits.unpack(2 * BLOCK * block, &mut unpacked[..sums.len()]);
                }
                let unpacked: Vec<&[u8]> = unpacked.iter().map(|u| &u[..sums.len()]).collect();
                F::add_entries(sums, &unpacked, tables);
                F::bind_pairs(sums, &x, out);
            },
        );
        let tail = tables.iter().map(|table| table[0]).sum();
        Diagonal::Rows { rows, tail }
    }

    /// `Σ_j weight(j) · D` over the even rows of the first pairs, or over the odd ones.
    fn sum(&self, eq: &SplitEq<F>, odd: bool) -> F {
        let Diagonal::Rows { rows, tail } = self else {
            unreachable!("the first round does without");
        };
        let [sum] = sliced_sums(
            eq,
            rows.len().div_ceil(2),
            || (),
            |_, start, weights| {
                let mut values = [*tail; BLOCK];
                let own = rows[2 * start..].iter().skip(usize::from(odd)).step_by(2);
                for (value, row) in values.iter_mut().zip(own) {
                    *value = *row;
                }
                [F::dot(&values, weights)]
            },
        );
        sum
    }
}

impl<F: ProverField> Prover<F> {
    /// A prover for the digits of all groups, in order.
    ///
    /// # Panics
    /// If the groups are not of [`GROUP`] digits, or there are not as many digits as addresses.
    pub fn new(at: &At<F>, digits: &[Arc<Packed>]) -> Self {
        assert_eq!(at.group, GROUP, "digits in a group");
        assert_eq!(
            digits.len(),
            at.addresses.len(),
            "an address for each digit"
        );
        assert_eq!(digits.len() % GROUP, 0, "whole groups of digits");
        let scales = at.scales();
        let columns = digits.iter().zip(&at.addresses).zip(&scales);
        let columns = columns.map(|((packed, address), scale)| {
            DigitColumn::new(packed.clone(), &address.eq_table_scaled(*scale))
        });
        Prover {
            eq: SplitEq::new(&at.cycle),
            columns: columns.collect(),
            scales,
            digits: digits.to_vec(),
            beta: at.beta,
            diagonal: Diagonal::Tables(at.diagonals()),
            one_hot: F::zero(),
            pending: [F::zero(); 3],
            interpolation: Interpolation::new(NODES),
        }
    }

    /// What all pairs beyond the real ones count for, at every point. Of one-hotness that is nothing.
    fn tail(&self) -> F {
        let groups = self.columns.chunks_exact(GROUP);
        let tail: F = groups
            .map(|group| group.iter().map(DigitColumn::tail).product::<F>())
            .sum();
        tail * tail_weight(&self.eq, pairs(&self.columns))
    }

    /// Products at 0, −1, 2 and their leading coefficient; squares at 0 and their leading coefficient, over
    /// real pairs.
    fn sums(&self) -> [F; 6] {
        let tail = self.tail();
        let first: Option<Vec<First<'_, F>>> = self.columns.chunks(2).map(First::new).collect();
        let sums = match first {
            Some(first) => joined(self.first_sums(&first), self.squares()),
            None if F::packed() => self.packed_sums(),
            None => joined(self.portable_sums(), self.squares()),
        };
        let zero = F::zero();
        add(sums, [tail, tail, tail, zero, zero, zero])
    }

    fn squares(&self) -> [F; 2] {
        column_sums(&self.eq, &self.columns, |rows, weights| {
            F::sums_of_squares(rows, weights)
        })
    }

    /// Nothing is bound: products of two digits are table entries.
    fn first_sums(&self, first: &[First<'_, F>]) -> [F; 4] {
        let scratch = || vec![[[0; BLOCK]; 2]; first.len()];
        sliced_sums(
            &self.eq,
            pairs(&self.columns),
            scratch,
            |scratch, start, weights| {
                let halves: Vec<TableProducts<'_, F>> = scratch
                    .iter_mut()
                    .zip(first)
                    .map(|(scratch, first)| first.products(start, weights.len(), scratch))
                    .collect();
                let (groups, _) = halves.as_chunks::<2>();
                F::products_of_tables(groups, weights)
            },
        )
    }

    /// All groups of a block at once, the digits read where they are.
    fn packed_sums(&self) -> [F; 6] {
        column_sums(&self.eq, &self.columns, |rows, weights| {
            let (groups, _) = rows.as_chunks::<GROUP>();
            let products = F::products_of_four(groups, weights);
            joined(products, F::sums_of_squares(rows, weights))
        })
    }

    fn portable_sums(&self) -> [F; 4] {
        let scratch = || Scratch {
            sums: vec![[F::Products::default(); 4]; BLOCK],
            rows: [0; GROUP].map(|_| vec![F::zero(); 2 * BLOCK]),
            halves: [0; 2].map(|_| vec![[F::zero(); 3]; BLOCK]),
        };
        let pairs = pairs(&self.columns);
        weighted_sums(&self.eq, pairs, scratch, |scratch, start, out| {
            let len = out.len();
            scratch.sums.fill([F::Products::default(); 4]);
            for group in self.columns.chunks_exact(GROUP) {
                scratch.multiply_halves(group, start, len);
                scratch.multiply_group(len);
            }
            for (out, sums) in out.iter_mut().zip(&scratch.sums) {
                *out = sums.map(|s| s.reduce());
            }
        })
    }

    /// Products and squares at 1, for when the claim does not determine them.
    fn at_one(&self) -> [F; 2] {
        let pairs = pairs(&self.columns);
        let sums = weighted_sums(
            &self.eq,
            pairs,
            || (),
            |_, start, out| {
                for (j, out) in (start..).zip(out) {
                    let rows: Vec<F> = self.columns.iter().map(|c| c.get(2 * j + 1)).collect();
                    let products = rows.chunks_exact(GROUP);
                    *out = [
                        products.map(|group| group.iter().product::<F>()).sum(),
                        rows.iter().map(|row| row.square()).sum(),
                    ];
                }
            },
        );
        add(sums, [self.tail(), F::zero()])
    }

    /// One-hotness of this round, a quadratic: at 0 and 1, and its leading coefficient. `squares` at 0 and their
    /// leading coefficient are given.
    fn one_hot(&self, [zero, leading]: [F; 2]) -> [F; 3] {
        let leading = self.beta * leading;
        if matches!(self.diagonal, Diagonal::Tables(_)) {
            return [F::zero(), F::zero(), leading];
        }
        let (at_zero, at_one) = self.eq.linear();
        let zero = self.beta * (zero - self.diagonal.sum(&self.eq, false));
        let one = match at_one.inverse() {
            Some(inverse) => (self.one_hot - at_zero * zero) * inverse,
            None => self.beta * (self.at_one()[1] - self.diagonal.sum(&self.eq, true)),
        };
        [zero, one, leading]
    }
}

fn joined<F: Copy>([a, b, c, d]: [F; 4], [e, f]: [F; 2]) -> [F; 6] {
    [a, b, c, d, e, f]
}

struct Scratch<F: Field> {
    sums: Vec<[F::Products; 4]>,
    rows: [Vec<F>; GROUP],
    /// Products of two digits: values at 0 and 1, leading coefficient.
    halves: [Vec<[F; 3]>; 2],
}

impl<F: ProverField> Scratch<F> {
    fn multiply_halves(&mut self, group: &[DigitColumn<F>], start: usize, len: usize) {
        for (rows, column) in self.rows.iter_mut().zip(group) {
            column.fill(2 * start, &mut rows[..2 * len]);
        }
        for (half, rows) in self.halves.iter_mut().zip(self.rows.chunks_exact(2)) {
            let (a, b) = (rows[0].chunks_exact(2), rows[1].chunks_exact(2));
            for ((half, a), b) in half[..len].iter_mut().zip(a).zip(b) {
                let steps = a[1].minus(&a[0]) * b[1].minus(&b[0]);
                *half = [a[0] * b[0], a[1] * b[1], steps];
            }
        }
    }

    fn multiply_group(&mut self, len: usize) {
        let [left, right] = &self.halves;
        for ((sums, p), q) in self.sums[..len].iter_mut().zip(left).zip(right) {
            let ([p_minus, p_two], [q_minus, q_two]) = (extend(p), extend(q));
            sums[0].add(&p[0], &q[0]);
            sums[1].add(&p_minus, &q_minus);
            sums[2].add(&p_two, &q_two);
            sums[3].add(&p[2], &q[2]);
        }
    }
}

/// A quadratic at −1 and 2, from its values at 0 and 1 and its leading coefficient.
#[inline(always)]
fn extend<F: Field>([zero, one, leading]: &[F; 3]) -> [F; 2] {
    let twice = |x: F| x.plus(&x);
    [
        twice(zero.plus(leading)).minus(one),
        twice(one.plus(leading)).minus(zero),
    ]
}

/// Two digits of one group in the first round.
struct First<'a, F> {
    pairs: [&'a [u8]; 2],
    /// Product of the two digits' weights, by the digits.
    products: Box<[F; MAX_RADIX * MAX_RADIX]>,
}

impl<'a, F: ProverField> First<'a, F> {
    fn new(digits: &'a [DigitColumn<F>]) -> Option<Self> {
        let [a, b] = digits else { return None };
        let ((pairs_a, a), (pairs_b, b)) = (a.unbound()?, b.unbound()?);
        Some(First {
            pairs: [pairs_a, pairs_b],
            products: Box::new(std::array::from_fn(|k| a[k >> 4] * b[k & 15])),
        })
    }

    /// The pairs of rows `start …`, so many; what is beyond the real ones is copied to `scratch`.
    fn products<'b>(
        &'b self,
        start: usize,
        len: usize,
        scratch: &'b mut [[u8; BLOCK]; 2],
    ) -> TableProducts<'b, F> {
        let [a, b] = scratch;
        let padded = |pairs: &'b [u8], scratch: &'b mut [u8; BLOCK]| {
            let real = &pairs[start.min(pairs.len())..];
            if let Some(whole) = real.get(..len) {
                return whole;
            }
            scratch.fill(0);
            scratch[..real.len()].copy_from_slice(real);
            &scratch[..len]
        };
        TableProducts {
            bytes: [padded(self.pairs[0], a), padded(self.pairs[1], b)],
            table: &self.products,
        }
    }
}

impl<F: ProverField> RoundProver<F> for Prover<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        let (zero, one) = self.eq.linear();
        let [t0, minus, t2, leading, square0, square_leading] = self.sums();
        let one_hot = self.one_hot([square0, square_leading]);
        let [minus_one_hot, two_one_hot] = extend(&one_hot);
        let t0 = t0 + one_hot[0];
        let t1 = match one.inverse() {
            Some(inverse) => (claim - zero * t0) * inverse,
            None => self.at_one()[0] + one_hot[1],
        };
        let values = [t0, t1, minus + minus_one_hot, t2 + two_one_hot];
        self.pending = one_hot;
        self.interpolation
            .polynomial(&values, leading)
            .times_linear(zero, one - zero)
    }

    fn bind(&mut self, challenge: F) {
        let columns = &mut self.columns;
        columns.par_iter_mut().for_each(|c| c.bind(challenge));
        match &mut self.diagonal {
            Diagonal::Tables(tables) => {
                self.diagonal = Diagonal::of(tables, &std::mem::take(&mut self.digits), challenge);
            }
            Diagonal::Rows { rows, tail } => bind_rows_in_place(rows, *tail, challenge),
        }
        self.eq.bind(challenge);
        let [zero, one, leading] = self.pending;
        let bound = zero + challenge * (one - zero + leading * (challenge - F::one()));
        self.one_hot = self.eq.scale() * bound;
    }

    fn finish(&mut self) -> Vec<F> {
        let digits = self.columns.iter().zip(&self.scales);
        let mut values: Vec<F> = digits
            .map(|(column, scale)| {
                column.get(0) * scale.inverse().expect("a challenge is not zero")
            })
            .collect();
        values.push(match &self.diagonal {
            // No variable, one row.
            Diagonal::Tables(tables) => {
                let digits = self.digits.iter().zip(tables);
                let row = |d: &Packed| d.pairs.first().map_or(0, |pair| usize::from(pair >> 4));
                digits.map(|(d, table)| table[row(d)]).sum()
            }
            Diagonal::Rows { rows, tail } => rows.first().copied().unwrap_or(*tail),
        });
        values
    }
}
