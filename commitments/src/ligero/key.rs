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

const MAGIC: &Magic = b"JLLIGER1";

/// Variables of the largest polynomials.
pub const MAX_VARS: usize = 26;
/// Most lines of a column, `log2`.
pub const MAX_LINES_VARS: usize = 13;

/// The key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    max_vars: usize,
    line_vars: usize,
    positions: Positions,
}

impl VerifierKey {
    /// For polynomials of up to `max_vars` variables in lines of `2^line_vars` rows.
    ///
    /// # Errors
    /// More variables than [`MAX_VARS`], of a line than of a polynomial or than the field has roots of unity for, more
    /// lines than [`MAX_LINES_VARS`] allows, or positions that [`Positions::check`] refuses.
    pub fn new(
        max_vars: usize,
        line_vars: usize,
        positions: Positions,
    ) -> Result<Self, SetupError> {
        positions.check()?;
        let bounds = [
            (max_vars, MAX_VARS),
            (line_vars, max_vars),
            (max_vars.saturating_sub(line_vars), MAX_LINES_VARS),
            (line_vars.saturating_add(positions.rate_vars), TWO_ADICITY),
        ];
        match bounds.into_iter().find(|(vars, max)| vars > max) {
            Some((vars, max)) => Err(SetupError::TooLarge { vars, max }),
            None => Ok(VerifierKey {
                max_vars,
                line_vars,
                positions,
            }),
        }
    }

    /// With lines that suit one dense column: two lines have about the bytes of what is opened of all lines.
    ///
    /// # Errors
    /// As [`VerifierKey::new`].
    pub fn suited(max_vars: usize, positions: Positions) -> Result<Self, SetupError> {
        let bytes = |line_vars: &usize| {
            let line = 2u64.checked_shl(u32::try_from(*line_vars).unwrap_or(u32::MAX));
            let lines = max_vars.saturating_sub(*line_vars).min(63);
            let queries = u64::try_from(positions.queries).unwrap_or(u64::MAX);
            line.unwrap_or(u64::MAX)
                .saturating_add(queries.saturating_mul(1 << lines))
        };
        let least = max_vars.saturating_sub(MAX_LINES_VARS);
        let line_vars = (least..=max_vars.min(MAX_VARS)).min_by_key(bytes);
        VerifierKey::new(max_vars, line_vars.unwrap_or(0), positions)
    }

    /// Variables of a line.
    pub fn line_vars(&self) -> usize {
        self.line_vars
    }

    /// Rate, and positions that are drawn.
    pub fn positions(&self) -> Positions {
        self.positions
    }

    /// Lines of a column of so many variables.
    pub(super) fn lines(&self, vars: usize) -> usize {
        1 << vars.saturating_sub(self.line_vars).min(MAX_LINES_VARS)
    }

    /// `log2` of the length of a line's codeword.
    pub(super) fn length_vars(&self) -> usize {
        self.line_vars + self.positions.rate_vars
    }

    /// Canonical encoding: magic, variables of the largest polynomial and of a line, rate, positions.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let Positions { rate_vars, queries } = self.positions;
        sizes::write(MAGIC, [self.max_vars, self.line_vars, rate_vars, queries])
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "Ligero key";
        let [max_vars, line_vars, rate_vars, queries] = sizes::read(MAGIC, what, bytes)?;
        let positions = Positions { rate_vars, queries };
        VerifierKey::new(max_vars, line_vars, positions).map_err(|e| DecodeError::Invalid {
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
