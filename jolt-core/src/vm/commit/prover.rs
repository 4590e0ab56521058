//! The prover of phase `commit`.

use crate::digits::Packed;
use crate::machine::Run;
use crate::preprocessed::Polys;
use crate::step::Oracles;
use crate::witness::Witness;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, ProverChannel, Shared};

/// What the prover keeps of the commitment phase.
pub struct Committed {
    pub oracles: Oracles,
    /// All digits, in order of commitment.
    pub digits: Vec<Arc<Packed>>,
}

/// Commits the machine's columns.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    program: Option<&Polys<F>>,
) -> Committed {
    let vars = run.cycle_vars;
    let rows = run.machine.bytecode_radices();
    let cells = run.machine.ram_radices();
    let digits = |indices: &[u32], radices: &[usize]| -> Vec<Arc<Packed>> {
        let columns = radices.par_iter().enumerate();
        let pack = |(i, radix): (usize, &usize)| {
            let digit = |j: usize| (indices[j] >> (4 * i) & 15) as u8;
            Arc::new(Packed::of(vars, *radix, indices.len(), digit))
        };
        columns.map(pack).collect()
    };
    let bytes = run.machine.bytecode.word().bytes();
    let offset = Packed::of(vars, bytes, witness.offset.len(), |j| witness.offset[j]);
    let mut packed = digits(&witness.row, &rows);
    packed.extend(digits(&witness.address, &cells));
    packed.push(Arc::new(offset));
    let mut columns: Vec<Shared> = packed.iter().cloned().map(Shared::Digits).collect();
    columns.push(Shared::Signed(vars, witness.rd_inc.clone()));
    columns.push(Shared::Signed(vars, witness.cell_inc.clone()));
    let all = channel.commit_shared("machine", columns);
    let program = program.map(|program| program.commit_to(channel));
    let oracles = Oracles::from_committed(&all, rows.len(), program);
    let oracles = oracles.expect("one oracle per polynomial");
    Committed {
        oracles,
        digits: packed,
    }
}
