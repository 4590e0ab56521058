//! Laws that every scheme keeps, and what tests of all schemes have in common.
#![allow(clippy::unwrap_used)]

pub(crate) mod files;
#[cfg(feature = "testing")]
pub(crate) mod hiding;
mod laws;
pub(crate) mod polynomials;
mod refusals;
#[cfg(feature = "testing")]
pub(crate) mod together;

use crate::basefold::{self, BaseFold, Dials};
use crate::hyperkzg::HyperKzg;
use crate::hyrax::{self, Hyrax, Layout};
use crate::kzg::Powers;
use crate::ligero::{self, Ligero, Positions};
use crate::mercury::Mercury;
use crate::pst13::{Pst13, Srs};
use crate::zeromorph::Zeromorph;
use crate::{CacheDir, Combined, PcsError, PcsProver, Script};
use ark_bn254::Fr;
use ark_ff::UniformRand;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use std::sync::{Arc, Mutex};
use sumcheck::{Checks, Label, Point, Poly, Shape, Transcript};

/// A scheme as tests see it.
pub(crate) trait Tested: PcsProver<F = Fr> {
    /// Challenges that only the scheme's own tests have lies about.
    const OWN: &'static [Label];
    /// Whether a batch is committed to as a whole, by any bytes, and openings leave no equations that could cancel.
    const HASHED: bool = false;
    /// A small key.
    fn key(vars: usize) -> Arc<Self::ProverKey>;
}

impl Tested for Pst13 {
    const OWN: &'static [Label] = &[];

    fn key(vars: usize) -> Arc<Srs> {
        static MADE: Mutex<Vec<(usize, Arc<Srs>)>> = Mutex::new(Vec::new());
        remembered(&MADE, vars, || Srs::insecure_test(vars).unwrap())
    }
}

impl Tested for Hyrax {
    const OWN: &'static [Label] = &["open/base", "open/fold"];

    /// With lines of eight rows, so that there are polynomials of many lines, of one, and of less.
    fn key(vars: usize) -> Arc<hyrax::VerifierKey> {
        static MADE: Mutex<Vec<(usize, Arc<hyrax::VerifierKey>)>> = Mutex::new(Vec::new());
        remembered(&MADE, vars, || {
            hyrax::VerifierKey::new(Layout::new(vars, vars.min(3)).unwrap(), CacheDir::Off)
        })
    }
}

impl Tested for Zeromorph {
    const OWN: &'static [Label] = &["open/degrees", "open/at", "open/parts"];

    fn key(vars: usize) -> Arc<Powers> {
        powers(vars)
    }
}

impl Tested for Mercury {
    const OWN: &'static [Label] = &["open/modulus", "open/parts", "open/at", "open/values-parts"];

    fn key(vars: usize) -> Arc<Powers> {
        powers(vars)
    }
}

impl Tested for HyperKzg {
    const OWN: &'static [Label] = &["open/equations", "open/at", "open/checks"];

    fn key(vars: usize) -> Arc<Powers> {
        powers(vars)
    }
}

impl Tested for BaseFold {
    const OWN: &'static [Label] = &["open/columns", "open/join", "open/fold", "open/query"];
    const HASHED: bool = true;

    /// With few positions, and few rows at the end, so that small polynomials are folded.
    fn key(vars: usize) -> Arc<basefold::VerifierKey> {
        let dials = Dials {
            queries: 16,
            last_vars: 1,
            ..Dials::default()
        };
        Arc::new(basefold::VerifierKey::new(vars, dials).unwrap())
    }
}

impl Tested for Ligero {
    const OWN: &'static [Label] = &["open/lines", "open/query"];
    const HASHED: bool = true;

    /// With lines of eight rows, so that there are polynomials of many lines, of one, and of less.
    fn key(vars: usize) -> Arc<ligero::VerifierKey> {
        let positions = Positions {
            queries: 16,
            ..Positions::default()
        };
        Arc::new(ligero::VerifierKey::new(vars, vars.min(3), positions).unwrap())
    }
}

/// Of all schemes over powers of tau.
fn powers(vars: usize) -> Arc<Powers> {
    static MADE: Mutex<Vec<(usize, Arc<Powers>)>> = Mutex::new(Vec::new());
    remembered(&MADE, vars, || Powers::insecure_test(vars).unwrap())
}

fn remembered<K>(
    made: &Mutex<Vec<(usize, Arc<K>)>>,
    vars: usize,
    make: impl FnOnce() -> K,
) -> Arc<K> {
    let mut made = made.lock().unwrap();
    if let Some((_, key)) = made.iter().find(|(of, _)| *of == vars) {
        return key.clone();
    }
    let key = Arc::new(make());
    made.push((vars, key.clone()));
    key
}

/// Tests of a module, each with every scheme.
macro_rules! with_every_scheme {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        mod pst13 {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::pst13::Pst13>(); })*
        }
        mod hyrax {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::hyrax::Hyrax>(); })*
        }
        mod zeromorph {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::zeromorph::Zeromorph>(); })*
        }
        mod hyperkzg {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::hyperkzg::HyperKzg>(); })*
        }
        mod basefold {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::basefold::BaseFold>(); })*
        }
        mod ligero {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::ligero::Ligero>(); })*
        }
        mod mercury {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::mercury::Mercury>(); })*
        }
    };
}
pub(crate) use with_every_scheme;

pub(crate) fn random(seed: u64, count: usize) -> Vec<Fr> {
    let rng = &mut StdRng::seed_from_u64(seed);
    (0..count).map(|_| Fr::rand(rng)).collect()
}

/// The encoding of the commitment of one polynomial.
fn commit<P: Tested>(key: &P::ProverKey, poly: &Poly<Fr>) -> Vec<u8> {
    encoded::<P>(key, &[poly])
}

fn encoded<P: Tested>(key: &P::ProverKey, polys: &[&Poly<Fr>]) -> Vec<u8> {
    let (commitment, _) = P::commit(key, polys).unwrap();
    let mut bytes = Vec::new();
    P::write_commitment(&commitment, &mut bytes);
    bytes
}

fn decoded<P: Tested>(key: &P::ProverKey, shapes: &[Shape], bytes: &[u8]) -> P::Commitment {
    let mut input = crate::wire::Reader::new(bytes);
    let commitment = P::read_commitment(P::verifier_key(key), shapes, &mut input).unwrap();
    assert!(input.remaining().is_empty());
    commitment
}

/// An opening by itself, as if nothing was said before.
pub(crate) fn with_script<T>(checks: &Checks, run: impl FnOnce(&mut Script<'_>) -> T) -> T {
    let (mut transcript, mut checks) = (Transcript::new("test"), checks.clone());
    run(&mut Script::new(&mut transcript, &mut checks))
}

/// Of one dense polynomial in as many variables as the point has coordinates.
pub(crate) fn open<P: Tested>(
    key: &P::ProverKey,
    rows: &[Fr],
    point: &Point<Fr>,
) -> (Fr, P::Opening) {
    let poly = Poly::dense(point.vars(), rows.to_vec());
    open_sum::<P>(key, (&[&poly], &[vec![Fr::from(1)]]), rows, point)
}

/// Of a sum of columns, whose rows are these.
fn open_sum<P: Tested>(
    key: &P::ProverKey,
    (polys, factors): (&[&Poly<Fr>], &[Vec<Fr>]),
    rows: &[Fr],
    point: &Point<Fr>,
) -> (Fr, P::Opening) {
    let part = Combined {
        batch: &P::keep(key, polys).unwrap(),
        factors: factors.to_vec(),
    };
    with_script(&Checks::all(), |script| {
        P::open(key, script, rows.to_vec(), &[part], point).unwrap()
    })
}

/// Of a sum of columns of one batch.
fn verify<P: Tested>(
    key: &P::ProverKey,
    (commitment, factors): (&P::Commitment, &[Vec<Fr>]),
    claim: (&Point<Fr>, Fr),
    opening: &P::Opening,
) -> Result<(), PcsError> {
    let part = Combined {
        batch: commitment,
        factors: factors.to_vec(),
    };
    with_script(&Checks::all(), |script| {
        P::verify(P::verifier_key(key), script, &[part], claim, opening)
    })
}
