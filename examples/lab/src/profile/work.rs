//! What a cycle makes the prover do, and what that takes in each phase.
//!
//! Work is counted from the run, exactly; what an item takes is a constant. The constants are those of the default
//! arguments, Shout and Twist, for RV64: measured times of phases, one thread of a Zen 5 with AVX-512 IFMA, divided among the
//! counted operations (`papers/performance.md`, counts, and the line of one thread, with what moved between phases since). So
//! they say how the work of one function compares with that of another, and not how long a proof takes on some machine.
//!
//! | phase | takes |
//! |---|---|
//! | commit | `ADDITION` for each pair of digits of row, cell, byte offset and lookup index that is not zero, and for each window of an increment that is not |
//! | constrain, recall, fetch, open | the same for every cycle |
//! | execute | a part for every cycle, one for a lookup, one for each register and cell that is accessed, one more for a store |

use instruction_tables::{Row, WordSize};
use tracer::{Cycle, Program};

/// The phases of the prover, in order.
pub const PHASES: [&str; 6] = ["commit", "constrain", "execute", "recall", "fetch", "open"];

/// Nanoseconds of one group addition of a commitment.
const ADDITION: u64 = 55;
/// Nanoseconds for every cycle in each of [`PHASES`].
const CYCLE: [u64; PHASES.len()] = [0, 430, 480, 240, 620, 850];
/// Nanoseconds in `execute` for a lookup, with indices of 128 bits; half of it with 64.
const LOOKUP: u64 = 600;
/// Nanoseconds in `execute` for a register that is read or written.
const REGISTER: u64 = 100;
/// Nanoseconds in `execute` for a cell that is accessed.
const CELL: u64 = 100;
/// Nanoseconds in `execute` if it is written.
const STORE: u64 = 250;
/// Bits of a window of the sums that commit to increments.
const WINDOW: u32 = 13;

/// How the constants are told.
pub const SOURCE: &str =
    "default arguments, RV64, one thread of a Zen 5 with AVX-512 IFMA (papers/performance.md)";

/// The constants, as text.
pub fn weights() -> Vec<String> {
    let [_, constrain, execute, recall, fetch, open] = CYCLE;
    vec![
        format!("commit: {ADDITION} ns for each group addition, counted"),
        format!(
            "execute: {execute} ns, {LOOKUP} more for a lookup (RV32: half), {REGISTER} for each register, {CELL} for \
             a cell of memory, {STORE} more for a store"
        ),
        format!(
            "every cycle: constrain {constrain} ns, recall {recall}, fetch {fetch}, open {open}"
        ),
    ]
}

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
    /// Nanoseconds in each of [`PHASES`].
    pub fn phases(&self, word: WordSize) -> [u64; PHASES.len()] {
        let mut phases = CYCLE.map(|each| each * self.cycles);
        phases[0] = ADDITION * self.additions;
        let lookup = match word {
            WordSize::W64 => LOOKUP,
            _ => LOOKUP / 2,
        };
        phases[2] += lookup * self.lookups
            + REGISTER * self.registers
            + CELL * self.cells
            + STORE * self.stores;
        phases
    }

    /// Nanoseconds in all of them.
    pub fn nanoseconds(&self, word: WordSize) -> u64 {
        self.phases(word).iter().sum()
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

    #[test]
    fn all_work_has_its_time() {
        let one = |work: Work| work.nanoseconds(WordSize::W64);
        let cycle = Work {
            cycles: 1,
            ..Work::default()
        };
        assert_eq!(one(cycle), CYCLE.iter().sum::<u64>());
        let work = Work {
            additions: 2,
            lookups: 1,
            registers: 3,
            cells: 1,
            stores: 1,
            ..cycle
        };
        let more = 2 * ADDITION + LOOKUP + 3 * REGISTER + CELL + STORE;
        assert_eq!(one(work), one(cycle) + more);
        assert_eq!(
            work.nanoseconds(WordSize::W32),
            one(cycle) + more - LOOKUP / 2
        );
        assert_eq!(work.phases(WordSize::W64)[0], 2 * ADDITION);
    }
}
