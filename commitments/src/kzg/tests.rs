//! Keys and files that are not what they should be.
#![allow(clippy::unwrap_used)]

use super::key::test_secret;
use super::*;
use crate::curve::Lines;
use crate::tests::files::anything_else_is_replaced;
use crate::{CacheDir, Ceremony, Key, PcsError, Provenance, SetupError};
use ark_bn254::{Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;

fn first(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn second(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

#[test]
fn points_are_powers() {
    let powers = Powers::insecure_test(5).unwrap();
    let mut expected = Fr::one();
    for point in powers.points(5).unwrap() {
        assert_eq!(*point, first(expected));
        expected *= test_secret();
    }
    let small = Powers::insecure_test(3).unwrap();
    assert_eq!(small.points(3), powers.points(3));
    assert_ne!(small.digest(), powers.digest());
    for vars in [6, 64, usize::MAX] {
        let error = powers.points(vars).err();
        assert_eq!(error, Some(PcsError::TooManyVars { vars, max: 5 }));
    }
    assert!(powers.provenance().to_string().contains("INSECURE"));
    assert_eq!(powers.max_vars(), 5);
    for vars in [MAX_VARS + 1, usize::MAX] {
        let error = Powers::insecure_test(vars).err();
        assert!(matches!(error, Some(SetupError::TooLarge { .. })));
    }
}

#[test]
fn the_test_key_needs_no_points() {
    for vars in [0, 1, 5] {
        let key = VerifierKey::insecure_test(vars).unwrap();
        assert_eq!(&key, Powers::insecure_test(vars).unwrap().verifier_key());
    }
    let key = VerifierKey::insecure_test(MAX_VARS).unwrap();
    assert_eq!(key.max_vars(), MAX_VARS);
    assert!(VerifierKey::insecure_test(MAX_VARS + 1).is_err());
}

#[test]
fn keys_are_of_one_secret() {
    let tau = Fr::from(77);
    let key = |vars, a, b, c| {
        let key = VerifierKey::new(vars, Provenance::InsecureTest, a, [b, c]);
        key.map(|_| ())
    };
    let good = (first(tau), second(tau), second(tau * tau));
    assert_eq!(key(4, good.0, good.1, good.2), Ok(()));
    assert_eq!(key(MAX_VARS, good.0, good.1, good.2), Ok(()));
    let vars = MAX_VARS + 1;
    let error = key(vars, good.0, good.1, good.2);
    assert_eq!(error, Err(KeyError::TooManyVars { vars }));
    let other = second(Fr::from(78));
    for (b, c) in [
        (other, good.2),
        (good.1, other),
        (good.2, good.1),
        (good.1, good.1),
    ] {
        assert_eq!(key(4, good.0, b, c), Err(KeyError::NotPowers));
    }
    assert_eq!(
        key(4, first(Fr::from(78)), good.1, good.2),
        Err(KeyError::NotPowers)
    );
    let none = (G1Affine::identity(), G2Affine::identity());
    for (a, b, c) in [
        (none.0, good.1, good.2),
        (good.0, none.1, good.2),
        (good.0, good.1, none.1),
        (none.0, none.1, none.1),
    ] {
        assert_eq!(key(4, a, b, c), Err(KeyError::Identity));
    }
    let outside = (1u64..).find_map(|x| {
        let point = G2Affine::get_point_from_x_unchecked(Fq2::from(x), false)?;
        (!point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
    });
    let outside = outside.unwrap();
    let off = G1Affine::new_unchecked(good.0.x, good.0.x);
    for (a, b, c) in [
        (good.0, outside, good.2),
        (good.0, good.1, outside),
        (off, good.1, good.2),
    ] {
        assert_eq!(key(4, a, b, c), Err(KeyError::NotInGroup));
    }
}

#[test]
fn encodings_round_trip_and_nothing_else_is_read() {
    let key = VerifierKey::insecure_test(3).unwrap();
    let bytes = key.to_bytes();
    assert_eq!(VerifierKey::from_bytes(&bytes).unwrap(), key);
    for cut in 0..bytes.len() {
        assert!(VerifierKey::from_bytes(&bytes[..cut]).is_err());
    }
    assert!(VerifierKey::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            if let Ok(other) = VerifierKey::from_bytes(&changed) {
                // The provenance, or the number of variables.
                assert!([8, 9].contains(&at), "{at}");
                assert_ne!(other.digest(), key.digest());
            }
        }
    }
    // A key of powers is not hashed, and as that of a ceremony it is of one that its points name.
    let mut tagged = bytes.clone();
    tagged[8] = Provenance::Hashed.tag();
    assert!(VerifierKey::from_bytes(&tagged).is_err());
    let ceremony = Ceremony::named("hez_final").unwrap();
    let of_ceremony = VerifierKey::of_ceremony(3, &ceremony).unwrap();
    let read = VerifierKey::from_bytes(&of_ceremony.to_bytes()).unwrap();
    assert_eq!(read.provenance(), Provenance::Ceremony(ceremony));
    assert_eq!(read, of_ceremony);
    tagged[8] = read.provenance().tag();
    let unknown = VerifierKey::from_bytes(&tagged).unwrap();
    assert!(read.provenance().is_secure() && !unknown.provenance().is_secure());
    let sized = |vars: usize| {
        let mut changed = bytes.clone();
        changed[9] = vars as u8;
        VerifierKey::from_bytes(&changed)
    };
    assert!(sized(MAX_VARS).is_ok());
    assert!(sized(MAX_VARS + 1).is_err());
    // The identity, a negative identity, and `x` that is not below the modulus, in place of the point of G1.
    let mut infinite = [0; 32];
    infinite[31] = 0x40;
    let mut negative = infinite;
    negative[31] |= 0x80;
    for other in [infinite, negative, [0x3f; 32], [0; 32]] {
        let mut changed = bytes.clone();
        changed[10..42].copy_from_slice(&other);
        assert!(VerifierKey::from_bytes(&changed).is_err());
    }
    // Points of G2 that change their places.
    let mut swapped = bytes.clone();
    swapped[42..].rotate_left(64);
    assert!(VerifierKey::from_bytes(&swapped).is_err());
}

#[test]
fn points_of_another_key_are_refused() {
    let powers = Powers::insecure_test(3).unwrap();
    let key = powers.verifier_key().clone();
    let points = powers.points(3).unwrap().to_vec();
    assert_eq!(Powers::new(points.clone(), key.clone()).unwrap(), powers);
    for found in [0, 1, 7] {
        let error = Powers::new(points[..found].to_vec(), key.clone()).err();
        let expected = 8;
        assert_eq!(error, Some(KeyError::WrongCount { found, expected }));
    }
    let tau = Fr::from(5);
    let other = VerifierKey::new(
        3,
        Provenance::InsecureTest,
        first(tau),
        [second(tau), second(tau * tau)],
    );
    let error = Powers::new(points.clone(), other.unwrap()).err();
    assert_eq!(error, Some(KeyError::OtherSecret));
    let mut shifted = points;
    shifted.rotate_left(1);
    assert_eq!(Powers::new(shifted, key).err(), Some(KeyError::OtherSecret));
    // One point, which is the generator.
    let one = Powers::insecure_test(0).unwrap();
    let points = one.points(0).unwrap().to_vec();
    assert_eq!(points, [G1Affine::generator()]);
    assert!(Powers::new(points, one.verifier_key().clone()).is_ok());
}

#[test]
fn files_are_read_back_and_anything_else_is_replaced() {
    let directory = std::env::temp_dir().join(format!("powers-test-{}", std::process::id()));
    let cache = CacheDir::At(directory.clone());
    let vars = 4;
    let path = directory.join(format!("powers-of-tau-bn254-INSECURE-TEST-{vars}.points"));
    let expected = Powers::insecure_test(vars).unwrap();
    let loaded = || Powers::insecure_test_cached(vars, &cache).unwrap();
    let others = (&[(12, 2), (13, 3)][..], 8);
    anything_else_is_replaced(&path, &expected, loaded, others);
    // A directory that cannot be made is no obstacle.
    let unusable = CacheDir::At(path.join("below a file"));
    assert_eq!(
        Powers::insecure_test_cached(vars, &unusable).unwrap(),
        expected
    );
    assert!(Powers::insecure_test_cached(MAX_VARS + 1, &cache).is_err());
    std::fs::remove_dir_all(&directory).unwrap();
}

/// What is prepared belongs to the points.
#[test]
fn prepared_powers_are_those_of_the_key() {
    let key = VerifierKey::insecure_test(2).unwrap();
    let [zeroth, once, twice] = key.prepared();
    let equal = |scalar: Fr, lines: &Lines| {
        let [generator, _, _] = key.prepared();
        let point = G1Affine::generator();
        crate::curve::product_is_one(&[(-point, lines), (first(scalar), generator)])
    };
    let tau = test_secret();
    assert!(equal(Fr::one(), zeroth) && equal(tau, once) && equal(tau * tau, twice));
    assert_eq!(key.first(), first(tau));
}
