//! Packed operations against arkworks, per element: `cargo bench -p sumcheck`.
//!
//! The argument says which way; those that the processor lacks are not there. Arrays fit the second-level
//! cache.

use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::{AdditiveGroup, UniformRand};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use divan::{Bencher, counter::ItemsCount};
use sumcheck::field::packed::{Backend, Exceptions, Pair, PairScratch};

fn main() {
    divan::main();
}

/// A way by its name.
#[derive(Clone, Copy)]
struct Way(&'static str, Backend);

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// The processor's lanes.
fn packed() -> Vec<Way> {
    let named = |name, way: Option<Backend>| way.map(|way| Way(name, way));
    [
        named("FMA", Backend::fused()),
        named("IFMA", Backend::multiplied()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn ways() -> Vec<Way> {
    let mut ways = vec![Way("portable", Backend::PORTABLE)];
    ways.extend(packed());
    ways
}

const ROWS: usize = 1 << 12;

fn elements(count: usize) -> Vec<Fr> {
    let rng = &mut StdRng::seed_from_u64(1);
    (0..count).map(|_| Fr::rand(rng)).collect()
}

#[divan::bench(args = ways())]
fn mul_assign(bencher: Bencher, Way(_, backend): Way) {
    let (mut a, b) = (elements(ROWS), elements(ROWS));
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench_local(|| backend.mul_assign(&mut a, &b));
}

#[divan::bench(args = ways())]
fn bind(bencher: Bencher, Way(_, backend): Way) {
    let (a, x, mut out) = (elements(2 * ROWS), elements(1)[0], vec![Fr::ZERO; ROWS]);
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench_local(|| backend.bind(&a, &x, &mut out));
}

#[divan::bench(args = ways())]
fn dot(bencher: Bencher, Way(_, backend): Way) {
    let (a, b) = (elements(ROWS), elements(ROWS));
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench_local(|| backend.dot(&a, &b));
}

/// Batched additions of points; any coordinates will do. Packed only.
#[divan::bench(args = packed())]
fn add_pairs(bencher: Bencher, Way(_, backend): Way) {
    let rng = &mut StdRng::seed_from_u64(1);
    let points: Vec<G1Affine> = (0..2 * ROWS)
        .map(|_| G1Affine::new_unchecked(Fq::rand(rng), Fq::rand(rng)))
        .collect();
    let pairs: Vec<Pair> = (0..ROWS as u32)
        .map(|i| Pair {
            read: 2 * i,
            write: i,
        })
        .collect();
    let exceptions = Exceptions {
        denominator: |_, _| Fq::from(1u64),
        sum: |p, _, _| *p,
    };
    let mut scratch = PairScratch::default();
    bencher
        .counter(ItemsCount::new(ROWS))
        .with_inputs(|| points.clone())
        .bench_local_refs(|points| backend.add_pairs(points, &pairs, &exceptions, &mut scratch));
}
