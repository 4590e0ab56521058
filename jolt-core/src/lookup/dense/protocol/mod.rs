//! Reads of a dense table over any channel.
//!
//! Sizes, the table and the number of reads are part of the statement: the caller binds them to the channel,
//! for example by [`statement`].

use super::{
    DenseArgument, DenseProver, DenseShape, DenseTable, Outputs, PublicTable, Rows, TableClaim,
    Term, integers, padding,
};
use crate::lookup::selectors::powers;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Field, Note, Oracle, ProverChannel, Shape, Value, VerifierChannel, VerifyError,
    Weights,
};

/// Reads of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenseReads {
    /// Where.
    pub index: Arc<Vec<u32>>,
    /// What they return, column by column.
    pub outputs: Vec<Vec<u64>>,
}

/// An index that a table does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read {read} is at index {index}, and table {table} has {entries} entries")]
pub struct OutOfRange {
    /// Number of the read.
    pub read: usize,
    /// Its index.
    pub index: u64,
    /// The table.
    pub table: String,
    /// Its entries.
    pub entries: usize,
}

impl DenseReads {
    /// Reads at these indices.
    ///
    /// # Errors
    /// An index that the table does not have.
    pub fn new<F: Field>(table: &DenseTable<F>, indices: &[u64]) -> Result<Self, OutOfRange> {
        let beyond = |index: &u64| *index >= table.entries() as u64;
        if let Some(read) = indices.iter().position(beyond) {
            return Err(OutOfRange {
                read,
                index: indices[read],
                table: table.name().to_owned(),
                entries: table.entries(),
            });
        }
        let column = |column: &Arc<Vec<u64>>| -> Vec<u64> {
            indices.iter().map(|k| column[*k as usize]).collect()
        };
        Ok(DenseReads {
            index: Arc::new(indices.iter().map(|k| *k as u32).collect()),
            outputs: table.columns().iter().map(column).collect(),
        })
    }
}

/// What the channel has to be bound to before anything else.
pub fn statement<F: Field>(table: &PublicTable<F>, cycle_vars: usize, reads: usize) -> Vec<u8> {
    let mut bytes = table.statement();
    for x in [cycle_vars, reads] {
        bytes.extend((x as u64).to_le_bytes());
    }
    bytes
}

/// What a caller may claim more of.
#[derive(Clone, Debug)]
pub struct Columns<F> {
    /// Oracles of the output columns.
    pub outputs: Vec<Oracle>,
    /// The index column, a linear functional of committed columns.
    pub index: Vec<Term<F>>,
}

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
    argument: &dyn DenseArgument<F>,
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
        outputs: channel.commit("dense out", outputs.collect()),
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

impl<F: Field> Committed<F> {
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

fn on_oracles<F: Field, V>(
    fixed: &[Oracle],
    weights: &[F],
    claim: TableClaim<F, V>,
) -> EvalClaim<F, V> {
    let columns = fixed.iter().zip(weights);
    let term = |(oracle, weight): (&Oracle, &F)| (*oracle, Weights::One, claim.factor * weight);
    EvalClaim {
        terms: columns.map(term).collect(),
        point: claim.point,
        value: claim.value,
    }
}

/// Proves what reads return.
///
/// # Panics
/// If the argument does not support the size, or the reads do not fit it.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn DenseArgument<F>,
    (table, public): (&DenseTable<F>, &PublicTable<F>),
    cycle_vars: usize,
    reads: DenseReads,
) -> Columns<F> {
    commit(channel, argument, (table, public), cycle_vars, reads).prove(channel, table)
}

/// Verifies what reads return. Checks: `dense/table`, where the verifier evaluates the table, `padding/index`,
/// where there are more rows than reads, and those of the argument.
///
/// # Errors
/// Why the proof is rejected; a size that is not supported, or more reads than rows.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    argument: &dyn DenseArgument<F>,
    table: &PublicTable<F>,
    cycle_vars: usize,
    reads: usize,
) -> Result<Columns<F>, VerifyError> {
    let shape = DenseShape {
        cycle_vars,
        index_bits: table.index_bits(),
    };
    let not_allowed = |cause| VerifyError::NotAllowed { cause };
    argument.supports(shape).map_err(not_allowed)?;
    if reads > 1 << cycle_vars {
        let cause = format!("{reads} reads in 2^{cycle_vars} rows");
        return Err(not_allowed(cause));
    }
    channel.note(Note::Phase("commit"));
    let mut fixed = Vec::new();
    for known in table.commitments().unwrap_or_default() {
        fixed.push(channel.fixed("dense table", known)?);
    }
    let verifier = argument.receive(channel, shape)?;
    let column = Shape {
        vars: cycle_vars,
        radix: None,
    };
    let columns = Columns {
        outputs: channel.oracles("dense out", &vec![column; table.first().len()])?,
        index: verifier.index(),
    };
    let gamma: F = channel.sample("dense/columns");
    let weights = powers(gamma, table.first().len());
    channel.risk(
        &["dense/columns"],
        "columns of the table",
        weights.len().saturating_sub(1),
    );
    let first = table.first().iter().zip(&weights);
    let outputs = Outputs {
        oracles: columns.outputs.clone(),
        first: first.map(|(x, w)| w.mul_u64(*x)).sum(),
        weights,
        reads,
    };
    channel.note(Note::Phase("execute"));
    let claim = verifier.reduce(channel, &outputs)?;
    settle(channel, table, (&fixed, &outputs.weights), claim)?;
    padding::verify(channel, cycle_vars, reads, columns.index.clone())?;
    Ok(columns)
}

/// The claim on the table: evaluated, or handed to the opening.
fn settle<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    table: &PublicTable<F>,
    (fixed, weights): (&[Oracle], &[F]),
    claim: TableClaim<F, Value>,
) -> Result<(), VerifyError> {
    let Some(values) = table.evaluate(&claim.point) else {
        return channel.claim_eval(on_oracles(fixed, weights, claim));
    };
    let value: F = values.iter().zip(weights).map(|(x, w)| *x * w).sum();
    let terms = [(F::one(), claim.value)];
    let difference = channel.linear(-(claim.factor * value), &terms);
    channel.assert_zero("dense/table", difference)
}
