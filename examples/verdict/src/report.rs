//! What a command or a page has to say: text for people, JSON for scripts, and a verdict.

use crate::columns::{columns, wrapped};
use anstream::{AutoStream, ColorChoice};
use anstyle::AnsiColor;
use anyhow::Context;
use commitments::Provenance;
use commitments::hyrax::Layout;
use jolt_core::statement::Statement;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use tracer::{ExitStatus, Program};

/// Exit code of a verdict that is negative.
pub const REJECTED: u8 = 1;
/// Exit code of commands that could not do what they were asked.
pub const UNUSABLE: u8 = 2;

/// The outcome of a command.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// For people; ends with a line end.
    pub text: String,
    /// For scripts.
    pub json: Map<String, Value>,
    /// Whether the command has printed what it has to say already, but for a failure.
    pub printed: bool,
    /// Why the outcome is not what was hoped for, with the exit code and the word for it.
    pub failure: Option<(u8, &'static str, String)>,
}

impl Report {
    /// A report with the fields of a JSON object.
    ///
    /// # Panics
    /// If the value is no object.
    pub fn new(json: Value) -> Self {
        let Value::Object(json) = json else {
            panic!("a report is a JSON object, not {json}");
        };
        Report {
            json,
            ..Report::default()
        }
    }

    /// A report of what went wrong.
    pub fn unusable(error: &anyhow::Error) -> Self {
        Report {
            failure: Some((UNUSABLE, "error", format!("{error:#}"))),
            ..Report::default()
        }
    }

    /// Adds a line of text.
    pub fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Adds sentences, in as many lines as they take.
    pub fn prose(&mut self, text: impl AsRef<str>) {
        self.text += &wrapped("", text.as_ref(), 2);
    }

    /// Adds a value with a name in the first column, in as many lines as it takes.
    pub fn fact(&mut self, name: &str, value: impl std::fmt::Display) {
        self.beside(&format!("  {name:<13} "), &value.to_string());
    }

    /// Adds a text beside what is in the first columns, in as many lines as it takes.
    pub fn beside(&mut self, head: &str, text: &str) {
        self.text += &wrapped(head, text, columns(head));
    }

    /// Adds items, several a line and each of them whole, with a name before the first.
    pub fn wrapped(&mut self, name: &str, items: &[String]) {
        const TIED: &str = "\u{a0}";
        if items.is_empty() {
            return;
        }
        let before = self.text.len();
        let tied = items.iter().map(|item| item.replace(' ', TIED));
        self.fact(name, tied.collect::<Vec<_>>().join(", "));
        let added = self.text.split_off(before);
        self.text += &added.replace(TIED, " ");
    }

    /// The same report as a negative verdict.
    pub fn rejected(mut self, cause: impl Into<String>) -> Self {
        self.failure = Some((REJECTED, "rejected", cause.into()));
        self
    }

    /// The same report, where a program or a build failed and nothing was to be judged.
    pub fn failed(mut self, cause: impl Into<String>) -> Self {
        self.failure = Some((REJECTED, "failed", cause.into()));
        self
    }

    /// The same report of a program that failed with an exit code of its own, which becomes the command's.
    pub fn ended(mut self, code: u8, cause: impl Into<String>) -> Self {
        self.failure = Some((code, "failed", cause.into()));
        self
    }

    /// Prints it; the process's exit code.
    pub fn print(mut self, as_json: bool) -> ExitCode {
        let (code, word, cause) = match self.failure {
            Some((code, word, cause)) => (code, word, Some(cause)),
            None => (0, "", None),
        };
        let text = match (self.printed, as_json) {
            (true, true) => cause
                .as_ref()
                .map(|cause| json!({ "error": cause }).to_string()),
            (true, false) => None,
            (false, true) => {
                if let Some(cause) = &cause {
                    self.json.insert("error".to_owned(), json!(cause));
                }
                let facts = exact(Value::Object(self.json));
                Some(format!("{facts:#}"))
            }
            (false, false) => Some(self.text),
        };
        let end = if as_json { "\n" } else { "" };
        let shown = text.map_or(Ok(()), |text| show(&format!("{text}{end}")));
        if let Some(cause) = cause {
            let said = format!("{word}: {cause}");
            let choice = AutoStream::choice(&std::io::stderr());
            said.lines()
                .for_each(|line| eprint!("{}", painted(&wrapped("", line, 2), choice)));
        }
        match shown {
            Ok(()) => ExitCode::from(code),
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::from(UNUSABLE)
            }
        }
    }
}

/// Verdicts, and how they are painted: the word says the same.
const VERDICTS: [(&str, AnsiColor); 8] = [
    ("NOT VERIFIED", AnsiColor::Yellow),
    ("NOT confirmed", AnsiColor::Red),
    ("ACCEPTED", AnsiColor::Green),
    ("REJECTED", AnsiColor::Red),
    ("INSECURE", AnsiColor::Red),
    ("rejected:", AnsiColor::Red),
    ("failed:", AnsiColor::Red),
    ("error:", AnsiColor::Red),
];

/// The text with its verdicts in bold and in colour, if whoever reads it is a person who wants that: a terminal, unless
/// NO_COLOR or CLICOLOR=0 is set; or CLICOLOR_FORCE. Lines are as long as before.
pub fn painted(text: &str, choice: ColorChoice) -> Cow<'_, str> {
    if choice == ColorChoice::Never {
        return Cow::Borrowed(text);
    }
    let mut text = text.to_owned();
    for (word, color) in VERDICTS {
        let style = color.on_default().bold();
        text = text.replace(word, &format!("{style}{word}{style:#}"));
    }
    Cow::Owned(text)
}

/// Writes to standard output. A reader that has gone away is no error.
///
/// # Errors
/// It cannot be written.
pub fn show(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let text = painted(text, AutoStream::choice(&out));
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// The same value with integers that doubles do not have, which many readers of JSON make of numbers, as strings of
/// digits.
pub fn exact(value: Value) -> Value {
    const DOUBLES: u64 = 1 << 53;
    match value {
        Value::Number(number) => {
            let magnitude = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
            match magnitude.is_some_and(|magnitude| magnitude > DOUBLES) {
                true => Value::String(number.to_string()),
                false => Value::Number(number),
            }
        }
        Value::Array(items) => items.into_iter().map(exact).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(fields.map(|(name, value)| (name, exact(value))).collect())
        }
        other => other,
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal digits as bytes; an optional `0x` in front.
pub fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Err(format!(
            "an odd number of hexadecimal digits ({}), and a byte has two",
            digits.len()
        ));
    }
    digits
        .chunks(2)
        .map(|pair| {
            let digits = std::str::from_utf8(pair).ok();
            digits
                .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))
                .and_then(|d| u8::from_str_radix(d, 16).ok())
                .ok_or_else(|| "not hexadecimal".to_owned())
        })
        .collect()
}

/// A text with control characters escaped, and everything else, quotes as well, as it is.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    out
}

/// A number with its thousands set apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A duration, with three digits or so.
pub fn seconds(s: f64) -> String {
    match s {
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s if s < 100.0 => format!("{s:.2} s"),
        s => format!("{s:.0} s"),
    }
}

/// A number of bytes.
pub fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} bytes"),
        10_000..10_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        10_000_000..10_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.2} GB", count as f64 / 1e9),
    }
}

/// Digest of a public input.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The exit code of a status, if it has one.
pub fn exit_code(status: ExitStatus) -> Option<u64> {
    match status {
        ExitStatus::Exit(code) => Some(code),
        _ => None,
    }
}

/// Name of the instruction set that a program is taken to use: base, F and D if a kernel carries them out, and, if its file
/// says so, 16-bit encodings.
pub fn isa(program: &Program) -> String {
    let compressed = if program.alignment() == 2 { "C" } else { "" };
    let floats = if program.has_float_kernel() { "FD" } else { "" };
    format!("RV{}IMA{floats}{compressed}", program.word().bits())
}

/// Bytes as text: whole if short, else both ends.
pub fn abridged(bytes: &[u8]) -> String {
    match bytes {
        [] => "empty".to_owned(),
        _ if bytes.len() <= 64 => hex(bytes),
        _ => {
            let (head, tail) = (&bytes[..24], &bytes[bytes.len() - 8..]);
            format!("{}…{} ({} bytes)", hex(head), hex(tail), bytes.len())
        }
    }
}

/// Adds what a statement says, as text and as JSON.
pub fn add_statement(report: &mut Report, statement: &Statement) {
    let Statement {
        input,
        output,
        status,
        cycle_vars,
    } = statement;
    let digest = sha256(input);
    report.fact(
        "public input",
        format!("{} bytes, SHA-256 {digest}", input.len()),
    );
    report.fact("public output", abridged(output));
    report.fact("ended with", status);
    report.fact("run time", format!("at most 2^{cycle_vars} cycles"));
    for (key, value) in [
        ("input_bytes", json!(input.len())),
        ("input_sha256", json!(digest)),
        ("output_hex", json!(hex(output))),
        ("status", json!(status.to_string())),
        ("exit_code", json!(exit_code(*status))),
        ("padded_cycles", json!(1u64 << cycle_vars.min(&63))),
    ] {
        report.json.insert(key.to_owned(), value);
    }
}

/// What has to be said of every proof.
pub fn add_warnings(report: &mut Report, setup: Provenance, zero_knowledge: bool) {
    report
        .json
        .insert("secure_setup".to_owned(), json!(setup.is_secure()));
    report
        .json
        .insert("setup".to_owned(), json!(setup.to_string()));
    report
        .json
        .insert("zero_knowledge".to_owned(), json!(zero_knowledge));
    report.fact(
        "privacy",
        match zero_knowledge {
            true => "zero-knowledge: nothing is told but the statement",
            false => "succinct, not zero-knowledge",
        },
    );
    report.fact("setup", setup);
}

/// Adds how Hyrax cuts polynomials, where it does.
pub fn add_matrix(report: &mut Report, layout: Option<Layout>) {
    let Some(layout) = layout else { return };
    let rows = layout.lines(layout.max_vars());
    report.fact(
        "matrix",
        format!(
            "{} of 2^{} elements: a column's commitment has {} (--hyrax-rows)",
            counted(rows, "row"),
            layout.line_vars(),
            counted(rows, "point")
        ),
    );
    report.json.insert("hyrax_rows".to_owned(), json!(rows));
}

/// A number of things.
fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn hexadecimal_both_ways() {
        assert_eq!(parse_hex("0x00ff1A").unwrap(), [0, 255, 26]);
        assert_eq!(parse_hex(&hex(&[7, 128])).unwrap(), [7, 128]);
        assert_eq!(parse_hex("").unwrap(), Vec::<u8>::new());
        for wrong in ["0", "zz", "+1", "é"] {
            assert!(parse_hex(wrong).is_err(), "{wrong}");
        }
    }

    /// What a guest prints cannot reach the terminal's controls, and reads as it was written.
    #[test]
    fn what_guests_print_is_shown() {
        assert_eq!(
            printable("thread 'main' said \"é\""),
            "thread 'main' said \"é\""
        );
        assert_eq!(
            printable("\u{1b}[31m\t\u{7f}\u{9b}"),
            "\\u{1b}[31m\\t\\u{7f}\\u{9b}"
        );
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(seconds(0.0123), "12.3 ms");
        assert_eq!(bytes(43_297), "43.3 kB");
    }

    #[test]
    fn verdicts_have_colours_where_they_are_wanted() {
        let text = "ACCEPTED in 3 ms\nREJECTED  check\n";
        assert_eq!(painted(text, ColorChoice::Never), text);
        let painted = painted(text, ColorChoice::Always);
        assert!(
            painted.starts_with("\u{1b}[1m\u{1b}[32mACCEPTED\u{1b}[0m in"),
            "{painted:?}"
        );
        let plain = anstream::adapter::strip_str(&painted).to_string();
        assert_eq!(plain, text);
    }

    /// What readers make of numbers that doubles do not have is something else; what they have stays a number.
    #[test]
    fn integers_are_exact_in_every_reader() {
        let most = 1u64 << 53;
        let given =
            json!({ "a": [most, most + 1, u64::MAX], "b": { "c": i64::MIN, "d": 1.5e300 } });
        let shown = json!({
            "a": [most, "9007199254740993", "18446744073709551615"],
            "b": { "c": "-9223372036854775808", "d": 1.5e300 },
        });
        assert_eq!(exact(given), shown);
    }
}
