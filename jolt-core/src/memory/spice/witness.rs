//! What the argument commits: for each access, how long ago its place was accessed last.

use super::ports::{CELL, PORTS, RAM, REGISTER_PORTS, active, now, number};
use crate::machine::Run;
use crate::witness::Witness;
use instruction_tables::Row;
use std::collections::HashMap;
use std::sync::Arc;

/// The values read through a port.
pub fn old(witness: &Witness, port: usize) -> &Arc<Vec<u64>> {
    match port {
        0 => &witness.rs1,
        1 => &witness.rs2,
        2 => &witness.rd_old,
        _ => &witness.cell,
    }
}

/// What an access through a port adds.
pub fn increment(witness: &Witness, port: usize, cycle: usize) -> i128 {
    match port {
        2 => witness.rd_inc[cycle],
        CELL => witness.cell_inc[cycle],
        _ => 0,
    }
}

/// What an access is. Only a soundness test can want other rules than [`Rules::TRUE`].
#[derive(Clone, Copy)]
pub struct Rules {
    /// Whether a row accesses memory through a port.
    pub active: fn(&Row, usize) -> bool,
    /// The time of an access, by port and cycle.
    pub now: fn(usize, usize) -> i128,
}

impl Rules {
    /// [`active`] and [`now`].
    pub const TRUE: Rules = Rules { active, now };
}

/// What the prover says, in one phase, of an execution.
#[derive(Clone, Copy)]
pub struct Story<'a> {
    pub run: &'a Run<'a>,
    /// Its columns.
    pub witness: &'a Witness,
    pub columns: &'a Columns,
    /// What an access is.
    pub rules: Rules,
}

/// One access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    pub cycle: usize,
    pub port: usize,
    /// What is accessed: a register, or [`RAM`] and the cell.
    pub place: u64,
    /// Its time.
    pub now: i128,
}

/// All accesses of an execution, in order of time.
pub fn accesses(run: &Run<'_>, witness: &Witness, rules: Rules) -> Vec<Access> {
    let rows = &run.machine.bytecode.rows();
    let mut all = Vec::with_capacity(PORTS * witness.cycles());
    for (cycle, row) in witness.row.iter().enumerate() {
        let row = &rows[*row as usize];
        for port in (0..PORTS).filter(|port| (rules.active)(row, *port)) {
            let place = match port {
                CELL => RAM + u64::from(witness.address[cycle]),
                register => number(row, register).into(),
            };
            all.push(Access {
                cycle,
                port,
                place,
                now: (rules.now)(port, cycle),
            });
        }
    }
    all
}

/// For each access, the one before it at the same place.
pub fn links(accesses: &[Access]) -> Vec<Option<usize>> {
    let mut last = HashMap::new();
    let accesses = accesses.iter().enumerate();
    accesses.map(|(i, a)| last.insert(a.place, i)).collect()
}

/// The columns committed beyond the values read. Rows without an access hold zeros.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// `now − time − 1`, less what is carried, where `time` is that of the access before.
    pub difference: [Arc<Vec<i128>>; PORTS],
    /// How many times `2^t` is carried, for registers.
    pub carry: [Arc<Vec<i128>>; REGISTER_PORTS],
    /// Whether nothing was accessed there before.
    pub first: [Arc<Vec<i128>>; PORTS],
    /// Whether nothing is accessed there afterwards.
    pub last: [Arc<Vec<i128>>; PORTS],
    /// How often each difference occurs.
    pub counts: Arc<Vec<i128>>,
}

impl Columns {
    /// Of an execution.
    pub fn of(run: &Run<'_>, witness: &Witness) -> Self {
        let accesses = accesses(run, witness, Rules::TRUE);
        Self::linked(run, &accesses, &links(&accesses))
    }

    /// With a given access before each one; only a soundness test can want others than [`links`].
    pub fn linked(run: &Run<'_>, accesses: &[Access], links: &[Option<usize>]) -> Self {
        let (cycles, size) = (
            accesses.last().map_or(0, |a| a.cycle + 1),
            1 << run.cycle_vars,
        );
        let column = || vec![0i128; cycles];
        let mut difference = [(); PORTS].map(|()| column());
        let mut carry = [(); REGISTER_PORTS].map(|()| column());
        let mut first = [(); PORTS].map(|()| column());
        let mut last = [(); PORTS].map(|()| column());
        let mut counts = vec![0i128; size as usize];
        for (access, link) in accesses.iter().zip(links) {
            let Access { cycle, port, .. } = *access;
            last[port][cycle] += 1;
            let time = match link {
                Some(before) => {
                    let before = &accesses[*before];
                    last[before.port][before.cycle] -= 1;
                    before.now
                }
                None => {
                    first[port][cycle] = 1;
                    0
                }
            };
            let mut between = access.now - time - 1;
            if let Some(carry) = carry.get_mut(port) {
                carry[cycle] = (between / size).max(0);
                between -= carry[cycle] * size;
            }
            difference[port][cycle] = between;
            if let Some(count) = usize::try_from(between)
                .ok()
                .and_then(|b| counts.get_mut(b))
            {
                *count += 1;
            }
        }
        Columns {
            difference: difference.map(trimmed),
            carry: carry.map(trimmed),
            first: first.map(trimmed),
            last: last.map(trimmed),
            counts: trimmed(counts),
        }
    }

    /// All of them, in order of commitment.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Vec<i128>>> {
        let ports = self.difference.iter().chain(&self.carry);
        let flags = self.first.iter().chain(&self.last);
        ports.chain(flags).chain([&self.counts])
    }
}

/// An entry of a trimmed column.
pub fn entry(column: &[i128], row: usize) -> i128 {
    column.get(row).copied().unwrap_or(0)
}

/// Drops zeros at the end, which are padding.
fn trimmed(mut column: Vec<i128>) -> Arc<Vec<i128>> {
    let real = column.iter().rposition(|x| *x != 0).map_or(0, |j| j + 1);
    column.truncate(real);
    Arc::new(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accesses_link_to_the_one_before() {
        let access = |cycle, port, place| Access {
            cycle,
            port,
            place,
            now: now(port, cycle),
        };
        let all = [
            access(0, 0, 5),
            access(0, 2, 5),
            access(1, 0, 6),
            access(1, CELL, RAM + 5),
            access(2, 1, 5),
            access(3, CELL, RAM + 5),
        ];
        assert_eq!(links(&all), [None, Some(0), None, None, Some(1), Some(3)]);
        assert_eq!(all.map(|a| a.now), [1, 3, 4, 2, 8, 4]);
    }
}
