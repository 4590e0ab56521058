//! The prover's key, and reads that it has committed.

use super::table::{self, KnownTable};
use super::{LookupError, LookupTable, Statement, VerifyingKey};
use crate::lookup::dense::DenseTable;
use crate::lookup::dense::protocol::{self, DenseReads};
use crate::lookup::standalone::{self, cycle_vars, exposure};
use crate::lookup::{ProveLookup, Reads, Unsupported};
use commitments::sealed::Precommitment;
use commitments::{Keys, ProverSession, Scheme, Setup, SetupError, sealed};
use instruction_tables::tables::Table;
use std::sync::Arc;
use sumcheck::{Checks, Field, ProverChannel, ProverField, VerifierChannel};

/// What a prover needs.
#[derive(Clone)]
pub struct ProvingKey<F: Field> {
    /// The entries, if the table is dense.
    dense: Option<Arc<DenseTable<F>>>,
    scheme: Arc<dyn commitments::ProvingKey<F>>,
    argument: Arc<dyn ProveLookup<F>>,
    verifying: VerifyingKey<F>,
    /// For the check of the prover's own proofs.
    checking: VerifyingKey<F>,
}

/// Keys for at most `max_reads` reads of a table at a time.
///
/// # Errors
/// A table that the argument does not serve, or a setup that is not to be had.
pub fn setup<F: Field>(
    scheme: &dyn Scheme<F>,
    source: &Setup,
    argument: Arc<dyn ProveLookup<F>>,
    table: impl Into<LookupTable<F>>,
    max_reads: usize,
) -> Result<ProvingKey<F>, LookupError> {
    let table = table.into();
    let source = table.source(source);
    let keys = |vars| scheme.setup(vars, &source);
    with_keys(keys, argument, table, max_reads)
}

/// The same, for proofs that tell nothing but their statement.
///
/// # Errors
/// As [`setup`]; a scheme that cannot hide.
pub fn hiding_setup<F: Field>(
    scheme: &dyn Scheme<F>,
    source: &Setup,
    argument: Arc<dyn ProveLookup<F>>,
    table: impl Into<LookupTable<F>>,
    max_reads: usize,
) -> Result<ProvingKey<F>, LookupError> {
    let table = table.into();
    let source = table.source(source);
    let keys = |vars| scheme.hiding_setup(vars, &source);
    with_keys(keys, argument, table, max_reads)
}

fn with_keys<F: Field>(
    keys: impl FnOnce(usize) -> Result<Keys<F>, SetupError>,
    argument: Arc<dyn ProveLookup<F>>,
    table: LookupTable<F>,
    max_reads: usize,
) -> Result<ProvingKey<F>, LookupError> {
    let vars = cycle_vars(max_reads);
    table.supported_by(&*argument, vars)?;
    let Keys { proving, verifying } = keys(table.setup_vars(vars))?;
    let (known, dense) = match table {
        LookupTable::Automaton(table) => (KnownTable::Automaton(table), None),
        LookupTable::Dense(table) => {
            let public = table.public(|poly| proving.commit(poly))?;
            (KnownTable::Dense(public), Some(Arc::new(table)))
        }
    };
    let verifying = VerifyingKey {
        argument: argument.clone(),
        table: known,
        scheme: verifying,
        max_reads,
    };
    Ok(ProvingKey {
        dense,
        argument,
        checking: VerifyingKey {
            scheme: proving.checking(),
            ..verifying.clone()
        },
        verifying,
        scheme: proving,
    })
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
    outputs: Vec<Precommitment>,
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
        self.commit_stating((indices, indices.len()), &[])
    }

    /// The same, where columns that are read have been committed before ([`Committed::outputs`]), of this table or
    /// another: one for each column of the table in order, `None` for one to be committed now. It must be the same column in
    /// as many rows, and under keys of one scheme and setup: for Hyrax, of one size.
    ///
    /// # Errors
    /// As [`Self::commit`]; another number of commitments than columns; one that is of another column, or has another
    /// blinding.
    pub fn commit_to(
        &self,
        indices: &[u128],
        outputs: &[Option<Precommitment>],
    ) -> Result<Committed<F>, LookupError> {
        let (_, columns) = self.verifying.table.committed();
        if outputs.len() != columns {
            return Err(LookupError::Outputs {
                found: outputs.len(),
                columns,
                table: self.verifying.table_name().to_owned(),
            });
        }
        self.commit_stating((indices, indices.len()), outputs)
    }

    /// Commits these reads, and states that they are so many, in as many rows.
    pub(super) fn commit_stating(
        &self,
        (indices, count): (&[u128], usize),
        before: &[Option<Precommitment>],
    ) -> Result<Committed<F>, LookupError> {
        let key = &self.verifying;
        key.allowed(indices.len())?;
        let bound = key.bound(count);
        let mut session = self.scheme.session(&key.stated(&bound), Checks::all());
        session.adopt(key.table.committed().0, before.to_vec());
        let (started, outputs) = match (&key.table, &self.dense) {
            (KnownTable::Dense(known), Some(table)) => {
                let index = |k: &u128| u64::try_from(*k).unwrap_or(u64::MAX);
                let indices: Vec<u64> = indices.iter().map(index).collect();
                let reads = DenseReads::new(table, &indices)?;
                let argument = self.argument.dense_prover();
                let argument = argument.ok_or_else(|| self.no_dense_path())?;
                let (tables, vars) = ((&**table, known), cycle_vars(count));
                let committed = protocol::commit(&mut *session, argument, tables, vars, reads);
                let outputs = committed.columns().outputs.clone();
                let committed = committed.stating(count);
                (Started::Dense(Box::new(committed), table.clone()), outputs)
            }
            (KnownTable::Automaton(table), _) => {
                let reads = Arc::new(reads(*table, indices)?);
                let shape = table::shape(*table, cycle_vars(key.max_reads));
                let columns = standalone::Columns::of(&shape, &reads);
                let (argument, out) = (&*self.argument, &columns.out);
                let committed = standalone::commit(&mut *session, argument, &shape, reads, out);
                let outputs = vec![committed.out()];
                (Started::Automaton(committed, columns), outputs)
            }
            (KnownTable::Dense(_), None) => unreachable!("setup keeps the entries"),
        };
        if let Some(failure) = session.failure() {
            return Err(failure.clone().into());
        }
        let outputs = outputs.iter().filter_map(|o| session.precommitment(*o));
        let outputs: Vec<Precommitment> = outputs.collect();
        let commitments = outputs.iter().map(|output| output.commitment.clone());
        Ok(Committed {
            statement: Statement {
                reads: count,
                outputs: commitments.collect(),
            },
            outputs,
            key: self.clone(),
            session,
            started,
        })
    }

    fn no_dense_path(&self) -> LookupError {
        LookupError::NotSupported {
            argument: self.argument.name(),
            table: self.verifying.table_name().to_owned(),
            cause: Unsupported::Dense,
        }
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

    /// The commitments of the statement, with what they are blinded with. Other proofs can be about them
    /// ([`ProvingKey::commit_to`]). In the clear nothing is blinded.
    pub fn outputs(&self) -> &[Precommitment] {
        &self.outputs
    }

    /// Proves, and verifies the proof.
    ///
    /// # Errors
    /// A scheme that fails.
    pub fn prove(mut self) -> Result<sealed::Proof, LookupError> {
        self.started.prove(&mut *self.session);
        let (key, reads) = (&self.key.verifying, self.statement.reads);
        let mut program =
            |channel: &mut dyn VerifierChannel<F>| key.outputs(channel, reads).map(|_| ());
        let proof = self.session.finish_replaying(&mut program)?;
        let verdict = self.key.checking.verify(&self.statement, &proof);
        verdict.map_err(LookupError::Unsound)?;
        Ok(proof)
    }
}

/// Reads of an automaton at these indices.
fn reads(table: &dyn Table, indices: &[u128]) -> Result<Reads, LookupError> {
    let index_bits = table.index_bits();
    let is_long = |index: &u128| index.checked_shr(index_bits as u32).unwrap_or(0) != 0;
    if let Some((read, index)) = indices.iter().enumerate().find(|(_, k)| is_long(k)) {
        return Err(LookupError::TooLong {
            read,
            index: *index,
            table: table.name().to_owned(),
            index_bits,
        });
    }
    Ok(Reads {
        index: indices.to_vec(),
        table: vec![0; indices.len()],
        operands: vec![exposure(table); indices.len()],
    })
}
