//! The Fiat–Shamir transcript: merlin, with a log that tests read.

use crate::Field;
use ark_serialize::CanonicalSerialize;

/// Message and challenge labels.
pub type Label = &'static str;

/// One transcript operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Bytes absorbed under a label.
    Absorb(Label, usize),
    /// A challenge drawn under a label.
    Squeeze(Label),
}

/// A place in a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A phase begins.
    Phase(Label),
    /// A batched sumcheck begins.
    Batch(Label),
}

/// A transcript with all contents, to be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// What happened, with the bytes absorbed, or the canonical encoding of the element drawn.
    pub entries: Vec<(Event, Vec<u8>)>,
    /// Places, each with the number of entries before it.
    pub marks: Vec<(usize, Mark)>,
}

/// The little-endian integer modulo the characteristic. Two halves are elements at once; of all 48 bytes the library
/// would take the upper ones byte by byte.
fn reduced<F: Field>(bytes: &[u8; 48]) -> F {
    let (low, high) = bytes.split_at(31);
    let [low, high] = [low, high].map(F::from_le_bytes_mod_order);
    low + high * F::from(1u128 << 124).square()
}

/// A merlin transcript over which field elements are absorbed and drawn. Not `Clone`: a prover
/// cannot rewind it by accident.
pub struct Transcript {
    inner: merlin::Transcript,
    log: Vec<Event>,
    recording: Option<Recording>,
}

impl Transcript {
    /// A fresh transcript, separated by `protocol`.
    pub fn new(protocol: Label) -> Self {
        Transcript {
            inner: merlin::Transcript::new(protocol.as_bytes()),
            log: Vec::new(),
            recording: None,
        }
    }

    /// A copy from here on, for tests that must know what will be drawn.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn copy(&self) -> Self {
        Transcript {
            inner: self.inner.clone(),
            log: self.log.clone(),
            recording: None,
        }
    }

    /// The same, keeping all contents.
    pub fn recording(protocol: Label) -> Self {
        Transcript {
            recording: Some(Recording::default()),
            ..Self::new(protocol)
        }
    }

    fn record(&mut self, event: Event, contents: impl FnOnce() -> Vec<u8>) {
        if let Some(recording) = &mut self.recording {
            recording.entries.push((event.clone(), contents()));
        }
        self.log.push(event);
    }

    /// Says where in the protocol this is, if contents are kept.
    pub fn mark(&mut self, mark: Mark) {
        if let Some(recording) = &mut self.recording {
            recording.marks.push((recording.entries.len(), mark));
        }
    }

    /// All contents, if they were kept.
    pub fn into_recording(self) -> Option<Recording> {
        self.recording
    }

    /// Absorbs length-prefixed bytes.
    pub fn absorb_bytes(&mut self, label: Label, bytes: &[u8]) {
        self.inner.append_message(label.as_bytes(), bytes);
        self.record(Event::Absorb(label, bytes.len()), || bytes.to_vec());
    }

    /// Absorbs any canonical encoding.
    pub fn absorb<S: CanonicalSerialize + ?Sized>(&mut self, label: Label, value: &S) {
        let mut bytes = Vec::with_capacity(value.compressed_size());
        value
            .serialize_compressed(&mut bytes)
            .expect("writing to memory does not fail");
        self.absorb_bytes(label, &bytes);
    }

    /// Draws a field element (384 bits reduced: bias below `2^-128`).
    pub fn sample<F: Field>(&mut self, label: Label) -> F {
        let mut bytes = [0u8; 48];
        self.inner.challenge_bytes(label.as_bytes(), &mut bytes);
        let element = reduced::<F>(&bytes);
        self.record(Event::Squeeze(label), || {
            let mut bytes = Vec::new();
            element
                .serialize_compressed(&mut bytes)
                .expect("writing to memory does not fail");
            bytes
        });
        element
    }

    /// Everything that happened, in order.
    pub fn log(&self) -> &[Event] {
        &self.log
    }
}

#[cfg(test)]
mod tests {
    use super::reduced;
    use ark_bn254::Fr;
    use ark_ff::PrimeField;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn challenges_are_the_integers_that_are_drawn(bytes: [[u8; 16]; 3], ones: bool) {
            let drawn = if ones { [[255; 16]; 3] } else { bytes }.concat();
            let drawn: [u8; 48] = drawn.try_into().expect("48 bytes");
            prop_assert_eq!(reduced::<Fr>(&drawn), Fr::from_le_bytes_mod_order(&drawn));
        }
    }
}
