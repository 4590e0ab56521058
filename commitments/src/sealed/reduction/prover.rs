//! The prover's side.
//!
//! A round polynomial of one point is `s · eq(p_k, X) · q(X)` with `q` linear: the prover computes only
//! the two values of `q`, packed where it can be, with `eq` of the remaining coordinates as an outer product
//! of two short tables.

use crate::Embedding;
use sumcheck::kernel::{LateRows, RowSource, SplitEq};
use sumcheck::{Point, ProverField};

struct Part<F, S> {
    point: Point<F>,
    /// Rounds before its own first.
    wait: usize,
    /// `eq(p, ·)`.
    eq: SplitEq<F>,
    rows: LateRows<F, S>,
    /// What the challenges of other rounds than its own make of it: `1 − X` of each before, `(1 − X)²` after.
    others: F,
    /// What is left to prove of this part, without `others` and what of `eq` is bound.
    claim: F,
}

impl<F: ProverField, S: RowSource<F>> Part<F, S> {
    fn bound(&self) -> F {
        self.others * self.eq.scale()
    }

    /// The number of its own round that this is.
    fn own(&self, round: usize) -> Option<usize> {
        let own = round.checked_sub(self.wait)?;
        (own < self.point.vars()).then_some(own)
    }

    /// Coefficients of 1 and `X²` of the round polynomial; keeps what [`Part::bind`] needs.
    fn round(&self, round: usize) -> ([F; 2], [F; 2]) {
        let Some(own) = self.own(round) else {
            let constant = self.bound() * self.claim;
            let square = match round < self.wait {
                true => F::zero(),
                false => constant,
            };
            return ([constant, square], [F::zero(); 2]);
        };
        let p = self.point.0[own];
        let q = self.rows.sums(&self.eq);
        // eq(p, X) = (1 − p) + (2p − 1)·X
        let constant = self.bound() * (F::one() - p) * q[0];
        let square = self.bound() * (p.double() - F::one()) * (q[1] - q[0]);
        ([constant, square], q)
    }

    fn bind(&mut self, round: usize, r: F, q: [F; 2]) {
        if self.own(round).is_none() {
            let zero = F::one() - r;
            self.others *= match round < self.wait {
                true => zero,
                false => zero.square(),
            };
            return;
        }
        self.claim = q[0] + r * (q[1] - q[0]);
        self.eq.bind(r);
        self.rows.bind(r);
    }
}

/// A claim that does not hold was to be proven.
#[derive(Debug)]
pub(in crate::sealed) struct FalseGroup(pub usize);

/// Proves; the channel's two operations are passed in. Returns the common point, of `vars` coordinates.
///
/// `parts`: point, rows, claimed value. Refuses claims that do not hold,
/// naming the first, if `refuse`.
pub(in crate::sealed) fn prove<F: ProverField, S: RowSource<F>>(
    embedding: Embedding,
    parts: Vec<(Point<F>, S, F)>,
    (vars, refuse): (usize, bool),
    mut exchange: impl FnMut([F; 2]) -> F,
) -> Result<(Point<F>, Vec<F>), FalseGroup> {
    let mut parts: Vec<Part<F, S>> = parts
        .into_iter()
        .map(|(point, rows, claim)| Part {
            wait: match embedding {
                Embedding::Repeat => vars - point.vars(),
                Embedding::Pad => 0,
            },
            eq: SplitEq::new(&point),
            point,
            rows: LateRows::new(rows),
            others: F::one(),
            claim,
        })
        .collect();
    let mut point = Vec::with_capacity(vars);
    for round in 0..vars {
        let mut message = [F::zero(); 2];
        let mut values = Vec::with_capacity(parts.len());
        for (number, part) in parts.iter().enumerate() {
            let (coefficients, q) = part.round(round);
            if let (true, Some(0)) = (refuse, part.own(round)) {
                let p = part.point.0[0];
                if part.claim != q[0] + p * (q[1] - q[0]) {
                    return Err(FalseGroup(number));
                }
            }
            message[0] += coefficients[0];
            message[1] += coefficients[1];
            values.push(q);
        }
        let r = exchange(message);
        for (part, q) in parts.iter_mut().zip(values) {
            part.bind(round, r, q);
        }
        point.push(r);
    }
    let mut evaluations = Vec::with_capacity(parts.len());
    for (number, part) in parts.iter_mut().enumerate() {
        let value = part.rows.value();
        if refuse && part.point.vars() == 0 && value != part.claim {
            return Err(FalseGroup(number));
        }
        // Zeros behind the rows take part.
        let behind = &point[part.wait + part.point.vars()..];
        evaluations.push(behind.iter().fold(value, |value, r| value * (F::one() - r)));
    }
    Ok((Point(point), evaluations))
}
