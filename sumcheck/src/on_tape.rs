//! The value of a summand over the verifier's tape.
//!
//! What the verifier knows without the proof stays a field element as long as possible: only what depends on
//! the proof costs steps on the tape.

#![allow(
    clippy::indexing_slicing,
    reason = "factors and segments are numbered by the relation that has them; no proof has a say"
)]

use crate::expr::width;
use crate::{Expr, Field, Value, VerifierChannel};

/// A public field element, or a handle on the verifier's tape.
#[derive(Clone, Copy, Debug)]
pub enum Num<F> {
    /// Known to the verifier without the proof.
    Public(F),
    /// Derived from the proof.
    Wire(Value),
}

impl<F: Field> Num<F> {
    /// As a handle.
    pub fn value(self, channel: &mut dyn VerifierChannel<F>) -> Value {
        match self {
            Num::Public(c) => channel.constant(c),
            Num::Wire(v) => v,
        }
    }
}

impl<F: Field> Expr<F> {
    /// Value over the verifier's tape.
    pub fn eval_on(&self, channel: &mut dyn VerifierChannel<F>, factors: &[Num<F>]) -> Num<F> {
        match self {
            Expr::Const(_, c) => Num::Public(*c),
            Expr::Factor(i) => factors[*i],
            Expr::Sum(terms) => {
                let mut constant = F::zero();
                let mut wires = Vec::new();
                for term in terms {
                    match term.eval_on(channel, factors) {
                        Num::Public(c) => constant += c,
                        Num::Wire(v) => wires.push((F::one(), v)),
                    }
                }
                match wires.is_empty() {
                    true => Num::Public(constant),
                    false => Num::Wire(channel.linear(constant, &wires)),
                }
            }
            Expr::Product(terms) => {
                let mut constant = F::one();
                let mut product = None;
                for term in terms {
                    match (term.eval_on(channel, factors), product) {
                        (Num::Public(c), _) => constant *= c,
                        (Num::Wire(v), None) => product = Some(v),
                        (Num::Wire(v), Some(p)) => product = Some(channel.mul(p, v)),
                    }
                }
                match product {
                    None => Num::Public(constant),
                    Some(p) if constant.is_one() => Num::Wire(p),
                    Some(p) => Num::Wire(channel.linear(F::zero(), &[(constant, p)])),
                }
            }
            Expr::Chain(layers) => {
                let mut row = vec![Num::Public(F::one())];
                for layer in layers {
                    row = step_on(channel, &row, layer, factors);
                }
                row.first().copied().unwrap_or(Num::Public(F::zero()))
            }
        }
    }
}

/// One layer of a chain over the verifier's tape; constants stay constants.
fn step_on<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    row: &[Num<F>],
    layer: &[(usize, usize, Expr<F>)],
    factors: &[Num<F>],
) -> Vec<Num<F>> {
    let mut next = vec![(F::zero(), Vec::new()); width(layer)];
    for (from, to, weight) in layer {
        let Some(before) = row.get(*from).copied() else {
            continue;
        };
        let (constant, terms) = &mut next[*to];
        match (before, weight.eval_on(channel, factors)) {
            (Num::Public(a), Num::Public(b)) => *constant += a * b,
            (Num::Public(c), Num::Wire(v)) | (Num::Wire(v), Num::Public(c)) => {
                if !c.is_zero() {
                    terms.push((c, v));
                }
            }
            (Num::Wire(a), Num::Wire(b)) => terms.push((F::one(), channel.mul(a, b))),
        }
    }
    let joined = next.into_iter().map(|(constant, terms)| match terms[..] {
        [] => Num::Public(constant),
        [(c, v)] if c.is_one() && constant.is_zero() => Num::Wire(v),
        _ => Num::Wire(channel.linear(constant, &terms)),
    });
    joined.collect()
}
