//! A proof of the machine that tells nothing is that of another private input, too, byte for byte.
//!
//! Provers of two runs with the same statement, and different private inputs. The second one knows the logarithms of the
//! key's points and what the first one drew, and has draws with which its proof is the first one's: so whoever sees the
//! proof learns nothing of which run it is of. A mask that is missing, that is drawn twice or that is not used where it
//! should be leaves something that no draw makes up for.

use crate::support::one_thread;
use ark_bn254::Fr;
use commitments::equivocation::{Equivocated, equivocate};
use commitments::sealed;
use jolt_core::lookup::ProveLookup;
use jolt_core::machine::Machine;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::registry::Registry;
use jolt_core::statement::Statement;
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use sumcheck::{ProverChannel, VerifierChannel};
use tracer::{Inputs, Options, Program};

const CYCLE_VARS: usize = 10;

/// Of two runs of the guest `private-sum`, whose private inputs have other lengths and other bytes; both end with status 1.
fn equivocated(
    scheme: &str,
    lookup: &dyn ProveLookup<Fr>,
    memory: &dyn ProveMemory<Fr>,
) -> Equivocated {
    let root = env!("CARGO_MANIFEST_DIR");
    let elf = std::fs::read(format!("{root}/../examples/guests/elf/private-sum.elf")).unwrap();
    let program = Program::from_elf(&elf).unwrap();
    let machine = Machine::of(&program);
    let provers = Provers { lookup, memory };
    let traced = [3, 14].map(|length| {
        let inputs = Inputs::private(vec![length as u8; length]);
        let trace = tracer::trace(&program, &inputs, &Options::default()).unwrap();
        let mut statement = Statement::of(&inputs.public, &trace.outcome);
        statement.cycle_vars = CYCLE_VARS;
        (statement, trace)
    });
    assert_eq!(traced[0].0, traced[1].0, "one statement");
    let statement = traced[0].0.clone();
    let run = statement.run(&program, &machine, CYCLE_VARS).unwrap();
    let witnesses = traced.map(|(_, trace)| Witness::of(&run, trace));
    assert_ne!(witnesses[0].reads.index, witnesses[1].reads.index);
    let prove = witnesses.each_ref().map(|witness| {
        |channel: &mut dyn ProverChannel<Fr>| {
            vm::prove(channel, &provers, &run, witness.clone(), &mut ());
        }
    });
    let arguments = provers.arguments();
    let mut verify = |channel: &mut dyn VerifierChannel<Fr>| vm::verify(channel, &arguments, &run);
    equivocate(
        (scheme, CYCLE_VARS),
        &sealed::Statement::new("equivocation"),
        [&prove[0], &prove[1]],
        &mut verify,
    )
    .unwrap()
}

fn one_proof_is_that_of_two_runs(scheme: &str, lookup: &str, memory: &str) {
    one_thread();
    let registry = Registry::builtin();
    let lookup = registry.lookup(lookup).unwrap();
    let memory = registry.memory(memory).unwrap();
    let proofs = equivocated(scheme, &**lookup, &**memory);
    // What the draws of the first run make of the second one begins differently.
    assert_ne!(proofs.first[..32], proofs.unaltered[..32]);
    let items = |proof: &[u8]| proof.chunks(32).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (first, second) = (items(&proofs.first), items(&proofs.second));
    let differs = first.iter().zip(&second).position(|(a, b)| a != b);
    assert_eq!(
        differs,
        None,
        "the first item that differs, of {}",
        first.len()
    );
    assert_eq!(proofs.first, proofs.second);
    println!("{scheme}: {} items, {} draws", first.len(), proofs.draws);
}

#[test]
fn a_proof_with_hyrax_is_that_of_two_runs() {
    one_proof_is_that_of_two_runs("hyrax", "shout", "twist");
}

#[test]
fn a_proof_with_pst13_is_that_of_two_runs() {
    one_proof_is_that_of_two_runs("pst13", "lasso", "spice");
}

#[test]
fn a_proof_with_zeromorph_is_that_of_two_runs() {
    one_proof_is_that_of_two_runs("zeromorph", "logup-gkr", "spice");
}
