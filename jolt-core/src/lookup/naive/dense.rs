//! The naive argument over dense tables.
//!
//! From the claim `out(r)` on what was read: batch `execute`, with the indicator over all `2^n` indices,
//!
//! ```text
//! out(r) = Σ_{k,j} eq(r, j) · I(k, j) · T(k)
//! ```
//!
//! leaves `T(k*)`, the claim on the table, and `I(k*, r1)`, which the batch `decompose` brings to the bits
//! as in the argument itself. Soundness error: `t/p` for `r`; `(2n + t)/p`; for `decompose` `(12 + max(n + 1, 3)·t)/p`,
//! `1/p` for its `α` and `(t + 4 + 2(n − 1))/p` for booleanity's challenges.

use super::{
    Indicator, MAX_INDEX_BITS, Naive, RADIX, commit_bits, instance, matrices, receive_bits,
};
use crate::lookup::dense::{
    DenseArgument, DenseProver, DenseShape, DenseVerifier, Outputs, Rows, TableClaim, Term,
};
use crate::lookup::written_out::Matrices;
use std::sync::Arc;
use sumcheck::{
    Field, Oracle, Point, ProverChannel, Relation, Segment, Value, VerifierChannel, VerifyError,
    Weights, batch,
};

impl<F: Field> DenseArgument<F> for Naive {
    fn supports(&self, shape: DenseShape) -> Result<(), String> {
        shape.fits::<F>()?;
        match shape.index_bits + shape.cycle_vars {
            0..=MAX_SIZE => Ok(()),
            size => Err(format!(
                "the naive argument writes out tables: 2^{size} entries exceed 2^{MAX_SIZE}"
            )),
        }
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let index: Vec<u128> = index.iter().map(|k| u128::from(*k)).collect();
        let matrices = matrices(shape.index_bits, shape.cycle_vars, &index);
        commit(channel, shape, &index, matrices)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        Ok(Box::new(Side {
            oracles: receive_bits(channel, shape.cycle_vars, shape.index_bits)?,
            shape,
        }))
    }
}

/// Commits the bits of indices. What is proven of them is proven from `matrices`.
pub(in crate::lookup) fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    shape: DenseShape,
    index: &[u128],
    matrices: Matrices<F>,
) -> Box<dyn DenseProver<F>> {
    let oracles = commit_bits(channel, shape.cycle_vars, shape.index_bits, index);
    Box::new(Prover {
        side: Side { shape, oracles },
        matrices,
    })
}

/// `n + t` of the largest tables written out.
const MAX_SIZE: usize = MAX_INDEX_BITS + 4;

/// `Σ_{k,j} eq(r, j) · I(k, j) · T(k)`.
fn read<F: Field>(shape: DenseShape, cycle: &Point<F>) -> Relation<F> {
    let segments = vec![
        Segment::address(shape.index_bits),
        Segment::cycle(shape.cycle_vars),
    ];
    let mut relation = Relation::new("read", segments);
    let eq = relation.eq("eq(r,j)", 1, cycle.clone());
    let indicator = relation.claimed("I", &[0, 1]);
    relation.summand = eq * indicator * relation.claimed("T", &[0]);
    relation
}

/// What both sides have.
struct Side {
    shape: DenseShape,
    oracles: Vec<Oracle>,
}

struct Prover<F> {
    side: Side,
    matrices: Matrices<F>,
}

impl Side {
    /// `Σ_i 2^i bit_i`.
    fn terms<F: Field>(&self) -> Vec<Term<F>> {
        let bits = self.oracles.iter().enumerate();
        let value = Weights::Digit((0..RADIX as u64).map(F::from).collect());
        bits.map(|(i, oracle)| (*oracle, value.clone(), F::from(1u64 << i)))
            .collect()
    }
}

impl<F: Field> DenseProver<F> for Prover<F> {
    fn index(&self) -> Vec<Term<F>> {
        self.side.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        outputs: &Outputs<F>,
        rows: Rows<'_, F>,
    ) -> TableClaim<F, F> {
        let Prover { side, matrices } = *self;
        let Side { shape, oracles } = &side;
        let (point, value) = outputs.prove_at_random(channel, shape.cycle_vars, rows.out);
        let Matrices {
            indicator, digits, ..
        } = matrices;
        let tables = vec![Vec::new(), indicator, rows.table.to_vec()];
        let execute = instance(read(*shape, &point), value, tables);
        let mut reduced = batch::prove_all(channel, "execute", vec![execute]).remove(0);
        let at = Indicator::take(&mut reduced);
        let value = reduced.take("T");
        reduced.done();
        at.prove(channel, digits, oracles);
        at.table(value)
    }
}

impl<F: Field> DenseVerifier<F> for Side {
    fn index(&self) -> Vec<Term<F>> {
        self.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        outputs: &Outputs<F>,
    ) -> Result<TableClaim<F, Value>, VerifyError> {
        let (point, value) = outputs.verify_at_random(channel, self.shape.cycle_vars)?;
        let execute = vec![(read(self.shape, &point), value)];
        let mut reduced = batch::verify_all(channel, "execute", execute)?.remove(0);
        let at = Indicator::take(&mut reduced);
        let value = reduced.take("T");
        reduced.done();
        at.verify(channel, &self.oracles)?;
        Ok(at.table(value))
    }
}

impl<F: Field, V> Indicator<F, V> {
    fn table(self, value: V) -> TableClaim<F, V> {
        TableClaim {
            point: self.index,
            factor: F::one(),
            value,
        }
    }
}
