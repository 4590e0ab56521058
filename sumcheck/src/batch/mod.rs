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

#![allow(
    clippy::indexing_slicing,
    reason = "factors and segments are numbered by the relation that has them; no proof has a say"
)]

#[cfg(feature = "prover")]
mod prover;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{Instance, LateProof, RoundProver, prove, prove_all, prove_late};
pub use verifier::{verify, verify_all, verify_late};

use crate::{Claimed, EvalClaim, Field, Label, Point, Relation};

/// Label of the values of all claimed factors at the end.
pub const EVALUATIONS: Label = "evaluations";

/// What a relation leaves behind: claims on its claimed factors, each to be consumed once.
#[must_use = "claims left behind must be consumed"]
#[derive(Debug)]
pub struct Reduced<F, V> {
    relation: &'static str,
    points: Vec<Point<F>>,
    names: Vec<String>,
    claims: Vec<Option<V>>,
}

impl<F: Field, V: Copy> Reduced<F, V> {
    /// The point of each segment.
    pub fn points(&self) -> &[Point<F>] {
        &self.points
    }

    /// The points of all segments but the last, and that of the last.
    ///
    /// # Panics
    /// If it has no segment: an error in the protocol's code, whatever the proof says.
    pub fn at_last(&self) -> (Vec<Point<F>>, Point<F>) {
        let Some((last, others)) = self.points.split_last() else {
            panic!("{} has no segments", self.relation);
        };
        (others.to_vec(), last.clone())
    }

    /// The points of its `N` segments: `let [address, cycle] = reduced.at();`.
    ///
    /// # Panics
    /// If it has more or fewer segments: an error in the protocol's code, whatever the proof says.
    pub fn at<const N: usize>(&self) -> [Point<F>; N] {
        let points = <[Point<F>; N]>::try_from(self.points.clone());
        points.unwrap_or_else(|points| panic!("{} has {} segments", self.relation, points.len()))
    }

    /// Takes the claim on a factor. A claim can be taken once.
    ///
    /// # Panics
    /// If it is no factor of this relation or its claim was taken: an error in the protocol's code, whatever
    /// the proof says.
    pub fn take(&mut self, factor: Claimed<F>) -> V {
        let own = factor.relation() == self.relation;
        let claim = self.claims.get_mut(factor.number()).filter(|_| own);
        let claim = claim.and_then(Option::take);
        claim.unwrap_or_else(|| panic!("{} leaves no such claim", self.relation))
    }

    /// Takes the claims on some factors, in order.
    ///
    /// # Panics
    /// As [`Self::take`].
    pub fn take_each<const N: usize>(&mut self, factors: [Claimed<F>; N]) -> [V; N] {
        factors.map(|factor| self.take(factor))
    }

    /// Takes all claims that are left, in order.
    pub fn take_rest(&mut self) -> Vec<V> {
        self.claims.iter_mut().filter_map(Option::take).collect()
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

/// A relation that is proven later, in a batch with others that end at its point.
#[must_use = "a relation that nobody proves says nothing"]
pub struct Late<F, V, P> {
    pub relation: Relation<F>,
    /// The claimed sum, already absorbed.
    pub claim: V,
    /// Its kernel: `()` for verifiers.
    pub prover: P,
    /// What is left on oracles.
    pub leave: Leave<F, V>,
}

/// Turns what a relation leaves into claims on oracles.
pub type Leave<F, V> = Box<dyn FnOnce(Reduced<F, V>) -> Vec<EvalClaim<F, V>>>;

/// What relations leave on oracles.
pub fn left<F: Field, V>(
    leaves: Vec<Leave<F, V>>,
    reduced: Vec<Reduced<F, V>>,
) -> Vec<EvalClaim<F, V>> {
    let each = leaves.into_iter().zip(reduced);
    each.flat_map(|(leave, reduced)| leave(reduced)).collect()
}

/// Takes what is left of the first relations of a batch; what is left of the others stays.
///
/// # Panics
/// If there are fewer: an error in the protocol's code, whatever the proof says.
pub fn first<F: Field, V, const N: usize>(reduced: &mut Vec<Reduced<F, V>>) -> [Reduced<F, V>; N] {
    let first: Vec<_> = reduced.drain(..N.min(reduced.len())).collect();
    let Ok(first) = first.try_into() else {
        panic!("fewer than {N} relations");
    };
    first
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
            .map(|own| own.get((round + own.len()).checked_sub(count)?));
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

/// The challenge whose powers weigh several claims; one alone needs none, and none is drawn.
pub fn weight<F: Field>(claims: usize, sample: impl FnOnce() -> F) -> F {
    match claims {
        0 | 1 => F::one(),
        _ => sample(),
    }
}
