//! Where in a protocol a challenge or message is: behind which other challenge.

use crate::Label;

/// Labels of every sumcheck, which do not tell where in a protocol one is.
const EVERYWHERE: [Label; 2] = ["batch/alpha", "round"];

/// The labels of the last challenges, one other than the other. Labels of every sumcheck do not count.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Last([Label; 2]);

impl Last {
    /// None yet.
    #[cfg(feature = "testing")]
    pub(super) const NONE: Self = Last([""; 2]);

    /// The challenge drawn last under another label than this one; empty if there is none.
    pub(crate) fn before(self, label: Label) -> Label {
        let Last([last, before]) = self;
        if last == label { before } else { last }
    }

    /// One more is drawn.
    pub(crate) fn draw(&mut self, label: Label) {
        let Last([last, before]) = self;
        if !EVERYWHERE.contains(&label) && *last != label {
            (*last, *before) = (label, *last);
        }
    }
}
