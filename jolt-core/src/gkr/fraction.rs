//! Sums of fractions over binary trees [PH23; GKR08]: claims on the sums become claims on the leaves.
//!
//! Statement, for several trees of one depth `n`: `Σ_i p(i) / q(i) = P / Q` over `2^n` leaves, in the
//! sense that `(P, Q)` is what adding fractions pair by pair gives.
//!
//! Layer `l` has `2^l` nodes; node `x` adds the nodes `2x` and `2x + 1` of the layer below:
//!
//! ```text
//! p(x) = p_0(x)·q_1(x) + p_1(x)·q_0(x),   q(x) = q_0(x)·q_1(x)
//! ```
//!
//! Transcript: `P`, `Q` of every tree. For every layer from the top: `λ`; a batch with a relation for each
//! tree,
//!
//! ```text
//! p(r) + λ·q(r) = Σ_x eq(r, x) · (q_1(x)·(p_0(x) + λ·q_0(x)) + p_1(x)·q_0(x))
//! ```
//!
//! which leaves `p_0, p_1, q_0, q_1` at one point `r'`; and `τ`, which makes of them claims on the layer
//! below at `(τ, r')`. So all trees end at one point.
//!
//! Soundness error: `(1 + 1 + l·2 + 1)/p` for layer `l` (`λ`, the batch's `α`, the rounds, `τ`).
//!
//! Cost for `N` real leaves: 3 multiplications each to build the tree; `12 N` to prove it (a layer of `n`
//! nodes: `2 · 4` per pair of nodes and round, and four columns to bind). Message sizes: `2·l` elements of
//! rounds and 4 per tree for layer `l`. Leaves beyond the real ones are equal and cost nothing.

use rayon::prelude::*;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Expr, Field, Instance, NaiveProver, Point, ProverChannel, Reduced, Relation, RoundProver,
    Segment, Source, Value, VerifierChannel, VerifyError, batch,
};

/// A fraction, or claims on numerator and denominator at one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction<V> {
    /// `p`.
    pub numerator: V,
    /// `q`.
    pub denominator: V,
}

/// The leaves of a tree: real ones, then equal ones up to `2^depth`.
#[derive(Clone, Debug)]
pub struct Leaves<F> {
    /// Numerators of the real leaves.
    pub numerators: Vec<F>,
    /// Denominators of the real leaves.
    pub denominators: Vec<F>,
    /// Every further leaf.
    pub tail: Fraction<F>,
}

/// What a proof leaves behind: claims on the leaves of each tree, at one point.
#[derive(Clone, Debug)]
#[must_use = "claims left behind must be consumed"]
pub struct Claims<F, V> {
    /// Point of the leaves, least significant bit first.
    pub point: Point<F>,
    /// For each tree.
    pub leaves: Vec<Fraction<V>>,
}

/// The relation of a layer whose claims are at `point`.
pub fn relation<F: Field>(name: &'static str, point: &Point<F>, lambda: F) -> Relation<F> {
    let mut relation = Relation::new(name, vec![Segment::cycle(point.vars())]);
    let eq = relation.eq("eq(r,x)", 0, point.clone());
    let [p0, p1, q0, q1] = ["p0", "p1", "q0", "q1"].map(|name| relation.claimed(name, &[0]));
    let lambda = Expr::constant("λ", lambda);
    let sum = q1 * (p0 + lambda * q0.clone()) + p1 * q0;
    relation.summand = eq * sum;
    relation
}

/// The children of a layer's nodes: even and odd ones apart.
struct Layer<F> {
    numerators: [Vec<F>; 2],
    denominators: [Vec<F>; 2],
    tail: Fraction<F>,
}

/// Entries that one task takes.
const BLOCK: usize = 1 << 12;

fn halves<F: Field>(values: &[F], tail: F) -> [Vec<F>; 2] {
    let take = |first: usize| {
        let nodes = (0..values.len().div_ceil(2)).into_par_iter();
        let nodes = nodes.with_min_len(BLOCK);
        nodes
            .map(|x| values.get(2 * x + first).copied().unwrap_or(tail))
            .collect()
    };
    [take(0), take(1)]
}

impl<F: Field> Layer<F> {
    fn new(leaves: &Leaves<F>) -> Self {
        let Leaves {
            numerators,
            denominators,
            tail,
        } = leaves;
        assert_eq!(
            numerators.len(),
            denominators.len(),
            "a denominator for every numerator"
        );
        Layer {
            numerators: halves(numerators, tail.numerator),
            denominators: halves(denominators, tail.denominator),
            tail: *tail,
        }
    }

    /// Every further node.
    fn tail(&self) -> Fraction<F> {
        Fraction {
            numerator: (self.tail.numerator * self.tail.denominator).double(),
            denominator: self.tail.denominator.square(),
        }
    }

    /// The nodes from `start` on.
    fn nodes(&self, start: usize, out: &mut Scratch<F>) {
        let ([p0, p1], [q0, q1]) = (&self.numerators, &self.denominators);
        let end = p0.len().min(start + 2 * BLOCK);
        let fill = |out: &mut Vec<F>, a: &[F], b: &[F]| {
            out.clear();
            out.extend_from_slice(&a[start..end]);
            F::mul_slices(out, &b[start..end]);
        };
        fill(&mut out.numerators, p0, q1);
        fill(&mut out.other, p1, q0);
        fill(&mut out.denominators, q0, q1);
        for (a, b) in out.numerators.iter_mut().zip(&out.other) {
            *a = a.plus(b);
        }
    }

    /// The layer above: its children are the nodes of this one.
    fn above(&self) -> Self {
        let half = self.numerators[0].len().div_ceil(2);
        let zeros = || vec![F::zero(); half];
        let [[mut p0, mut p1], [mut q0, mut q1]] = [[zeros(), zeros()], [zeros(), zeros()]];
        let tail = self.tail();
        let numerators = p0.par_chunks_mut(BLOCK).zip(p1.par_chunks_mut(BLOCK));
        let denominators = q0.par_chunks_mut(BLOCK).zip(q1.par_chunks_mut(BLOCK));
        numerators.zip(denominators).enumerate().for_each_init(
            Scratch::default,
            |scratch, (block, ((p0, p1), (q0, q1)))| {
                self.nodes(2 * BLOCK * block, scratch);
                scatter(&scratch.numerators, tail.numerator, p0, p1);
                scatter(&scratch.denominators, tail.denominator, q0, q1);
            },
        );
        Layer {
            numerators: [p0, p1],
            denominators: [q0, q1],
            tail,
        }
    }

    fn columns(self) -> Vec<Option<Column<F>>> {
        let Layer {
            numerators: [p0, p1],
            denominators: [q0, q1],
            tail,
        } = self;
        let column = |values, tail| Some(Column::with_tail(values, tail));
        vec![
            None,
            column(p0, tail.numerator),
            column(p1, tail.numerator),
            column(q0, tail.denominator),
            column(q1, tail.denominator),
        ]
    }
}

/// Nodes of a block.
#[derive(Default)]
struct Scratch<F> {
    numerators: Vec<F>,
    other: Vec<F>,
    denominators: Vec<F>,
}

/// Even and odd values apart.
fn scatter<F: Field>(values: &[F], tail: F, even: &mut [F], odd: &mut [F]) {
    for (pair, (even, odd)) in values.chunks(2).zip(even.iter_mut().zip(odd)) {
        *even = pair[0];
        *odd = pair.get(1).copied().unwrap_or(tail);
    }
}

/// A tree of fractions.
pub struct Tree<F> {
    /// Children of the nodes, from the lowest nodes up.
    layers: Vec<Layer<F>>,
    root: Fraction<F>,
}

impl<F: Field> Tree<F> {
    /// Adds up the leaves.
    ///
    /// # Panics
    /// If there are more than `2^depth` leaves, or numerators and denominators differ in number.
    pub fn new(leaves: &Leaves<F>, depth: usize) -> Self {
        assert!(leaves.numerators.len() <= 1 << depth, "too many leaves");
        let first = |values: &[F], tail: F| values.first().copied().unwrap_or(tail);
        let fraction = |numerators: &[F], denominators: &[F], tail: Fraction<F>| Fraction {
            numerator: first(numerators, tail.numerator),
            denominator: first(denominators, tail.denominator),
        };
        let mut root = fraction(&leaves.numerators, &leaves.denominators, leaves.tail);
        let mut layers: Vec<Layer<F>> = Vec::with_capacity(depth);
        for level in 0..depth {
            layers.push(match layers.last() {
                None => Layer::new(leaves),
                Some(below) => below.above(),
            });
            if level + 1 == depth {
                let mut nodes = Scratch::default();
                layers[level].nodes(0, &mut nodes);
                let tail = layers[level].tail();
                root = fraction(&nodes.numerators, &nodes.denominators, tail);
            }
        }
        Tree { layers, root }
    }

    /// The sum.
    pub fn root(&self) -> Fraction<F> {
        self.root
    }

    /// Claims this sum, true or not.
    pub fn claim(&mut self, root: Fraction<F>) {
        self.root = root;
    }
}

/// Makes the prover of a relation over one segment from its columns.
pub type Kernel<F> = fn(&Relation<F>, Vec<Option<Column<F>>>) -> Box<dyn RoundProver<F>>;

/// The fast kernel.
pub fn fast<F: Field>(
    relation: &Relation<F>,
    columns: Vec<Option<Column<F>>>,
) -> Box<dyn RoundProver<F>> {
    Box::new(CycleProver::new(relation, &[], columns))
}

/// The naive prover, on columns written out.
pub fn naive<F: Field>(
    relation: &Relation<F>,
    columns: Vec<Option<Column<F>>>,
) -> Box<dyn RoundProver<F>> {
    let rows = 1usize << relation.rounds();
    let tables = relation.factors.iter().zip(columns);
    let tables = tables.map(|(factor, column)| match (&factor.source, column) {
        (_, Some(column)) => (0..rows).map(|j| column.get(j)).collect(),
        (Source::Eq(..), None) => Vec::new(),
        _ => panic!("no column for {}", factor.name),
    });
    Box::new(NaiveProver::new(relation, tables.collect()))
}

fn children<F: Field, V: Copy>(mut reduced: Reduced<F, V>) -> ([V; 4], Point<F>) {
    let values = ["p0", "p1", "q0", "q1"].map(|name| reduced.take(name));
    let point = reduced.points[0].clone();
    reduced.done();
    (values, point)
}

/// `(τ, r')`.
fn below<F: Field>(tau: F, point: Point<F>) -> Point<F> {
    Point([vec![tau], point.0].concat())
}

/// Proves the sums of trees of one depth, which are sent. Relations are named as the trees.
///
/// # Panics
/// If there is no tree, or depths differ.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    batch: &'static str,
    trees: Vec<(&'static str, Tree<F>)>,
    kernel: Kernel<F>,
) -> Claims<F, F> {
    let (names, mut trees): (Vec<_>, Vec<_>) = trees.into_iter().unzip();
    let depth = trees.first().expect("a tree").layers.len();
    assert!(
        trees.iter().all(|t| t.layers.len() == depth),
        "trees of one depth"
    );
    let mut leaves: Vec<Fraction<F>> = trees.iter().map(Tree::root).collect();
    let roots = leaves.iter().flat_map(|r| [r.numerator, r.denominator]);
    channel.send("fraction/roots", &roots.collect::<Vec<F>>());
    let mut point = Point(Vec::new());
    for _ in 0..depth {
        let lambda: F = channel.sample("fraction/lambda");
        let mut instances = Vec::with_capacity(trees.len());
        for ((name, tree), claim) in names.iter().zip(&mut trees).zip(&leaves) {
            let relation = relation(name, &point, lambda);
            let layer = tree.layers.pop().expect("a layer for every level");
            instances.push(Instance {
                prover: kernel(&relation, layer.columns()),
                relation,
                claim: claim.numerator + lambda * claim.denominator,
            });
        }
        let reduced = batch::prove_all(channel, batch, instances);
        let tau: F = channel.sample("fraction/child");
        leaves.clear();
        for reduced in reduced {
            let ([p0, p1, q0, q1], at) = children(reduced);
            leaves.push(Fraction {
                numerator: p0 + tau * (p1 - p0),
                denominator: q0 + tau * (q1 - q0),
            });
            point = at;
        }
        point = below(tau, point);
    }
    Claims { point, leaves }
}

/// Checks that two fractions are equal.
///
/// # Errors
/// The check of this name.
pub fn verify_equal<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    check: &str,
    a: Fraction<Value>,
    b: Fraction<Value>,
) -> Result<(), VerifyError> {
    let cross = [
        (F::one(), channel.mul(a.numerator, b.denominator)),
        (-F::one(), channel.mul(b.numerator, a.denominator)),
    ];
    let difference = channel.linear(F::zero(), &cross);
    channel.assert_zero(check, difference)
}

/// The sums of the trees, and what is left to check.
pub type Verified<F> = (Vec<Fraction<Value>>, Claims<F, Value>);

/// Verifies: the sums, and the claims left on leaves. Checks: those of the batch at every layer.
///
/// # Errors
/// A layer's check, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    names: &[&'static str],
    depth: usize,
) -> Result<Verified<F>, VerifyError> {
    let received = channel.recv("fraction/roots", 2 * names.len())?;
    let fractions = received.chunks_exact(2).map(|pair| Fraction {
        numerator: pair[0],
        denominator: pair[1],
    });
    let roots: Vec<Fraction<Value>> = fractions.collect();
    let (mut leaves, mut point) = (roots.clone(), Point(Vec::new()));
    for _ in 0..depth {
        let lambda: F = channel.sample("fraction/lambda");
        channel.risk(
            &["fraction/lambda"],
            "numerator and denominator of nodes",
            1,
        );
        let mut relations = Vec::with_capacity(names.len());
        for (name, claim) in names.iter().zip(&leaves) {
            let terms = [(F::one(), claim.numerator), (lambda, claim.denominator)];
            let claim = channel.linear(F::zero(), &terms);
            relations.push((relation(name, &point, lambda), claim));
        }
        let reduced = batch::verify_all(channel, batch, relations)?;
        let tau: F = channel.sample("fraction/child");
        channel.risk(&["fraction/child"], "two children of a node", 1);
        leaves.clear();
        for reduced in reduced {
            let ([p0, p1, q0, q1], at) = children(reduced);
            let mut between = |a, b| channel.linear(F::zero(), &[(F::one() - tau, a), (tau, b)]);
            leaves.push(Fraction {
                numerator: between(p0, p1),
                denominator: between(q0, q1),
            });
            point = at;
        }
        point = below(tau, point);
    }
    Ok((roots, Claims { point, leaves }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::{Field as _, UniformRand, Zero};
    use ark_std::rand::rngs::StdRng;
    use ark_std::rand::{Rng, SeedableRng};
    use proptest::prelude::*;
    use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};

    fn leaves(rng: &mut StdRng, depth: usize) -> Leaves<Fr> {
        let real = rng.gen_range(0..=1usize << depth);
        let mut values = |_| (0..real).map(|_| Fr::rand(rng)).collect();
        let [numerators, denominators] = [0, 1].map(&mut values);
        let neutral = rng.gen_range(0..2) == 0;
        let tail = match neutral {
            true => Fraction {
                numerator: Fr::zero(),
                denominator: Fr::from(1u64),
            },
            false => Fraction {
                numerator: Fr::rand(rng),
                denominator: Fr::rand(rng),
            },
        };
        Leaves {
            numerators,
            denominators,
            tail,
        }
    }

    /// A leaf, real or not.
    fn leaf(leaves: &Leaves<Fr>, i: usize) -> [Fr; 2] {
        match leaves.numerators.get(i) {
            Some(p) => [*p, leaves.denominators[i]],
            None => [leaves.tail.numerator, leaves.tail.denominator],
        }
    }

    fn run(
        all: &[Leaves<Fr>],
        depth: usize,
        kernel: Kernel<Fr>,
    ) -> (PlainProof<Fr>, Claims<Fr, Fr>) {
        let mut channel = PlainProver::new("fraction test");
        let trees = ["a", "b"].into_iter().zip(all);
        let trees = trees.map(|(name, l)| (name, Tree::new(l, depth)));
        let claims = prove(&mut channel, "gkr", trees.collect(), kernel);
        (channel.finish().0, claims)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// The kernel sends what the naive prover sends; roots are sums; the claims left are true.
        #[test]
        fn trees_of_fractions(seed: u64, depth in 0usize..7) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let all = [leaves(rng, depth), leaves(rng, depth)];
            let (proof, claims) = run(&all, depth, fast);
            let (slow, _) = run(&all, depth, naive);
            prop_assert_eq!(&proof.messages, &slow.messages);
            let eq = claims.point.eq_table();
            prop_assert_eq!(eq.len(), 1 << depth);
            for (leaves, claim) in all.iter().zip(&claims.leaves) {
                let sum = |side: usize| -> Fr {
                    (0..eq.len()).map(|i| eq[i] * leaf(leaves, i)[side]).sum()
                };
                prop_assert_eq!(sum(0), claim.numerator);
                prop_assert_eq!(sum(1), claim.denominator);
            }
            for (k, leaves) in all.iter().enumerate() {
                let terms = (0..1 << depth).map(|i| leaf(leaves, i));
                let expected: Fr = terms.map(|[p, q]| p * q.inverse().unwrap()).sum();
                let [p, q] = [0, 1].map(|side| proof.messages[0].1[2 * k + side]);
                prop_assert_eq!(p * q.inverse().unwrap(), expected);
            }
            // Rounds of two elements, and four values for each tree and layer.
            let elements: usize = proof.messages.iter().map(|(_, m)| m.len()).sum();
            prop_assert_eq!(elements, 4 + depth * depth.saturating_sub(1) + 8 * depth);

            let sent = proof.messages[0].1.clone();
            let mut channel = PlainVerifier::new("fraction test", proof);
            let (roots, verified) = verify(&mut channel, "gkr", &["a", "b"], depth).unwrap();
            prop_assert_eq!(&verified.point, &claims.point);
            let mut is = |value: Value, expected: Fr| {
                let difference = channel.linear(-expected, &[(Fr::from(1u64), value)]);
                channel.assert_zero("expected", difference)
            };
            for (v, p) in verified.leaves.iter().zip(&claims.leaves) {
                prop_assert_eq!(is(v.numerator, p.numerator), Ok(()));
                prop_assert_eq!(is(v.denominator, p.denominator), Ok(()));
            }
            prop_assert_eq!(roots.len(), 2);
            for (root, sent) in roots.iter().zip(sent.chunks_exact(2)) {
                prop_assert_eq!(is(root.numerator, sent[0]), Ok(()));
                prop_assert_eq!(is(root.denominator, sent[1]), Ok(()));
            }
            channel.finish().unwrap();
        }
    }

    #[test]
    fn another_sum_is_rejected() {
        let rng = &mut StdRng::seed_from_u64(4);
        let all = [leaves(rng, 4), leaves(rng, 4)];
        let (proof, _) = run(&all, 4, fast);
        for k in 0..4 {
            let mut other = proof.clone();
            other.messages[0].1[k] += Fr::from(1u64);
            let mut channel = PlainVerifier::new("fraction test", other);
            let verdict = verify(&mut channel, "gkr", &["a", "b"], 4);
            assert!(matches!(verdict, Err(VerifyError::Check { .. })));
        }
    }
}
