//! Kernels, roots and claims of sums of fractions.

#![allow(clippy::unwrap_used)]
use super::*;
use ark_bn254::Fr;
use ark_ff::{Field as _, UniformRand, Zero};
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use proptest::prelude::*;
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{Value, VerifierChannel, VerifyError};

fn leaves(rng: &mut StdRng, depth: usize) -> Leaves<Fr> {
    let real = rng.gen_range(0..=1usize << depth);
    let mut values = |_| (0..real).map(|_| Fr::rand(rng)).collect();
    let [numerators, denominators] = [0, 1].map(&mut values);
    let neutral = rng.gen_range(0..2) == 0;
    let tail = match neutral {
        true => Fraction {
            numerator: Fr::zero(),
            denominator: Fr::from(1u64),
        },
        false => Fraction {
            numerator: Fr::rand(rng),
            denominator: Fr::rand(rng),
        },
    };
    Leaves {
        numerators,
        denominators,
        tail,
    }
}

/// A leaf, real or not.
fn leaf(leaves: &Leaves<Fr>, i: usize) -> [Fr; 2] {
    match leaves.numerators.get(i) {
        Some(p) => [*p, leaves.denominators[i]],
        None => [leaves.tail.numerator, leaves.tail.denominator],
    }
}

fn run(all: &[Leaves<Fr>], depth: usize, kernel: Kernel<Fr>) -> (PlainProof<Fr>, Claims<Fr, Fr>) {
    let mut channel = PlainProver::new("fraction test");
    let trees = ["a", "b"].into_iter().zip(all);
    let trees = trees.map(|(name, l)| (name, Tree::new(l, depth)));
    let claims = prove(&mut channel, "gkr", trees.collect(), kernel);
    (channel.finish().0, claims)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The kernel sends what the naive prover sends; roots are sums; the claims left are true.
    #[test]
    fn trees_of_fractions(seed: u64, depth in 0usize..7) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let all = [leaves(rng, depth), leaves(rng, depth)];
        let (proof, claims) = run(&all, depth, fast);
        let (slow, _) = run(&all, depth, naive);
        prop_assert_eq!(&proof.messages, &slow.messages);
        let eq = claims.point.eq_table();
        prop_assert_eq!(eq.len(), 1 << depth);
        for (leaves, claim) in all.iter().zip(&claims.leaves) {
            let sum = |side: usize| -> Fr {
                (0..eq.len()).map(|i| eq[i] * leaf(leaves, i)[side]).sum()
            };
            prop_assert_eq!(sum(0), claim.numerator);
            prop_assert_eq!(sum(1), claim.denominator);
        }
        for (k, leaves) in all.iter().enumerate() {
            let terms = (0..1 << depth).map(|i| leaf(leaves, i));
            let expected: Fr = terms.map(|[p, q]| p * q.inverse().unwrap()).sum();
            let [p, q] = [0, 1].map(|side| proof.messages[0].1[2 * k + side]);
            prop_assert_eq!(p * q.inverse().unwrap(), expected);
        }
        // Rounds of two elements, and four values for each tree and layer.
        let elements: usize = proof.messages.iter().map(|(_, m)| m.len()).sum();
        prop_assert_eq!(elements, 4 + depth * depth.saturating_sub(1) + 8 * depth);

        let sent = proof.messages[0].1.clone();
        let mut channel = PlainVerifier::new("fraction test", proof);
        let (roots, verified) = verify(&mut channel, "gkr", &["a", "b"], depth).unwrap();
        prop_assert_eq!(&verified.point, &claims.point);
        let mut is = |value: Value, expected: Fr| {
            let difference = channel.linear(-expected, &[(Fr::from(1u64), value)]);
            channel.assert_zero("expected", difference)
        };
        for (v, p) in verified.leaves.iter().zip(&claims.leaves) {
            prop_assert_eq!(is(v.numerator, p.numerator), Ok(()));
            prop_assert_eq!(is(v.denominator, p.denominator), Ok(()));
        }
        prop_assert_eq!(roots.len(), 2);
        for (root, sent) in roots.iter().zip(sent.chunks_exact(2)) {
            prop_assert_eq!(is(root.numerator, sent[0]), Ok(()));
            prop_assert_eq!(is(root.denominator, sent[1]), Ok(()));
        }
        channel.finish().unwrap();
    }
}

#[test]
fn another_sum_is_rejected() {
    let rng = &mut StdRng::seed_from_u64(4);
    let all = [leaves(rng, 4), leaves(rng, 4)];
    let (proof, _) = run(&all, 4, fast);
    for k in 0..4 {
        let mut other = proof.clone();
        other.messages[0].1[k] += Fr::from(1u64);
        let mut channel = PlainVerifier::new("fraction test", other);
        let verdict = verify(&mut channel, "gkr", &["a", "b"], 4);
        assert!(matches!(verdict, Err(VerifyError::Check { .. })));
    }
}
