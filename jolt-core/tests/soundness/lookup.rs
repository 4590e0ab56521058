//! Every lookup argument: completeness, tampering, forgeries; the slow provers against the fast.

use crate::support::one_thread;
use ark_bn254::Fr;
use commitments::{CacheDir, Keys, Setup};
use instruction_tables::WordSize;
use jolt_core::facts::{Access, Facts};
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::standalone::{Selection, verify};
use jolt_core::lookup::testkit::liars::{LogupLie, LyingLogup, LyingNaive, Mode, SlowShout};
use jolt_core::lookup::testkit::{
    self, Case, Cheat, Serving, Subject, forgeries, smallest, tamper_sweep,
};
use jolt_core::lookup::{Exposed, ProveLookup, Reads, naive::Naive, shout::Shout};
use jolt_core::registry::{Registry, lookups};
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::plain::PlainVerifier;
use sumcheck::{Checks, VerifyError};

fn arguments() -> Vec<Arc<dyn ProveLookup<Fr>>> {
    lookups::<Fr>()
}

#[test]
fn random_reads_of_every_table_are_proven() {
    for argument in arguments() {
        let mut supported = 0;
        for (word, cycle_vars, count) in [
            (WordSize::W8, 0, 1),
            (WordSize::W8, 3, 7),
            (WordSize::W32, 5, 30),
            (WordSize::W64, 0, 1),
            (WordSize::W64, 6, 60),
            (WordSize::W64, 3, 8),
            (WordSize::W64, 2, 0),
        ] {
            let case = Case::random(word, cycle_vars, count, 7);
            if argument.supports(&case.shape).is_ok() {
                supported += 1;
                assert_eq!(testkit::complete(argument.as_ref(), &case), Ok(()));
            }
        }
        assert!(supported >= 2, "{}", argument.name());
    }
}

/// What arguments say of themselves: sizes are those that they support, notes and papers exist.
#[test]
fn facts_are_facts() {
    let papers = concat!(env!("CARGO_MANIFEST_DIR"), "/../papers");
    let bibliography = std::fs::read_to_string(format!("{papers}/references.bib")).unwrap();
    let exist = |facts: &Facts| {
        assert!(!facts.about.is_empty());
        let note = facts.note.unwrap();
        assert!(std::path::Path::new(papers).join(note).is_file(), "{note}");
        for key in facts.papers {
            assert!(bibliography.contains(&format!("{{{key},")), "{key}");
        }
    };
    for argument in arguments() {
        let facts = argument.facts();
        exist(&facts);
        for word in [WordSize::W8, WordSize::W32, WordSize::W64] {
            let shape = Case::empty(word, 16).shape;
            assert_eq!(
                argument.supports(&shape).is_ok(),
                facts.index_bits.contains(&shape.index_bits),
                "{} and {} index bits",
                argument.name(),
                shape.index_bits
            );
        }
        assert_eq!(facts.access, Access::ReadOnly);
        // The interface binds output and operands to one index.
        assert!(facts.indexed && facts.vector);
    }
    for argument in jolt_core::registry::memories::<Fr>() {
        let facts = argument.facts();
        exist(&facts);
        assert_eq!(facts.access, Access::ReadWrite);
    }
}

#[test]
fn shapes_that_an_argument_does_not_support_are_refused() {
    let case = Case::random(WordSize::W64, 2, 3, 1);
    let naive = Registry::builtin().lookup("naive").unwrap().clone();
    assert!(
        naive
            .supports(&case.shape)
            .unwrap_err()
            .to_string()
            .contains("128")
    );
    let refused = verify(
        &mut CountingVerifier::<Fr>::default(),
        naive.as_ref(),
        &case.shape,
        &case.selection(),
    );
    assert!(matches!(refused, Err(VerifyError::NotAllowed { .. })));
    let mut mixed = case.shape.clone();
    mixed.index_bits = 64;
    for argument in arguments() {
        assert!(argument.supports(&mixed).is_err());
    }
}

#[test]
fn selections_that_do_not_fit_are_refused() {
    let case = Case::random(WordSize::W8, 2, 3, 1);
    for selection in [
        Selection::One {
            table: 200,
            exposed: Exposed::Nothing,
            reads: 1,
        },
        Selection::One {
            table: 0,
            exposed: Exposed::Nothing,
            reads: 5,
        },
        Selection::Each {
            table: vec![200],
            operands: vec![Exposed::Nothing],
        },
        Selection::Each {
            table: vec![0, 0],
            operands: vec![Exposed::Nothing],
        },
    ] {
        let mut channel = CountingVerifier::<Fr>::default();
        let verdict = verify(&mut channel, &Shout, &case.shape, &selection);
        assert!(
            matches!(verdict, Err(VerifyError::NotAllowed { .. })),
            "{selection:?}"
        );
    }
}

#[test]
fn every_tampered_proof_is_rejected() {
    one_thread();
    // Of other reads the kit's laws do the same.
    let all = arguments();
    for argument in all.iter().take(sample::count(1, all.len())) {
        let case = Case::random(WordSize::W8, 2, 3, 11);
        tamper_sweep(argument.as_ref(), &case).unwrap();
    }
    tamper_sweep::<Fr>(&Shout, &Case::random(WordSize::W32, 1, 2, 11)).unwrap();
}

#[test]
fn the_slow_prover_sends_the_same_proof() {
    for (cycle_vars, count) in [(0, 1), (2, 3), (3, 8)] {
        let case = Case::random(WordSize::W8, cycle_vars, count, 3);
        let fast = testkit::prove::<Fr>(&Shout, &case);
        let slow = testkit::prove::<Fr>(&SlowShout::default(), &case);
        assert_eq!(fast.messages, slow.messages);
        for chunk_bits in [2, 4] {
            let fast = testkit::prove::<Fr>(&LogupGkr::with_chunks(chunk_bits), &case);
            let slow = LyingLogup::with_chunks(chunk_bits).slow();
            let slow = testkit::prove::<Fr>(&slow, &case);
            assert_eq!(fast.messages, slow.messages);
        }
    }
}

/// Reads of every table, also where those return something that return nothing nearly everywhere. All are proven before
/// they are compared: what naive provers find wrong is not to be met by a comparison first.
#[test]
fn the_slow_prover_of_logup_sends_the_same_proof() {
    let sizes = [
        (WordSize::W8, u128::from(u16::MAX)),
        (WordSize::W64, u128::MAX),
    ];
    // Of equal operands, and of one that is less.
    let indices = sizes.map(|(word, last)| {
        let indices = [None, Some(0), Some(1), Some(2), Some(last)];
        indices.map(|index| (word, index))
    });
    let cases = indices.as_flattened().iter().map(|(word, index)| {
        let mut case = Case::random(*word, 6, 60, 3);
        if let Some(index) = index {
            let mut reads = Reads::clone(&case.reads);
            reads.index.fill(*index);
            case.reads = Arc::new(reads);
        }
        case
    });
    let slow = LyingLogup::with_chunks(4).slow();
    let all: Vec<_> = cases
        .map(|case| (testkit::prove::<Fr>(&slow, &case), case))
        .collect();
    for (slow, case) in all {
        let fast = testkit::prove::<Fr>(&LogupGkr::with_chunks(4), &case);
        assert_eq!(fast.messages, slow.messages);
    }
}

/// Names of the checks in the verification of an honest proof.
fn performed(argument: &dyn ProveLookup<Fr>) -> BTreeSet<String> {
    let case = Case::random(WordSize::W8, 2, 3, 5);
    let proof = testkit::prove(argument, &case);
    let mut channel = PlainVerifier::new(testkit::PROTOCOL, proof);
    verify(&mut channel, argument, &case.shape, &case.selection()).unwrap();
    channel.checks().performed().map(str::to_owned).collect()
}

/// Arguments, and provers that deviate. Lasso is in [`lookup_lasso`](super::lookup_lasso).
fn subjects() -> [Subject<Fr>; 3] {
    /// Challenges that the kit has no lies for, and why.
    type Argued = Vec<(&'static str, &'static str)>;
    const ELSEWHERE: &str = "lies that cancel are in tests/soundness/challenges";
    let digits = |honest,
                  checks: [_; 2],
                  argued: Argued,
                  cheating: fn(Cheat<Fr>) -> Arc<dyn ProveLookup<Fr>>| {
        let [check, one_hot] = checks;
        let serving: Serving<Fr> =
            Box::new(move |read, other| cheating(Cheat::OtherIndex { read, other }));
        Subject::<Fr> {
            honest,
            serving: vec![(check, serving)],
            blending: Some((one_hot, Box::new(cheating))),
            argued,
            index_bits: Vec::new(),
            returning: Vec::new(),
        }
    };
    let checks = ["decompose/digits", "digits/one-hot"];
    let argued = vec![
        ("execute: lookup/one-hot", ELSEWHERE),
        (
            "execute: lookup/products",
            "there is one product at this size, and digits are seen at addresses of their own",
        ),
    ];
    let shout = digits(Arc::new(Shout), checks, argued, |cheat| {
        Arc::new(SlowShout::cheating(cheat))
    });
    let checks = ["decompose/indicator", "decompose/booleanity"];
    let argued = vec![
        (
            "execute: lookup/boolean",
            "a bit has two entries whose sum is 1, so that both are wrong alike and the lowest coordinate of the \
             address drops out",
        ),
        (
            "decompose/alpha",
            "its sum is 0 at the addresses that a bit does not have, so that it is no constant, which the claim could \
             make up for that was sent before the point was drawn",
        ),
    ];
    let naive = digits(Arc::new(Naive), checks, argued, |cheat| {
        Arc::new(LyingNaive(cheat))
    });
    let lies = [
        ("lookup/sum", Mode::Sum),
        ("execute/leaves", Mode::Leaves),
        ("gkr/reads", Mode::Reads),
        ("gkr/table", Mode::Table),
        ("lookup/table", Mode::Entry),
    ];
    let serving = lies.map(|(check, mode)| {
        let lying = move |read, other| {
            let lie = LogupLie { mode, read, other };
            Arc::new(LyingLogup::default().lying(lie)) as Arc<dyn ProveLookup<Fr>>
        };
        (check, Box::new(lying) as Serving<Fr>)
    });
    let logup = Subject::<Fr> {
        honest: Arc::new(LogupGkr::default()),
        serving: serving.into(),
        blending: None,
        argued: vec![
            ("execute: lookup/alpha", ELSEWHERE),
            ("execute/alpha", ELSEWHERE),
        ],
        index_bits: Vec::new(),
        returning: Vec::new(),
    };
    [shout, naive, logup]
}

#[test]
fn forgeries_are_rejected_by_the_check_meant_for_them() {
    one_thread();
    for subject in subjects() {
        let argument = subject.honest.name();
        let performed = performed(subject.honest.as_ref());
        let (mut table, mut met) = (BTreeSet::new(), 0);
        for forgery in forgeries(&subject) {
            let (name, check) = (forgery.name, forgery.check);
            let new = !table.contains(check);
            // The relation's check is made in one equation with the rest of its batch.
            let (batch, _) = check.split_once('/').unwrap();
            let whole = format!("{batch}: ");
            let whole = performed.iter().filter(|p| p.starts_with(&whole));
            let checks: Vec<&str> = whole.map(String::as_str).chain([check]).collect();
            table.extend(checks.iter().map(|check| (*check).to_owned()));
            if !checks.iter().any(|check| Checks::in_focus(check)) {
                continue;
            }
            met += 1;
            // Of a sample one against each check, and some more; the kit's laws try all.
            if !new && met % sample::one_in(4) != 0 {
                continue;
            }
            let verdict = forgery.run(&Checks::all());
            assert!(
                matches!(verdict, Err(VerifyError::Check { .. })),
                "{argument}: {name}: {verdict:?}"
            );
            for check in checks {
                let verdict = forgery.run(&Checks::without(check));
                assert_eq!(verdict, Ok(()), "{argument}: {name} without {check}");
            }
        }
        let missing: Vec<&String> = performed.difference(&table).collect();
        assert!(
            missing.is_empty(),
            "{argument}: checks without a forgery: {missing:?}"
        );
    }
}

/// Keys of each scheme that hides, for what is read here.
pub fn hiding_keys() -> Vec<Keys<Fr>> {
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let registry = Registry::builtin();
    ["hyrax", "pst13", "zeromorph"]
        .map(|name| {
            let scheme = registry.schemes().get(name).unwrap();
            scheme.hiding_setup(HIDDEN_VARS, &setup).unwrap()
        })
        .into()
}

/// Variables of the largest column that is read in hiding.
const HIDDEN_VARS: usize = 8;

/// A lie that is sealed in hiding: the opening rejects it, and it is accepted where both sides know that the check meant
/// for it does not count.
pub fn told_in_hiding(name: &str, check: &str, run: impl Fn(&Checks) -> Result<(), VerifyError>) {
    // Which claims hold is for the opening to say.
    let check = match check {
        "open/evaluation" => "open/proof",
        check => check,
    };
    let rejected = VerifyError::Check {
        check: "open/proof".to_owned(),
    };
    assert_eq!(run(&Checks::all()), Err(rejected), "{name}");
    assert_eq!(
        run(&Checks::without(check)),
        Ok(()),
        "{name} without {check}"
    );
}

#[test]
fn forgeries_are_rejected_in_proofs_that_tell_nothing() {
    one_thread();
    let keys = hiding_keys();
    for subject in subjects() {
        let mut told = 0;
        for forgery in smallest(&subject) {
            let keys = &keys[told % keys.len()];
            // Those over entries that no channel commits to are told in the clear only.
            if forgery.is_bent() {
                continue;
            }
            let name = format!("{}: {}", subject.honest.name(), forgery.name);
            told_in_hiding(&name, forgery.check, |checks| {
                forgery.run_sealed(keys, checks)
            });
            told += 1;
        }
        assert!(told >= 10, "{}: {told}", subject.honest.name());
    }
}

/// The test kit's one call, with provers that deviate in every way that they can. `examples/my-argument` is another.
fn hold(subject: &Subject<Fr>) {
    one_thread();
    let summary = testkit::laws(subject).unwrap_or_else(|broken| panic!("{broken}"));
    println!("{}\n{summary}", subject.honest.name());
    assert!(summary.without_forgery.is_empty(), "{summary}");
}

#[test]
fn the_laws_hold_for_shout() {
    let [shout, ..] = subjects();
    hold(&shout);
}

#[test]
fn the_laws_hold_for_naive() {
    let [_, naive, _] = subjects();
    hold(&naive);
}

#[test]
fn the_laws_hold_for_logup() {
    let [.., logup] = subjects();
    hold(&logup);
}

/// What the kit says of an author who has fewer of them.
#[test]
fn the_kit_says_what_is_missing() {
    one_thread();
    let lying = |cheat| match cheat {
        Cheat::OtherIndex { read, other } => LyingLogup::default().lying(LogupLie {
            mode: Mode::Sum,
            read,
            other,
        }),
        Cheat::Blend { .. } => LyingLogup::default(),
    };
    let honest = || Subject::<Fr>::new(LogupGkr::default());
    let missing = testkit::laws(&honest().serving("lookup/sum", lying)).unwrap_err();
    assert!(
        missing.starts_with("no forgery passes if the challenge"),
        "{missing}"
    );
    let misled = testkit::laws(&honest().serving("gkr/reads", lying));
    assert!(misled.unwrap_err().contains("meant for `gkr/reads`"));
}
