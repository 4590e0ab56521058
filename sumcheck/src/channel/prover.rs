//! The prover's channel.

use super::layer::Over;
use super::{EvalClaim, Fixed, Oracle};
use crate::{Field, Held, Label, Poly, Shared};
use rayon::prelude::*;
use std::sync::Arc;

/// The polynomials of columns.
pub fn polys<F: Field>(columns: &[Shared]) -> Vec<Arc<Poly<F>>> {
    let polys = columns.par_iter().map(|column| Arc::new(column.poly()));
    polys.collect()
}

/// The prover's side. No method has a default, so that a channel that passes on to another one does not compile
/// where it passes something over.
pub trait ProverChannel<F: Field> {
    /// Sends field elements, which are absorbed.
    fn send(&mut self, label: Label, values: &[F]);
    /// Commits polynomials, whose commitments are absorbed, in order.
    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<F>>>) -> Vec<Oracle>;
    /// Commits columns that the caller goes on reading: the same as [`Self::commit`] of their polynomials,
    /// but a channel need not hold them a second time. One that does not care commits their [`polys`].
    fn commit_shared(&mut self, label: Label, columns: Vec<Shared>) -> Vec<Oracle>;
    /// Makes an oracle of a polynomial that belongs to the key, of which the verifier has `fixed`. It is
    /// absorbed and not sent.
    fn fixed(&mut self, label: Label, poly: Arc<Poly<F>>, fixed: &Fixed<F>) -> Oracle;
    /// Draws a challenge.
    fn sample(&mut self, label: Label) -> F;
    /// Promises that the claim holds; the channel's opening will prove it.
    fn claim_eval(&mut self, claim: EvalClaim<F, F>);
    /// Whether the named check is enforced. Always true outside of soundness tests.
    fn enforced(&mut self, check: &str) -> bool;
}

/// What a prover's channel over another one does by itself. [`Over`] passes on the rest.
pub trait ProverLayer<F: Field> {
    /// What is below.
    type Below: ProverChannel<F> + ?Sized;

    /// The channel below, which everything is passed on to.
    fn below(&mut self) -> &mut Self::Below;

    /// Hears that a challenge is going to be drawn.
    fn drawing(&mut self, _label: Label) {}

    /// Hears of oracles, and what each of them is.
    fn committed(&mut self, _oracles: &[Oracle], _polys: Vec<Held<F>>) {}

    /// The claim that is passed on in place of this one. A layer that keeps a claim to itself passes on none, and
    /// has to see to it that it is proven.
    fn pass(&mut self, claim: EvalClaim<F, F>) -> Option<EvalClaim<F, F>> {
        Some(claim)
    }
}

impl<F: Field, L: ProverLayer<F>> ProverChannel<F> for Over<L> {
    fn send(&mut self, label: Label, values: &[F]) {
        self.0.below().send(label, values);
    }

    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<F>>>) -> Vec<Oracle> {
        let held = polys.iter().cloned().map(Held::Own).collect();
        let oracles = self.0.below().commit(label, polys);
        self.0.committed(&oracles, held);
        oracles
    }

    fn commit_shared(&mut self, label: Label, columns: Vec<Shared>) -> Vec<Oracle> {
        let held = columns.iter().cloned().map(Held::Shared).collect();
        let oracles = self.0.below().commit_shared(label, columns);
        self.0.committed(&oracles, held);
        oracles
    }

    fn fixed(&mut self, label: Label, poly: Arc<Poly<F>>, fixed: &Fixed<F>) -> Oracle {
        let held = vec![Held::Own(poly.clone())];
        let oracle = self.0.below().fixed(label, poly, fixed);
        self.0.committed(&[oracle], held);
        oracle
    }

    fn sample(&mut self, label: Label) -> F {
        self.0.drawing(label);
        self.0.below().sample(label)
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, F>) {
        if let Some(claim) = self.0.pass(claim) {
            self.0.below().claim_eval(claim);
        }
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.0.below().enforced(check)
    }
}
