//! What a prover has of a committed program.

use super::{Commitments, LABEL, NotOfProgram, Plan, Preprocessed, ProgramOracles};
use crate::machine::Machine;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, Fixed, Poly, ProverChannel};

/// The polynomials, and what verifiers have of them.
#[derive(Clone, Debug)]
pub struct Polys<F> {
    polys: Vec<Arc<Poly<F>>>,
    known: Preprocessed<F>,
}

impl<F: Field> Polys<F> {
    /// Commits to a program. `digest` pins program, plan and commitment key.
    ///
    /// # Errors
    /// Those of a commitment.
    pub fn commit<E: Send>(
        (plan, digest): (Plan, [u8; 32]),
        machine: &Machine,
        commit: impl Fn(&Poly<F>) -> Result<Fixed<F>, E> + Sync,
    ) -> Result<Self, E> {
        let polys = polynomials(&plan, machine);
        let fixed: Result<Vec<_>, E> = polys.par_iter().map(|poly| commit(poly)).collect();
        let known = Preprocessed {
            plan: Arc::new(plan),
            fixed: fixed?,
            digest,
        };
        Ok(Polys { polys, known })
    }

    /// The polynomials of a program whose commitments are known.
    ///
    /// # Errors
    /// They are of something else.
    pub fn known(
        (plan, digest): (Plan, [u8; 32]),
        machine: &Machine,
        commitments: &Commitments,
        decoded: impl Fn(Fixed<F>) -> Result<Fixed<F>, String>,
    ) -> Result<Self, NotOfProgram> {
        let polys = polynomials(&plan, machine);
        let known = Preprocessed::new(plan, digest, commitments, decoded)?;
        Ok(Polys { polys, known })
    }

    /// What verifiers have of it.
    pub fn preprocessed(&self) -> &Preprocessed<F> {
        &self.known
    }

    /// Takes them in as oracles.
    pub fn commit_to(&self, channel: &mut dyn ProverChannel<F>) -> ProgramOracles {
        let oracles = self.polys.iter().zip(&self.known.fixed);
        let oracles = oracles.map(|(poly, fixed)| channel.fixed(LABEL, poly.clone(), fixed));
        ProgramOracles {
            plan: self.known.plan.clone(),
            oracles: oracles.collect(),
        }
    }
}

fn polynomials<F: Field>(plan: &Plan, machine: &Machine) -> Vec<Arc<Poly<F>>> {
    let rows = plan.rows.polys(&machine.bytecode);
    let image = plan.image.polys(&machine.image);
    rows.into_iter().chain(image).map(Arc::new).collect()
}
