//! One equation for polynomials that vanish at points.

use crate::PcsError;
use crate::curve::verifier;
use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use ark_ff::{One, Zero};

/// `c`, which is to vanish at a point, and the quotient by `X` less that.
pub(crate) struct Third {
    /// Commitment to `c`.
    pub poly: G1Affine,
    /// `x''`.
    pub at: Fr,
    /// Commitment to `w' = c/(X − x'')`.
    pub witness: G1Affine,
    /// `ε`, which is drawn after everything else.
    pub factor: Fr,
}

/// What is to be paired with `G_2`, `τ·G_2` and `τ²·G_2`, in order, to show that `a(x) = 0` and `b(x') = 0`, from
/// commitments to `a`, `b` and `w = a/(X − x) + b/(X − x')`: the equation is
/// `a·(X − x') + b·(X − x) = w·(X − x)(X − x')` at `τ`. At `X = x` it says the one, at `X = x'` the other, if these are two
/// points; nothing has to be random for that.
///
/// # Errors
/// [`PcsError::Rejected`] if the points are one.
pub(crate) fn vanish_at_two_points(
    two: [(G1Affine, Fr); 2],
    witness: G1Affine,
) -> Result<Vec<G1Affine>, PcsError> {
    let none = Third {
        poly: G1Affine::identity(),
        at: Fr::zero(),
        witness: G1Affine::identity(),
        factor: Fr::zero(),
    };
    vanish_at_three_points(two, witness, &none)
}

/// The same, and that `c(x'') = 0`: adds `ε` times `c = w'·(X − x'')`.
///
/// # Errors
/// As above.
pub(crate) fn vanish_at_three_points(
    [(a, x), (b, other)]: [(G1Affine, Fr); 2],
    witness: G1Affine,
    third: &Third,
) -> Result<Vec<G1Affine>, PcsError> {
    if x == other {
        return Err(PcsError::Rejected);
    }
    let terms = [a, b, witness, third.poly, third.witness];
    let sum = |two: [Fr; 3], third: [Fr; 2]| {
        let scalars = [two.as_slice(), &third].concat();
        verifier::msm(&terms, &scalars).into_affine()
    };
    let ([constant, linear], by) = (weights([x, other]), third.factor);
    let constant = sum(constant, [by, by * third.at]);
    let linear = sum(linear, [Fr::zero(), -by]);
    Ok(vec![constant, linear, witness])
}

/// What is paired with `G_2`, and with `τ·G_2`, in terms of `a`, `b` and `w`.
fn weights([x, other]: [Fr; 2]) -> [[Fr; 3]; 2] {
    let one = Fr::one();
    [[other, x, x * other], [-one, -one, -x - other]]
}

/// The blindings of the points of [`vanish_at_two_points`], from those of `a`, `b` and `w`.
#[cfg(feature = "prover")]
pub(crate) fn blindings_at_two_points(points: [Fr; 2], blindings: [Fr; 3]) -> Vec<Fr> {
    let sum = |weights: [Fr; 3]| -> Fr { weights.iter().zip(blindings).map(|(w, b)| *w * b).sum() };
    let [constant, linear] = weights(points).map(sum);
    let [.., witness] = blindings;
    vec![constant, linear, witness]
}
