//! Keys, dials, and what an opening consists of.

use super::*;
use crate::basefold::plan::{Layer, Plan};
use crate::{CacheDir, Key, Provenance, Registry, Setup, SetupError};

#[test]
fn positions_suffice_for_a_hundred_bits() {
    let queries = [1, 2, 3, 4].map(|rate_vars| Positions::for_bits(rate_vars, 100).queries);
    assert_eq!(queries, [241, 148, 121, 110]);
    for (rate_vars, queries) in (1..).zip(queries) {
        let bits = |queries| Positions { rate_vars, queries }.bits();
        assert_eq!([bits(queries - 1), bits(queries), bits(1)], [99, 100, 0]);
    }
    assert_eq!(Dials::default().positions().bits(), 100);
    let risks = BaseFold::risks(&VerifierKey::new(20, Dials::default()).unwrap(), 20);
    let bits: Vec<Option<u32>> = risks.iter().map(|risk| risk.bits).collect();
    assert_eq!(bits, [None, None, None, Some(100)]);
    // Far below what positions leave: the field has 254 bits.
    assert!(risks.iter().all(|risk| risk.degree < 1 << 40));
}

#[test]
fn keys_are_bounded() {
    let dials = |rate_vars, queries, last_vars| Dials {
        rate_vars,
        queries,
        last_vars,
    };
    for (max, dials) in [
        (27, dials(1, 10, 5)),
        (26, dials(3, 10, 5)),
        (10, dials(0, 10, 5)),
        (10, dials(5, 10, 5)),
        (10, dials(2, 0, 5)),
        (10, dials(2, MAX_QUERIES + 1, 5)),
        (10, dials(2, 10, 9)),
        (usize::MAX, Dials::default()),
    ] {
        let error = VerifierKey::new(max, dials).err();
        assert!(
            matches!(error, Some(SetupError::TooLarge { .. })),
            "{max} {dials:?}"
        );
    }
    let keys = [
        dials(2, 10, 5),
        dials(1, 10, 5),
        dials(2, 11, 5),
        dials(2, 10, 4),
    ];
    let keys = keys.map(|dials| VerifierKey::new(10, dials).unwrap());
    for (i, key) in keys.iter().enumerate() {
        assert!(keys[..i].iter().all(|other| other.digest() != key.digest()));
        let read = VerifierKey::from_bytes(&key.to_bytes()).unwrap();
        assert_eq!((read, read.dials()), (*key, key.dials()));
    }
    assert_eq!(keys[0].provenance(), Provenance::Hashed);
    for at in 0..8 {
        let mut other = keys[0].to_bytes();
        other[at] ^= 1;
        assert!(VerifierKey::from_bytes(&other).is_err(), "byte {at}");
    }
    let mut none = keys[0].to_bytes();
    none[10] = 0;
    assert!(VerifierKey::from_bytes(&none).is_err());
}

#[test]
fn keys_of_the_registry_have_the_default_dials_and_no_ceremony() {
    let registry = Registry::builtin();
    let scheme = registry.get("basefold").unwrap();
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let key = scheme.verifying_key(9, &setup).unwrap();
    let expected = VerifierKey::new(9, Dials::default()).unwrap();
    assert_eq!(key.digest(), expected.digest());
    let file = Setup::File {
        path: "none".into(),
    };
    let refused = scheme.verifying_key(9, &file).err();
    assert!(matches!(refused, Some(SetupError::Unsupported { .. })));
    assert!(!scheme.hides());
}

fn shape(vars: usize, radix: Option<usize>) -> Shape {
    Shape { vars, radix }
}

/// Words are committed where columns have joined, and before each third round.
#[test]
fn plans_have_the_words_and_trees_that_they_should() {
    let dials = Dials {
        last_vars: 2,
        ..Dials::default()
    };
    let one = [vec![Fr::one()]];
    let plan = |vars: &[usize]| {
        let shapes: Vec<Vec<Shape>> = vars.iter().map(|vars| vec![shape(*vars, None)]).collect();
        let sum: Vec<_> = shapes
            .iter()
            .map(|shapes| (shapes.as_slice(), &one[..]))
            .collect();
        Plan::new(dials, &sum).unwrap()
    };
    let layers = |vars: &[usize]| -> Vec<(usize, usize)> {
        let plan = plan(vars);
        plan.layers
            .iter()
            .map(|Layer { level, steps }| (*level, *steps))
            .collect()
    };
    assert_eq!(layers(&[10]), [(0, 3), (3, 3), (6, 2)]);
    assert_eq!(layers(&[6, 10]), [(0, 3), (3, 1), (4, 3), (7, 1)]);
    assert_eq!(layers(&[10, 9, 2, 1]), [(0, 1), (1, 3), (4, 3), (7, 1)]);
    assert_eq!(layers(&[2, 0]), []);
    assert_eq!(layers(&[]), []);
    assert_eq!(plan(&[4, 10, 4, 1]).joins, [0, 6, 8]);
    assert_eq!(plan(&[]).rounds(), 0);
}

#[test]
fn factors_must_fit() {
    let shapes = [shape(4, Some(4)), shape(4, None)];
    let plan = |factors: &[Vec<Fr>]| Plan::new(Dials::default(), &[(&shapes, factors)]);
    let one = Fr::one();
    assert!(plan(&[vec![one; 3], vec![one]]).is_ok());
    assert!(plan(&[vec![], vec![]]).unwrap().parts.is_empty());
    // Of a tree all columns are opened.
    let part = &plan(&[vec![], vec![one]]).unwrap().parts[0];
    assert_eq!(part.factors, [Fr::zero(), Fr::zero(), Fr::zero(), one]);
    for factors in [vec![vec![one; 4]], vec![vec![one; 2], vec![one]]] {
        let error = plan(&factors).err();
        assert!(matches!(
            error,
            Some(PcsError::WrongCount {
                what: "factors",
                ..
            })
        ));
    }
    let long = [shape(usize::MAX, None)];
    let error = Plan::new(Dials::default(), &[(&long, &[vec![one]])]).err();
    assert!(matches!(error, Some(PcsError::TooManyVars { .. })));
    let many = vec![shape(3, Some(256)); MAX_COLUMNS / 255 + 1];
    let factors = vec![vec![one; 255]; many.len()];
    let error = Plan::new(Dials::default(), &[(&many, &factors)]).err();
    assert!(matches!(
        error,
        Some(PcsError::WrongCount {
            what: "columns",
            ..
        })
    ));
}
