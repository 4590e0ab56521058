//! LogUp over decomposed tables [Hab22; STW23], its fractions summed by GKR [PH23; GKR08].
//!
//! Commitment: for each chunk of the index its value, the outputs of the subtables that the read's table
//! needs there, and its operands if they are needed (`layout.rs`); and for each group of subtables how often
//! each entry is looked up.
//!
//! Protocol, for the claims `out`, `left`, `right` at the cycle point `r`:
//!
//! 1. `γ`, `α`, `β`. Both sides of
//!
//!    ```text
//!    Σ_reads Σ_i w_i(j) / (β − tuple_i(j)) + v_i(j) / (β − operands_i(j))
//!        = Σ_g Σ_k m_g(k) / (β − tuple_g(k))
//!    ```
//!
//!    are summed by trees of one depth ([`crate::gkr::fraction`]); `w = Σ_t selects_t + single`,
//!    `v = pair + Σ_t needs_operands_t · selects_t`. Check `lookup/sum`: the sums are equal.
//! 2. The claims on the leaves of the table: its denominators are public, by the automata (check
//!    `lookup/table`); its numerators are multiplicities, which are opened.
//! 3. `ζ`. The claims on the leaves of the reads are linear in columns and selectors at the cycle part of
//!    the point. Batch `execute`: relation `leaves` for them, and relation `read`, the outputs recombined
//!    (`relation.rs`). It leaves claims on columns, which are opened, and on every selector.
//! 4. `ε` combines the selectors: the caller's claim.
//!
//! A read without table and operands has numerators 0, commits nothing and costs what a row of the trees
//! costs; rows beyond the real ones cost nothing.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

#[cfg(feature = "prover")]
mod collate;
pub(in crate::lookup) mod dense;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod kernels;
pub(in crate::lookup) mod layout;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
mod relation;
#[cfg(test)]
mod tests;
mod verifier;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod witness;

use super::dense::DenseArgument;
use super::selectors::{SelectorWeights, fits_field};
use super::{LookupArgument, LookupShape, LookupVerifier, SelectorClaim, Unsupported};
use crate::facts::{Facts, Structure};
use layout::{Layout, ReadLeaves, Selected, TableLeaves};
use relation::ExecuteFactors;
use std::sync::Arc;
use sumcheck::{EvalClaim, Field, Oracle, Reduced, VerifierChannel, VerifyError, Weights};

/// Names of the trees.
const TREES: [&str; 2] = ["reads", "table"];

/// The LogUp argument.
#[derive(Clone, Debug, Default)]
pub struct LogupGkr {
    chunk_bits: Option<usize>,
}

impl LogupGkr {
    /// With chunks of so many bits, instead of a length that fits the number of reads.
    pub fn with_chunks(bits: usize) -> Self {
        LogupGkr {
            chunk_bits: Some(bits),
        }
    }

    /// Chunks for which the trees have the fewest leaves, among those that have no more entries than there
    /// are rows (so that a setup for the rows is one for the multiplicities).
    fn chunk_bits(&self, shape: &LookupShape) -> Result<usize, Unsupported> {
        if let Some(bits) = self.chunk_bits {
            return Ok(bits);
        }
        // About four groups for three tables, at the word size and tables of the machine.
        let groups = 2 + 4 * shape.tables.len() / 3;
        let leaves =
            |bits: &usize| ((2 * shape.index_bits / bits) << shape.cycle_vars) + (groups << bits);
        [2, 4, 8, 16]
            .into_iter()
            .filter(|b| *b <= shape.cycle_vars && shape.index_bits.is_multiple_of(*b))
            .min_by_key(leaves)
            .ok_or(Unsupported::FewRows {
                rows: 1 << shape.cycle_vars,
            })
    }

    pub(in crate::lookup) fn layout<F: Field>(
        &self,
        shape: &LookupShape,
    ) -> Result<Arc<Layout>, Unsupported> {
        // An index must be one field element, and lookups must be fewer than it has elements.
        fits_field::<F>(shape.index_bits, 64)?;
        shape.fits_tables()?;
        let bits = self.chunk_bits(shape)?;
        Ok(Arc::new(Layout::new(shape, bits)?))
    }
}

impl<F: Field> LookupArgument<F> for LogupGkr {
    fn name(&self) -> &'static str {
        "logup-gkr"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "sums of fractions over subtables, by GKR",
            structure: Structure::Decomposed,
            index_bits: 16..=128,
            papers: &["Hab22", "PH23", "GKR08"],
            note: Some("logup-gkr.md"),
            ..Facts::LOOKUP
        }
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        self.layout::<F>(shape).map(|_| ())
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        let layout = self.layout::<F>(shape)?;
        verifier::receive(channel, shape, layout)
    }
}

/// An instance whose commitments are known.
struct Committed {
    shape: LookupShape,
    layout: Arc<Layout>,
    columns: Vec<Oracle>,
    counts: Vec<Oracle>,
}

impl<F: Field> ReadLeaves<F> {
    /// Factors of the selectors in `numerator + ζ·(denominator − β)`.
    fn combined(&self, zeta: F) -> Selected<F> {
        let (n, d) = (&self.numerator, &self.denominator);
        let tables = n.tables.iter().zip(&d.tables);
        Selected {
            tables: tables.map(|(n, d)| *n + zeta * d).collect(),
            pair: n.pair + zeta * d.pair,
            single: n.single + zeta * d.single,
        }
    }
}

impl Committed {
    fn depth(&self) -> usize {
        self.layout.depth(self.shape.cycle_vars)
    }

    /// The claim on the multiplicities.
    fn counts<F: Field, V>(&self, at: &TableLeaves<F>, value: V) -> EvalClaim<F, V> {
        let terms = self.counts.iter().zip(&at.groups);
        EvalClaim {
            terms: terms.map(|(o, eq)| (*o, Weights::One, *eq)).collect(),
            point: at.chunk.clone(),
            value,
        }
    }

    /// What the batch `execute` leaves: claims on columns, and one on selectors. `linear` makes a linear
    /// combination.
    fn finish<F: Field, V: Copy>(
        &self,
        at: &ReadLeaves<F>,
        [zeta, epsilon]: [F; 2],
        (factors, reduced): (ExecuteFactors<F>, [Reduced<F, V>; 2]),
        mut linear: impl FnMut(&[(F, V)]) -> V,
    ) -> (Vec<EvalClaim<F, V>>, SelectorClaim<F, V>) {
        let [mut read, mut leaves] = reduced;
        let [point] = read.at();
        let claim = |terms: Vec<(usize, F)>, value: V| EvalClaim {
            terms: terms
                .into_iter()
                .map(|(column, factor)| (self.columns[column], Weights::One, factor))
                .collect(),
            point: point.clone(),
            value,
        };
        let of = factors.read;
        let tables = of.tables.into_iter();
        let tables: Vec<V> = tables.map(|factor| read.take(factor)).collect();
        let [pair, single] = read.take_each([of.pair, of.single]);

        let (layout, positions) = (&self.layout, 0..self.layout.positions());
        let mut claims = Vec::new();
        let index = positions.clone().map(|i| {
            let weight = F::from(layout.cut.weight(i));
            (layout.chunk(i), weight)
        });
        claims.push(claim(index.collect(), read.take(of.index)));
        for (factor, column) in [
            (of.left, Layout::left as fn(&Layout, usize) -> usize),
            (of.right, Layout::right),
        ] {
            let terms = positions.clone().map(|i| {
                let weight = F::from(layout.cut.operand_weight(i));
                (column(layout, i), weight)
            });
            claims.push(claim(terms.collect(), read.take(factor)));
        }
        for (column, factor) in of.columns {
            claims.push(claim(vec![(column, F::one())], read.take(factor)));
        }
        read.done();

        // leaf − selectors = Σ ζ · factor · column
        let selected = at.combined(zeta);
        let mut value = vec![(F::one(), leaves.take(factors.leaf))];
        leaves.done();
        value.extend(selected.tables.iter().zip(&tables).map(|(f, v)| (-*f, *v)));
        value.extend([(-selected.pair, pair), (-selected.single, single)]);
        let columns = at.columns.iter().enumerate();
        let columns = columns.map(|(column, factor)| (column, zeta * factor));
        claims.push(claim(columns.collect(), linear(&value)));

        let weights = SelectorWeights::powers(epsilon, tables.len());
        let mut value: Vec<(F, V)> = weights.tables.iter().copied().zip(tables).collect();
        value.extend([(weights.pair, pair), (weights.single, single)]);
        let selectors = weights.claim(point, linear(&value));
        (claims, selectors)
    }
}
