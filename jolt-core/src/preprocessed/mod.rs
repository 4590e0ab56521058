//! A program that a key commits to: its rows and its initial memory as polynomials, so that verifying a proof takes no
//! time that grows with either, once there is a key.
//!
//! Statement. A key either has the program itself, and the verifier sums over rows and cells where a polynomial of them
//! is to be evaluated; or it has commitments to these polynomials, which a setup makes once, and every such evaluation is
//! a message that is opened against them. What a proof says is the same: commitments of a key are made by whoever trusts
//! it, as the rest of it is, and its digest is over both, the program and the commitments.
//!
//! | of | polynomials ([`Plan`]) | claimed |
//! |---|---|---|
//! | rows | one-hot digits of kinds and registers, words of numbers ([`RowPlan`]) | in `fetch`: the combination of columns of each cycle point, at the point of rows |
//! | initial memory | the cells of each block that is not empty ([`ImagePlan`]) | by the memory argument: contents of cells at an address point |
//!
//! Every claim is one linear functional of the columns of these polynomials at one point: so it goes to the opening as it
//! is, where the verifier adds up the key's commitments as it does those of a proof. Public input is no part of it, and is
//! evaluated as always.
//!
//! Transcript: `program`, the commitments, absorbed and not sent; `image`, a value for each claim on initial memory;
//! in `fetch` one claimed value more for each cycle point. The claims are at other points than the end of `fetch`, so that
//! the opening has a sumcheck. Cost: of a key, one commitment to `n` digits and words for each row, about 8 additions of
//! points; of a proof, the opening's sumcheck; of a verifier, one multiplication of a point for each column, 220 to 240 of
//! them, whatever the program's size.

mod file;
mod image;
#[cfg(feature = "prover")]
mod prover;

pub use file::CommitmentsFileError;
pub use image::ImagePlan;
#[cfg(feature = "prover")]
pub use prover::Polys;

use crate::bytecode::{Combination, RowPlan};
use crate::constraints;
use crate::machine::Machine;
use std::sync::Arc;
use sumcheck::{
    Encoded, EvalClaim, Field, Fixed, Known, Label, Oracle, Point, Shape, VerifierChannel,
    VerifyError, Weights,
};

/// Label of the commitments.
const LABEL: Label = "program";

/// Which polynomials a program is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    rows: RowPlan,
    image: ImagePlan,
}

impl Plan {
    /// Of a program.
    pub fn of(machine: &Machine) -> Self {
        let code = &machine.bytecode;
        Plan {
            rows: RowPlan::new(code, |number, kind| {
                constraints::factors(code.word(), number, kind)
            }),
            image: ImagePlan::new(&machine.image),
        }
    }

    /// What the polynomials are of, in a canonical encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.rows.to_bytes();
        out.extend(self.image.to_bytes());
        out
    }

    /// Of the polynomials, in order: rows, then blocks of memory.
    pub fn shapes(&self) -> Vec<Shape> {
        let mut shapes = self.rows.shapes();
        shapes.extend(self.image.shapes());
        shapes
    }

    /// Variables of the largest of them.
    pub fn max_vars(&self) -> usize {
        self.rows.vars().max(self.image.vars())
    }
}

/// What a verifier has of a committed program.
#[derive(Clone, Debug)]
pub struct Preprocessed<F> {
    plan: Arc<Plan>,
    fixed: Vec<Fixed<F>>,
    digest: [u8; 32],
}

/// Commitments to a program under one commitment key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitments {
    /// Pins program, plan and commitment key ([`commitments_digest`](crate::api::commitments_digest)).
    pub digest: [u8; 32],
    /// In canonical encoding, one for each polynomial, in order.
    pub all: Vec<Vec<u8>>,
}

/// Commitments that are not those of a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOfProgram {
    /// Of another program or key.
    #[error(
        "the commitments are to another program, or for another scheme, setup, mode or size of keys: both sides need the \
         same program and options"
    )]
    Other,
    /// Another number of them.
    #[error("{found} commitments to the program, where {expected} belong")]
    Count {
        /// How many there are.
        found: usize,
        /// How many polynomials a program is.
        expected: usize,
    },
    /// One that cannot be decoded.
    #[error("commitment {at} to the program: {cause}")]
    Encoding {
        /// Its number.
        at: usize,
        /// What is wrong.
        cause: String,
    },
}

impl<F: Field> Preprocessed<F> {
    /// From commitments to the polynomials of a plan, which are decoded once. `digest` pins program, plan and key.
    ///
    /// # Errors
    /// They are of something else. Whether they are commitments to this program is not found out: that is the trust in a
    /// key.
    pub fn new(
        plan: Plan,
        digest: [u8; 32],
        commitments: &Commitments,
        decoded: impl Fn(Fixed<F>) -> Result<Fixed<F>, String>,
    ) -> Result<Self, NotOfProgram> {
        if commitments.digest != digest {
            return Err(NotOfProgram::Other);
        }
        let shapes = plan.shapes();
        if shapes.len() != commitments.all.len() {
            return Err(NotOfProgram::Count {
                found: commitments.all.len(),
                expected: shapes.len(),
            });
        }
        let fixed = shapes.into_iter().zip(&commitments.all).enumerate();
        let fixed = fixed.map(|(at, (shape, bytes))| {
            let known = Known::Commitment(Encoded::new(bytes.clone()));
            decoded(Fixed { shape, known }).map_err(|cause| NotOfProgram::Encoding { at, cause })
        });
        Ok(Preprocessed {
            fixed: fixed.collect::<Result<_, _>>()?,
            plan: Arc::new(plan),
            digest,
        })
    }

    /// The commitments.
    pub fn commitments(&self) -> Commitments {
        let known = self.fixed.iter().filter_map(|fixed| match &fixed.known {
            Known::Commitment(encoded) => Some(encoded.bytes().to_vec()),
            Known::Clear(_) => None,
        });
        Commitments {
            digest: self.digest,
            all: known.collect(),
        }
    }

    /// Takes them in as oracles.
    ///
    /// # Errors
    /// What is no commitment under the channel's key.
    pub fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
    ) -> Result<ProgramOracles, VerifyError> {
        let oracles = self.fixed.iter().map(|fixed| channel.fixed(LABEL, fixed));
        Ok(ProgramOracles {
            plan: self.plan.clone(),
            oracles: oracles.collect::<Result<_, _>>()?,
        })
    }
}

/// The oracles of a committed program.
#[derive(Clone, Debug)]
pub struct ProgramOracles {
    plan: Arc<Plan>,
    oracles: Vec<Oracle>,
}

impl ProgramOracles {
    /// A claim on a combination of columns at a point of rows.
    pub fn rows_claim<F: Field, V>(
        &self,
        of: &Combination<F>,
        point: Point<F>,
        value: V,
    ) -> EvalClaim<F, V> {
        let oracles = self.oracles.iter();
        let functionals = self.plan.rows.functionals(of);
        let terms = oracles.zip(functionals);
        let terms = terms.map(|(oracle, (weights, factor))| (*oracle, weights, factor));
        EvalClaim {
            terms: terms.collect(),
            point,
            value,
        }
    }

    /// Whether initial memory is more than public input.
    pub fn has_image(&self) -> bool {
        !self.plan.image.is_empty()
    }

    /// A claim on initial memory at a point of cells, public input left out.
    pub fn image_claim<F: Field, V>(&self, cell: &Point<F>, value: V) -> EvalClaim<F, V> {
        let (point, factors) = self.plan.image.functionals(cell);
        let oracles = self.oracles.iter().skip(self.plan.rows.shapes().len());
        let terms = oracles.zip(factors);
        EvalClaim {
            terms: terms
                .map(|(o, factor)| (*o, Weights::One, factor))
                .collect(),
            point,
            value,
        }
    }
}
