//! Challenges other than the transcript's.

use crate::Field;

/// What is given out in place of the transcript's challenges: the same to prover and verifier.
#[derive(Clone, Default)]
pub(super) struct Challenges<F> {
    drawn: usize,
    /// One challenge is this value.
    pub known: Option<(usize, F)>,
    /// From this one on they are others, which the second number selects.
    pub fork: Option<(usize, u64)>,
    /// From this one on they are these.
    pub replayed: Option<(usize, Vec<F>)>,
}

impl<F: Field> Challenges<F> {
    /// Those of the transcript, but for one.
    pub fn knowing(number: usize, value: F) -> Self {
        Challenges {
            known: Some((number, value)),
            ..Challenges::default()
        }
    }

    /// From one on these, which are those of a whole run.
    pub fn replaying(from: usize, given: Vec<F>) -> Self {
        Challenges {
            replayed: Some((from, given)),
            ..Challenges::default()
        }
    }

    pub fn give(&mut self, drawn: F) -> F {
        let number = self.drawn;
        self.drawn += 1;
        if let Some((_, value)) = self.known.filter(|(known, _)| *known == number) {
            return value;
        }
        if let Some((from, values)) = &self.replayed
            && number >= *from
            && let Some(value) = values.get(number)
        {
            return *value;
        }
        match self.fork {
            Some((from, fork)) if number >= from => {
                drawn * noise::<F>(fork, 0) + noise::<F>(fork, 1)
            }
            _ => drawn,
        }
    }
}

/// Elements without a pattern, the same everywhere.
pub(super) fn noise<F: Field>(seed: u64, number: u64) -> F {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number;
    let mut word = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        F::from(x ^ (x >> 31))
    };
    word() * word() * word() + word()
}
