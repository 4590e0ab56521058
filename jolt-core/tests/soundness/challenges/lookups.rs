//! Lookup arguments on their own: lies that cancel where a challenge is known beforehand, as 1 or, if nothing else than it
//! is added to a sum, as 0, and as another number. The kit tries its own forgeries against every challenge, with 1 and 0
//! (`testkit::laws`).

use crate::support::one_thread;
use ark_bn254::Fr;
use instruction_tables::{Table, WordSize, tables};
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::standalone::{Columns, Selection, prove_columns, verify};
use jolt_core::lookup::testkit::liars::{Cover, LassoLie, LogupLie, LyingLasso, LyingLogup, Mode};
use jolt_core::lookup::{Exposed, LookupShape, ProveLookup, Reads};
use jolt_core::registry::lookups;
use std::sync::Arc;
use sumcheck::channel::Which;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Checks, Label, VerifyError};

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
        let shape = LookupShape {
            cycle_vars: 2,
            index_bits: 16,
            tables: vec![table(WordSize::W8, "XOR")],
        };
        let reads = Arc::new(Reads {
            index: index.to_vec(),
            table: vec![0; 4],
            operands: vec![exposed; 4],
        });
        Said {
            columns: Columns::of(&shape, &reads),
            shape,
            reads,
        }
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
        for value in [1, 3] {
            for bit in 0..2 {
                let mut said = Said::of([INDEX; 4], Exposed::Nothing);
                said.columns.out[0] += value;
                said.columns.out[1 << bit] += value - 1;
                let both = [argument.as_ref(); 2];
                said.cancels(both, ("lookup/point", bit), value);
            }
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
///   without one. So the sum over the table is 0/0, whatever was read.
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
    for beta in [0, 2] {
        let mut said = Said::of([INDEX; 4], Exposed::Nothing);
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
        let outputs = prover
            .outputs::<Fr>(&said.shape, said.reads.clone())
            .unwrap();
        let outputs = outputs.iter().map(|x| u64::try_from(*x).unwrap());
        let outputs: Vec<u64> = outputs.collect();
        assert_ne!(outputs, said.columns.out);
        said.columns.out = outputs;
        said.cancels([&prover, &honest], ("lookup/fingerprint", number), value);
    }
}
