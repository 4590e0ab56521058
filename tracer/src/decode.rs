//! Words that are no instructions of this machine.

/// What a word that does not decode would be elsewhere.
pub(crate) fn describe(word: u32) -> &'static str {
    let funct3 = word >> 12 & 7;
    match (word & 0x7f, funct3) {
        _ if word == 0 || word == u32::MAX => "this is no code",
        _ if word & 3 != 3 => "compressed instructions (C extension) are not supported",
        (0x73, 0) => match word >> 20 {
            0 => "ecall is not supported",
            1 => "ebreak is not supported",
            0x302 => "mret is not supported",
            0x105 => "wfi is not supported",
            _ => "privileged instructions are not supported",
        },
        (0x73, 4) => "hypervisor instructions are not supported",
        (0x73, _) => "control and status registers are not supported",
        (0x2f, _) => "atomic instructions (A extension) are not supported",
        (0x07 | 0x27 | 0x43 | 0x47 | 0x4b | 0x4f | 0x53, _) => "floating point is not supported",
        (0x57, _) => "vector instructions are not supported",
        (0x0f, 2) => "cache-block operations are not supported",
        (0x0b | 0x2b | 0x5b | 0x7b, _) => "unknown custom instruction",
        _ => "not a known instruction",
    }
}
