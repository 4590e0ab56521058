//! Sums of a summand over pairs of rows: what a round of a sumcheck over cycles computes.
//!
//! For factors that are linear between the two rows of a pair, `f_i,j(X)`, and weights `w_j`, a round
//! needs `Σ_j w_j · g(f_1,j(X) … f_k,j(X))` at a few points `X`. The portable way is here, the packed one
//! in [`super::packed`].

use super::{Field, Products};
use crate::Expr;

/// Consecutive rows of a factor, as small as they are kept.
#[derive(Clone, Copy, Debug)]
pub enum Slice<'a, F> {
    /// Field elements.
    Field(&'a [F]),
    /// Machine words.
    Words(&'a [u64]),
    /// Signed integers of magnitude below `2^127`.
    Signed(&'a [i128]),
    /// Double-width machine words.
    Wide(&'a [u128]),
}

/// What rows consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Field elements.
    Field,
    /// Machine words.
    Words,
    /// Signed integers.
    Signed,
    /// Double-width machine words.
    Wide,
}

impl<'a, F> Slice<'a, F> {
    /// What the rows consist of.
    pub fn kind(&self) -> Kind {
        match self {
            Slice::Field(_) => Kind::Field,
            Slice::Words(_) => Kind::Words,
            Slice::Signed(_) => Kind::Signed,
            Slice::Wide(_) => Kind::Wide,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Slice::Field(rows) => rows.len(),
            Slice::Words(rows) => rows.len(),
            Slice::Signed(rows) => rows.len(),
            Slice::Wide(rows) => rows.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows from `start` on; none if there are fewer.
    pub fn skip(&self, start: usize) -> Slice<'a, F> {
        match self {
            Slice::Field(rows) => Slice::Field(&rows[start.min(rows.len())..]),
            Slice::Words(rows) => Slice::Words(&rows[start.min(rows.len())..]),
            Slice::Signed(rows) => Slice::Signed(&rows[start.min(rows.len())..]),
            Slice::Wide(rows) => Slice::Wide(&rows[start.min(rows.len())..]),
        }
    }
}

impl<F: Field> Slice<'_, F> {
    /// Row `j` as a field element.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline(always)]
    pub fn get(&self, j: usize) -> F {
        match self {
            Slice::Field(rows) => rows[j],
            Slice::Words(rows) => F::from_word(rows[j]),
            Slice::Signed(rows) => F::from_i128(rows[j]),
            Slice::Wide(rows) => F::from(rows[j]),
        }
    }
}

/// The points at which a round polynomial of some degree is evaluated: `0 … degree`, perhaps without 1,
/// which a claim determines.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    /// The last point.
    pub degree: usize,
    /// Whether 1 is one of them.
    pub with_one: bool,
}

impl Points {
    /// Whether `x` is left out.
    pub fn skips(&self, x: usize) -> bool {
        x == 1 && !self.with_one
    }
}

/// Sums one summand over pairs of rows.
pub trait PairSums<F>: Sync {
    /// Adds `Σ_j weights[j] · g(… f_i,j(x) …)` to `sums[x]` for all points `x`, where `f_i,j` is linear with
    /// values `rows[i][2j]` and `rows[i][2j + 1]` at 0 and 1. Factors that the summand does not use
    /// may be empty.
    ///
    /// # Panics
    /// If a factor has fewer rows than two for every weight, or `sums` fewer than `degree + 1` elements.
    fn add(&self, rows: &[Slice<'_, F>], weights: &[F], sums: &mut [F]);
}

/// A summand as it is evaluated: what is added up is reduced once.
enum Node<'a, F> {
    Factor(usize),
    Constant(F),
    /// Products of some operands each; of none it is 1.
    Sum(Vec<Vec<Node<'a, F>>>),
    /// Whatever has another form.
    Other(&'a Expr<F>),
}

impl<'a, F: Field> Node<'a, F> {
    fn new(e: &'a Expr<F>) -> Self {
        match e {
            Expr::Const(_, c) => Node::Constant(*c),
            Expr::Factor(i) => Node::Factor(*i),
            Expr::Sum(terms) => Node::Sum(terms.iter().map(Self::operands).collect()),
            Expr::Product(_) => Node::Sum(vec![Self::operands(e)]),
            Expr::Chain(_) => Node::Other(e),
        }
    }

    /// The operands of a product, or a single one.
    fn operands(e: &'a Expr<F>) -> Vec<Self> {
        match e {
            Expr::Product(parts) => parts.iter().flat_map(Self::operands).collect(),
            other => vec![Self::new(other)],
        }
    }

    fn value(&self, at: &[F]) -> F {
        match self {
            Node::Factor(i) => at[*i],
            Node::Constant(c) => *c,
            Node::Sum(terms) => {
                let mut sum = F::Products::default();
                for operands in terms {
                    match operands.as_slice() {
                        [] => sum.add_one(&F::one()),
                        [only] => sum.add_one(&only.value(at)),
                        [first, middle @ .., last] => {
                            let mut product = first.value(at);
                            for node in middle {
                                product *= node.value(at);
                            }
                            sum.add(&product, &last.value(at));
                        }
                    }
                }
                sum.reduce()
            }
            Node::Other(e) => e.eval(at),
        }
    }
}

/// One pair after the other, with delayed reduction over the terms of sums and over the pairs.
pub struct Portable<'a, F> {
    summand: Node<'a, F>,
    used: Vec<usize>,
    points: Points,
}

impl<'a, F: Field> Portable<'a, F> {
    /// For a summand at some points.
    pub fn new(summand: &'a Expr<F>, points: Points) -> Self {
        Portable {
            used: summand.factors(),
            summand: Node::new(summand),
            points,
        }
    }
}

impl<F: Field> PairSums<F> for Portable<'_, F> {
    fn add(&self, rows: &[Slice<'_, F>], weights: &[F], sums: &mut [F]) {
        let mut wide = vec![F::Products::default(); self.points.degree + 1];
        let mut at = vec![F::zero(); rows.len()];
        let mut step = at.clone();
        for (j, weight) in weights.iter().enumerate() {
            for i in &self.used {
                at[*i] = rows[*i].get(2 * j);
                step[*i] = rows[*i].get(2 * j + 1).minus(&at[*i]);
            }
            for (x, wide) in wide.iter_mut().enumerate() {
                if x > 0 {
                    for i in &self.used {
                        at[*i] = at[*i].plus(&step[*i]);
                    }
                }
                if !self.points.skips(x) {
                    wide.add(&self.summand.value(&at), weight);
                }
            }
        }
        for (sum, wide) in sums.iter_mut().zip(wide) {
            *sum += wide.reduce();
        }
    }
}

/// `out[i] = rows[2i] + x (rows[2i + 1] − rows[2i])`.
///
/// # Panics
/// If there are fewer rows than twice `out`.
pub fn bind<F: Field>(rows: &Slice<'_, F>, x: &F, out: &mut [F]) {
    for (j, out) in out.iter_mut().enumerate() {
        let a = rows.get(2 * j);
        *out = a.plus(&(*x * rows.get(2 * j + 1).minus(&a)));
    }
}

/// `eq(x, ·)` on 0 and 1.
pub(super) fn weights<F: Field>(x: &F) -> [F; 2] {
    [F::one() - x, *x]
}

/// Binds two variables: [`bind`] to `x`, then to `y`.
///
/// # Panics
/// If there are fewer rows than four times `out`.
pub fn bind_twice<F: Field>(rows: &Slice<'_, F>, [x, y]: [&F; 2], out: &mut [F]) {
    for (j, out) in out.iter_mut().enumerate() {
        let mut pair = [F::zero(); 2];
        bind(&rows.skip(4 * j), x, &mut pair);
        *out = pair[0].plus(&(*y * pair[1].minus(&pair[0])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::test_rng;

    /// Products of no, one, two and three operands, sums in them, constants, a chain: the value of the expression.
    #[test]
    fn sums_are_those_of_the_expression() {
        let rng = &mut test_rng();
        let constant = |x: u64| Expr::constant("c", Fr::from(x));
        let chain = Expr::Chain(vec![vec![(0, 0, Expr::Factor(0)), (0, 0, constant(2))]]);
        let summand = Expr::Sum(vec![
            Expr::Product(vec![]),
            Expr::Factor(3),
            constant(7),
            Expr::Product(vec![Expr::Sum(vec![]), Expr::Factor(1)]),
            Expr::Factor(0) * Expr::Factor(1),
            Expr::Factor(0) * (Expr::Factor(1) + constant(3)) * Expr::Factor(2),
            Expr::Product(vec![chain]),
        ]);
        let fields: Vec<Fr> = (0..12).map(|_| Fr::rand(rng)).collect();
        let words: Vec<u64> = (0..12).map(|j| u64::MAX / (j + 1)).collect();
        let signed: Vec<i128> = (0..12).map(|j| (j - 6) << (8 * j)).collect();
        let wide: Vec<u128> = (0..12).map(|j| u128::MAX / (j + 1)).collect();
        let rows = [
            Slice::Field(&fields),
            Slice::Words(&words),
            Slice::Signed(&signed),
            Slice::Wide(&wide),
        ];
        let weights: Vec<Fr> = (0..6).map(|_| Fr::rand(rng)).collect();
        for with_one in [true, false] {
            let points = Points {
                degree: 3,
                with_one,
            };
            let mut sums = [Fr::from(5u64); 4];
            Portable::new(&summand, points).add(&rows, &weights, &mut sums);
            for (x, sum) in sums.into_iter().enumerate() {
                let value = |j: usize| {
                    let at = rows.map(|rows| {
                        let (a, b) = (rows.get(2 * j), rows.get(2 * j + 1));
                        a + Fr::from(x as u64) * (b - a)
                    });
                    summand.eval(&at)
                };
                let terms = weights.iter().enumerate().map(|(j, w)| *w * value(j));
                let expected = match points.skips(x) {
                    true => Fr::from(0u64),
                    false => terms.sum(),
                };
                assert_eq!(sum, Fr::from(5u64) + expected, "{x}");
            }
        }
    }
}
