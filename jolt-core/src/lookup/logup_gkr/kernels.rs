//! What the prover computes after it has committed: the hook for provers other than the fast one.

use super::collate::Collate;
use super::layout::{Fingerprint, Layout, ReadLeaves};
use super::relation;
use super::witness::{Selectors, Witness, selectors};
use crate::gkr::fraction::{self, Leaves, Tree};
use crate::lookup::LookupShape;
use std::sync::Arc;
use sumcheck::kernel::Column;
use sumcheck::{Point, ProverField, Relation, RoundProver};

/// What the prover computes between challenges.
pub(in crate::lookup) trait Kernels<F: ProverField>: Send {
    /// The leaves of both trees, those of the reads first.
    fn leaves(&self, fingerprint: &Fingerprint<F>) -> [Leaves<F>; 2];

    /// The trees over these leaves.
    fn trees(&self, leaves: [Leaves<F>; 2], depth: usize) -> [Tree<F>; 2] {
        leaves.map(|leaves| Tree::new(&leaves, depth))
    }

    /// The kernel of the trees' layers.
    fn general(&self) -> fraction::Kernel<F> {
        fraction::fast
    }

    /// The prover of the relation `leaves`, for the claim on a leaf of the reads.
    fn leaf(&self, relation: &Relation<F>, at: &ReadLeaves<F>, zeta: F) -> Box<dyn RoundProver<F>>;

    /// The prover of the relation `read`.
    fn read(&self, relation: &Relation<F>, cycle: &Point<F>, gamma: F) -> Box<dyn RoundProver<F>>;
}

/// The fast ones, from a witness.
pub(in crate::lookup) struct Fast {
    pub shape: LookupShape,
    pub layout: Arc<Layout>,
    pub witness: Witness,
}

impl Fast {
    /// What every real row selects.
    pub fn selected(&self) -> Vec<Selectors> {
        let (reads, tables) = (&self.witness.reads, self.shape.tables.len());
        let rows = 0..reads.index.len();
        rows.map(|j| selectors(reads, tables, j)).collect()
    }

    /// What a claim on leaves says of every cycle.
    pub fn leaf_column<F: ProverField>(&self, at: &ReadLeaves<F>, zeta: F) -> Column<F> {
        let tables = self.shape.tables.len();
        Column::field(self.witness.leaf_column(tables, at, zeta))
    }

    /// The columns of the relation `read` after the selectors of tables, in the order of its factors.
    pub fn read_columns<F: ProverField>(&self, all: &[Selectors]) -> Vec<Column<F>> {
        let (layout, shape) = (&self.layout, &self.shape);
        let rows = all.len();
        let flags = |flag: fn(&Selectors) -> bool| {
            let column = all.iter().map(|s| u64::from(flag(s)));
            Column::words(Arc::new(column.collect()))
        };
        let mut columns = vec![flags(|s| s.pair), flags(|s| s.single)];
        let sum = |column: &dyn Fn(usize) -> usize, weight: &dyn Fn(usize) -> u128| {
            let mut sum = vec![0u128; rows];
            for i in 0..layout.positions() {
                let column = self.witness.columns[column(i)].as_slice();
                // A negative entry is one of a prover that lies; what they add up to is none.
                for (sum, x) in sum.iter_mut().zip(column) {
                    *sum = sum.wrapping_add(weight(i).wrapping_mul(*x as u128));
                }
            }
            Column::wide(Arc::new(sum))
        };
        let operand = |i| u128::from(layout.cut.operand_weight(i));
        columns.push(sum(&|i| layout.chunk(i), &|i| layout.cut.weight(i)));
        columns.push(sum(&|i| layout.left(i), &operand));
        columns.push(sum(&|i| layout.right(i), &operand));
        for column in relation::used(layout, shape) {
            columns.push(Column::signed(self.witness.columns[column].clone()));
        }
        columns
    }
}

impl<F: ProverField> Kernels<F> for Fast {
    fn leaves(&self, fingerprint: &Fingerprint<F>) -> [Leaves<F>; 2] {
        let (layout, tables) = (&self.layout, self.shape.tables.len());
        [
            self.witness.read_leaves(layout, tables, fingerprint),
            self.witness.table_leaves(layout, fingerprint),
        ]
    }

    fn leaf(&self, relation: &Relation<F>, at: &ReadLeaves<F>, zeta: F) -> Box<dyn RoundProver<F>> {
        fraction::fast(relation, vec![None, Some(self.leaf_column(at, zeta))])
    }

    fn read(&self, _relation: &Relation<F>, cycle: &Point<F>, gamma: F) -> Box<dyn RoundProver<F>> {
        let all = self.selected();
        let columns = self.read_columns(&all);
        let (layout, shape) = (&self.layout, &self.shape);
        Box::new(Collate::new(layout, shape, (cycle, gamma), columns, &all))
    }
}
