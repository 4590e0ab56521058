//! The ports that a cycle accesses memory through: three of registers, one of RAM.

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

use instruction_tables::Row;

/// Accesses of a cycle, in this order: three of registers, one of RAM.
pub const PORTS: usize = 4;
/// The first ports are those of registers.
pub const REGISTER_PORTS: usize = 3;
/// The port of RAM.
pub const CELL: usize = REGISTER_PORTS;
/// Names of the ports.
pub const NAMES: [&str; PORTS] = ["rs1", "rs2", "rd", "cell"];
/// RAM cell `k` is place `RAM + k`; the places before are registers.
pub const RAM: u64 = instruction_tables::REGISTERS as u64;

/// Whether a row accesses memory through a port.
pub fn active(row: &Row, port: usize) -> bool {
    match port {
        0 => row.rs1 != 0,
        1 => row.rs2 != 0,
        2 => row.rd != 0,
        _ => row.access.is_active(),
    }
}

/// The register of a port; 0 for that of RAM.
pub fn number(row: &Row, port: usize) -> u8 {
    [row.rs1, row.rs2, row.rd, 0][port]
}

/// Accesses have times `step · j + first`. Registers and RAM have clocks of their own.
pub fn clock(port: usize) -> (u64, u64) {
    match port {
        CELL => (1, 1),
        register => (REGISTER_PORTS as u64, register as u64 + 1),
    }
}

/// The time of an access, from 1.
pub fn now(port: usize, cycle: usize) -> i128 {
    let (step, first) = clock(port);
    i128::from(step) * cycle as i128 + i128::from(first)
}
