//! The sections of a file: where they are, and what the header says.

use super::error::PtauError;
use super::points::{POINT, POINT2};
use ark_bn254::Fq;
use ark_ff::{BigInteger, PrimeField};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::ops::RangeInclusive;

const MAGIC: &[u8; 4] = b"ptau";
const VERSION: u32 = 1;
/// snarkjs writes eleven.
const MAX_SECTIONS: u32 = 64;
/// Bytes of a section's number and length.
const HEAD: usize = 12;
/// Bytes of a coordinate over BN254.
const COORDINATE: u32 = 32;
/// Bytes of the header of a ceremony over BN254.
const HEADER: u64 = 44;
/// Most bytes of a coordinate that are looked at to name a curve.
const MAX_COORDINATE: u32 = 128;
/// Less than four powers in G2 are no ceremony that anybody needs. Roots of unity of the scalar field allow no more than
/// the largest, and no ceremony has more.
const POWERS: RangeInclusive<u32> = 2..=28;
/// Bytes that are looked at to tell what a file is that is none of these.
const BEGINNING: u64 = 256;

/// Primes of other curves, in hexadecimal digits, that snarkjs knows.
const OTHER_CURVES: [(&str, &str); 1] = [(
    "BLS12-381",
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
)];

/// Where a section's contents are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    pub start: u64,
    pub length: u64,
}

/// What a file has in it.
pub(super) struct Contents {
    pub length: u64,
    pub power: u32,
    pub ceremony_power: u32,
    pub powers: Section,
    pub powers_g2: Section,
}

fn cut(what: impl Into<String>, end: u64, length: u64) -> PtauError {
    PtauError::Cut {
        what: what.into(),
        end,
        length,
    }
}

/// The first bytes of `N`, and those behind them.
fn split<const N: usize>(bytes: &[u8]) -> ([u8; N], &[u8]) {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; N], &[]));
    (*first, rest)
}

/// What a file that does not begin as it should is instead.
fn stranger(beginning: &[u8]) -> PtauError {
    let text = beginning.trim_ascii_start();
    match beginning {
        [] => PtauError::Empty,
        _ if beginning.iter().all(|byte| *byte == 0) => PtauError::Zeros,
        _ if text.starts_with(b"<") => PtauError::Page,
        _ if beginning.starts_with(b"version https://git-lfs") => PtauError::LfsPointer,
        _ => PtauError::Magic {
            found: beginning
                .iter()
                .take(4)
                .copied()
                .collect::<Vec<u8>>()
                .escape_ascii()
                .to_string(),
        },
    }
}

/// Finds the sections. They lie one behind the other, so that none overlaps another, and fill the file.
fn sections<R: Read + Seek>(
    input: &mut R,
    length: u64,
) -> Result<BTreeMap<u32, Section>, PtauError> {
    input.seek(SeekFrom::Start(0))?;
    let mut beginning = Vec::new();
    input.by_ref().take(BEGINNING).read_to_end(&mut beginning)?;
    let Some(rest) = beginning.strip_prefix(MAGIC) else {
        return Err(stranger(&beginning));
    };
    if length < HEAD as u64 {
        return Err(cut("its first bytes", HEAD as u64, length));
    }
    let (version, rest) = split(rest);
    let (count, _) = split(rest);
    let (version, count) = (u32::from_le_bytes(version), u32::from_le_bytes(count));
    if version != VERSION {
        return Err(PtauError::Version { found: version });
    }
    if count > MAX_SECTIONS {
        return Err(PtauError::Sections {
            count,
            max: MAX_SECTIONS,
        });
    }
    let mut found = BTreeMap::new();
    let mut at = HEAD as u64;
    for number in 1..=count {
        let start = at + HEAD as u64;
        if start > length {
            let what = format!("the head of section number {number} of {count}");
            return Err(cut(what, start, length));
        }
        let mut head = [0; HEAD];
        input.seek(SeekFrom::Start(at))?;
        input.read_exact(&mut head)?;
        let (section, bytes) = split(&head);
        let (bytes, _) = split(bytes);
        let (section, bytes) = (u32::from_le_bytes(section), u64::from_le_bytes(bytes));
        let end = start.saturating_add(bytes);
        if end > length {
            return Err(cut(format!("section {section}"), end, length));
        }
        let place = Section {
            start,
            length: bytes,
        };
        if found.insert(section, place).is_some() {
            return Err(PtauError::Twice { section });
        }
        at = end;
    }
    match length - at {
        0 => Ok(found),
        bytes => Err(PtauError::Trailing { bytes }),
    }
}

/// The curve of a prime, little-endian, that is not BN254's.
fn curve(prime: &[u8]) -> String {
    let digits: String = prime
        .iter()
        .rev()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let known = OTHER_CURVES.iter().find(|(_, prime)| *prime == digits);
    match known {
        Some((name, _)) => (*name).to_owned(),
        None => format!("a field of {} bytes that is not known", prime.len()),
    }
}

/// Reads the header: power, and power of the ceremony.
fn header<R: Read + Seek>(input: &mut R, section: Section) -> Result<(u32, u32), PtauError> {
    let wrong = |expected: u64| PtauError::Length {
        section: 1,
        what: "the header",
        found: section.length,
        expected,
    };
    let mut word = [0; 4];
    if section.length < word.len() as u64 {
        return Err(wrong(HEADER));
    }
    input.seek(SeekFrom::Start(section.start))?;
    input.read_exact(&mut word)?;
    let size = u32::from_le_bytes(word);
    if size > MAX_COORDINATE {
        let curve = format!("a field of {size} bytes");
        return Err(PtauError::Curve { curve });
    }
    let expected = u64::from(size) + HEADER - u64::from(COORDINATE);
    if section.length != expected {
        return Err(wrong(expected));
    }
    let mut rest = vec![0; size as usize + 8];
    input.read_exact(&mut rest)?;
    let (prime, powers) = rest.split_at(size as usize);
    if prime != Fq::MODULUS.to_bytes_le() {
        let curve = curve(prime);
        return Err(PtauError::Curve { curve });
    }
    let (power, rest) = split(powers);
    let (ceremony_power, _) = split(rest);
    let (power, ceremony_power) = (
        u32::from_le_bytes(power),
        u32::from_le_bytes(ceremony_power),
    );
    if !POWERS.contains(&power) || !POWERS.contains(&ceremony_power) || power > ceremony_power {
        return Err(PtauError::Power {
            power,
            ceremony_power,
        });
    }
    Ok((power, ceremony_power))
}

/// What is in a file, each section as long as it must be.
pub(super) fn contents<R: Read + Seek>(input: &mut R) -> Result<Contents, PtauError> {
    let length = input.seek(SeekFrom::End(0))?;
    let sections = sections(input, length)?;
    let section = |section, what| {
        let found = sections.get(&section).copied();
        found.ok_or(PtauError::Missing { section, what })
    };
    let (power, ceremony_power) = header(input, section(1, "the header")?)?;
    let points = |number, what, expected: u64| match section(number, what)? {
        found if found.length == expected => Ok(found),
        found => Err(PtauError::Length {
            section: number,
            what,
            found: found.length,
            expected,
        }),
    };
    let powers = points(2, "powers in G1", ((2u64 << power) - 1) * POINT as u64)?;
    let powers_g2 = points(3, "powers in G2", (1u64 << power) * POINT2 as u64)?;
    Ok(Contents {
        length,
        power,
        ceremony_power,
        powers,
        powers_g2,
    })
}
