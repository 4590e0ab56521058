//! The prover of the next label.

use super::Shift;
use crate::bytecode::{Number, RowColumn};
use crate::machine::Run;
use crate::witness::Witness;
use sumcheck::kernel::{self, CycleProver};
use sumcheck::{Point, ProverField};

/// The kernel of `shift`, for a claim at `step`.
pub fn prover<F: ProverField>(
    run: &Run<'_>,
    witness: &Witness,
    shift: &Shift<F>,
    step: &Point<F>,
) -> CycleProver<F> {
    // succ(r, j) = eq(r, j − 1)
    let mut successor = kernel::eq_table(step);
    successor.rotate_right(1);
    successor[0] = F::zero();
    let labels = RowColumn::Number(Number::Label);
    let labels = run.machine.bytecode.column(&labels);
    let label = run.machine.bytecode.over_cycles(labels, &witness.row);
    CycleProver::new(
        &shift.relation,
        &[],
        vec![Some(kernel::Column::field(successor)), Some(label)],
    )
}
