//! Phase `constrain`: the step constraints hold in every cycle.
//!
//! Relation `step`: `0 = Σ_j eq(τ, j) · Σ_m H_m(j) · m(j)` (see [`crate::constraints`]), degree 4.
//! Transcript: τ, ρ; the batch; all column values and all `H_m` at `r_step`.
//! Cost per real cycle: about 60 multiplications in the rounds, and 12 for folding: most columns are tables over
//! bytecode rows, which code that repeats itself reads at few different pairs of rows.

use crate::constraints::{CONSTRAINTS, Column, Term, coefficients, monomial_name, monomials};
use crate::machine::Run;
use crate::step::{Oracles, Step};
use crate::witness::Witness;
use instruction_tables::Row;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::kernel::{self, CycleProver};
use sumcheck::{
    Claimed, Expr, Field, Instance, Point, ProverChannel, Relation, RoundProver, Segment,
    VerifierChannel, VerifyError, batch,
};

/// The relation at a random `tau`.
pub fn relation<F: Field>(tau: &Point<F>) -> Relation<F> {
    let mut relation = Relation::new("step", vec![Segment::cycle(tau.vars())]);
    let eq = relation.eq("eq(τ,j)", 0, tau.clone());
    let columns: BTreeMap<Column, Claimed<F>> = Column::ALL
        .iter()
        .map(|c| (*c, relation.claimed(c.name(), &[0])))
        .collect();
    let terms = monomials()
        .iter()
        .map(|monomial| {
            let h = relation.claimed(format!("H_{}", monomial_name(monomial)), &[0]);
            monomial
                .iter()
                .fold(h.into(), |term: Expr<F>, c| term * columns[c])
        })
        .collect();
    relation.summand = eq * Expr::Sum(terms);
    relation
}

/// The columns [`Column::Offset`] and [`Column::Power`] as functions of the offset digit.
fn offset_weights<F: Field>(run: &Run<'_>) -> (Vec<F>, Vec<F>) {
    let bytes = run.machine.bytecode.word.bytes();
    let offsets = (0..bytes as u64).map(F::from).collect();
    let powers = (0..bytes).map(|o| F::from(1u64 << (8 * o))).collect();
    (offsets, powers)
}

/// Whether the cells accessed are read-only. Most often they are, since idle cycles access cell 0.
fn protected<F: Field>(run: &Run<'_>, w: &Witness) -> kernel::Column<F> {
    let cells = &run.machine.read_only;
    let first = cells.contains(0);
    let differs = |cell: &u32| u8::from(*cell != 0 && cells.contains(*cell) != first);
    let digits = w.address.par_iter().map(differs).collect();
    let table = [first, !first].map(|protected| F::from(u64::from(protected)));
    kernel::Column::digits(Arc::new(digits), table.to_vec())
}

/// The columns in the order of [`Column::ALL`].
pub fn columns<F: Field>(run: &Run<'_>, w: &Witness) -> Vec<kernel::Column<F>> {
    let (offsets, powers) = offset_weights(run);
    let labels = run.machine.bytecode.column(|row| F::from(row.label));
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

fn weights<F: Field>(rho: F, mut enforced: impl FnMut(&str) -> bool) -> Vec<F> {
    let mut power = F::one();
    CONSTRAINTS
        .iter()
        .map(|c| {
            let weight = if enforced(&format!("constrain/{}", c.name)) {
                power
            } else {
                F::zero()
            };
            power *= rho;
            weight
        })
        .collect()
}

/// The kernel of the relation.
pub fn kernel<F: Field>(
    relation: &Relation<F>,
    run: &Run<'_>,
    witness: &Witness,
    weights: &[F],
) -> CycleProver<F> {
    let bytecode = &run.machine.bytecode;
    let h = coefficients(bytecode.word, &bytecode.rows, weights)
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
    let relation = relation(&tau);
    let prover = prover(&relation, &weights);
    let instance = Instance {
        relation,
        claim: F::zero(),
        prover,
    };
    let reduced = batch::prove_all(channel, "constrain", vec![instance])
        .pop()
        .expect("one relation in, one out");
    let mut step = Step::from_batch(weights, reduced);
    for claim in oracle_claims(&mut step, run, oracles) {
        channel.claim_eval(claim);
    }
    step
}

/// The verifier's side.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
) -> Result<Step<F, sumcheck::Value>, VerifyError> {
    let tau = Point((0..run.cycle_vars).map(|_| channel.sample("tau")).collect());
    let rho = channel.sample("rho");
    let degree = run.cycle_vars + CONSTRAINTS.len() - 1;
    channel.risk(
        &["tau", "rho"],
        "all constraints, at a random cycle",
        degree,
    );
    let weights = weights(rho, |check| channel.enforced(check));
    let zero = channel.constant(F::zero());
    let reduced = batch::verify_all(channel, "constrain", vec![(relation(&tau), zero)])?
        .pop()
        .expect("one relation in, one out");
    let mut step = Step::from_batch(weights, reduced);
    for claim in oracle_claims(&mut step, run, oracles) {
        channel.claim_eval(claim)?;
    }
    Ok(step)
}

/// Claims on columns that are committed, or linear in committed digits.
fn oracle_claims<F: Field, V: Copy>(
    step: &mut Step<F, V>,
    run: &Run<'_>,
    oracles: &Oracles,
) -> Vec<sumcheck::EvalClaim<F, V>> {
    let point = step.point.clone();
    let (offsets, powers) = offset_weights(run);
    let (address, offset) = (step.take(Column::Address), step.take(Column::Offset));
    vec![
        Oracles::dense(oracles.rd_inc, &point, step.take(Column::RdInc)),
        Oracles::dense(oracles.cell_inc, &point, step.take(Column::CellInc)),
        oracles.cell_index(&run.machine.ram_radices(), &point, address),
        Oracles::digit(oracles.offset, offsets, &point, offset),
        Oracles::digit(oracles.offset, powers, &point, step.take(Column::Power)),
    ]
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
            ark_bn254::Fr::from_i128((term.constant)(code.word, row)),
            |product, column| product * columns[at(*column)].get(j),
        )
    };
    witness
        .row
        .par_iter()
        .enumerate()
        .flat_map_iter(|(j, row)| {
            let row = &code.rows[*row as usize];
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
