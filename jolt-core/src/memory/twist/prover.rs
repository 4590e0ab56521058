//! The prover of the argument.

use super::{Twist, claims, read_checking, value_evaluation};
use crate::machine::Run;
use crate::memory::Claims;
use crate::memory::prover::{Execution, MemoryProver, ProveMemory};
use crate::observer::Observer;
use crate::step::Step;
use crate::witness::Witness;
use sumcheck::{ProverChannel, ProverField};

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
        Box::new(Twist)
    }
}

impl<F: ProverField> MemoryProver<F> for Twist {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        execution: &Execution<'_>,
        step: &mut Step<F, F>,
        observer: &mut dyn Observer,
    ) -> Claims<F, F> {
        let Execution {
            run,
            witness,
            oracles,
        } = execution;
        observer.phase("remember");
        let (read, values) = read_checking::prove(channel, run, witness, step);
        observer.phase("recall");
        let left = (&read, values);
        let written = value_evaluation::prove(channel, run, witness, left, oracles);
        claims(read, written)
    }
}
