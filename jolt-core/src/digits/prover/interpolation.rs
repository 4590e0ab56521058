//! Round polynomials from values at small integers and a leading coefficient.

use sumcheck::{Field, UniPoly};

/// Lagrange's basis of fixed nodes, made once for a prover.
pub(crate) struct Interpolation<F> {
    nodes: &'static [i64],
    /// Coefficients of the polynomial that is 1 at a node and 0 at the others.
    basis: Vec<Vec<F>>,
}

impl<F: Field> Interpolation<F> {
    /// For distinct nodes.
    pub fn new(nodes: &'static [i64]) -> Self {
        let basis = |i: usize| {
            let mut product = UniPoly(vec![F::one()]);
            let mut denominator = F::one();
            for (k, node) in nodes.iter().enumerate().filter(|(k, _)| *k != i) {
                debug_assert_ne!(nodes[i], nodes[k]);
                product = product.times_linear(-F::from(*node), F::one());
                denominator *= F::from(nodes[i] - node);
            }
            let scale = denominator.inverse().expect("nodes are distinct and small");
            product.0.iter().map(|c| *c * scale).collect()
        };
        Interpolation {
            nodes,
            basis: (0..nodes.len()).map(basis).collect(),
        }
    }

    /// The polynomial of degree `nodes.len()` with these values at the nodes.
    pub fn polynomial(&self, values: &[F], leading: F) -> UniPoly<F> {
        let degree = self.nodes.len();
        let mut coefficients = vec![F::zero(); degree];
        for ((node, basis), value) in self.nodes.iter().zip(&self.basis).zip(values) {
            let rest = *value - leading * F::from(*node).pow([degree as u64]);
            for (c, b) in coefficients.iter_mut().zip(basis) {
                *c += rest * b;
            }
        }
        coefficients.push(leading);
        UniPoly(coefficients)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::test_rng;

    #[test]
    fn values_and_the_leading_coefficient_determine_the_polynomial() {
        const NODES: &[i64] = &[0, 1, -1, 2, -2];
        let mut rng = test_rng();
        for n in 0..=NODES.len() {
            let p = UniPoly((0..=n).map(|_| Fr::rand(&mut rng)).collect::<Vec<_>>());
            let values: Vec<Fr> = NODES[..n].iter().map(|x| p.eval(Fr::from(*x))).collect();
            let interpolation = Interpolation::new(&NODES[..n]);
            assert_eq!(interpolation.polynomial(&values, p.0[n]), p);
        }
    }
}
