//! The prover's key, and reads that it has committed.

use super::table::{self, KnownTable};
use super::{LookupError, Statement, VerifyingKey};
use crate::lookup::dense::DenseTable;
use crate::lookup::dense::protocol::{self, DenseReads};
use crate::lookup::standalone::{self, cycle_vars};
use commitments::{ProverSession, sealed};
use std::sync::Arc;
use sumcheck::{Checks, Field, ProverChannel, ProverField};

/// What a prover needs.
#[derive(Clone)]
pub struct ProvingKey<F: Field> {
    /// The entries, if the table is dense.
    pub(super) dense: Option<Arc<DenseTable<F>>>,
    pub(super) scheme: Arc<dyn commitments::ProvingKey<F>>,
    pub(super) verifying: VerifyingKey<F>,
}

/// Reads of either kind that are committed.
pub(super) enum Started<F: Field> {
    Automaton(standalone::Committed<F>, standalone::Columns),
    Dense(Box<protocol::Committed<F>>, Arc<DenseTable<F>>),
}

impl<F: ProverField> Started<F> {
    pub(super) fn prove(self, channel: &mut dyn ProverChannel<F>) {
        match self {
            Started::Automaton(committed, columns) => committed.prove(channel, &columns),
            Started::Dense(committed, table) => {
                let _ = committed.prove(channel, &table);
            }
        }
    }
}

/// Reads that are committed, and not yet proven.
pub struct Committed<F: Field> {
    key: ProvingKey<F>,
    pub(super) session: Box<dyn ProverSession<F>>,
    pub(super) started: Started<F>,
    statement: Statement,
}

impl<F: ProverField> ProvingKey<F> {
    /// The verifier's part.
    pub fn verifying_key(&self) -> &VerifyingKey<F> {
        &self.verifying
    }

    /// Commits reads at these indices.
    ///
    /// # Errors
    /// An index that the table does not have, or too many.
    pub fn commit(&self, indices: &[u128]) -> Result<Committed<F>, LookupError> {
        self.commit_stating(indices, indices.len())
    }

    /// Commits these reads, and states that they are so many, in as many rows.
    pub(super) fn commit_stating(
        &self,
        indices: &[u128],
        count: usize,
    ) -> Result<Committed<F>, LookupError> {
        let key = &self.verifying;
        key.allowed(indices.len())?;
        let bound = key.bound(count);
        let mut session = self.scheme.session(&key.stated(&bound), Checks::all());
        let (started, outputs) = match (&key.table, &self.dense) {
            (KnownTable::Dense(known), Some(table)) => {
                let index = |k: &u128| u64::try_from(*k).unwrap_or(u64::MAX);
                let indices: Vec<u64> = indices.iter().map(index).collect();
                let reads = DenseReads::new(table, &indices)?;
                let argument = key.dense().map_err(LookupError::Unsound)?;
                let (tables, vars) = ((&**table, known), cycle_vars(count));
                let committed = protocol::commit(&mut *session, argument, tables, vars, reads);
                let outputs = committed.columns().outputs.clone();
                let committed = committed.stating(count);
                (Started::Dense(Box::new(committed), table.clone()), outputs)
            }
            (KnownTable::Automaton(table), _) => {
                let reads = Arc::new(table::reads(*table, indices)?);
                let shape = table::shape(*table, cycle_vars(key.max_reads));
                let columns = standalone::Columns::of(&shape, &reads);
                let (argument, out) = (&*key.argument, &columns.out);
                let committed = standalone::commit(&mut *session, argument, &shape, reads, out);
                let outputs = vec![committed.out()];
                (Started::Automaton(committed, columns), outputs)
            }
            (KnownTable::Dense(_), None) => unreachable!("setup keeps the entries"),
        };
        let outputs = outputs.iter();
        let outputs = outputs.map(|o| session.commitment(*o).unwrap_or_default().to_vec());
        Ok(Committed {
            statement: Statement {
                reads: count,
                outputs: outputs.collect(),
            },
            key: self.clone(),
            session,
            started,
        })
    }

    /// Commits and proves reads at these indices.
    ///
    /// # Errors
    /// As [`Self::commit`] and [`Committed::prove`].
    pub fn prove(&self, indices: &[u128]) -> Result<(Statement, sealed::Proof), LookupError> {
        let committed = self.commit(indices)?;
        let statement = committed.statement().clone();
        Ok((statement, committed.prove()?))
    }
}

impl<F: ProverField> Committed<F> {
    /// What is going to be proven.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Proves, and verifies the proof.
    ///
    /// # Errors
    /// A scheme that fails.
    pub fn prove(mut self) -> Result<sealed::Proof, LookupError> {
        self.started.prove(&mut *self.session);
        let proof = self.session.finish()?;
        let verdict = self.key.verifying.verify(&self.statement, &proof);
        verdict.map_err(LookupError::Unsound)?;
        Ok(proof)
    }
}
