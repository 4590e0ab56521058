//! Lookup arguments end to end over the plain channel.
#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use instruction_tables::{WordSize, tables};
use jolt_core::lookup::standalone::{self, Selection};
use jolt_core::lookup::{Exposed, LookupArgument, LookupShape, Reads, shout::Shout};
use std::sync::Arc;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};

fn shape(word: WordSize, cycle_vars: usize) -> LookupShape {
    LookupShape {
        cycle_vars,
        index_bits: 2 * word.bits(),
        tables: tables::all(word).iter().map(|(_, t)| *t).collect(),
    }
}

fn reads(shape: &LookupShape, count: usize, seed: u64) -> Reads {
    let rng = &mut StdRng::seed_from_u64(seed);
    let mut reads = Reads::default();
    for _ in 0..count {
        reads
            .index
            .push(rng.r#gen::<u128>() >> (128 - shape.index_bits));
        let table = rng.gen_range(0..shape.tables.len() + 1);
        reads.table.push(if table == shape.tables.len() {
            Reads::NO_TABLE
        } else {
            table as u8
        });
        let exposed = [Exposed::Nothing, Exposed::Pair, Exposed::Single];
        reads.operands.push(exposed[rng.gen_range(0..3)]);
    }
    reads
}

#[test]
fn shout_proves_random_reads() {
    for (word, cycle_vars, count) in [
        (WordSize::W8, 5, 19),
        (WordSize::W64, 6, 50),
        (WordSize::W64, 0, 1),
    ] {
        let shape = shape(word, cycle_vars);
        let reads = Arc::new(reads(&shape, count, 1));
        let mut prover = PlainProver::<Fr>::new("test");
        standalone::prove(&mut prover, &Shout, &shape, reads.clone());
        let (proof, _) = prover.finish();
        let mut verifier = PlainVerifier::new("test", proof);
        standalone::verify(
            &mut verifier,
            &Shout as &dyn LookupArgument<Fr>,
            &shape,
            &Selection::of(&reads),
        )
        .unwrap();
        verifier.finish().unwrap();
    }
}
