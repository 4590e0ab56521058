//! Schemes that hide, as tests see them.

use super::{Tested, with_script};
use crate::hiding::{Blinded, BlindedOpening, HidingProverKey, SimulatedPairings};
use crate::hyrax::{HidingHyrax, Hyrax, Layout, VerifierKey};
use crate::wire::{Reader, put};
use crate::{CacheDir, Class, Columns, Combined, Draws, HidingProver, Pcs};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use std::sync::{Arc, OnceLock};
use sumcheck::{Checks, Label, Point, Poly};

/// Variables of the keys.
pub(crate) const VARS: usize = 8;

pub(crate) use crate::hiding::blinding_logarithm as logarithm;

/// A scheme that hides.
pub(crate) trait Hides: HidingProver<F = Fr> {
    /// Bytes of a proof's last item, which no challenge of its own hears. All others have 32.
    const LAST: usize;
    /// What it is absorbed as.
    const LABEL: Label;
    /// Of each draw of an opening at a point of so many coordinates the first item of 32 bytes that has it.
    fn places(vars: usize) -> Vec<usize>;
    /// A key for [`VARS`] variables.
    fn key() -> Arc<Self::ProverKey>;
    /// The same with points of known logarithms.
    fn known_key() -> Self::ProverKey;
    /// Adds a multiple of something to a proof's last item.
    fn shift(proof: &mut [u8], by: Fr);
}

/// Replaces the end of a proof by the encoding of something else.
fn change_last<T>(proof: &mut [u8], change: impl FnOnce(T) -> T)
where
    T: ark_serialize::CanonicalSerialize + ark_serialize::CanonicalDeserialize + Default,
{
    let at = proof.len() - T::default().compressed_size();
    let value = Reader::new(&proof[at..]).canonical("last item").unwrap();
    let mut bytes = Vec::new();
    put(&change(value), &mut bytes);
    proof[at..].copy_from_slice(&bytes);
}

impl Hides for HidingHyrax {
    const LAST: usize = 32;
    const LABEL: Label = "open/answers";

    /// With lines of 32 rows, so that there are polynomials of many lines, of one, and of less.
    fn key() -> Arc<HidingProverKey<Hyrax>> {
        static KEY: OnceLock<Arc<HidingProverKey<Hyrax>>> = OnceLock::new();
        let key = || VerifierKey::new(Layout::new(VARS, 5).unwrap(), CacheDir::Off);
        let key = KEY.get_or_init(|| Arc::new(HidingProverKey::new(key())));
        key.clone()
    }

    fn known_key() -> HidingProverKey<Hyrax> {
        crate::hyrax::knowing(Layout::new(VARS, 5).unwrap())
    }

    /// `L` and `R` of each round; `S` has both draws of its own.
    fn places(vars: usize) -> Vec<usize> {
        let rounds = 2 * vars.min(5);
        (0..rounds).chain([rounds, rounds]).collect()
    }

    fn shift(proof: &mut [u8], by: Fr) {
        change_last(proof, |answer: Fr| answer + by);
    }
}

/// A scheme over pairings that hides.
pub(crate) trait HidesOverPairings: SimulatedPairings<ProverKey: Clone> + Tested {
    /// The key of [`Hides`], made once.
    fn made() -> &'static OnceLock<Arc<HidingProverKey<Self>>>;
    /// [`Hides::places`].
    fn own_places(vars: usize) -> Vec<usize>;
    /// What is added to the draws of [`opened`] with the first rows, so that the others have that opening. The secrets of
    /// the test setup are known.
    fn equivocation(
        rows: [&[Fr]; 2],
        point: &Point<Fr>,
        opening: &Self::Opening,
    ) -> Vec<(usize, Fr)>;

    /// A key whose `H` has a known logarithm.
    fn knowing() -> Arc<HidingProverKey<Self>> {
        Arc::new(HidingProverKey::knowing(own::<Self>(), logarithm()))
    }
}

/// Commitment and opening of some rows, with draws that are altered, under a key whose `H` has a known logarithm. It
/// verifies.
pub(crate) fn opened<P: HidesOverPairings>(
    rows: &[Fr],
    point: &Point<Fr>,
    altered: Vec<(usize, Fr)>,
) -> (Columns, BlindedOpening<P::Opening>) {
    let key = P::knowing();
    let altered = altered.into_iter().map(|(number, by)| {
        let mut bytes = Vec::new();
        put(&by, &mut bytes);
        (number, bytes.try_into().unwrap())
    });
    let draws = &mut Draws::altered(3, altered.collect());
    let poly = Poly::dense(point.vars(), rows.to_vec());
    let committed = Blinded::<P>::commit(&key, &[&poly], (draws, Class::Column));
    let (commitment, kept) = committed.unwrap();
    let factors = vec![vec![Fr::from(1)]];
    let part = Combined {
        batch: &kept,
        factors: factors.clone(),
    };
    let (value, opening) = with_script(&Checks::all(), |script| {
        let rows = (rows.to_vec(), point);
        Blinded::<P>::open(&key, script, rows, &[part], draws).unwrap()
    });
    let part = Combined {
        batch: &commitment,
        factors,
    };
    with_script(&Checks::all(), |script| {
        let (key, claim) = (key.verifier_key(), (point, value));
        Blinded::<P>::verify(key, script, &[part], claim, &opening).unwrap();
    });
    (commitment, opening)
}

/// The clear scheme's key.
fn own<P: HidesOverPairings>() -> P::ProverKey {
    (*<P as Tested>::key(VARS)).clone()
}

/// Points with known logarithms.
pub(crate) fn points(logarithms: &[Fr]) -> Vec<G1Affine> {
    let generator = G1Affine::generator();
    let points = logarithms.iter().map(|x| (generator * x).into_affine());
    points.collect()
}

impl<P: HidesOverPairings> Hides for Blinded<P> {
    const LAST: usize = 64;
    const LABEL: Label = "open/correction";

    fn known_key() -> HidingProverKey<P> {
        HidingProverKey::knowing(own::<P>(), logarithm())
    }

    fn key() -> Arc<HidingProverKey<P>> {
        let key = || Arc::new(HidingProverKey::new(own::<P>()));
        P::made().get_or_init(key).clone()
    }

    fn places(vars: usize) -> Vec<usize> {
        P::own_places(vars)
    }

    fn shift(proof: &mut [u8], by: Fr) {
        change_last(proof, |correction: G2Affine| {
            (correction + G2Affine::generator() * by).into_affine()
        });
    }
}

/// Tests of a module, each with every scheme that hides.
macro_rules! with_every_hiding_scheme {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        mod hyrax {
            $($(#[$attribute])* #[test] fn $name() {
                super::$name::<crate::hyrax::HidingHyrax>();
            })*
        }
        mod pst13 {
            $($(#[$attribute])* #[test] fn $name() {
                super::$name::<crate::hiding::Blinded<crate::pst13::Pst13>>();
            })*
        }
        mod zeromorph {
            $($(#[$attribute])* #[test] fn $name() {
                super::$name::<crate::hiding::Blinded<crate::zeromorph::Zeromorph>>();
            })*
        }
    };
}
pub(crate) use with_every_hiding_scheme;

/// Tests of a module, each with every scheme over pairings of which there is one that hides.
macro_rules! with_hiding_pairings {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        mod pst13 {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::pst13::Pst13>(); })*
        }
        mod zeromorph {
            $($(#[$attribute])* #[test] fn $name() { super::$name::<crate::zeromorph::Zeromorph>(); })*
        }
    };
}
pub(crate) use with_hiding_pairings;
