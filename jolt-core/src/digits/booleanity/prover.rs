//! The prover of booleanity.
//!
//! Since a row has one digit, the address rounds and the first cycle round need only one
//! histogram: the weight of each *pair* of digits of two consecutive rows. Later rounds take
//! `h_i = γ^i · (ra_i − 1/2)`, so that a term is `h_i²` less a constant, from tables over pairs of digits
//! while at most three cycle variables are bound ([`DigitColumn`], [`Field::sums_of_squares`]).
//!
//! Cost per row and digit, over all rounds: half a field addition for the histogram (none for a pair of
//! zeros), one delayed product, one eighth of a multiplication to bind (from the fourth cycle round on);
//! 2 bytes from then on.

use super::At;
use crate::digits::blocks::{add, column_sums, pairs, tail_weight, weighted_sums};
use crate::digits::{ADDRESS_VARS, DigitColumn, MAX_RADIX, Packed};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::field::Buckets;
use sumcheck::kernel::SplitEq;
use sumcheck::{Field, Point, ProverField, RoundProver, UniPoly, powers};

/// Pairs of rows whose weights are made at a time: they stay in the first-level cache for all digits.
const HISTOGRAM_BLOCK: usize = 512;

/// The kernel of [`Boolean`](super::Boolean).
pub struct Prover<F> {
    address: Point<F>,
    digits: Vec<Arc<Packed>>,
    gammas: Vec<F>,
    cycle: Point<F>,
    /// Weight of each pair of digits, summed over digits and all pairs of rows.
    pairs: Vec<F>,
    /// `eq(challenges, ·)` over the address bits bound so far, and `eq(a', ·)` of them.
    bound: Vec<F>,
    scale: F,
    rounds_done: usize,
    cycles: Option<Cycles<F>>,
}

struct Cycles<F> {
    eq: SplitEq<F>,
    /// `h_i` of each digit.
    columns: Vec<DigitColumn<F>>,
    /// `Σ_i γ^2i / 4`.
    constant: F,
}

/// `1/2`.
fn half<F: Field>() -> F {
    F::from(2u64)
        .inverse()
        .expect("the field has odd characteristic")
}

impl<F: ProverField> Prover<F> {
    /// A prover for the digits of [`Boolean`](super::Boolean), in order.
    ///
    /// # Panics
    /// If a digit has another number of cycle variables than `at.cycle`.
    pub fn new(at: &At<F>, digits: Vec<Arc<Packed>>) -> Self {
        let vars = at.cycle.vars();
        assert!(digits.iter().all(|d| d.vars == vars), "cycle variables");
        let gammas = powers(at.gamma, digits.len());
        Prover {
            address: at.address.clone(),
            pairs: pair_weights(&at.cycle, &digits, &gammas),
            digits,
            gammas,
            cycle: at.cycle.clone(),
            bound: vec![F::one()],
            scale: F::one(),
            rounds_done: 0,
            cycles: None,
        }
    }

    /// `Σ_i γ^2i Σ_j eq(r', j) [digit_i(j) = k]` for each `k`.
    fn digit_weights(&self) -> [F; MAX_RADIX] {
        let odd = self.cycle.0.first().copied().unwrap_or_default();
        let mut weights = [F::zero(); MAX_RADIX];
        for (pair, weight) in self.pairs.iter().enumerate() {
            let second = *weight * odd;
            weights[pair >> 4] += *weight - second;
            weights[pair & 15] += second;
        }
        weights
    }

    fn address_round(&self) -> UniPoly<F> {
        let below = ADDRESS_VARS - 1 - self.rounds_done;
        let rest = Point(self.address.0[..below].to_vec()).eq_table();
        let mut c = [F::zero(); 3];
        for (digit, weight) in self.digit_weights().iter().enumerate() {
            let weight = *weight * rest[digit & ((1 << below) - 1)];
            let f = self.bound[digit >> (below + 1)];
            let linear = weight * f;
            let square = linear * f;
            // f²(1 − X)² − f(1 − X), or f²X² − fX.
            c[2] += square;
            if (digit >> below) & 1 == 0 {
                c[0] += square - linear;
                c[1] += linear - square.double();
            } else {
                c[1] -= linear;
            }
        }
        let one = self.scale * self.address.0[below];
        let zero = self.scale - one;
        UniPoly(c.to_vec()).times_linear(zero, one - zero)
    }

    /// The first cycle round: every value is in the pair histogram.
    fn first_cycle_round(&self) -> [F; 3] {
        let f = &self.bound;
        let mut t = [F::zero(); 3];
        for (pair, weight) in self.pairs.iter().enumerate() {
            let (a, b) = (f[pair >> 4], f[pair & 15]);
            t[0] += *weight * (a.square() - a);
            t[1] += *weight * (b.square() - b);
            t[2] += *weight * (b - a).square();
        }
        t
    }

    fn bind_address(&mut self, x: F) {
        let r = self.address.0[ADDRESS_VARS - 1 - self.rounds_done];
        let rx = r * x;
        self.scale *= F::one() - r - x + rx.double();
        self.bound = self
            .bound
            .iter()
            .flat_map(|f| {
                let one = *f * x;
                [*f - one, one]
            })
            .collect();
        if self.rounds_done + 1 == ADDRESS_VARS {
            let half = half::<F>();
            let columns = self.digits.iter().zip(&self.gammas).map(|(digits, g)| {
                let table: Vec<F> = self.bound.iter().map(|f| (*f - half) * g).collect();
                DigitColumn::new(digits.clone(), &table)
            });
            self.cycles = Some(Cycles {
                eq: SplitEq::new(&self.cycle),
                columns: columns.collect(),
                constant: half.square() * self.gammas.iter().map(|g| g.square()).sum::<F>(),
            });
        }
    }
}

/// Weight of each pair of digits: `Σ_i γ^2i Σ_j eq(r' less its first variable, j) [pair_i(j) = p]`.
fn pair_weights<F: ProverField>(cycle: &Point<F>, digits: &[Arc<Packed>], gammas: &[F]) -> Vec<F> {
    let pairs = digits.iter().map(|d| d.pairs.len()).max().unwrap_or(0);
    let empty = || vec![F::Buckets::default(); digits.len()];
    let buckets = match cycle.vars() {
        // One row: the first of its pair, and all the weight.
        0 => {
            let mut buckets = empty();
            for (buckets, digits) in buckets.iter_mut().zip(digits) {
                buckets.add_sparse(&digits.pairs, &[F::one()]);
            }
            buckets
        }
        _ => {
            let eq = SplitEq::new(cycle);
            let blocks = pairs.div_ceil(HISTOGRAM_BLOCK);
            let each = blocks.div_ceil(2 * rayon::current_num_threads());
            (0..blocks)
                .into_par_iter()
                .with_min_len(each)
                .fold(empty, |mut buckets, block| {
                    let start = block * HISTOGRAM_BLOCK;
                    let weights = block_weights(&eq, start, HISTOGRAM_BLOCK.min(pairs - start));
                    for (buckets, digits) in buckets.iter_mut().zip(digits) {
                        let keys = digits.pairs.get(start..).unwrap_or_default();
                        buckets.add_sparse(keys, &weights);
                    }
                    buckets
                })
                .reduce(empty, |mut a, b| {
                    a.iter_mut().zip(&b).for_each(|(a, b)| a.merge(b));
                    a
                })
        }
    };
    let mut sums = vec![F::zero(); MAX_RADIX * MAX_RADIX];
    for (buckets, g) in buckets.iter().zip(gammas) {
        let mut digit = buckets.sums(MAX_RADIX * MAX_RADIX);
        digit[0] = F::one() - digit[1..].iter().sum::<F>();
        F::add_scaled(&mut sums, &g.square(), &digit);
    }
    sums
}

/// The weights of the pairs `start …`, so many.
fn block_weights<F: ProverField>(eq: &SplitEq<F>, start: usize, count: usize) -> Vec<F> {
    let mut buffer = vec![F::zero(); count];
    let (weights, factor) = eq.weights(start, &mut buffer);
    let mut weights = weights.to_vec();
    if !factor.is_one() {
        F::scale_slice(&mut weights, &factor);
    }
    weights
}

impl<F: ProverField> Cycles<F> {
    /// What is not in the sums over pairs, at every point: the constant, and all pairs beyond the real
    /// ones.
    fn tail(&self) -> F {
        let squares = self.columns.iter().map(|c| c.tail().square());
        squares.sum::<F>() * tail_weight(&self.eq, pairs(&self.columns)) - self.constant
    }

    /// `t(0)` and the leading coefficient of `t`.
    fn sums(&self) -> [F; 2] {
        let sums = column_sums(&self.eq, &self.columns, |rows, weights| {
            F::sums_of_squares(rows, weights)
        });
        add(sums, [self.tail(), F::zero()])
    }

    /// `t(1)`, for when the claim does not determine it.
    fn at_one(&self) -> F {
        let [sum] = weighted_sums(
            &self.eq,
            pairs(&self.columns),
            || (),
            |_, start, out| {
                for (j, out) in (start..).zip(out) {
                    let squares = self.columns.iter().map(|c| c.get(2 * j + 1).square());
                    *out = [squares.sum()];
                }
            },
        );
        sum + self.tail()
    }
}

impl<F: ProverField> RoundProver<F> for Prover<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        let Some(cycles) = &self.cycles else {
            return self.address_round();
        };
        let (zero, one) = cycles.eq.linear();
        let (zero, one) = (zero * self.scale, one * self.scale);
        let t = if self.rounds_done == ADDRESS_VARS {
            self.first_cycle_round()
        } else {
            let [t0, leading] = cycles.sums();
            let t1 = match one.inverse() {
                Some(inverse) => (claim - zero * t0) * inverse,
                None => cycles.at_one(),
            };
            [t0, t1, leading]
        };
        UniPoly(vec![t[0], t[1] - t[0] - t[2], t[2]]).times_linear(zero, one - zero)
    }

    fn bind(&mut self, challenge: F) {
        match &mut self.cycles {
            None => self.bind_address(challenge),
            Some(cycles) => {
                let columns = &mut cycles.columns;
                columns.par_iter_mut().for_each(|c| c.bind(challenge));
                cycles.eq.bind(challenge);
            }
        }
        self.rounds_done += 1;
    }

    fn finish(&mut self) -> Vec<F> {
        let half = half::<F>();
        let columns = self.cycles.iter().flat_map(|c| &c.columns);
        columns
            .zip(&self.gammas)
            .map(|(column, g)| {
                let inverse = g.inverse().expect("a challenge is not zero");
                column.get(0) * inverse + half
            })
            .collect()
    }
}
