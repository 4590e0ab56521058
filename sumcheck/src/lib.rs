//! Sumcheck relations and drivers, multilinear polynomials, transcript and proof channels.
//!
//! Use this crate to write an interactive proof over multilinear polynomials once, and to run it in the clear, over
//! counters, or (with the crate `commitments`) over a commitment scheme. It knows nothing of commitment schemes,
//! tables or RISC-V, and it has no circuit language: a statement is a [`Relation`], which is a value.
//!
//! # A sumcheck
//!
//! Both sides build the same relation: here `claim = Σ_j f(j)·g(j)` over four rows. The prover adds a kernel, the
//! verifier the claim that it received. What is left are claims on `f` and `g` at one random point, which an opening
//! ends.
//!
//! ```
//! use ark_bn254::Fr;
//! use std::sync::Arc;
//! use sumcheck::channel::plain::{PlainProver, PlainVerifier};
//! use sumcheck::{EvalClaim, Instance, NaiveProver, Poly, ProverChannel, Relation};
//! use sumcheck::{Segment, VerifierChannel, Weights, batch};
//!
//! let mut relation = Relation::<Fr>::new("product", vec![Segment::cycle(2)]);
//! let factors = [relation.claimed("f", &[0]), relation.claimed("g", &[0])];
//! relation.summand = factors[0] * factors[1];
//! let tables = [[1u64, 2, 3, 4], [5, 6, 7, 8]].map(|rows| rows.map(Fr::from).to_vec());
//!
//! // The prover commits, claims and proves.
//! let mut prover = PlainProver::new("example");
//! let polys = tables.iter().map(|rows| Arc::new(Poly::dense(2, rows.clone())));
//! let oracles = prover.commit("factors", polys.collect());
//! let kernel = NaiveProver::new(&relation, tables.to_vec());
//! let claim = kernel.sum(); // 1·5 + 2·6 + 3·7 + 4·8
//! prover.send("claim", &[claim]);
//! let instance = Instance { relation: relation.clone(), claim, prover: Box::new(kernel) };
//! let [mut left] = batch::prove(&mut prover, "example", [instance]);
//! for (oracle, factor) in oracles.into_iter().zip(factors) {
//!     let (terms, [point]) = (vec![(oracle, Weights::One, Fr::from(1))], left.at());
//!     prover.claim_eval(EvalClaim { terms, point, value: left.take(factor) });
//! }
//!
//! // The verifier does the same with what it receives.
//! let mut verifier = PlainVerifier::new("example", prover.finish().0);
//! let shape = Poly::dense(2, tables[0].clone()).shape();
//! let oracles = verifier.oracles("factors", &[shape; 2])?;
//! let claim = verifier.recv("claim", 1)?[0];
//! let [mut left] = batch::verify(&mut verifier, "example", [(relation, claim)])?;
//! for (oracle, factor) in oracles.into_iter().zip(factors) {
//!     let (terms, [point]) = (vec![(oracle, Weights::One, Fr::from(1))], left.at());
//!     verifier.claim_eval(EvalClaim { terms, point, value: left.take(factor) })?;
//! }
//! assert_eq!(verifier.reveal(claim), Fr::from(70));
//! verifier.finish()?;
//! # Ok::<(), sumcheck::VerifyError>(())
//! ```
//!
//! # Where to go next
//!
//! | to | read |
//! |---|---|
//! | state something else: equality factors, public polynomials, several groups of variables | [`Relation`], [`Expr`] |
//! | prove several statements with one challenge per round | [`batch`] |
//! | replace [`NaiveProver`] by something fast, held to it message for message | [`RoundProver`], [`kernel`] |
//! | see what a protocol's messages and sizes are without running a prover | [`channel::counting`] |
//! | look for what a cheating prover can do with messages alone | [`analysis`] |
//! | work over another field | [`field`] |

// A build without provers is what a verifier reaches: where it indexes, the file says why it cannot be out of bounds.
#![cfg_attr(not(feature = "prover"), deny(clippy::indexing_slicing))]

#[cfg(feature = "prover")]
pub mod analysis;
pub mod batch;
pub mod channel;
mod eq_blocks;
mod expr;
pub mod field;
#[cfg(feature = "prover")]
pub mod kernel;
#[cfg(feature = "prover")]
mod naive;
mod on_tape;
mod point;
mod poly;
mod relation;
#[cfg(feature = "prover")]
mod shared;
mod transcript;
mod univariate;

pub use batch::Reduced;
#[cfg(feature = "prover")]
pub use batch::{Instance, RoundProver};
#[cfg(feature = "prover")]
pub use channel::ProverChannel;
pub use channel::{
    Checks, Encoded, EvalClaim, Fixed, Known, Note, Oracle, Tape, Value, VerifierChannel,
    VerifyError,
};
pub use eq_blocks::EqBlocks;
pub use expr::{Expr, Notation};
#[cfg(feature = "prover")]
pub use field::ProverField;
pub use field::{Accumulator, Field, Products, powers};
#[cfg(feature = "prover")]
pub use naive::NaiveProver;
pub use on_tape::Num;
pub use point::Point;
pub use poly::{Poly, Rows, Shape, Weights};
pub use relation::{
    Claimed, Factor, Order, PublicFn, PublicFns, Publics, Relation, Segment, Source,
};
#[cfg(feature = "prover")]
pub use shared::{Held, PackedDigits, Shared};
pub use transcript::{Event, Label, Mark, Recording, Transcript};
pub use univariate::UniPoly;
