//! Points as a file has them: Montgomery forms, checked one by one.

use super::error::{Fault, PtauError};
use crate::ceremony::Ceremony;
pub(super) use crate::parts::POINT;
use crate::parts::{limbs, parts, read_ahead};
use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ff::PrimeField;
use rayon::prelude::*;
use sha2::{Digest, Sha512};
use std::io::{self, Read};

/// Bytes of a point of G2.
pub(super) const POINT2: usize = 128;
/// Bytes of a coordinate.
const COORDINATE: usize = 32;
/// What the hash of powers begins with.
const DOMAIN: &[u8] = b"jolt-lab: powers of tau, all of them checked";

/// Coordinates, if all of them are canonical.
fn coordinates<const N: usize>(bytes: &[u8]) -> Result<[Fq; N], Fault> {
    let mut out = [Fq::default(); N];
    for (out, bytes) in out.iter_mut().zip(bytes.chunks(COORDINATE)) {
        let limbs = limbs(bytes);
        if limbs >= Fq::MODULUS {
            return Err(Fault::NotCanonical);
        }
        *out = Fq::new_unchecked(limbs);
    }
    Ok(out)
}

/// A point of G1 other than the identity.
pub(super) fn g1(bytes: &[u8]) -> Result<G1Affine, Fault> {
    let [x, y] = coordinates(bytes)?;
    let point = G1Affine::new_unchecked(x, y);
    match point.is_on_curve() {
        _ if bytes.iter().all(|byte| *byte == 0) => Err(Fault::Identity),
        false => Err(Fault::NotOnCurve),
        true => Ok(point),
    }
}

/// A point of G2 other than the identity.
pub(super) fn g2(bytes: &[u8]) -> Result<G2Affine, Fault> {
    let [x0, x1, y0, y1] = coordinates(bytes)?;
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    match point.is_on_curve() {
        _ if bytes.iter().all(|byte| *byte == 0) => Err(Fault::Identity),
        false => Err(Fault::NotOnCurve),
        true if !point.is_in_correct_subgroup_assuming_on_curve() => Err(Fault::NotInGroup),
        true => Ok(point),
    }
}

/// Decodes points in place of others, or tells which is the first that is none.
fn decode(bytes: &[u8], out: &mut [G1Affine]) -> Option<(usize, Fault)> {
    let encoded = bytes.par_chunks_exact(POINT);
    let faults = out.par_iter_mut().zip(encoded).enumerate();
    let faults = faults.filter_map(|(index, (out, bytes))| match g1(bytes) {
        Ok(point) => {
            *out = point;
            None
        }
        Err(fault) => Some((index, fault)),
    });
    faults.min_by_key(|(index, _)| *index)
}

/// Reads powers, and hashes them behind `τ·G_2`. What was read is hashed and decoded while the next part is read.
pub(super) fn read_powers<R: Read + Send>(
    input: &mut R,
    count: usize,
    ceremony: &Ceremony,
) -> Result<(Vec<G1Affine>, [u8; 64]), PtauError> {
    let mut hash = Sha512::new().chain_update(DOMAIN);
    hash.update(ceremony.to_bytes());
    hash.update((count as u64).to_le_bytes());
    // Memory is used as points arrive: a file of zeros as long as it likes takes none.
    let mut powers: Vec<G1Affine> = Vec::new();
    powers
        .try_reserve_exact(count)
        .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    read_ahead(input, parts(count), |bytes| {
        let done = powers.len();
        powers.resize(done + bytes.len() / POINT, G1Affine::identity());
        let part = powers.split_at_mut(done).1;
        let fault = rayon::join(|| hash.update(bytes), || decode(bytes, part)).1;
        match fault {
            None => Ok(()),
            Some((index, fault)) => Err(PtauError::Point {
                index: (done + index) as u64,
                fault,
            }),
        }
    })?;
    Ok((powers, hash.finalize().into()))
}
