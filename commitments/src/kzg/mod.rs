//! A key of powers of tau, for schemes that commit to polynomials in one variable.
//!
//! The secret is `τ`. The prover has `τ^i · G_1` for `i < 2^l` ([`Powers`]); the verifier has `τ · G_1`, `τ · G_2` and
//! `τ² · G_2` ([`VerifierKey`]). A commitment to `f(X) = Σ_i f_i · X^i` is `f(τ) · G_1`, a point.
//!
//! **Nobody may count on the key's length.** Published keys are cut from ceremonies of many more powers, so whoever
//! commits may know `τ^i · G_1` for `i` far above `2^l`, and a commitment may stand for a polynomial of any degree. A
//! scheme that needs a bound has to prove it.
//!
//! [KZG10: Kate, Zaverucha, Goldberg 2010]

#[cfg(feature = "prover")]
mod cache;
mod check;
#[cfg(feature = "prover")]
mod digests;
#[cfg(feature = "prover")]
mod file;
mod key;
#[cfg(feature = "prover")]
mod poly;
#[cfg(feature = "prover")]
mod powers;
mod scheme;
pub(crate) mod source;
#[cfg(test)]
mod tests;

#[cfg(feature = "prover")]
pub(crate) use check::blindings_at_two_points;
pub(crate) use check::{Third, vanish_at_three_points, vanish_at_two_points};
#[cfg(feature = "prover")]
pub use file::{PowersFile, Stored};
#[cfg(feature = "testing")]
pub(crate) use key::test_secret;
pub use key::{KeyError, VerifierKey};
#[cfg(feature = "prover")]
pub(crate) use poly::{add_scaled, divide, quotient_at_two_points};
#[cfg(feature = "prover")]
pub use powers::Powers;
pub(crate) use scheme::allowed;
#[cfg(feature = "prover")]
pub(crate) use scheme::whole;
pub use scheme::{OverPowers, Terms};

/// Variables of the largest key: 2^26 points are 4 GiB.
pub const MAX_VARS: usize = 26;

/// Powers of one secret that are known to anybody, at most: the longest ceremony published `2^29 − 1`. Errors are counted
/// with polynomials of so many coefficients, whatever the key's length.
pub const KNOWN_POWERS: u128 = 1 << 29;
