//! The prover of the batch `access`: its columns and kernels.

use super::Public;
use super::relations::Relations;
use crate::bytecode::{Port, RowColumn};
use crate::memory::labels;
use crate::memory::spice::ports::{CELL, PORTS};
use crate::memory::spice::stories::Stories;
use crate::memory::spice::witness::{Story, entry, old};
use std::sync::Arc;
use sumcheck::EqBlocks;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{Claimed, Field, Point, ProverField, Relation, RoundProver};

/// The factor `j` of the relation `accesses`: behind its equality polynomial.
const POSITION: usize = 1;

/// A claimed factor, with its column.
type Of<F> = (Claimed<F>, Column<F>);

/// The columns of a relation's factors.
fn placed<F: Field>(relation: &Relation<F>, claimed: Vec<Of<F>>) -> Vec<Option<Column<F>>> {
    let mut columns: Vec<Option<Column<F>>> = relation.factors.iter().map(|_| None).collect();
    for (factor, column) in claimed {
        columns[factor.factor()] = Some(column);
    }
    columns
}

fn kernel<F: ProverField>(relation: &Relation<F>, claimed: Vec<Of<F>>) -> Box<dyn RoundProver<F>> {
    Box::new(CycleProver::new(relation, &[], placed(relation, claimed)))
}

/// The kernels of the batch, in order.
pub fn kernels<F: ProverField>(
    relations: &Relations<F>,
    stories: &Stories<'_>,
    public: &Public<F>,
) -> Vec<Box<dyn RoundProver<F>>> {
    let differences = &relations.differences;
    let leaf = Column::field(leaf(&stories.leaf, public));
    let mut all = vec![
        accesses(relations, &stories.access),
        kernel(&differences.relation, vec![(differences.leaf, leaf)]),
        flags(relations, &stories.access),
        registers(relations, &stories.first, public),
        ram(relations, &stories.first, public),
    ];
    let witness = stories.finals.witness;
    for (contents, block) in relations.finals.iter().zip(&public.blocks) {
        let [address] = contents.address;
        let of = vec![
            (address, addresses(&stories.finals, block)),
            (contents.increment, Column::signed(witness.cell_inc.clone())),
        ];
        all.push(kernel(&contents.relation, of));
    }
    let Story { run, witness, .. } = stories.labels;
    let shift = &relations.shift;
    all.push(Box::new(labels::prover(run, witness, shift, &public.step)));
    all
}

fn accesses<F: ProverField>(
    relations: &Relations<F>,
    story: &Story<'_>,
) -> Box<dyn RoundProver<F>> {
    let Story {
        run,
        witness,
        columns,
        rules,
    } = *story;
    let code = &run.machine.bytecode;
    let relation = &relations.accesses.relation;
    let mut of = Vec::new();
    for (port, at) in relations.accesses.ports.iter().enumerate() {
        let active = code.rows().iter();
        let active = active
            .map(|row| F::from((rules.active)(row, port)))
            .collect();
        of.push((at.active, code.over_cycles(active, &witness.row)));
        of.push((at.old, Column::words(old(witness, port).clone())));
        of.push((at.first, small(&columns.first[port])));
        of.push((at.last, small(&columns.last[port])));
        of.push((at.difference, small(&columns.difference[port])));
        of.extend(at.carry.map(|carry| (carry, small(&columns.carry[port]))));
        let increment = match port {
            CELL => &witness.cell_inc,
            _ => &witness.rd_inc,
        };
        let increment = || Column::signed(increment.clone());
        of.extend(at.increment.map(|factor| (factor, increment())));
        let place = match port {
            CELL => {
                let cells = witness.address.iter().map(|k| u64::from(*k));
                Column::words(Arc::new(cells.collect()))
            }
            _ => {
                let numbers = RowColumn::numbers(Port::ALL[port], u64::from);
                code.over_cycles(code.column(&numbers), &witness.row)
            }
        };
        of.push((at.place, place));
    }
    let mut columns = placed(relation, of);
    columns[POSITION] = Some(Column::position());
    Box::new(CycleProver::new(relation, &[], columns))
}

fn flags<F: ProverField>(relations: &Relations<F>, story: &Story<'_>) -> Box<dyn RoundProver<F>> {
    let (flags, columns) = (&relations.flags, story.columns);
    let first = flags.first.iter().zip(&columns.first);
    let last = flags.last.iter().zip(&columns.last);
    let carry = flags.carry.iter().zip(&columns.carry);
    let all = first.chain(last).chain(carry);
    let all = all.map(|(factor, column)| (*factor, small(column)));
    kernel(&flags.relation, all.collect())
}

fn registers<F: ProverField>(
    relations: &Relations<F>,
    story: &Story<'_>,
    public: &Public<F>,
) -> Box<dyn RoundProver<F>> {
    let Story {
        run,
        witness,
        columns,
        ..
    } = *story;
    let code = &run.machine.bytecode;
    let register = &public.cells[0];
    let mut of = Vec::new();
    for (port, at) in relations.registers.ports.iter().enumerate() {
        let address = code.column(&RowColumn::of_register(Port::ALL[port], register));
        of.push((at.address, code.over_cycles(address, &witness.row)));
        of.push((at.first, small(&columns.first[port])));
        of.push((at.old, Column::words(old(witness, port).clone())));
    }
    kernel(&relations.registers.relation, of)
}

fn ram<F: ProverField>(
    relations: &Relations<F>,
    story: &Story<'_>,
    public: &Public<F>,
) -> Box<dyn RoundProver<F>> {
    let [at] = &relations.ram.ports;
    let of = vec![
        (at.address, addresses(story, &public.cells[1])),
        (at.first, small(&story.columns.first[CELL])),
        (at.old, Column::words(old(story.witness, CELL).clone())),
    ];
    kernel(&relations.ram.relation, of)
}

/// `eq(point, cell)` over cycles.
fn addresses<F: ProverField>(story: &Story<'_>, point: &Point<F>) -> Column<F> {
    let at = EqBlocks::new(point);
    let rows = story.witness.address.iter().map(|k| at.get(*k)).collect();
    Column::with_tail(rows, at.get(0))
}

/// Flags and carries as digits, differences as words; what a dishonest prover has in their place as it is.
fn small<F: ProverField>(column: &Arc<Vec<i128>>) -> Column<F> {
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
    let rows = &run.machine.bytecode.rows();
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
