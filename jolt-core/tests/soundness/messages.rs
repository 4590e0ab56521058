//! The machine's proofs under [`sumcheck::analysis`]: messages alone cannot cheat, and every challenge is needed.

use crate::challenges::{BY_HAND, MESSAGES, REDUNDANT};
use crate::support::{Start, honest, machine, program, run, simulate};
use ark_bn254::Fr;
use instruction_tables::WordSize;
use jolt_core::lookup::ProveLookup;
use jolt_core::machine::Run;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::registry::Registry;
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use std::sync::Arc;
use sumcheck::analysis::{Effort, Protocol, Report, analyze};
use sumcheck::{ProverChannel, VerifierChannel, VerifyError};

/// The proof of one run.
struct Running<'a> {
    lookup: Arc<dyn ProveLookup<Fr>>,
    memory: Arc<dyn ProveMemory<Fr>>,
    run: Run<'a>,
    witness: Witness,
}

impl Running<'_> {
    fn provers(&self) -> Provers<'_, Fr> {
        Provers {
            lookup: self.lookup.as_ref(),
            memory: self.memory.as_ref(),
        }
    }
}

impl Protocol<Fr> for Running<'_> {
    fn prove(&self, channel: &mut dyn ProverChannel<Fr>) {
        let witness = self.witness.clone();
        vm::prove(channel, &self.provers(), &self.run, witness, &mut ());
    }

    fn verify(&self, channel: &mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError> {
        vm::verify(channel, &self.provers().arguments(), &self.run)
    }
}

/// What the analysis finds for one machine and its arguments.
fn analyzed(word: WordSize, lookup: &str, memory: &str) -> Report {
    let machine = machine(word, program(word));
    let run = run(&machine, vec![(1, 7)]);
    let witness = simulate(&run, &Start::honest(&run), &honest);
    let registry = Registry::builtin();
    let running = Running {
        lookup: registry.lookup(lookup).unwrap().clone(),
        memory: registry.memory(memory).unwrap().clone(),
        run,
        witness,
    };
    let report = analyze(&running, Effort { of_each: 1 }).unwrap();
    println!("{word:?}, {lookup}, {memory}:\n{report}");
    // What messages do not reach has lies in `challenges`, and the other way round.
    for (name, (label, numbers)) in &report.beyond {
        let lied = BY_HAND.contains(&name.as_str()) || name == REDUNDANT;
        let reached = lied || !MESSAGES.contains(label);
        assert!(reached, "messages do not reach {name}, {numbers:?}");
    }
    report
}

#[test]
fn messages_of_a_proof_with_twist_cannot_cheat() {
    analyzed(WordSize::W32, "shout", "twist").sound().unwrap();
}

#[test]
fn messages_of_a_proof_with_offline_memory_cannot_cheat() {
    analyzed(WordSize::W32, "shout", "spice").sound().unwrap();
}
