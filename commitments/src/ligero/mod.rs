//! Ligero over Reed–Solomon codes: transparent, of hashes alone, with openings of one round, over BN254's scalar field.
//!
//! **Commitment.** The rows of a column are cut into *lines* of `2^w`, and each line is encoded (`codewords`) at
//! the rate `ρ`. All lines of all columns of a batch are interleaved, and one Merkle tree is over them.
//!
//! **Opening** of `Σ factor·column = v` at `z = (z', z'')`, `w` coordinates in `z'`: with `a = Σ factor · eq(z'', i) · line_i`
//! over all columns and their lines, the claim is `⟨a, eq(z', ·)⟩ = v`.
//! 1. `τ` is drawn. The prover sends `a`, and `t`, the sum of all lines by powers of `τ`.
//! 2. Positions are drawn, and the tree of each batch is opened there. The codewords of `a` and `t` are the two sums of the
//!    values opened.
//!
//! `t` binds every line of every column to the code, whatever the factors are.
//!
//! **Shorter polynomials** are followed by zeros: they have the first lines, or the first rows of one.
//!
//! **Transcript**: `open/lines` (`τ`); `open/row`, `open/test`; `open/query`, once for each position; `open/leaves`.
//!
//! **Security.** As [`basefold`](crate::basefold): within the unique decoding radius all is proven, and `q` positions miss
//! a cheater with the probability `((1 + ρ)/2)^q` ([`Positions::bits`]). See `papers/ligero.md`.
//!
//! **Cost** for `T` rows and `C` columns in `L` lines each: committing transforms of `T/ρ` values for each column, each of
//! length `T/(L·ρ)`; opening `2·C·T/ρ` multiplications; proof `64·T/L + q·(32·C·L + O(log T))` bytes, so of the order of
//! `√(q·T)` for one column; verifier as many multiplications and hashes.
//!
//! [AHIV17: Ames, Hazay, Ishai, Venkitasubramaniam, ePrint 2022/1608; GLSTW21: as a polynomial commitment; BCIKS20]

mod key;
#[cfg(feature = "prover")]
mod open;
mod opening;
mod plan;
#[cfg(test)]
mod tests;
mod verify;

#[cfg(feature = "prover")]
pub use crate::codewords::Codewords;
pub use crate::codewords::{MAX_QUERIES, Positions, Roots, Verdict};
pub use key::{MAX_LINES_VARS, MAX_VARS, VerifierKey};
pub use opening::Opening;

use crate::codewords::root_bytes;
use crate::wire::{DecodeError, Reader};
use crate::{Combined, Embedding, OpeningRisk, Pcs, PcsError, Script};
#[cfg(feature = "prover")]
use crate::{Key, PcsKeys, PcsProver, codewords};
use ark_bn254::Fr;
#[cfg(feature = "prover")]
use sumcheck::Poly;
use sumcheck::{Label, Point, Shape};

const LINES: Label = "open/lines";
const ROW: Label = "open/row";
const TEST: Label = "open/test";
const QUERY: Label = "open/query";
const LEAVES: Label = "open/leaves";
/// Checks, beside the one that is called like a message.
const VALUE: Label = "open/value";
const WORDS: Label = "open/words";

/// Most lines of all batches together that take part in an opening.
pub const MAX_WORDS: usize = 1 << 20;

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct Ligero;

impl Pcs for Ligero {
    const NAME: &'static str = "ligero";
    const EMBEDDING: Embedding = Embedding::Pad;
    type F = Fr;
    type VerifierKey = VerifierKey;
    type Commitment = Roots;
    type Opening = Opening;
    type Equation = bool;
    type Sum = Verdict;

    fn reduce(
        key: &VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Roots, Fr>],
        claim: (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<bool, PcsError> {
        verify::holds(key, script, parts, claim, opening)
    }

    fn add(_key: &VerifierKey, sum: &mut Verdict, _weight: Fr, holds: bool) {
        sum.add(holds);
    }

    fn holds(_key: &VerifierKey, sum: Verdict) -> bool {
        sum.holds()
    }

    fn risks(key: &VerifierKey, _vars: usize) -> Vec<OpeningRisk> {
        let positions = key.positions();
        let degree = (MAX_WORDS as u128) << key.length_vars();
        vec![
            OpeningRisk::once(LINES, "lines that are no codewords", degree),
            OpeningRisk {
                challenge: QUERY,
                count: positions.queries,
                about: "positions, none of which tells",
                degree: 0,
                bits: Some(positions.bits()),
            },
        ]
    }

    fn commitment_bytes(_key: &VerifierKey, shapes: &[Shape]) -> Vec<usize> {
        root_bytes(shapes, MAX_VARS)
    }

    fn write_commitment(commitment: &Roots, out: &mut Vec<u8>) {
        commitment.write(out);
    }

    fn read_commitment(
        _key: &VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Roots, DecodeError> {
        Roots::read(shapes, MAX_VARS, input)
    }

    fn write_opening(opening: &Opening, out: &mut Vec<u8>) {
        opening.write(out);
    }

    fn read_opening(
        key: &VerifierKey,
        _vars: usize,
        parts: &[Combined<'_, Roots, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<Opening, DecodeError> {
        let parts = plan::parts_of(key, parts).map_err(|error| DecodeError::Invalid {
            what: "sum of columns",
            cause: error.to_string(),
        })?;
        Opening::read(key, &parts, input)
    }

    fn write_verifier_key(key: &VerifierKey) -> Vec<u8> {
        key.to_bytes()
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<VerifierKey, DecodeError> {
        VerifierKey::from_bytes(bytes)
    }
}

#[cfg(feature = "prover")]
impl PcsKeys for Ligero {
    const TOGETHER: usize = usize::MAX;
    type ProverKey = VerifierKey;
    type Kept = Codewords;

    fn keep(key: &VerifierKey, polys: &[&Poly<Fr>]) -> Result<Codewords, PcsError> {
        Self::commit(key, polys).map(|(_, kept)| kept)
    }

    fn verifier_key(key: &VerifierKey) -> &VerifierKey {
        key
    }
}

#[cfg(feature = "prover")]
impl PcsProver for Ligero {
    fn commit(key: &VerifierKey, polys: &[&Poly<Fr>]) -> Result<(Roots, Codewords), PcsError> {
        let made = codewords::Made {
            max_vars: key.max_vars(),
            least: MAX_VARS,
            rate_vars: key.positions().rate_vars,
            words: |poly: &Poly<Fr>, _| open::lines(key, poly),
        };
        codewords::commit(&made, polys)
    }

    /// The rows are those of the codewords that were kept.
    fn open(
        key: &VerifierKey,
        script: &mut Script<'_>,
        rows: Vec<Fr>,
        parts: &[Combined<'_, Codewords, Fr>],
        point: &Point<Fr>,
    ) -> Result<(Fr, Opening), PcsError> {
        codewords::fits_rows(key.max_vars(), rows.len(), point)?;
        open::open(key, script, parts, point, |_, _| {})
    }
}
