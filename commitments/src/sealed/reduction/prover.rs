//! The prover's side.
//!
//! A round polynomial of one point is `s · eq(p_k, X) · q(X)` with `q` linear: the prover computes only
//! the two values of `q`, packed where it can be, with `eq` of the remaining coordinates as an outer product
//! of two short tables.
//!
//! The rows of `f_p` are sums of columns. They are written out after [`LATE`] rounds, a fourth of them: until then a
//! block is summed, bound to the challenges so far, evaluated and forgotten.

use crate::Embedding;
use rayon::prelude::*;
use sumcheck::field::{Kind, Points, Slice};
use sumcheck::kernel::{SplitEq, bind_rows_in_place, own_pages};
use sumcheck::{Expr, Point, ProverField};

/// Pairs of rows in a block.
const BLOCK: usize = 64;

/// Rounds before rows are written out.
const LATE: usize = 2;

/// A polynomial whose rows are computed when they are read.
pub(in crate::sealed) trait Source<F>: Sync {
    /// Rows to ask for at a time: a power of two, at least `2^(LATE + 1)`.
    const BLOCK: usize;
    /// Rows without trailing zeros.
    fn len(&self) -> usize;
    /// Adds the rows `start …`, at most a block of them, to `sums`.
    fn add(&self, start: usize, sums: &mut [F], buffer: &mut Vec<u8>);
}

enum Rows<F, S> {
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
    fn bound<S: Source<F>>(&mut self, source: &S, number: usize, challenges: &[F]) -> &[F] {
        let start = S::BLOCK * number;
        let real = source.len().saturating_sub(start).min(S::BLOCK);
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

impl<F: ProverField, S: Source<F>> Rows<F, S> {
    /// `Σ_b eq(b) · f(2b + side)` for both sides.
    fn sums(&self, eq: &SplitEq<F>) -> [F; 2] {
        let add = |a: [F; 2], b: [F; 2]| [a[0] + b[0], a[1] + b[1]];
        let zero = || [F::zero(); 2];
        match self {
            Rows::Late(source, challenges) => (0..source.len().div_ceil(S::BLOCK))
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
            Rows::Written(rows) => rows
                .par_chunks(2 * BLOCK)
                .enumerate()
                .map(|(b, rows)| block_sums(eq, b * BLOCK, rows))
                .reduce(zero, add),
        }
    }

    fn bind(&mut self, x: F) {
        match self {
            Rows::Late(_, challenges) => {
                challenges.push(x);
                if challenges.len() == LATE {
                    self.write_out();
                }
            }
            Rows::Written(rows) => bind_rows_in_place(rows, F::zero(), x),
        }
    }

    /// Ends lateness.
    fn write_out(&mut self) -> &[F] {
        if let Rows::Late(source, challenges) = self {
            let mut rows = own_pages(F::zero(), source.len().div_ceil(1 << challenges.len()));
            rows.par_chunks_mut(S::BLOCK >> challenges.len())
                .enumerate()
                .for_each_init(Block::new, |block, (number, out)| {
                    out.copy_from_slice(block.bound(source, number, challenges));
                });
            *self = Rows::Written(rows);
        }
        match self {
            Rows::Written(rows) => rows,
            Rows::Late(..) => unreachable!("rows were written out"),
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

struct Part<F, S> {
    point: Point<F>,
    /// Rounds before its own first.
    wait: usize,
    /// `eq(p, ·)`.
    eq: SplitEq<F>,
    rows: Rows<F, S>,
    /// What the challenges of other rounds than its own make of it: `1 − X` of each before, `(1 − X)²` after.
    others: F,
    /// What is left to prove of this part, without `others` and what of `eq` is bound.
    claim: F,
}

impl<F: ProverField, S: Source<F>> Part<F, S> {
    fn bound(&self) -> F {
        self.others * self.eq.scale()
    }

    /// The number of its own round that this is.
    fn own(&self, round: usize) -> Option<usize> {
        let own = round.checked_sub(self.wait)?;
        (own < self.point.vars()).then_some(own)
    }

    /// Coefficients of 1 and `X²` of the round polynomial; keeps what [`Part::bind`] needs.
    fn round(&self, round: usize) -> ([F; 2], [F; 2]) {
        let Some(own) = self.own(round) else {
            let constant = self.bound() * self.claim;
            let square = match round < self.wait {
                true => F::zero(),
                false => constant,
            };
            return ([constant, square], [F::zero(); 2]);
        };
        let p = self.point.0[own];
        let q = self.rows.sums(&self.eq);
        // eq(p, X) = (1 − p) + (2p − 1)·X
        let constant = self.bound() * (F::one() - p) * q[0];
        let square = self.bound() * (p.double() - F::one()) * (q[1] - q[0]);
        ([constant, square], q)
    }

    fn bind(&mut self, round: usize, r: F, q: [F; 2]) {
        if self.own(round).is_none() {
            let zero = F::one() - r;
            self.others *= match round < self.wait {
                true => zero,
                false => zero.square(),
            };
            return;
        }
        self.claim = q[0] + r * (q[1] - q[0]);
        self.eq.bind(r);
        self.rows.bind(r);
    }
}

/// A claim that does not hold was to be proven.
#[derive(Debug)]
pub(in crate::sealed) struct FalseGroup(pub usize);

/// Proves; the channel's two operations are passed in. Returns the common point, of `vars` coordinates.
///
/// `parts`: point, rows, claimed value. Refuses claims that do not hold,
/// naming the first, if `refuse`.
pub(in crate::sealed) fn prove<F: ProverField, S: Source<F>>(
    embedding: Embedding,
    parts: Vec<(Point<F>, S, F)>,
    (vars, refuse): (usize, bool),
    mut exchange: impl FnMut([F; 2]) -> F,
) -> Result<(Point<F>, Vec<F>), FalseGroup> {
    let mut parts: Vec<Part<F, S>> = parts
        .into_iter()
        .map(|(point, rows, claim)| Part {
            wait: match embedding {
                Embedding::Repeat => vars - point.vars(),
                Embedding::Pad => 0,
            },
            eq: SplitEq::new(&point),
            point,
            rows: Rows::Late(rows, Vec::new()),
            others: F::one(),
            claim,
        })
        .collect();
    let mut point = Vec::with_capacity(vars);
    for round in 0..vars {
        let mut message = [F::zero(); 2];
        let mut values = Vec::with_capacity(parts.len());
        for (number, part) in parts.iter().enumerate() {
            let (coefficients, q) = part.round(round);
            if let (true, Some(0)) = (refuse, part.own(round)) {
                let p = part.point.0[0];
                if part.claim != q[0] + p * (q[1] - q[0]) {
                    return Err(FalseGroup(number));
                }
            }
            message[0] += coefficients[0];
            message[1] += coefficients[1];
            values.push(q);
        }
        let r = exchange(message);
        for (part, q) in parts.iter_mut().zip(values) {
            part.bind(round, r, q);
        }
        point.push(r);
    }
    let mut evaluations = Vec::with_capacity(parts.len());
    for (number, part) in parts.iter_mut().enumerate() {
        let value = part.rows.write_out().first().copied().unwrap_or_default();
        if refuse && part.point.vars() == 0 && value != part.claim {
            return Err(FalseGroup(number));
        }
        // Zeros behind the rows take part.
        let behind = &point[part.wait + part.point.vars()..];
        evaluations.push(behind.iter().fold(value, |value, r| value * (F::one() - r)));
    }
    Ok((Point(point), evaluations))
}
