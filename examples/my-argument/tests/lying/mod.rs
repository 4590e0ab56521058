//! The argument with a prover that lies: the bits of one read are others than those that it committed.

use jolt_core::lookup::testkit::Cheat;
use jolt_core::lookup::{
    LookupArgument, LookupProver, LookupShape, LookupVerifier, ProveLookup, Reads, Unsupported,
};
use std::sync::Arc;
use sumcheck::{Field, ProverChannel, VerifierChannel, VerifyError};

/// [`my_argument::commit`], or that of a variant.
pub type Commit<F> = fn(
    &mut dyn ProverChannel<F>,
    &LookupShape,
    Arc<Reads>,
    Vec<Vec<F>>,
) -> Box<dyn LookupProver<F>>;

/// An argument whose prover deviates.
pub struct Lying<A, F: Field> {
    honest: A,
    commit: Commit<F>,
    cheat: Cheat<F>,
}

impl<A: Copy, F: Field> Lying<A, F> {
    /// Makes provers that deviate.
    pub fn of(honest: A, commit: Commit<F>) -> impl Fn(Cheat<F>) -> Self {
        move |cheat| Lying {
            honest,
            commit,
            cheat,
        }
    }
}

impl<A: LookupArgument<F>, F: Field> LookupArgument<F> for Lying<A, F> {
    fn name(&self) -> &'static str {
        self.honest.name()
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        self.honest.supports(shape)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        self.honest.receive(channel, shape)
    }
}

impl<A: ProveLookup<F>, F: Field> ProveLookup<F> for Lying<A, F> {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let mut bits: Vec<Vec<F>> = my_argument::columns(shape, &reads);
        for (i, column) in bits.iter_mut().enumerate() {
            let value = |index: u128| F::from((index >> i) as u64 & 1);
            match self.cheat {
                Cheat::OtherIndex { read, other } => column[read] = value(other),
                Cheat::Blend { read, towards } => {
                    let own = column[read];
                    let moved = towards.map(|(other, share)| share * (value(other) - own));
                    column[read] = own + moved[0] + moved[1];
                }
            }
        }
        (self.commit)(channel, shape, reads, bits)
    }
}
