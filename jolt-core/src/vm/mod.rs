//! The machine: one protocol from committed columns to evaluation claims, over any channel.
//!
//! Phases, in order; each file holds the prover's and the verifier's side of one:
//!
//! | phase | proves | leaves claims on |
//! |---|---|---|
//! | [`commit`] | – | digits of bytecode row, RAM cell and byte offset; increments; the lookup's own |
//! | [`constrain`] | the step constraints hold in every cycle | all columns, at `r_step` |
//! | execute | lookup outputs and operands, by any [lookup argument](crate::lookup) | table selectors |
//! | remember, recall; or others | registers, RAM, final contents, the next label, by any [memory argument](crate::memory) | addresses, increments, label |
//! | [`fetch`] | every claim on a bytecode column, and on RAM addresses; digits are one-hot | digits |
//! | open | every claim on an oracle, by one opening | nothing |
//!
//! Control flow is tied by labels (see [`instruction_tables::Row`]): the first label is the entry's, each
//! next label is the label of the next cycle's row, and the label after the last cycle is 0, the
//! halting row's. So a proof says that the program ran from its entry until it halted.

pub mod commit;
pub mod constrain;
pub mod fetch;

use crate::lookup::{LookupArgument, LookupShape, ReadClaim};
use crate::machine::{Machine, Run};
use crate::memory::{Execution, MemoryArgument};
use crate::observer::Observer;
use crate::step::Step;
use crate::witness::Witness;
use instruction_tables::WordSize;
use sumcheck::{Field, Note, ProverChannel, Relation, RoundProver, VerifierChannel, VerifyError};

/// The arguments that a key pins.
#[derive(Clone, Copy)]
pub struct Arguments<'a, F> {
    /// Of instruction lookups.
    pub lookup: &'a dyn LookupArgument<F>,
    /// Of registers and RAM.
    pub memory: &'a dyn MemoryArgument<F>,
}

/// Proves a run. The channel has absorbed the statement; the caller finishes it with the opening. Columns of the
/// witness that nobody else holds are freed when they have been read for the last time.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    arguments: &Arguments<'_, F>,
    run: &Run<'_>,
    mut witness: Witness,
    observer: &mut dyn Observer,
) {
    let shape = lookup_shape(run.machine, run.cycle_vars);
    observer.phase("commit");
    let committed = commit::prove(channel, run, &witness);
    let memory = arguments.memory.commit(channel, run, &witness);
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
    let claim = step.read_claim();
    observer.phase("execute");
    let selectors = lookup.reduce(channel, claim);
    let execution = Execution {
        run,
        witness: &witness,
        oracles: &committed.oracles,
    };
    let memory = memory.reduce(channel, &execution, &mut step, observer);
    observer.phase("fetch");
    let inputs = fetch::Claims {
        step,
        selectors,
        memory,
    };
    fetch::prove(channel, run, &witness, committed, inputs);
}

/// Verifies a run. The channel has absorbed the statement; the caller finishes it.
///
/// # Errors
/// The first check that fails, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    arguments: &Arguments<'_, F>,
    run: &Run<'_>,
) -> Result<(), VerifyError> {
    let shape = lookup_shape(run.machine, run.cycle_vars);
    channel.note(Note::Phase("commit"));
    let oracles = commit::verify(channel, run)?;
    let memory = arguments.memory.receive(channel, run)?;
    let lookup = arguments.lookup.receive(channel, &shape)?;
    channel.note(Note::Phase("constrain"));
    let mut step = constrain::verify(channel, run, &oracles)?;
    channel.note(Note::Phase("execute"));
    let claim = step.read_claim();
    let selectors = lookup.reduce(channel, claim)?;
    let memory = memory.reduce(channel, run, &oracles, &mut step)?;
    channel.note(Note::Phase("fetch"));
    let inputs = fetch::Claims {
        step,
        selectors,
        memory,
    };
    fetch::verify(channel, run, &oracles, inputs)
}

/// The lookups of a machine that runs for `2^cycle_vars` cycles.
pub fn lookup_shape(machine: &Machine, cycle_vars: usize) -> LookupShape {
    lookup_shape_of(machine.bytecode.word, cycle_vars)
}

/// The lookups of every machine with this word size.
pub fn lookup_shape_of(word: WordSize, cycle_vars: usize) -> LookupShape {
    LookupShape {
        cycle_vars,
        index_bits: 2 * word.bits(),
        tables: instruction_tables::tables::all(word)
            .iter()
            .map(|(_, table)| *table)
            .collect(),
    }
}

impl<F: Field, V: Copy> Step<F, V> {
    fn read_claim(&mut self) -> ReadClaim<F, V> {
        use crate::constraints::Column;
        ReadClaim {
            point: self.point.clone(),
            out: self.take(Column::Out),
            left: self.take(Column::Left),
            right: self.take(Column::Right),
        }
    }
}
