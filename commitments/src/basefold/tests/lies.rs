//! For each challenge a lie that it would hide if it were known, and for each message one that it would hide if the
//! challenge after it did not hear it.

use super::*;
use crate::tests::Tested;
use sumcheck::channel::Which;

/// A value of the columns that join at a level is false; something makes up for it.
#[derive(Clone, Default)]
struct Liar {
    /// The number of the length of columns, and the level at which they join.
    length: usize,
    level: usize,
    /// The sum by powers of `τ` makes up for it if `β` is this.
    join: Option<Fr>,
    /// The slope of a round makes up for it if `r` is this: round, `r`, and the coordinate.
    slope: Option<(usize, Fr, Fr)>,
    /// The last rows make up for it, and their codeword is right at these points: the points, and what is left of the
    /// point of the claim.
    last: Option<(Vec<Fr>, Point<Fr>)>,
    /// What was drawn so far.
    joins: Vec<Fr>,
    rounds: usize,
}

impl Liar {
    /// What the claim is off by.
    fn error(&self) -> Fr {
        self.joins.get(self.level).copied().unwrap_or_default()
    }
}

impl Speaker for Liar {
    fn values(&mut self, values: &mut [[Fr; 2]]) {
        values[self.length][0] += Fr::one();
        if let Some(join) = self.join {
            values[self.length][1] -= join.inverse().unwrap();
        }
    }

    fn joined(&mut self, join: Fr) {
        self.joins.push(join);
    }

    fn slope(&mut self, slope: &mut Fr) {
        if let Some((_, r, z)) = self.slope.filter(|(round, ..)| *round == self.rounds) {
            *slope -= self.error() / (r - z);
        }
        self.rounds += 1;
    }

    fn last(&mut self, rows: &mut [Fr]) {
        let Some((points, rest)) = &self.last else {
            return;
        };
        // A multiple of the polynomial with these roots.
        let mut vanishing = vec![Fr::one()];
        for x in points {
            vanishing.insert(0, Fr::zero());
            for i in 1..vanishing.len() {
                let above = vanishing[i];
                vanishing[i - 1] -= *x * above;
            }
        }
        let value = Poly::dense(rest.vars(), vanishing.clone()).evaluate(&Weights::One, rest);
        let factor = self.error() / value;
        rows.iter_mut()
            .zip(vanishing)
            .for_each(|(row, v)| *row += factor * v);
    }
}

const VARS: [usize; 4] = [7, 7, 5, 3];

fn case() -> Case {
    Case::dense(key(2, 2), 5, &VARS)
}

/// The lengths of columns, with their levels.
const LENGTHS: [(usize, usize); 3] = [(0, 0), (1, 2), (2, 4)];

#[test]
fn every_join_has_a_lie_that_its_challenge_would_hide() {
    let case = case();
    for (length, level) in LENGTHS {
        for known in [1, 3] {
            let weakened = Checks::all().knowing(JOIN, Which::Number(level), known);
            let liar = || Liar {
                length,
                level,
                join: Some(Fr::from(known)),
                ..Liar::default()
            };
            case.is_false(&weakened, liar, &format!("{level} = {known}"));
        }
    }
    // The challenges of all levels are drawn once all values are said, and depend on none that is not heard.
    for (length, level) in LENGTHS {
        for which in [Which::All, Which::Number(length)] {
            let unheard = Checks::all().not_hearing(VALUES, which);
            let mut listener = Liar {
                length,
                level,
                ..Liar::default()
            };
            case.open(&unheard, &mut listener);
            let join = Some(listener.joins[level]);
            let liar = || Liar {
                length,
                level,
                join,
                ..Liar::default()
            };
            case.is_false(&unheard, liar, &format!("values {which:?} at {level}"));
        }
    }
}

#[test]
fn every_fold_has_a_lie_that_its_challenge_would_hide() {
    let case = case();
    for round in 0..5 {
        let z = case.point.0[round];
        for known in [1, 3] {
            let weakened = Checks::all().knowing(FOLD, Which::Number(round), known);
            let slope = Some((round, Fr::from(known), z));
            case.is_false(
                &weakened,
                || Liar {
                    slope,
                    ..Liar::default()
                },
                &format!("{round} = {known}"),
            );
        }
        let unheard = Checks::all().not_hearing(SLOPE, Which::Number(round));
        let r = folds(&case, &unheard, &mut Liar::default())[round];
        let slope = Some((round, r, z));
        case.is_false(
            &unheard,
            || Liar {
                slope,
                ..Liar::default()
            },
            &format!("slope {round}"),
        );
    }
}

/// The challenges of all rounds.
fn folds(case: &Case, checks: &Checks, speaker: &mut impl Speaker) -> Vec<Fr> {
    drawn(case, checks, speaker, FOLD)
}

/// All challenges of a label.
fn drawn(case: &Case, checks: &Checks, speaker: &mut impl Speaker, label: Label) -> Vec<Fr> {
    use ark_serialize::CanonicalDeserialize;
    let part = Combined {
        batch: &case.kept,
        factors: case.factors.clone(),
    };
    let mut transcript = sumcheck::Transcript::recording("test");
    let mut checks = checks.clone();
    let script = &mut Script::new(&mut transcript, &mut checks);
    open(&case.key, script, &[part], &case.point, speaker).unwrap();
    let entries = transcript.into_recording().unwrap().entries.into_iter();
    let own = entries.filter(|(event, _)| *event == sumcheck::Event::Squeeze(label));
    own.map(|(_, bytes)| Fr::deserialize_compressed(bytes.as_slice()).unwrap())
        .collect()
}

/// Last rows whose codeword is right where it is looked at: at known positions, or where they are not heard.
#[test]
fn positions_have_a_lie_that_they_would_hide() {
    // One position is right by chance where the last word is short.
    for (queries, last_vars) in [(1, 6), (2, 2)] {
        let case = Case::dense(key(queries, last_vars), 5, &VARS);
        let rest = Point(case.point.0[7 - last_vars..].to_vec());
        let length_vars = last_vars + 2;
        let points = |positions: &[Fr]| -> Vec<Fr> {
            let root = root_of_unity(length_vars);
            positions
                .iter()
                .map(|p| root.pow([position(*p, length_vars) as u64]))
                .collect()
        };
        let liar = |points: &[Fr]| Liar {
            last: Some((points.to_vec(), rest.clone())),
            ..Liar::default()
        };
        for known in [1, 3] {
            let weakened = Checks::all().knowing(QUERY, Which::All, known);
            let points = points(&[Fr::from(known)]);
            case.is_false(&weakened, || liar(&points), &format!("{queries}: {known}"));
        }
        let unheard = Checks::all().not_hearing(LAST, Which::All);
        let positions = drawn(&case, &unheard, &mut Liar::default(), QUERY);
        let points = points(&positions);
        case.is_false(&unheard, || liar(&points), &format!("{queries}: last rows"));
    }
}

/// Three words that are no codewords, of which both sums are one if `τ` is known.
#[test]
fn a_known_tau_lets_columns_be_no_codewords() {
    let (vars, rate_vars) = (5, 2);
    for known in [1u64, 3] {
        let mut case = Case::dense(key(16, 2), 5, &[vars; 3]);
        let f: Vec<Fr> = case.factors.iter().map(|factor| factor[0]).collect();
        let tau = Fr::from(known);
        let powers = [Fr::one(), tau, tau * tau];
        // Orthogonal to the factors and to the powers.
        let cross = |i: usize, j: usize| f[i] * powers[j] - f[j] * powers[i];
        let by = [cross(1, 2), cross(2, 0), cross(0, 1)];
        let noise = random(99, 1 << (vars + rate_vars));
        let mut columns = case.kept.groups[0].columns.clone();
        for (column, by) in columns.iter_mut().zip(by) {
            column
                .iter_mut()
                .zip(&noise)
                .for_each(|(c, noise)| *c += by * noise);
        }
        case.kept.groups[0] = codewords::KeptGroup::of(columns);
        case.roots.roots[0] = case.kept.groups[0].tree.root();
        let weakened = Checks::all().knowing(COLUMNS, Which::All, known);
        case.is_false(&weakened, || Honest, &format!("{known}"));
    }
}

/// A word that folds to what it should, and is right where it is looked at: each value is one of two that fold to one.
struct Half {
    /// `r`, if it is known.
    r: Option<Fr>,
    /// The value of the polynomial of the first of the last rows at what is left of the point.
    first: Fr,
    /// What the first of the last rows is off by: they say the claim then.
    more: Fr,
}

impl Speaker for Half {
    fn values(&mut self, values: &mut [[Fr; 2]]) {
        values[0][0] += Fr::one();
    }

    fn joined(&mut self, join: Fr) {
        if self.more.is_zero() {
            self.more = join / self.first;
        }
    }

    fn word(&mut self, word: &mut [Fr]) {
        let Some(r) = self.r else { return };
        let inverse = root_of_unity(word.len().ilog2() as usize);
        let inverse = inverse.inverse().unwrap();
        let (_, back) = word.split_at_mut(word.len() / 2);
        let mut x = Fr::one();
        for opposite in back {
            // By how much the folded value grows with the value at −x. All values of the last word are to grow alike.
            let weight = fold::pair([Fr::zero(), Fr::one()], x, r, fold::half());
            *opposite += self.more / weight;
            x *= inverse;
        }
    }

    fn last(&mut self, rows: &mut [Fr]) {
        rows[0] += self.more;
    }
}

/// One position, which is in the half that stayed as it is with probability one half. Where the word is not heard, the
/// others are what `r` asks for.
#[test]
fn words_must_be_heard() {
    let unheard = Checks::all().not_hearing(WORD, Which::All);
    let (mut accepted, mut rejected) = (0, 0);
    for seed in 0..12 {
        let case = Case::dense(key(1, 2), 10 * seed, &[3]);
        let rest = case.point.0[1..].iter();
        let first = rest.map(|z| Fr::one() - z).product();
        let more = Fr::zero();
        let r = folds(
            &case,
            &unheard,
            &mut Half {
                r: None,
                first,
                more,
            },
        )[0];
        for (checks, accepts) in [(&unheard, true), (&Checks::all(), false)] {
            let (value, opening) = case.open(
                checks,
                &mut Half {
                    r: Some(r),
                    first,
                    more,
                },
            );
            let verdict = case.verdict(checks, value, &opening);
            match accepts {
                true => accepted += usize::from(verdict.is_ok()),
                false => rejected += usize::from(verdict.is_err()),
            }
        }
    }
    assert!(
        accepted > 2,
        "the lie is accepted {accepted} times where words are not heard"
    );
    assert_eq!(rejected, 12);
}

/// The tests above speak of all challenges that there are.
#[test]
fn every_challenge_has_a_lie() {
    let risks = BaseFold::risks(&key(2, 2), 7);
    let challenges: Vec<(Label, usize)> = risks.iter().map(|r| (r.challenge, r.count)).collect();
    assert_eq!(challenges, [(COLUMNS, 1), (JOIN, 6), (FOLD, 5), (QUERY, 2)]);
    assert_eq!(<BaseFold as Tested>::OWN, [COLUMNS, JOIN, FOLD, QUERY]);
}
