//! Stores into what is read-only, and accesses of the guard.

use super::*;
use crate::support::{GUARD, READ_ONLY};
use tracer::CellSet;

/// Whatever a store does to a read-only cell: nothing else is wrong with it.
pub(super) fn step(table: &mut Table) {
    let bytes = table.word.bytes() as i128;
    let [first, second] = READ_ONLY.map(|range| i128::from(range.start) * bytes);
    // What was there, by something else.
    table.forced("protected", |rows| rows[rows::STORE].imm = second);
    table.forced("protected", |rows| {
        rows[rows::STORE_NARROW].imm = second + 1
    });
    // What is there already: no value changes.
    for at in [first, second + bytes] {
        table.forced("protected", |rows| {
            let row = &mut rows[rows::STORE];
            (row.rs2, row.imm) = (0, at);
        });
    }
}

/// What the claims of the memory argument stop.
pub(super) fn claims(table: &mut Table) {
    let (protected, guard) = match table.memory {
        Memory::Twist => ("ram/protected", ["ram/guard"].as_slice()),
        Memory::Spice => (
            "initial/protected",
            ["initial/guard", "initial/forbidden"].as_slice(),
        ),
    };
    let bytes = table.word.bytes() as i128;
    let (start, last) = (
        i128::from(GUARD.start) * bytes,
        i128::from(GUARD.end - 1) * bytes,
    );
    for (row, at) in [
        (rows::LOAD, start),
        (rows::LOAD_NARROW, last + 1),
        (rows::STORE, last),
        (rows::STORE_NARROW, start + 2),
    ] {
        accessing(table, guard, |rows| rows[row].imm = at);
    }
    // A store of what is there already.
    accessing(table, guard, |rows| {
        let row = &mut rows[rows::STORE];
        (row.rs2, row.imm) = (0, start);
    });

    // The column says that a read-only cell is none.
    let mut rows = program(table.word);
    rows[rows::STORE].imm = i128::from(READ_ONLY[1].start) * bytes;
    let truth = machine(table.word, rows);
    let mut lie = truth.clone();
    lie.read_only = CellSet::default();
    let first = run(&truth, Vec::new());
    let witness = simulate(&first, &Start::honest(&first), &honest);
    let (truth, lie) = (
        run(&truth, contents(&witness)),
        run(&lie, contents(&witness)),
    );
    assert_eq!(violations(&lie, &witness), []);
    let mut forgery = Forgery::of(&truth, &witness);
    let story = Story {
        run: &lie,
        witness: &witness,
    };
    tell(&mut forgery, story, &[Phase::Constrain]);
    table.load_bearing(protected, &forgery);

    // The cell said to be accessed is another one, with the same protection.
    if table.memory == Memory::Spice {
        let elsewhere = |w: &mut Witness| {
            let mut address = w.address.to_vec();
            address[cycle_of(rows::LOAD)] = 9;
            w.address = Arc::new(address);
        };
        let checks = ["fetch/address_step", "fetch/addresses"];
        table.another_witness(&checks, &honest, elsewhere, &[Phase::Forbidden]);
    }
}

/// A program that accesses the guard, and breaks no constraint.
fn accessing(table: &mut Table, checks: &[&str], change: impl Fn(&mut [Row])) {
    let mut rows = program(table.word);
    change(&mut rows);
    let machine = machine(table.word, rows);
    let first = run(&machine, Vec::new());
    let witness = simulate(&first, &Start::honest(&first), &honest);
    let run = run(&machine, contents(&witness));
    assert_eq!(violations(&run, &witness), []);
    for check in checks {
        table.load_bearing(check, &Forgery::of(&run, &witness));
    }
}
