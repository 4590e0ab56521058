//! A program: its bytecode rows, its initial memory and its memory map.
//!
//! Row 0 is [`Row::HALT`]. Every address of code that can hold an instruction is decoded as if it did, so that data between
//! functions desynchronises nothing: multiples of 2 if the file was built for the C extension, else of 4. An address that
//! holds no instruction has no row, and reaching it is a fault; in a program with a [`Kernel`] it has rows that trap, in the
//! program's own code, and so have accesses outside of memory there, by one more head of the same label; and instructions are
//! where [`Starts`] finds them. A load or store has a second head with the same label, a call of a routine for accesses that
//! cross cells. An instruction of F or D in a program with a float kernel is a call of that ([`crate::floats`]). Rows of
//! instructions and routines that are no heads have the label `2^W` plus their number. Loads and stores address the array of
//! cells: `io_base` is already subtracted from the `imm` of their rows.

mod decoding;

use crate::elf::{self, ElfError, Image};
use crate::kernel::{Kernel, Serves};
use crate::layout::Layout;
use crate::protection::{Parts, Protection, STACK_END, STACK_TOP};
use crate::status::ExitStatus;
use crate::sweep::Starts;
use crate::symbols::{Functions, Symbols};
use instruction_tables::instructions::persistent::{FLOAT_EPC, FLOAT_VALUE};
use instruction_tables::instructions::{AccessFault, Routine};
use instruction_tables::{Instruction, REGISTERS, Row, WordSize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Most bytecode rows.
const MAX_ROWS: usize = 1 << 28;

/// A range of code.
#[derive(Clone, Debug)]
struct Code {
    range: Range<u64>,
    /// First address decoded.
    first: u64,
    /// What addresses of instructions are multiples of.
    alignment: u64,
    /// Row of the instruction at `first + alignment · i`; 0 if none.
    heads: Vec<u32>,
}

/// Where a program reports how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusCell {
    /// The status cell of the I/O block: the guest library's convention.
    Guest(u32),
    /// The cell of the symbol `tohost`, in RAM: 1 is success, `2n + 1` is failure `n`. The report has 64 bits: on a
    /// machine with 32, the next cell holds the upper half, if the symbol's address is a multiple of 8.
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
    alignment: u64,
    entry: u64,
    rows: Arc<Vec<Row>>,
    /// Address of the instruction of every row; 0 for row 0 and rows of routines.
    addresses: Vec<u64>,
    /// For a head, the other head that accesses across cells start with; else 0.
    crossing: Vec<u32>,
    /// First rows of the routines.
    routines: BTreeMap<Routine, u32>,
    /// For a head, the other head that accesses outside of memory start with, if they trap; else 0. Empty without a kernel for traps.
    outside: Vec<u32>,
    /// First rows of what these have in common.
    faults: BTreeMap<AccessFault, u32>,
    code: Vec<Code>,
    image: Vec<(u32, u64)>,
    protection: Protection,
    symbols: Symbols,
    status: StatusCell,
    kernel: Option<Kernel>,
    /// Where instructions of a program with a kernel are.
    starts: Option<Starts>,
}

impl Program {
    /// Loads an ELF executable, with as much RAM as its stack (the symbol `__stack_top`) and its segments end at, and
    /// [`DEFAULT_RAM_SIZE`](crate::DEFAULT_RAM_SIZE) bytes at least.
    ///
    /// # Errors
    /// [`ElfError`] says what the file lacks.
    pub fn from_elf(file: &[u8]) -> Result<Self, ElfError> {
        Self::from_image(elf::read(file, None)?)
    }

    /// Loads an ELF executable, with `ram_size` bytes of RAM at least: a multiple of 8 up to
    /// [`Layout::max_ram_size`].
    ///
    /// # Errors
    /// [`ElfError`] says what the file lacks.
    pub fn from_elf_with_ram(file: &[u8], ram_size: u64) -> Result<Self, ElfError> {
        Self::from_image(elf::read(file, Some(ram_size))?)
    }

    pub(crate) fn from_image(image: Image<'_>) -> Result<Self, ElfError> {
        let Image {
            layout,
            compressed,
            entry,
            segments,
            code,
            writable,
            symbols,
            kernel,
        } = image;
        let traps = kernel
            .as_ref()
            .is_some_and(|kernel| matches!(kernel.serves, Serves::Traps { .. }));
        let loaded: Vec<Range<u64>> = segments.iter().map(|segment| segment.range()).collect();
        let stack = symbols
            .named
            .get(STACK_END)
            .zip(symbols.named.get(STACK_TOP));
        let parts = Parts {
            code: &code,
            writable: &writable,
            loaded: &loaded,
            stack: stack.filter(|_| !traps).map(|(end, top)| *end..*top),
        };
        let protection = Protection::new(&layout, &parts);
        let status = match symbols.named.get("tohost") {
            Some(&address) if !traps => htif_cell(&layout, address)?,
            _ => StatusCell::Guest(layout.status_cell()),
        };
        let mut program = Program {
            layout,
            alignment: if compressed { 2 } else { 4 },
            entry,
            rows: Arc::new(vec![Row::HALT]),
            addresses: vec![0],
            crossing: vec![0],
            routines: BTreeMap::new(),
            outside: Vec::from_iter(traps.then_some(0)),
            faults: BTreeMap::new(),
            code: Vec::new(),
            image: initial_cells(
                &layout,
                segments
                    .iter()
                    .map(|segment| (segment.address, &*segment.bytes)),
            ),
            protection,
            symbols,
            status,
            kernel,
            starts: None,
        };
        let ranges = code.into_iter().filter_map(|range| {
            let after = segments.partition_point(|segment| segment.address <= range.start);
            let segment = segments.get(after.checked_sub(1)?)?;
            // What the file does not hold is zero, and zero is no instruction.
            let at = |address: u64| {
                segment
                    .bytes
                    .len()
                    .min((address - segment.address) as usize)
            };
            let bytes = &segment.bytes[at(range.start)..at(range.end)];
            Some((range, bytes))
        });
        let ranges: Vec<(Range<u64>, &[u8])> = ranges.collect();
        program.decode_all(ranges)?;
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

    pub fn word(&self) -> WordSize {
        self.layout.word
    }

    /// What instructions' addresses are multiples of: 2 with the C extension, else 4. (A kernel has its own.)
    pub fn alignment(&self) -> u64 {
        self.alignment
    }

    /// Address of the first instruction.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The bytecode. Row 0 is [`Row::HALT`].
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The same, to be held by somebody else too: rows take more memory than all else of a program.
    pub fn shared_rows(&self) -> Arc<Vec<Row>> {
        self.rows.clone()
    }

    /// The first row of the instruction at an address, if there is one.
    pub fn head(&self, address: u64) -> Option<u32> {
        let code = self.code_at(address)?;
        let distance = address.checked_sub(code.first)?;
        if !distance.is_multiple_of(code.alignment) {
            return None;
        }
        let place = usize::try_from(distance / code.alignment).ok()?;
        let row = *code.heads.get(place)?;
        (row != 0).then_some(row)
    }

    /// The row that an access across cells starts with, for the first row of a load or store that may
    /// have one, and the row that accesses memory otherwise.
    #[inline]
    pub(crate) fn crossing(&self, head: u32) -> Option<(u32, &Row)> {
        let crossing = self.crossing[head as usize];
        // The rows of the access within a cell come right before, and the last one accesses.
        (crossing != 0).then(|| (crossing, &self.rows[crossing as usize - 1]))
    }

    /// The row that an access outside of memory starts with, for the first row of one that traps then, and the distance from
    /// the start of memory that this row computes, which is not below the size of memory then.
    #[inline]
    pub(crate) fn outside(&self, head: u32) -> Option<(u32, &Row)> {
        match self.outside.get(head as usize) {
            None | Some(0) => None,
            Some(&row) => Some((row, &self.rows[row as usize])),
        }
    }

    /// Address of the instruction that a row belongs to; 0 for row 0 and for rows that instructions share.
    pub fn address(&self, row: u32) -> u64 {
        self.addresses.get(row as usize).copied().unwrap_or(0)
    }

    /// Whether a row is the first of its instruction.
    #[inline]
    pub fn is_head(&self, row: u32) -> bool {
        self.rows[row as usize].label <= 1 << self.layout.word.bits()
    }

    /// The row with an inner label; 0 if there is none.
    pub(crate) fn inner(&self, label: u128) -> u32 {
        let number = label.checked_sub(1 << self.layout.word.bits());
        let number = number.and_then(|number| u32::try_from(number).ok());
        number
            .filter(|&number| {
                self.rows
                    .get(number as usize)
                    .is_some_and(|r| r.label == label)
            })
            .unwrap_or(0)
    }

    /// Initial memory without the public input: cells that are not zero, in order. The status cell is one.
    pub fn image(&self) -> &[(u32, u64)] {
        &self.image
    }

    /// What the program may not access.
    pub fn protection(&self) -> &Protection {
        &self.protection
    }

    /// Addresses by symbol.
    pub fn symbols(&self) -> &BTreeMap<String, u64> {
        &self.symbols.named
    }

    /// The functions that the file names.
    pub fn functions(&self) -> &Functions {
        &self.symbols.functions
    }

    /// Name of the function that an address belongs to, demangled, and the offset from its start.
    pub fn symbol(&self, address: u64) -> Option<(Cow<'_, str>, u64)> {
        let functions = self.functions();
        let function = functions.get(functions.find(address)?)?;
        Some((function.name(), address - function.range.start))
    }

    /// The instruction at an address, as loaded; [`None`] where there is no first row of one.
    pub fn instruction(&self, address: u64) -> Option<Instruction> {
        self.head(address)?;
        self.decoded(address, &self.word_at(address).to_le_bytes())
    }

    /// Where the program reports how it ended.
    pub fn status_cell(&self) -> StatusCell {
        self.status
    }

    /// The cells of the report, the lowest half first.
    pub fn report_cells(&self) -> Range<u32> {
        match self.status {
            StatusCell::Htif(cell) if self.word() == WordSize::W32 && cell % 2 == 0 => {
                cell..cell + 2
            }
            status => status.cell()..status.cell() + 1,
        }
    }

    /// The value of the report, from the values of cells.
    pub(crate) fn report(&self, value: impl Fn(u32) -> u64) -> u64 {
        let cells = self.report_cells().rev();
        cells.fold(0, |report, cell| match report {
            0 => value(cell),
            upper => upper << 32 | value(cell),
        })
    }

    /// What a final value of the report means.
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

    /// Whether a cell holds code that is not protected.
    pub(crate) fn exposes(&self, cell: u32) -> bool {
        let start = self.layout.address(cell);
        let end = start + self.layout.cell_size();
        let exposed = self.protection.exposed();
        let at = exposed.partition_point(|range| range.end <= start);
        exposed.get(at).is_some_and(|range| range.start < end)
    }

    /// The same program on a machine that lets it access everything, and executes the code as it was loaded.
    #[cfg(feature = "testing")]
    pub fn unprotected(&self) -> Program {
        Program {
            protection: Protection::default(),
            ..self.clone()
        }
    }

    /// Whether an address is code.
    pub fn is_code(&self, address: u64) -> bool {
        self.code_at(address).is_some()
    }

    /// The four bytes at an address, as loaded.
    pub fn word_at(&self, address: u64) -> u32 {
        let byte = |address: u64| {
            let cell = self.layout.cell(address)?;
            let found = self
                .image
                .binary_search_by_key(&cell, |&(cell, _)| cell)
                .ok()?;
            let shift = 8 * (address % self.layout.cell_size());
            Some((self.image[found].1 >> shift) as u8)
        };
        let bytes = [0, 1, 2, 3].map(|at| byte(address.wrapping_add(at)).unwrap_or(0));
        u32::from_le_bytes(bytes)
    }

    fn code_at(&self, address: u64) -> Option<&Code> {
        let first = self.code.partition_point(|code| code.range.end <= address);
        let code = self.code.get(first)?;
        code.range.contains(&address).then_some(code)
    }

    /// The places in a range that may hold an instruction: address, and the bytes from there to the range's end.
    fn places<'a>(
        alignment: u64,
        range: &Range<u64>,
        bytes: &'a [u8],
    ) -> impl ExactSizeIterator<Item = (u64, &'a [u8])> + use<'a> {
        let first = range.start.next_multiple_of(alignment);
        let rest = bytes.get((first - range.start) as usize..);
        let rest = rest.unwrap_or_default();
        let step = alignment as usize;
        let places = (0..rest.len().div_ceil(step)).map(move |place| place * step);
        places.map(move |at| (first + at as u64, &rest[at..]))
    }

    /// Whether a kernel serves all traps of code at an address: accesses outside of memory trap there, and nothing halts.
    pub(crate) fn is_served(&self, address: u64) -> bool {
        self.trap_kernel()
            .is_some_and(|kernel| kernel.is_program(address))
    }

    /// The kernel that serves all traps, if there is one.
    fn trap_kernel(&self) -> Option<&Kernel> {
        let kernel = self.kernel.as_ref();
        kernel.filter(|kernel| matches!(kernel.serves, Serves::Traps { .. }))
    }

    /// The kernel that carries out instructions of F and D, if there is one, and where they go.
    pub(crate) fn float_kernel(&self) -> Option<(&Kernel, u64)> {
        let kernel = self.kernel.as_ref()?;
        match kernel.serves {
            Serves::Floats { entry } => Some((kernel, entry)),
            Serves::Traps { .. } => None,
        }
    }

    /// Address of the program's instruction that code at an address is about: in a float kernel, of the one that it carries
    /// out.
    pub(crate) fn blamed(&self, pc: u64, registers: &[u64; REGISTERS]) -> u64 {
        self.refused(pc, registers).map_or(pc, |(_, at)| at)
    }

    /// What code at an address does not carry out if it gives up, in a float kernel: bits and address of an instruction.
    pub(crate) fn refused(&self, pc: u64, registers: &[u64; REGISTERS]) -> Option<(u32, u64)> {
        let (kernel, _) = self.float_kernel()?;
        let register = |number: u8| registers[usize::from(number)];
        (!kernel.is_program(pc)).then(|| (register(FLOAT_VALUE) as u32, register(FLOAT_EPC)))
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
