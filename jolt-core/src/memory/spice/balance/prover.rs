//! The prover of sums of fractions over accesses: their leaves.

use super::{Challenges, SLOT_VARS};
use crate::gkr::fraction::{Fraction, Leaves, Tree};
use crate::memory::spice::ports::{CELL, PORTS, RAM, number};
use crate::memory::spice::witness::{Story, entry, increment, old};
use rayon::prelude::*;
use sumcheck::{Field, ProverField};

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
    let rows = &run.machine.bytecode.rows();
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
    let rows = &run.machine.bytecode.rows();
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
pub fn trees<F: ProverField>(
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
            let inverse = |x: F| x.inverted().unwrap_or_default();
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
