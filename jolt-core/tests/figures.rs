//! Every challenge that a verifier draws has a term in the bound of its error, and the bound is what the notes say.
#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use commitments::{CacheDir, Setup};
use instruction_tables::WordSize;
use jolt_core::api::{Config, setup};
use jolt_core::constraints::CONSTRAINTS;
use jolt_core::lookup::dense::{DenseTable, protocol};
use jolt_core::lookup::standalone;
use jolt_core::lookup::testkit::Case;
use jolt_core::machine::Machine;
use jolt_core::policy::Policy;
use jolt_core::registry::{DEFAULT_SCHEME, Registry};
use jolt_core::soundness::{ErrorBound, field_bits};
use jolt_core::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS};
use jolt_core::vm::{Arguments, lookup_shape_of};
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::Event;
use sumcheck::analysis::sample;
use tracer::{Inputs, Program};

fn program(name: &str) -> Program {
    let root = env!("CARGO_MANIFEST_DIR");
    let elf = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
    Program::from_elf(&elf).unwrap()
}

/// Lookup and memory arguments that serve a machine.
fn pairs(registry: &Registry, word: WordSize, vars: usize) -> Vec<(&'static str, &'static str)> {
    let shape = lookup_shape_of(word, vars);
    let lookups = registry.lookups().iter();
    let lookups: Vec<_> = lookups.filter(|a| a.supports(&shape).is_ok()).collect();
    let memories = registry.memory_names();
    let with = |memory| lookups.iter().map(move |lookup| (lookup.name(), memory));
    memories.into_iter().flat_map(with).collect()
}

/// A key of a scheme, for polynomials in `vars` variables.
fn scheme(name: &str, vars: usize) -> Arc<dyn commitments::VerifyingKey<Fr>> {
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let registry = Registry::builtin();
    let scheme = registry.schemes().get(name).unwrap();
    scheme.verifying_key(vars, &setup).unwrap()
}

/// The error of a run of `2^vars` cycles, with the default scheme. An argument keeps what it made of a shape: so one
/// registry serves all sizes.
fn bound(
    registry: &Registry,
    program: &Program,
    (lookup, memory): (&str, &str),
    vars: usize,
) -> ErrorBound {
    let arguments = Arguments {
        lookup: &**registry.lookup(lookup).unwrap(),
        memory: &**registry.memory(memory).unwrap(),
        program: None,
    };
    ErrorBound::of_program(program, &arguments, &*scheme(DEFAULT_SCHEME, vars), vars).unwrap()
}

/// What the terms speak for is what the transcript of a verification draws, opening included: no challenge is missed,
/// and none is made up.
#[test]
fn every_challenge_of_a_proof_has_a_term() {
    let inputs = Inputs::public(3u64.to_le_bytes());
    let registry = Registry::builtin();
    let clear = registry.schemes().names().map(|scheme| (scheme, "clear"));
    let schemes = clear.chain(["hyrax", "pst13", "zeromorph"].map(|scheme| (scheme, "hiding")));
    let schemes: Vec<(&str, &str)> = schemes.collect();
    let mut all = Vec::new();
    for name in ["fibonacci", "fibonacci-rv32", "htif"] {
        let program = program(name);
        for pair in pairs(&registry, program.word(), 8) {
            let with = schemes.iter().map(|scheme| (name, *scheme, pair));
            all.extend(with);
        }
    }
    // Of a sample each program, each scheme in each mode and each pair of arguments.
    let some = sample::of(all, |(name, (scheme, mode), (lookup, memory))| {
        let pair = format!("{lookup}, {memory}");
        vec![name.to_string(), format!("{scheme}, {mode}"), pair]
    });
    for (name, (scheme, mode), (lookup, memory)) in some {
        let config = Config {
            scheme: scheme.to_owned(),
            lookup: lookup.to_owned(),
            memory: memory.to_owned(),
            max_cycle_vars: 8,
            zero_knowledge: mode == "hiding",
            setup: Setup::Builtin {
                cache: CacheDir::Off,
            },
            ..Config::default()
        };
        let key = setup(program(name), &config).unwrap();
        let proof = key.prove(&inputs).unwrap();
        let (recording, verdict) = key.verifying_key().recording(&proof);
        verdict.unwrap();
        let mut drawn = BTreeMap::new();
        for (event, _) in &recording.entries {
            if let Event::Squeeze(label) = event {
                *drawn.entry(*label).or_insert(0) += 1;
            }
        }
        let verifier = key.verifying_key();
        let run = (proof.statement)
            .run(verifier.program(), verifier.machine(), 8)
            .unwrap();
        let bound = ErrorBound::of(verifier, &run).unwrap();
        let who = format!("{name}, {scheme}, {mode}, {lookup}, {memory}");
        assert_eq!(bound.unaccounted, [], "{who}");
        assert_eq!(bound.challenges(), drawn, "{who}");
        assert!(bound.terms.iter().all(|term| !term.about.is_empty()));
    }
}

#[test]
fn every_challenge_of_lookups_on_their_own_has_a_term() {
    for argument in Registry::builtin().lookups() {
        let mut served = 0;
        for word in [WordSize::W8, WordSize::W32, WordSize::W64] {
            let case = Case::random(word, 4, 15, 5);
            if argument.supports(&case.shape).is_err() {
                continue;
            }
            let selection = case.selection();
            let bound = ErrorBound::of_verifier(&*scheme(DEFAULT_SCHEME, 9), |channel| {
                standalone::verify(channel, argument.as_ref(), &case.shape, &selection)
            });
            assert!(bound.unwrap().bits().is_some(), "{}", argument.name());
            served += 1;
        }
        let dense = argument.dense().unwrap();
        let columns = vec![vec![1, 2, 3], vec![4, 5, 6]];
        for table in [
            DenseTable::range(5).unwrap(),
            DenseTable::explicit("PAIRS", columns).unwrap(),
        ] {
            let known = table.in_the_clear();
            let bound = ErrorBound::of_verifier(&*scheme(DEFAULT_SCHEME, 9), |channel| {
                protocol::verify(channel, dense, &known, 4, 9).map(|_| ())
            });
            assert!(bound.unwrap().bits().is_some(), "{}", argument.name());
            served += 1;
        }
        assert!(served >= 3, "{}", argument.name());
    }
}

/// The terms that the notes give, one by one: Shout and Twist at 2^20.
#[test]
fn terms_are_those_of_the_notes() {
    let program = program("fibonacci");
    let bound = bound(&Registry::builtin(), &program, ("shout", "twist"), 20);
    let machine = Machine::of(&program);
    let (t, b) = (20, machine.bytecode.vars() as u128);
    let digits = machine.digit_radices().len() as u128;
    let rows = machine.bytecode_radices().len() as u128;
    let cells = machine.ram_radices().len() as u128;
    let of = |part: &str, label: &str| {
        let terms = bound.terms.iter().filter(|term| {
            let mut labels = term.challenges.iter().map(|(label, _)| *label);
            term.part == part && labels.any(|l| l == label)
        });
        terms.map(|term| term.degree).collect::<Vec<u128>>()
    };
    for (part, label, degrees) in [
        // spartan.md
        ("constrain", "tau", vec![t + CONSTRAINTS.len() as u128 - 1]),
        ("constrain", "round", vec![3 * t]),
        // shout.md, one-hot-columns.md
        ("execute", "lookup/read", vec![2]),
        ("execute", "gamma", vec![2 + 2]),
        // … and jolt.md: the guard, at the cycle of the constraints
        ("execute", "round", vec![t, 256 + 9 * t, 8 + t]),
        ("execute", "batch/alpha", vec![2]),
        ("execute", "lookup/products", vec![118]),
        // twist.md
        ("recall", "block", vec![13]),
        ("recall", "round", vec![4 * t]),
        // jolt.md, one-hot-columns.md
        ("fetch", "booleanity", vec![4 + t + 2 * (digits - 1)]),
        (
            "fetch",
            "round",
            vec![2 * (b - 4) + 12 + (rows + 1).max(cells.div_ceil(2) + 1).max(5) * t],
        ),
        ("fetch", "batch/alpha", vec![4]),
        // opening.md: one point. hyrax.md
        ("open", "open/bind", vec![]),
        ("open", "open/groups", vec![0]),
        ("open", "open/base", vec![1]),
        ("open", "open/fold", vec![3 * (t - 4)]),
    ] {
        assert_eq!(of(part, label), degrees, "{part}, {label}");
    }
    // papers/README.md
    assert!(bound.degree() < 2000, "{}", bound.degree());
    assert!(bound.bits().unwrap() > field_bits() - 11.0);
}

/// The arguments that a verifier accepts by default are those of the least error, for both word sizes and at every
/// size of a run.
#[test]
fn the_default_policy_is_the_strongest() {
    let policy = Policy::default();
    let default = (policy.lookups[0].as_str(), policy.memories[0].as_str());
    assert_eq!((policy.lookups.len(), policy.memories.len()), (1, 1));
    for name in ["fibonacci", "fibonacci-rv32"] {
        let (program, registry) = (program(name), Registry::builtin());
        for vars in MIN_CYCLE_VARS..=MAX_CYCLE_VARS {
            let strongest = bound(&registry, &program, default, vars).degree();
            let pairs = pairs(&registry, program.word(), vars).into_iter();
            for pair in pairs.filter(|pair| *pair != default) {
                let other = bound(&registry, &program, pair, vars).degree();
                assert!(strongest < other, "{pair:?} at 2^{vars}");
            }
        }
    }
}
