//! The batched sumcheck driver: several relations, one challenge per round.
//!
//! Statement: `claim_i = Σ_x g_i(x)` for every relation `i`. Relations with fewer variables join
//! late, so that all end together and share the last challenges; before that they contribute the
//! constant `claim / 2^(rounds left until they join)` at every point, which scales their claim by a
//! power of two.
//!
//! Equality factors are not sent. Where the summands of all relations are multiples of `eq(τ, ·)` in the
//! variable of a round, with one `τ` ([`Round::eq`]), the batched polynomial is `eq(τ, X) · t(X)` times what
//! earlier such rounds left of their factors. The message is `t`, of one degree less, the claim becomes
//! `t(x)`, and these factors are left out of the last check.
//!
//! Transcript: claims are absorbed by the caller; `α`, whose powers weigh the relations, if there are several; per round the
//! coefficients of the batched polynomial but the linear one (so that `s(0) + s(1) = claim` holds by
//! construction), or those of `t` but the constant one (so that `(1 − τ) t(0) + τ t(1) = claim` does), then a
//! challenge; at the end the values of all claimed factors, in order.
//!
//! Cost: one field element per degree and round, one per claimed factor.

use crate::channel::{Note, ProverChannel, VerifierChannel, VerifyError};
use crate::{Claimed, Field, Label, Num, Point, Relation, UniPoly, Value};

/// Label of the values of all claimed factors at the end.
pub const EVALUATIONS: Label = "evaluations";

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
    names: Vec<String>,
    claims: Vec<Option<V>>,
}

impl<F, V> Key<F, V> for &String {
    fn position(&self, reduced: &Reduced<F, V>) -> Option<usize> {
        self.as_str().position(reduced)
    }
}

/// What names a claim that a relation leaves.
pub trait Key<F, V> {
    /// Its position among those claims.
    fn position(&self, reduced: &Reduced<F, V>) -> Option<usize>;
}

impl<F, V> Key<F, V> for Claimed<F> {
    fn position(&self, reduced: &Reduced<F, V>) -> Option<usize> {
        (self.relation() == reduced.relation).then(|| self.number())
    }
}

impl<F, V> Key<F, V> for &str {
    fn position(&self, reduced: &Reduced<F, V>) -> Option<usize> {
        reduced.names.iter().position(|name| name == self)
    }
}

impl<F: Field, V: Copy> Reduced<F, V> {
    /// Takes the claim on a factor. A claim can be taken once.
    ///
    /// # Panics
    /// If it is no factor of this relation or its claim was taken: an error in the protocol's code, whatever
    /// the proof says.
    pub fn take(&mut self, factor: impl Key<F, V>) -> V {
        let position = factor.position(self);
        let claim = position.and_then(|at| self.claims.get_mut(at)?.take());
        claim.unwrap_or_else(|| panic!("{} leaves no such claim", self.relation))
    }

    /// Takes the claims on some factors, in order.
    ///
    /// # Panics
    /// As [`Self::take`].
    pub fn take_each<const N: usize>(&mut self, factors: [Claimed<F>; N]) -> [V; N] {
        factors.map(|factor| self.take(factor))
    }

    /// Takes all claims whose factor's name starts with `prefix`, in order.
    pub fn take_all(&mut self, prefix: &str) -> Vec<V> {
        let claims = self.names.iter().zip(&mut self.claims);
        claims
            .filter(|(name, _)| name.starts_with(prefix))
            .filter_map(|(_, value)| value.take())
            .collect()
    }

    /// Ends the use of this relation.
    ///
    /// # Panics
    /// If a claim was not consumed: an error in the protocol's code, whatever the proof says.
    pub fn done(self) {
        let claims = self.names.iter().zip(&self.claims);
        let left: Vec<&str> = claims
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
        names: names.collect(),
        claims: values.into_iter().map(Some).collect(),
    }
}

/// What both sides know of a round beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round<F> {
    /// Degree of the polynomial that is sent, and the number of elements that it takes.
    pub degree: usize,
    /// The coordinate `τ` of the equality factor that is left out of it.
    pub eq: Option<F>,
}

/// The rounds of a batch.
pub fn rounds<F: Field>(relations: &[&Relation<F>]) -> Vec<Round<F>> {
    let count = relations.iter().map(|r| r.rounds()).max().unwrap_or(0);
    let own: Vec<Vec<Round<F>>> = relations.iter().map(|r| own_rounds(r)).collect();
    let of_batch = (0..count).map(|round| {
        let own = own
            .iter()
            .map(|own| Some(own[(round + own.len()).checked_sub(count)?]));
        let eq = own.clone().map(|round| round?.eq);
        let eq = eq.reduce(|a, b| a.filter(|_| a == b)).flatten();
        let degree = own.flatten().map(|round| round.degree).max().unwrap_or(0);
        let degree = degree - usize::from(eq.is_some());
        Round { degree, eq }
    });
    of_batch.collect()
}

/// The rounds of one relation, equality factor included in the degree.
fn own_rounds<F: Field>(relation: &Relation<F>) -> Vec<Round<F>> {
    let segments = relation.segments.iter().enumerate();
    let rounds = segments.flat_map(|(i, segment)| {
        let degree = relation.degree(i);
        let point = relation.common_eq(i).map(|(_, point)| point);
        (0..segment.vars).map(move |round| Round {
            degree,
            eq: point.map(|point| point.0[segment.variable(round)]),
        })
    });
    rounds.collect()
}

/// `eq(τ, X)` as coefficients.
fn eq_line<F: Field>(tau: F) -> [F; 2] {
    let zero = F::one() - tau;
    [zero, tau - zero]
}

/// `α`; one relation alone needs none.
fn batching<F: Field>(relations: usize, sample: impl FnOnce() -> F) -> F {
    match relations {
        0 | 1 => F::one(),
        _ => sample(),
    }
}

/// Proves a batch of so many relations. The claims must already be absorbed.
pub fn prove<F: Field, const N: usize>(
    channel: &mut dyn ProverChannel<F>,
    batch: &'static str,
    instances: [Instance<'_, F>; N],
) -> [Reduced<F, F>; N] {
    let reduced = prove_all(channel, batch, instances.into()).try_into();
    reduced.unwrap_or_else(|_| unreachable!("as many out as in"))
}

/// [`prove`] where the number of relations depends on the statement.
pub fn prove_all<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    batch: &'static str,
    instances: Vec<Instance<'_, F>>,
) -> Vec<Reduced<F, F>> {
    let alpha = batching(instances.len(), || channel.sample("batch/alpha"));
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
    let schedule = self::rounds(&by_ref);
    let rounds = schedule.len();
    let mut challenges = Vec::with_capacity(rounds);
    // What the rounds so far left of the equality factors that are not sent.
    let mut bound_eq = F::one();
    for (round, Round { degree, eq }) in schedule.into_iter().enumerate() {
        let whole = degree + usize::from(eq.is_some());
        // With room for what a division drops.
        let mut sum = vec![F::zero(); degree + 2];
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
                poly.0.len() <= whole + 1,
                "{} exceeds its degree",
                relation.name
            );
            for (s, c) in sum.iter_mut().zip(&poly.0) {
                *s += *weight * c;
            }
            polys.push(Some(poly));
        }
        let divisor = match eq {
            None => [bound_eq, F::zero()],
            Some(tau) => eq_line(tau).map(|c| c * bound_eq),
        };
        let mut message = UniPoly(sum).over_linear(divisor).0;
        if degree > 0 {
            // What the claim determines.
            message.remove(usize::from(eq.is_none()));
            channel.send("round", &message);
        }
        let challenge: F = channel.sample("round");
        challenges.push(challenge);
        bound_eq = divisor[0] + divisor[1] * challenge;
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
    channel.send(EVALUATIONS, &values.concat());
    relations
        .iter()
        .zip(values)
        .map(|(relation, values)| {
            reduced(relation, &challenges[rounds - relation.rounds()..], values)
        })
        .collect()
}

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
    let schedule = self::rounds(&by_ref);
    let rounds = schedule.len();
    channel.note(Note::Batch(batch, &by_ref));
    let alpha = batching(relations.len(), || channel.sample("batch/alpha"));
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
        let own = &challenges[lead..];
        let points = relation.points(own);
        let sent = sent_eqs(relation, &schedule[lead..], own);
        let mut claimed = values.iter();
        let mut factors = Vec::with_capacity(relation.factors.len());
        for i in 0..relation.factors.len() {
            let eq = sent.iter().find(|(factor, _)| *factor == i);
            let public = match eq {
                Some((_, value)) => Some(*value),
                None => relation.public_value(i, &points),
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
