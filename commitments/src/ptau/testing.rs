//! Files of ceremonies that were none: with a `τ` that is known, to see what is refused.

use super::points::{POINT, POINT2};
use crate::ceremony::Ceremony;
use crate::curve::FixedBase;
use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, One, PrimeField};
use std::ops::Range;

/// Sections of a file to be: numbers and contents.
pub type Sections = Vec<(u32, Vec<u8>)>;

/// A section in a file.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its number.
    pub section: u32,
    /// Where its head begins.
    pub head: usize,
    pub contents: Range<usize>,
}

impl Part {
    /// Point `index` of G1.
    pub fn g1(&self, index: usize) -> Range<usize> {
        let start = self.contents.start + POINT * index;
        start..start + POINT
    }

    /// Point `index` of G2.
    pub fn g2(&self, index: usize) -> Range<usize> {
        let start = self.contents.start + POINT2 * index;
        start..start + POINT2
    }
}

fn coordinates<'a>(of: impl IntoIterator<Item = &'a Fq>) -> Vec<u8> {
    let limbs = of.into_iter().flat_map(|coordinate| coordinate.0.0);
    limbs.flat_map(u64::to_le_bytes).collect()
}

/// A point of G1, as a file has it.
pub fn g1_bytes(point: &G1Affine) -> Vec<u8> {
    match point.is_zero() {
        true => vec![0; POINT],
        false => coordinates([&point.x, &point.y]),
    }
}

/// A point of G2, as a file has it.
pub fn g2_bytes(point: &G2Affine) -> Vec<u8> {
    match point.is_zero() {
        true => vec![0; POINT2],
        false => coordinates([&point.x.c0, &point.x.c1, &point.y.c0, &point.y.c1]),
    }
}

/// BN254's prime, little-endian.
pub fn prime() -> Vec<u8> {
    Fq::MODULUS.to_bytes_le()
}

/// The contents of a header.
pub fn header(prime: &[u8], power: u32, ceremony_power: u32) -> Vec<u8> {
    [
        &(prime.len() as u32).to_le_bytes(),
        prime,
        &power.to_le_bytes(),
        &ceremony_power.to_le_bytes(),
    ]
    .concat()
}

/// A file of these sections.
pub fn file(sections: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"ptau".to_vec();
    out.extend(1u32.to_le_bytes());
    out.extend((sections.len() as u32).to_le_bytes());
    for (number, contents) in sections {
        out.extend(number.to_le_bytes());
        out.extend((contents.len() as u64).to_le_bytes());
        out.extend(contents);
    }
    out
}

/// The sections of a complete file: the header, powers in G1 and G2 (the first sixteen, and zeros), and one that nobody
/// reads here.
pub fn sections(power: u32, tau: Fr) -> Sections {
    let powers: Vec<Fr> = std::iter::successors(Some(Fr::one()), move |power| Some(*power * tau))
        .take((2 << power) - 1)
        .collect();
    let g1 = FixedBase::new(G1Affine::generator(), powers.len()).multiples(&powers);
    // Nobody reads more.
    let g2 = powers.iter().take(1 << power.min(4));
    let g2 = g2.map(|power| (G2Affine::generator() * power).into_affine());
    let mut g2: Vec<u8> = g2.flat_map(|point| g2_bytes(&point)).collect();
    g2.resize(POINT2 << power, 0);
    vec![
        (1, header(&prime(), power, power)),
        (2, g1.iter().flat_map(g1_bytes).collect()),
        (3, g2),
        (7, vec![0; 4]),
    ]
}

/// The ceremony with this `τ`.
///
/// # Panics
/// If it is zero.
pub fn ceremony(tau: Fr) -> Ceremony {
    let first = (G1Affine::generator() * tau).into_affine();
    let powers = [tau, tau * tau].map(|power| (G2Affine::generator() * power).into_affine());
    Ceremony::new(first, powers).expect("τ is not zero")
}

/// A complete file.
pub fn ptau(power: u32, tau: Fr) -> Vec<u8> {
    file(&sections(power, tau))
}

/// Where the sections of a file are that is well-formed.
pub fn parts(file: &[u8]) -> Vec<Part> {
    let mut at = 12;
    let mut parts = Vec::new();
    while let (Some(section), Some(length)) = (file.get(at..at + 4), file.get(at + 4..at + 12)) {
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b));
        let start = at + 12;
        let contents = start..start + number(length);
        at = contents.end;
        parts.push(Part {
            section: number(section) as u32,
            head: start - 12,
            contents,
        });
    }
    parts
}
