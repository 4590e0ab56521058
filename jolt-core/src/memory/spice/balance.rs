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

use super::witness::{
    CELL, PORTS, RAM, REGISTER_PORTS, Story, clock, entry, increment, number, old,
};
use crate::gkr::fraction::{Fraction, Leaves, Tree};
use rayon::prelude::*;
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

/// A false sum, or a false table; only a soundness test can want one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// The sum over accesses is said to be 0.
    Accesses,
    /// The sum over differences is said to be that of the range.
    Differences,
    /// The sum over the range is said to be that of the differences.
    Range,
    /// The range is said to have another number in one place.
    Entry {
        /// The place.
        at: usize,
        /// The number.
        number: i128,
    },
    /// The sum over accesses is said to be 0, and that over differences makes up for it and is still that of the
    /// range, if the first `α` is this number.
    Roots {
        /// `α`.
        alpha: u64,
    },
    /// Two leaves of accesses with numerator 0, of a row read and of one written, are fractions `ζ/d` and `−ζ/d`, with
    /// denominators that are 1 less and 1 more than they should be, if `ζ` is this number.
    Leaves {
        /// `ζ`.
        zeta: u64,
        /// Cycle and port of the access whose row read it is.
        read: (usize, usize),
        /// Cycle and port of the access whose row written it is.
        written: (usize, usize),
    },
}

/// Leaves of a tree, beyond which nothing is added.
fn leaves<F: Field>(numerators: Vec<F>, denominators: Vec<F>, tail: F) -> Leaves<F> {
    Leaves {
        numerators,
        denominators,
        tail: Fraction {
            numerator: F::zero(),
            denominator: tail,
        },
    }
}

/// The leaves of `accesses`.
pub fn access_leaves<F: Field>(story: &Story<'_>, at: &Challenges<F>) -> Leaves<F> {
    let Story {
        run,
        witness,
        columns,
        rules,
    } = *story;
    let Challenges { beta, sigma } = *at;
    let square = sigma.square();
    let rows = &run.machine.bytecode.rows;
    let size = 1i128 << run.cycle_vars;
    let mut numerators = vec![F::zero(); 2 * PORTS * witness.cycles()];
    let mut denominators = vec![beta; 2 * PORTS * witness.cycles()];
    let each = numerators
        .par_chunks_mut(2 * PORTS)
        .zip(denominators.par_chunks_mut(2 * PORTS))
        .enumerate()
        .with_min_len(1 << 6);
    each.for_each(|(j, (numerators, denominators))| {
        let row = &rows[witness.row[j] as usize];
        for port in 0..PORTS {
            let active = (rules.active)(row, port);
            let place = match port {
                CELL => u64::from(witness.address[j]) + u64::from(active) * RAM,
                register => number(row, register).into(),
            };
            let base = beta - F::from(place);
            let [read, written] = [2 * port, 2 * port + 1];
            (denominators[read], denominators[written]) = (base, base);
            if !active {
                continue;
            }
            numerators[read] = F::from_i128(1 - entry(&columns.first[port], j));
            numerators[written] = F::from_i128(entry(&columns.last[port], j) - 1);
            let now = (rules.now)(port, j);
            let carry = columns.carry.get(port).map_or(0, |c| entry(c, j));
            let time = now - 1 - entry(&columns.difference[port], j) - size * carry;
            let old = old(witness, port)[j];
            let found = sigma.mul_u64(old);
            let left = match increment(witness, port, j) {
                0 => found,
                inc => sigma.mul_i128(i128::from(old) + inc),
            };
            denominators[read] -= found + square.mul_i128(time);
            denominators[written] -= left + square.mul_i128(now);
        }
    });
    leaves(numerators, denominators, beta)
}

/// The leaves of `differences` and of `range`.
pub fn range_leaves<F: Field>(story: &Story<'_>, at: &Challenges<F>) -> [Leaves<F>; 2] {
    let Story {
        run,
        witness,
        columns,
        rules,
    } = *story;
    let beta = at.beta;
    let rows = &run.machine.bytecode.rows;
    let mut numerators = vec![F::zero(); PORTS * witness.cycles()];
    let mut denominators = vec![beta; PORTS * witness.cycles()];
    let each = numerators
        .par_chunks_mut(PORTS)
        .zip(denominators.par_chunks_mut(PORTS))
        .enumerate()
        .with_min_len(1 << 6);
    each.for_each(|(j, (numerators, denominators))| {
        let row = &rows[witness.row[j] as usize];
        for port in 0..PORTS {
            if (rules.active)(row, port) {
                numerators[port] = F::one();
            }
            match entry(&columns.difference[port], j) {
                0 => {}
                difference => denominators[port] -= F::from_i128(difference),
            }
        }
    });
    let differences = leaves(numerators, denominators, beta);
    let size = 1 << run.cycle_vars;
    let mut counts: Vec<F> = columns.counts.iter().map(|c| F::from_i128(*c)).collect();
    counts.resize(size, F::zero());
    let range = std::iter::successors(Some(beta), |x| Some(*x - F::one()));
    let range = leaves(counts, range.take(size).collect(), F::one());
    [differences, range]
}

/// The trees, or what a lie makes of them.
pub fn trees<F: Field>(
    cycle_vars: usize,
    mut leaves: [Leaves<F>; 3],
    at: &Challenges<F>,
    lie: Option<Lie>,
) -> [Tree<F>; 3] {
    if let Some(Lie::Entry { at: place, number }) = lie {
        leaves[2].denominators[place] = at.beta - F::from_i128(number);
    }
    if let Some(Lie::Leaves {
        zeta,
        read,
        written,
    }) = lie
    {
        let zeta = F::from(zeta);
        let slot = |(cycle, port): (usize, usize)| 2 * (PORTS * cycle + port);
        let (read, written) = (slot(read), slot(written) + 1);
        leaves[0].numerators[read] += zeta;
        leaves[0].denominators[read] -= F::one();
        leaves[0].numerators[written] -= zeta;
        leaves[0].denominators[written] += F::one();
    }
    let mut trees = leaves.map(|leaves| Tree::new(&leaves, cycle_vars + SLOT_VARS));
    let [_, differences, range] = [0, 1, 2].map(|k: usize| trees[k].root());
    let equal = |own: Fraction<F>, other: Fraction<F>| Fraction {
        numerator: other.numerator * own.denominator / other.denominator,
        ..own
    };
    match lie {
        Some(Lie::Accesses) => {
            let root = trees[0].root();
            trees[0].claim(Fraction {
                numerator: F::zero(),
                ..root
            });
        }
        Some(Lie::Differences) => trees[1].claim(equal(differences, range)),
        Some(Lie::Range) => trees[2].claim(equal(range, differences)),
        Some(Lie::Roots { alpha }) => {
            let accesses = trees[0].root();
            let inverse = |x: F| x.inverse().unwrap_or_default();
            let numerator = differences.numerator + accesses.numerator * inverse(F::from(alpha));
            let denominator = numerator * range.denominator * inverse(range.numerator);
            let more = denominator - differences.denominator;
            trees[0].claim(Fraction {
                numerator: F::zero(),
                denominator: accesses.denominator - more.mul_u64(alpha),
            });
            trees[1].claim(Fraction {
                numerator,
                denominator,
            });
        }
        _ => {}
    }
    trees
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
