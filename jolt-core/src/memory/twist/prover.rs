//! The prover of the argument.

use super::{Twist, claims, read_checking, value_evaluation};
use crate::memory::{Claims, Execution, MemoryProver};
use crate::observer::Observer;
use crate::step::Step;
use sumcheck::{ProverChannel, ProverField};

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
