//! The prover, for any kernels.

use super::kernels::{Fast, Kernels};
use super::layout::{self, Fingerprint};
use super::witness::Witness;
use super::{Committed, LogupGkr, TREES, relation};
use crate::gkr::fraction::{self, Fraction};
use crate::lookup::dense::ProveDense;
use crate::lookup::{LookupProver, LookupShape, ProveLookup, ReadClaim, Reads, SelectorClaim};
use std::sync::Arc;
use sumcheck::{Instance, Poly, ProverChannel, ProverField, batch};

impl<F: ProverField> ProveLookup<F> for LogupGkr {
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        Some(self)
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let layout = self.layout::<F>(shape).expect("a supported shape");
        let fast = Fast {
            witness: Witness::new(&layout, reads, shape.tables.len()),
            shape: shape.clone(),
            layout,
        };
        commit(channel, fast, |fast| Box::new(fast))
    }
}

/// Commits a witness. What is proven of it is proven by the kernels.
pub(in crate::lookup) fn commit<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    fast: Fast,
    kernels: impl FnOnce(Fast) -> Box<dyn Kernels<F>>,
) -> Box<dyn LookupProver<F>> {
    let Fast {
        shape,
        layout,
        witness,
    } = &fast;
    let poly = |vars| move |c: &Vec<i128>| Arc::new(Poly::signed(vars, c.clone()));
    let columns = witness.columns.iter().map(|c| poly(shape.cycle_vars)(c));
    let columns = channel.commit("lookup columns", columns.collect());
    let counts = witness.multiplicities.iter();
    let counts = counts.map(poly(layout.cut.chunk_bits()));
    let counts = channel.commit("lookup multiplicities", counts.collect());
    Box::new(Prover {
        instance: Committed {
            shape: shape.clone(),
            layout: layout.clone(),
            columns,
            counts,
        },
        kernels: kernels(fast),
    })
}

struct Prover<F> {
    instance: Committed,
    kernels: Box<dyn Kernels<F>>,
}

impl<F: ProverField> LookupProver<F> for Prover<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let (layout, shape) = (&self.instance.layout, &self.instance.shape);
        let gamma: F = channel.sample("lookup/read");
        let [alpha, beta] = ["lookup/alpha", "lookup/beta"].map(|label| channel.sample(label));
        let fingerprint = Fingerprint::new(layout, alpha, beta);
        let leaves = self.kernels.leaves(&fingerprint);
        let trees = self.kernels.trees(leaves, self.instance.depth());
        let trees = TREES.into_iter().zip(trees).collect();
        let claims = fraction::prove(channel, "gkr", trees, self.kernels.general());

        let table = layout::table_leaves(layout, &fingerprint, &claims.point);
        channel.claim_eval(self.instance.counts(&table, claims.leaves[1].numerator));
        let at = layout::read_leaves(layout, &fingerprint, shape.cycle_vars, &claims.point);
        let zeta: F = channel.sample("lookup/leaves");
        let Fraction {
            numerator,
            denominator,
        } = claims.leaves[0];

        let (relations, factors) =
            relation::execute((layout, shape), (&claim.point, gamma), &at.cycle);
        let [read, leaves] = relations;
        let instances = [
            Instance {
                prover: self.kernels.read(&read, &claim.point, gamma),
                relation: read,
                claim: claim.out + gamma * (claim.left + gamma * claim.right),
            },
            Instance {
                prover: self.kernels.leaf(&leaves, &at, zeta),
                relation: leaves,
                claim: numerator + zeta * (denominator - beta),
            },
        ];
        let reduced = batch::prove(channel, "execute", instances);
        let epsilon: F = channel.sample("lookup/selectors");
        let linear = |terms: &[(F, F)]| terms.iter().map(|(f, v)| *f * v).sum();
        let (claims, selectors) =
            self.instance
                .finish(&at, [zeta, epsilon], (factors, reduced), linear);
        for claim in claims {
            channel.claim_eval(claim);
        }
        selectors
    }
}
