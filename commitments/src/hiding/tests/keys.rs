//! Keys of schemes that hide, and schemes of which there are none.

use super::*;
use crate::{CacheDir, Key, Registry, Setup, SetupError};

with_every_hiding_scheme!(keys_are_those_of_another_scheme);

/// By their digests; and they are read back.
fn keys_are_those_of_another_scheme<P: Hides>() {
    let key = P::key();
    let verifier = P::verifier_key(&key);
    assert_eq!(key.digest(), verifier.digest());
    assert_eq!(key.max_vars(), VARS);
    assert_eq!(key.provenance(), verifier.provenance());
    let bytes = P::write_verifier_key(verifier);
    let read = P::read_verifier_key(&bytes).unwrap();
    assert_eq!(read.digest(), verifier.digest());
    assert!(P::read_verifier_key(&bytes[1..]).is_err());
    let schemes = Registry::<Fr>::builtin();
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let scheme = schemes.get(P::NAME).unwrap();
    assert!(scheme.hides());
    let clear = scheme.verifying_key(VARS, &setup).unwrap();
    let hiding = scheme.hiding_verifying_key(VARS, &setup).unwrap();
    let both = scheme.hiding_setup(VARS, &setup).unwrap();
    assert_eq!(both.verifying.digest(), hiding.digest());
    assert_eq!(both.proving.digest(), hiding.digest());
    assert_ne!(clear.digest(), hiding.digest());
    assert_eq!(clear.provenance(), hiding.provenance());
    assert!(hiding.hides() && !clear.hides());
    assert_eq!(
        scheme
            .read_verifying_key(&hiding.to_bytes())
            .unwrap()
            .digest(),
        clear.digest()
    );
}

/// What is said of a key depends on `H`.
#[test]
fn keys_pin_the_point_of_blindings() {
    use crate::zeromorph::Zeromorph;
    let (known, key) = (Zeromorph::knowing(), Blinded::<Zeromorph>::key());
    assert_eq!(known.verifier_key().clear(), key.verifier_key().clear());
    assert_ne!(known.digest(), key.digest());
    assert_eq!(points(&[logarithm()]), [known.verifier_key().blinding()]);
}

/// Schemes that send values in the clear, or leaves of trees, say so.
#[test]
fn schemes_that_cannot_hide_say_why() {
    let schemes = Registry::<Fr>::builtin();
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let mut refusing = Vec::new();
    for name in schemes.names() {
        let scheme = schemes.get(name).unwrap();
        if scheme.hides() {
            continue;
        }
        let errors = [
            scheme.hiding_verifying_key(4, &setup).err(),
            scheme.hiding_setup(4, &setup).err(),
        ];
        for error in errors.map(Option::unwrap) {
            let cause = match name {
                "mercury" | "hyperkzg" => "values of polynomials in the clear",
                _ => "no blindings",
            };
            assert!(error.to_string().contains(cause), "{error}");
            assert!(matches!(error, SetupError::CannotHide { scheme, .. } if scheme == name));
        }
        refusing.push(name);
    }
    assert_eq!(refusing, ["mercury", "hyperkzg", "basefold", "ligero"]);
}
