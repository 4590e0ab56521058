//! A sumcheck relation is data: `claim = Σ_x g(f_1(x) … f_k(x))`.
//!
//! The variables come in *segments* (address digits, cycles), each bound in its own order; every
//! factor depends on some of the segments. From this one value the driver takes the degree of each
//! round, the verifier's final check, the naive prover and the printed formula.

#![allow(
    clippy::indexing_slicing,
    reason = "factors and segments are numbered by the relation that has them; no proof has a say"
)]

use crate::{Expr, Field, Notation, Point};
use std::marker::PhantomData;
use std::ops::{Add, Mul, Sub};
use std::sync::Arc;

/// Which variable of a segment is bound first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The least significant bit of the index.
    LsbFirst,
    /// The most significant bit of the index.
    MsbFirst,
}

/// A group of variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Name in formulas.
    pub name: &'static str,
    /// Number of variables; may be zero.
    pub vars: usize,
    /// Binding order.
    pub order: Order,
}

impl Segment {
    /// A segment over cycles: least significant bit first, so that real rows stay a prefix.
    pub fn cycle(vars: usize) -> Self {
        Segment {
            name: "j",
            vars,
            order: Order::LsbFirst,
        }
    }

    /// The variable that is bound in a round of the segment.
    pub fn variable(&self, round: usize) -> usize {
        match self.order {
            Order::LsbFirst => round,
            Order::MsbFirst => self.vars - 1 - round,
        }
    }

    /// A segment of address bits, most significant bit first.
    pub fn address(vars: usize) -> Self {
        Segment {
            name: "k",
            vars,
            order: Order::MsbFirst,
        }
    }
}

/// The point of a segment.
///
/// # Panics
/// If there is no such segment: an error in the protocol's code, whatever the proof says.
fn point_of<F>(points: &[Point<F>], segment: usize) -> &Point<F> {
    let point = points.get(segment);
    point.unwrap_or_else(|| panic!("there is no segment {segment}"))
}

/// The value of a public factor, given the points of all segments.
pub type PublicFn<F> = Arc<dyn Fn(&[Point<F>]) -> F + Send + Sync>;

/// The values of several public factors, which are cheaper to have together.
pub type PublicFns<F> = Arc<dyn Fn(&[Point<F>]) -> Vec<F> + Send + Sync>;

/// Where the verifier gets a factor's final value from.
#[derive(Clone)]
pub enum Source<F> {
    /// Received; it becomes the input claim of exactly one later relation, or of the opening.
    Claimed,
    /// `eq(point, ·)` over one segment. Kernels know its structure.
    Eq(usize, Point<F>),
    /// Any other polynomial that the verifier evaluates itself: it cannot be forgotten.
    Public(PublicFn<F>),
    /// One of several of these, by position.
    PublicOf(PublicFns<F>, usize),
}

/// Factors that the verifier evaluates, at one point. Those that are evaluated together are, if they are asked for one
/// after the other.
pub struct Publics<'a, F> {
    relation: &'a Relation<F>,
    points: &'a [Point<F>],
    last: Option<(&'a PublicFns<F>, Vec<F>)>,
}

impl<F: Field> Publics<'_, F> {
    /// The value of a factor, or `None` for a claimed one.
    ///
    /// # Panics
    /// If functions give fewer values than factors: an error in the protocol's code, whatever the proof says.
    pub fn value(&mut self, factor: usize) -> Option<F> {
        match &self.relation.factors[factor].source {
            Source::Claimed => None,
            Source::Eq(segment, point) => Some(point.eq(point_of(self.points, *segment))),
            Source::Public(value) => Some(value(self.points)),
            Source::PublicOf(of, at) => {
                let made = self.last.take().filter(|(other, _)| Arc::ptr_eq(other, of));
                let (_, values) = self
                    .last
                    .insert(made.unwrap_or_else(|| (of, of(self.points))));
                let value = values.get(*at).copied();
                Some(value.unwrap_or_else(|| panic!("there is no public value {at}")))
            }
        }
    }
}

/// One multilinear factor.
#[derive(Clone)]
pub struct Factor<F> {
    /// Name in formulas, and of the claim that it leaves behind.
    pub name: String,
    /// Segments that it depends on, by position, ascending.
    pub segments: Vec<usize>,
    /// Where its final value comes from.
    pub source: Source<F>,
}

/// A claimed factor: a factor of the summand, and afterwards the key to its value at the end
/// ([`Reduced::take`](crate::Reduced::take)).
#[derive(Debug)]
pub struct Claimed<F> {
    relation: &'static str,
    /// Position among all factors.
    factor: usize,
    /// Position among the claimed ones.
    number: usize,
    of: PhantomData<fn() -> F>,
}

impl<F> Clone for Claimed<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Claimed<F> {}

impl<F> Claimed<F> {
    /// Name of the relation that it is a factor of.
    pub fn relation(&self) -> &'static str {
        self.relation
    }

    /// Position among the relation's factors.
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// Position among the relation's claimed factors.
    pub fn number(&self) -> usize {
        self.number
    }
}

impl<F> From<Claimed<F>> for Expr<F> {
    fn from(claimed: Claimed<F>) -> Self {
        Expr::Factor(claimed.factor())
    }
}

impl<F: Field, E: Into<Expr<F>>> Add<E> for Claimed<F> {
    type Output = Expr<F>;
    fn add(self, other: E) -> Expr<F> {
        Expr::from(self) + other
    }
}

impl<F: Field, E: Into<Expr<F>>> Mul<E> for Claimed<F> {
    type Output = Expr<F>;
    fn mul(self, other: E) -> Expr<F> {
        Expr::from(self) * other
    }
}

impl<F: Field, E: Into<Expr<F>>> Sub<E> for Claimed<F> {
    type Output = Expr<F>;
    fn sub(self, other: E) -> Expr<F> {
        Expr::from(self) - other
    }
}

/// The statement `claim = Σ summand`.
#[derive(Clone)]
pub struct Relation<F> {
    /// Name, unique in its batch.
    pub name: &'static str,
    /// Segments in binding order.
    pub segments: Vec<Segment>,
    pub factors: Vec<Factor<F>>,
    /// The summand, over the factors.
    pub summand: Expr<F>,
}

impl<F: Field> Relation<F> {
    /// A relation without factors, to be completed by [`Self::claimed`] and its siblings.
    pub fn new(name: &'static str, segments: Vec<Segment>) -> Self {
        Relation {
            name,
            segments,
            factors: Vec::new(),
            summand: Expr::Sum(Vec::new()),
        }
    }

    fn push(&mut self, name: impl Into<String>, segments: &[usize], source: Source<F>) -> Expr<F> {
        self.factors.push(Factor {
            name: name.into(),
            segments: segments.to_vec(),
            source,
        });
        Expr::Factor(self.factors.len() - 1)
    }

    /// Adds a factor that leaves a claim behind.
    pub fn claimed(&mut self, name: impl Into<String>, segments: &[usize]) -> Claimed<F> {
        let claimed = Claimed {
            relation: self.name,
            factor: self.factors.len(),
            number: self.count_claimed(),
            of: PhantomData,
        };
        self.push(name, segments, Source::Claimed);
        claimed
    }

    /// Number of claimed factors.
    pub fn count_claimed(&self) -> usize {
        let all = self.factors.iter();
        all.filter(|f| matches!(f.source, Source::Claimed)).count()
    }

    /// Adds `eq(point, ·)` over one segment.
    pub fn eq(&mut self, name: impl Into<String>, segment: usize, point: Point<F>) -> Expr<F> {
        self.push(name, &[segment], Source::Eq(segment, point))
    }

    /// Adds a polynomial over some segments that the verifier evaluates, at the points of these.
    pub fn public<const N: usize>(
        &mut self,
        name: impl Into<String>,
        segments: [usize; N],
        value: impl Fn([&Point<F>; N]) -> F + Send + Sync + 'static,
    ) -> Expr<F> {
        let value = move |points: &[Point<F>]| value(segments.map(|at| point_of(points, at)));
        self.push(name, &segments, Source::Public(Arc::new(value)))
    }

    /// Adds polynomials over the first `count` segments that the verifier evaluates together, at the points of these: as
    /// many values as names.
    pub fn publics_over_first(
        &mut self,
        names: impl IntoIterator<Item = String>,
        count: usize,
        values: impl Fn(&[Point<F>]) -> Vec<F> + Send + Sync + 'static,
    ) -> Vec<Expr<F>> {
        let segments: Vec<usize> = (0..count).collect();
        let values = move |points: &[Point<F>]| values(points.split_at(count.min(points.len())).0);
        let values: PublicFns<F> = Arc::new(values);
        let names = names.into_iter().enumerate();
        names
            .map(|(at, name)| self.push(name, &segments, Source::PublicOf(values.clone(), at)))
            .collect()
    }

    /// Adds a polynomial over the first `count` segments that the verifier evaluates, at the points of these.
    pub fn public_over_first(
        &mut self,
        name: impl Into<String>,
        count: usize,
        value: impl Fn(&[Point<F>]) -> F + Send + Sync + 'static,
    ) -> Expr<F> {
        let segments: Vec<usize> = (0..count).collect();
        let value = move |points: &[Point<F>]| value(points.split_at(count.min(points.len())).0);
        self.push(name, &segments, Source::Public(Arc::new(value)))
    }

    /// Rounds, one per variable.
    pub fn rounds(&self) -> usize {
        self.segments.iter().map(|s| s.vars).sum()
    }

    /// Segment of each round, in binding order.
    pub fn segment_of_round(&self, round: usize) -> usize {
        let mut end = 0;
        for (i, segment) in self.segments.iter().enumerate() {
            end += segment.vars;
            if round < end {
                return i;
            }
        }
        self.segments.len()
    }

    /// Degree of the round polynomials of a segment.
    pub fn degree(&self, segment: usize) -> usize {
        let degrees: Vec<usize> = self
            .factors
            .iter()
            .map(|f| usize::from(f.segments.contains(&segment)))
            .collect();
        self.summand.degree(&degrees)
    }

    /// The factor `eq(point, ·)` over this segment that the summand is a multiple of, if there is one, by
    /// position, and its point.
    pub fn common_eq(&self, segment: usize) -> Option<(usize, &Point<F>)> {
        let mut factors = self.factors.iter().enumerate();
        factors.find_map(|(i, factor)| match &factor.source {
            Source::Eq(over, point) if *over == segment => {
                let whole = point.vars() == self.segments[segment].vars;
                (whole && self.summand.is_multiple_of(i)).then_some((i, point))
            }
            _ => None,
        })
    }

    /// The points of all segments, from the challenges in binding order.
    pub fn points(&self, challenges: &[F]) -> Vec<Point<F>> {
        let mut rest = challenges;
        self.segments
            .iter()
            .map(|segment| {
                let (mine, others) = rest.split_at(segment.vars.min(rest.len()));
                rest = others;
                let mut point = mine.to_vec();
                if segment.order == Order::MsbFirst {
                    point.reverse();
                }
                Point(point)
            })
            .collect()
    }

    /// The values of factors that the verifier evaluates, at the points of all segments.
    pub fn publics<'a>(&'a self, points: &'a [Point<F>]) -> Publics<'a, F> {
        Publics {
            relation: self,
            points,
            last: None,
        }
    }

    /// Position of a factor.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.factors.iter().position(|f| f.name == name)
    }

    /// The relation as a formula.
    pub fn formula(&self, notation: &Notation) -> String {
        let names: Vec<&str> = self.factors.iter().map(|f| f.name.as_str()).collect();
        let Notation {
            symbol,
            sum_over: [begin, end],
            range: [before, within, behind],
            ..
        } = *notation;
        let variables = self.segments.iter().map(|segment| {
            let (name, vars) = (symbol(segment.name), segment.vars);
            format!("{before}{name}{within}{vars}{behind}")
        });
        let variables: Vec<String> = variables.collect();
        format!(
            "{} = {begin}{}{end} {}",
            symbol(self.name),
            variables.join(", "),
            self.summand.formula(&names, notation)
        )
    }
}
