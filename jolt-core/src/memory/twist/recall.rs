//! Phase `recall`: what registers and RAM hold comes from initial contents and increments.
//!
//! Relations, one batch over cycles, all ending at `r_recall` (see [`value`]):
//! `register_values`, `ram_values`, and one per block of cells whose final contents the statement fixes.
//! A block's contents are compared at a random point of the block, so that no sumcheck over cells is
//! needed: `Val_final(r_block) = Σ_k contents(k) · eq(r_block, k)`.
//!
//! Transcript: the block points; the batch. Cost per real cycle: about 10 multiplications.

use super::remember::Read;
use crate::machine::{Run, evaluate_cells};
use crate::memory::cells::Cells;
use crate::memory::{port_column, value};
use crate::step::Oracles;
use crate::witness::Witness;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Field, Instance, Point, ProverChannel, Reduced, Relation, Value, VerifierChannel, VerifyError,
    batch,
};

/// The claims that the phase leaves, at the cycle point `r_recall`.
#[must_use = "claims must be consumed"]
pub struct Written<F, V> {
    /// `r_recall`.
    pub point: Point<F>,
    /// Claim on the bytecode column `eq(register, rd)`.
    pub rd: V,
    /// `ra(cell, r_recall)` at the cell point of the RAM reads.
    pub address: V,
    /// For each final block, its address point and `ra` there.
    pub finals: Vec<(Point<F>, V)>,
}

/// The relations, for claims on contents before `r_read`.
pub fn relations<F: Field>(run: &Run<'_>, r_read: &Point<F>) -> Vec<Relation<F>> {
    let mut all = vec![
        value::before("register_values", r_read),
        value::before("ram_values", r_read),
    ];
    all.extend(
        run.finals
            .iter()
            .map(|f| value::at_the_end(f.name, run.cycle_vars)),
    );
    all
}

/// Public parts of the claims: `Val − init` for RAM, `contents − init` for the blocks.
fn offsets<F: Field>(run: &Run<'_>, cell: &Point<F>, blocks: &[Point<F>]) -> (F, Vec<F>) {
    let finals = run
        .finals
        .iter()
        .zip(blocks)
        .map(|(f, point)| evaluate_cells(&f.contents, point) - evaluate_cells(&run.initial, point))
        .collect();
    (evaluate_cells(&run.initial, cell), finals)
}

fn block_points<F: Field>(run: &Run<'_>, mut sample: impl FnMut() -> F) -> Vec<Point<F>> {
    let vars = run.machine.ram_vars();
    run.finals
        .iter()
        .map(|f| f.point(&Point((0..f.block_vars).map(|_| sample()).collect()), vars))
        .collect()
}

/// Sorts the claims: increments go to the opening, addresses are returned.
fn leave<F: Field, V: Copy>(
    reduced: Vec<Reduced<F, V>>,
    blocks: Vec<Point<F>>,
    oracles: &Oracles,
    mut claim_eval: impl FnMut(sumcheck::EvalClaim<F, V>) -> Result<(), VerifyError>,
) -> Result<Written<F, V>, VerifyError> {
    let mut addresses = Vec::with_capacity(reduced.len());
    let mut at = Point(Vec::new());
    for (i, mut one) in reduced.into_iter().enumerate() {
        at = one.points[0].clone();
        let oracle = if i == 0 {
            oracles.rd_inc
        } else {
            oracles.cell_inc
        };
        claim_eval(Oracles::dense(oracle, &at, one.take("increment")))?;
        addresses.push(one.take("address"));
        one.done();
    }
    let mut addresses = addresses.into_iter();
    let (Some(rd), Some(address)) = (addresses.next(), addresses.next()) else {
        unreachable!("the batch has at least two relations");
    };
    Ok(Written {
        point: at,
        rd,
        address,
        finals: blocks.into_iter().zip(addresses).collect(),
    })
}

/// The kernels of [`relations`], for the address points of `read` and of the final blocks.
pub fn kernels<F: Field>(
    relations: &[Relation<F>],
    run: &Run<'_>,
    witness: &Witness,
    read: &Read<F, F>,
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
        .map(|(relation, columns)| CycleProver::new(relation, &[], columns))
        .collect()
}

/// The prover's side.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    read: &mut Read<F, F>,
    oracles: &Oracles,
) -> Written<F, F> {
    let blocks = block_points(run, || channel.sample("block"));
    let (init, finals) = offsets(run, &read.cell, &blocks);
    let register_value = read.register_value.take().expect("consumed once");
    let cell_value = read.cell_value.take().expect("consumed once");
    let claims = [register_value, cell_value - init]
        .into_iter()
        .chain(finals);
    let relations = relations(run, &read.point);
    let kernels = kernels(&relations, run, witness, read, &blocks);
    let instances = relations
        .into_iter()
        .zip(claims)
        .zip(kernels)
        .map(|((relation, claim), kernel)| Instance {
            prover: Box::new(kernel) as Box<_>,
            relation,
            claim,
        })
        .collect();
    let reduced = batch::prove_all(channel, "recall", instances);
    leave(reduced, blocks, oracles, |claim| {
        channel.claim_eval(claim);
        Ok(())
    })
    .expect("a prover's channel takes every claim")
}

/// The verifier's side.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    read: &mut Read<F, Value>,
    oracles: &Oracles,
) -> Result<Written<F, Value>, VerifyError> {
    let blocks = block_points(run, || channel.sample("block"));
    channel.risk(&["block"], "final contents", run.block_vars());
    let (init, finals) = offsets(run, &read.cell, &blocks);
    let register_value = read.register_value.take().expect("consumed once");
    let cell_value = read.cell_value.take().expect("consumed once");
    let mut claims = vec![
        register_value,
        channel.linear(-init, &[(F::one(), cell_value)]),
    ];
    for value in finals {
        claims.push(channel.constant(value));
    }
    let relations = relations(run, &read.point)
        .into_iter()
        .zip(claims)
        .collect();
    let reduced = batch::verify_all(channel, "recall", relations)?;
    leave(reduced, blocks, oracles, |claim| channel.claim_eval(claim))
}
