//! Sums and decoding over lanes, held to the portable ones where something is an exception.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use super::*;
use crate::curve::verifier::By;
use crate::curve::windows::msm_portable;
use ark_bn254::g1::G1_GENERATOR_X;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use proptest::prelude::*;
use sumcheck::analysis::sample;

fn msm_over(backend: Backend, bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    let packed = Packed {
        backend,
        ..Packed::default()
    };
    msm_by(packed, bases, scalars)
}

#[track_caller]
fn sums_agree(bases: &[G1Affine], scalars: &[Fr]) {
    let expected = msm_portable(bases, scalars);
    for backend in packed::compared() {
        assert_eq!(msm_over(backend, bases, scalars), expected, "{backend:?}");
    }
    assert_eq!(msm(bases, scalars), expected);
    assert_eq!(By::Prover.msm(bases, scalars), expected);
}

/// Scalars that are exceptions, and others.
fn scalars(rng: &mut StdRng) -> Vec<Fr> {
    let half = Fr::from(2u64).inverse().unwrap();
    let mut scalars = vec![Fr::zero(), Fr::one(), -Fr::one(), half, -half];
    scalars.extend([Fr::from(u64::MAX), -Fr::from(u64::MAX)]);
    scalars.extend((0..3).map(|_| Fr::rand(rng)));
    scalars
}

/// Sets of points in which chords are no rule, and one of random ones.
fn sets(rng: &mut StdRng) -> Vec<Vec<G1Affine>> {
    const COUNT: usize = 300;
    let point = G1Affine::rand(rng);
    let double = (point + point).into_affine();
    let identity = G1Affine::identity();
    let cycle = |of: &[G1Affine]| of.iter().copied().cycle().take(COUNT).collect();
    let random: Vec<G1Affine> = (0..COUNT).map(|_| G1Affine::rand(rng)).collect();
    vec![
        cycle(&[identity]),
        cycle(&[point]),
        cycle(&[point, -point]),
        cycle(&[point, point, -point, -point]),
        cycle(&[point, identity]),
        cycle(&[double, point, point, identity, -double]),
        random,
    ]
}

#[test]
fn sums_agree_where_chords_are_no_rule() {
    let rng = &mut StdRng::seed_from_u64(1);
    for bases in sets(rng) {
        let choices = scalars(rng);
        // Of a sample a third by themselves, and all together.
        for scalar in choices.iter().step_by(sample::one_in(3)) {
            sums_agree(&bases, &vec![*scalar; bases.len()]);
        }
        let mixed: Vec<Fr> = choices.iter().copied().cycle().take(bases.len()).collect();
        sums_agree(&bases, &mixed);
        // Fewer scalars than bases, and more.
        sums_agree(&bases, &mixed[..200]);
        sums_agree(&bases[..200], &mixed);
        sums_agree(&bases[..1], &mixed);
    }
    sums_agree(&[], &[]);
    sums_agree(&[], &[Fr::one()]);
    let sum_is_zero = [G1Affine::generator(), -G1Affine::generator()].repeat(50);
    assert!(msm(&sum_is_zero, &[Fr::one(); 100]).is_zero());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn sums_of_any_points_agree(seed: u64, count in 0usize..400) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let (sets, choices) = (sets(rng), scalars(rng));
        let pick = |rng: &mut StdRng| {
            let set = &sets[rng.gen_range(0..sets.len())];
            set[rng.gen_range(0..set.len())]
        };
        let bases: Vec<G1Affine> = (0..count).map(|_| pick(rng)).collect();
        let scalars: Vec<Fr> = (0..count)
            .map(|_| choices[rng.gen_range(0..choices.len())])
            .collect();
        sums_agree(&bases, &scalars);
    }
}

fn encoded(point: &G1Affine) -> [u8; BYTES] {
    let mut bytes = Vec::new();
    put(point, &mut bytes);
    bytes.try_into().unwrap()
}

/// The same result, the same words of errors, and as much read.
#[track_caller]
fn decoding_agrees(count: usize, bytes: &[u8]) {
    let mut expected = Reader::new(bytes);
    let points = decode::points(count, &mut expected);
    let agrees = |found: Result<Vec<G1Affine>, DecodeError>, input: &Reader<'_>| {
        assert_eq!(found, points);
        if points.is_ok() {
            assert_eq!(input.remaining(), expected.remaining());
        }
    };
    for backend in packed::compared().into_iter().chain([Backend::PORTABLE]) {
        let mut input = Reader::new(bytes);
        agrees(points_by(backend, count, &mut input), &input);
    }
    let mut input = Reader::new(bytes);
    agrees(super::points(count, &mut input), &input);
    let mut input = Reader::new(bytes);
    agrees(By::Prover.points(count, &mut input), &input);
}

/// Thirty-two bytes that are something else than an ordinary point, or nothing at all.
fn exceptions() -> Vec<[u8; BYTES]> {
    let number = |x: [u64; 4]| {
        let limbs = x.map(u64::to_le_bytes);
        let bytes = limbs.concat();
        bytes.try_into().unwrap()
    };
    let modulus = Fq::MODULUS.0;
    let mut numbers = vec![number([0; 4]), number([4, 0, 0, 0])];
    for below in 0..3 {
        let mut limbs = modulus;
        limbs[0] -= below;
        numbers.push(number(limbs));
    }
    // The generator's abscissa and the modulus.
    let mut more = Fq::MODULUS;
    more.add_with_carry(&G1_GENERATOR_X.into_bigint());
    numbers.push(number(more.0));
    numbers.push(number([u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 2]));
    numbers.push(encoded(&G1Affine::generator()));
    numbers.push(encoded(&-G1Affine::generator()));
    let flags = [0, LARGER, IDENTITY, LARGER | IDENTITY];
    let flagged = numbers.iter().flat_map(|bytes| {
        flags.map(|flag| {
            let mut bytes = *bytes;
            bytes[BYTES - 1] ^= flag;
            bytes
        })
    });
    flagged.collect()
}

#[test]
fn decoding_agrees_on_what_is_no_ordinary_point() {
    let rng = &mut StdRng::seed_from_u64(2);
    let exceptions = exceptions();
    let accepted = |bytes: &&[u8; BYTES]| super::points(1, &mut Reader::new(*bytes)).is_ok();
    let some = exceptions.iter().filter(accepted).count();
    assert!(0 < some && some < exceptions.len() / 2, "{some}");
    for bytes in &exceptions {
        decoding_agrees(1, bytes);
    }
    // Behind others, within a block and beyond one; and two that differ, of which the first is told.
    for place in [0, 5, BLOCK - 1, BLOCK, BLOCK + 1] {
        let points: Vec<[u8; BYTES]> = (0..BLOCK + 3)
            .map(|_| encoded(&G1Affine::rand(rng)))
            .collect();
        decoding_agrees(points.len(), &points.concat());
        // Of a sample one in five, with all flags.
        let pairs = exceptions.iter().zip(exceptions.iter().rev());
        for (bytes, next) in pairs.step_by(sample::one_in(5)) {
            let mut points = points.clone();
            points[place] = *bytes;
            points[place + 1] = *next;
            decoding_agrees(points.len(), &points.concat());
        }
    }
}

/// Of pieces that threads decode, the first that has something wrong in it is told of, and none is read twice.
#[test]
fn decoding_in_pieces_agrees() {
    let rng = &mut StdRng::seed_from_u64(5);
    let few: Vec<[u8; BYTES]> = (0..7).map(|_| encoded(&G1Affine::rand(rng))).collect();
    let points: Vec<[u8; BYTES]> = few.into_iter().cycle().take(2 * PIECE + 3).collect();
    let bytes = points.concat();
    for count in [0, 1, PIECE, PIECE + 1, 2 * PIECE, points.len()] {
        decoding_agrees(count, &bytes);
    }
    decoding_agrees(points.len(), &bytes[..BYTES * PIECE]);
    decoding_agrees(points.len(), &bytes[..bytes.len() - 1]);
    let (no_number, two_flags) = ([0x3f; BYTES], [0xff; BYTES]);
    for (first, second) in [
        (3, 2 * PIECE),
        (PIECE, PIECE + 1),
        (PIECE - 1, points.len() - 1),
    ] {
        for (one, other) in [(no_number, two_flags), (two_flags, no_number)] {
            let mut points = points.clone();
            (points[first], points[second]) = (one, other);
            decoding_agrees(points.len(), &points.concat());
        }
    }
}

/// No ordinate is zero: the group has odd order, and −3 is no cube.
#[test]
fn no_root_is_zero() {
    let mut order = Fq::MODULUS;
    order.sub_with_borrow(&BigInt::from(1u64));
    assert_ne!((-Fq::from(3u64)).pow(a_third(order)), Fq::one());
}

/// A third of a number that has one.
fn a_third(number: BigInt<4>) -> BigInt<4> {
    let mut rest = 0u128;
    let mut quotient = [0u64; 4];
    for (digit, limb) in quotient.iter_mut().zip(number.0).rev() {
        let all = rest << 64 | u128::from(limb);
        *digit = u64::try_from(all / 3).unwrap();
        rest = all % 3;
    }
    assert_eq!(rest, 0);
    BigInt::new(quotient)
}

#[test]
fn inputs_may_end_anywhere() {
    let rng = &mut StdRng::seed_from_u64(3);
    let points: Vec<[u8; BYTES]> = (0..BLOCK + 2)
        .map(|_| encoded(&G1Affine::rand(rng)))
        .collect();
    let mut bytes = points.concat();
    for end in [
        0,
        1,
        31,
        32,
        BYTES * BLOCK - 1,
        BYTES * BLOCK,
        bytes.len() - 1,
    ] {
        decoding_agrees(points.len(), &bytes[..end]);
    }
    decoding_agrees(0, &bytes);
    decoding_agrees(BLOCK, &bytes);
    // What is wrong with a point comes before what is wrong with the length.
    bytes[BYTES - 1] |= IDENTITY;
    decoding_agrees(points.len(), &bytes[..bytes.len() - 1]);
    decoding_agrees(usize::MAX, &bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn decoding_of_any_bytes_agrees(mut bytes: [u8; BYTES], flags in 0u8..4, small: bool) {
        // Most are above the modulus otherwise.
        bytes[BYTES - 1] = if small { bytes[BYTES - 1] & 0x1f } else { bytes[BYTES - 1] };
        bytes[BYTES - 1] |= flags << 6;
        decoding_agrees(1, &bytes);
    }
}

/// Lanes propose: where they err, or propose less or more, points are decoded all the same.
#[test]
fn wrong_proposals_change_nothing() {
    let rng = &mut StdRng::seed_from_u64(4);
    let right: Vec<G1Affine> = (0..BLOCK + 5).map(|_| G1Affine::rand(rng)).collect();
    let bytes: Vec<u8> = right.iter().flat_map(encoded).collect();
    type Lie = fn(G1Affine) -> Option<G1Affine>;
    let lies: [Lie; 5] = [
        |_| None,
        |point| Some(-point),
        |_| Some(G1Affine::identity()),
        |_| Some(G1Affine::generator()),
        |point| Some(G1Affine::new_unchecked(point.x, point.y + Fq::one())),
    ];
    for lie in lies {
        for keep in [0, 3, BLOCK, BLOCK + 1] {
            let propose = |encoded: &[u8]| {
                let points = proposals(Backend::PORTABLE, encoded);
                let lies = points.into_iter().map(|point| point.and_then(lie));
                lies.chain([Some(G1Affine::generator())])
                    .take(keep)
                    .collect()
            };
            let found = proposed_points(propose, right.len(), &mut Reader::new(&bytes));
            assert_eq!(found.as_ref(), Ok(&right));
        }
    }
    // And what is no point is none, whatever is proposed for it.
    let mut beside = G1Affine::generator();
    beside.x = Fq::from(4u64);
    assert!(!beside.is_on_curve());
    let found = proposed_points(
        |_| vec![Some(beside)],
        1,
        &mut Reader::new(&encoded(&beside)),
    );
    assert!(found.is_err());
}
