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

/// A merlin transcript over which field elements are absorbed and drawn. Not `Clone`: a prover
/// cannot rewind it by accident.
pub struct Transcript {
    inner: merlin::Transcript,
    log: Vec<Event>,
}

impl Transcript {
    /// A fresh transcript, separated by `protocol`.
    pub fn new(protocol: Label) -> Self {
        Transcript {
            inner: merlin::Transcript::new(protocol.as_bytes()),
            log: Vec::new(),
        }
    }

    /// Absorbs length-prefixed bytes.
    pub fn absorb_bytes(&mut self, label: Label, bytes: &[u8]) {
        self.inner.append_message(label.as_bytes(), bytes);
        self.log.push(Event::Absorb(label, bytes.len()));
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
        self.log.push(Event::Squeeze(label));
        F::from_le_bytes_mod_order(&bytes)
    }

    /// Everything that happened, in order.
    pub fn log(&self) -> &[Event] {
        &self.log
    }
}
