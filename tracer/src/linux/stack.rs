//! What a program finds on its stack: arguments, environment, and what the kernel has to say of itself and the program
//! (the auxiliary vector).

use super::{Headers, LinuxError, PAGE, Process};
use crate::elf::Segment;
use std::borrow::Cow;

/// Most bytes of it, as on Linux a quarter of the stack's size.
const MOST: u64 = 2 << 20;

/// Entries of the auxiliary vector, by their numbers on Linux.
mod entry {
    pub const NULL: u64 = 0;
    pub const PHDR: u64 = 3;
    pub const PHENT: u64 = 4;
    pub const PHNUM: u64 = 5;
    pub const PAGESZ: u64 = 6;
    pub const BASE: u64 = 7;
    pub const FLAGS: u64 = 8;
    pub const ENTRY: u64 = 9;
    pub const UID: u64 = 11;
    pub const EUID: u64 = 12;
    pub const GID: u64 = 13;
    pub const EGID: u64 = 14;
    pub const HWCAP: u64 = 16;
    pub const CLKTCK: u64 = 17;
    pub const SECURE: u64 = 23;
    pub const RANDOM: u64 = 25;
    pub const EXECFN: u64 = 31;
}

/// The letters of the instruction set, a bit each: what the kernel emulates counts.
const LETTERS: &[u8] = b"acdfim";
/// Bytes of a program header.
const HEADER_SIZE: u64 = 56;
/// Of the times that programs ask for in this unit, so many are a second.
const TICKS: u64 = 100;
/// Bytes that a program may take for random. They are the same for all: whoever needs secret ones has a private input.
const RANDOM: [u8; 16] = *b"not random bytes";

impl Process<'_> {
    /// The stack of a program with this entry, as a segment that ends at `top`.
    pub(super) fn stack(
        &self,
        top: u64,
        headers: &Headers,
        program_entry: u64,
    ) -> Result<Segment<'static>, LinuxError> {
        let name = self.arguments.first().ok_or(LinuxError::NoName)?;
        let strings = || self.arguments.iter().chain(&self.environment);
        for (number, string) in strings().enumerate() {
            if string.contains(&0) {
                let what = match number.checked_sub(self.arguments.len()) {
                    None => format!("argument {number}"),
                    Some(number) => format!("entry {number} of the environment"),
                };
                return Err(LinuxError::ZeroByte { what });
            }
        }
        // A pointer and a zero byte each.
        let sizes = strings().map(|string| string.len() as u64 + 9);
        let bytes = sizes.fold(0, u64::saturating_add);
        if bytes > MOST {
            return Err(LinuxError::TooLong { bytes, most: MOST });
        }

        // From the top: eight zero bytes, the program's name, then the strings, whose order is ascending.
        let mut text: Vec<u8> = Vec::new();
        let mut places: Vec<u64> = Vec::new();
        for string in strings().chain([name]) {
            places.push(text.len() as u64);
            text.extend_from_slice(string);
            text.push(0);
        }
        text.resize((text.len() + 8).next_multiple_of(16), 0);
        let strings_at = top - text.len() as u64;
        let random_at = strings_at - RANDOM.len() as u64;
        let address = |place: &u64| strings_at + place;

        let (arguments, rest) = places.split_at(self.arguments.len());
        let (environment, name) = rest.split_at(self.environment.len());
        let mut words = vec![arguments.len() as u64];
        words.extend(arguments.iter().map(address).chain([0]));
        words.extend(environment.iter().map(address).chain([0]));
        let letter = |letter: &u8| 1u64 << (letter - b'a');
        for (number, value) in [
            (entry::HWCAP, LETTERS.iter().map(letter).sum()),
            (entry::PAGESZ, PAGE),
            (entry::CLKTCK, TICKS),
            (entry::PHDR, headers.address),
            (entry::PHENT, HEADER_SIZE),
            (entry::PHNUM, headers.count),
            (entry::BASE, 0),
            (entry::FLAGS, 0),
            (entry::ENTRY, program_entry),
            (entry::UID, 0),
            (entry::EUID, 0),
            (entry::GID, 0),
            (entry::EGID, 0),
            (entry::SECURE, 0),
            (entry::RANDOM, random_at),
            (entry::EXECFN, name.first().map_or(0, address)),
            (entry::NULL, 0),
        ] {
            words.extend([number, value]);
        }
        // The stack pointer is a multiple of 16.
        let gap = words.len() % 2;
        let pointer = random_at - 8 * (words.len() + gap) as u64;
        words.resize(words.len() + gap, 0);
        let words = words.iter().flat_map(|word| word.to_le_bytes());
        let bytes: Vec<u8> = words.chain(RANDOM).chain(text).collect();
        Ok(Segment {
            address: pointer,
            run: pointer,
            size: bytes.len() as u64,
            bytes: Cow::Owned(bytes),
            executable: false,
            writable: true,
        })
    }
}
