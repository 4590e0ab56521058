//! The prover's side of the sumcheck over gates: `0 = Σ_k eq(τ, k)·(a_k·b_k − w_k)`.

use super::close::{DUMMIES, gate_vars};
use sumcheck::channel::wiped::Wiped;
use sumcheck::channel::wires::Wires;
use sumcheck::{Field, Point};

/// The columns `a`, `b` and `w` of all gates, which are wiped.
#[derive(Clone)]
pub(super) struct Gates<F: Field> {
    columns: [Wiped<F>; 3],
    vars: usize,
}

impl<F: Field> Gates<F> {
    /// Of what a program left, without the dummies.
    pub fn new(wires: &Wires<F>) -> Self {
        let gates = wires.gates();
        let side = |side: usize| gates.iter().map(move |gate| wires.get(gate.factors[side]));
        let products = gates.iter().map(|gate| wires.get(gate.product));
        Gates {
            columns: [side(0).collect(), side(1).collect(), products.collect()],
            vars: gate_vars(gates.len()),
        }
    }

    /// Variables of the sumcheck.
    pub fn vars(&self) -> usize {
        self.vars
    }

    /// `a`, `b` and `w`, as much as is left of them, for provers that depart from this one.
    #[cfg(feature = "testing")]
    pub fn columns(&mut self) -> &mut [Wiped<F>; 3] {
        &mut self.columns
    }

    /// The message of all products and of `α`, `β`, `u`. The dummies `(α, 0, 0)`, `(0, β, 0)`, `(u, 1, u)` follow the gates
    /// then, and zeros.
    pub fn message(&mut self, drawn: [F; DUMMIES]) -> Wiped<F> {
        let message = self.columns[2].iter().chain(&drawn).copied().collect();
        let [alpha, beta, u] = drawn;
        let (zero, one) = (F::zero(), F::one());
        let dummies = [[alpha, zero, u], [zero, beta, one], [zero, zero, u]];
        for (column, dummies) in self.columns.iter_mut().zip(dummies) {
            column.extend(dummies);
            let rest = (1 << self.vars) - column.len();
            column.extend(std::iter::repeat_n(zero, rest));
        }
        message
    }

    /// Coefficients of `X` and `X²` of the round polynomial without its own `eq`, which is `t(0) + c_1·X + c_2·X²`; `later`
    /// are the coordinates of `τ` of rounds to come.
    pub fn round(&self, later: &[F]) -> [F; 2] {
        let [a, b, w] = &self.columns;
        let mut message = [F::zero(); 2];
        for (j, weight) in Point(later.to_vec()).eq_table().iter().enumerate() {
            let ends = |column: &[F]| (column[2 * j], column[2 * j + 1] - column[2 * j]);
            let ((a0, a1), (b0, b1), (_, w1)) = (ends(a), ends(b), ends(w));
            message[0] += *weight * (a0 * b1 + a1 * b0 - w1);
            message[1] += *weight * (a1 * b1);
        }
        message
    }

    pub fn bind(&mut self, x: F) {
        for column in &mut self.columns {
            column.fold_pairs(|first, second| first + x * (second - first));
        }
    }

    /// What is left of the columns.
    pub fn last(&self) -> [F; 3] {
        [0, 1, 2].map(|column| self.columns[column].first().copied().unwrap_or_default())
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::tests::polynomials::solve;
    use crate::tests::random;
    use ark_bn254::Fr;
    use ark_ff::{One, Zero};

    /// `a(κ)`, `b(κ)` and `w(κ)` are any elements, each independent of the others, whatever the gates are.
    #[test]
    fn what_dummies_hide_has_full_rank() {
        for count in [0, 1, 5, 13] {
            let [a, b, w] = [1, 2, 3].map(|seed| random(seed, count));
            let kappa = random(4, gate_vars(count));
            let sent = |drawn: [Fr; DUMMIES]| {
                let columns = [&a, &b, &w].map(|own| own.iter().copied().collect());
                let vars = gate_vars(count);
                let mut gates = Gates { columns, vars };
                gates.message(drawn);
                kappa.iter().for_each(|x| gates.bind(*x));
                gates.last()
            };
            let none = sent([Fr::zero(); DUMMIES]);
            let columns = [0, 1, 2].map(|dummy| {
                let mut drawn = [Fr::zero(); DUMMIES];
                drawn[dummy] = Fr::one();
                let own = sent(drawn);
                [0, 1, 2].map(|at| own[at] - none[at])
            });
            let matrix = [0, 1, 2].map(|at| columns.map(|column| column[at]).to_vec());
            for at in 0..3 {
                let mut wanted = vec![Fr::zero(); 3];
                wanted[at] = Fr::one();
                assert!(solve(matrix.to_vec(), wanted).is_some(), "{count} gates");
            }
        }
    }
}
