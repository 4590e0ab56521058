//! `my-lab`: the command `jolt-lab` with one more lookup argument.

use jolt_core::registry::Registry;
use my_argument::Bits;

fn main() -> std::process::ExitCode {
    jolt_lab::main_with(Registry::builtin().with_lookup(Bits::default()))
}
