//! Points on disk: hashing them takes a fraction of a second, reading them a few milliseconds.
//!
//! ```text
//! "JLHYRXGS" · version u32 · line variables u8 · 0 u24      (little-endian)
//! 2^line points of G1, 64 bytes each: x, y, canonical
//! SHA-256 of everything above
//! ```
//!
//! A file counts only if its digest is the one that this library has for the size ([`super::digests`], [`crate::points`]).

use super::digests::digest_of;
use crate::CacheDir;
use crate::generators::{Kind, generator};
use crate::points::{self, write_points};
use ark_bn254::G1Affine;
use rayon::prelude::*;
use std::convert::Infallible;
use std::io;

const MAGIC: &[u8; 8] = b"JLHYRXGS";
const VERSION: u32 = 1;
const HEADER: usize = 16;

/// All points of lines of `2^vars` rows, hashed.
pub(super) fn made(vars: usize) -> Vec<G1Affine> {
    let rows = (0..1u64 << vars).into_par_iter();
    rows.map(|row| generator(Kind::Row, row)).collect()
}

/// All of a file but its digest.
pub(super) fn encode(
    vars: usize,
    points: &[G1Affine],
    write: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    write(MAGIC)?;
    write(&VERSION.to_le_bytes())?;
    write(&[vars as u8, 0, 0, 0])?;
    write_points(points, write)
}

/// The points of lines of `2^vars` rows, which are kept in a directory between runs. A file that is damaged, or has other
/// points, is replaced, with a warning; an unusable directory is one too.
pub(super) fn points(vars: usize, cache: &CacheDir) -> Vec<G1Affine> {
    // Few points are hashed faster than a file is found, and files of unknown digests are not believed.
    let directory = cache
        .path()
        .filter(|_| vars > 8 && digest_of(vars).is_some());
    let Some(directory) = directory else {
        return made(vars);
    };
    let path = directory.join(format!("hyrax-bn254-{vars}.points"));
    let Ok(points) = points::cached(
        &path,
        |path| points::load_known(path, HEADER, 1 << vars, digest_of(vars)),
        || Ok::<_, Infallible>(made(vars)),
        |points, path| points::save(path, |write| encode(vars, points, write)),
    );
    points
}
