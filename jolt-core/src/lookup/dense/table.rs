//! Tables, and what a verifier has of them.

#![allow(
    clippy::indexing_slicing,
    reason = "columns are of one length, which was compared"
)]

use super::MAX_INDEX_BITS;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use sumcheck::{Field, Fixed, Point, Poly, Transcript};

/// Index bits of the largest table that a verifier evaluates entry by entry.
pub const MAX_DIRECT_BITS: usize = 16;

/// The most columns.
pub const MAX_COLUMNS: usize = 64;

/// The extensions of all columns of a table at an index point; coordinate `k` belongs to bit `k`.
pub type Extension<F> = Arc<dyn Fn(&Point<F>) -> Vec<F> + Send + Sync>;

/// How the verifier evaluates a table's extension.
#[derive(Clone)]
pub enum Evaluation<F> {
    /// Entry by entry: `2^n` multiplications; at most [`MAX_DIRECT_BITS`] index bits.
    Direct,
    /// By a formula.
    Closed(Extension<F>),
    /// Not at all: the key has commitments to the columns.
    Committed,
}

/// What makes a table impossible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No columns, or too many.
    #[error("table {table} has {columns} columns, where 1 to {MAX_COLUMNS} belong")]
    Columns {
        table: String,
        /// How many.
        columns: usize,
    },
    /// Columns of different lengths.
    #[error("table {table}: column {column} has {found} entries, and column 0 has {expected}")]
    Uneven {
        table: String,
        column: usize,
        /// Its length.
        found: usize,
        /// That of column 0.
        expected: usize,
    },
    /// No entries, or too many.
    #[error("table {table} has {entries} entries, where 1 to 2^{max} belong{hint}")]
    Entries {
        table: String,
        /// How many.
        entries: usize,
        /// Index bits of the largest one of this kind.
        max: usize,
        /// What else there is.
        hint: &'static str,
    },
    /// A formula that is not the table's extension.
    #[error("table {table}: its formula is not the extension of its entries, {at}")]
    Formula {
        table: String,
        /// Where it is wrong.
        at: String,
    },
}

/// A table of at most `2^22` entries.
#[derive(Clone)]
pub struct DenseTable<F> {
    name: String,
    /// Entries that are not padding.
    len: usize,
    index_bits: usize,
    /// `2^n` entries each.
    columns: Vec<Arc<Vec<u64>>>,
    evaluation: Evaluation<F>,
}

impl<F: Field> std::fmt::Debug for DenseTable<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, len, columns) = (&self.name, self.len, self.columns.len());
        write!(f, "DenseTable({name}: {len} entries, {columns} columns)")
    }
}

impl<F: Field> DenseTable<F> {
    fn new(
        name: String,
        mut columns: Vec<Vec<u64>>,
        evaluation: Evaluation<F>,
    ) -> Result<Self, TableError> {
        if columns.is_empty() || columns.len() > MAX_COLUMNS {
            return Err(TableError::Columns {
                table: name,
                columns: columns.len(),
            });
        }
        let len = columns[0].len();
        if let Some(column) = columns.iter().position(|c| c.len() != len) {
            return Err(TableError::Uneven {
                column,
                found: columns[column].len(),
                expected: len,
                table: name,
            });
        }
        let (max, hint) = match &evaluation {
            Evaluation::Direct => (
                MAX_DIRECT_BITS,
                "; larger ones need a formula or a commitment (`unstructured`)",
            ),
            _ => (MAX_INDEX_BITS, ""),
        };
        if len == 0 || len > 1 << max {
            return Err(TableError::Entries {
                table: name,
                entries: len,
                max,
                hint,
            });
        }
        let index_bits = len.next_power_of_two().max(2).ilog2() as usize;
        for column in &mut columns {
            column.resize(1 << index_bits, column[0]);
        }
        Ok(DenseTable {
            name,
            len,
            index_bits,
            columns: columns.into_iter().map(Arc::new).collect(),
            evaluation,
        })
    }

    /// A table given by its entries, column by column, that the verifier knows: at most `2^16` entries.
    /// It is padded to a power of two, at least 2, by repeating entry 0.
    ///
    /// # Errors
    /// No columns, columns of different lengths, no entries or too many.
    pub fn explicit(name: impl Into<String>, columns: Vec<Vec<u64>>) -> Result<Self, TableError> {
        Self::new(name.into(), columns, Evaluation::Direct)
    }

    /// The same, known to the verifier by commitments in its key: at most `2^22` entries.
    ///
    /// # Errors
    /// No columns, columns of different lengths, no entries or too many.
    pub fn unstructured(
        name: impl Into<String>,
        columns: Vec<Vec<u64>>,
    ) -> Result<Self, TableError> {
        Self::new(name.into(), columns, Evaluation::Committed)
    }

    /// A table whose extension has a formula. It is checked by [`Self::check_formula`].
    ///
    /// # Errors
    /// As for [`Self::unstructured`]; and a formula of something else.
    pub fn closed(
        name: impl Into<String>,
        columns: Vec<Vec<u64>>,
        formula: impl Fn(&Point<F>) -> Vec<F> + Send + Sync + 'static,
    ) -> Result<Self, TableError> {
        let table = Self::new(name.into(), columns, Evaluation::Closed(Arc::new(formula)))?;
        table.check_formula()?;
        Ok(table)
    }

    /// The numbers below `2^bits`: a read of it proves a range.
    ///
    /// # Errors
    /// More than 22 bits, or none.
    pub fn range(bits: usize) -> Result<Self, TableError> {
        let bound = u32::try_from(bits)
            .ok()
            .and_then(|bits| 1u64.checked_shl(bits));
        Self::below(format!("RANGE{bits}"), bound.unwrap_or(u64::MAX))
    }

    /// The numbers below any bound. Indices from the bound up read 0.
    ///
    /// # Errors
    /// A bound of 0, or above `2^22`.
    pub fn range_below(bound: u64) -> Result<Self, TableError> {
        Self::below(format!("BELOW{bound}"), bound)
    }

    fn below(table: String, bound: u64) -> Result<Self, TableError> {
        let entries = usize::try_from(bound).unwrap_or(usize::MAX);
        if entries > 1 << MAX_INDEX_BITS {
            return Err(TableError::Entries {
                table,
                entries,
                max: MAX_INDEX_BITS,
                hint: "",
            });
        }
        let formula = move |point: &Point<F>| vec![sum_below(point, bound)];
        Self::closed(table, vec![(0..bound).collect()], formula)
    }

    /// That the formula is the extension of the entries: at random points, where another polynomial of
    /// degree one in each variable agrees with probability `n/p`, and at some indices. Nothing to check
    /// without a formula.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn check_formula(&self) -> Result<(), TableError> {
        let Evaluation::Closed(formula) = &self.evaluation else {
            return Ok(());
        };
        let wrong = |at: String| {
            Err(TableError::Formula {
                table: self.name.clone(),
                at,
            })
        };
        let mut transcript = Transcript::new("formula of a table");
        for _ in 0..2 {
            let coordinates = (0..self.index_bits).map(|_| transcript.sample("point"));
            let point = Point(coordinates.collect());
            if formula(&point) != self.evaluate_entries(&point) {
                return wrong("at a random point".to_owned());
            }
        }
        let entries = 1usize << self.index_bits;
        for index in (0..entries).step_by((entries / 32).max(1)) {
            let expected: Vec<F> = self.entry(index).map(F::from).collect();
            if formula(&Point::boolean(index as u128, self.index_bits)) != expected {
                return wrong(format!("at index {index}"));
            }
        }
        Ok(())
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// `n`.
    pub fn index_bits(&self) -> usize {
        self.index_bits
    }

    /// Entries that are not padding.
    pub fn entries(&self) -> usize {
        self.len
    }

    /// The columns, `2^n` entries each.
    pub fn columns(&self) -> &[Arc<Vec<u64>>] {
        &self.columns
    }

    /// How the verifier evaluates the extension.
    pub fn evaluation(&self) -> &Evaluation<F> {
        &self.evaluation
    }

    /// What a read at an index below `2^n` returns.
    pub fn entry(&self, index: usize) -> impl Iterator<Item = u64> {
        self.columns.iter().map(move |column| column[index])
    }

    /// The extensions of the columns, from their entries.
    fn evaluate_entries(&self, point: &Point<F>) -> Vec<F> {
        evaluate(&self.columns, point)
    }

    /// The columns as polynomials.
    pub fn polys(&self) -> Vec<Arc<Poly<F>>> {
        let poly = |column: &Arc<Vec<u64>>| {
            let rows = column.iter().map(|x| i128::from(*x)).collect();
            Arc::new(Poly::signed(self.index_bits, rows))
        };
        self.columns.iter().map(poly).collect()
    }

    /// What a verifier has of the table, where `commit` makes commitments.
    ///
    /// # Errors
    /// What `commit` says.
    pub fn public<E>(
        &self,
        commit: impl FnMut(&Arc<Poly<F>>) -> Result<Fixed<F>, E>,
    ) -> Result<PublicTable<F>, E> {
        let mut digest = Sha256::new();
        let mut number = |x: usize| digest.update((x as u64).to_le_bytes());
        number(self.name.len());
        number(self.len);
        number(self.columns.len());
        digest.update(self.name.as_bytes());
        let known = match &self.evaluation {
            Evaluation::Direct => {
                digest.update([0]);
                for column in &self.columns {
                    column.iter().for_each(|x| digest.update(x.to_le_bytes()));
                }
                Known::Entries(self.columns.clone())
            }
            Evaluation::Closed(formula) => {
                // The formula is pinned by its value at a point that depends on all that came before.
                let seed = digest.clone().finalize();
                let mut transcript = Transcript::new("a table's formula");
                transcript.absorb_bytes("table", &seed);
                let coordinates = (0..self.index_bits).map(|_| transcript.sample("point"));
                let point = Point(coordinates.collect());
                transcript.absorb("values", &formula(&point));
                let value: F = transcript.sample("digest");
                digest.update([1]);
                digest.update(value.to_string());
                Known::Formula(formula.clone())
            }
            Evaluation::Committed => {
                digest.update([2]);
                let polys = self.polys();
                Known::Commitments(polys.iter().map(commit).collect::<Result<_, E>>()?)
            }
        };
        Ok(PublicTable {
            name: self.name.clone(),
            len: self.len,
            index_bits: self.index_bits,
            first: self.entry(0).collect(),
            digest: digest.finalize().into(),
            known,
        })
    }

    /// What a verifier without a commitment scheme has of the table.
    pub fn in_the_clear(&self) -> PublicTable<F> {
        let clear = |poly: &Arc<Poly<F>>| Ok(Fixed::clear(poly.clone()));
        match self.public::<std::convert::Infallible>(clear) {
            Ok(table) => table,
            Err(never) => match never {},
        }
    }
}

/// What a verifier has of a table.
#[derive(Clone)]
pub struct PublicTable<F> {
    name: String,
    len: usize,
    index_bits: usize,
    first: Vec<u64>,
    digest: [u8; 32],
    known: Known<F>,
}

#[derive(Clone)]
enum Known<F> {
    Entries(Vec<Arc<Vec<u64>>>),
    Formula(Extension<F>),
    Commitments(Vec<Fixed<F>>),
}

impl<F: Field> PublicTable<F> {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `n`.
    pub fn index_bits(&self) -> usize {
        self.index_bits
    }

    /// Entries that are not padding.
    pub fn entries(&self) -> usize {
        self.len
    }

    /// Entry 0, column by column.
    pub fn first(&self) -> &[u64] {
        &self.first
    }

    /// Commitments of the columns, if that is how they are known.
    pub fn commitments(&self) -> Option<&[Fixed<F>]> {
        match &self.known {
            Known::Commitments(fixed) => Some(fixed),
            _ => None,
        }
    }

    /// The extensions of all columns, if the verifier evaluates them.
    pub fn evaluate(&self, point: &Point<F>) -> Option<Vec<F>> {
        match &self.known {
            Known::Entries(columns) => Some(evaluate(columns, point)),
            Known::Formula(formula) => Some(formula(point)),
            Known::Commitments(_) => None,
        }
    }

    /// What a channel has to be bound to: name, sizes, entry 0, and what the columns are known by.
    /// Commitments are not in it; they are absorbed as oracles.
    pub fn statement(&self) -> Vec<u8> {
        let mut bytes = self.digest.to_vec();
        bytes.extend((self.index_bits as u64).to_le_bytes());
        bytes.extend(self.first.iter().flat_map(|x| x.to_le_bytes()));
        bytes
    }
}

fn evaluate<F: Field>(columns: &[Arc<Vec<u64>>], point: &Point<F>) -> Vec<F> {
    // Verifiers come here: no packed arithmetic.
    let eq = point.eq_table();
    let value = |column: &Arc<Vec<u64>>| column.iter().zip(&eq).map(|(x, e)| e.mul_u64(*x)).sum();
    columns.iter().map(value).collect()
}

/// `Σ_{k < bound} k · eq(point, k)`, in one step per variable.
fn sum_below<F: Field>(point: &Point<F>, bound: u64) -> F {
    // Σ_k k · eq over the variables below each one is the index itself, extended.
    let mut lower = vec![F::zero()];
    for (k, x) in point.0.iter().enumerate() {
        lower.push(lower[k] + x.mul_u64(1 << k));
    }
    if u128::from(bound) >= 1 << point.vars() {
        return lower[point.vars()];
    }
    // From the top: where the bound has a 1, indices with a 0 there are all below.
    let (mut equal, mut prefix, mut sum) = (F::one(), 0u64, F::zero());
    for (k, x) in point.0.iter().enumerate().rev() {
        if (bound >> k) & 1 == 1 {
            sum += equal * (F::one() - x) * (F::from(prefix) + lower[k]);
            prefix += 1 << k;
            equal *= x;
        } else {
            equal *= F::one() - x;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;

    #[test]
    fn ranges_have_their_formula_for_every_bound() {
        for bound in 1..70 {
            let table = DenseTable::<Fr>::range_below(bound).unwrap();
            assert_eq!(table.entries(), bound as usize);
        }
        assert_eq!(DenseTable::<Fr>::range(5).unwrap().index_bits(), 5);
        for bits in [23, 64, 1000] {
            let error = DenseTable::<Fr>::range(bits).unwrap_err();
            assert!(matches!(error, TableError::Entries { max: 22, .. }));
        }
        assert!(DenseTable::<Fr>::range_below(0).is_err());
    }

    #[test]
    fn impossible_tables_are_refused() {
        let refused = |columns| DenseTable::<Fr>::explicit("T", columns).unwrap_err();
        assert!(matches!(refused(vec![]), TableError::Columns { .. }));
        let uneven = refused(vec![vec![1, 2], vec![1]]);
        assert!(matches!(uneven, TableError::Uneven { column: 1, .. }));
        assert!(
            refused(vec![vec![0; (1 << 16) + 1]])
                .to_string()
                .contains("unstructured")
        );
        let other = |point: &Point<Fr>| vec![point.0[0]];
        let error = DenseTable::closed("T", vec![vec![0, 1, 0, 0]], other).unwrap_err();
        assert!(matches!(error, TableError::Formula { .. }));
        let table = DenseTable::<Fr>::explicit("T", vec![vec![7]]).unwrap();
        assert_eq!((table.index_bits(), table.entries()), (1, 1));
        assert_eq!(table.entry(1).collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn tables_that_differ_have_different_statements() {
        let explicit = |x| DenseTable::<Fr>::explicit("T", vec![vec![1, x]]).unwrap();
        let statement = |t: &DenseTable<Fr>| t.in_the_clear().statement();
        assert_ne!(statement(&explicit(2)), statement(&explicit(3)));
        let [a, b] = [10, 11].map(|x| DenseTable::<Fr>::range_below(x).unwrap());
        assert_ne!(statement(&a), statement(&b));
    }
}
