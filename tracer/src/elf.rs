//! ELF files: what a program needs from one, checked.
//!
//! Code is what an executable segment holds. Linkers often make one segment for everything, writable and
//! executable, and a program may store to its data there: of such segments, and of all if a file declares
//! none executable, code is what the file's sections say, where it has any.
//!
//! A segment is loaded at its physical address (`p_paddr`), as boot code that copies data to where it is used
//! expects; files that leave all of these 0 have none. Code must be loaded where it runs.
//!
//! In front of code that is linked to the start of RAM, GNU ld lays the file's own headers, in a segment or a part of
//! one that lies outside of RAM. These are left out, where the file shows nothing else there.
//!
//! A file is untrusted. Every offset is checked, nothing is allocated that the file's own length does not
//! bound, and each way to be unusable has its error.

use crate::kernel::Kernel;
use crate::layout::{DEFAULT_RAM_SIZE, Layout, RAM_BASE};
use crate::protection::STACK_TOP;
use crate::symbols::{self, Symbols};
use ::elf::{
    ElfBytes, ParseError, abi, endian::LittleEndian, file::Class, section::SectionHeader,
    segment::ProgramHeader,
};
use instruction_tables::WordSize;
use std::borrow::Cow;
use std::ops::Range;

/// Why a file is no program for this machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ElfError {
    /// The magic bytes are missing.
    #[error("not an ELF file: it starts with {found:02x?}")]
    Magic {
        /// The first bytes.
        found: [u8; 4],
    },
    /// Neither 32 nor 64 bits.
    #[error("ELF class {found} is neither 32-bit (1) nor 64-bit (2)")]
    Class {
        /// `EI_CLASS`.
        found: u8,
    },
    /// Not little-endian.
    #[error("ELF data encoding {found} is not little-endian (1)")]
    Endianness {
        /// `EI_DATA`.
        found: u8,
    },
    /// Not RISC-V.
    #[error("ELF machine {found} is not RISC-V (243)")]
    Machine {
        /// `e_machine`.
        found: u16,
    },
    /// An object file, a shared library or a position-independent executable.
    #[error("ELF type {found} is not a statically linked executable at a fixed address (2)")]
    Type {
        /// `e_type`.
        found: u16,
    },
    /// Needs a dynamic linker.
    #[error("the executable needs a dynamic linker (it has a {segment} segment)")]
    Dynamic {
        /// Name of the segment type.
        segment: &'static str,
    },
    /// The file ends too early.
    #[error("the file is truncated: {what} needs bytes up to {end}, it has {length}")]
    Truncated {
        /// What lies beyond the end.
        what: &'static str,
        /// Where that ends.
        end: u64,
        /// Length of the file.
        length: u64,
    },
    /// Malformed otherwise.
    #[error("malformed ELF file: {0}")]
    Malformed(#[from] ParseError),
    /// A segment's contents are longer than the segment.
    #[error(
        "the segment at {address:#x} has {file_size} bytes in the file but only {memory_size} in memory"
    )]
    SegmentSize {
        address: u64,
        /// Bytes in the file.
        file_size: u64,
        /// Bytes in memory.
        memory_size: u64,
    },
    /// Code is loaded elsewhere than it runs.
    #[error(
        "the code at {run:#x} is loaded at {load:#x}: code that is copied before it runs is not supported"
    )]
    CodeMoves {
        /// Its address when it runs (`p_vaddr`).
        run: u64,
        /// Its address in the image (`p_paddr`).
        load: u64,
    },
    /// A segment lies outside RAM.
    #[error(
        "the segment at {address:#x}{} with {size} bytes is outside RAM, {:#x} to {:#x}",
        elsewhere(*address, *run), ram.start, ram.end
    )]
    SegmentOutOfRange {
        /// Where it is loaded (`p_paddr`).
        address: u64,
        /// Where the program finds it (`p_vaddr`).
        run: u64,
        /// Bytes in memory.
        size: u64,
        /// Addresses that are allowed.
        ram: Range<u64>,
    },
    /// Segments share bytes of the file, as no linker lets them.
    #[error("the segments have {declared} bytes in a file of {length}")]
    SharedContents {
        /// Bytes of all segments.
        declared: u64,
        /// Length of the file.
        length: u64,
    },
    /// Two segments overlap.
    #[error("the segments at {first:#x} and {second:#x} overlap")]
    SegmentOverlap {
        /// Address of the lower one.
        first: u64,
        /// Address of the upper one.
        second: u64,
    },
    /// Nothing to execute.
    #[error("the executable has no executable segment or section")]
    NoExecutableSegment,
    /// The entry point is no code.
    #[error("the entry point {entry:#x} is outside all code")]
    EntryOutsideCode {
        /// The entry point.
        entry: u64,
    },
    /// The entry point is code, but no instruction of this machine.
    #[error("the entry point {entry:#x} holds no supported instruction (word {word:#010x})")]
    EntryUndecodable {
        /// The entry point.
        entry: u64,
        /// What lies there.
        word: u32,
    },
    /// The symbol `tohost` is unusable.
    #[error("the symbol tohost is at {address:#x}, which is no aligned word of RAM")]
    Tohost { address: u64 },
    /// RAM of a size that the machine cannot have.
    #[error("{requested} bytes of RAM: it must be a multiple of 8 between 8 and {max}")]
    RamSize {
        /// What was asked for.
        requested: u64,
        /// The most.
        max: u64,
    },
    /// The float kernel's file is unusable.
    #[error("the float kernel cannot be loaded: {0}")]
    FloatKernel(#[source] Box<ElfError>),
    /// No place for a float kernel.
    #[error(
        "the program uses memory up to {end:#x}, and with floating point there is none from {:#x} on, where the \
         float kernel is", crate::floats::FLOAT_KERNEL.start
    )]
    FloatMemory {
        /// The end of its segments and its stack.
        end: u64,
    },
    /// The program is larger than any memory.
    #[error("the program has {rows} rows, more than {max}")]
    TooManyRows {
        /// Rows of its instructions.
        rows: usize,
        /// The most.
        max: usize,
    },
}

/// Says that a segment is loaded elsewhere than it is used, if so.
fn elsewhere(load: u64, run: u64) -> String {
    match load == run {
        true => String::new(),
        false => format!(" (its load address; it is used at {run:#x})"),
    }
}

/// A loadable segment.
#[derive(Clone, Debug)]
pub(crate) struct Segment<'a> {
    /// Where it is loaded.
    pub address: u64,
    /// Contents; the rest up to `size` is zero.
    pub bytes: Cow<'a, [u8]>,
    pub size: u64,
    /// Where the program finds it.
    pub run: u64,
    pub executable: bool,
    pub writable: bool,
}

impl Segment<'_> {
    pub fn range(&self) -> Range<u64> {
        self.address..self.address + self.size
    }
}

/// What a program is made of.
#[derive(Debug)]
pub(crate) struct Image<'a> {
    pub layout: Layout,
    /// Whether the file was built for the C extension.
    pub compressed: bool,
    pub entry: u64,
    /// By address; they are disjoint, inside RAM and not empty.
    pub segments: Vec<Segment<'a>>,
    /// Addresses of code: not empty, disjoint, in order, each inside one segment.
    pub code: Vec<Range<u64>>,
    /// Addresses of what the program may write, as the file has it.
    pub writable: Vec<Range<u64>>,
    pub symbols: Symbols,
    /// The kernel that traps go to, if there is one.
    pub kernel: Option<Kernel>,
}

/// Reads a file for a machine with so many bytes of RAM, or as many as the file needs.
pub(crate) fn read(file: &[u8], ram_size: Option<u64>) -> Result<Image<'_>, ElfError> {
    let elf = at_fixed_address(header(file)?)?;
    let word = match elf.ehdr.class {
        Class::ELF32 => WordSize::W32,
        Class::ELF64 => WordSize::W64,
    };
    let max = Layout::max_ram_size(word);
    let ram_size = match ram_size {
        Some(requested) if requested == 0 || !requested.is_multiple_of(8) || requested > max => {
            return Err(ElfError::RamSize { requested, max });
        }
        Some(requested) => requested,
        None => needed(&elf, max)?,
    };
    let layout = Layout::new(word, ram_size);
    let part = Part { elf, file, bias: 0 };
    let mut headers = physical(&part.elf)?;
    part.leave_out_headers(&mut headers, &layout.ram())?;
    let segments = segments(headers, file, &layout.ram())?;
    part.image(layout, segments, Sections::WhereWritable)
}

/// Bytes of RAM that a file needs, [`DEFAULT_RAM_SIZE`] at least: up to the end of its stack and of its segments. What is
/// not in memory of the largest size counts for nothing here, and is refused or never accessed.
fn needed(elf: &ElfBytes<'_, LittleEndian>, max: u64) -> Result<u64, ElfError> {
    let stack = symbols::value(elf, STACK_TOP)?;
    let loaded = physical(elf)?.into_iter();
    let ends = loaded.flat_map(|segment| {
        let starts = [segment.p_vaddr, segment.p_paddr];
        starts.map(|start| start.checked_add(segment.p_memsz))
    });
    let needed = ends.flatten().chain(stack).filter_map(|end| {
        let size = end.checked_sub(RAM_BASE)?.checked_next_multiple_of(8)?;
        (size <= max).then_some(size)
    });
    Ok(needed
        .chain([DEFAULT_RAM_SIZE])
        .max()
        .unwrap_or(DEFAULT_RAM_SIZE))
}

/// A file, and what is added to its addresses.
pub(crate) struct Part<'a> {
    pub elf: ElfBytes<'a, LittleEndian>,
    pub file: &'a [u8],
    pub bias: u64,
}

/// Of which segments sections say what is code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sections {
    /// Those that the program may write.
    WhereWritable,
    /// All that are executable: linkers put tables and texts there.
    All,
}

impl<'a> Part<'a> {
    /// The image, given its segments.
    pub fn image(
        &self,
        layout: Layout,
        segments: Vec<Segment<'a>>,
        sections: Sections,
    ) -> Result<Image<'a>, ElfError> {
        let header = &self.elf.ehdr;
        let entry = header.e_entry.wrapping_add(self.bias);
        let code = self.code(&segments, sections);
        if code.is_empty() {
            return Err(ElfError::NoExecutableSegment);
        }
        if !code.iter().any(|range| range.contains(&entry)) {
            return Err(ElfError::EntryOutsideCode { entry });
        }
        Ok(Image {
            layout,
            compressed: header.e_flags & abi::EF_RISCV_RVC != 0,
            entry,
            writable: self.writable(&segments),
            segments,
            symbols: symbols::read(&self.elf, (self.file.len(), self.bias), &code)?,
            code,
            kernel: None,
        })
    }
}

/// A file's header, checked but for its type.
pub(crate) fn header(file: &[u8]) -> Result<ElfBytes<'_, LittleEndian>, ElfError> {
    if let Some(magic) = file.first_chunk::<4>()
        && *magic != abi::ELFMAGIC
    {
        return Err(ElfError::Magic { found: *magic });
    }
    // Before anything is read in the wrong order of bytes.
    if let Some(&found) = file.get(abi::EI_DATA)
        && found != abi::ELFDATA2LSB
    {
        return Err(ElfError::Endianness { found });
    }
    let elf = ElfBytes::<LittleEndian>::minimal_parse(file).map_err(|error| match error {
        ParseError::UnsupportedElfClass(found) => ElfError::Class { found },
        ParseError::SliceReadError((_, end)) => {
            truncated("the header or a table", end as u64, file)
        }
        other => ElfError::Malformed(other),
    })?;
    match elf.ehdr.e_machine {
        abi::EM_RISCV => Ok(elf),
        found => Err(ElfError::Machine { found }),
    }
}

/// A file whose type says that its addresses are where it is to be.
pub(crate) fn at_fixed_address(
    elf: ElfBytes<'_, LittleEndian>,
) -> Result<ElfBytes<'_, LittleEndian>, ElfError> {
    match elf.ehdr.e_type {
        abi::ET_EXEC => Ok(elf),
        found => Err(ElfError::Type { found }),
    }
}

fn truncated(what: &'static str, end: u64, file: &[u8]) -> ElfError {
    ElfError::Truncated {
        what,
        end,
        length: file.len() as u64,
    }
}

/// Headers of what is loaded, where it is loaded: at physical addresses, if the file has any.
pub(crate) fn physical(elf: &ElfBytes<'_, LittleEndian>) -> Result<Vec<ProgramHeader>, ElfError> {
    let mut all = elf.segments().into_iter().flatten();
    let physical = all.any(|header| loads(&header) && header.p_paddr != 0);
    let mut headers = Vec::new();
    for mut header in elf.segments().into_iter().flatten() {
        if !physical || header.p_filesz == 0 {
            header.p_paddr = header.p_vaddr;
        }
        let dynamic = |segment| Err(ElfError::Dynamic { segment });
        match header.p_type {
            abi::PT_INTERP => return dynamic("PT_INTERP"),
            abi::PT_DYNAMIC => return dynamic("PT_DYNAMIC"),
            _ if loads(&header) => headers.push(header),
            _ => {}
        }
    }
    Ok(headers)
}

/// Whether a header is of a segment that is loaded.
pub(crate) fn loads(header: &ProgramHeader) -> bool {
    header.p_type == abi::PT_LOAD && (header.p_memsz != 0 || header.p_filesz != 0)
}

/// The segments of headers, which have to be in some range of addresses, in order.
pub(crate) fn segments<'a>(
    headers: Vec<ProgramHeader>,
    file: &'a [u8],
    ram: &Range<u64>,
) -> Result<Vec<Segment<'a>>, ElfError> {
    let segments = headers.iter().map(|header| segment(header, file, ram));
    let mut segments = segments.collect::<Result<Vec<_>, _>>()?;
    // Else a short file could declare much code: each of its bytes many times.
    let declared = segments.iter().map(|segment| segment.bytes.len() as u64);
    let (declared, length) = (declared.sum(), file.len() as u64);
    if declared > length {
        return Err(ElfError::SharedContents { declared, length });
    }
    in_order(&mut segments)?;
    Ok(segments)
}

/// Puts segments in order.
pub(crate) fn in_order(segments: &mut [Segment<'_>]) -> Result<(), ElfError> {
    segments.sort_by_key(|segment| segment.address);
    for pair in segments.windows(2) {
        if pair[1].address < pair[0].range().end {
            return Err(ElfError::SegmentOverlap {
                first: pair[0].address,
                second: pair[1].address,
            });
        }
    }
    Ok(())
}

fn segment<'a>(
    header: &ProgramHeader,
    file: &'a [u8],
    ram: &Range<u64>,
) -> Result<Segment<'a>, ElfError> {
    let (address, size) = (header.p_paddr, header.p_memsz);
    let executable = header.p_flags & abi::PF_X != 0;
    if executable && address != header.p_vaddr {
        return Err(ElfError::CodeMoves {
            run: header.p_vaddr,
            load: address,
        });
    }
    if header.p_filesz > size {
        return Err(ElfError::SegmentSize {
            address,
            file_size: header.p_filesz,
            memory_size: size,
        });
    }
    if address < ram.start || address.checked_add(size).is_none_or(|end| end > ram.end) {
        let ram = ram.clone();
        return Err(ElfError::SegmentOutOfRange {
            address,
            run: header.p_vaddr,
            size,
            ram,
        });
    }
    let end = header.p_offset.saturating_add(header.p_filesz);
    let range = usize::try_from(header.p_offset)
        .ok()
        .zip(usize::try_from(end).ok());
    let bytes = range.and_then(|(start, end)| file.get(start..end));
    let bytes = bytes.ok_or_else(|| truncated("a segment", end, file))?;
    Ok(Segment {
        address,
        bytes: Cow::Borrowed(bytes),
        size,
        run: header.p_vaddr,
        executable,
        writable: header.p_flags & abi::PF_W != 0,
    })
}

impl Part<'_> {
    /// Cuts off what a segment has in front of RAM, if that is the file from its start: its header, the table of
    /// segments, notes, and zeros between them, and if no symbol says that the program looks there.
    fn leave_out_headers(
        &self,
        headers: &mut Vec<ProgramHeader>,
        ram: &Range<u64>,
    ) -> Result<(), ElfError> {
        // They are in memory once.
        let outside = |segment: &&mut ProgramHeader| {
            segment.p_offset == 0 && segment.p_paddr < ram.start && segment.p_memsz > 0
        };
        if let Some(segment) = headers.iter_mut().find(outside) {
            let before = ram.start.saturating_sub(segment.p_paddr);
            let cut = before.min(segment.p_memsz);
            let moved = segment.p_paddr != segment.p_vaddr;
            if cut > segment.p_filesz || moved || !self.only_headers(cut) {
                return Ok(());
            }
            let end = segment.p_vaddr.saturating_add(cut);
            if self.names_any(&(segment.p_vaddr..end))? {
                return Ok(());
            }
            segment.p_offset = cut;
            segment.p_filesz -= cut;
            segment.p_memsz -= cut;
            segment.p_paddr = end;
            segment.p_vaddr = end;
        }
        headers.retain(loads);
        Ok(())
    }

    /// Whether the first bytes of the file are its header, the table of segments, notes and zeros.
    fn only_headers(&self, cut: u64) -> bool {
        let header = &self.elf.ehdr;
        let table = u64::from(header.e_phentsize) * u64::from(header.e_phnum);
        let mut known = vec![
            0..u64::from(header.e_ehsize),
            header.e_phoff..header.e_phoff.saturating_add(table),
        ];
        let all = self.elf.segments().into_iter().flatten();
        let notes = all.filter(|segment| segment.p_type == abi::PT_NOTE);
        known.extend(notes.map(|n| n.p_offset..n.p_offset.saturating_add(n.p_filesz)));
        let mut at = 0;
        for known in union(known).into_iter().chain(std::iter::once(cut..cut)) {
            let between = at..known.start.min(cut).max(at);
            let between = usize::try_from(between.start)
                .ok()
                .zip(usize::try_from(between.end).ok());
            let bytes = between.and_then(|(start, end)| self.file.get(start..end));
            if bytes.is_none_or(|bytes| bytes.iter().any(|byte| *byte != 0)) {
                return false;
            }
            at = known.end.min(cut).max(at);
        }
        true
    }

    /// Whether a symbol has one of these addresses.
    fn names_any(&self, addresses: &Range<u64>) -> Result<bool, ElfError> {
        let Some((table, _)) = self.elf.symbol_table()? else {
            return Ok(false);
        };
        let mut names = table.iter().filter(|symbol| {
            !symbol.is_undefined()
                && symbol.st_shndx != abi::SHN_ABS
                && !matches!(symbol.st_symtype(), abi::STT_SECTION | abi::STT_FILE)
        });
        Ok(names.any(|symbol| addresses.contains(&symbol.st_value)))
    }

    /// Headers of sections that are in memory, where they are there.
    fn sections(&self) -> impl Iterator<Item = (SectionHeader, Range<u64>)> + use<'_> {
        let sections = self.elf.section_headers().into_iter().flatten();
        let loaded = sections.filter(|s| s.sh_flags & u64::from(abi::SHF_ALLOC) != 0);
        loaded.map(|section| {
            let start = section.sh_addr.saturating_add(self.bias);
            (section, start..start.saturating_add(section.sh_size))
        })
    }

    /// Addresses of what the program may write: writable segments, and of those that hold code too, the sections that
    /// are no code or that are writable.
    fn writable(&self, segments: &[Segment<'_>]) -> Vec<Range<u64>> {
        const CODE: u64 = abi::SHF_EXECINSTR as u64;
        const WRITE: u64 = abi::SHF_WRITE as u64;
        let sections = self.sections();
        let sections: Vec<(Range<u64>, bool)> = sections
            .map(|(section, range)| (range, section.sh_flags & (CODE | WRITE) == CODE))
            .collect();
        let data = sections.iter().filter(|(_, code)| !code);
        let data = union(data.map(|(range, _)| range.clone()).collect());
        let none = !segments.iter().any(|segment| segment.executable);
        let mut writable = Vec::new();
        for segment in segments.iter().filter(|segment| segment.writable) {
            let whole = segment.run..segment.run.saturating_add(segment.size);
            if sections.is_empty() || !(segment.executable || none) {
                writable.push(whole);
                continue;
            }
            let first = data.partition_point(|section| section.end <= whole.start);
            let inside = data[first..].iter();
            let inside = inside.take_while(|section| section.start < whole.end);
            writable.extend(
                inside.map(|section| section.start.max(whole.start)..section.end.min(whole.end)),
            );
        }
        writable
    }

    /// Addresses of code.
    fn code(&self, segments: &[Segment<'_>], sections: Sections) -> Vec<Range<u64>> {
        let code = |section: &SectionHeader| {
            section.sh_flags & u64::from(abi::SHF_EXECINSTR) != 0
                && section.sh_type == abi::SHT_PROGBITS
        };
        let all = self.sections().filter(|(section, _)| code(section));
        let mut all: Vec<Range<u64>> = all.map(|(_, range)| range).collect();
        all.sort_by_key(|range| range.start);
        // Sections of a malformed file may overlap.
        let mut free = 0;
        all.retain_mut(|section| {
            section.start = section.start.max(free);
            free = free.max(section.end);
            !section.is_empty()
        });
        let mut all = all.as_slice();
        let has_sections = !all.is_empty();
        let none = !segments.iter().any(|segment| segment.executable);
        let mut code: Vec<Range<u64>> = Vec::new();
        for segment in segments {
            let whole = segment.range();
            let by_sections = segment.writable || sections == Sections::All;
            let by_sections = none || segment.executable && by_sections;
            if !by_sections || !has_sections {
                if segment.executable {
                    code.push(whole);
                }
                continue;
            }
            // Both are in order: a section is behind what ends before it, for good.
            all = &all[all.partition_point(|section| section.end <= whole.start)..];
            for section in all.iter().take_while(|section| section.start < whole.end) {
                code.push(section.start.max(whole.start)..section.end.min(whole.end));
            }
        }
        code
    }
}

/// The union of ranges, in order.
fn union(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| range.start);
    let mut all: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}
