//! The registers of a thread, as the trap's entry stores them.

/// A thread's registers. The entry code knows the offsets of the integer registers.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The program counter in place of x0, then x1 to x31.
    x: [u64; 32],
    /// f0 to f31; numbers of 32 bits have all upper bits set.
    pub f: [u64; 32],
    /// Flags in bits 0 to 4, rounding mode in bits 5 to 7.
    pub fcsr: u64,
}

/// Numbers of registers.
pub mod register {
    /// The return address.
    pub const RA: u32 = 1;
    /// The stack pointer.
    pub const SP: u32 = 2;
    /// The thread pointer.
    pub const TP: u32 = 4;
    /// The first argument, and the result.
    pub const A0: u32 = 10;
    /// The second argument.
    pub const A1: u32 = 11;
    /// The third argument.
    pub const A2: u32 = 12;
    /// The number of a system call.
    pub const A7: u32 = 17;
}

impl Context {
    /// All registers 0.
    pub const ZERO: Context = Context {
        x: [0; 32],
        f: [0; 32],
        fcsr: 0,
    };

    /// The program counter.
    #[inline]
    pub fn pc(&self) -> u64 {
        self.x[0]
    }

    /// Sets the program counter.
    #[inline]
    pub fn set_pc(&mut self, pc: u64) {
        self.x[0] = pc;
    }

    /// An integer register, by the low five bits of a number.
    #[inline]
    pub fn get(&self, number: u32) -> u64 {
        match number & 31 {
            0 => 0,
            number => self.x[number as usize],
        }
    }

    /// Sets an integer register.
    #[inline]
    pub fn set(&mut self, number: u32, value: u64) {
        if number & 31 != 0 {
            self.x[(number & 31) as usize] = value;
        }
    }

    /// A floating-point register.
    #[inline]
    pub fn float(&self, number: u32) -> u64 {
        self.f[(number & 31) as usize]
    }

    /// Sets a floating-point register.
    #[inline]
    pub fn set_float(&mut self, number: u32, value: u64) {
        self.f[(number & 31) as usize] = value;
    }

    /// The argument `number`, from 0 to 5, of a system call.
    #[inline]
    pub fn argument(&self, number: u32) -> u64 {
        self.x[((register::A0 + number) & 31) as usize]
    }
}
