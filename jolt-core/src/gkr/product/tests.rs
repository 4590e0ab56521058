//! Grand products: their kernel, changed messages, and false roots.

#![allow(clippy::unwrap_used)]

use super::*;
use ark_bn254::Fr;
use ark_ff::{One, UniformRand, Zero};
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use proptest::prelude::*;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{Checks, NaiveProver, RoundProver, VerifierChannel, VerifyError};

fn forest(rng: &mut StdRng, vars: usize, trees: usize) -> Vec<Vec<Fr>> {
    (0..trees)
        .map(|_| {
            let real = rng.gen_range(0..=1usize << vars);
            (0..real).map(|_| Fr::rand(rng)).collect()
        })
        .collect()
}

/// Proves and checks the leaves' claims by evaluation.
fn run(
    vars: usize,
    trees: &[Vec<Fr>],
    change: impl FnOnce(&mut PlainProof<Fr>),
    checks: &Checks,
) -> Result<Vec<Fr>, VerifyError> {
    let mut channel = PlainProver::with_checks("product", checks.clone());
    let claims = prove(&mut channel, "trees", vars, trees.to_vec());
    for (leaves, value) in trees.iter().zip(&claims.leaves) {
        let column = Column::with_tail(leaves.clone(), Fr::one());
        assert_eq!(column.evaluate(&claims.point), *value);
    }
    let mut proof = channel.finish().0;
    change(&mut proof);
    let mut channel = PlainVerifier::with_checks("product", proof, checks.clone());
    let claims = verify(&mut channel, "trees", vars, trees.len())?;
    for (leaves, value) in trees.iter().zip(&claims.leaves) {
        let column = Column::with_tail(leaves.clone(), Fr::one());
        let expected = column.evaluate(&claims.point);
        let difference = channel.linear(-expected, &[(Fr::one(), *value)]);
        channel.assert_zero("leaves", difference)?;
    }
    let roots: Vec<Fr> = claims.roots.iter().map(|r| channel.reveal(*r)).collect();
    // What the roots should be is the caller's business: they are noted as seen, and not checked here.
    for root in &claims.roots {
        let seen = channel.linear(Fr::zero(), &[(Fr::zero(), *root)]);
        channel.assert_zero("roots", seen)?;
    }
    channel.finish()?;
    Ok(roots)
}

#[test]
fn products_are_proven_and_changes_rejected() {
    let rng = &mut StdRng::seed_from_u64(5);
    for vars in 0..6 {
        for count in [1, 3] {
            let trees = forest(rng, vars, count);
            let roots = run(vars, &trees, |_| {}, &Checks::all()).unwrap();
            for (root, leaves) in roots.iter().zip(&trees) {
                assert_eq!(*root, leaves.iter().product::<Fr>());
            }
            // Every element counts.
            let mut channel = PlainProver::new("product");
            let _ = prove(&mut channel, "trees", vars, trees.clone());
            let messages = channel.finish().0.messages;
            for (i, (label, values)) in messages.iter().enumerate() {
                for k in 0..values.len() {
                    let verdict = run(
                        vars,
                        &trees,
                        |p| p.messages[i].1[k] += Fr::one(),
                        &Checks::all(),
                    );
                    assert!(verdict.is_err(), "message {i} `{label}` element {k}");
                }
            }
        }
    }
}

#[test]
fn a_wrong_root_is_stopped_by_the_layers() {
    let rng = &mut StdRng::seed_from_u64(6);
    let trees = forest(rng, 3, 2);
    for (checks, accepted) in [
        (Checks::all(), false),
        (Checks::without("trees/layer"), true),
        (Checks::without("trees: layer"), true),
    ] {
        let mut channel = PlainProver::with_checks("product", checks.clone());
        let forest = Forest::new(3, trees.clone());
        let mut roots = forest.roots().to_vec();
        roots[1] += Fr::one();
        let _ = prove_roots(&mut channel, "trees", forest, roots);
        let mut channel = PlainVerifier::with_checks("product", channel.finish().0, checks);
        let verdict = verify(&mut channel, "trees", 3, trees.len());
        assert_eq!(verdict.is_ok(), accepted);
    }
}

#[test]
fn messages_have_the_length_that_the_documentation_says() {
    for (vars, trees) in [(0, 1), (1, 4), (7, 3), (20, 32)] {
        let mut channel = CountingVerifier::<Fr>::default();
        let _ = verify(&mut channel, "trees", vars, trees).unwrap();
        let elements: usize = channel.finish().elements.values().sum();
        let expected = trees * (2 * vars + 1) + vars * vars.saturating_sub(1);
        assert_eq!(elements, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_kernel_equals_the_naive_and_the_general_prover(
        seed: u64, vars in 0usize..6, trees in 1usize..20, boolean: bool,
    ) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let point = match boolean {
            true => Point::boolean(seed.into(), vars),
            false => Point((0..vars).map(|_| Fr::rand(rng)).collect()),
        };
        let lambda = Fr::rand(rng);
        let nodes = forest(rng, vars + 1, trees);
        let Layer { relation, .. } = Layer::new(&point, lambda, trees);
        let (mut tables, mut columns) = (vec![Vec::new()], vec![None]);
        let mut children = vec![[const { Vec::new() }; 2]; trees];
        for (nodes, children) in nodes.iter().zip(&mut children) {
            for (side, child) in children.iter_mut().enumerate() {
                let own: Vec<Fr> = nodes.iter().skip(side).step_by(2).copied().collect();
                columns.push(Some(Column::with_tail(own.clone(), Fr::one())));
                *child = own.clone();
                let mut own = own;
                own.resize(1 << vars, Fr::one());
                tables.push(own);
            }
        }
        let mut naive = NaiveProver::new(&relation, tables);
        let mut general = CycleProver::new(&relation, &[], columns);
        let mut fast = LayerProver::new(&point, lambda, children);
        let mut claim = naive.sum();
        for round in 0..vars {
            let message = naive.round(claim);
            prop_assert_eq!(&message, &general.round(claim), "round {}", round);
            prop_assert_eq!(&message, &fast.round(claim), "round {}", round);
            let x = Fr::rand(rng);
            claim = message.eval(x);
            naive.bind(x);
            general.bind(x);
            fast.bind(x);
        }
        let values = naive.finish();
        prop_assert_eq!(&values, &general.finish());
        prop_assert_eq!(&values, &fast.finish());
    }

    #[test]
    fn toggled_leaves_are_one_where_they_are_off(seed: u64) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let x = Fr::rand(rng);
        let leaf = toggled(Expr::Factor(0), Expr::Factor(1));
        prop_assert_eq!(leaf.eval(&[Fr::one(), x]), x);
        prop_assert_eq!(leaf.eval(&[Fr::zero(), x]), Fr::one());
        prop_assert_eq!(leaf.degree(&[1, 1]), 2);
    }
}

#[test]
#[ignore = "a measurement: cargo test -p jolt-core --release -- --ignored --nocapture grand"]
fn grand_products_take_time() {
    let rng = &mut StdRng::seed_from_u64(7);
    let (vars, count) = (16, 32);
    let trees: Vec<Vec<Fr>> = (0..count)
        .map(|_| {
            (0..1 << vars)
                .map(|_| Fr::from(rng.r#gen::<u128>()))
                .collect()
        })
        .collect();
    let mut channel = PlainProver::new("product");
    let start = std::time::Instant::now();
    let _ = prove(&mut channel, "trees", vars, trees);
    let each = start.elapsed().as_nanos() as f64 / f64::from(count << vars);
    println!("{each:.1} ns for each of {count} · 2^{vars} leaves");
}
