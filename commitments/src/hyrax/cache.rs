//! Points on disk: hashing them takes a fraction of a second, reading them a few milliseconds.
//!
//! ```text
//! "JLHYRXGS" · version u32 · line variables u8 · 0 u24      (little-endian)
//! 2^line points of G1, 64 bytes each: x, y, canonical
//! SHA-256 of everything above
//! ```
//!
//! Whoever can write the cache can write any points, with a checksum that fits them. So a file counts only if its digest
//! is the one that this library has for the size ([`super::digests`]): then it has the points that are hashed, each in
//! its place, up to collisions of SHA-256.

use super::digests::digest_of;
use super::generators::{Kind, generator};
use crate::points::{self, DIGEST, PART, POINT, encode_point, io_error, read_points};
use crate::{CacheDir, SetupError};
use ark_bn254::G1Affine;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use sumcheck::kernel::own_pages;

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
    for block in points.chunks(PART) {
        let bytes: Vec<u8> = block.iter().flat_map(encode_point).collect();
        write(&bytes)?;
    }
    Ok(())
}

fn load(path: &Path, vars: usize) -> Result<Vec<G1Affine>, SetupError> {
    let bad = |cause: &str| SetupError::BadFile {
        path: path.to_owned(),
        cause: cause.to_owned(),
    };
    let io = |source| io_error(path, source);
    let mut file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    if length != (HEADER + (POINT << vars) + DIGEST) as u64 {
        return Err(bad("not as long as the points of this size"));
    }
    let mut header = [0u8; HEADER];
    file.read_exact(&mut header).map_err(io)?;
    let mut hash = Sha256::new().chain_update(header);
    let mut points = own_pages(G1Affine::identity(), 1 << vars);
    let valid = read_points(&mut file, &mut hash, &mut points).map_err(io)?;
    let mut digest = [0; DIGEST];
    file.read_exact(&mut digest).map_err(io)?;
    let found: [u8; DIGEST] = hash.finalize().into();
    if found != digest {
        return Err(bad("damaged: the checksum does not match"));
    }
    if digest_of(vars) != Some(found) || !valid {
        return Err(bad("not the points that are hashed from the public string"));
    }
    Ok(points)
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
        |path| load(path, vars),
        || Ok::<_, Infallible>(made(vars)),
        |points, path| points::save(path, |write| encode(vars, points, write)),
    );
    points
}
