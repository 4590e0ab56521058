//! Who proves the two relations: the hook for provers other than the fast ones.

use super::layout::Layout;
use super::read;
use crate::digits::{Packed, products};
use crate::lookup::{LookupShape, Reads};
use std::sync::Arc;
use sumcheck::{Field, Point, ProverField, Relation, RoundProver};

/// One prover for each relation.
pub(in crate::lookup) trait Kernels<F: Field>: Send {
    /// Of the relation `read`.
    fn read(
        &self,
        relation: &Relation<F>,
        cycle: &Point<F>,
        gamma: F,
    ) -> Box<dyn RoundProver<F> + '_>;

    /// Of the relation `digits`.
    fn digits(
        self: Box<Self>,
        relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>>;
}

pub(in crate::lookup) struct Fast {
    pub shape: LookupShape,
    pub layout: Layout,
    pub reads: Arc<Reads>,
    pub packed: Vec<Arc<Packed>>,
}

impl<F: ProverField> Kernels<F> for Fast {
    fn read(
        &self,
        _relation: &Relation<F>,
        cycle: &Point<F>,
        gamma: F,
    ) -> Box<dyn RoundProver<F> + '_> {
        let reads = self.reads.clone();
        let prover = read::Prover::new(&self.shape, self.layout, reads, cycle, gamma);
        Box::new(prover)
    }

    fn digits(
        self: Box<Self>,
        _relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>> {
        Box::new(products::Prover::new(at, &self.packed))
    }
}
