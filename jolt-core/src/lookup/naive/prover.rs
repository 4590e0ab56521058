//! The prover: everything is written out.

use super::relation::{Indicator, VALUE, read};
use super::{Naive, RADIX};
use crate::digits::{booleanity, fold_rows};
use crate::lookup::dense::ProveDense;
use crate::lookup::written_out::{Matrices, values};
use crate::lookup::{
    LookupArgument, LookupProver, LookupShape, ProveLookup, ReadClaim, Reads, SelectorClaim,
};
use std::sync::Arc;
use sumcheck::{
    Field, Instance, NaiveProver, Oracle, Poly, ProverChannel, ProverField, Relation, batch,
};

impl<F: ProverField> ProveLookup<F> for Naive {
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        Some(self)
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
}

/// Bit `i` of an index: its digit `i`.
pub(in crate::lookup) fn bit(i: usize, index: u128) -> u8 {
    (index >> i) as u8 & 1
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
pub(super) fn commit_bits<F: Field>(
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

struct Prover<F> {
    shape: LookupShape,
    reads: Arc<Reads>,
    matrices: Matrices<F>,
    oracles: Vec<Oracle>,
}

/// A relation proven from the tables of its factors.
pub(super) fn instance<F: Field>(
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
        let Prover {
            shape,
            reads,
            matrices,
            oracles,
        } = *self;
        let gamma: F = channel.sample("lookup/read");
        let sum = claim.out + gamma * (claim.left + gamma * claim.right);
        let Matrices {
            indicator, digits, ..
        } = matrices;
        let tables = vec![Vec::new(), indicator, values(&shape, &reads, gamma)];
        let (relation, factors) = read(shape.index_bits, &claim.point, VALUE);
        let execute = instance(relation, sum, tables);
        let [reduced] = batch::prove(channel, "execute", [execute]);
        let (at, value) = Indicator::take(reduced, factors);
        at.prove(channel, digits, &oracles);
        at.selectors(&shape, gamma, value)
    }
}

impl<F: Field> Indicator<F, F> {
    /// The batch `decompose`.
    pub(super) fn prove(
        &self,
        channel: &mut dyn ProverChannel<F>,
        matrices: Vec<Vec<F>>,
        oracles: &[Oracle],
    ) {
        let at = booleanity::At::sample(self.cycle.vars(), || channel.sample("lookup/boolean"));
        let mut rows = vec![Vec::new()];
        for (matrix, address) in matrices.iter().zip(self.addresses()) {
            rows.push(fold_rows(matrix, &address.eq_table()));
        }
        let mut whole = vec![Vec::new(); 2];
        whole.extend(matrices);
        let decompose = self.decompose(&at);
        let [indicator, boolean] = [&decompose.indicator, &decompose.boolean.relation];
        let instances = [
            instance(indicator.clone(), self.value, rows),
            instance(boolean.clone(), F::zero(), whole),
        ];
        let reduced = batch::prove(channel, "decompose", instances);
        for claim in decompose.claims(self, oracles, reduced) {
            channel.claim_eval(claim);
        }
    }
}
