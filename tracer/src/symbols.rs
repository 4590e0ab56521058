//! Names of addresses: what a file's symbol table says, within bounds.
//!
//! A symbol table is untrusted, and many symbols may share one long string: copying all names can take
//! memory quadratic in the length of the file. Here all names together are no longer than the file; what
//! is beyond that, or longer than [`MAX_NAME`], is left out, but for a few symbols that mean something.
//!
//! Names are kept as they are in the file and made readable when they are shown, so that loading a program
//! runs no demangler.

use crate::protection::{STACK_END, STACK_TOP};
use ::elf::{ElfBytes, ParseError, abi, endian::LittleEndian};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::ops::Range;

/// Longest name, in bytes, mangled or not.
const MAX_NAME: usize = 4096;
/// Symbols that decide how a program reports, and where its stack has a guard.
const KEPT: [&str; 3] = ["tohost", STACK_END, STACK_TOP];

/// A function, or a label of code that no function covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its addresses; not empty. They may overlap with another function's.
    pub range: Range<u64>,
    symbol: String,
}

impl Function {
    /// Its symbol, as in the file.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// Its name, as [`readable`] has it.
    pub fn name(&self) -> Cow<'_, str> {
        readable(&self.symbol)
    }
}

/// A symbol, fit to be shown: demangled if it is one of Rust or C++, without control characters.
pub fn readable(symbol: &str) -> Cow<'_, str> {
    let name = demangled(symbol);
    match name.chars().any(char::is_control) {
        true => Cow::Owned(name.replace(char::is_control, "\u{fffd}")),
        false => name,
    }
}

/// The functions of a program, by address. At most one starts at an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Functions {
    sorted: Vec<Function>,
}

impl Functions {
    /// The position of the function that an address belongs to: of several, the one that starts last.
    pub fn find(&self, address: u64) -> Option<usize> {
        let after = self
            .sorted
            .partition_point(|function| function.range.start <= address);
        let place = after.checked_sub(1)?;
        self.sorted[place].range.contains(&address).then_some(place)
    }

    /// The function at a position.
    pub fn get(&self, place: usize) -> Option<&Function> {
        self.sorted.get(place)
    }

    /// All, by address.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Function> {
        self.sorted.iter()
    }

    /// Adds functions whose addresses are above all of these.
    pub(crate) fn append(&mut self, above: Functions) {
        self.sorted.extend(above.sorted);
    }

    /// Number of functions.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether the file names none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }
}

/// What is kept of a symbol table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols {
    /// Defined symbols by name. Of several with one name the first counts; assembler-local ones are left out.
    pub named: BTreeMap<String, u64>,
    pub functions: Functions,
}

/// A symbol in code.
struct Candidate {
    address: u64,
    /// 0 if unknown.
    size: u64,
    /// Whether it is a function, and no mere label.
    function: bool,
    global: bool,
    name: String,
}

/// The value of a defined symbol, if there is one of this name.
pub(crate) fn value(
    elf: &ElfBytes<'_, LittleEndian>,
    name: &str,
) -> Result<Option<u64>, ParseError> {
    let Some((table, _)) = elf.symbol_table()? else {
        return Ok(None);
    };
    let strings = strings(elf)?;
    let is_named = |symbol: &::elf::symbol::Symbol| {
        let rest = strings.get(symbol.st_name as usize..);
        let rest = rest.and_then(|rest| rest.strip_prefix(name.as_bytes()));
        let other = matches!(symbol.st_symtype(), abi::STT_SECTION | abi::STT_FILE);
        !symbol.is_undefined() && !other && rest.is_some_and(|rest| rest.first() == Some(&0))
    };
    Ok(table.iter().find(is_named).map(|symbol| symbol.st_value))
}

/// Reads the symbols of a file that has `length` bytes, `bias` added to its addresses, and code at these addresses, in
/// order.
pub(crate) fn read(
    elf: &ElfBytes<'_, LittleEndian>,
    (length, bias): (usize, u64),
    code: &[Range<u64>],
) -> Result<Symbols, ParseError> {
    let mut symbols = Symbols::default();
    let Some((table, _)) = elf.symbol_table()? else {
        return Ok(symbols);
    };
    let strings = strings(elf)?;
    let mut budget = length;
    let mut candidates = Vec::new();
    for symbol in table.iter() {
        let kind = symbol.st_symtype();
        if symbol.is_undefined() || kind == abi::STT_SECTION || kind == abi::STT_FILE {
            continue;
        }
        let offset = u64::from(symbol.st_name);
        let rest = strings
            .get(symbol.st_name as usize..)
            .filter(|rest| !rest.is_empty())
            .ok_or(ParseError::BadOffset(offset))?;
        let kept = KEPT.iter().any(|name| {
            let rest = rest.strip_prefix(name.as_bytes());
            rest.is_some_and(|rest| rest.first() == Some(&0))
        });
        let window = &rest[..rest.len().min(MAX_NAME + 1)];
        let window = if kept {
            window
        } else {
            &window[..window.len().min(budget)]
        };
        let Some(end) = window.iter().position(|&byte| byte == 0) else {
            if window.len() == rest.len() {
                return Err(ParseError::StringTableMissingNul(offset));
            }
            budget = budget.saturating_sub(window.len());
            continue;
        };
        budget = budget.saturating_sub(end + 1);
        let name = String::from_utf8_lossy(&window[..end]).into_owned();
        if name.is_empty() || name.starts_with('$') || name.starts_with(".L") {
            continue;
        }
        let address = match symbol.st_shndx {
            abi::SHN_ABS => symbol.st_value,
            _ => symbol.st_value.wrapping_add(bias),
        };
        let labels =
            kind == abi::STT_FUNC || kind == abi::STT_NOTYPE && symbol.st_shndx != abi::SHN_ABS;
        if labels && range_of(code, address).is_some() {
            candidates.push(Candidate {
                address,
                size: symbol.st_size,
                function: kind == abi::STT_FUNC,
                global: symbol.st_bind() == abi::STB_GLOBAL,
                name: name.clone(),
            });
        }
        symbols.named.entry(name).or_insert(address);
    }
    symbols.functions = functions(candidates, code);
    Ok(symbols)
}

/// The bytes of the string table that the symbol table refers to.
fn strings<'a>(elf: &ElfBytes<'a, LittleEndian>) -> Result<&'a [u8], ParseError> {
    let Some(headers) = elf.section_headers() else {
        return Ok(&[]);
    };
    let Some(symbols) = headers.iter().find(|h| h.sh_type == abi::SHT_SYMTAB) else {
        return Ok(&[]);
    };
    let strings = headers.get(symbols.sh_link as usize)?;
    Ok(elf.section_data(&strings)?.0)
}

/// The range with an address, of disjoint ones in order.
fn range_of(code: &[Range<u64>], address: u64) -> Option<&Range<u64>> {
    let after = code.partition_point(|range| range.start <= address);
    let range = code.get(after.checked_sub(1)?)?;
    range.contains(&address).then_some(range)
}

/// Of several symbols at one address, functions come before labels, global before local ones, larger
/// before smaller ones. Labels inside a function of known size are none of their own.
fn functions(mut candidates: Vec<Candidate>, code: &[Range<u64>]) -> Functions {
    candidates.sort_by(|a, b| {
        let rank = |c: &Candidate| (c.function, c.global, c.size);
        let by_rank = rank(b).cmp(&rank(a));
        a.address
            .cmp(&b.address)
            .then(by_rank)
            .then_with(|| a.name.cmp(&b.name))
    });
    candidates.dedup_by_key(|candidate| candidate.address);
    let mut covered = 0;
    candidates.retain(|candidate| {
        let end = candidate.address.saturating_add(candidate.size);
        let keep = candidate.function || candidate.address >= covered;
        if candidate.function {
            covered = covered.max(end);
        }
        keep
    });
    let following: Vec<u64> = candidates.iter().skip(1).map(|c| c.address).collect();
    let following = following.into_iter().chain(std::iter::once(u64::MAX));
    let sorted = candidates.into_iter().zip(following);
    let sorted = sorted.filter_map(|(candidate, next)| {
        let Candidate {
            address,
            size,
            name,
            ..
        } = candidate;
        let limit = range_of(code, address)?.end;
        let end = match size {
            0 => next,
            size => address.saturating_add(size),
        };
        Some(Function {
            range: address..end.min(limit),
            symbol: name,
        })
    });
    Functions {
        sorted: sorted.collect(),
    }
}

/// Text that may not become longer than [`MAX_NAME`].
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_NAME {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// The readable form of a symbol of Rust or C++, or the symbol. Both have ways to stand for text that is
/// exponentially longer: then it stays as it is.
fn demangled(symbol: &str) -> Cow<'_, str> {
    let mut text = Bounded(String::new());
    let written = if let Ok(rust) = rustc_demangle::try_demangle(symbol) {
        write!(text, "{rust:#}").is_ok()
    } else if symbol.starts_with("_Z") {
        let options = cpp_demangle::DemangleOptions::new().no_return_type();
        cpp_demangle::Symbol::new(symbol)
            .is_ok_and(|cpp| cpp.structured_demangle(&mut text, &options).is_ok())
    } else {
        false
    };
    match text {
        Bounded(text) if written && !text.is_empty() => Cow::Owned(text),
        _ => Cow::Borrowed(symbol),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(address: u64, size: u64, function: bool, name: &str) -> Candidate {
        Candidate {
            address,
            size,
            function,
            global: false,
            name: name.to_owned(),
        }
    }

    #[test]
    fn symbols_of_rust_and_cpp_are_readable() {
        for (symbol, name) in [
            (
                "_RNvNtCsezkjMnbchsq_4core9panicking9panic_fmt",
                "core::panicking::panic_fmt",
            ),
            (
                "_ZN4core9panicking9panic_fmt17h0123456789abcdefE",
                "core::panicking::panic_fmt",
            ),
            ("_ZN3foo3barEi", "foo::bar(int)"),
            ("main", "main"),
            ("_Z", "_Z"),
            ("_R", "_R"),
        ] {
            assert_eq!(demangled(symbol), name);
        }
    }

    #[test]
    fn symbols_that_stand_for_too_much_stay_as_they_are() {
        // Each parameter's type is a pair of the one before.
        let bomb = |levels: u32| {
            let pairs = (0..levels).map(|level| {
                let digit = std::char::from_digit(level, 36).map(|d| d.to_ascii_uppercase());
                let before = format!("S{}_", digit.expect("below 36"));
                format!("S_I{before}{before}E")
            });
            format!("_Z1f1aIiiE{}", pairs.collect::<String>())
        };
        assert_eq!(
            demangled(&bomb(1)),
            "f(a<int, int>, a<a<int, int>, a<int, int> >)"
        );
        let start = std::time::Instant::now();
        assert_eq!(demangled(&bomb(34)), bomb(34));
        assert!(start.elapsed().as_secs() < 2);
    }

    #[test]
    fn labels_inside_functions_and_aliases_are_dropped() {
        let code = [100..200, 300..310];
        let functions = functions(
            vec![
                candidate(150, 0, false, "label after"),
                candidate(110, 0, false, "label inside"),
                candidate(100, 20, true, "function"),
                candidate(100, 0, false, "alias"),
                candidate(305, 50, true, "cut"),
                candidate(300, 0, true, "unsized"),
            ],
            &code,
        );
        let found: Vec<_> = functions
            .iter()
            .map(|f| (f.symbol(), f.range.clone()))
            .collect();
        let expected = [
            ("function", 100..120),
            ("label after", 150..200),
            ("unsized", 300..305),
            ("cut", 305..310),
        ];
        assert_eq!(found, expected);
        let name = |address| {
            functions
                .get(functions.find(address)?)
                .map(Function::symbol)
        };
        assert_eq!(name(99), None);
        assert_eq!(name(119), Some("function"));
        assert_eq!(name(120), None);
        assert_eq!(name(199), Some("label after"));
        assert_eq!(name(200), None);
        assert_eq!(name(u64::MAX), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// No symbol makes a demangler panic, or the name long.
        #[test]
        fn any_symbol_has_a_name(tail in "[A-Za-z0-9_.$]{0,60}", start in 0usize..3) {
            let symbol = format!("{}{tail}", ["_R", "_Z", "_ZN"][start]);
            prop_assert!(demangled(&symbol).len() <= MAX_NAME);
        }

        /// Functions start at different addresses, in order, and each finds itself.
        #[test]
        fn functions_are_found(symbols in prop::collection::vec((0u64..60, any::<u8>(), any::<bool>()), 0..20)) {
            let candidates = symbols
                .iter()
                .map(|&(address, size, function)| candidate(address, (size % 9).into(), function, "f"));
            let code = [0..30, 40..60];
            let inside = candidates.filter(|c| code.iter().any(|r| r.contains(&c.address)));
            let functions = functions(inside.collect(), &code);
            for (place, function) in functions.iter().enumerate() {
                prop_assert!(!function.range.is_empty());
                prop_assert_eq!(functions.find(function.range.start), Some(place));
            }
        }
    }
}
