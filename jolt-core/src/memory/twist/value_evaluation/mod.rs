//! Value evaluation, phase `recall`: what registers and RAM hold comes from initial contents and increments; and the next
//! label is the next row's, which goes along.
//!
//! Relations, one batch over cycles, all ending at `r_recall` (see [`value`](crate::memory::value)):
//! `register_values`, `ram_values`, one per block of cells whose final contents the statement fixes, and `shift`
//! ([`labels`](crate::memory::labels)).
//! A block's contents are compared at a random point of the block, so that no sumcheck over cells is
//! needed: `Val_final(r_block) = Σ_k contents(k) · eq(r_block, k)`.
//!
//! Transcript: the block points; the batch. Cost per real cycle: about 10 multiplications. Phase, batch and checks are
//! called `recall`: these names are in proofs.

#[cfg(feature = "prover")]
mod prover;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{kernels, prove, prove_with};
pub use verifier::verify;

use crate::machine::Run;
use crate::memory::labels::Shift;
use crate::memory::value::Contents;
use crate::step::Oracles;
use sumcheck::{EvalClaim, Field, Point, Reduced, Relation};

/// The claims that the phase leaves for `fetch`, at the cycle point `r_recall`.
#[must_use = "claims must be consumed"]
pub struct Evaluated<F, V> {
    /// `r_recall`.
    pub point: Point<F>,
    /// Claim on the bytecode column `eq(register, rd)`.
    pub rd: V,
    /// `ra_low` and `ra_high` at the cell point of the RAM reads and `r_recall`.
    pub address: [V; 2],
    /// For each final block, its address point and both halves of `ra` there.
    pub finals: Vec<(Point<F>, [V; 2])>,
    /// `label(r_recall)`.
    pub label: V,
}

/// The relations of the batch.
pub struct Relations<F> {
    pub registers: Contents<F, 1>,
    pub ram: Contents<F, 2>,
    /// Of each final block.
    pub finals: Vec<Contents<F, 2>>,
    /// The next label.
    pub shift: Shift<F>,
}

impl<F: Field> Relations<F> {
    /// For claims on contents before `r_read`, and on the next label at `step`.
    pub fn new(run: &Run<'_>, r_read: &Point<F>, step: &Point<F>) -> Self {
        let halves = ["address_low", "address_high"];
        let finals = run.finals.iter();
        let finals = finals.map(|f| Contents::at_the_end(f.name, halves, run.cycle_vars));
        Relations {
            registers: Contents::before("register_values", ["address"], r_read),
            ram: Contents::before("ram_values", halves, r_read),
            finals: finals.collect(),
            shift: Shift::new(run, step),
        }
    }

    /// The relations alone.
    pub fn batch(&self) -> Vec<Relation<F>> {
        let first = [&self.registers.relation, &self.ram.relation];
        let finals = self.finals.iter().map(|contents| &contents.relation);
        let all = first.into_iter().chain(finals);
        all.chain([&self.shift.relation]).cloned().collect()
    }
}

fn block_points<F: Field>(run: &Run<'_>, mut sample: impl FnMut() -> F) -> Vec<Point<F>> {
    let vars = run.machine.ram_vars();
    run.finals
        .iter()
        .map(|f| f.point(&Point((0..f.block_vars).map(|_| sample()).collect()), vars))
        .collect()
}

/// Sorts what the batch leaves: the claims on increments go to the opening, those on addresses to `fetch`.
fn leave<F: Field, V: Copy>(
    relations: &Relations<F>,
    reduced: Vec<Reduced<F, V>>,
    blocks: Vec<Point<F>>,
    oracles: &Oracles,
) -> (Vec<EvalClaim<F, V>>, Evaluated<F, V>) {
    let mut reduced = reduced.into_iter();
    let ([Some(registers), Some(ram)], Some(shift)) =
        ([(); 2].map(|()| reduced.next()), reduced.next_back())
    else {
        unreachable!("registers, RAM and the next label have a relation each");
    };
    let [point] = shift.at();
    let ([rd], rd_inc) = relations.registers.leave(registers);
    let (address, cell_inc) = relations.ram.leave(ram);
    let mut claims = vec![
        Oracles::dense(oracles.rd_inc, &point, rd_inc),
        Oracles::dense(oracles.cell_inc, &point, cell_inc),
    ];
    let mut at_the_end = Vec::with_capacity(blocks.len());
    let finals = relations.finals.iter().zip(reduced);
    for (block, (contents, reduced)) in blocks.into_iter().zip(finals) {
        let (address, cell_inc) = contents.leave(reduced);
        claims.push(Oracles::dense(oracles.cell_inc, &point, cell_inc));
        at_the_end.push((block, address));
    }
    let evaluated = Evaluated {
        point,
        rd,
        address,
        finals: at_the_end,
        label: relations.shift.leave(shift),
    };
    (claims, evaluated)
}
