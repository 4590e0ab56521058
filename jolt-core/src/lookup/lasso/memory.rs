//! Offline memory checking: what was read is what the memories hold.
//!
//! Each position has a read-only memory (see [`super::layout`]), whose cells count how often they were
//! read. A read of cell value `v` that finds the count `t` is the row `(v, t)` of the read set and
//! `(v, t + 1)` of the write set; initial cells are rows `(v, 0)`, final ones `(v, t)` with the
//! committed final count. With rows as fingerprints and sets as products of `τ + fingerprint`,
//!
//! ```text
//! Π initial · Π writes = Π reads · Π final           (check `lookup/memory`, for each position)
//! ```
//!
//! If sets agree, no row was read that is not in the table. For such a row `v`, neither initial nor
//! final set has a row with `v`, so its counts as read, `{t_1 … t_m}`, are `{t_1 + 1 … t_m + 1}`; the
//! sums differ by `m`, which is not 0 modulo `p`, since `m ≤ 2^log T < p`. Nothing needs to be known of
//! the counts: the prover may commit any that agree.
//!
//! Reads and writes are two trees of `T` leaves for each position, initial and final contents two trees
//! over its cells; each kind is one batch of [grand products](crate::gkr::product).

use super::Kernels;
use super::layout::{Challenges, Layout};
use super::witness::Witness;
use crate::gkr::product::{self, Forest};
use rayon::prelude::*;
use sumcheck::{
    EvalClaim, Field, Oracle, Point, ProverChannel, Value, VerifierChannel, VerifyError, Weights,
};

/// What the products leave behind: claims on leaves of reads and writes, in turn.
pub(super) struct Accesses<F, V> {
    pub point: Point<F>,
    pub leaves: Vec<V>,
}

/// Leaves of all trees: those of reads and writes, those of cells before and after.
pub(in crate::lookup) fn leaves<F: Field>(
    layout: &Layout,
    witness: &Witness,
    memory: &Challenges<F>,
    fingerprints: &[Vec<F>],
) -> [Vec<Vec<F>>; 2] {
    let counter = memory.counter();
    let mut accesses = Vec::with_capacity(2 * layout.len());
    let mut cells = Vec::with_capacity(2 * layout.len());
    for (i, fingerprints) in fingerprints.iter().enumerate() {
        let initial: Vec<F> = fingerprints.par_iter().map(|f| memory.tau + f).collect();
        let rows = witness.cells[i].par_iter().zip(&witness.counters[i]);
        let reads: Vec<F> = rows
            .map(|(cell, count)| match cell.checked_sub(1) {
                Some(cell) => initial[cell as usize] + counter.mul_u64(u64::from(*count)),
                None => F::one(),
            })
            .collect();
        let written = reads.par_iter().zip(witness.cells[i].par_iter());
        let written = written.map(|(leaf, cell)| match cell {
            0 => *leaf,
            _ => *leaf + counter,
        });
        let after = initial.par_iter().zip(&witness.finals[i]);
        let after = after.map(|(leaf, count)| match count {
            0 => *leaf,
            count => *leaf + counter.mul_u64(u64::from(*count)),
        });
        let (written, after) = (written.collect(), after.collect());
        accesses.extend([reads, written]);
        cells.extend([initial, after]);
    }
    [accesses, cells]
}

/// The claims on final counters that the leaves before and after amount to.
fn final_claims<F: Field, V: Copy>(
    layout: &Layout,
    memory: &Challenges<F>,
    oracles: &[Oracle],
    cell: &Point<F>,
    mut difference: impl FnMut(usize) -> V,
) -> Vec<EvalClaim<F, V>> {
    let (low, high) = cell.split_at(layout.piece_vars());
    let mut oracles = oracles.iter();
    (0..layout.len())
        .map(|i| {
            let pieces = oracles.by_ref().take(layout.pieces(i)).enumerate();
            let weight = |piece: usize| memory.counter() * high.eq_index(piece as u128);
            let terms = pieces.map(|(piece, oracle)| (*oracle, Weights::One, weight(piece)));
            EvalClaim {
                terms: terms.collect(),
                point: low.clone(),
                value: difference(i),
            }
        })
        .collect()
}

/// Proves; `finals` are the oracles of final counters.
pub(super) fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    layout: &Layout,
    kernels: &dyn Kernels<F>,
    memory: &Challenges<F>,
    fingerprints: &[Vec<F>],
    finals: &[Oracle],
) -> Accesses<F, F> {
    let [accesses, cells] = kernels.leaves(memory, fingerprints);
    let accesses = Forest::new(layout.cycle_vars, accesses);
    let cells = Forest::new(layout.cell_vars, cells);
    let [access_roots, cell_roots] = kernels.roots([&accesses, &cells]);
    let accesses = product::prove_roots(channel, "reads", accesses, access_roots);
    let cells = product::prove_roots(channel, "cells", cells, cell_roots);
    let difference = |i: usize| cells.leaves[2 * i + 1] - cells.leaves[2 * i];
    for claim in final_claims(layout, memory, finals, &cells.point, difference) {
        channel.claim_eval(claim);
    }
    Accesses {
        point: accesses.point,
        leaves: accesses.leaves,
    }
}

/// Check `lookup/memory`: the products of reads and writes, and of cells before and after, agree.
pub(super) fn verify_sets<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    accesses: &[Value],
    cells: &[Value],
) -> Result<(), VerifyError> {
    let before = channel.mul(cells[0], accesses[1]);
    let after = channel.mul(cells[1], accesses[0]);
    let terms = [(F::one(), before), (-F::one(), after)];
    let difference = channel.linear(F::zero(), &terms);
    channel.assert_zero("lookup/memory", difference)
}

/// The verifier's side. Checks: `lookup/memory`, `lookup/contents`, and those of the products.
pub(super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    layout: &Layout,
    memory: &Challenges<F>,
    finals: &[Oracle],
) -> Result<Accesses<F, Value>, VerifyError> {
    let trees = 2 * layout.len();
    let accesses = product::verify(channel, "reads", layout.cycle_vars, trees)?;
    let cells = product::verify(channel, "cells", layout.cell_vars, trees)?;
    let pairs = accesses
        .roots
        .chunks_exact(2)
        .zip(cells.roots.chunks_exact(2));
    for (accesses, cells) in pairs {
        verify_sets(channel, accesses, cells)?;
    }
    let mut differences = Vec::with_capacity(layout.len());
    for (i, leaves) in cells.leaves.chunks_exact(2).enumerate() {
        let expected = layout.initial(i, memory, &cells.point);
        let contents = channel.linear(-expected, &[(F::one(), leaves[0])]);
        channel.assert_zero("lookup/contents", contents)?;
        let terms = [(F::one(), leaves[1]), (-F::one(), leaves[0])];
        differences.push(channel.linear(F::zero(), &terms));
    }
    let difference = |i: usize| differences[i];
    for claim in final_claims(layout, memory, finals, &cells.point, difference) {
        channel.claim_eval(claim)?;
    }
    Ok(Accesses {
        point: accesses.point,
        leaves: accesses.leaves,
    })
}
