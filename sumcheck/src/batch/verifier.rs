//! The verifier's side of a batch.

#![allow(
    clippy::indexing_slicing,
    reason = "factors and segments are numbered by the relation that has them; no proof has a say"
)]

use super::{EVALUATIONS, Late, Leave, Reduced, Round, check_name, left, reduced, weight};
use crate::channel::{Note, VerifierChannel, VerifyError};
use crate::{Field, Num, Point, Relation, Value};

/// Verifies a batch of so many relations against the claims, which must already be absorbed.
///
/// # Errors
/// A proof that ends early, or a batch whose last equation does not hold.
pub fn verify<F: Field, const N: usize>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    relations: [(Relation<F>, Value); N],
) -> Result<[Reduced<F, Value>; N], VerifyError> {
    let reduced = verify_all(channel, batch, relations.into())?.try_into();
    reduced.map_err(|_| short(batch))
}

/// Verifies relations that were left in a batch of their own, and demands what they leave.
///
/// # Errors
/// As [`verify`].
pub fn verify_late<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    late: Vec<Late<F, Value, ()>>,
) -> Result<(), VerifyError> {
    let (relations, leaves) = late.into_iter().map(Late::apart).unzip();
    let reduced = verify_all(channel, batch, relations)?;
    for claim in left(leaves, reduced) {
        channel.claim_eval(claim)?;
    }
    Ok(())
}

impl<F: Field> Late<F, Value, ()> {
    /// The relation and its claim, and apart from them what turns what it leaves into claims.
    pub fn apart(self) -> ((Relation<F>, Value), Leave<F, Value>) {
        ((self.relation, self.claim), self.leave)
    }
}

/// [`verify`] where the number of relations depends on the statement.
///
/// # Errors
/// The same.
pub fn verify_all<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    relations: Vec<(Relation<F>, Value)>,
) -> Result<Vec<Reduced<F, Value>>, VerifyError> {
    let by_ref: Vec<&Relation<F>> = relations.iter().map(|(r, _)| r).collect();
    let schedule = super::rounds(&by_ref);
    let rounds = schedule.len();
    channel.note(Note::Batch(batch, &by_ref));
    let alpha = weight(relations.len(), || channel.sample("batch/alpha"));
    let mut power = F::one();
    let mut weights = Vec::with_capacity(relations.len());
    let mut terms = Vec::with_capacity(relations.len());
    for (relation, claim) in &relations {
        let on = channel.enforced(&check_name(batch, relation.name));
        let weight = if on { power } else { F::zero() };
        let lead = rounds - relation.rounds();
        terms.push((weight * F::from(2u64).pow([lead as u64]), *claim));
        weights.push(weight);
        power *= alpha;
    }
    let mut claim = channel.linear(F::zero(), &terms);
    let mut challenges = Vec::with_capacity(rounds);
    for Round { degree, eq } in &schedule {
        let received = match degree {
            0 => Vec::new(),
            _ => channel.recv("round", *degree)?,
        };
        let x: F = channel.sample("round");
        challenges.push(x);
        claim = match eq {
            None => next_claim(channel, claim, &received, x),
            Some(tau) => next_claim_without_eq(channel, claim, &received, *tau, x),
        };
    }
    let counts: Vec<usize> = by_ref.iter().map(|r| r.count_claimed()).collect();
    let mut received = channel.recv(EVALUATIONS, counts.iter().sum())?.into_iter();
    let mut difference = vec![(-F::one(), claim)];
    let mut constant = F::zero();
    let mut out = Vec::with_capacity(by_ref.len());
    for ((relation, weight), count) in by_ref.iter().zip(&weights).zip(counts) {
        let values: Vec<Value> = received.by_ref().take(count).collect();
        let lead = rounds - relation.rounds();
        let (_, own) = challenges.split_at(lead.min(challenges.len()));
        let points = relation.points(own);
        let (_, schedule) = schedule.split_at(lead.min(schedule.len()));
        let sent = sent_eqs(relation, schedule, own);
        let (mut claimed, mut publics) = (values.iter(), relation.publics(&points));
        let mut factors = Vec::with_capacity(relation.factors.len());
        for i in 0..relation.factors.len() {
            let eq = sent.iter().find(|(factor, _)| *factor == i);
            let public = match eq {
                Some((_, value)) => Some(*value),
                None => publics.value(i),
            };
            factors.push(match public {
                Some(value) => Num::Public(value),
                None => match claimed.next() {
                    Some(value) => Num::Wire(*value),
                    None => return Err(short(batch)),
                },
            });
        }
        match relation.summand.eval_on(channel, &factors) {
            Num::Public(c) => constant += *weight * c,
            Num::Wire(v) => difference.push((*weight, v)),
        }
        out.push(reduced(relation, own, values));
    }
    let difference = channel.linear(constant, &difference);
    let names: Vec<&str> = by_ref.iter().map(|r| r.name).collect();
    channel.assert_zero(&format!("{batch}: {}", names.join(", ")), difference)?;
    Ok(out)
}

/// The equality factors that rounds may leave out, and their values in the variables of those that did not.
fn sent_eqs<F: Field>(
    relation: &Relation<F>,
    schedule: &[Round<F>],
    challenges: &[F],
) -> Vec<(usize, F)> {
    let mut rounds = schedule.iter().zip(challenges);
    let segments = relation.segments.iter().enumerate();
    let values = segments.filter_map(|(i, segment)| {
        let rounds: Vec<_> = rounds.by_ref().take(segment.vars).collect();
        let (factor, point) = relation.common_eq(i)?;
        let sent = rounds.into_iter().enumerate();
        let sent = sent.filter(|(_, (round, _))| round.eq.is_none());
        let (own, at) = sent
            .map(|(round, (_, x))| (point.0[segment.variable(round)], *x))
            .unzip();
        Some((factor, Point(own).eq(&Point(at))))
    });
    values.collect()
}

fn short(batch: &str) -> VerifyError {
    VerifyError::Malformed {
        label: batch.to_owned(),
        cause: "evaluations are missing".to_owned(),
    }
}

/// `t(x)` from `(1 − τ) t(0) + τ t(1) = claim` and the coefficients `c_1, c_2, …`.
fn next_claim_without_eq<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    claim: Value,
    received: &[Value],
    tau: F,
    x: F,
) -> Value {
    // c_0 = claim − τ Σ c_k, so t(x) = claim + Σ (x^k − τ) c_k.
    let mut terms = vec![(F::one(), claim)];
    let mut power = F::one();
    for c in received {
        power *= x;
        terms.push((power - tau, *c));
    }
    channel.linear(F::zero(), &terms)
}

/// `s(x)` from `s(0) + s(1) = claim` and the other coefficients `c_0, c_2, c_3, …`: linear in what
/// was received.
fn next_claim<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    claim: Value,
    received: &[Value],
    x: F,
) -> Value {
    let Some((c0, higher)) = received.split_first() else {
        let half = F::from(2u64).inverted().expect("odd characteristic");
        return channel.linear(F::zero(), &[(half, claim)]);
    };
    // c_1 = claim − 2 c_0 − Σ c_k, so s(x) = x·claim + (1 − 2x) c_0 + Σ (x^k − x) c_k.
    let mut terms = vec![(x, claim), (F::one() - x.double(), *c0)];
    let mut power = x;
    for c in higher {
        power *= x;
        terms.push((power - x, *c));
    }
    channel.linear(F::zero(), &terms)
}
