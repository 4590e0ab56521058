//! Keys for one table, and proofs of reads of it: commit, prove, verify. The same lines for every kind of table and
//! every argument.
//!
//! A proof says of committed columns that they hold what some reads return. It has their commitments in it,
//! and so has the [`Statement`]: whoever has other statements about the same commitments can compare them.
//!
//! ```
//! use commitments::{CacheDir, Setup};
//! use instruction_tables::tables::AutomatonTable;
//! use instruction_tables::{Automaton, Kind, interleave};
//! use jolt_core::lookup::api::setup;
//! use jolt_core::registry::Registry;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let source = Setup::InsecureTest { cache: CacheDir::Off };
//! // How many bits two numbers of 32 bits differ in: a table of 2^64 entries.
//! let distance = Automaton::emitting(32, |_, a, b| (a - b).abs());
//! let table = AutomatonTable::new("DISTANCE", Kind::Pair, distance)?.leak();
//! let registry = Registry::builtin();
//! let scheme = registry.schemes().get("pst13").ok_or("no such scheme")?;
//! let argument = registry.lookup("shout").ok_or("no such argument")?;
//!
//! let key = setup(&**scheme, &source, argument.clone(), table, 16)?; // at most 16 reads
//! let (statement, proof) = key.prove(&[interleave(0b1100, 0b1010), interleave(7, 0)])?;
//! key.verifying_key().verify(&statement, &proof)?;
//! # Ok(())
//! # }
//! ```
//!
//! A [table](LookupTable) is a bit automaton, of the machine or of one's own; or it is
//! [dense](super::dense): entries that the verifier knows, a formula, a range, or columns without structure that the
//! key has commitments to. What an index is follows from that: the bits of an automaton's index, of both operands
//! [interleaved](instruction_tables::interleave) for a table of pairs; or the number of an entry.
//!
//! Protocol and transcript: for automata [`standalone`](super::standalone), in as many rows as the key allows reads;
//! for dense tables [`dense::protocol`](super::dense::protocol), in as many as there are reads. Rows are rounded up to
//! a power of two, at least 2. Check of this module: the commitments in the proof are those of the statement,
//! `lookup/outputs` for automata, `dense/outputs` for dense tables. Cost: that of the argument, and for a prover one
//! verification.
//!
//! Over a channel of one's own, and for reads of several tables: [`Lookups`], and the two modules named.

mod lookups;
mod table;
#[cfg(test)]
mod tests;

pub use lookups::Lookups;
pub use table::LookupTable;

use super::dense::DenseTable;
use super::dense::protocol::{self, DenseReads, OutOfRange};
use super::standalone::{self, cycle_vars};
use super::{LookupArgument, dense};
use commitments::{
    Keys, PcsError, ProverSession, Scheme, Setup, SetupError, VerifierSession, sealed,
};
use std::sync::Arc;
use sumcheck::{Checks, Field, Oracle, ProverChannel, VerifierChannel, VerifyError};
use table::KnownTable;

/// Why there is no key, or no proof.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// The argument does not serve such a table.
    #[error("{argument} cannot serve {table}: {cause}")]
    NotSupported {
        /// The argument.
        argument: &'static str,
        /// The table.
        table: String,
        /// Why.
        cause: String,
    },
    /// The verifier has nothing of the table yet.
    #[error("no key of the table")]
    NoKey,
    /// There are no keys of the scheme.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The table could not be committed.
    #[error("commit table: {0}")]
    Commit(#[from] PcsError),
    /// An index that a dense table does not have.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// An index that has more bits than those of the table.
    #[error(
        "read {read} is at index {index:#x}, and indices of table {table} have {index_bits} bits"
    )]
    TooLong {
        /// Number of the read.
        read: usize,
        /// Its index.
        index: u128,
        /// The table.
        table: String,
        /// Bits of its indices.
        index_bits: usize,
    },
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
    /// the reads in order, then zeros, which are proven too. An automaton has one column.
    pub outputs: Vec<Vec<u8>>,
}

/// What a verifier needs.
#[derive(Clone)]
pub struct VerifyingKey<F: Field> {
    argument: Arc<dyn LookupArgument<F>>,
    table: KnownTable<F>,
    scheme: Arc<dyn commitments::VerifyingKey<F>>,
    max_reads: usize,
}

/// What a prover needs.
#[derive(Clone)]
pub struct ProvingKey<F: Field> {
    /// The entries, if the table is dense.
    dense: Option<Arc<DenseTable<F>>>,
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
    table: impl Into<LookupTable<F>>,
    max_reads: usize,
) -> Result<ProvingKey<F>, LookupError> {
    let (table, vars) = (table.into(), cycle_vars(max_reads));
    let supported = table.supported_by(&*argument, vars);
    supported.map_err(|cause| LookupError::NotSupported {
        argument: argument.name(),
        table: table.name().to_owned(),
        cause,
    })?;
    let Keys { proving, verifying } = scheme.setup(table.setup_vars(vars), source)?;
    let (known, dense) = match table {
        LookupTable::Automaton(table) => (KnownTable::Automaton(table), None),
        LookupTable::Dense(table) => {
            let public = table.public(|poly| proving.commit(poly))?;
            (KnownTable::Dense(public), Some(Arc::new(table)))
        }
    };
    Ok(ProvingKey {
        dense,
        scheme: proving,
        verifying: VerifyingKey {
            argument,
            table: known,
            scheme: verifying,
            max_reads,
        },
    })
}

impl<F: Field> VerifyingKey<F> {
    fn dense(&self) -> Result<&dyn dense::DenseArgument<F>, VerifyError> {
        let dense = self.argument.dense();
        dense.ok_or_else(|| VerifyError::NotAllowed {
            cause: format!("{} does not serve dense tables", self.argument.name()),
        })
    }

    /// The table's name.
    pub fn table_name(&self) -> &str {
        self.table.name()
    }

    /// The scheme's key.
    pub fn scheme(&self) -> &Arc<dyn commitments::VerifyingKey<F>> {
        &self.scheme
    }

    /// What a channel is bound to.
    fn bound(&self, reads: usize) -> Vec<u8> {
        match &self.table {
            KnownTable::Automaton(table) => {
                let shape = table::shape(*table, cycle_vars(self.max_reads));
                standalone::statement(&shape, &table::selection(*table, reads))
            }
            KnownTable::Dense(table) => protocol::statement(table, cycle_vars(reads), reads),
        }
    }

    fn stated<'a>(&self, bound: &'a [u8]) -> sealed::Statement<'a> {
        let (protocol, part) = self.table.labels();
        sealed::Statement::new(protocol)
            .with("argument", self.argument.name().as_bytes())
            .with(part, bound)
    }

    fn allowed(&self, reads: usize) -> Result<(), LookupError> {
        match reads > self.max_reads {
            true => Err(LookupError::TooMany {
                reads,
                max: self.max_reads,
            }),
            false => Ok(()),
        }
    }

    /// The oracles of the outputs, if so many reads are proven to return them.
    fn outputs(
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

/// Reads of either kind that are committed.
enum Started<F: Field> {
    Automaton(standalone::Committed<F>, standalone::Columns),
    Dense(Box<protocol::Committed<F>>, Arc<DenseTable<F>>),
}

impl<F: Field> Started<F> {
    fn prove(self, channel: &mut dyn ProverChannel<F>) {
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
    session: Box<dyn ProverSession<F>>,
    started: Started<F>,
    statement: Statement,
}

impl<F: Field> ProvingKey<F> {
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
    fn commit_stating(&self, indices: &[u128], count: usize) -> Result<Committed<F>, LookupError> {
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

impl<F: Field> Committed<F> {
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
