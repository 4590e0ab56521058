//! Lookup arguments on their own: lies that cancel where a challenge is known beforehand, as 1 or, if nothing else than it
//! is added to a sum, as 0, and as another number. The kit tries its own forgeries against every challenge, with 1 and 0
//! (`testkit::laws`).

use crate::support::one_thread;
use ark_bn254::Fr;
use instruction_tables::{Table, WordSize, tables};
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::standalone::{self, Columns, Selection, prove_columns, verify};
use jolt_core::lookup::testkit::liars::{Cover, LassoLie, LogupLie, LyingLasso, LyingLogup, Mode};
use jolt_core::lookup::{Exposed, LookupShape, ProveLookup, Reads};
use jolt_core::registry::lookups;
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::channel::Which;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Checks, Event, Label, VerifyError};

/// Four reads of `XOR`, and what they are said to return.
struct Said {
    shape: LookupShape,
    reads: Arc<Reads>,
    columns: Columns,
}

fn table(word: WordSize, name: &str) -> &'static dyn Table {
    tables::by_name(word, name).unwrap().1
}

/// All chunks of four bits are lookups of other things than 0.
const INDEX: u128 = 0xb6e5;

impl Said {
    fn of(index: [u128; 4], exposed: Exposed) -> Self {
        Self::beside(&[], index, exposed)
    }

    /// Behind other tables, of which nothing is read.
    fn beside(others: &[&str], index: [u128; 4], exposed: Exposed) -> Self {
        let tables = others.iter().chain(&["XOR"]);
        let shape = LookupShape {
            cycle_vars: 2,
            index_bits: 16,
            tables: tables.map(|name| table(WordSize::W8, name)).collect(),
        };
        let reads = Arc::new(Reads {
            index: index.to_vec(),
            table: vec![others.len() as u8; 4],
            operands: vec![exposed; 4],
        });
        Said {
            columns: Columns::of(&shape, &reads),
            shape,
            reads,
        }
    }

    /// Returns what a prover makes of the reads.
    fn returns(&mut self, prover: &LyingLasso) {
        let outputs = prover.outputs::<Fr>(&self.shape, self.reads.clone());
        let outputs = outputs.unwrap().into_iter();
        let outputs = outputs.map(|x| u64::try_from(x).unwrap()).collect();
        assert_ne!(outputs, self.columns.out);
        self.columns.out = outputs;
    }

    /// How many challenges of this label are drawn.
    fn drawn(&self, argument: &dyn ProveLookup<Fr>, label: Label) -> usize {
        let mut channel = PlainProver::<Fr>::new("said");
        standalone::prove(&mut channel, argument, &self.shape, self.reads.clone());
        let mut channel = PlainVerifier::new("said", channel.finish().0);
        verify(
            &mut channel,
            argument,
            &self.shape,
            &Selection::of(&self.reads),
        )
        .unwrap();
        let log = channel.transcript().log().iter();
        log.filter(|event| matches!(event, Event::Squeeze(own) if *own == label))
            .count()
    }

    /// Rejected, and accepted where this challenge is that number.
    fn cancels(
        &self,
        [prover, verifier]: [&dyn ProveLookup<Fr>; 2],
        (label, number): (Label, usize),
        value: u64,
    ) {
        if !Checks::in_focus(label) {
            return;
        }
        let verdict = |checks: Checks| {
            let mut channel = PlainProver::<Fr>::with_checks("said", checks.clone());
            let (shape, out) = (&self.shape, &self.columns.out);
            prove_columns(
                &mut channel,
                prover,
                shape,
                self.reads.clone(),
                &self.columns,
                out,
            );
            let mut channel = PlainVerifier::with_checks("said", channel.finish().0, checks);
            verify(&mut channel, verifier, shape, &Selection::of(&self.reads))?;
            channel.finish()
        };
        let what = format!("{}: {label} {number} = {value}", verifier.name());
        let live = verdict(Checks::all());
        let rejected = matches!(live, Err(VerifyError::Check { .. }));
        assert!(rejected, "{what}: {live:?} though it is random");
        let known = Checks::all().knowing(label, Which::Number(number), value);
        assert_eq!(verdict(known), Ok(()), "{what}");
    }
}

/// A coordinate of the point at which columns are claimed: two rows that differ in its bit return `v` and `v − 1` too much.
#[test]
fn points_of_claims_bind_all_rows() {
    one_thread();
    for argument in lookups::<Fr>() {
        // Of a sample each bit and each value once.
        let pairs = [(1, 0), (1, 1), (3, 0), (3, 1)];
        let some = sample::of(pairs, |(value, bit)| vec![("value", *value), ("bit", *bit)]);
        for (value, bit) in some {
            let mut said = Said::of([INDEX; 4], Exposed::Nothing);
            said.columns.out[0] += value;
            said.columns.out[1 << bit] += value - 1;
            let both = [argument.as_ref(); 2];
            said.cancels(both, ("lookup/point", bit as usize), value);
        }
    }
}

/// What joins output and operands: the output is `v` too high, the left operand 1 too low.
#[test]
fn outputs_and_operands_are_weighed() {
    one_thread();
    for argument in lookups::<Fr>() {
        let challenge = match argument.name() {
            // `ω`: the left operand and the right one.
            "lasso" => ("lookup/settle", 1),
            _ => ("lookup/read", 0),
        };
        for value in [1, 3] {
            let mut said = Said::of([INDEX; 4], Exposed::Pair);
            match argument.name() {
                "lasso" => {
                    said.columns.left[2] += value;
                    said.columns.right[2] -= 1;
                }
                _ => {
                    said.columns.out[2] += value;
                    said.columns.left[2] -= 1;
                }
            }
            said.cancels([argument.as_ref(); 2], challenge, value);
        }
    }
}

/// `α` and `β` of LogUp.
///
/// - `α`: chunk `k` returns what makes its tuple, `g + α·k + α²·out`, that of chunk `k + α`, where it is counted.
/// - `β`: the tuple of chunk 0, which nobody looks up, is `β` itself: the constant of its group, or that of the groups
///   without one. So the sum over the table is 0/0, whatever was read. No group has the constant 1; there a tuple is as far
///   above `β` as another one is below.
#[test]
fn fingerprints_of_fractions_are_random() {
    one_thread();
    let honest = LogupGkr::with_chunks(4);
    let xor = table(WordSize::W8, "XOR");
    // The lowest chunk, 5, is 4 less.
    let base = INDEX - 4;
    for alpha in [1, 3] {
        let mut said = Said::of([INDEX, base, INDEX, INDEX], Exposed::Nothing);
        let other = base + u128::from(alpha);
        let mode = Mode::Collision {
            alpha: alpha.into(),
        };
        let lie = LogupLie {
            mode,
            read: 1,
            other,
        };
        // The lowest slot's weight in the output is 1.
        said.columns.out[1] = xor.entry(other) + 1;
        said.cancels(
            [&LyingLogup::with_chunks(4).lying(lie), &honest],
            ("lookup/alpha", 0),
            alpha,
        );
    }
    for (beta, others) in [(0, [].as_slice()), (2, &[]), (3, &["AND"])] {
        let mut said = Said::beside(others, [INDEX; 4], Exposed::Nothing);
        let other = INDEX ^ 1;
        let lie = LogupLie {
            mode: Mode::Sum,
            read: 1,
            other,
        };
        said.columns.out[1] = xor.entry(other);
        said.cancels(
            [&LyingLogup::with_chunks(4).lying(lie), &honest],
            ("lookup/beta", 0),
            beta,
        );
    }
    // 0xb6f0 − 11 is the index.
    let mut said = Said::of([INDEX; 4], Exposed::Single);
    let lie = LogupLie {
        mode: Mode::Opposite,
        read: 1,
        other: INDEX + 11,
    };
    said.columns.out[1] = xor.entry(INDEX + 11);
    assert_ne!(said.columns.out[1], xor.entry(INDEX));
    let lying = LyingLogup::with_chunks(4).lying(lie);
    said.cancels([&lying, &honest], ("lookup/beta", 0), 1);
}

/// `α` of LogUp's last batch, which weighs what reads return and the leaves: all reads return `α` more, and all
/// numerators of leaves are 1 less. Whatever is drawn in the trees, that is how much is missing of their claim.
#[test]
fn reads_and_leaves_are_weighed() {
    let honest = LogupGkr::with_chunks(4);
    for alpha in [1, 3] {
        let mut said = Said::of([INDEX; 4], Exposed::Pair);
        let last = said.drawn(&honest, "batch/alpha") - 1;
        said.columns.out.iter_mut().for_each(|out| *out += alpha);
        let lying = LyingLogup::with_chunks(4).slow().lowering();
        said.cancels([&lying, &honest], ("batch/alpha", last), alpha);
    }
}

/// `α` of Lasso's last batch, which weighs operands with `α` and entries with `α²`: all reads are collated with an entry
/// of weight 1 that is 1 too high, and have left operands that are `α` too low.
#[test]
fn operands_and_entries_are_weighed() {
    let honest = Lasso::with_chunks(4);
    for alpha in [1, 3] {
        let mut said = Said::of([INDEX; 4], Exposed::Pair);
        let last = said.drawn(&honest, "batch/alpha") - 1;
        let lying = LyingLasso::with_chunks(4).slow().lying(LassoLie::Raised);
        said.returns(&lying);
        said.columns.left.iter_mut().for_each(|left| *left -= alpha);
        said.cancels([&lying, &honest], ("batch/alpha", last), alpha);
    }
}

/// `λ` of the first layer of Lasso's products: those of reads and of writes are claimed such that all products agree.
#[test]
fn products_of_trees_are_weighed() {
    let honest = Lasso::with_chunks(4);
    for lambda in [1, 3] {
        let mut said = Said::of([INDEX; 4], Exposed::Nothing);
        // The weight of the writes of a position is `λ` times that of its reads.
        let lying = LyingLasso::with_chunks(4).lying(LassoLie::Value {
            read: 1,
            position: 3,
            column: 0,
            cover: Cover::Trees(lambda),
        });
        said.returns(&lying);
        said.cancels([&lying, &honest], ("product/trees", 0), lambda);
    }
}

/// `γ` and `τ` of Lasso.
///
/// - `γ`: a value is 1 too high, and the count that the read finds, which has the power of `γ` before it, `γ` too low.
/// - `τ` is 0: the row of chunk 0 is 0, and so are the products over the cells, whatever was read. Other numbers want
///   rows that are multiples of rows of another block, which is not tried here.
#[test]
fn fingerprints_of_products_are_random() {
    one_thread();
    let honest = Lasso::with_chunks(4);
    let lying = |read, cover| {
        LyingLasso::with_chunks(4).lying(LassoLie::Value {
            read,
            position: 3,
            column: 0,
            cover,
        })
    };
    for (number, value, read, cover) in [
        (0, 1, 1, Cover::Count(1)),
        (0, 3, 3, Cover::Count(3)),
        (1, 0, 1, Cover::Nothing),
    ] {
        let mut said = Said::of([INDEX; 4], Exposed::Nothing);
        let prover = lying(read, cover);
        said.returns(&prover);
        said.cancels([&prover, &honest], ("lookup/fingerprint", number), value);
    }
}
