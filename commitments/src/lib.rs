//! Multilinear polynomial commitment schemes, and the sealed proof channel over them.
//!
//! Use this crate to turn a protocol that was written against the channels of `sumcheck` into a succinct proof: a
//! byte string in which polynomials are commitments, and one opening ends all claims. It knows nothing of tables or
//! RISC-V. Proofs with [`hyrax`] need no trusted setup; the setup of [`pst13`] is for tests, and has a public trapdoor.
//!
//! # A commitment, and a value of what is committed
//!
//! ```
//! use ark_bn254::Fr;
//! use commitments::{CacheDir, Registry, Setup, sealed::Statement};
//! use std::sync::Arc;
//! use sumcheck::{Checks, EvalClaim, Point, Poly, Weights};
//!
//! let schemes = Registry::<Fr>::builtin();
//! let setup = Setup::Builtin { cache: CacheDir::Off };
//! let keys = schemes.get("hyrax").expect("a built-in scheme").setup(2, &setup)?;
//! let (point, rows) = (Point(vec![Fr::from(3), Fr::from(4)]), [1u64, 5, 2, 6].map(Fr::from).to_vec());
//! let value = Fr::from(1 + 4 * 3 + 4); // 1 + 4·x_0 + x_1 at (3, 4)
//!
//! let mut prover = keys.proving.session(&Statement::new("example"), Checks::all());
//! let oracle = prover.commit("f", vec![Arc::new(Poly::dense(2, rows))])[0];
//! let terms = vec![(oracle, Weights::One, Fr::from(1))];
//! prover.send("value", &[value]);
//! prover.claim_eval(EvalClaim { terms: terms.clone(), point: point.clone(), value });
//! let proof = prover.finish()?;
//!
//! let mut verifier = keys.verifying.session(&Statement::new("example"), &proof, Checks::all());
//! let shape = sumcheck::Shape { vars: 2, radix: None };
//! assert_eq!(verifier.oracles("f", &[shape])?, [oracle]);
//! let value = verifier.recv("value", 1)?[0];
//! verifier.claim_eval(EvalClaim { terms, point, value })?;
//! verifier.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to go next
//!
//! | to | read |
//! |---|---|
//! | know how claims at several points become one opening | [`sealed`] |
//! | add a scheme | [`Pcs`], `PcsKeys` and `PcsProver`: to open a public combination of columns is all that they ask for; then [`Scheme`] |
//! | know those that are here: one that needs no trust, and multilinear KZG over BN254 | [`hyrax`], [`pst13`] |
//! | know those over a key of powers of tau, which a ceremony can make | [`zeromorph`], [`mercury`], [`hyperkzg`] |
//! | know how commitments and openings tell nothing, and add a scheme of which they do | [`hiding`]; `HidingProver` |
//! | know those of hashed codewords, without any group | [`basefold`], [`ligero`] |
//! | make a key of powers of tau | [`kzg`] |
//! | choose schemes by name at run time | [`Registry`] |
//! | read the file of a ceremony | `ptau` (feature `prover`), [`Ceremony`] |
//! | encode and decode without trusting a length | [`wire`] |

// A build without provers is what a verifier reaches: where it indexes, the file says why it cannot be out of bounds.
#![cfg_attr(not(feature = "prover"), deny(clippy::indexing_slicing))]

pub mod basefold;
mod ceremony;
mod codewords;
mod columns;
mod curve;
#[cfg(feature = "prover")]
mod draws;
#[cfg(all(feature = "testing", feature = "prover"))]
pub mod equivocation;
pub mod generators;
mod hex;
pub mod hiding;
pub mod hyperkzg;
pub mod hyrax;
mod keys;
#[cfg(feature = "prover")]
mod keys_prover;
pub mod kzg;
pub mod ligero;
pub mod mercury;
#[cfg(feature = "prover")]
mod parts;
mod pcs;
#[cfg(feature = "prover")]
mod pcs_hiding;
#[cfg(feature = "prover")]
mod pcs_prover;
#[cfg(feature = "prover")]
mod points;
pub mod pst13;
#[cfg(feature = "prover")]
pub mod ptau;
mod registry;
mod scheme;
pub mod sealed;
mod setup;
#[cfg(all(feature = "testing", feature = "prover"))]
pub mod simulation;
#[cfg(test)]
mod tests;
pub mod wire;
pub mod zeromorph;

pub use ceremony::{CEREMONY_BYTES, Ceremony, CeremonyId};
pub use columns::Columns;
pub use curve::Pairings;
#[cfg(feature = "prover")]
pub use curve::{column_sums, group_additions, msm, msm_signed, sum_points};
#[cfg(feature = "prover")]
pub use draws::{Class, Draws, NoEntropy};
pub use keys::{VerifyingKey, erase_hiding_verifying_key, erase_verifying_key};
#[cfg(feature = "prover")]
pub use keys_prover::{Keys, ProvingKey, erase_hiding_proving_key, erase_proving_key};
pub use pcs::{Combined, Embedding, Key, OpeningRisk, Pcs, PcsError, Provenance, Script, columns};
#[cfg(feature = "prover")]
pub use pcs_hiding::HidingProver;
#[cfg(feature = "prover")]
pub(crate) use pcs_prover::check_polys;
#[cfg(feature = "prover")]
pub use pcs_prover::{PcsKeys, PcsProver};
pub use registry::Registry;
pub use scheme::{BaseFoldDials, Foundation, HyraxLines, LigeroLines, Scheme, SchemeFacts};
#[cfg(feature = "prover")]
pub use sealed::ProverSession;
pub use sealed::VerifierSession;
pub use setup::{CacheDir, Setup, SetupError};
