//! What a cycle makes the prover do: counted from the run, exactly. What an item takes is said by [`weights`](super::weights).
//!
//! A group addition is counted for each pair of digits of row, cell, byte offset and lookup index that is not zero, and for
//! each window of an increment that is not, as a commitment to them adds points.

use instruction_tables::Row;
use tracer::{Cycle, Program};

/// Bits of a window of the sums that commit to increments.
const WINDOW: u32 = 13;

/// Counted work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Rows executed.
    pub cycles: u64,
    /// Instructions executed.
    pub executed: u64,
    /// Group additions of commitments.
    pub additions: u64,
    /// Lookups.
    pub lookups: u64,
    /// Registers read and written.
    pub registers: u64,
    /// Cells of memory accessed.
    pub cells: u64,
    /// Those written.
    pub stores: u64,
}

impl std::ops::AddAssign for Work {
    #[inline]
    fn add_assign(&mut self, other: Work) {
        self.cycles += other.cycles;
        self.executed += other.executed;
        self.additions += other.additions;
        self.lookups += other.lookups;
        self.registers += other.registers;
        self.cells += other.cells;
        self.stores += other.stores;
    }
}

impl Work {
    /// The numbers that weights are for, in the order of [`COUNTED`](super::weights::COUNTED).
    pub fn counts(&self) -> [u64; 6] {
        let Work {
            cycles,
            additions,
            lookups,
            registers,
            cells,
            stores,
            ..
        } = *self;
        [cycles, additions, lookups, registers, cells, stores]
    }
}

/// Counts the work of a program's cycles.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    /// Where the digits of cell and byte offset begin, in bits, behind those of the row.
    cell: u32,
    offset: u32,
}

impl Counter {
    /// For a program.
    pub fn new(program: &Program) -> Self {
        let digits = |count: u64| count.next_power_of_two().trailing_zeros().div_ceil(4) * 4;
        let cell = digits(program.rows().len() as u64);
        Counter {
            cell,
            offset: cell + digits(program.layout().cells()),
        }
    }

    /// The work of one cycle, whose row starts an instruction if it is a `head`.
    #[inline]
    pub fn count(&self, row: &Row, cycle: &Cycle, head: bool) -> Work {
        let machine = u128::from(cycle.row)
            | u128::from(cycle.cell) << self.cell
            | u128::from(cycle.offset) << self.offset;
        let pairs = |digits: u128| {
            let low = 0x0101_0101_0101_0101_0101_0101_0101_0101;
            let folded = digits | digits >> 4;
            let folded = folded & 0x0f0f_0f0f_0f0f_0f0f_0f0f_0f0f_0f0f_0f0f;
            let folded = folded | folded >> 2;
            ((folded | folded >> 1) & low).count_ones()
        };
        let windows = |old: u64, new: u64| {
            let mut rest = new.abs_diff(old);
            let mut windows = 0;
            while rest != 0 {
                windows += u64::from(rest & ((1 << WINDOW) - 1) != 0);
                rest >>= WINDOW;
            }
            windows
        };
        let used = |register: u8| u64::from(register != 0);
        Work {
            cycles: 1,
            executed: u64::from(head),
            additions: u64::from(pairs(machine) + pairs(cycle.index))
                + windows(cycle.rd_old, cycle.rd_new)
                + windows(cycle.cell_old, cycle.cell_new),
            lookups: u64::from(row.table.is_some()),
            registers: used(row.rs1) + used(row.rs2) + used(row.rd),
            cells: u64::from(row.access.is_active()),
            stores: u64::from(row.access.is_store()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_are_not_zero_are_counted_in_pairs() {
        let counter = Counter {
            cell: 8,
            offset: 28,
        };
        let count = |cycle: Cycle| counter.count(&Row::HALT, &cycle, true).additions;
        assert_eq!(count(Cycle::default()), 0);
        for (row, cell, offset, additions) in [
            (0x10, 0, 0, 1),
            (0x11, 0, 0, 1),
            (0xff, 0x11111, 7, 4),
            (0, 0x10000, 0, 1),
            (0, 0x10000, 7, 1),
            (0, 0, 7, 1),
        ] {
            let cycle = Cycle {
                row,
                cell,
                offset,
                ..Cycle::default()
            };
            assert_eq!(count(cycle), additions, "{row:#x} {cell:#x} {offset}");
        }
        for (index, additions) in [(u128::MAX, 16), (1 << 127, 1), (0x1001, 2), (0x10, 1)] {
            assert_eq!(
                count(Cycle {
                    index,
                    ..Cycle::default()
                }),
                additions,
                "{index:#x}"
            );
        }
        let increment = |rd_old, rd_new| Cycle {
            rd_old,
            rd_new,
            ..Cycle::default()
        };
        assert_eq!(count(increment(5, 6)), 1);
        assert_eq!(count(increment(6, 5)), 1);
        assert_eq!(count(increment(0, u64::MAX)), 5);
        assert_eq!(count(increment(7, 7)), 0);
    }
}
