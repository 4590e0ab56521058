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

    /// Whether the transcript hears the next message of this label. It always does.
    pub fn heard(&mut self, _label: Label) -> bool {
        true
    }
}

#[cfg(feature = "testing")]
mod weakened {
    use super::{BTreeSet, Checks, Label};
    use std::collections::BTreeMap;

    /// Which of all challenges, or messages, of one label; the first is number 0.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Which {
        /// Every one.
        All,
        /// One of them.
        Number(usize),
    }

    impl Which {
        fn is(self, number: usize) -> bool {
            match self {
                Which::All => true,
                Which::Number(this) => this == number,
            }
        }
    }

    /// What a soundness test changes. Prover and verifier are given the same.
    #[derive(Clone, Debug, Default)]
    pub(super) struct Weakened {
        off: BTreeSet<String>,
        known: Vec<(Label, Which, u64)>,
        unheard: Vec<(Label, Which)>,
        drawn: BTreeMap<Label, usize>,
        sent: BTreeMap<Label, usize>,
    }

    fn count(numbers: &mut BTreeMap<Label, usize>, label: Label) -> usize {
        let next = numbers.entry(label).or_default();
        *next += 1;
        *next - 1
    }

    impl Checks {
        /// Every check enforced but one.
        pub fn without(check: &str) -> Self {
            let mut checks = Checks::all();
            checks.weakened.off.insert(check.to_owned());
            checks
        }

        /// Challenges of this label are `value`, and so known before anything is sent.
        pub fn knowing(mut self, label: Label, which: Which, value: u64) -> Self {
            self.weakened.known.push((label, which, value));
            self
        }

        /// Messages and commitments of this label are not absorbed: what is drawn later does not depend on them.
        pub fn not_hearing(mut self, label: Label, which: Which) -> Self {
            self.weakened.unheard.push((label, which));
            self
        }

        pub(super) fn is_on(&self, check: &str) -> bool {
            !self.weakened.off.contains(check)
        }

        pub(super) fn known(&mut self, label: Label) -> Option<u64> {
            let number = count(&mut self.weakened.drawn, label);
            let mut known = self.weakened.known.iter();
            let known = known.find(|(of, which, _)| *of == label && which.is(number));
            known.map(|(_, _, value)| *value)
        }

        /// Whether the transcript hears the next message of this label.
        pub fn heard(&mut self, label: Label) -> bool {
            let number = count(&mut self.weakened.sent, label);
            let mut unheard = self.weakened.unheard.iter();
            !unheard.any(|(of, which)| *of == label && which.is(number))
        }
    }
}

#[cfg(feature = "testing")]
pub use weakened::Which;
