//! Shout over dense tables.
//!
//! Commitment: the index in digits of 4 bits, the least significant first; the last has what is left, and so
//! a smaller radix.
//!
//! Protocol, from the claim `out(r)` on what was read:
//!
//! 1. Batch `execute`, relation `read`, over the table alone, with the reads folded into one vector:
//!
//!    ```text
//!    out(r) = Σ_k A(k) · T(k),      A(k) = Σ_j eq(r, j) · [index(j) = k]
//!    ```
//!
//!    It leaves `T(k*)`, the claim on the table, and `A(k*)`.
//! 2. `γ_P, β`. Batch `decompose`, relation `digits`: `A(k*) = Σ_j eq(r, j) · Π_i ra_i(k*_i, j)`, and that the digits
//!    are one-hot ([`digits::products`](crate::digits::products)). It ends with a claim on each digit and one on
//!    all together.
//!
//! Soundness error, for `d = ⌈n/4⌉` digits: `t/p` for `r`; `2n/p` for `read`; `max(d, 2)·t/p` for the second batch,
//! and for one-hotness `8/p` for the addresses and `max(d²/2, 2d)/p` for its challenges; `1/p` for each batch's `α`.
//!
//! Cost: `2^t` additions to fold, about `8 · 2^n` multiplications for `read`; for each row and digit what the
//! digits' relation costs ([`crate::digits`]). Messages: 1, `2n` and 2 elements, `t` rounds of `max(d, 2)`, and
//! `d + 1` evaluations.

#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
mod verifier;

use super::Shout;
use crate::digits::{ADDRESS_VARS, products};
use crate::lookup::Unsupported;
use crate::lookup::dense::{DenseArgument, DenseShape, DenseVerifier, TableClaim, Term};
use sumcheck::{
    Claimed, Field, Oracle, Order, Point, Reduced, Relation, Segment, VerifierChannel, VerifyError,
    Weights,
};

/// Bits of the digits of an index.
pub(in crate::lookup) fn widths(shape: DenseShape) -> Vec<usize> {
    let starts = (0..shape.index_bits).step_by(ADDRESS_VARS);
    starts
        .map(|start| ADDRESS_VARS.min(shape.index_bits - start))
        .collect()
}

impl<F: Field> DenseArgument<F> for Shout {
    fn supports(&self, shape: DenseShape) -> Result<(), Unsupported> {
        shape.fits::<F>()
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        verifier::receive(channel, shape)
    }
}

/// The committed digits.
struct Digits {
    shape: DenseShape,
    oracles: Vec<Oracle>,
}

impl Digits {
    /// Oracles with their radix.
    fn digits(&self) -> Vec<(Oracle, usize)> {
        let widths = widths(self.shape).into_iter();
        let oracles = self.oracles.iter().copied();
        oracles.zip(widths.map(|w| 1 << w)).collect()
    }

    fn terms<F: Field>(&self) -> Vec<Term<F>> {
        let digits = self.digits().into_iter().enumerate();
        let term = |(i, (oracle, radix)): (usize, (Oracle, usize))| {
            let values = (0..radix as u64).map(F::from).collect();
            let weight = F::from(1u64 << (ADDRESS_VARS * i));
            (oracle, Weights::Digit(values), weight)
        };
        digits.map(term).collect()
    }

    /// The address of every digit: four coordinates, those that a short one lacks 0.
    fn addresses<F: Field>(index: &Point<F>) -> Vec<Point<F>> {
        let digits = index.0.chunks(ADDRESS_VARS);
        digits
            .map(|own| {
                let mut address = own.to_vec();
                address.resize(ADDRESS_VARS, F::zero());
                Point(address)
            })
            .collect()
    }

    /// Where the index is reduced to digits: they are one group.
    fn at<F: Field>(
        &self,
        cycle: Point<F>,
        index: &Point<F>,
        challenges: [F; 2],
        one_hot: bool,
    ) -> products::At<F> {
        let group = self.oracles.len();
        products::At::new(cycle, Self::addresses(index), group, challenges, one_hot)
    }
}

/// Factors of `read`.
struct ReadFactors<F> {
    folded: Claimed<F>,
    table: Claimed<F>,
}

/// `Σ_k A(k) · T(k)`.
fn read<F: Field>(index_bits: usize) -> (Relation<F>, ReadFactors<F>) {
    let segment = Segment {
        name: "k",
        vars: index_bits,
        order: Order::LsbFirst,
    };
    let mut relation = Relation::new("read", vec![segment]);
    let factors = ReadFactors {
        folded: relation.claimed("A", &[0]),
        table: relation.claimed("T", &[0]),
    };
    relation.summand = factors.folded * factors.table;
    (relation, factors)
}

/// What the batch `execute` leaves.
struct Read<F, V> {
    folded: V,
    table: TableClaim<F, V>,
}

impl<F: Field, V: Copy> Read<F, V> {
    fn take(factors: &ReadFactors<F>, mut reduced: Reduced<F, V>) -> Self {
        let [folded, value] = reduced.take_each([factors.folded, factors.table]);
        let [point] = reduced.at();
        let table = TableClaim {
            point,
            factor: F::one(),
            value,
        };
        reduced.done();
        Read { folded, table }
    }
}
