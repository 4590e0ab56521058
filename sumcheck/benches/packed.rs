//! Packed operations against arkworks, per element: `cargo bench -p sumcheck`.
//!
//! The argument says whether the packed path is on. Arrays fit the second-level cache.

use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::{AdditiveGroup, UniformRand};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use divan::{Bencher, counter::ItemsCount};
use sumcheck::field::packed::{Backend, Exceptions, Pair, PairScratch};

fn main() {
    divan::main();
}

/// The processor's lanes, where it has them, or none.
fn backend(on: bool) -> Backend {
    let processor = Backend::processor().filter(|_| on);
    processor.unwrap_or(Backend::PORTABLE)
}

const ROWS: usize = 1 << 12;

fn elements(count: usize) -> Vec<Fr> {
    let rng = &mut StdRng::seed_from_u64(1);
    (0..count).map(|_| Fr::rand(rng)).collect()
}

#[divan::bench(args = [false, true])]
fn mul_assign(bencher: Bencher, on: bool) {
    let backend = backend(on);
    let (mut a, b) = (elements(ROWS), elements(ROWS));
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench_local(|| backend.mul_assign(&mut a, &b));
}

#[divan::bench(args = [false, true])]
fn bind(bencher: Bencher, on: bool) {
    let backend = backend(on);
    let (a, x, mut out) = (elements(2 * ROWS), elements(1)[0], vec![Fr::ZERO; ROWS]);
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench_local(|| backend.bind(&a, &x, &mut out));
}

#[divan::bench(args = [false, true])]
fn dot(bencher: Bencher, on: bool) {
    let backend = backend(on);
    let (a, b) = (elements(ROWS), elements(ROWS));
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench_local(|| backend.dot(&a, &b));
}

/// Batched additions of points; any coordinates will do. Packed only.
#[divan::bench]
fn add_pairs(bencher: Bencher) {
    let backend = backend(true);
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
