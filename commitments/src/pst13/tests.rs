//! Laws of the scheme: openings prove values, and nothing else.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{CacheDir, Key, SetupError};
use ark_ff::{One, UniformRand, Zero};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use proptest::prelude::*;
use std::sync::OnceLock;
use sumcheck::Weights;

fn srs() -> &'static Srs {
    static SRS: OnceLock<Srs> = OnceLock::new();
    SRS.get_or_init(|| Srs::insecure_test(6).unwrap())
}

fn commit(poly: &Poly<Fr>) -> Vec<G1Affine> {
    let blindings = vec![(); crate::columns(&poly.shape())];
    Pst13::commit(srs(), &[poly], &[blindings])
        .unwrap()
        .remove(0)
}

fn open(rows: &[Fr], point: &Point<Fr>) -> (Fr, Opening) {
    let mut transcript = Transcript::new("test");
    Pst13::open(srs(), &mut transcript, rows.to_vec(), &(), point).unwrap()
}

fn verify(
    commitment: &G1Affine,
    point: &Point<Fr>,
    value: Fr,
    opening: &Opening,
) -> Result<(), PcsError> {
    let mut transcript = Transcript::new("test");
    let key = srs().verifier_key();
    Pst13::verify(key, &mut transcript, commitment, (point, value), opening)
}

fn random(seed: u64, count: usize) -> Vec<Fr> {
    let rng = &mut StdRng::seed_from_u64(seed);
    (0..count).map(|_| Fr::rand(rng)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn openings_prove_values(seed: u64, vars in 0usize..=6, cut in 0usize..64) {
        let rows = random(seed, (1usize << vars).min(cut));
        let poly = Poly::dense(vars, rows.clone());
        let point = Point(random(seed ^ 1, vars));
        let commitment = commit(&poly)[0];
        let (value, opening) = open(&rows, &point);
        prop_assert_eq!(value, poly.evaluate(&Weights::One, &point));
        prop_assert_eq!(verify(&commitment, &point, value, &opening), Ok(()));
        prop_assert_eq!(verify(&commitment, &point, value + Fr::one(), &opening), Err(PcsError::Rejected));
        if vars > 0 {
            let mut other = point.clone();
            other.0[seed as usize % vars] += Fr::one();
            if poly.evaluate(&Weights::One, &other) != value {
                prop_assert_eq!(verify(&commitment, &other, value, &opening), Err(PcsError::Rejected));
            }
        }
    }

    #[test]
    fn every_kind_commits_like_its_dense_columns(seed: u64, vars in 0usize..=6, radix in 2usize..=9, cut in 0usize..=64) {
        use ark_std::rand::Rng;
        let rng = &mut StdRng::seed_from_u64(seed);
        let real = (1usize << vars).min(cut);
        let signed: Vec<i128> = (0..real).map(|_| i128::from(rng.r#gen::<i64>()) * 2 - i128::from(rng.r#gen::<bool>())).collect();
        let digits: Vec<u8> = (0..real).map(|_| rng.gen_range(0..radix) as u8).collect();
        let dense = Poly::dense(vars, signed.iter().map(|s| Fr::from(*s)).collect());
        prop_assert_eq!(commit(&Poly::signed(vars, signed)), commit(&dense));
        let columns: Vec<G1Affine> = (1..radix)
            .map(|k| commit(&Poly::dense(vars, digits.iter().map(|d| Fr::from(usize::from(*d) == k)).collect()))[0])
            .collect();
        prop_assert_eq!(commit(&Poly::digits(vars, radix, digits)), columns);
    }
}

#[test]
fn batches_are_committed_in_order() {
    let polys = [
        Poly::dense(3, random(1, 8)),
        Poly::digits(5, 4, vec![1, 2, 3, 0, 3]),
        Poly::signed(2, vec![-5, 0, 1 << 64]),
        Poly::digits(1, 2, vec![1]),
        Poly::dense(6, vec![]),
    ];
    let batch: Vec<&Poly<Fr>> = polys.iter().collect();
    let blindings: Vec<Vec<()>> = [1, 3, 1, 1, 1].iter().map(|n| vec![(); *n]).collect();
    let all = Pst13::commit(srs(), &batch, &blindings).unwrap();
    let single: Vec<Vec<G1Affine>> = polys.iter().map(commit).collect();
    assert_eq!(all, single);
    use ark_ec::AffineRepr;
    assert!(all[4][0].is_zero());
}

#[test]
fn commitments_are_homomorphic() {
    let (f, g) = (random(1, 16), random(2, 16));
    let (a, b) = (Fr::from(7), -Fr::from(9));
    let sum = f.iter().zip(&g).map(|(x, y)| a * x + b * y).collect();
    let [f, g, sum] = [f, g, sum].map(|rows| commit(&Poly::dense(4, rows))[0]);
    assert_eq!(Pst13::combine(&[(a, f), (b, g)]), sum);
    assert_eq!(Pst13::combine(&[]), G1Affine::identity());
}

#[test]
fn commitments_have_the_size_that_they_should() {
    for rows in [vec![Fr::zero(); 16], random(3, 16)] {
        let mut bytes = Vec::new();
        Pst13::write_commitment(&commit(&Poly::dense(4, rows))[0], &mut bytes);
        assert_eq!(bytes.len(), Pst13::commitment_bytes(4));
    }
    let key = crate::erase_verifying_key::<Pst13>(srs().verifier_key().clone());
    assert_eq!(key.commitment_bytes(4), 32);
}

#[test]
fn a_shorter_polynomial_is_one_that_ignores_low_variables() {
    let rows = random(3, 8);
    let stretched: Vec<Fr> = (0..64).map(|j| rows[j >> 3]).collect();
    let commitment = commit(&Poly::dense(3, rows.clone()))[0];
    assert_eq!(commitment, commit(&Poly::dense(6, stretched.clone()))[0]);
    let point = Point(random(4, 6));
    let (value, opening) = open(&stretched, &point);
    let high = Point(point.0[3..].to_vec());
    assert_eq!(value, Poly::dense(3, rows).evaluate(&Weights::One, &high));
    assert_eq!(verify(&commitment, &point, value, &opening), Ok(()));
}

/// A cheater commits to a polynomial in more variables than it is opened with. Whatever restriction
/// of it he opens, the commitment is not that of the restriction, and the proof is rejected.
#[test]
fn a_longer_polynomial_cannot_be_opened_as_a_shorter_one() {
    let long = random(5, 64);
    let commitment = commit(&Poly::dense(6, long.clone()))[0];
    let point = Point(random(6, 4));
    for low in 0..4 {
        let restricted: Vec<Fr> = long.iter().skip(low).step_by(4).copied().collect();
        let (value, opening) = open(&restricted, &point);
        assert_eq!(
            verify(&commitment, &point, value, &opening),
            Err(PcsError::Rejected)
        );
        // The quotients of the whole polynomial at that restriction, less the low ones.
        let full = Point(
            [
                vec![Fr::from(low & 1 == 1), Fr::from(low >> 1 == 1)],
                point.0.clone(),
            ]
            .concat(),
        );
        let (same, mut opening) = open(&long, &full);
        assert_eq!(same, value);
        assert_eq!(verify(&commitment, &full, value, &opening), Ok(()));
        opening.0.drain(..2);
        assert_eq!(
            verify(&commitment, &point, value, &opening),
            Err(PcsError::Rejected)
        );
    }
    // Nor is a proof accepted that has quotients to spare.
    let (value, opening) = open(
        &long,
        &Point([vec![Fr::zero(); 2], point.0.clone()].concat()),
    );
    let answer = verify(&commitment, &point, value, &opening);
    assert!(matches!(answer, Err(PcsError::WrongCount { .. })));
}

#[test]
fn malformed_polynomials_are_errors() {
    use sumcheck::Rows;
    let bad = |vars, rows| {
        let poly = Poly { vars, rows };
        let blindings = vec![(); crate::columns(&poly.shape())];
        Pst13::commit(srs(), &[&poly], &[blindings]).unwrap_err()
    };
    let digits = |radix, digits| Rows::Digits { radix, digits };
    assert!(matches!(
        bad(7, Rows::Dense(vec![])),
        PcsError::TooManyVars { vars: 7, max: 6 }
    ));
    assert!(matches!(
        bad(usize::MAX, Rows::Dense(vec![])),
        PcsError::TooManyVars { .. }
    ));
    assert!(matches!(
        bad(1, Rows::Dense(vec![Fr::one(); 3])),
        PcsError::WrongCount { .. }
    ));
    assert!(matches!(
        bad(0, Rows::Signed(vec![1; 2])),
        PcsError::WrongCount { .. }
    ));
    assert!(matches!(
        bad(1, digits(4, vec![4])),
        PcsError::BadDigits { .. }
    ));
    assert!(matches!(
        bad(1, digits(1, vec![0])),
        PcsError::BadDigits { .. }
    ));
    assert!(matches!(
        bad(1, digits(0, vec![])),
        PcsError::BadDigits { .. }
    ));
    assert!(matches!(
        bad(1, digits(300, vec![1])),
        PcsError::BadDigits { .. }
    ));
    let poly = Poly::dense(1, vec![Fr::one()]);
    assert!(Pst13::commit(srs(), &[&poly], &[]).is_err());
    assert!(Pst13::commit(srs(), &[&poly], &[vec![]]).is_err());
    let mut transcript = Transcript::new("test");
    for (rows, vars) in [(3, 1), (1, 7)] {
        let point = Point(vec![Fr::one(); vars]);
        assert!(Pst13::open(srs(), &mut transcript, vec![Fr::one(); rows], &(), &point).is_err());
    }
    let long = Point(vec![Fr::one(); 7]);
    let opening = Opening(vec![G1Affine::identity(); 7]);
    assert!(verify(&G1Affine::identity(), &long, Fr::zero(), &opening).is_err());
}

#[test]
fn files_are_read_back_and_anything_else_is_refused_or_replaced() {
    let directory = std::env::temp_dir().join(format!("pst13-cache-test-{}", std::process::id()));
    let cache = CacheDir::At(directory.clone());
    let path = directory.join("pst13-bn254-INSECURE-TEST-4.srs");
    let expected = Srs::insecure_test(4).unwrap();
    assert_eq!(Srs::insecure_test_cached(4, &cache).unwrap(), expected);
    assert_eq!(Srs::load(&path).unwrap(), expected);
    let good = std::fs::read(&path).unwrap();
    let refuses = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        matches!(Srs::load(&path), Err(SetupError::BadFile { .. }))
    };
    for length in [0, 1, 15, 16, 17, 300, good.len() - 1] {
        assert!(refuses(&good[..length]), "cut to {length}");
    }
    assert!(refuses(&[good.as_slice(), &[0]].concat()));
    for at in (0..good.len()).step_by(7) {
        let mut changed = good.clone();
        changed[at] ^= 0x10;
        assert!(refuses(&changed), "byte {at}");
    }
    // A header that promises an enormous setup.
    let mut huge = good.clone();
    huge[13] = 255;
    assert!(refuses(&huge));
    huge[13] = MAX_VARS as u8;
    assert!(refuses(&huge));
    // Damaged, foreign, or another size under this name: replaced by the right one.
    let small = directory.join("small.srs");
    Srs::insecure_test(3).unwrap().save(&small).unwrap();
    let other_size = std::fs::read(&small).unwrap();
    for bytes in [&good[..100], b"something else entirely", &other_size] {
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(Srs::insecure_test_cached(4, &cache).unwrap(), expected);
        assert_eq!(std::fs::read(&path).unwrap(), good);
    }
    // No temporary files stay behind, and a directory that cannot be made is no obstacle.
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 2);
    let unusable = CacheDir::At(path.join("below a file"));
    assert_eq!(Srs::insecure_test_cached(4, &unusable).unwrap(), expected);
    assert!(expected.save(&path.join("below")).is_err());
    assert_eq!(expected.digest(), expected.verifier_key().digest());
    std::fs::remove_dir_all(&directory).unwrap();
}

/// The bytes of a file, with a checksum that fits them.
fn checked(mut body: Vec<u8>) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(&body);
    body.extend(digest);
    body
}

/// What an attacker writes who can write the cache: a file in good order with other points. Each is refused,
/// and replaced.
#[test]
fn points_that_are_not_the_setups_are_refused_whatever_the_checksum() {
    let directory = std::env::temp_dir().join(format!("pst13-other-test-{}", std::process::id()));
    let cache = CacheDir::At(directory.clone());
    let vars = 4;
    let path = directory.join(format!("pst13-bn254-INSECURE-TEST-{vars}.srs"));
    let expected = Srs::insecure_test_cached(vars, &cache).unwrap();
    let good = std::fs::read(&path).unwrap();
    let body = &good[..good.len() - 32];
    assert_eq!(checked(body.to_vec()), good);
    let (first, points) = (16 + 64 * vars, 1usize << vars);
    let point = |bytes: &[u8], i: usize| bytes[first + 64 * i..][..64].to_vec();
    let put = |bytes: &mut [u8], i: usize, point: &[u8]| {
        bytes[first + 64 * i..][..64].copy_from_slice(point);
    };
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = body.to_vec();
        change(&mut bytes);
        checked(bytes)
    };
    let mut files = Vec::new();
    for i in 0..points {
        for j in 0..i {
            files.push((
                format!("points {j} and {i} swapped"),
                changed(&|bytes| {
                    put(bytes, i, &point(body, j));
                    put(bytes, j, &point(body, i));
                }),
            ));
        }
        // The same point on the other side of the curve: y becomes −y.
        let negated = -expected.level(vars).unwrap()[i];
        let mut bytes = Vec::new();
        for coordinate in [negated.x, negated.y] {
            use ark_ff::{BigInteger, PrimeField};
            bytes.extend(coordinate.into_bigint().to_bytes_le());
        }
        let replaced = [(bytes, "negated"), (vec![0; 64], "the identity")];
        for (other, name) in replaced.into_iter().chain([(point(body, i ^ 1), "double")]) {
            let file = changed(&|bytes| put(bytes, i, &other));
            files.push((format!("point {i} {name}"), file));
        }
    }
    let rotated = changed(&|bytes| bytes[first..].rotate_left(64));
    files.push(("points rotated".to_owned(), rotated));
    let reversed = changed(&|bytes| {
        (0..points).for_each(|i| put(bytes, i, &point(body, points - 1 - i)));
    });
    files.push(("points reversed".to_owned(), reversed));
    let secrets = changed(&|bytes| bytes[16..16 + 64 * vars].rotate_left(64));
    files.push(("secrets rotated".to_owned(), secrets));
    // Half of the points under the header of a smaller setup, and a smaller setup's first points twice.
    let half = changed(&|bytes| {
        bytes.truncate(first + 32 * points);
        bytes.drain(16..80);
        bytes[13] -= 1;
    });
    files.push(("half of the points".to_owned(), half));
    let twice =
        changed(&|bytes| bytes.copy_within(first..first + 32 * points, first + 32 * points));
    files.push(("half of the points twice".to_owned(), twice));
    for (name, file) in files {
        std::fs::write(&path, &file).unwrap();
        let refused = Srs::load(&path).err().map(|e| e.to_string());
        let refused = refused.unwrap_or_else(|| panic!("accepted: {name}"));
        assert!(refused.contains("not the setup"), "{name}: {refused}");
    }
    assert_eq!(Srs::insecure_test_cached(vars, &cache).unwrap(), expected);
    assert_eq!(std::fs::read(&path).unwrap(), good);
    // A good file of another size is a setup, and not this one.
    Srs::insecure_test(vars - 1).unwrap().save(&path).unwrap();
    assert_eq!(Srs::load(&path).unwrap().max_vars(), vars - 1);
    assert_eq!(Srs::insecure_test_cached(vars, &cache).unwrap(), expected);
    std::fs::remove_dir_all(&directory).unwrap();
}
