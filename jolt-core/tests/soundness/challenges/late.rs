//! Every commitment is bound by being absorbed: where the transcript does not hear it, it may change after the points at
//! which it is claimed were drawn, by a polynomial that vanishes there. Where it is heard, it may not.
//!
//! To this channel digits are digits. So that their one-hot matrix may be changed by any matrix, others are committed, and
//! the verifier's layer adds what the changed matrix differs from theirs by.

use crate::support::{
    Start, honest, machine, one_thread, program, run, simulate, tables::vanishing,
};
use ark_bn254::Fr;
use ark_ff::{Field as _, One, Zero};
use instruction_tables::WordSize;
use jolt_core::lookup::dense::DenseTable;
use jolt_core::lookup::dense::protocol::{self, DenseReads};
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::standalone;
use jolt_core::lookup::testkit::{Case, DenseCase};
use jolt_core::registry::{lookups, memories};
use jolt_core::vm::{self, Provers};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::channel::Which;
use sumcheck::channel::layer::{Heard, Layer, Over};
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{
    Checks, EvalClaim, Expr, Fixed, Label, Note, Point, Poly, ProverChannel, Rows, Value,
    VerifierChannel, VerifyError, Weights,
};

type Prove<'a> = &'a dyn Fn(&mut dyn ProverChannel<Fr>);
type Verify<'a> = &'a dyn Fn(&mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError>;

/// A claim on one oracle: the point, and what a row counts.
type Claimed = (Point<Fr>, Weights<Fr>);

/// A verifier that writes down what is committed, and where it is claimed; and for which the one-hot matrix of an oracle
/// is another one.
pub(super) struct Listening {
    pub plain: PlainVerifier<Fr>,
    committed: Vec<Label>,
    claimed: BTreeMap<usize, Vec<Claimed>>,
    pub matrix: Vec<Entry>,
}

/// More at a value and a row of an oracle's one-hot matrix.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub oracle: usize,
    pub value: usize,
    pub row: usize,
    pub more: Fr,
}

impl Listening {
    pub fn of(proof: PlainProof<Fr>, checks: Checks) -> Self {
        Listening {
            plain: PlainVerifier::with_checks("late", proof, checks),
            committed: Vec::new(),
            claimed: BTreeMap::new(),
            matrix: Vec::new(),
        }
    }
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
                for (oracle, weights, _) in &claim.terms {
                    let claims = self.claimed.entry(oracle.0).or_default();
                    let own = (claim.point.clone(), weights.clone());
                    if !claims.contains(&own) {
                        claims.push(own);
                    }
                }
            }
            _ => {}
        }
    }

    fn pass(&mut self, mut claim: EvalClaim<Fr, Value>) -> Option<EvalClaim<Fr, Value>> {
        let mut more = Fr::zero();
        for (oracle, weights, scale) in &claim.terms {
            let Weights::Digit(weights) = weights else {
                continue;
            };
            for entry in self.matrix.iter().filter(|entry| entry.oracle == oracle.0) {
                let at = claim.point.eq_index(entry.row as u128);
                more += *scale * at * entry.more * weights[entry.value];
            }
        }
        claim.value = self.plain.linear(-more, &[(Fr::one(), claim.value)]);
        Some(claim)
    }
}

/// The polynomial changed by one that vanishes where it is claimed.
fn changed(poly: &Poly<Fr>, claims: &[Claimed]) -> Poly<Fr> {
    let mut rows = match &poly.rows {
        Rows::Dense(rows) => rows.clone(),
        Rows::Signed(rows) => rows.iter().map(|x| Fr::from(*x)).collect(),
        Rows::Digits { .. } => panic!("digits are no field elements"),
    };
    let count = claims.len() + 1;
    let equations = claims.iter();
    let equations = equations.map(|(point, _)| point.eq_table()[..count].to_vec());
    let by = vanishing(equations.collect());
    rows.resize(rows.len().max(count), Fr::zero());
    rows.iter_mut().zip(by).for_each(|(row, more)| *row += more);
    Poly::dense(poly.vars, rows)
}

/// Other digits, and by how much their one-hot matrix differs from one that is the polynomial's, changed by a matrix
/// that vanishes where it is claimed.
fn changed_digits(
    oracle: usize,
    (poly, claims): (&Poly<Fr>, &[Claimed]),
) -> (Poly<Fr>, Vec<Entry>) {
    const VALUE: usize = 1;
    let Rows::Digits { radix, digits } = &poly.rows else {
        panic!("no digits");
    };
    let equations = claims.iter().map(|(point, weights)| {
        let Weights::Digit(weights) = weights else {
            panic!("digits have no values of their own");
        };
        let eq = point.eq_table();
        eq[..=claims.len()]
            .iter()
            .map(|x| *x * weights[VALUE])
            .collect()
    });
    let entry = |row, value, more| Entry {
        oracle,
        value,
        row,
        more,
    };
    let by = vanishing(equations.collect()).into_iter().enumerate();
    let mut matrix: Vec<Entry> = by.map(|(row, more)| entry(row, VALUE, more)).collect();
    let mut other = digits.clone();
    other[0] ^= 1;
    matrix.push(entry(0, digits[0].into(), Fr::one()));
    matrix.push(entry(0, other[0].into(), -Fr::one()));
    let rows = Rows::Digits {
        radix: *radix,
        digits: other,
    };
    let vars = poly.vars;
    (Poly { vars, rows }, matrix)
}

/// That nothing that is committed can come late. The labels of what is committed as field elements, and of digits.
fn bound(prove: Prove<'_>, verify: Verify<'_>) -> [BTreeSet<Label>; 2] {
    let proof = |checks: Checks| {
        let mut channel = PlainProver::<Fr>::with_checks("late", checks);
        prove(&mut channel);
        channel.finish().0
    };
    let verdict = |proof: PlainProof<Fr>, matrix: Vec<Entry>, checks: Checks| {
        let mut channel = Over(Listening::of(proof, checks));
        channel.0.matrix = matrix;
        verify(&mut channel)?;
        channel.0.plain.finish()
    };
    let listen = |proof: PlainProof<Fr>, checks: Checks| {
        let mut channel = Over(Listening::of(proof, checks));
        verify(&mut channel).unwrap();
        channel.0
    };
    let honest = proof(Checks::all());
    let [mut elements, mut digits] = [BTreeSet::new(), BTreeSet::new()];
    let committed = listen(honest.clone(), Checks::all()).committed;
    let mut numbers = BTreeMap::<Label, usize>::new();
    let mut first_and_last = BTreeMap::<Label, [usize; 2]>::new();
    for label in &committed {
        let same = committed.iter().filter(|other| *other == label);
        first_and_last.insert(*label, [0, same.count() - 1]);
    }
    for (oracle, label) in committed.into_iter().enumerate() {
        let next = numbers.entry(label).or_default();
        let number = std::mem::replace(next, *next + 1);
        let unheard = Checks::all().not_hearing(label, Which::Number(number));
        let of_digits = matches!(honest.oracles[oracle].rows, Rows::Digits { .. });
        match of_digits {
            true => digits.insert(label),
            false => elements.insert(label),
        };
        // Digits are many, and committed alike; of a sample so is all that has one label.
        let alike = (of_digits || !sample::all()) && !first_and_last[&label].contains(&number);
        if alike || !Checks::in_focus(label) {
            continue;
        }
        let unbound = proof(unheard.clone());
        let listening = listen(unbound.clone(), unheard.clone());
        let claims = &listening.claimed[&oracle];
        let late = |mut proof: PlainProof<Fr>, checks: Checks| {
            let own = (&*proof.oracles[oracle], claims.as_slice());
            let (other, matrix) = match of_digits {
                true => changed_digits(oracle, own),
                false => (changed(own.0, own.1), Vec::new()),
            };
            proof.oracles[oracle] = Arc::new(other);
            verdict(proof, matrix, checks)
        };
        assert_eq!(late(unbound, unheard), Ok(()), "{label}, oracle {oracle}");
        let live = late(honest.clone(), Checks::all());
        let rejected = matches!(live, Err(VerifyError::Check { .. }));
        assert!(rejected, "{label}, oracle {oracle}: {live:?}");
    }
    [elements, digits]
}

#[test]
fn commitments_of_the_machine_cannot_come_late() {
    one_thread();
    for (number, word) in [WordSize::W64, WordSize::W32].into_iter().enumerate() {
        let machine = machine(word, program(word));
        let run = run(&machine, vec![(1, 7)]);
        let witness = simulate(&run, &Start::honest(&run), &honest);
        // Of a sample each memory argument with one of the word sizes.
        let memories = memories::<Fr>().into_iter().skip(sample::count(number, 0));
        for argument in memories.step_by(sample::one_in(2)) {
            let provers = Provers {
                lookup: &Shout,
                memory: argument.as_ref(),
                program: None,
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

/// A table that is known by commitments is one that a key has; but nothing stops whoever makes keys from making one for a
/// proof that is there already, unless the proof's challenges depend on it.
#[test]
fn commitments_of_tables_cannot_come_late() {
    let column = (0..16).map(|k| k * k + 5).collect();
    let table = DenseTable::unstructured("SQUARES", vec![column]).unwrap();
    let known = table.in_the_clear();
    let DenseCase {
        cycle_vars, reads, ..
    } = DenseCase::random(table.clone(), 3, 7, 5);
    let label: Label = "dense table";
    if !Checks::in_focus(label) {
        return;
    }
    for argument in lookups::<Fr>() {
        let proof = |checks: Checks| {
            let mut channel = PlainProver::<Fr>::with_checks("late", checks);
            let tables = (&table, &known);
            let prover = argument.dense_prover().unwrap();
            protocol::prove(&mut channel, prover, tables, cycle_vars, reads.clone());
            channel.finish().0
        };
        let verifier = argument.dense().unwrap();
        let count = reads.index.len();
        let unheard = Checks::all().not_hearing(label, Which::All);
        let mut listening = Over(Listening::of(proof(unheard.clone()), unheard.clone()));
        protocol::verify(&mut listening, verifier, &known, cycle_vars, count).unwrap();
        // The table is the first of all oracles.
        let claims = listening.0.claimed.remove(&0).unwrap();
        let other = |poly: &Arc<Poly<Fr>>| {
            let other = changed(poly, &claims);
            Ok::<_, std::convert::Infallible>(Fixed::clear(Arc::new(other)))
        };
        let other = table.public(other).unwrap();
        let late = |checks: Checks| {
            let mut channel = PlainVerifier::with_checks("late", proof(checks.clone()), checks);
            protocol::verify(&mut channel, verifier, &other, cycle_vars, count)?;
            channel.finish()
        };
        assert_eq!(late(unheard), Ok(()), "{}", argument.name());
        let live = late(Checks::all());
        let rejected = matches!(live, Err(VerifyError::Check { .. }));
        assert!(rejected, "{}: {live:?}", argument.name());
    }
}

/// A verifier that writes down the weight of the second tree in each layer of products.
struct Overhearing {
    plain: PlainVerifier<Fr>,
    weights: Vec<(Label, Fr)>,
}

/// A constant in an expression.
fn constant(expr: &Expr<Fr>, name: &str) -> Option<Fr> {
    match expr {
        Expr::Const(own, value) => (own == name).then_some(*value),
        Expr::Sum(all) | Expr::Product(all) => all.iter().find_map(|one| constant(one, name)),
        _ => None,
    }
}

impl Layer<Fr> for Overhearing {
    type Below = PlainVerifier<Fr>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.plain
    }

    fn hear(&mut self, heard: Heard<'_, Fr>) {
        if let Heard::Note(Note::Batch(batch, relations)) = heard {
            let weight = constant(&relations[0].summand, "λ^1");
            self.weights.extend(weight.map(|weight| (batch, weight)));
        }
    }
}

/// What Lasso's reads of a dense table return is wrong, so that the four products do not agree. Two of them that are claimed
/// together, with the weights 1 and `λ`, may be any that add up to the same, if `λ` does not depend on them.
#[test]
fn products_of_dense_reads_cannot_come_late() {
    let label: Label = "product/roots";
    if !Checks::in_focus(label) {
        return;
    }
    let table = DenseTable::explicit("TABLE", vec![vec![0, 40, 50, 60]]).unwrap();
    let known = table.in_the_clear();
    let (lasso, vars) = (Lasso::default(), 2);
    let mut reads = DenseReads::new(&table, &[1, 2, 3, 1]).unwrap();
    reads.outputs[0][0] += 1;
    let proof = |checks: Checks| {
        let mut channel = PlainProver::<Fr>::with_checks("late", checks);
        let tables = (&table, &known);
        protocol::prove(&mut channel, &lasso, tables, vars, reads.clone());
        channel.finish().0
    };
    // The products of reads and writes, and those of initial and final cells.
    for (number, batch) in ["reads", "cells"].into_iter().enumerate() {
        let late = |checks: Checks| {
            let mut proof = proof(checks.clone());
            let plain = PlainVerifier::with_checks("late", proof.clone(), checks.clone());
            let mut channel = Over(Overhearing {
                plain,
                weights: Vec::new(),
            });
            let verdict = protocol::verify(&mut channel, &lasso, &known, vars, 4);
            assert!(verdict.is_err(), "a wrong output");
            let mut weights = channel.0.weights.iter();
            let (_, lambda) = weights.find(|(own, _)| *own == batch).unwrap();
            let roots = proof.messages.iter_mut().filter(|m| m.0 == label);
            let mut roots: Vec<&mut Vec<Fr>> = roots.map(|(_, roots)| roots).collect();
            // reads · final = writes · initial.
            let other = roots[1 - number].clone();
            let own = &mut *roots[number];
            let sum = own[0] + *lambda * own[1];
            let ratio = other[0] * other[1].inverse().unwrap();
            own[1] = sum * (ratio + lambda).inverse().unwrap();
            own[0] = ratio * own[1];
            let mut channel = PlainVerifier::with_checks("late", proof, checks);
            protocol::verify(&mut channel, &lasso, &known, vars, 4)?;
            channel.finish()
        };
        let unheard = Checks::all().not_hearing(label, Which::Number(number));
        assert_eq!(late(unheard), Ok(()), "{number}");
        let live = late(Checks::all());
        let rejected = matches!(live, Err(VerifyError::Check { .. }));
        assert!(rejected, "{number}: {live:?}");
    }
}
