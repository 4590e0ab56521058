//! `my-memory-lab`: the command `jolt-lab` with one more memory argument.

use jolt_core::registry::Registry;
use my_memory::Plain;

fn main() -> std::process::ExitCode {
    jolt_lab::main_with(Registry::builtin().with_memory(Plain))
}
