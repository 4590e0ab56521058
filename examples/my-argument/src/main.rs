//! `my-lab`: the command `jolt-lab` with one more lookup argument.

use jolt_core::registry::Registry;
use my_argument::Bits;

fn main() -> std::process::ExitCode {
    // So that `bench` counts its field operations, too.
    jolt_lab::registry::count(Bits);
    jolt_lab::main_with(Registry::builtin().with_lookup(Bits))
}
