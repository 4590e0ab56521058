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
//! - `shift`: see [`labels`](crate::memory::labels).

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

#[cfg(feature = "prover")]
mod prover;
mod relations;

#[cfg(feature = "prover")]
pub use prover::kernels;
pub use relations::{
    Accesses, AtPort, Differences, FLAGS, FirstAccesses, FirstAtPort, Flags, Relations,
};

use super::balance::{Challenges, Opened};
use super::ports::{CELL, PORTS, REGISTER_PORTS};
use crate::bytecode::{Number, Port, RowColumn};
use crate::machine::{Part, Run};
use crate::memory::{self, AddressClaims, At, ColumnClaim};
use crate::step::Oracles as MachineOracles;
use sumcheck::{EvalClaim, Field, Oracle, Point, Reduced};

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
}

/// What the batch leaves.
#[must_use = "claims must be consumed"]
pub struct Left<F, V> {
    /// A sum that must be zero (check `access/leaf`).
    pub leaf: Vec<(F, V)>,
    /// Claims on oracles.
    pub openings: Vec<EvalClaim<F, V>>,
    /// The claims for `fetch`.
    pub claims: memory::Claims<F, V>,
}

/// Names of checks in `fetch`: columns of bytecode behind the factors of `accesses`.
const ACTIVE: [&str; PORTS] = ["active_rs1", "active_rs2", "active_rd", "active_cell"];
const NUMBER: [&str; REGISTER_PORTS] = ["number_rs1", "number_rs2", "number_rd"];
/// And of `registers_first`.
const REGISTER: [&str; REGISTER_PORTS] = ["rs1", "rs2", "rd"];

fn column<F: Field, V>(check: &'static str, value: V, column: RowColumn<F>) -> ColumnClaim<F, V> {
    ColumnClaim {
        check,
        at: 0,
        column,
        value,
    }
}

/// Whether a row accesses memory through a port.
fn active_column<F: Field>(port: usize) -> RowColumn<F> {
    match Port::ALL.get(port) {
        // All registers but x0.
        Some(port) => RowColumn::numbers(*port, |number| u64::from(number != 0)),
        None => RowColumn::Kind(Box::new(|kind| F::from(kind.access.is_active()))),
    }
}

/// Sorts what the batch leaves, with the claim on `ra` at the point of cells and `r_step`.
pub fn leave<F: Field, V: Copy>(
    run: &Run<'_>,
    public: &Public<F>,
    relations: &Relations<F>,
    (reduced, accessed): (Vec<Reduced<F, V>>, V),
    (own, machine): (&Oracles, &MachineOracles),
) -> Left<F, V> {
    let mut reduced = reduced.into_iter();
    let (
        [
            Some(mut accesses),
            Some(mut differences),
            Some(mut flags),
            Some(mut registers),
            Some(mut ram),
        ],
        Some(shift),
    ) = ([(); 5].map(|()| reduced.next()), reduced.next_back())
    else {
        unreachable!("a batch leaves something of each relation");
    };
    let [point] = accesses.at();
    let dense = |oracle, value| MachineOracles::dense(oracle, &point, value);
    let (mut openings, mut columns, mut increments) = (Vec::new(), Vec::new(), Vec::new());
    let mut leaf = vec![(-F::one(), differences.take(relations.differences.leaf))];
    differences.done();
    for (port, at) in relations.accesses.ports.iter().enumerate() {
        let weight = public.opened.ports[port];
        let value = accesses.take(at.active);
        leaf.push((weight, value));
        columns.push(column(ACTIVE[port], value, active_column(port)));
        let value = accesses.take(at.place);
        match NUMBER.get(port).zip(Port::ALL.get(port)) {
            Some((check, port)) => {
                let numbers = RowColumn::numbers(*port, u64::from);
                columns.push(column(check, value, numbers));
            }
            None => {
                let radices = run.machine.ram_radices();
                openings.push(machine.cell_index(&radices, &point, value));
            }
        }
        openings.push(dense(own.old[port], accesses.take(at.old)));
        let value = accesses.take(at.difference);
        leaf.push((-public.zeta * weight, value));
        openings.push(dense(own.difference[port], value));
        let mut twice = |oracle, of_accesses, of_flags| {
            openings.push(dense(oracle, accesses.take(of_accesses)));
            openings.push(dense(oracle, flags.take(of_flags)));
        };
        let checked = &relations.flags;
        if let Some(carry) = at.carry {
            twice(own.carry[port], carry, checked.carry[port]);
        }
        twice(own.first[port], at.first, checked.first[port]);
        twice(own.last[port], at.last, checked.last[port]);
        increments.extend(at.increment.map(|increment| accesses.take(increment)));
    }
    for (oracle, value) in [machine.rd_inc, machine.cell_inc]
        .into_iter()
        .zip(increments)
    {
        openings.push(dense(oracle, value));
    }
    accesses.done();
    flags.done();
    let mut addresses = Vec::new();
    let [register, cell] = &public.cells;
    for (port, at) in relations.registers.ports.iter().enumerate() {
        openings.push(dense(own.old[port], registers.take(at.old)));
        openings.push(dense(own.first[port], registers.take(at.first)));
        let value = registers.take(at.address);
        let address = RowColumn::of_register(Port::ALL[port], register);
        columns.push(column(REGISTER[port], value, address));
    }
    registers.done();
    for at in &relations.ram.ports {
        openings.push(dense(own.old[CELL], ram.take(at.old)));
        openings.push(dense(own.first[CELL], ram.take(at.first)));
        let step = ("address_step", At::Step, accessed);
        let first = ("address_first", At::Own(0), ram.take(at.address));
        addresses.push(AddressClaims {
            part: Part::Whole,
            point: cell.clone(),
            claims: vec![step, first],
        });
    }
    ram.done();
    for ((block, contents), reduced) in public.blocks.iter().zip(&relations.finals).zip(reduced) {
        let ([address], increment) = contents.leave(reduced);
        openings.push(dense(machine.cell_inc, increment));
        addresses.push(AddressClaims {
            part: Part::Whole,
            point: block.clone(),
            claims: vec![("address_final", At::Own(0), address)],
        });
    }
    let label = relations.shift.leave(shift);
    let label_column = RowColumn::Number(Number::Label);
    columns.push(column("label", label, label_column));
    let claims = memory::Claims {
        points: vec![("eq(r_access,j)", point)],
        columns,
        addresses,
    };
    Left {
        leaf,
        openings,
        claims,
    }
}
