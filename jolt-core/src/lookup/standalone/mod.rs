//! A lookup argument on its own: commit, reduce, open.
//!
//! Statement: the committed column `out` holds what `T` reads of committed indices return,
//! `out(j) = table_j(index_j)`. Which table each read selects, and what it exposes, is public.
//!
//! Protocol: the argument's commitments; `out`; a random cycle point `r`; the claims `out(r)`,
//! `left(r)`, `right(r)`; the argument's reduction, whose claim on the selectors the verifier
//! checks itself; `out(r)` is opened. The operands are bound by the argument alone.
//!
//! Shape and selection are part of the statement: the caller binds them to the channel, for example
//! by [`statement`]. Reads of a real execution come from a file of [`super::recorded`] reads.

use super::{Exposed, LookupArgument, LookupProver, LookupShape, ReadClaim, Reads, SelectorClaim};
use instruction_tables::deinterleave;
use instruction_tables::tables::{Kind, Table};
use std::sync::Arc;
use sumcheck::kernel::eq_prefix_sum;
use sumcheck::{
    EvalClaim, Field, Note, Oracle, Point, Poly, ProverChannel, Shape, VerifierChannel,
    VerifyError, Weights,
};

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

    /// Whether the selection fits the shape, and the shape's tables are [such](LookupShape::fits_tables), or
    /// why not.
    pub fn fits(&self, shape: &LookupShape) -> Result<(), String> {
        shape.fits_tables()?;
        let rows = 1usize << shape.cycle_vars;
        if self.reads() > rows {
            return Err(format!("{} reads in {rows} rows", self.reads()));
        }
        let tables = shape.tables.len();
        match self {
            Selection::One { table, .. } if *table >= tables => {
                Err(format!("table {table} of {tables}"))
            }
            Selection::Each { table, operands } if table.len() != operands.len() => Err(format!(
                "{} tables and {} operands",
                table.len(),
                operands.len()
            )),
            Selection::Each { table, .. } => table
                .iter()
                .find(|t| **t != Reads::NO_TABLE && usize::from(**t) >= tables)
                .map_or(Ok(()), |t| Err(format!("table {t} of {tables}"))),
            Selection::One { .. } => Ok(()),
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
            } => (weight(*table) + exposed(*operands)) * eq_prefix_sum(&claim.point, *reads),
            Selection::Each { table, operands } => table
                .iter()
                .zip(operands)
                .zip(first_rows(&claim.point, table.len()))
                .map(|((t, o), eq)| eq * (weight(usize::from(*t)) + exposed(*o)))
                .sum(),
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

fn sample_point<F: Field>(vars: usize, mut sample: impl FnMut() -> F) -> Point<F> {
    Point((0..vars).map(|_| sample()).collect())
}

fn claim_out<F: Field, V>(oracle: Oracle, point: &Point<F>, value: V) -> EvalClaim<F, V> {
    EvalClaim {
        terms: vec![(oracle, Weights::One, F::one())],
        point: point.clone(),
        value,
    }
}

/// Proves what the reads return.
///
/// # Panics
/// If the argument does not support the shape, or the reads do not fit it.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn LookupArgument<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
) {
    let columns = Columns::of(shape, &reads);
    prove_columns(channel, argument, shape, reads, &columns, &columns.out);
}

/// Claims that the reads return these columns, and commits an output column, true or not.
pub fn prove_columns<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn LookupArgument<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
    columns: &Columns,
    committed: &[u64],
) {
    commit(channel, argument, shape, reads, committed).prove(channel, columns);
}

/// Reads that are committed, and not yet proven.
pub struct Committed<F: Field> {
    prover: Box<dyn LookupProver<F>>,
    cycle_vars: usize,
    out: Oracle,
}

/// Commits reads and the column that they return: first message of the prover.
///
/// # Panics
/// If the argument does not support the shape, or the reads do not fit it.
pub fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn LookupArgument<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
    out: &[u64],
) -> Committed<F> {
    let prover = argument.commit(channel, shape, reads);
    let out = out.iter().map(|x| i128::from(*x)).collect();
    let poly = Arc::new(Poly::signed(shape.cycle_vars, out));
    Committed {
        prover,
        cycle_vars: shape.cycle_vars,
        out: channel.commit("lookup out", vec![poly])[0],
    }
}

impl<F: Field> Committed<F> {
    /// The oracle of what the reads return.
    pub fn out(&self) -> Oracle {
        self.out
    }

    /// Proves that the reads return these columns.
    pub fn prove(self, channel: &mut dyn ProverChannel<F>, columns: &Columns) {
        let point = sample_point(self.cycle_vars, || channel.sample("lookup/point"));
        let [out, left, right] = columns.evaluate(&point);
        channel.send("lookup claims", &[out, left, right]);
        let claim = ReadClaim {
            point: point.clone(),
            out,
            left,
            right,
        };
        // The verifier evaluates public selectors itself: nothing to prove about them.
        let SelectorClaim { .. } = self.prover.reduce(channel, claim);
        channel.claim_eval(claim_out(self.out, &point, out));
    }
}

/// Verifies what the reads return. Check: `lookup/selectors`, and those of the argument.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    argument: &dyn LookupArgument<F>,
    shape: &LookupShape,
    selection: &Selection,
) -> Result<(), VerifyError> {
    verify_out(channel, argument, shape, selection).map(|_| ())
}

/// The same, and the oracle of what the reads return, so that more can be claimed of it.
///
/// # Errors
/// As [`verify`].
pub fn verify_out<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    argument: &dyn LookupArgument<F>,
    shape: &LookupShape,
    selection: &Selection,
) -> Result<Oracle, VerifyError> {
    selection
        .fits(shape)
        .map_err(|cause| VerifyError::NotAllowed { cause })?;
    channel.note(Note::Phase("commit"));
    let verifier = argument.receive(channel, shape)?;
    let column = Shape {
        vars: shape.cycle_vars,
        radix: None,
    };
    let oracles = channel.oracles("lookup out", &[column])?;
    let point = sample_point(shape.cycle_vars, || channel.sample("lookup/point"));
    channel.risk(&["lookup/point"], "outputs of all reads", shape.cycle_vars);
    let values = channel.recv("lookup claims", 3)?;
    let (&[oracle], &[out, left, right]) = (oracles.as_slice(), values.as_slice()) else {
        return Err(VerifyError::Malformed {
            label: "lookup claims".to_owned(),
            cause: "another number of values".to_owned(),
        });
    };
    let claim = ReadClaim {
        point: point.clone(),
        out,
        left,
        right,
    };
    channel.note(Note::Phase("execute"));
    let selectors = verifier.reduce(channel, claim)?;
    let expected = selection.evaluate(&selectors);
    let difference = channel.linear(-expected, &[(F::one(), selectors.value)]);
    channel.assert_zero("lookup/selectors", difference)?;
    channel.claim_eval(claim_out(oracle, &point, out))?;
    Ok(oracle)
}
