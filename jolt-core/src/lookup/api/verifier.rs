//! The verifier's key.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::table::{self, KnownTable};
use super::{LookupError, LookupTable, Statement};
use crate::lookup::LookupArgument;
use crate::lookup::dense::{DenseArgument, protocol};
use crate::lookup::standalone::{self, cycle_vars};
use commitments::{Scheme, Setup, SetupError, VerifierSession, sealed};
use std::sync::Arc;
use sumcheck::{Checks, Field, Oracle, VerifierChannel, VerifyError};

/// What a verifier needs.
#[derive(Clone)]
pub struct VerifyingKey<F: Field> {
    pub(super) argument: Arc<dyn LookupArgument<F>>,
    pub(super) table: KnownTable<F>,
    pub(super) scheme: Arc<dyn commitments::VerifyingKey<F>>,
    pub(super) max_reads: usize,
}

/// The verifier's key alone: the same one as a prover's setup makes, for a table that the verifier evaluates.
///
/// # Errors
/// A table that the argument does not serve, or that verifiers have commitments to; a setup that is not to be had.
pub fn verifying_key<F: Field>(
    scheme: &dyn Scheme<F>,
    source: &Setup,
    argument: Arc<dyn LookupArgument<F>>,
    table: impl Into<LookupTable<F>>,
    max_reads: usize,
) -> Result<VerifyingKey<F>, LookupError> {
    let keys = |vars| scheme.verifying_key(vars, source);
    with_key(keys, argument, table.into(), max_reads)
}

/// The same, for proofs that tell nothing but their statement: the same one as [`hiding_setup`](super::hiding_setup) makes.
///
/// # Errors
/// As [`verifying_key`]; a scheme that cannot hide.
pub fn hiding_verifying_key<F: Field>(
    scheme: &dyn Scheme<F>,
    source: &Setup,
    argument: Arc<dyn LookupArgument<F>>,
    table: impl Into<LookupTable<F>>,
    max_reads: usize,
) -> Result<VerifyingKey<F>, LookupError> {
    let keys = |vars| scheme.hiding_verifying_key(vars, source);
    with_key(keys, argument, table.into(), max_reads)
}

fn with_key<F: Field>(
    key: impl FnOnce(usize) -> Result<Arc<dyn commitments::VerifyingKey<F>>, SetupError>,
    argument: Arc<dyn LookupArgument<F>>,
    table: LookupTable<F>,
    max_reads: usize,
) -> Result<VerifyingKey<F>, LookupError> {
    let vars = cycle_vars(max_reads);
    table.supported_by(&*argument, vars)?;
    let committed = |_: &_| {
        Err(LookupError::KnownByCommitments {
            table: table.name().to_owned(),
        })
    };
    let known = match &table {
        LookupTable::Automaton(table) => KnownTable::Automaton(*table),
        LookupTable::Dense(dense) => KnownTable::Dense(dense.public(committed)?),
    };
    Ok(VerifyingKey {
        argument,
        table: known,
        scheme: key(table.setup_vars(vars))?,
        max_reads,
    })
}

impl<F: Field> VerifyingKey<F> {
    pub(super) fn dense(&self) -> Result<&dyn DenseArgument<F>, VerifyError> {
        let dense = self.argument.dense();
        dense.ok_or_else(|| VerifyError::NotAllowed {
            cause: format!("{} does not serve dense tables", self.argument.name()),
        })
    }

    pub fn table_name(&self) -> &str {
        self.table.name()
    }

    pub fn scheme(&self) -> &Arc<dyn commitments::VerifyingKey<F>> {
        &self.scheme
    }

    /// What a channel is bound to.
    pub(super) fn bound(&self, reads: usize) -> Vec<u8> {
        match &self.table {
            KnownTable::Automaton(table) => {
                let shape = table::shape(*table, cycle_vars(self.max_reads));
                standalone::statement(&shape, &table::selection(*table, reads))
            }
            KnownTable::Dense(table) => protocol::statement(table, cycle_vars(reads), reads),
        }
    }

    pub(super) fn stated<'a>(&self, bound: &'a [u8]) -> sealed::Statement<'a> {
        let (protocol, part) = self.table.labels();
        sealed::Statement::new(protocol)
            .with("argument", self.argument.name().as_bytes())
            .with(part, bound)
    }

    pub(super) fn allowed(&self, reads: usize) -> Result<(), LookupError> {
        match reads > self.max_reads {
            true => Err(LookupError::TooMany {
                reads,
                max: self.max_reads,
            }),
            false => Ok(()),
        }
    }

    /// The oracles of the outputs, if so many reads are proven to return them.
    pub(super) fn outputs(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        reads: usize,
    ) -> Result<Vec<Oracle>, VerifyError> {
        match &self.table {
            KnownTable::Automaton(table) => {
                let shape = table::shape(*table, cycle_vars(self.max_reads));
                let selection = table::selection(*table, reads);
                let argument = &*self.argument;
                let out = standalone::verify_out(channel, argument, &shape, &selection)?;
                Ok(vec![out])
            }
            KnownTable::Dense(table) => {
                let (argument, vars) = (self.dense()?, cycle_vars(reads));
                let columns = protocol::verify(channel, argument, table, vars, reads)?;
                Ok(columns.outputs)
            }
        }
    }

    /// Verifies that the committed columns hold what so many reads of the table return. Check
    /// `dense/outputs`, or `lookup/outputs`: the commitments in the proof are those of the statement; and those of
    /// the protocol.
    ///
    /// # Errors
    /// Why the proof is rejected.
    pub fn verify(&self, statement: &Statement, proof: &[u8]) -> Result<(), VerifyError> {
        let not_allowed = |e: LookupError| VerifyError::NotAllowed {
            cause: e.to_string(),
        };
        self.allowed(statement.reads).map_err(not_allowed)?;
        let bound = self.bound(statement.reads);
        let checks = Checks::all();
        let mut session = self.scheme.session(&self.stated(&bound), proof, checks);
        let outputs = self.outputs(&mut *session, statement.reads)?;
        let outputs = outputs.iter().map(|o| session.commitment(*o));
        if !outputs.eq(statement.outputs.iter().map(|bytes| Some(bytes.clone()))) {
            return Err(VerifyError::Check {
                check: self.table.outputs().to_owned(),
            });
        }
        VerifierSession::finish(session).map(|_| ())
    }
}
