//! Tests that any lookup argument should pass, over the plain channel: completeness, tampering, and
//! forgeries that change one thing and make everything else consistent again.
//!
//! [`laws`] runs all of it on one argument. Its parts are [`complete`], [`tamper_sweep`], [`forgeries`], and
//! [`Reading`], an argument as a protocol for [`sumcheck::analysis`].
//! Everything here answers with an error that says what went wrong.
//!
//! The kit is part of the library, so that arguments in other crates can use it. With the feature `testing`
//! (for tests only: it lets a test switch single checks off) the laws also show that each forgery is
//! *accepted* without the check that stops it.

mod bent;
mod challenges;
mod cheat;
mod dense;
mod forge;
mod laws;
#[cfg(any(test, feature = "testing"))]
pub mod liars;
#[cfg(feature = "testing")]
pub mod sealed;

pub use challenges::Reading;
pub use cheat::Cheat;
pub use dense::{
    DenseCase, DenseForgery, DenseLie, DenseSubject, complete_dense, dense_forgeries, prove_dense,
    tamper_sweep_dense, verify_dense,
};
pub use forge::{Cheating, Forgery, Returning, Serving, Subject, forgeries, smallest};
pub use laws::{Summary, laws};

use super::standalone::{self, Selection};
use super::{Exposed, LookupArgument, LookupShape, ProveLookup, Reads};
use instruction_tables::tables::{self, Kind};
use instruction_tables::{WordSize, interleave};
use std::sync::Arc;
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{Checks, Field, Poly, Rows, VerifyError};

/// Protocol name of the kit's transcripts.
pub const PROTOCOL: &str = "lookup testkit";

/// Reads of tables.
#[derive(Clone)]
pub struct Case {
    /// Size and tables.
    pub shape: LookupShape,
    pub reads: Arc<Reads>,
}

/// A small generator, so that cases are the same everywhere.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Index bits that are tried with every argument: of small tables, and of the machine's words.
pub const SIZES: [usize; 4] = [8, 16, 64, 128];

/// How many bits indices have: twice those of a word, or any even number up to 128.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexBits(pub usize);

impl From<usize> for IndexBits {
    fn from(bits: usize) -> Self {
        IndexBits(bits)
    }
}

impl From<WordSize> for IndexBits {
    fn from(word: WordSize) -> Self {
        IndexBits(2 * word.bits())
    }
}

impl Case {
    /// Tables of so many index bits, and no reads yet.
    pub fn empty(index_bits: impl Into<IndexBits>, cycle_vars: usize) -> Self {
        let IndexBits(index_bits) = index_bits.into();
        Case {
            shape: LookupShape {
                cycle_vars,
                index_bits,
                tables: tables::of_index_bits(index_bits).unwrap_or_default(),
            },
            reads: Arc::default(),
        }
    }

    /// `count` reads at random indices: of every table in turn, and now and then of none. One in
    /// four exposes the wrong kind of operands for its table, or none.
    pub fn random(
        index_bits: impl Into<IndexBits>,
        cycle_vars: usize,
        count: usize,
        seed: u64,
    ) -> Self {
        let IndexBits(index_bits) = index_bits.into();
        let mut case = Self::empty(index_bits, cycle_vars);
        let (tables, mut seed) = (case.shape.tables.clone(), seed);
        let mut reads = Reads::default();
        for j in 0..count {
            let position = j % (tables.len() + 1);
            let natural = match tables.get(position).map(|t| t.kind()) {
                Some(Kind::Pair) => Exposed::Pair,
                Some(Kind::Single) => Exposed::Single,
                None => Exposed::Nothing,
            };
            let mask = u64::MAX >> (64 - index_bits / 2);
            let (x, y) = (next(&mut seed) & mask, next(&mut seed) & mask);
            // Words of few bits are as likely as long ones.
            let short = next(&mut seed);
            let (x, y) = (
                x >> (short % 8),
                y >> ((short >> 8) % 64).min(mask.count_ones() as u64 - 1),
            );
            reads.index.push(interleave(x, y));
            reads.table.push(match position {
                p if p < tables.len() => p as u8,
                _ => Reads::NO_TABLE,
            });
            reads.operands.push(match (short >> 16) % 8 {
                0 => [Exposed::Nothing, Exposed::Pair, Exposed::Single][(short >> 20) as usize % 3],
                _ => natural,
            });
        }
        case.reads = Arc::new(reads);
        case
    }

    /// What the verifier knows.
    pub fn selection(&self) -> Selection {
        Selection::of(&self.reads)
    }
}

/// An honest proof.
pub fn prove<F: Field>(argument: &dyn ProveLookup<F>, case: &Case) -> PlainProof<F> {
    let mut channel = PlainProver::new(PROTOCOL);
    standalone::prove(&mut channel, argument, &case.shape, case.reads.clone());
    channel.finish().0
}

/// The verifier's verdict, which includes that the whole proof was read.
///
/// # Errors
/// Why the proof was rejected.
pub fn verify<F: Field>(
    argument: &dyn LookupArgument<F>,
    case: &Case,
    proof: PlainProof<F>,
    checks: Checks,
) -> Result<(), VerifyError> {
    let mut channel = PlainVerifier::with_checks(PROTOCOL, proof, checks);
    standalone::verify(&mut channel, argument, &case.shape, &case.selection())?;
    channel.finish()
}

/// That an honest proof is accepted.
///
/// # Errors
/// Why it was rejected.
pub fn complete<F: Field>(argument: &dyn ProveLookup<F>, case: &Case) -> Result<(), VerifyError> {
    verify(argument, case, prove(argument, case), Checks::all())
}

/// That every change of one element of an honest proof is rejected, and every message or oracle
/// removed or doubled.
///
/// # Errors
/// The change that was accepted.
pub fn tamper_sweep<F: Field>(argument: &dyn ProveLookup<F>, case: &Case) -> Result<(), String> {
    let proof = prove(argument, case);
    sweep(&proof, |other| verify(argument, case, other, Checks::all()))
}

/// That a verdict rejects every change of one element of a proof, and every message or oracle removed or
/// doubled.
fn sweep<F: Field>(
    proof: &PlainProof<F>,
    verdict: impl Fn(PlainProof<F>) -> Result<(), VerifyError>,
) -> Result<(), String> {
    let rejected = |what: String, change: &dyn Fn(&mut PlainProof<F>)| {
        let mut other = proof.clone();
        change(&mut other);
        match verdict(other) {
            Ok(()) => Err(format!("accepted: {what}")),
            Err(_) => Ok(()),
        }
    };
    for (i, (label, values)) in proof.messages.iter().enumerate() {
        for k in 0..values.len() {
            rejected(format!("element {k} of message {i}, `{label}`"), &|p| {
                p.messages[i].1[k] += F::one();
            })?;
        }
        rejected(format!("no message {i}, `{label}`"), &|p| {
            p.messages.remove(i);
        })?;
        rejected(format!("message {i} twice, `{label}`"), &|p| {
            p.messages.insert(i, p.messages[i].clone());
        })?;
    }
    for i in 0..proof.oracles.len() {
        rejected(format!("another oracle {i}"), &|p| {
            p.oracles[i] = Arc::new(changed(&p.oracles[i]));
        })?;
        rejected(format!("no oracle {i}"), &|p| {
            p.oracles.remove(i);
        })?;
        rejected(format!("oracle {i} twice"), &|p| {
            p.oracles.insert(i, p.oracles[i].clone());
        })?;
    }
    Ok(())
}

/// The polynomial with its last real row changed, or a first one.
fn changed<F: Field>(poly: &Poly<F>) -> Poly<F> {
    let mut poly = poly.clone();
    match &mut poly.rows {
        Rows::Dense(values) => match values.last_mut() {
            Some(v) => *v += F::one(),
            None => values.push(F::one()),
        },
        Rows::Signed(values) => match values.last_mut() {
            Some(v) => *v += 1,
            None => values.push(1),
        },
        Rows::Digits { digits, .. } => match digits.last_mut() {
            Some(d) => *d ^= 1,
            None => digits.push(1),
        },
    }
    poly
}
