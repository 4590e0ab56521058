//! The prover's side of a batch.

use super::{EVALUATIONS, Late, Leave, Reduced, Round, check_name, left, reduced, weight};
use crate::channel::ProverChannel;
use crate::{Field, Relation, UniPoly};

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
    pub relation: Relation<F>,
    /// The claimed sum.
    pub claim: F,
    /// The kernel.
    pub prover: Box<dyn RoundProver<F> + 'a>,
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
    let alpha = weight(instances.len(), || channel.sample("batch/alpha"));
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
    let schedule = super::rounds(&by_ref);
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

/// Proves relations that were left in a batch of their own, and claims what they leave.
pub fn prove_late<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    batch: &'static str,
    late: Vec<LateProof<F>>,
) {
    let (instances, leaves) = late.into_iter().map(LateProof::instance).unzip();
    let reduced = prove_all(channel, batch, instances);
    for claim in left(leaves, reduced) {
        channel.claim_eval(claim);
    }
}

/// A relation that is proven later, with its kernel.
pub type LateProof<F> = Late<F, F, Box<dyn RoundProver<F>>>;

impl<F: Field> LateProof<F> {
    /// The instance, and apart from it what turns what it leaves into claims.
    pub fn instance(self) -> (Instance<'static, F>, Leave<F, F>) {
        let instance = Instance {
            relation: self.relation,
            claim: self.claim,
            prover: self.prover,
        };
        (instance, self.leave)
    }
}

/// `eq(τ, X)` as coefficients.
fn eq_line<F: Field>(tau: F) -> [F; 2] {
    let zero = F::one() - tau;
    [zero, tau - zero]
}
