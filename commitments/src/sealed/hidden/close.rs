//! What is left to show when a program is through, as both sides compute it.

use super::{GATE, GATE_BIND, GATE_ROUND, GATES, ROW, WIRES, closing_vars, of_rows};
use crate::Embedding;
use crate::sealed::batches::{Content, factors_of_oracles};
use crate::sealed::opening::{Group, factors, group};
use std::ops::Range;
use sumcheck::channel::wires::{Gate, Wires};
use sumcheck::{Field, Label, Point, Value, VerifierChannel, VerifyError};

/// A verifier's channel that can be closed.
pub(super) trait Closing<F: Field>: VerifierChannel<F> {
    /// What the program left.
    fn wires(&mut self) -> &mut Wires<F>;
    /// Receives elements that are not hidden, which are absorbed.
    fn clear(&mut self, label: Label, count: usize) -> Result<Vec<F>, VerifyError>;
}

/// Gates that are there for what they hide.
pub(super) const DUMMIES: usize = 3;

/// The columns of the sumcheck over gates: `a`, `b` and `w`.
pub(super) type Columns = [Vec<Value>; 3];

/// Variables of the sumcheck over so many gates.
pub(super) fn gate_vars(gates: usize) -> usize {
    (gates + DUMMIES).next_power_of_two().ilog2() as usize
}

/// The gates of the program and the dummies, from the message of all products.
fn columns<F: Field>(
    channel: &mut dyn Closing<F>,
    gates: &[Gate],
    received: Vec<Value>,
) -> Result<Columns, VerifyError> {
    let Some((products, [alpha, beta, u])) = received.split_last_chunk() else {
        return Err(VerifyError::Malformed {
            label: WIRES.to_owned(),
            cause: "products are missing".to_owned(),
        });
    };
    let [zero, one] = [F::zero(), F::one()].map(|c| channel.constant(c));
    let side = |side: usize, dummies: [Value; DUMMIES]| -> Vec<Value> {
        let own = gates.iter().filter_map(|gate| gate.factors.get(side));
        own.copied().chain(dummies).collect()
    };
    let products = products.iter().copied();
    Ok([
        side(0, [*alpha, zero, *u]),
        side(1, [zero, *beta, one]),
        products.chain([zero, zero, *u]).collect(),
    ])
}

/// The first step of closing: all gates hold. Returns the number of the element that is the first product.
///
/// # Errors
/// The proof is malformed, or a check that can be decided does not hold.
pub(super) fn gates<F: Field>(channel: &mut dyn Closing<F>) -> Result<usize, VerifyError> {
    let gates = channel.wires().gates().to_vec();
    let first = channel.wires().elements();
    let received = channel.recv(WIRES, gates.len() + DUMMIES)?;
    let columns = columns(channel, &gates, received)?;
    let tau: Vec<F> = (0..gate_vars(gates.len()))
        .map(|_| channel.sample(GATES))
        .collect();
    let mut claim = channel.constant(F::zero());
    let mut point = Vec::with_capacity(tau.len());
    for tau in &tau {
        // (1 − τ)·t(0) + τ·t(1) = claim, and c_1 and c_2 are received: t(x) = claim + Σ_k (x^k − τ)·c_k.
        let received = channel.recv(GATE_ROUND, 2)?;
        let x: F = channel.sample(GATE_BIND);
        let factors = [x - tau, x.square() - tau];
        let terms: Vec<(F, Value)> = factors.into_iter().zip(received).collect();
        claim = channel.linear(
            F::zero(),
            &[terms.as_slice(), &[(F::one(), claim)]].concat(),
        );
        point.push(x);
    }
    channel.risk(&[GATES], "products of hidden values", tau.len());
    channel.risk(&[GATE_BIND], "products of hidden values", 2 * tau.len());
    let values = channel.clear(GATE, 3)?;
    let [a, b, w] = values.as_slice() else {
        return Err(VerifyError::Malformed {
            label: GATE.to_owned(),
            cause: "values are missing".to_owned(),
        });
    };
    let left = channel.linear(*w - *a * *b, &[(F::one(), claim)]);
    channel.assert_zero("close/gates", left)?;
    let weights = Point(point).eq_table();
    let checks = ["close/left", "close/right", "close/product"];
    for ((check, column), value) in checks.into_iter().zip(&columns).zip([a, b, w]) {
        let terms: Vec<(F, Value)> = weights
            .iter()
            .copied()
            .zip(column.iter().copied())
            .collect();
        let difference = channel.linear(-*value, &terms);
        channel.assert_zero(check, difference)?;
    }
    Ok(first)
}

/// The equation that is left.
pub(super) struct Last<F> {
    /// Claims on columns, by point.
    pub groups: Vec<Group<F>>,
    /// The weight of every element that was received.
    pub elements: Vec<F>,
    /// `K`.
    pub constant: F,
    /// `ω`.
    pub mask: F,
    /// The sum of the degrees of the equation and of the masks in `ρ`.
    pub degree: usize,
}

impl<F: Field> Last<F> {
    /// From what a program and its gates left; `products` is the number of the element that is the first product.
    pub fn new(wires: &Wires<F>, products: usize, rho: F) -> Self {
        let claims = wires.claims();
        let groups = group(claims, rho);
        let mut weights = Vec::with_capacity(claims.len() + wires.asked().len());
        let mut power = F::one();
        for claim in claims {
            weights.push((-power, claim.value));
            power *= rho;
        }
        for (_, value) in wires.asked() {
            weights.push((power, *value));
            power *= rho;
        }
        let adjoint = wires.adjoint(&weights);
        let constants: F = groups.iter().map(|group| group.constant).sum();
        let mut elements = adjoint.elements;
        for (element, weight) in elements.iter_mut().skip(products).zip(adjoint.products) {
            *element += weight;
        }
        Last {
            groups,
            elements,
            constant: -(adjoint.constant + constants),
            mask: power,
            degree: weights.len(),
        }
    }

    /// The weight of each group's polynomial at the end.
    pub fn group_weights(&self, embedding: Embedding, point: &Point<F>) -> Vec<F> {
        let extended = |group: &Group<F>| embedding.extend(&group.point, point.vars());
        let groups = self.groups.iter();
        groups.map(|group| extended(group).eq(point)).collect()
    }

    /// The weights of the masks `A` and `B` at the end.
    pub fn mask_weights(&self, point: &Point<F>) -> [F; 2] {
        let zero = point.0.iter().fold(F::one(), |e, r| e * (F::one() - r));
        [self.mask * zero, self.mask]
    }

    /// Of each batch the factors of its columns at the end; there are so many oracles, and groups have these weights.
    pub fn factors(
        &self,
        embedding: Embedding,
        (point, groups): (&Point<F>, &[F]),
        (oracles, contents): (usize, impl Iterator<Item = Content> + Clone),
    ) -> Vec<Vec<Vec<F>>> {
        let columns = factors_of_oracles(contents.clone(), factors(&self.groups, groups, oracles));
        let masks = self.mask_weights(point);
        let (own, factor) = of_rows(embedding, point);
        let values: Vec<F> = own.eq_table().iter().map(|value| factor * value).collect();
        let row = |weights: &[F]| -> F { weights.iter().zip(&values).map(|(m, e)| *m * *e).sum() };
        let of_message = |own: Range<usize>| {
            let elements = self.elements.get(own).unwrap_or_default();
            elements
                .chunks(ROW)
                .map(|weights| vec![row(weights)])
                .collect()
        };
        let each = contents
            .zip(columns)
            .map(|(content, columns)| match content {
                Content::Oracles(_) => columns,
                Content::Message(..) => content.message().map(of_message).unwrap_or_default(),
                Content::Mask(mask) => masks
                    .get(mask)
                    .map(|weight| vec![*weight])
                    .into_iter()
                    .collect(),
            });
        each.collect()
    }
}

/// Variables of the last sumcheck of what a program left.
pub(super) fn last_vars<F: Field>(wires: &Wires<F>) -> usize {
    let points = wires.claims().iter().map(|claim| claim.point.vars());
    closing_vars(points.max().unwrap_or_default())
}

/// `g(r)` of `g(0) + g(1) = claim` and the coefficients of 1 and `X²`.
pub(super) fn next_claim<F: Field>(claim: F, [constant, square]: [F; 2], r: F) -> F {
    let linear = claim - constant.double() - square;
    constant + r * (linear + r * square)
}
