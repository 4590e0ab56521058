//! The setup's files.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{CacheDir, Key, SetupError};

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
