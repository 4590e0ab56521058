//! The prover of the argument.

use super::read_checking::{self, Relations};
use super::{Twist, claims, value_evaluation};
use crate::machine::Run;
use crate::memory::Claims;
use crate::memory::prover::{Execution, MemoryProver, ProveMemory};
use crate::observer::Observer;
use crate::step::Step;
use crate::witness::Witness;
use sumcheck::{Instance, ProverChannel, ProverField, Reduced};

impl<F: ProverField> ProveMemory<F> for Twist {
    fn reads_values(&self) -> bool {
        false
    }

    fn commit(
        &self,
        _channel: &mut dyn ProverChannel<F>,
        _run: &Run<'_>,
        _witness: &Witness,
    ) -> Box<dyn MemoryProver<F>> {
        Box::new(Prover { relations: None })
    }
}

/// A prover, and the relations that it began with.
struct Prover<F> {
    relations: Option<Relations<F>>,
}

impl<F: ProverField> MemoryProver<F> for Prover<F> {
    fn begin<'a>(
        &mut self,
        channel: &mut dyn ProverChannel<F>,
        execution: &Execution<'a>,
        step: &mut Step<F, F>,
    ) -> Vec<Instance<'a, F>> {
        let Execution { run, witness, .. } = *execution;
        let (relations, instances) = read_checking::begin(channel, run, witness, step);
        self.relations = Some(relations);
        instances
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        execution: &Execution<'_>,
        step: &mut Step<F, F>,
        begun: Vec<Reduced<F, F>>,
        observer: &mut dyn Observer,
    ) -> Claims<F, F> {
        let Execution {
            run,
            witness,
            oracles,
        } = *execution;
        let relations = self.relations.expect("it began");
        let (read, values) = relations.leave(begun);
        observer.phase("recall");
        let left = (&read, values);
        let written = value_evaluation::prove(channel, (run, witness), left, (oracles, step));
        claims(run, read, written)
    }
}
