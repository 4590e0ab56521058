//! Words that are no instructions of this machine.

use instruction_tables::instructions::unsupported;

/// What a word that does not decode is.
pub(crate) fn describe(word: u32) -> &'static str {
    match unsupported(word) {
        Some(name) => name,
        None if word == 0 || word == u32::MAX => "data in place of code",
        None if word & 3 != 3 => match word & 0xe003 {
            // Quadrants 0 and 2; what integer loads and stores do not use is floating point.
            0x2000 | 0x2002 | 0x6000 | 0x6002 | 0xa000 | 0xa002 | 0xe000 | 0xe002 => {
                "a compressed floating-point access"
            }
            _ => "a compressed instruction",
        },
        None => "an unknown instruction",
    }
}
