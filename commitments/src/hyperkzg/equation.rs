//! The sums of folds that both sides form from the challenges.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, One, Zero};
use sumcheck::Point;

/// The challenges of the equations.
pub(super) struct Challenges {
    /// `y`.
    pub equations: Fr,
    /// `x`.
    pub at: Fr,
}

/// Factors of `f_0 … f_{l−1}` in `a`, `b` and `c`, and what the value counts in `c(x²)`.
pub(super) struct Sums {
    pub at: Vec<Fr>,
    pub at_minus: Vec<Fr>,
    pub at_square: Vec<Fr>,
    pub value: Fr,
}

/// The coordinates: at least one.
pub(super) fn coordinates(point: &Point<Fr>) -> Vec<Fr> {
    match point.0.as_slice() {
        [] => vec![Fr::zero()],
        coordinates => coordinates.to_vec(),
    }
}

pub(super) fn sums(coordinates: &[Fr], challenges: &Challenges) -> Sums {
    let x = challenges.at;
    let mut sums = Sums {
        at: Vec::new(),
        at_minus: Vec::new(),
        at_square: Vec::new(),
        value: Fr::zero(),
    };
    // 2x·y^k of f_{k+1}, which of the last one is the value.
    let (mut power, mut next) = (Fr::one(), Fr::zero());
    for z in coordinates {
        let even = x * (Fr::one() - z);
        sums.at.push(power * (even + z));
        sums.at_minus.push(power * (even - z));
        sums.at_square.push(next);
        next = x.double() * power;
        power *= challenges.equations;
    }
    sums.value = next;
    sums
}
