//! Names of the checks that a run performs, and (feature `testing`) switches to turn them off.
//!
//! A soundness test shows for each check a forgery that is rejected, and accepted when that one
//! check is off: so the check is load-bearing and the forgery is a real one.

use std::collections::BTreeSet;

/// The checks asked about so far, and those switched off.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    performed: BTreeSet<String>,
    #[cfg(feature = "testing")]
    off: BTreeSet<String>,
}

impl Checks {
    /// Every check enforced.
    pub fn all() -> Self {
        Self::default()
    }

    /// Every check enforced but one.
    #[cfg(feature = "testing")]
    pub fn without(check: &str) -> Self {
        Checks {
            performed: BTreeSet::new(),
            off: BTreeSet::from([check.to_owned()]),
        }
    }

    /// Records that `check` is about to be performed, and says whether it counts.
    pub fn enforced(&mut self, check: &str) -> bool {
        if !self.performed.contains(check) {
            self.performed.insert(check.to_owned());
        }
        self.is_on(check)
    }

    #[cfg(feature = "testing")]
    fn is_on(&self, check: &str) -> bool {
        !self.off.contains(check)
    }

    #[cfg(not(feature = "testing"))]
    fn is_on(&self, _check: &str) -> bool {
        true
    }

    /// Names of all checks performed so far, sorted.
    pub fn performed(&self) -> impl Iterator<Item = &str> {
        self.performed.iter().map(String::as_str)
    }
}
