//! Registers beyond the architecture's 32: how the numbers 32–63 are used.
//!
//! | numbers | use |
//! |---|---|
//! | 32–47 | temporaries: written before they are read, in one instruction |
//! | 48 | the reservation of `lr`: its address, or 0, where there is no memory |
//! | 49–53 | `mtvec`, `mepc`, `mcause`, `mtval`, `mscratch` |
//! | 54–56 | `mepc`, `mtval`, `mscratch` of a float kernel |
//! | 57–63 | free |
//!
//! A persistent register starts at 0 and keeps its value from one instruction to the next. Only
//! atomics write the reservation, only traps and instructions on control and status registers write
//! the others, and those of a float kernel only calls of it and its own code.

/// First number of a temporary.
pub const TEMPORARIES: u8 = 32;
/// First number of a persistent register.
pub const PERSISTENT: u8 = 48;
/// Number of persistent registers.
pub const PERSISTENT_COUNT: usize = 9;

/// Address of the last `lr`; 0 if there was none, or an `sc` since.
pub const RESERVATION: u8 = 48;
/// Where traps go.
pub const MTVEC: u8 = 49;
/// Address of the instruction that trapped.
pub const MEPC: u8 = 50;
/// Why it trapped.
pub const MCAUSE: u8 = 51;
/// More about the trap: an address, an instruction's bits, or 0.
pub const MTVAL: u8 = 52;
/// For the program's use.
pub const MSCRATCH: u8 = 53;
/// Address of the instruction that a float kernel carries out.
pub const FLOAT_EPC: u8 = 54;
/// Its bits.
pub const FLOAT_VALUE: u8 = 55;
/// For the float kernel's use.
pub const FLOAT_SCRATCH: u8 = 56;

/// What the code of a float kernel has in place of a register.
pub const fn banked(register: u8) -> u8 {
    match register {
        MEPC => FLOAT_EPC,
        MTVAL => FLOAT_VALUE,
        MSCRATCH => FLOAT_SCRATCH,
        register => register,
    }
}

/// Whether a register keeps its value between instructions and is not architectural.
pub const fn is_persistent(register: u8) -> bool {
    register >= PERSISTENT && (register as usize) < PERSISTENT as usize + PERSISTENT_COUNT
}

/// Values of the persistent registers, in the order of their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Persistent(pub [u64; PERSISTENT_COUNT]);

impl Persistent {
    /// The value of a register; 0 if it is not persistent.
    pub fn get(&self, register: u8) -> u64 {
        let place = register.checked_sub(PERSISTENT).map(usize::from);
        place.and_then(|k| self.0.get(k)).copied().unwrap_or(0)
    }

    /// Sets a register, if it is persistent.
    pub fn set(&mut self, register: u8, value: u64) {
        let place = register.checked_sub(PERSISTENT).map(usize::from);
        if let Some(slot) = place.and_then(|k| self.0.get_mut(k)) {
            *slot = value;
        }
    }

    /// With the registers of a float kernel in place of those that its code names, and these in place of its own.
    pub fn swapped(mut self) -> Self {
        for register in [MEPC, MTVAL, MSCRATCH] {
            let (outer, inner) = (self.get(register), self.get(banked(register)));
            self.set(register, inner);
            self.set(banked(register), outer);
        }
        self
    }
}
