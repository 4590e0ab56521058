//! Openings held to ones made from rows, checks, challenges and messages with lies against them, sizes.
#![allow(clippy::unwrap_used)]

use super::open::open;
use super::*;
use crate::codewords::{KeptGroup, add, at, position};
use crate::tests::{random, with_script};
use crate::{CacheDir, Key, Provenance, Registry, Setup, SetupError};
use ark_ff::{Field, One, Zero};
use sumcheck::{Checks, Weights};

fn key(queries: usize, line_vars: usize) -> VerifierKey {
    let positions = Positions {
        rate_vars: 2,
        queries,
    };
    VerifierKey::new(8, line_vars, positions).unwrap()
}

/// Dense columns that were committed, and what is said of their sum.
struct Case {
    key: VerifierKey,
    roots: Roots,
    kept: Codewords,
    factors: Vec<Vec<Fr>>,
    point: Point<Fr>,
}

impl Case {
    /// Columns of so many variables, with random factors, at a random point.
    fn dense(key: VerifierKey, seed: u64, vars: &[usize]) -> Self {
        let polys = polys(seed, vars);
        let (roots, kept) = Ligero::commit(&key, &polys.iter().collect::<Vec<_>>()).unwrap();
        let factors = random(seed + 1, vars.len()).into_iter();
        Case {
            key,
            roots,
            kept,
            factors: factors.map(|factor| vec![factor]).collect(),
            point: Point(random(seed + 2, *vars.iter().max().unwrap())),
        }
    }

    fn open(&self, checks: &Checks, change: impl FnOnce(&mut [Fr], &mut [Fr])) -> (Fr, Opening) {
        with_script(checks, |script| self.open_by(script, change))
    }

    fn open_by(
        &self,
        script: &mut Script<'_>,
        change: impl FnOnce(&mut [Fr], &mut [Fr]),
    ) -> (Fr, Opening) {
        let part = Combined {
            batch: &self.kept,
            factors: self.factors.clone(),
        };
        open(&self.key, script, &[part], &self.point, change).unwrap()
    }

    fn verdict(&self, checks: &Checks, value: Fr, opening: &Opening) -> Result<(), PcsError> {
        let part = Combined {
            batch: &self.roots,
            factors: self.factors.clone(),
        };
        with_script(checks, |script| {
            Ligero::verify(&self.key, script, &[part], (&self.point, value), opening)
        })
    }

    /// What is said with these checks is rejected with all of them on, and accepted with these.
    fn is_false(&self, weakened: &Checks, change: impl Fn(&mut [Fr], &mut [Fr]), what: &str) {
        let all = Checks::all();
        for (checks, expected) in [(&all, Err(PcsError::Rejected)), (weakened, Ok(()))] {
            let (value, opening) = self.open(checks, &change);
            assert_eq!(self.verdict(checks, value, &opening), expected, "{what}");
        }
    }

    /// The words of the only tree are others.
    fn replace(&mut self, change: impl FnOnce(&mut [Vec<Fr>])) {
        let mut words = self.kept.groups[0].columns.clone();
        change(&mut words);
        self.kept.groups[0] = KeptGroup::of(words);
        self.roots.roots[0] = self.kept.groups[0].tree.root();
    }
}

fn polys(seed: u64, vars: &[usize]) -> Vec<Poly<Fr>> {
    let polys = (seed..).zip(vars);
    polys
        .map(|(seed, vars)| Poly::dense(*vars, random(seed, 1 << vars)))
        .collect()
}

fn honest(_row: &mut [Fr], _test: &mut [Fr]) {}

/// The row and the test are sums of lines, and what is opened are their codewords' values.
#[test]
fn messages_are_those_of_the_equations() {
    for (line_vars, vars) in [
        (3, vec![7, 7, 5, 2]),
        (0, vec![3]),
        (8, vec![8, 4]),
        (4, vec![2, 1]),
    ] {
        let case = Case::dense(key(9, line_vars), 7, &vars);
        let line = 1usize << line_vars;
        let (tau, positions): (Fr, Vec<Fr>) = with_script(&Checks::all(), |script| {
            let tau = script.sample(LINES);
            let (_, opening) = case.open(&Checks::all(), honest);
            script.absorb(ROW, opening.row.as_slice());
            script.absorb(TEST, opening.test.as_slice());
            (tau, (0..9).map(|_| script.sample(QUERY)).collect())
        });
        let mut lines: Vec<(Vec<Fr>, Fr)> = Vec::new();
        let extended = Embedding::Pad.extend(&case.point, case.point.vars().max(line_vars));
        let high = extended.split_at(line_vars).1.eq_table();
        let mut value = Fr::zero();
        for (poly, factor) in polys(7, &vars).iter().zip(&case.factors) {
            let sumcheck::Rows::Dense(rows) = &poly.rows else {
                unreachable!()
            };
            for (own, weight) in rows.chunks(line).zip(&high) {
                let padded = [own, &vec![Fr::zero(); line - own.len()]].concat();
                lines.push((padded, factor[0] * weight));
            }
            let all = [
                rows.as_slice(),
                &vec![Fr::zero(); (1 << case.point.vars()) - rows.len()],
            ]
            .concat();
            let padded = Poly::dense(case.point.vars(), all);
            value += factor[0] * padded.evaluate(&Weights::One, &case.point);
        }
        let sum = |with: &dyn Fn(usize) -> Fr| {
            let mut sum = vec![Fr::zero(); line];
            let lines = lines.iter().enumerate();
            lines.for_each(|(i, (own, _))| add(&mut sum, with(i), own));
            sum
        };
        let (found, opening) = case.open(&Checks::all(), honest);
        assert_eq!(found, value);
        assert_eq!(opening.row, sum(&|i| lines[i].1));
        assert_eq!(opening.test, sum(&|i| tau.pow([i as u64])));
        let length_vars = line_vars + 2;
        for (leaf, drawn) in opening.columns[0].leaves.iter().zip(positions) {
            let position = position(drawn, length_vars);
            let expected = lines.iter().map(|(own, _)| at(own, length_vars, position));
            assert_eq!(leaf.values, expected.collect::<Vec<_>>());
        }
        assert_eq!(case.verdict(&Checks::all(), value, &opening), Ok(()));
    }
}

fn case() -> Case {
    Case::dense(key(16, 3), 5, &[6, 6, 4, 2])
}

#[test]
fn the_row_has_the_claimed_value() {
    let case = case();
    let (value, opening) = case.open(&Checks::all(), honest);
    let other = value + Fr::one();
    let rejected = Err(PcsError::Rejected);
    assert_eq!(case.verdict(&Checks::all(), other, &opening), rejected);
    assert_eq!(
        case.verdict(&Checks::without(VALUE), other, &opening),
        Ok(())
    );
}

#[test]
fn rows_are_sums_of_lines() {
    let without = Checks::without(WORDS);
    case().is_false(&without, |row, _| row[1] += Fr::one(), "row");
    case().is_false(&without, |_, test| test[1] += Fr::one(), "test");
}

/// Any word as one of the lines.
#[test]
fn lines_are_near_codewords() {
    for line in [0, 3, 16] {
        let mut case = case();
        case.replace(|words| words[line] = random(77, words[line].len()));
        case.is_false(&Checks::without(WORDS), honest, &format!("{line}"));
    }
}

#[test]
fn leaves_are_of_the_committed_tree() {
    let mut other = case();
    other.roots = Case::dense(key(16, 3), 50, &[6, 6, 4, 2]).roots;
    other.is_false(&Checks::without(LEAVES), honest, "another tree");
    let case = case();
    let (value, mut opening) = case.open(&Checks::all(), honest);
    opening.columns[0].leaves[3].path[0][0] ^= 1;
    let rejected = Err(PcsError::Rejected);
    assert_eq!(case.verdict(&Checks::all(), value, &opening), rejected);
    assert_eq!(
        case.verdict(&Checks::without(LEAVES), value, &opening),
        Ok(())
    );
}

#[test]
fn openings_of_another_size_are_refused() {
    type Change = fn(&mut Opening);
    let case = case();
    let (value, opening) = case.open(&Checks::all(), honest);
    let changes: [Change; 9] = [
        |o| o.row.truncate(7),
        |o| o.row.push(Fr::zero()),
        |o| o.test.truncate(7),
        |o| o.test.push(Fr::zero()),
        |o| o.columns.truncate(0),
        |o| o.columns.push(o.columns[0].clone()),
        |o| o.columns[0].leaves.truncate(15),
        |o| o.columns[0].leaves[2].values.truncate(3),
        |o| o.columns[0].cap.truncate(8),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut other = opening.clone();
        change(&mut other);
        assert_ne!(other, opening, "{number}");
        assert!(
            case.verdict(&Checks::all(), value, &other).is_err(),
            "{number}"
        );
    }
}

#[cfg(feature = "testing")]
mod lies {
    use super::*;
    use crate::tests::Tested;
    use ark_serialize::CanonicalDeserialize;
    use sumcheck::channel::Which;
    use sumcheck::{Event, Transcript};

    /// All challenges of a label.
    fn drawn(
        case: &Case,
        checks: &Checks,
        label: Label,
        change: impl FnOnce(&mut [Fr], &mut [Fr]),
    ) -> Vec<Fr> {
        let (mut transcript, mut checks) = (Transcript::recording("test"), checks.clone());
        case.open_by(&mut Script::new(&mut transcript, &mut checks), change);
        let entries = transcript.into_recording().unwrap().entries.into_iter();
        let own = entries.filter(|(event, _)| *event == Event::Squeeze(label));
        let element = |bytes: Vec<u8>| Fr::deserialize_compressed(bytes.as_slice()).unwrap();
        own.map(|(_, bytes)| element(bytes)).collect()
    }

    /// The points of positions, in codewords of so many values.
    fn points(positions: &[Fr], length_vars: usize) -> Vec<Fr> {
        let root = crate::codewords::root_of_unity(length_vars);
        positions
            .iter()
            .map(|p| root.pow([position(*p, length_vars) as u64]))
            .collect()
    }

    /// Adds the polynomial with these roots.
    fn vanishing(row: &mut [Fr], roots: &[Fr]) {
        let mut poly = vec![Fr::one()];
        for x in roots {
            poly.insert(0, Fr::zero());
            for i in 1..poly.len() {
                let above = poly[i];
                poly[i - 1] -= *x * above;
            }
        }
        add(&mut row[..poly.len()], Fr::one(), &poly);
    }

    /// A row of another value whose codeword is right at positions that are known, or that do not hear it.
    #[test]
    fn positions_have_a_lie_that_they_would_hide() {
        // One position is right by chance where lines are short.
        for (queries, line_vars) in [(1, 6), (2, 2)] {
            let case = Case::dense(key(queries, line_vars), 5, &[6, 6]);
            for known in [1, 3] {
                let weakened = Checks::all().knowing(QUERY, Which::All, known);
                let roots = points(&[Fr::from(known)], line_vars + 2);
                case.is_false(
                    &weakened,
                    |row, _| vanishing(row, &roots),
                    &format!("{queries}: {known}"),
                );
            }
            let unheard = Checks::all().not_hearing(ROW, Which::All);
            let roots = points(&drawn(&case, &unheard, QUERY, honest), line_vars + 2);
            let what = format!("{queries}: row");
            case.is_false(&unheard, |row, _| vanishing(row, &roots), &what);
        }
    }

    /// Adds to words so many times some noise.
    fn noisy(case: &mut Case, by: &[Fr]) {
        case.replace(|words| {
            let noise = random(99, words[0].len());
            for (word, by) in words.iter_mut().zip(by) {
                add(word, *by, &noise);
            }
        });
    }

    /// Three words that are no codewords, of which both sums are one if `τ` is known.
    #[test]
    fn a_known_tau_lets_lines_be_no_codewords() {
        for known in [1u64, 3] {
            let mut case = Case::dense(key(16, 4), 5, &[4; 3]);
            let f: Vec<Fr> = case.factors.iter().map(|factor| factor[0]).collect();
            let tau = Fr::from(known);
            let powers = [Fr::one(), tau, tau * tau];
            let cross = |i: usize, j: usize| f[i] * powers[j] - f[j] * powers[i];
            noisy(&mut case, &[cross(1, 2), cross(2, 0), cross(0, 1)]);
            let weakened = Checks::all().knowing(LINES, Which::All, known);
            case.is_false(&weakened, honest, &format!("{known}"));
        }
    }

    /// Two words that are no codewords, whose sum is one; the test says what the positions, which do not hear it, want.
    #[test]
    fn the_test_must_be_heard() {
        let mut case = Case::dense(key(2, 2), 5, &[2; 2]);
        let (f, g) = (case.factors[0][0], case.factors[1][0]);
        noisy(&mut case, &[g, -f]);
        let unheard = Checks::all().not_hearing(TEST, Which::All);
        let tau = drawn(&case, &unheard, LINES, honest)[0];
        let positions = drawn(&case, &unheard, QUERY, honest);
        let words = &case.kept.groups[0].columns;
        let wanted = positions
            .iter()
            .map(|p| words[0][position(*p, 4)] + tau * words[1][position(*p, 4)]);
        let wanted: Vec<Fr> = wanted.collect();
        let x = points(&positions, 4);
        assert_ne!(x[0], x[1]);
        // The line through both values.
        let slope = (wanted[1] - wanted[0]) / (x[1] - x[0]);
        let line = [wanted[0] - slope * x[0], slope, Fr::zero(), Fr::zero()];
        case.is_false(&unheard, |_, test| test.copy_from_slice(&line), "test");
    }

    #[test]
    fn every_challenge_has_a_lie() {
        let risks = Ligero::risks(&key(2, 2), 7);
        let challenges: Vec<(Label, usize)> =
            risks.iter().map(|r| (r.challenge, r.count)).collect();
        assert_eq!(challenges, [(LINES, 1), (QUERY, 2)]);
        assert_eq!(<Ligero as Tested>::OWN, [LINES, QUERY]);
    }
}

#[test]
fn keys_are_bounded_and_differ() {
    let positions = |rate_vars, queries| Positions { rate_vars, queries };
    let usual = Positions::default();
    for (max, line, positions) in [
        (27, 20, usual),
        (6, 7, usual),
        (26, 12, usual),
        (usize::MAX, 3, usual),
        (3, usize::MAX, usual),
        (26, 26, positions(3, 10)),
        (9, 5, positions(0, 10)),
        (9, 5, positions(5, 10)),
        (9, 5, positions(2, 0)),
        (9, 5, positions(2, MAX_QUERIES + 1)),
    ] {
        let error = VerifierKey::new(max, line, positions).err();
        assert!(
            matches!(error, Some(SetupError::TooLarge { .. })),
            "{max} {line} {positions:?}"
        );
    }
    let keys = [
        (9, 5, usual),
        (9, 4, usual),
        (8, 5, usual),
        (9, 5, positions(1, 148)),
        (9, 5, positions(2, 149)),
    ];
    let keys = keys.map(|(max, line, positions)| VerifierKey::new(max, line, positions).unwrap());
    for (i, key) in keys.iter().enumerate() {
        assert!(keys[..i].iter().all(|other| other.digest() != key.digest()));
        assert_eq!(VerifierKey::from_bytes(&key.to_bytes()).unwrap(), *key);
    }
    assert_eq!(keys[0].provenance(), Provenance::Hashed);
    for at in 0..8 {
        let mut other = keys[0].to_bytes();
        other[at] ^= 1;
        assert!(VerifierKey::from_bytes(&other).is_err(), "byte {at}");
    }
}

/// What is sent of two lines is about what is opened of all.
#[test]
fn suited_lines_make_the_shortest_openings() {
    let positions = Positions::default();
    for (vars, line_vars) in [(0, 0), (5, 5), (6, 6), (8, 7), (16, 11), (20, 13), (26, 16)] {
        assert_eq!(
            VerifierKey::suited(vars, positions).unwrap().line_vars(),
            line_vars,
            "{vars}"
        );
    }
    let registry = Registry::builtin();
    let scheme = registry.get("ligero").unwrap();
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let key = scheme.verifying_key(16, &setup).unwrap();
    assert_eq!(
        key.digest(),
        VerifierKey::suited(16, positions).unwrap().digest()
    );
    let risks = key.risks(16);
    assert_eq!([risks[0].bits, risks[1].bits], [None, Some(100)]);
    assert!(risks[0].degree < 1 << 40);
}

#[test]
fn lines_are_counted() {
    let key = VerifierKey::new(20, 7, Positions::default()).unwrap();
    let shape = |vars, radix| Shape { vars, radix };
    let shapes = vec![shape(20, Some(129)), shape(20, None)];
    let one = Fr::one();
    let count = |factors: &[Vec<Fr>]| {
        let parts = plan::parts(&key, &[(&shapes, factors)], &[one]);
        parts.map(|parts| parts.iter().map(|part| part.weights.len()).sum::<usize>())
    };
    let many = count(&[vec![], vec![one]]);
    assert!(matches!(
        many,
        Err(PcsError::WrongCount { what: "lines", .. })
    ));
    assert_eq!(count(&[vec![], vec![]]), Ok(0));
    let odd = count(&[vec![one; 3], vec![]]);
    assert!(matches!(
        odd,
        Err(PcsError::WrongCount {
            what: "factors",
            ..
        })
    ));
    // Of several batches together.
    let shapes = vec![shape(20, Some(65))];
    let factors = vec![vec![one; 64]];
    let batch = (shapes.as_slice(), factors.as_slice());
    assert!(plan::parts(&key, &[batch, batch], &[one]).is_ok());
    assert!(plan::parts(&key, &[batch, batch, batch], &[one]).is_err());
}
