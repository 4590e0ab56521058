//! Test setups on disk.
//!
//! ```text
//! "JLKZGPOW" · version u32 · provenance u8 · vars u8 · 0 u16      (little-endian)
//! 2^vars points of G1, 64 bytes each: x, y, canonical
//! SHA-256 of everything above
//! ```
//!
//! A file counts only if its digest is the one that this library has for the size ([`super::digests`], [`crate::points`]).

use super::digests::digest_of;
use super::{MAX_VARS, Powers};
use crate::points::{self, write_points};
use crate::{CacheDir, Key, Provenance, SetupError};
use ark_bn254::G1Affine;
use std::io;

const MAGIC: &[u8; 8] = b"JLKZGPOW";
const VERSION: u32 = 1;
const HEADER: usize = 16;

/// What stands before the points of the test setup.
pub(super) fn header(vars: usize) -> Vec<u8> {
    let sizes = [Provenance::InsecureTest.tag(), vars as u8, 0, 0];
    [MAGIC.as_slice(), &VERSION.to_le_bytes(), &sizes].concat()
}

/// All of a file but its digest.
fn encode(
    vars: usize,
    points: &[G1Affine],
    write: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    write(&header(vars))?;
    write_points(points, write)
}

impl Powers {
    /// [`Powers::insecure_test`], kept in a directory between runs. A file that is damaged, or is another setup, is
    /// replaced, with a warning; an unusable directory is one too.
    pub fn insecure_test_cached(vars: usize, cache: &CacheDir) -> Result<Self, SetupError> {
        let Some(directory) = cache.path().filter(|_| vars <= MAX_VARS) else {
            return Self::insecure_test(vars);
        };
        let path = directory.join(format!("powers-of-tau-bn254-INSECURE-TEST-{vars}.points"));
        points::cached(
            &path,
            |path| {
                let points = points::load_known(path, HEADER, 1 << vars, digest_of(vars))?;
                Self::test_with(points, vars)
            },
            || Self::insecure_test(vars),
            |powers, path| {
                points::save(path, |write| {
                    let points = powers.points(powers.max_vars());
                    encode(vars, points.map_err(io::Error::other)?, write)
                })
            },
        )
    }
}
