//! A proof of the machine that tells nothing is that of another private input, too, byte for byte.
//!
//! Provers of two runs with the same statement, and different private inputs. The second one knows the logarithms of the
//! key's points and what the first one drew, and has draws with which its proof is the first one's: so whoever sees the
//! proof learns nothing of which run it is of. A mask that is missing, that is drawn twice or that is not used where it
//! should be leaves something that no draw makes up for.
//!
//! What is combined: every pair of arguments with every scheme, for the guest that reads something private, with both words,
//! and for small programs whose runs are of lengths around powers of two. Guests that read nothing private have one run to
//! each statement, and so has one cycle: there is no other witness.

use crate::hidden::{PAIRS, SCHEMES, program, turning, turns};
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
use std::collections::BTreeSet;
use sumcheck::analysis::sample;
use sumcheck::{ProverChannel, VerifierChannel};
use tracer::{Inputs, Options, Program};

/// Two runs of one program, with one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Runs {
    /// Of the guest `private-sum`, whose private inputs have other lengths and other bytes; both end with status 1.
    Guest,
    /// As many cycles as are declared, to the last one, and few.
    Full,
    /// One more than a power of two, and few.
    More,
    /// Both are far below what is declared.
    Far,
}

impl Runs {
    /// The program, what is declared, two private inputs, and how long their runs are, if it matters.
    fn of(self, bits: usize) -> (Program, usize, [Inputs; 2], Option<[u64; 2]>) {
        let turns = |counts: [u64; 2]| counts.map(|count| turns(bits, count));
        match self {
            Runs::Guest => {
                let name = ["private-sum", "private-sum-rv32"][usize::from(bits == 32)];
                let inputs = [3, 14].map(|length| Inputs::private(vec![length as u8; length]));
                (program(name), 10, inputs, None)
            }
            Runs::Full => (turning(bits, 1), 6, turns([30, 2]), Some([64, 8])),
            Runs::More => (turning(bits, 0), 7, turns([31, 2]), Some([65, 7])),
            Runs::Far => {
                let declared = sample::count(9, 11);
                (turning(bits, 1), declared, turns([9, 2]), Some([22, 8]))
            }
        }
    }
}

fn equivocated(
    scheme: &str,
    (lookup, memory): (&dyn ProveLookup<Fr>, &dyn ProveMemory<Fr>),
    (runs, bits): (Runs, usize),
) -> Equivocated {
    let (program, cycle_vars, inputs, cycles) = runs.of(bits);
    let machine = Machine::of(&program);
    let provers = Provers {
        lookup,
        memory,
        program: None,
    };
    let traced = inputs.map(|inputs| {
        let trace = tracer::trace(&program, &inputs, &Options::default()).unwrap();
        let mut statement = Statement::of(&inputs.public, &trace.outcome);
        assert!(statement.cycle_vars <= cycle_vars);
        statement.cycle_vars = cycle_vars;
        (statement, trace)
    });
    assert_eq!(traced[0].0, traced[1].0, "one statement");
    let lengths = traced.each_ref().map(|(_, trace)| trace.outcome.cycles);
    assert_eq!(cycles.unwrap_or(lengths), lengths, "{runs:?}");
    let statement = traced[0].0.clone();
    let run = statement.run(&program, &machine, cycle_vars).unwrap();
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
        (scheme, cycle_vars),
        &sealed::Statement::new("equivocation"),
        [&prove[0], &prove[1]],
        &mut verify,
    )
    .unwrap()
}

/// What is tried with one scheme.
type Case = (&'static str, (&'static str, &'static str), Runs, usize);

/// Everything with everything. Of a sample the guest with each scheme, argument and word, and of the small programs each
/// kind of runs, and each word.
fn cases() -> Vec<Case> {
    let arguments = || {
        let with = |pair| SCHEMES.map(|(scheme, _)| (scheme, pair));
        PAIRS.into_iter().flat_map(with)
    };
    // Words take turns: with every argument, scheme and kind of runs there are both.
    let of = |first: usize, runs: Runs| {
        let each = arguments().zip(first..);
        each.map(move |((scheme, pair), turn)| (scheme, pair, runs, [64, 32][turn % 2]))
    };
    let guest = sample::of(of(0, Runs::Guest), |(scheme, (lookup, memory), _, bits)| {
        let word = if *bits == 32 { "32" } else { "64" };
        vec![*scheme, *lookup, *memory, word]
    });
    let small = of(1, Runs::Full)
        .chain(of(0, Runs::More))
        .chain(of(1, Runs::Far));
    let small = sample::of(small, |(_, _, runs, bits)| {
        vec![format!("{runs:?}"), bits.to_string()]
    });
    guest.chain(small).collect()
}

fn one_proof_is_that_of_two_runs(scheme: &str) {
    one_thread();
    let registry = Registry::builtin();
    let mut tried = BTreeSet::new();
    for (_, pair, runs, bits) in cases().into_iter().filter(|case| case.0 == scheme) {
        let name = format!("{scheme}, {pair:?}, {runs:?}, {bits} bits");
        let lookup = registry.lookup(pair.0).unwrap();
        let memory = registry.memory(pair.1).unwrap();
        let proofs = equivocated(scheme, (&**lookup, &**memory), (runs, bits));
        let items = |proof: &[u8]| proof.chunks(32).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let (first, second) = (items(&proofs.first), items(&proofs.second));
        // Commitments are those of their logarithms, each with a draw of its own, and none is without one.
        let twins = &proofs.twins;
        let points: BTreeSet<&Vec<u8>> = twins.points.iter().collect();
        let committed: Vec<&Vec<u8>> = first.iter().filter(|item| points.contains(item)).collect();
        let expected: Vec<&Vec<u8>> = twins.points.iter().collect();
        assert_eq!(committed, expected, "{name}");
        assert!(2 * expected.len() > first.len(), "{name}");
        let numbers: BTreeSet<usize> = twins.numbers.iter().copied().collect();
        assert_eq!(numbers.len(), expected.len(), "{name}: a draw serves twice");
        let bare: BTreeSet<&Vec<u8>> = twins.bare.iter().collect();
        assert!(first.iter().all(|item| !bare.contains(item)), "{name}");
        // With the draws of the first run the second one's proof is another one.
        assert_ne!(proofs.first, proofs.unaltered, "{name}");
        let differs = first.iter().zip(&second).position(|(a, b)| a != b);
        assert_eq!(
            differs,
            None,
            "{name}: the first item that differs, of {}",
            first.len()
        );
        assert_eq!(proofs.first, proofs.second, "{name}");
        println!("{name}: {} items, {} draws", first.len(), proofs.draws);
        tried.insert(runs);
    }
    assert!(tried.contains(&Runs::Guest));
}

#[test]
fn a_proof_with_hyrax_is_that_of_two_runs() {
    one_proof_is_that_of_two_runs("hyrax");
}

#[test]
fn a_proof_with_pst13_is_that_of_two_runs() {
    one_proof_is_that_of_two_runs("pst13");
}

#[test]
fn a_proof_with_zeromorph_is_that_of_two_runs() {
    one_proof_is_that_of_two_runs("zeromorph");
}
