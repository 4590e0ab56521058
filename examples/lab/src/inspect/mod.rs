//! `jolt-lab inspect`: facts about programs and proofs.
//!
//! | module | shows |
//! |---|---|
//! | [`instructions`] | what instructions cost |
//! | [`program`] | a program as the protocol sees it |
//! | [`proof`] | a proof file: header, statement, bytes by part, soundness by term |
//! | [`protection`] | what a program may not access |
//! | [`record`] | what the verifier receives, by running it over a counting channel |

pub mod instructions;
pub mod program;
pub mod proof;
pub mod protection;
pub mod record;

use crate::cli::InspectArguments;
use crate::guests::GUESTS;
use crate::report::{Report, bytes};
use crate::source::{Source, read};
use anyhow::bail;
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

/// First bytes of a proof file.
const PROOF_MAGIC: &[u8] = b"joltlab\0";
/// First bytes of an ELF file.
const ELF_MAGIC: &[u8] = b"\x7fELF";

/// Inspects a program or a proof, or the instruction set; with none of these, lists the bundled programs.
///
/// # Errors
/// Unreadable files.
pub fn inspect(arguments: &InspectArguments) -> anyhow::Result<Report> {
    if arguments.instructions {
        return Ok(instructions::inspect());
    }
    let Some(subject) = &arguments.subject else {
        return Ok(bundled());
    };
    let path = Path::new(subject);
    let bundled = subject.to_str().and_then(crate::guests::find);
    let shown = path.display();
    if bundled.is_none() && path.is_file() {
        let contents = read(path)?;
        if contents.starts_with(PROOF_MAGIC) {
            let started = |name: &OsStr| Source::started(name, &arguments.process);
            let program = arguments.program.as_deref().map(started).transpose()?;
            let of = (&arguments.protocol.setup.hyrax, &arguments.commitments);
            return proof::inspect(path, program.as_ref(), of);
        }
        if !contents.starts_with(ELF_MAGIC) {
            bail!("{shown} is neither an ELF file nor a proof file");
        }
    }
    if arguments.program.is_some() {
        bail!("--program says what a proof is of, but {shown} is no proof");
    }
    let source = Source::started(subject, &arguments.process)?;
    program::inspect(&source, &arguments.protocol)
}

fn bundled() -> Report {
    let rows: Vec<_> = GUESTS
        .iter()
        .map(|guest| {
            json!({
                "name": guest.name,
                "about": guest.about,
                "elf_bytes": guest.elf.len(),
                "unit": guest.scale.map(|scale| scale.unit),
            })
        })
        .collect();
    let mut report = Report::new(json!({ "bundled": rows }));
    report.line("Bundled programs:");
    for guest in &GUESTS {
        let size = bytes(guest.elf.len() as u64);
        let head = format!("  {:<20} ", guest.name);
        report.beside(&head, &format!("{} ({size})", guest.about));
    }
    report.line("`jolt-lab inspect NAME` shows one of them.");
    report
}
