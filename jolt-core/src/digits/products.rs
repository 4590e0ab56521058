//! Products of groups of four digits, each digit at its own address.
//!
//! Statement, for the cycle point `r`, a challenge `γ` drawn after the claims, and addresses `a_i`:
//!
//! ```text
//! Σ_g γ^g · claim_g = Σ_j eq(r, j) · Σ_g γ^g · Π_{i in group g} ra_i(a_i, j)
//! ```
//!
//! A product of 32 digits would have degree 33; eight virtual partial products of four have 5.
//!
//! Kernel: group by group over blocks of rows. A product of four linear polynomials is evaluated at
//! 0, −1, 2 and ∞ by two products of two (3 multiplications each, then shifts) and 4 multiplications
//! with delayed reduction over all groups; its value at 1 follows from the claim. In the first round
//! the products of two are table entries, and sums of these ([`Field::products_of_tables`]). `γ^g` is in a
//! table of the group's first digit.
//!
//! Where the field has packed operations, all groups of a block go to [`Field::products_of_four`], which reads
//! digits and tables where they are.
//!
//! Cost per row, over all rounds and for each group: 3 multiplications and 4 delayed ones to evaluate,
//! half a multiplication to bind (nothing is bound before the fourth round); 8 bytes from then on.

use super::blocks::{BLOCK, add, column_sums, pairs, sliced_sums, tail_weight, weighted_sums};
use super::{DigitColumn, Interpolation, MAX_RADIX, Packed, claim};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::field::TableProducts;
use sumcheck::kernel::SplitEq;
use sumcheck::{
    EvalClaim, Expr, Field, Oracle, Point, Products, Reduced, Relation, RoundProver, Segment,
    UniPoly,
};

/// Digits in a group.
pub const GROUP: usize = 4;

/// Where the inner polynomial is evaluated, besides infinity.
const NODES: &[i64] = &[0, 1, -1, 2];

/// The relation over `groups` groups. Digit `i` leaves the claim `ra{i}` at `addresses[i]` and the
/// cycle point of the one segment.
pub fn relation<F: Field>(
    name: &'static str,
    cycle: &Point<F>,
    gamma: F,
    groups: usize,
) -> Relation<F> {
    let mut relation = Relation::new(name, vec![Segment::cycle(cycle.vars())]);
    let eq = relation.eq("eq(r,j)", 0, cycle.clone());
    let terms: Vec<Expr<F>> = (0..groups)
        .map(|g| {
            let digits = (g * GROUP..(g + 1) * GROUP)
                .map(|i| relation.claimed(format!("ra{i}"), &[0]))
                .collect();
            Expr::Product(digits)
        })
        .collect();
    relation.summand = eq * Expr::batch("γ", gamma, terms);
    relation
}

/// Takes the claims that [`relation`] leaves on `digits`, (oracle, radix) each.
pub fn claims<F: Field, V: Copy>(
    mut reduced: Reduced<F, V>,
    digits: &[(Oracle, usize)],
    addresses: &[Point<F>],
) -> Vec<EvalClaim<F, V>> {
    let cycle = reduced.points[0].clone();
    let claims = digits
        .iter()
        .zip(addresses)
        .enumerate()
        .map(|(i, ((oracle, radix), address))| {
            let value = reduced.take(&format!("ra{i}"));
            claim(*oracle, *radix, address, &cycle, value)
        })
        .collect();
    reduced.done();
    claims
}

/// The kernel of [`relation`].
pub struct Prover<F> {
    eq: SplitEq<F>,
    gammas: Vec<F>,
    columns: Vec<DigitColumn<F>>,
    interpolation: Interpolation<F>,
}

impl<F: Field> Prover<F> {
    /// A prover for the digits of all groups, in order, digit `i` at `addresses[i]`.
    ///
    /// # Panics
    /// If the digits do not come in whole groups.
    pub fn new(cycle: &Point<F>, gamma: F, digits: &[Arc<Packed>], addresses: &[Point<F>]) -> Self {
        assert_eq!(digits.len() % GROUP, 0, "whole groups of digits");
        let gammas: Vec<F> = std::iter::successors(Some(F::one()), |g| Some(*g * gamma))
            .take(digits.len() / GROUP)
            .collect();
        let columns = digits
            .iter()
            .zip(addresses)
            .enumerate()
            .map(|(i, (packed, address))| {
                let scale = match i % GROUP {
                    0 => gammas[i / GROUP],
                    _ => F::one(),
                };
                DigitColumn::new(packed.clone(), &address.eq_table_scaled(scale))
            })
            .collect();
        Prover {
            eq: SplitEq::new(cycle),
            gammas,
            columns,
            interpolation: Interpolation::new(NODES),
        }
    }

    /// What all pairs beyond the real ones count for, at every point.
    fn tail(&self) -> F {
        let groups = self.columns.chunks_exact(GROUP);
        let tail: F = groups
            .map(|group| group.iter().map(DigitColumn::tail).product::<F>())
            .sum();
        tail * tail_weight(&self.eq, pairs(&self.columns))
    }

    /// The inner polynomial at 0, −1, 2 and its leading coefficient.
    fn sums(&self) -> [F; 4] {
        let tail = self.tail();
        let first: Option<Vec<First<'_, F>>> = self.columns.chunks(2).map(First::new).collect();
        let sums = match first {
            Some(first) => self.first_sums(&first),
            None if F::packed() => self.packed_sums(),
            None => self.portable_sums(),
        };
        add(sums, [tail, tail, tail, F::zero()])
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
    fn packed_sums(&self) -> [F; 4] {
        column_sums(&self.eq, &self.columns, |rows, weights| {
            let (groups, _) = rows.as_chunks::<GROUP>();
            F::products_of_four(groups, weights)
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

    /// The inner polynomial at 1, for when the claim does not determine it.
    fn at_one(&self) -> F {
        let pairs = pairs(&self.columns);
        let [sum] = weighted_sums(
            &self.eq,
            pairs,
            || (),
            |_, start, out| {
                for (j, out) in (start..).zip(out) {
                    let groups = self.columns.chunks_exact(GROUP);
                    let product = |group: &[DigitColumn<F>]| {
                        group.iter().map(|c| c.get(2 * j + 1)).product::<F>()
                    };
                    *out = [groups.map(product).sum()];
                }
            },
        );
        sum + self.tail()
    }
}

struct Scratch<F: Field> {
    sums: Vec<[F::Products; 4]>,
    rows: [Vec<F>; GROUP],
    /// Products of two digits: values at 0 and 1, leading coefficient.
    halves: [Vec<[F; 3]>; 2],
}

impl<F: Field> Scratch<F> {
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

impl<'a, F: Field> First<'a, F> {
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

impl<F: Field> RoundProver<F> for Prover<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        let (zero, one) = self.eq.linear();
        let [t0, minus, t2, leading] = self.sums();
        let t1 = match one.inverse() {
            Some(inverse) => (claim - zero * t0) * inverse,
            None => self.at_one(),
        };
        self.interpolation
            .polynomial(&[t0, t1, minus, t2], leading)
            .times_linear(zero, one - zero)
    }

    fn bind(&mut self, challenge: F) {
        let columns = &mut self.columns;
        columns.par_iter_mut().for_each(|c| c.bind(challenge));
        self.eq.bind(challenge);
    }

    fn finish(&mut self) -> Vec<F> {
        self.columns
            .iter()
            .enumerate()
            .map(|(i, column)| match i % GROUP {
                0 => {
                    let gamma = self.gammas[i / GROUP];
                    column.get(0) * gamma.inverse().expect("a challenge is not zero")
                }
                _ => column.get(0),
            })
            .collect()
    }
}
