//! A writer of small ELF files.

use super::{CODE, EXECUTE, READ};
use crate::protection::{STACK_END, STACK_TOP};
use crate::{ElfError, Program};
use std::ops::Range;

/// An ELF file under construction.
pub struct ElfWriter {
    bits: usize,
    compressed: bool,
    entry: u64,
    segments: Vec<Segment>,
    symbols: Vec<(&'static str, u64)>,
    front: Option<Front>,
}

/// What lies in front of the segments' contents is loaded, too.
struct Front {
    address: u64,
    length: u64,
    /// Bytes between the headers and the segments' contents, followed by zeros.
    more: Vec<u8>,
}

/// A loadable segment under construction.
struct Segment {
    address: u64,
    loaded_at: u64,
    bytes: Vec<u8>,
    memory_size: u64,
    flags: u32,
}

impl ElfWriter {
    /// `bits`: 32 or 64.
    pub fn new(bits: usize) -> Self {
        ElfWriter {
            bits,
            compressed: false,
            entry: CODE,
            segments: Vec::new(),
            symbols: Vec::new(),
            front: None,
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
        self.segments.push(Segment {
            address,
            loaded_at: address,
            bytes: bytes.to_vec(),
            memory_size,
            flags,
        });
        self
    }

    /// The last segment's physical address, where that is another one.
    pub fn loaded_at(mut self, address: u64) -> Self {
        if let Some(segment) = self.segments.last_mut() {
            segment.loaded_at = address;
        }
        self
    }

    /// The file's first bytes, so many that headers and `more` are among them, are loaded at an address: in a segment of
    /// their own, or in the first one if they end where that starts.
    pub fn headers_at(mut self, address: u64, length: u64, more: &[u8]) -> Self {
        self.front = Some(Front {
            address,
            length,
            more: more.to_vec(),
        });
        self
    }

    /// With an absolute symbol.
    pub fn symbol(mut self, name: &'static str, value: u64) -> Self {
        self.symbols.push((name, value));
        self
    }

    /// With symbols that give the stack this space.
    pub fn stack(self, space: Range<u64>) -> Self {
        self.symbol(STACK_END, space.start)
            .symbol(STACK_TOP, space.end)
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
        let joins = |front: &Front| {
            let end = front.address + front.length;
            self.segments
                .first()
                .is_some_and(|first| first.address == end)
        };
        let apart = self.front.as_ref().filter(|front| !joins(front));
        let joined = self.front.as_ref().filter(|front| joins(front));
        let segments = self.segments.len() + usize::from(apart.is_some());
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
        for half in [header as u16, entry_size, segments as u16, 0, 0, 0] {
            file.extend_from_slice(&half.to_le_bytes());
        }
        let mut place = |flags: u32, values: [u64; 5]| {
            file.extend_from_slice(&1u32.to_le_bytes());
            if wide {
                file.extend_from_slice(&flags.to_le_bytes());
            }
            for value in values {
                word(&mut file, value);
            }
            if !wide {
                file.extend_from_slice(&flags.to_le_bytes());
            }
            word(&mut file, 1);
        };
        let headers = header + u64::from(entry_size) * segments as u64;
        let mut offset = self.front.as_ref().map_or(headers, |front| front.length);
        if let Some(Front {
            address, length, ..
        }) = apart
        {
            place(READ, [0, *address, *address, *length, *length]);
        }
        for (number, segment) in self.segments.iter().enumerate() {
            let size = segment.bytes.len() as u64;
            let more = joined
                .filter(|_| number == 0)
                .map_or(0, |front| front.length);
            let (address, loaded_at) = (segment.address - more, segment.loaded_at - more);
            let (file_size, memory_size) = (size + more, segment.memory_size + more);
            place(
                segment.flags,
                [offset - more, address, loaded_at, file_size, memory_size],
            );
            offset += size;
        }
        if let Some(front) = &self.front {
            file.extend_from_slice(&front.more);
            file.resize(front.length as usize, 0);
        }
        for segment in &self.segments {
            file.extend_from_slice(&segment.bytes);
        }
        if !self.symbols.is_empty() {
            self.add_symbols(&mut file);
        }
        file
    }

    /// A symbol table, its strings, the headers of these two sections, and where they are.
    fn add_symbols(&self, file: &mut Vec<u8>) {
        const ABSOLUTE: u16 = 0xfff1;
        let wide = self.bits == 64;
        let (entry, section) = if wide { (24, 64u16) } else { (16, 40) };
        let word = |file: &mut Vec<u8>, value: u64| {
            file.extend_from_slice(&value.to_le_bytes()[..self.bits / 8])
        };
        let table = file.len() as u64;
        file.extend_from_slice(&vec![0; entry as usize]);
        let mut names = vec![0];
        for (name, value) in &self.symbols {
            let kind = [[1 << 4, 0].as_slice(), &ABSOLUTE.to_le_bytes()].concat();
            file.extend_from_slice(&(names.len() as u32).to_le_bytes());
            if wide {
                file.extend_from_slice(&kind);
            }
            word(file, *value);
            word(file, 0);
            if !wide {
                file.extend_from_slice(&kind);
            }
            names.extend_from_slice(name.as_bytes());
            names.push(0);
        }
        let strings = file.len() as u64;
        file.extend_from_slice(&names);
        let headers = file.len() as u64;
        let mut header = |kind: u32, offset: u64, size: u64, link: u32, entry: u64| {
            file.extend_from_slice(&0u32.to_le_bytes());
            file.extend_from_slice(&kind.to_le_bytes());
            for value in [0, 0, offset, size] {
                word(file, value);
            }
            file.extend_from_slice(&link.to_le_bytes());
            file.extend_from_slice(&0u32.to_le_bytes());
            word(file, 0);
            word(file, entry);
        };
        header(0, 0, 0, 0, 0);
        header(2, table, strings - table, 2, entry);
        header(3, strings, names.len() as u64, 0, 0);
        let (at, counts) = if wide { (40, 58) } else { (32, 46) };
        file[at..at + self.bits / 8].copy_from_slice(&headers.to_le_bytes()[..self.bits / 8]);
        for (place, value) in (0..).zip([section, 3, 0]) {
            let at = counts + 2 * place;
            file[at..at + 2].copy_from_slice(&value.to_le_bytes());
        }
    }

    /// The file, loaded.
    ///
    /// # Errors
    /// [`ElfError`] says what it lacks.
    pub fn program(&self) -> Result<Program, ElfError> {
        Program::from_elf(&self.finish())
    }
}
