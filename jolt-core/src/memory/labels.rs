//! Control flow: the label after a cycle is the label of the next cycle's row.
//!
//! Relation `shift`: `next(r_step) = Σ_j succ(r_step, j) · label(j)`, where `succ(i, j) = [i + 1 = j]`. Nothing
//! follows the last cycle, so its next label is 0: that is the halting check. The memory argument proves
//! it along with its own relations, and leaves the claim on `label`, a column of the bytecode.

use crate::machine::Run;
use crate::witness::Witness;
use sumcheck::kernel::{self, CycleProver};
use sumcheck::{Field, Point, Relation, Segment};

/// The relation, for a claim at the cycle point `step`.
pub fn relation<F: Field>(run: &Run<'_>, step: &Point<F>) -> Relation<F> {
    let mut shift = Relation::new("shift", vec![Segment::cycle(run.cycle_vars)]);
    let from = step.clone();
    let successor = shift.public("succ(r,j)", &[0], move |points| from.successor(&points[0]));
    let label = shift.claimed("label", &[0]);
    shift.summand = successor * label;
    shift
}

/// The kernel of [`relation`] for a claim at `step`.
pub fn prover<F: Field>(
    run: &Run<'_>,
    witness: &Witness,
    relation: &Relation<F>,
    step: &Point<F>,
) -> CycleProver<F> {
    // succ(r, j) = eq(r, j − 1)
    let mut successor = kernel::eq_table(step);
    successor.rotate_right(1);
    successor[0] = F::zero();
    let labels = run.machine.bytecode.column(|row| F::from(row.label));
    let label = run.machine.bytecode.over_cycles(labels, &witness.row);
    CycleProver::new(
        relation,
        &[],
        vec![Some(kernel::Column::field(successor)), Some(label)],
    )
}
