//! What a cheating prover can do with messages alone, found by linear algebra on the verifier's tape.
//!
//! A proof is a sequence of *moves*: what is sent between one challenge and the next. The verifier's assertions are
//! polynomials in what it received. Their derivatives at an honest proof are linear forms, whose common zeros are
//! changes that no assertion sees, to first order. Each one that is found is tried on the real verifier, so
//! nothing is reported that is not so. [`analyze`] looks for four kinds:
//!
//! - **Free moves.** A change of one move that passes whatever is drawn later: the prover goes on honestly. There
//!   must be none. A value that reaches no assertion is found here; so is a sum of values that were sent after the
//!   challenge that weighs them, or that nothing weighs.
//! - **Values that are not claimed any further.** What a sumcheck leaves of a committed factor has to reach an assertion
//!   besides the last equation of that sumcheck.
//! - **Known challenges.** If one challenge is 1, or another number that the prover knows, and all others are
//!   random: a change of the last move before it, of an earlier one, or of both, that passes. It is rejected when the challenge
//!   is random. So the challenge is needed, and random. A change that passes also then is one more free move.
//! - **Late messages.** If nothing that is drawn later depends on a message: a change of it that passes, and is
//!   rejected when later challenges do depend on it. So the message is bound by being absorbed. Where no such change is
//!   found, claims on evaluations are weighed by one more challenge, as an opening weighs them.
//!
//! What it does not see: lies about what was *committed*. Oracles are taken as they are, and the prover computes from
//! them honestly. A challenge that batches or binds facts about oracles alone (booleanity, fingerprints, the point
//! of a zero check) is reported in [`Report::beyond`], and wants a prover that lies. Nor does it see anything of
//! second order at an honest proof, such as a value that a value of zero is multiplied by.
//!
//! Cost: for each move, challenge and message some five proofs and verifications. What is decided by assertions before
//! a challenge is drawn is found out once, and not again for each later challenge.

mod candidates;
mod challenges;
mod honest;
mod laws;
mod linear;
mod play;
mod replay;
pub mod sample;
mod trace;

#[cfg(test)]
mod tests;

pub use laws::analyze;

use crate::{Field, Label, ProverChannel, VerifierChannel, VerifyError};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Protocol name of the transcripts.
const PROTOCOL: &str = "analysis";

/// Both sides of a protocol, on one statement that is true.
pub trait Protocol<F: Field> {
    /// The honest prover. It is run many times, and must send the same for the same challenges.
    fn prove(&self, channel: &mut dyn ProverChannel<F>);

    /// The verifier.
    ///
    /// # Errors
    /// Why the proof is rejected.
    fn verify(&self, channel: &mut dyn VerifierChannel<F>) -> Result<(), VerifyError>;
}

/// How thorough to be.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Of the moves, messages and challenges of one name (such as the rounds of one sumcheck), at most so many
    /// are tried, spread evenly.
    pub of_each: usize,
    /// Of the values that a challenge is taken to be known with, at most so many are tried, and at least one.
    pub values: usize,
    /// Parts of the protocol, by the names that their challenges begin with, whose challenges are not looked at, nor
    /// what is sent just before these.
    pub without: &'static [&'static str],
}

impl Effort {
    fn leaves_out(&self, challenge: &str) -> bool {
        let mut parts = self.without.iter();
        parts.any(|part| challenge.starts_with(part))
    }
}

impl Default for Effort {
    fn default() -> Self {
        Effort {
            of_each: usize::MAX,
            values: usize::MAX,
            without: &[],
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Changes of one move that the verifier accepts, and values that no further claim is made on. There must be
    /// none.
    pub free: Vec<String>,
    /// Challenges that nothing depends on. There must be none.
    pub idle: BTreeSet<String>,
    /// Challenges with a change that cancels when they are known, and how it looks.
    pub cancelled: BTreeMap<String, String>,
    /// Challenges for which there is no such change: what they batch or bind was committed. With each, the label
    /// that it is drawn under, and which ones of that label are meant.
    pub beyond: BTreeMap<String, (Label, Vec<usize>)>,
    /// Messages that pass changed after what follows them was drawn.
    pub late: BTreeSet<String>,
    /// Messages that the assertions leave no choice, whatever is drawn.
    pub determined: BTreeSet<String>,
}

impl Report {
    /// Whether nothing is wrong as far as the analysis can see.
    ///
    /// # Errors
    /// All that is wrong, in words.
    pub fn sound(&self) -> Result<(), Unsound> {
        let free = self.free.iter().map(|f| format!("free: {f}"));
        let idle = self.idle.iter();
        let idle = idle.map(|name| format!("nothing depends on the challenge {name}"));
        let found: Vec<String> = free.chain(idle).collect();
        match found.is_empty() {
            true => Ok(()),
            false => Err(Unsound { found }),
        }
    }
}

/// Why a protocol is unsound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", found.join("; "))]
pub struct Unsound {
    /// Each a sentence.
    pub found: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for free in &self.free {
            writeln!(f, "free: {free}")?;
        }
        for name in &self.idle {
            writeln!(f, "nothing depends on the challenge {name}")?;
        }
        for (name, how) in &self.cancelled {
            writeln!(f, "{name}, if known: {how}")?;
        }
        for name in self.beyond.keys() {
            writeln!(f, "{name}: messages alone cannot cheat")?;
        }
        for label in &self.late {
            writeln!(f, "message {label} is bound by being absorbed")?;
        }
        for label in &self.determined {
            writeln!(f, "message {label} follows from the others")?;
        }
        Ok(())
    }
}
