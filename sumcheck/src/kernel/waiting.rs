//! A prover that is made when its first round comes: what joins a batch late need not be held before.

use crate::{Field, RoundProver, UniPoly};

/// Makes the prover of its rounds when they begin.
pub struct Waiting<F, M, P> {
    make: Option<M>,
    prover: Option<P>,
    of: std::marker::PhantomData<fn() -> F>,
}

impl<F: Field, M: FnOnce() -> P, P: RoundProver<F>> Waiting<F, M, P> {
    /// A prover that is made so.
    pub fn new(make: M) -> Self {
        Waiting {
            make: Some(make),
            prover: None,
            of: std::marker::PhantomData,
        }
    }

    fn prover(&mut self) -> &mut P {
        if let Some(make) = self.make.take() {
            self.prover = Some(make());
        }
        self.prover.as_mut().expect("made before it is asked for")
    }
}

impl<F: Field, M: FnOnce() -> P + Send, P: RoundProver<F>> RoundProver<F> for Waiting<F, M, P> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        self.prover().round(claim)
    }

    fn bind(&mut self, challenge: F) {
        self.prover().bind(challenge);
    }

    fn finish(&mut self) -> Vec<F> {
        self.prover().finish()
    }
}
