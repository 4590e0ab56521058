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

macro_rules! guest {
    ($name:literal, $about:literal, $scale:expr) => {
        Guest {
            name: $name,
            about: $about,
            elf: include_bytes!(concat!("../../guests/elf/", $name, ".elf")),
            scale: $scale,
        }
    };
}

const fn scale(unit: &'static str, max: u64, inputs: fn(u64) -> Inputs) -> Option<Scale> {
    Some(Scale { unit, max, inputs })
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
pub static GUESTS: [Guest; 32] = [
    guest!(
        "btree",
        "an ordered map: inserts, removes, a scan",
        scale("first inserts", 1 << 18, count32)
    ),
    guest!(
        "btree-rv32",
        "the same on RV32IM",
        scale("first inserts", 1 << 18, count32)
    ),
    guest!(
        "bytes",
        "text processing: many byte and half-word accesses",
        scale("bytes of text", 10_000, text)
    ),
    guest!(
        "bytes-rv32",
        "the same on RV32IM",
        scale("bytes of text", 10_000, text)
    ),
    guest!(
        "c-kernels",
        "a C benchmark: lists, matrices, state machines, CRC-16",
        scale("turns", 1 << 31, turns)
    ),
    guest!(
        "c-kernels-rv32",
        "the same on RV32IM",
        scale("turns", 1 << 31, turns)
    ),
    guest!(
        "c-kernels-rv64imac",
        "the same on RV64IMAC",
        scale("turns", 1 << 31, turns)
    ),
    guest!(
        "c-mix",
        "a C program: CRC-32, qsort, a matrix product",
        scale("bytes of text", 16_000, text)
    ),
    guest!(
        "c-mix-rv32",
        "the same on RV32IM",
        scale("bytes of text", 16_000, text)
    ),
    guest!(
        "cpp-events",
        "a C++ program: a simulation of events in time",
        scale("processes", 1 << 16, turns)
    ),
    guest!(
        "cpp-events-rv32",
        "the same on RV32IM",
        scale("processes", 1 << 16, turns)
    ),
    guest!("ecdsa", "verifies an ECDSA signature over secp256k1", None),
    guest!("ecdsa-rv32", "the same on RV32IM", None),
    guest!(
        "fibonacci",
        "Fibonacci numbers modulo 2^128",
        scale("numbers", u64::MAX, count64)
    ),
    guest!(
        "fibonacci-rv32",
        "the same on RV32IM",
        scale("numbers", u64::MAX, count64)
    ),
    guest!(
        "fibonacci-rv32imac",
        "the same on RV32IMAC",
        scale("numbers", u64::MAX, count64)
    ),
    guest!(
        "htif",
        "assembly without a library, reports through `tohost`",
        None
    ),
    guest!(
        "json",
        "parses a JSON document: digest and summary",
        scale("records", 400, json)
    ),
    guest!(
        "json-rv32",
        "the same on RV32IM",
        scale("records", 400, json)
    ),
    guest!(
        "json-rv64imac",
        "the same on RV64IMAC",
        scale("records", 400, json)
    ),
    guest!(
        "keccak-chain",
        "a chain of Keccak-256 hashes",
        scale("hashes", 1 << 31, count32)
    ),
    guest!(
        "keccak-chain-rv32",
        "the same on RV32IM",
        scale("hashes", 1 << 31, count32)
    ),
    guest!(
        "panic",
        "ends as the first byte of its input says: exit code, panic, …",
        None
    ),
    guest!("panic-rv32", "the same on RV32IM", None),
    guest!(
        "private-sum",
        "knowledge of a secret list with a given sum and SHA-256 digest",
        scale("secret numbers", 1 << 20, secret_numbers)
    ),
    guest!(
        "private-sum-rv32",
        "the same on RV32IM",
        scale("secret numbers", 1 << 20, secret_numbers)
    ),
    guest!(
        "sha256-chain",
        "a chain of SHA-256 hashes",
        scale("hashes", 1 << 31, count32)
    ),
    guest!(
        "sha256-chain-rv32",
        "the same on RV32IM",
        scale("hashes", 1 << 31, count32)
    ),
    guest!(
        "sort",
        "sorts pseudo-random numbers",
        scale("numbers", 1 << 20, count32)
    ),
    guest!(
        "sort-rv32",
        "the same on RV32IM",
        scale("numbers", 1 << 20, count32)
    ),
    guest!(
        "words",
        "an ordinary program with `std`: the most frequent words of a text",
        scale("bytes of text", 30_000, text)
    ),
    guest!(
        "words-rv32",
        "the same on RV32IM",
        scale("bytes of text", 30_000, text)
    ),
];

/// The program of this name.
pub fn find(name: &str) -> Option<&'static Guest> {
    GUESTS.iter().find(|guest| guest.name == name)
}

/// All names.
pub fn names() -> String {
    GUESTS.each_ref().map(|guest| guest.name).join(", ")
}

impl Guest {
    /// Input for when none is given: empty, which the programs take for a default of their own. Only a
    /// program about a secret is given one.
    pub fn default_inputs(&self) -> Inputs {
        match self.name {
            "private-sum" | "private-sum-rv32" => secret_numbers(16),
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
