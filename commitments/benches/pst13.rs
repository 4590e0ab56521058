//! PST13 and its parts. The number of variables is `PST13_VARS`, 16 if unset; with `JOLT_LAB_PORTABLE` set, the
//! packed path is switched off.
//!
//! `cargo bench -p commitments` measures; `cargo bench -p commitments -- --test` runs each once.

use ark_bn254::{Fr, G1Affine};
use ark_ff::UniformRand;
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use commitments::pst13::{Opening, Pst13, Srs};
use commitments::wire::{Reader, put};
use commitments::{CacheDir, Homomorphic, Pcs, PcsProver, columns};
use divan::{Bencher, counter::ItemsCount};
use std::sync::OnceLock;
use sumcheck::{Point, Poly, Transcript};

fn main() {
    divan::main();
}

fn vars() -> usize {
    let set = std::env::var("PST13_VARS").ok();
    set.and_then(|vars| vars.parse().ok()).unwrap_or(16)
}

fn srs() -> &'static Srs {
    static SRS: OnceLock<Srs> = OnceLock::new();
    SRS.get_or_init(|| Srs::insecure_test_cached(vars(), &CacheDir::Default).expect("a setup"))
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn scalars(count: usize) -> Vec<Fr> {
    let mut rng = rng();
    (0..count).map(|_| Fr::rand(&mut rng)).collect()
}

fn commit(polys: &[Poly<Fr>]) -> Vec<Vec<G1Affine>> {
    let batch: Vec<&Poly<Fr>> = polys.iter().collect();
    let blindings: Vec<Vec<()>> = polys
        .iter()
        .map(|p| vec![(); columns(&p.shape())])
        .collect();
    Pst13::commit(srs(), &batch, &blindings).expect("well-formed polynomials")
}

/// Eight polynomials of 16-valued digits, none of them zero; time per digit.
#[divan::bench(sample_count = 5)]
fn commit_digits(bencher: Bencher) {
    let mut rng = rng();
    let rows = 1usize << vars();
    let polys: Vec<Poly<Fr>> = (0..8)
        .map(|_| {
            Poly::digits(
                vars(),
                16,
                (0..rows).map(|_| rng.gen_range(1..16)).collect(),
            )
        })
        .collect();
    srs();
    bencher
        .counter(ItemsCount::new(8 * rows))
        .bench(|| commit(&polys));
}

/// One dense polynomial; time per row.
#[divan::bench(sample_count = 5)]
fn commit_dense(bencher: Bencher) {
    let polys = [Poly::dense(vars(), scalars(1 << vars()))];
    srs();
    bencher
        .counter(ItemsCount::new(1usize << vars()))
        .bench(|| commit(&polys));
}

/// Increments: a tenth of them 64-bit, half small, the others zero; time per row.
#[divan::bench(sample_count = 5)]
fn commit_signed(bencher: Bencher) {
    let mut rng = rng();
    let values = (0..1 << vars())
        .map(|_| match rng.gen_range(0..10) {
            0 => i128::from(rng.r#gen::<u64>()) - i128::from(rng.r#gen::<u64>()),
            1..=5 => rng.gen_range(-500..500),
            _ => 0,
        })
        .collect();
    let polys = [Poly::signed(vars(), values)];
    srs();
    bencher
        .counter(ItemsCount::new(1usize << vars()))
        .bench(|| commit(&polys));
}

fn opened() -> (G1Affine, Point<Fr>, Fr, Opening) {
    let rows = scalars(1 << vars());
    let point = Point(scalars(vars()));
    let commitment = commit(&[Poly::dense(vars(), rows.clone())])[0][0];
    let mut transcript = Transcript::new("bench");
    let (value, opening) =
        Pst13::open(srs(), &mut transcript, rows, &(), &point).expect("a point of the right size");
    (commitment, point, value, opening)
}

/// Opening one dense polynomial.
#[divan::bench(sample_count = 5)]
fn open(bencher: Bencher) {
    let rows = scalars(1 << vars());
    let point = Point(scalars(vars()));
    srs();
    bencher.bench(|| {
        let mut transcript = Transcript::new("bench");
        Pst13::open(srs(), &mut transcript, rows.clone(), &(), &point)
    });
}

/// Verifying one opening.
#[divan::bench(sample_count = 20)]
fn verify(bencher: Bencher) {
    let (commitment, point, value, opening) = opened();
    let key = srs().verifier_key();
    bencher.bench(|| {
        let mut transcript = Transcript::new("bench");
        Pst13::verify(key, &mut transcript, &commitment, (&point, value), &opening)
            .expect("an honest opening")
    });
}

/// Decoding 650 commitments, canonically.
#[divan::bench(sample_count = 20)]
fn decompress_650(bencher: Bencher) {
    let level = srs().level(vars()).expect("the top level");
    let mut bytes = Vec::new();
    level
        .iter()
        .cycle()
        .take(650)
        .for_each(|p| put(p, &mut bytes));
    bencher.bench(|| {
        let mut reader = Reader::new(&bytes);
        (0..650)
            .map(|_| Pst13::read_commitment(vars(), &mut reader))
            .collect::<Result<Vec<_>, _>>()
    });
}

/// Combining 650 commitments, as the verifier does.
#[divan::bench(sample_count = 20)]
fn combine_650(bencher: Bencher) {
    let level = srs().level(vars()).expect("the top level");
    let points: Vec<G1Affine> = level.iter().copied().cycle().take(650).collect();
    let terms: Vec<(Fr, G1Affine)> = scalars(650).into_iter().zip(points).collect();
    bencher.bench(|| Pst13::combine(&terms));
}

/// Making the test setup, and deriving its levels.
#[divan::bench(sample_count = 2)]
fn setup(bencher: Bencher) {
    bencher.bench(|| Srs::insecure_test(vars()));
}

/// Reading it from the cache.
#[divan::bench(sample_count = 3)]
fn load(bencher: Bencher) {
    srs();
    bencher.bench(|| Srs::insecure_test_cached(vars(), &CacheDir::Default));
}
