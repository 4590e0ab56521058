//! The instruction sets that programs are built for, as the compilers call them.

use clap::ValueEnum;
use serde::Deserialize;

/// An instruction set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub enum Target {
    /// 64 bits, with atomic and compressed instructions
    #[default]
    Rv64imac,
    /// 64 bits, with floating point too, which a kernel beside the program carries out
    Rv64imafdc,
    /// 64 bits, multiplication and division only
    Rv64im,
    /// 32 bits, with atomic and compressed instructions
    Rv32imac,
    /// 32 bits, multiplication and division only
    Rv32im,
}

impl Target {
    /// The name on the command line, which is also what C compilers call it.
    pub fn name(self) -> &'static str {
        match self {
            Target::Rv64imac => "rv64imac",
            Target::Rv64imafdc => "rv64imafdc",
            Target::Rv64im => "rv64im",
            Target::Rv32imac => "rv32imac",
            Target::Rv32im => "rv32im",
        }
    }

    /// The calling convention, as C compilers call it.
    pub fn abi(self) -> &'static str {
        match self {
            Target::Rv64imac | Target::Rv64im => "lp64",
            Target::Rv64imafdc => "lp64d",
            Target::Rv32imac | Target::Rv32im => "ilp32",
        }
    }

    /// The target's name in rustc.
    pub fn triple(self) -> &'static str {
        match self {
            Target::Rv64imac => "riscv64imac-unknown-none-elf",
            Target::Rv64imafdc => "riscv64gc-unknown-none-elf",
            Target::Rv64im => "riscv64im-unknown-none-elf",
            Target::Rv32imac => "riscv32imac-unknown-none-elf",
            Target::Rv32im => "riscv32im-unknown-none-elf",
        }
    }

    /// Bits of a word.
    pub fn bits(self) -> u32 {
        if self.abi().starts_with('l') { 64 } else { 32 }
    }

    /// Whether rustup offers a library for it. Otherwise it is compiled from its sources.
    pub fn in_rustup(self) -> bool {
        self != Target::Rv64im
    }
}

/// The C library that a Linux program is linked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub enum Libc {
    /// Small: less to prove and to verify
    Musl,
    /// The GNU library
    Glibc,
}

impl Libc {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Libc::Musl => "musl",
            Libc::Glibc => "glibc",
        }
    }

    /// What targets with it end with.
    pub fn suffix(self) -> &'static str {
        match self {
            Libc::Musl => "musl",
            Libc::Glibc => "gnu",
        }
    }
}

/// The memory of a program for the bare machine, in bytes, where it is not what the linker script has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// RAM.
    pub ram: Option<u64>,
    /// The stack, with the guard below it: a quarter of it.
    pub stack: Option<u64>,
}

impl Memory {
    /// What the linker script is told: `NAME=VALUE`.
    pub fn symbols(self) -> Vec<String> {
        let ram = self.ram.map(|bytes| format!("RAM_LENGTH={bytes}"));
        let stack = self.stack.map(|bytes| format!("STACK_RESERVE={bytes}"));
        ram.into_iter().chain(stack).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for target in Target::value_variants() {
            let name = target.to_possible_value().expect("no variant is hidden");
            assert_eq!(name.get_name(), target.name());
            let json = format!("\"{}\"", target.name());
            assert_eq!(serde_json::from_str::<Target>(&json).ok(), Some(*target));
            // Rust has a short name for all extensions.
            let triple = target
                .triple()
                .replace("riscv", "rv")
                .replace("gc-", "imafdc-");
            assert_eq!(triple.split('-').next(), Some(target.name()));
            assert!(target.name().starts_with(&format!("rv{}", target.bits())));
        }
    }
}
