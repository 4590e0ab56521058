//! Phase `remember`: registers and RAM return what they hold, and the next label is the next row's.
//!
//! Relations, one batch; all end at the same cycle point `r_read`:
//! - `registers`: the three reads of a cycle, see [`read`];
//! - `ram`: the one read of a cycle;
//! - `shift`: see [`labels`].
//!
//! Transcript: γ; the batch.

use super::read::{self, Access, EqLow, ReadProver};
use crate::constraints::Column;
use crate::memory::{REGISTER_VARS, port_column};
use crate::vm::{Run, constrain::Step, labels, machine};
use crate::witness::Witness;
use instruction_tables::Row;
use sumcheck::kernel::{self, CycleProver, eq_prefix_sum};
use sumcheck::{
    Field, Instance, Point, ProverChannel, Reduced, Relation, RoundProver, Value, VerifierChannel,
    VerifyError, batch,
};

/// The claims that the phase leaves, at the cycle point `r_read`.
#[must_use = "claims must be consumed"]
pub struct Read<F, V> {
    /// `r_read`.
    pub point: Point<F>,
    /// Register address point.
    pub register: Point<F>,
    /// `Val(register, r_read)`, until [recall](super::recall) takes it.
    pub register_value: Option<V>,
    /// Claims on the register columns of the bytecode: `eq(register, rs1)` and so on.
    pub ports: [V; 3],
    /// RAM address point.
    pub cell: Point<F>,
    /// `Val(cell, r_read)`, until recall takes it.
    pub cell_value: Option<V>,
    /// `ra(cell, r_read)`.
    pub address: V,
    /// `label(r_read)`.
    pub label: V,
}

/// The relations `registers`, `ram` and `shift`, for claims at the cycle point `step`.
pub fn relations<F: Field>(run: &Run<'_>, step: &Point<F>, gamma: F) -> [Relation<F>; 3] {
    [
        read::relation(
            "registers",
            REGISTER_VARS,
            step,
            &["rs1", "rs2", "rd"],
            gamma,
        ),
        read::relation("ram", run.machine.ram_vars(), step, &["address"], F::one()),
        labels::relation(run, step),
    ]
}

fn leave<F: Field, V: Copy>(reduced: Vec<Reduced<F, V>>) -> Read<F, V> {
    let [mut registers, mut ram, mut shift]: [Reduced<F, V>; 3] = match reduced.try_into() {
        Ok(three) => three,
        Err(_) => unreachable!("three relations in, three out"),
    };
    let read = Read {
        point: registers.points[1].clone(),
        register: registers.points[0].clone(),
        register_value: Some(registers.take("value")),
        ports: [
            registers.take("rs1"),
            registers.take("rs2"),
            registers.take("rd"),
        ],
        cell: ram.points[0].clone(),
        cell_value: Some(ram.take("value")),
        address: ram.take("address"),
        label: shift.take("label"),
    };
    registers.done();
    ram.done();
    shift.done();
    read
}

/// The prover's side.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    step: &mut Step<F, F>,
) -> Read<F, F> {
    let gamma: F = channel.sample("gamma");
    let point = step.point.clone();
    let rs = [
        step.take(Column::Rs1),
        step.take(Column::Rs2),
        step.take(Column::RdOld),
    ];
    let claims = [
        rs[0] + gamma * (rs[1] + gamma * rs[2]),
        step.take(Column::Cell),
        step.take(Column::Next),
    ];
    let relations = relations(run, &point, gamma);
    let kernels = kernels(&relations, run, witness, &point, gamma);
    let instances = relations
        .into_iter()
        .zip(claims)
        .zip(kernels)
        .map(|((relation, claim), prover)| Instance {
            relation,
            claim,
            prover,
        })
        .collect();
    leave(batch::prove(channel, "remember", instances))
}

/// The verifier's side.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    step: &mut Step<F, Value>,
) -> Result<Read<F, Value>, VerifyError> {
    let gamma: F = channel.sample("gamma");
    let point = step.point.clone();
    let terms = [
        (F::one(), step.take(Column::Rs1)),
        (gamma, step.take(Column::Rs2)),
        (gamma * gamma, step.take(Column::RdOld)),
    ];
    let claims = [
        channel.linear(F::zero(), &terms),
        step.take(Column::Cell),
        step.take(Column::Next),
    ];
    let relations = relations(run, &point, gamma)
        .into_iter()
        .zip(claims)
        .collect();
    Ok(leave(batch::verify(channel, "remember", relations)?))
}

/// The kernels of [`relations`].
pub fn kernels<'a, F: Field>(
    relations: &[Relation<F>; 3],
    run: &Run<'_>,
    witness: &'a Witness,
    point: &Point<F>,
    gamma: F,
) -> [Box<dyn RoundProver<F> + 'a>; 3] {
    let [registers, ram, shift] = relations;
    let eq = kernel::eq_table(point);
    [
        Box::new(register_prover(run, witness, registers, &eq, gamma)),
        Box::new(ram_prover(run, witness, ram, point, &eq)),
        Box::new(labels::prover(run, witness, shift, &eq)),
    ]
}

fn register_prover<'a, F: Field>(
    run: &Run<'_>,
    witness: &'a Witness,
    relation: &Relation<F>,
    eq: &[F],
    gamma: F,
) -> ReadProver<'a, F> {
    let rows = &run.machine.bytecode.rows;
    let mut accesses = Vec::with_capacity(2 * witness.cycles());
    for (j, row) in witness.row.iter().enumerate() {
        let row = &rows[*row as usize];
        let second = gamma * eq[j];
        for (number, weight, increment) in [
            (row.rs1, eq[j], 0),
            (row.rs2, second, 0),
            (row.rd, second, witness.rd_inc[j]),
        ] {
            if number != 0 {
                let cell = u32::from(number);
                accesses.push(Access {
                    cell,
                    weight,
                    increment,
                });
            }
        }
        if row.rd != 0
            && let Some(last) = accesses.last_mut()
        {
            last.weight *= gamma;
        }
    }
    let bytecode = run.machine.bytecode.clone();
    let relation = relation.clone();
    let build = Box::new(move |register: &Point<F>| {
        let port = |number: fn(&Row) -> u8| {
            bytecode.over_cycles(bytecode.column(port_column(register, number)), &witness.row)
        };
        let eq = register.eq_table();
        let written = witness
            .row
            .iter()
            .zip(witness.rd_inc.iter())
            .map(|(row, increment)| match bytecode.rows[*row as usize].rd {
                0 => (F::zero(), 0),
                rd => (eq[usize::from(rd)], *increment),
            });
        let start = machine::evaluate_cells(&witness.registers, register);
        let value = read::values_at(start, written, witness.cycles());
        let columns = vec![
            None,
            Some(value),
            Some(port(|r| r.rs1)),
            Some(port(|r| r.rs2)),
            Some(port(|r| r.rd)),
        ];
        CycleProver::new(&relation, std::slice::from_ref(register), columns)
    });
    ReadProver::new(REGISTER_VARS, accesses, &witness.registers, build)
}

fn ram_prover<'a, F: Field>(
    run: &Run<'_>,
    witness: &'a Witness,
    relation: &Relation<F>,
    point: &Point<F>,
    eq: &[F],
) -> ReadProver<'a, F> {
    let rows = &run.machine.bytecode.rows;
    let mut accesses = Vec::new();
    let mut idle = F::zero();
    let flush = |accesses: &mut Vec<Access<F>>, idle: &mut F| {
        accesses.push(Access {
            cell: 0,
            weight: *idle,
            increment: 0,
        });
        *idle = F::zero();
    };
    for (j, row) in witness.row.iter().enumerate() {
        let increment = witness.cell_inc[j];
        let active = rows[*row as usize].access.is_active() || witness.address[j] != 0;
        if !active && increment == 0 {
            idle += eq[j];
            continue;
        }
        // Nothing written since the last flush: the idle reads before this one see the same memory.
        if increment != 0 {
            flush(&mut accesses, &mut idle);
        }
        accesses.push(Access {
            cell: witness.address[j],
            weight: eq[j],
            increment,
        });
    }
    idle += F::one() - eq_prefix_sum(point, witness.cycles());
    flush(&mut accesses, &mut idle);
    let relation = relation.clone();
    let initial = witness.memory.clone();
    let build = Box::new(move |cell: &Point<F>| {
        let at = EqLow::new(&cell.0);
        let address: Vec<F> = witness.address.iter().map(|k| at.get(*k)).collect();
        let start = machine::evaluate_cells(&initial, cell);
        let written = address
            .iter()
            .copied()
            .zip(witness.cell_inc.iter().copied());
        let value = read::values_at(start, written, witness.cycles());
        let address = kernel::Column::with_tail(address, at.get(0));
        CycleProver::new(
            &relation,
            std::slice::from_ref(cell),
            vec![None, Some(value), Some(address)],
        )
    });
    ReadProver::new(run.machine.ram_vars(), accesses, &witness.memory, build)
}
