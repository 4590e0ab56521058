//! Linux programs on the command line: what they are started with ([`verdict::linux`]).

use crate::cli::{ProcessArguments, Stdin};
use anyhow::bail;
use std::path::Path;
use tracer::StandardInput;
pub use verdict::linux::{KERNEL, Start, advice};

/// What the command line says. If it does not name the program, its file's name does.
pub fn started(path: &Path, arguments: &ProcessArguments) -> Start {
    let file = || path.file_name().unwrap_or(path.as_os_str());
    let name = match &arguments.arg0 {
        Some(name) => name.as_os_str(),
        None => file(),
    };
    let all = std::iter::once(name).chain(arguments.arguments.iter().map(AsRef::as_ref));
    Start {
        arguments: all.map(|a| a.as_encoded_bytes().to_vec()).collect(),
        environment: arguments
            .environment
            .iter()
            .map(|e| e.clone().into_bytes())
            .collect(),
        standard_input: match arguments.stdin {
            None | Some(Stdin::Public) => StandardInput::Public,
            Some(Stdin::Private) => StandardInput::Private,
        },
    }
}

/// Checks that a program that is none for Linux is started with nothing.
///
/// # Errors
/// It is not.
pub fn check_unused(name: &str, arguments: &ProcessArguments) -> anyhow::Result<()> {
    let given = [
        ("--env", !arguments.environment.is_empty()),
        ("--stdin", arguments.stdin.is_some()),
        ("--arg0", arguments.arg0.is_some()),
        ("arguments", !arguments.arguments.is_empty()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((what, _)) => {
            bail!("{what}: only Linux programs take these, and {name} is none")
        }
        None => Ok(()),
    }
}
