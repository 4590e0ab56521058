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
//! the products of two are tables over two digits, but their leading coefficients. `γ^g` is in a
//! table of the group's first digit.
//!
//! Cost per row, over all rounds and for each group: 10 multiplications (8 in the first round) and
//! from the fourth round on 4 to bind: `4 + 5 + 3.5/2`.

use super::blocks::{BLOCK, add, tail_weight, weighted_sums};
use super::{DigitColumn, Packed, claim};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::SplitEq;
use sumcheck::{
    EvalClaim, Expr, Field, Oracle, Point, Products, Reduced, Relation, RoundProver, Segment,
    UniPoly,
};

/// Digits in a group.
pub const GROUP: usize = 4;

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
                DigitColumn::new(packed.clone(), address.eq_table_scaled(scale))
            })
            .collect();
        Prover {
            eq: SplitEq::new(cycle),
            gammas,
            columns,
        }
    }

    /// The inner polynomial at 0, 1, −1, 2 and its leading coefficient; at 1 only if asked for.
    fn sums(&self, with_one: bool) -> [F; 5] {
        let rows = self.columns.iter().map(DigitColumn::len).max().unwrap_or(0);
        let pairs = rows.div_ceil(2);
        let scratch = || Scratch {
            sums: vec![[F::Products::default(); 5]; BLOCK],
            rows: [0; GROUP].map(|_| vec![F::zero(); 2 * BLOCK]),
            halves: [0; 2].map(|_| vec![[F::zero(); 3]; BLOCK]),
        };
        let first: Option<Vec<First<'_, F>>> = self.columns.chunks(2).map(First::new).collect();
        let sums = weighted_sums(&self.eq, pairs, scratch, |scratch, start, out| {
            let len = out.len();
            scratch.sums.fill([F::Products::default(); 5]);
            for (g, group) in self.columns.chunks_exact(GROUP).enumerate() {
                match &first {
                    Some(first) => {
                        for (half, first) in scratch.halves.iter_mut().zip(&first[2 * g..]) {
                            first.fill(start, &mut half[..len]);
                        }
                    }
                    None => scratch.multiply_halves(group, start, len),
                }
                scratch.multiply_group(len, with_one);
            }
            for (out, sums) in out.iter_mut().zip(&scratch.sums) {
                *out = sums.map(|s| s.reduce());
            }
        });
        let tail: F = self
            .columns
            .chunks_exact(GROUP)
            .map(|group| group.iter().map(DigitColumn::tail).product::<F>())
            .sum();
        let tail = tail * tail_weight(&self.eq, pairs);
        add(sums, [tail, tail, tail, tail, F::zero()])
    }
}

struct Scratch<F: Field> {
    sums: Vec<[F::Products; 5]>,
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
                *half = [a[0] * b[0], a[1] * b[1], (a[1] - a[0]) * (b[1] - b[0])];
            }
        }
    }

    fn multiply_group(&mut self, len: usize, with_one: bool) {
        let [left, right] = &self.halves;
        for ((sums, p), q) in self.sums[..len].iter_mut().zip(left).zip(right) {
            let (p2, q2) = (p[2].double(), q[2].double());
            sums[0].add(&p[0], &q[0]);
            if with_one {
                sums[1].add(&p[1], &q[1]);
            }
            // p(−1) = 2 p(0) − p(1) + 2 p∞ and p(2) = 2 p(1) − p(0) + 2 p∞.
            sums[2].add(&(p[0].double() - p[1] + p2), &(q[0].double() - q[1] + q2));
            sums[3].add(&(p[1].double() - p[0] + p2), &(q[1].double() - q[0] + q2));
            sums[4].add(&p[2], &q[2]);
        }
    }
}

/// Two digits of one group in the first round.
struct First<'a, F> {
    pairs: [&'a [u8]; 2],
    /// Product of the two digits' weights, by the digits.
    products: Vec<F>,
    /// Second row less first row, by the pair of rows.
    steps: [Vec<F>; 2],
}

impl<'a, F: Field> First<'a, F> {
    fn new(digits: &'a [DigitColumn<F>]) -> Option<Self> {
        let [a, b] = digits else { return None };
        let ((pairs_a, a), (pairs_b, b)) = (a.unbound()?, b.unbound()?);
        let steps = |weights: &[F]| {
            let differences = |x: &F| weights.iter().map(move |y| *y - x).collect::<Vec<_>>();
            // Row-major by the first row's digit.
            weights.iter().flat_map(differences).collect()
        };
        Some(First {
            pairs: [pairs_a, pairs_b],
            products: a
                .iter()
                .flat_map(|x| b.iter().map(move |y| *x * y))
                .collect(),
            steps: [steps(a), steps(b)],
        })
    }

    fn fill(&self, start: usize, out: &mut [[F; 3]]) {
        for (j, out) in (start..).zip(out) {
            let a = usize::from(self.pairs[0].get(j).copied().unwrap_or(0));
            let b = usize::from(self.pairs[1].get(j).copied().unwrap_or(0));
            *out = [
                self.products[(a & 0xf0) | (b >> 4)],
                self.products[((a & 15) << 4) | (b & 15)],
                self.steps[0][a] * self.steps[1][b],
            ];
        }
    }
}

impl<F: Field> RoundProver<F> for Prover<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        let (zero, one) = self.eq.linear();
        let inverse = one.inverse();
        let [t0, mut t1, minus, t2, leading] = self.sums(inverse.is_none());
        if let Some(inverse) = inverse {
            t1 = (claim - zero * t0) * inverse;
        }
        from_five(t0, t1, minus, t2, leading).times_linear(zero, one - zero)
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

/// The polynomial of degree 4 from its values at 0, 1, −1, 2 and its leading coefficient.
fn from_five<F: Field>(t0: F, t1: F, minus: F, t2: F, leading: F) -> UniPoly<F> {
    let half = F::from(2u64).inverse().expect("odd characteristic");
    let sixth = F::from(6u64).inverse().expect("large characteristic");
    // The cubic left after the leading term.
    let (t1, minus, t2) = (t1 - leading, minus - leading, t2 - leading.mul_u64(16));
    let c2 = (t1 + minus) * half - t0;
    let odd = (t1 - minus) * half;
    // t2 = c0 + 2 c1 + 4 c2 + 8 c3 with c1 = odd − c3.
    let c3 = (t2 - t0 - c2.mul_u64(4) - odd.double()) * sixth;
    UniPoly(vec![t0, odd - c3, c2, c3, leading])
}
