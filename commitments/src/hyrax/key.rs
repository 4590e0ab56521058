//! The key, one for both sides: how rows are cut, and the points.

use super::MAX_VARS;
#[cfg(feature = "prover")]
use super::cache::points;
use super::generators::{Kind, SEED, generator};
use crate::wire::{DecodeError, Reader};
use crate::{CacheDir, Key, Provenance, SetupError};
use ark_bn254::G1Affine;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

const MAGIC: &[u8; 8] = b"JLHYRXK1";

/// Most variables of a line: four million points.
pub const MAX_LINE_VARS: usize = 22;
/// Most lines of a column, `log2`.
pub const MAX_LINES_VARS: usize = 8;

/// How the rows of a polynomial are cut into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    max_vars: usize,
    line_vars: usize,
}

impl Layout {
    /// For polynomials of up to `2^max_vars` rows, in lines of `2^line_vars`.
    ///
    /// # Errors
    /// More variables than [`MAX_VARS`] or [`MAX_LINE_VARS`], or more lines than [`MAX_LINES_VARS`] allows.
    pub fn new(max_vars: usize, line_vars: usize) -> Result<Self, SetupError> {
        let bounds = [
            (max_vars, MAX_VARS),
            (line_vars, MAX_LINE_VARS.min(max_vars)),
            (max_vars.saturating_sub(line_vars), MAX_LINES_VARS),
        ];
        match bounds.into_iter().find(|(vars, max)| vars > max) {
            Some((vars, max)) => Err(SetupError::TooLarge { vars, max }),
            None => Ok(Layout {
                max_vars,
                line_vars,
            }),
        }
    }

    /// What suits polynomials of up to `2^max_vars` rows: one line up to `2^13`, twice the lines for each fourfold of
    /// rows, and 32 at most, so that openings stay cheap beside the rest and proofs below a megabyte.
    ///
    /// # Errors
    /// More variables than [`MAX_VARS`].
    pub fn suited(max_vars: usize) -> Result<Self, SetupError> {
        let lines = (max_vars.saturating_sub(12) / 2).min(5);
        Layout::new(max_vars, max_vars - lines)
    }

    /// Variables of the largest polynomial.
    pub fn max_vars(&self) -> usize {
        self.max_vars
    }

    /// Variables of a line.
    pub fn line_vars(&self) -> usize {
        self.line_vars
    }

    /// Of so many variables those that are inside of a line.
    pub fn low(&self, vars: usize) -> usize {
        vars.min(self.line_vars)
    }

    /// Lines of a polynomial in so many variables, at most `2^8`.
    pub fn lines(&self, vars: usize) -> usize {
        1 << vars.saturating_sub(self.line_vars).min(MAX_LINES_VARS)
    }
}

/// The points of lines of `2^vars` rows.
#[cfg(not(feature = "prover"))]
fn points(vars: usize, _cache: &CacheDir) -> Vec<G1Affine> {
    (0..1u64 << vars)
        .map(|row| generator(Kind::Row, row))
        .collect()
}

/// The key. Its points follow from a public string; they are made, or read, when they are needed for the first time.
#[derive(Clone)]
pub struct VerifierKey {
    layout: Layout,
    cache: CacheDir,
    rows: OnceLock<Vec<G1Affine>>,
    value: G1Affine,
}

impl std::fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("VerifierKey").field(&self.layout).finish()
    }
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        self.layout == other.layout
    }
}

impl VerifierKey {
    /// The key of a layout. Points are kept in a directory between runs; builds without the feature `prover` read no
    /// files, and make them.
    pub fn new(layout: Layout, cache: CacheDir) -> Self {
        VerifierKey {
            layout,
            cache,
            rows: OnceLock::new(),
            value: generator(Kind::Value, 0),
        }
    }

    /// How rows are cut.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// `G_0 …`, one for each row of a line.
    pub fn rows(&self) -> &[G1Affine] {
        if let Some(rows) = self.rows.get() {
            return rows;
        }
        // Nobody waits here for another thread, which may itself be waiting for this one's turn.
        let _ = self.rows.set(points(self.layout.line_vars, &self.cache));
        self.rows.get().map_or(&[], Vec::as_slice)
    }

    /// `U`.
    pub fn value(&self) -> G1Affine {
        self.value
    }

    /// Canonical encoding: magic, variables of the largest polynomial, and of a line.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let sizes = [self.layout.max_vars as u8, self.layout.line_vars as u8];
        [MAGIC.as_slice(), &sizes].concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let invalid = |cause: String| DecodeError::Invalid {
            what: "Hyrax key",
            cause,
        };
        let mut input = Reader::new(bytes);
        if input.array()? != *MAGIC {
            return Err(invalid("wrong magic".to_owned()));
        }
        let [max_vars, line_vars] = input.array()?;
        input.end()?;
        let layout = Layout::new(max_vars.into(), line_vars.into());
        let layout = layout.map_err(|e| invalid(e.to_string()))?;
        Ok(Self::new(layout, CacheDir::Off))
    }
}

impl Key for VerifierKey {
    fn max_vars(&self) -> usize {
        self.layout.max_vars
    }

    fn provenance(&self) -> Provenance {
        Provenance::Hashed
    }

    fn digest(&self) -> [u8; 32] {
        let hash = Sha256::new().chain_update(SEED);
        hash.chain_update(self.to_bytes()).finalize().into()
    }
}
