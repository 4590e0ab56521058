//! The prover.

use super::super::{
    DenseProver, DenseShape, DenseTable, Outputs, ProveDense, PublicTable, Rows, padding,
};
use super::{Columns, DenseReads, OUT, on_oracles};
use crate::lookup::dense::prover::integers;
use crate::lookup::selectors::powers;
use rayon::prelude::*;
use sumcheck::{Field, Oracle, ProverChannel, ProverField};

/// Reads that are committed, and not yet proven.
pub struct Committed<F: Field> {
    prover: Box<dyn DenseProver<F>>,
    shape: DenseShape,
    reads: DenseReads,
    /// How many reads are stated.
    stated: usize,
    fixed: Vec<Oracle>,
    columns: Columns<F>,
}

/// Commits reads: first message of the prover.
///
/// # Panics
/// If the argument does not support the size, or the reads do not fit it.
pub fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn ProveDense<F>,
    (table, public): (&DenseTable<F>, &PublicTable<F>),
    cycle_vars: usize,
    reads: DenseReads,
) -> Committed<F> {
    let shape = DenseShape {
        cycle_vars,
        index_bits: table.index_bits(),
    };
    let fixed = public.commitments().map_or_else(Vec::new, |known| {
        let polys = table.polys().into_iter().zip(known);
        polys
            .map(|(poly, fixed)| channel.fixed("dense table", poly, fixed))
            .collect()
    });
    let prover = argument.commit(channel, shape, reads.index.clone());
    let outputs = reads.outputs.iter();
    let outputs = outputs.map(|column| integers(cycle_vars, column.iter().copied()));
    let columns = Columns {
        outputs: outputs
            .flat_map(|column| channel.commit(OUT, vec![column]))
            .collect(),
        index: prover.index(),
    };
    Committed {
        prover,
        shape,
        stated: reads.index.len(),
        reads,
        fixed,
        columns,
    }
}

impl<F: ProverField> Committed<F> {
    /// The columns committed.
    pub fn columns(&self) -> &Columns<F> {
        &self.columns
    }

    /// Claims that the reads return these columns, whatever was committed; only a soundness test can want it.
    pub fn claiming(mut self, outputs: Vec<Vec<u64>>) -> Self {
        self.reads.outputs = outputs;
        self
    }

    /// Claims that the reads are so many, however many are committed; only a soundness test can want it.
    pub fn stating(mut self, reads: usize) -> Self {
        self.stated = reads;
        self
    }

    /// Proves what was read.
    pub fn prove(self, channel: &mut dyn ProverChannel<F>, table: &DenseTable<F>) -> Columns<F> {
        let gamma = channel.sample("dense/columns");
        let weights = powers(gamma, table.columns().len());
        let entries = combine(table.columns().iter().map(|c| c.as_slice()), &weights);
        let out = combine(self.reads.outputs.iter().map(Vec::as_slice), &weights);
        debug_assert_eq!(entries.len(), 1 << self.shape.index_bits);
        let outputs = Outputs {
            oracles: self.columns.outputs.clone(),
            weights,
            first: entries[0],
            reads: self.stated,
        };
        let rows = Rows {
            table: &entries,
            out: &out,
        };
        let claim = self.prover.reduce(channel, &outputs, rows);
        if !self.fixed.is_empty() {
            channel.claim_eval(on_oracles(&self.fixed, &outputs.weights, claim));
        }
        let index = (self.columns.index.clone(), self.reads.index.as_slice());
        padding::prove(channel, self.shape.cycle_vars, self.stated, index);
        self.columns
    }
}

/// `Σ_i weight_i · column_i`.
fn combine<'a, F: Field>(columns: impl Iterator<Item = &'a [u64]>, weights: &[F]) -> Vec<F> {
    let mut sum: Vec<F> = Vec::new();
    for (column, weight) in columns.zip(weights) {
        match sum.is_empty() {
            // The first weight is 1.
            true => sum = column.par_iter().map(|x| F::from(*x)).collect(),
            false => sum
                .par_iter_mut()
                .zip(column)
                .for_each(|(sum, x)| *sum += weight.mul_u64(*x)),
        }
    }
    sum
}

/// Proves what reads return.
///
/// # Panics
/// If the argument does not support the size, or the reads do not fit it.
pub fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn ProveDense<F>,
    (table, public): (&DenseTable<F>, &PublicTable<F>),
    cycle_vars: usize,
    reads: DenseReads,
) -> Columns<F> {
    commit(channel, argument, (table, public), cycle_vars, reads).prove(channel, table)
}
