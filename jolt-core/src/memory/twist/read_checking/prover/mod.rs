//! The prover of read-checking.
//!
//! - [`read`]: the rounds of a read check;
//! - [`pass`]: several address rounds from one pass over the accesses.

mod pass;
mod read;

use super::{Challenges, Relations};
use crate::bytecode::{Port, RowColumn};
use crate::constraints::Column;
use crate::machine::{Run, evaluate_cells};
use crate::memory::REGISTER_VARS;
use crate::memory::protection::{Forbidden, Rounds};
use crate::memory::prover::{Cells, stretches};
use crate::step::Step;
use crate::witness::Witness;
use pass::{Accesses, History, Matrix, Tally};
use rayon::prelude::*;
use read::ReadProver;
use std::ops::Range;
use std::sync::Arc;
use sumcheck::EqBlocks;
use sumcheck::kernel::{CycleProver, Waiting};
use sumcheck::{Instance, Point, ProverChannel, ProverField, Relation, RoundProver};

/// The relations, and what is to be proven beside the lookups.
pub fn begin<'a, F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    run: &'a Run<'a>,
    witness: &'a Witness,
    step: &mut Step<F, F>,
) -> (Relations<F>, Vec<Instance<'a, F>>) {
    let gamma: F = channel.sample("gamma");
    let challenges = Challenges::new(gamma, |check| channel.enforced(check));
    let [protected, _] = challenges.forbidden;
    let [rs1, rs2, rd] = [Column::Rs1, Column::Rs2, Column::RdOld].map(|column| step.take(column));
    let claims = [
        rs1 + gamma * (rs2 + gamma * rd),
        step.take(Column::Cell) + protected * step.take(Column::Protected),
    ];
    let relations = Relations::new(run, &step.point, &challenges);
    let kernels = kernels(&relations, run, witness, &step.point, &challenges);
    let all = relations.batch().into_iter().zip(claims).zip(kernels);
    let instances = all.map(|((relation, claim), prover)| Instance {
        relation,
        claim,
        prover,
    });
    let instances = instances.collect();
    (relations, instances)
}

/// The kernels of the batch, for claims at the cycle point `point`. They begin when their rounds do.
pub fn kernels<'a, F: ProverField>(
    relations: &Relations<F>,
    run: &'a Run<'a>,
    witness: &'a Witness,
    point: &Point<F>,
    challenges: &Challenges<F>,
) -> [Box<dyn RoundProver<F> + 'a>; 2] {
    let Challenges { gamma, forbidden } = *challenges;
    let eq = Arc::new(EqBlocks::new(point));
    let forbidden = Forbidden::new(run, forbidden);
    let registers = relations.registers.relation.clone();
    let ram = relations.ram.relation.clone();
    let (of_registers, point) = (eq.clone(), point.clone());
    [
        Box::new(Waiting::new(move || {
            register_prover(run, witness, &registers, &of_registers, gamma)
        })),
        Box::new(Waiting::new(move || {
            ram_prover(run, witness, &ram, (&point, &eq), forbidden)
        })),
    ]
}

/// Cycles whose weights are written at a time.
const BLOCK: usize = 1 << 8;

fn register_prover<'a, F: ProverField>(
    run: &Run<'_>,
    witness: &'a Witness,
    relation: &Relation<F>,
    eq: &EqBlocks<F>,
    gamma: F,
) -> ReadProver<'a, F> {
    let rows = &run.machine.bytecode.rows();
    let mut ports: Vec<[u8; 3]> = rows.iter().map(|r| [r.rs1, r.rs2, r.rd]).collect();
    // Registers that occur, register 0 first, which is none.
    let mut registers: Vec<u8> = ports.iter().flatten().copied().chain([0]).collect();
    let initial = witness.registers.iter();
    registers.extend(initial.clone().filter_map(|(k, _)| u8::try_from(*k).ok()));
    registers.sort_unstable();
    registers.dedup();
    let place = |register: u8| registers.binary_search(&register).expect("it occurs");
    let ports_in_place = ports.iter_mut().flatten();
    ports_in_place.for_each(|register| *register = place(*register) as u8);
    let mut values = vec![0; registers.len()];
    for (register, value) in initial {
        if let Ok(register) = u8::try_from(*register) {
            values[place(register)] = i128::from(*value);
        }
    }
    let count = registers.len();
    let tally = |cycles: Range<usize>| {
        let mut tally = Tally::new(count, count);
        let mut weights = [[F::zero(); BLOCK]; 3];
        for start in cycles.clone().step_by(BLOCK) {
            let len = BLOCK.min(cycles.end - start);
            let scales = [F::one(), gamma, gamma.square()];
            for (weights, scale) in weights.iter_mut().zip(scales) {
                eq.write(start, scale, &mut weights[..len]);
            }
            for (at, j) in (start..start + len).enumerate() {
                let ports = ports[witness.row[j] as usize];
                for (port, weights) in ports.into_iter().zip(&weights) {
                    if port != 0 {
                        tally.read(usize::from(port), &weights[at]);
                    }
                }
                let increment = witness.rd_inc[j];
                if ports[2] != 0 && increment != 0 {
                    tally.write(usize::from(ports[2]), increment);
                }
            }
        }
        tally
    };
    let stretches = stretches(witness.cycles());
    let tallies: Vec<Tally<F>> = stretches.into_par_iter().map(tally).collect();
    let dense = pass::first_matrix(&tallies, &values);
    let width = 1 << REGISTER_VARS;
    let mut entries = vec![F::zero(); width * width];
    for (row, of) in dense.chunks(count).zip(&registers) {
        for (entry, k) in row.iter().zip(&registers) {
            entries[usize::from(*of) * width + usize::from(*k)] = *entry;
        }
    }
    let bytecode = run.machine.bytecode.clone();
    let relation = relation.clone();
    let build = Box::new(move |register: &Point<F>| {
        let registers = |port| bytecode.column(&RowColumn::of_register(port, register));
        let port = |port| bytecode.over_cycles(registers(port), &witness.row);
        let written = registers(Port::Rd);
        let written = |j: usize| match witness.rd_inc[j] {
            0 => (F::zero(), 0),
            increment => (written[witness.row[j] as usize], increment),
        };
        let start = evaluate_cells(&witness.registers, register);
        let value = read::values_at(start, witness.cycles(), written);
        let columns = vec![
            None,
            Some(value),
            Some(port(Port::Rs1)),
            Some(port(Port::Rs2)),
            Some(port(Port::Rd)),
        ];
        CycleProver::new(&relation, std::slice::from_ref(register), columns)
    });
    ReadProver::new(REGISTER_VARS, Matrix::new(width, entries), None, build)
}

fn ram_prover<'a, F: ProverField>(
    run: &'a Run<'a>,
    witness: &'a Witness,
    relation: &Relation<F>,
    (point, eq): (&Point<F>, &EqBlocks<F>),
    forbidden: Forbidden<F>,
) -> ReadProver<'a, F> {
    let rows = run.machine.bytecode.rows().iter();
    let active: Vec<bool> = rows.map(|row| row.access.is_active()).collect();
    let machine = run.machine;
    let vars = machine.ram_vars();
    let cells = Cells::of(witness, vars);
    let width = 1 << cells.bits;
    let record = |cycles: Range<usize>| {
        let mut tally = Tally::new(cells.values.len(), width);
        let mut accesses = Accesses::default();
        let mut access = |cell: usize, weight: F, increment: i128| {
            accesses.push(cell, weight, increment);
            tally.read(cell, &weight);
            if increment != 0 {
                tally.write(cell, increment);
            }
        };
        let mut idle = F::zero();
        let mut weights = [F::zero(); BLOCK];
        for start in cycles.clone().step_by(BLOCK) {
            let weights = &mut weights[..BLOCK.min(cycles.end - start)];
            eq.write(start, F::one(), weights);
            for (j, weight) in (start..).zip(weights) {
                let increment = witness.cell_inc[j];
                let busy = active[witness.row[j] as usize] || witness.address[j] != 0;
                if !busy && increment == 0 {
                    idle = idle.plus(weight);
                    continue;
                }
                // Nothing written since the last flush: the idle reads before this one see the same memory.
                if increment != 0 {
                    access(0, std::mem::take(&mut idle), 0);
                }
                access(cells.of_cycle[j] as usize, *weight, increment);
            }
        }
        if cycles.end == witness.cycles() {
            idle += F::one() - point.prefix_sum(witness.cycles());
        }
        access(0, idle, 0);
        (tally, accesses)
    };
    let stretches = stretches(witness.cycles()).into_par_iter();
    let (tallies, stretches): (Vec<_>, Vec<_>) = stretches.map(record).unzip();
    let weights: Vec<&[F]> = tallies.iter().map(Tally::weights).collect();
    let forbidden = Rounds::new(forbidden, cells.sums(&weights));
    let matrix = Matrix::new(width, pass::first_matrix(&tallies, &cells.values));
    let values = cells.values.iter();
    let history = History {
        stretches,
        values: values.map(|value| F::from_i128(*value)).collect(),
        prefixes: cells.prefixes.clone(),
        vars: vars - cells.bits,
    };
    let relation = relation.clone();
    let build = Box::new(move |cell: &Point<F>| {
        let at = EqBlocks::new(cell);
        let start = evaluate_cells(&witness.memory, cell);
        let written = |j: usize| match witness.cell_inc[j] {
            0 => (F::zero(), 0),
            increment => (at.get(witness.address[j]), increment),
        };
        let value = read::values_at(start, witness.cycles(), written);
        let halves = machine.halves(cell);
        let [low, high] = cells.halves(&halves).map(Some);
        CycleProver::new(&relation, &halves, vec![None, Some(value), None, low, high])
    });
    ReadProver::new(vars, matrix, Some(history), build).guarded(forbidden)
}
