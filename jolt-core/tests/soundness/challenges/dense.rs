//! Reads of dense tables: lies that cancel where a challenge is known beforehand.

use super::late::{Entry, Listening};
use crate::support::one_thread;
use ark_bn254::Fr;
use ark_ff::Field as _;
use jolt_core::digits::ADDRESS_VARS;
use jolt_core::lookup::dense::protocol::{DenseReads, commit, prove, verify};
use jolt_core::lookup::dense::{DenseTable, ProveDense};
use jolt_core::lookup::naive::Naive;
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::testkit::liars::{LyingLasso, LyingNaive, SlowShout};
use jolt_core::lookup::testkit::{Cheat, DenseLie};
use jolt_core::lookup::{LookupArgument, ProveLookup};
use jolt_core::registry::lookups;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::channel::Which;
use sumcheck::channel::layer::Over;
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

/// `β` of the digits of a dense table, which weighs one-hotness against the claim on what is read. Both entries are 7, and a
/// read finds the first −1 times and the second twice: what one-hotness is broken by, `2·(1 − 2k)²` at index `k`, is added to
/// the claim, and returned 7 times.
#[test]
fn one_hotness_of_dense_reads_is_weighed() {
    let label: Label = "lookup/one-hot";
    if !Checks::in_focus(label) {
        return;
    }
    let table = DenseTable::explicit("SEVEN", vec![vec![7, 7]]).unwrap();
    let known = table.in_the_clear();
    for beta in [1, 3] {
        let [twice, nothing] = [2u64, 0].map(Fr::from);
        let towards = [(1, twice), (0, nothing)];
        let lying = SlowShout::cheating(Cheat::Blend { read: 0, towards });
        let lying = lying.knowing_one_hot(Fr::from(beta));
        let mut reads = DenseReads::new(&table, &[0, 1, 1, 0]).unwrap();
        reads.outputs[0][0] += 7 * 2 * 2 * beta;
        let verdict = |checks: Checks| {
            let mut channel = PlainProver::<Fr>::with_checks("late", checks.clone());
            prove(&mut channel, &lying, (&table, &known), 2, reads.clone());
            let mut channel = Over(Listening::of(channel.finish().0, checks));
            let share = |value, more| Entry {
                oracle: 0,
                value,
                row: 0,
                more,
            };
            channel.0.matrix = vec![share(0, -twice), share(1, twice)];
            verify(&mut channel, &Shout, &known, 2, 4)?;
            channel.0.plain.finish()
        };
        let live = verdict(Checks::all());
        let rejected = matches!(live, Err(VerifyError::Check { .. }));
        assert!(rejected, "{beta}: {live:?} though it is random");
        let known = Checks::all().knowing(label, Which::All, beta);
        assert_eq!(verdict(known), Ok(()), "{beta}");
    }
}

/// `γ` of the naive argument's bits: two bits of one read are not boolean, `e` and `f`, with `(e² − e) + γ²·(f² − f) = 0`:
/// see `machine::booleanity`. What is returned is no entry of the table.
#[test]
fn bits_of_dense_reads_are_weighed() {
    let label: Label = "lookup/boolean";
    if !Checks::in_focus(label) {
        return;
    }
    let table = DenseTable::explicit("ONE", vec![vec![0, 37 * 37 * 25, 0, 0]]).unwrap();
    let known = table.in_the_clear();
    // e, f, and e·(1 − f) times the entry.
    for (gamma, [e, f], below, out) in [
        (1, [2, -1], 5, 37 * 37 * 12),
        (3, [18, -1], 37, 25 * 18 * 38),
    ] {
        let below = Fr::from(below as u64).inverse().unwrap();
        let [e, f] = [e, f].map(|share: i64| Fr::from(share) * below);
        let square = Fr::from(gamma * gamma);
        assert_eq!(e * e - e, -square * (f * f - f));
        let towards = [(1, e), (2, f)];
        let lying = LyingNaive(Cheat::Blend { read: 0, towards });
        let mut reads = DenseReads::new(&table, &[0, 1, 1, 2]).unwrap();
        reads.outputs[0][0] = out;
        let verdict = |checks: Checks| {
            let mut channel = PlainProver::<Fr>::with_checks("late", checks.clone());
            let prover = ProveLookup::<Fr>::dense_prover(&lying).unwrap();
            prove(&mut channel, prover, (&table, &known), 2, reads.clone());
            let mut channel = Over(Listening::of(channel.finish().0, checks));
            let share = |oracle, value, more| Entry {
                oracle,
                value,
                row: 0,
                more,
            };
            let bit = |oracle, more: Fr| [share(oracle, 0, -more), share(oracle, 1, more)];
            channel.0.matrix = [bit(0, e), bit(1, f)].concat();
            let verifier = LookupArgument::<Fr>::dense(&Naive).unwrap();
            verify(&mut channel, verifier, &known, 2, 4)?;
            channel.0.plain.finish()
        };
        let live = verdict(Checks::all());
        let rejected = matches!(live, Err(VerifyError::Check { .. }));
        assert!(rejected, "{gamma}: {live:?} though it is random");
        // Behind the points of values and of rows.
        let last = ADDRESS_VARS + 2;
        let known = Checks::all().knowing(label, Which::Number(last), gamma);
        assert_eq!(verdict(known), Ok(()), "{gamma}");
    }
}
