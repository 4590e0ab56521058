//! Names, files and lines of addresses: from DWARF where a file has it, else from its symbols.
//!
//! With DWARF an address has several places: the function whose code it is, and those that were inlined there.

use ::elf::{ElfBytes, abi, endian::LittleEndian};
use addr2line::{Context, LookupResult};
use flate2::read::ZlibDecoder;
use gimli::{Dwarf, EndianReader, SectionId};
use std::io::Read;
use std::rc::Rc;
use tracer::Program;

type Reader = EndianReader<gimli::LittleEndian, Rc<[u8]>>;

/// Bytes of all sections together, at most.
const LARGEST: u64 = 1 << 30;
/// Entries that lie within each other, at most: who looks for inlined functions goes down by recursion.
const NESTED: isize = 500;
/// What code is called that nothing names.
pub const UNNAMED: &str = "(no symbol)";

/// A place in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The function, readable.
    pub function: String,
    /// Its symbol, as in the file.
    pub symbol: String,
    /// The source file, if it is known.
    pub file: Option<String>,
    /// The line in it; 0 if it is not known.
    pub line: u32,
    /// Whether it was inlined into the place before.
    pub inlined: bool,
}

impl Place {
    /// The file, without most folders, and the line.
    pub fn position(&self) -> Option<String> {
        let file = self.file.as_deref()?;
        let mut parts: Vec<&str> = file.rsplit('/').take(3).collect();
        parts.reverse();
        let short = parts.join("/");
        Some(match self.line {
            0 => short,
            line => format!("{short}:{line}"),
        })
    }
}

/// What a program's file says of addresses.
pub struct Debug<'p> {
    program: &'p Program,
    context: Option<Context<Reader>>,
    /// What was added to the file's addresses.
    bias: u64,
    /// Why there is DWARF that is not used.
    unused: Option<String>,
}

impl<'p> Debug<'p> {
    /// Of a program and its ELF file.
    pub fn new(program: &'p Program, file: &[u8]) -> Self {
        let (context, unused) = match context(file) {
            Ok(context) => (context, None),
            Err(error) => (None, Some(error)),
        };
        Debug {
            program,
            context,
            bias: tracer::load_bias(file),
            unused,
        }
    }

    /// Whether there are files and lines.
    pub fn has_lines(&self) -> bool {
        self.context.is_some()
    }

    /// What has to be said of names that are missing, and what to do about it.
    pub fn advice(&self) -> Option<String> {
        let build = match self.program.layout().is_linux() {
            true => {
                "-g for C, C++ and Zig, `debug = true` and `strip = false` in the profile of Cargo"
            }
            false => "`jolt-lab build --debug`",
        };
        if let Some(cause) = &self.unused {
            return Some(format!(
                "the file's DWARF cannot be read ({cause}): symbols are used"
            ));
        }
        match (self.has_lines(), self.program.functions().is_empty()) {
            (true, _) => None,
            (false, true) => Some(format!(
                "the file has neither DWARF nor symbols, so that nothing has a name: build without stripping, \
                 and for files, lines and inlined functions with {build}"
            )),
            (false, false) => Some(format!(
                "the file has symbols and no DWARF: no files, lines and inlined functions. Build with {build}"
            )),
        }
    }

    /// The places of an address, the outermost first; there is at least one.
    pub fn places(&self, address: u64) -> Vec<Place> {
        let mut places = self.inlined(address).unwrap_or_default();
        places.reverse();
        let functions = self.program.functions();
        let found = functions.find(address).and_then(|at| functions.get(at));
        let own = || Place {
            function: found.map_or(UNNAMED.into(), |f| f.name().into_owned()),
            symbol: found.map_or("", |f| f.symbol()).to_owned(),
            ..Place::default()
        };
        match places.first_mut() {
            None => places.push(own()),
            Some(first) if first.function.is_empty() => {
                let Place {
                    function, symbol, ..
                } = own();
                (first.function, first.symbol) = (function, symbol);
            }
            Some(_) => {}
        }
        places
    }

    /// What DWARF says, the innermost first.
    fn inlined(&self, address: u64) -> Option<Vec<Place>> {
        let probe = address.wrapping_sub(self.bias);
        let LookupResult::Output(frames) = self.context.as_ref()?.find_frames(probe) else {
            // A part of DWARF that is in another file.
            return None;
        };
        let mut frames = frames.ok()?;
        let mut places = Vec::new();
        while let Some(frame) = frames.next().ok()? {
            let name = frame.function.as_ref().and_then(|f| f.raw_name().ok());
            let symbol = name.unwrap_or_default().into_owned();
            let location = frame.location;
            places.push(Place {
                function: tracer::readable(&symbol).into_owned(),
                symbol,
                file: location.as_ref().and_then(|l| l.file).map(plain),
                line: location.and_then(|l| l.line).unwrap_or(0),
                inlined: true,
            });
        }
        if let Some(last) = places.last_mut() {
            last.inlined = false;
        }
        // A line without a function is one of assembly.
        (!places.is_empty()).then_some(places)
    }
}

/// A name without control characters.
fn plain(name: &str) -> String {
    name.replace(char::is_control, "\u{fffd}")
}

/// The DWARF of a file; none if it has none.
fn context(file: &[u8]) -> Result<Option<Context<Reader>>, String> {
    let elf = ElfBytes::<LittleEndian>::minimal_parse(file).map_err(|e| e.to_string())?;
    let header = |name: &str| elf.section_header_by_name(name).ok().flatten();
    if header(SectionId::DebugInfo.name()).is_none() {
        return Ok(None);
    }
    let mut left = LARGEST;
    let mut section = |id: SectionId| -> Result<Reader, String> {
        let bytes: Rc<[u8]> = match header(id.name()) {
            None => Rc::from([]),
            Some(header) => {
                let (bytes, compressed) = elf.section_data(&header).map_err(|e| e.to_string())?;
                let size = compressed
                    .as_ref()
                    .map_or(bytes.len() as u64, |packed| packed.ch_size);
                left = left
                    .checked_sub(size)
                    .ok_or_else(|| format!("{}: more than {LARGEST} bytes in all", id.name()))?;
                match compressed {
                    None => bytes.into(),
                    Some(packed) if packed.ch_type == abi::ELFCOMPRESS_ZLIB => {
                        let mut whole = Vec::new();
                        let read = ZlibDecoder::new(bytes).take(size).read_to_end(&mut whole);
                        read.map_err(|e| format!("{}: {e}", id.name()))?;
                        whole.into()
                    }
                    Some(_) => return Err(format!("{} is compressed, and not by zlib", id.name())),
                }
            }
        };
        Ok(EndianReader::new(bytes, gimli::LittleEndian))
    };
    let dwarf = Dwarf::load(&mut section)?;
    let deep = is_deep(&dwarf).map_err(|error| error.to_string())?;
    if deep {
        return Err(format!("more than {NESTED} entries lie within each other"));
    }
    Context::from_dwarf(dwarf)
        .map(Some)
        .map_err(|error| error.to_string())
}

/// Whether more than [`NESTED`] entries lie within each other.
fn is_deep(dwarf: &Dwarf<Reader>) -> gimli::Result<bool> {
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let abbreviations = dwarf.abbreviations(&header)?;
        let mut entries = header.entries_raw(&abbreviations, None)?;
        while !entries.is_empty() {
            if entries.next_depth() > NESTED {
                return Ok(true);
            }
            if let Some(entry) = entries.read_abbreviation()? {
                entries.skip_attributes(entry.attributes())?;
            }
        }
    }
    Ok(false)
}
