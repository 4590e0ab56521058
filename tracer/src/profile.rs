//! Where the cycles go.
//!
//! All counts are of a place itself, without what it calls.

use crate::program::Program;
use std::collections::BTreeMap;

/// Executions of one instruction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Instructions executed.
    pub retired: u64,
    /// Cycles that they took.
    pub cycles: u64,
}

impl Count {
    /// Cycles per instruction; 1 if there was none.
    pub fn ratio(&self) -> f64 {
        match self.retired {
            0 => 1.0,
            retired => self.cycles as f64 / retired as f64,
        }
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.retired += other.retired;
        self.cycles += other.cycles;
    }
}

/// Where a bytecode row belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A function of [`Program::functions`], by position.
    Function(usize),
    /// Code that no symbol names.
    Unnamed,
    /// The machine's routines for accesses that cross cells: the second and later parts of such loads and
    /// stores, which all functions share.
    Routines,
}

/// Cycles by instruction and by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// By mnemonic.
    pub instructions: BTreeMap<&'static str, Count>,
    /// Executions of every bytecode row.
    pub rows: Vec<u64>,
}

impl Profile {
    /// By place in the code. `program` is the one that ran.
    pub fn places(&self, program: &Program) -> BTreeMap<Place, Count> {
        let mut places: BTreeMap<Place, Count> = BTreeMap::new();
        let functions = program.functions();
        for (row, &cycles) in (0u32..).zip(&self.rows).skip(1) {
            if cycles == 0 || row as usize >= program.rows().len() {
                continue;
            }
            let place = match program.address(row) {
                0 => Place::Routines,
                address => functions
                    .find(address)
                    .map_or(Place::Unnamed, Place::Function),
            };
            let retired = if program.is_head(row) { cycles } else { 0 };
            *places.entry(place).or_default() += Count { retired, cycles };
        }
        places
    }

    /// All instructions together.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        for &count in self.instructions.values() {
            total += count;
        }
        total
    }
}
