//! Lasso: forgeries against every check, the naive prover's proof, other sizes of chunks, and its cost against the formulas of `papers/lasso.md`.

use crate::lookup::{hiding_keys, told_in_hiding};
use crate::support::one_thread;
use crate::support::reads::reads;
use ark_bn254::Fr;
use commitments::Keys;
use instruction_tables::WordSize;
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::standalone::{Columns, Selection, prove_columns, verify};
use jolt_core::lookup::testkit::liars::{Cover, LassoLie, LyingLasso};
use jolt_core::lookup::testkit::{self, Case, PROTOCOL, Returning, Serving, Subject, forgeries};
use jolt_core::lookup::{Exposed, LookupArgument, Reads};
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Checks, Poly, ProverChannel, Rows, VerifierChannel, VerifyError};

/// The verdict under some checks: over the plain channel, or over sessions of keys.
type Run = Box<dyn Fn(&Checks, Option<&Keys<Fr>>) -> Result<(), VerifyError>>;

/// What is false, the check that is meant for it, and the verdict.
type Forgery = (String, &'static str, Run);

/// The argument, and provers that deviate where every argument's may.
fn subject() -> Subject<Fr> {
    let serving: Serving<Fr> = Box::new(|read, other| {
        Arc::new(LyingLasso::default().lying(LassoLie::OtherIndex { read, other }))
    });
    let returning: Returning<Fr> = Box::new(|read, value| {
        Arc::new(LyingLasso::default().lying(LassoLie::Unlooked { read, value }))
    });
    Subject::<Fr> {
        honest: Arc::new(Lasso::default()),
        serving: vec![("settle/entries", serving)],
        argued: [
            "execute: lookup/fingerprint",
            "execute: lookup/settle",
            "execute: product/trees",
            "settle/alpha",
        ]
        .map(|name| (name, "lies that cancel are in tests/soundness/challenges"))
        .into(),
        index_bits: Vec::new(),
        blending: None,
        returning: vec![("settle/entries", returning)],
    }
}

/// Forgeries that every argument must reject; which check stops them is the argument's business.
fn common() -> Vec<Forgery> {
    let all = forgeries(&subject()).into_iter().map(|forgery| {
        let check = match forgery.name {
            "a wrong left operand" | "a wrong right operand" => "settle/operands",
            _ => forgery.check,
        };
        let name = forgery.name.to_owned();
        let run: Run = Box::new(move |checks, keys| match keys {
            None => forgery.run(checks),
            Some(keys) => forgery.run_sealed(keys, checks),
        });
        (name, check, run)
    });
    all.collect()
}

/// A committed value is wrong; each cover leaves one check to notice.
fn lies() -> Vec<Forgery> {
    let covers = [
        (Cover::Nothing, "lookup/memory"),
        (Cover::Contents, "lookup/contents"),
        (Cover::ReadRoot, "reads/layer"),
        (Cover::FinalRoot, "cells/layer"),
        (Cover::Leaves, "settle/reads"),
    ];
    let forgery = |(cover, check): (Cover, &'static str)| -> Forgery {
        let mut case = Case::empty(WordSize::W8, 2);
        let tables = &case.shape.tables;
        let xor = tables.iter().position(|t| t.name() == "XOR").unwrap() as u8;
        let reads = Reads {
            index: vec![0x1234, 0xbeef, 0x0777],
            table: vec![xor, xor, Reads::NO_TABLE],
            operands: vec![Exposed::Pair, Exposed::Nothing, Exposed::Single],
        };
        case.reads = Arc::new(reads);
        let prover = LyingLasso::default().lying(LassoLie::Value {
            read: 1,
            position: 7,
            column: 0,
            cover,
        });
        let outputs = prover
            .outputs::<Fr>(&case.shape, case.reads.clone())
            .unwrap();
        let mut columns = Columns::of(&case.shape, &case.reads);
        let honest = columns.out.clone();
        columns.out = outputs.iter().map(|x| u64::try_from(*x).unwrap()).collect();
        assert_ne!(columns.out, honest);
        let run = move |checks: &Checks, keys: Option<&Keys<Fr>>| {
            let (shape, selection) = (&case.shape, case.selection());
            let prove = |channel: &mut dyn ProverChannel<Fr>| {
                let reads = case.reads.clone();
                prove_columns(channel, &prover, shape, reads, &columns, &columns.out);
            };
            let program = |channel: &mut dyn VerifierChannel<Fr>| {
                verify(channel, &Lasso::default(), shape, &selection)
            };
            if let Some(keys) = keys {
                return testkit::sealed::verdict(keys, checks, prove, program);
            }
            let mut channel = PlainProver::<Fr>::with_checks(PROTOCOL, checks.clone());
            prove(&mut channel);
            let proof = channel.finish().0;
            let mut channel = PlainVerifier::with_checks(PROTOCOL, proof, checks.clone());
            program(&mut channel)?;
            channel.finish()
        };
        let name = format!("a wrong value, covered: {cover:?}");
        (name, check, Box::new(run))
    };
    covers.into_iter().map(forgery).collect()
}

#[test]
fn every_check_stops_the_forgery_meant_for_it() {
    one_thread();
    let case = Case::random(WordSize::W8, 2, 3, 5);
    let proof = testkit::prove::<Fr>(&Lasso::default(), &case);
    let mut channel = PlainVerifier::new(PROTOCOL, proof);
    verify(
        &mut channel,
        &Lasso::default(),
        &case.shape,
        &case.selection(),
    )
    .unwrap();
    let performed: BTreeSet<String> = channel.checks().performed().map(str::to_owned).collect();
    let mut table = BTreeSet::new();
    for (name, check, run) in common().into_iter().chain(lies()) {
        let verdict = run(&Checks::all(), None);
        assert!(
            matches!(verdict, Err(VerifyError::Check { .. })),
            "{name}: {verdict:?}"
        );
        let (batch, _) = check.split_once('/').unwrap();
        let whole = format!("{batch}: ");
        let whole = performed.iter().filter(|p| p.starts_with(&whole));
        for check in whole.map(String::as_str).chain([check]) {
            assert_eq!(
                run(&Checks::without(check), None),
                Ok(()),
                "{name} without {check}"
            );
            table.insert(check.to_owned());
        }
    }
    let missing: Vec<&String> = performed.difference(&table).collect();
    assert!(missing.is_empty(), "checks without a forgery: {missing:?}");
}

/// The same lies in proofs that tell nothing: the opening rejects them, and they are accepted without their check.
#[test]
fn lies_are_rejected_in_proofs_that_tell_nothing() {
    one_thread();
    let keys = hiding_keys();
    let all = common().into_iter().chain(lies()).enumerate();
    // Of a sample one against each check, and with each scheme.
    let scheme = |number: usize| format!("scheme {}", number % keys.len());
    let some = sample::of(all, |(number, (_, check, _))| {
        vec![(*check).to_owned(), scheme(*number)]
    });
    for (number, (name, check, run)) in some {
        told_in_hiding(&name, check, |checks| {
            run(checks, Some(&keys[number % keys.len()]))
        });
    }
}

/// The test kit's one call. Checks that nobody but Lasso has are stopped by [`lies`].
#[test]
fn the_laws_hold_for_lasso() {
    one_thread();
    let summary = testkit::laws(&subject()).unwrap_or_else(|broken| panic!("{broken}"));
    println!("{summary}");
}

#[test]
fn the_slow_prover_sends_the_same_proof() {
    let small = [(0, 1), (2, 3), (3, 8), (4, 11)].map(|size| (WordSize::W8, size));
    // Reads of every table, of which some have states that those of short words lack.
    let large = [WordSize::W8, WordSize::W64].map(|word| (word, (6, 60)));
    for (word, (cycle_vars, count)) in small.into_iter().chain(large) {
        let case = Case::random(word, cycle_vars, count, 3);
        let fast = testkit::prove::<Fr>(&Lasso::default(), &case);
        let slow = testkit::prove::<Fr>(&LyingLasso::default().slow(), &case);
        assert_eq!(fast.messages, slow.messages);
    }
}

#[test]
fn chunks_may_have_any_size() {
    for bits in [2, 4, 8] {
        for (word, cycle_vars, count) in [(WordSize::W8, 3, 7), (WordSize::W32, 5, 30)] {
            let case = Case::random(word, cycle_vars, count, 9);
            let lasso = Lasso::with_chunks(bits);
            assert_eq!(
                testkit::complete::<Fr>(&lasso, &case),
                Ok(()),
                "{bits} bits"
            );
        }
    }
    let case = Case::random(WordSize::W8, 3, 7, 9);
    for bits in [0, 1, 3, 6, 18] {
        let lasso = Lasso::with_chunks(bits);
        assert!(LookupArgument::<Fr>::supports(&lasso, &case.shape).is_err());
    }
}

/// Shapes of one table have few classes; reads of it are as good as any.
#[test]
fn single_tables_are_served() {
    for word in [WordSize::W8, WordSize::W64] {
        let mut case = Case::random(word, 4, 16, 1);
        for table in case.shape.tables.clone() {
            case.shape.tables = vec![table];
            let reads = Reads {
                table: vec![0; 16],
                ..Reads::clone(&case.reads)
            };
            case.reads = Arc::new(reads);
            assert!(matches!(case.selection(), Selection::Each { .. }));
            let verdict = testkit::complete::<Fr>(&Lasso::default(), &case);
            assert_eq!(verdict, Ok(()), "{}", table.name());
        }
    }
}

fn nonzero(poly: &Poly<Fr>) -> usize {
    match &poly.rows {
        Rows::Signed(values) => values.iter().filter(|v| **v != 0).count(),
        _ => unreachable!("all is committed as integers"),
    }
}

/// The paper's count of commitments, its abstract: `3 c m + c N^{1/c}` elements for `m` reads of a table
/// of size `N` cut into `c` chunks of one subtable each.
#[test]
fn committed_elements_are_those_of_the_paper() {
    let cycle_vars = 10;
    for bits in [4, 8] {
        let (c, m) = (128 / bits, 1usize << cycle_vars);
        for (exposed, columns) in [
            (Exposed::Single, 3),
            (Exposed::Nothing, 4),
            (Exposed::Pair, 4),
        ] {
            let case = reads(&["AND"], cycle_vars, exposed);
            let lasso = Lasso::with_chunks(bits);
            let proof = testkit::prove::<Fr>(&lasso, &case);
            // The last oracle is the output, which is the statement's.
            let (_, own) = proof.oracles.split_last().unwrap();
            let (over_cycles, counts) = own.split_at(4 * c);
            let over_cycles: usize = over_cycles.iter().map(|p| nonzero(p)).sum();
            let counts: usize = counts.iter().map(|p| nonzero(p)).sum();
            assert!(over_cycles <= columns * c * m, "{bits} {exposed:?}");
            assert!(counts <= c << bits, "{bits} {exposed:?}");
            let each = over_cycles as f64 / m as f64;
            println!("chunks of {bits}, {exposed:?}: {each:.1} for each read, {counts} counts");
            assert!(over_cycles + counts > columns * c * m / 2);
        }
    }
}

/// Polynomials and elements of a proof: the formulas of the note.
#[test]
fn proofs_have_the_length_that_the_note_says() {
    let all = Case::empty(WordSize::W64, 0).shape.tables;
    let all: Vec<&str> = all.iter().map(|t| t.name()).collect();
    for (names, t) in [
        (&["AND"][..], 4),
        (&["AND", "SRA"], 10),
        (&all, 16),
        (&all, 20),
    ] {
        let mut case = reads(names, 0, Exposed::Pair);
        case.shape.cycle_vars = t;
        let sizes = Lasso::default().sizes(&case.shape).unwrap();
        let mut channel = CountingVerifier::<Fr>::default();
        verify(
            &mut channel,
            &Lasso::default(),
            &case.shape,
            &case.selection(),
        )
        .unwrap();
        let counts = channel.finish();
        assert_eq!(
            counts.commitments["lookup columns"],
            sizes.columns.iter().sum::<usize>()
        );
        assert_eq!(
            counts.commitments["lookup counts"],
            sizes.counts.iter().sum::<usize>()
        );
        let (n, m) = (sizes.slots.len(), sizes.cell_vars);
        let product = |v: usize| (v * (v - 1), 2 * n * 2 * v);
        let (access, cells) = (product(t), product(m));
        let inner: usize = (1..n).map(|i| sizes.states[i] + sizes.slots[i]).sum();
        let committed = sizes.columns.iter().filter(|c| **c > 3).count();
        assert_eq!(counts.elements["product/roots"], 4 * n);
        let rounds = access.0 + cells.0 + 2 * t * (n - 1) + 4 * t;
        assert_eq!(counts.elements["round"], rounds);
        // The last one is that of S, which multiplies the first position's committed slots.
        let evaluations = access.1 + cells.1 + inner + 4 + 5 + n + committed + 1;
        assert_eq!(counts.elements["evaluations"], evaluations);
        println!(
            "{} tables, 2^{t}: {} elements, {} and {} polynomials; {sizes:?}",
            names.len(),
            4 * n + rounds + evaluations,
            counts.commitments["lookup columns"],
            counts.commitments["lookup counts"],
        );
    }
}
