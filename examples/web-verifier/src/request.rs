//! What the host asks for.

use anyhow::{Context, bail};
use serde::Deserialize;
use tracer::StandardInput;
use verdict::linux::Start;
use verdict::report::parse_hex;
use verdict::requirement::Acceptance;

/// A request: files' names, what is expected of the proof, and what is to be shown. Empty texts are nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The name of the proof's file.
    pub proof: String,
    /// The name of the program's.
    pub program: String,
    /// As `--require`, each of them.
    #[serde(default)]
    require: Vec<String>,
    /// As `--max-cycles`: a number, or `2^K`.
    #[serde(default)]
    max_cycles: String,
    /// Whether the public input is given, and expected.
    #[serde(default)]
    pub input: bool,
    /// The name of the file of commitments to the program, if it is given.
    #[serde(default)]
    pub commitments: Option<String>,
    /// As `--expect-output`: hexadecimal digits.
    #[serde(default)]
    expect_output: Option<String>,
    /// As `--expect-exit`.
    #[serde(default)]
    pub expect_exit: Option<u64>,
    /// What a Linux program was started with, besides its own name.
    #[serde(default)]
    arguments: Vec<String>,
    /// As `--env`, each of them.
    #[serde(default)]
    environment: Vec<String>,
    /// As `--stdin`: `public` or `private`.
    #[serde(default)]
    stdin: String,
    /// As `--arg0`.
    #[serde(default)]
    arg0: String,
    /// Whether the transcript is wanted, too.
    #[serde(default)]
    pub transcript: bool,
    /// Whether values of the transcript are wanted whole.
    #[serde(default)]
    pub full: bool,
}

impl Request {
    /// Reads it.
    ///
    /// # Errors
    /// It is no request.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        serde_json::from_slice(bytes).context("the page's request cannot be read")
    }

    /// What is accepted.
    ///
    /// # Errors
    /// Names the text that is no requirement, or no number of cycles.
    pub fn acceptance(&self) -> anyhow::Result<Acceptance> {
        Acceptance::of(&self.require, cycles(&self.max_cycles)?)
    }

    /// The public output that is expected.
    ///
    /// # Errors
    /// The text has other than hexadecimal digits.
    pub fn output(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let text = self.expect_output.as_deref();
        let bytes = text.map(|text| parse_hex(text.trim()));
        let bytes = bytes.transpose();
        bytes.map_err(|error| anyhow::anyhow!("--expect-output: {error}"))
    }

    /// What a program is started with, if it is one for Linux.
    ///
    /// # Errors
    /// It is none, and something is given all the same.
    pub fn start(&self, elf: &[u8]) -> anyhow::Result<Option<Start>> {
        let given = [
            ("--env", !self.environment.is_empty()),
            ("--stdin", !self.stdin.is_empty()),
            ("--arg0", !self.arg0.is_empty()),
            ("arguments", !self.arguments.is_empty()),
        ];
        if !tracer::is_linux(elf) {
            return match given.iter().find(|(_, given)| *given) {
                Some((what, _)) => {
                    bail!(
                        "{what}: only Linux programs take these, and {} is none",
                        self.program
                    )
                }
                None => Ok(None),
            };
        }
        let standard_input = match self.stdin.as_str() {
            "" | "public" => StandardInput::Public,
            "private" => StandardInput::Private,
            other => bail!("--stdin: expected `public` or `private`, not `{other}`"),
        };
        if let Some(wrong) = self.environment.iter().find(|text| !text.contains('=')) {
            bail!("--env {wrong}: expected NAME=VALUE");
        }
        let name = match self.arg0.as_str() {
            "" => file_name(&self.program),
            name => name,
        };
        let own = std::iter::once(name);
        let all = own.chain(self.arguments.iter().map(String::as_str));
        let bytes = |text: &str| text.as_bytes().to_vec();
        Ok(Some(Start {
            arguments: all.map(bytes).collect(),
            environment: self.environment.iter().map(|text| bytes(text)).collect(),
            standard_input,
        }))
    }
}

/// What is behind the folders of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A number, or a power of two.
fn cycles(text: &str) -> anyhow::Result<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = match text.strip_prefix("2^") {
        Some(power) => {
            let power: Option<u32> = power.parse().ok();
            power.and_then(|power| 1u64.checked_shl(power))
        }
        None => text.parse().ok(),
    };
    let value = value.filter(|value| *value > 0);
    match value {
        Some(value) => Ok(Some(value)),
        None => bail!("--max-cycles {text}: expected a number, or 2^K"),
    }
}
