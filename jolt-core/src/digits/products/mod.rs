//! Products of groups of digits, each digit at its own address, and one-hotness of the digits at the same
//! addresses.
//!
//! Statement, for the claims `claim_g` on products at the cycle point `r`, addresses `a_i`, and challenges `γ, β`
//! drawn after the claims; all digits were committed before `r` and `a_i` were drawn:
//!
//! ```text
//! Σ_g γ^{e_g} · claim_g = Σ_j eq(r, j) · ( Σ_g Π_{i in group g} γ^i·ra_i(a_i, j)
//!                                        + β · ( Σ_i (γ^i·ra_i(a_i, j))² − D(j) ) )
//! D(j) = Σ_i γ^2i · Σ_k eq(a_i, k)² · ra_i(k, j)          e_g = Σ_{i in group g} i
//! ```
//!
//! `D` is linear in the digits, so that one claim on all of them together settles it. Products: one of 32 digits
//! would have degree 33, eight virtual partial products of four have 5. One-hotness: where digit `i` of row `j`
//! is one-hot, `ra_i(a_i, j)` is one `eq(a_i, k)`, and its square is what `D` has. Where it is not, the difference
//! of the two is a polynomial in `a_i` that is not zero, of degree 2 in each variable: its coefficient at
//! `x_b²` or `(1 − x_b)²` in all bits, those of `k`, is `ra(k, j)² − ra(k, j)`, so entries are zeros and ones; the
//! others are sums of at most 16 products of two different entries, so no two are one. Column 0 is one less the
//! others, so not all are zero.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::Prover;

use super::{ADDRESS_VARS, MAX_RADIX, claim, fold_rows};
use sumcheck::batch::Late;
use sumcheck::{
    Claimed, EvalClaim, Expr, Field, Oracle, Point, Reduced, Relation, Segment, Weights, powers,
};

/// Where digits are opened, and the challenges.
#[derive(Clone, Debug)]
pub struct At<F> {
    /// `r`: where the products are claimed.
    pub cycle: Point<F>,
    /// `a_i` for each digit.
    pub addresses: Vec<Point<F>>,
    /// Digits in a product.
    pub group: usize,
    /// `γ`.
    pub gamma: F,
    /// `β`.
    pub beta: F,
}

/// Digits in a product of the kernel here.
pub const GROUP: usize = 4;

/// Name of the check that digits are one-hot, which their relation's check contains.
pub const ONE_HOT: &str = "digits/one-hot";

impl<F: Field> At<F> {
    /// With the challenges `γ, β`. Where one-hotness does not count, as only a test can want, it has no weight.
    pub fn new(
        cycle: Point<F>,
        addresses: Vec<Point<F>>,
        group: usize,
        [gamma, beta]: [F; 2],
        one_hot: bool,
    ) -> Self {
        At {
            cycle,
            addresses,
            group,
            gamma,
            beta: if one_hot { beta } else { F::zero() },
        }
    }

    /// `γ^i` for each digit.
    fn scales(&self) -> Vec<F> {
        powers(self.gamma, self.addresses.len())
    }

    /// `γ^{e_g}` for each product.
    pub fn product_weights(&self) -> Vec<F> {
        let scales = self.scales();
        let groups = scales.chunks_exact(self.group);
        groups.map(|group| group.iter().product()).collect()
    }

    /// Degree in `γ` and `β` of the sum that the claims and one-hotness make.
    pub fn degree(&self) -> usize {
        let digits = self.addresses.len();
        let last = digits.saturating_sub(self.group)..digits;
        last.sum::<usize>().max(1 + 2 * digits.saturating_sub(1))
    }

    /// Degree in a digit's address and the cycle point of what is not zero where the digit is not one-hot.
    pub fn one_hot_degree(&self) -> usize {
        2 * ADDRESS_VARS + self.cycle.vars()
    }

    /// What digit `i` has in `D`: `γ^2i · eq(a_i, k)²`.
    pub(crate) fn diagonals(&self) -> Vec<[F; MAX_RADIX]> {
        let digits = self.addresses.iter().zip(self.scales());
        let tables = digits.map(|(address, scale)| {
            let mut table = [F::zero(); MAX_RADIX];
            let entries = address.eq_table_scaled(scale);
            for (square, entry) in table.iter_mut().zip(entries) {
                *square = entry.square();
            }
            table
        });
        tables.collect()
    }

    /// The tables of all factors of [`Grouped`], from whole matrices ([`one_hot`](super::one_hot)'s shape): for
    /// the naive prover. The first one is left empty.
    pub fn tables(&self, matrices: &[Vec<F>]) -> Vec<Vec<F>> {
        let mut tables = vec![Vec::new()];
        let mut diagonal = Vec::new();
        let diagonals = self.diagonals();
        for ((matrix, address), squares) in matrices.iter().zip(&self.addresses).zip(&diagonals) {
            tables.push(fold_rows(matrix, &address.eq_table()));
            let rows = fold_rows(matrix, squares);
            diagonal.resize(rows.len(), F::zero());
            diagonal
                .iter_mut()
                .zip(rows)
                .for_each(|(sum, row)| *sum += row);
        }
        tables.push(diagonal);
        tables
    }
}

/// The relation, and the claims that it leaves.
pub struct Grouped<F> {
    pub relation: Relation<F>,
    /// On digit `i` at `addresses[i]` and the cycle point of the one segment.
    pub digits: Vec<Claimed<F>>,
    /// On all digits together, `D`.
    pub diagonal: Claimed<F>,
}

impl<F: Field> Grouped<F> {
    /// Over the digits that have an address.
    pub fn new(name: &'static str, at: &At<F>) -> Self {
        let mut relation = Relation::new(name, vec![Segment::cycle(at.cycle.vars())]);
        let eq = relation.eq("eq(r,j)", 0, at.cycle.clone());
        let digits = 0..at.addresses.len();
        let digits = digits.map(|i| relation.claimed(format!("ra{i}"), &[0]));
        let digits: Vec<Claimed<F>> = digits.collect();
        let diagonal = relation.claimed("D", &[0]);
        let power = |exponent: usize, value: F| Expr::constant(format!("γ^{exponent}"), value);
        let groups = digits.chunks_exact(at.group).zip(at.product_weights());
        let products = groups.enumerate().map(|(g, (group, weight))| {
            let exponent = (g * at.group..(g + 1) * at.group).sum();
            let factors = group.iter().map(|digit| Expr::from(*digit));
            power(exponent, weight) * Expr::Product(factors.collect())
        });
        let products = Expr::Sum(products.collect());
        let squares = digits.iter().zip(at.scales()).enumerate();
        let squares =
            squares.map(|(i, (digit, scale))| power(2 * i, scale.square()) * *digit * *digit);
        let one_hot = Expr::Sum(squares.collect()) - diagonal;
        relation.summand = eq * (products + Expr::constant("β", at.beta) * one_hot);
        Grouped {
            relation,
            digits,
            diagonal,
        }
    }

    /// The relation, to be proven later, of `digits`, (oracle, radix) each.
    pub fn late<V: Copy, P>(
        self,
        claim: V,
        prover: P,
        digits: Vec<(Oracle, usize)>,
        at: At<F>,
    ) -> Late<F, V, P> {
        Late {
            relation: self.relation.clone(),
            claim,
            prover,
            leave: Box::new(move |reduced| self.claims(reduced, &digits, &at)),
        }
    }

    /// Takes the claims left on `digits`, (oracle, radix) each.
    fn claims<V: Copy>(
        &self,
        mut reduced: Reduced<F, V>,
        digits: &[(Oracle, usize)],
        at: &At<F>,
    ) -> Vec<EvalClaim<F, V>> {
        let [cycle] = reduced.at();
        let each = self.digits.iter().zip(digits).zip(&at.addresses);
        let claims = each.map(|((claimed, (oracle, radix)), address)| {
            claim(*oracle, *radix, address, &cycle, reduced.take(*claimed))
        });
        let mut claims: Vec<_> = claims.collect();
        let diagonals = digits.iter().zip(at.diagonals());
        let terms = diagonals.map(|((oracle, radix), table)| {
            (*oracle, Weights::Digit(table[..*radix].to_vec()), F::one())
        });
        claims.push(EvalClaim {
            terms: terms.collect(),
            point: cycle,
            value: reduced.take(self.diagonal),
        });
        reduced.done();
        claims
    }
}
