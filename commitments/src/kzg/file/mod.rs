//! Powers of a ceremony in a file: one as snarkjs writes it ([`crate::ptau`]), or one of this library's own, which has
//! nothing else in it, and whose powers were checked before they were written.
//!
//! ```text
//! "JLPOWERS" · version u32 · vars u8 · 0 u24                    (little-endian)
//! the ceremony: τ·G_1, τ·G_2, τ²·G_2, compressed, 160 bytes
//! 2^vars points of G1, 64 bytes each: x, y, canonical
//! SHA-256 of everything above
//! ```
//!
//! **What the checksum is good for.** Whoever can write the file can write any points, with a checksum that fits them. For
//! proofs that harms nobody but the prover, whose proofs are then refused, by its own verification first: a verifier takes
//! nothing from the file but the ceremony, and knows that by a hash. So reading compares the checksum, and does not repeat
//! the check of every power; [`Stored::check`] does. Commitments that a key is to have are another matter: with other powers
//! they can be commitments to something else. They are made with checked ones
//! ([`Setup::CheckedFile`](crate::Setup::CheckedFile)).
//!
//! Only the powers that are asked for are kept. The whole file is read for the checksum.

use super::{KeyError, MAX_VARS, Powers, VerifierKey};
use crate::ceremony::{CEREMONY_BYTES, Ceremony};
use crate::points::{self, DIGEST, PART, POINT, bad_file, io_error, read_points, write_points};
use crate::ptau::{Ptau, PtauError, first_wrong};
use crate::{Key, SetupError};
use ark_bn254::G1Affine;
use ark_ec::AffineRepr;
use rayon::prelude::*;
use sha2::{Digest, Sha256, Sha512};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use sumcheck::kernel::own_pages;

#[cfg(test)]
mod tests;

const MAGIC: &[u8; 8] = b"JLPOWERS";
const VERSION: u32 = 1;
const HEADER: usize = 16;

/// A file with powers, of either format.
#[derive(Debug)]
pub struct PowersFile {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Ptau(Ptau<File>),
    Stored(Stored),
}

/// A file of this library's own format.
#[derive(Debug)]
pub struct Stored {
    path: PathBuf,
    file: File,
    start: [u8; HEADER + CEREMONY_BYTES],
    vars: usize,
    ceremony: Ceremony,
}

impl PowersFile {
    /// Opens a file. Its structure and a verifier's points are checked, its powers are not looked at yet.
    ///
    /// # Errors
    /// The file cannot be read, or is none of powers; the message says what it is.
    pub fn open(path: &Path) -> Result<Self, SetupError> {
        let io = |source| io_error(path, source);
        let mut file = File::open(path).map_err(io)?;
        let mut magic = Vec::new();
        file.by_ref()
            .take(MAGIC.len() as u64)
            .read_to_end(&mut magic)
            .map_err(io)?;
        let kind = match magic == MAGIC {
            true => Kind::Stored(Stored::of(path, file)?),
            false => Kind::Ptau(Ptau::new(file).map_err(|source| of_ptau(path, source))?),
        };
        Ok(PowersFile {
            path: path.to_owned(),
            kind,
        })
    }

    pub fn ceremony(&self) -> &Ceremony {
        match &self.kind {
            Kind::Ptau(ptau) => ptau.ceremony(),
            Kind::Stored(stored) => &stored.ceremony,
        }
    }

    /// Variables of the largest polynomial that the powers are enough for.
    pub fn max_vars(&self) -> usize {
        match &self.kind {
            Kind::Ptau(ptau) => MAX_VARS.min(ptau.power() as usize),
            Kind::Stored(stored) => stored.vars,
        }
    }

    /// The file as snarkjs wrote it, if it is one.
    pub fn ptau(&mut self) -> Option<&mut Ptau<File>> {
        match &mut self.kind {
            Kind::Ptau(ptau) => Some(ptau),
            Kind::Stored(_) => None,
        }
    }

    /// The first `2^vars` powers. Those of a ceremony's file are checked, every one; of a file of this library's own its
    /// checksum is.
    ///
    /// # Errors
    /// There are fewer, or the file is damaged.
    pub fn powers(&mut self, vars: usize) -> Result<Powers, SetupError> {
        if vars > MAX_VARS {
            return Err(SetupError::TooLarge {
                vars,
                max: MAX_VARS,
            });
        }
        let points = match &mut self.kind {
            Kind::Ptau(ptau) => {
                let read = ptau.read(1 << vars);
                read.map_err(|source| of_ptau(&self.path, source))?
            }
            Kind::Stored(stored) => stored.read(vars)?,
        };
        let key = VerifierKey::of_ceremony(vars, self.ceremony());
        let powers = key.and_then(|key| Powers::new(points, key));
        powers.map_err(|error| self.no_key(error))
    }

    /// The same, and every power is checked, whatever the format.
    ///
    /// # Errors
    /// As [`PowersFile::powers`], and for a power that is none.
    pub fn check(&mut self, vars: usize) -> Result<Powers, SetupError> {
        let powers = self.powers(vars)?;
        if let Kind::Stored(stored) = &self.kind {
            let points = powers.points(vars).unwrap_or_default();
            stored.check(points)?;
        }
        Ok(powers)
    }

    fn no_key(&self, error: KeyError) -> SetupError {
        bad_file(&self.path, &error.to_string())
    }
}

fn of_ptau(path: &Path, source: PtauError) -> SetupError {
    SetupError::Ptau {
        path: path.to_owned(),
        source,
    }
}

impl Stored {
    /// A file of which the magic bytes were read.
    fn of(path: &Path, mut file: File) -> Result<Self, SetupError> {
        let bad = |cause: &str| bad_file(path, cause);
        let io = |source| io_error(path, source);
        let length = file.metadata().map_err(io)?.len();
        let mut start = [0; HEADER + CEREMONY_BYTES];
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        file.read_exact(&mut start)
            .map_err(|_| bad("too short to be a file of powers: it was cut"))?;
        let (header, ceremony) = start.split_at(HEADER);
        let (version, sizes) = header.split_at(MAGIC.len()).1.split_at(4);
        if version != VERSION.to_le_bytes() {
            return Err(bad("written in another version of the format"));
        }
        let [vars, 0, 0, 0] = *sizes else {
            return Err(bad("unknown flags"));
        };
        let vars = usize::from(vars);
        if vars > MAX_VARS {
            return Err(bad("too many variables"));
        }
        if length != (start.len() + (POINT << vars) + DIGEST) as u64 {
            return Err(bad("cut, or longer than its header says"));
        }
        let ceremony = ceremony.first_chunk().ok_or_else(|| bad("no ceremony"))?;
        let ceremony = Ceremony::from_bytes(ceremony).map_err(|e| bad(&e.to_string()))?;
        Ok(Stored {
            path: path.to_owned(),
            file,
            start,
            vars,
            ceremony,
        })
    }

    /// The first `2^vars` powers; the rest of the file is hashed.
    fn read(&mut self, vars: usize) -> Result<Vec<G1Affine>, SetupError> {
        let io = |source| io_error(&self.path, source);
        let bad = |cause: &str| bad_file(&self.path, cause);
        if vars > self.vars {
            let (needed, available) = (1u64 << vars, 1u64 << self.vars);
            return Err(bad(&format!(
                "{needed} powers are needed, and it has {available}; import a larger part of the ceremony"
            )));
        }
        let start = SeekFrom::Start(self.start.len() as u64);
        self.file.seek(start).map_err(io)?;
        let mut hash = Sha256::new().chain_update(self.start);
        let mut points = own_pages(G1Affine::identity(), 1 << vars);
        let canonical = read_points(&mut self.file, &mut hash, &mut points).map_err(io)?;
        let mut rest = ((1 << self.vars) - (1 << vars)) * POINT;
        let mut part = vec![0; rest.min(PART * POINT)];
        while rest > 0 {
            let next = part.split_at_mut(rest.min(PART * POINT)).0;
            self.file.read_exact(next).map_err(io)?;
            hash.update(&*next);
            rest -= next.len();
        }
        let mut digest = [0; DIGEST];
        self.file.read_exact(&mut digest).map_err(io)?;
        if hash.finalize().as_slice() != digest {
            return Err(bad("damaged: the checksum does not match; import it again"));
        }
        match canonical {
            true => Ok(points),
            false => Err(bad("a coordinate is not canonical")),
        }
    }

    /// Whether all of these are powers of the ceremony's `τ`.
    ///
    /// # Errors
    /// Which is none.
    pub fn check(&self, points: &[G1Affine]) -> Result<(), SetupError> {
        let bad = |index: usize| {
            let cause = format!("power {index} is not τ times the one before it");
            bad_file(&self.path, &cause)
        };
        let faulty = |point: &G1Affine| point.is_zero() || !point.is_on_curve();
        if let Some(index) = points.par_iter().position_first(faulty) {
            return Err(bad(index));
        }
        let mut hash = Sha512::new().chain_update(self.start);
        write_points(points, &mut |bytes| {
            hash.update(bytes);
            Ok(())
        })
        .map_err(|source| io_error(&self.path, source))?;
        let [tau, _] = self.ceremony.powers();
        first_wrong(points, &tau, &hash.finalize().into()).map_or(Ok(()), |index| Err(bad(index)))
    }
}

impl Powers {
    /// Writes the powers of a ceremony to a file of this library's own format, atomically.
    ///
    /// # Errors
    /// The file cannot be written, or the powers are of no ceremony.
    pub fn save(&self, path: &Path) -> Result<(), SetupError> {
        let vars = self.max_vars();
        let ceremony = self.provenance().ceremony();
        let ceremony = ceremony.ok_or_else(|| bad_file(path, "these are powers of no ceremony"))?;
        let points = self.points(vars).map_err(io::Error::other);
        let points = points.map_err(|source| io_error(path, source))?;
        points::save(path, |write| {
            write(MAGIC)?;
            write(&VERSION.to_le_bytes())?;
            write(&[vars as u8, 0, 0, 0])?;
            write(&ceremony.to_bytes())?;
            write_points(points, write)
        })
    }
}
