//! Every commitment is bound by being absorbed: where the transcript does not hear it, it may change after the points at
//! which it is claimed were drawn, by a polynomial that vanishes there. Where it is heard, it may not.
//!
//! Digits cannot be changed so: what is committed of them is not a vector of field elements to this channel. They are
//! absorbed by the same function.

use crate::support::{Start, honest, machine, one_thread, program, run, simulate};
use ark_bn254::Fr;
use ark_ff::{Field as _, One, Zero};
use instruction_tables::WordSize;
use jolt_core::lookup::dense::{DenseTable, protocol};
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::standalone;
use jolt_core::lookup::testkit::{Case, DenseCase};
use jolt_core::registry::{lookups, memories};
use jolt_core::vm::{self, Provers};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sumcheck::channel::Which;
use sumcheck::channel::layer::{Heard, Layer, Over};
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{Checks, Label, Point, Poly, ProverChannel, Rows, VerifierChannel, VerifyError};

type Prove<'a> = &'a dyn Fn(&mut dyn ProverChannel<Fr>);
type Verify<'a> = &'a dyn Fn(&mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError>;

/// A verifier that writes down what is committed, and where it is claimed.
struct Listening {
    plain: PlainVerifier<Fr>,
    committed: Vec<Label>,
    claimed: BTreeMap<usize, Vec<Point<Fr>>>,
}

impl Layer<Fr> for Listening {
    type Below = PlainVerifier<Fr>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.plain
    }

    fn hear(&mut self, heard: Heard<'_, Fr>) {
        match heard {
            Heard::Oracles(label, shapes) => {
                self.committed.extend(shapes.iter().map(|_| label));
            }
            Heard::Claim(claim) => {
                for (oracle, ..) in &claim.terms {
                    let points = self.claimed.entry(oracle.0).or_default();
                    if !points.contains(&claim.point) {
                        points.push(claim.point.clone());
                    }
                }
            }
            _ => {}
        }
    }
}

/// Some rows, not all zero, that vanish at these points.
fn vanishing(points: &[Point<Fr>]) -> Vec<Fr> {
    let rows = points.len() + 1;
    let mut equations: Vec<Vec<Fr>> = points
        .iter()
        .map(|point| point.eq_table()[..rows].to_vec())
        .collect();
    let mut done = 0;
    // Variables before `done` follow from those behind.
    while let Some(at) = (done..equations.len()).find(|at| !equations[*at][done].is_zero()) {
        equations.swap(done, at);
        let inverse = equations[done][done].inverse().unwrap();
        equations[done].iter_mut().for_each(|c| *c *= inverse);
        let own = equations[done].clone();
        for (at, equation) in equations.iter_mut().enumerate() {
            let factor = equation[done];
            if at != done {
                equation
                    .iter_mut()
                    .zip(&own)
                    .for_each(|(c, o)| *c -= factor * o);
            }
        }
        done += 1;
    }
    let mut solution: Vec<Fr> = equations[..done].iter().map(|e| -e[done]).collect();
    solution.push(Fr::one());
    solution
}

fn changed(poly: &Poly<Fr>, by: &[Fr]) -> Poly<Fr> {
    let mut rows = match &poly.rows {
        Rows::Dense(rows) => rows.clone(),
        Rows::Signed(rows) => rows.iter().map(|x| Fr::from(*x)).collect(),
        Rows::Digits { .. } => panic!("digits are no field elements"),
    };
    rows.resize(rows.len().max(by.len()), Fr::zero());
    rows.iter_mut().zip(by).for_each(|(row, more)| *row += more);
    Poly::dense(poly.vars, rows)
}

/// The labels of what is committed as field elements, and of digits.
fn bound(prove: Prove<'_>, verify: Verify<'_>) -> [BTreeSet<Label>; 2] {
    let proof = |checks: Checks| {
        let mut channel = PlainProver::<Fr>::with_checks("late", checks);
        prove(&mut channel);
        channel.finish().0
    };
    let verdict = |proof: PlainProof<Fr>, checks: Checks| {
        let mut channel = PlainVerifier::with_checks("late", proof, checks);
        verify(&mut channel)?;
        channel.finish()
    };
    let listen = |checks: Checks| {
        let mut channel = Over(Listening {
            plain: PlainVerifier::with_checks("late", proof(checks.clone()), checks),
            committed: Vec::new(),
            claimed: BTreeMap::new(),
        });
        verify(&mut channel).unwrap();
        channel.0
    };
    let [mut elements, mut digits] = [BTreeSet::new(), BTreeSet::new()];
    let committed = listen(Checks::all()).committed;
    let polys = proof(Checks::all()).oracles;
    let mut numbers = BTreeMap::<Label, usize>::new();
    for (oracle, label) in committed.into_iter().enumerate() {
        let next = numbers.entry(label).or_default();
        let unheard = Checks::all().not_hearing(label, Which::Number(*next));
        *next += 1;
        if let Rows::Digits { .. } = polys[oracle].rows {
            digits.insert(label);
            continue;
        }
        elements.insert(label);
        if !Checks::in_focus(label) {
            continue;
        }
        let points = listen(unheard.clone()).claimed.remove(&oracle).unwrap();
        let late = |checks: Checks| {
            let mut proof = proof(checks.clone());
            let other = changed(&proof.oracles[oracle], &vanishing(&points));
            proof.oracles[oracle] = Arc::new(other);
            verdict(proof, checks)
        };
        assert_eq!(late(unheard), Ok(()), "{label}, oracle {oracle}");
        let live = late(Checks::all());
        let rejected = matches!(live, Err(VerifyError::Check { .. }));
        assert!(rejected, "{label}, oracle {oracle}: {live:?}");
    }
    [elements, digits]
}

#[test]
fn commitments_of_the_machine_cannot_come_late() {
    one_thread();
    for word in [WordSize::W64, WordSize::W32] {
        let machine = machine(word, program(word));
        let run = run(&machine, vec![(1, 7)]);
        let witness = simulate(&run, &Start::honest(&run), &honest);
        for argument in memories::<Fr>() {
            let provers = Provers {
                lookup: &Shout,
                memory: argument.as_ref(),
            };
            let [elements, digits] = bound(
                &|channel| vm::prove(channel, &provers, &run, witness.clone(), &mut ()),
                &|channel| vm::verify(channel, &provers.arguments(), &run),
            );
            assert_eq!(digits, BTreeSet::from(["machine", "lookup digits"]));
            let own: &[Label] = match argument.name() {
                "twist" => &["machine"],
                _ => &["machine", "memory"],
            };
            assert_eq!(elements, own.iter().copied().collect());
        }
    }
}

#[test]
fn commitments_of_lookup_arguments_cannot_come_late() {
    one_thread();
    for argument in lookups::<Fr>() {
        let Case { shape, reads } = Case::random(16, 3, 7, 5);
        let selection = standalone::Selection::of(&reads);
        let [elements, digits] = bound(
            &|channel| standalone::prove(channel, argument.as_ref(), &shape, reads.clone()),
            &|channel| standalone::verify(channel, argument.as_ref(), &shape, &selection),
        );
        let (own, of_digits): (&[Label], &[Label]) = match argument.name() {
            "shout" => (&[], &["lookup digits"]),
            "naive" => (&[], &["lookup bits"]),
            "lasso" => (&["lookup columns", "lookup counts"], &[]),
            _ => (&["lookup columns", "lookup multiplicities"], &[]),
        };
        let own = own.iter().copied().chain(["lookup out"]);
        assert_eq!(elements, own.collect(), "{}", argument.name());
        assert_eq!(digits, of_digits.iter().copied().collect());
    }
}

#[test]
fn commitments_of_dense_reads_cannot_come_late() {
    let column = (0..16).map(|k| k * k + 5).collect();
    let table = DenseTable::explicit("SQUARES", vec![column]).unwrap();
    let known = table.in_the_clear();
    let DenseCase {
        cycle_vars, reads, ..
    } = DenseCase::random(table.clone(), 3, 7, 5);
    for argument in lookups::<Fr>() {
        let (prover, verifier) = (argument.dense_prover().unwrap(), argument.dense().unwrap());
        let [elements, digits] = bound(
            &|channel| {
                let tables = (&table, &known);
                protocol::prove(channel, prover, tables, cycle_vars, reads.clone());
            },
            &|channel| {
                protocol::verify(channel, verifier, &known, cycle_vars, reads.index.len()).map(drop)
            },
        );
        let (own, of_digits): (&[Label], &[Label]) = match argument.name() {
            "shout" => (&[], &["dense digits"]),
            "naive" => (&[], &["lookup bits"]),
            "lasso" => (&["dense reads", "dense counts"], &[]),
            _ => (&["dense index", "dense multiplicities"], &[]),
        };
        let own = own.iter().copied().chain(["dense out"]);
        assert_eq!(elements, own.collect(), "{}", argument.name());
        assert_eq!(digits, of_digits.iter().copied().collect());
    }
}
