//! The private input, which comes word by word and is read byte by byte.

use crate::machine::Machine;

/// Where the reading of the private input is.
#[derive(Clone, Copy, Debug)]
pub struct Private {
    /// Whether its length has been read.
    begun: bool,
    /// Bytes that have not been read.
    left: u64,
    /// The word that the next bytes are in, lowest first, and how many bytes of it are left.
    word: u64,
    in_word: u64,
}

impl Default for Private {
    fn default() -> Self {
        Private::new()
    }
}

impl Private {
    /// Nothing has been read.
    pub const fn new() -> Self {
        Private {
            begun: false,
            left: 0,
            word: 0,
            in_word: 0,
        }
    }

    /// Reads up to so many bytes to an address; how many there were.
    pub fn read(&mut self, machine: &mut impl Machine, to: u64, length: u64) -> u64 {
        if !self.begun {
            self.begun = true;
            self.left = machine.private_word();
        }
        let count = length.min(self.left);
        let mut at = 0;
        while at < count {
            if self.in_word == 0 {
                self.word = machine.private_word();
                self.in_word = 8;
            }
            if self.in_word == 8 && count - at >= 8 {
                machine.store64(to + at, self.word);
                at += 8;
                self.in_word = 0;
                continue;
            }
            machine.store8(to + at, self.word as u8);
            self.word >>= 8;
            self.in_word -= 1;
            at += 1;
        }
        self.left -= count;
        count
    }
}
