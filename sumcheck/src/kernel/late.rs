//! Rows that are computed when they are read, for as long as that is cheaper than to hold them: they are written out
//! after [`LATE`] rounds, a fourth of them. Until then a block is computed, bound to the challenges so far, evaluated
//! and forgotten.

use super::{SplitEq, bind_rows_in_place, own_pages};
use crate::field::{Kind, Points, Slice};
use crate::{Expr, ProverField};
use rayon::prelude::*;

/// Pairs of rows in a block.
const BLOCK: usize = 64;

/// Rounds before rows are written out.
const LATE: usize = 2;

/// A polynomial whose rows are computed when they are read.
pub trait RowSource<F>: Sync {
    /// Rows to ask for at a time: a power of two, at least `2^(LATE + 1)`.
    const BLOCK: usize;
    /// Rows without trailing zeros.
    fn count(&self) -> usize;
    /// Adds the rows `start …`, at most a block of them, to `sums`.
    fn add(&self, start: usize, sums: &mut [F], buffer: &mut Vec<u8>);
}

/// A polynomial, partly bound, least significant variable first.
pub struct LateRows<F, S>(State<F, S>);

enum State<F, S> {
    /// Bound to some challenges, but not written out.
    Late(S, Vec<F>),
    Written(Vec<F>),
}

/// A block of a late polynomial.
struct Block<F> {
    rows: [Vec<F>; 2],
    buffer: Vec<u8>,
}

impl<F: ProverField> Block<F> {
    fn new() -> Self {
        Block {
            rows: [Vec::new(), Vec::new()],
            buffer: Vec::new(),
        }
    }

    /// What block `number` of the source becomes by binding it to challenges: its rows below `len`.
    fn bound<S: RowSource<F>>(&mut self, source: &S, number: usize, challenges: &[F]) -> &[F] {
        let start = S::BLOCK * number;
        let real = source.count().saturating_sub(start).min(S::BLOCK);
        let mut len = real.next_multiple_of(1 << challenges.len());
        let [rows, other] = &mut self.rows;
        rows.clear();
        rows.resize(len, F::zero());
        other.resize(len.max(other.len()), F::zero());
        source.add(start, rows, &mut self.buffer);
        for x in challenges {
            len /= 2;
            F::bind_pairs(&rows[..2 * len], x, &mut other[..len]);
            std::mem::swap(rows, other);
        }
        &rows[..len]
    }
}

impl<F: ProverField, S: RowSource<F>> LateRows<F, S> {
    /// The polynomial of these rows, which zeros follow.
    pub fn new(source: S) -> Self {
        LateRows(State::Late(source, Vec::new()))
    }

    /// `Σ_b eq(b) · f(2b + side)` for both sides, with `eq` over the variables after the current one.
    pub fn sums(&self, eq: &SplitEq<F>) -> [F; 2] {
        let add = |a: [F; 2], b: [F; 2]| [a[0] + b[0], a[1] + b[1]];
        let zero = || [F::zero(); 2];
        match &self.0 {
            State::Late(source, challenges) => (0..source.count().div_ceil(S::BLOCK))
                .into_par_iter()
                .map_init(Block::new, |block, number| {
                    let rows = block.bound(source, number, challenges);
                    let first = (S::BLOCK >> challenges.len()) * number / 2;
                    let parts = rows.chunks(2 * BLOCK).enumerate();
                    parts
                        .map(|(b, rows)| block_sums(eq, first + b * BLOCK, rows))
                        .fold(zero(), add)
                })
                .reduce(zero, add),
            State::Written(rows) => rows
                .par_chunks(2 * BLOCK)
                .enumerate()
                .map(|(b, rows)| block_sums(eq, b * BLOCK, rows))
                .reduce(zero, add),
        }
    }

    /// Binds the current variable.
    pub fn bind(&mut self, x: F) {
        match &mut self.0 {
            State::Late(_, challenges) => {
                challenges.push(x);
                if challenges.len() == LATE {
                    self.write_out();
                }
            }
            State::Written(rows) => bind_rows_in_place(rows, F::zero(), x),
        }
    }

    /// The value, when all variables are bound.
    pub fn value(&mut self) -> F {
        self.write_out().first().copied().unwrap_or_default()
    }

    /// Ends lateness.
    fn write_out(&mut self) -> &[F] {
        if let State::Late(source, challenges) = &self.0 {
            let mut rows = own_pages(F::zero(), source.count().div_ceil(1 << challenges.len()));
            rows.par_chunks_mut(S::BLOCK >> challenges.len())
                .enumerate()
                .for_each_init(Block::new, |block, (number, out)| {
                    out.copy_from_slice(block.bound(source, number, challenges));
                });
            self.0 = State::Written(rows);
        }
        match &self.0 {
            State::Written(rows) => rows,
            State::Late(..) => unreachable!("rows were written out"),
        }
    }
}

/// The sums over one block of pairs, the first of number `first`.
fn block_sums<F: ProverField>(eq: &SplitEq<F>, first: usize, rows: &[F]) -> [F; 2] {
    let points = Points {
        degree: 1,
        with_one: true,
    };
    let row = Expr::Factor(0);
    let kernel = F::pair_sums(&row, &[Kind::Field], points);
    let mut buffer = [F::zero(); BLOCK];
    let (weights, factor) = eq.weights(first, &mut buffer[..rows.len().div_ceil(2)]);
    let mut sums = [F::zero(); 2];
    let whole = rows.len() / 2;
    kernel.add(&[Slice::Field(rows)], &weights[..whole], &mut sums);
    if let (Some(weight), Some(last)) = (weights.get(whole), rows.get(2 * whole)) {
        sums[0] += *weight * last;
    }
    sums.map(|sum| factor * sum)
}
