//! Words that are no instructions of this machine.

use instruction_tables::instructions::unsupported;

/// What a word that does not decode is.
pub(crate) fn describe(word: u32) -> &'static str {
    match unsupported(word) {
        Some(name) => name,
        None if word == 0 || word == u32::MAX => "data in place of code",
        None if word & 3 != 3 => "a compressed instruction",
        None => "an unknown instruction",
    }
}
