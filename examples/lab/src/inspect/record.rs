//! What a verifier receives and draws, in order.
//!
//! The verifier is written once, over channels. Run over [`Recorder`], which answers zeros, it yields
//! the proof's parts and the length of every message, without any proof.

use ark_bn254::Fr;
use commitments::sealed::{self, Carried};
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
    /// Elements were received, hidden: their number, the rows they are in, and the bytes of these.
    Rows(Label, usize, [usize; 2]),
    /// A sumcheck of this name begins.
    Batch(Label),
}

/// A channel that records.
pub struct Recorder<'a> {
    /// Bytes of the commitment of a batch of polynomials of these shapes.
    commitment_bytes: &'a dyn Fn(&[Shape]) -> usize,
    /// Whether elements are hidden.
    hides: bool,
    inner: CountingVerifier<Fr>,
    events: Vec<Event>,
    points: Vec<Point<Fr>>,
    claims: usize,
}

impl<'a> Recorder<'a> {
    /// A channel of proofs in the clear that has seen nothing, of a scheme with commitments of this size.
    pub fn new(commitment_bytes: &'a dyn Fn(&[Shape]) -> usize) -> Self {
        Recorder {
            commitment_bytes,
            hides: false,
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
            Heard::Elements(label, count) if self.hides => {
                let (rows, shape) = sealed::message_rows(count);
                let bytes = (self.commitment_bytes)(&vec![shape; rows]);
                self.events.push(Event::Rows(label, count, [rows, bytes]));
            }
            Heard::Elements(label, count) => self.events.push(Event::Elements(label, count)),
            Heard::Oracles(label, shapes) => {
                let columns = shapes.iter().map(commitments::columns).sum();
                let bytes = (self.commitment_bytes)(shapes);
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
    pub privacy: Privacy,
}

/// How a message of a proof is, to somebody who is not to learn anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Commitments of columns, and elements in the clear, if the proof hides nothing.
    Clear,
    /// Commitments that are blinded.
    Blinded,
    /// Elements that are hidden, in rows with blinded commitments.
    Rows,
    /// Elements in the clear, made uniform by this.
    Masked(&'static str),
}

impl Privacy {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Privacy::Clear => "in the clear",
            Privacy::Blinded => "blinded",
            Privacy::Rows => "in rows, blinded",
            Privacy::Masked(by) => by,
        }
    }
}

impl Part {
    /// In words.
    pub fn contents(&self) -> String {
        match (self.elements, self.commitments) {
            (0, n) => format!("{n} commitments"),
            (n, 0) => format!("{n} field elements"),
            (n, m) if self.privacy == Privacy::Rows => format!("{n} field elements in {m} rows"),
            (n, m) => format!("{n} field elements, {m} commitments"),
        }
    }

    /// Bytes of the part in a proof.
    pub fn bytes(&self) -> usize {
        match self.privacy {
            Privacy::Rows => self.commitment_bytes,
            _ => self.elements * ELEMENT + self.commitment_bytes,
        }
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
    /// Whether the proof hides, and closing is among the parts.
    pub hides: bool,
}

impl Record {
    /// The verifier of a run under a key.
    ///
    /// # Errors
    /// A run that the key does not suit.
    pub fn of(run: &Run<'_>, key: &VerifyingKey) -> anyhow::Result<Self> {
        let size = |shapes: &[Shape]| key.commitment().commitment_bytes(shapes);
        let mut recorder = Over(Recorder::new(&size));
        recorder.0.hides = key.zero_knowledge();
        vm::verify(&mut recorder, &key.arguments(), run)?;
        let mut record = Self::from_recorder(&recorder.0);
        if record.hides {
            let gates = recorder.0.inner.finish().products;
            record.close(gates, &size);
        }
        Ok(record)
    }

    /// Adds what closes a proof that hides.
    fn close(&mut self, gates: usize, size: &dyn Fn(&[Shape]) -> usize) {
        for part in sealed::closing_messages(gates, self.vars) {
            let elements = part.messages * part.each;
            let name = part.label.to_owned();
            match part.carried {
                Carried::Rows => {
                    let (rows, shape) = sealed::message_rows(part.each);
                    let rows = part.messages * rows;
                    let own = (rows, size(&vec![shape; rows]));
                    self.add(name, elements, own, Privacy::Rows);
                }
                Carried::Masked(by) => self.add(name, elements, (0, 0), Privacy::Masked(by)),
                Carried::Masks(vars) => {
                    let shape = Shape { vars, radix: None };
                    let own = (elements, size(&vec![shape; elements]));
                    self.add(name, 0, own, Privacy::Blinded);
                }
            }
        }
    }

    /// Structures what was recorded.
    pub fn from_recorder(recorder: &Recorder<'_>) -> Self {
        let mut record = Record {
            claims: recorder.claims,
            points: recorder.points.len(),
            vars: recorder.points.iter().map(Point::vars).max().unwrap_or(0),
            hides: recorder.hides,
            ..Record::default()
        };
        // While a batch runs, its rounds and evaluations belong to it.
        let mut running = None;
        for event in &recorder.events {
            let (label, elements, commitments, privacy) = match event {
                Event::Batch(name) => {
                    running = Some(name);
                    continue;
                }
                Event::Elements(label, count) => (*label, *count, [0, 0], Privacy::Clear),
                Event::Rows(label, count, rows) => (*label, *count, *rows, Privacy::Rows),
                Event::Commitments(label, count, bytes) => {
                    let privacy = match recorder.hides {
                        true => Privacy::Blinded,
                        false => Privacy::Clear,
                    };
                    (*label, 0, [*count, *bytes], privacy)
                }
            };
            let name = match (label, running) {
                ("round", Some(batch)) => format!("{batch} rounds"),
                (EVALUATIONS, Some(batch)) => {
                    running = None;
                    format!("{batch} evaluations")
                }
                (label, _) => label.to_owned(),
            };
            record.add(name, elements, commitments.into(), privacy);
        }
        record
    }

    /// Adds field elements, and commitments with their bytes, to a part.
    fn add(
        &mut self,
        name: String,
        elements: usize,
        (commitments, bytes): (usize, usize),
        privacy: Privacy,
    ) {
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
                privacy,
            }),
        }
    }

    /// Commitments of columns.
    pub fn commitments(&self) -> usize {
        let columns = self.parts.iter().filter(|part| part.elements == 0);
        columns.map(|part| part.commitments).sum()
    }

    /// Bytes of each part of a payload, the opening last.
    pub fn bytes(&self, payload: usize) -> Vec<(String, usize)> {
        let mut sizes: Vec<(String, usize)> = (self.parts.iter())
            .map(|part| (part.name.clone(), part.bytes()))
            .collect();
        match self.reduction_elements() {
            0 => {}
            reduction => sizes.push(("open reduction".to_owned(), reduction * ELEMENT)),
        }
        let known: usize = sizes.iter().map(|(_, bytes)| bytes).sum();
        sizes.push(("open".to_owned(), payload.saturating_sub(known)));
        sizes
    }

    /// Field elements of the sumcheck that brings claims at several points to one, where it is not among the parts.
    pub fn reduction_elements(&self) -> usize {
        match self.points {
            _ if self.hides => 0,
            0 | 1 => 0,
            points => 2 * self.vars + points,
        }
    }
}
