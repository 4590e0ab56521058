//! What a hidden proof's verifier leaves to be shown is all that the clear one checks: every received element has a
//! weight in it, and every check is asked for. For the machine with each pair of arguments, and for lookups by themselves.

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use instruction_tables::WordSize;
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::dense::{DenseTable, protocol};
use jolt_core::lookup::standalone;
use jolt_core::lookup::testkit::{Case, DenseCase, PROTOCOL, prove, prove_dense};
use jolt_core::machine::Machine;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::registry::{lookups, memories};
use jolt_core::statement::Statement;
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::channel::wires::Wires;
use sumcheck::{
    Checks, EvalClaim, Fixed, Label, Note, Oracle, Shape, Transcript, Value, VerifierChannel,
    VerifyError,
};
use tracer::{Inputs, Options, Program};

/// The program of a verifier that receives nothing but handles, with challenges of no proof.
struct Blind {
    wires: Wires<Fr>,
    transcript: Transcript,
    oracles: usize,
    /// Checks by which a value was compared with zero.
    compared: BTreeSet<String>,
    /// Labels of messages, and how many elements each has.
    received: Vec<(Label, usize)>,
}

impl Blind {
    fn new() -> Self {
        Blind {
            wires: Wires::unknown(Checks::all()),
            transcript: Transcript::new("lint"),
            oracles: 0,
            compared: BTreeSet::new(),
            received: Vec::new(),
        }
    }

    /// What is shown in the end: claims and checks, and the factors of every gate whose product is in it. The weight of each
    /// element, and which gates' products have none.
    fn weights(&mut self) -> (Vec<Fr>, Vec<usize>) {
        let rho: Fr = self.transcript.sample("rho");
        let claims = self.wires.claims().iter().map(|claim| claim.value);
        let asked = self.wires.asked().iter().map(|(_, value)| *value);
        let mut power = Fr::one();
        let mut shown: Vec<(Fr, Value)> = Vec::new();
        for value in claims.chain(asked) {
            shown.push((power, value));
            power *= rho;
        }
        let mut reached = BTreeSet::new();
        loop {
            let adjoint = self.wires.adjoint(&shown);
            let products = adjoint.products.iter().enumerate();
            let more: Vec<usize> = products
                .filter(|(gate, weight)| !weight.is_zero() && !reached.contains(gate))
                .map(|(gate, _)| gate)
                .collect();
            if more.is_empty() {
                let gates = 0..self.wires.gates().len();
                let left = gates.filter(|gate| !reached.contains(gate)).collect();
                return (adjoint.elements, left);
            }
            for gate in more {
                for factor in self.wires.gates()[gate].factors {
                    shown.push((self.transcript.sample("factor"), factor));
                }
                reached.insert(gate);
            }
        }
    }

    /// The message that an element is of.
    fn message(&self, element: usize) -> Label {
        let mut end = 0;
        let found = self.received.iter().find(|(_, count)| {
            end += count;
            element < end
        });
        found.map_or("none", |(label, _)| *label)
    }
}

impl VerifierChannel<Fr> for Blind {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        self.received.push((label, count));
        Ok(self.wires.receive(count))
    }
    fn oracles(&mut self, _: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        let first = self.oracles;
        self.oracles += shapes.len();
        Ok((first..self.oracles).map(Oracle).collect())
    }
    fn fixed(&mut self, label: Label, fixed: &Fixed<Fr>) -> Result<Oracle, VerifyError> {
        Ok(self.oracles(label, &[fixed.shape])?[0])
    }
    fn sample(&mut self, label: Label) -> Fr {
        self.transcript.sample(label)
    }
    fn linear(&mut self, constant: Fr, terms: &[(Fr, Value)]) -> Value {
        self.wires.linear(constant, terms)
    }
    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.wires.mul(a, b)
    }
    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.compared.insert(check.to_owned());
        self.wires.assert_zero(check, value)
    }
    fn claim_eval(&mut self, claim: EvalClaim<Fr, Value>) -> Result<(), VerifyError> {
        self.wires.claim(claim);
        Ok(())
    }
    fn enforced(&mut self, check: &str) -> bool {
        self.wires.checks.enforced(check)
    }
    fn note(&mut self, _: Note<'_, Fr>) {}
}

type Verify<'a> = &'a dyn Fn(&mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError>;

/// That nothing is missing, for the program `verify` and an honest proof in the clear.
fn nothing_is_missing(name: &str, proof: PlainProof<Fr>, protocol: Label, verify: Verify<'_>) {
    let mut clear = PlainVerifier::new(protocol, proof);
    verify(&mut clear).unwrap();
    let mut blind = Blind::new();
    verify(&mut blind).unwrap();

    let (weights, left) = blind.weights();
    assert!(left.is_empty(), "{name}: gates without weight: {left:?}");
    assert_eq!(
        weights.len(),
        blind.received.iter().map(|r| r.1).sum::<usize>()
    );
    let weightless = weights.iter().enumerate().filter(|(_, w)| w.is_zero());
    let weightless: BTreeSet<Label> = weightless.map(|(at, _)| blind.message(at)).collect();
    assert!(
        weightless.is_empty(),
        "{name}: elements without weight in {weightless:?}"
    );

    // What is opened in the clear is a claim here.
    let mut performed: BTreeSet<&str> = clear.checks().performed().collect();
    performed.remove("open/evaluation");
    assert!(!performed.is_empty() && !blind.wires.claims().is_empty());
    let here: BTreeSet<&str> = blind.wires.checks.performed().collect();
    assert_eq!(here, performed, "{name}: other checks than in the clear");
    // Every equation is asked for; other names are of what is a part of one.
    let asked: BTreeSet<&str> = blind.wires.asked().iter().map(|(n, _)| &**n).collect();
    let compared = blind.compared.iter().map(|name| &**name).collect();
    assert_eq!(asked, compared, "{name}: decided, and not asked for");
}

#[test]
fn nothing_that_a_machine_sends_or_checks_is_missing() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/guests/elf/fibonacci.elf"
    );
    let program = Program::from_elf(&std::fs::read(path).unwrap()).unwrap();
    let machine = Machine::of(&program);
    let inputs = Inputs::public(3u64.to_le_bytes());
    let mut tried = 0;
    for lookup in lookups::<Fr>() {
        for memory in memories::<Fr>() {
            let trace = tracer::trace(&program, &inputs, &Options::default()).unwrap();
            let statement = Statement::of(&inputs.public, &trace.outcome);
            let run = statement.run(&program, &machine, 20).unwrap();
            if lookup
                .supports(&vm::lookup_shape(&machine, run.cycle_vars))
                .is_err()
            {
                continue;
            }
            let witness = Witness::of(&run, trace);
            let provers = provers(&lookup, &memory);
            let mut prover = PlainProver::<Fr>::new("lint");
            vm::prove(&mut prover, &provers, &run, witness, &mut ());
            let name = format!("{}+{}", memory.name(), lookup.name());
            nothing_is_missing(&name, prover.finish().0, "lint", &|channel| {
                vm::verify(channel, &provers.arguments(), &run)
            });
            tried += 1;
        }
    }
    assert_eq!(tried, 6);
}

fn provers<'a>(
    lookup: &'a Arc<dyn ProveLookup<Fr>>,
    memory: &'a Arc<dyn ProveMemory<Fr>>,
) -> Provers<'a, Fr> {
    Provers {
        lookup: &**lookup,
        memory: &**memory,
        program: None,
    }
}

#[test]
fn nothing_that_lookups_send_or_check_is_missing() {
    for argument in lookups::<Fr>() {
        let words = [WordSize::W64, WordSize::W8].into_iter();
        let mut cases = words.map(|word| Case::random(word, 3, 7, 7));
        let case = cases.find(|case| argument.supports(&case.shape).is_ok());
        let case = case.unwrap();
        let proof = prove(&*argument, &case);
        nothing_is_missing(argument.name(), proof, PROTOCOL, &|channel| {
            standalone::verify(channel, &*argument, &case.shape, &case.selection())
        });
        let entries = || vec![(0..16).map(|i| i * i).collect(), (0..16).collect()];
        for table in [
            DenseTable::explicit("EVALUATED", entries()).unwrap(),
            DenseTable::unstructured("COMMITTED", entries()).unwrap(),
        ] {
            let case = DenseCase::random(table, 3, 7, 7);
            let name = format!("{}, {}", argument.name(), case.table.name());
            let known = case.table.in_the_clear();
            let dense = argument.dense().unwrap();
            let proof = prove_dense(&*argument, &case);
            nothing_is_missing(&name, proof, PROTOCOL, &|channel| {
                protocol::verify(channel, dense, &known, 3, 7).map(|_| ())
            });
        }
    }
}

/// What the two tests above would not overlook: an element in no check, a product that leads nowhere, and what is only
/// multiplied by it.
#[test]
fn what_is_missing_is_found() {
    let mut blind = Blind::new();
    let used = blind.recv("used", 2).unwrap();
    let lost = blind.recv("lost", 2).unwrap();
    let product = blind.mul(used[0], used[1]);
    let _ = blind.mul(product, lost[0]);
    blind.assert_zero("check", product).unwrap();
    let (weights, left) = blind.weights();
    assert_eq!(left, [1], "the second gate");
    let weightless: Vec<bool> = weights.iter().map(Fr::is_zero).collect();
    assert_eq!(weightless, [false, false, true, true]);
    assert_eq!(
        [1, 2].map(|element| blind.message(element)),
        ["used", "lost"]
    );
}
