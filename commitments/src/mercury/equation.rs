//! What both sides form from the challenges: values that follow from others, and the sums of polynomials that vanish.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, One, Zero};
use sumcheck::Point;

/// The claim, its point cut in two.
pub(super) struct Claim {
    /// For the place in a line: `⌈l/2⌉` coordinates.
    pub place: Point<Fr>,
    pub line: Point<Fr>,
    pub value: Fr,
}

impl Claim {
    pub fn new(point: &Point<Fr>, value: Fr) -> Self {
        let (place, line) = point.split_at(point.vars().div_ceil(2));
        Claim { place, line, value }
    }
}

/// The challenges before the values.
pub(super) struct Challenges {
    /// `α`.
    pub modulus: Fr,
    /// `γ`.
    pub parts: Fr,
    /// `x`.
    pub at: Fr,
    /// `x' = 1/x`; zero if `x` is, so that these are no two points.
    pub inverse: Fr,
}

/// Values that are sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Values {
    /// `h(α)`.
    pub folded: Fr,
    /// `g(x)`, `g(x')`.
    pub remainder: [Fr; 2],
    /// `h(x)`, `h(x')`.
    pub lines: [Fr; 2],
    /// `s(x)`.
    pub cross: Fr,
}

impl Values {
    /// In the order in which they are sent.
    pub fn to_array(self) -> [Fr; 6] {
        let ([a, b], [c, d]) = (self.remainder, self.lines);
        [self.folded, a, b, c, d, self.cross]
    }

    pub fn from_array([folded, a, b, c, d, cross]: [Fr; 6]) -> Self {
        Values {
            folded,
            remainder: [a, b],
            lines: [c, d],
            cross,
        }
    }
}

/// A sum of polynomials: `factors` of `h`, `q`, `g`, `r`, `s`, `d`, and a constant.
pub(super) struct Sum {
    pub factors: [Fr; 6],
    pub constant: Fr,
}

/// `Σ_j eq(z, j) · x^j`, a product over the coordinates.
fn eq_at(point: &Point<Fr>, x: Fr) -> Fr {
    let powers = std::iter::successors(Some(x), |x| Some(x.square()));
    let factors = point.0.iter().zip(powers);
    factors
        .map(|(z, power)| Fr::one() - z + *z * power)
        .product()
}

/// `x^b`.
pub(super) fn power_of_line(claim: &Claim, x: Fr) -> Fr {
    claim.place.0.iter().fold(x, |power, _| power.square())
}

/// `a − f`, and `c`.
pub(super) fn sums(claim: &Claim, challenges: &Challenges, values: &Values, delta: Fr) -> [Sum; 2] {
    let (x, inverse) = (challenges.at, challenges.inverse);
    let symmetric = |[at, at_inverse]: [Fr; 2], point: &Point<Fr>| {
        at * eq_at(point, inverse) + at_inverse * eq_at(point, x)
    };
    let products = symmetric(values.remainder, &claim.place)
        + challenges.parts * symmetric(values.lines, &claim.line);
    let constant = (values.folded + challenges.parts * claim.value).double();
    // s(x')/x is what is left; s(x') is times x.
    let cross_at_inverse = x * (products - constant - x * values.cross);
    let line = power_of_line(claim, x);
    let [remainder, remainder_at_inverse] = values.remainder;
    let reversed = line * inverse * remainder_at_inverse;
    let from_modulus = x - challenges.modulus;
    let [d1, d2, d3, d4, d5] = {
        let square = delta.square();
        let fourth = square.square();
        [delta, square, square * delta, fourth, fourth * delta]
    };
    let [lines, lines_at_inverse] = values.lines;
    let first = Sum {
        factors: [
            d3 + d5,
            challenges.modulus - line,
            d1 - Fr::one(),
            -d5 * from_modulus,
            d2,
            d4,
        ],
        constant: -(d1 * remainder
            + d2 * values.cross
            + d3 * lines
            + d4 * reversed
            + d5 * values.folded),
    };
    let second = Sum {
        factors: [d2, Fr::zero(), Fr::one(), Fr::zero(), d1, Fr::zero()],
        constant: -(remainder_at_inverse + d1 * cross_at_inverse + d2 * lines_at_inverse),
    };
    [first, second]
}
