//! The prover, for any kernels; and the fast ones.

use super::super::prover::decompose;
use super::super::{PRODUCTS, Shout};
use super::{Digits, Read, read, widths};
use crate::digits::products::{self, GROUP};
use crate::digits::{ADDRESS_VARS, MAX_RADIX, Packed};
use crate::lookup::dense::{DenseProver, DenseShape, Outputs, ProveDense, Rows, TableClaim, Term};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver, eq_table};
use sumcheck::{
    Field, Instance, Point, Poly, ProverChannel, ProverField, Relation, RoundProver, batch,
};

impl<F: ProverField> ProveDense<F> for Shout {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        commit(channel, shape, &index, |fast| Box::new(fast))
    }
}

/// Digit `i` of an index.
pub(in crate::lookup) fn digit(i: usize, index: u128) -> u8 {
    (index >> (ADDRESS_VARS * i)) as u8 & (MAX_RADIX as u8 - 1)
}

/// Commits the digits of indices. What is proven of them is proven by the kernels.
pub(in crate::lookup) fn commit<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    shape: DenseShape,
    index: &Arc<Vec<u32>>,
    kernels: impl FnOnce(Fast) -> Box<dyn Kernels<F>>,
) -> Box<dyn DenseProver<F>> {
    let polys: Vec<Arc<Poly<F>>> = widths(shape)
        .into_par_iter()
        .enumerate()
        .map(|(i, width)| {
            let digits = index.iter().map(|k| digit(i, u128::from(*k)));
            Arc::new(Poly::digits(shape.cycle_vars, 1 << width, digits.collect()))
        })
        .collect();
    let fast = Fast {
        shape,
        index: index.clone(),
        packed: polys.iter().map(|p| Arc::new(Packed::new(p))).collect(),
    };
    let oracles = channel.commit("dense digits", polys);
    Box::new(Prover {
        digits: Digits { shape, oracles },
        kernels: kernels(fast),
    })
}

struct Prover<F> {
    digits: Digits,
    kernels: Box<dyn Kernels<F>>,
}

impl<F: ProverField> DenseProver<F> for Prover<F> {
    fn index(&self) -> Vec<Term<F>> {
        self.digits.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        outputs: &Outputs<F>,
        rows: Rows<'_, F>,
    ) -> TableClaim<F, F> {
        let shape = self.digits.shape;
        let (cycle, value) = outputs.prove_at_random(channel, shape.cycle_vars, rows.out);
        let (relation, factors) = read(shape.index_bits);
        let execute = Instance {
            prover: self.kernels.read(&relation, &cycle, rows.table),
            relation,
            claim: value,
        };
        let [reduced] = batch::prove(channel, "execute", [execute]);
        let read = Read::take(&factors, reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let one_hot = channel.enforced(products::ONE_HOT);
        let at = self
            .digits
            .at(cycle, &read.table.point, challenges, one_hot);
        let digits = self.digits.digits();
        let kernels = self.kernels;
        let late = decompose(at, &[read.folded], digits, |relation, at| {
            kernels.digits(relation, at)
        });
        batch::prove_late(channel, "decompose", vec![late]);
        read.table
    }
}

/// One prover for each relation: the hook for provers other than the fast ones.
pub(in crate::lookup) trait Kernels<F: Field>: Send {
    /// Of the relation `read`, for the rows' weights at `cycle` and the combined table.
    fn read(
        &self,
        relation: &Relation<F>,
        cycle: &Point<F>,
        table: &[F],
    ) -> Box<dyn RoundProver<F>>;

    /// Of the relation `digits`.
    fn digits(
        self: Box<Self>,
        relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>>;
}

/// The fast ones, by the indices.
pub(in crate::lookup) struct Fast {
    shape: DenseShape,
    index: Arc<Vec<u32>>,
    packed: Vec<Arc<Packed>>,
}

/// `A(k)` for all `k`.
fn fold<F: ProverField>(index: &[u32], shape: DenseShape, cycle: &Point<F>) -> Vec<F> {
    let eq = eq_table(cycle);
    let entries = 1usize << shape.index_bits;
    let tasks = rayon::current_num_threads().max(1);
    let rows = index.len().div_ceil(tasks).max(entries).max(1);
    let sums = index.par_chunks(rows).zip(eq.par_chunks(rows));
    let sums = sums.map(|(index, eq)| {
        let mut own = vec![F::zero(); entries];
        for (k, e) in index.iter().zip(eq) {
            own[*k as usize] += e;
        }
        own
    });
    let mut sum = sums.reduce(Vec::new, |a, b| match (a.is_empty(), b.is_empty()) {
        (true, _) => b,
        (_, true) => a,
        _ => a.iter().zip(&b).map(|(a, b)| *a + b).collect(),
    });
    sum.resize(entries, F::zero());
    sum[0] += F::one() - cycle.prefix_sum(index.len());
    sum
}

impl<F: ProverField> Kernels<F> for Fast {
    fn read(
        &self,
        relation: &Relation<F>,
        cycle: &Point<F>,
        table: &[F],
    ) -> Box<dyn RoundProver<F>> {
        let folded = fold(&self.index, self.shape, cycle);
        let columns = [folded, table.to_vec()].map(|c| Some(Column::field(c)));
        Box::new(CycleProver::new(relation, &[], columns.into()))
    }

    fn digits(
        self: Box<Self>,
        relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>> {
        match at.group {
            GROUP => Box::new(products::Prover::new(at, &self.packed)),
            _ => Box::new(CycleProver::new(relation, &[], columns(&self.index, at))),
        }
    }
}

/// The columns of [`Grouped`], for any number of digits.
fn columns<F: ProverField>(index: &[u32], at: &products::At<F>) -> Vec<Option<Column<F>>> {
    let of = |i: usize| index.iter().map(move |k| digit(i, u128::from(*k)));
    let digits: Vec<Arc<Vec<u8>>> = (0..at.addresses.len())
        .map(|i| Arc::new(of(i).collect()))
        .collect();
    let tables = at.diagonals();
    let mut diagonal = vec![F::zero(); index.len()];
    let bytes: Vec<&[u8]> = digits.iter().map(|digits| digits.as_slice()).collect();
    F::add_entries(&mut diagonal, &bytes, &tables);
    let tail = tables.iter().map(|table| table[0]).sum();
    let opened = digits.iter().zip(&at.addresses);
    let opened =
        opened.map(|(digits, address)| Some(Column::digits(digits.clone(), address.eq_table())));
    std::iter::once(None)
        .chain(opened)
        .chain([Some(Column::with_tail(diagonal, tail))])
        .collect()
}
