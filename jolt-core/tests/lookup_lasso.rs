//! Lasso: forgeries against every check, the naive prover's proof, other sizes of chunks.
#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use instruction_tables::WordSize;
use jolt_core::lookup::lasso::{Cover, Lasso, Lie};
use jolt_core::lookup::standalone::{Columns, Selection, prove_columns, verify};
use jolt_core::lookup::testkit::{self, Case, PROTOCOL, Subject, forgeries};
use jolt_core::lookup::{Exposed, LookupArgument, Reads, slow::Cheat};
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Checks, VerifyError};

/// What is false, the check that is meant for it, and the verdict under some checks.
type Forgery = (
    String,
    &'static str,
    Box<dyn Fn(&Checks) -> Result<(), VerifyError>>,
);

/// Forgeries that every argument must reject; which check stops them is the argument's business.
fn common() -> Vec<Forgery> {
    let subject = Subject::<Fr> {
        honest: Arc::new(Lasso::default()),
        cheating: Box::new(|cheat| match cheat {
            Cheat::OtherIndex { read, other } => {
                Arc::new(Lasso::default().lying(Lie::OtherIndex { read, other }))
            }
            Cheat::Blend { .. } => Arc::new(Lasso::default()),
        }),
        decomposition: "settle/entries",
    };
    let all = forgeries(&subject).into_iter().filter_map(|forgery| {
        let check = match forgery.name {
            // There are no digits.
            "a digit that is not boolean" => return None,
            "a wrong left operand" | "a wrong right operand" => "settle/operands",
            _ => forgery.check,
        };
        let name = forgery.name.to_owned();
        let run: Box<dyn Fn(&Checks) -> _> = Box::new(move |checks| forgery.run(checks));
        Some((name, check, run))
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
        let prover = Lasso::default().lying(Lie::Value {
            read: 1,
            position: 7,
            column: 0,
            cover,
        });
        let outputs = prover.outputs(&case.shape, case.reads.clone()).unwrap();
        let mut columns = Columns::of(&case.shape, &case.reads);
        let honest = columns.out.clone();
        columns.out = outputs.iter().map(|x| u64::try_from(*x).unwrap()).collect();
        assert_ne!(columns.out, honest);
        let run = move |checks: &Checks| {
            let mut channel = PlainProver::<Fr>::with_checks(PROTOCOL, checks.clone());
            let (reads, shape) = (case.reads.clone(), &case.shape);
            prove_columns(&mut channel, &prover, shape, reads, &columns, &columns.out);
            let proof = channel.finish().0;
            let mut channel = PlainVerifier::with_checks(PROTOCOL, proof, checks.clone());
            verify(&mut channel, &Lasso::default(), shape, &case.selection())?;
            channel.finish()
        };
        let name = format!("a wrong value, covered: {cover:?}");
        (name, check, Box::new(run))
    };
    covers.into_iter().map(forgery).collect()
}

#[test]
fn every_check_stops_the_forgery_meant_for_it() {
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
        let verdict = run(&Checks::all());
        assert!(
            matches!(verdict, Err(VerifyError::Check { .. })),
            "{name}: {verdict:?}"
        );
        let (batch, _) = check.split_once('/').unwrap();
        let whole = format!("{batch}: ");
        let whole = performed.iter().filter(|p| p.starts_with(&whole));
        for check in whole.map(String::as_str).chain([check]) {
            assert_eq!(
                run(&Checks::without(check)),
                Ok(()),
                "{name} without {check}"
            );
            table.insert(check.to_owned());
        }
    }
    let missing: Vec<&String> = performed.difference(&table).collect();
    assert!(missing.is_empty(), "checks without a forgery: {missing:?}");
}

#[test]
fn the_slow_prover_sends_the_same_proof() {
    for (cycle_vars, count) in [(0, 1), (2, 3), (3, 8), (4, 11)] {
        let case = Case::random(WordSize::W8, cycle_vars, count, 3);
        let fast = testkit::prove::<Fr>(&Lasso::default(), &case);
        let slow = testkit::prove::<Fr>(&Lasso::default().slow(), &case);
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
