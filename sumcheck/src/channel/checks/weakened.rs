//! What soundness tests change: checks that are off, challenges that are known, messages that are not heard.
//!
//! A test weakens one channel. A *mutant* weakens all channels of a process, that of the environment variable
//! [`MUTANT`], so that existing tests show whether they notice:
//!
//! ```text
//! without=constrain/next          a check that is off
//! knowing=gamma=block=all=1       challenges `gamma`, drawn next after challenges `block`, are 1
//! deaf=evaluations=gamma=0        the first message `evaluations` after challenges `gamma` is not absorbed
//! knowing=open/claims=*=all=1     challenges `open/claims`, wherever they are drawn, are 1
//! ```
//!
//! Prover and verifier are weakened alike, so that honest proofs are accepted as before.

use super::{Checks, Last};
use crate::Label;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Environment variable with the mutant of the process.
const MUTANT: &str = "JOLT_LAB_MUTANT";

/// Environment variable with the name of the check, challenge or message that laws are asked about; of a challenge or
/// message perhaps, behind `=`, the label of the challenge drawn before it, as in a mutant.
const FOCUS: &str = "JOLT_LAB_FOCUS";

/// In a mutant: whatever challenge was drawn before.
const ANYWHERE: &str = "*";

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

/// Where in a protocol a challenge is drawn or a message sent: its label, and that of the challenge drawn last
/// under another label (empty if there is none). Labels of every sumcheck do not count as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The challenge's or message's own.
    pub label: Label,
    /// The last challenge's.
    pub after: Label,
}

/// Challenges or messages of one label, perhaps only those of one place.
#[derive(Clone, Debug)]
struct These {
    label: String,
    after: Option<String>,
    which: Which,
}

/// How often something happened, by label and by place.
#[derive(Clone, Debug, Default)]
struct Counts {
    labels: BTreeMap<Label, usize>,
    places: BTreeMap<Place, usize>,
}

/// The number of something among those of its label, and among those of its place.
struct Numbers {
    place: Place,
    of_label: usize,
    of_place: usize,
}

impl Counts {
    fn count(&mut self, place: Place) -> Numbers {
        let next = |count: &mut usize| std::mem::replace(count, *count + 1);
        Numbers {
            place,
            of_label: next(self.labels.entry(place.label).or_default()),
            of_place: next(self.places.entry(place).or_default()),
        }
    }
}

impl These {
    fn are(&self, numbers: &Numbers) -> bool {
        let number = match &self.after {
            None => numbers.of_label,
            Some(after) if after == numbers.place.after => numbers.of_place,
            Some(_) => return false,
        };
        self.label == numbers.place.label && self.which.is(number)
    }
}

/// What is changed. Prover and verifier are given the same.
#[derive(Clone, Debug)]
pub(super) struct Weakened {
    off: BTreeSet<String>,
    known: Vec<(These, u64)>,
    unheard: Vec<These>,
    drawn: Counts,
    sent: Counts,
    last: Last,
}

impl Default for Weakened {
    /// As the process is.
    fn default() -> Self {
        static OF_PROCESS: LazyLock<Weakened> = LazyLock::new(Weakened::of_process);
        OF_PROCESS.clone()
    }
}

impl Weakened {
    const NOTHING: Self = Weakened {
        off: BTreeSet::new(),
        known: Vec::new(),
        unheard: Vec::new(),
        drawn: Counts {
            labels: BTreeMap::new(),
            places: BTreeMap::new(),
        },
        sent: Counts {
            labels: BTreeMap::new(),
            places: BTreeMap::new(),
        },
        last: Last::NONE,
    };

    /// Nothing, or the mutant of the environment. Mutants of other kinds are not for channels.
    fn of_process() -> Self {
        let mut weakened = Weakened::NOTHING;
        let mutant = std::env::var(MUTANT).unwrap_or_default();
        let parts: Vec<&str> = mutant.split('=').collect();
        let these = |label: &str, after: &str, which: &str| These {
            label: label.to_owned(),
            after: (after != ANYWHERE).then(|| after.to_owned()),
            which: which.parse().map_or(Which::All, Which::Number),
        };
        match parts[..] {
            ["without", check] => {
                weakened.off.insert(check.to_owned());
            }
            ["knowing", label, after, which, value] => {
                let value = value.parse().expect("a mutant's challenge is a number");
                weakened.known.push((these(label, after, which), value));
            }
            ["deaf", label, after, which] => weakened.unheard.push(these(label, after, which)),
            _ => {}
        }
        weakened
    }

    /// Where a challenge, or message, of this label is.
    fn place(&self, label: Label) -> Place {
        Place {
            label,
            after: self.last.before(label),
        }
    }
}

/// What laws are to look at, and where.
fn focus() -> Option<(&'static str, Option<&'static str>)> {
    static FOCUSED: LazyLock<Option<String>> = LazyLock::new(|| std::env::var(FOCUS).ok());
    let focus = FOCUSED.as_deref()?;
    Some(match focus.split_once('=') {
        Some((name, after)) => (name, Some(after)),
        None => (focus, None),
    })
}

impl Checks {
    /// Every check enforced but one.
    pub fn without(check: &str) -> Self {
        let mut checks = Checks::all();
        checks.weakened.off.insert(check.to_owned());
        checks
    }

    /// Challenges of this label are `value`, and so known before anything is sent: even in a mutant that knows another
    /// value.
    pub fn knowing(mut self, label: Label, which: Which, value: u64) -> Self {
        let these = These::of(label, which);
        self.weakened.known.insert(0, (these, value));
        self
    }

    /// Messages and commitments of this label are not absorbed: what is drawn later does not depend on them.
    pub fn not_hearing(mut self, label: Label, which: Which) -> Self {
        self.weakened.unheard.push(These::of(label, which));
        self
    }

    /// Whether laws are to look at this check, challenge or message: at all of them, or where the environment
    /// variable [`FOCUS`] is set, at the one that it names. So whoever weakens one thing sees first what is about it.
    pub fn in_focus(name: &str) -> bool {
        focus().is_none_or(|(focus, _)| focus == name)
    }

    /// The same of a challenge or message, behind the challenge of that label.
    pub fn in_focus_after(name: &str, after: &str) -> bool {
        let behind =
            |before: Option<&str>| before.is_none_or(|label| [ANYWHERE, after].contains(&label));
        focus().is_none_or(|(focus, before)| focus == name && behind(before))
    }

    /// Whether laws are to look at one thing only: then those that are about everything have been looked at before.
    pub fn focused() -> bool {
        focus().is_some()
    }

    /// The challenges drawn so far, by place, and how many.
    pub fn drawn(&self) -> impl Iterator<Item = (Place, usize)> {
        self.weakened.drawn.places.iter().map(|(p, n)| (*p, *n))
    }

    /// The messages and commitments so far, by place, and how many.
    pub fn sent(&self) -> impl Iterator<Item = (Place, usize)> {
        self.weakened.sent.places.iter().map(|(p, n)| (*p, *n))
    }

    pub(super) fn is_on(&self, check: &str) -> bool {
        !self.weakened.off.contains(check)
    }

    pub(super) fn known(&mut self, label: Label) -> Option<u64> {
        let place = self.weakened.place(label);
        self.weakened.last.draw(label);
        let numbers = self.weakened.drawn.count(place);
        let mut known = self.weakened.known.iter();
        let known = known.find(|(these, _)| these.are(&numbers));
        known.map(|(_, value)| *value)
    }

    /// Whether the transcript hears the next message of this label.
    pub fn heard(&mut self, label: Label) -> bool {
        let place = self.weakened.place(label);
        let numbers = self.weakened.sent.count(place);
        let mut unheard = self.weakened.unheard.iter();
        !unheard.any(|these| these.are(&numbers))
    }
}

impl These {
    fn of(label: Label, which: Which) -> Self {
        These {
            label: label.to_owned(),
            after: None,
            which,
        }
    }
}
