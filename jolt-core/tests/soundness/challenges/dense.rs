//! Reads of dense tables: lies that cancel where a challenge is known beforehand.

use crate::support::one_thread;
use ark_bn254::Fr;
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::dense::protocol::{DenseReads, commit, verify};
use jolt_core::lookup::dense::{DenseTable, ProveDense};
use jolt_core::lookup::testkit::DenseLie;
use jolt_core::lookup::testkit::liars::LyingLasso;
use jolt_core::registry::lookups;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::channel::Which;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Checks, Event, Label, VerifyError};

/// Challenges that weigh received values or bind variables: see `testkit::laws`.
const MESSAGES: [Label; 7] = [
    "round",
    "batch/alpha",
    "product/child",
    "fraction/lambda",
    "fraction/child",
    "lookup/products",
    "lookup/one-hot",
];

/// Two columns of eight entries. Those at 0, 1 and 3 are 0.
fn table() -> DenseTable<Fr> {
    let columns = [[0, 0, 50, 0, 70, 80, 90, 100], [0, 0, 8, 0, 6, 5, 4, 3]];
    DenseTable::explicit("TWO", columns.map(|c| c.to_vec()).to_vec()).unwrap()
}

/// A change of what four reads are said to return.
type Change = Box<dyn Fn(&mut [Vec<u64>])>;

/// What the reads at these indices are said to return, where this challenge is that number.
struct Lie {
    challenge: (Label, usize),
    value: u64,
    index: [u64; 4],
    /// How many of them are stated.
    stated: usize,
    change: Change,
    /// The prover, if it is not the honest one.
    prover: Option<Arc<dyn ProveLookup<Fr>>>,
}

fn lies(argument: &str) -> Vec<Lie> {
    let mut all = Vec::new();
    let mut lie = |challenge, value, index, change: Change| {
        all.push(Lie {
            challenge,
            value,
            index,
            stated: 4,
            change,
            prover: None,
        });
    };
    for value in [1, 3] {
        // One column is v too high, the next 1 too low.
        lie(
            ("dense/columns", 0),
            value,
            [1, 2, 5, 1],
            Box::new(move |out| {
                out[0][2] += value;
                out[1][2] -= 1;
            }),
        );
        // Rows that differ in the coordinate's bit are v and v − 1 too high.
        for bit in 0..2 {
            if ["shout", "naive"].contains(&argument) {
                lie(
                    ("dense/point", bit),
                    value,
                    [1, 2, 5, 1],
                    Box::new(move |out| {
                        out[0][0] += value;
                        out[0][1 << bit] += value - 1;
                    }),
                );
            }
        }
        // Two rows, α apart in the index, have each other's fingerprint.
        let alpha = match argument {
            "lasso" => Some("lookup/fingerprint"),
            "logup-gkr" => Some("lookup/alpha"),
            _ => None,
        };
        if let Some(alpha) = alpha {
            lie(
                (alpha, 0),
                value,
                [4, 4 + value, 5, 6],
                Box::new(|out| {
                    out.iter_mut().for_each(|column| column.swap(0, 1));
                    out[0][0] += 1;
                    out[0][1] -= 1;
                }),
            );
        }
    }
    // The row of an entry that is not read is the challenge: its fraction is 0/0, the product over the cells 0.
    let wrong = || -> Change { Box::new(|out| out[0][0] += 1) };
    match argument {
        "lasso" => lie(("lookup/fingerprint", 1), 0, [1, 2, 5, 1], wrong()),
        "logup-gkr" => {
            for beta in [0, 1, 3] {
                lie(("lookup/beta", 0), beta, [4, 2, 5, 4], wrong());
            }
        }
        _ => {}
    }
    for value in [1, 3] {
        // Of rows beyond the reads that differ in the coordinate's bit, the one without it has the index v, and the other
        // v − 1.
        for (bit, index, stated) in [
            (0, [1, 2, value, value - 1], 2),
            (1, [1, value, 0, value - 1], 1),
        ] {
            all.push(Lie {
                challenge: ("dense/padding", bit),
                value,
                index,
                stated,
                change: Box::new(|_| {}),
                prover: None,
            });
        }
        // Products of reads and of writes that agree, though what was read is wrong.
        if argument == "lasso" {
            let lying = LyingLasso::default().lying_dense(DenseLie::Trees { lambda: value });
            all.push(Lie {
                challenge: ("product/trees", 0),
                value,
                index: [1, 2, 5, 1],
                stated: 4,
                change: wrong(),
                prover: Some(Arc::new(lying)),
            });
        }
    }
    all
}

#[test]
fn every_challenge_of_dense_reads_has_lies() {
    one_thread();
    let table = table();
    let known = table.in_the_clear();
    for argument in lookups::<Fr>() {
        let serving = argument.dense_prover().unwrap();
        let verdict =
            |reads: &DenseReads, stated, lying: Option<&dyn ProveDense<Fr>>, checks: Checks| {
                let mut channel = PlainProver::<Fr>::with_checks("dense", checks.clone());
                let prover = lying.unwrap_or(serving);
                let committed = commit(&mut channel, prover, (&table, &known), 2, reads.clone());
                let _ = committed.stating(stated).prove(&mut channel, &table);
                let mut channel = PlainVerifier::with_checks("dense", channel.finish().0, checks);
                verify(&mut channel, serving, &known, 2, stated)?;
                let drawn = channel.transcript().log().iter().filter_map(|e| match e {
                    Event::Squeeze(label) => Some(*label),
                    Event::Absorb(..) => None,
                });
                let drawn: BTreeSet<Label> = drawn.collect();
                channel.finish()?;
                Ok::<_, VerifyError>(drawn)
            };
        let mut lied = BTreeSet::from(MESSAGES);
        for lie in lies(argument.name()) {
            let (label, number) = lie.challenge;
            lied.insert(label);
            if !Checks::in_focus(label) {
                continue;
            }
            let what = format!("{}: {label} {number} = {}", argument.name(), lie.value);
            let mut reads = DenseReads::new(&table, &lie.index).unwrap();
            (lie.change)(&mut reads.outputs);
            let lying = lie
                .prover
                .as_deref()
                .and_then(|argument| argument.dense_prover());
            let verdict = |checks: Checks| verdict(&reads, lie.stated, lying, checks);
            let live = verdict(Checks::all());
            let rejected = matches!(live, Err(VerifyError::Check { .. }));
            assert!(rejected, "{what}: {live:?} though it is random");
            let known = Checks::all().knowing(label, Which::Number(number), lie.value);
            assert!(verdict(known).is_ok(), "{what}");
        }
        // One row is beyond the reads.
        let honest = DenseReads::new(&table, &[1, 2, 5]).unwrap();
        let drawn = verdict(&honest, 3, None, Checks::all()).unwrap();
        let missing: Vec<&Label> = drawn.difference(&lied).collect();
        // The naive argument's booleanity is the same as on automata: see `testkit::laws`.
        let left = missing.iter().all(|label| **label == "lookup/boolean");
        assert!(
            left,
            "{}: challenges without lies: {missing:?}",
            argument.name()
        );
    }
}
