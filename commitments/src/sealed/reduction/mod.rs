//! The sumcheck that brings claims at several points to one.
//!
//! `Σ_j Σ_p eq(p, j) · f_p(j) = claim` over `l` variables, from the lowest up; two coefficients a round.
//! A point of `m < l` coordinates has fewer rounds of its own. Where its polynomial's rows are repeated, it waits for
//! `l − m` rounds, in which its part is `(1 − X) · claim`; where zeros follow them, it is through after `m` rounds, and its
//! part is `(1 − X)² · value` then.

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub(super) use prover::prove;

use crate::Embedding;
use sumcheck::{Expr, Field, Point, Relation, Segment, Value, VerifierChannel, VerifyError};

pub(super) const ROUND: &str = "open/round";
pub(super) const CHALLENGE: &str = "open/bind";
pub(super) const EVALUATIONS: &str = "open/evaluations";

/// What the sumcheck proves, as data: batch `open`, relation `reduction`, over `vars` variables, which no point exceeds.
pub fn relation<F: Field>(embedding: Embedding, points: &[Point<F>], vars: usize) -> Relation<F> {
    let mut relation = Relation::new("reduction", vec![Segment::cycle(vars)]);
    let parts = points.iter().enumerate().map(|(i, point)| {
        let extended = embedding.extend(point, vars);
        let eq = relation.eq(format!("eq(p{i},j)"), 0, extended);
        eq * relation.claimed(format!("f{i}"), &[0])
    });
    let parts = parts.collect();
    relation.summand = Expr::Sum(parts);
    relation
}

/// Verifies; returns the common point and the claimed value of every part's polynomial there.
pub(super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    embedding: Embedding,
    points: &[&Point<F>],
    vars: usize,
    mut claim: Value,
) -> Result<(Point<F>, Vec<Value>), VerifyError> {
    let mut point = Vec::with_capacity(vars);
    for _ in 0..vars {
        let message = channel.recv(ROUND, 2)?;
        let r: F = channel.sample(CHALLENGE);
        // g(X) = c0 + (claim − 2·c0 − c2)·X + c2·X²
        let factors = [F::one() - r.double(), r.square() - r];
        let terms: Vec<(F, Value)> = factors.into_iter().zip(message).collect();
        claim = channel.linear(F::zero(), &[terms.as_slice(), &[(r, claim)]].concat());
        point.push(r);
    }
    let point = Point(point);
    let evaluations = channel.recv(EVALUATIONS, points.len())?;
    let mut terms = vec![(-F::one(), claim)];
    for (own, value) in points.iter().zip(&evaluations) {
        terms.push((embedding.extend(own, vars).eq(&point), *value));
    }
    let difference = channel.linear(F::zero(), &terms);
    channel.assert_zero("open/reduction", difference)?;
    Ok((point, evaluations))
}

#[cfg(test)]
pub(in crate::sealed) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use sumcheck::kernel::RowSource;
    use sumcheck::{NaiveProver, RoundProver};

    /// Rows as they are, a few to a block.
    pub struct Listed(pub Vec<Fr>);

    impl RowSource<Fr> for Listed {
        const BLOCK: usize = 8;

        fn count(&self) -> usize {
            self.0.len()
        }

        fn add(&self, start: usize, sums: &mut [Fr], _: &mut Vec<u8>) {
            for (sum, row) in sums.iter_mut().zip(&self.0[start..]) {
                *sum += row;
            }
        }
    }

    /// The prover sends what the naive one sends for the relation.
    #[test]
    fn the_relation_is_what_is_proven() {
        for embedding in [Embedding::Repeat, Embedding::Pad] {
            is_proven(embedding);
        }
    }

    fn is_proven(embedding: Embedding) {
        let field = |x: u64| Fr::from(x * x + 7 * x + 3);
        let points: Vec<Point<Fr>> = [6, 2, 0, 6, 1]
            .iter()
            .enumerate()
            .map(|(p, vars)| Point((0..*vars).map(|i| field(10 * p as u64 + i)).collect()))
            .collect();
        let rows: Vec<Vec<Fr>> = points
            .iter()
            .map(|p| (0..1 << p.vars()).map(|j| field(100 + 3 * j)).collect())
            .collect();
        let relation = relation(embedding, &points, 6);
        assert_eq!(relation.degree(0), 2);
        let mut tables = Vec::new();
        let mut parts: Vec<(Point<Fr>, Listed, Fr)> = Vec::new();
        for (point, rows) in points.iter().zip(&rows) {
            let eq = point.eq_table();
            let claim = rows.iter().zip(&eq).map(|(x, e)| *x * e).sum();
            parts.push((point.clone(), Listed(rows.clone()), claim));
            tables.push(Vec::new());
            let short = 6 - point.vars();
            let row = |j: usize| match embedding {
                // The high variables of an index are those of the shorter polynomial.
                Embedding::Repeat => rows[j >> short],
                Embedding::Pad => rows.get(j).copied().unwrap_or_default(),
            };
            tables.push((0..64).map(row).collect());
        }
        let mut naive = NaiveProver::new(&relation, tables);
        let mut claim: Fr = parts.iter().map(|(_, _, claim)| *claim).sum();
        assert_eq!(naive.sum(), claim);
        let (_, evaluations) = prove(embedding, parts, (6, true), |message| {
            let expected = naive.round(claim);
            assert_eq!([expected.0[0], expected.0[2]], message);
            let challenge = field(1000);
            claim = expected.eval(challenge);
            naive.bind(challenge);
            challenge
        })
        .unwrap();
        assert_eq!(naive.finish(), evaluations);
    }
}
