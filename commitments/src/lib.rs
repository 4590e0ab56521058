//! Multilinear polynomial commitment schemes, and the sealed proof channel over them.
//!
//! - [`Pcs`] is a scheme, [`Homomorphic`] the capability that the sealed channel needs.
//! - [`pst13`] is multilinear KZG over BN254.
//! - [`sealed`] turns a scheme into a proof channel: one byte string, one opening at its end.
//! - [`Registry`] lists schemes by name, erased behind [`Scheme`], so that protocol code is compiled
//!   once and not once per scheme.
//!
//! Knows nothing of tables or RISC-V.

mod curve;
mod pcs;
pub mod pst13;
mod scheme;
pub mod sealed;
mod setup;
pub mod wire;

pub use curve::{column_sums, group_additions, msm, msm_signed, sum_points};
pub use pcs::{Homomorphic, Key, Pcs, PcsError, Provenance, columns};
pub use scheme::{
    Keys, ProvingKey, Registry, Scheme, SchemeFacts, VerifyingKey, erase_proving_key,
    erase_verifying_key,
};
pub use sealed::{ProverSession, VerifierSession};
pub use setup::{CacheDir, Setup, SetupError};
