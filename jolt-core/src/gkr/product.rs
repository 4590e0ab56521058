//! Grand products by GKR: `root_k = Π_x leaf_k(x)` for several trees of `2^n` leaves [GKR08; Tha13].
//!
//! Layer `d` of a tree has `2^d` nodes, `node_d(j) = node_{d+1}(2j) · node_{d+1}(2j + 1)`: the two
//! children of a node differ in variable 0, so that real leaves stay a prefix of every layer. Leaves
//! beyond the real ones are 1, and cost nothing.
//!
//! Protocol, for `K` trees: the roots are sent. Then for `d = 0 … n − 1`, with claims on `node_d,k` at
//! `p_d` (`p_0` is empty):
//!
//! 1. `λ`. Batch of one relation `layer` over `d` variables, with `L_k(j) = node_{d+1,k}(2j)` and `R_k`
//!    likewise for `2j + 1`:
//!
//!    ```text
//!    Σ_k λ^k node_d,k(p_d) = Σ_j eq(p_d, j) · Σ_k λ^k L_k(j) R_k(j)
//!    ```
//!
//! 2. `ρ`. `node_{d+1,k}(ρ, r) = L_k(r) + ρ (R_k(r) − L_k(r))`, so `p_{d+1} = (ρ, r)`.
//!
//! What remains are claims on the leaves at `p_n`, all at one point. Soundness error:
//! `Σ_d (2d + K) / p < n (n + K) / p`.
//!
//! Toggled leaves, `flag · x + 1 − flag`, leave out what is not flagged: see [`toggled`].
//!
//! Cost for each real leaf: one multiplication for the tree; over all layers and rounds four for the
//! round polynomials (a weight and a product, at two points) and two to bind, all of them packed where
//! the processor can. Messages: `K + Σ_d (2d + 2K) = K (2n + 1) + n (n − 1)` elements.

use rayon::prelude::*;
use sumcheck::field::{Points, Slice};
use sumcheck::kernel::{SplitEq, bind_rows_in_place, eq_prefix_sum};
use sumcheck::{
    Expr, Field, Instance, Point, ProverChannel, Reduced, Relation, RoundProver, Segment, UniPoly,
    Value, VerifierChannel, VerifyError, batch,
};

/// What a grand product leaves behind.
#[must_use = "claims on roots and leaves must be consumed"]
#[derive(Clone, Debug)]
pub struct Claims<F, V> {
    /// The product of each tree.
    pub roots: Vec<V>,
    /// Where the leaves are claimed.
    pub point: Point<F>,
    /// The claim on each tree's leaves.
    pub leaves: Vec<V>,
}

/// `flag · x + 1 − flag`: the leaf that is `x` where flagged, else 1.
pub fn toggled<F: Field>(flag: Expr<F>, x: Expr<F>) -> Expr<F> {
    let one = || Expr::constant("1", F::one());
    flag * (x - one()) + one()
}

/// `Σ_j eq(p, j) · Σ_k λ^k L_k(j) R_k(j)`.
pub fn layer<F: Field>(point: &Point<F>, lambda: F, trees: usize) -> Relation<F> {
    let mut relation = Relation::new("layer", vec![Segment::cycle(point.vars())]);
    let eq = relation.eq("eq(p,j)", 0, point.clone());
    let products: Vec<Expr<F>> = (0..trees)
        .map(|k| relation.claimed(format!("L{k}"), &[0]) * relation.claimed(format!("R{k}"), &[0]))
        .collect();
    relation.summand = eq * Expr::batch("λ", lambda, products);
    relation
}

/// The children of one layer's nodes: those with variable 0 clear, and set; real ones, as many of both.
type Children<F> = [Vec<F>; 2];

/// Trees, ready to be proven.
pub struct Forest<F> {
    vars: usize,
    roots: Vec<F>,
    /// For each tree, the root's children first, the leaves last.
    layers: Vec<Vec<Children<F>>>,
}

impl<F: Field> Forest<F> {
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
fn layers<F: Field>(vars: usize, leaves: Vec<F>) -> (Vec<Children<F>>, F) {
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

/// Claims of the next layer: the point, and a value for each tree.
fn next<F: Field, V: Copy>(
    mut reduced: Reduced<F, V>,
    rho: F,
    mut between: impl FnMut(V, V) -> V,
) -> (Point<F>, Vec<V>) {
    let mut point = vec![rho];
    point.extend(&reduced.points[0].0);
    let left = reduced.take_all("L");
    let right = reduced.take_all("R");
    reduced.done();
    let values = left.into_iter().zip(right).map(|(l, r)| between(l, r));
    (Point(point), values.collect())
}

/// Proves the products of trees of `2^vars` leaves each, given the real leaves.
///
/// # Panics
/// If a tree has more leaves than `2^vars`.
pub fn prove<F: Field>(
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
pub fn prove_roots<F: Field>(
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
        let instance = Instance {
            relation: layer(&point, lambda, values.len()),
            claim: values
                .iter()
                .rev()
                .fold(F::zero(), |sum, v| sum * lambda + v),
            prover: Box::new(LayerProver::new(&point, lambda, nodes.collect())),
        };
        let reduced = batch::prove_all(channel, batch, vec![instance]).remove(0);
        let rho: F = channel.sample("product/child");
        (point, values) = next(reduced, rho, |l, r| l + rho * (r - l));
    }
    Claims {
        roots,
        point,
        leaves: values,
    }
}

/// The verifier's side of [`prove`]. Check: `batch/layer`.
///
/// # Errors
/// What the channel finds wrong.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    vars: usize,
    trees: usize,
) -> Result<Claims<F, Value>, VerifyError> {
    let roots = channel.recv("product/roots", trees)?;
    let mut point = Point(Vec::new());
    let mut values = roots.clone();
    for _ in 0..vars {
        let lambda: F = channel.sample("product/trees");
        channel.risk(
            &["product/trees"],
            "nodes of all trees",
            trees.saturating_sub(1),
        );
        let mut power = F::one();
        let mut terms = Vec::with_capacity(values.len());
        for value in &values {
            terms.push((power, *value));
            power *= lambda;
        }
        let claim = channel.linear(F::zero(), &terms);
        let relations = vec![(layer(&point, lambda, trees), claim)];
        let reduced = batch::verify_all(channel, batch, relations)?.remove(0);
        let rho: F = channel.sample("product/child");
        channel.risk(&["product/child"], "two children of a node", 1);
        (point, values) = next(reduced, rho, |l, r| {
            channel.linear(F::zero(), &[(F::one() - rho, l), (rho, r)])
        });
    }
    Ok(Claims {
        roots,
        point,
        leaves: values,
    })
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

impl<F: Field> LayerProver<F> {
    /// A prover for [`layer`], given the real children of the layer's nodes, for each tree.
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

impl<F: Field> RoundProver<F> for LayerProver<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        if !self.real().is_multiple_of(2) {
            let sides = self.rows.iter_mut().flatten();
            sides.for_each(|side| side.push(F::one()));
        }
        let (zero, one) = self.eq.linear();
        let inverse = one.inverse();
        let mut evals = self.real_pairs(inverse.is_none());
        let beyond = F::one() - eq_prefix_sum(&self.eq.rest_point(), self.real() / 2);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use ark_bn254::Fr;
    use ark_ff::{One, UniformRand, Zero};
    use ark_std::rand::rngs::StdRng;
    use ark_std::rand::{Rng, SeedableRng};
    use proptest::prelude::*;
    use sumcheck::channel::counting::CountingVerifier;
    use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
    use sumcheck::kernel::{Column, CycleProver};
    use sumcheck::{Checks, NaiveProver};

    fn forest(rng: &mut StdRng, vars: usize, trees: usize) -> Vec<Vec<Fr>> {
        (0..trees)
            .map(|_| {
                let real = rng.gen_range(0..=1usize << vars);
                (0..real).map(|_| Fr::rand(rng)).collect()
            })
            .collect()
    }

    /// Proves and checks the leaves' claims by evaluation.
    fn run(
        vars: usize,
        trees: &[Vec<Fr>],
        change: impl FnOnce(&mut PlainProof<Fr>),
        checks: &Checks,
    ) -> Result<Vec<Fr>, VerifyError> {
        let mut channel = PlainProver::with_checks("product", checks.clone());
        let claims = prove(&mut channel, "trees", vars, trees.to_vec());
        for (leaves, value) in trees.iter().zip(&claims.leaves) {
            let column = Column::with_tail(leaves.clone(), Fr::one());
            assert_eq!(column.evaluate(&claims.point), *value);
        }
        let mut proof = channel.finish().0;
        change(&mut proof);
        let mut channel = PlainVerifier::with_checks("product", proof, checks.clone());
        let claims = verify(&mut channel, "trees", vars, trees.len())?;
        for (leaves, value) in trees.iter().zip(&claims.leaves) {
            let column = Column::with_tail(leaves.clone(), Fr::one());
            let expected = column.evaluate(&claims.point);
            let difference = channel.linear(-expected, &[(Fr::one(), *value)]);
            channel.assert_zero("leaves", difference)?;
        }
        let roots: Vec<Fr> = claims.roots.iter().map(|r| channel.reveal(*r)).collect();
        // What the roots should be is the caller's business: they are noted as seen, and not checked here.
        for root in &claims.roots {
            let seen = channel.linear(Fr::zero(), &[(Fr::zero(), *root)]);
            channel.assert_zero("roots", seen)?;
        }
        channel.finish()?;
        Ok(roots)
    }

    #[test]
    fn products_are_proven_and_changes_rejected() {
        let rng = &mut StdRng::seed_from_u64(5);
        for vars in 0..6 {
            for count in [1, 3] {
                let trees = forest(rng, vars, count);
                let roots = run(vars, &trees, |_| {}, &Checks::all()).unwrap();
                for (root, leaves) in roots.iter().zip(&trees) {
                    assert_eq!(*root, leaves.iter().product::<Fr>());
                }
                // Every element counts.
                let mut channel = PlainProver::new("product");
                let _ = prove(&mut channel, "trees", vars, trees.clone());
                let messages = channel.finish().0.messages;
                for (i, (label, values)) in messages.iter().enumerate() {
                    for k in 0..values.len() {
                        let verdict = run(
                            vars,
                            &trees,
                            |p| p.messages[i].1[k] += Fr::one(),
                            &Checks::all(),
                        );
                        assert!(verdict.is_err(), "message {i} `{label}` element {k}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_wrong_root_is_stopped_by_the_layers() {
        let rng = &mut StdRng::seed_from_u64(6);
        let trees = forest(rng, 3, 2);
        for (checks, accepted) in [
            (Checks::all(), false),
            (Checks::without("trees/layer"), true),
            (Checks::without("trees: layer"), true),
        ] {
            let mut channel = PlainProver::with_checks("product", checks.clone());
            let forest = Forest::new(3, trees.clone());
            let mut roots = forest.roots().to_vec();
            roots[1] += Fr::one();
            let _ = prove_roots(&mut channel, "trees", forest, roots);
            let mut channel = PlainVerifier::with_checks("product", channel.finish().0, checks);
            let verdict = verify(&mut channel, "trees", 3, trees.len());
            assert_eq!(verdict.is_ok(), accepted);
        }
    }

    #[test]
    fn messages_have_the_length_that_the_documentation_says() {
        for (vars, trees) in [(0, 1), (1, 4), (7, 3), (20, 32)] {
            let mut channel = CountingVerifier::<Fr>::default();
            let _ = verify(&mut channel, "trees", vars, trees).unwrap();
            let elements: usize = channel.finish().elements.values().sum();
            let expected = trees * (2 * vars + 1) + vars * vars.saturating_sub(1);
            assert_eq!(elements, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn the_kernel_equals_the_naive_and_the_general_prover(
            seed: u64, vars in 0usize..6, trees in 1usize..20, boolean: bool,
        ) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let point = match boolean {
                true => Point::boolean(seed.into(), vars),
                false => Point((0..vars).map(|_| Fr::rand(rng)).collect()),
            };
            let lambda = Fr::rand(rng);
            let nodes = forest(rng, vars + 1, trees);
            let relation = layer(&point, lambda, trees);
            let (mut tables, mut columns) = (vec![Vec::new()], vec![None]);
            let mut children = vec![[const { Vec::new() }; 2]; trees];
            for (nodes, children) in nodes.iter().zip(&mut children) {
                for (side, child) in children.iter_mut().enumerate() {
                    let own: Vec<Fr> = nodes.iter().skip(side).step_by(2).copied().collect();
                    columns.push(Some(Column::with_tail(own.clone(), Fr::one())));
                    *child = own.clone();
                    let mut own = own;
                    own.resize(1 << vars, Fr::one());
                    tables.push(own);
                }
            }
            let mut naive = NaiveProver::new(&relation, tables);
            let mut general = CycleProver::new(&relation, &[], columns);
            let mut fast = LayerProver::new(&point, lambda, children);
            let mut claim = naive.sum();
            for round in 0..vars {
                let message = naive.round(claim);
                prop_assert_eq!(&message, &general.round(claim), "round {}", round);
                prop_assert_eq!(&message, &fast.round(claim), "round {}", round);
                let x = Fr::rand(rng);
                claim = message.eval(x);
                naive.bind(x);
                general.bind(x);
                fast.bind(x);
            }
            let values = naive.finish();
            prop_assert_eq!(&values, &general.finish());
            prop_assert_eq!(&values, &fast.finish());
        }

        #[test]
        fn toggled_leaves_are_one_where_they_are_off(seed: u64) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let x = Fr::rand(rng);
            let leaf = toggled(Expr::Factor(0), Expr::Factor(1));
            prop_assert_eq!(leaf.eval(&[Fr::one(), x]), x);
            prop_assert_eq!(leaf.eval(&[Fr::zero(), x]), Fr::one());
            prop_assert_eq!(leaf.degree(&[1, 1]), 2);
        }
    }

    #[test]
    #[ignore = "a measurement: cargo test -p jolt-core --release -- --ignored --nocapture grand"]
    fn grand_products_take_time() {
        let rng = &mut StdRng::seed_from_u64(7);
        let (vars, count) = (16, 32);
        let trees: Vec<Vec<Fr>> = (0..count)
            .map(|_| {
                (0..1 << vars)
                    .map(|_| Fr::from(rng.r#gen::<u128>()))
                    .collect()
            })
            .collect();
        let mut channel = PlainProver::new("product");
        let start = std::time::Instant::now();
        let _ = prove(&mut channel, "trees", vars, trees);
        let each = start.elapsed().as_nanos() as f64 / f64::from(count << vars);
        println!("{each:.1} ns for each of {count} · 2^{vars} leaves");
    }
}
