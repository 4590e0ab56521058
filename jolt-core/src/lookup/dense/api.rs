//! Keys for one table, and proofs of reads of it: commit, prove, verify.
//!
//! A proof says of committed columns that they hold what some reads return. It has their commitments in it,
//! and so has the [`Statement`]: whoever has other statements about the same commitments can compare them.

use super::protocol::{self, DenseReads, OutOfRange, commit, verify};
use super::{DenseArgument, DenseShape, DenseTable, PublicTable};
use crate::lookup::LookupArgument;
use crate::lookup::standalone::cycle_vars;
use commitments::{
    Keys, PcsError, ProverSession, Scheme, Setup, SetupError, VerifierSession, sealed,
};
use std::sync::Arc;
use sumcheck::{Checks, Field, VerifyError};

const PROTOCOL: &str = "jolt-lab dense reads v1";

/// Why there is no key, or no proof.
#[derive(Debug, thiserror::Error)]
pub enum DenseError {
    /// The argument does not serve such a table.
    #[error("{argument} cannot serve table {table}: {cause}")]
    NotSupported {
        /// The argument.
        argument: &'static str,
        /// The table.
        table: String,
        /// Why.
        cause: String,
    },
    /// There are no keys of the scheme.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The table could not be committed.
    #[error("commit table: {0}")]
    Commit(#[from] PcsError),
    /// An index that the table does not have.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// More reads than the key allows.
    #[error("{reads} reads, and the key allows {max}")]
    TooMany {
        /// How many.
        reads: usize,
        /// Allowed.
        max: usize,
    },
    /// The proof could not be sealed.
    #[error(transparent)]
    Seal(#[from] sealed::SealError),
    /// The proof does not verify: an error of this library, and no proof.
    #[error("the proof made does not verify: {0}")]
    Unsound(VerifyError),
}

/// What is proven, beside the table, which is in the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Number of reads.
    pub reads: usize,
    /// For each column of the table the commitment to what was read, in the scheme's canonical encoding: of
    /// the reads in order, then zeros up to a power of two, at least 2. The zeros are proven too.
    pub outputs: Vec<Vec<u8>>,
}

/// What a verifier needs.
#[derive(Clone)]
pub struct VerifyingKey<F: Field> {
    argument: Arc<dyn LookupArgument<F>>,
    table: PublicTable<F>,
    scheme: Arc<dyn commitments::VerifyingKey<F>>,
    max_reads: usize,
}

/// What a prover needs.
#[derive(Clone)]
pub struct ProvingKey<F: Field> {
    table: Arc<DenseTable<F>>,
    scheme: Arc<dyn commitments::ProvingKey<F>>,
    verifying: VerifyingKey<F>,
}

/// Keys for at most `max_reads` reads of a table at a time.
///
/// # Errors
/// A table that the argument does not serve, or a setup that is not to be had.
pub fn setup<F: Field>(
    scheme: &dyn Scheme<F>,
    source: &Setup,
    argument: Arc<dyn LookupArgument<F>>,
    table: DenseTable<F>,
    max_reads: usize,
) -> Result<ProvingKey<F>, DenseError> {
    let vars = cycle_vars(max_reads);
    let not_supported = |cause| DenseError::NotSupported {
        argument: argument.name(),
        table: table.name().to_owned(),
        cause,
    };
    let dense = argument.dense().ok_or_else(|| {
        not_supported("it is one for tables with structure, and has no path for dense ones".into())
    })?;
    let shape = DenseShape {
        cycle_vars: vars,
        index_bits: table.index_bits(),
    };
    dense.supports(shape).map_err(not_supported)?;
    let Keys { proving, verifying } = scheme.setup(vars.max(shape.index_bits), source)?;
    let public = table.public(|poly| proving.commit(poly))?;
    Ok(ProvingKey {
        table: Arc::new(table),
        scheme: proving,
        verifying: VerifyingKey {
            argument,
            table: public,
            scheme: verifying,
            max_reads,
        },
    })
}

impl<F: Field> VerifyingKey<F> {
    fn dense(&self) -> Result<&dyn DenseArgument<F>, VerifyError> {
        let dense = self.argument.dense();
        dense.ok_or_else(|| VerifyError::NotAllowed {
            cause: format!("{} does not serve dense tables", self.argument.name()),
        })
    }

    /// What the verifier has of the table.
    pub fn table(&self) -> &PublicTable<F> {
        &self.table
    }

    /// The scheme's key.
    pub fn scheme(&self) -> &Arc<dyn commitments::VerifyingKey<F>> {
        &self.scheme
    }

    /// What a channel is bound to.
    fn bound(&self, reads: usize) -> Vec<u8> {
        protocol::statement(&self.table, cycle_vars(reads), reads)
    }

    fn stated<'a>(&self, bound: &'a [u8]) -> sealed::Statement<'a> {
        sealed::Statement::new(PROTOCOL)
            .with("argument", self.argument.name().as_bytes())
            .with("table", bound)
    }

    fn allowed(&self, reads: usize) -> Result<(), DenseError> {
        match reads > self.max_reads {
            true => Err(DenseError::TooMany {
                reads,
                max: self.max_reads,
            }),
            false => Ok(()),
        }
    }

    /// Verifies that the committed columns hold what so many reads of the table return. Check
    /// `dense/outputs`: the commitments in the proof are those of the statement; and those of the protocol.
    ///
    /// # Errors
    /// Why the proof is rejected.
    pub fn verify(&self, statement: &Statement, proof: &[u8]) -> Result<(), VerifyError> {
        let not_allowed = |e: DenseError| VerifyError::NotAllowed {
            cause: e.to_string(),
        };
        self.allowed(statement.reads).map_err(not_allowed)?;
        let bound = self.bound(statement.reads);
        let checks = Checks::all();
        let mut session = self.scheme.session(&self.stated(&bound), proof, checks);
        let vars = cycle_vars(statement.reads);
        let argument = self.dense()?;
        let columns = verify(&mut *session, argument, &self.table, vars, statement.reads)?;
        let outputs = columns.outputs.iter().map(|o| session.commitment(*o));
        if !outputs.eq(statement.outputs.iter().map(|bytes| Some(bytes.clone()))) {
            return Err(VerifyError::Check {
                check: "dense/outputs".to_owned(),
            });
        }
        VerifierSession::finish(session).map(|_| ())
    }
}

/// Reads that are committed, and not yet proven.
pub struct Committed<F: Field> {
    key: ProvingKey<F>,
    session: Box<dyn ProverSession<F>>,
    reads: protocol::Committed<F>,
    statement: Statement,
}

impl<F: Field> ProvingKey<F> {
    /// The verifier's part.
    pub fn verifying_key(&self) -> &VerifyingKey<F> {
        &self.verifying
    }

    /// The table.
    pub fn table(&self) -> &DenseTable<F> {
        &self.table
    }

    /// Commits reads at these indices.
    ///
    /// # Errors
    /// An index that the table does not have, or too many.
    pub fn commit(&self, indices: &[u64]) -> Result<Committed<F>, DenseError> {
        self.commit_stating(indices, indices.len())
    }

    /// Commits these reads, and states that they are so many, in as many rows.
    fn commit_stating(&self, indices: &[u64], count: usize) -> Result<Committed<F>, DenseError> {
        let key = &self.verifying;
        key.allowed(indices.len())?;
        let reads = DenseReads::new(&self.table, indices)?;
        let bound = key.bound(count);
        let mut session = self.scheme.session(&key.stated(&bound), Checks::all());
        let argument = key.dense().map_err(DenseError::Unsound)?;
        let vars = cycle_vars(count);
        let tables = (&*self.table, &key.table);
        let committed = commit(&mut *session, argument, tables, vars, reads).stating(count);
        let outputs = committed.columns().outputs.iter();
        let outputs = outputs.map(|o| session.commitment(*o).unwrap_or_default().to_vec());
        Ok(Committed {
            statement: Statement {
                reads: count,
                outputs: outputs.collect(),
            },
            key: self.clone(),
            session,
            reads: committed,
        })
    }

    /// Commits and proves reads at these indices.
    ///
    /// # Errors
    /// As [`Self::commit`] and [`Committed::prove`].
    pub fn prove(&self, indices: &[u64]) -> Result<(Statement, sealed::Proof), DenseError> {
        let committed = self.commit(indices)?;
        let statement = committed.statement().clone();
        Ok((statement, committed.prove()?))
    }
}

impl<F: Field> Committed<F> {
    /// What is going to be proven.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Proves, and verifies the proof.
    ///
    /// # Errors
    /// A scheme that fails.
    pub fn prove(mut self) -> Result<sealed::Proof, DenseError> {
        let _ = self.reads.prove(&mut *self.session, &self.key.table);
        let proof = self.session.finish()?;
        let verdict = self.key.verifying.verify(&self.statement, &proof);
        verdict.map_err(DenseError::Unsound)?;
        Ok(proof)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::registry::lookups;
    use ark_bn254::Fr;
    use commitments::{CacheDir, Registry};

    /// Four reads are no proof of three of them: what is committed beyond the reads is 0.
    #[test]
    fn commitments_hold_the_reads_and_zeros() {
        let source = Setup::InsecureTest {
            cache: CacheDir::Off,
        };
        let schemes = Registry::<Fr>::builtin();
        let scheme = schemes.get("pst13").unwrap();
        for argument in lookups() {
            let name = argument.name();
            let table = DenseTable::range(8).unwrap();
            let key = setup(&**scheme, &source, argument, table, 4).unwrap();
            let verdict = |indices: &[u64], count| {
                let mut committed = key.commit_stating(indices, count).unwrap();
                let statement = committed.statement().clone();
                let _ = committed.reads.prove(&mut *committed.session, &key.table);
                let proof = committed.session.finish().unwrap();
                key.verifying_key().verify(&statement, &proof)
            };
            assert_eq!(verdict(&[7, 255, 0, 31], 4), Ok(()), "{name}");
            assert_eq!(verdict(&[7, 255, 0], 3), Ok(()), "{name}");
            let padded = "padding: index".to_owned();
            let refused = Err(VerifyError::Check { check: padded });
            assert_eq!(verdict(&[7, 255, 0, 31], 3), refused, "{name}");
            // Zeros beyond the reads are what is stated, whoever calls them reads.
            assert_eq!(verdict(&[7, 255, 31, 0], 3), Ok(()), "{name}");
        }
    }
}
