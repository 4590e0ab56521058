//! Lies about single cycles, relations, the bytecode and digits.

use super::*;

/// The output of a table for an index, written to `rd`.
pub(super) fn lookup_of(word: WordSize, draft: &mut Draft, table: TableId, index: u128) {
    let table = instruction_tables::tables::get(word, table).unwrap();
    draft.cycle.index = index;
    draft.cycle.out = table.entry(index);
    draft.cycle.rd_new = draft.cycle.out;
}

pub(super) fn step_constraints(table: &mut Table) {
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
pub(super) fn named<'a>(memory: Memory, twist: &[&'a str], spice: &[&'a str]) -> Vec<&'a str> {
    match memory {
        Memory::Twist => twist.to_vec(),
        Memory::Spice => spice.to_vec(),
    }
}

/// The final check of the batch `access`.
const ACCESS: &str =
    "access: accesses, differences, flags, registers_first, ram_first, output, tohost, shift";

pub(super) fn relations(table: &mut Table) {
    let memory = table.memory;
    let mut hidden =
        |checks: &[&str], start: fn(&mut Start), tamper: &dyn Fn(usize, &mut Draft)| {
            // No constraint sees these.
            assert_eq!(table.tampered(checks, start, tamper), []);
        };
    let nothing = |_: &mut Start| ();
    // A lookup returns what its table does not hold.
    let wrong_output = only(rows::SUM, |d| (d.cycle.out, d.cycle.rd_new) = (11, 11));
    let execute = named(
        memory,
        &["execute/read", "execute: read, registers, ram"],
        &["execute/read", "execute: read"],
    );
    hidden(&execute, nothing, &wrong_output);
    // A register reads what it does not hold.
    let twist = ["execute/registers"];
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
    let ram = named(memory, &["execute/ram"], &["memory/accesses"]);
    hidden(&ram, nothing, &wrong_cell);
    // A row that names x0 reads something.
    let zero = only(rows::NARROW, |d| (d.cycle.rs2, d.again) = (1, true));
    let zeros = named(memory, &["execute/registers"], &["access/zero"]);
    hidden(&zeros, nothing, &zero);
    // The run stops before it halts.
    let shift = named(memory, &["recall/shift"], &["access/shift", ACCESS]);
    hidden(&shift, |start| start.cycles = 9, &honest);
    // A register or a cell starts with what nobody put there.
    let recall = "recall: register_values, ram_values, output, tohost, shift";
    let initial = ["initial/registers", "initial: registers, ram, forbidden"];
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
        "fetch: bytecode, addresses, booleanity, carry, digits",
    ];
    hidden(&entry, |start| start.row = rows::REWRITE as u32, &honest);
}

pub(super) fn final_contents(table: &mut Table) {
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

pub(super) fn bytecode_claims(table: &mut Table) {
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
        table.another_program("fetch/label", label, &[Constrain, Recall], false, &leave);
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

/// A coefficient that is not the bytecode's, on a row all of whose cycles have zero for the monomial: no
/// sum changes, only the claim is false.
pub(super) fn coefficients(table: &mut Table) {
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
        let more = Fr::one();
        forgery.coefficient = Some(ChangedCoefficient {
            monomial,
            row,
            more,
        });
        table.load_bearing(&format!("fetch/step {}", monomial_name(columns)), &forgery);
    }
}

/// The output block is taken to be other cells: ones that the program writes, and ones that differ in the high digit.
pub(super) fn output_elsewhere(table: &mut Table) {
    match table.memory {
        Memory::Twist => {
            output_at(table, "fetch/address_low_final", 4);
            output_at(table, "fetch/address_high_final", 16);
        }
        Memory::Spice => output_at(table, "fetch/address_final", 4),
    }
}

fn output_at(table: &mut Table, check: &str, first: u32) {
    let machine = machine(table.word, program(table.word));
    let truth = run(&machine, vec![(1, 7)]);
    let witness = simulate(&truth, &Start::honest(&truth), &honest);
    let written = |cell: u32| -> i128 {
        let all = witness.address.iter().zip(witness.cell_inc.iter());
        all.filter(|(k, _)| **k == cell).map(|(_, inc)| *inc).sum()
    };
    let mut lie = truth.clone();
    lie.finals[0].first = first;
    lie.finals[0].contents = (first..first + 4)
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
        .map(|cell| (cell, written(cell + first).try_into().unwrap()))
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
    table.load_bearing(check, &forgery);
}

/// A load is said to have been of another cell when values are evaluated. Neither has the high digit of an output
/// block: what was accessed there is as it was.
fn high_recall(table: &mut Table) {
    let mut rows = program(table.word);
    rows[rows::LOAD].imm = (16 + 5) * table.word.bytes() as i128;
    let machine = machine(table.word, rows);
    let first = run(&machine, Vec::new());
    let witness = simulate(&first, &Start::honest(&first), &honest);
    let run = run(&machine, contents(&witness));
    let mut other = witness.clone();
    let mut address = other.address.to_vec();
    assert_eq!(address[cycle_of(rows::LOAD)], 16 + 5);
    address[cycle_of(rows::LOAD)] = 32 + 5;
    other.address = Arc::new(address);
    let mut forgery = Forgery::of(&run, &witness);
    let story = Story {
        run: &run,
        witness: &other,
    };
    tell(&mut forgery, story, &[Phase::Recall]);
    table.load_bearing("fetch/address_high_recall", &forgery);
}

/// A load returns what is in another cell, which is its cell for all but the constraints: their claim on the cell's digits
/// is carried, and false.
fn another_cell(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let first = run(&machine, Vec::new());
    let stolen = only(rows::LOAD, |d| {
        (d.cycle.cell_old, d.cycle.cell_new, d.cycle.rd_new) = (0x3344, 0x3344, 0x3344);
    });
    let witness = simulate(&first, &Start::honest(&first), &stolen);
    let run = run(&machine, contents(&witness));
    let mut other = witness.clone();
    let mut address = other.address.to_vec();
    address[cycle_of(rows::LOAD)] = 6;
    other.address = Arc::new(address);
    let columns = Columns::of(&run, &other);
    let mut forgery = Forgery::of(&run, &other);
    for told in forgery.spice.all() {
        told.columns = Some(&columns);
    }
    let story = Story {
        run: &run,
        witness: &witness,
    };
    tell(&mut forgery, story, &[Phase::Constrain]);
    table.load_bearing("fetch/carry", &forgery);
}

pub(super) fn digits(table: &mut Table) {
    another_cell(table);
    use Phase::{Carry, Commit, First, Recall, Remember};
    let at = cycle_of(rows::LOAD);
    // Cell 6, and the one that differs from the load's in the high digit.
    let elsewhere = |cell: u32| {
        move |w: &mut Witness| {
            let mut address = w.address.to_vec();
            address[at] = cell;
            w.address = Arc::new(address);
        }
    };
    let (low, high) = (elsewhere(6), elsewhere(16 + 5));
    match table.memory {
        Memory::Twist => {
            // The load returns another cell.
            let stolen = |value: u64| {
                only(rows::LOAD, move |d| {
                    (d.cycle.cell_old, d.cycle.cell_new, d.cycle.rd_new) = (value, value, value);
                })
            };
            let checks = ["fetch/address_low_read", "fetch/addresses"];
            table.another_witness(&checks, &stolen(0x3344), low, &[Remember]);
            let checks = ["fetch/address_high_read", "fetch/addresses"];
            table.another_witness(&checks, &stolen(0), high, &[Remember]);
            table.another_witness(&["fetch/address_low_recall"], &honest, low, &[Recall]);
            high_recall(table);
        }
        Memory::Spice => {
            let checks = ["fetch/address_first", "fetch/addresses"];
            table.another_witness(&checks, &honest, low, &[First]);
        }
    }
    // The increments committed are not those of the execution.
    let other = |w: &mut Witness| {
        let mut increments = w.rd_inc.to_vec();
        increments[at] += 1;
        w.rd_inc = Arc::new(increments);
    };
    table.another_witness(&["fetch/carry"], &honest, other, &[Commit, Carry]);
    // … but those that are carried are.
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
    assert_eq!(witness.row[cycle], crate::support::SECOND_HALT);
    let mut forgery = Forgery::of(&run, &witness);
    assert_eq!(forgery.verdict(Checks::all()).0, Ok(()));
    let cases = [(0, [(3, 5), (0, -5)]), (1, [(3, 5), (2, -5)])].map(|(digit, errors)| {
        let error = |(value, error)| MatrixError {
            digit,
            value,
            cycle,
            error: Fr::from(error),
        };
        errors.map(error).to_vec()
    });
    // An offset is four at once, and neither the offset nor the power of two that it stands for is another one.
    let weights: [fn(u64) -> u64; 3] = [|_| 1, |offset| offset, |offset| 1 << (8 * offset)];
    let equations = weights.map(|weight| (0..4).map(|offset| Fr::from(weight(offset))).collect());
    let shares = tables::vanishing(equations.to_vec())
        .into_iter()
        .enumerate();
    let offsets = shares.map(|(value, error)| MatrixError {
        digit: run.machine.digit_radices().len() - 1,
        value,
        cycle,
        error,
    });
    let cases: Vec<Vec<MatrixError>> = cases.into_iter().chain([offsets.collect()]).collect();
    for errors in &cases {
        forgery.matrix = errors;
        table.load_bearing("fetch/booleanity", &forgery);
    }
}

/// The digits of a read that returns nothing are those of another index, or one of them is not boolean; for every group
/// of digits.
pub(super) fn lookup_digits(table: &mut Table) {
    let machine = machine(table.word, program(table.word));
    let run = run(&machine, vec![(1, 7)]);
    let witness = simulate(&run, &Start::honest(&run), &honest);
    let read = cycle_of(rows::LINK);
    assert_eq!(witness.reads.table[read], Reads::NO_TABLE);
    let groups = 2 * table.word.bits() / 16;
    for group in 0..groups {
        let other = 5 << (16 * group + 4 * (group % 4));
        let mut forgery = Forgery::of(&run, &witness);
        let lying = |cheat| {
            Some(LyingShout {
                cheat,
                one_hot: None,
            })
        };
        forgery.lookup = lying(Cheat::OtherIndex { read, other });
        table.load_bearing("fetch/digits", &forgery);
        let towards = [(other, Fr::from(3u64)), (0, Fr::zero())];
        forgery.lookup = lying(Cheat::Blend { read, towards });
        table.load_bearing("digits/one-hot", &forgery);
    }
}
