//! Unmodified static Linux programs: what a kernel loads and starts, as one [`Program`].
//!
//! Three things are loaded: the user's ELF file, a *guest kernel*, which is ordinary RISC-V code that the machine's traps
//! go to, and the stack that the program starts with. All of it is in the initial memory, hence in the verifying key: a
//! proof is of this file, under this kernel, with these arguments and this environment.
//!
//! | addresses | contents |
//! |---|---|
//! | below `0x8000` | nothing |
//! | `0x8000`–`0xffff` | the I/O block ([`Layout`]) |
//! | `0x1_0000`–`0x1fff_ffff` | the program, its break behind it |
//! | `0x2000_0000`–`0xdfff_ffff` | what the kernel maps |
//! | up to `0xefff_ffff` | the main stack, downwards |
//! | `0xf000_0000` … | the kernel: its boot page, code and data |
//!
//! The kernel is a 64-bit ELF file at fixed addresses. It has 4096 bytes of data at `0xf000_0000`, the *boot page*, whose
//! first words are filled in here, and nowhere else does it learn anything of the program:
//!
//! | word | is |
//! |---|---|
//! | 0 | `0x4b4c_544c_4f4a`, "JOLTLK" |
//! | 1 | 1, the version of this interface |
//! | 2 | the program's entry |
//! | 3 | its stack pointer |
//! | 4 | where its break starts, a multiple of 4096 |
//! | 5 | what standard input is: 0 the public input, 1 the private one |
//! | 6, 7 | lowest address of its image; end of it |
//! | 8 | bytes of its main stack |
//!
//! Instructions start at even addresses in such programs, whatever a file's flags say: compilers are known to emit
//! 16-bit encodings without telling.

mod stack;

use crate::elf::{self, ElfError, Image, Part, Sections, Segment};
use crate::kernel::{Kernel, Serves};
use crate::layout::{IO_BASE, Layout};
use crate::program::Program;
use ::elf::{ElfBytes, abi, endian::LittleEndian, file::Class, segment::ProgramHeader};
use std::borrow::Cow;
use std::ops::Range;

/// Where the kernel is.
pub const KERNEL_BASE: u64 = 0xf000_0000;
/// Bytes of its boot page, and of every page that programs see.
const PAGE: u64 = 4096;
/// First word of the boot page.
const MAGIC: u64 = 0x4b4c_544c_4f4a;
/// Its second word.
const INTERFACE: u64 = 1;
/// Where programs may be loaded. The kernel maps memory behind.
const PROGRAMS: Range<u64> = 0x1_0000..0x2000_0000;
/// Bytes of the main stack.
const STACK_SIZE: u64 = 8 << 20;

/// What a program's file descriptor 0 reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StandardInput {
    /// The public input, which is part of a proof's statement.
    #[default]
    Public,
    /// The private input.
    Private,
}

/// A Linux program, and what it is started with.
#[derive(Clone, Debug)]
pub struct Process<'a> {
    /// Its ELF file.
    pub elf: &'a [u8],
    /// The ELF file of the kernel that serves it.
    pub kernel: &'a [u8],
    /// Its arguments, the first of which is its name.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment, `NAME=VALUE` each.
    pub environment: Vec<Vec<u8>>,
    pub standard_input: StandardInput,
}

/// Why a file is no Linux program that can be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinuxError {
    /// The file is no program.
    #[error(transparent)]
    Elf(#[from] ElfError),
    /// Not 64 bits.
    #[error("Linux programs are supported for 64 bits only (riscv64), and this file is for 32")]
    Class,
    /// Needs a dynamic linker, or is a library.
    #[error("the program is linked dynamically: it {needs}")]
    Dynamic {
        /// What it needs or lacks.
        needs: String,
    },
    /// Linked for another place.
    #[error(
        "the segment at {address:#x} with {size} bytes is outside of where Linux programs are loaded, \
         {:#x} to {:#x}", PROGRAMS.start, PROGRAMS.end
    )]
    OutOfPlace {
        address: u64,
        /// Bytes in memory.
        size: u64,
    },
    /// An argument or environment entry that C cannot hold.
    #[error("{what} contains a zero byte, which ends a string")]
    ZeroByte {
        /// Which one.
        what: String,
    },
    /// No name to be called by.
    #[error("a program has at least one argument, its name")]
    NoName,
    /// More arguments and environment than Linux allows.
    #[error("arguments and environment take {bytes} bytes, at most {most} are allowed")]
    TooLong {
        bytes: u64,
        /// The most.
        most: u64,
    },
    /// The kernel's file is unusable.
    #[error("the guest kernel cannot be loaded: {0}")]
    Kernel(#[source] ElfError),
    /// The kernel has no boot page.
    #[error(
        "the guest kernel cannot be loaded: it has no {PAGE} bytes of data at {KERNEL_BASE:#x} (its boot page)"
    )]
    NoBootPage,
}

/// Whether a file is to be started as a Linux program: a RISC-V executable that is linked below the I/O block of other
/// programs, where linkers put programs for Linux if they are told no address, or one that can be anywhere. (Linkers that
/// are told an address for the code alone may put other things below: where a program starts counts, too.)
///
/// Whether it can be is another question, which [`Process::program`] answers.
pub fn is_linux(file: &[u8]) -> bool {
    let Ok(elf) = elf::header(file) else {
        return false;
    };
    let loads = loads(&elf);
    let lowest = loads.iter().map(|header| header.p_vaddr).min();
    match elf.ehdr.e_type {
        abi::ET_DYN => true,
        abi::ET_EXEC => lowest.is_some_and(|address| address.max(elf.ehdr.e_entry) < IO_BASE),
        _ => false,
    }
}

/// What loading a file adds to the addresses that it has: 0, unless it can be anywhere.
pub fn load_bias(file: &[u8]) -> u64 {
    match elf::header(file) {
        Ok(elf) if elf.ehdr.e_type == abi::ET_DYN => bias(&loads(&elf)),
        _ => 0,
    }
}

impl Process<'_> {
    /// Loads program, kernel and stack.
    ///
    /// # Errors
    /// [`LinuxError`] says what is wrong with which.
    pub fn program(&self) -> Result<Program, LinuxError> {
        let layout = Layout::linux();
        let (user, headers) = self.user(layout)?;
        let mut kernel = self.kernel(layout)?;
        let range = |segments: &[Segment<'_>]| {
            let first = segments.first().map_or(0, |segment| segment.address);
            first..segments.last().map_or(0, |segment| segment.range().end)
        };
        let image = range(&user.segments);
        let top = KERNEL_BASE;
        let stack = self.stack(top, &headers, user.entry)?;
        let boot = [
            MAGIC,
            INTERFACE,
            user.entry,
            stack.address,
            image.end.next_multiple_of(PAGE),
            u64::from(self.standard_input == StandardInput::Private),
            image.start,
            image.end,
            STACK_SIZE,
        ];
        fill(&mut kernel, &boot)?;
        let supervised = Kernel {
            range: KERNEL_BASE..layout.ram().end,
            alignment: if kernel.compressed { 2 } else { 4 },
            serves: Serves::Traps {
                program_entry: user.entry,
            },
        };
        let mut symbols = user.symbols;
        symbols.functions.append(kernel.symbols.functions);
        let writable = std::iter::once(stack.range());
        let joined = Image {
            layout,
            compressed: true,
            entry: kernel.entry,
            writable: user
                .writable
                .into_iter()
                .chain(writable)
                .chain(kernel.writable)
                .collect(),
            segments: user
                .segments
                .into_iter()
                .chain([stack])
                .chain(kernel.segments)
                .collect(),
            code: user.code.into_iter().chain(kernel.code).collect(),
            symbols,
            kernel: Some(supervised),
        };
        let program = Program::from_image(joined)?;
        // An odd address, or half of an instruction at the end of its code.
        if program.head(user.entry).is_none() {
            return Err(LinuxError::Elf(ElfError::EntryUndecodable {
                entry: user.entry,
                word: program.word_at(user.entry),
            }));
        }
        Ok(program)
    }

    /// The program's image, and where its program headers are in memory.
    fn user(&self, layout: Layout) -> Result<(Image<'_>, Headers), LinuxError> {
        let elf = elf::header(self.elf)?;
        if elf.ehdr.class != Class::ELF64 {
            return Err(LinuxError::Class);
        }
        check_static(&elf)?;
        let mut loads = loads(&elf);
        let bias = match elf.ehdr.e_type {
            abi::ET_DYN => bias(&loads),
            _ => elf::at_fixed_address(elf).map(|_| 0)?,
        };
        let elf = elf::header(self.elf)?;
        for header in &mut loads {
            header.p_vaddr = header.p_vaddr.wrapping_add(bias);
            header.p_paddr = header.p_vaddr;
        }
        let headers = Headers {
            address: headers_at(&elf, &loads, bias),
            count: elf.ehdr.e_phnum.into(),
        };
        let segments = elf::segments(loads, self.elf, &PROGRAMS).map_err(|error| match error {
            ElfError::SegmentOutOfRange { address, size, .. } => {
                LinuxError::OutOfPlace { address, size }
            }
            error => LinuxError::Elf(error),
        })?;
        let part = Part {
            elf,
            file: self.elf,
            bias,
        };
        Ok((part.image(layout, segments, Sections::All)?, headers))
    }

    /// The kernel's image.
    fn kernel(&self, layout: Layout) -> Result<Image<'_>, LinuxError> {
        let image = || {
            let elf = elf::at_fixed_address(elf::header(self.kernel)?)?;
            if elf.ehdr.class != Class::ELF64 {
                let found = abi::ELFCLASS32;
                return Err(ElfError::Class { found });
            }
            let headers = elf::physical(&elf)?;
            let place = KERNEL_BASE..layout.ram().end;
            let segments = elf::segments(headers, self.kernel, &place)?;
            let part = Part {
                elf,
                file: self.kernel,
                bias: 0,
            };
            part.image(layout, segments, Sections::WhereWritable)
        };
        image().map_err(LinuxError::Kernel)
    }
}

/// The program headers in memory, which start code looks at.
#[derive(Clone, Copy, Debug)]
struct Headers {
    /// 0 if they are not loaded.
    address: u64,
    count: u64,
}

/// Headers of what is loaded.
fn loads(elf: &ElfBytes<'_, LittleEndian>) -> Vec<ProgramHeader> {
    let headers = elf.segments().into_iter().flatten();
    headers.filter(elf::loads).collect()
}

/// Checks that a program brings all its code along.
fn check_static(elf: &ElfBytes<'_, LittleEndian>) -> Result<(), LinuxError> {
    let dynamic = |needs: &str| {
        Err(LinuxError::Dynamic {
            needs: needs.to_owned(),
        })
    };
    let mut headers = elf.segments().into_iter().flatten();
    if headers.any(|header| header.p_type == abi::PT_INTERP) {
        return dynamic("needs a dynamic linker");
    }
    let entries = elf.dynamic().map_err(ElfError::Malformed)?;
    let mut entries = entries.into_iter().flatten();
    if entries.any(|entry| entry.d_tag == abi::DT_NEEDED) {
        return dynamic("needs shared libraries");
    }
    if elf.ehdr.e_entry == 0 {
        return dynamic("is a shared library, without an entry point");
    }
    Ok(())
}

/// What is added to the addresses of a program that can be anywhere: it goes to the lowest place that has its alignment.
fn bias(loads: &[ProgramHeader]) -> u64 {
    let aligned = loads.iter().map(|header| header.p_align);
    let alignment = aligned.filter(|a| a.is_power_of_two()).fold(PAGE, u64::max);
    let lowest = loads.iter().map(|header| header.p_vaddr).min().unwrap_or(0);
    let place = PROGRAMS.start.checked_next_multiple_of(alignment);
    // Without a place it is an address that no program can have.
    place.map_or(PROGRAMS.end, |place| {
        place.wrapping_sub(lowest & alignment.wrapping_neg())
    })
}

/// Where the program headers are in memory: where one of them says, else in the segment that has these bytes of the file.
fn headers_at(elf: &ElfBytes<'_, LittleEndian>, loads: &[ProgramHeader], bias: u64) -> u64 {
    let mut all = elf.segments().into_iter().flatten();
    if let Some(header) = all.find(|header| header.p_type == abi::PT_PHDR) {
        return header.p_vaddr.wrapping_add(bias);
    }
    let offset = elf.ehdr.e_phoff;
    let inside = |header: &&ProgramHeader| {
        let distance = offset.checked_sub(header.p_offset);
        distance.is_some_and(|distance| distance < header.p_filesz)
    };
    let segment = loads.iter().find(inside);
    segment.map_or(0, |header| {
        header.p_vaddr.wrapping_add(offset - header.p_offset)
    })
}

/// Fills in the kernel's boot page.
fn fill(kernel: &mut Image<'_>, words: &[u64]) -> Result<(), LinuxError> {
    let page = KERNEL_BASE..KERNEL_BASE + PAGE;
    let is_code = kernel.code.iter().any(|range| range.start < page.end);
    let first = kernel.segments.first_mut();
    let first = first.filter(|s| !is_code && s.address == page.start && s.size >= PAGE);
    let Some(segment) = first else {
        return Err(LinuxError::NoBootPage);
    };
    let filled: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut bytes = segment.bytes.to_vec();
    bytes.resize(bytes.len().max(filled.len()), 0);
    bytes[..filled.len()].copy_from_slice(&filled);
    segment.bytes = Cow::Owned(bytes);
    Ok(())
}
