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
//! A file counts only if its digest is the one that this library has for the setup ([`super::digests`], [`crate::points`]).

use super::digests::digest_of;
use super::{MAX_VARS, Srs, VerifierKey};
use crate::points::{self, DIGEST, POINT, bad_file, io_error, read_known, write_points};
use crate::wire::{Reader, put};
use crate::{CacheDir, Key, Provenance, SetupError};
use ark_bn254::{G1Affine, G2Affine};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

const MAGIC: &[u8; 8] = b"JLPSTSRS";
const VERSION: u32 = 1;
const HEADER: usize = 16;
const G2_POINT: usize = 64;

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
        write_points(block.as_ref(), write)?;
    }
    Ok(())
}

impl Srs {
    /// Writes the setup to a file, atomically.
    pub fn save(&self, path: &Path) -> Result<(), SetupError> {
        let top = self.level(self.max_vars()).map_err(io::Error::other);
        let top = top.map_err(|source| io_error(path, source))?;
        points::save(path, |write| {
            encode(self.verifier_key(), std::iter::once(top), write)
        })
    }

    /// Reads a setup from a file.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or is another setup than the one that its header names.
    pub fn load(path: &Path) -> Result<Self, SetupError> {
        let bad = |cause: &str| bad_file(path, cause);
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
        let hash = Sha256::new().chain_update(header).chain_update(&secrets);
        let known = digest_of(provenance, vars);
        let top = read_known(path, &mut file, hash, 1 << vars, known)?;
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
        let load = |path: &Path| match Self::load(path)? {
            srs if srs.max_vars() == vars => Ok(srs),
            _ => Err(bad_file(path, "another setup")),
        };
        points::cached(&path, load, || Self::insecure_test(vars), Self::save)
    }
}
