//! The machine's proofs under [`sumcheck::analysis`]: messages alone cannot cheat, and every challenge is needed.

use crate::challenges::{BY_HAND, MESSAGES, REDUNDANT};
use crate::support::{Start, honest, machine, program, run, simulate};
use ark_bn254::Fr;
use instruction_tables::WordSize;
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::dense::{DenseTable, protocol};
use jolt_core::lookup::testkit::DenseCase;
use jolt_core::machine::Run;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::registry::Registry;
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use std::sync::Arc;
use sumcheck::analysis::{Effort, Protocol, analyze, sample};
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
            program: None,
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

/// That the analysis finds nothing wrong with one machine and its arguments, and that other challenges have lies.
fn analyzed(word: WordSize, lookup: &str, memory: &str) {
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
    let effort = Effort {
        of_each: 1,
        values: sample::count(1, usize::MAX),
        // Of a sample what both memory arguments have is looked at with one of them.
        without: match memory == "spice" && !sample::all() {
            true => &["constrain", "execute", "fetch"],
            false => &[],
        },
    };
    let report = analyze(&running, effort).unwrap();
    println!("{word:?}, {lookup}, {memory}:\n{report}");
    report.sound().unwrap();
    // What messages do not reach has lies in `challenges`, and the other way round.
    for (name, (label, numbers)) in &report.beyond {
        let lied = BY_HAND.contains(&name.as_str()) || name == REDUNDANT;
        let reached = lied || !MESSAGES.contains(label);
        assert!(reached, "messages do not reach {name}, {numbers:?}");
    }
}

/// Reads of a dense table.
struct Dense {
    argument: Arc<dyn ProveLookup<Fr>>,
    case: DenseCase<Fr>,
}

impl Protocol<Fr> for Dense {
    fn prove(&self, channel: &mut dyn ProverChannel<Fr>) {
        let DenseCase {
            table,
            cycle_vars,
            reads,
        } = &self.case;
        let argument = self.argument.dense_prover().unwrap();
        let known = table.in_the_clear();
        protocol::prove(
            channel,
            argument,
            (table, &known),
            *cycle_vars,
            reads.clone(),
        );
    }

    fn verify(&self, channel: &mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError> {
        let (case, argument) = (&self.case, self.argument.dense().unwrap());
        let (known, reads) = (case.table.in_the_clear(), case.reads.index.len());
        protocol::verify(channel, argument, &known, case.cycle_vars, reads).map(drop)
    }
}

/// Challenges of dense reads that messages do not reach, since they are about what was committed.
const BEYOND: [&str; 11] = [
    // These have lies in `challenges::dense`.
    "commit: dense/columns",
    "execute: dense/padding",
    "execute: dense/point",
    "execute: lookup/alpha",
    "execute: lookup/beta",
    "execute: lookup/fingerprint",
    "execute: product/trees",
    // These have lies on automata, where the same code draws them.
    "execute: lookup/boolean",
    "execute: lookup/one-hot",
    // There is one product, and digits are seen at addresses of their own.
    "execute: lookup/products",
    // Booleanity is no constant: see `lookup::subjects`.
    "decompose/alpha",
];

/// That the analysis finds nothing wrong with reads of dense tables, evaluated and committed ones.
fn dense(argument: &str) {
    // Of two digits.
    let columns = |count: u64| (0..count).map(|c| (0..32).map(|k| (k * k + 5) << c).collect());
    for table in [
        DenseTable::explicit("EVALUATED", columns(2).collect()).unwrap(),
        DenseTable::unstructured("COMMITTED", columns(2).collect()).unwrap(),
    ] {
        let reading = Dense {
            argument: Registry::builtin().lookup(argument).unwrap().clone(),
            case: DenseCase::random(table, 2, 3, 5),
        };
        let effort = Effort {
            of_each: sample::count(2, usize::MAX),
            values: sample::count(1, usize::MAX),
            without: &[],
        };
        let report = analyze(&reading, effort).unwrap();
        println!("{argument}:\n{report}");
        report.sound().unwrap();
        for name in report.beyond.keys() {
            assert!(
                BEYOND.contains(&name.as_str()),
                "messages do not reach {name}"
            );
        }
    }
}

#[test]
fn messages_of_dense_reads_with_shout_cannot_cheat() {
    dense("shout");
}

#[test]
fn messages_of_dense_reads_with_naive_cannot_cheat() {
    dense("naive");
}

#[test]
fn messages_of_dense_reads_with_logup_cannot_cheat() {
    dense("logup-gkr");
}

#[test]
fn messages_of_dense_reads_with_lasso_cannot_cheat() {
    dense("lasso");
}

#[test]
fn messages_of_a_proof_with_twist_cannot_cheat() {
    analyzed(WordSize::W32, "shout", "twist");
}

#[test]
fn messages_of_a_proof_with_offline_memory_cannot_cheat() {
    analyzed(WordSize::W32, "shout", "spice");
}
