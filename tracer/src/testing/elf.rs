//! A writer of small ELF files.

use super::{CODE, EXECUTE, READ};
use crate::{ElfError, Program};

/// An ELF file under construction.
pub struct ElfWriter {
    bits: usize,
    compressed: bool,
    entry: u64,
    segments: Vec<(u64, Vec<u8>, u64, u32)>,
}

impl ElfWriter {
    /// `bits`: 32 or 64.
    pub fn new(bits: usize) -> Self {
        ElfWriter {
            bits,
            compressed: false,
            entry: CODE,
            segments: Vec::new(),
        }
    }

    /// Built for the C extension.
    pub fn compressed(mut self, compressed: bool) -> Self {
        self.compressed = compressed;
        self
    }

    /// Starting at an address other than [`CODE`].
    pub fn entry(mut self, entry: u64) -> Self {
        self.entry = entry;
        self
    }

    /// With a loadable segment.
    pub fn segment(mut self, address: u64, bytes: &[u8], memory_size: u64, flags: u32) -> Self {
        self.segments
            .push((address, bytes.to_vec(), memory_size, flags));
        self
    }

    /// With these words as its code.
    pub fn code(self, words: &[u32]) -> Self {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let size = bytes.len() as u64;
        self.segment(CODE, &bytes, size, READ | EXECUTE)
    }

    /// The file.
    pub fn finish(&self) -> Vec<u8> {
        let wide = self.bits == 64;
        let (header, entry_size) = if wide { (64, 56) } else { (52, 32) };
        let mut file = vec![0x7f, b'E', b'L', b'F', if wide { 2 } else { 1 }, 1, 1];
        file.resize(16, 0);
        let word = |file: &mut Vec<u8>, value: u64| {
            file.extend_from_slice(&value.to_le_bytes()[..self.bits / 8])
        };
        for half in [2u16, 243] {
            file.extend_from_slice(&half.to_le_bytes());
        }
        file.extend_from_slice(&1u32.to_le_bytes());
        for value in [self.entry, header, 0] {
            word(&mut file, value);
        }
        file.extend_from_slice(&u32::from(self.compressed).to_le_bytes());
        for half in [
            header as u16,
            entry_size,
            self.segments.len() as u16,
            0,
            0,
            0,
        ] {
            file.extend_from_slice(&half.to_le_bytes());
        }
        let mut offset = header + u64::from(entry_size) * self.segments.len() as u64;
        for (address, bytes, memory_size, flags) in &self.segments {
            file.extend_from_slice(&1u32.to_le_bytes());
            if wide {
                file.extend_from_slice(&flags.to_le_bytes());
            }
            for value in [offset, *address, *address, bytes.len() as u64, *memory_size] {
                word(&mut file, value);
            }
            if !wide {
                file.extend_from_slice(&flags.to_le_bytes());
            }
            word(&mut file, 1);
            offset += bytes.len() as u64;
        }
        for (_, bytes, ..) in &self.segments {
            file.extend_from_slice(bytes);
        }
        file
    }

    /// The file, loaded.
    ///
    /// # Errors
    /// [`ElfError`] says what it lacks.
    pub fn program(&self) -> Result<Program, ElfError> {
        Program::from_elf(&self.finish())
    }
}
