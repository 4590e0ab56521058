//! Entry point: the command with what is built in.

use jolt_core::registry::Registry;
use std::process::ExitCode;

fn main() -> ExitCode {
    jolt_lab::main_with(Registry::builtin())
}
