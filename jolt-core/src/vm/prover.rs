//! The prover of the machine.

use super::arguments::{Arguments, BESIDE, lookup_shape};
use super::carry::{Keeping, Kept};
use super::{commit, constrain, fetch};
use crate::lookup::ProveLookup;
use crate::machine::Run;
use crate::memory::prover::{Execution, ProveMemory};
use crate::observer::Observer;
use crate::preprocessed::Polys;
use crate::witness::Witness;
use sumcheck::{Field, ProverChannel, ProverField, Relation, RoundProver};

/// The arguments that a key pins, with their provers.
#[derive(Clone, Copy)]
pub struct Provers<'a, F> {
    /// Of instruction lookups.
    pub lookup: &'a dyn ProveLookup<F>,
    /// Of registers and RAM.
    pub memory: &'a dyn ProveMemory<F>,
    /// The program, if the key commits to it.
    pub program: Option<&'a Polys<F>>,
}

impl<'a, F: Field> Provers<'a, F> {
    /// What the verifier has of them.
    pub fn arguments(&self) -> Arguments<'a, F> {
        Arguments {
            lookup: self.lookup,
            memory: self.memory,
            program: self.program.map(Polys::preprocessed),
        }
    }
}

/// Proves a run. The channel has absorbed the statement; the caller finishes it with the opening. Columns of the
/// witness that nobody else holds are freed when they have been read for the last time.
pub fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    arguments: &Provers<'_, F>,
    run: &Run<'_>,
    mut witness: Witness,
    observer: &mut dyn Observer,
) {
    let shape = lookup_shape(run.machine, run.cycle_vars);
    let mut own = Keeping::over(channel, run.cycle_vars);
    let channel: &mut dyn ProverChannel<F> = &mut own;
    observer.phase("commit");
    let committed = commit::prove(channel, run, &witness, arguments.program);
    let mut memory = arguments.memory.commit(channel, run, &witness);
    let reads = std::mem::take(&mut witness.reads);
    let lookup = arguments.lookup.commit(channel, &shape, reads);
    observer.phase("constrain");
    let whole = witness.clone();
    if !arguments.memory.reads_values() {
        witness.forget_values();
    }
    let kernel = move |relation: &Relation<F>, weights: &[F]| -> Box<dyn RoundProver<F>> {
        Box::new(constrain::kernel(relation, run, &whole, weights))
    };
    let mut step = constrain::prove(channel, run, &committed.oracles, kernel);
    let claim = constrain::read_claim(&mut step);
    observer.phase("execute");
    let execution = Execution {
        run,
        witness: &witness,
        oracles: &committed.oracles,
    };
    let beside = (BESIDE, memory.begin(channel, &execution, &mut step));
    let left = lookup.reduce_beside(channel, claim, beside);
    let memory = memory.reduce(channel, &execution, &mut step, left.others, observer);
    observer.phase("fetch");
    let (channel, Kept { claims, polys }) = own.0.into_kept();
    let inputs = fetch::Claims {
        step,
        selectors: left.selectors,
        memory,
        carried: claims,
    };
    let of = (committed, &polys);
    fetch::prove(channel, (run, &witness), of, inputs, left.late);
}
