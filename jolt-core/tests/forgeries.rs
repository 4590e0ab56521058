//! The forgery table: every check that the verifier performs has a forgery, consistent everywhere
//! else, that is rejected, and accepted when that one check is switched off.
//!
//! The lookup argument's own checks are in its own table (`lookup.rs`).
#![allow(clippy::unwrap_used)]

mod support;

use ark_bn254::Fr;
use ark_ff::Zero;
use instruction_tables::{Left, Operands, Right, Row, TableId, WordSize};
use jolt_core::constraints::{Column, monomial_name, monomials, violations};
use jolt_core::vm::Run;
use jolt_core::vm::constrain::columns;
use jolt_core::witness::Witness;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::{Checks, VerifyError};
use support::forge::{ChangedCoefficient, Forgery, MatrixError, Story};
use support::{Draft, Start, honest, machine, program, rows, run, simulate};

/// Cycle of a row before the branch: row `i` runs as cycle `i − 1`.
fn cycle_of(row: usize) -> usize {
    row - 1
}

fn pair(left: u64, right: u64) -> u128 {
    instruction_tables::interleave(left, right)
}

/// The final block as a witness leaves it.
fn contents(witness: &Witness) -> Vec<(u32, u64)> {
    let value = |cell: u32| -> u64 {
        let start = witness
            .memory
            .iter()
            .find(|(k, _)| *k == cell)
            .map_or(0, |(_, v)| *v);
        let touched = witness.address.iter().zip(witness.cell_inc.iter());
        let sum: i128 = touched
            .filter(|(k, _)| **k == cell)
            .map(|(_, inc)| inc)
            .sum();
        (i128::from(start) + sum).try_into().unwrap()
    };
    (0..4)
        .map(|cell| (cell, value(cell)))
        .filter(|(_, v)| *v != 0)
        .collect()
}

/// Of one word size, the checks that have a forgery.
struct Table {
    word: WordSize,
    checks: BTreeSet<String>,
}

/// Where the prover tells another story.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Commit,
    Constrain,
    Remember,
    Recall,
}

impl Table {
    /// Rejected with all checks, accepted without this one.
    fn load_bearing(&mut self, check: &str, forgery: &Forgery<'_>) {
        let (verdict, _) = forgery.verdict(Checks::all());
        assert!(
            matches!(verdict, Err(VerifyError::Check { .. })),
            "the forgery against {check} is not rejected: {verdict:?}"
        );
        let (verdict, performed) = forgery.verdict(Checks::without(check));
        assert_eq!(
            verdict,
            Ok(()),
            "the forgery against {check} breaks something else"
        );
        assert!(performed.contains(check), "{check} is not performed");
        self.checks.insert(check.to_owned());
    }

    /// A forgery by tampering with the cycles of one simulation; the constraints broken.
    fn tampered(
        &mut self,
        checks: &[&str],
        start: impl Fn(&mut Start),
        tamper: &dyn Fn(usize, &mut Draft),
    ) -> Vec<(usize, &'static str)> {
        let machine = machine(self.word, program(self.word));
        let first = run(&machine, Vec::new());
        let mut begin = Start::honest(&first);
        start(&mut begin);
        let witness = simulate(&first, &begin, tamper);
        let run = run(&machine, contents(&witness));
        for check in checks {
            self.load_bearing(check, &Forgery::of(&run, &witness));
        }
        violations(&run, &witness)
    }

    /// Tampering with one cycle; the constraint named must be the only one broken.
    fn breaks(&mut self, name: &str, row: usize, tamper: impl Fn(&mut Draft)) {
        let at = cycle_of(row);
        let check = format!("constrain/{name}");
        let broken = self.tampered(&[&check], |_| (), &|cycle, draft| {
            if cycle == at {
                tamper(draft);
            }
        });
        assert_eq!(broken, [(at, name)]);
    }

    /// A program that cannot run as it is; the constraint named must be the only one broken.
    fn forced(&mut self, name: &str, change: impl Fn(&mut [Row])) {
        let mut rows = program(self.word);
        change(&mut rows);
        let machine = machine(self.word, rows);
        let first = run(&machine, Vec::new());
        let witness = simulate(&first, &Start::honest(&first), &honest);
        let run = run(&machine, contents(&witness));
        self.load_bearing(&format!("constrain/{name}"), &Forgery::of(&run, &witness));
        let broken: Vec<&str> = violations(&run, &witness).iter().map(|(_, n)| *n).collect();
        assert_eq!(broken, [name]);
    }

    /// The prover believes in another program, in some phases; the cycles are of that program, or of
    /// the true one.
    fn another_program(
        &mut self,
        check: &str,
        change: impl Fn(&mut [Row]),
        phases: &[Phase],
        true_cycles: bool,
        tamper: &dyn Fn(usize, &mut Draft),
    ) {
        let mut rows = program(self.word);
        change(&mut rows);
        let (truth, lie) = (
            machine(self.word, program(self.word)),
            machine(self.word, rows),
        );
        let first = run(if true_cycles { &truth } else { &lie }, Vec::new());
        let witness = simulate(&first, &Start::honest(&first), tamper);
        let truth = run(&truth, contents(&witness));
        let lie = run(&lie, contents(&witness));
        let story = Story {
            run: &lie,
            witness: &witness,
        };
        let mut forgery = Forgery::of(&truth, &witness);
        tell(&mut forgery, story, phases);
        self.load_bearing(check, &forgery);
    }

    /// Another witness in some phases.
    fn another_witness(
        &mut self,
        checks: &[&str],
        tamper: &dyn Fn(usize, &mut Draft),
        change: impl Fn(&mut Witness),
        phases: &[Phase],
    ) {
        let machine = machine(self.word, program(self.word));
        let first = run(&machine, Vec::new());
        let witness = simulate(&first, &Start::honest(&first), tamper);
        let run = run(&machine, contents(&witness));
        let mut other = witness.clone();
        change(&mut other);
        let mut forgery = Forgery::of(&run, &witness);
        tell(
            &mut forgery,
            Story {
                run: &run,
                witness: &other,
            },
            phases,
        );
        for check in checks {
            self.load_bearing(check, &forgery);
        }
    }
}

fn tell<'a>(forgery: &mut Forgery<'a>, story: Story<'a>, phases: &[Phase]) {
    for phase in phases {
        match phase {
            Phase::Commit => forgery.commit = story,
            Phase::Constrain => forgery.constrain = story,
            Phase::Remember => forgery.remember = story,
            Phase::Recall => forgery.recall = story,
        }
    }
}

fn only(row: usize, change: fn(&mut Draft)) -> impl Fn(usize, &mut Draft) {
    move |cycle, draft| {
        if cycle == cycle_of(row) {
            change(draft);
        }
    }
}

/// The output of a table for an index, written to `rd`.
fn lookup_of(word: WordSize, draft: &mut Draft, table: TableId, index: u128) {
    let table = instruction_tables::tables::get(word, table).unwrap();
    draft.cycle.index = index;
    draft.cycle.out = table.entry(index);
    draft.cycle.rd_new = draft.cycle.out;
}

fn step_constraints(table: &mut Table) {
    let (word, bytes) = (table.word, table.word.bytes() as i128);
    let lookup = |d: &mut Draft, table, index| lookup_of(word, d, table, index);
    table.breaks("next", rows::SUM, |d| d.next_row += 1);
    table.breaks("write_lookup", rows::SUM, |d| d.cycle.rd_new += 1);
    table.breaks("write_link", rows::LINK, |d| d.cycle.rd_new += 1);
    table.breaks("write_cell", rows::LOAD, |d| d.cycle.rd_new += 1);
    table.breaks("left_rs1", rows::AND, |d| {
        lookup(d, TableId::AND, pair(15, 3))
    });
    table.breaks("left_cell", rows::LOAD_NARROW, |d| {
        lookup(d, TableId::EXTRACT_ZX, pair(0x4500, (1 << 8) + (1 << 15)));
    });
    table.breaks("right_value", rows::AND, |d| {
        lookup(d, TableId::AND, pair(7, 6))
    });
    table.breaks("right_window", rows::LOAD_NARROW, |d| {
        lookup(d, TableId::EXTRACT_ZX, pair(d.cycle.cell_old, 1 + (1 << 7)));
    });
    table.breaks("sum", rows::SUM, |d| lookup(d, TableId::TRUNC, 11));
    table.breaks("difference", rows::DIFFERENCE, |d| {
        lookup(d, TableId::TRUNC, 11)
    });
    table.breaks("product", rows::PRODUCT, |d| lookup(d, TableId::TRUNC, 11));
    table.breaks("address", rows::LOAD, |d| {
        d.cycle.cell = 6;
        d.cycle.cell_old = 0x3344;
        d.cycle.cell_new = 0x3344;
        d.cycle.rd_new = 0x3344;
    });
    table.breaks("idle", rows::SUM, |d| {
        d.cycle.cell = 6;
        d.cycle.cell_old = 0x3344;
        d.cycle.cell_new = 0x3344;
    });
    table.breaks("keep", rows::LOAD, |d| d.cycle.cell_new += 1);
    table.breaks("store", rows::STORE, |d| d.cycle.cell_new += 1);
    table.breaks("store_narrow", rows::STORE_NARROW, |d| {
        d.cycle.cell_new += 1
    });
    // What these pin follows from the program, so the program must be one that breaks them.
    table.forced("asserts", |rows| {
        let row = &mut rows[rows::ASSERT];
        (row.rs1, row.rs2) = (row.rs2, row.rs1);
    });
    table.forced("exact", |rows| {
        let row = &mut rows[rows::EXACT];
        (row.rs2, row.imm) = (0, 1 << (word.bits() - 2));
    });
    table.forced("full", |rows| rows[rows::LOAD].imm = 5 * bytes + 3);
    // Any broken constraint hides behind the whole phase.
    let written = only(rows::DIFFERENCE, |d| d.cycle.rd_new += 1);
    let broken = table.tampered(&["constrain/step", "constrain: step"], |_| (), &written);
    assert_eq!(broken, [(cycle_of(rows::DIFFERENCE), "write_lookup")]);
}

fn relations(table: &mut Table) {
    let mut hidden =
        |checks: &[&str], start: fn(&mut Start), tamper: &dyn Fn(usize, &mut Draft)| {
            // No constraint sees these.
            assert_eq!(table.tampered(checks, start, tamper), []);
        };
    let nothing = |_: &mut Start| ();
    // A lookup returns what its table does not hold.
    let wrong_output = only(rows::SUM, |d| (d.cycle.out, d.cycle.rd_new) = (11, 11));
    hidden(&["execute/read", "execute: read"], nothing, &wrong_output);
    // A register reads what it does not hold.
    let registers = ["remember/registers", "remember: registers, ram, shift"];
    hidden(
        &registers,
        nothing,
        &only(rows::SUM, |d| (d.cycle.rs1, d.again) = (8, true)),
    );
    hidden(
        &registers,
        nothing,
        &only(rows::SUM, |d| (d.cycle.rs2, d.again) = (8, true)),
    );
    hidden(
        &registers,
        nothing,
        &only(rows::REWRITE, |d| d.cycle.rd_old = 4),
    );
    // A cell reads what it does not hold.
    let wrong_cell = only(rows::LOAD, |d| (d.cycle.cell_old, d.again) = (8, true));
    hidden(&["remember/ram"], nothing, &wrong_cell);
    // The run stops before it halts.
    hidden(&["remember/shift"], |start| start.cycles = 9, &honest);
    // A register or a cell starts with what nobody put there.
    let recall = "recall: register_values, ram_values, output, tohost";
    let dirty = |start: &mut Start| start.registers = vec![(17, 5)];
    hidden(&["recall/register_values", recall], dirty, &honest);
    hidden(
        &["recall/ram_values"],
        |start| start.memory.push((9, 55)),
        &honest,
    );
    // The run starts somewhere else.
    let entry = [
        "fetch/entry",
        "fetch/bytecode",
        "fetch: bytecode, addresses, booleanity",
    ];
    hidden(&entry, |start| start.row = rows::REWRITE as u32, &honest);
}

fn final_contents(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let honest_run = run(&machine, vec![(1, 7)]);
    let witness = simulate(&honest_run, &Start::honest(&honest_run), &honest);
    for (check, block, lie) in [
        ("recall/output", 0, (2, 1)),
        ("recall/output", 0, (1, 8)),
        ("recall/tohost", 1, (8, 1)),
    ] {
        let mut run: Run<'_> = honest_run.clone();
        run.finals[block].contents = vec![lie];
        table.load_bearing(check, &Forgery::of(&run, &witness));
    }
}

fn bytecode_claims(table: &mut Table) {
    use Phase::{Constrain, Recall, Remember};
    let link = |rows: &mut [Row]| rows[rows::LINK].link = 4;
    table.another_program("fetch/step 1", link, &[Constrain], false, &honest);
    let wider = |rows: &mut [Row]| {
        rows[rows::LOAD_NARROW].operands = Operands::Pair(Left::Cell, Right::Window { size: 2 });
    };
    table.another_program("fetch/step power", wider, &[Constrain], false, &honest);
    let or = |rows: &mut [Row]| rows[rows::AND].table = Some(TableId::OR);
    table.another_program("fetch/selectors", or, &[], false, &honest);
    let rs1 = |rows: &mut [Row]| rows[rows::SUM].rs1 = 6;
    table.another_program("fetch/rs1", rs1, &[Remember], false, &honest);
    let rs2 = |rows: &mut [Row]| rows[rows::SUM].rs2 = 5;
    table.another_program("fetch/rs2", rs2, &[Remember], false, &honest);
    // The row is taken to write x17, which holds the value already: x18 stays what it was.
    let rd = |rows: &mut [Row]| rows[rows::REPEAT].rd = 17;
    table.another_program("fetch/rd", rd, &[Remember], false, &honest);
    let rd = |rows: &mut [Row]| rows[rows::REWRITE].rd = 9;
    table.another_program("fetch/rd_recall", rd, &[Recall], true, &honest);
    // The branch reaches a row that it skips, by a label that the row does not have.
    let label = |rows: &mut [Row]| rows[rows::SKIPPED].label = 14;
    let leave = |_: usize, draft: &mut Draft| {
        if draft.cycle.row as usize == rows::SKIPPED {
            draft.next_row += 1;
        }
    };
    table.another_program("fetch/label", label, &[Constrain, Remember], false, &leave);
}

/// A coefficient that is not the bytecode's, on a row all of whose cycles have zero for the monomial: no
/// sum changes, only the claim is false.
fn coefficients(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let run = run(&machine, vec![(1, 7)]);
    let witness = simulate(&run, &Start::honest(&run), &honest);
    let columns = columns::<Fr>(&run, &witness);
    let value = |m: &[Column], j: usize| -> Fr {
        let at = |c: &Column| Column::ALL.iter().position(|x| x == c).unwrap();
        m.iter().map(|c| columns[at(c)].get(j)).product()
    };
    // 1 and a power are never zero; these have forgeries by another program.
    let sometimes_zero = |m: &[Column]| !matches!(m, [] | [Column::Power]);
    let all = monomials();
    for (monomial, columns) in all.iter().enumerate().filter(|(_, m)| sometimes_zero(m)) {
        let silent = |row: &u32| {
            let mut of_row = (0..witness.cycles()).filter(|j| witness.row[*j] == *row);
            of_row.all(|j| value(columns, j).is_zero())
        };
        let row = witness.row.iter().copied().find(silent).unwrap();
        let mut forgery = Forgery::of(&run, &witness);
        forgery.coefficient = Some(ChangedCoefficient { monomial, row });
        table.load_bearing(&format!("fetch/step {}", monomial_name(columns)), &forgery);
    }
}

/// The output block is taken to be other cells, the ones that the program writes.
fn output_elsewhere(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let truth = run(&machine, vec![(1, 7)]);
    let witness = simulate(&truth, &Start::honest(&truth), &honest);
    let written = |cell: u32| -> i128 {
        let all = witness.address.iter().zip(witness.cell_inc.iter());
        all.filter(|(k, _)| **k == cell).map(|(_, inc)| *inc).sum()
    };
    let mut lie = truth.clone();
    lie.finals[0].first = 4;
    lie.finals[0].contents = (4..8)
        .map(|cell| {
            let start = machine
                .image
                .iter()
                .find(|(k, _)| *k == cell)
                .map_or(0, |(_, v)| *v);
            (
                cell,
                u64::try_from(i128::from(start) + written(cell)).unwrap(),
            )
        })
        .collect();
    let mut claimed = truth.clone();
    claimed.finals[0].contents = (0..4)
        .map(|cell| (cell, written(cell + 4).try_into().unwrap()))
        .collect();
    let mut forgery = Forgery::of(&claimed, &witness);
    tell(
        &mut forgery,
        Story {
            run: &lie,
            witness: &witness,
        },
        &[Phase::Recall],
    );
    table.load_bearing("fetch/address_final", &forgery);
}

fn digits(table: &mut Table) {
    use Phase::{Commit, Recall, Remember};
    let at = cycle_of(rows::LOAD);
    let elsewhere = |w: &mut Witness| {
        let mut address = w.address.to_vec();
        address[at] = 6;
        w.address = Arc::new(address);
    };
    // The load returns another cell.
    let stolen = only(rows::LOAD, |d| {
        (d.cycle.cell_old, d.cycle.cell_new, d.cycle.rd_new) = (0x3344, 0x3344, 0x3344);
    });
    let checks = ["fetch/address_read", "fetch/addresses"];
    table.another_witness(&checks, &stolen, elsewhere, &[Remember]);
    table.another_witness(&["fetch/address_recall"], &honest, elsewhere, &[Recall]);
    // The increments committed are not those of the execution.
    let other = |w: &mut Witness| {
        let mut increments = w.rd_inc.to_vec();
        increments[at] += 1;
        w.rd_inc = Arc::new(increments);
    };
    table.another_witness(&["open/evaluation"], &honest, other, &[Commit]);
    // A row digit is 0 − 5 and 3 + 5 times at once, where both rows are the halting row.
    let machine = machine(table.word, program(table.word));
    let run = run(&machine, vec![(1, 7)]);
    let start = Start {
        linger: 1,
        ..Start::honest(&run)
    };
    let witness = simulate(&run, &start, &honest);
    assert_eq!(violations(&run, &witness), []);
    let cycle = witness.cycles() - 1;
    assert_eq!(witness.row[cycle], support::SECOND_HALT);
    let mut forgery = Forgery::of(&run, &witness);
    assert_eq!(forgery.verdict(Checks::all()).0, Ok(()));
    forgery.matrix = Some(MatrixError {
        value: 3,
        cycle,
        error: 5,
    });
    table.load_bearing("fetch/booleanity", &forgery);
}

fn every_check_has_a_forgery(word: WordSize) {
    let mut table = Table {
        word,
        checks: BTreeSet::new(),
    };
    step_constraints(&mut table);
    relations(&mut table);
    final_contents(&mut table);
    bytecode_claims(&mut table);
    digits(&mut table);
    coefficients(&mut table);
    output_elsewhere(&mut table);

    let machine = machine(word, program(word));
    let run = run(&machine, vec![(1, 7)]);
    let witness = simulate(&run, &Start::honest(&run), &honest);
    let (verdict, performed) = Forgery::of(&run, &witness).verdict(Checks::all());
    assert_eq!(verdict, Ok(()));
    let missing: Vec<&String> = performed
        .difference(&table.checks)
        .filter(|check| !check.starts_with("decompose"))
        .collect();
    assert!(missing.is_empty(), "checks without a forgery: {missing:?}");
}

#[test]
fn every_check_of_rv64_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W64);
}

/// Other radices of digits, other limits of operands, other offsets.
#[test]
fn every_check_of_rv32_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W32);
}
