//! The forgery table: every check that the verifier performs has a forgery, consistent everywhere
//! else, that is rejected, and accepted when that one check is switched off. For each memory argument.
//!
//! The lookup argument's own checks are in its own table (`lookup.rs`).
#![allow(clippy::unwrap_used)]

mod support;

use ark_bn254::Fr;
use ark_ff::Zero;
use instruction_tables::{Left, Operands, Right, Row, TableId, WordSize};
use jolt_core::constraints::{Column, monomial_name, monomials, violations};
use jolt_core::memory::spice::balance::Lie;
use jolt_core::memory::spice::witness::{self as links, Access, CELL, Columns, Rules};
use jolt_core::vm::Run;
use jolt_core::vm::constrain::columns;
use jolt_core::witness::Witness;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::{Checks, VerifyError};
use support::forge::{ChangedCoefficient, Forgery, MatrixError, Memory, Story};
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

/// Of one word size and memory argument, the checks that have a forgery.
struct Table {
    word: WordSize,
    memory: Memory,
    checks: BTreeSet<String>,
}

/// Where the prover tells another story.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Commit,
    Constrain,
    // Twist
    Remember,
    Recall,
    // Spice
    Balance,
    Range,
    Initial,
    Access,
    Leaf,
    First,
    Finals,
    Labels,
}

impl Table {
    /// Rejected with all checks, accepted without this one.
    fn load_bearing(&mut self, check: &str, forgery: &Forgery<'_>) {
        let forgery = Forgery {
            memory: self.memory,
            ..*forgery
        };
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
        let columns = Columns::of(if true_cycles { &truth } else { &lie }, &witness);
        let mut forgery = Forgery::of(&truth, &witness);
        for told in forgery.spice.all() {
            told.columns = Some(&columns);
        }
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
        let columns = Columns::of(&run, &witness);
        let mut forgery = Forgery::of(&run, &witness);
        for told in forgery.spice.all() {
            told.columns = Some(&columns);
        }
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
            Phase::Commit => {
                forgery.commit = story;
                forgery.spice.commit.story = story;
            }
            Phase::Constrain => forgery.constrain = story,
            Phase::Remember => forgery.remember = story,
            Phase::Recall => forgery.recall = story,
            Phase::Balance => forgery.spice.balance.story = story,
            Phase::Range => forgery.spice.range.story = story,
            Phase::Initial => forgery.spice.initial.story = story,
            Phase::Access => forgery.spice.access.story = story,
            Phase::Leaf => forgery.spice.leaf.story = story,
            Phase::First => forgery.spice.first.story = story,
            Phase::Finals => forgery.spice.finals.story = story,
            Phase::Labels => forgery.spice.labels.story = story,
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

/// The names of a check in Twist, or those in Spice.
fn named<'a>(memory: Memory, twist: &[&'a str], spice: &[&'a str]) -> Vec<&'a str> {
    match memory {
        Memory::Twist => twist.to_vec(),
        Memory::Spice => spice.to_vec(),
    }
}

/// The final check of the batch `access`.
const ACCESS: &str =
    "access: accesses, differences, flags, registers_first, ram_first, output, tohost, shift";

fn relations(table: &mut Table) {
    let memory = table.memory;
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
    let twist = ["remember/registers", "remember: registers, ram, shift"];
    let registers = named(memory, &twist, &["memory/accesses"]);
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
    let first = named(memory, &twist, &["initial/registers"]);
    hidden(
        &first,
        nothing,
        &only(rows::REWRITE, |d| d.cycle.rd_old = 4),
    );
    // A cell reads what it does not hold.
    let wrong_cell = only(rows::LOAD, |d| (d.cycle.cell_old, d.again) = (8, true));
    let ram = named(memory, &["remember/ram"], &["memory/accesses"]);
    hidden(&ram, nothing, &wrong_cell);
    // A row that names x0 reads something.
    let zero = only(rows::NARROW, |d| (d.cycle.rs2, d.again) = (1, true));
    let zeros = named(memory, &["remember/registers"], &["access/zero"]);
    hidden(&zeros, nothing, &zero);
    // The run stops before it halts.
    let shift = named(memory, &["remember/shift"], &["access/shift", ACCESS]);
    hidden(&shift, |start| start.cycles = 9, &honest);
    // A register or a cell starts with what nobody put there.
    let recall = "recall: register_values, ram_values, output, tohost";
    let initial = ["initial/registers", "initial: registers, ram"];
    let registers = named(memory, &["recall/register_values", recall], &initial);
    let dirty = |start: &mut Start| start.registers = vec![(17, 5)];
    hidden(&registers, dirty, &honest);
    let ram = named(memory, &["recall/ram_values"], &["initial/ram"]);
    hidden(&ram, |start| start.memory[0].1 = 55, &honest);
    if memory == Memory::Twist {
        // One that nobody reads, too.
        hidden(&ram, |start| start.memory.push((9, 55)), &honest);
    }
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
    let checks = [
        ["recall/output", "recall/tohost"],
        ["access/output", "access/tohost"],
    ];
    let [output, tohost] = checks[usize::from(table.memory == Memory::Spice)];
    for (check, block, lie) in [
        (output, 0, (2, 1)),
        (output, 0, (1, 8)),
        (tohost, 1, (8, 1)),
    ] {
        let mut run: Run<'_> = honest_run.clone();
        run.finals[block].contents = vec![lie];
        table.load_bearing(check, &Forgery::of(&run, &witness));
    }
}

fn bytecode_claims(table: &mut Table) {
    use Phase::{Access, Balance, Constrain, First, Labels, Leaf, Range, Recall, Remember};
    let link = |rows: &mut [Row]| rows[rows::LINK].link = 4;
    table.another_program("fetch/step 1", link, &[Constrain], false, &honest);
    let wider = |rows: &mut [Row]| {
        rows[rows::LOAD_NARROW].operands = Operands::Pair(Left::Cell, Right::Window { size: 2 });
    };
    table.another_program("fetch/step power", wider, &[Constrain], false, &honest);
    let or = |rows: &mut [Row]| rows[rows::AND].table = Some(TableId::OR);
    table.another_program("fetch/selectors", or, &[], false, &honest);
    let rs1 = |rows: &mut [Row]| rows[rows::SUM].rs1 = 6;
    let rs2 = |rows: &mut [Row]| rows[rows::SUM].rs2 = 5;
    // The row is taken to write x17, which holds the value already: x18 stays what it was.
    let rd = |rows: &mut [Row]| rows[rows::REPEAT].rd = 17;
    // The branch reaches a row that it skips, by a label that the row does not have.
    let label = |rows: &mut [Row]| rows[rows::SKIPPED].label = 14;
    let leave = |_: usize, draft: &mut Draft| {
        if draft.cycle.row as usize == rows::SKIPPED {
            draft.next_row += 1;
        }
    };
    if table.memory == Memory::Twist {
        table.another_program("fetch/rs1", rs1, &[Remember], false, &honest);
        table.another_program("fetch/rs2", rs2, &[Remember], false, &honest);
        table.another_program("fetch/rd", rd, &[Remember], false, &honest);
        let rd = |rows: &mut [Row]| rows[rows::REWRITE].rd = 9;
        table.another_program("fetch/rd_recall", rd, &[Recall], true, &honest);
        table.another_program("fetch/label", label, &[Constrain, Remember], false, &leave);
        return;
    }
    let accesses = [Balance, Range, Access, Leaf];
    table.another_program("fetch/number_rs1", rs1, &accesses, false, &honest);
    table.another_program("fetch/number_rs2", rs2, &accesses, false, &honest);
    table.another_program("fetch/number_rd", rd, &accesses, false, &honest);
    // Where it is said to be, nothing is accessed first: only the claim is false.
    table.another_program("fetch/rs1", rs1, &[First], true, &honest);
    table.another_program("fetch/rs2", rs2, &[First], true, &honest);
    let rd = |rows: &mut [Row]| rows[rows::REWRITE].rd = 9;
    table.another_program("fetch/rd", rd, &[First], true, &honest);
    table.another_program("fetch/label", label, &[Constrain, Labels], false, &leave);
}

/// A port that a row is said not to use.
fn silent<const ROW: u128, const PORT: usize>() -> Rules {
    Rules {
        active: |row, port| links::active(row, port) && (row.label, port) != (ROW, PORT),
        ..Rules::TRUE
    }
}

/// The cycle in which a row runs, if it does.
const fn runs(row: usize) -> usize {
    if row > rows::SKIPPED {
        row - 2
    } else {
        row - 1
    }
}

/// An access, by row and port.
type At = (usize, usize);

/// What is done to columns.
type Change<'a> = &'a dyn Fn(&mut Columns);

/// A lie of Spice: that other accesses come before some, or that columns are others in some phases.
struct Lying<'a> {
    tamper: &'a dyn Fn(usize, &mut Draft),
    rules: Rules,
    /// Pairs of an access and the one before it.
    links: &'a [(At, Option<At>)],
    /// What is changed for all phases, once columns follow from links.
    all: Change<'a>,
    /// What else is changed for some.
    some: (&'a [Phase], Change<'a>),
    lie: Option<Lie>,
}

impl Default for Lying<'_> {
    fn default() -> Self {
        Lying {
            tamper: &honest,
            rules: Rules::TRUE,
            links: &[],
            all: &|_| (),
            some: (&[], &|_| ()),
            lie: None,
        }
    }
}

impl Lying<'_> {
    /// Not even a constraint is broken.
    fn load_bearing(&self, table: &mut Table, checks: &[&str]) {
        let machine = machine(table.word, program(table.word));
        let first = run(&machine, Vec::new());
        let witness = simulate(&first, &Start::honest(&first), self.tamper);
        let run = run(&machine, contents(&witness));
        assert_eq!(violations(&run, &witness), []);
        let accesses = links::accesses(&run, &witness, self.rules);
        let position = |(row, port): At| {
            let is = |a: &Access| (a.cycle, a.port) == (runs(row), port);
            accesses.iter().position(is).unwrap()
        };
        let mut before = links::links(&accesses);
        for (access, link) in self.links {
            before[position(*access)] = link.map(position);
        }
        let mut all = Columns::linked(&run, &accesses, &before);
        (self.all)(&mut all);
        let mut some = all.clone();
        self.some.1(&mut some);
        let mut forgery = Forgery::of(&run, &witness);
        forgery.spice.lie = self.lie;
        for told in forgery.spice.all() {
            told.columns = Some(&all);
            told.rules = self.rules;
        }
        for phase in self.some.0 {
            let told = match phase {
                Phase::Balance => &mut forgery.spice.balance,
                Phase::Range => &mut forgery.spice.range,
                Phase::Initial => &mut forgery.spice.initial,
                Phase::Leaf => &mut forgery.spice.leaf,
                _ => panic!("no such phase"),
            };
            told.columns = Some(&some);
        }
        for check in checks {
            table.load_bearing(check, &forgery);
        }
    }
}

fn add(column: &mut Arc<Vec<i128>>, row: usize, more: i128) {
    let mut values = column.to_vec();
    values.resize(values.len().max(row + 1), 0);
    values[row] += more;
    *column = Arc::new(values);
}

/// Time runs backwards, in several disguises.
fn order_of_time(table: &mut Table) {
    use rows::{LOAD, LOAD_NARROW, NARROW, REWRITE, STORE, STORE_NARROW};
    // A load reads what a store leaves three cycles later.
    let after = {
        let machine = machine(table.word, program(table.word));
        let run = run(&machine, Vec::new());
        let witness = simulate(&run, &Start::honest(&run), &honest);
        let at = runs(STORE_NARROW);
        (i128::from(witness.cell[at]) + witness.cell_inc[at]) as u64
    };
    let tamper = |cycle: usize, draft: &mut Draft| {
        if cycle == runs(LOAD) {
            (draft.cycle.cell_old, draft.again) = (after, true);
        }
    };
    let links = [
        ((LOAD_NARROW, CELL), Some((STORE, CELL))),
        ((LOAD, CELL), Some((STORE_NARROW, CELL))),
    ];
    let load = || Lying {
        tamper: &tamper,
        links: &links,
        ..Lying::default()
    };
    load().load_bearing(table, &["memory/range"]);
    for (check, lie) in [
        ("balance/differences", Lie::Differences),
        ("balance/range", Lie::Range),
    ] {
        let lying = Lying {
            lie: Some(lie),
            ..load()
        };
        lying.load_bearing(table, &[check]);
    }
    // The range has a negative number.
    let (at, number) = (63, -4);
    let lying = Lying {
        all: &|columns| add(&mut columns.counts, at, 1),
        lie: Some(Lie::Entry { at, number }),
        ..load()
    };
    lying.load_bearing(table, &["memory/table"]);
    // The difference summed is another one than the one committed, openly or not.
    let counted = |columns: &mut Columns| add(&mut columns.counts, 0, 1);
    let none = |columns: &mut Columns| add(&mut columns.difference[CELL], runs(LOAD), 4);
    for (check, phases) in [
        ("access/differences", [Phase::Range].as_slice()),
        ("access/leaf", &[Phase::Range, Phase::Leaf]),
    ] {
        let lying = Lying {
            all: &counted,
            some: (phases, &none),
            ..load()
        };
        lying.load_bearing(table, &[check]);
    }
    // A time that is not now: the load's is after the store's.
    let lying = Lying {
        rules: Rules {
            now: |port, cycle| match (port, cycle) == (CELL, runs(LOAD)) {
                true => links::now(CELL, runs(rows::BRANCH)),
                false => links::now(port, cycle),
            },
            ..Rules::TRUE
        },
        ..load()
    };
    lying.load_bearing(table, &["access/accesses"]);

    // A register is read as it is written later, with the difference wrapped around: carried −1 times,
    // or only said to be where accesses are summed.
    let at = runs(NARROW);
    let links = [
        ((REWRITE, 2), Some((rows::SUM, 2))),
        ((NARROW, 0), Some((REWRITE, 2))),
        ((rows::COPY, 0), Some((NARROW, 0))),
    ];
    let wrapped = links::now(0, at) - links::now(2, runs(REWRITE)) - 1 + 64;
    let wrap = |columns: &mut Columns| {
        add(&mut columns.difference[0], at, 64);
        add(&mut columns.counts, wrapped as usize, 1);
    };
    let carry = |columns: &mut Columns| add(&mut columns.carry[0], at, -1);
    let carried = Lying {
        links: &links,
        all: &|columns| {
            wrap(columns);
            carry(columns);
        },
        ..Lying::default()
    };
    carried.load_bearing(table, &["access/flags"]);
    let said = Lying {
        links: &links,
        all: &wrap,
        some: (&[Phase::Balance], &carry),
        ..Lying::default()
    };
    said.load_bearing(table, &["access/accesses"]);
}

/// Places that start, end or fork as they should not.
fn first_and_last(table: &mut Table) {
    use rows::{LOAD, LOAD_NARROW, NARROW, REWRITE, STORE, STORE_NARROW};
    // The final contents lack a cell.
    let omitted = |columns: &mut Columns| add(&mut columns.last[CELL], runs(STORE_NARROW), -1);
    let lying = || Lying {
        all: &omitted,
        ..Lying::default()
    };
    lying().load_bearing(table, &["memory/accesses"]);
    let lying = Lying {
        lie: Some(Lie::Accesses),
        ..lying()
    };
    let balance = "balance: accesses, differences, range";
    lying.load_bearing(table, &["balance/accesses", balance]);
    // What a store leaves is found twice.
    let links = [((LOAD_NARROW, CELL), Some((STORE, CELL)))];
    let fork = Lying {
        links: &links,
        ..Lying::default()
    };
    fork.load_bearing(table, &["access/flags"]);
    // Initial contents are found again: of a cell, of a register.
    let tamper = only(LOAD, |d| (d.cycle.cell_old, d.again) = (0x1122, true));
    let links = [
        ((LOAD, CELL), None),
        ((LOAD_NARROW, CELL), Some((STORE, CELL))),
    ];
    let once = |columns: &mut Columns| add(&mut columns.first[CELL], runs(LOAD), -1);
    for (check, phases) in [
        ("initial/ram", [].as_slice()),
        ("access/ram_first", &[Phase::Initial]),
    ] {
        let lying = Lying {
            tamper: &tamper,
            links: &links,
            some: (phases, &once),
            ..Lying::default()
        };
        lying.load_bearing(table, &[check]);
    }
    let tamper = only(NARROW, |d| (d.cycle.rs1, d.again) = (0, true));
    let links = [((NARROW, 0), None), ((REWRITE, 2), Some((rows::SUM, 2)))];
    let once = |columns: &mut Columns| add(&mut columns.first[0], runs(NARROW), -1);
    for (check, phases) in [
        ("initial/registers", [].as_slice()),
        ("access/registers_first", &[Phase::Initial]),
    ] {
        let lying = Lying {
            tamper: &tamper,
            links: &links,
            some: (phases, &once),
            ..Lying::default()
        };
        lying.load_bearing(table, &[check]);
    }
}

/// A row is said not to access what it accesses.
fn inactive(table: &mut Table) {
    use rows::{LOAD, NARROW, REWRITE, SUM};
    let mut lying = |check: &str, rules, tamper: &dyn Fn(usize, &mut Draft)| {
        let lying = Lying {
            tamper,
            rules,
            ..Lying::default()
        };
        lying.load_bearing(table, &[check]);
    };
    let silenced = silent::<{ NARROW as u128 }, 0>();
    let zero = only(NARROW, |d| (d.cycle.rs1, d.again) = (0, true));
    lying("fetch/active_rs1", silenced, &zero);
    let silenced = silent::<{ SUM as u128 }, 1>();
    let zero = only(SUM, |d| (d.cycle.rs2, d.again) = (0, true));
    lying("fetch/active_rs2", silenced, &zero);
    // It writes what is there already.
    lying(
        "fetch/active_rd",
        silent::<{ REWRITE as u128 }, 2>(),
        &honest,
    );
    let silenced = silent::<{ LOAD as u128 }, CELL>();
    let anything = only(LOAD, |d| (d.cycle.cell_old, d.again) = (8, true));
    lying("fetch/active_cell", silenced, &anything);
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
        &[Phase::Recall, Phase::Finals],
    );
    table.load_bearing("fetch/address_final", &forgery);
}

fn digits(table: &mut Table) {
    use Phase::{Commit, First, Recall, Remember};
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
    match table.memory {
        Memory::Twist => {
            let checks = ["fetch/address_read", "fetch/addresses"];
            table.another_witness(&checks, &stolen, elsewhere, &[Remember]);
            table.another_witness(&["fetch/address_recall"], &honest, elsewhere, &[Recall]);
        }
        Memory::Spice => {
            let checks = ["fetch/address_first", "fetch/addresses"];
            table.another_witness(&checks, &honest, elsewhere, &[First]);
        }
    }
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

fn every_check_has_a_forgery(word: WordSize, memory: Memory) {
    let mut table = Table {
        word,
        memory,
        checks: BTreeSet::new(),
    };
    step_constraints(&mut table);
    relations(&mut table);
    final_contents(&mut table);
    bytecode_claims(&mut table);
    digits(&mut table);
    coefficients(&mut table);
    output_elsewhere(&mut table);
    if memory == Memory::Spice {
        order_of_time(&mut table);
        first_and_last(&mut table);
        inactive(&mut table);
    }

    let machine = machine(word, program(word));
    let run = run(&machine, vec![(1, 7)]);
    let witness = simulate(&run, &Start::honest(&run), &honest);
    let truth = Forgery {
        memory,
        ..Forgery::of(&run, &witness)
    };
    let (verdict, performed) = truth.verdict(Checks::all());
    assert_eq!(verdict, Ok(()));
    let missing: Vec<&String> = performed
        .difference(&table.checks)
        .filter(|check| !check.starts_with("decompose"))
        .collect();
    assert!(missing.is_empty(), "checks without a forgery: {missing:?}");
}

#[test]
fn every_check_of_rv64_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W64, Memory::Twist);
}

/// Other radices of digits, other limits of operands, other offsets.
#[test]
fn every_check_of_rv32_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W32, Memory::Twist);
}

#[test]
fn every_check_of_rv64_with_offline_memory_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W64, Memory::Spice);
}

#[test]
fn every_check_of_rv32_with_offline_memory_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W32, Memory::Spice);
}
