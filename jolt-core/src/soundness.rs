//! How likely a cheater is to get through the interactive protocol: every term of the bound.
//!
//! The bound is not a formula that somebody wrote beside the code. The verifier runs over a [`Ledger`], a channel
//! that answers zeros, and the ledger adds up what the verifier does:
//!
//! | term | degree, where the error is the degree over `p` |
//! |---|---|
//! | `batch/alpha` of a sumcheck of several relations | its relations less one |
//! | `round`s of a sumcheck | the degrees of the messages, from the relations |
//! | any other challenge | what the verifier says beside it ([`Note::Risk`]), from the sizes that it works with |
//! | the opening | claims less one; two a round; points less one; what the scheme adds ([`commitments::OpeningRisk`]) |
//!
//! A challenge that no term speaks for is [listed](ErrorBound::unaccounted), and then there is no figure. Terms are
//! added up, though in each a cheater needs one lucky draw only: a union bound. What is not in this bound is in
//! [`ASSUMPTIONS`]. See `papers/soundness.md`.

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

use crate::api::VerifyingKey;
use crate::machine::{Machine, Run};
use crate::statement::{MAX_CYCLE_VARS, Statement, StatementError};
use crate::vm::{self, Arguments};
use ark_bn254::Fr;
use ark_ff::PrimeField;
use commitments::{Foundation, sealed};
use std::collections::BTreeMap;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::layer::{Heard, Layer, Over};
use sumcheck::{Label, Note, Point, Relation, VerifierChannel, VerifyError, batch};
use tracer::{ExitStatus, Program, StatusCell};

/// What a proof rests on besides the interactive protocol's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// What must hold.
    pub what: &'static str,
    /// `log2` of the work that the best known attack takes, where work is what breaks it.
    pub bits: Option<u32>,
    /// Why, and what an attack would do.
    pub about: &'static str,
    /// The schemes that need it, by what they rest on; none: all.
    pub of: &'static [Foundation],
}

/// `log2` of the work against the pairing group, the least of [`ASSUMPTIONS`].
pub const GROUP_BITS: u32 = 100;

/// All of them.
pub const ASSUMPTIONS: [Assumption; 8] = [
    Assumption {
        what: "discrete logarithms in BN254",
        bits: Some(GROUP_BITS),
        about: "by the number field sieve in the field of 2^3048 elements that pairings map to [BD19]; in the curve's group \
                itself 127 bits",
        of: &[Foundation::HashedPoints, Foundation::StructuredPoints],
    },
    Assumption {
        what: "algebraic group model",
        bits: None,
        about: "whoever commits or opens knows the combination of the setup's points that it is [FKL18]; then binding is \
                discrete logarithms where powers of the secret are known. Without the model, that no evaluation opens to \
                two values is the strong Diffie-Hellman assumption [KZG10]",
        of: &[Foundation::StructuredPoints],
    },
    Assumption {
        what: "setup",
        bits: None,
        about: "nobody knows its secrets; those of the test setups are public, and then nothing is proven",
        of: &[Foundation::StructuredPoints],
    },
    Assumption {
        what: "hashing to the curve",
        bits: None,
        about: "a model of the random oracle: nobody knows a relation between points that are hashed from a public string, \
                which are those of a transparent setup and, in proofs that hide, that of blindings",
        of: &[Foundation::HashedPoints, Foundation::StructuredPoints],
    },
    Assumption {
        what: "SHA-256 as a random oracle",
        bits: Some(128),
        about: "two codewords with one root by a collision; openings take Merkle trees for random oracles",
        of: &[Foundation::Hashes],
    },
    Assumption {
        what: "SHA-256, collisions",
        bits: Some(128),
        about: "two keys with one digest, or two setups",
        of: &[],
    },
    Assumption {
        what: "STROBE-128, the transcript's sponge",
        bits: Some(128),
        about: "a capacity of 256 bits: after 2^128 calls two transcripts may collide",
        of: &[],
    },
    Assumption {
        what: "random oracle model",
        bits: None,
        about: "challenges come from the transcript (Fiat-Shamir): whoever evaluates it Q times has Q tries at a round, so \
                that the error is at most Q times that of the interactive protocol",
        of: &[],
    },
];

/// What a proof with a scheme on this foundation rests on; where that is not known, on all of [`ASSUMPTIONS`].
pub fn assumptions(foundation: Option<Foundation>) -> impl Iterator<Item = &'static Assumption> {
    ASSUMPTIONS.iter().filter(move |assumption| {
        let needed = |by| assumption.of.contains(&by);
        assumption.of.is_empty() || foundation.is_none_or(needed)
    })
}

/// Challenges and what they may hide: a root of a polynomial of this total degree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Phase of the protocol, or the sumcheck's name.
    pub part: Label,
    /// Labels of the challenges, and how many were drawn; none where challenges serve a second time.
    pub challenges: Vec<(Label, usize)>,
    /// What they combine, or where they look.
    pub about: String,
    /// The error is at most this over the size of the field. Of several of a kind, the sum.
    pub degree: u128,
    /// `−log2` of a further error that the field has no part in ([`commitments::OpeningRisk::bits`]).
    pub beside: Option<u32>,
}

impl Term {
    /// `−log2` of the error; none where nothing can go wrong.
    pub fn bits(&self) -> Option<f64> {
        let error = self.error();
        (error > 0.0).then(|| -error.log2())
    }

    fn error(&self) -> f64 {
        let beside = self.beside.map_or(0.0, |bits| 0.5f64.powf(bits.into()));
        beside + self.degree as f64 * (-field_bits()).exp2()
    }
}

/// `log2 p`.
pub fn field_bits() -> f64 {
    let limbs = Fr::MODULUS.0;
    let value = limbs.iter().rev();
    let value = value.fold(0.0, |value, limb| value * 2f64.powi(64) + *limb as f64);
    value.log2()
}

/// Why there is no bound.
#[derive(Debug, thiserror::Error)]
pub enum NoBound {
    /// No statement is of this size.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The verifier refuses.
    #[error(transparent)]
    Verifier(#[from] VerifyError),
}

/// The terms of a verifier's error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBound {
    /// In the order of the protocol, the opening last.
    pub terms: Vec<Term>,
    /// Challenges that no term speaks for: phase and label.
    pub unaccounted: Vec<(Label, Label)>,
}

impl ErrorBound {
    /// Of the machine, for a run under a key.
    ///
    /// # Errors
    /// A run that the key does not suit.
    pub fn of(key: &VerifyingKey, run: &Run<'_>) -> Result<Self, VerifyError> {
        Self::of_verifier(key.commitment(), |channel| {
            vm::verify(channel, &key.arguments(), run)
        })
    }

    /// Of the machine, for any run of `2^cycle_vars` cycles of a program, by these arguments and this scheme.
    ///
    /// # Errors
    /// A size that there are no proofs of, or that an argument cannot serve.
    pub fn of_program(
        program: &Program,
        arguments: &Arguments<'_, Fr>,
        scheme: &dyn commitments::VerifyingKey<Fr>,
        cycle_vars: usize,
    ) -> Result<Self, NoBound> {
        let machine = Machine::of(program);
        let statement = Statement {
            input: Vec::new(),
            output: Vec::new(),
            status: match program.status_cell() {
                StatusCell::Guest(_) => ExitStatus::Exit(0),
                StatusCell::Htif(_) => ExitStatus::StoppedWithoutExit,
            },
            cycle_vars,
        };
        let run = statement.run(program, &machine, MAX_CYCLE_VARS)?;
        Ok(Self::of_verifier(scheme, |channel| {
            vm::verify(channel, arguments, &run)
        })?)
    }

    /// Of any verifier, with the openings of this scheme.
    ///
    /// # Errors
    /// What the verifier refuses.
    pub fn of_verifier(
        scheme: &dyn commitments::VerifyingKey<Fr>,
        verify: impl FnOnce(&mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError>,
    ) -> Result<Self, VerifyError> {
        let mut channel = Over(Ledger::default());
        verify(&mut channel)?;
        Ok(channel.0.finish(scheme))
    }

    /// The sum of all degrees.
    pub fn degree(&self) -> u128 {
        self.terms.iter().map(|term| term.degree).sum()
    }

    /// `−log2` of the error; none if some challenge is unaccounted for.
    pub fn bits(&self) -> Option<f64> {
        let error: f64 = self.terms.iter().map(Term::error).sum();
        // At most one over the size of the field, where there is nothing that can go wrong.
        let error = error.max((-field_bits()).exp2());
        self.unaccounted.is_empty().then(|| -error.log2())
    }

    /// How many challenges of each label the terms speak for.
    pub fn challenges(&self) -> BTreeMap<Label, usize> {
        let mut all = BTreeMap::new();
        for (label, count) in self.terms.iter().flat_map(|term| &term.challenges) {
            *all.entry(*label).or_default() += count;
        }
        all
    }

    fn add(&mut self, term: Term) {
        let mut terms = self.terms.iter_mut();
        let same = terms.find(|t| {
            let labels = |t: &Term| t.challenges.iter().map(|c| c.0).collect::<Vec<_>>();
            // What is beside the field is in bits, and not added up.
            let in_field = t.beside.is_none() && term.beside.is_none();
            in_field && (t.part, &t.about) == (term.part, &term.about) && labels(t) == labels(&term)
        });
        let Some(same) = same else {
            return self.terms.push(term);
        };
        same.degree += term.degree;
        for (sum, more) in same.challenges.iter_mut().zip(term.challenges) {
            sum.1 += more.1;
        }
    }
}

/// Labels of a sumcheck's own challenges.
const SUMCHECK: [Label; 2] = ["batch/alpha", "round"];

/// The channel that a bound is read from. It answers zeros.
#[derive(Default)]
pub struct Ledger {
    inner: CountingVerifier<Fr>,
    bound: ErrorBound,
    phase: Label,
    /// Challenges that the sumcheck under way has announced, and that are not drawn yet: `α`, and its rounds'.
    announced: [usize; 2],
    /// Challenges that no term speaks for yet, with their phases.
    drawn: Vec<(Label, Label)>,
    claims: usize,
    points: Vec<Point<Fr>>,
}

impl Ledger {
    fn challenge(&mut self, label: Label) {
        let place = SUMCHECK.iter().position(|own| *own == label);
        match place.map(|place| &mut self.announced[place]) {
            Some(left) if *left > 0 => *left -= 1,
            _ => self.drawn.push((self.phase, label)),
        }
    }

    fn sumcheck(&mut self, name: Label, relations: &[&Relation<Fr>]) {
        let names: Vec<&str> = relations.iter().map(|r| r.name).collect();
        let rounds = batch::rounds(relations);
        // One relation alone has no α.
        let alphas = usize::from(relations.len() > 1);
        let degree = rounds.iter().map(|round| round.degree).sum();
        let drawn = [alphas, rounds.len()];
        let degrees = [relations.len().saturating_sub(1), degree];
        for ((label, drawn), degree) in SUMCHECK.into_iter().zip(drawn).zip(degrees) {
            if drawn > 0 {
                self.bound.add(Term {
                    part: name,
                    challenges: vec![(label, drawn)],
                    about: names.join(", "),
                    degree: degree as u128,
                    beside: None,
                });
            }
        }
        self.announced = drawn;
    }

    fn note(&mut self, note: Note<'_, Fr>) {
        match note {
            Note::Phase(name) => self.phase = name,
            Note::Batch(name, relations) => self.sumcheck(name, relations),
            Note::Risk { of, about, degree } => {
                let drawn = &mut self.drawn;
                let mut settle = |label: Label| {
                    let before = drawn.len();
                    drawn.retain(|(_, other)| *other != label);
                    (label, before - drawn.len())
                };
                self.bound.add(Term {
                    part: self.phase,
                    challenges: of.iter().map(|label| settle(label)).collect(),
                    about: about.to_owned(),
                    degree: degree as u128,
                    beside: None,
                });
            }
        }
    }

    /// What was heard, and the opening of all claims.
    fn finish(mut self, scheme: &dyn commitments::VerifyingKey<Fr>) -> ErrorBound {
        let vars = self.points.iter().map(Point::vars).max().unwrap_or(0);
        match scheme.hides() {
            true => self.close(scheme, vars),
            false => self.open(scheme, vars),
        }
        // What was announced must have been drawn.
        let missing = SUMCHECK.into_iter().zip(self.announced);
        let missing = missing.flat_map(|(label, left)| (0..left).map(move |_| ("missing", label)));
        self.bound.unaccounted = self.drawn.into_iter().chain(missing).collect();
        self.bound
    }

    fn of_scheme(&mut self, scheme: &dyn commitments::VerifyingKey<Fr>, vars: usize) {
        for risk in scheme.risks(vars) {
            self.bound.add(Term {
                part: "open",
                challenges: vec![(risk.challenge, risk.count)],
                about: format!("{}: {}", scheme.scheme(), risk.about),
                degree: risk.degree,
                beside: risk.bits,
            });
        }
    }

    /// The end of a proof that hides.
    fn close(&mut self, scheme: &dyn commitments::VerifyingKey<Fr>, vars: usize) {
        let counts = std::mem::take(&mut self.inner).finish();
        let weighed = self.claims + counts.checks;
        for risk in sealed::closing_risks(counts.products, weighed, vars) {
            self.bound.add(Term {
                part: "close",
                challenges: vec![(risk.challenge, risk.count)],
                about: risk.about.to_owned(),
                degree: risk.degree,
                beside: risk.bits,
            });
        }
        self.of_scheme(scheme, sealed::closing_vars(vars));
    }

    /// The end of a proof in the clear.
    fn open(&mut self, scheme: &dyn commitments::VerifyingKey<Fr>, vars: usize) {
        let (claims, points) = (self.claims, self.points.len());
        if claims == 0 {
            return;
        }
        let mut open = |label, count, about: String, degree: u128| {
            self.bound.add(Term {
                part: "open",
                challenges: vec![(label, count)],
                about,
                degree,
                beside: None,
            });
        };
        let about = format!("{claims} claims");
        open("open/claims", 1, about, claims as u128 - 1);
        if points > 1 {
            let relation = sealed::relation(scheme.embedding(), &self.points, vars);
            let degrees = batch::rounds(&[&relation]).into_iter();
            let degree = degrees.map(|round| round.degree as u128).sum();
            open("open/bind", vars, format!("{points} points to one"), degree);
        }
        let about = "polynomials of all points".to_owned();
        open("open/groups", 1, about, points as u128 - 1);
        self.of_scheme(scheme, vars);
    }
}

impl Layer<Fr> for Ledger {
    type Below = CountingVerifier<Fr>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.inner
    }

    fn hear(&mut self, heard: Heard<'_, Fr>) {
        match heard {
            Heard::Challenge(label) => self.challenge(label),
            Heard::Note(note) => self.note(note),
            Heard::Claim(claim) => {
                self.claims += 1;
                if !self.points.contains(&claim.point) {
                    self.points.push(claim.point.clone());
                }
            }
            Heard::Elements(..) | Heard::Oracles(..) | Heard::Check(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use commitments::{CacheDir, Setup};

    fn scheme() -> std::sync::Arc<dyn commitments::VerifyingKey<Fr>> {
        of_name("hyrax")
    }

    fn of_name(name: &str) -> std::sync::Arc<dyn commitments::VerifyingKey<Fr>> {
        let setup = Setup::Builtin {
            cache: CacheDir::Off,
        };
        let schemes = commitments::Registry::builtin();
        let scheme = schemes.get(name).unwrap();
        scheme.verifying_key(5, &setup).unwrap()
    }

    #[test]
    fn the_field_has_254_bits() {
        assert!((253.5..254.0).contains(&field_bits()));
    }

    #[test]
    fn the_group_is_the_weakest_assumption() {
        let least = |foundation| assumptions(foundation).filter_map(|a| a.bits).min();
        assert_eq!(least(None), Some(GROUP_BITS));
        assert_eq!(least(Some(Foundation::HashedPoints)), Some(GROUP_BITS));
        assert_eq!(least(Some(Foundation::StructuredPoints)), Some(GROUP_BITS));
        assert_eq!(least(Some(Foundation::Hashes)), Some(128));
    }

    /// Of a scheme that needs a trusted setup, and of no other, it is said that it is trusted.
    #[test]
    fn assumptions_are_those_of_the_scheme() {
        let schemes = commitments::Registry::builtin();
        for name in schemes.names() {
            let facts = schemes.get(name).unwrap().facts();
            let all: Vec<&str> = assumptions(facts.foundation).map(|a| a.what).collect();
            assert_eq!(all.contains(&"setup"), !facts.transparent, "{name}");
            assert_eq!(
                all.contains(&"algebraic group model"),
                !facts.transparent,
                "{name}"
            );
            assert!(
                all.contains(&"random oracle model") && facts.foundation.is_some(),
                "{name}"
            );
        }
        assert_eq!(assumptions(None).count(), ASSUMPTIONS.len());
    }

    /// A challenge that nothing is said about takes the figure away, and so does one that is said too early, and a
    /// round that no sumcheck announced.
    #[test]
    fn what_is_not_accounted_for_is_listed() {
        let bound = |says: fn(&mut dyn VerifierChannel<Fr>)| {
            ErrorBound::of_verifier(&*scheme(), |channel| {
                channel.note(Note::Phase("here"));
                says(channel);
                Ok(())
            })
            .unwrap()
        };
        let silent = bound(|channel| {
            channel.sample("gamma");
        });
        assert_eq!(
            (silent.bits(), &silent.unaccounted),
            (None, &vec![("here", "gamma")])
        );
        let early = bound(|channel| {
            channel.risk(&["gamma"], "two claims", 1);
            channel.sample("gamma");
        });
        assert_eq!(early.unaccounted, [("here", "gamma")]);
        let stray = bound(|channel| {
            channel.sample("round");
        });
        assert_eq!(stray.unaccounted, [("here", "round")]);
        let said = bound(|channel| {
            for _ in 0..3 {
                channel.sample("gamma");
                channel.risk(&["gamma"], "a thousand and twenty-five claims", 1024);
            }
            channel.risk(&["gamma"], "the same, for something else", 1024);
        });
        assert_eq!(said.terms[0].challenges, [("gamma", 3)]);
        assert_eq!(said.terms[1].challenges, [("gamma", 0)]);
        assert_eq!(said.degree(), 4096);
        assert!((field_bits() - said.bits().unwrap() - 12.0).abs() < 1e-9);
    }

    /// An error that the field has no part in is added to the others, and is the most of them here.
    #[test]
    fn positions_that_tell_nothing_are_part_of_the_bound() {
        let bound = |name| {
            ErrorBound::of_verifier(&*of_name(name), |channel| {
                let shape = sumcheck::Shape {
                    vars: 3,
                    radix: None,
                };
                let oracle = channel.oracles("f", &[shape])?[0];
                let point = Point((0..3).map(|_| channel.sample("r")).collect());
                channel.risk(&["r"], "a random point", 3);
                let value = channel.recv("value", 1)?[0];
                channel.claim_eval(sumcheck::EvalClaim {
                    terms: vec![(oracle, sumcheck::Weights::One, Fr::from(1))],
                    point,
                    value,
                })
            })
            .unwrap()
        };
        assert!(bound("hyrax").bits().unwrap() > 245.0);
        let of_codewords = bound("basefold");
        assert_eq!(of_codewords.unaccounted, []);
        assert!((99.9..=100.0).contains(&of_codewords.bits().unwrap()));
        let positions: Vec<&Term> = of_codewords
            .terms
            .iter()
            .filter(|term| term.beside.is_some())
            .collect();
        assert_eq!(positions[0].challenges, [("open/query", 148)]);
        assert_eq!(positions[0].bits(), Some(100.0));
    }

    #[test]
    fn sumchecks_are_read_from_their_relations() {
        let bound = ErrorBound::of_verifier(&*scheme(), |channel| {
            let point = Point((0..5).map(|_| channel.sample("r")).collect());
            channel.risk(&["r"], "a random point", 5);
            let mut relation = Relation::new("cube", vec![sumcheck::Segment::cycle(5)]);
            let eq = relation.eq("eq", 0, point);
            let f = relation.claimed("f", &[0]);
            relation.summand = eq * f * f * f;
            let zero = channel.constant(Fr::from(0));
            let mut other = Relation::new("sum", vec![sumcheck::Segment::cycle(3)]);
            other.summand = other.claimed("g", &[0]).into();
            batch::verify_all(channel, "both", vec![(relation, zero), (other, zero)]).map(|_| ())
        })
        .unwrap();
        // The equality factor is not common to both, so that rounds are of degree 4.
        let degrees: Vec<u128> = bound.terms.iter().map(|term| term.degree).collect();
        assert_eq!(degrees, [5, 1, 20]);
        assert!(bound.bits().is_some());
    }
}
