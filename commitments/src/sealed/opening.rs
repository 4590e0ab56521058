//! Claims grouped by point, and what the prover makes of them.
//!
//! [`Groups`] is public arithmetic on points, weights and challenges: prover and verifier run the
//! same code.

use crate::buffer::filled;
use rayon::prelude::*;
use std::collections::BTreeMap;
use sumcheck::{EvalClaim, Field, Oracle, Point, Poly, Rows, Shape, Weights};

/// All claims at one point, combined by powers of `ρ`.
pub(super) struct Group<F> {
    pub point: Point<F>,
    /// Oracle → factor of each of its columns.
    pub columns: BTreeMap<Oracle, Vec<F>>,
    /// `ρ^i` and number of each claim.
    pub claims: Vec<(F, usize)>,
    /// What the claimed values contain beyond the columns: weights of digit zero.
    pub constant: F,
}

/// Why a claim makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// No such oracle.
    #[error("a term names oracle {oracle} of {count}")]
    NoOracle {
        /// Named.
        oracle: usize,
        /// How many there are.
        count: usize,
    },
    /// The point has another number of variables than the oracle.
    #[error("the point has {point} coordinates, oracle {oracle} has {vars} variables")]
    WrongPoint {
        /// Coordinates of the point.
        point: usize,
        /// The oracle.
        oracle: usize,
        /// Its variables.
        vars: usize,
    },
    /// Weights for another kind of polynomial, or another radix.
    #[error("the weights do not fit oracle {oracle}")]
    WrongWeights {
        /// The oracle.
        oracle: usize,
    },
}

/// Whether a claim fits the oracles that it names.
pub(super) fn check_claim<F, V>(
    claim: &EvalClaim<F, V>,
    shapes: &[Shape],
) -> Result<(), ClaimError> {
    for (oracle, weights, _) in &claim.terms {
        let index = oracle.0;
        let Some(shape) = shapes.get(index) else {
            return Err(ClaimError::NoOracle {
                oracle: index,
                count: shapes.len(),
            });
        };
        if shape.vars != claim.point.0.len() {
            return Err(ClaimError::WrongPoint {
                point: claim.point.0.len(),
                oracle: index,
                vars: shape.vars,
            });
        }
        let fits = match (weights, shape.radix) {
            (Weights::One, None) => true,
            (Weights::Digit(w), Some(radix)) => w.len() == radix,
            _ => false,
        };
        if !fits {
            return Err(ClaimError::WrongWeights { oracle: index });
        }
    }
    Ok(())
}

/// Groups well-formed claims by point, in order of first appearance.
pub(super) fn group<F: Field, V>(claims: &[EvalClaim<F, V>], rho: F) -> Vec<Group<F>> {
    let mut groups: Vec<Group<F>> = Vec::new();
    let mut power = F::one();
    for (number, claim) in claims.iter().enumerate() {
        let at = groups.iter().position(|group| group.point == claim.point);
        let at = at.unwrap_or_else(|| {
            groups.push(Group {
                point: claim.point.clone(),
                columns: BTreeMap::new(),
                claims: Vec::new(),
                constant: F::zero(),
            });
            groups.len() - 1
        });
        let group = &mut groups[at];
        group.claims.push((power, number));
        for (oracle, weights, factor) in &claim.terms {
            let scale = power * factor;
            let factors = match weights {
                Weights::One => vec![scale],
                Weights::Digit(w) => {
                    group.constant += scale * w[0];
                    w[1..].iter().map(|x| scale * (*x - w[0])).collect()
                }
            };
            let sum = group.columns.entry(*oracle).or_default();
            sum.resize(factors.len().max(sum.len()), F::zero());
            sum.iter_mut().zip(factors).for_each(|(s, f)| *s += f);
        }
        power *= rho;
    }
    groups
}

/// Rows that fit the cache, so that all oracles are added before the next rows are fetched.
const BLOCK: usize = 1 << 12;

/// The rows of a group's polynomial, without the zeros beyond the real length.
pub(super) fn rows<F: Field>(group: &Group<F>, polys: &[std::sync::Arc<Poly<F>>]) -> Vec<F> {
    let terms: Vec<(&Rows<F>, Vec<F>)> = group
        .columns
        .iter()
        .map(|(oracle, factors)| {
            let rows = &polys[oracle.0].rows;
            let mut table = factors.clone();
            if matches!(rows, Rows::Digits { .. }) {
                table.insert(0, F::zero());
                table.resize(table.len().max(16), F::zero());
            }
            (rows, table)
        })
        .collect();
    let length = |rows: &Rows<F>| match rows {
        Rows::Dense(values) => values.len(),
        Rows::Signed(values) => values.len(),
        Rows::Digits { digits, .. } => digits.len(),
    };
    let real = terms
        .iter()
        .map(|(rows, _)| length(rows))
        .max()
        .unwrap_or(0);
    let mut sums = filled(F::zero(), real);
    sums.par_chunks_mut(BLOCK)
        .enumerate()
        .for_each(|(b, sums)| {
            let (mut digits, mut tables) = (Vec::new(), Vec::new());
            for (rows, table) in &terms {
                let start = (b * BLOCK).min(length(rows));
                match rows {
                    Rows::Dense(values) => {
                        let real = sums.len().min(values.len() - start);
                        F::add_scaled(&mut sums[..real], &table[0], &values[start..]);
                    }
                    Rows::Signed(values) => sums
                        .iter_mut()
                        .zip(&values[start..])
                        .filter(|(_, v)| **v != 0)
                        .for_each(|(s, v)| *s += table[0].mul_i128(*v)),
                    Rows::Digits { digits: rows, .. } => {
                        let rows = &rows[start..];
                        match <[F; 16]>::try_from(table.as_slice()) {
                            // Columns of one length are added together.
                            Ok(table) if rows.len() >= sums.len() => {
                                digits.push(rows);
                                tables.push(table);
                            }
                            _ => sums
                                .iter_mut()
                                .zip(rows)
                                .for_each(|(s, d)| *s = s.plus(&table[usize::from(*d)])),
                        }
                    }
                }
            }
            F::add_entries(sums, &digits, &tables);
        });
    sums
}

/// `Σ_g σ^g · f_g`, each polynomial stretched to `vars` variables by ignoring the low ones.
pub(super) fn combine_rows<F: Field>(polys: &[(usize, Vec<F>)], vars: usize, sigma: F) -> Vec<F> {
    let real = polys.iter().map(|(own, rows)| rows.len() << (vars - own));
    let mut sums = filled(F::zero(), real.max().unwrap_or(0));
    sums.par_chunks_mut(BLOCK)
        .enumerate()
        .for_each(|(b, sums)| {
            let mut power = F::one();
            for (own, rows) in polys {
                let shift = vars - own;
                if shift == 0 {
                    let rows = rows.get(b * BLOCK..).unwrap_or_default();
                    let real = rows.len().min(sums.len());
                    F::add_scaled(&mut sums[..real], &power, rows);
                } else {
                    for (i, sum) in sums.iter_mut().enumerate() {
                        let Some(row) = rows.get((b * BLOCK + i) >> shift) else {
                            break;
                        };
                        *sum += power * row;
                    }
                }
                power *= sigma;
            }
        });
    sums
}
