//! The size of a word.

/// Word size of the machine, in bits. It is a run-time value of the verifying key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordSize {
    /// 8-bit words: no RISC-V machine, but small enough for exhaustive laws.
    W8,
    /// RV32.
    W32,
    /// RV64.
    W64,
}

impl WordSize {
    /// Bits in a word.
    pub const fn bits(self) -> usize {
        match self {
            WordSize::W8 => 8,
            WordSize::W32 => 32,
            WordSize::W64 => 64,
        }
    }

    /// Bytes in a word, which is also the size of a RAM cell.
    pub const fn bytes(self) -> usize {
        self.bits() / 8
    }

    /// The largest word, `2^W - 1`.
    pub const fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }
}
