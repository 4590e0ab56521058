//! Dense tables: whatever has at most `2^22` entries, with one or more columns of words.
//!
//! Statement, for a table `T` of `2^n` entries and `c` columns, and `R` reads padded to `2^t` rows: the
//! committed columns `out_i` hold what reads at a committed index return,
//!
//! ```text
//! out_i(j) = T_i(index(j))       for every read j < R and column i
//! ```
//!
//! A read of a [range](DenseTable::range) says that `out(j)` is below a bound. Beyond the reads, `index(j)` and
//! `out_i(j)` are 0. To the argument those rows are reads too, of entry 0, so it is given the column that holds
//! `T_i(0)` there. At a point `r` that column is `out_i(r) + T_i(0) · (1 − Σ_{j<R} eq(r, j))`: public arithmetic
//! ([`Outputs`]).
//!
//! Protocol ([`protocol`]):
//!
//! 1. Columns of the table that belong to the key become oracles; the argument commits what it needs, the
//!    index among it; the columns `out_i` are committed.
//! 2. `γ`: the table is `Σ_i γ^i T_i` from here on, and so is what was read.
//! 3. The argument's reduction. It leaves one claim, `factor · Σ_i γ^i T_i(k) = value` at a point `k`.
//! 4. The claim is settled by how the table is known ([`Evaluation`]): the verifier evaluates it (check
//!    `dense/table`), or it becomes an evaluation claim on the key's oracles.
//! 5. Where there are more rows than reads: the index beyond them is 0 (`padding`, check `padding/index`).
//!
//! Transcript: `dense table` (absorbed, not sent), the argument's commitments, `dense out`; `dense/columns`;
//! the argument's messages; `dense/padding`, `t` rounds and a value.
//!
//! | argument | commits | soundness error, over `p` | prover, beside commitments |
//! |---|---|---|---|
//! | naive | `n` bits of the index | `t + 2n + t + 12 + (n + 1)t + …` | `2^(n+t)` |
//! | shout | `d = ⌈n/4⌉` digits of the index | `t + 2n + max(d, 2)t + 8 + t + …` | about `8 · 2^n`, and for each row `4d` and a sum over `2^t` |
//! | logup-gkr | index, multiplicities | `2^(m+1) + Σ_{l<m} (2l + 3)`, `m = max(n, t)` | 15 multiplications for each read and entry |
//! | lasso | index, counts, final counts | `2^(t+1) + 2^(n+1) + Σ_{l<t} (2l + 2) + Σ_{l<n} (2l + 2)` | 14 for each row and entry |
//!
//! To that come `(c − 1)/p` for `γ`, `4t/p` for the rows beyond the reads, and the opening. Protocols and exact bounds are beside the arguments, in
//! `naive/dense`, `shout/dense`, `logup_gkr/dense` and `lasso/dense`. A table that the verifier knows
//! entry by entry costs it `2^n` multiplications; a formula or a commitment, next to nothing.
//!
//! # On its own
//!
//! A table, an argument, a scheme; commit, prove, verify:
//!
//! ```
//! use commitments::{CacheDir, Setup};
//! use jolt_core::lookup::api::setup;
//! use jolt_core::lookup::dense::DenseTable;
//! use jolt_core::registry::Registry;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Registry::builtin();
//! let scheme = registry.schemes().get("hyrax").ok_or("no such scheme")?;
//! let source = Setup::Builtin { cache: CacheDir::Off };
//! let argument = registry.lookup("logup-gkr").ok_or("no such argument")?;
//!
//! // A range check: every value read is below 2^8, and the caller has the commitment to the values.
//! let table = DenseTable::range(8)?;
//! let key = setup(&**scheme, &source, argument.clone(), table, 16)?; // at most 16 reads
//! let committed = key.commit(&[7, 255, 0, 31])?;
//! let statement = committed.statement().clone(); // how many, and the commitment to what was read
//! let proof = committed.prove()?;
//! key.verifying_key().verify(&statement, &proof)?;
//! assert!(key.commit(&[256]).is_err());
//!
//! // Two columns, known to everybody: a number, and its square.
//! let squares = vec![(0..10).collect(), (0..10).map(|x| x * x).collect()];
//! let table = DenseTable::explicit("SQUARES", squares)?;
//! let key = setup(&**scheme, &source, argument.clone(), table, 16)?;
//! let (statement, proof) = key.prove(&[3, 4, 9])?;
//! assert_eq!(statement.outputs.len(), 2);
//! key.verifying_key().verify(&statement, &proof)?;
//!
//! // Without structure: the verifier's key has a commitment and not the table.
//! let entries = (0..64).map(|x| x * 0x9e37_79b9 % 1009).collect();
//! let table = DenseTable::unstructured("HASHES", vec![entries])?;
//! let key = setup(&**scheme, &source, argument.clone(), table, 4)?;
//! let (statement, proof) = key.prove(&[63, 1])?;
//! key.verifying_key().verify(&statement, &proof)?;
//! # Ok(())
//! # }
//! ```
//!
//! Tables of more entries have to have structure, and arguments that know it: any bit automaton is a table
//! ([`AutomatonTable`](instruction_tables::tables::AutomatonTable)), and has keys in the same lines
//! ([`api`](super::api)).
//!
//! In a protocol of one's own, over any channel: [`protocol::commit`] and what follows it, which answer
//! with the oracles of outputs and index, so that more can be claimed of them.

mod padding;
pub mod protocol;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
mod table;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{DenseProver, ProveDense, Rows};
pub use table::{
    DenseTable, Evaluation, Extension, MAX_COLUMNS, MAX_DIRECT_BITS, PublicTable, TableError,
};

use super::{ShapeError, Unsupported};
use sumcheck::{EvalClaim, Field, Oracle, Point, Value, VerifierChannel, VerifyError, Weights};

/// Index bits of the largest table.
pub const MAX_INDEX_BITS: usize = 22;

/// `log2` of the most rows.
pub const MAX_CYCLE_VARS: usize = 32;

/// A linear functional of one oracle's rows, and a public factor.
pub type Term<F> = (Oracle, Weights<F>, F);

/// Size of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DenseShape {
    /// `t`: there are `2^t` rows.
    pub cycle_vars: usize,
    /// `n`: the table has `2^n` entries.
    pub index_bits: usize,
}

impl DenseShape {
    /// Whether index and rows are of a size that is served here.
    ///
    /// # Errors
    /// Why not.
    pub fn fits<F: Field>(self) -> Result<(), Unsupported> {
        let DenseShape {
            cycle_vars,
            index_bits,
        } = self;
        if !(1..=MAX_INDEX_BITS).contains(&index_bits) {
            return Err(Unsupported::DenseIndex {
                index_bits,
                most: MAX_INDEX_BITS,
            });
        }
        if cycle_vars > MAX_CYCLE_VARS {
            return Err(Unsupported::Shape(ShapeError::Rows {
                vars: cycle_vars,
                most: MAX_CYCLE_VARS,
            }));
        }
        // Neither reads nor their counts may wrap around the field.
        super::selectors::fits_field::<F>(index_bits, cycle_vars + 64)
    }
}

/// The columns that reads return, as what an argument sees of them: one column, `Σ_i γ^i out_i`, with
/// entry 0 in all rows beyond the reads.
#[derive(Clone, Debug)]
pub struct Outputs<F> {
    /// Oracles of the columns; zero beyond the reads.
    pub oracles: Vec<Oracle>,
    /// `γ^i`.
    pub weights: Vec<F>,
    /// `Σ_i γ^i T_i(0)`.
    pub first: F,
    /// `R`.
    pub reads: usize,
}

impl<F: Field> Outputs<F> {
    /// What rows beyond the reads count for at a point; of the rows, or of more.
    pub fn beyond(&self, point: &Point<F>) -> F {
        self.first * (F::one() - point.prefix_sum(self.reads))
    }

    /// `scale` times the column, without rows beyond the reads.
    pub fn terms(&self, scale: F) -> impl Iterator<Item = Term<F>> {
        let columns = self.oracles.iter().zip(&self.weights);
        columns.map(move |(oracle, weight)| (*oracle, Weights::One, scale * weight))
    }

    fn claim<V>(&self, point: &Point<F>, value: V) -> EvalClaim<F, V> {
        EvalClaim {
            terms: self.terms(F::one()).collect(),
            point: point.clone(),
            value,
        }
    }
}

/// The claim left on the table: `factor · Σ_i γ^i T_i(point) = value`.
#[derive(Clone, Debug)]
#[must_use = "a claim must be consumed"]
pub struct TableClaim<F, V> {
    /// Index point.
    pub point: Point<F>,
    /// Public factor.
    pub factor: F,
    /// The claimed product; made of what was absorbed.
    pub value: V,
}

/// A lookup argument that serves dense tables, as verifiers know it. What proves is [`ProveDense`].
pub trait DenseArgument<F: Field>: Send + Sync {
    /// Whether the argument can serve this size.
    ///
    /// # Errors
    /// Why not.
    fn supports(&self, shape: DenseShape) -> Result<(), Unsupported>;

    /// Receives what the prover commits, before any challenge is drawn.
    ///
    /// # Errors
    /// A proof that ends early.
    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError>;
}

/// A verifier that has received the commitments.
pub trait DenseVerifier<F: Field>: Send {
    /// The index column, as a linear functional of committed columns.
    fn index(&self) -> Vec<Term<F>>;

    /// Verifies what was read.
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        outputs: &Outputs<F>,
    ) -> Result<TableClaim<F, Value>, VerifyError>;
}

/// `Σ_k 2^k x_k`: an index as a polynomial of its bits.
pub fn index_at<F: Field>(point: &Point<F>) -> F {
    let bits = point.0.iter().rev();
    bits.fold(F::zero(), |sum, x| sum.double() + x)
}
