//! Keys for one table, and proofs of reads of it: commit, prove, verify. The same lines for every kind of table and
//! every argument.
//!
//! A proof says of committed columns that they hold what some reads return. It has their commitments in it,
//! and so has the [`Statement`]: whoever has other statements about the same commitments can compare them. Equal commitments
//! under keys of one scheme and setup are of one column, if the reads take as many rows; a commitment by itself does not
//! say of how many it is. Indices
//! are no part of the statement: reads at other indices that return the same have the same statement, and one
//! proof serves both. Where it matters which entry was read, a dense table gets a column that holds the index.
//!
//! ```
//! use commitments::{CacheDir, Setup};
//! use instruction_tables::tables::AutomatonTable;
//! use instruction_tables::{Automaton, Kind, interleave};
//! use jolt_core::lookup::api::setup;
//! use jolt_core::registry::Registry;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let source = Setup::Builtin { cache: CacheDir::Off };
//! // How many bits two numbers of 32 bits differ in: a table of 2^64 entries.
//! let distance = Automaton::emitting(32, |_, a, b| (a - b).abs());
//! let table = AutomatonTable::new("DISTANCE", Kind::Pair, distance)?.leak();
//! let registry = Registry::builtin();
//! let scheme = registry.schemes().get("hyrax").ok_or("no such scheme")?;
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
//! # Proofs that tell nothing
//!
//! Keys of [`hiding_setup`] make proofs that show their statement and nothing else, with schemes that hide: of what was read
//! and where, there are commitments that are blinded. *Public* are the table, the most reads, how many reads there are, and
//! that their commitments are those of another statement, if they are. A blinding is fresh for each proof, so that commitments
//! to one column differ. To have several statements about one commitment, keep what it was blinded with:
//!
//! ```
//! use commitments::{CacheDir, Setup};
//! use jolt_core::lookup::api::hiding_setup;
//! use jolt_core::lookup::dense::DenseTable;
//! use jolt_core::registry::Registry;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let source = Setup::Builtin { cache: CacheDir::Off };
//! # let registry = Registry::builtin();
//! # let scheme = registry.schemes().get("hyrax").ok_or("no such scheme")?;
//! # let argument = registry.lookup("logup-gkr").ok_or("no such argument")?;
//! let key = |table| hiding_setup(&**scheme, &source, argument.clone(), table, 4);
//! let bytes = key(DenseTable::range(8)?)?;
//! let odd = key(DenseTable::explicit("ODD", vec![(0..8).map(|x| 2 * x + 1).collect()])?)?;
//!
//! // Numbers that are below 2^8, and odd.
//! let committed = bytes.commit(&[7, 13, 3, 1])?;
//! let kept = committed.outputs().to_vec(); // a commitment and its blinding, which is secret
//! let first = (committed.statement().clone(), committed.prove()?);
//! let committed = odd.commit_to(&[3, 6, 1, 0], &[Some(kept[0].clone())])?;
//! let second = (committed.statement().clone(), committed.prove()?);
//!
//! assert_eq!(first.0.outputs, second.0.outputs); // whoever has both statements sees that it is one column
//! bytes.verifying_key().verify(&first.0, &first.1)?;
//! odd.verifying_key().verify(&second.0, &second.1)?;
//! # Ok(())
//! # }
//! ```
//!
//! Over a channel of one's own, and for reads of several tables: [`Lookups`], and the two modules named.

mod lookups;
#[cfg(feature = "prover")]
mod prover;
mod table;
#[cfg(test)]
mod tests;
mod verifier;

pub use lookups::Lookups;
#[cfg(feature = "prover")]
pub use prover::{Committed, ProvingKey, hiding_setup, setup};
pub use table::LookupTable;
pub use verifier::{VerifyingKey, hiding_verifying_key, verifying_key};

use super::Unsupported;
use super::dense::protocol::OutOfRange;
#[cfg(feature = "prover")]
use commitments::sealed::SealError;
use commitments::{PcsError, SetupError};
use sumcheck::VerifyError;

/// Why there is no key, or no proof.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// The argument does not serve such a table.
    #[error("{argument} cannot serve {table}: {cause}")]
    NotSupported {
        argument: &'static str,
        table: String,
        cause: Unsupported,
    },
    /// The verifier has nothing of the table yet.
    #[error("no key of the table")]
    NoKey,
    /// A table that verifiers have commitments to, and these come with a prover's setup.
    #[error("table {table} is known by commitments, which a prover's setup makes")]
    KnownByCommitments { table: String },
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
        index: u128,
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
    /// Commitments to another number of columns than the table has.
    #[error("{found} commitments, and table {table} has {columns} columns")]
    Outputs {
        /// How many are given.
        found: usize,
        /// Columns of the table.
        columns: usize,
        table: String,
    },
    /// The proof could not be sealed.
    #[cfg(feature = "prover")]
    #[error(transparent)]
    Seal(#[from] SealError),
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
