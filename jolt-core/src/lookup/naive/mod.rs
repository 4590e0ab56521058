//! The teaching argument: a materialised table and an indicator, proven by the naive prover.
//!
//! Commitment: every bit of the index, as a one-hot digit of radix 2.
//!
//! Protocol, for the claims `out`, `left`, `right` at the cycle point `r`, with the virtual
//! indicator `I(k, j) = [index_j = k]` over all `2^(2W)` indices `k`:
//!
//! 1. `γ`. Batch `execute`: `out + γ·left + γ²·right = Σ_{k,j} eq(r, j) · I(k, j) · V(k, j)`, where
//!    `V` is what the read's table and operands would be at `k`. The claim on `V` is the caller's.
//! 2. `a', r', γ_B`. Batch `decompose`: `indicator`, `I(k*, r1) = Σ_j eq(r1, j) · Π_i b_i(k*_i, j)`
//!    over the bits, of degree `2W + 1`; and `booleanity` of the bits.
//!
//! No cleverness: the prover writes out tables of `T · 2^(2W)` entries, so `2W ≤ 16`. It serves as an
//! example and as a second opinion in tests.

pub(in crate::lookup) mod dense;

use super::dense::DenseArgument;
use super::selectors::{SelectorWeights, read_value};
use super::written_out::{MAX_INDEX_BITS, Matrices, values};
use super::{
    EXPOSED, LookupArgument, LookupProver, LookupShape, LookupVerifier, ReadClaim, Reads,
    SelectorClaim,
};
use crate::digits::booleanity::{self, Boolean};
use crate::digits::{claim, fold_rows};
use crate::facts::{Facts, Structure};
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Expr, Field, Instance, NaiveProver, Oracle, Point, Poly, ProverChannel, Reduced,
    Relation, Segment, Shape, Value, VerifierChannel, VerifyError, batch,
};

const RADIX: usize = 2;

/// The naive argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Naive;

/// Bit `i` of an index: its digit `i`.
pub(in crate::lookup) fn bit(i: usize, index: u128) -> u8 {
    (index >> i) as u8 & 1
}

impl<F: Field> LookupArgument<F> for Naive {
    fn name(&self) -> &'static str {
        "naive"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "an indicator of every index, for tests",
            structure: Structure::WrittenOut,
            index_bits: 2..=MAX_INDEX_BITS,
            papers: &["LFKN92"],
            note: Some("shout.md"),
            ..Facts::LOOKUP
        }
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), String> {
        shape.fits_tables()?;
        match shape.index_bits {
            1..=MAX_INDEX_BITS => Ok(()),
            bits => Err(format!(
                "the naive argument writes out tables: {bits} index bits exceed {MAX_INDEX_BITS}"
            )),
        }
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        LookupArgument::<F>::supports(self, shape).expect("a supported shape");
        let matrices = matrices(shape.index_bits, shape.cycle_vars, &reads.index);
        commit(channel, shape, reads, matrices)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::supports(self, shape)
            .map_err(|cause| VerifyError::NotAllowed { cause })?;
        Ok(Box::new(Verifier {
            oracles: receive_bits(channel, shape.cycle_vars, shape.index_bits)?,
            shape: shape.clone(),
        }))
    }
}

/// The matrices of indices, whose digits are their bits.
pub(in crate::lookup) fn matrices<F: Field>(
    bits: usize,
    vars: usize,
    index: &[u128],
) -> Matrices<F> {
    Matrices::new(bits, vars, index, (bits, &bit))
}

/// Commits the bits of reads. What is proven of them is proven from `matrices`.
pub(in crate::lookup) fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
    matrices: Matrices<F>,
) -> Box<dyn LookupProver<F>> {
    Box::new(Prover {
        oracles: commit_bits(channel, shape.cycle_vars, shape.index_bits, &reads.index),
        shape: shape.clone(),
        reads,
        matrices,
    })
}

/// Commits the bits of indices.
fn commit_bits<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    vars: usize,
    bits: usize,
    indices: &[u128],
) -> Vec<Oracle> {
    let poly = |i: usize| {
        let bits = indices.iter().map(|k| bit(i, *k)).collect();
        Arc::new(Poly::digits(vars, RADIX, bits))
    };
    channel.commit("lookup bits", (0..bits).map(poly).collect())
}

/// The verifier's side of [`commit_bits`].
fn receive_bits<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    vars: usize,
    bits: usize,
) -> Result<Vec<Oracle>, VerifyError> {
    let radix = Some(RADIX);
    channel.oracles("lookup bits", &vec![Shape { vars, radix }; bits])
}

/// `Σ_{k,j} eq(r, j) · I(k, j) · V(k, j)`.
fn read<F: Field>(shape: &LookupShape, cycle: &Point<F>) -> Relation<F> {
    let segments = vec![
        Segment::address(shape.index_bits),
        Segment::cycle(shape.cycle_vars),
    ];
    let mut relation = Relation::new("read", segments);
    let eq = relation.eq("eq(r,j)", 1, cycle.clone());
    let indicator = relation.claimed("I", &[0, 1]);
    relation.summand = eq * indicator * relation.claimed("V", &[0, 1]);
    relation
}

/// `Σ_j eq(r1, j) · Π_i b_i(k*_i, j)`.
fn indicator<F: Field>(bits: usize, cycle: &Point<F>) -> Relation<F> {
    let mut relation = Relation::new("indicator", vec![Segment::cycle(cycle.vars())]);
    let eq = relation.eq("eq(r1,j)", 0, cycle.clone());
    let bits = (0..bits).map(|i| relation.claimed(format!("b{i}"), &[0]).into());
    let product = Expr::Product(bits.collect());
    relation.summand = eq * product;
    relation
}

/// The claim on the indicator, `I(index, cycle) = value`.
struct Indicator<F, V> {
    index: Point<F>,
    cycle: Point<F>,
    value: V,
}

impl<F: Field, V: Copy> Indicator<F, V> {
    /// Takes the claim that `read` leaves.
    fn take(reduced: &mut Reduced<F, V>) -> Self {
        Indicator {
            index: reduced.points[0].clone(),
            cycle: reduced.points[1].clone(),
            value: reduced.take("I"),
        }
    }

    /// Bit `i` as a digit's address: four coordinates, the upper ones 0.
    fn address(&self, i: usize) -> Point<F> {
        Point(vec![self.index.0[i], F::zero(), F::zero(), F::zero()])
    }

    /// The relations of the batch `decompose`.
    fn relations(&self, at: &booleanity::At<F>) -> (Relation<F>, Boolean<F>) {
        let bits = self.index.vars();
        let boolean = Boolean::new("booleanity", at, bits);
        (indicator(bits, &self.cycle), boolean)
    }

    /// The claims on the bits that the batch `decompose` leaves.
    fn bit_claims(
        &self,
        oracles: &[Oracle],
        boolean: &Boolean<F>,
        reduced: Vec<Reduced<F, V>>,
    ) -> Vec<EvalClaim<F, V>> {
        let [mut indicator, booleanity] = <[_; 2]>::try_from(reduced)
            .ok()
            .expect("two relations were given");
        let cycle = indicator.points[0].clone();
        let mut claims: Vec<_> = oracles
            .iter()
            .enumerate()
            .map(|(i, oracle)| {
                let value = indicator.take(&format!("b{i}"));
                claim(*oracle, RADIX, &self.address(i), &cycle, value)
            })
            .collect();
        indicator.done();
        let digits: Vec<_> = oracles.iter().map(|o| (*o, RADIX)).collect();
        claims.extend(boolean.claims(booleanity, &digits));
        claims
    }
}

impl<F: Field> Indicator<F, F> {
    /// The batch `decompose`.
    fn prove(&self, channel: &mut dyn ProverChannel<F>, matrices: Vec<Vec<F>>, oracles: &[Oracle]) {
        let at = booleanity::At::sample(self.cycle.vars(), || channel.sample("lookup/boolean"));
        let mut rows = vec![Vec::new()];
        for (i, matrix) in matrices.iter().enumerate() {
            rows.push(fold_rows(matrix, &self.address(i).eq_table()));
        }
        let mut whole = vec![Vec::new(); 2];
        whole.extend(matrices);
        let (indicator, boolean) = self.relations(&at);
        let decompose = vec![
            instance(indicator, self.value, rows),
            instance(boolean.relation.clone(), F::zero(), whole),
        ];
        let reduced = batch::prove_all(channel, "decompose", decompose);
        for claim in self.bit_claims(oracles, &boolean, reduced) {
            channel.claim_eval(claim);
        }
    }
}

impl<F: Field> Indicator<F, Value> {
    /// The verifier's side of the batch `decompose`.
    fn verify(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        oracles: &[Oracle],
    ) -> Result<(), VerifyError> {
        let at = booleanity::At::sample(self.cycle.vars(), || channel.sample("lookup/boolean"));
        channel.risk(
            &["lookup/boolean"],
            "all entries of the bits",
            at.degree(oracles.len()),
        );
        let zero = channel.constant(F::zero());
        let (indicator, boolean) = self.relations(&at);
        let decompose = vec![(indicator, self.value), (boolean.relation.clone(), zero)];
        let reduced = batch::verify_all(channel, "decompose", decompose)?;
        for claim in self.bit_claims(oracles, &boolean, reduced) {
            channel.claim_eval(claim)?;
        }
        Ok(())
    }
}

/// The claim on the selectors that `read` leaves.
fn selectors<F: Field, V: Copy>(
    shape: &LookupShape,
    gamma: F,
    at: &Indicator<F, V>,
    mut reduced: Reduced<F, V>,
) -> SelectorClaim<F, V> {
    let value = reduced.take("V");
    reduced.done();
    let weights = SelectorWeights::new(shape, gamma, &at.index.msb_first());
    weights.claim(at.cycle.clone(), value)
}

struct Prover<F> {
    shape: LookupShape,
    reads: Arc<Reads>,
    matrices: Matrices<F>,
    oracles: Vec<Oracle>,
}

struct Verifier {
    shape: LookupShape,
    oracles: Vec<Oracle>,
}

fn instance<F: Field>(
    relation: Relation<F>,
    claim: F,
    tables: Vec<Vec<F>>,
) -> Instance<'static, F> {
    Instance {
        prover: Box::new(NaiveProver::new(&relation, tables)),
        relation,
        claim,
    }
}

impl<F: Field> LookupProver<F> for Prover<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let gamma: F = channel.sample("lookup/read");
        let value = claim.out + gamma * (claim.left + gamma * claim.right);
        let Matrices {
            indicator, digits, ..
        } = self.matrices;
        let tables = vec![
            Vec::new(),
            indicator,
            values(&self.shape, &self.reads, gamma),
        ];
        let execute = instance(read(&self.shape, &claim.point), value, tables);
        let mut reduced = batch::prove_all(channel, "execute", vec![execute]).remove(0);
        let at = Indicator::take(&mut reduced);
        at.prove(channel, digits, &self.oracles);
        selectors(&self.shape, gamma, &at, reduced)
    }
}

impl<F: Field> LookupVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let gamma: F = channel.sample("lookup/read");
        channel.risk(&["lookup/read"], EXPOSED, 2);
        let value = read_value(channel, gamma, &claim);
        let execute = vec![(read(&self.shape, &claim.point), value)];
        let mut reduced = batch::verify_all(channel, "execute", execute)?.remove(0);
        let at = Indicator::take(&mut reduced);
        at.verify(channel, &self.oracles)?;
        Ok(selectors(&self.shape, gamma, &at, reduced))
    }
}
