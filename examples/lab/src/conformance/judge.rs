//! Verdicts: what an ELF file that ran, or could not run, shows about the machine.
//!
//! A skip is for what the machine does not claim to do, and names it. Everything else that is not right is
//! a failure: a run without end, an access outside memory, a word that no known extension has as an instruction.

use super::signature::Signature;
use instruction_tables::WordSize;
use instruction_tables::instructions::unsupported;
use tracer::{ElfError, ExitStatus, Outcome, Program, StatusCell, TraceError};

/// What came of an ELF file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it should, and was proven if that was asked for.
    Pass,
    /// It did something else.
    Fail { reason: String },
    /// It says nothing about the machine.
    Skip {
        /// Why, in words that many files have in common.
        kind: String,
        /// Why, exactly.
        reason: String,
    },
}

impl Verdict {
    pub fn fail(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Verdict::Fail { reason }
    }

    /// A skip; the kind is what many files may have in common.
    pub fn skip(kind: impl Into<String>, reason: impl ToString) -> Self {
        let (kind, reason) = (kind.into(), reason.to_string());
        Verdict::Skip { kind, reason }
    }

    /// Its name: `pass`, `fail`, `skip`.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail { .. } => "fail",
            Verdict::Skip { .. } => "skip",
        }
    }

    /// Why it is no pass.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Verdict::Pass => None,
            Verdict::Fail { reason } | Verdict::Skip { reason, .. } => Some(reason),
        }
    }
}

/// About a file that is no program for this machine.
pub fn unloadable(error: &ElfError) -> Verdict {
    let kind = match error {
        ElfError::Type { .. } | ElfError::Dynamic { .. } => "no static executable",
        ElfError::Machine { .. } | ElfError::Class { .. } | ElfError::Endianness { .. } => {
            "another architecture"
        }
        ElfError::SegmentOutOfRange { .. } => "linked outside of memory",
        ElfError::EntryUndecodable { word, .. } => match unsupported(*word) {
            Some(what) => return Verdict::skip(format!("not supported: {what}"), error),
            None => return Verdict::fail(error.to_string()),
        },
        _ => return Verdict::fail(format!("cannot be loaded: {error}")),
    };
    Verdict::skip(kind, error)
}

/// About a run that broke off.
pub fn broken_off(program: &Program, error: &TraceError) -> Verdict {
    let kind = match *error {
        TraceError::IllegalInstruction { word, what, .. } => {
            if known(word, what) {
                format!("not supported: {what}")
            } else if exists_for_other_words(program.word(), word) {
                "expects a trap: instruction of another word size".to_owned()
            } else {
                return Verdict::fail(error.to_string());
            }
        }
        TraceError::ChangedCode { .. } | TraceError::StoreToCode { .. } => {
            "changes code".to_owned()
        }
        // Code that comes with the file, but as data: it is there to be changed.
        TraceError::JumpOutsideCode { target, .. } if program.word_at(target) != 0 => {
            "executes data".to_owned()
        }
        TraceError::JumpMisaligned { .. } => "expects a trap: misaligned jump".to_owned(),
        TraceError::Misaligned { .. } => "expects a trap: misaligned atomic".to_owned(),
        _ => return Verdict::fail(error.to_string()),
    };
    Verdict::skip(kind, error)
}

/// Whether a word is an instruction for another word size.
fn exists_for_other_words(size: WordSize, word: u32) -> bool {
    let others = [WordSize::W32, WordSize::W64];
    let mut others = others.into_iter().filter(|other| *other != size);
    others.any(|other| instruction_tables::decode(other, word).is_some())
}

/// Whether it is known what a word without an instruction is: of an extension that the machine does not
/// have, or nothing on purpose. Otherwise the decoder may be at fault.
fn known(word: u32, what: &str) -> bool {
    let compressed_float = word & 3 != 3 && what.contains("floating-point");
    unsupported(word).is_some() || word as u16 == 0 || word == u32::MAX || compressed_float
}

/// About a run that came to its end: the verdict, and what it was judged by.
pub fn finished(
    program: &Program,
    outcome: &Outcome,
    signature: Option<&Signature>,
    reference: Option<&[u8]>,
    needs_reference: bool,
) -> (Verdict, Vec<&'static str>) {
    let has_signature = signature.is_some_and(|s| !s.bytes.is_empty());
    let tohost = matches!(program.status_cell(), StatusCell::Htif(_));
    let mut by = Vec::new();
    match outcome.status {
        ExitStatus::Exit(0) if tohost => by.push("tohost"),
        ExitStatus::Exit(code) if tohost => {
            return (
                Verdict::fail(format!("tohost reports failure {code}")),
                vec!["tohost"],
            );
        }
        // Programs with a signature need not report otherwise, but they must stop.
        ExitStatus::StoppedWithoutExit if has_signature => {}
        ExitStatus::StoppedWithoutExit if tohost => {
            let reason = "it stopped and tohost is 0";
            return (Verdict::fail(reason), vec!["tohost"]);
        }
        ExitStatus::StoppedWithoutExit | ExitStatus::Exit(0) => {}
        status => return (Verdict::fail(format!("it ended with {status}")), by),
    }
    match (signature, reference) {
        (Some(signature), Some(reference)) => {
            by.push("signature");
            if let Some(difference) = signature.difference(reference) {
                return (Verdict::fail(difference), by);
            }
        }
        (None, Some(_)) => {
            let reason = "there is a reference, but no symbols begin_signature and end_signature";
            return (Verdict::fail(reason), by);
        }
        (Some(_), None) if has_signature && (needs_reference || by.is_empty()) => {
            let reason = "there is no reference to compare the signature with";
            return (Verdict::skip("no reference", reason), by);
        }
        (_, None) => {}
    }
    match by.is_empty() {
        false => (Verdict::Pass, by),
        true => {
            let reason = "it has no symbol tohost, and no signature";
            (Verdict::skip("no convention", reason), by)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guests;

    #[test]
    fn what_is_unknown_is_a_failure() {
        let htif = guests::find("htif").map(|guest| guest.elf);
        let program = htif.and_then(|elf| Program::from_elf(elf).ok());
        let program = program.expect("the bundled program loads");
        let illegal = |word, what| TraceError::IllegalInstruction {
            pc: 0x8000_0000,
            word,
            what,
        };
        let entry = program.entry();
        for (error, expected) in [
            (illegal(0xd00f_7053, "floating point"), "skip"),
            (
                illegal(0x2000, "a compressed floating-point access"),
                "skip",
            ),
            (illegal(0, "data in place of code"), "skip"),
            (illegal(0xffff_ffff, "data in place of code"), "skip"),
            (illegal(0x0000_700b, "an unknown instruction"), "fail"),
            (illegal(0x8002, "a compressed instruction"), "fail"),
            (TraceError::ChangedCode { pc: entry }, "skip"),
            (
                TraceError::StoreToCode {
                    pc: entry,
                    address: entry,
                },
                "skip",
            ),
            (
                TraceError::JumpOutsideCode {
                    pc: entry,
                    target: entry,
                },
                "skip",
            ),
            (
                TraceError::JumpOutsideCode {
                    pc: entry,
                    target: 64,
                },
                "fail",
            ),
            (
                TraceError::OutsideMemory {
                    pc: entry,
                    address: 64,
                },
                "fail",
            ),
            (
                TraceError::CycleLimit {
                    cycles: 9,
                    retired: 9,
                    pc: entry,
                },
                "fail",
            ),
        ] {
            assert_eq!(broken_off(&program, &error).name(), expected, "{error}");
        }
        for (error, expected) in [
            (ElfError::Type { found: 1 }, "skip"),
            (ElfError::Machine { found: 62 }, "skip"),
            (ElfError::NoExecutableSegment, "fail"),
        ] {
            assert_eq!(unloadable(&error).name(), expected, "{error}");
        }
    }
}
