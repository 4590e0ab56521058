//! Summands, prepared for lanes.
//!
//! A lane holds `x · 2^e` for an exponent `e` that is known beforehand: 256 for field elements, which lie
//! in arkworks' form in memory, 0 for integers. A product of exponents `e` and `f` has `e + f − 260`.
//! Terms of a sum with equal exponents are added before reduction; a sum with the wrong exponent is
//! multiplied by a power of two that gives it the exponent of the next terms, among which it then is
//! one. So integers are never widened, and no product is reduced without need.
//!
//! Everything is bounded beforehand, too, in multiples of `p` (see the bounds of the lanes). A summand
//! that exceeds them has no plan, and goes the portable way.

use super::super::pairs::{Kind, Points};
use super::constants::{Fp4, split};
use crate::Expr;
use ark_ff::{Field, MontConfig};

/// The exponent of field elements in memory.
const MEMORY: i32 = 256;
/// What a multiplication divides by.
const RADIX: i32 = 260;
/// The largest operand of a multiplication.
const LARGEST: u32 = 64;
/// The most products that columns hold.
const PRODUCTS: usize = 100;

/// A summand over lanes.
#[derive(Debug)]
pub(super) enum Node {
    /// A factor, by position.
    Factor(usize),
    /// A constant in limbs.
    Constant([u64; 5]),
    /// A product of at least two operands.
    Product(Vec<Node>),
    /// Sums of products, one exponent after the other; what a class sums to is, times its first
    /// element, a term of the next class. The last class' is not used.
    Sum(Vec<(Vec<Vec<Node>>, [u64; 5])>),
}

/// A node, its exponent and its bound.
struct Sized {
    node: Node,
    exponent: i32,
    bound: u32,
}

/// A summand over factors of known kinds.
#[derive(Debug)]
pub(super) struct Plan {
    pub root: Node,
    /// The kind of each factor that is used.
    pub kinds: Vec<Option<Kind>>,
    pub points: Points,
    /// Weighted values that one reduction takes.
    pub pending: u32,
    /// What a weighted sum is multiplied by to be in memory form: itself in memory form.
    pub scale: [u64; 4],
}

/// `2^e` in memory form.
fn power<T: MontConfig<4>>(e: i32) -> Fp4<T> {
    let two = Fp4::<T>::from(2u64);
    let power = two.pow([u64::from(e.unsigned_abs())]);
    match e < 0 {
        true => power.inverse().expect("a power of two"),
        false => power,
    }
}

/// The limbs of the memory form.
pub(super) const fn limbs<T: MontConfig<4>>(x: &Fp4<T>) -> [u64; 5] {
    split(x.0.0)
}

/// The bound of a sum of products after reduction.
fn reduced(products: u32) -> u32 {
    products.div_ceil(LARGEST) + 2
}

impl Plan {
    /// `None` if the summand exceeds the bounds.
    pub fn new<T: MontConfig<4>>(
        summand: &Expr<Fp4<T>>,
        kinds: &[Kind],
        points: Points,
    ) -> Option<Self> {
        let mut used = vec![None; kinds.len()];
        for factor in summand.factors() {
            used[factor] = Some(*kinds.get(factor)?);
        }
        let degree = u32::try_from(points.degree).ok()?;
        let root = size::<T>(summand, &used, degree)?;
        // Weighted values of two sets of lanes are below `2 bound · p²` for each step; reduced they must
        // stay below `7 p`.
        Some(Plan {
            pending: (5 * LARGEST / (2 * root.bound)).min(PRODUCTS as u32),
            scale: power::<T>(MEMORY - (root.exponent + MEMORY - RADIX)).0.0,
            root: root.node,
            kinds: used,
            points,
        })
    }
}

/// Bound of a factor at the last point.
fn factor_bound(kind: Kind, degree: u32) -> u32 {
    match kind {
        Kind::Signed => 2 + 4 * degree,
        _ => 1 + 2 * degree,
    }
}

fn size<T: MontConfig<4>>(e: &Expr<Fp4<T>>, kinds: &[Option<Kind>], degree: u32) -> Option<Sized> {
    let sized = match e {
        Expr::Const(_, c) => Sized {
            node: Node::Constant(limbs(c)),
            exponent: MEMORY,
            bound: 1,
        },
        Expr::Factor(i) => {
            let kind = (*kinds.get(*i)?)?;
            Sized {
                node: Node::Factor(*i),
                exponent: if kind == Kind::Field { MEMORY } else { 0 },
                bound: factor_bound(kind, degree),
            }
        }
        Expr::Product(parts) => {
            let parts: Option<Vec<Sized>> = parts.iter().map(|e| size(e, kinds, degree)).collect();
            product::<T>(parts?)?
        }
        Expr::Sum(terms) => sum::<T>(terms, kinds, degree)?,
        Expr::Chain(_) => return None,
    };
    (sized.bound <= LARGEST).then_some(sized)
}

fn product<T: MontConfig<4>>(mut parts: Vec<Sized>) -> Option<Sized> {
    match parts.len() {
        0 => Some(Sized {
            node: Node::Constant(limbs(&power::<T>(0))),
            exponent: MEMORY,
            bound: 1,
        }),
        1 => parts.pop(),
        _ => {
            let (exponent, bound) = operands(&parts)?;
            Some(Sized {
                node: Node::Product(parts.into_iter().map(|p| p.node).collect()),
                exponent,
                bound: reduced(bound),
            })
        }
    }
}

/// Exponent of a product, and the bound of its last multiplication in multiples of `p²`.
fn operands(parts: &[Sized]) -> Option<(i32, u32)> {
    let (last, others) = parts.split_last()?;
    let (first, others) = others.split_first()?;
    let (mut exponent, mut bound) = (first.exponent, first.bound);
    for part in others {
        exponent += part.exponent - RADIX;
        bound = reduced(bound * part.bound);
        if bound > LARGEST {
            return None;
        }
    }
    Some((exponent + last.exponent - RADIX, bound * last.bound))
}

/// An exponent, and products with their bounds.
type Class = (i32, Vec<(Vec<Node>, u32)>);

fn sum<T: MontConfig<4>>(
    terms: &[Expr<Fp4<T>>],
    kinds: &[Option<Kind>],
    degree: u32,
) -> Option<Sized> {
    // Single operands wait for a class.
    let mut classes: Vec<Class> = Vec::new();
    let mut single = Vec::new();
    for term in terms {
        let parts = match term {
            Expr::Product(parts) if parts.len() > 1 => {
                let parts: Option<Vec<Sized>> =
                    parts.iter().map(|e| size(e, kinds, degree)).collect();
                parts?
            }
            other => {
                single.push(size(other, kinds, degree)?);
                continue;
            }
        };
        let (exponent, bound) = operands(&parts)?;
        let product = (parts.into_iter().map(|p| p.node).collect(), bound);
        match classes.iter_mut().find(|(e, _)| *e == exponent) {
            Some((_, products)) => products.push(product),
            None => classes.push((exponent, vec![product])),
        }
    }
    if classes.is_empty() {
        classes.push((MEMORY, Vec::new()));
    }
    let first = classes[0].0;
    for single in single {
        let align = Node::Constant(limbs(&power::<T>(first + RADIX - MEMORY - single.exponent)));
        classes[0].1.push((vec![single.node, align], single.bound));
    }
    let exponents: Vec<i32> = classes.iter().map(|(e, _)| *e).collect();
    let mut carried = 0;
    let mut out = Vec::with_capacity(classes.len());
    for (at, (exponent, products)) in classes.into_iter().enumerate() {
        if products.len() >= PRODUCTS {
            return None;
        }
        let bound = carried + products.iter().map(|(_, b)| b).sum::<u32>();
        carried = reduced(bound);
        if carried > LARGEST {
            return None;
        }
        let next = exponents.get(at + 1).unwrap_or(&exponent);
        let align = limbs(&power::<T>(next + RADIX - MEMORY - exponent));
        out.push((products.into_iter().map(|(p, _)| p).collect(), align));
    }
    Some(Sized {
        node: Node::Sum(out),
        exponent: *exponents.last()?,
        bound: carried,
    })
}
