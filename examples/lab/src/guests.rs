//! The programs that come with the command.

use tracer::Inputs;

/// A bundled program.
#[derive(Debug)]
pub struct Guest {
    /// Name on the command line.
    pub name: &'static str,
    /// What it computes.
    pub about: &'static str,
    /// Its ELF file.
    pub elf: &'static [u8],
    /// Its input for a given amount of work, if the amount can be chosen.
    pub scale: Option<Scale>,
    /// Units of work when no input is given, for a program that cannot do without: one about a secret.
    pub default_units: Option<u64>,
}

/// How the work of a program is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// What is counted.
    pub unit: &'static str,
    /// Most units that the program can take.
    pub max: u64,
    /// Inputs for so many units.
    pub inputs: fn(u64) -> Inputs,
}

/// A program, and its variants for other instruction sets: what follows the name, each after a `+`.
macro_rules! guests {
    ($($name:tt $(+ $variant:tt)*: $about:literal, $work:expr;)*) => {
        [$(
            guests!(@one $name, "", $about, $work),
            $(guests!(@one $name, $variant, guests!(@about $variant), $work),)*
        )*]
    };
    (@one $name:tt, $variant:tt, $about:expr, $work:expr) => {
        Guest {
            name: concat!($name, $variant),
            about: $about,
            elf: include_bytes!(concat!("../../guests/elf/", $name, $variant, ".elf")),
            scale: $work.scale,
            default_units: $work.default_units,
        }
    };
    (@about "-rv32") => { "the same on RV32IM" };
    (@about "-rv32imac") => { "the same on RV32IMAC" };
    (@about "-rv64imac") => { "the same on RV64IMAC" };
}

/// How much work a program has.
struct Work {
    scale: Option<Scale>,
    default_units: Option<u64>,
}

/// Always the same.
const FIXED: Work = Work {
    scale: None,
    default_units: None,
};

/// So much as its input asks for.
const fn scale(unit: &'static str, max: u64, inputs: fn(u64) -> Inputs) -> Work {
    Work {
        scale: Some(Scale { unit, max, inputs }),
        default_units: None,
    }
}

impl Work {
    /// With so many units, if no input is given.
    const fn or(self, units: u64) -> Self {
        Work {
            default_units: Some(units),
            ..self
        }
    }
}

fn count64(n: u64) -> Inputs {
    Inputs::public(n.to_le_bytes())
}

fn count32(n: u64) -> Inputs {
    Inputs::public((n as u32).to_le_bytes())
}

/// So many turns from the seed 1.
fn turns(n: u64) -> Inputs {
    Inputs::public([(n as u32).to_le_bytes(), 1u32.to_le_bytes()].concat())
}

/// A list of so many records.
fn json(n: u64) -> Inputs {
    let records = (0..n).map(|i| {
        format!(
            r#"{{"id": {i}, "name": "record {i}", "price": {}.5, "sold": [true, null]}}"#,
            i * 37
        )
    });
    Inputs::public(format!("[{}]", records.collect::<Vec<_>>().join(",\n")))
}

fn secret_numbers(n: u64) -> Inputs {
    let numbers = (1..=n).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    Inputs::private(numbers.flat_map(u64::to_le_bytes).collect::<Vec<u8>>())
}

/// Words of different lengths, with runs of equal letters.
fn text(n: u64) -> Inputs {
    let words = b"the quick brown fox jumps over aaaaaaaa lazy dogs and packs five dozen jugs\n";
    Inputs::public(
        words
            .iter()
            .copied()
            .cycle()
            .take(n as usize)
            .collect::<Vec<u8>>(),
    )
}

/// The programs, by name.
pub static GUESTS: [Guest; 32] = guests! {
    "btree" + "-rv32": "an ordered map: inserts, removes, a scan", scale("first inserts", 1 << 18, count32);
    "bytes" + "-rv32": "text processing: many byte and half-word accesses", scale("bytes of text", 10_000, text);
    "c-kernels" + "-rv32" + "-rv64imac": "a C benchmark: lists, matrices, state machines, CRC-16", scale("turns", 1 << 31, turns);
    "c-mix" + "-rv32": "a C program: CRC-32, qsort, a matrix product", scale("bytes of text", 16_000, text);
    "cpp-events" + "-rv32": "a C++ program: a simulation of events in time", scale("processes", 1 << 16, turns);
    "ecdsa" + "-rv32": "verifies an ECDSA signature over secp256k1", FIXED;
    "fibonacci" + "-rv32" + "-rv32imac": "Fibonacci numbers modulo 2^128", scale("numbers", u64::MAX, count64);
    "htif": "assembly without a library, reports through `tohost`", FIXED;
    "json" + "-rv32" + "-rv64imac": "parses a JSON document: digest and summary", scale("records", 400, json);
    "keccak-chain" + "-rv32": "a chain of Keccak-256 hashes", scale("hashes", 1 << 31, count32);
    "panic" + "-rv32": "ends as the first byte of its input says: exit code, panic, …", FIXED;
    "private-sum" + "-rv32": "knowledge of a secret list with a given sum and SHA-256 digest", scale("secret numbers", 1 << 20, secret_numbers).or(16);
    "sha256-chain" + "-rv32": "a chain of SHA-256 hashes", scale("hashes", 1 << 31, count32);
    "sort" + "-rv32": "sorts pseudo-random numbers", scale("numbers", 1 << 20, count32);
    "words" + "-rv32": "an ordinary program with `std`: the most frequent words of a text", scale("bytes of text", 30_000, text);
};

/// The program of this name.
pub fn find(name: &str) -> Option<&'static Guest> {
    GUESTS.iter().find(|guest| guest.name == name)
}

/// The bundled program whose name is most like this, if one is.
pub fn similar(name: &str) -> Option<&'static str> {
    let near = GUESTS
        .iter()
        .map(|guest| (strsim::jaro_winkler(name, guest.name), guest.name));
    let nearest = near.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (nearest.0 > 0.85).then_some(nearest.1)
}

pub fn names() -> String {
    GUESTS.each_ref().map(|guest| guest.name).join(", ")
}

impl Guest {
    /// Input for when none is given: most often empty, which the programs take for a default of their own.
    pub fn default_inputs(&self) -> Inputs {
        match (self.scale, self.default_units) {
            (Some(scale), Some(units)) => (scale.inputs)(units),
            _ => Inputs::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracer::{Options, Program, TraceError};

    /// The most work that a program may be asked for is accepted, or takes too long; it does not fail.
    #[test]
    fn the_greatest_inputs_are_accepted() {
        for guest in &GUESTS {
            let Some(scale) = guest.scale else { continue };
            let program = Program::from_elf(guest.elf).expect("a bundled program");
            let options = Options {
                max_cycles: 1 << 20,
            };
            match tracer::run(&program, &(scale.inputs)(scale.max), &options) {
                Ok(outcome) => assert!(outcome.status.is_success(), "{}", guest.name),
                Err(TraceError::CycleLimit { .. }) => {}
                Err(error) => panic!("{}: {error}", guest.name),
            }
        }
    }
}
