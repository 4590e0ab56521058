//! Phase `fetch`: every claim on a bytecode column, every claim on a RAM address, one-hotness, and whatever else has to
//! end at one cycle point.
//!
//! Relations, one batch; all end at the cycle point `r_fetch`:
//! - `bytecode`: `Σ_i γ_i claim_i = Σ_{k,j} Π_i d_i(k_i, j) · Σ_p eq(r_p, j) · column_p(k)`, where `d_i` are the
//!   digits of the row, and each cycle point `r_p` comes with the combination of all columns claimed
//!   there; the point 0 carries the label of the first cycle, which must be the entry's;
//! - `addresses`: all claims on `ra(address, ·)`, as products of digits;
//! - `booleanity` of all digits of the machine (the lookup argument proves that of its own);
//! - `carry`: every claim on an oracle over cycles that was made at another point ([`carry`](super::carry));
//! - those that arguments left ([`Late`](sumcheck::batch::Late)): with Shout, `digits`.
//!
//! Each digit ends with one claim per product and one for booleanity, and every oracle with claims at `r_fetch` alone.
//!
//! Transcript: γ, the booleanity challenges; the batch.
//! Cost per real cycle: one addition per cycle point in the row rounds; `n + 1` evaluation points times
//! `n` multiplications per product of `n` digits.

mod claims;
#[cfg(feature = "prover")]
mod prover;
mod relations;
mod verifier;

pub use claims::{AddressClaims, Claims, Sorted, Sum, sort};
#[cfg(feature = "prover")]
pub use prover::{kernels, prove, prove_with};
pub use relations::{Addresses, Bytecode, Relations, split_address};
pub use verifier::verify;
