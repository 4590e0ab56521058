//! The prover of grand products: trees, and their layers' kernel.

use super::{Claims, Layer};
use rayon::prelude::*;
use sumcheck::field::{Points, Slice};
use sumcheck::kernel::{SplitEq, bind_rows_in_place};
use sumcheck::{
    Expr, Field, Instance, Point, ProverChannel, ProverField, RoundProver, UniPoly, batch,
};

/// The children of one layer's nodes: those with variable 0 clear, and set; real ones, as many of both.
type Children<F> = [Vec<F>; 2];

/// Trees, ready to be proven.
pub struct Forest<F> {
    vars: usize,
    roots: Vec<F>,
    /// For each tree, the root's children first, the leaves last.
    layers: Vec<Vec<Children<F>>>,
}

impl<F: ProverField> Forest<F> {
    /// Multiplies trees of `2^vars` leaves each, given the real leaves.
    ///
    /// # Panics
    /// If a tree has more leaves than `2^vars`.
    pub fn new(vars: usize, trees: Vec<Vec<F>>) -> Self {
        let (layers, roots) = trees
            .into_par_iter()
            .map(|leaves| layers(vars, leaves))
            .unzip();
        Forest {
            vars,
            roots,
            layers,
        }
    }

    /// The product of each tree.
    pub fn roots(&self) -> &[F] {
        &self.roots
    }
}

/// The layers of a tree, and its root.
fn layers<F: ProverField>(vars: usize, leaves: Vec<F>) -> (Vec<Children<F>>, F) {
    assert!(leaves.len() <= 1 << vars, "more leaves than places");
    let mut nodes = leaves;
    let mut layers = Vec::with_capacity(vars);
    for _ in 0..vars {
        let mut left = Vec::with_capacity(nodes.len().div_ceil(2));
        let mut right = Vec::with_capacity(nodes.len().div_ceil(2));
        for pair in nodes.chunks(2) {
            left.push(pair[0]);
            right.push(pair.get(1).copied().unwrap_or_else(F::one));
        }
        nodes.clone_from(&left);
        F::mul_slices(&mut nodes, &right);
        layers.push([left, right]);
    }
    layers.reverse();
    (layers, nodes.first().copied().unwrap_or_else(F::one))
}

/// Proves the products of trees of `2^vars` leaves each, given the real leaves.
///
/// # Panics
/// If a tree has more leaves than `2^vars`.
pub fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    batch: &'static str,
    vars: usize,
    trees: Vec<Vec<F>>,
) -> Claims<F, F> {
    let forest = Forest::new(vars, trees);
    let roots = forest.roots.clone();
    prove_roots(channel, batch, forest, roots)
}

/// Claims that the products are these, true or not.
pub fn prove_roots<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    batch: &'static str,
    mut forest: Forest<F>,
    roots: Vec<F>,
) -> Claims<F, F> {
    channel.send("product/roots", &roots);
    let mut point = Point(Vec::new());
    let mut values = roots.clone();
    for depth in 0..forest.vars {
        let lambda: F = channel.sample("product/trees");
        let trees = forest.layers.iter_mut();
        let nodes = trees.map(|layers| std::mem::take(&mut layers[depth]));
        let layer = Layer::new(&point, lambda, values.len());
        let instance = Instance {
            relation: layer.relation.clone(),
            claim: values
                .iter()
                .rev()
                .fold(F::zero(), |sum, v| sum * lambda + v),
            prover: Box::new(LayerProver::new(&point, lambda, nodes.collect())),
        };
        let [reduced] = batch::prove(channel, batch, [instance]);
        let rho: F = channel.sample("product/child");
        (point, values) = layer.next(reduced, rho, |l, r| l + rho * (r - l));
    }
    Claims {
        roots,
        point,
        leaves: values,
    }
}

/// Pairs of nodes in a block.
const BLOCK: usize = 64;

/// Trees whose products are added before they are weighted.
const GROUP: usize = 16;

/// The kernel of one layer.
pub struct LayerProver<F: Field> {
    eq: SplitEq<F>,
    /// For each tree: left and right children, real rows, always as many. Beyond them all are 1.
    rows: Vec<Children<F>>,
    /// `λ^k`.
    weights: Vec<F>,
}

impl<F: ProverField> LayerProver<F> {
    /// A prover for [`Layer`], given the real children of the layer's nodes, for each tree.
    pub fn new(point: &Point<F>, lambda: F, mut rows: Vec<[Vec<F>; 2]>) -> Self {
        let real = rows.iter().flatten().map(Vec::len).max().unwrap_or(0);
        for side in rows.iter_mut().flatten() {
            side.resize(real, F::one());
        }
        let mut weights = vec![F::one(); rows.len()];
        for k in 1..weights.len() {
            weights[k] = weights[k - 1] * lambda;
        }
        LayerProver {
            eq: SplitEq::new(point),
            rows,
            weights,
        }
    }

    fn real(&self) -> usize {
        self.rows.first().map_or(0, |[left, _]| left.len())
    }

    /// `Σ_k λ^k`: the summand beyond the real rows.
    fn tail(&self) -> F {
        self.weights.iter().sum()
    }

    /// The sums over real pairs at 0, 1 (if asked for) and 2.
    fn real_pairs(&self, with_one: bool) -> [F; 3] {
        let pairs = self.real() / 2;
        let points = Points {
            degree: 2,
            with_one,
        };
        let group = |weights: &[F]| -> Expr<F> {
            let weights = weights.iter().enumerate();
            let term = |(k, weight): (usize, &F)| {
                Expr::constant("λ^k", *weight) * Expr::Factor(2 * k) * Expr::Factor(2 * k + 1)
            };
            Expr::Sum(weights.map(term).collect())
        };
        let summands: Vec<Expr<F>> = self.weights.chunks(GROUP).map(group).collect();
        let sums: Vec<_> = summands
            .iter()
            .zip(self.rows.chunks(GROUP))
            .map(|(summand, trees)| {
                let kinds = vec![sumcheck::field::Kind::Field; 2 * trees.len()];
                F::pair_sums(summand, &kinds, points)
            })
            .collect();
        (0..pairs.div_ceil(BLOCK))
            .into_par_iter()
            .with_min_len(8)
            .map(|at| {
                let start = at * BLOCK;
                let len = BLOCK.min(pairs - start);
                let mut own = [F::zero(); 3];
                let mut buffer = [F::zero(); BLOCK];
                let (weights, factor) = self.eq.weights(start, &mut buffer[..len]);
                for (sums, trees) in sums.iter().zip(self.rows.chunks(GROUP)) {
                    let rows: Vec<Slice<'_, F>> = trees
                        .iter()
                        .flatten()
                        .map(|rows| Slice::Field(&rows[2 * start..2 * (start + len)]))
                        .collect();
                    sums.add(&rows, weights, &mut own);
                }
                own.map(|sum| sum * factor)
            })
            .reduce(
                || [F::zero(); 3],
                |a, b| std::array::from_fn(|i| a[i] + b[i]),
            )
    }
}

impl<F: ProverField> RoundProver<F> for LayerProver<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        if !self.real().is_multiple_of(2) {
            let sides = self.rows.iter_mut().flatten();
            sides.for_each(|side| side.push(F::one()));
        }
        let (zero, one) = self.eq.linear();
        let inverse = one.inverted();
        let mut evals = self.real_pairs(inverse.is_none());
        let beyond = F::one() - self.eq.rest_point().prefix_sum(self.real() / 2);
        let tail = beyond * self.tail();
        for eval in &mut evals {
            *eval += tail;
        }
        if let Some(inverse) = inverse {
            evals[1] = (claim - zero * evals[0]) * inverse;
        }
        UniPoly::from_evals(&evals).times_linear(zero, one - zero)
    }

    fn bind(&mut self, x: F) {
        let sides = self.rows.par_iter_mut().flatten();
        sides.for_each(|side| bind_rows_in_place(side, F::one(), x));
        self.eq.bind(x);
    }

    fn finish(&mut self) -> Vec<F> {
        let first = |side: &Vec<F>| side.first().copied().unwrap_or_else(F::one);
        self.rows.iter().flatten().map(first).collect()
    }
}
