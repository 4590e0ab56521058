//! Lookup arguments are reductions.
//!
//! A lookup argument turns claims about what a sequence of reads returned, at a random cycle, into
//! claims about polynomials it committed itself and about the caller's selector columns. Standalone
//! use is commit → reduce → open; in the machine any argument can serve instruction execution.
//!
//! Statement, for `T` reads: read `j` selects at most one table and an index of `2W` bits, and
//!
//! ```text
//! out(j)   = table_j(index_j)                               (0 without a table)
//! left(j)  = left operand of index_j,  0 unless pair(j)
//! right(j) = right operand if pair(j), the whole index if single(j), else 0
//! ```
//!
//! In company ([`LookupVerifier::reduce_beside`]) an argument proves other relations with its own, and leaves those that
//! are better proven later.
//!
//! The selector columns `selects_t`, `pair`, `single` belong to the caller (bytecode, or public).
//!
//! On their own, reads of any table are committed, proven and verified by keys: [`api`].
//!
//! Tables are bit automata, those of the machine or any other. Tables that are none, of at most `2^22`
//! entries, are [`dense`]; an argument serves them by a second, simpler path.

pub mod api;
pub mod decomposition;
pub mod dense;
pub mod lasso;
pub mod logup_gkr;
pub mod naive;
#[cfg(feature = "prover")]
mod prover;
pub mod recorded;
pub mod selectors;
pub mod shout;
pub mod standalone;
#[cfg(feature = "prover")]
pub mod testkit;
pub mod written_out;

#[cfg(feature = "prover")]
pub use prover::{LookupProver, ProveLookup};

use crate::facts::Facts;
use decomposition::CutError;
use instruction_tables::tables::{AutomatonError, Table, pinned};
use sumcheck::batch::{self, Late};
use sumcheck::{Field, Label, Point, Reduced, Relation, Value, VerifierChannel, VerifyError};

/// Size and tables of a lookup instance; fixed in the verifying key.
#[derive(Clone)]
pub struct LookupShape {
    /// `log2 T`.
    pub cycle_vars: usize,
    /// Bits of an index, `2W`; even.
    pub index_bits: usize,
    /// The tables that reads may select: those of the registry, or of one's own
    /// ([`AutomatonTable`](instruction_tables::tables::AutomatonTable)).
    pub tables: Vec<&'static dyn Table>,
}

impl LookupShape {
    /// Whether the tables belong to the index, keys pin them ([`pinned`]), and selectors of them fit a byte;
    /// and whether reads can be counted. Every argument asks this before it looks at anything else.
    ///
    /// # Errors
    /// Why not.
    pub fn fits_tables(&self) -> Result<(), ShapeError> {
        let most = dense::MAX_CYCLE_VARS;
        if self.cycle_vars > most {
            let vars = self.cycle_vars;
            return Err(ShapeError::Rows { vars, most });
        }
        let tables = self.tables.len();
        if tables >= usize::from(Reads::NO_TABLE) {
            return Err(ShapeError::Tables { tables });
        }
        let names = self.tables.iter().map(|table| table.name());
        for (t, name) in names.clone().enumerate() {
            if names.clone().take(t).any(|other| other == name) {
                let name = name.to_owned();
                return Err(ShapeError::SameName { name });
            }
        }
        for table in &self.tables {
            pinned(*table)?;
            if table.index_bits() != self.index_bits {
                return Err(ShapeError::IndexBits {
                    table: table.name().to_owned(),
                    found: table.index_bits(),
                    expected: self.index_bits,
                });
            }
        }
        Ok(())
    }
}

/// What makes a shape one that no argument serves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// More rows than can be counted.
    #[error("2^{vars} rows, at most 2^{most}")]
    Rows {
        /// `log2` of the rows.
        vars: usize,
        /// `log2` of the most.
        most: usize,
    },
    /// More tables than selectors have numbers.
    #[error("{tables} tables are too many")]
    Tables {
        /// How many.
        tables: usize,
    },
    /// A name that stands for two tables.
    #[error("two tables are called {name}")]
    SameName { name: String },
    /// A table that keys do not pin.
    #[error(transparent)]
    Table(#[from] AutomatonError),
    /// A table of another index.
    #[error("table {table} has {found} index bits, not {expected}")]
    IndexBits {
        table: String,
        /// Its index bits.
        found: usize,
        /// Those of the shape.
        expected: usize,
    },
}

/// Why an argument does not serve lookups.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// No argument does.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The tables cannot be cut.
    #[error(transparent)]
    Cut(#[from] CutError),
    /// An index is to be one element of the field, and is not.
    #[error("the field is too small for {index_bits} index bits")]
    Field {
        /// Bits of an index.
        index_bits: usize,
    },
    /// There is nothing to look up in.
    #[error("there is no table")]
    NoTable,
    /// Committed values would be too long.
    #[error("values of {table} exceed 65 bits")]
    Values { table: String },
    /// What a prover computes with would be too long.
    #[error("states of {table} exceed 120 bits")]
    States { table: String },
    /// Chunks have more values than there are rows.
    #[error("chunks of two bits need four rows, not {rows}")]
    FewRows {
        /// How many there are.
        rows: usize,
    },
    /// The index is not made of whole groups of digits.
    #[error("{index_bits} index bits are no multiple of {group}")]
    Groups {
        /// Bits of an index.
        index_bits: usize,
        /// Bits of a group.
        group: usize,
    },
    /// The index is none of a dense table.
    #[error("{index_bits} index bits, where a dense table has 1 to {most}")]
    DenseIndex {
        /// Bits of an index.
        index_bits: usize,
        /// Of the longest.
        most: usize,
    },
    /// Tables are written out, and these are too large.
    #[error("tables are written out, and those of {bits} index bits exceed {most}")]
    WrittenOut {
        /// Bits of an index.
        bits: usize,
        /// Of the longest.
        most: usize,
    },
    /// An entry is written out for each index and read, and these are too many.
    #[error(
        "an entry is written out for each index and read, and 2^{vars} entries exceed 2^{most}"
    )]
    Entries {
        /// `log2` of the entries.
        vars: usize,
        /// `log2` of the most.
        most: usize,
    },
    /// The argument is one for tables with structure alone.
    #[error("it has no path for dense tables")]
    Dense,
    /// What an argument from elsewhere says.
    #[error("{cause}")]
    Other { cause: String },
}

impl From<Unsupported> for VerifyError {
    fn from(unsupported: Unsupported) -> Self {
        VerifyError::NotAllowed {
            cause: unsupported.to_string(),
        }
    }
}

/// The reads, real ones only: padding reads index 0 and selects nothing.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// The index of every read.
    pub index: Vec<u128>,
    /// Position in [`LookupShape::tables`] of the selected table, or [`Reads::NO_TABLE`].
    pub table: Vec<u8>,
    /// Whether the read exposes a pair of operands, one operand, or none.
    pub operands: Vec<Exposed>,
}

impl Reads {
    /// Selects no table.
    pub const NO_TABLE: u8 = u8::MAX;
}

/// What a read exposes as `left` and `right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposed {
    /// Nothing.
    Nothing,
    /// `left` and `right` are the two interleaved halves of the index.
    Pair,
    /// `right` is the whole index.
    Single,
}

/// Claims on the columns `out`, `left` and `right` at one cycle point. Already absorbed.
#[derive(Clone, Debug)]
#[must_use = "a claim must be consumed"]
pub struct ReadClaim<F, V> {
    /// Cycle point.
    pub point: Point<F>,
    /// `out(point)`.
    pub out: V,
    /// `left(point)`.
    pub left: V,
    /// `right(point)`.
    pub right: V,
}

/// The claim left on the caller's selector columns:
/// `Σ_t tables[t] · selects_t(point) + pair · pair(point) + single · single(point) = value`.
#[derive(Clone, Debug)]
#[must_use = "a claim must be consumed"]
pub struct SelectorClaim<F, V> {
    /// Cycle point.
    pub point: Point<F>,
    /// Public coefficient of each table's selector.
    pub tables: Vec<F>,
    /// Public coefficient of `pair`.
    pub pair: F,
    /// Public coefficient of `single`.
    pub single: F,
    /// The claimed sum, already absorbed.
    pub value: V,
}

/// What is left of reads that were proven in company.
#[must_use = "claims must be consumed"]
pub struct Left<F, V, P> {
    /// The claim on the selectors.
    pub selectors: SelectorClaim<F, V>,
    /// What the other relations leave.
    pub others: Vec<Reduced<F, V>>,
    /// Relations over cycles that are to be proven yet.
    pub late: Vec<Late<F, V, P>>,
}

/// What the challenge hides that output and operands are combined by: [`Note::Risk`](sumcheck::Note::Risk).
pub const EXPOSED: &str = "output and both operands";
/// What the challenge hides that claims on selectors are combined by.
pub const SELECTORS: &str = "claims on selectors";

/// As many values as there have to be.
///
/// # Errors
/// There is another number of them.
pub(in crate::lookup) fn exactly<const N: usize, T: Copy>(
    label: &str,
    values: &[T],
) -> Result<[T; N], VerifyError> {
    values.try_into().map_err(|_| VerifyError::Malformed {
        label: label.to_owned(),
        cause: "another number of values".to_owned(),
    })
}

/// A lookup argument, as verifiers know it. Registered by name; new ones need no change elsewhere. What proves is
/// [`ProveLookup`].
pub trait LookupArgument<F: Field>: Send + Sync {
    /// Name on the command line and in reports.
    fn name(&self) -> &'static str;

    /// What the argument is like, for people to compare. Nothing depends on it.
    fn facts(&self) -> Facts {
        Facts::LOOKUP
    }

    /// Whether the argument can serve lookups of this shape.
    ///
    /// # Errors
    /// Why not.
    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported>;

    /// The argument as one over [`dense`] tables, if it serves those.
    fn dense(&self) -> Option<&dyn dense::DenseArgument<F>> {
        None
    }

    /// Receives what the prover commits, before any challenge is drawn.
    ///
    /// # Errors
    /// A shape that is not supported, or a proof that ends early.
    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError>;
}

/// A verifier that has received the commitments.
pub trait LookupVerifier<F: Field>: Send {
    /// Verifies the claims.
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError>;

    /// The same, in company: relations that are claimed at the same cycle point, over cycles at last, are proven, too,
    /// in a batch of the argument's if it has one at this point; and relations over cycles that nothing waits for are
    /// left to whoever has more of them. An argument that has neither need not say so: then the others are a batch of
    /// their own, of this name.
    ///
    /// # Errors
    /// As [`Self::reduce`].
    fn reduce_beside(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
        (batch, others): (Label, Vec<(Relation<F>, Value)>),
    ) -> Result<Left<F, Value, ()>, VerifyError> {
        let others = match others.is_empty() {
            true => Vec::new(),
            false => batch::verify_all(channel, batch, others)?,
        };
        Ok(Left {
            selectors: self.reduce(channel, claim)?,
            others,
            late: Vec::new(),
        })
    }
}
