//! Tables of one's own. Every lookup argument over dense tables: completeness, tampering, forgeries; the slow
//! prover against the fast; sizes against formulas; keys. And every argument over automata.

use crate::support::one_thread;
use ark_bn254::Fr;
use commitments::{CacheDir, Registry, Setup};
use instruction_tables::tables::AutomatonTable;
use instruction_tables::{Automaton, Kind, Table};
use jolt_core::lookup::api::{LookupError, ProvingKey, Statement, setup};
use jolt_core::lookup::dense::protocol::{DenseReads, verify};
use jolt_core::lookup::dense::{DenseTable, MAX_INDEX_BITS};
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::naive::Naive;
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::standalone::{self, exposure};
use jolt_core::lookup::testkit::liars::{LyingLasso, LyingLogup, LyingNaive, SlowShout};
use jolt_core::lookup::testkit::{
    self, Case, Cheat, Cheating, DenseCase, DenseLie, DenseSubject, complete_dense,
    dense_forgeries, prove_dense, tamper_sweep_dense, verify_dense,
};
use jolt_core::lookup::{LookupShape, ProveLookup, Reads};
use jolt_core::registry::lookups;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::{Checks, VerifyError};

fn mix(x: u64) -> u64 {
    let x = (x + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^ (x >> 29)
}

/// One table of every kind, with so many entries.
pub(super) fn tables(entries: u64) -> Vec<DenseTable<Fr>> {
    let column = |salt: u64| (0..entries).map(|k| mix(k + salt)).collect::<Vec<u64>>();
    vec![
        DenseTable::range_below(entries).unwrap(),
        DenseTable::explicit("ONE", vec![column(3)]).unwrap(),
        DenseTable::explicit("THREE", vec![column(1), column(2), column(5)]).unwrap(),
        DenseTable::unstructured("HIDDEN", vec![column(8)]).unwrap(),
        DenseTable::unstructured("TWO", vec![column(4), column(6)]).unwrap(),
    ]
}

#[test]
fn every_argument_serves_every_kind_of_table() {
    for argument in lookups::<Fr>() {
        assert!(argument.dense().is_some(), "{}", argument.name());
        // Entries, rows, reads.
        for (entries, vars, count) in [
            (1, 1, 2),
            (2, 0, 1),
            (5, 3, 7),
            (16, 2, 0),
            (32, 3, 8),
            (100, 1, 2),
            (300, 5, 20),
        ] {
            for table in tables(entries) {
                let case = DenseCase::random(table, vars, count, 7);
                let verdict = complete_dense(argument.as_ref(), &case);
                let name = (argument.name(), &case.table);
                assert_eq!(verdict, Ok(()), "{name:?}, 2^{vars}, {count}");
            }
        }
    }
}

#[test]
fn larger_tables_are_served_where_nothing_is_written_out() {
    for argument in lookups::<Fr>() {
        let naive = argument.name() == "naive";
        for (bits, vars) in [(16, 8), (17, 4), (13, 10)] {
            let case = DenseCase::random(DenseTable::range(bits).unwrap(), vars, 9, 5);
            if !naive {
                let verdict = complete_dense(argument.as_ref(), &case);
                assert_eq!(verdict, Ok(()), "{}: {bits}", argument.name());
                continue;
            }
            let mut channel = CountingVerifier::<Fr>::default();
            let known = case.table.in_the_clear();
            let dense = argument.dense().unwrap();
            let refused = verify(&mut channel, dense, &known, vars, 9);
            assert!(matches!(refused, Err(VerifyError::NotAllowed { .. })));
        }
    }
}

/// A claim on reads beyond the rows would be one on nothing.
#[test]
fn more_reads_than_rows_are_refused() {
    for argument in lookups::<Fr>() {
        let table = DenseTable::range_below(5).unwrap().in_the_clear();
        let dense = argument.dense().unwrap();
        for (reads, allowed) in [(8, true), (9, false), (usize::MAX, false)] {
            let mut channel = CountingVerifier::<Fr>::default();
            let verdict = verify(&mut channel, dense, &table, 3, reads);
            let refused = matches!(verdict, Err(VerifyError::NotAllowed { .. }));
            assert_eq!(refused, !allowed, "{}: {reads} reads", argument.name());
        }
    }
}

#[test]
fn every_tampered_proof_is_rejected() {
    one_thread();
    let arguments = lookups::<Fr>();
    let of_each = |argument| tables(5).into_iter().map(move |table| (argument, table));
    let all = arguments.iter().flat_map(of_each);
    let about = |(argument, table): &(&Arc<dyn ProveLookup<Fr>>, DenseTable<Fr>)| {
        vec![argument.name().to_owned(), table.name().to_owned()]
    };
    for (argument, table) in sample::of(all, about) {
        let case = DenseCase::random(table, 2, 3, 11);
        tamper_sweep_dense(argument.as_ref(), &case).unwrap();
    }
}

#[test]
fn the_slow_prover_sends_the_same_proof() {
    // One digit, a short second one, and four.
    for (entries, vars, count) in [(5, 2, 3), (16, 1, 2), (60, 3, 8), (40_000, 2, 3)] {
        for table in tables(entries) {
            let case = DenseCase::random(table, vars, count, 3);
            let fast = prove_dense::<Fr>(&Shout, &case);
            let slow = prove_dense::<Fr>(&SlowShout::default(), &case);
            assert_eq!(fast.messages, slow.messages);
            let fast = prove_dense::<Fr>(&LogupGkr::default(), &case);
            let slow = prove_dense::<Fr>(&LyingLogup::default().slow(), &case);
            assert_eq!(fast.messages, slow.messages);
        }
    }
}

pub(super) fn subjects() -> Vec<DenseSubject<Fr>> {
    let digits = |honest, cheating: Cheating<Fr>, checks| DenseSubject {
        honest,
        read: "execute/read",
        beyond: "execute/read",
        lying: Vec::new(),
        cheating: Some((cheating, checks)),
    };
    let shout: Cheating<Fr> = Box::new(|cheat: Cheat<Fr>| Arc::new(SlowShout::cheating(cheat)));
    let naive: Cheating<Fr> = Box::new(|cheat: Cheat<Fr>| Arc::new(LyingNaive(cheat)));
    let lying = |lies: [(&'static str, DenseLie); 5],
                 of: fn(DenseLie) -> Arc<dyn ProveLookup<Fr>>| {
        let lies = lies.into_iter();
        lies.map(|(check, lie)| (check, lie, of(lie))).collect()
    };
    let logup = [
        ("lookup/sum", DenseLie::Count),
        ("gkr/reads", DenseLie::Reads),
        ("gkr/table", DenseLie::Table),
        ("dense/ones", DenseLie::Skip),
        ("lookup/sum", DenseLie::Beyond),
    ];
    let lasso = [
        ("lookup/memory", DenseLie::Count),
        ("reads/layer", DenseLie::Reads),
        ("cells/layer", DenseLie::Table),
        ("dense/writes", DenseLie::Skip),
        ("lookup/memory", DenseLie::Beyond),
    ];
    vec![
        digits(
            Arc::new(Shout),
            shout,
            ["decompose/digits", "digits/one-hot"],
        ),
        digits(
            Arc::new(Naive),
            naive,
            ["decompose/indicator", "decompose/booleanity"],
        ),
        DenseSubject {
            honest: Arc::new(LogupGkr::default()),
            read: "lookup/sum",
            beyond: "open/evaluation",
            lying: lying(logup, |lie| {
                Arc::new(LyingLogup::default().lying_dense(lie))
            }),
            cheating: None,
        },
        DenseSubject {
            honest: Arc::new(Lasso::default()),
            read: "lookup/memory",
            beyond: "open/evaluation",
            lying: lying(lasso, |lie| {
                Arc::new(LyingLasso::default().lying_dense(lie))
            }),
            cheating: None,
        },
    ]
}

#[test]
fn forgeries_are_rejected_by_the_check_meant_for_them() {
    one_thread();
    let (mut met, mut forged) = (0, BTreeSet::new());
    for subject in subjects() {
        let argument = subject.honest.name();
        // One digit, and a second one that is short.
        for table in [6, 60].into_iter().flat_map(tables) {
            let case = DenseCase::random(table.clone(), 2, 3, 5);
            let proof = prove_dense(subject.honest.as_ref(), &case);
            let performed = verify_dense(subject.honest.as_ref(), &case, proof).unwrap();
            let mut covered = BTreeSet::new();
            for forgery in dense_forgeries(&subject, &table) {
                let name = format!("{argument}, {}: {}", table.name(), forgery.name);
                // A relation's check is made in one equation with the rest of its batch.
                let (batch, _) = forgery.check.split_once('/').unwrap();
                let whole = format!("{batch}: ");
                let whole = performed.iter().filter(|p| p.starts_with(&whole));
                let checks: Vec<&str> = whole.map(String::as_str).chain([forgery.check]).collect();
                covered.extend(checks.iter().map(|check| (*check).to_owned()));
                if !checks.iter().any(|check| Checks::in_focus(check)) {
                    continue;
                }
                met += 1;
                // Of a sample one against each check, and some more.
                let new = forged.insert((argument, forgery.check));
                if !new && met % sample::one_in(4) != 0 {
                    continue;
                }
                let verdict = forgery.run(&Checks::all());
                assert!(
                    matches!(verdict, Err(VerifyError::Check { .. })),
                    "{name}: {verdict:?}"
                );
                for check in checks {
                    let verdict = forgery.run(&Checks::without(check));
                    assert_eq!(verdict, Ok(()), "{name} without {check}");
                }
            }
            let missing: Vec<_> = performed.iter().filter(|c| !covered.contains(*c)).collect();
            assert!(
                missing.is_empty(),
                "{argument}: checks without a forgery: {missing:?}"
            );
        }
    }
}

#[test]
fn indices_beyond_the_table_are_no_reads() {
    for table in tables(5) {
        let error = DenseReads::new(&table, &[0, 5]).unwrap_err();
        assert_eq!((error.read, error.index, error.entries), (1, 5, 5));
    }
    // An index column whose first entry is 2^n too high, in a proof of the right shape: there is no such row in
    // the table. Arguments over digits cannot write such an index down.
    let logup: Arc<dyn ProveLookup<Fr>> =
        Arc::new(LyingLogup::default().lying_dense(DenseLie::Beyond));
    let lasso = Arc::new(LyingLasso::default().lying_dense(DenseLie::Beyond));
    for (argument, check) in [(logup, "lookup/sum"), (lasso, "lookup/memory")] {
        let table = DenseTable::range(3).unwrap();
        let reads = DenseReads::new(&table, &[1, 7, 3]).unwrap();
        let mut case = DenseCase {
            table,
            cycle_vars: 2,
            reads,
        };
        // What the formula of the range has at 9: the read would say that 9 is below 8.
        case.reads.outputs[0][0] = 9;
        let proof = prove_dense(argument.as_ref(), &case);
        let refused = verify_dense(argument.as_ref(), &case, proof);
        let check = check.to_owned();
        assert_eq!(refused, Err(VerifyError::Check { check }));
    }
}

/// The formulas of the notes.
#[test]
fn proofs_have_the_length_that_the_notes_say() {
    for (n, t) in [(8, 4), (16, 10), (12, 20), (22, 20)] {
        let table = match n {
            22 => DenseTable::unstructured("ZERO", vec![vec![0; 1 << n]]).unwrap(),
            _ => DenseTable::range(n).unwrap(),
        };
        let known = table.in_the_clear();
        let count = |argument: &dyn ProveLookup<Fr>| {
            let mut channel = CountingVerifier::<Fr>::default();
            let _ = verify(&mut channel, argument.dense().unwrap(), &known, t, 3).unwrap();
            let counts = channel.finish();
            let total = |map: &std::collections::BTreeMap<_, usize>| map.values().sum::<usize>();
            (total(&counts.elements), total(&counts.commitments))
        };
        let (whole, last) = (n / 4, (1 << (n % 4)) - 1);
        let digits = n.div_ceil(4);
        // Three reads, so that rows are left.
        let padding = 2 * t + 1;
        let shout = 1 + 2 * n + 2 + t * digits.max(2) + digits + 1 + padding;
        let committed = 15 * whole + last + 1;
        assert_eq!(count(&Shout), (shout, committed), "shout {n} {t}");
        let d = n.max(t);
        let logup = d * (d - 1) + 8 * d + 4 + padding;
        assert_eq!(count(&LogupGkr::default()), (logup, 3), "logup {n} {t}");
        let product = |v: usize| v * (v - 1) + 4 * v + 2;
        let lasso = (product(n) + product(t) + padding, 4);
        assert_eq!(count(&Lasso::default()), lasso, "lasso {n} {t}");
    }
    assert_eq!(MAX_INDEX_BITS, 22);
}

fn key(argument: Arc<dyn ProveLookup<Fr>>, table: DenseTable<Fr>) -> ProvingKey<Fr> {
    let source = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    setup(
        &**schemes.get("hyrax").unwrap(),
        &source,
        argument,
        table,
        8,
    )
    .unwrap()
}

#[test]
fn sealed_proofs_of_every_argument_and_kind_of_table() {
    for argument in lookups::<Fr>() {
        for table in tables(20) {
            let key = key(argument.clone(), table);
            let verifier = key.verifying_key();
            let (statement, proof) = key.prove(&[3, 19, 0, 7, 3]).unwrap();
            let name = (argument.name(), key.verifying_key().table_name());
            assert_eq!(verifier.verify(&statement, &proof), Ok(()), "{name:?}");
            let mut bytes = proof.clone();
            for at in (0..proof.len()).step_by(proof.len() / 9) {
                bytes[at] ^= 1;
                assert!(verifier.verify(&statement, &bytes).is_err(), "byte {at}");
                bytes[at] ^= 1;
            }
            bytes.push(0);
            assert!(verifier.verify(&statement, &bytes).is_err());
            // Another number of reads, and other outputs.
            let fewer = Statement {
                reads: 4,
                ..statement.clone()
            };
            assert!(verifier.verify(&fewer, &proof).is_err());
            let mut other = statement.clone();
            other.outputs[0] = key.commit(&[1]).unwrap().statement().outputs[0].clone();
            assert_eq!(
                verifier.verify(&other, &proof),
                Err(VerifyError::Check {
                    check: "dense/outputs".to_owned()
                })
            );
            let many = Statement {
                reads: usize::MAX,
                ..statement
            };
            assert!(matches!(
                verifier.verify(&many, &proof),
                Err(VerifyError::NotAllowed { .. })
            ));
        }
    }
}

#[test]
fn a_proof_is_of_the_table_in_the_key() {
    for argument in lookups::<Fr>() {
        for (table, other) in tables(20).into_iter().zip(tables(21)) {
            // As long as the other, and all entries the same but one.
            let name = table.name().to_owned();
            let mut columns: Vec<Vec<u64>> = table.columns().iter().map(|c| c.to_vec()).collect();
            columns[0][31] ^= 1;
            let committed = table.in_the_clear().commitments().is_some();
            let changed = match committed {
                true => DenseTable::unstructured(name, columns),
                false => DenseTable::explicit(name, columns),
            };
            let (statement, proof) = key(argument.clone(), table).prove(&[3, 19]).unwrap();
            for table in [changed.unwrap(), other] {
                let key = key(argument.clone(), table);
                assert!(key.verifying_key().verify(&statement, &proof).is_err());
            }
        }
    }
}

#[test]
fn what_is_not_to_be_had_is_refused_with_a_reason() {
    let source = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    let scheme = schemes.get("hyrax").unwrap();
    let naive: Arc<dyn ProveLookup<Fr>> = Arc::new(Naive);
    let table = DenseTable::range(18).unwrap();
    let refused = setup(&**scheme, &source, naive, table, 1 << 10)
        .err()
        .unwrap();
    assert!(refused.to_string().contains("RANGE18"), "{refused}");
    let key = key(Arc::new(Shout), DenseTable::range(4).unwrap());
    assert!(matches!(key.commit(&[16]), Err(LookupError::OutOfRange(_))));
    assert!(matches!(
        key.commit(&[0; 9]),
        Err(LookupError::TooMany { reads: 9, max: 8 })
    ));
    assert!(key.prove(&[]).is_ok());
}

/// An automaton with small random weights.
fn random_automaton(steps: usize, seed: u64) -> Automaton {
    let states = 1 + (mix(seed) % 3) as usize;
    let weight = move |x: u64| [0, 1, 0, 2, 1, 0, 3, 0][(mix(x) >> 7) as usize % 8];
    let ends = |salt: u64| -> Vec<i128> {
        (0..states as u64)
            .map(|s| weight(seed + salt + s))
            .collect()
    };
    Automaton::new(steps, &ends(100), &ends(200), move |i, a, b| {
        let at = |from: usize, to: usize| {
            let own = ((i * 4 + (2 * a + b) as usize) * 3 + from) * 3 + to;
            (from, to, weight(seed.wrapping_mul(977) + own as u64))
        };
        let states = 0..states;
        states
            .clone()
            .flat_map(|from| states.clone().map(move |to| (from, to)))
            .map(|(f, t)| at(f, t))
            .collect()
    })
}

/// `count` reads of all tables in turn.
fn automaton_case(tables: Vec<&'static dyn Table>, cycle_vars: usize, count: u64) -> Case {
    let bits = tables[0].index_bits();
    let mask = u128::MAX >> (128 - bits);
    let mut reads = Reads::default();
    for j in 0..count {
        let table = j as usize % tables.len();
        let index = u128::from(mix(j)) << 64 | u128::from(mix(j + 1000));
        reads.index.push(index & mask);
        reads.table.push(table as u8);
        reads.operands.push(exposure(tables[table]));
    }
    Case {
        shape: LookupShape {
            cycle_vars,
            index_bits: bits,
            tables,
        },
        reads: Arc::new(reads),
    }
}

#[test]
fn automata_of_ones_own_are_served_like_those_of_the_machine() {
    for steps in [1, 3, 4, 5, 8, 12, 16, 40, 64] {
        let ones = Automaton::emitting(steps, |_, a, b| a + b);
        let ones = AutomatonTable::new("ONES", Kind::Single, ones).unwrap();
        // Whether left operand and right one have no bit in common, and how many they have.
        let apart = Automaton::new(steps, &[1], &[1], |_, a, b| vec![(0, 0, 1 - a * b)]);
        let apart = AutomatonTable::new("APART", Kind::Pair, apart).unwrap();
        let common = Automaton::emitting(steps, |i, a, b| (i as i128 + 1) * a * b);
        let common = AutomatonTable::new("COMMON", Kind::Pair, common).unwrap();
        let tables = vec![
            ones.leak(),
            apart.predicate().unwrap().leak(),
            common.leak(),
        ];
        let mut served = Vec::new();
        for argument in lookups::<Fr>() {
            let case = automaton_case(tables.clone(), 3, 7);
            match argument.supports(&case.shape) {
                Ok(()) => {
                    let verdict = testkit::complete(argument.as_ref(), &case);
                    assert_eq!(verdict, Ok(()), "{}: {steps} steps", argument.name());
                    served.push(argument.name());
                }
                Err(cause) => assert!(
                    cause
                        .to_string()
                        .contains(&format!("{} index bits", 2 * steps)),
                    "{}: {cause}",
                    argument.name()
                ),
            }
        }
        let mut expected = vec!["lasso", "logup-gkr"];
        if steps <= 8 {
            expected.push("naive");
        }
        if steps % 8 == 0 {
            expected.insert(0, "shout");
        }
        assert_eq!(served, expected, "{steps} steps");
    }
}

#[test]
fn random_automata_are_served() {
    let (mut tried, mut seed) = (0, 0);
    while tried < sample::count(6, 12) {
        seed += 1;
        let steps = [2, 4, 8][seed as usize % 3];
        let tables = [seed, seed + 50].map(|seed| {
            AutomatonTable::new(
                format!("RANDOM{seed}"),
                Kind::Pair,
                random_automaton(steps, seed),
            )
        });
        let [Ok(a), Ok(b)] = tables else {
            continue;
        };
        tried += 1;
        let case = automaton_case(vec![a.leak(), b.leak()], 3, 6);
        for argument in lookups::<Fr>() {
            if argument.supports(&case.shape).is_ok() {
                let verdict = testkit::complete(argument.as_ref(), &case);
                assert_eq!(verdict, Ok(()), "{}, seed {seed}", argument.name());
            }
        }
    }
}

/// The name alone does not say what a table of one's own is.
#[test]
fn the_statement_pins_the_automaton() {
    let of = |weight: i128| {
        let automaton = Automaton::emitting(4, move |_, a, b| weight * a + b);
        let table = AutomatonTable::new("SAME", Kind::Single, automaton).unwrap();
        let case = automaton_case(vec![table.leak()], 2, 3);
        (standalone::statement(&case.shape, &case.selection()), case)
    };
    let ((one, case), (two, _)) = (of(1), of(2));
    assert_ne!(one, two);
    testkit::tamper_sweep::<Fr>(&Lasso::default(), &case).unwrap();
    let twice = LookupShape {
        tables: vec![case.shape.tables[0]; 2],
        ..case.shape
    };
    for argument in lookups::<Fr>() {
        assert!(
            argument
                .supports(&twice)
                .unwrap_err()
                .to_string()
                .contains("SAME")
        );
    }
}
