//! Floating point in programs without an operating system: a *float kernel* beside them.
//!
//! Code of RV64 that has instructions of F or D is loaded together with ordinary code that carries them out, at a fixed
//! place of RAM. All of it is in the initial memory, hence in the verifying key: a proof is of the program under this kernel.
//! Programs without such instructions are loaded as ever.
//!
//! | addresses | contents |
//! |---|---|
//! | `0x8000_0000` … | the program and its RAM |
//! | `0xbff0_0000`–`0xbffe_ffff` | the float kernel: its code, the floating-point registers, its stack |
//!
//! The kernel is a 64-bit ELF file whose entry is where instructions of F and D go ([`instruction_tables::instructions::float`]).
//! It finds the instruction's address in `mepc` and its bits in `mtval`, has `mscratch` for itself, and returns with `mret`.
//! These are registers of its own, not the program's. Only it can end what it began: an illegal instruction in it, such as an
//! access outside of memory that it makes for the program, is a fault without a proof, as everywhere.

use crate::elf::{self, ElfError, Image, Part, Sections};
use crate::kernel::{Kernel, Serves};
use crate::layout::{Layout, RAM_BASE};
use crate::program::Program;
use crate::sweep::Starts;
use ::elf::file::Class;
use instruction_tables::instructions::{FLOAT, float, illegal};
use instruction_tables::{Instruction, WordSize, decode, decode_compressed};
use std::ops::Range;

/// Where the float kernel is: at the end of memory with `2^27` cells.
pub const FLOAT_KERNEL: Range<u64> = 0xbff0_0000..0xbfff_0000;

impl Program {
    /// Loads an ELF executable as [`Program::from_elf`] does, and, if its code has instructions of F or D, a float kernel's
    /// ELF file with it.
    ///
    /// # Errors
    /// [`ElfError`] says what a file lacks.
    pub fn with_float_kernel(file: &[u8], kernel: &[u8]) -> Result<Self, ElfError> {
        let image = elf::read(file, None)?;
        if !has_floats(&image) {
            return Program::from_image(image);
        }
        let end = image.layout.ram().end;
        let stack = image.symbols.named.get(crate::protection::STACK_TOP);
        let needed = image.segments.iter().map(|segment| segment.range().end);
        let needed = needed.chain(stack.copied()).max().unwrap_or(end);
        if needed > FLOAT_KERNEL.start {
            return Err(ElfError::FloatMemory { end: needed });
        }
        let image = elf::read(file, Some(FLOAT_KERNEL.end - RAM_BASE))?;
        Program::from_image(joined(image, kernel)?)
    }

    /// Whether a float kernel carries out its instructions of F and D.
    pub fn has_float_kernel(&self) -> bool {
        self.float_kernel().is_some()
    }
}

/// Program and kernel as one.
fn joined<'a>(program: Image<'a>, kernel: &'a [u8]) -> Result<Image<'a>, ElfError> {
    let loaded = loaded(program.layout, kernel);
    let kernel = loaded.map_err(|error| ElfError::FloatKernel(Box::new(error)))?;
    let mut symbols = program.symbols;
    symbols.functions.append(kernel.symbols.functions);
    Ok(Image {
        segments: [program.segments, kernel.segments].concat(),
        code: [program.code, kernel.code].concat(),
        writable: [program.writable, kernel.writable].concat(),
        symbols,
        kernel: Some(Kernel {
            range: FLOAT_KERNEL,
            alignment: if kernel.compressed { 2 } else { 4 },
            serves: Serves::Floats {
                entry: kernel.entry,
            },
        }),
        ..program
    })
}

fn loaded(layout: Layout, kernel: &[u8]) -> Result<Image<'_>, ElfError> {
    let elf = elf::at_fixed_address(elf::header(kernel)?)?;
    if elf.ehdr.class != Class::ELF64 {
        let found = ::elf::abi::ELFCLASS32;
        return Err(ElfError::Class { found });
    }
    let headers = elf::physical(&elf)?;
    let segments = elf::segments(headers, kernel, &FLOAT_KERNEL)?;
    let part = Part {
        elf,
        file: kernel,
        bias: 0,
    };
    part.image(layout, segments, Sections::WhereWritable)
}

/// Whether an instruction of F or D is where instructions follow on each other. What is only between them, such as half of
/// another instruction, does not count.
fn has_floats(image: &Image<'_>) -> bool {
    let word = image.layout.word;
    if word != WordSize::W64 {
        return false;
    }
    let bytes = |address: u64| {
        let after = image.segments.partition_point(|s| s.address <= address);
        let segment = image.segments.get(after.checked_sub(1)?)?;
        segment.bytes.get((address - segment.address) as usize..)
    };
    let held = image.code.iter().map(|range| {
        let held = bytes(range.start).map_or(0, |bytes| bytes.len() as u64);
        range.start..range.end.min(range.start.saturating_add(held))
    });
    let functions = image.symbols.functions.iter().map(|f| f.range.start);
    let found = std::cell::Cell::new(false);
    let instruction = |address: u64| -> Option<Instruction> {
        let bytes = bytes(address)?;
        let half = u16::from_le_bytes(*bytes.first_chunk()?);
        let (known, bits) = match half & 3 {
            3 => {
                let bits = u32::from_le_bytes(*bytes.first_chunk()?);
                (decode(word, bits), bits)
            }
            _ if !image.compressed => return None,
            _ => (decode_compressed(word, half), half.into()),
        };
        let known = known.or_else(|| float(word, bits));
        let is_float = known.is_some_and(|i| *i.record == FLOAT);
        found.set(found.get() || is_float);
        Some(known.unwrap_or_else(|| illegal(bits)))
    };
    Starts::of(held, functions.chain([image.entry]), instruction);
    found.get()
}
