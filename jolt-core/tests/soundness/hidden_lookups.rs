//! Lookups by themselves, in proofs that tell nothing: every argument, every kind of table, every scheme that hides. Two
//! proofs over one commitment have nothing else in common; forgeries are rejected, and accepted without their check.

use crate::dense::{subjects, tables};
use ark_bn254::Fr;
use commitments::sealed::{Blinding, Precommitment, SealError};
use commitments::{CacheDir, Keys, PcsError, Scheme, Setup};
use instruction_tables::{WordSize, tables as automata};
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::api::{
    LookupError, LookupTable, ProvingKey, Statement, hiding_setup, hiding_verifying_key, setup,
};
use jolt_core::lookup::dense::DenseTable;
use jolt_core::lookup::testkit::dense_forgeries;
use jolt_core::registry::{Registry, lookups};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::{Checks, VerifyError};

const SCHEMES: [&str; 3] = ["hyrax", "pst13", "zeromorph"];

const BUILTIN: Setup = Setup::Builtin {
    cache: CacheDir::Off,
};

fn scheme(name: &str) -> Arc<dyn Scheme<Fr>> {
    Registry::builtin().schemes().get(name).unwrap().clone()
}

/// Reads at different indices that return the same, of one table of each kind.
fn alike() -> Vec<(LookupTable<Fr>, [[u128; 3]; 2])> {
    let dense = [[0, 1, 2], [3, 4, 5]];
    let column = |factor: u64| (0..6).map(|k| k % 3 * factor + 7).collect::<Vec<u64>>();
    let two = vec![column(1), column(5)];
    // XOR: the operands change places.
    let xor = automata::by_name(WordSize::W8, "XOR").unwrap().1;
    let pairs: [(u64, u64); 3] = [(0xb6, 0xe5), (0, 9), (0xff, 0x10)];
    let swapped = [false, true].map(|swap| {
        pairs.map(|(a, b)| match swap {
            false => instruction_tables::interleave(a, b),
            true => instruction_tables::interleave(b, a),
        })
    });
    vec![
        (
            DenseTable::explicit("TWO", two.clone()).unwrap().into(),
            dense,
        ),
        (DenseTable::unstructured("TWO", two).unwrap().into(), dense),
        (xor.into(), swapped),
    ]
}

/// Every argument with every scheme; of a sample each argument, and each scheme.
fn with_every_scheme() -> Vec<(Arc<dyn ProveLookup<Fr>>, &'static str)> {
    let arguments = lookups::<Fr>().into_iter();
    let all = arguments.flat_map(|argument| SCHEMES.map(|scheme| (argument.clone(), scheme)));
    sample::of(all, |(argument, name)| vec![argument.name(), *name]).collect()
}

fn items(proof: &[u8]) -> HashSet<Vec<u8>> {
    let items: HashSet<_> = proof.chunks(32).map(<[u8]>::to_vec).collect();
    assert_eq!(items.len() * 32, proof.len(), "an item occurs twice");
    items
}

/// Which entries were read shows in nothing: proofs of other reads that return the same are of one length, and have the
/// commitments in common that their statement names. Without these they have nothing in common.
#[test]
fn proofs_over_one_commitment_tell_nothing_else() {
    with_every_scheme()
        .into_par_iter()
        .for_each(|(argument, name)| {
            for (table, [one, other]) in alike() {
                let case = format!("{}, {name}, {}", argument.name(), table.name());
                let key =
                    hiding_setup(&*scheme(name), &BUILTIN, argument.clone(), table.clone(), 4);
                let key = key.unwrap();
                let committed = key.commit(&one).unwrap();
                let outputs: Vec<_> = committed.outputs().iter().cloned().map(Some).collect();
                let statement = committed.statement().clone();
                let first = committed.prove().unwrap();
                let again = key.commit_to(&other, &outputs).unwrap();
                assert_eq!(*again.statement(), statement, "{case}");
                let second = again.prove().unwrap();
                let (fresh, third) = key.prove(&other).unwrap();
                for (statement, proof) in [
                    (&statement, &first),
                    (&statement, &second),
                    (&fresh, &third),
                ] {
                    assert_eq!(
                        key.verifying_key().verify(statement, proof),
                        Ok(()),
                        "{case}"
                    );
                }
                assert_eq!([first.len(), second.len()], [third.len(); 2], "{case}");
                let named: HashSet<Vec<u8>> = statement
                    .outputs
                    .iter()
                    .flat_map(|bytes| bytes.chunks(32).map(<[u8]>::to_vec))
                    .collect();
                let [first, second, third] = [&first, &second, &third].map(|proof| items(proof));
                let common: HashSet<_> = first.intersection(&second).cloned().collect();
                assert_eq!(common, named, "{case}");
                assert!(
                    first.is_disjoint(&third) && second.is_disjoint(&third),
                    "{case}"
                );
            }
        });
}

fn small_key(name: &str, argument: &str, table: DenseTable<Fr>) -> ProvingKey<Fr> {
    let argument = Registry::builtin().lookup(argument).unwrap().clone();
    hiding_setup(&*scheme(name), &BUILTIN, argument, table, 4).unwrap()
}

/// Statements of two tables about one column; and what is none of it.
#[test]
fn commitments_are_adopted_by_other_tables_with_their_own_blinding_alone() {
    for name in SCHEMES {
        let bytes = small_key(name, "logup-gkr", DenseTable::range(8).unwrap());
        let numbers = vec![(0..16).collect(), (0..16).map(|x| x * x).collect()];
        let squares = DenseTable::explicit("SQUARES", numbers).unwrap();
        let squares = small_key(name, "lasso", squares);
        let committed = bytes.commit(&[3, 9, 4]).unwrap();
        let kept = committed.outputs()[0].clone();
        let first = (committed.statement().clone(), committed.prove().unwrap());
        let adopted = squares.commit_to(&[3, 9, 4], &[Some(kept.clone()), None]);
        let adopted = adopted.unwrap();
        let second = (adopted.statement().clone(), adopted.prove().unwrap());
        assert_eq!(first.0.outputs[0], second.0.outputs[0]);
        for (key, (statement, proof)) in [(&bytes, &first), (&squares, &second)] {
            assert_eq!(key.verifying_key().verify(statement, proof), Ok(()));
        }

        let other = bytes.commit(&[3, 9, 4]).unwrap().outputs()[0].clone();
        let wrong = |blinding: &Blinding| Precommitment {
            blinding: blinding.clone(),
            ..kept.clone()
        };
        let refused = |indices: &[u128], kept: Precommitment| {
            let error = bytes.commit_to(indices, &[Some(kept)]).err().unwrap();
            let expected = matches!(
                error,
                LookupError::Seal(SealError::Commit {
                    source: PcsError::OtherCommitment,
                    ..
                })
            );
            assert!(expected, "{name}: {error}");
            assert!(error.to_string().contains("with this blinding"), "{error}");
        };
        refused(&[3, 9, 4], wrong(&other.blinding));
        refused(&[3, 9, 4], wrong(&Blinding::none()));
        refused(&[3, 9, 5], kept.clone());
        // In more rows it is another polynomial.
        let many = small_key(name, "shout", DenseTable::range(8).unwrap());
        assert!(many.commit_to(&[3, 9], &[Some(kept.clone())]).is_err());
        let error = squares.commit_to(&[3, 9, 4], &[Some(kept)]).err().unwrap();
        assert!(matches!(
            error,
            LookupError::Outputs {
                found: 1,
                columns: 2,
                ..
            }
        ));
    }
}

/// Every seventh item is another proof's of the same statement, and the last ones.
#[test]
fn changed_proofs_are_rejected() {
    SCHEMES.into_par_iter().for_each(|name| {
        let key = small_key(name, "logup-gkr", DenseTable::range(5).unwrap());
        let committed = key.commit(&[3, 9, 4]).unwrap();
        let (statement, kept) = (
            committed.statement().clone(),
            committed.outputs()[0].clone(),
        );
        let proof = committed.prove().unwrap();
        let other = key.commit_to(&[3, 9, 4], &[Some(kept)]).unwrap();
        let other = other.prove().unwrap();
        let vk = key.verifying_key();
        let mut places: Vec<usize> = (0..proof.len() - 64).step_by(7 * 32).collect();
        places.push(proof.len() - 64);
        for at in places {
            let mut changed = proof.clone();
            // Of the schemes over pairings the last item has 64 bytes.
            let item = at..(at + 32).max(if at + 64 == proof.len() { at + 64 } else { 0 });
            changed[item.clone()].copy_from_slice(&other[item.clone()]);
            if changed == proof {
                continue;
            }
            vk.verify(&statement, &changed).unwrap_err();
        }
        for length in [0, 31, proof.len() - 1] {
            vk.verify(&statement, &proof[..length]).unwrap_err();
        }
        vk.verify(&statement, &[proof.as_slice(), &[0]].concat())
            .unwrap_err();
        // Another statement: fewer reads, another commitment.
        let mut fewer = statement.clone();
        fewer.reads = 2;
        vk.verify(&fewer, &proof).unwrap_err();
        let outputs = key.commit(&[3, 9, 4]).unwrap().statement().outputs.clone();
        let renamed = Statement {
            outputs,
            ..statement
        };
        let check = "dense/outputs".to_owned();
        assert_eq!(
            vk.verify(&renamed, &proof),
            Err(VerifyError::Check { check })
        );
    });
}

/// A proof of one mode under a key of the other; and keys of verifiers alone.
#[test]
fn modes_do_not_mix() {
    for (argument, name) in with_every_scheme() {
        let table = || DenseTable::range(6).unwrap();
        let (scheme, argument) = (scheme(name), || argument.clone());
        let hidden = hiding_setup(&*scheme, &BUILTIN, argument(), table(), 4).unwrap();
        let clear = setup(&*scheme, &BUILTIN, argument(), table(), 4).unwrap();
        let alone = hiding_verifying_key(&*scheme, &BUILTIN, argument(), table(), 4).unwrap();
        let (statement, proof) = hidden.prove(&[5, 0, 63]).unwrap();
        assert_eq!(alone.verify(&statement, &proof), Ok(()));
        clear
            .verifying_key()
            .verify(&statement, &proof)
            .unwrap_err();
        let (statement, proof) = clear.prove(&[5, 0, 63]).unwrap();
        alone.verify(&statement, &proof).unwrap_err();
    }
    let table = DenseTable::<Fr>::range(6).unwrap();
    let argument = lookups().remove(0);
    let refused = hiding_setup(&*scheme("mercury"), &BUILTIN, argument, table, 4);
    let refused = refused.err().unwrap();
    assert!(refused.to_string().contains("in the clear"), "{refused}");
}

/// Every forgery of the clear protocol: the opening rejects it, and it is accepted where both sides know that the check
/// meant for it does not count.
#[test]
fn forgeries_are_rejected_and_accepted_without_their_check() {
    let keys: Vec<Keys<Fr>> = SCHEMES
        .map(|name| scheme(name).hiding_setup(6, &BUILTIN).unwrap())
        .into();
    let (mut met, mut tried, mut forged) = (0, 0, BTreeSet::new());
    for subject in subjects() {
        for table in [6, 60].into_iter().flat_map(tables) {
            for forgery in dense_forgeries(&subject, &table) {
                let argument = subject.honest.name();
                let name = format!("{argument}: {}", forgery.name);
                met += 1;
                // Of a sample one against each check, and some more.
                let new = !forged.contains(&(argument, forgery.check));
                if !new && met % sample::one_in(8) != 0 {
                    continue;
                }
                // Which claims hold is for the opening to say.
                let check = match forgery.check {
                    "open/evaluation" => "open/proof",
                    check => check,
                };
                let keys = &keys[tried % keys.len()];
                let Some(verdict) = forgery.run_sealed(keys, &Checks::all()) else {
                    continue;
                };
                let rejected = VerifyError::Check {
                    check: "open/proof".to_owned(),
                };
                assert_eq!(verdict, Err(rejected), "{name}");
                let verdict = forgery.run_sealed(keys, &Checks::without(check));
                assert_eq!(verdict, Some(Ok(())), "{name} without {check}");
                tried += 1;
                forged.insert((argument, forgery.check));
            }
        }
    }
    assert!(tried > sample::count(40, 200), "{tried}");
}

/// Whatever is read, proofs of as many reads have one length: with columns shorter than the rows of messages, as long,
/// and longer.
#[test]
fn proofs_of_all_sizes_have_one_shape() {
    for (argument, name) in with_every_scheme() {
        for reads in [1, 2, 8, 16, 20] {
            let table = DenseTable::range(5).unwrap();
            let key = hiding_setup(&*scheme(name), &BUILTIN, argument.clone(), table, reads);
            let key = key.unwrap();
            let same = vec![3; reads];
            let different: Vec<u128> = (0..reads as u128).map(|k| k * 7 % 32).collect();
            let lengths = [same, different].map(|indices| {
                let (statement, proof) = key.prove(&indices).unwrap();
                assert_eq!(key.verifying_key().verify(&statement, &proof), Ok(()));
                proof.len()
            });
            assert_eq!(
                lengths[0],
                lengths[1],
                "{}, {name}, {reads}",
                argument.name()
            );
        }
    }
}
