//! The prover, for any kernels.

use super::kernels::{Fast, Kernels};
use super::layout::Layout;
use super::relation::{self, Read};
use super::{PRODUCTS, Shout, digits};
use crate::digits::products::{self, Grouped};
use crate::digits::{ADDRESS_VARS, MAX_RADIX, Packed};
use crate::lookup::dense::ProveDense;
use crate::lookup::{
    Left, LookupProver, LookupShape, ProveLookup, ReadClaim, Reads, SelectorClaim,
};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::batch::{self, LateProof};
use sumcheck::{
    Field, Instance, Label, Oracle, ProverChannel, ProverField, Relation, RoundProver, Shared,
};

impl<F: ProverField> ProveLookup<F> for Shout {
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        Some(self)
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        commit(channel, shape, &reads, |layout, packed| {
            Box::new(Fast {
                shape: shape.clone(),
                layout,
                reads: reads.clone(),
                packed,
            })
        })
    }
}

impl Layout {
    /// Digit `i` of an index; digit 0 is the most significant.
    pub fn digit(self, i: usize, index: u128) -> u8 {
        (index >> (self.index_bits - ADDRESS_VARS * (i + 1))) as u8 & (MAX_RADIX as u8 - 1)
    }
}

/// Commits the digits of reads. What is proven of them is proven by the kernels.
pub(in crate::lookup) fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    shape: &LookupShape,
    reads: &Reads,
    kernels: impl FnOnce(Layout, Vec<Arc<Packed>>) -> Box<dyn Kernels<F>>,
) -> Box<dyn LookupProver<F>> {
    let layout = Layout::new(shape).expect("a supported shape");
    let packed: Vec<Arc<Packed>> = (0..layout.digits())
        .into_par_iter()
        .map(|i| {
            let digit = |j: usize| layout.digit(i, reads.index[j]);
            let rows = reads.index.len();
            Arc::new(Packed::of(shape.cycle_vars, MAX_RADIX, rows, digit))
        })
        .collect();
    let columns = packed.iter().cloned().map(Shared::Digits).collect();
    Box::new(Prover {
        shape: shape.clone(),
        layout,
        oracles: channel.commit_shared("lookup digits", columns),
        kernels: kernels(layout, packed),
    })
}

struct Prover<F> {
    shape: LookupShape,
    layout: Layout,
    oracles: Vec<Oracle>,
    kernels: Box<dyn Kernels<F>>,
}

impl<F: Field> LookupProver<F> for Prover<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let left = self.reduce_beside(channel, claim, ("", Vec::new()));
        batch::prove_late(channel, "decompose", left.late);
        left.selectors
    }

    fn reduce_beside<'a>(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
        (_, others): (Label, Vec<Instance<'a, F>>),
    ) -> Left<F, F, Box<dyn RoundProver<F>>> {
        let gamma: F = channel.sample("lookup/read");
        let (relation, factors) = relation::read(self.layout, &claim.point);
        let instance = Instance {
            prover: self.kernels.read(&relation, &claim.point, gamma),
            relation,
            claim: claim.out + gamma * (claim.left + gamma * claim.right),
        };
        let instances = std::iter::once(instance).chain(others).collect();
        let mut others = batch::prove_all(channel, "execute", instances);
        let [reduced] = batch::first(&mut others);
        let read = Read::take((&self.shape, self.layout), gamma, factors, reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let at = read.at(challenges, channel.enforced(products::ONE_HOT));
        let digits = digits(&self.oracles);
        let kernels = self.kernels;
        let late = decompose(at, &read.products, digits, |relation, at| {
            kernels.digits(relation, at)
        });
        Left {
            selectors: read.selectors,
            others,
            late: vec![late],
        }
    }
}

/// The relation `digits`: claimed products, and that their digits, (oracle, radix) each, are one-hot.
pub(super) fn decompose<F: Field>(
    at: products::At<F>,
    products: &[F],
    digits: Vec<(Oracle, usize)>,
    kernel: impl FnOnce(&Relation<F>, &products::At<F>) -> Box<dyn RoundProver<F>>,
) -> LateProof<F> {
    let claims = products.iter().zip(at.product_weights());
    let claim = claims.map(|(claim, weight)| *claim * weight).sum();
    let grouped = Grouped::new("digits", &at);
    let prover = kernel(&grouped.relation, &at);
    grouped.late(claim, prover, digits, at)
}
