//! Typed channels: what an argument may do, and nothing else.
//!
//! Arguments send field elements, commit oracles, sample challenges and return evaluation claims.
//! They never see a hash, a curve or a proof struct. Verifier code runs over [`Value`]s, handles on
//! the channel's tape, so that the same code checks a proof ([`plain`], sealed), counts it
//! ([`counting`]), or writes down what is to be shown of messages that it does not see ([`wires`]).
//!
//! Rules that implementations keep: what is sent or received is absorbed; an oracle is absorbed
//! when committed; a value that is read cannot be skipped; the end of the proof is checked.

mod checks;
pub mod counting;
pub mod layer;
#[cfg(feature = "prover")]
pub mod plain;
#[cfg(feature = "prover")]
mod prover;
mod tape;
pub mod wiped;
pub mod wires;

pub use checks::Checks;
#[cfg(feature = "prover")]
pub(crate) use checks::Last;
#[cfg(feature = "testing")]
pub use checks::{Place, Which};
#[cfg(feature = "prover")]
pub use prover::{ProverChannel, ProverLayer, polys};
pub use tape::{Tape, Value};

use crate::{Field, Label, Point, Poly, Relation, Shape, Weights};
use std::any::Any;
use std::sync::Arc;

/// A committed polynomial: its number in order of commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oracle(pub usize);

/// A polynomial that belongs to the key: its commitment is not sent, and the verifier has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed<F> {
    /// Size and kind.
    pub shape: Shape,
    /// What the verifier has of it.
    pub known: Known<F>,
}

/// What a verifier has of a polynomial that belongs to its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<F> {
    /// The polynomial itself: for channels without a commitment scheme.
    Clear(Arc<Poly<F>>),
    /// Its commitments, one for each column.
    Commitment(Encoded),
}

/// A commitment in its canonical encoding, and perhaps as the scheme decodes it.
#[derive(Clone)]
pub struct Encoded {
    bytes: Vec<u8>,
    decoded: Option<Arc<dyn Any + Send + Sync>>,
}

impl Encoded {
    /// Of bytes, which are decoded when they are needed.
    pub fn new(bytes: Vec<u8>) -> Self {
        Encoded {
            bytes,
            decoded: None,
        }
    }

    /// Of bytes that were decoded already, so that no verification has to.
    pub fn with(bytes: Vec<u8>, decoded: impl Any + Send + Sync) -> Self {
        Encoded {
            bytes,
            decoded: Some(Arc::new(decoded)),
        }
    }

    /// The encoding.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it was decoded to, if it was, and to something of this type.
    pub fn decoded<T: Any>(&self) -> Option<&T> {
        self.decoded.as_ref()?.downcast_ref()
    }
}

impl PartialEq for Encoded {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Encoded {}

impl std::fmt::Debug for Encoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Encoded").field(&self.bytes).finish()
    }
}

impl<F: Field> Fixed<F> {
    /// In the clear.
    pub fn clear(poly: Arc<Poly<F>>) -> Self {
        Fixed {
            shape: poly.shape(),
            known: Known::Clear(poly),
        }
    }
}

/// `Σ_t terms[t] = value` at `point`, where a term is a linear functional of one oracle's rows.
///
/// All oracles of one claim have as many row variables as the point.
#[derive(Clone, Debug)]
#[must_use = "a claim that nobody discharges proves nothing"]
pub struct EvalClaim<F, V> {
    /// (oracle, functional on its rows, public factor).
    pub terms: Vec<(Oracle, Weights<F>, F)>,
    /// Row point.
    pub point: Point<F>,
    /// The claimed sum; already sent or received under its own label.
    pub value: V,
}

/// Why a proof was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The proof ended early, or a message in it cannot be decoded.
    #[error("malformed proof at `{label}`: {cause}")]
    Malformed {
        /// Where in the proof.
        label: String,
        /// What was wrong.
        cause: String,
    },
    /// Bytes were left over after the last message.
    #[error("{bytes} trailing bytes after the end of the proof")]
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// A named check failed.
    #[error("check `{check}` failed")]
    Check {
        /// `phase/relation`.
        check: String,
    },
    /// The statement or the proof asks for something that the verifying key does not allow.
    #[error("not allowed by the verifying key: {cause}")]
    NotAllowed { cause: String },
}

/// What verifier code says about itself while it runs. Nothing depends on it: no message, no check.
#[derive(Clone, Copy)]
pub enum Note<'a, F> {
    /// A phase of the protocol begins.
    Phase(Label),
    /// A batched sumcheck of this name begins, over these relations.
    Batch(Label, &'a [&'a Relation<F>]),
    /// Challenges of these labels may hide what is false: then they are a root of a polynomial that is fixed
    /// before they are drawn, and not zero. So they do with probability at most its total degree over the size
    /// of the field. It speaks for all challenges of these labels since it was last said, and for sumchecks'
    /// (`round`) where they serve for something else too.
    Risk {
        /// Labels of the challenges.
        of: &'a [Label],
        /// What they combine, or where they look.
        about: &'static str,
        /// Total degree of the polynomial.
        degree: usize,
    },
}

/// The verifier's side. Values received are handles; challenges are public field elements. What has a default is made
/// of other methods, and nothing that a channel may pass over.
pub trait VerifierChannel<F: Field> {
    /// Receives `count` field elements, which are absorbed.
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError>;
    /// Receives the commitments of polynomials of these shapes, which are absorbed.
    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError>;
    /// Makes an oracle of a polynomial that belongs to the key. It is absorbed, and nothing is received.
    fn fixed(&mut self, label: Label, fixed: &Fixed<F>) -> Result<Oracle, VerifyError>;
    /// Draws a challenge.
    fn sample(&mut self, label: Label) -> F;
    /// `constant + Σ coefficient · value`.
    fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value;
    /// The product of two values.
    fn mul(&mut self, a: Value, b: Value) -> Value;
    /// Fails, naming `check`, unless the value is zero.
    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError>;
    /// Demands that the claim holds; the channel's opening will check it.
    fn claim_eval(&mut self, claim: EvalClaim<F, Value>) -> Result<(), VerifyError>;
    /// Whether the named check is enforced. Always true outside of soundness tests.
    fn enforced(&mut self, check: &str) -> bool;

    /// Hears what is going on. Most channels do not care.
    fn note(&mut self, note: Note<'_, F>);

    /// Says what challenges that were just drawn may hide: [`Note::Risk`].
    fn risk(&mut self, of: &[Label], about: &'static str, degree: usize) {
        self.note(Note::Risk { of, about, degree });
    }

    /// A public constant.
    fn constant(&mut self, value: F) -> Value {
        self.linear(value, &[])
    }
}
