//! The batched sumcheck driver: several relations, one challenge per round.
//!
//! Statement: `claim_i = Σ_x g_i(x)` for every relation `i`. Relations with fewer variables join
//! late, so that all end together and share the last challenges; before that they contribute the
//! constant `claim / 2^(rounds left until they join)` at every point, which scales their claim by a
//! power of two.
//!
//! Transcript: claims are absorbed by the caller; batching coefficients `α_i`; per round the
//! coefficients of the batched polynomial but the linear one (so that `s(0) + s(1) = claim` holds by
//! construction), then a challenge; at the end the values of all claimed factors, in order.
//!
//! Cost: one field element per degree and round, one per claimed factor.

use crate::channel::{Note, ProverChannel, VerifierChannel, VerifyError};
use crate::{Field, Num, Point, Relation, UniPoly, Value};

/// Computes the round polynomials of one relation.
pub trait RoundProver<F: Field>: Send {
    /// The round polynomial, given the relation's running claim `s(0) + s(1)`.
    fn round(&mut self, claim: F) -> UniPoly<F>;
    /// Binds the round's variable.
    fn bind(&mut self, challenge: F);
    /// After the last round: the values of the claimed factors, in the relation's order.
    fn finish(&mut self) -> Vec<F>;
}

/// A relation with its claim and whoever proves it.
pub struct Instance<'a, F> {
    /// The relation.
    pub relation: Relation<F>,
    /// The claimed sum.
    pub claim: F,
    /// The kernel.
    pub prover: Box<dyn RoundProver<F> + 'a>,
}

/// What a relation leaves behind: claims on its claimed factors, each to be consumed once.
#[must_use = "claims left behind must be consumed"]
#[derive(Debug)]
pub struct Reduced<F, V> {
    relation: &'static str,
    /// The point of each segment.
    pub points: Vec<Point<F>>,
    claims: Vec<(String, Option<V>)>,
}

impl<F: Field, V: Copy> Reduced<F, V> {
    /// Takes the claim on a factor. A claim can be taken once.
    ///
    /// # Panics
    /// If there is no such factor or its claim was taken: an error in the protocol's code, whatever
    /// the proof says.
    pub fn take(&mut self, factor: &str) -> V {
        self.claims
            .iter_mut()
            .find(|(name, _)| name == factor)
            .and_then(|(_, value)| value.take())
            .unwrap_or_else(|| panic!("{} leaves no claim on {factor}", self.relation))
    }

    /// Takes all claims whose factor's name starts with `prefix`, in order.
    pub fn take_all(&mut self, prefix: &str) -> Vec<V> {
        self.claims
            .iter_mut()
            .filter(|(name, _)| name.starts_with(prefix))
            .filter_map(|(_, value)| value.take())
            .collect()
    }

    /// Ends the use of this relation.
    ///
    /// # Panics
    /// If a claim was not consumed: an error in the protocol's code, whatever the proof says.
    pub fn done(self) {
        let left: Vec<&str> = self
            .claims
            .iter()
            .filter(|(_, value)| value.is_some())
            .map(|(name, _)| name.as_str())
            .collect();
        assert!(
            left.is_empty(),
            "{} left claims unconsumed: {left:?}",
            self.relation
        );
    }
}

fn check_name(batch: &str, relation: &str) -> String {
    format!("{batch}/{relation}")
}

fn reduced<F: Field, V>(
    relation: &Relation<F>,
    challenges: &[F],
    values: impl IntoIterator<Item = V>,
) -> Reduced<F, V> {
    let names = relation
        .factors
        .iter()
        .filter(|f| matches!(f.source, crate::Source::Claimed))
        .map(|f| f.name.clone());
    Reduced {
        relation: relation.name,
        points: relation.points(challenges),
        claims: names.zip(values.into_iter().map(Some)).collect(),
    }
}

/// Degree of the batched polynomial in a round, and for each relation the rounds before it joins.
fn round_degree<F: Field>(relations: &[&Relation<F>], rounds: usize, round: usize) -> usize {
    relations
        .iter()
        .filter_map(|r| {
            let own = (round + r.rounds()).checked_sub(rounds)?;
            Some(r.degree(r.segment_of_round(own)))
        })
        .max()
        .unwrap_or(0)
}

/// Proves a batch. The claims must already be absorbed.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    batch: &'static str,
    instances: Vec<Instance<'_, F>>,
) -> Vec<Reduced<F, F>> {
    let rounds = instances
        .iter()
        .map(|i| i.relation.rounds())
        .max()
        .unwrap_or(0);
    let alpha: F = channel.sample("batch/alpha");
    let mut power = F::one();
    let mut running = Vec::with_capacity(instances.len());
    let mut relations = Vec::with_capacity(instances.len());
    for Instance {
        relation,
        claim,
        prover,
    } in instances
    {
        let on = channel.enforced(&check_name(batch, relation.name));
        running.push((if on { power } else { F::zero() }, claim, prover));
        relations.push(relation);
        power *= alpha;
    }
    let by_ref: Vec<&Relation<F>> = relations.iter().collect();
    let mut challenges = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let degree = round_degree(&by_ref, rounds, round);
        let mut sum = vec![F::zero(); degree + 1];
        let mut polys = Vec::with_capacity(running.len());
        for ((weight, claim, prover), relation) in running.iter_mut().zip(&relations) {
            let lead = rounds - relation.rounds();
            if round < lead {
                // The claim counts 2^lead-fold, and half of what is left of that in each round.
                let copies = F::from(2u64).pow([(lead - round - 1) as u64]);
                sum[0] += *weight * *claim * copies;
                polys.push(None);
                continue;
            }
            let poly = prover.round(*claim);
            debug_assert!(
                poly.0.len() <= degree + 1,
                "{} exceeds its degree",
                relation.name
            );
            for (s, c) in sum.iter_mut().zip(&poly.0) {
                *s += *weight * c;
            }
            polys.push(Some(poly));
        }
        let mut message = sum;
        if message.len() > 1 {
            message.remove(1);
            channel.send("round", &message);
        }
        let challenge: F = channel.sample("round");
        challenges.push(challenge);
        for ((_, claim, prover), poly) in running.iter_mut().zip(&polys) {
            if let Some(poly) = poly {
                *claim = poly.eval(challenge);
                prover.bind(challenge);
            }
        }
    }
    let values: Vec<Vec<F>> = running
        .iter_mut()
        .map(|(_, _, prover)| prover.finish())
        .collect();
    channel.send("evaluations", &values.concat());
    relations
        .iter()
        .zip(values)
        .map(|(relation, values)| {
            reduced(relation, &challenges[rounds - relation.rounds()..], values)
        })
        .collect()
}

/// Verifies a batch against the claims, which must already be absorbed.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    relations: Vec<(Relation<F>, Value)>,
) -> Result<Vec<Reduced<F, Value>>, VerifyError> {
    let rounds = relations.iter().map(|(r, _)| r.rounds()).max().unwrap_or(0);
    let by_ref: Vec<&Relation<F>> = relations.iter().map(|(r, _)| r).collect();
    channel.note(Note::Batch(batch, &by_ref));
    let alpha: F = channel.sample("batch/alpha");
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
    for round in 0..rounds {
        let degree = round_degree(&by_ref, rounds, round);
        let received = match degree {
            0 => Vec::new(),
            _ => channel.recv("round", degree)?,
        };
        let x: F = channel.sample("round");
        challenges.push(x);
        claim = next_claim(channel, claim, &received, x);
    }
    let counts: Vec<usize> = by_ref
        .iter()
        .map(|r| {
            r.factors
                .iter()
                .filter(|f| matches!(f.source, crate::Source::Claimed))
                .count()
        })
        .collect();
    let mut received = channel
        .recv("evaluations", counts.iter().sum())?
        .into_iter();
    let mut difference = vec![(-F::one(), claim)];
    let mut constant = F::zero();
    let mut out = Vec::with_capacity(by_ref.len());
    for ((relation, weight), count) in by_ref.iter().zip(&weights).zip(counts) {
        let values: Vec<Value> = received.by_ref().take(count).collect();
        let own = &challenges[rounds - relation.rounds()..];
        let points = relation.points(own);
        let mut claimed = values.iter();
        let mut factors = Vec::with_capacity(relation.factors.len());
        for i in 0..relation.factors.len() {
            factors.push(match relation.public_value(i, &points) {
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

fn short(batch: &str) -> VerifyError {
    VerifyError::Malformed {
        label: batch.to_owned(),
        cause: "evaluations are missing".to_owned(),
    }
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
        let half = F::from(2u64).inverse().expect("odd characteristic");
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
