//! Commitments and openings that hide.
//!
//! **Commitments.** One more point `H`, hashed from a public string as all points of Hyrax are ([`crate::generators`]): a
//! setup or a ceremony stays what it is. Every commitment gets a fresh multiple of `H`, zeros included, and is uniform.
//!
//! **Openings** are the scheme's. Hyrax ends with a proof of knowledge (`hyrax/hiding.rs`). An opening that leaves an
//! equation of pairings is repaired by one point ([`Blinded`], where the argument is).
//!
//! | | |
//! |---|---|
//! | [`HidingKey`], `HidingProverKey` | keys of all schemes that hide; their digests are not those of the clear ones |
//! | `blind`, `Blinder` | fresh multiples of `H` |
//! | [`Blinded`], [`OverPairings`], `BlindedProver` | schemes over pairings: both sides |

mod key;
#[cfg(all(feature = "testing", feature = "prover"))]
mod known;
mod pairings;
#[cfg(feature = "prover")]
mod pairings_prover;
#[cfg(feature = "prover")]
mod prover;
#[cfg(all(feature = "testing", feature = "prover"))]
mod simulated;
#[cfg(all(test, feature = "testing"))]
mod tests;

pub use key::HidingKey;
#[cfg(all(feature = "testing", feature = "prover"))]
pub use known::{Known, KnownKey, Seen, Trapdoor, Twins};
#[cfg(all(feature = "testing", feature = "prover"))]
pub(crate) use known::{blinding_logarithm, multiples};
pub(crate) use pairings::blinded_verifying_key;
pub use pairings::{Blinded, BlindedEquation, BlindedOpening, OverPairings};
#[cfg(feature = "prover")]
pub(crate) use pairings_prover::blinded_keys;
#[cfg(feature = "prover")]
pub use pairings_prover::{BlindedProver, Opened};
#[cfg(feature = "prover")]
pub use prover::{Blinder, HidingProverKey};
#[cfg(feature = "prover")]
pub(crate) use prover::{blind, check_sparse};
#[cfg(all(feature = "testing", feature = "prover"))]
pub(crate) use simulated::correction;
#[cfg(all(feature = "testing", feature = "prover"))]
pub use simulated::{Asked, Simulated, SimulatedPairings};
