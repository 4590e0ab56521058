//! Tables that a fast comparison would take for others, and tables that nobody can serve: the truth is accepted
//! and the lie rejected, or an error says why not; and afterwards everything else works as before.

use crate::support::one_thread;
use ark_bn254::Fr;
use instruction_tables::tables::{AutomatonTable, by_name};
use instruction_tables::{Automaton, Kind, Table, WordSize};
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::standalone::{self, Columns, Selection, exposure};
use jolt_core::lookup::testkit::{self, Case, PROTOCOL};
use jolt_core::lookup::{Exposed, LookupShape, ProveLookup, Reads, SelectorClaim};
use jolt_core::registry::lookups;
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Point, VerifyError};

/// Zero where functions are compared modulo it.
const P: i128 = (1 << 61) - 1;

/// Every argument, and those over chunks with chunks of several lengths.
fn arguments() -> Vec<Arc<dyn ProveLookup<Fr>>> {
    let mut all = lookups::<Fr>();
    for bits in [4, 8] {
        all.push(Arc::new(Lasso::with_chunks(bits)));
        all.push(Arc::new(LogupGkr::with_chunks(bits)));
    }
    all
}

/// Reads of one table at these indices.
fn case(table: &'static dyn Table, index: &[u128]) -> Case {
    let reads = Reads {
        index: index.to_vec(),
        table: vec![0; index.len()],
        operands: vec![exposure(table); index.len()],
    };
    Case {
        shape: LookupShape {
            cycle_vars: 3,
            index_bits: table.index_bits(),
            tables: vec![table],
        },
        reads: Arc::new(reads),
    }
}

/// The verdict where the prover says that the reads return `out`.
fn verdict(argument: &dyn ProveLookup<Fr>, case: &Case, out: Vec<u64>) -> Result<(), VerifyError> {
    let mut columns = Columns::of(&case.shape, &case.reads);
    columns.out = out;
    let mut channel = PlainProver::<Fr>::new(PROTOCOL);
    let (shape, reads) = (&case.shape, case.reads.clone());
    standalone::prove_columns(&mut channel, argument, shape, reads, &columns, &columns.out);
    let mut channel = PlainVerifier::new(PROTOCOL, channel.finish().0);
    standalone::verify(&mut channel, argument, shape, &case.selection())?;
    channel.finish()
}

/// The truth is accepted, the lie is not, and `AND` is what it was, with these arguments.
fn holds(
    arguments: impl IntoIterator<Item = Arc<dyn ProveLookup<Fr>>>,
    table: &'static dyn Table,
    index: &[u128],
    lie: &dyn Fn(u128) -> u64,
) {
    let case = case(table, index);
    let lies: Vec<u64> = index.iter().map(|k| lie(*k)).collect();
    let truth = Columns::of(&case.shape, &case.reads).out;
    assert_ne!(lies, truth);
    let and = by_name(WordSize::W8, "AND").unwrap().1;
    let and = self::case(and, &[0, 0xffff, 0x1234]);
    for argument in arguments {
        let name = (argument.name(), table.name());
        argument.supports(&case.shape).unwrap();
        let accepted = verdict(argument.as_ref(), &case, truth.clone());
        assert_eq!(accepted, Ok(()), "{name:?}");
        let refused = verdict(argument.as_ref(), &case, lies.clone());
        assert!(
            matches!(refused, Err(VerifyError::Check { .. })),
            "{name:?}"
        );
        let after = testkit::complete(argument.as_ref(), &and);
        assert_eq!(after, Ok(()), "{name:?}, and then AND");
    }
}

#[test]
fn a_table_that_is_zero_modulo_the_fingerprints_prime_is_not_zero() {
    one_thread();
    let emitted = |i: usize, _: i128, b: i128| if i == 0 { b * P } else { 0 };
    let table = Automaton::emitting(8, emitted);
    let table = AutomatonTable::new("UNSEEN", Kind::Single, table).unwrap();
    let index = [1, 3, 0x8001, 0xffff];
    holds(arguments(), table.leak(), &index, &|_| 0);
}

/// The identity, and `P` more where the low eight bits are `at`: chunks that the comparison used to look at,
/// and chunks that it did not. Of a sample one chunk of each, and with these the arguments take turns.
#[test]
fn a_table_that_differs_at_one_chunk_is_another_table() {
    one_thread();
    let chunks = [0, 1, 0x9c, 0x38, 77, 254, 255];
    for (turn, at) in chunks.into_iter().step_by(sample::one_in(5)).enumerate() {
        let arguments = arguments().into_iter();
        let arguments = arguments
            .skip(turn % sample::count(2, 1))
            .step_by(sample::one_in(2));
        let automaton = Automaton::new(8, &[1, 0, P], &[0, 1, 1], move |i, a, b| {
            let pair = 2 * a + b;
            let mut transitions = vec![(0, 0, 1), (0, 1, pair << (2 * i)), (1, 1, 1)];
            if i >= 4 || (at >> (2 * i)) & 3 == pair {
                transitions.push((2, 2, 1));
            }
            transitions
        });
        let table = AutomatonTable::new("DENTED", Kind::Single, automaton).unwrap();
        let at = at as u128;
        assert_eq!(u128::from(table.entry(at)), at + P as u128);
        let index = [at, 5, 0x1200 | at, 0xab];
        holds(arguments, table.leak(), &index, &|k| k as u64);
    }
}

/// A table that implements the trait by itself and says nothing of what pins it, or something false.
struct Own {
    automaton: Automaton,
    bits: usize,
    definition: Vec<u8>,
}

impl Table for Own {
    fn name(&self) -> &'static str {
        "OWN"
    }

    fn kind(&self) -> Kind {
        Kind::Single
    }

    fn automaton(&self) -> &Automaton {
        &self.automaton
    }

    fn index_bits(&self) -> usize {
        self.bits
    }

    fn definition(&self) -> &[u8] {
        &self.definition
    }
}

/// Every argument refuses the shape, and the verifier does, without a panic.
fn refused(shape: &LookupShape, why: &str) {
    let reads = Reads {
        index: vec![1],
        table: vec![0],
        operands: vec![Exposed::Nothing],
    };
    let selection = Selection::of(&reads);
    for argument in arguments() {
        let cause = argument.supports(shape).unwrap_err().to_string();
        assert!(cause.contains(why), "{}: {cause}", argument.name());
        let mut channel = CountingVerifier::<Fr>::default();
        assert!(argument.receive(&mut channel, shape).is_err());
        let mut channel = CountingVerifier::<Fr>::default();
        let verdict = standalone::verify(&mut channel, argument.as_ref(), shape, &selection);
        assert!(matches!(verdict, Err(VerifyError::NotAllowed { .. })));
    }
}

#[test]
fn tables_that_cannot_be_served_are_refused_by_name() {
    let of = |automaton: Automaton, bits, definition: Option<Vec<u8>>| LookupShape {
        cycle_vars: 8,
        index_bits: bits,
        tables: vec![Box::leak(Box::new(Own {
            bits,
            definition: definition.unwrap_or_else(|| automaton.encode()),
            automaton,
        }))],
    };
    let ones = |steps| Automaton::emitting(steps, |_, a, b| a + b);
    let served = of(ones(8), 16, None);
    for argument in arguments() {
        assert_eq!(argument.supports(&served), Ok(()), "{}", argument.name());
    }
    refused(&of(ones(8), 16, Some(Vec::new())), "definition");
    refused(&of(ones(8), 16, Some(ones(7).encode())), "definition");
    refused(&of(ones(7), 16, None), "steps");
    refused(&of(ones(80), 160, None), "160 index bits");
    // Products that no integer has room for, along whole paths, within a chunk, and where no path goes.
    let growing = Automaton::new(8, &[1], &[1], |_, a, _| vec![(0, 0, 1 + (a << 40))]);
    refused(&of(growing, 16, None), "120 bits");
    let aside = Automaton::new(8, &[1, 0], &[1, 0], |_, _, _| {
        vec![(0, 0, 1), (1, 1, i128::MAX), (1, 1, i128::MAX)]
    });
    refused(&of(aside, 16, None), "120 bits");
    let rows = |cycle_vars| LookupShape {
        cycle_vars,
        ..served.clone()
    };
    for cycle_vars in [33, 63, 64, usize::MAX] {
        refused(&rows(cycle_vars), "rows");
    }
}

#[test]
fn selections_cost_what_their_reads_do() {
    let table = by_name(WordSize::W8, "AND").unwrap().1;
    let shape = |cycle_vars| LookupShape {
        cycle_vars,
        ..case(table, &[]).shape
    };
    let one = Selection::Each {
        table: vec![0],
        operands: vec![Exposed::Pair],
    };
    for cycle_vars in [64, 65, usize::MAX] {
        let refused = one.fits(&shape(cycle_vars)).unwrap_err();
        assert!(refused.to_string().contains("rows"));
    }
    assert_eq!(one.fits(&shape(32)), Ok(()));
    // One read in 2^60 rows.
    let claim = SelectorClaim {
        point: Point(vec![Fr::from(3); 60]),
        tables: vec![Fr::from(7)],
        pair: Fr::from(11),
        single: Fr::from(13),
        value: (),
    };
    let weight = (0..60).fold(Fr::from(18), |x, _| x * Fr::from(-2));
    assert_eq!(one.evaluate(&claim), weight);
    let two = Selection::Each {
        table: vec![Reads::NO_TABLE, 0, Reads::NO_TABLE],
        operands: vec![Exposed::Nothing; 3],
    };
    let weight = (0..59).fold(Fr::from(3 * 7), |x, _| x * Fr::from(-2));
    assert_eq!(two.evaluate(&claim), weight);
}
