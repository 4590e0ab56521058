//! The batch `access`: everything that is left to say of cycles, at one point.
//!
//! Relations, over cycles:
//! - `accesses`: the claim on the leaves of the tree `accesses`, in terms of columns; and that a port that
//!   names x0 reads 0 (check `access/zero`);
//! - `differences`: the claim on the leaves of `differences`. It leaves a claim on a column that is linear in
//!   others, whose claims `accesses` leaves: check `access/leaf`;
//! - `flags`: `first` and `last` are 0 or 1, and `carry` is 0, 1 or 2;
//! - `registers_first`, `ram_first`: the claims on `touched` and `values` (see [`super::initial`]);
//! - one relation for each block of final contents, `contents − init = Σ_j ra(j) · inc(j)`;
//! - `shift`: see [`labels`].

use super::Stories;
use super::balance::{Challenges, Opened, Port};
use super::witness::{CELL, NAMES, PORTS, REGISTER_PORTS, Story, active, entry, number, old};
use crate::machine::{Run, evaluate_cells};
use crate::memory::{self, At, ColumnClaim, labels, port_column, value};
use crate::step::Oracles as MachineOracles;
use instruction_tables::Row;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver, EqBlocks};
use sumcheck::{
    Claimed, EvalClaim, Expr, Field, Oracle, Point, Reduced, Relation, RoundProver, Segment,
    VerifyError,
};

/// What the relations are made from, known to both sides.
pub struct Public<F> {
    /// Where the trees' leaves are claimed.
    pub opened: Opened<F>,
    /// `β`, `σ`.
    pub challenges: Challenges<F>,
    /// Combines numerators and denominators.
    pub zeta: F,
    /// Weights of the checks that x0 reads 0; 0 where the check is off.
    pub zero: [F; 2],
    /// Combines flags.
    pub theta: F,
    /// Combines `touched` and `values`.
    pub delta: F,
    /// Address points of registers and of RAM.
    pub cells: [Point<F>; 2],
    /// Address points of the final blocks.
    pub blocks: Vec<Point<F>>,
    /// Where next labels are claimed.
    pub step: Point<F>,
}

fn name(what: &str, port: usize) -> String {
    format!("{what}_{}", NAMES[port])
}

/// The claim on the leaves of `accesses`, by cycle.
fn accesses<F: Field>(run: &Run<'_>, public: &Public<F>) -> Relation<F> {
    let mut relation = Relation::new("accesses", vec![Segment::cycle(run.cycle_vars)]);
    let eq = relation.eq("eq(p,j)", 0, public.opened.accesses.clone());
    let position = relation.public("j", &[0], |points| Column::position().evaluate(&points[0]));
    let mut terms = Vec::with_capacity(3 * PORTS);
    for port in 0..PORTS {
        let Port {
            constant,
            position: moves,
            first,
            last,
            old: old_weight,
            increment,
            difference,
            carry,
            place,
        } = Port::new(
            port,
            run.cycle_vars,
            &public.opened,
            &public.challenges,
            public.zeta,
        );
        let weight = |what: &str, value| Expr::constant(name(what, port), value);
        let active = relation.claimed(name("active", port), &[0]);
        let old = relation.claimed(name("old", port), &[0]);
        // zero · (1 − active) · old
        let zero = public.zero.get(port).copied();
        let mut own = vec![
            weight("c1", constant),
            weight("cj", moves) * position.clone(),
            weight("cf", first) * relation.claimed(name("first", port), &[0]),
            weight("cl", last) * relation.claimed(name("last", port), &[0]),
            weight("cd", difference) * relation.claimed(name("difference", port), &[0]),
            weight("co", old_weight - zero.unwrap_or_default()) * old.clone(),
        ];
        if port < REGISTER_PORTS {
            own.push(weight("cc", carry) * relation.claimed(name("carry", port), &[0]));
        }
        if let Some(increments) = [None, None, Some("rd_inc"), Some("cell_inc")][port] {
            own.push(weight("ci", increment) * relation.claimed(increments, &[0]));
        }
        terms.push(active * Expr::Sum(own));
        if let Some(zero) = zero {
            terms.push(weight("cz", zero) * old);
        }
        terms.push(weight("cp", place) * relation.claimed(name("place", port), &[0]));
    }
    relation.summand = eq * Expr::Sum(terms);
    relation
}

fn differences<F: Field>(run: &Run<'_>, public: &Public<F>) -> Relation<F> {
    let mut relation = Relation::new("differences", vec![Segment::cycle(run.cycle_vars)]);
    let eq = relation.eq("eq(q,j)", 0, public.opened.differences.clone());
    relation.summand = eq * relation.claimed("leaf", &[0]);
    relation
}

/// Columns that are flags or carries.
pub const FLAGS: usize = 2 * PORTS + REGISTER_PORTS;

fn flags<F: Field>(run: &Run<'_>, public: &Public<F>) -> Relation<F> {
    let mut relation = Relation::new("flags", vec![Segment::cycle(run.cycle_vars)]);
    let eq = relation.eq("eq(p,j)", 0, public.opened.accesses.clone());
    let minus = |x: Claimed<F>, k: u64| x - Expr::constant(k.to_string(), F::from(k));
    let mut terms = Vec::new();
    for what in ["first", "last"] {
        for port in 0..PORTS {
            let flag = relation.claimed(name(what, port), &[0]);
            terms.push(flag * flag - flag);
        }
    }
    for port in 0..REGISTER_PORTS {
        let carry = relation.claimed(name("carry", port), &[0]);
        terms.push(carry * minus(carry, 1) * minus(carry, 2));
    }
    debug_assert_eq!(terms.len(), FLAGS);
    relation.summand = eq * Expr::batch("θ", public.theta, terms);
    relation
}

/// `touched + δ·values = Σ_j Σ_a ra_a(j) · first_a(j) · (1 + δ·old_a(j))`.
fn first<F: Field>(
    run: &Run<'_>,
    name_: &'static str,
    ports: std::ops::Range<usize>,
    delta: F,
) -> Relation<F> {
    let mut relation = Relation::new(name_, vec![Segment::cycle(run.cycle_vars)]);
    let terms = ports.map(|port| {
        let mut claimed = |what| relation.claimed(name(what, port), &[0]);
        let (address, first, old) = (claimed("ra"), claimed("first"), claimed("old"));
        let one = Expr::constant("1", F::one());
        address * first * (one + Expr::constant("δ", delta) * old)
    });
    let terms: Vec<Expr<F>> = terms.collect();
    relation.summand = match <[Expr<F>; 1]>::try_from(terms) {
        Ok([product]) => product,
        Err(terms) => Expr::Sum(terms),
    };
    relation
}

/// The relations, in the order of the batch.
pub fn relations<F: Field>(run: &Run<'_>, public: &Public<F>) -> Vec<Relation<F>> {
    let mut all = vec![
        accesses(run, public),
        differences(run, public),
        flags(run, public),
        first(run, "registers_first", 0..REGISTER_PORTS, public.delta),
        first(run, "ram_first", CELL..PORTS, public.delta),
    ];
    let finals = run.finals.iter();
    all.extend(finals.map(|f| value::Contents::at_the_end(f.name, run.cycle_vars).relation));
    all.push(labels::Shift::new(run, &public.step).relation);
    all
}

/// `contents − init` of the final blocks.
pub fn finals<F: Field>(run: &Run<'_>, blocks: &[Point<F>]) -> Vec<F> {
    let blocks = run.finals.iter().zip(blocks);
    blocks
        .map(|(f, point)| evaluate_cells(&f.contents, point) - evaluate_cells(&run.initial, point))
        .collect()
}

/// The column of bytecode behind a factor of `accesses`, with the name of its check.
fn bytecode_column<F: Field>(port: usize, what: &str) -> (&'static str, fn(&Row, usize) -> F) {
    const ACTIVE: [&str; PORTS] = ["active_rs1", "active_rs2", "active_rd", "active_cell"];
    const PLACE: [&str; REGISTER_PORTS] = ["number_rs1", "number_rs2", "number_rd"];
    match what {
        "active" => (ACTIVE[port], |row, port| F::from(active(row, port))),
        _ => (PLACE[port], |row, port| {
            F::from(u64::from(number(row, port)))
        }),
    }
}

/// The kernels of [`relations`].
pub fn kernels<F: Field>(
    relations: &[Relation<F>],
    stories: &Stories<'_>,
    public: &Public<F>,
) -> Vec<Box<dyn RoundProver<F>>> {
    let mut blocks = public.blocks.iter();
    relations
        .iter()
        .map(|relation| -> Box<dyn RoundProver<F>> {
            let story = match relation.name {
                "accesses" | "flags" => &stories.access,
                "differences" => &stories.leaf,
                "registers_first" | "ram_first" => &stories.first,
                "shift" => {
                    let Story { run, witness, .. } = stories.labels;
                    let shift = labels::Shift::new(run, &public.step);
                    return Box::new(labels::prover(run, witness, &shift, &public.step));
                }
                _ => &stories.finals,
            };
            let block = relation.position("address").and_then(|_| blocks.next());
            Box::new(CycleProver::new(
                relation,
                &[],
                columns(relation, story, public, block),
            ))
        })
        .collect()
}

/// The columns of a relation's factors; `block` is the address point of final contents.
fn columns<F: Field>(
    relation: &Relation<F>,
    story: &Story<'_>,
    public: &Public<F>,
    block: Option<&Point<F>>,
) -> Vec<Option<Column<F>>> {
    let Story {
        run,
        witness,
        columns,
        rules,
    } = *story;
    let code = &run.machine.bytecode;
    let addresses = |point: &Point<F>| {
        let at = EqBlocks::new(point);
        let rows = witness.address.iter().map(|k| at.get(*k)).collect();
        Column::with_tail(rows, at.get(0))
    };
    let registers = public.cells[0].eq_table();
    let port_address = |port: usize| match port {
        CELL => addresses(&public.cells[1]),
        _ => {
            let column = code.column(|row| match number(row, port) {
                0 => F::zero(),
                n => registers[usize::from(n)],
            });
            code.over_cycles(column, &witness.row)
        }
    };
    let signed = |column: &Arc<Vec<i128>>| Some(Column::signed(column.clone()));
    let of = |factor: &str| -> Option<Column<F>> {
        match factor {
            "j" => return Some(Column::position()),
            "leaf" => return Some(Column::field(leaf(story, public))),
            "increment" => return signed(&witness.cell_inc),
            "address" => return block.map(&addresses),
            "rd_inc" => return signed(&witness.rd_inc),
            "cell_inc" => return signed(&witness.cell_inc),
            _ => {}
        }
        let (what, port) = factor.rsplit_once('_')?;
        let port = NAMES.iter().position(|n| *n == port)?;
        match what {
            "active" => {
                let column = code.column(|row| F::from((rules.active)(row, port)));
                Some(code.over_cycles(column, &witness.row))
            }
            "place" if port == CELL => {
                let cells = witness.address.iter().map(|k| u64::from(*k));
                Some(Column::words(Arc::new(cells.collect())))
            }
            "place" => {
                let column = code.column(|row| F::from(u64::from(number(row, port))));
                Some(code.over_cycles(column, &witness.row))
            }
            "old" => Some(Column::words(old(witness, port).clone())),
            "first" => Some(small(&columns.first[port])),
            "last" => Some(small(&columns.last[port])),
            "difference" => Some(small(&columns.difference[port])),
            "carry" => Some(small(&columns.carry[port])),
            "ra" => Some(port_address(port)),
            _ => None,
        }
    };
    let factors = relation.factors.iter();
    factors.map(|factor| of(&factor.name)).collect()
}

/// Flags and carries as digits, differences as words; what a dishonest prover has in their place as it is.
fn small<F: Field>(column: &Arc<Vec<i128>>) -> Column<F> {
    let bytes = column
        .iter()
        .map(|x| u8::try_from(*x).ok().filter(|x| *x < 3));
    if let Some(digits) = bytes.collect() {
        let values = (0..3u64).map(F::from).collect();
        return Column::digits(Arc::new(digits), values);
    }
    let words = column.iter().map(|x| u64::try_from(*x));
    match words.collect() {
        Ok(words) => Column::words(Arc::new(words)),
        Err(_) => Column::signed(column.clone()),
    }
}

/// `Σ_a w_a · (A_a − ζ·difference_a)` in every cycle.
fn leaf<F: Field>(story: &Story<'_>, public: &Public<F>) -> Vec<F> {
    let Story {
        run,
        witness,
        columns,
        rules,
    } = *story;
    let rows = &run.machine.bytecode.rows;
    let ports = &public.opened.ports;
    let scaled: Vec<F> = ports.iter().map(|w| -*w * public.zeta).collect();
    let of = |(j, row): (usize, &u32)| {
        let row = &rows[*row as usize];
        let mut sum = F::zero();
        for port in 0..PORTS {
            if (rules.active)(row, port) {
                sum += ports[port];
            }
            match entry(&columns.difference[port], j) {
                0 => {}
                d => sum += scaled[port].mul_i128(d),
            }
        }
        sum
    };
    witness.row.iter().enumerate().map(of).collect()
}

/// The argument's oracles.
#[derive(Clone, Debug)]
pub struct Oracles {
    /// Values read.
    pub old: [Oracle; PORTS],
    /// See [`Columns`](super::witness::Columns).
    pub difference: [Oracle; PORTS],
    /// See [`Columns`](super::witness::Columns).
    pub carry: [Oracle; REGISTER_PORTS],
    /// See [`Columns`](super::witness::Columns).
    pub first: [Oracle; PORTS],
    /// See [`Columns`](super::witness::Columns).
    pub last: [Oracle; PORTS],
    /// See [`Columns`](super::witness::Columns).
    pub counts: Oracle,
}

/// Number of polynomials committed.
pub const COMMITTED: usize = 4 * PORTS + REGISTER_PORTS + 1;

impl Oracles {
    /// From all of them, in order of commitment.
    pub fn of(all: &[Oracle]) -> Option<Self> {
        let (old, rest) = all.split_first_chunk()?;
        let (difference, rest) = rest.split_first_chunk()?;
        let (carry, rest) = rest.split_first_chunk()?;
        let (first, rest) = rest.split_first_chunk()?;
        let (last, rest) = rest.split_first_chunk()?;
        let [counts] = rest else { return None };
        Some(Oracles {
            old: *old,
            difference: *difference,
            carry: *carry,
            first: *first,
            last: *last,
            counts: *counts,
        })
    }

    fn get(&self, what: &str, port: usize) -> Option<Oracle> {
        match what {
            "old" => Some(self.old[port]),
            "difference" => Some(self.difference[port]),
            "carry" => self.carry.get(port).copied(),
            "first" => Some(self.first[port]),
            "last" => Some(self.last[port]),
            _ => None,
        }
    }
}

/// A sum of received values that must be zero (check `access/leaf`), and the claims for `fetch`.
pub type Left<F, V> = (Vec<(F, V)>, memory::Claims<F, V>);

/// What the batch leaves, sorted, with the claim on `ra` at the point of cells and `r_step`; claims on oracles are
/// handed to `claim_eval`.
pub fn leave<F: Field, V: Copy>(
    run: &Run<'_>,
    public: &Public<F>,
    (reduced, accessed): (Vec<Reduced<F, V>>, V),
    (own, machine): (&Oracles, &MachineOracles),
    mut claim_eval: impl FnMut(EvalClaim<F, V>) -> Result<(), VerifyError>,
) -> Result<Left<F, V>, VerifyError> {
    let mut reduced = reduced.into_iter();
    let mut next = || reduced.next().expect("one relation in, one out");
    let [mut accesses, mut differences, mut flags] = [(); 3].map(|()| next());
    let point = accesses.points[0].clone();
    let mut columns = Vec::new();
    let mut leaf = vec![(-F::one(), differences.take("leaf"))];
    differences.done();
    for port in 0..PORTS {
        for what in ["active", "place"] {
            let value = accesses.take(&name(what, port));
            if what == "active" {
                leaf.push((public.opened.ports[port], value));
            }
            if (what, port) == ("place", CELL) {
                claim_eval(machine.cell_index(&run.machine.ram_radices(), &point, value))?;
                continue;
            }
            let (check, column) = bytecode_column::<F>(port, what);
            columns.push(ColumnClaim {
                check,
                at: 0,
                column: Box::new(move |row| column(row, port)),
                value,
            });
        }
        for what in ["old", "difference", "carry", "first", "last"] {
            let Some(oracle) = own.get(what, port) else {
                continue;
            };
            let value = accesses.take(&name(what, port));
            if what == "difference" {
                leaf.push((-public.zeta * public.opened.ports[port], value));
            }
            claim_eval(MachineOracles::dense(oracle, &point, value))?;
            if matches!(what, "carry" | "first" | "last") {
                let value = flags.take(&name(what, port));
                claim_eval(MachineOracles::dense(oracle, &point, value))?;
            }
        }
    }
    for (what, oracle) in [("rd_inc", machine.rd_inc), ("cell_inc", machine.cell_inc)] {
        let value = accesses.take(what);
        claim_eval(MachineOracles::dense(oracle, &point, value))?;
    }
    accesses.done();
    flags.done();
    let mut addresses = Vec::new();
    for (ports, cell) in [0..REGISTER_PORTS, CELL..PORTS]
        .into_iter()
        .zip(&public.cells)
    {
        let mut first = next();
        for port in ports {
            for what in ["old", "first"] {
                let value = first.take(&name(what, port));
                if let Some(oracle) = own.get(what, port) {
                    claim_eval(MachineOracles::dense(oracle, &point, value))?;
                }
            }
            let value = first.take(&name("ra", port));
            match NAMES[port] {
                "cell" => {
                    let step = ("address_step", At::Step, accessed);
                    let first = ("address_first", At::Own(0), value);
                    addresses.push((cell.clone(), vec![step, first]));
                }
                check => columns.push(ColumnClaim {
                    check,
                    at: 0,
                    column: Box::new(port_column(cell, move |row| number(row, port))),
                    value,
                }),
            }
        }
        first.done();
    }
    for block in &public.blocks {
        let mut end = next();
        let increment = end.take("increment");
        claim_eval(MachineOracles::dense(machine.cell_inc, &point, increment))?;
        addresses.push((
            block.clone(),
            vec![("address_final", At::Own(0), end.take("address"))],
        ));
        end.done();
    }
    let mut shift = next();
    columns.push(ColumnClaim {
        check: "label",
        at: 0,
        column: Box::new(|row| F::from(row.label)),
        value: shift.take("label"),
    });
    shift.done();
    let claims = memory::Claims {
        points: vec![("eq(r_access,j)", point)],
        columns,
        addresses,
    };
    Ok((leaf, claims))
}
