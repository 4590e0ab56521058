//! The prover of value evaluation.

use super::{Evaluated, Relations, block_points, leave};
use crate::bytecode::{Port, RowColumn};
use crate::constraints::Column as OfStep;
use crate::machine::Run;
use crate::memory::prover::Cells;
use crate::memory::twist::read_checking::{Checked, Values};
use crate::memory::{image, labels, value};
use crate::step::{Oracles, Step};
use crate::witness::Witness;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{Instance, Point, ProverChannel, ProverField, Relation, batch};

/// The kernels of [`Relations`], for the address points of `read` and of the final blocks, and the next label at `step`.
pub fn kernels<F: ProverField>(
    relations: &Relations<F>,
    (run, witness): (&Run<'_>, &Witness),
    read: &Checked<F, F>,
    blocks: &[Point<F>],
    step: &Point<F>,
) -> Vec<CycleProver<F>> {
    let lt = value::less_than_column(&read.point, witness.cycles());
    let bytecode = &run.machine.bytecode;
    let register = bytecode.column(&RowColumn::of_register(Port::Rd, &read.register));
    let register = bytecode.over_cycles(register, &witness.row);
    let rd_inc = Column::signed(witness.rd_inc.clone());
    let cell_inc = Column::signed(witness.cell_inc.clone());
    let cells = Cells::of(witness, run.machine.ram_vars());
    let prover = |contents: &Relation<F>, columns: Vec<Column<F>>| {
        CycleProver::new(contents, &[], columns.into_iter().map(Some).collect())
    };
    let halves = |cell: &Point<F>| cells.halves(&run.machine.halves(cell));
    let [low, high] = halves(&read.cell);
    let mut all = vec![
        prover(
            &relations.registers.relation,
            vec![lt.clone(), register, rd_inc],
        ),
        prover(
            &relations.ram.relation,
            vec![lt, low, high, cell_inc.clone()],
        ),
    ];
    all.extend(relations.finals.iter().zip(blocks).map(|(of, block)| {
        let [low, high] = halves(block);
        prover(&of.relation, vec![low, high, cell_inc.clone()])
    }));
    all.push(labels::prover(run, witness, &relations.shift, step));
    all
}

/// Proves the phase, for what [read-checking](crate::memory::twist::read_checking) left.
pub fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    (run, witness): (&Run<'_>, &Witness),
    left: (&Checked<F, F>, Values<F>),
    (oracles, step): (&Oracles, &mut Step<F, F>),
) -> Evaluated<F, F> {
    let (read, at) = (left.0, step.point.clone());
    prove_with(channel, run, left, (oracles, step), |relations, blocks| {
        kernels(relations, (run, witness), read, blocks, &at)
    })
}

/// Proves the phase with other provers than the [`kernels`], given the points of blocks.
pub fn prove_with<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    (read, values): (&Checked<F, F>, Values<F>),
    (oracles, step): (&Oracles, &mut Step<F, F>),
    provers: impl FnOnce(&Relations<F>, &[Point<F>]) -> Vec<CycleProver<F>>,
) -> Evaluated<F, F> {
    let blocks = block_points(run, || channel.sample("block"));
    let initial = image::prove(channel, run, oracles, &read.cell);
    let claims = [values.register, values.cell - initial]
        .into_iter()
        .chain(run.changes(&blocks))
        .chain([step.take(OfStep::Next)]);
    let relations = Relations::new(run, &read.point, &step.point);
    let provers = provers(&relations, &blocks);
    let instances = relations.batch().into_iter().zip(claims).zip(provers);
    let instances = instances.map(|((relation, claim), kernel)| Instance {
        relation,
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
