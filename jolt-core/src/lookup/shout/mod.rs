//! Shout [ST25, §7–8]: one-hot digits and a prefix–suffix sumcheck over the whole index.
//!
//! Commitment: the index in digits of 4 bits, the most significant first, as one-hot polynomials
//! (`Poly::digits`, radix 16); `ra_i(k, j) = [digit_i(j) = k]`.
//!
//! Protocol, for the claims `out`, `left`, `right` at the cycle point `r`:
//!
//! 1. `γ`. Batch `execute`, relation `read`, with one address segment of 16 bits for each group of
//!    four digits and the virtual partial products `P_g = Π_{i in g} ra_i`:
//!
//!    ```text
//!    out + γ·left + γ²·right = Σ_{k,j} eq(r, j) · Π_g P_g(k_g, j) · V(k, j)
//!    V(k, j) = Σ_t selects_t(j)·T_t(k) + pair(j)·(γ·left(k) + γ²·right(k)) + single(j)·γ²·k
//!    ```
//!
//!    The claim on `V` at `(k*, r1)` is the caller's: a public combination of the selectors at `r1`.
//! 2. `γ_P, β`. Relation `digits`: the claims on `P_g` at `r1`, and that all digits are one-hot
//!    ([`digits::products`](crate::digits::products)). In the machine it is left to the batch `fetch`; on its own it is
//!    the batch `decompose`. It ends at one cycle point, with a claim on each digit and
//!    one on all together.
//!
//! Cost for `W = 64`, per cycle with a lookup (M: multiplications, D: products with delayed
//! reduction, U: products with a machine word), and bytes held at a time:
//!
//! | part | M | D | U | bytes |
//! |---|---|---|---|---|
//! | address rounds | 16 | – | 16 · (states + 1), rarely + 2 | 48, and the index (16) |
//! | cycle rounds, of which two hold no rows | 71 | 9 | – | 72 |
//! | `digits` | 29 | 97 | – | 16, and 64 from the fourth round on |
//!
//! Counted over the portable paths, for one more of 8192 or more random reads of `AND`, standalone: 124 M, 105 D, 48 U
//! (`tests/lookup_operations.rs`). The difference to the table is equality tables, and evaluating what is claimed.
//! Committing takes one group addition for each pair of digits that are not both zero, 16 on random indices.
//!
//! The digits take 16 bytes throughout. A cycle without a lookup costs what `digits`
//! costs, and its partial products' bindings (`benches/lookup.rs` measures each part).
//!
//! Message sizes for `W = 64`: 128 rounds of 2 elements, `log T` of 9, 9 evaluations; then `log T` rounds of 4,
//! 33 evaluations.

#[cfg(feature = "prover")]
mod address;
#[cfg(feature = "prover")]
mod cycle;
pub(in crate::lookup) mod dense;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod kernels;
pub(in crate::lookup) mod layout;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
#[cfg(feature = "prover")]
mod read;
mod relation;
#[cfg(test)]
mod tests;
mod verifier;

use super::dense::DenseArgument;
use super::selectors::fits_field;
use super::{LookupArgument, LookupShape, LookupVerifier, Unsupported};
use crate::digits::MAX_RADIX;
use crate::facts::{Facts, Structure};
use layout::Layout;
use sumcheck::{Field, Oracle, VerifierChannel, VerifyError};

/// The Shout argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shout;

impl<F: Field> LookupArgument<F> for Shout {
    fn name(&self) -> &'static str {
        "shout"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "one-hot digits, a sumcheck over the whole index",
            structure: Structure::Automaton,
            index_bits: 16..=128,
            papers: &["ST25", "NTZ25"],
            note: Some("shout.md"),
            ..Facts::LOOKUP
        }
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        // An index must be one field element, and a sum or product of operands the index itself.
        fits_field::<F>(shape.index_bits, 1)?;
        Layout::new(shape).map(|_| ())
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        verifier::receive(channel, shape)
    }
}

/// Labels of the challenges of the relation `digits`.
const PRODUCTS: [&str; 2] = ["lookup/products", "lookup/one-hot"];
/// What these hide, and what the point hides that products are claimed at.
const PRODUCTS_AND_ONE_HOT: &str = "products of digits, and one-hotness";
const ONE_HOT_AT: &str = "one-hotness, at the products' addresses and cycle";

/// Oracles with their radix.
fn digits(oracles: &[Oracle]) -> Vec<(Oracle, usize)> {
    oracles.iter().map(|o| (*o, MAX_RADIX)).collect()
}
