//! Points of G1 in files: 64 bytes each, x and y, canonical and little-endian; (0, 0) is the identity. And files that are
//! there as a whole, or not at all.
//!
//! Whoever can write the cache can write any points, with a checksum that fits them. So a file counts only if its digest
//! is the one that this library has for the setup: then it has the points of that setup, each in its place, up to
//! collisions of SHA-256. The digest is made of the bytes while points are decoded, so the comparison costs nothing, and
//! points need no other check.

use crate::SetupError;
pub(crate) use crate::parts::{PART, POINT};
use crate::parts::{limbs, parts, read_ahead};
use ark_bn254::{Fq, FqConfig, G1Affine};
use ark_ff::{MontConfig, PrimeField};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use sumcheck::field::packed;
use sumcheck::kernel::own_pages;

/// Bytes of the digest at the end of a file.
pub(crate) const DIGEST: usize = 32;
/// Points whose coordinates are multiplied together.
const TOGETHER: usize = 1 << 9;

/// The encoding of a point.
fn encode_point(point: &G1Affine) -> [u8; POINT] {
    let mut bytes = [0; POINT];
    let limbs = [point.x.into_bigint().0, point.y.into_bigint().0];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(limbs.as_flattened()) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    bytes
}

/// Decodes points in place of others; whether all coordinates are canonical. The digest says whether the
/// points are those of a setup.
fn decode_points(bytes: &[u8], out: &mut [G1Affine]) -> bool {
    out.par_chunks_mut(TOGETHER)
        .zip(bytes.par_chunks(TOGETHER * POINT))
        .map(|(out, bytes)| decode_block(bytes, out))
        .reduce(|| true, |a, b| a & b)
}

/// The arithmetic of [`decode_points`] is that of slices, which may be packed.
fn decode_block(bytes: &[u8], out: &mut [G1Affine]) -> bool {
    let (points, _) = bytes.as_chunks::<POINT>();
    let mut canonical = true;
    // An integer in place of its Montgomery form, which the product with R² makes it.
    let mut coordinate = |bytes: &[u8]| {
        let limbs = limbs(bytes);
        canonical &= limbs < Fq::MODULUS;
        Fq::new_unchecked(limbs)
    };
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for point in points {
        let (x, y) = point.split_at(POINT / 2);
        xs.push(coordinate(x));
        ys.push(coordinate(y));
    }
    if !canonical {
        return false;
    }
    let square = Fq::new_unchecked(<FqConfig as MontConfig<4>>::R2);
    packed::selected().scale(&mut xs, &square);
    packed::selected().scale(&mut ys, &square);
    for ((x, y), out) in xs.into_iter().zip(ys).zip(out) {
        *out = G1Affine::new_unchecked(x, y);
    }
    true
}

/// Reads points, and hashes what it reads; whether they are canonical.
pub(crate) fn read_points(
    file: &mut File,
    hash: &mut Sha256,
    points: &mut [G1Affine],
) -> io::Result<bool> {
    let (mut valid, count) = (true, points.len());
    let mut rest = points.chunks_mut(PART);
    read_ahead(file, parts(count), |bytes| {
        let part = rest.next().unwrap_or_default();
        let decode = || decode_points(bytes, part);
        valid &= rayon::join(|| hash.update(bytes), decode).1;
        Ok::<_, io::Error>(())
    })?;
    Ok(valid)
}

/// The points at the end of a file, and then the digest of all that is before it. `hash` has what was read already.
///
/// # Errors
/// [`SetupError::BadFile`] if the digest is not that of the file, or not the one that is `known`.
pub(crate) fn read_known(
    path: &Path,
    file: &mut File,
    mut hash: Sha256,
    count: usize,
    known: Option<[u8; DIGEST]>,
) -> Result<Vec<G1Affine>, SetupError> {
    let io = |source| io_error(path, source);
    let mut points = own_pages(G1Affine::identity(), count);
    let valid = read_points(file, &mut hash, &mut points).map_err(io)?;
    let mut digest = [0; DIGEST];
    file.read_exact(&mut digest).map_err(io)?;
    let found: [u8; DIGEST] = hash.finalize().into();
    if found != digest {
        return Err(bad_file(path, "damaged: the checksum does not match"));
    }
    if known != Some(found) {
        return Err(bad_file(path, "not the setup that its name or header says"));
    }
    if !valid {
        return Err(bad_file(path, "a coordinate is not canonical"));
    }
    Ok(points)
}

/// The points of a file of a header, points, and the digest that is `known`. The digest is also of the header, so that
/// nobody has to look at it.
///
/// # Errors
/// As [`read_known`], and for a file of another length.
pub(crate) fn load_known(
    path: &Path,
    header: usize,
    count: usize,
    known: Option<[u8; DIGEST]>,
) -> Result<Vec<G1Affine>, SetupError> {
    let io = |source| io_error(path, source);
    let mut file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    if length != (header + POINT * count + DIGEST) as u64 {
        return Err(bad_file(path, "not as long as the setup of this size"));
    }
    let mut start = vec![0u8; header];
    file.read_exact(&mut start).map_err(io)?;
    let hash = Sha256::new().chain_update(&start);
    read_known(path, &mut file, hash, count, known)
}

/// Writes points, a block after the other.
pub(crate) fn write_points(
    points: &[G1Affine],
    write: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    points.chunks(PART).try_for_each(|block| {
        let bytes: Vec<u8> = block.iter().flat_map(encode_point).collect();
        write(&bytes)
    })
}

/// Writes a file and SHA-256 of what `contents` writes behind it. It is put in place by renaming a complete one.
///
/// # Errors
/// What the file system says; then there is no file, or the one from before.
pub(crate) fn save(
    path: &Path,
    contents: impl FnOnce(&mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>,
) -> Result<(), SetupError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{number}.tmp", std::process::id()));
    let write = || {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let mut hash = Sha256::new();
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&temporary)?);
        contents(&mut |bytes| {
            hash.update(bytes);
            file.write_all(bytes)
        })?;
        file.write_all(&hash.finalize())?;
        file.into_inner()?.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|source| {
        // Nothing to do if it cannot be removed: it never stands for a setup.
        let _ = fs::remove_file(&temporary);
        io_error(path, source)
    })
}

/// The error for a file that could not be read or written.
pub(crate) fn io_error(path: &Path, source: io::Error) -> SetupError {
    SetupError::Io {
        path: path.to_owned(),
        source,
    }
}

/// The error for a file that is not what was looked for.
pub(crate) fn bad_file(path: &Path, cause: &str) -> SetupError {
    SetupError::BadFile {
        path: path.to_owned(),
        cause: cause.to_owned(),
    }
}

/// The file that is loaded, or else what is made, which is then written. A file that is damaged, or is something
/// else, is replaced, with a warning; an unusable directory is one too.
pub(crate) fn cached<T, E>(
    path: &Path,
    load: impl FnOnce(&Path) -> Result<T, SetupError>,
    make: impl FnOnce() -> Result<T, E>,
    save: impl FnOnce(&T, &Path) -> Result<(), SetupError>,
) -> Result<T, E> {
    match load(path) {
        Ok(loaded) => return Ok(loaded),
        Err(SetupError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!("{error}; replaced"),
    }
    let made = make()?;
    if let Err(error) = save(&made, path) {
        tracing::warn!("the setup could not be cached: {error}");
    }
    Ok(made)
}
