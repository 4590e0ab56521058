//! The driver, the naive prover and the cycle kernel against each other, over the plain channel.
#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use ark_ff::{Field as _, One, UniformRand, Zero};
use proptest::prelude::*;
use std::sync::Arc;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::kernel::{Column, CycleProver, EqSum};
use sumcheck::*;

fn rng(seed: u64) -> ark_std::rand::rngs::StdRng {
    use ark_std::rand::SeedableRng;
    ark_std::rand::rngs::StdRng::seed_from_u64(seed)
}

fn point(rng: &mut impl ark_std::rand::Rng, n: usize) -> Point<Fr> {
    Point((0..n).map(|_| Fr::rand(rng)).collect())
}

/// `Σ_{k,j} eq(r, j) · (a(k, j) · b(j) + γ · c(k) · b(j)²)` with `c` public.
fn mixed(address: usize, cycle: usize, r: Point<Fr>, c: Vec<Fr>, gamma: Fr) -> Relation<Fr> {
    let mut relation = Relation::new(
        "mixed",
        vec![Segment::address(address), Segment::cycle(cycle)],
    );
    let eq = relation.eq("eq(r,j)", 1, r);
    let a = relation.claimed("a", &[0, 1]);
    let b = relation.claimed("b", &[1]);
    let c = relation.public("c", [0], move |[point]| {
        point.eq_table().iter().zip(&c).map(|(e, c)| *e * c).sum()
    });
    let gamma = Expr::constant("γ", gamma);
    relation.summand = eq * (a * b + gamma * c * b * b);
    relation
}

struct Case {
    relation: Relation<Fr>,
    tables: Vec<Vec<Fr>>,
}

fn case(seed: u64, address: usize, cycle: usize) -> Case {
    let r = point(&mut rng(seed), cycle);
    case_at(r, seed, address)
}

fn case_at(r: Point<Fr>, seed: u64, address: usize) -> Case {
    let cycle = r.vars();
    let mut rng = rng(!seed);
    let mut values = |n: usize| {
        (0..1usize << n)
            .map(|_| Fr::rand(&mut rng))
            .collect::<Vec<_>>()
    };
    let (a, b, c) = (values(address + cycle), values(cycle), values(address));
    let gamma = Fr::from(7u64);
    let relation = mixed(address, cycle, r, c.clone(), gamma);
    Case {
        relation,
        tables: vec![Vec::new(), a, b, c],
    }
}

fn claim_of(case: &Case) -> Fr {
    NaiveProver::new(&case.relation, case.tables.clone()).sum()
}

fn evaluate(values: &[Fr], points: &[&Point<Fr>]) -> Fr {
    let joined = Point(points.iter().flat_map(|p| p.0.clone()).collect());
    joined
        .eq_table()
        .iter()
        .zip(values)
        .map(|(e, v)| *e * v)
        .sum()
}

/// Proves two relations of different size in one batch; returns the verifier's verdict.
fn batch(first: &Case, second: &Case, offset: Fr) -> Result<(), VerifyError> {
    let claims = [claim_of(first) + offset, claim_of(second)];
    let mut prover = PlainProver::new("test");
    prover.send("claims", &claims);
    let instance = |case: &Case, claim: Fr| Instance {
        relation: case.relation.clone(),
        claim,
        prover: Box::new(NaiveProver::new(&case.relation, case.tables.clone())) as Box<_>,
    };
    let instances = vec![instance(first, claims[0]), instance(second, claims[1])];
    let proved = batch::prove_all(&mut prover, "mix", instances);
    let (proof, _) = prover.finish();

    let mut verifier = PlainVerifier::new("test", proof);
    let channel: &mut dyn VerifierChannel<Fr> = &mut verifier;
    let received = channel.recv("claims", 2)?;
    let relations = vec![
        (first.relation.clone(), received[0]),
        (second.relation.clone(), received[1]),
    ];
    let reduced = batch::verify_all(channel, "mix", relations)?;
    for ((mut mine, mut theirs), case) in reduced.into_iter().zip(proved).zip([first, second]) {
        assert_eq!(mine.points(), theirs.points());
        let p = mine.points().to_vec();
        let [a, b] = mine.take_rest().try_into().unwrap();
        assert_eq!(
            verifier.reveal(a),
            evaluate(&case.tables[1], &[&p[0], &p[1]])
        );
        assert_eq!(verifier.reveal(b), evaluate(&case.tables[2], &[&p[1]]));
        theirs.take_rest();
        mine.done();
        theirs.done();
    }
    verifier.finish()
}

/// Message for message.
fn kernel_equals_naive(
    relation: &Relation<Fr>,
    tables: Vec<Vec<Fr>>,
    columns: Vec<Option<Column<Fr>>>,
    rng: &mut impl ark_std::rand::Rng,
) -> Result<(), TestCaseError> {
    let mut naive = NaiveProver::new(relation, tables);
    let mut claim = naive.sum();
    let mut kernel = CycleProver::new(relation, &[], columns);
    for _ in 0..relation.rounds() {
        let (slow, fast) = (naive.round(claim), kernel.round(claim));
        prop_assert_eq!(&slow, &fast);
        let x = Fr::rand(rng);
        claim = slow.eval(x);
        naive.bind(x);
        kernel.bind(x);
    }
    prop_assert_eq!(naive.finish(), kernel.finish());
    Ok(())
}

/// A relation of one or two segments in any order, with equality factors on some of them, at points that others
/// have or not, and the claimed factors `a` and perhaps `b`.
fn any_relation(rng: &mut impl ark_std::rand::Rng, name: &'static str, pool: &Point<Fr>) -> Case {
    let segments: Vec<Segment> = (0..rng.gen_range(1..3))
        .map(|i| Segment {
            name: ["x", "y"][i],
            vars: rng.gen_range(0..3),
            order: [Order::LsbFirst, Order::MsbFirst][rng.gen_range(0..2)],
        })
        .collect();
    let all: Vec<usize> = (0..segments.len()).collect();
    let mut relation = Relation::new(name, segments.clone());
    let mut factors = Vec::new();
    let mut tables = Vec::new();
    for (i, segment) in segments.iter().enumerate() {
        for _ in 0..[0, 1, 1, 1, 2][rng.gen_range(0..5)] {
            let at = match rng.gen_range(0..4) {
                0 => point(rng, segment.vars),
                _ => Point(pool.0[..segment.vars].to_vec()),
            };
            factors.push(relation.eq("eq", i, at));
            tables.push(Vec::new());
        }
    }
    let vars = segments.iter().map(|s| s.vars).sum::<usize>();
    for claimed in ["a", "b"].iter().take(rng.gen_range(1..3)) {
        factors.push(relation.claimed(*claimed, &all).into());
        tables.push((0..1usize << vars).map(|_| Fr::rand(rng)).collect());
    }
    relation.summand = match rng.gen_range(0..3) {
        // A sum is no multiple of any factor.
        0 => Expr::Sum(factors),
        _ => Expr::Product(factors),
    };
    Case { relation, tables }
}

/// Proves and verifies, with false claims where an offset is not zero.
fn mixture(cases: &[Case], offsets: &[Fr]) -> Result<(), VerifyError> {
    let claims: Vec<Fr> = cases
        .iter()
        .zip(offsets)
        .map(|(c, o)| claim_of(c) + o)
        .collect();
    let mut prover = PlainProver::new("test");
    prover.send("claims", &claims);
    let instances = cases.iter().zip(&claims).map(|(case, claim)| Instance {
        relation: case.relation.clone(),
        claim: *claim,
        prover: Box::new(NaiveProver::new(&case.relation, case.tables.clone())) as Box<_>,
    });
    for mut reduced in batch::prove_all(&mut prover, "mix", instances.collect()) {
        reduced.take_rest();
    }
    let mut verifier = PlainVerifier::new("test", prover.finish().0);
    let received = verifier.recv("claims", cases.len())?;
    let relations = cases.iter().zip(received);
    let relations = relations
        .map(|(case, claim)| (case.relation.clone(), claim))
        .collect();
    for (mut reduced, case) in batch::verify_all(&mut verifier, "mix", relations)?
        .into_iter()
        .zip(cases)
    {
        // What is left is about the tables: nobody's factors were mixed up.
        let points: Vec<Point<Fr>> = reduced.points().to_vec();
        let points: Vec<&Point<Fr>> = points.iter().collect();
        let claimed = case.relation.factors.iter().zip(&case.tables);
        let claimed = claimed.filter(|(f, _)| matches!(f.source, Source::Claimed));
        for ((_, table), value) in claimed.zip(reduced.take_rest()) {
            assert_eq!(verifier.reveal(value), evaluate(table, &points));
        }
        reduced.done();
    }
    verifier.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn batches_of_any_relations_verify_and_false_claims_do_not(seed: u64, count in 1usize..4) {
        let rng = &mut rng(seed);
        let pool = match seed % 4 {
            0 => Point::boolean(u128::from(seed >> 2), 3),
            _ => point(rng, 3),
        };
        let names = ["first", "second", "third"];
        let cases: Vec<Case> =
            names[..count].iter().map(|name| any_relation(rng, name, &pool)).collect();
        let last = count - 1;
        let mut offsets = vec![Fr::zero(); count];
        prop_assert_eq!(mixture(&cases, &offsets), Ok(()));
        offsets[last] = Fr::one();
        prop_assert!(mixture(&cases, &offsets).is_err());
        offsets.swap(0, last);
        prop_assert!(mixture(&cases, &offsets).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn batches_of_any_shape_verify_and_false_claims_do_not(
        seed: u64, k1 in 0usize..4, j1 in 0usize..4, k2 in 0usize..3, j2 in 0usize..4,
    ) {
        let (first, second) = (case(seed, k1, j1), case(seed ^ 1, k2, j2));
        prop_assert_eq!(batch(&first, &second, Fr::zero()), Ok(()));
        let verdict = batch(&first, &second, Fr::one());
        prop_assert_eq!(verdict, Err(VerifyError::Check { check: "mix: mixed, mixed".into() }));
    }

    // Relations whose rounds over cycles share the equality factor, in part or not at all.
    #[test]
    fn shared_equality_factors_are_not_sent(
        seed: u64, k1 in 0usize..3, k2 in 0usize..3, vars in 1usize..4, differ in 0usize..8, to in 0u8..4,
    ) {
        let r = match to {
            0 => Point::boolean(u128::from(seed), vars),
            _ => point(&mut rng(seed), vars),
        };
        let mut other = r.clone();
        let shared = match other.0.get_mut(differ) {
            None => vars,
            Some(coordinate) => {
                *coordinate += Fr::one();
                vars - 1
            }
        };
        let (first, second) = (case_at(r, seed, k1), case_at(other, seed ^ 1, k2));
        let relations = [&first.relation, &second.relation];
        let rounds = batch::rounds(&relations);
        let left_out: Vec<bool> = rounds.iter().map(|round| round.eq.is_some()).collect();
        let addresses = k1.max(k2);
        prop_assert!(left_out[..addresses].iter().all(|out| !out));
        prop_assert_eq!(left_out[addresses..].iter().filter(|out| **out).count(), shared);
        for (round, out) in rounds.iter().zip(left_out).skip(addresses) {
            prop_assert_eq!(round.degree, 3 - usize::from(out));
        }
        prop_assert_eq!(batch(&first, &second, Fr::zero()), Ok(()));
        let verdict = batch(&first, &second, Fr::one());
        prop_assert_eq!(verdict, Err(VerifyError::Check { check: "mix: mixed, mixed".into() }));
    }

    #[test]
    fn the_cycle_kernel_equals_the_naive_prover(
        seed: u64, vars in 0usize..6, cut in 0u32..100, tail: bool, boolean: bool, plain: bool,
    ) {
        let mut rng = rng(seed);
        let size = 1usize << vars;
        let real = (size * cut as usize) / 100;
        let r = if boolean { Point::boolean(u128::from(seed), vars) } else { point(&mut rng, vars) };
        let mut relation = Relation::new("kernel", vec![Segment::cycle(vars)]);
        let eq = relation.eq("eq", 0, r);
        let a = relation.claimed("a", &[0]);
        let words = relation.claimed("w", &[0]);
        let digit = relation.claimed("d", &[0]);
        let small = relation.claimed("s", &[0]);
        let c = Expr::constant("c", Fr::rand(&mut rng));
        let inner = a * words * digit + c * small * a
            - digit + small * small;
        relation.summand = if plain { inner + eq * digit } else { eq * inner };

        let t = if tail { Fr::rand(&mut rng) } else { Fr::zero() };
        let mut values: Vec<Fr> = (0..real).map(|_| Fr::rand(&mut rng)).collect();
        let a = Column::with_tail(values.clone(), t);
        values.resize(size, t);
        let w: Vec<u64> = (0..real as u64).map(|i| seed.wrapping_mul(i + 3)).collect();
        let s: Vec<i128> = w.iter().map(|w| 1 - 2 * i128::from(*w)).collect();
        let digits: Vec<u8> = w.iter().map(|w| (w >> 60) as u8).collect();
        let table: Vec<Fr> = (0..16).map(|_| Fr::rand(&mut rng)).collect();
        let pad = |mut v: Vec<Fr>, t: Fr| { v.resize(size, t); v };
        let tables = vec![
            Vec::new(),
            values,
            pad(w.iter().map(|w| Fr::from(*w)).collect(), Fr::zero()),
            pad(digits.iter().map(|d| table[usize::from(*d)]).collect(), table[0]),
            pad(s.iter().map(|s| Fr::from(*s)).collect(), Fr::zero()),
        ];
        let columns = vec![
            None,
            Some(a),
            Some(Column::words(Arc::new(w))),
            Some(Column::digits(Arc::new(digits), table)),
            Some(Column::signed(Arc::new(s))),
        ];
        let at = point(&mut rng, vars);
        for (column, table) in columns.iter().zip(&tables).skip(1) {
            prop_assert_eq!(column.as_ref().unwrap().evaluate(&at), evaluate(table, &[&at]));
        }
        kernel_equals_naive(&relation, tables, columns, &mut rng)?;
    }

    #[test]
    fn weights_in_closed_form_equal_the_naive_prover(
        seed: u64, vars in 0usize..6, cut in 0u32..=100, shorter in 0usize..3,
    ) {
        let mut rng = rng(seed);
        let size = 1usize << vars;
        let real = (size * cut as usize) / 100;
        let mut relation = Relation::new("weighted", vec![Segment::cycle(vars)]);
        let mut columns = Vec::new();
        let mut tables = Vec::new();
        let mut terms = Vec::new();
        for terms_of_sum in 1..3 {
            let sum: Vec<_> = (0..terms_of_sum)
                .map(|_| (Fr::rand(&mut rng), point(&mut rng, vars)))
                .collect();
            let mut weights = vec![Fr::zero(); size];
            for (scale, p) in &sum {
                weights.iter_mut().zip(p.eq_table()).for_each(|(w, e)| *w += *scale * e);
            }
            let column = Column::eq_sum(EqSum(sum), real.saturating_sub(shorter));
            let at = point(&mut rng, vars);
            prop_assert_eq!(column.evaluate(&at), evaluate(&weights, &[&at]));
            let mut product = Expr::from(relation.claimed("w", &[0]));
            columns.push(Some(column));
            tables.push(weights);
            for _ in 0..2 {
                let table: Vec<Fr> = (0..16).map(|_| Fr::rand(&mut rng)).collect();
                let digits: Vec<u8> = (0..real).map(|_| (u64::rand(&mut rng) % 16) as u8).collect();
                let mut rows: Vec<Fr> = digits.iter().map(|d| table[usize::from(*d)]).collect();
                rows.resize(size, table[0]);
                product = product * relation.claimed("d", &[0]);
                columns.push(Some(Column::digits(Arc::new(digits), table)));
                tables.push(rows);
            }
            terms.push(product);
        }
        // A term without a weight is constant beyond the real rows.
        terms.push(relation.claimed("a", &[0]).into());
        let tail = Fr::rand(&mut rng);
        columns.push(Some(Column::with_tail(vec![Fr::one(); real], tail)));
        let mut rows = vec![Fr::one(); real];
        rows.resize(size, tail);
        tables.push(rows);
        relation.summand = Expr::Sum(terms);
        kernel_equals_naive(&relation, tables, columns, &mut rng)?;
    }
}

/// Such a relation is an error of whoever wrote it; the verifier indexes nothing for it.
#[test]
fn an_equality_factor_that_does_not_fit_its_segment_is_no_common_one() {
    for vars in [1, 3] {
        let mut relation = Relation::new("short", vec![Segment::cycle(2)]);
        let eq = relation.eq("eq", 0, point(&mut rng(1), vars));
        relation.summand = eq * relation.claimed("a", &[0]);
        assert!(relation.common_eq(0).is_none());
        assert!(
            batch::rounds(&[&relation])
                .iter()
                .all(|round| round.eq.is_none())
        );
    }
}

#[test]
fn a_relation_prints_as_a_formula_and_counts_without_a_proof() {
    let case = case(1, 2, 3);
    assert_eq!(
        case.relation.formula(&Notation::TEXT),
        "mixed = Σ_(k ∈ {0,1}^2, j ∈ {0,1}^3) eq(r,j)·(a·b + γ·c·b·b)"
    );
    let mut counting = CountingVerifier::<Fr>::default();
    let claim = counting.recv("claims", 1).unwrap()[0];
    let out = batch::verify_all(&mut counting, "mix", vec![(case.relation, claim)]).unwrap();
    assert_eq!(out.len(), 1);
    for mut reduced in out {
        reduced.take_rest();
        reduced.done();
    }
    let counts = counting.finish();
    // Address rounds: degree 1 in k; cycle rounds: 3 in j, of which the equality factor is not sent.
    assert_eq!(counts.elements["round"], 2 + 3 * 2);
    assert_eq!(counts.elements["evaluations"], 2);
}

#[test]
fn a_dropped_or_added_round_is_rejected() {
    let case = case(5, 1, 2);
    let claim = claim_of(&case);
    let mut prover = PlainProver::new("test");
    prover.send("claims", &[claim]);
    let instances = vec![Instance {
        relation: case.relation.clone(),
        claim,
        prover: Box::new(NaiveProver::new(&case.relation, case.tables.clone())) as Box<_>,
    }];
    batch::prove_all(&mut prover, "mix", instances)
        .pop()
        .unwrap()
        .take_rest();
    let (proof, _) = prover.finish();
    let verify = |proof| {
        let mut verifier = PlainVerifier::new("test", proof);
        let claim = verifier.recv("claims", 1)?[0];
        for mut r in batch::verify_all(&mut verifier, "mix", vec![(case.relation.clone(), claim)])?
        {
            r.take_rest();
        }
        verifier.finish()
    };
    assert_eq!(verify(proof.clone()), Ok(()));
    for at in 0..proof.messages.len() {
        let mut less = proof.clone();
        less.messages.remove(at);
        assert!(verify(less).is_err());
        let mut more = proof.clone();
        more.messages.insert(at, more.messages[at].clone());
        assert!(verify(more).is_err());
        for i in 0..proof.messages[at].1.len() {
            let mut other = proof.clone();
            other.messages[at].1[i] += Fr::ONE;
            assert!(verify(other).is_err(), "message {at} element {i}");
        }
    }
}

#[test]
fn factors_that_are_evaluated_together_are_evaluated_once() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let mut relation = Relation::<Fr>::new("together", vec![Segment::address(2)]);
    let names = ["sum", "product"].map(str::to_owned);
    let together = relation.publics_over_first(names, 1, move |points| {
        count.fetch_add(1, Ordering::Relaxed);
        let [a, b] = [points[0].0[0], points[0].0[1]];
        vec![a + b, a * b]
    });
    let others = relation.publics_over_first(["other".to_owned()], 1, |points| {
        vec![points[0].0[0] + points[0].0[0]]
    });
    let claimed = relation.claimed("claimed", &[0]);
    let together = together.into_iter().chain(others);
    relation.summand = together.fold(claimed.into(), |all, x| all * x);
    let (a, b) = (Fr::from(5), Fr::from(7));
    let points = [Point(vec![a, b])];
    let mut publics = relation.publics(&points);
    let values: Vec<Option<Fr>> = (0..4).map(|factor| publics.value(factor)).collect();
    assert_eq!(values, [Some(a + b), Some(a * b), Some(a + a), None]);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    // Of two groups in turns each has its own values.
    let turns = [1, 2, 0].map(|factor| publics.value(factor));
    assert_eq!(turns, [Some(a * b), Some(a + a), Some(a + b)]);
    let before = asked.load(Ordering::Relaxed);
    // Another point is another evaluation.
    let others = [Point(vec![b, b])];
    assert_eq!(relation.publics(&others).value(1), Some(b * b));
    assert_eq!(asked.load(Ordering::Relaxed), before + 1);
}
