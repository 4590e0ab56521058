//! Where the cycles go.

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

/// Cycles by instruction and by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// By mnemonic.
    pub instructions: BTreeMap<&'static str, Count>,
    /// Executions of every bytecode row.
    pub rows: Vec<u64>,
}

impl Profile {
    /// All instructions together.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        for &count in self.instructions.values() {
            total += count;
        }
        total
    }
}
