//! The prover of sums of fractions: trees, and their layers' kernels.

use super::{Addition, Claims, Fraction, below};
use rayon::prelude::*;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Field, Instance, NaiveProver, Point, ProverChannel, ProverField, Relation, RoundProver, Source,
    batch,
};

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

impl<F: ProverField> Layer<F> {
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

impl<F: ProverField> Tree<F> {
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
pub fn fast<F: ProverField>(
    relation: &Relation<F>,
    columns: Vec<Option<Column<F>>>,
) -> Box<dyn RoundProver<F>> {
    Box::new(CycleProver::new(relation, &[], columns))
}

/// The naive prover, on columns written out.
pub fn naive<F: ProverField>(
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

/// Proves the sums of trees of one depth, which are sent. Relations are named as the trees.
///
/// # Panics
/// If there is no tree, or depths differ.
pub fn prove<F: ProverField>(
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
        let additions = names.iter().map(|name| Addition::new(name, &point, lambda));
        let additions: Vec<Addition<F>> = additions.collect();
        let each = additions.iter().zip(&mut trees).zip(&leaves);
        let instances = each.map(|((addition, tree), claim)| {
            let layer = tree.layers.pop().expect("a layer for every level");
            Instance {
                prover: kernel(&addition.relation, layer.columns()),
                relation: addition.relation.clone(),
                claim: claim.numerator + lambda * claim.denominator,
            }
        });
        let reduced = batch::prove_all(channel, batch, instances.collect());
        let tau: F = channel.sample("fraction/child");
        leaves.clear();
        for (addition, reduced) in additions.iter().zip(reduced) {
            let ([even, odd], at) = addition.children(reduced);
            let between = |a: F, b: F| a + tau * (b - a);
            leaves.push(Fraction {
                numerator: between(even.numerator, odd.numerator),
                denominator: between(even.denominator, odd.denominator),
            });
            point = at;
        }
        point = below(tau, point);
    }
    Claims { point, leaves }
}
