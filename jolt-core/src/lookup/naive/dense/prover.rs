//! The prover.

use super::super::prover::{commit_bits, instance, matrices};
use super::super::relation::{Indicator, read};
use super::{Committed, Naive, TABLE};
use crate::lookup::dense::{DenseProver, DenseShape, Outputs, ProveDense, Rows, TableClaim, Term};
use crate::lookup::written_out::Matrices;
use std::sync::Arc;
use sumcheck::{ProverChannel, ProverField, batch};

impl<F: ProverField> ProveDense<F> for Naive {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let index: Vec<u128> = index.iter().map(|k| u128::from(*k)).collect();
        let matrices = matrices(shape.index_bits, shape.cycle_vars, &index);
        commit(channel, shape, &index, matrices)
    }
}

/// Commits the bits of indices. What is proven of them is proven from `matrices`.
pub(in crate::lookup) fn commit<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    shape: DenseShape,
    index: &[u128],
    matrices: Matrices<F>,
) -> Box<dyn DenseProver<F>> {
    let oracles = commit_bits(channel, shape.cycle_vars, shape.index_bits, index);
    Box::new(Prover {
        committed: Committed { shape, oracles },
        matrices,
    })
}

struct Prover<F> {
    committed: Committed,
    matrices: Matrices<F>,
}

impl<F: ProverField> DenseProver<F> for Prover<F> {
    fn index(&self) -> Vec<Term<F>> {
        self.committed.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        outputs: &Outputs<F>,
        rows: Rows<'_, F>,
    ) -> TableClaim<F, F> {
        let Committed { shape, oracles } = &self.committed;
        let (point, sum) = outputs.prove_at_random(channel, shape.cycle_vars, rows.out);
        let Matrices {
            indicator, digits, ..
        } = self.matrices;
        let tables = vec![Vec::new(), indicator, rows.table.to_vec()];
        let (relation, factors) = read(shape.index_bits, &point, TABLE);
        let execute = instance(relation, sum, tables);
        let [reduced] = batch::prove(channel, "execute", [execute]);
        let (at, value) = Indicator::take(reduced, factors);
        at.prove(channel, digits, oracles);
        at.table(value)
    }
}
