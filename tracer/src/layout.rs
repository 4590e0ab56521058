//! The memory map.
//!
//! The proof's memory is one array of cells of `W/8` bytes. It starts with the I/O block and goes on with RAM:
//!
//! | offset from `io_base` | contents |
//! |---|---|
//! | 0 | reserved: 0, read by every cycle that is no load or store, never written |
//! | 8 | status: all ones until the program writes 0–255 (exit) or `2^(W/2)` (panic) |
//! | 16 | public output length in bytes |
//! | 24 | public input length in bytes |
//! | 64 … | public input, up to the middle of the block |
//! | `io_size / 2` … | public output, up to the block's end |
//! | `io_size` … | RAM, the address `ram_base` |
//!
//! There are two maps. The usual one has a block of 64 KiB at [`IO_BASE`] and as much RAM as the program's stack ends at, or
//! as is asked for. That of Linux
//! programs, which are linked below it ([`Layout::linux`]), has 32 KiB from `0x8000` and RAM up to 4 GiB. Below `0x8000`
//! there is nothing: to follow a null pointer is a fault there.

use instruction_tables::WordSize;
use std::ops::Range;

/// Address of the I/O block.
pub const IO_BASE: u64 = 0x7fff_0000;
/// Bytes of the I/O block.
pub const IO_SIZE: u64 = 0x1_0000;
/// First address of RAM, right behind the I/O block.
pub const RAM_BASE: u64 = IO_BASE + IO_SIZE;
/// Bytes of RAM if nothing else is asked for.
pub const DEFAULT_RAM_SIZE: u64 = 64 << 20;
/// Most bytes of public input on any map; [`Layout::input_capacity`] is a map's own.
pub const INPUT_CAPACITY: u64 = IO_SIZE / 2 - INPUT;
/// Most bytes of public output on any map; [`Layout::output_capacity`] is a map's own.
pub const OUTPUT_CAPACITY: u64 = IO_SIZE / 2;

/// Address of the I/O block of Linux programs: linkers put nothing below `0x1_0000`.
const LINUX_IO_BASE: u64 = 0x8000;
/// Bytes of their I/O block.
const LINUX_IO_SIZE: u64 = 0x8000;
/// Bytes of all their memory: `2^29` cells.
const LINUX_MEMORY: u64 = 1 << 32;

const STATUS: u64 = 8;
const OUTPUT_LENGTH: u64 = 16;
const INPUT_LENGTH: u64 = 24;
const INPUT: u64 = 64;

/// Word size and memory map of a program: part of its verifying key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Word size; a cell is a word.
    pub word: WordSize,
    /// Address of cell 0. A multiple of the block's size.
    pub io_base: u64,
    /// Bytes of the I/O block, a power of two.
    pub io_size: u64,
    /// First address of RAM: `io_base + io_size`.
    pub ram_base: u64,
    /// Bytes of RAM, a multiple of 8.
    pub ram_size: u64,
}

impl Layout {
    /// Most bytes of RAM that can be asked for. With 32-bit words they end below `2^32`, rounded up.
    pub const fn max_ram_size(word: WordSize) -> u64 {
        match word {
            WordSize::W64 => 1 << 32,
            WordSize::W32 | WordSize::W8 => 1 << 30,
        }
    }

    /// The layout with at least `ram_size` bytes of RAM, which must be a multiple of 8 up to
    /// [`max_ram_size`](Self::max_ram_size).
    ///
    /// The number of cells is rounded up to a multiple of the weight of its top hexadecimal digit: a
    /// proof bounds cell numbers digit by digit, and must bound them exactly, or a program could be
    /// proven to have used memory that it faults on.
    pub(crate) const fn new(word: WordSize, ram_size: u64) -> Self {
        let cell = word.bytes() as u64;
        let cells = (IO_SIZE + ram_size) / cell;
        let top = 1 << (4 * ((cells - 1).ilog2() / 4));
        Layout {
            word,
            io_base: IO_BASE,
            io_size: IO_SIZE,
            ram_base: RAM_BASE,
            ram_size: cells.next_multiple_of(top) * cell - IO_SIZE,
        }
    }

    /// The layout of a Linux program: RAM starts at `0x1_0000`, right behind the I/O block, and ends at `0x1_0000_8000`.
    pub(crate) const fn linux() -> Self {
        Layout {
            word: WordSize::W64,
            io_base: LINUX_IO_BASE,
            io_size: LINUX_IO_SIZE,
            ram_base: LINUX_IO_BASE + LINUX_IO_SIZE,
            ram_size: LINUX_MEMORY - LINUX_IO_SIZE,
        }
    }

    /// Whether it is the layout of Linux programs.
    pub const fn is_linux(&self) -> bool {
        self.io_base == LINUX_IO_BASE
    }

    /// Number of cells, `K_ram`.
    pub const fn cells(&self) -> u64 {
        (self.io_size + self.ram_size) / self.cell_size()
    }

    /// Bytes in a cell.
    pub const fn cell_size(&self) -> u64 {
        self.word.bytes() as u64
    }

    /// Addresses of RAM.
    pub const fn ram(&self) -> Range<u64> {
        self.ram_base..self.ram_base + self.ram_size
    }

    /// Addresses of all memory.
    pub const fn memory(&self) -> Range<u64> {
        self.io_base..self.ram_base + self.ram_size
    }

    /// The cell that contains an address, if any does.
    pub fn cell(&self, address: u64) -> Option<u32> {
        let inside = self.memory().contains(&address);
        // At most `3·2^28` cells: their numbers fit.
        inside.then(|| ((address - self.io_base) / self.cell_size()) as u32)
    }

    /// Address of a cell.
    pub fn address(&self, cell: u32) -> u64 {
        self.io_base + u64::from(cell) * self.cell_size()
    }

    /// Cell of the exit status.
    pub const fn status_cell(&self) -> u32 {
        (STATUS / self.cell_size()) as u32
    }

    /// Cell of the public output's length.
    pub const fn output_length_cell(&self) -> u32 {
        (OUTPUT_LENGTH / self.cell_size()) as u32
    }

    /// Cell of the public input's length.
    pub const fn input_length_cell(&self) -> u32 {
        (INPUT_LENGTH / self.cell_size()) as u32
    }

    /// Cells of the public input.
    pub const fn input_cells(&self) -> Range<u32> {
        (INPUT / self.cell_size()) as u32..self.io_cells() / 2
    }

    /// Cells of the public output.
    pub const fn output_cells(&self) -> Range<u32> {
        self.io_cells() / 2..self.io_cells()
    }

    /// Most bytes of public input.
    pub const fn input_capacity(&self) -> u64 {
        self.io_size / 2 - INPUT
    }

    /// Most bytes of public output.
    pub const fn output_capacity(&self) -> u64 {
        self.io_size / 2
    }

    /// Number of cells of the I/O block: they come first.
    pub const fn io_cells(&self) -> u32 {
        (self.io_size / self.cell_size()) as u32
    }

    /// Whether a program may store to a cell: RAM, public output and its length, status.
    pub fn is_writable(&self, cell: u32) -> bool {
        cell >= self.output_cells().start
            || cell == self.status_cell()
            || cell == self.output_length_cell()
    }

    /// Value of the status cell until a program ends properly.
    pub const fn stopped(&self) -> u64 {
        self.word.mask()
    }

    /// Value of the status cell after a panic.
    pub const fn panicked(&self) -> u64 {
        1 << (self.word.bits() / 2)
    }

    /// Bytes as cells from `first` on, little-endian, the last one filled with zeros; zero cells are left out.
    pub fn pack(&self, first: u32, bytes: &[u8]) -> Vec<(u32, u64)> {
        let chunks = bytes.chunks(self.word.bytes());
        let words = chunks.map(|chunk| {
            chunk
                .iter()
                .rev()
                .fold(0, |word, &byte| word << 8 | u64::from(byte))
        });
        (first..)
            .zip(words)
            .filter(|&(_, word)| word != 0)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_bounded(layout: &Layout) -> bool {
        let cells = layout.cells();
        let digits = (cells - 1).ilog2() / 4;
        cells.is_multiple_of(1 << (4 * digits))
    }

    #[test]
    fn linux_programs_have_memory_up_to_four_gigabytes() {
        let layout = Layout::linux();
        assert!(is_bounded(&layout) && layout.is_linux());
        assert_eq!(layout.cells(), 1 << 29);
        assert_eq!(layout.memory(), 0x8000..0x1_0000_8000);
        assert_eq!(layout.ram().start, 0x1_0000);
        assert_eq!(layout.cell(0x1_0000_7fff), Some((1 << 29) - 1));
        let address = |cell| layout.address(cell);
        assert_eq!(address(layout.status_cell()), 0x8008);
        assert_eq!(address(layout.output_length_cell()), 0x8010);
        assert_eq!(address(layout.input_length_cell()), 0x8018);
        let input = layout.input_cells();
        assert_eq!([address(input.start), address(input.end)], [0x8040, 0xc000]);
        let output = layout.output_cells();
        assert_eq!(
            [address(output.start), address(output.end)],
            [0xc000, 0x1_0000]
        );
        assert_eq!(layout.input_capacity(), 0x4000 - 64);
        assert_eq!(layout.output_capacity(), 0x4000);
    }

    #[test]
    fn cell_numbers_are_bounded_by_their_digits() {
        for word in [WordSize::W32, WordSize::W64] {
            for size in [
                8,
                1 << 12,
                3 << 20,
                DEFAULT_RAM_SIZE,
                DEFAULT_RAM_SIZE + 8,
                Layout::max_ram_size(word),
            ] {
                let layout = Layout::new(word, size);
                assert!(is_bounded(&layout));
                assert!(layout.ram_size >= size && layout.ram_size <= 2 * size.max(IO_SIZE));
                assert!(u32::try_from(layout.cells()).is_ok());
                assert!(word == WordSize::W64 || layout.ram().end <= 1 << 32);
            }
        }
    }

    #[test]
    fn cells_and_addresses_are_inverse() {
        for word in [WordSize::W32, WordSize::W64] {
            let layout = Layout::new(word, DEFAULT_RAM_SIZE);
            assert_eq!(layout.input_capacity(), INPUT_CAPACITY);
            assert_eq!(layout.output_capacity(), OUTPUT_CAPACITY);
            assert_eq!(layout.io_base % layout.io_size, 0);
            assert_eq!(layout.cell(layout.io_base - 1), None);
            assert_eq!(layout.cell(layout.ram().end), None);
            assert_eq!(layout.cell(layout.io_base), Some(0));
            assert_eq!(layout.cell(layout.ram_base), Some(layout.io_cells()));
            assert_eq!(
                u64::from(layout.cell(layout.ram().end - 1).unwrap_or(0)),
                layout.cells() - 1
            );
            for cell in [0, 1, layout.status_cell(), 12345] {
                assert_eq!(
                    layout.cell(layout.address(cell) + layout.cell_size() - 1),
                    Some(cell)
                );
            }
        }
    }

    #[test]
    fn bytes_are_packed_little_endian() {
        let layout = Layout::new(WordSize::W32, DEFAULT_RAM_SIZE);
        assert_eq!(
            layout.pack(7, &[1, 2, 0, 0, 0, 0, 0, 0, 9]),
            vec![(7, 0x0201), (9, 9)]
        );
    }
}
