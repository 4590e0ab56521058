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
//! 2. `γ_P, β`. Batch `decompose`, relation `digits`: the claims on `P_g` at `r1`, and that all digits are one-hot
//!    ([`digits::products`](crate::digits::products)). It ends at one cycle point, with a claim on each digit and
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
//! Counted over the portable paths, for one more random read of `AND`, standalone: 128 M, 105 D, 48 U
//! (`tests/lookup_operations.rs`). The difference to the table is equality tables, and evaluating what is claimed.
//! Committing takes one group addition for each pair of digits that are not both zero, 16 on random indices.
//!
//! The digits take 16 bytes throughout. A cycle without a lookup costs what `digits`
//! costs, and its partial products' bindings (`benches/lookup.rs` measures each part).
//!
//! Message sizes for `W = 64`: 128 rounds of 2 elements, `log T` of 9, 9 evaluations; then `log T` rounds of 4,
//! 33 evaluations.

mod address;
mod cycle;
pub(in crate::lookup) mod dense;
pub(in crate::lookup) mod kernels;
pub(in crate::lookup) mod layout;
mod read;
mod relation;
#[cfg(test)]
mod tests;

use super::dense::DenseArgument;
use super::selectors::{SelectorWeights, fits_field, read_value};
use super::{
    EXPOSED, LookupArgument, LookupProver, LookupShape, LookupVerifier, ReadClaim, Reads,
    SelectorClaim,
};
use crate::digits::products::{self, GROUP, Grouped};
use crate::digits::{MAX_RADIX, Packed};
use crate::facts::{Facts, Structure};
use kernels::{Fast, Kernels};
use layout::Layout;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{
    Field, Instance, Oracle, Point, ProverChannel, Reduced, Shape, Shared, Value, VerifierChannel,
    VerifyError, batch,
};

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

    fn supports(&self, shape: &LookupShape) -> Result<(), String> {
        // An index must be one field element, and a sum or product of operands the index itself.
        fits_field::<F>(shape.index_bits, 1)?;
        Layout::new(shape).map(|_| ())
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        commit(channel, shape, &reads, |layout, packed| {
            Box::new(Fast {
                shape: shape.clone(),
                layout,
                reads: reads.clone(),
                packed,
            })
        })
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        let layout = Layout::new(shape).map_err(|cause| VerifyError::NotAllowed { cause })?;
        let digit = Shape {
            vars: shape.cycle_vars,
            radix: Some(MAX_RADIX),
        };
        let oracles = channel.oracles("lookup digits", &vec![digit; layout.digits()])?;
        Ok(Box::new(Verifier {
            shape: shape.clone(),
            layout,
            oracles,
        }))
    }
}

/// Labels of the challenges of the batch `decompose`.
const PRODUCTS: [&str; 2] = ["lookup/products", "lookup/one-hot"];
/// What these hide, and what the point hides that products are claimed at.
const PRODUCTS_AND_ONE_HOT: &str = "products of digits, and one-hotness";
const ONE_HOT_AT: &str = "one-hotness, at the products' addresses and cycle";

struct Prover<F> {
    shape: LookupShape,
    layout: Layout,
    oracles: Vec<Oracle>,
    kernels: Box<dyn Kernels<F>>,
}

/// Commits the digits of reads. What is proven of them is proven by the kernels.
pub(in crate::lookup) fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    shape: &LookupShape,
    reads: &Reads,
    kernels: impl FnOnce(Layout, Vec<Arc<Packed>>) -> Box<dyn Kernels<F>>,
) -> Box<dyn LookupProver<F>> {
    let layout = Layout::new(shape).expect("a supported shape");
    let packed: Vec<Arc<Packed>> = (0..layout.digits())
        .into_par_iter()
        .map(|i| {
            let digit = |j: usize| layout.digit(i, reads.index[j]);
            let rows = reads.index.len();
            Arc::new(Packed::of(shape.cycle_vars, MAX_RADIX, rows, digit))
        })
        .collect();
    let columns = packed.iter().cloned().map(Shared::Digits).collect();
    Box::new(Prover {
        shape: shape.clone(),
        layout,
        oracles: channel.commit_shared("lookup digits", columns),
        kernels: kernels(layout, packed),
    })
}

struct Verifier {
    shape: LookupShape,
    layout: Layout,
    oracles: Vec<Oracle>,
}

/// What the `read` batch leaves behind.
struct Read<F, V> {
    /// Claims on the partial products.
    products: Vec<V>,
    cycle: Point<F>,
    addresses: Vec<Point<F>>,
    selectors: SelectorClaim<F, V>,
}

impl<F: Field, V: Copy> Read<F, V> {
    fn new(shape: &LookupShape, layout: Layout, gamma: F, mut reduced: Reduced<F, V>) -> Self {
        let points = reduced.points.clone();
        let cycle = points[layout.groups()].clone();
        let weights = SelectorWeights::new(shape, gamma, &layout.msb_first(&points));
        let products = reduced.take_all("P");
        let selectors = weights.claim(cycle.clone(), reduced.take("V"));
        reduced.done();
        Read {
            products,
            cycle,
            addresses: layout.addresses(&points),
            selectors,
        }
    }

    /// Where the partial products are reduced to digits.
    fn at(&self, challenges: [F; 2], one_hot: bool) -> products::At<F> {
        let (cycle, addresses) = (self.cycle.clone(), self.addresses.clone());
        products::At::new(cycle, addresses, GROUP, challenges, one_hot)
    }
}

/// Oracles with their radix.
fn digits(oracles: &[Oracle]) -> Vec<(Oracle, usize)> {
    oracles.iter().map(|o| (*o, MAX_RADIX)).collect()
}

impl<F: Field> LookupProver<F> for Prover<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let gamma: F = channel.sample("lookup/read");
        let value = claim.out + gamma * (claim.left + gamma * claim.right);
        let relation = relation::read(self.layout, &claim.point);
        let instance = Instance {
            prover: self.kernels.read(&relation, &claim.point, gamma),
            relation,
            claim: value,
        };
        let [reduced] = one(batch::prove_all(channel, "execute", vec![instance]));
        let read = Read::new(&self.shape, self.layout, gamma, reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let at = read.at(challenges, channel.enforced(products::ONE_HOT));
        let grouped = Grouped::new("digits", &at);
        let claims = read.products.iter().zip(at.product_weights());
        let instance = Instance {
            prover: self.kernels.digits(&grouped.relation, &at),
            relation: grouped.relation.clone(),
            claim: claims.map(|(claim, weight)| *claim * weight).sum(),
        };
        let [reduced] = one(batch::prove_all(channel, "decompose", vec![instance]));
        for claim in grouped.claims(reduced, &digits(&self.oracles), &at) {
            channel.claim_eval(claim);
        }
        read.selectors
    }
}

impl<F: Field> LookupVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let gamma: F = channel.sample("lookup/read");
        channel.risk(&["lookup/read"], EXPOSED, 2);
        let value = read_value(channel, gamma, &claim);
        let relations = vec![(relation::read(self.layout, &claim.point), value)];
        let [reduced] = one(batch::verify_all(channel, "execute", relations)?);
        let read = Read::new(&self.shape, self.layout, gamma, reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let at = read.at(challenges, channel.enforced(products::ONE_HOT));
        channel.risk(&PRODUCTS, PRODUCTS_AND_ONE_HOT, at.degree());
        channel.risk(&["round"], ONE_HOT_AT, at.one_hot_degree());
        let weights = at.product_weights().into_iter();
        let terms: Vec<_> = weights.zip(read.products.iter().copied()).collect();
        let claim = channel.linear(F::zero(), &terms);
        let grouped = Grouped::new("digits", &at);
        let relations = vec![(grouped.relation.clone(), claim)];
        let [reduced] = one(batch::verify_all(channel, "decompose", relations)?);
        for claim in grouped.claims(reduced, &digits(&self.oracles), &at) {
            channel.claim_eval(claim)?;
        }
        Ok(read.selectors)
    }
}

fn one<T>(mut reduced: Vec<T>) -> [T; 1] {
    [reduced.pop().expect("one relation was given")]
}
