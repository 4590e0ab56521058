//! A lookup argument on its own: commit, reduce, open.
//!
//! Statement: the committed column `out` holds what `T` reads of committed indices return,
//! `out(j) = table_j(index_j)`. Which table each read selects, and what it exposes, is public.
//!
//! Protocol: the argument's commitments; `out`; a random cycle point `r`; the claims `out(r)`,
//! `left(r)`, `right(r)`; the argument's reduction, whose claim on the selectors the verifier
//! checks itself; `out(r)` is opened. The operands are bound by the argument alone.
//!
//! Over a channel that hides, that is all that is told: the shape, the number of reads, and with [`Selection::Each`] which
//! table each read selects and whether it exposes operands.
//!
//! Shape and selection are part of the statement: the caller binds them to the channel, for example
//! by [`statement`]. Reads of a real execution come from a file of [`super::recorded`] reads.

#[cfg(feature = "prover")]
mod prover;
mod verifier;

use super::{Exposed, LookupShape, Reads, SelectorClaim, ShapeError};
use instruction_tables::deinterleave;
use instruction_tables::tables::{Kind, Table};
#[cfg(feature = "prover")]
pub use prover::{Committed, commit, prove, prove_columns};
use std::sync::Arc;
use sumcheck::{EvalClaim, Field, Label, Oracle, Point, VerifyError, Weights};
pub use verifier::{verify, verify_out};

/// Under which the column that reads return is committed.
pub const OUT: Label = "lookup out";

/// What the verifier knows of the reads.
#[derive(Clone, Debug)]
pub enum Selection {
    /// Every read selects one table of the shape.
    One {
        /// Position of the table.
        table: usize,
        /// What every read exposes.
        exposed: Exposed,
        /// Number of reads, at most `T`.
        reads: usize,
    },
    /// Any table for each read.
    Each {
        /// Positions of the tables, or [`Reads::NO_TABLE`].
        table: Vec<u8>,
        /// What the reads expose, one for each.
        operands: Vec<Exposed>,
    },
}

impl Selection {
    /// The selection of these reads.
    pub fn of(reads: &Reads) -> Self {
        Selection::Each {
            table: reads.table.clone(),
            operands: reads.operands.clone(),
        }
    }

    /// The same selection, as [`Selection::One`] if all reads are alike and select a table.
    pub fn shortest(self) -> Self {
        let Selection::Each { table, operands } = &self else {
            return self;
        };
        match (table.first(), operands.first()) {
            (Some(&first), Some(&exposed))
                if first != Reads::NO_TABLE
                    && table.iter().all(|t| *t == first)
                    && operands.iter().all(|o| *o == exposed) =>
            {
                Selection::One {
                    table: first.into(),
                    exposed,
                    reads: table.len(),
                }
            }
            _ => self,
        }
    }

    /// Number of reads.
    pub fn reads(&self) -> usize {
        match self {
            Selection::One { reads, .. } => *reads,
            Selection::Each { table, .. } => table.len(),
        }
    }

    /// Whether the selection fits the shape, and the shape's tables are [such](LookupShape::fits_tables).
    ///
    /// # Errors
    /// Why not.
    pub fn fits(&self, shape: &LookupShape) -> Result<(), SelectionError> {
        shape.fits_tables()?;
        let (reads, rows) = (self.reads(), 1usize << shape.cycle_vars);
        if reads > rows {
            return Err(SelectionError::Rows { reads, rows });
        }
        let tables = shape.tables.len();
        let known = |table: usize| match table < tables {
            true => Ok(()),
            false => Err(SelectionError::Table { table, tables }),
        };
        match self {
            Selection::One { table, .. } => known(*table),
            Selection::Each { table, operands } if table.len() != operands.len() => {
                Err(SelectionError::Operands {
                    tables: table.len(),
                    operands: operands.len(),
                })
            }
            Selection::Each { table, .. } => {
                let mut selected = table.iter().filter(|t| **t != Reads::NO_TABLE);
                selected.try_for_each(|t| known(usize::from(*t)))
            }
        }
    }

    /// The selectors' side of a claim, at its point. Linear in the number of reads for
    /// [`Selection::Each`], however many rows there are; logarithmic for [`Selection::One`].
    pub fn evaluate<F: Field, V>(&self, claim: &SelectorClaim<F, V>) -> F {
        let exposed = |exposed: Exposed| match exposed {
            Exposed::Nothing => F::zero(),
            Exposed::Pair => claim.pair,
            Exposed::Single => claim.single,
        };
        let weight = |table: usize| claim.tables.get(table).copied().unwrap_or_default();
        match self {
            Selection::One {
                table,
                exposed: operands,
                reads,
            } => (weight(*table) + exposed(*operands)) * claim.point.prefix_sum(*reads),
            Selection::Each { table, operands } => table
                .iter()
                .zip(operands)
                .zip(first_rows(&claim.point, table.len()))
                .map(|((t, o), eq)| eq * (weight(usize::from(*t)) + exposed(*o)))
                .sum(),
        }
    }
}

/// Why a selection does not fit a shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// No selection does.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// More reads than rows.
    #[error("{reads} reads in {rows} rows")]
    Rows {
        /// How many reads.
        reads: usize,
        /// How many rows.
        rows: usize,
    },
    /// A table that is not there.
    #[error("table {table} of {tables}")]
    Table {
        /// Its position.
        table: usize,
        /// How many there are.
        tables: usize,
    },
    /// Another number of reads select than expose.
    #[error("{tables} tables and {operands} operands")]
    Operands {
        /// How many select.
        tables: usize,
        /// How many expose.
        operands: usize,
    },
}

impl From<SelectionError> for VerifyError {
    fn from(error: SelectionError) -> Self {
        VerifyError::NotAllowed {
            cause: error.to_string(),
        }
    }
}

/// `eq(point, j)` for the first rows, as many as are asked for or up to twice as many.
fn first_rows<F: Field>(point: &Point<F>, rows: usize) -> Vec<F> {
    let vars = rows.max(1).next_power_of_two().ilog2() as usize;
    let (low, high) = point.split_at(vars);
    low.eq_table_scaled(high.eq_index(0))
}

/// Reads to prove on their own, with what the verifier has to know of them.
#[derive(Clone)]
pub struct Instance {
    /// Size and tables.
    pub shape: LookupShape,
    /// The reads: the prover's.
    pub reads: Arc<Reads>,
    /// Which tables they select, and what they expose: the verifier's.
    pub selection: Selection,
}

impl Instance {
    /// The instance of these reads, with the shortest selection that says what they select.
    pub fn new(shape: LookupShape, reads: Reads) -> Self {
        let selection = Selection::of(&reads).shortest();
        Instance {
            shape,
            reads: Arc::new(reads),
            selection,
        }
    }
}

/// What a read of a table exposes, if it exposes its operands at all.
pub fn exposure(table: &dyn Table) -> Exposed {
    match table.kind() {
        Kind::Pair => Exposed::Pair,
        Kind::Single => Exposed::Single,
    }
}

/// `log2` of the rows that so many reads need; at least 1.
pub fn cycle_vars(reads: usize) -> usize {
    reads.max(2).next_power_of_two().ilog2() as usize
}

/// The columns that a lookup defines, real rows only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Table entries.
    pub out: Vec<u64>,
    /// Left operands.
    pub left: Vec<u64>,
    /// Right operands, or whole indices.
    pub right: Vec<u128>,
}

impl Columns {
    /// What the reads return.
    pub fn of(shape: &LookupShape, reads: &Reads) -> Self {
        let mut columns = Columns::default();
        for ((index, table), exposed) in reads.index.iter().zip(&reads.table).zip(&reads.operands) {
            let table = shape.tables.get(usize::from(*table));
            columns.out.push(table.map_or(0, |t| t.entry(*index)));
            let (left, right) = match exposed {
                Exposed::Nothing => (0, 0),
                Exposed::Pair => {
                    let (left, right) = deinterleave(*index);
                    (left, u128::from(right))
                }
                Exposed::Single => (0, *index),
            };
            columns.left.push(left);
            columns.right.push(right);
        }
        columns
    }

    /// `out`, `left` and `right` at a cycle point.
    pub fn evaluate<F: Field>(&self, point: &Point<F>) -> [F; 3] {
        let rows = self.out.len().max(self.left.len()).max(self.right.len());
        let eq = first_rows(point, rows);
        let words = |column: &[u64]| column.iter().zip(&eq).map(|(x, e)| e.mul_u64(*x)).sum();
        let wide = self.right.iter().zip(&eq).map(|(x, e)| *e * F::from(*x));
        [words(&self.out), words(&self.left), wide.sum()]
    }
}

/// What the channel has to be bound to before anything else: an encoding of shape and selection.
pub fn statement(shape: &LookupShape, selection: &Selection) -> Vec<u8> {
    fn number(bytes: &mut Vec<u8>, x: usize) {
        bytes.extend((x as u64).to_le_bytes());
    }
    let code = |exposed: &Exposed| match exposed {
        Exposed::Nothing => 0u8,
        Exposed::Pair => 1,
        Exposed::Single => 2,
    };
    let mut bytes = Vec::new();
    number(&mut bytes, shape.cycle_vars);
    number(&mut bytes, shape.index_bits);
    number(&mut bytes, shape.tables.len());
    for table in &shape.tables {
        for part in [table.name().as_bytes(), table.definition()] {
            number(&mut bytes, part.len());
            bytes.extend(part);
        }
    }
    number(&mut bytes, selection.reads());
    match selection {
        Selection::One { table, exposed, .. } => {
            bytes.push(0);
            number(&mut bytes, *table);
            bytes.push(code(exposed));
        }
        Selection::Each { table, operands } => {
            bytes.push(1);
            bytes.extend(table);
            bytes.extend(operands.iter().map(code));
        }
    }
    bytes
}

fn claim_out<F: Field, V>(oracle: Oracle, point: &Point<F>, value: V) -> EvalClaim<F, V> {
    EvalClaim {
        terms: vec![(oracle, Weights::One, F::one())],
        point: point.clone(),
        value,
    }
}
