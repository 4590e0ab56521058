//! What a verifier receives and draws, in order.
//!
//! The verifier is written once, over channels. Run over [`Recorder`], which answers zeros, it yields
//! the proof's parts and the length of every message, without any proof.

use ark_bn254::Fr;
use jolt_core::api::VerifyingKey;
use jolt_core::machine::Run;
use jolt_core::vm;
use sumcheck::batch::EVALUATIONS;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::layer::{Heard, Layer, Over};
use sumcheck::{Label, Note, Point, Shape};

/// Bytes of a field element.
pub const ELEMENT: usize = 32;

/// What happened at the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Field elements were received.
    Elements(Label, usize),
    /// Commitments of columns were received: their number, and their bytes.
    Commitments(Label, usize, usize),
    /// A sumcheck of this name begins.
    Batch(Label),
}

/// A channel that records.
pub struct Recorder<'a> {
    /// Bytes of the commitment of a polynomial of a shape.
    commitment_bytes: &'a dyn Fn(&Shape) -> usize,
    inner: CountingVerifier<Fr>,
    events: Vec<Event>,
    points: Vec<Point<Fr>>,
    claims: usize,
}

impl<'a> Recorder<'a> {
    /// A channel that has seen nothing, of a scheme with commitments of this size.
    pub fn new(commitment_bytes: &'a dyn Fn(&Shape) -> usize) -> Self {
        Recorder {
            commitment_bytes,
            inner: CountingVerifier::default(),
            events: Vec::new(),
            points: Vec::new(),
            claims: 0,
        }
    }
}

impl Layer<Fr> for Recorder<'_> {
    type Below = CountingVerifier<Fr>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.inner
    }

    fn hear(&mut self, heard: Heard<'_, Fr>) {
        match heard {
            Heard::Elements(label, count) => self.events.push(Event::Elements(label, count)),
            Heard::Oracles(label, shapes) => {
                let columns = shapes.iter().map(commitments::columns).sum();
                let bytes = shapes.iter().map(self.commitment_bytes).sum();
                self.events.push(Event::Commitments(label, columns, bytes));
            }
            Heard::Claim(claim) => {
                self.claims += 1;
                if !self.points.contains(&claim.point) {
                    self.points.push(claim.point.clone());
                }
            }
            Heard::Note(Note::Batch(name, _)) => self.events.push(Event::Batch(name)),
            Heard::Note(_) | Heard::Check(_) | Heard::Challenge(_) => {}
        }
    }
}

/// One message of a proof, or several of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its label; for sumchecks, with the batch's name.
    pub name: String,
    /// Field elements in it.
    pub elements: usize,
    /// Commitments in it.
    pub commitments: usize,
    /// Bytes of those.
    pub commitment_bytes: usize,
}

impl Part {
    /// Bytes of the part in a proof.
    pub fn bytes(&self) -> usize {
        self.elements * ELEMENT + self.commitment_bytes
    }
}

/// The verifier's view of a proof.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Messages, in order of first appearance.
    pub parts: Vec<Part>,
    /// Evaluation claims that the opening proves.
    pub claims: usize,
    /// Different points of those.
    pub points: usize,
    /// Variables of the largest of those.
    pub vars: usize,
}

impl Record {
    /// The verifier of a run under a key.
    ///
    /// # Errors
    /// A run that the key does not suit.
    pub fn of(run: &Run<'_>, key: &VerifyingKey) -> anyhow::Result<Self> {
        let size = |shape: &Shape| key.commitment().commitment_bytes(shape);
        let mut recorder = Over(Recorder::new(&size));
        vm::verify(&mut recorder, &key.arguments(), run)?;
        Ok(Self::from_recorder(&recorder.0))
    }

    /// Structures what was recorded.
    pub fn from_recorder(recorder: &Recorder<'_>) -> Self {
        let mut record = Record {
            claims: recorder.claims,
            points: recorder.points.len(),
            vars: recorder.points.iter().map(Point::vars).max().unwrap_or(0),
            ..Record::default()
        };
        // While a batch runs, its rounds and evaluations belong to it.
        let mut running = None;
        for event in &recorder.events {
            match (event, running) {
                (Event::Batch(name), _) => running = Some(name),
                (Event::Elements("round", count), Some(batch)) => {
                    record.add(format!("{batch} rounds"), *count, (0, 0));
                }
                (Event::Elements(EVALUATIONS, count), Some(batch)) => {
                    running = None;
                    record.add(format!("{batch} evaluations"), *count, (0, 0));
                }
                (Event::Elements(label, count), _) => {
                    record.add((*label).to_owned(), *count, (0, 0));
                }
                (Event::Commitments(label, count, bytes), _) => {
                    record.add((*label).to_owned(), 0, (*count, *bytes));
                }
            }
        }
        record
    }

    /// Adds field elements, and commitments with their bytes, to a part.
    fn add(&mut self, name: String, elements: usize, (commitments, bytes): (usize, usize)) {
        match self.parts.iter_mut().find(|part| part.name == name) {
            Some(part) => {
                part.elements += elements;
                part.commitments += commitments;
                part.commitment_bytes += bytes;
            }
            None => self.parts.push(Part {
                name,
                elements,
                commitments,
                commitment_bytes: bytes,
            }),
        }
    }

    /// Commitments received.
    pub fn commitments(&self) -> usize {
        self.parts.iter().map(|part| part.commitments).sum()
    }

    /// Bytes of each part of a payload, the opening last.
    pub fn bytes(&self, payload: usize) -> Vec<(String, usize)> {
        let mut sizes: Vec<(String, usize)> = (self.parts.iter())
            .map(|part| (part.name.clone(), part.bytes()))
            .collect();
        sizes.push((
            "open reduction".to_owned(),
            self.reduction_elements() * ELEMENT,
        ));
        let known: usize = sizes.iter().map(|(_, bytes)| bytes).sum();
        sizes.push(("open".to_owned(), payload.saturating_sub(known)));
        sizes
    }

    /// Field elements of the sumcheck that brings all claims to one point.
    pub fn reduction_elements(&self) -> usize {
        match self.points {
            0 | 1 => 0,
            points => 2 * self.vars + points,
        }
    }
}
