//! Where keys come from, and the cache directory.

use crate::ceremony::Ceremony;
use std::path::PathBuf;

/// A setup asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "a key is made from one, and nothing has many"
)]
pub enum Setup {
    /// What a scheme has without anybody's help: points hashed from a public string, or nothing, or, for a scheme that needs
    /// secrets, a deterministic test setup. That is **insecure**: its secrets are public
    /// ([`Provenance::is_secure`](crate::Provenance::is_secure)).
    Builtin {
        /// Where to keep it between runs.
        cache: CacheDir,
    },
    /// The powers of a ceremony, for schemes over powers of tau: a file as snarkjs writes it (`.ptau`), or one of this
    /// library's own. Verifiers take no more than a point from it.
    File {
        /// The file.
        path: PathBuf,
    },
    /// The same, with every power checked when it is read, also those of a file of this library's own, of which
    /// otherwise the checksum is compared: for keys with commitments in them. What a proof is made with harms nobody but
    /// its prover; commitments of a key are believed.
    CheckedFile {
        /// The file.
        path: PathBuf,
    },
    /// A ceremony without its powers: all that a verifier needs, and nothing that a prover can use.
    Ceremony(Ceremony),
}

impl Setup {
    /// The same setup, for commitments that a verifier is to believe.
    pub fn checked(&self) -> Self {
        match self {
            Setup::File { path } => Setup::CheckedFile { path: path.clone() },
            other => other.clone(),
        }
    }
}

/// Where setups are kept between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CacheDir {
    /// Nowhere: make it anew each time.
    Off,
    /// Directory `$JOLT_LAB_CACHE` if set, else `jolt-lab` in the platform's cache directory.
    #[default]
    Default,
    /// This directory.
    At(PathBuf),
}

#[cfg(feature = "prover")]
impl CacheDir {
    /// The directory, if there is one.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            CacheDir::Off => None,
            CacheDir::At(path) => Some(path.clone()),
            CacheDir::Default => match std::env::var_os("JOLT_LAB_CACHE") {
                Some(path) if !path.is_empty() => Some(PathBuf::from(path)),
                _ => dirs::cache_dir().map(|dir| dir.join("jolt-lab")),
            },
        }
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The size asked for is beyond what is supported.
    #[error("a setup for {vars} variables was asked for; at most {max} are supported")]
    TooLarge {
        /// Asked for.
        vars: usize,
        /// Supported.
        max: usize,
    },
    /// Polynomials of this size cannot be cut into so many lines.
    #[error(
        "2^{lines} rows of Hyrax's matrix were asked for; for polynomials of 2^{max_vars} elements there may be 2^{least} to 2^{most}"
    )]
    Lines {
        /// `log2` of what was asked for.
        lines: usize,
        max_vars: usize,
        /// `log2` of the fewest.
        least: usize,
        /// `log2` of the most.
        most: usize,
    },
    /// The scheme has no such setup.
    #[error("{scheme} takes no ceremony, and no file of one (its setup: {cause})")]
    Unsupported {
        scheme: &'static str,
        cause: &'static str,
    },
    /// Proofs with the scheme tell more than their statement.
    #[error("scheme {scheme} cannot hide what is proven: {cause}")]
    CannotHide {
        scheme: &'static str,
        cause: &'static str,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file is no setup, or is damaged.
    #[error("{}: {cause}", path.display())]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// A file is none of a ceremony, or was altered.
    #[cfg(feature = "prover")]
    #[error("{}: {source}", path.display())]
    Ptau {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: crate::ptau::PtauError,
    },
    /// Points of a ceremony make no key.
    #[error("the ceremony's points are no key: {cause}")]
    Ceremony { cause: String },
    /// A proving key was asked for, and there are no powers.
    #[error("a proving key takes the powers of the ceremony, from a file")]
    NoPowers,
    /// Encoded key material cannot be decoded.
    #[error("not a verifier's key: {0}")]
    Decode(#[from] crate::wire::DecodeError),
}
