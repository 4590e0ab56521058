//! The schemes and their parts. The number of variables is `PCS_VARS`, 16 if unset; with `JOLT_LAB_PORTABLE` set, the
//! packed path is switched off.
//!
//! `cargo bench -p commitments` measures; `cargo bench -p commitments -- --test` runs each once.

use ark_bn254::{Fr, G1Affine};
use ark_ff::{One, UniformRand};
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use commitments::basefold::{self, BaseFold, Dials};
use commitments::hyperkzg::HyperKzg;
use commitments::hyrax::{self, Hyrax, Layout};
use commitments::kzg::Powers;
use commitments::ligero::{self, Ligero, Positions};
use commitments::mercury::Mercury;
use commitments::pst13::{Pst13, Srs};
use commitments::wire::{Reader, put};
use commitments::zeromorph::Zeromorph;
use commitments::{CacheDir, Combined, PcsProver, Script};
use divan::{Bencher, counter::ItemsCount};
use std::sync::OnceLock;
use sumcheck::{Checks, Point, Poly, Transcript};

fn main() {
    divan::main();
}

fn vars() -> usize {
    let set = std::env::var("PCS_VARS").ok();
    set.and_then(|vars| vars.parse().ok()).unwrap_or(16)
}

/// A scheme with its key.
trait Measured: PcsProver<F = Fr> {
    fn key() -> &'static Self::ProverKey;
    fn setup() -> Self::ProverKey;
    fn load() -> Self::ProverKey;
}

impl Measured for Pst13 {
    fn key() -> &'static Srs {
        static KEY: OnceLock<Srs> = OnceLock::new();
        KEY.get_or_init(Self::load)
    }

    fn setup() -> Srs {
        Srs::insecure_test(vars()).expect("a setup")
    }

    fn load() -> Srs {
        Srs::insecure_test_cached(vars(), &CacheDir::Default).expect("a setup")
    }
}

impl Measured for Hyrax {
    fn key() -> &'static hyrax::VerifierKey {
        static KEY: OnceLock<hyrax::VerifierKey> = OnceLock::new();
        KEY.get_or_init(Self::load)
    }

    fn setup() -> hyrax::VerifierKey {
        let layout = Layout::suited(vars()).expect("a layout");
        let key = hyrax::VerifierKey::new(layout, CacheDir::Off);
        key.rows();
        key
    }

    fn load() -> hyrax::VerifierKey {
        let layout = Layout::suited(vars()).expect("a layout");
        let key = hyrax::VerifierKey::new(layout, CacheDir::Default);
        key.rows();
        key
    }
}

impl Measured for BaseFold {
    fn key() -> &'static basefold::VerifierKey {
        static KEY: OnceLock<basefold::VerifierKey> = OnceLock::new();
        KEY.get_or_init(Self::load)
    }

    fn setup() -> basefold::VerifierKey {
        basefold::VerifierKey::new(vars(), Dials::default()).expect("a key")
    }

    fn load() -> basefold::VerifierKey {
        Self::setup()
    }
}

impl Measured for Ligero {
    fn key() -> &'static ligero::VerifierKey {
        static KEY: OnceLock<ligero::VerifierKey> = OnceLock::new();
        KEY.get_or_init(Self::load)
    }

    fn setup() -> ligero::VerifierKey {
        ligero::VerifierKey::suited(vars(), Positions::default()).expect("a key")
    }

    fn load() -> ligero::VerifierKey {
        Self::setup()
    }
}

macro_rules! over_powers {
    ($($scheme:ty),*) => {$(
        impl Measured for $scheme {
            fn key() -> &'static Powers {
                static KEY: OnceLock<Powers> = OnceLock::new();
                KEY.get_or_init(Self::load)
            }

            fn setup() -> Powers {
                Powers::insecure_test(vars()).expect("a setup")
            }

            fn load() -> Powers {
                Powers::insecure_test_cached(vars(), &CacheDir::Default).expect("a setup")
            }
        }
    )*};
}
over_powers!(Zeromorph, Mercury, HyperKzg);

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn scalars(count: usize) -> Vec<Fr> {
    let mut rng = rng();
    (0..count).map(|_| Fr::rand(&mut rng)).collect()
}

fn commit<P: Measured>(polys: &[Poly<Fr>]) -> P::Commitment {
    let batch: Vec<&Poly<Fr>> = polys.iter().collect();
    P::commit(P::key(), &batch)
        .expect("well-formed polynomials")
        .0
}

/// Eight polynomials of 16-valued digits, none of them zero; time per digit.
#[divan::bench(types = [Hyrax, Pst13, Zeromorph, Mercury, HyperKzg], sample_count = 5)]
fn commit_digits<P: Measured>(bencher: Bencher) {
    let mut rng = rng();
    let rows = 1usize << vars();
    let polys: Vec<Poly<Fr>> = (0..8)
        .map(|_| {
            let digits = (0..rows).map(|_| rng.gen_range(1..16)).collect();
            Poly::digits(vars(), 16, digits)
        })
        .collect();
    P::key();
    bencher
        .counter(ItemsCount::new(8 * rows))
        .bench(|| commit::<P>(&polys));
}

/// One dense polynomial; time per row.
#[divan::bench(types = [Hyrax, Pst13, Zeromorph, Mercury, HyperKzg, BaseFold, Ligero], sample_count = 5)]
fn commit_dense<P: Measured>(bencher: Bencher) {
    let polys = [Poly::dense(vars(), scalars(1 << vars()))];
    P::key();
    bencher
        .counter(ItemsCount::new(1usize << vars()))
        .bench(|| commit::<P>(&polys));
}

/// Increments: a tenth of them 64-bit, half small, the others zero; time per row.
#[divan::bench(types = [Hyrax, Pst13, Zeromorph, Mercury, HyperKzg, BaseFold, Ligero], sample_count = 5)]
fn commit_signed<P: Measured>(bencher: Bencher) {
    let mut rng = rng();
    let values = (0..1 << vars())
        .map(|_| match rng.gen_range(0..10) {
            0 => i128::from(rng.r#gen::<u64>()) - i128::from(rng.r#gen::<u64>()),
            1..=5 => rng.gen_range(-500..500),
            _ => 0,
        })
        .collect();
    let polys = [Poly::signed(vars(), values)];
    P::key();
    bencher
        .counter(ItemsCount::new(1usize << vars()))
        .bench(|| commit::<P>(&polys));
}

/// Of a polynomial with these rows, of which this was kept.
fn opened<P: Measured>(rows: Vec<Fr>, kept: &P::Kept, point: &Point<Fr>) -> (Fr, P::Opening) {
    let (mut transcript, mut checks) = (Transcript::new("bench"), Checks::all());
    let script = &mut Script::new(&mut transcript, &mut checks);
    let part = Combined {
        batch: kept,
        factors: vec![vec![Fr::one()]],
    };
    P::open(P::key(), script, rows, &[part], point).expect("a point of the right size")
}

fn kept<P: Measured>(rows: Vec<Fr>) -> P::Kept {
    P::keep(P::key(), &[&Poly::dense(vars(), rows)]).expect("well-formed polynomials")
}

/// Opening one dense polynomial.
#[divan::bench(types = [Hyrax, Pst13, Zeromorph, Mercury, HyperKzg, BaseFold, Ligero], sample_count = 5)]
fn open<P: Measured>(bencher: Bencher) {
    let rows = scalars(1 << vars());
    let point = Point(scalars(vars()));
    let kept = kept::<P>(rows.clone());
    bencher.bench(|| opened::<P>(rows.clone(), &kept, &point));
}

/// An opening of a sum of 600 columns.
struct Opened<P: Measured> {
    commitment: P::Commitment,
    factors: Vec<Vec<Fr>>,
    point: Point<Fr>,
    value: Fr,
    opening: P::Opening,
}

impl<P: Measured> Opened<P> {
    fn new() -> Self {
        const COLUMNS: usize = 600;
        let rows = scalars(1 << vars());
        let point = Point(scalars(vars()));
        let small = Poly::signed(vars(), vec![1, 2, 3]);
        let polys: Vec<Poly<Fr>> = (1..COLUMNS).map(|_| small.clone()).collect();
        let dense = [Poly::dense(vars(), rows.clone())];
        let commitment = commit::<P>(&[dense.as_slice(), &polys].concat());
        let kept = kept::<P>(rows.clone());
        let (value, opening) = opened::<P>(rows, &kept, &point);
        // All but the first with factors that cancel.
        let factors = (0..COLUMNS).map(|i| match i {
            0 => Fr::one(),
            1 => -scalars(COLUMNS)[2..].iter().sum::<Fr>(),
            _ => scalars(COLUMNS)[i],
        });
        Opened {
            commitment,
            factors: factors.map(|factor| vec![factor]).collect(),
            point,
            value,
            opening,
        }
    }

    fn equation(&self) -> P::Equation {
        let (mut transcript, mut checks) = (Transcript::new("bench"), Checks::all());
        let script = &mut Script::new(&mut transcript, &mut checks);
        let part = Combined {
            batch: &self.commitment,
            factors: self.factors.clone(),
        };
        let (key, claim) = (P::verifier_key(P::key()), (&self.point, self.value));
        P::reduce(key, script, &[part], claim, &self.opening).expect("an opening of the right size")
    }

    /// Decides it so many times together.
    fn decide(&self, times: usize) {
        let (key, mut sum) = (P::verifier_key(P::key()), P::Sum::default());
        for weight in scalars(times) {
            P::add(key, &mut sum, weight, self.equation());
        }
        assert!(P::holds(key, sum));
    }
}

/// Verifying an opening of a sum of 600 columns. Codewords of as many would not fit in memory.
#[divan::bench(types = [Hyrax, Pst13, Zeromorph, Mercury, HyperKzg], sample_count = 10)]
fn verify_600<P: Measured>(bencher: Bencher) {
    let opened = Opened::<P>::new();
    let key = P::verifier_key(P::key());
    bencher.bench(|| {
        let mut sum = P::Sum::default();
        P::add(key, &mut sum, Fr::one(), opened.equation());
        assert!(P::holds(key, sum));
    });
}

/// Verifying eight of them together; items are openings.
#[divan::bench(types = [Hyrax, Pst13], sample_count = 3)]
fn verify_600_eightfold<P: Measured>(bencher: Bencher) {
    let opened = Opened::<P>::new();
    let bencher = bencher.counter(ItemsCount::new(8usize));
    bencher.bench(|| opened.decide(8));
}

/// Decoding 650 points, canonically.
#[divan::bench(sample_count = 20)]
fn decompress_650(bencher: Bencher) {
    let points = Pst13::key().level(vars()).expect("the top level");
    let mut bytes = Vec::new();
    points
        .iter()
        .cycle()
        .take(650)
        .for_each(|p| put(p, &mut bytes));
    bencher.bench(|| {
        let mut reader = Reader::new(&bytes);
        (0..650)
            .map(|_| reader.canonical("G1 point"))
            .collect::<Result<Vec<G1Affine>, _>>()
    });
}

/// Making the setup.
#[divan::bench(types = [Hyrax, Pst13, Zeromorph, Mercury, HyperKzg], sample_count = 2)]
fn setup<P: Measured>(bencher: Bencher) {
    bencher.bench(P::setup);
}

/// Reading it from the cache.
#[divan::bench(types = [Hyrax, Pst13, Zeromorph, Mercury, HyperKzg], sample_count = 3)]
fn load<P: Measured>(bencher: Bencher) {
    P::key();
    bencher.bench(P::load);
}
