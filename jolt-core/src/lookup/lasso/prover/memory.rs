//! The prover of the products.

use super::super::layout::{Challenges, Layout};
use super::super::memory::{Accesses, final_claims};
use super::Kernels;
use super::witness::Witness;
use crate::gkr::product::{self, Forest};
use rayon::prelude::*;
use sumcheck::{Field, Oracle, ProverChannel, ProverField};

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

/// Proves; `finals` are the oracles of final counters.
pub(super) fn prove<F: ProverField>(
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
    let leaves = cells.leaves.chunks_exact(2);
    let differences: Vec<F> = leaves.map(|leaves| leaves[1] - leaves[0]).collect();
    for claim in final_claims(layout, memory, finals, &cells.point, &differences) {
        channel.claim_eval(claim);
    }
    Accesses {
        point: accesses.point,
        leaves: accesses.leaves,
    }
}
