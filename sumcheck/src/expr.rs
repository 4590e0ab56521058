//! Summands as expression trees: degree, value and printed formula.

#![allow(
    clippy::indexing_slicing,
    reason = "factors and segments are numbered by the relation that has them; no proof has a say"
)]

use crate::Field;
use std::ops::{Add, Mul, Sub};

/// How formulas are written.
#[derive(Clone, Copy)]
pub struct Notation {
    /// The names of factors and constants.
    pub symbol: fn(&str) -> String,
    pub times: &'static str,
    /// Between two states of a chain.
    pub to: &'static str,
    /// Around sums.
    pub parentheses: [&'static str; 2],
    /// Around the layers of a chain.
    pub brackets: [&'static str; 2],
    /// The sign of a sum over what follows, and what ends that.
    pub sum_over: [&'static str; 2],
    /// A variable, what it is in, and how many coordinates that has: before, between and behind.
    pub range: [&'static str; 3],
    /// Negative.
    pub minus: &'static str,
}

impl Notation {
    /// As text.
    pub const TEXT: Self = Notation {
        symbol: str::to_owned,
        times: "·",
        to: "→",
        parentheses: ["(", ")"],
        brackets: ["[", "]"],
        sum_over: ["Σ_(", ")"],
        range: ["", " ∈ {0,1}^", ""],
        minus: "−",
    };
}

/// Name of the constant that a difference has before what it takes away.
const MINUS_ONE: &str = "−1";

/// An expression in the factors of a relation.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr<F> {
    /// A public constant with the name it has in formulas.
    Const(String, F),
    /// A factor of the relation, by position.
    Factor(usize),
    /// A sum; empty is 0.
    Sum(Vec<Expr<F>>),
    /// A product; empty is 1.
    Product(Vec<Expr<F>>),
    /// The sum over all paths of a layered graph of the product of their weights, from state 0 before
    /// the first layer to state 0 after the last. A layer lists `(from, to, weight)`: it is a sparse
    /// matrix, the whole a product of matrices. Empty is 1.
    Chain(Vec<Vec<(usize, usize, Expr<F>)>>),
}

impl<F> Expr<F> {
    /// The factors that occur, ascending.
    pub fn factors(&self) -> Vec<usize> {
        fn walk<F>(e: &Expr<F>, found: &mut Vec<usize>) {
            match e {
                Expr::Const(..) => {}
                Expr::Factor(i) => found.push(*i),
                Expr::Sum(terms) | Expr::Product(terms) => {
                    terms.iter().for_each(|t| walk(t, found));
                }
                Expr::Chain(layers) => {
                    let weights = layers.iter().flatten();
                    weights.for_each(|(_, _, t)| walk(t, found));
                }
            }
        }
        let mut found = Vec::new();
        walk(self, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl<F: Field> Expr<F> {
    /// A constant that formulas call `name`.
    pub fn constant(name: impl Into<String>, value: F) -> Self {
        Expr::Const(name.into(), value)
    }

    /// `Σ_i powers[i] · terms[i]`, with powers of `base`: 1, base, base², ….
    pub fn batch(name: &str, base: F, terms: impl IntoIterator<Item = Expr<F>>) -> Self {
        let mut power = F::one();
        let sum = terms.into_iter().enumerate().map(|(i, term)| {
            let scaled = match i {
                0 => term,
                _ => Expr::constant(format!("{name}^{i}"), power) * term,
            };
            power *= base;
            scaled
        });
        Expr::Sum(sum.collect())
    }

    /// Degree, where factor `i` has degree `degrees[i]`.
    pub fn degree(&self, degrees: &[usize]) -> usize {
        match self {
            Expr::Const(..) => 0,
            Expr::Factor(i) => degrees[*i],
            Expr::Sum(terms) => terms.iter().map(|t| t.degree(degrees)).max().unwrap_or(0),
            Expr::Product(terms) => terms.iter().map(|t| t.degree(degrees)).sum(),
            Expr::Chain(layers) => {
                let mut row = vec![Some(0)];
                for layer in layers {
                    let mut next = vec![None; width(layer)];
                    for (from, to, weight) in layer {
                        if let Some(Some(before)) = row.get(*from) {
                            next[*to] = next[*to].max(Some(before + weight.degree(degrees)));
                        }
                    }
                    row = next;
                }
                row.first().copied().flatten().unwrap_or(0)
            }
        }
    }

    /// Value, given the factors' values.
    #[inline]
    pub fn eval(&self, factors: &[F]) -> F {
        match self {
            Expr::Const(_, c) => *c,
            Expr::Factor(i) => factors[*i],
            Expr::Sum(terms) => {
                let mut sum = F::zero();
                for term in terms {
                    sum += term.eval(factors);
                }
                sum
            }
            Expr::Product(terms) => {
                let mut terms = terms.iter();
                let Some(first) = terms.next() else {
                    return F::one();
                };
                let mut product = first.eval(factors);
                for term in terms {
                    // Naive tables are zeros nearly everywhere.
                    if product.is_zero() {
                        break;
                    }
                    product *= term.eval(factors);
                }
                product
            }
            Expr::Chain(layers) => {
                let mut row = vec![F::one()];
                for layer in layers {
                    let mut next = vec![F::zero(); width(layer)];
                    for (from, to, weight) in layer {
                        let before = row.get(*from).copied().unwrap_or_default();
                        if before.is_zero() {
                            continue;
                        }
                        next[*to] += match weight {
                            Expr::Const(_, c) if c.is_one() => before,
                            weight => before * weight.eval(factors),
                        };
                    }
                    row = next;
                }
                row.first().copied().unwrap_or_default()
            }
        }
    }

    /// Where in a product a factor is, that is nowhere else in it.
    fn only(&self, factor: usize) -> Option<usize> {
        let Expr::Product(terms) = self else {
            return None;
        };
        let at = terms.iter().position(|t| *t == Expr::Factor(factor))?;
        let mut rest = terms.iter().enumerate().filter(|(i, _)| *i != at);
        let twice = rest.any(|(_, t)| t.factors().contains(&factor));
        (!twice).then_some(at)
    }

    /// Whether the expression is `factor · rest` for this one factor, and `rest` does not contain it.
    pub fn is_multiple_of(&self, factor: usize) -> bool {
        self.only(factor).is_some()
    }

    /// If the expression [is a multiple](Self::is_multiple_of) of this one factor, the rest.
    pub fn divide_by(&self, factor: usize) -> Option<Self> {
        let at = self.only(factor)?;
        let Expr::Product(terms) = self else {
            return None;
        };
        let mut rest = terms.clone();
        rest.remove(at);
        Some(match rest.len() {
            1 => rest.swap_remove(0),
            _ => Expr::Product(rest),
        })
    }

    /// The expression with a constant, of some name, in place of a factor.
    pub fn with_constant(self, factor: usize, name: &str, value: F) -> Self {
        let each = |terms: Vec<Self>| {
            let with = |t: Self| t.with_constant(factor, name, value);
            terms.into_iter().map(with).collect()
        };
        match self {
            Expr::Factor(i) if i == factor => Expr::constant(name, value),
            Expr::Sum(terms) => Expr::Sum(each(terms)),
            Expr::Product(terms) => Expr::Product(each(terms)),
            Expr::Chain(layers) => {
                let layer = |layer: Vec<(usize, usize, Self)>| {
                    let with = |(from, to, t): (usize, usize, Self)| {
                        (from, to, t.with_constant(factor, name, value))
                    };
                    layer.into_iter().map(with).collect()
                };
                Expr::Chain(layers.into_iter().map(layer).collect())
            }
            other => other,
        }
    }

    /// The formula, with the factors' names.
    pub fn formula(&self, names: &[&str], notation: &Notation) -> String {
        let of = |expr: &Self| expr.formula(names, notation);
        let Notation {
            symbol,
            times,
            to,
            parentheses: [open, close],
            brackets: [begin, end],
            minus,
            ..
        } = *notation;
        match self {
            Expr::Const(name, _) => symbol(name),
            Expr::Factor(i) => symbol(names[*i]),
            Expr::Sum(terms) => {
                let mut sum = open.to_owned();
                for (i, term) in terms.iter().enumerate() {
                    sum += &match term.negated() {
                        Some(rest) if i > 0 => format!(" {minus} {}", of(&rest)),
                        Some(rest) => format!("{minus}{}", of(&rest)),
                        None if i > 0 => format!(" + {}", of(term)),
                        None => of(term),
                    };
                }
                sum + close
            }
            Expr::Product(terms) => {
                let each: Vec<String> = terms.iter().map(of).collect();
                each.join(times)
            }
            Expr::Chain(layers) => {
                let layer = |layer: &Vec<(usize, usize, Self)>| {
                    let entry = |(from, next, weight): &(usize, usize, Self)| {
                        format!("{from}{to}{next}: {}", of(weight))
                    };
                    let entries: Vec<String> = layer.iter().map(entry).collect();
                    [begin, &entries.join(", "), end].concat()
                };
                let layers: Vec<String> = layers.iter().map(layer).collect();
                layers.join(times)
            }
        }
    }

    /// What this is the negative of, where it is written as that.
    fn negated(&self) -> Option<Self> {
        let Expr::Product(terms) = self else {
            return None;
        };
        match terms.as_slice() {
            [Expr::Const(name, _), rest] if name == MINUS_ONE => Some(rest.clone()),
            [Expr::Const(name, _), rest @ ..] if name == MINUS_ONE && !rest.is_empty() => {
                Some(Expr::Product(rest.to_vec()))
            }
            _ => None,
        }
    }
}

/// States after a layer of a chain.
pub(crate) fn width<F>(layer: &[(usize, usize, Expr<F>)]) -> usize {
    layer.iter().map(|(_, to, _)| to + 1).max().unwrap_or(0)
}

impl<F: Field, E: Into<Expr<F>>> Add<E> for Expr<F> {
    type Output = Self;
    fn add(self, other: E) -> Self {
        match (self, other.into()) {
            (Expr::Sum(mut a), Expr::Sum(b)) => {
                a.extend(b);
                Expr::Sum(a)
            }
            (Expr::Sum(mut a), b) => {
                a.push(b);
                Expr::Sum(a)
            }
            (a, b) => Expr::Sum(vec![a, b]),
        }
    }
}

impl<F: Field, E: Into<Expr<F>>> Mul<E> for Expr<F> {
    type Output = Self;
    fn mul(self, other: E) -> Self {
        match (self, other.into()) {
            (Expr::Product(mut a), Expr::Product(b)) => {
                a.extend(b);
                Expr::Product(a)
            }
            (Expr::Product(mut a), b) => {
                a.push(b);
                Expr::Product(a)
            }
            (a, Expr::Product(mut b)) => {
                b.insert(0, a);
                Expr::Product(b)
            }
            (a, b) => Expr::Product(vec![a, b]),
        }
    }
}

impl<F: Field, E: Into<Expr<F>>> Sub<E> for Expr<F> {
    type Output = Self;
    fn sub(self, other: E) -> Self {
        self + Expr::constant(MINUS_ONE, -F::one()) * other
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::channel::plain::{PlainProof, PlainVerifier};
    use crate::{Num, VerifierChannel};
    use ark_bn254::Fr;

    /// Two states: a sum of all paths, written out, has the same value, degree and wires.
    #[test]
    fn chains_are_sums_over_paths() {
        let constant = |c: u64| Expr::constant(c.to_string(), Fr::from(c));
        let factor = Expr::Factor;
        let chain = Expr::Chain(vec![
            vec![(0, 0, factor(0)), (0, 1, constant(1))],
            vec![
                (0, 0, factor(1)),
                (0, 1, constant(3)),
                (1, 1, factor(2) + constant(5)),
            ],
            vec![(0, 0, constant(1)), (1, 0, factor(3))],
        ]);
        let paths = factor(0) * factor(1)
            + factor(0) * constant(3) * factor(3)
            + (factor(2) + constant(5)) * factor(3);
        let values: Vec<Fr> = [7u64, 11, 13, 17].map(Fr::from).into();
        let expected = paths.eval(&values);
        assert_eq!(chain.eval(&values), expected);
        assert_eq!(chain.factors(), [0, 1, 2, 3]);
        assert_eq!(chain.degree(&[1; 4]), 2);
        assert_eq!(chain.degree(&[0, 4, 1, 1]), 4);
        let fixed = chain.clone().with_constant(3, "c", Fr::from(17u64));
        assert_eq!(
            (fixed.eval(&values), fixed.factors()),
            (expected, vec![0, 1, 2])
        );
        let proof = PlainProof {
            messages: vec![("values", values.clone())],
            oracles: Vec::new(),
        };
        let mut channel = PlainVerifier::new("chain", proof);
        let wires = VerifierChannel::<Fr>::recv(&mut channel, "values", 4).unwrap();
        let mut factors: Vec<Num<Fr>> = wires.into_iter().map(Num::Wire).collect();
        factors[1] = Num::Public(values[1]);
        let value = chain.eval_on(&mut channel, &factors).value(&mut channel);
        assert_eq!(channel.reveal(value), expected);
        let empty = Expr::<Fr>::Chain(Vec::new());
        assert_eq!(
            (empty.eval(&values), empty.degree(&[1; 4])),
            (Fr::from(1u64), 0)
        );
    }
}
