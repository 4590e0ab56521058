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

use super::layout::{Challenges, Layout};
use sumcheck::{EvalClaim, Field, Oracle, Point, Weights};

/// What the products leave behind: claims on leaves of reads and writes, in turn.
pub(super) struct Accesses<F, V> {
    pub point: Point<F>,
    pub leaves: Vec<V>,
}

/// The claims on final counters that the leaves before and after amount to, by position.
pub(super) fn final_claims<F: Field, V: Copy>(
    layout: &Layout,
    memory: &Challenges<F>,
    oracles: &[Oracle],
    cell: &Point<F>,
    differences: &[V],
) -> Vec<EvalClaim<F, V>> {
    let (low, high) = cell.split_at(layout.piece_vars());
    let mut oracles = oracles.iter();
    differences
        .iter()
        .enumerate()
        .map(|(i, difference)| {
            let pieces = oracles.by_ref().take(layout.pieces(i)).enumerate();
            let weight = |piece: usize| memory.counter() * high.eq_index(piece as u128);
            let terms = pieces.map(|(piece, oracle)| (*oracle, Weights::One, weight(piece)));
            EvalClaim {
                terms: terms.collect(),
                point: low.clone(),
                value: *difference,
            }
        })
        .collect()
}
