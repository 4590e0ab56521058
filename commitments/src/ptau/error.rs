//! What is wrong with a file, and what to do about it.

use std::io;

/// What is wrong with a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A coordinate is not below the prime.
    #[error("a coordinate is not below the prime")]
    NotCanonical,
    /// The identity, which no power is.
    #[error("it is the identity: zeros stand in its place")]
    Identity,
    /// Not on the curve.
    #[error("it is not on the curve")]
    NotOnCurve,
    /// On the curve of G2, and not in the group.
    #[error("it is on the curve, but not in the group")]
    NotInGroup,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PtauError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// No bytes.
    #[error("it is empty: a placeholder, or a download that never began; download it again")]
    Empty,
    /// A web page or another answer of a server.
    #[error(
        "it is a web page and no .ptau file: a server answered with a page or an error; open it to see which, and download the file itself"
    )]
    Page,
    /// What Git has in place of a large file.
    #[error(
        "it is a pointer of Git LFS: the file itself was not fetched (`git lfs pull` fetches it)"
    )]
    LfsPointer,
    /// It begins with zeros.
    #[error(
        "it begins with zeros: a placeholder, or a download that was not finished; download it again"
    )]
    Zeros,
    /// Another kind of file.
    #[error("it begins with \"{found}\" where a .ptau file has \"ptau\": another kind of file")]
    Magic {
        /// Its first bytes, unusual ones escaped.
        found: String,
    },
    /// Another version of the format.
    #[error("it is of version {found} of the format; only version 1 is known")]
    Version {
        /// The file's.
        found: u32,
    },
    /// More sections than there are kinds of.
    #[error("it claims to have {count} sections; {max} are the most: it is damaged")]
    Sections {
        /// Claimed.
        count: u32,
        /// Accepted.
        max: u32,
    },
    /// It ends early.
    #[error(
        "it ends after {length} bytes, within {what}, which goes on to byte {end}: it was cut; download it again"
    )]
    Cut {
        /// What is cut.
        what: String,
        /// Where that would end.
        end: u64,
        /// Bytes of the file.
        length: u64,
    },
    /// Bytes behind the last section.
    #[error(
        "{bytes} bytes follow the last section: something was put behind it; download it again"
    )]
    Trailing {
        /// How many.
        bytes: u64,
    },
    /// A section that there must be.
    #[error("section {section}, {what}, is missing: it is no complete file of a ceremony")]
    Missing {
        /// Its number.
        section: u32,
        /// What it has in it.
        what: &'static str,
    },
    /// Two sections of one number.
    #[error("section {section} is there twice: which one counts is not said")]
    Twice {
        /// Their number.
        section: u32,
    },
    /// A section of another length than the header implies.
    #[error(
        "section {section}, {what}, has {found} bytes where {expected} belong: it is damaged, or points are missing"
    )]
    Length {
        /// Its number.
        section: u32,
        /// What it has in it.
        what: &'static str,
        /// Bytes that it has.
        found: u64,
        /// Bytes that it should have.
        expected: u64,
    },
    /// A ceremony over another curve.
    #[error(
        "it is of a ceremony over {curve}; proofs here are over BN254 (bn128 in snarkjs), and need one over that"
    )]
    Curve {
        /// The curve, or what is known of it.
        curve: String,
    },
    /// Powers that are none.
    #[error("its header says 2^{power} of 2^{ceremony_power} powers: supported are 2^2 to 2^28")]
    Power {
        /// Of the file.
        power: u32,
        ceremony_power: u32,
    },
    /// Too small a file.
    #[error(
        "{needed} powers are needed, and it has {available}; the file of power {power} of the same ceremony has enough"
    )]
    FewPowers {
        needed: u64,
        /// There are.
        available: u64,
        /// `log2` of a size that suffices.
        power: u32,
    },
    /// The first power in G1 is not the generator.
    #[error("its first power in G1 is not the generator: it is damaged, or has other generators")]
    First,
    /// The first power in G2 is not the generator.
    #[error("its first power in G2 is not the generator: it is damaged, or has other generators")]
    FirstOfG2,
    /// A point that verifiers need is none that it may be.
    #[error("{what} is not usable: {fault}; the file is damaged")]
    Tau { what: &'static str, fault: Fault },
    /// The points that verifiers need are not of one `τ`.
    #[error(
        "τ·G1, τ·G2 and τ²·G2 are not of one τ: the file was altered, or its parts are of different ceremonies"
    )]
    OtherTau,
    /// A power is no point that it may be.
    #[error("power {index} in G1 is not usable: {fault}; the file is damaged")]
    Point {
        /// Its exponent.
        index: u64,
        fault: Fault,
    },
    /// The powers are not those of one `τ`, the one in G2.
    #[error(
        "power {index} in G1 is not τ times the one before it: the file was altered, or its parts are of different ceremonies"
    )]
    NotThePower {
        /// The first exponent where that is so.
        index: usize,
    },
}
