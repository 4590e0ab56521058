//! The opening held to one made from its equations, lies about the inner-product argument, and files.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::tests::files::anything_else_is_replaced;
use crate::tests::{random, with_script};
use crate::{CacheDir, Key, Provenance, SetupError};
use ark_bn254::{G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One, Zero};
use sumcheck::Checks;
use sumcheck::analysis::sample;

const LINE_VARS: usize = 4;
const VARS: usize = 6;

fn key() -> VerifierKey {
    VerifierKey::new(Layout::new(VARS, LINE_VARS).unwrap(), CacheDir::Off)
}

/// How a prover departs from the argument.
#[derive(Clone, Copy, Default)]
struct Lie {
    /// What is added to the value.
    value: Fr,
    /// The round whose first message makes up for that if its challenge is this.
    round: Option<(usize, Fr)>,
}

/// What an opening proves, and the challenges of its rounds.
struct Opened {
    value: Fr,
    opening: Opening,
    base: Fr,
    drawn: Vec<Fr>,
}

/// From the equations: vectors are folded one round after the other, points too.
fn by_hand(
    key: &VerifierKey,
    script: &mut Script<'_>,
    rows: &[Fr],
    point: &Point<Fr>,
    lie: Lie,
) -> Opened {
    let (low, high) = point.split_at(key.layout().low(point.vars()));
    let line = 1 << low.vars();
    let mut a = vec![Fr::zero(); line];
    for (line, weight) in rows.chunks(line).zip(high.eq_table()) {
        a.iter_mut()
            .zip(line)
            .for_each(|(a, row)| *a += weight * row);
    }
    let mut b = low.eq_table();
    let mut g: Vec<G1Projective> = key.rows()[..line].iter().map(|p| (*p).into()).collect();
    let inner = |a: &[Fr], b: &[Fr]| a.iter().zip(b).map(|(a, b)| *a * b).sum::<Fr>();
    let sum =
        |a: &[Fr], g: &[G1Projective]| a.iter().zip(g).map(|(a, g)| *g * a).sum::<G1Projective>();
    let value = inner(&a, &b) + lie.value;
    let base: Fr = script.sample(BASE);
    let mut cross = Vec::new();
    let mut drawn = Vec::new();
    while a.len() > 1 {
        let half = a.len() / 2;
        let (round, unit) = (cross.len(), key.value() * base);
        let mut left = sum(&a[..half], &g[half..]) + unit * inner(&a[..half], &b[half..]);
        let right = sum(&a[half..], &g[..half]) + unit * inner(&a[half..], &b[..half]);
        if let Some((_, y)) = lie.round.filter(|(of, _)| *of == round) {
            left -= unit * (lie.value / y);
        }
        let pair = [left.into_affine(), right.into_affine()];
        script.absorb(CROSS, &pair);
        let y: Fr = script.sample(FOLD);
        let inverse = y.inverse().unwrap();
        let folded = |v: &[Fr], y: Fr| {
            (0..half)
                .map(|i| v[i] + y * v[half + i])
                .collect::<Vec<_>>()
        };
        (a, b) = (folded(&a, inverse), folded(&b, y));
        g = (0..half).map(|i| g[i] + g[half + i] * y).collect();
        cross.push(pair);
        drawn.push(y);
    }
    script.absorb(LAST, &a[0]);
    let opening = Opening { cross, last: a[0] };
    Opened {
        value,
        opening,
        base,
        drawn,
    }
}

/// The verdict on an opening of one dense polynomial.
fn verdict(
    key: &VerifierKey,
    checks: &Checks,
    committed: &Lines,
    claim: (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<(), PcsError> {
    let part = Combined {
        batch: committed,
        factors: vec![vec![Fr::one()]],
    };
    with_script(checks, |script| {
        Hyrax::verify(key, script, &[part], claim, opening)
    })
}

#[test]
fn openings_are_those_of_the_equations() {
    // Long enough that points are folded on the way.
    let long = VerifierKey::new(Layout::new(11, 10).unwrap(), CacheDir::Off);
    for (key, sizes) in [(key(), vec![0, 1, 3, 4, 5, 6]), (long, vec![9, 10, 11])] {
        for vars in sizes {
            let lengths = [0, 1, (1 << vars) - 1, 1 << vars];
            // Of a sample the longest polynomials have one length each: empty, nearly full, and full.
            let tried = |real: &usize| {
                let some = [(9, lengths[0]), (10, lengths[2]), (11, lengths[3])];
                vars <= 6 || sample::all() || some.contains(&(vars, *real))
            };
            for real in lengths.into_iter().filter(tried) {
                let rows = random(vars as u64, real);
                let point = Point(random(100 + vars as u64, vars));
                let expected = with_script(&Checks::all(), |script| {
                    by_hand(&key, script, &rows, &point, Lie::default())
                });
                let opened = with_script(&Checks::all(), |script| {
                    Hyrax::open(&key, script, rows.clone(), &[], &point).unwrap()
                });
                assert_eq!(opened, (expected.value, expected.opening));
            }
        }
    }
}

/// A column with more lines than the point has would move all points after it to other scalars: the one that the value
/// belongs to would be multiplied by 0, and any value would do.
#[test]
fn columns_have_no_more_lines_than_the_point() {
    let key = key();
    let (committed, ()) = Hyrax::commit(&key, &[&Poly::dense(VARS, Vec::new())]).unwrap();
    let opening = Opening {
        cross: vec![[G1Affine::zero(); 2]; LINE_VARS],
        last: Fr::zero(),
    };
    let point = Point(random(2, LINE_VARS));
    let claim = (&point, Fr::one());
    let expected = PcsError::WrongCount {
        what: "lines",
        found: 1 << (VARS - LINE_VARS),
        expected: 1,
    };
    let answer = verdict(&key, &Checks::all(), &committed, claim, &opening);
    assert_eq!(answer, Err(expected));
}

#[cfg(feature = "testing")]
mod lies {
    use super::*;
    use crate::tests::polynomials::solve;
    use crate::tests::together::{Claimed, cancel_where_no_weight_hears};
    use sumcheck::Weights;
    use sumcheck::channel::Which;

    /// Rejected, and accepted with these checks.
    fn is_false(lie: Lie, weakened: &Checks, what: &str) {
        let key = key();
        let rows = random(1, 1 << VARS);
        let point = Point(random(2, VARS));
        let (committed, ()) = Hyrax::commit(&key, &[&Poly::dense(VARS, rows.clone())]).unwrap();
        let verdict = |checks: &Checks| {
            let opened = with_script(checks, |script| by_hand(&key, script, &rows, &point, lie));
            verdict(
                &key,
                checks,
                &committed,
                (&point, opened.value),
                &opened.opening,
            )
        };
        assert_eq!(verdict(&Checks::all()), Err(PcsError::Rejected), "{what}");
        assert_eq!(verdict(weakened), Ok(()), "{what}");
    }

    /// A value that is off by one, and a round that makes up for it.
    fn one_round(number: usize, challenge: Fr) -> Lie {
        Lie {
            value: Fr::one(),
            round: Some((number, challenge)),
        }
    }

    #[test]
    fn every_fold_has_a_lie_that_its_challenge_would_hide() {
        for number in 0..LINE_VARS {
            for known in [1, 3] {
                let weakened = Checks::all().knowing(FOLD, Which::Number(number), known);
                let lie = one_round(number, Fr::from(known));
                is_false(lie, &weakened, &format!("{number} = {known}"));
            }
            let unheard = Checks::all().not_hearing(CROSS, Which::Number(number));
            let drawn = with_script(&unheard, |script| {
                let (rows, point) = (random(1, 1 << VARS), Point(random(2, VARS)));
                let lie = Lie {
                    value: Fr::one(),
                    round: None,
                };
                by_hand(&key(), script, &rows, &point, lie).drawn
            });
            let lie = one_round(number, drawn[number]);
            is_false(lie, &unheard, &format!("message {number}"));
        }
    }

    /// A commitment that holds a multiple of the value's point stands for any value if the base is known.
    #[test]
    fn a_known_base_lets_a_commitment_hold_a_value() {
        let key = key();
        let rows = random(1, 1 << VARS);
        let poly = Poly::dense(VARS, rows.clone());
        let point = Point(random(2, VARS));
        let (mut committed, ()) = Hyrax::commit(&key, &[&poly]).unwrap();
        committed[0][0][1] = (committed[0][0][1] + key.value()).into_affine();
        let (_, high) = point.split_at(LINE_VARS);
        for known in [1, 3] {
            let weakened = Checks::all().knowing(BASE, Which::All, known);
            // The multiple of the point takes the place of a part of the value.
            let value = poly.evaluate(&Weights::One, &point) - high.eq_table()[1] / Fr::from(known);
            let verdict = |checks: &Checks| {
                let lie = Lie::default();
                let opened =
                    with_script(checks, |script| by_hand(&key, script, &rows, &point, lie));
                verdict(&key, checks, &committed, (&point, value), &opened.opening)
            };
            assert_eq!(verdict(&Checks::all()), Err(PcsError::Rejected));
            assert_eq!(verdict(&weakened), Ok(()));
        }
    }

    /// The last scalars of as many openings as a line has rows, and of one more. With `t_i` added to the one of opening `i`,
    /// `Σ_i w_i·t_i·s_j` is to be zero for each row `j`, with the products `s_j` of opening `i`; and
    /// `Σ_i w_i·ξ_i·t_i·b_i = w_0·ξ_0` makes up for a value that is off by one.
    #[test]
    fn last_scalars_that_no_weight_hears_make_up_for_a_false_value() {
        for vars in 0..3 {
            let numbered = |number: usize, script: &mut Script<'_>| {
                let (key, seed) = (key(), 2 * number as u64);
                let (rows, point) = (random(seed, 1 << vars), Point(random(seed + 1, vars)));
                let poly = Poly::dense(vars, rows.clone());
                let (commitment, ()) = Hyrax::commit(&key, &[&poly]).unwrap();
                let opened = by_hand(&key, script, &rows, &point, Lie::default());
                let claimed = Claimed {
                    commitment,
                    point,
                    value: opened.value,
                    opening: opened.opening,
                };
                (claimed, (opened.base, opened.drawn))
            };
            type Drawn = (Fr, Vec<Fr>);
            let change = |all: &mut [Claimed<Hyrax>], drawn: &[Drawn], weights: &[Fr]| {
                let column = |number: usize| {
                    let (base, drawn) = &drawn[number];
                    let mut products = vec![weights[number]];
                    let mut of_value = weights[number] * base;
                    let coordinates = all[number].point.0.iter().rev();
                    for (y, z) in drawn.iter().zip(coordinates) {
                        products = products.iter().flat_map(|s| [*s, *y * s]).collect();
                        of_value *= Fr::one() - z + *y * z;
                    }
                    products.push(of_value);
                    products
                };
                let columns: Vec<Vec<Fr>> = (0..all.len()).map(column).collect();
                let row = |row: usize| columns.iter().map(|column| column[row]).collect();
                let mut right = vec![Fr::zero(); all.len()];
                right[all.len() - 1] = weights[0] * drawn[0].0;
                // Where a mutant knows a challenge there may be none.
                let added = solve((0..all.len()).map(row).collect(), right).unwrap_or_default();
                for (claimed, added) in all.iter_mut().zip(added) {
                    claimed.opening.last += added;
                }
            };
            let count = (1 << vars) + 1;
            cancel_where_no_weight_hears(key(), (LAST, count), numbered, change);
        }
    }

    /// The tests above speak of all challenges that there are.
    #[test]
    fn every_challenge_has_a_lie() {
        let risks = Hyrax::risks(&key(), VARS);
        let challenges: Vec<(Label, usize)> =
            risks.iter().map(|r| (r.challenge, r.count)).collect();
        assert_eq!(challenges, [(BASE, 1), (FOLD, LINE_VARS)]);
        assert_eq!(<Hyrax as crate::tests::Tested>::OWN, [BASE, FOLD]);
    }
}

#[test]
fn layouts_are_bounded() {
    for (max, line) in [
        (27, 22),
        (6, 7),
        (20, 11),
        (26, 17),
        (usize::MAX, 3),
        (3, usize::MAX),
    ] {
        let error = Layout::new(max, line).err();
        assert!(
            matches!(error, Some(SetupError::TooLarge { .. })),
            "{max} {line}"
        );
    }
    for max in 0..=MAX_VARS {
        let layout = Layout::suited(max).unwrap();
        assert_eq!(layout.max_vars(), max);
        assert_eq!(layout.lines(max), 1 << (max - layout.line_vars()));
    }
    assert!(Layout::suited(MAX_VARS + 1).is_err());
    let layout = Layout::new(8, 5).unwrap();
    assert_eq!([0, 5, 6, 8].map(|vars| layout.lines(vars)), [1, 1, 2, 8]);
    assert_eq!([0, 5, 6, 8].map(|vars| layout.low(vars)), [0, 5, 5, 5]);
}

#[test]
fn keys_differ_by_layout_and_say_where_they_come_from() {
    let digests: Vec<[u8; 32]> = [(6, 4), (6, 3), (5, 4)]
        .map(|(max, line)| {
            VerifierKey::new(Layout::new(max, line).unwrap(), CacheDir::Off).digest()
        })
        .to_vec();
    assert_ne!(digests[0], digests[1]);
    assert_ne!(digests[0], digests[2]);
    assert_eq!(key().provenance(), Provenance::Hashed);
    assert!(key().provenance().is_secure());
    // Other formats.
    let bytes = key().to_bytes();
    assert_eq!(
        VerifierKey::from_bytes(&bytes).unwrap().digest(),
        key().digest()
    );
    for at in 0..8 {
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert!(VerifierKey::from_bytes(&other).is_err(), "byte {at}");
    }
    assert!(VerifierKey::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    // Sizes that there are no keys of.
    for sizes in [[27, 20], [6, 7], [255, 255]] {
        let bytes = [b"JLHYRXK1".as_slice(), &sizes].concat();
        assert!(VerifierKey::from_bytes(&bytes).is_err());
    }
}

/// Files with other points than those that are hashed are refused, whatever their checksum, and replaced.
#[test]
fn files_are_read_back_and_anything_else_is_replaced() {
    let directory = std::env::temp_dir().join(format!("hyrax-points-test-{}", std::process::id()));
    let cache = CacheDir::At(directory.clone());
    let layout = Layout::new(10, 9).unwrap();
    let path = directory.join("hyrax-bn254-9.points");
    let expected = VerifierKey::new(layout, CacheDir::Off).rows().to_vec();
    let loaded = || VerifierKey::new(layout, cache.clone()).rows().to_vec();
    anything_else_is_replaced(&path, &expected, loaded, (&[(12, 8)], 256));
    // A directory that cannot be made is no obstacle.
    let unusable = CacheDir::At(path.join("below a file"));
    let made = VerifierKey::new(layout, unusable);
    assert_eq!(made.rows(), expected);
    std::fs::remove_dir_all(&directory).unwrap();
}
