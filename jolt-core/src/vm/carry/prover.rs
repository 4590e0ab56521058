//! The layer over the prover's channel, and the kernel.

use super::Carried;
use std::collections::BTreeMap;
use sumcheck::channel::ProverLayer;
use sumcheck::channel::layer::Over;
use sumcheck::kernel::{ColumnSum, LateRows, SplitEq};
use sumcheck::{EvalClaim, Field, Held, Oracle, ProverChannel, ProverField, RoundProver, UniPoly};

/// What the prover has of claims that are to be carried.
#[must_use = "claims must be consumed"]
pub struct Kept<F> {
    /// The claims.
    pub claims: Vec<EvalClaim<F, F>>,
    /// Of which polynomials.
    pub polys: BTreeMap<Oracle, Held<F>>,
}

/// Keeps claims over so many variables, and polynomials of so many; passes on everything else.
pub struct Keeping<'a, F: Field> {
    below: &'a mut dyn ProverChannel<F>,
    vars: usize,
    kept: Kept<F>,
}

impl<'a, F: Field> Keeping<'a, F> {
    /// Over a channel.
    pub fn over(below: &'a mut dyn ProverChannel<F>, vars: usize) -> Over<Self> {
        Over(Keeping {
            below,
            vars,
            kept: Kept {
                claims: Vec::new(),
                polys: BTreeMap::new(),
            },
        })
    }

    /// The channel below, and what was kept.
    pub fn into_kept(self) -> (&'a mut dyn ProverChannel<F>, Kept<F>) {
        (self.below, self.kept)
    }
}

impl<'a, F: Field> ProverLayer<F> for Keeping<'a, F> {
    type Below = dyn ProverChannel<F> + 'a;

    fn below(&mut self) -> &mut Self::Below {
        self.below
    }

    fn committed(&mut self, oracles: &[Oracle], polys: Vec<Held<F>>) {
        self.kept.polys.extend(oracles.iter().copied().zip(polys));
    }

    fn pass(&mut self, claim: EvalClaim<F, F>) -> Option<EvalClaim<F, F>> {
        if claim.point.vars() != self.vars {
            return Some(claim);
        }
        self.kept.claims.push(claim);
        None
    }
}

/// `Σ_j eq(p, j) · f_p(j)`.
struct Part<'a, F> {
    eq: SplitEq<F>,
    rows: LateRows<F, ColumnSum<'a, F>>,
}

/// The kernel of [`Carry`](super::Carry).
struct Prover<'a, F>(Vec<Part<'a, F>>);

/// The kernel of [`Carry`](super::Carry), of polynomials that are held.
///
/// # Panics
/// If a claim is on an oracle that is not.
pub fn kernel<'a, F: ProverField>(
    carried: &[Carried<F, F>],
    polys: &'a BTreeMap<Oracle, Held<F>>,
) -> Box<dyn RoundProver<F> + 'a> {
    let parts = carried.iter().map(|of| {
        let dense = of
            .dense
            .iter()
            .map(|(oracle, factor)| (oracle, vec![*factor]));
        let digits = of.digits.iter();
        let digits = digits.map(|(oracle, factors)| (oracle, factors.clone()));
        let held = |oracle| polys.get(oracle).expect("a claim is on a committed oracle");
        let columns = dense.chain(digits);
        Part {
            eq: SplitEq::new(&of.point),
            rows: LateRows::new(ColumnSum::new(
                columns.map(|(oracle, factors)| (held(oracle), factors)),
            )),
        }
    });
    Box::new(Prover(parts.collect()))
}

impl<F: ProverField> RoundProver<F> for Prover<'_, F> {
    fn round(&mut self, _claim: F) -> UniPoly<F> {
        let mut sum = UniPoly(vec![F::zero(); 3]);
        for Part { eq, rows } in &self.0 {
            let [zero, one] = rows.sums(eq);
            let (at_zero, at_one) = eq.linear();
            let own = UniPoly(vec![zero, one - zero]).times_linear(at_zero, at_one - at_zero);
            for (sum, own) in sum.0.iter_mut().zip(own.0) {
                *sum += own;
            }
        }
        sum
    }

    fn bind(&mut self, challenge: F) {
        for Part { eq, rows } in &mut self.0 {
            eq.bind(challenge);
            rows.bind(challenge);
        }
    }

    fn finish(&mut self) -> Vec<F> {
        let parts = self.0.iter_mut();
        parts.map(|part| part.rows.value()).collect()
    }
}
