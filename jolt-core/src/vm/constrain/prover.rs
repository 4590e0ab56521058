//! The prover of phase `constrain`, and what it proves: the columns.

use super::{Constraints, offset_weights, oracle_claims, weights};
use crate::bytecode::{Number, RowColumn};
use crate::constraints::{CONSTRAINTS, Column, Term, coefficients};
use crate::machine::Run;
use crate::step::{Oracles, Step};
use crate::witness::Witness;
use instruction_tables::Row;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::{self, CycleProver};
use sumcheck::{Field, Instance, Point, ProverChannel, ProverField, Relation, RoundProver, batch};

/// Whether the cells accessed are read-only. Most often they are, since idle cycles access cell 0.
fn protected<F: ProverField>(run: &Run<'_>, w: &Witness) -> kernel::Column<F> {
    let cells = &run.machine.read_only;
    let first = cells.contains(0);
    let differs = |cell: &u32| u8::from(*cell != 0 && cells.contains(*cell) != first);
    let digits = w.address.par_iter().map(differs).collect();
    let table = [first, !first].map(|protected| F::from(u64::from(protected)));
    kernel::Column::digits(Arc::new(digits), table.to_vec())
}

/// The columns in the order of [`Column::ALL`].
pub fn columns<F: ProverField>(run: &Run<'_>, w: &Witness) -> Vec<kernel::Column<F>> {
    let (offsets, powers) = offset_weights(run);
    let labels = RowColumn::Number(Number::Label);
    let labels = run.machine.bytecode.column(&labels);
    let next = run.machine.bytecode.over_cycles(labels, &w.next_row);
    let address: Arc<Vec<u64>> = Arc::new(w.address.iter().map(|k| u64::from(*k)).collect());
    Column::ALL
        .iter()
        .map(|column| match column {
            Column::Rs1 => kernel::Column::words(w.rs1.clone()),
            Column::Rs2 => kernel::Column::words(w.rs2.clone()),
            Column::RdOld => kernel::Column::words(w.rd_old.clone()),
            Column::RdInc => kernel::Column::signed(w.rd_inc.clone()),
            Column::Cell => kernel::Column::words(w.cell.clone()),
            Column::CellInc => kernel::Column::signed(w.cell_inc.clone()),
            Column::Address => kernel::Column::words(address.clone()),
            Column::Offset => kernel::Column::digits(w.offset.clone(), offsets.clone()),
            Column::Power => kernel::Column::digits(w.offset.clone(), powers.clone()),
            Column::Left => kernel::Column::words(w.left.clone()),
            Column::Right => kernel::Column::wide(w.right.clone()),
            Column::Out => kernel::Column::words(w.out.clone()),
            Column::Next => next.clone(),
            Column::Protected => protected(run, w),
        })
        .collect()
}

/// The kernel of the relation.
pub fn kernel<F: ProverField>(
    relation: &Relation<F>,
    run: &Run<'_>,
    witness: &Witness,
    weights: &[F],
) -> CycleProver<F> {
    let bytecode = &run.machine.bytecode;
    let h = coefficients(bytecode, weights)
        .into_iter()
        .map(|column| bytecode.over_cycles(column, &witness.row));
    let factors = [None]
        .into_iter()
        .chain(columns(run, witness).into_iter().chain(h).map(Some))
        .collect();
    CycleProver::new(relation, &[], factors)
}

/// The prover's side, with the [kernel](kernel()) or another prover.
pub fn prove<'a, F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    prover: impl FnOnce(&Relation<F>, &[F]) -> Box<dyn RoundProver<F> + 'a>,
) -> Step<F, F> {
    let tau = Point((0..run.cycle_vars).map(|_| channel.sample("tau")).collect());
    let rho = channel.sample("rho");
    let weights = weights(rho, |check| channel.enforced(check));
    let constraints = Constraints::new(&tau);
    let instance = Instance {
        prover: prover(&constraints.relation, &weights),
        relation: constraints.relation.clone(),
        claim: F::zero(),
    };
    let [reduced] = batch::prove(channel, "constrain", [instance]);
    let mut step = constraints.leave(weights, reduced);
    for claim in oracle_claims(&mut step, run, oracles) {
        channel.claim_eval(claim);
    }
    step
}

/// The cycles that break a constraint, with its name, in order.
pub fn violations(run: &Run<'_>, witness: &Witness) -> Vec<(usize, &'static str)> {
    let columns = columns::<ark_bn254::Fr>(run, witness);
    let code = &run.machine.bytecode;
    let at = |column: Column| {
        Column::ALL
            .iter()
            .position(|c| *c == column)
            .unwrap_or_default()
    };
    let value = |term: &Term, j: usize, row: &Row| {
        term.monomial.iter().fold(
            term.constant::<ark_bn254::Fr>(code.word(), row),
            |product, column| product * columns[at(*column)].get(j),
        )
    };
    witness
        .row
        .par_iter()
        .enumerate()
        .flat_map_iter(|(j, row)| {
            let row = &code.rows()[*row as usize];
            let broken = CONSTRAINTS
                .iter()
                .filter(|c| {
                    c.terms
                        .iter()
                        .map(|t| value(t, j, row))
                        .sum::<ark_bn254::Fr>()
                        != 0.into()
                })
                .map(|c| (j, c.name));
            broken.collect::<Vec<_>>()
        })
        .collect()
}
