//! The key, one for both sides: how rows are cut, and the points.

#[cfg(feature = "prover")]
use super::cache::points;
use super::layout::Layout;
use crate::curve::verifier::By;
use crate::generators::{Kind, SEED, generator};
use crate::wire::{DecodeError, Reader};
use crate::{CacheDir, Key, Provenance};
use ark_bn254::G1Affine;
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

const MAGIC: &[u8; 8] = b"JLHYRXK1";

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
    /// Shared by all copies of the key.
    rows: Arc<OnceLock<Vec<G1Affine>>>,
    value: G1Affine,
    by: By,
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
            rows: Arc::default(),
            value: generator(Kind::Value, 0),
            by: By::Verifier,
        }
    }

    /// The same key, for a prover that verifies its own proof.
    #[cfg(feature = "prover")]
    pub(super) fn checking(&self) -> Self {
        VerifierKey {
            by: By::Prover,
            ..self.clone()
        }
    }

    /// Who calculates.
    pub(super) fn by(&self) -> By {
        self.by
    }

    /// **Insecure**: with points that are the generator times these, as a simulator has them.
    #[cfg(all(feature = "testing", feature = "prover"))]
    pub(super) fn knowing(layout: Layout, rows: &[ark_bn254::Fr], value: ark_bn254::Fr) -> Self {
        let bases = crate::curve::FixedBase::new(ark_ec::AffineRepr::generator(), rows.len());
        let mut points = bases.multiples(rows);
        let value = bases.multiples(&[value]).remove(0);
        points.truncate(1 << layout.line_vars());
        VerifierKey {
            layout,
            cache: CacheDir::Off,
            rows: Arc::new(OnceLock::from(points)),
            value,
            by: By::Verifier,
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
        let _ = self.rows.set(points(self.layout.line_vars(), &self.cache));
        self.rows.get().map_or(&[], Vec::as_slice)
    }

    /// `U`.
    pub fn value(&self) -> G1Affine {
        self.value
    }

    /// Canonical encoding: magic, variables of the largest polynomial, and of a line.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let sizes = [self.layout.max_vars() as u8, self.layout.line_vars() as u8];
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
        self.layout.max_vars()
    }

    fn provenance(&self) -> Provenance {
        Provenance::Hashed
    }

    fn digest(&self) -> [u8; 32] {
        let hash = Sha256::new().chain_update(SEED);
        hash.chain_update(self.to_bytes()).finalize().into()
    }
}
