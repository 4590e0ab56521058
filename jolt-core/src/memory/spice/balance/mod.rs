//! What is read is what was written: two sums of fractions.
//!
//! An access reads the row `(place, old, time)` and writes `(place, new, now)`. For random `β` and `σ`, with
//! `row = place + σ·value + σ²·time`,
//!
//! ```text
//! Σ A·(1 − first) / (β − read row) = Σ A·(1 − last) / (β − written row)
//! Σ A / (β − difference) = Σ_{k < 2^t} counts(k) / (β − k)
//! ```
//!
//! over all cycles and ports, where `A` says whether the bytecode row accesses memory through the port.
//! The first says that every access but a first one finds what another one left, and that what is left
//! is found once, or never if it is left by a last one; the second that differences are below `2^t`.
//!
//! Trees, of depth `t + 3` each: `accesses`, 8 leaves a cycle (of each port the row read and the row
//! written, negated); `differences`, 4 leaves a cycle; `range`, `2^t` leaves. Denominators of ports that
//! are not active are made constant, `β − place`, so that padding is constant.

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::{Lie, access_leaves, range_leaves, trees};

use super::ports::{RAM, REGISTER_PORTS, clock};
use sumcheck::{Field, Point};

/// Names of the trees.
pub const TREES: [&str; 3] = ["accesses", "differences", "range"];
/// `log2` of the leaves of a cycle in the largest tree.
pub const SLOT_VARS: usize = 3;

/// The challenges.
#[derive(Clone, Copy, Debug)]
pub struct Challenges<F> {
    /// `β`.
    pub beta: F,
    /// `σ`.
    pub sigma: F,
}

/// Where the leaves' claims are, seen by cycle.
pub struct Opened<F> {
    /// Cycle point of `accesses`.
    pub accesses: Point<F>,
    /// Weights of its slots: of each port the row read and the row written.
    pub slots: Vec<F>,
    /// Cycle point of `differences`.
    pub differences: Point<F>,
    /// Weights of its ports.
    pub ports: Vec<F>,
    /// Point of `range`.
    pub range: Point<F>,
    /// How much of that point falls on the range.
    pub in_range: F,
    /// The denominators of `range` there.
    pub denominator: F,
}

impl<F: Field> Opened<F> {
    /// At the point of the leaves.
    pub fn new(cycle_vars: usize, point: &Point<F>, at: &Challenges<F>) -> Self {
        let (slots, accesses) = point.split_at(SLOT_VARS);
        let (ports, rest) = point.split_at(SLOT_VARS - 1);
        let (differences, above) = rest.split_at(cycle_vars);
        let low = above.eq_index(0);
        let ports = ports.eq_table().into_iter().map(|w| w * low).collect();
        let (range, above) = point.split_at(cycle_vars);
        let in_range = above.eq_index(0);
        let powers = std::iter::successors(Some(F::one()), |p| Some(p.double()));
        let position: F = powers.zip(&range.0).map(|(power, x)| power * x).sum();
        Opened {
            accesses,
            slots: slots.eq_table(),
            differences,
            ports,
            denominator: in_range * (at.beta - position) + F::one() - in_range,
            range,
            in_range,
        }
    }
}

/// Coefficients of one port's columns in what a claim on the leaves of `accesses` says of a cycle,
/// `numerator + ζ·(denominator − β)`: all but `place` are multiplied by the port's `A`.
pub struct Port<F> {
    pub constant: F,
    pub position: F,
    pub first: F,
    pub last: F,
    pub old: F,
    pub increment: F,
    pub difference: F,
    pub carry: F,
    pub place: F,
}

impl<F: Field> Port<F> {
    /// For one port.
    pub fn new(
        port: usize,
        cycle_vars: usize,
        opened: &Opened<F>,
        at: &Challenges<F>,
        zeta: F,
    ) -> Self {
        let [read, written] = [opened.slots[2 * port], opened.slots[2 * port + 1]];
        let place = -zeta * (read + written);
        let (value, time) = (zeta * at.sigma, zeta * at.sigma.square());
        let (step, first) = clock(port);
        let ram = match port {
            REGISTER_PORTS.. => place.mul_u64(RAM),
            _ => F::zero(),
        };
        // time = now − 1 − difference − 2^t·carry
        let now = -time * (read + written);
        Port {
            constant: read - written + now.mul_u64(first) + time * read + ram,
            position: now.mul_u64(step),
            first: -read,
            last: written,
            old: -value * (read + written),
            increment: -value * written,
            difference: time * read,
            carry: time * read * F::from(1u64 << cycle_vars),
            place,
        }
    }
}
