//! Lies about cycles, digits and final contents.

use super::Table;
use crate::forgeries::contents;
use crate::support::forge::{ChangedCoefficient, Forgery, MatrixError};
use crate::support::{Draft, SECOND_HALT, Start, alu, link, machine, program, rows, run, simulate};
use ark_bn254::Fr;
use ark_ff::{Field as _, One, Zero};
use instruction_tables::{Operands, Row, TableId, interleave};
use jolt_core::digits::ADDRESS_VARS;
use jolt_core::lookup::Reads;
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::testkit::Cheat;
use jolt_core::lookup::testkit::liars::{Cover, LassoLie, LyingLasso, LyingShout, MADE_UP};
use jolt_core::machine::Machine;
use jolt_core::vm::constrain::violations;
use jolt_core::vm::lookup_shape;
use std::sync::Arc;
use sumcheck::Label;

/// What challenges are known to be.
const VALUES: [u64; 2] = [1, 3];

/// A program of 40 rows that only write constants.
fn straight(table: &Table) -> Machine {
    let mut rows = vec![Row::HALT];
    rows.extend((1..=40).map(|i| link(i, 5 + (i % 8) as u8, i as u64)));
    rows[40].succ = 0;
    machine(table.word, rows)
}

/// `τ`: two cycles that differ in one bit break a constraint by `v` and `v − 1`. Where that bit's coordinate is `v`
/// they count `1 − v` and `v` times. Where it is 1 only the cycles with the bit are checked.
pub(super) fn zero_check(table: &mut Table) {
    let machine = straight(table);
    let run = run(&machine, Vec::new());
    for value in VALUES {
        for bit in 0..run.cycle_vars {
            let tamper = |cycle: usize, draft: &mut Draft| {
                if cycle == 0 {
                    draft.cycle.rd_new += value;
                } else if cycle == 1 << bit {
                    draft.cycle.rd_new += value - 1;
                }
            };
            let witness = simulate(&run, &Start::honest(&run), &tamper);
            let broken = violations(&run, &witness);
            assert!(broken.iter().all(|(_, name)| *name == "write_link"));
            table.cancels(("tau", bit), value, &Forgery::of(&run, &witness));
        }
    }
}

/// `ρ`: one cycle breaks `next`, the constraint of weight 1, by `v²`, and `write_link`, that of weight `ρ²`, by −1.
pub(super) fn constraints(table: &mut Table) {
    let machine = straight(table);
    let run = run(&machine, Vec::new());
    for value in VALUES {
        let tamper = |cycle: usize, draft: &mut Draft| {
            if cycle == 0 {
                draft.next_row += (value * value) as u32;
                draft.cycle.rd_new -= 1;
            }
        };
        let witness = simulate(&run, &Start::honest(&run), &tamper);
        let broken = violations(&run, &witness);
        assert_eq!(broken, [(0, "next"), (0, "write_link")]);
        table.cancels(("rho", 0), value, &Forgery::of(&run, &witness));
    }
}

/// Booleanity of the machine's digits. Nearly all rows of the program are the halting row, so that row digits can be
/// any numbers that add up to 1, and everything but booleanity holds.
///
/// - A coordinate of `a'`: digit values `k` and `k'` that differ in its bit have `1 − 2v` and `2v − 1`. With
///   `w(x) = x² − x`, `(1 − v)·w(1 − 2v) + v·w(2v − 1) = 0`.
/// - A coordinate of `r'`: one digit in two cycles that differ in its bit is `2v` and `1 − 2v` of two values, and
///   `2v − 1` and `2 − 2v` of them: `(1 − v)·w(2v) + v·w(2v − 1) = 0`.
/// - `γ`: two digits of one cycle have the same two values, `e` and `f` times one and `1 − e`, `1 − f` times the other,
///   with `w(e) + γ²·w(f) = 0`.
pub(super) fn booleanity(table: &mut Table) {
    let mut rows = vec![Row::HALT; 2 * SECOND_HALT as usize];
    rows[1] = Row {
        succ: 0,
        ..link(1, 5, 7)
    };
    let machine = machine(table.word, rows);
    assert_eq!(machine.bytecode_radices(), [16, 4]);
    let run = run(&machine, Vec::new());
    let start = Start {
        linger: 50,
        ..Start::honest(&run)
    };
    // All cycles but the first have the row 32, with digits 0 and 2.
    let witness = simulate(&run, &start, &crate::support::honest);
    let truth = Forgery::of(&run, &witness);
    let error = |digit, value, cycle, error: Fr| MatrixError {
        digit,
        value,
        cycle,
        error,
    };
    for value in VALUES {
        let v = Fr::from(value);
        let odd = v + v - Fr::one();
        for bit in 0..ADDRESS_VARS {
            let low = if bit == 0 { 2 } else { 1 };
            let errors = [error(0, low, 5, -odd), error(0, low | 1 << bit, 5, odd)];
            let forgery = Forgery {
                matrix: &errors,
                ..truth
            };
            table.cancels(("booleanity", bit), value, &forgery);
        }
        for bit in 0..run.cycle_vars {
            let low = if bit == 0 { 2 } else { 1 };
            // So much of digit value 3, so much less of 0.
            let part = |cycle, share: Fr| [error(0, 3, cycle, share), error(0, 0, cycle, -share)];
            let cycles = [part(low, v + v), part(low | 1 << bit, odd)];
            let forgery = Forgery {
                matrix: cycles.as_flattened(),
                ..truth
            };
            table.cancels(("booleanity", ADDRESS_VARS + bit), value, &forgery);
        }
        // (2e − 1, 2f − 1) is where the line through (1, 1) of slope 2 meets x² + γ²y² = 1 + γ² again.
        let square = v * v;
        let (two, four) = (Fr::from(2u64), Fr::from(4u64));
        let step = (Fr::one() + two * square) * (Fr::one() + four * square).inverse().unwrap();
        let (e, f) = (Fr::one() - step, Fr::one() - two * step);
        assert_eq!(e * e - e, -square * (f * f - f));
        let part = |digit, from, to, share: Fr| {
            let moved = Fr::one() - share;
            [error(digit, from, 5, -moved), error(digit, to, 5, moved)]
        };
        let digits = [part(0, 0, 2, e), part(1, 2, 0, f)];
        let forgery = Forgery {
            matrix: digits.as_flattened(),
            ..truth
        };
        let last = ADDRESS_VARS + run.cycle_vars;
        table.cancels(("booleanity", last), value, &forgery);
    }
}

/// The point of a block of final contents: two cells that differ in one bit are said to hold `v` and `v − 1`.
pub(super) fn blocks(table: &mut Table) {
    let machine = straight(table);
    let truth = run(&machine, Vec::new());
    let witness = simulate(&truth, &Start::honest(&truth), &crate::support::honest);
    for value in VALUES {
        for bit in 0..truth.finals[0].block_vars {
            let mut run = truth.clone();
            let cells = [(0, value), (1 << bit, value - 1)];
            run.finals[0].contents = cells.into_iter().filter(|(_, x)| *x != 0).collect();
            table.cancels(("block", bit), value, &Forgery::of(&run, &witness));
        }
    }
}

/// `β` of lookup digits, which weighs one-hotness against the claims on partial products: a digit of a read that returns
/// nothing is not boolean, and a product makes up for it.
pub(super) fn one_hot(table: &mut Table) {
    let machine = straight(table);
    let run = run(&machine, Vec::new());
    let witness = simulate(&run, &Start::honest(&run), &crate::support::honest);
    let digits = table.word.bits() / 2;
    let mut forgery = Forgery::of(&run, &witness);
    for value in VALUES {
        let cheat = Cheat::Blend {
            read: 1,
            towards: [
                (5 << (4 * (digits - 1 - MADE_UP)), Fr::from(3u64)),
                (0, Fr::zero()),
            ],
        };
        forgery.lookup = Some(LyingShout {
            cheat,
            one_hot: Some(Fr::from(value)),
        });
        table.cancels(("lookup/one-hot", 0), value, &forgery);
    }
}

/// A program with two lies in the cycle of one row, of which nobody else hears.
fn two_lies(
    table: &mut Table,
    challenge: (Label, usize),
    value: u64,
    (at, tamper): (usize, &dyn Fn(&mut Draft)),
    reads: Option<[Fr; 2]>,
) {
    let machine = machine(table.word, program(table.word));
    let first = run(&machine, Vec::new());
    let tamper = |cycle: usize, draft: &mut Draft| {
        if cycle == at - 1 {
            tamper(draft);
        }
    };
    let witness = simulate(&first, &Start::honest(&first), &tamper);
    let run = run(&machine, contents(&witness));
    assert_eq!(violations(&run, &witness), []);
    let forgery = Forgery {
        reads: reads.map(|errors| (at - 1, errors)),
        ..Forgery::of(&run, &witness)
    };
    table.cancels(challenge, value, &forgery);
}

/// `γ` of the reads of registers: one register is read as `v` too high, the other, with weight `γ`, as 1 too low.
pub(super) fn registers(table: &mut Table) {
    for value in VALUES {
        let registers = |draft: &mut Draft| {
            draft.cycle.rs1 += value;
            draft.cycle.rs2 -= 1;
            draft.again = true;
        };
        let lies = (rows::SUM, &registers as &dyn Fn(&mut Draft));
        two_lies(table, ("gamma", 0), value, lies, None);
    }
}

/// `α` of the batch `execute`: one register is read as `v` too low, and a cell, with weight `α` more, as 1 too high. The
/// relations are of different degrees, and so their provers prove what is true: the sum of both is what is claimed.
pub(super) fn reads(table: &mut Table) {
    registers(table);
    for value in VALUES {
        let cell = |draft: &mut Draft| {
            draft.cycle.rs1 -= value;
            draft.cycle.cell_old += 1;
            draft.again = true;
        };
        let lies = (rows::SUM, &cell as &dyn Fn(&mut Draft));
        let errors = [-Fr::from(value), Fr::one()];
        two_lies(table, ("batch/alpha", 0), value, lies, Some(errors));
    }
}

/// `γ` of claims on oracles that are carried: the output is said to be `v` more than it is, by an increment of a row that
/// writes there. The relation of the next block, to which that row writes nothing, is proven with one that is 1 less. So
/// two claims on increments, one after the other, are false by `v` and by −1 times the same number.
pub(super) fn carried(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let first = run(&machine, Vec::new());
    let witness = simulate(&first, &Start::honest(&first), &crate::support::honest);
    let block = 0..4u32;
    let writes = |j: &usize| block.contains(&witness.address[*j]) && witness.cell_inc[*j] != 0;
    let at = (0..witness.cycles()).find(writes).unwrap();
    let changed = |by: i128| {
        let mut other = witness.clone();
        Arc::make_mut(&mut other.cell_inc)[at] += by;
        other
    };
    for value in VALUES {
        let (more, less) = (changed(value.into()), changed(-1));
        let run = run(&machine, contents(&more));
        assert_ne!(contents(&more), contents(&witness));
        let forgery = Forgery {
            finals: Some([&more, &less]),
            ..Forgery::of(&run, &witness)
        };
        table.cancels(("gamma", 1), value, &forgery);
    }
}

/// `γ` of the lookups: what is looked up has a left operand that is 1 too high, and the output is `v` higher than what
/// is found there.
pub(super) fn lookups(table: &mut Table) {
    const AT: usize = rows::AND - 1;
    let machine = machine(table.word, program(table.word));
    let first = run(&machine, Vec::new());
    for value in VALUES {
        // 8 AND 3 is 0; the operands are 7 and 3.
        let tamper = |cycle: usize, draft: &mut Draft| {
            if cycle == AT {
                (draft.cycle.out, draft.cycle.rd_new) = (value, value);
            }
        };
        let witness = simulate(&first, &Start::honest(&first), &tamper);
        let run = run(&machine, contents(&witness));
        assert_eq!(violations(&run, &witness), []);
        let mut other = witness.clone();
        let mut reads = Reads::clone(&other.reads);
        assert_eq!(reads.index[AT], interleave(7, 3));
        reads.index[AT] = interleave(8, 3);
        other.reads = Arc::new(reads);
        let mut forgery = Forgery::of(&run, &witness);
        forgery.execute.witness = &other;
        table.cancels(("lookup/read", 0), value, &forgery);
    }
}

/// `γ` of Lasso's fingerprints: of five equal sums the last one commits a value that is 1 too high, and finds a count that
/// is `γ` too low. What it returns is what is found then.
pub(super) fn values_of_lasso(table: &mut Table) {
    const SUMS: u128 = 5;
    let last = 2 + SUMS;
    let mut rows = vec![Row::HALT, link(1, 5, 7), link(2, 6, 3)];
    rows.extend((3..=last).map(|at| alu(at, 8, Operands::Sum, 5, 6, 0, TableId::TRUNC)));
    rows[last as usize].succ = 0;
    // 7 + 3. Row `i` runs as cycle `i − 1`.
    let at = last as usize - 1;
    let machine = machine(table.word, rows);
    let first = run(&machine, Vec::new());
    let honest = simulate(&first, &Start::honest(&first), &crate::support::honest);
    let shape = lookup_shape(&machine, first.cycle_vars);
    let sizes = Lasso::default().sizes(&shape).unwrap();
    // Beside two halves and a count.
    let committed = sizes.columns.iter().map(|count| count - 3).enumerate();
    let committed = committed.flat_map(|(position, count)| (0..count).map(move |c| (position, c)));
    let committed: Vec<_> = committed.collect();
    for value in VALUES {
        let lies = committed.iter().map(|(position, column)| {
            LyingLasso::default().lying(LassoLie::Value {
                read: at,
                position: *position,
                column: *column,
                cover: Cover::Count(value as u32),
            })
        });
        let mut lies = lies.filter_map(|lie| {
            let outputs = lie.outputs::<Fr>(&shape, honest.reads.clone()).unwrap();
            let out = u64::try_from(outputs[at]).ok()?;
            (out != 10).then_some((lie, out))
        });
        let (lying, out) = lies.next().unwrap();
        let tamper = |cycle: usize, draft: &mut Draft| {
            if cycle == at {
                (draft.cycle.out, draft.cycle.rd_new) = (out, out);
            }
        };
        let witness = simulate(&first, &Start::honest(&first), &tamper);
        let run = run(&machine, contents(&witness));
        assert_eq!(violations(&run, &witness), []);
        let forgery = Forgery {
            other: Some([&lying, &Lasso { chunk_bits: None }]),
            ..Forgery::of(&run, &witness)
        };
        table.cancels(("lookup/fingerprint", 0), value, &forgery);
    }
}

/// `α` of the batch `fetch`, in which booleanity has the weight `4α²`. All rows are the halting row. In every cycle one
/// digit is 1/16 of each value, which breaks booleanity by `c = 1/256 − 1/16` everywhere, and so by `c` at every point;
/// and the coefficient of the next label, which is 0, is said to be `4α²c` higher than it is.
pub(super) fn fetch(table: &mut Table, number: usize) {
    let mut machine = machine(table.word, vec![Row::HALT; 2 * SECOND_HALT as usize]);
    machine.entry = 0;
    let run = run(&machine, Vec::new());
    let cycles = 1 << run.cycle_vars;
    let start = Start {
        cycles,
        linger: cycles,
        ..Start::honest(&run)
    };
    let witness = simulate(&run, &start, &crate::support::honest);
    assert_eq!(*witness.row, vec![SECOND_HALT; cycles]);
    let sixteenth = Fr::from(16u64).inverse().unwrap();
    let errors: Vec<MatrixError> = (0..16 * cycles)
        .map(|at| {
            let (value, cycle) = (at % 16, at / 16);
            let own = if value == 0 { Fr::one() } else { Fr::zero() };
            MatrixError {
                digit: 0,
                value,
                cycle,
                error: sixteenth - own,
            }
        })
        .collect();
    for value in VALUES {
        let weight = Fr::from(value * value);
        let sum = weight * (sixteenth * sixteenth - sixteenth);
        let mut forgery = Forgery::of(&run, &witness);
        forgery.matrix = &errors;
        forgery.coefficient = Some(ChangedCoefficient {
            monomial: 0,
            row: SECOND_HALT,
            more: Fr::from(4u64) * sum,
        });
        forgery.waiting = Some(sum);
        table.cancels(("batch/alpha", number), value, &forgery);
    }
}
