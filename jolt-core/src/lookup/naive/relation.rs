//! The relations, and the claims that they leave.

use super::RADIX;
use crate::digits::booleanity::{self, Boolean};
use crate::digits::claim;
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::{LookupShape, SelectorClaim};
use sumcheck::{Claimed, EvalClaim, Expr, Field, Oracle, Point, Reduced, Relation, Segment};

/// Factors of `read`.
#[derive(Clone, Copy)]
pub(super) struct ReadFactors<F> {
    pub indicator: Claimed<F>,
    /// What the indicator selects.
    pub value: Claimed<F>,
}

/// `Σ_{k,j} eq(r, j) · I(k, j) · V(k, j)`, or with the value over some of these segments, under another name.
pub(super) fn read<F: Field>(
    index_bits: usize,
    cycle: &Point<F>,
    (value, over): (&str, &[usize]),
) -> (Relation<F>, ReadFactors<F>) {
    let segments = vec![Segment::address(index_bits), Segment::cycle(cycle.vars())];
    let mut relation = Relation::new("read", segments);
    let eq = relation.eq("eq(r,j)", 1, cycle.clone());
    let factors = ReadFactors {
        indicator: relation.claimed("I", &[0, 1]),
        value: relation.claimed(value, over),
    };
    relation.summand = eq * factors.indicator * factors.value;
    (relation, factors)
}

/// What reads return: a table of each cycle.
pub(super) const VALUE: (&str, &[usize]) = ("V", &[0, 1]);

/// The claim on the indicator, `I(index, cycle) = value`.
pub(super) struct Indicator<F, V> {
    pub index: Point<F>,
    pub cycle: Point<F>,
    pub value: V,
}

/// The relations of the batch `decompose`, and the factors of the first, the bits.
pub(super) struct Decompose<F> {
    pub indicator: Relation<F>,
    pub bits: Vec<Claimed<F>>,
    pub boolean: Boolean<F>,
}

impl<F: Field, V: Copy> Indicator<F, V> {
    /// Takes the claim that `read` leaves, and the one on what the indicator selects.
    pub fn take(mut reduced: Reduced<F, V>, factors: ReadFactors<F>) -> (Self, V) {
        let [index, cycle] = reduced.at();
        let indicator = Indicator {
            index,
            cycle,
            value: reduced.take(factors.indicator),
        };
        let value = reduced.take(factors.value);
        reduced.done();
        (indicator, value)
    }

    /// Each bit as a digit's address: four coordinates, the upper ones 0.
    pub fn addresses(&self) -> impl Iterator<Item = Point<F>> {
        let bits = self.index.0.iter();
        bits.map(|bit| Point(vec![*bit, F::zero(), F::zero(), F::zero()]))
    }

    /// The batch `decompose`: `Σ_j eq(r1, j) · Π_i b_i(k*_i, j)`, and booleanity.
    pub fn decompose(&self, at: &booleanity::At<F>) -> Decompose<F> {
        let mut indicator = Relation::new("indicator", vec![Segment::cycle(self.cycle.vars())]);
        let eq = indicator.eq("eq(r1,j)", 0, self.cycle.clone());
        let bits: Vec<Claimed<F>> = (0..self.index.vars())
            .map(|i| indicator.claimed(format!("b{i}"), &[0]))
            .collect();
        let product = bits.iter().map(|bit| Expr::from(*bit));
        indicator.summand = eq * Expr::Product(product.collect());
        Decompose {
            boolean: Boolean::new("booleanity", at, bits.len()),
            indicator,
            bits,
        }
    }

    /// The claim on the selectors that the claim on `V` is.
    pub fn selectors(&self, shape: &LookupShape, gamma: F, value: V) -> SelectorClaim<F, V> {
        let weights = SelectorWeights::new(shape, gamma, &self.index.msb_first());
        weights.claim(self.cycle.clone(), value)
    }
}

impl<F: Field> Decompose<F> {
    /// The claims on the bits that the batch leaves, at the bits of `at` as addresses.
    pub fn claims<V: Copy>(
        &self,
        at: &Indicator<F, V>,
        oracles: &[Oracle],
        [mut indicator, booleanity]: [Reduced<F, V>; 2],
    ) -> Vec<EvalClaim<F, V>> {
        let [cycle] = indicator.at();
        let bits = oracles.iter().zip(&self.bits).zip(at.addresses());
        let mut claims: Vec<_> = bits
            .map(|((oracle, bit), address)| {
                claim(*oracle, RADIX, &address, &cycle, indicator.take(*bit))
            })
            .collect();
        indicator.done();
        let digits: Vec<_> = oracles.iter().map(|o| (*o, RADIX)).collect();
        claims.extend(self.boolean.claims(booleanity, &digits));
        claims
    }
}
