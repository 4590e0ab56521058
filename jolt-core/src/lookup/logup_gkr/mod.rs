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

mod collate;
pub(in crate::lookup) mod dense;
pub(in crate::lookup) mod kernels;
pub(in crate::lookup) mod layout;
mod relation;
#[cfg(test)]
mod tests;
pub(in crate::lookup) mod witness;

use super::dense::DenseArgument;
use super::selectors::{SelectorWeights, fits_field, read_value};
use super::{
    EXPOSED, LookupArgument, LookupProver, LookupShape, LookupVerifier, ReadClaim, Reads,
    SELECTORS, SelectorClaim,
};
use crate::facts::{Facts, Structure};
use crate::gkr::fraction::{self, Fraction};
use kernels::{Fast, Kernels};
use layout::{Fingerprint, Layout, Made, ReadLeaves, Selected, TableLeaves};
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Field, Instance, Oracle, Poly, ProverChannel, Reduced, Shape, Value,
    VerifierChannel, VerifyError, Weights, batch,
};
use witness::Witness;

/// Names of the trees.
const TREES: [&str; 2] = ["reads", "table"];

/// The LogUp argument.
#[derive(Clone, Debug, Default)]
pub struct LogupGkr {
    chunk_bits: Option<usize>,
    made: Made,
}

impl LogupGkr {
    /// With chunks of so many bits, instead of a length that fits the number of reads.
    pub fn with_chunks(bits: usize) -> Self {
        LogupGkr {
            chunk_bits: Some(bits),
            ..Self::default()
        }
    }

    /// Chunks for which the trees have the fewest leaves, among those that have no more entries than there
    /// are rows (so that a setup for the rows is one for the multiplicities).
    fn chunk_bits(&self, shape: &LookupShape) -> Result<usize, String> {
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
            .ok_or_else(|| {
                let rows = 1usize << shape.cycle_vars;
                format!("chunks of two bits need four rows, not {rows}")
            })
    }

    pub(in crate::lookup) fn layout<F: Field>(
        &self,
        shape: &LookupShape,
    ) -> Result<Arc<Layout>, String> {
        // An index must be one field element, and lookups must be fewer than it has elements.
        fits_field::<F>(shape.index_bits, 64)?;
        shape.fits_tables()?;
        let bits = self.chunk_bits(shape)?;
        self.made.layout(shape, bits).map_err(|e| e.to_string())
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

    fn supports(&self, shape: &LookupShape) -> Result<(), String> {
        self.layout::<F>(shape).map(|_| ())
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let layout = self.layout::<F>(shape).expect("a supported shape");
        let fast = Fast {
            witness: Witness::new(&layout, reads, shape.tables.len()),
            shape: shape.clone(),
            layout,
        };
        commit(channel, fast, |fast| Box::new(fast))
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        let layout = self
            .layout::<F>(shape)
            .map_err(|cause| VerifyError::NotAllowed { cause })?;
        let of = |vars| Shape { vars, radix: None };
        let columns = vec![of(shape.cycle_vars); layout.columns()];
        let counts = vec![of(layout.cut.chunk_bits()); layout.groups.len()];
        Ok(Box::new(Committed {
            columns: channel.oracles("lookup columns", &columns)?,
            counts: channel.oracles("lookup multiplicities", &counts)?,
            shape: shape.clone(),
            layout,
        }))
    }
}

/// Commits a witness. What is proven of it is proven by the kernels.
pub(in crate::lookup) fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    fast: Fast,
    kernels: impl FnOnce(Fast) -> Box<dyn Kernels<F>>,
) -> Box<dyn LookupProver<F>> {
    let Fast {
        shape,
        layout,
        witness,
    } = &fast;
    let poly = |vars| move |c: &Vec<i128>| Arc::new(Poly::signed(vars, c.clone()));
    let columns = witness.columns.iter().map(|c| poly(shape.cycle_vars)(c));
    let columns = channel.commit("lookup columns", columns.collect());
    let counts = witness.multiplicities.iter();
    let counts = counts.map(poly(layout.cut.chunk_bits()));
    let counts = channel.commit("lookup multiplicities", counts.collect());
    Box::new(Prover {
        instance: Committed {
            shape: shape.clone(),
            layout: layout.clone(),
            columns,
            counts,
        },
        kernels: kernels(fast),
    })
}

/// An instance whose commitments are known.
struct Committed {
    shape: LookupShape,
    layout: Arc<Layout>,
    columns: Vec<Oracle>,
    counts: Vec<Oracle>,
}

struct Prover<F> {
    instance: Committed,
    kernels: Box<dyn Kernels<F>>,
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
        reduced: Vec<Reduced<F, V>>,
        mut linear: impl FnMut(&[(F, V)]) -> V,
    ) -> (Vec<EvalClaim<F, V>>, SelectorClaim<F, V>) {
        let [mut read, mut leaves] = <[_; 2]>::try_from(reduced)
            .ok()
            .expect("two relations were given");
        let point = read.points[0].clone();
        let claim = |terms: Vec<(usize, F)>, value: V| EvalClaim {
            terms: terms
                .into_iter()
                .map(|(column, factor)| (self.columns[column], Weights::One, factor))
                .collect(),
            point: point.clone(),
            value,
        };
        let tables = (0..self.shape.tables.len()).map(relation::selector);
        let tables: Vec<V> = tables.map(|name| read.take(&name)).collect();
        let [pair, single] = ["pair", "single"].map(|name| read.take(name));

        let (layout, positions) = (&self.layout, 0..self.layout.positions());
        let mut claims = Vec::new();
        let index = positions.clone().map(|i| {
            let weight = F::from(layout.cut.weight(i));
            (layout.chunk(i), weight)
        });
        claims.push(claim(index.collect(), read.take("index")));
        for (name, column) in [
            ("left", Layout::left as fn(&Layout, usize) -> usize),
            ("right", Layout::right),
        ] {
            let terms = positions.clone().map(|i| {
                let weight = F::from(layout.cut.operand_weight(i));
                (column(layout, i), weight)
            });
            claims.push(claim(terms.collect(), read.take(name)));
        }
        for column in relation::used(layout, &self.shape) {
            let value = read.take(&relation::name(column));
            claims.push(claim(vec![(column, F::one())], value));
        }
        read.done();

        // leaf − selectors = Σ ζ · factor · column
        let selected = at.combined(zeta);
        let mut value = vec![(F::one(), leaves.take("leaf"))];
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

impl<F: Field> LookupProver<F> for Prover<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let (layout, shape) = (&self.instance.layout, &self.instance.shape);
        let gamma: F = channel.sample("lookup/read");
        let [alpha, beta] = ["lookup/alpha", "lookup/beta"].map(|label| channel.sample(label));
        let fingerprint = Fingerprint::new(layout, alpha, beta);
        let leaves = self.kernels.leaves(&fingerprint);
        let trees = self.kernels.trees(leaves, self.instance.depth());
        let trees = TREES.into_iter().zip(trees).collect();
        let claims = fraction::prove(channel, "gkr", trees, self.kernels.general());

        let table = layout::table_leaves(layout, &fingerprint, &claims.point);
        channel.claim_eval(self.instance.counts(&table, claims.leaves[1].numerator));
        let at = layout::read_leaves(layout, &fingerprint, shape.cycle_vars, &claims.point);
        let zeta: F = channel.sample("lookup/leaves");
        let Fraction {
            numerator,
            denominator,
        } = claims.leaves[0];

        let read = relation::read(layout, shape, &claim.point, gamma);
        let leaves = relation::leaves(&at.cycle);
        let instances = vec![
            Instance {
                prover: self.kernels.read(&read, &claim.point, gamma),
                relation: read,
                claim: claim.out + gamma * (claim.left + gamma * claim.right),
            },
            Instance {
                prover: self.kernels.leaf(&leaves, &at, zeta),
                relation: leaves,
                claim: numerator + zeta * (denominator - beta),
            },
        ];
        let reduced = batch::prove_all(channel, "execute", instances);
        let epsilon: F = channel.sample("lookup/selectors");
        let linear = |terms: &[(F, F)]| terms.iter().map(|(f, v)| *f * v).sum();
        let (claims, selectors) = self.instance.finish(&at, [zeta, epsilon], reduced, linear);
        for claim in claims {
            channel.claim_eval(claim);
        }
        selectors
    }
}

impl<F: Field> LookupVerifier<F> for Committed {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let (layout, shape) = (&self.layout, &self.shape);
        let gamma: F = channel.sample("lookup/read");
        let [alpha, beta] = ["lookup/alpha", "lookup/beta"].map(|label| channel.sample(label));
        let fingerprint = Fingerprint::new(layout, alpha, beta);
        channel.risk(&["lookup/read"], EXPOSED, 2);
        let leaves = 2usize << self.depth();
        let degree = leaves * fingerprint.degree();
        channel.risk(
            &["lookup/alpha", "lookup/beta"],
            "fingerprints of lookups",
            degree,
        );
        let (roots, claims) = fraction::verify(channel, "gkr", &TREES, self.depth())?;
        fraction::verify_equal(channel, "lookup/sum", roots[0], roots[1])?;

        let table = layout::table_leaves(layout, &fingerprint, &claims.point);
        let found = [(F::one(), claims.leaves[1].denominator)];
        let difference = channel.linear(-table.denominator, &found);
        channel.assert_zero("lookup/table", difference)?;
        channel.claim_eval(self.counts(&table, claims.leaves[1].numerator))?;
        let at = layout::read_leaves(layout, &fingerprint, shape.cycle_vars, &claims.point);
        let zeta: F = channel.sample("lookup/leaves");
        channel.risk(&["lookup/leaves"], "numerator and denominator of a leaf", 1);
        let leaf = [
            (F::one(), claims.leaves[0].numerator),
            (zeta, claims.leaves[0].denominator),
        ];
        let leaf = channel.linear(-zeta * beta, &leaf);
        let value = read_value(channel, gamma, &claim);
        let relations = vec![
            (relation::read(layout, shape, &claim.point, gamma), value),
            (relation::leaves(&at.cycle), leaf),
        ];
        let reduced = batch::verify_all(channel, "execute", relations)?;
        let epsilon: F = channel.sample("lookup/selectors");
        // Of each table, of pairs and of single operands.
        let claims = shape.tables.len() + 2;
        channel.risk(&["lookup/selectors"], SELECTORS, claims - 1);
        let linear = |terms: &[(F, Value)]| channel.linear(F::zero(), terms);
        let (claims, selectors) = self.finish(&at, [zeta, epsilon], reduced, linear);
        for claim in claims {
            channel.claim_eval(claim)?;
        }
        Ok(selectors)
    }
}
