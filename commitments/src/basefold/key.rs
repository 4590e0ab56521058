//! The key, one for both sides: sizes, and nothing else.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::codewords::sizes::{self, Magic};
use crate::codewords::{Positions, TWO_ADICITY};
use crate::wire::DecodeError;
use crate::{Key, Provenance, SetupError};
use sha2::{Digest, Sha256};

const MAGIC: &Magic = b"JLBASEF1";

/// Variables of the largest polynomials.
pub const MAX_VARS: usize = 26;

/// The dials of the scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dials {
    /// The rate of the code is `2^-rate_vars`: one half to one sixteenth.
    pub rate_vars: usize,
    /// Positions that are drawn.
    pub queries: usize,
    /// Variables that are left when folding ends and rows are sent; also the least that a column has.
    pub last_vars: usize,
}

impl Default for Dials {
    /// A rate of one fourth, 100 bits, and 32 rows at the end.
    fn default() -> Self {
        let Positions { rate_vars, queries } = Positions::default();
        Dials {
            rate_vars,
            queries,
            last_vars: 5,
        }
    }
}

impl Dials {
    /// Rate and positions.
    pub fn positions(&self) -> Positions {
        Positions {
            rate_vars: self.rate_vars,
            queries: self.queries,
        }
    }
}

/// The key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    max_vars: usize,
    dials: Dials,
}

impl VerifierKey {
    /// For polynomials of up to `max_vars` variables.
    ///
    /// # Errors
    /// More variables than [`MAX_VARS`] or than the field has roots of unity for, positions that
    /// [`Positions::check`] refuses, or more than 256 rows at the end.
    pub fn new(max_vars: usize, dials: Dials) -> Result<Self, SetupError> {
        let largest = max_vars.max(dials.last_vars);
        dials.positions().check()?;
        let bounds = [
            (max_vars, MAX_VARS),
            (largest.saturating_add(dials.rate_vars), TWO_ADICITY),
            (dials.last_vars, 8),
        ];
        match bounds.into_iter().find(|(vars, max)| vars > max) {
            Some((vars, max)) => Err(SetupError::TooLarge { vars, max }),
            None => Ok(VerifierKey { max_vars, dials }),
        }
    }

    /// The dials.
    pub fn dials(&self) -> Dials {
        self.dials
    }

    /// Canonical encoding: magic, variables of the largest polynomial, the dials.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let Dials {
            rate_vars,
            queries,
            last_vars,
        } = self.dials;
        sizes::write(MAGIC, [self.max_vars, rate_vars, last_vars, queries])
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "BaseFold key";
        let [max_vars, rate_vars, last_vars, queries] = sizes::read(MAGIC, what, bytes)?;
        let dials = Dials {
            rate_vars,
            queries,
            last_vars,
        };
        VerifierKey::new(max_vars, dials).map_err(|e| DecodeError::Invalid {
            what,
            cause: e.to_string(),
        })
    }
}

impl Key for VerifierKey {
    fn max_vars(&self) -> usize {
        self.max_vars
    }

    fn provenance(&self) -> Provenance {
        Provenance::Hashed
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }
}
