//! Files of a ceremony, as snarkjs writes them (`.ptau`): read as far as needed, and checked.
//!
//! ```text
//! "ptau" · version u32 = 1 · sections u32                        (all little-endian)
//! each section: number u32 · length u64 · contents, one behind the other up to the end of the file
//! section 1: bytes of a coordinate u32 · prime · power u32 · power of the ceremony u32
//! section 2: 2^(power+1) − 1 points of G1, the powers τ^i·G_1
//! section 3: 2^power points of G2, the powers τ^i·G_2
//! others: what other proof systems need, and the record of contributions
//! ```
//!
//! A point is `x` and `y`, a coordinate a Montgomery form with `R = 2^256` (in G2 two of them), as this library has it in
//! memory; zeros are the identity. [`Ptau::open`] checks the structure and the points that verifiers need, `τ·G_1`, `τ·G_2`
//! and `τ²·G_2`; [`Ptau::read`] reads the first powers and checks every one. Nothing that the file says decides how much is allocated.
//!
//! **What is checked of the powers.** Each is canonical and on the curve, the first is the generator, none is the
//! identity, and with `ρ` of the field
//!
//! ```text
//! e(Σ_i ρ^i·P_i, τ·G_2) = e(Σ_i ρ^i·P_{i+1}, G_2)
//! ```
//!
//! The difference of the two sides is a polynomial in `ρ` whose coefficients are the exponents of `P_{i+1} − τ·P_i`. If
//! one is not zero, at most `N` of some `2^254` values of `ρ` hide it. `ρ` is a hash of the verifier's points and of all powers read:
//! an author who tries `2^100` files has no chance, and the verdict on a file is always the same, which it is not with
//! the system's randomness. The two sums are one, but for their ends: one multi-scalar multiplication of `N` points.
//!
//! **Plain reads, no memory map.** Of a mapped file another process may change what was checked already, and a file that
//! is cut while it is mapped kills the process. Here every byte of a power is read once, and what was checked is what is
//! in memory.
//!
//! **What is not checked** is the record of contributions: whether people took part who can be trusted. A ceremony is
//! believed because it is known ([`CeremonyId`](crate::CeremonyId)), not because its file is consistent.

mod check;
mod error;
mod header;
mod points;
mod published;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub(crate) use check::first_wrong;
pub use error::{Fault, PtauError};
pub use published::published;

use crate::ceremony::Ceremony;
use crate::curve::{Lines, product_is_one};
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use blake2::{Blake2b512, Digest};
use header::{Contents, Section, contents};
use points::{POINT, POINT2, g1, g2, read_powers};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes hashed at a time.
const PART: usize = 1 << 20;

/// A file of which the structure and a verifier's points are as they should be. Its other powers are not looked at yet.
#[derive(Debug)]
pub struct Ptau<R> {
    input: R,
    length: u64,
    power: u32,
    ceremony_power: u32,
    powers: Section,
    ceremony: Ceremony,
}

/// Reads the points that verifiers need, and checks that they are of one `τ`.
fn ceremony<R: Read + Seek>(input: &mut R, contents: &Contents) -> Result<Ceremony, PtauError> {
    let mut bytes = [[0; POINT]; 2];
    input.seek(SeekFrom::Start(contents.powers.start))?;
    input.read_exact(bytes.as_flattened_mut())?;
    let [zeroth, first] = &bytes;
    if g1(zeroth) != Ok(G1Affine::generator()) {
        return Err(PtauError::First);
    }
    let fault = |what| move |fault| PtauError::Tau { what, fault };
    let first = g1(first).map_err(fault("τ·G1"))?;
    let mut bytes = [[0; POINT2]; 3];
    input.seek(SeekFrom::Start(contents.powers_g2.start))?;
    input.read_exact(bytes.as_flattened_mut())?;
    let [zeroth, once, twice] = &bytes;
    if g2(zeroth) != Ok(G2Affine::generator()) {
        return Err(PtauError::FirstOfG2);
    }
    let once = g2(once).map_err(fault("τ·G2"))?;
    let twice = g2(twice).map_err(fault("τ²·G2"))?;
    let [zeroth, next, last] = [G2Affine::generator(), once, twice].map(Lines::from);
    let generator = G1Affine::generator();
    // e(τ·G_1, τ^i·G_2) = e(G_1, τ^{i+1}·G_2)
    let follows = |a, b| product_is_one(&[(first, a), (-generator, b)]);
    if !follows(&zeroth, &next) || !follows(&next, &last) {
        return Err(PtauError::OtherTau);
    }
    Ceremony::new(first, [once, twice]).ok_or(PtauError::OtherTau)
}

impl Ptau<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`PtauError`] says what is wrong, and what to do.
    pub fn open(path: &Path) -> Result<Self, PtauError> {
        let file = File::open(path)?;
        Self::new(file)
    }
}

impl<R: Read + Seek + Send> Ptau<R> {
    /// The same, of anything that can be read.
    ///
    /// # Errors
    /// As [`Ptau::open`].
    pub fn new(mut input: R) -> Result<Self, PtauError> {
        let contents = contents(&mut input)?;
        let ceremony = ceremony(&mut input, &contents)?;
        Ok(Ptau {
            input,
            length: contents.length,
            power: contents.power,
            ceremony_power: contents.ceremony_power,
            powers: contents.powers,
            ceremony,
        })
    }

    /// `log2` of the powers that everything in the file is there for.
    pub fn power(&self) -> u32 {
        self.power
    }

    /// The same of the whole ceremony, of which the file may be a part.
    pub fn ceremony_power(&self) -> u32 {
        self.ceremony_power
    }

    /// Powers in G1.
    pub fn count(&self) -> u64 {
        self.powers.length / POINT as u64
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.length
    }

    /// The ceremony that the file is of.
    pub fn ceremony(&self) -> &Ceremony {
        &self.ceremony
    }

    /// The first powers in G1, all of them checked.
    ///
    /// # Errors
    /// There are fewer, or one is not what it should be.
    pub fn read(&mut self, count: usize) -> Result<Vec<G1Affine>, PtauError> {
        let available = self.count();
        if count as u64 > available {
            let needed = count as u64;
            return Err(PtauError::FewPowers {
                needed,
                available,
                power: needed.max(1).ilog2(),
            });
        }
        self.input.seek(SeekFrom::Start(self.powers.start))?;
        let (powers, hash) = read_powers(&mut self.input, count, &self.ceremony)?;
        if powers.first().is_some_and(|p| *p != G1Affine::generator()) {
            return Err(PtauError::First);
        }
        let [tau, _] = self.ceremony.powers();
        match first_wrong(&powers, &tau, &hash) {
            None => Ok(powers),
            Some(index) => Err(PtauError::NotThePower { index }),
        }
    }

    /// BLAKE2b-512 of the whole file, what snarkjs publishes of its own. [`published`] knows them.
    ///
    /// # Errors
    /// [`PtauError::Io`].
    pub fn digest(&mut self) -> Result<[u8; 64], PtauError> {
        self.input.seek(SeekFrom::Start(0))?;
        let mut hash = Blake2b512::new();
        let mut part = vec![0; PART];
        loop {
            match self.input.read(&mut part)? {
                0 => return Ok(hash.finalize().into()),
                read => hash.update(part.get(..read).unwrap_or_default()),
            }
        }
    }
}
