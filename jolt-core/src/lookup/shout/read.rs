//! The kernel of the read relation: address rounds by prefix and suffix, then cycle rounds.

use super::address::{self, AddressProver};
use super::cycle;
use super::layout::Layout;
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::{LookupShape, Reads};
use std::sync::Arc;
use sumcheck::{Field, Point, ProverField, RoundProver, UniPoly};

pub(super) struct Prover<F: Field> {
    shape: LookupShape,
    layout: Layout,
    reads: Arc<Reads>,
    cycle: Point<F>,
    gamma: F,
    challenges: Vec<F>,
    phase: Phase<F>,
}

enum Phase<F: Field> {
    Address(Box<AddressProver<F>>),
    Cycles(Box<cycle::Prover<F>>),
}

impl<F: ProverField> Prover<F> {
    pub fn new(
        shape: &LookupShape,
        layout: Layout,
        reads: Arc<Reads>,
        cycle: &Point<F>,
        gamma: F,
    ) -> Self {
        let chunk_bits = address::chunk_bits(reads.index.len());
        Self::with_chunks(shape, layout, reads, (cycle, gamma), chunk_bits)
    }

    /// With phases of 2, 4 or 8 index bits; messages are the same.
    pub fn with_chunks(
        shape: &LookupShape,
        layout: Layout,
        reads: Arc<Reads>,
        (cycle, gamma): (&Point<F>, F),
        chunk_bits: usize,
    ) -> Self {
        let address = AddressProver::new(shape, &reads, cycle, gamma, chunk_bits);
        Prover {
            shape: shape.clone(),
            layout,
            reads,
            cycle: cycle.clone(),
            gamma,
            challenges: Vec::with_capacity(layout.index_bits),
            phase: Phase::Address(Box::new(address)),
        }
    }

    fn cycles(&self) -> cycle::Prover<F> {
        let weights = SelectorWeights::new(&self.shape, self.gamma, &self.challenges);
        cycle::Prover::new(
            self.layout,
            self.reads.clone(),
            &self.cycle,
            (&self.challenges, cycle::LATE),
            &weights,
        )
    }
}

impl<F: ProverField> RoundProver<F> for Prover<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        match &mut self.phase {
            Phase::Address(prover) => prover.round(claim),
            Phase::Cycles(prover) => prover.round(claim),
        }
    }

    fn bind(&mut self, challenge: F) {
        match &mut self.phase {
            Phase::Address(prover) => {
                prover.bind(challenge);
                self.challenges.push(challenge);
                if self.challenges.len() == self.layout.index_bits {
                    self.phase = Phase::Cycles(Box::new(self.cycles()));
                }
            }
            Phase::Cycles(prover) => prover.bind(challenge),
        }
    }

    fn finish(&mut self) -> Vec<F> {
        match &mut self.phase {
            Phase::Address(_) => unreachable!("an index has at least 16 bits, all bound"),
            Phase::Cycles(prover) => prover.finish(),
        }
    }
}
