//! Names of the checks that a run performs, and (feature `testing`) switches that weaken a protocol on purpose.
//!
//! A soundness test shows for each check a forgery that is rejected, and accepted when that one
//! check is off: so the check is load-bearing and the forgery is a real one. The same holds for each challenge,
//! which a prover may be let know beforehand, and for each message, which the transcript may be made not to hear.

use crate::{Field, Label, Transcript};
use std::collections::BTreeSet;

/// The checks asked about so far, and what is weakened.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    performed: BTreeSet<String>,
    #[cfg(feature = "testing")]
    weakened: weakened::Weakened,
}

impl Checks {
    /// Every check enforced.
    pub fn all() -> Self {
        Self::default()
    }

    /// Records that `check` is about to be performed, and says whether it counts.
    pub fn enforced(&mut self, check: &str) -> bool {
        if !self.performed.contains(check) {
            self.performed.insert(check.to_owned());
        }
        self.is_on(check)
    }

    /// Names of all checks performed so far, sorted.
    pub fn performed(&self) -> impl Iterator<Item = &str> {
        self.performed.iter().map(String::as_str)
    }

    /// Draws a challenge from a channel's transcript.
    pub fn sample<F: Field>(&mut self, transcript: &mut Transcript, label: Label) -> F {
        let drawn = transcript.sample(label);
        self.known(label).map_or(drawn, F::from)
    }
}

#[cfg(not(feature = "testing"))]
impl Checks {
    fn is_on(&self, _check: &str) -> bool {
        true
    }

    fn known(&mut self, _label: Label) -> Option<u64> {
        None
    }

    /// Whether laws are to look at this check, challenge or message. They always are.
    pub fn in_focus(_name: &str) -> bool {
        true
    }

    /// Whether laws are to look at a challenge or message behind that challenge. They always are.
    pub fn in_focus_after(_name: &str, _after: &str) -> bool {
        true
    }

    /// Whether laws are to look at one thing only. They never are.
    pub fn focused() -> bool {
        false
    }

    /// Whether the transcript hears the next message of this label. It always does.
    pub fn heard(&mut self, _label: Label) -> bool {
        true
    }
}

#[cfg(any(feature = "prover", feature = "testing"))]
mod last;
#[cfg(feature = "testing")]
mod weakened;

#[cfg(any(feature = "prover", feature = "testing"))]
pub(crate) use last::Last;

#[cfg(feature = "testing")]
pub use weakened::{Place, Which};
