//! Keys of tables: what is stated is what is proven.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::lookup::ProveLookup;
use crate::lookup::dense::DenseTable;
use crate::registry::lookups;
use ark_bn254::Fr;
use commitments::{CacheDir, Registry, Scheme, Setup};
use instruction_tables::{WordSize, tables};
use std::sync::Arc;

fn with_every_scheme(
    schemes: &Registry<Fr>,
) -> impl Iterator<Item = (Arc<dyn ProveLookup<Fr>>, &Arc<dyn Scheme<Fr>>)> {
    let with = |argument: Arc<dyn ProveLookup<Fr>>| {
        let schemes = schemes.names().filter_map(|name| schemes.get(name));
        schemes.map(move |scheme| (argument.clone(), scheme))
    };
    lookups().into_iter().flat_map(with)
}

/// Four reads are no proof of three of them: what is committed beyond the reads is 0.
#[test]
fn commitments_hold_the_reads_and_zeros() {
    let source = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    for (argument, scheme) in with_every_scheme(&schemes) {
        let name = argument.name();
        let table = DenseTable::range(8).unwrap();
        let key = setup(&**scheme, &source, argument, table, 4).unwrap();
        let verdict = |indices: &[u128], count| {
            let mut committed = key.commit_stating((indices, count), &[]).unwrap();
            let statement = committed.statement().clone();
            committed.started.prove(&mut *committed.session);
            let proof = committed.session.finish().unwrap();
            key.verifying_key().verify(&statement, &proof)
        };
        assert_eq!(verdict(&[7, 255, 0, 31], 4), Ok(()), "{name}");
        assert_eq!(verdict(&[7, 255, 0], 3), Ok(()), "{name}");
        let padded = "padding: index".to_owned();
        let refused = Err(VerifyError::Check { check: padded });
        assert_eq!(verdict(&[7, 255, 0, 31], 3), refused, "{name}");
        // Zeros beyond the reads are what is stated, whoever calls them reads.
        assert_eq!(verdict(&[7, 255, 31, 0], 3), Ok(()), "{name}");
    }
}

/// A key of a verifier alone accepts what a prover with both keys proves. Columns without structure have none.
#[test]
fn verifiers_make_keys_without_provers() {
    let source = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    for (argument, scheme) in with_every_scheme(&schemes) {
        let name = argument.name();
        let tables: [LookupTable<Fr>; 3] = [
            tables::by_name(WordSize::W8, "XOR").unwrap().1.into(),
            DenseTable::range(8).unwrap().into(),
            DenseTable::explicit("T", vec![vec![5, 0, 9]])
                .unwrap()
                .into(),
        ];
        for table in tables {
            let of_prover = setup(&**scheme, &source, argument.clone(), table.clone(), 4).unwrap();
            let (statement, proof) = of_prover.prove(&[2, 0, 1]).unwrap();
            let key = verifying_key(&**scheme, &source, argument.clone(), table, 4).unwrap();
            assert_eq!(key.verify(&statement, &proof), Ok(()), "{name}");
        }
        let table = DenseTable::unstructured("T", vec![vec![5, 0, 9]]).unwrap();
        let refused = verifying_key(&**scheme, &source, argument, table, 4);
        assert!(matches!(
            refused.err(),
            Some(LookupError::KnownByCommitments { .. })
        ));
    }
}

/// Reads of an automaton are stated, proven and refused like those of a dense table.
#[test]
fn automata_have_keys_like_other_tables() {
    let source = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    for (argument, scheme) in with_every_scheme(&schemes) {
        let (name, table) = (
            argument.name(),
            tables::by_name(WordSize::W8, "XOR").unwrap().1,
        );
        let key = setup(&**scheme, &source, argument, table, 4).unwrap();
        let verifier = key.verifying_key();
        let (statement, proof) = key.prove(&[0xb6e5, 0, 0xffff]).unwrap();
        assert_eq!(verifier.verify(&statement, &proof), Ok(()), "{name}");
        // Another number of reads, and other outputs.
        let fewer = Statement {
            reads: 2,
            ..statement.clone()
        };
        assert!(verifier.verify(&fewer, &proof).is_err(), "{name}");
        let other = key.commit(&[1]).unwrap().statement().outputs.clone();
        let other = Statement {
            outputs: other,
            ..statement
        };
        let check = "lookup/outputs".to_owned();
        let refused = Err(VerifyError::Check { check });
        assert_eq!(verifier.verify(&other, &proof), refused, "{name}");
        let long = key.commit(&[1 << 16]);
        assert!(matches!(long, Err(LookupError::TooLong { read: 0, .. })));
        let many = key.commit(&[0; 5]);
        assert!(matches!(
            many,
            Err(LookupError::TooMany { reads: 5, max: 4 })
        ));
    }
}

/// Equal columns have equal commitments, others have others, wherever in a table they are.
#[test]
fn each_column_has_a_commitment_of_its_own() {
    let source = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    let columns: [Vec<u64>; 3] = [
        (0..8).map(|k| 5 * k).collect(),
        (0..8).map(|k| 100 + k).collect(),
        (0..8).map(|k| 100 - k).collect(),
    ];
    for (argument, scheme) in with_every_scheme(&schemes) {
        let name = format!("{}, {}", argument.name(), scheme.name());
        if argument.dense().is_none() {
            continue;
        }
        let proven = |columns: &[Vec<u64>], reads: &[u128]| {
            let table = DenseTable::explicit("T", columns.to_vec()).unwrap();
            let key = setup(&**scheme, &source, argument.clone(), table, 4).unwrap();
            let (statement, proof) = key.prove(reads).unwrap();
            assert_eq!(
                key.verifying_key().verify(&statement, &proof),
                Ok(()),
                "{name}"
            );
            for column in 0..columns.len() {
                let mut other = statement.clone();
                other.outputs[column] = other.outputs[column].iter().map(|b| b ^ 1).collect();
                let check = VerifyError::Check {
                    check: "dense/outputs".to_owned(),
                };
                let verdict = key.verifying_key().verify(&other, &proof);
                assert_eq!(verdict, Err(check), "{name}: column {column}");
            }
            statement.outputs
        };
        let [two, other, three] = [
            proven(&columns[..2], &[2, 0, 1]),
            proven(&columns[..2], &[3, 3, 2]),
            proven(&columns, &[2, 0, 1]),
        ];
        let lengths: Vec<usize> = three.iter().map(Vec::len).collect();
        assert!(lengths.iter().all(|len| *len > 0), "{name}: {lengths:?}");
        assert_eq!(two, three[..2], "{name}");
        assert!(two[0] != other[0] && two[1] != other[1], "{name}");
        assert!(
            three[0] != three[1] && three[1] != three[2] && three[0] != three[2],
            "{name}"
        );
        // Read by itself, it is the same column.
        assert_eq!(proven(&columns[1..2], &[2, 0, 1]), three[1..2], "{name}");
    }
}
