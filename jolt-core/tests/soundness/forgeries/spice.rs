//! Lies that offline checking alone must find: about order, first and last accesses, and activity.

use super::*;

/// A port that a row is said not to use.
pub(super) fn silent<const ROW: u128, const PORT: usize>() -> Rules {
    Rules {
        active: |row, port| ports::active(row, port) && (row.label, port) != (ROW, PORT),
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

pub(super) fn add(column: &mut Arc<Vec<i128>>, row: usize, more: i128) {
    let mut values = column.to_vec();
    values.resize(values.len().max(row + 1), 0);
    values[row] += more;
    *column = Arc::new(values);
}

/// Time runs backwards, in several disguises.
pub(super) fn order_of_time(table: &mut Table) {
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
                true => ports::now(CELL, runs(rows::BRANCH)),
                false => ports::now(port, cycle),
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
    let wrapped = ports::now(0, at) - ports::now(2, runs(REWRITE)) - 1 + 64;
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
pub(super) fn first_and_last(table: &mut Table) {
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
pub(super) fn inactive(table: &mut Table) {
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
