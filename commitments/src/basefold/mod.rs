//! BaseFold over Reed–Solomon codes: transparent, of hashes alone, over BN254's scalar field.
//!
//! **Commitment.** The columns of a batch are encoded (`codewords`) at the rate `ρ`, those of one length are
//! interleaved, and a Merkle tree is over them: one hash for all columns of a length. There is no setup.
//!
//! **Opening** of `Σ factor·column = v` at `z`. Columns of `m < l` variables are those of the last `m` of `l` variables
//! (they are repeated), so that they join when `l − m` variables are bound: at *level* `l − m`. Let `F_k` be the sum of those
//! that join at level `k`, and `z_k` the coordinates that are left there.
//! 1. `τ` is drawn. `G_k` is the sum of the same columns by powers of `τ`. The prover sends `F_k(z_k)` and `G_k(z_k)`; the
//!    former add up to `v`.
//! 2. At each level `β` is drawn, and `β·F_k + β²·G_k` is added to the word and to the claim, if columns join. In each
//!    round the claim `R(z_k) = c` of the rows `R` becomes `R(r, …) = c + (r − z)·d`: the prover sends the slope `d`, `r` is
//!    drawn, and the word is folded by the same `r` (`fold.rs`). The word is committed where columns have joined, and before
//!    each third round at least.
//! 3. When `2^s` rows are left, they are sent. They have the claimed value, and their codeword is the last word.
//! 4. Positions are drawn. There the trees are opened, and each word is what the one before folds to, and what joins.
//!
//! This is the interleaving of sumcheck and folding of \[ZCF23\], with rows as coefficients, so that folding binds a variable
//! ([DP24, §4]); a round polynomial of the sumcheck is `eq(z, X)` times a line, and the line is all that is sent. The sum
//! by powers of `τ` binds every column to the code, whatever the factors are.
//!
//! **Transcript**: `open/columns` (`τ`); `open/values` of each length; at each level `open/join` (`β`), perhaps
//! `open/word`, and but for the last `open/slope` and `open/fold` (`r`); `open/last`; `open/query`, once for each position;
//! `open/leaves`.
//!
//! **Security.** Within the unique decoding radius, `(1 − ρ)/2`, all is proven [BCIKS20, DP24]: a position misses a cheater
//! with probability `(1 + ρ)/2`, and `q` of them with its `q`-th power ([`Positions::bits`]). See `papers/basefold.md`.
//!
//! **Cost** for `T` rows and `C` columns: committing `C` transforms of length `T/ρ` and hashing `32·C·T/ρ` bytes; opening
//! `2·C·T/ρ` multiplications; proof `q·(32·C + O(log² T))` bytes; verifier as many hashes and multiplications. The columns
//! `[digit = k]` are columns like any other: digits are dear.
//!
//! [ZCF23: Zeilberger, Chen, Fisch, ePrint 2023/1705; DP24: Diamond, Posen, ePrint 2024/504; BCIKS20: Ben-Sasson, Carmon,
//! Ishai, Kopparty, Saraf, ePrint 2020/654]

mod fold;
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
pub use key::{Dials, MAX_VARS, VerifierKey};
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

const COLUMNS: Label = "open/columns";
const VALUES: Label = "open/values";
const JOIN: Label = "open/join";
const WORD: Label = "open/word";
const SLOPE: Label = "open/slope";
const FOLD: Label = "open/fold";
const LAST: Label = "open/last";
const QUERY: Label = "open/query";
const LEAVES: Label = "open/leaves";
/// A check, beside those that are called like messages.
const WORDS: Label = "open/words";

/// Most columns that take part in an opening.
pub const MAX_COLUMNS: usize = 1 << 14;

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct BaseFold;

impl Pcs for BaseFold {
    const NAME: &'static str = "basefold";
    const EMBEDDING: Embedding = Embedding::Repeat;
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

    fn risks(key: &VerifierKey, vars: usize) -> Vec<OpeningRisk> {
        let dials = key.dials();
        let rounds = vars.saturating_sub(dials.last_vars);
        // Lengths of words: n, n/2, … are less than 2·n together.
        let length = 1u128 << (vars.max(dials.last_vars) + dials.rate_vars).min(64);
        let several = |challenge, count: usize, about, degree| OpeningRisk {
            challenge,
            count,
            about,
            degree,
            bits: None,
        };
        let levels = rounds as u128 + 1;
        let columns = MAX_COLUMNS as u128 * length;
        vec![
            OpeningRisk::once(COLUMNS, "columns that are no codewords", columns),
            several(
                JOIN,
                rounds + 1,
                "words and what joins",
                4 * length + 2 * levels,
            ),
            several(FOLD, rounds, "halves of words and of rows", length + levels),
            OpeningRisk {
                bits: Some(dials.positions().bits()),
                ..several(QUERY, dials.queries, "positions, none of which tells", 0)
            },
        ]
    }

    fn commitment_bytes(key: &VerifierKey, shapes: &[Shape]) -> Vec<usize> {
        root_bytes(shapes, key.dials().last_vars)
    }

    fn write_commitment(commitment: &Roots, out: &mut Vec<u8>) {
        commitment.write(out);
    }

    fn read_commitment(
        key: &VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Roots, DecodeError> {
        Roots::read(shapes, key.dials().last_vars, input)
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
        let plan = verify::plan(key, parts).map_err(|error| DecodeError::Invalid {
            what: "sum of columns",
            cause: error.to_string(),
        })?;
        Opening::read(&plan, key.dials(), input)
    }

    fn write_verifier_key(key: &VerifierKey) -> Vec<u8> {
        key.to_bytes()
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<VerifierKey, DecodeError> {
        VerifierKey::from_bytes(bytes)
    }
}

#[cfg(feature = "prover")]
impl PcsKeys for BaseFold {
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
impl PcsProver for BaseFold {
    fn commit(key: &VerifierKey, polys: &[&Poly<Fr>]) -> Result<(Roots, Codewords), PcsError> {
        let dials = key.dials();
        let made = codewords::Made {
            max_vars: key.max_vars(),
            least: dials.last_vars,
            rate_vars: dials.rate_vars,
            words: open::repeated,
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
        open::open(key, script, parts, point, &mut open::Honest)
    }
}
