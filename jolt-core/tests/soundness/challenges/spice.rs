//! Lies about accesses, under offline memory checking.

use super::Table;
use crate::support::forge::{Forgery, Memory};
use crate::support::{Draft, Start, alu, honest, link, machine, program, row, rows, run, simulate};
use instruction_tables::{Access, Operands, Row, TableId, WordSize, Write};
use jolt_core::machine::Run;
use jolt_core::memory::spice::balance::Lie;
use jolt_core::memory::spice::ports::{self, CELL};
use jolt_core::memory::spice::witness::{self as links, Columns, Rules};
use jolt_core::witness::Witness;
use std::sync::Arc;
use sumcheck::channel::Which;
use sumcheck::{Checks, VerifyError};

/// An access, by cycle and port.
type At = (usize, usize);

/// The columns in which other accesses than the true ones come before some.
fn linked(run: &Run<'_>, witness: &Witness, other: &[(At, Option<At>)]) -> Columns {
    let accesses = links::accesses(run, witness, Rules::TRUE);
    let position = |at: At| {
        let found = accesses.iter().position(|a| (a.cycle, a.port) == at);
        found.unwrap()
    };
    let mut before = links::links(&accesses);
    for (access, link) in other {
        before[position(*access)] = link.map(position);
    }
    Columns::linked(run, &accesses, &before)
}

fn add(column: &mut Arc<Vec<i128>>, row: usize, more: i128) {
    let mut values = column.to_vec();
    values.resize(values.len().max(row + 1), 0);
    values[row] += more;
    *column = Arc::new(values);
}

/// An access is said to be so much longer after the one before it.
fn later(columns: &mut Columns, (cycle, port): At, more: i128) {
    let old = links::entry(&columns.difference[port], cycle);
    add(&mut columns.difference[port], cycle, more);
    if let Ok(old) = usize::try_from(old) {
        add(&mut columns.counts, old, -1);
    }
    add(&mut columns.counts, (old + more) as usize, 1);
}

fn told<'a>(run: &'a Run<'a>, witness: &'a Witness, columns: &'a Columns) -> Forgery<'a> {
    let mut forgery = Forgery::of(run, witness);
    for told in forgery.spice.all() {
        told.columns = Some(columns);
    }
    forgery
}

/// Two constants, and a sum of two registers.
fn sum_of(word: WordSize, rs1: u8, rs2: u8) -> jolt_core::machine::Machine {
    let last = Row {
        succ: 0,
        ..alu(3, 8, Operands::Sum, rs1, rs2, 0, TableId::TRUNC)
    };
    machine(word, vec![Row::HALT, link(1, 5, 7), link(2, 6, 3), last])
}

/// `σ`: a register is read as `v` more than it was written, a unit of time earlier: the row read,
/// `place + σ·value + σ²·time`, is the row written.
///
/// `β`: what is written to register 5 at time 3 is found twice, by reads of register `10 − v`, as twice the value at
/// twice the time: of `β − row` both have twice as much as what was written, so that their fractions are halves.
pub(super) fn fingerprints(table: &mut Table) {
    const SUM: usize = 2;
    for value in [1, 3] {
        let machine = sum_of(table.word, 5, 6);
        let run = run(&machine, Vec::new());
        let tamper = |cycle: usize, draft: &mut Draft| {
            if cycle == SUM {
                (draft.cycle.rs1, draft.again) = (7 + value, true);
            }
        };
        let witness = simulate(&run, &Start::honest(&run), &tamper);
        let mut columns = Columns::of(&run, &witness);
        later(&mut columns, (SUM, 0), 1);
        let forgery = told(&run, &witness, &columns);
        table.cancels(("memory/sigma", 0), value, &forgery);
    }
    for value in [1, 3] {
        let other = 10 - value as u8;
        let machine = sum_of(table.word, other, other);
        let run = run(&machine, Vec::new());
        let tamper = |cycle: usize, draft: &mut Draft| {
            if cycle == SUM {
                (draft.cycle.rs1, draft.cycle.rs2, draft.again) = (14, 14, true);
            }
        };
        let witness = simulate(&run, &Start::honest(&run), &tamper);
        let written = (0, 2);
        let found = [(SUM, 0), (SUM, 1)];
        let mut columns = linked(&run, &witness, &found.map(|at| (at, Some(written))));
        let time = ports::now(2, 0);
        for at in found {
            later(&mut columns, at, -time);
        }
        add(&mut columns.last[2], 0, 1);
        let forgery = told(&run, &witness, &columns);
        table.cancels(("memory/beta", 0), value, &forgery);
    }
}

/// Registers and cells of which, for each bit, two differ in it alone.
const PLACES: [u32; 7] = [1, 2, 3, 7, 11, 19, 35];

/// Of these, the pair for a bit, the one without it first. The highest bit has no pair of its own.
fn pair(bit: usize) -> [u32; 2] {
    match bit {
        0 => [2, 3],
        1 => [1, 3],
        _ => [3, 3 | 1 << bit],
    }
}

/// `γ` and the points of the batch `initial`.
///
/// - `γ`: a cell is first accessed twice, and the second time holds `2/γ` less than it should: `2² − 2` is made up for.
/// - A coordinate: two places that differ in its bit start with `v` and `v − 1` more than they should.
pub(super) fn initial(table: &mut Table) {
    let word = table.word;
    for value in [1, 2] {
        let machine = machine(word, program(word));
        let first = run(&machine, Vec::new());
        // Row `i` of that program runs as cycle `i − 1` here.
        let [load, narrow, store] = [rows::LOAD, rows::LOAD_NARROW, rows::STORE].map(|row| row - 1);
        let tamper = |cycle: usize, draft: &mut Draft| {
            if cycle == load {
                (draft.cycle.cell_old, draft.again) = (0x1122 - 2 / value, true);
            }
        };
        let witness = simulate(&first, &Start::honest(&first), &tamper);
        let run = run(&machine, crate::forgeries::contents(&witness));
        let other = [((load, CELL), None), ((narrow, CELL), Some((store, CELL)))];
        let columns = linked(&run, &witness, &other);
        let forgery = told(&run, &witness, &columns);
        table.cancels(("memory/initial", 0), value, &forgery);
    }
    let bytes = word.bytes() as i128;
    let mut rows = vec![Row::HALT];
    for place in PLACES {
        let at = rows.len() as u128;
        rows.push(alu(
            at,
            40,
            Operands::Sum,
            place as u8,
            0,
            0,
            TableId::TRUNC,
        ));
        rows.push(Row {
            rd: 41,
            imm: bytes * i128::from(place),
            access: Access::Load,
            write: Write::Cell,
            ..row(at + 1)
        });
    }
    rows.last_mut().unwrap().succ = 0;
    let machine = machine(word, rows);
    let run = run(&machine, Vec::new());
    let vars = [6, machine.ram_vars()];
    for value in [1, 3] {
        for (kind, first) in [(0, 1), (1, 1 + vars[0])] {
            for bit in 0..vars[kind] {
                let [low, high] = pair(bit);
                let dirty = [(low, value), (high, value - 1)];
                let dirty = dirty.into_iter().filter(|(_, more)| *more != 0);
                let mut start = Start::honest(&run);
                match kind {
                    0 => start.registers = dirty.collect(),
                    _ => start.memory.extend(dirty),
                }
                let witness = simulate(&run, &start, &honest);
                let forgery = Forgery::of(&run, &witness);
                table.cancels(("memory/initial", first + bit), value, &forgery);
            }
        }
    }
}

/// `θ`: the address of a store is read from a register that is written later, with the time wrapped around: carried `−w`
/// times, which breaks `c(c − 1)(c − 2) = 0` by `−w(w + 1)(w + 2)`. What it stores is found `1 + g` times, so that it is
/// last `−g` times, which breaks `l² − l = 0` by `g² + g`. The two weights differ by one factor `θ`.
pub(super) fn flags(table: &mut Table) {
    const STORE: usize = 1;
    let bytes = table.word.bytes() as u64;
    // Rows that do nothing, so that the write is so much later.
    for (theta, wraps, surplus, idle) in [(1, 1, 2, 0), (3, 2, 8, 12), (5, 1, 5, 0)] {
        let broken = wraps * (wraps + 1) * (wraps + 2);
        assert_eq!(surplus * surplus + surplus, broken * theta as i128);
        let loads = 1 + surplus as usize;
        let mut rows = vec![
            Row::HALT,
            link(1, 6, 9),
            Row {
                rs1: 5,
                rs2: 6,
                imm: 5 * bytes as i128,
                access: Access::Store,
                ..row(2)
            },
        ];
        for _ in 0..loads {
            rows.push(Row {
                rd: 11,
                imm: 6 * bytes as i128,
                access: Access::Load,
                write: Write::Cell,
                ..row(rows.len() as u128)
            });
        }
        for _ in 0..idle {
            rows.push(link(rows.len() as u128, 12, 1));
        }
        rows.push(Row {
            succ: 0,
            ..link(rows.len() as u128, 5, bytes)
        });
        let machine = machine(table.word, rows);
        let run = run(&machine, Vec::new());
        let tamper = |cycle: usize, draft: &mut Draft| {
            if cycle == STORE {
                let held = 0x3344;
                (draft.cycle.rs1, draft.again) = (bytes, true);
                (draft.cycle.cell, draft.cycle.cell_old) = (6, held);
            }
        };
        let witness = simulate(&run, &Start::honest(&run), &tamper);
        let write = 2 + loads + idle;
        assert_eq!(witness.cycles(), write + 1);
        let mut other = vec![((STORE, 0), Some((write, 2))), ((write, 2), None)];
        other.extend((2..2 + loads).map(|load| ((load, CELL), Some((STORE, CELL)))));
        let mut columns = linked(&run, &witness, &other);
        later(&mut columns, (STORE, 0), wraps << run.cycle_vars);
        add(&mut columns.carry[0], STORE, -wraps);
        let last = links::entry(&columns.last[CELL], STORE);
        assert_eq!(last, -surplus);
        let forgery = told(&run, &witness, &columns);
        table.cancels(("memory/flags", 0), theta, &forgery);
    }
}

/// `ζ`, which combines numerators and denominators of leaves: two cells that are accessed once each, one after the other,
/// have numerators 0 where the one is read and the other written. Their rows differ by 2 in the place, once the second
/// access is said to be so late that the times agree. In the trees both are the row in between, as fractions `ζ/d` and
/// `−ζ/d`.
pub(super) fn leaves(table: &mut Table) {
    let bytes = table.word.bytes() as i128;
    let load = |at: u128, cell: i128| Row {
        rd: 11,
        imm: cell * bytes,
        access: Access::Load,
        write: Write::Cell,
        ..row(at)
    };
    let last = Row {
        succ: 0,
        ..load(2, 20)
    };
    let machine = machine(table.word, vec![Row::HALT, load(1, 22), last]);
    let run = run(&machine, Vec::new());
    let witness = simulate(&run, &Start::honest(&run), &honest);
    let mut columns = Columns::of(&run, &witness);
    later(&mut columns, (1, CELL), -1);
    for zeta in [1, 3] {
        let mut forgery = told(&run, &witness, &columns);
        forgery.spice.lie = Some(Lie::Leaves {
            zeta,
            read: (1, CELL),
            written: (0, CELL),
        });
        table.cancels(("memory/leaves", 0), zeta, &forgery);
    }
}

/// The first `α` of the batch `balance`, at the roots: the sum over accesses is not 0 but said to be, and that over
/// differences is said to be something that makes up for it. The same code draws it for every further layer.
pub(super) fn roots(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let first = run(&machine, Vec::new());
    let witness = simulate(&first, &Start::honest(&first), &honest);
    let run = run(&machine, crate::forgeries::contents(&witness));
    let mut columns = Columns::of(&run, &witness);
    let last = columns.last[CELL].iter().rposition(|x| *x == 1).unwrap();
    add(&mut columns.last[CELL], last, -1);
    for alpha in [1, 3] {
        let mut forgery = told(&run, &witness, &columns);
        forgery.spice.lie = Some(Lie::Roots { alpha });
        table.cancels(("batch/alpha", 0), alpha, &forgery);
    }
}

/// `α` of the batch `initial` has no lies, and needs none. Both claims are 0. The sums are polynomials `R(ρ)` and
/// `M(ρ')` in points of their own, drawn after everything that they depend on, and before `α`. If `R(ρ) + α·M(ρ')` is
/// zero with more than negligible probability, whatever `α` is, both polynomials are constant. But `R` is 0 where `ρ` is
/// the number of x0: `fetch` gives that register no accesses. So `R` is 0, and then `M` is.
///
/// Shown here for one pair: a register and a cell start with what nobody put there.
pub(super) fn batch_of_initial(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let run = run(&machine, vec![(1, 7)]);
    let mut start = Start::honest(&run);
    start.registers = vec![(17, 5)];
    start.memory[0].1 = 0x1122 - 5;
    let witness = simulate(&run, &start, &honest);
    let forgery = Forgery {
        memory: Memory::Spice,
        ..Forgery::of(&run, &witness)
    };
    let known = Checks::all().knowing("batch/alpha", Which::All, 1);
    let verdict = forgery.verdict(known).0;
    let rejected = matches!(verdict, Err(VerifyError::Check { .. }));
    assert!(rejected, "{verdict:?}");
}
