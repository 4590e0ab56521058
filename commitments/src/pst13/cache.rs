//! Setups on disk.
//!
//! ```text
//! "JLPSTSRS" · version u32 · provenance u8 · vars u8 · 0 u16      (little-endian)
//! vars compressed G2 points                                         [s_i]_2
//! 2^vars G1 points, 64 bytes each: x, y, canonical; (0, 0) is the identity
//! SHA-256 of everything above
//! ```
//!
//! Only the top level is stored; the others are sums of it. A file is put in place by renaming a complete
//! one. Its length must be exactly what the header implies before anything is allocated.
//!
//! Whoever can write the cache can write any points, with a checksum that fits them. So a file counts only
//! if its digest is the one that this library has for the setup ([`super::digests`]): then it is the setup
//! that was written, each point in its place, up to collisions of SHA-256. The digest is made of the bytes
//! while points are decoded, so the comparison costs nothing, and points need no other check.

use super::digests::digest_of;
use super::{MAX_VARS, Srs, VerifierKey};
use crate::wire::{Reader, put};
use crate::{CacheDir, Key, Provenance, SetupError};
use ark_bn254::{Fq, FqConfig, G1Affine, G2Affine};
use ark_ff::{BigInt, MontConfig, PrimeField};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use sumcheck::field::packed;
use sumcheck::kernel::own_pages;

const MAGIC: &[u8; 8] = b"JLPSTSRS";
const VERSION: u32 = 1;
const HEADER: usize = 16;
const POINT: usize = 64;
const G2_POINT: usize = 64;
const DIGEST: usize = 32;
/// Points read at a time: four megabytes.
const PART: usize = 1 << 16;
/// Points whose coordinates are multiplied together.
const TOGETHER: usize = 1 << 9;

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
        let (words, _) = bytes.as_chunks::<8>();
        let limbs = BigInt(std::array::from_fn(|i| {
            words.get(i).map_or(0, |word| u64::from_le_bytes(*word))
        }));
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

/// Reads points, and hashes what it reads; whether they are canonical. What one thread has read is hashed and
/// decoded while the next part is read: nothing is in memory twice.
fn read_points(file: &mut File, hash: &mut Sha256, points: &mut [G1Affine]) -> io::Result<bool> {
    let mut valid = true;
    let mut parts = points.chunks_mut(PART).peekable();
    let mut bytes = Vec::new();
    let mut next = Vec::new();
    let mut fill = |buffer: &mut Vec<u8>, points: usize| {
        buffer.resize(points * POINT, 0);
        file.read_exact(buffer)
    };
    if let Some(first) = parts.peek() {
        fill(&mut bytes, first.len())?;
    }
    while let Some(part) = parts.next() {
        let coming = parts.peek().map_or(0, |part| part.len());
        let (read, decoded) = rayon::join(
            || fill(&mut next, coming),
            || rayon::join(|| hash.update(&bytes), || decode_points(&bytes, part)).1,
        );
        read?;
        valid &= decoded;
        std::mem::swap(&mut bytes, &mut next);
    }
    Ok(valid)
}

/// All of a file but its digest: the header, the verifier's points, and the prover's in blocks.
pub(super) fn encode<B: AsRef<[G1Affine]>>(
    key: &VerifierKey,
    blocks: impl Iterator<Item = B>,
    write: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    write(MAGIC)?;
    write(&VERSION.to_le_bytes())?;
    write(&[key.provenance().tag(), key.max_vars() as u8, 0, 0])?;
    let mut secrets = Vec::new();
    key.secrets().iter().for_each(|s| put(s, &mut secrets));
    write(&secrets)?;
    for block in blocks {
        let bytes: Vec<u8> = block.as_ref().iter().flat_map(encode_point).collect();
        write(&bytes)?;
    }
    Ok(())
}

impl Srs {
    /// Writes the setup to a file, atomically.
    pub fn save(&self, path: &Path) -> Result<(), SetupError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_extension(format!("{}-{number}.tmp", std::process::id()));
        let written = self
            .write_to(&temporary)
            .and_then(|()| fs::rename(&temporary, path));
        written.map_err(|source| {
            // Nothing to do if it cannot be removed: it never stands for a setup.
            let _ = fs::remove_file(&temporary);
            io_error(path, source)
        })
    }

    fn write_to(&self, path: &Path) -> io::Result<()> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let mut hash = Sha256::new();
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        let top = self.level(self.max_vars()).map_err(io::Error::other)?;
        encode(self.verifier_key(), top.chunks(PART), &mut |bytes| {
            hash.update(bytes);
            file.write_all(bytes)
        })?;
        file.write_all(&hash.finalize())?;
        file.into_inner()?.sync_all()
    }

    /// Reads a setup from a file.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or is another setup than the one that its header names.
    pub fn load(path: &Path) -> Result<Self, SetupError> {
        let bad = |cause: &str| SetupError::BadFile {
            path: path.to_owned(),
            cause: cause.to_owned(),
        };
        let io = |source| io_error(path, source);
        let mut file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let mut header = [0u8; HEADER];
        file.read_exact(&mut header)
            .map_err(|_| bad("too short to be a setup"))?;
        let (magic, rest) = header.split_at(8);
        if magic != MAGIC {
            return Err(bad("not a PST13 setup"));
        }
        let (version, rest) = rest.split_at(4);
        if version != VERSION.to_le_bytes() {
            return Err(bad("written in another version of the format"));
        }
        let [tag, vars, 0, 0] = *rest else {
            return Err(bad("unknown flags"));
        };
        let provenance = Provenance::from_tag(tag).ok_or_else(|| bad("unknown provenance"))?;
        let vars = usize::from(vars);
        if vars > MAX_VARS {
            return Err(bad("too many variables"));
        }
        let body = vars * G2_POINT + (POINT << vars);
        if length != (HEADER + body + DIGEST) as u64 {
            return Err(bad("truncated, or longer than its header says"));
        }
        let mut secrets = vec![0; vars * G2_POINT];
        file.read_exact(&mut secrets).map_err(io)?;
        let mut hash = Sha256::new().chain_update(header).chain_update(&secrets);
        let mut top = own_pages(G1Affine::identity(), 1 << vars);
        let valid = read_points(&mut file, &mut hash, &mut top).map_err(io)?;
        let mut digest = [0; DIGEST];
        file.read_exact(&mut digest).map_err(io)?;
        let found = hash.finalize();
        if found.as_slice() != digest {
            return Err(bad("damaged: the checksum does not match"));
        }
        if digest_of(provenance, vars) != Some(found.into()) {
            return Err(bad("not the setup that its header names"));
        }
        if !valid {
            return Err(bad("a coordinate is not canonical"));
        }
        let secrets = secrets
            .par_chunks_exact(G2_POINT)
            .map(|bytes| Reader::new(bytes).canonical("G2 point"))
            .collect::<Result<Vec<G2Affine>, _>>()
            .map_err(|e| bad(&e.to_string()))?;
        Ok(Self::from_top(top, VerifierKey::new(secrets, provenance)))
    }

    /// [`Srs::insecure_test`], kept in a directory between runs. A file that is damaged, or is another
    /// setup, is replaced, with a warning; an unusable directory is one too.
    pub fn insecure_test_cached(vars: usize, cache: &CacheDir) -> Result<Self, SetupError> {
        if vars > MAX_VARS {
            return Self::insecure_test(vars);
        }
        let Some(directory) = cache.path() else {
            return Self::insecure_test(vars);
        };
        let path = directory.join(format!("pst13-bn254-INSECURE-TEST-{vars}.srs"));
        match Self::load(&path) {
            Ok(srs) if srs.max_vars() == vars => return Ok(srs),
            Ok(_) => tracing::warn!("{}: another setup; replaced", path.display()),
            Err(SetupError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!("{error}; replaced"),
        }
        let srs = Self::insecure_test(vars)?;
        if let Err(error) = srs.save(&path) {
            tracing::warn!("the setup could not be cached: {error}");
        }
        Ok(srs)
    }
}

fn io_error(path: &Path, source: io::Error) -> SetupError {
    SetupError::Io {
        path: path.to_owned(),
        source,
    }
}
