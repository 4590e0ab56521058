//! A program: its bytecode rows, its initial memory and its memory map.
//!
//! Row 0 is [`Row::HALT`]. Every word-aligned address of an executable segment is decoded as a possible
//! instruction, so that data between functions desynchronises nothing; an address that holds none has no
//! row, and reaching it is a fault. Loads and stores address the array of cells: `io_base` is already
//! subtracted from the `imm` of their rows.

use crate::elf::{self, ElfError, Image};
use crate::layout::{DEFAULT_RAM_SIZE, Layout};
use crate::trace::ExitStatus;
use instruction_tables::{Row, WordSize};
use std::collections::BTreeMap;
use std::ops::Range;

/// Distance between addresses that are decoded, in bytes.
pub const ALIGNMENT: u64 = 4;

/// Most bytecode rows.
const MAX_ROWS: usize = 1 << 28;

/// An executable segment.
#[derive(Clone, Debug)]
struct Code {
    range: Range<u64>,
    /// Row of the instruction at `range.start` (rounded up to [`ALIGNMENT`]) `+ ALIGNMENT · i`; 0 if none.
    heads: Vec<u32>,
}

impl Code {
    fn first(&self) -> u64 {
        self.range.start.next_multiple_of(ALIGNMENT)
    }
}

/// Where a program reports how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusCell {
    /// The status cell of the I/O block: the guest library's convention.
    Guest(u32),
    /// The cell of the symbol `tohost`, in RAM: 1 is success, `2n + 1` is failure `n`.
    Htif(u32),
}

impl StatusCell {
    /// Number of the cell.
    pub const fn cell(self) -> u32 {
        match self {
            StatusCell::Guest(cell) | StatusCell::Htif(cell) => cell,
        }
    }
}

/// A program. See the module documentation.
#[derive(Clone, Debug)]
pub struct Program {
    layout: Layout,
    entry: u64,
    rows: Vec<Row>,
    /// Address of the instruction of every row; of row 0, 0.
    addresses: Vec<u64>,
    code: Vec<Code>,
    image: Vec<(u32, u64)>,
    symbols: BTreeMap<String, u64>,
    status: StatusCell,
}

impl Program {
    /// Loads an ELF executable, with [`DEFAULT_RAM_SIZE`] bytes of RAM.
    ///
    /// # Errors
    /// [`ElfError`] says what the file lacks.
    pub fn from_elf(file: &[u8]) -> Result<Self, ElfError> {
        Self::from_elf_with_ram(file, DEFAULT_RAM_SIZE)
    }

    /// Loads an ELF executable, with `ram_size` bytes of RAM: a multiple of 8 up to
    /// [`MAX_RAM_SIZE`](crate::MAX_RAM_SIZE).
    ///
    /// # Errors
    /// [`ElfError`] says what the file lacks.
    pub fn from_elf_with_ram(file: &[u8], ram_size: u64) -> Result<Self, ElfError> {
        Self::from_image(elf::read(file, ram_size)?)
    }

    fn from_image(image: Image<'_>) -> Result<Self, ElfError> {
        let Image {
            layout,
            entry,
            segments,
            symbols,
        } = image;
        let status = match symbols.get("tohost") {
            Some(&address) => htif_cell(&layout, address)?,
            None => StatusCell::Guest(layout.status_cell()),
        };
        let mut program = Program {
            layout,
            entry,
            rows: vec![Row::HALT],
            addresses: vec![0],
            code: Vec::new(),
            image: initial_cells(
                &layout,
                segments
                    .iter()
                    .map(|segment| (segment.address, segment.bytes)),
            ),
            symbols,
            status,
        };
        for segment in segments.iter().filter(|segment| segment.executable) {
            program.decode(segment.range(), segment.bytes)?;
        }
        if program.head(entry).is_none() {
            return Err(ElfError::EntryUndecodable {
                entry,
                word: program.word_at(entry),
            });
        }
        Ok(program)
    }

    /// Word size and memory map.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Word size.
    pub fn word(&self) -> WordSize {
        self.layout.word
    }

    /// Address of the first instruction.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The bytecode. Row 0 is [`Row::HALT`].
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The first row of the instruction at an address, if there is one.
    pub fn head(&self, address: u64) -> Option<u32> {
        let code = self.code_at(address)?;
        let distance = address.checked_sub(code.first())?;
        if !distance.is_multiple_of(ALIGNMENT) {
            return None;
        }
        let row = *code
            .heads
            .get(usize::try_from(distance / ALIGNMENT).ok()?)?;
        (row != 0).then_some(row)
    }

    /// Address of the instruction that a row belongs to; 0 for row 0.
    pub fn address(&self, row: u32) -> u64 {
        self.addresses.get(row as usize).copied().unwrap_or(0)
    }

    /// Whether a row is the first of its instruction.
    #[inline]
    pub fn is_head(&self, row: u32) -> bool {
        self.rows[row as usize].label <= 1 << self.layout.word.bits()
    }

    /// The inner row with a label, in the instruction that `row` belongs to; 0 if there is none.
    pub(crate) fn inner(&self, row: u32, label: u128) -> u32 {
        let address = self.address(row);
        let head = self.head(address).unwrap_or(0);
        let same = (head..).zip(self.rows.iter().zip(&self.addresses).skip(head as usize));
        let mut same = same.take_while(|&(_, (_, &of))| of == address);
        same.find(|(_, (row, _))| row.label == label)
            .map_or(0, |(number, _)| number)
    }

    /// Initial memory without the public input: cells that are not zero, in order. The status cell is one.
    pub fn image(&self) -> &[(u32, u64)] {
        &self.image
    }

    /// Addresses by symbol.
    pub fn symbols(&self) -> &BTreeMap<String, u64> {
        &self.symbols
    }

    /// Where the program reports how it ended.
    pub fn status_cell(&self) -> StatusCell {
        self.status
    }

    /// What a final value of the status cell means.
    pub fn exit_status(&self, value: u64) -> ExitStatus {
        match self.status {
            StatusCell::Guest(_) if value == self.layout.stopped() => {
                ExitStatus::StoppedWithoutExit
            }
            StatusCell::Guest(_) if value == self.layout.panicked() => ExitStatus::Panicked,
            StatusCell::Guest(_) if value < 256 => ExitStatus::Exit(value),
            StatusCell::Htif(_) if value == 0 => ExitStatus::StoppedWithoutExit,
            StatusCell::Htif(_) if value % 2 == 1 => ExitStatus::Exit(value >> 1),
            _ => ExitStatus::Unknown(value),
        }
    }

    /// Whether any of `size` bytes at an address is in an executable segment.
    pub(crate) fn touches_code(&self, address: u64, size: u64) -> bool {
        self.code
            .iter()
            .any(|code| address < code.range.end && code.range.start < address.saturating_add(size))
    }

    /// Whether an address is in an executable segment.
    pub fn is_code(&self, address: u64) -> bool {
        self.code_at(address).is_some()
    }

    /// The four bytes at an aligned address, as loaded.
    pub fn word_at(&self, address: u64) -> u32 {
        let Some(cell) = self.layout.cell(address) else {
            return 0;
        };
        let found = self.image.binary_search_by_key(&cell, |&(cell, _)| cell);
        let value = found.map_or(0, |at| self.image[at].1);
        (value >> (8 * (address % self.layout.cell_size()))) as u32
    }

    fn code_at(&self, address: u64) -> Option<&Code> {
        self.code.iter().find(|code| code.range.contains(&address))
    }

    fn decode(&mut self, range: Range<u64>, bytes: &[u8]) -> Result<(), ElfError> {
        let mut code = Code {
            range,
            heads: Vec::new(),
        };
        let skip = (code.first() - code.range.start) as usize;
        let words = bytes.get(skip..).unwrap_or_default().as_chunks::<4>().0;
        for (address, word) in (code.first()..).step_by(ALIGNMENT as usize).zip(words) {
            code.heads
                .push(self.push_instruction(address, u32::from_le_bytes(*word))?);
        }
        self.code.push(code);
        Ok(())
    }

    /// Decodes a word. The row it gets; 0 if it is no instruction.
    fn push_instruction(&mut self, address: u64, word: u32) -> Result<u32, ElfError> {
        let size = self.layout.word;
        let Some(instruction) = instruction_tables::decode(size, word) else {
            return Ok(0);
        };
        let head = self.rows.len();
        // Inner rows have label 2^W + their number.
        let first_inner_label = (1 << size.bits()) + head as u128 + 1;
        for mut row in instruction.expand(size, address, first_inner_label) {
            if row.access.is_active() {
                row.imm -= i128::from(self.layout.io_base);
            }
            self.rows.push(row);
            self.addresses.push(address);
        }
        match self.rows.len() > MAX_ROWS {
            true => Err(ElfError::TooManyRows {
                rows: self.rows.len(),
                max: MAX_ROWS,
            }),
            false => Ok(head as u32),
        }
    }
}

fn htif_cell(layout: &Layout, address: u64) -> Result<StatusCell, ElfError> {
    let aligned = address.is_multiple_of(layout.cell_size()) && layout.ram().contains(&address);
    match layout.cell(address) {
        Some(cell) if aligned => Ok(StatusCell::Htif(cell)),
        _ => Err(ElfError::Tohost { address }),
    }
}

/// The status cell, and segments given as (address, contents) in order of addresses. Zero cells are left out.
fn initial_cells<'a>(
    layout: &Layout,
    segments: impl Iterator<Item = (u64, &'a [u8])>,
) -> Vec<(u32, u64)> {
    let mut cells = vec![(layout.status_cell(), layout.stopped())];
    for (address, bytes) in segments {
        let Some(first) = layout.cell(address) else {
            continue;
        };
        // A segment may start in the middle of a cell, even of one that the last segment ends in.
        let lead = (address % layout.cell_size()) as usize;
        let (head, tail) = bytes.split_at(
            bytes
                .len()
                .min((layout.word.bytes() - lead) % layout.word.bytes()),
        );
        let mut shifted = [0; 8];
        shifted[lead..lead + head.len()].copy_from_slice(head);
        for (cell, value) in layout.pack(first, &shifted[..layout.word.bytes()]) {
            match cells.last_mut() {
                Some((last, merged)) if *last == cell => *merged |= value,
                _ => cells.push((cell, value)),
            }
        }
        cells.extend(layout.pack(first + u32::from(!head.is_empty()), tail));
    }
    cells
}
