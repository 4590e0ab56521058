//! The prover of value evaluation.

use super::{Evaluated, block_points, leave, offsets, relations};
use crate::machine::Run;
use crate::memory::port_column;
use crate::memory::prover::Cells;
use crate::memory::twist::read_checking::{Checked, Values};
use crate::memory::value::{self, Contents};
use crate::step::Oracles;
use crate::witness::Witness;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{Instance, Point, ProverChannel, ProverField, batch};

/// The kernels of [`relations`], for the address points of `read` and of the final blocks.
pub fn kernels<F: ProverField>(
    relations: &[Contents<F>],
    run: &Run<'_>,
    witness: &Witness,
    read: &Checked<F, F>,
    blocks: &[Point<F>],
) -> Vec<CycleProver<F>> {
    let lt = value::less_than_column(&read.point, witness.cycles());
    let bytecode = &run.machine.bytecode;
    let register = bytecode.column(port_column(&read.register, |r| r.rd));
    let register = bytecode.over_cycles(register, &witness.row);
    let rd_inc = Column::signed(witness.rd_inc.clone());
    let cell_inc = Column::signed(witness.cell_inc.clone());
    let cells = Cells::of(witness, run.machine.ram_vars());
    let mut columns = vec![
        vec![Some(lt.clone()), Some(register), Some(rd_inc)],
        vec![
            Some(lt),
            Some(cells.column(&read.cell)),
            Some(cell_inc.clone()),
        ],
    ];
    columns.extend(
        blocks
            .iter()
            .map(|b| vec![Some(cells.column(b)), Some(cell_inc.clone())]),
    );
    relations
        .iter()
        .zip(columns)
        .map(|(contents, columns)| CycleProver::new(&contents.relation, &[], columns))
        .collect()
}

/// Proves the phase, for what [read-checking](crate::memory::twist::read_checking) left.
pub fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    (read, values): (&Checked<F, F>, Values<F>),
    oracles: &Oracles,
) -> Evaluated<F, F> {
    let blocks = block_points(run, || channel.sample("block"));
    let (init, finals) = offsets(run, &read.cell, &blocks);
    let claims = [values.register, values.cell - init]
        .into_iter()
        .chain(finals);
    let relations = relations(run, &read.point);
    let kernels = kernels(&relations, run, witness, read, &blocks);
    let instances = relations.iter().zip(claims).zip(kernels);
    let instances = instances.map(|((contents, claim), kernel)| Instance {
        relation: contents.relation.clone(),
        claim,
        prover: Box::new(kernel),
    });
    let reduced = batch::prove_all(channel, "recall", instances.collect());
    let (claims, evaluated) = leave(&relations, reduced, blocks, oracles);
    for claim in claims {
        channel.claim_eval(claim);
    }
    evaluated
}
