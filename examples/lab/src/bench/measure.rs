//! One measurement, in a child process: so that its peak memory is its own.
//!
//! The child is `jolt-lab measure`, with a [`Request`] in JSON on standard input; the answer, a
//! [`Sample`], comes back on standard output.

use crate::cli::Protocol;
use crate::prove::{NoProof, Task};
use crate::report::{Report, hex, parse_hex, peak_rss_bytes};
use crate::source::Source;
use anyhow::{Context, anyhow, bail};
use jolt_core::proof::Proof;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Instant;
use tracer::Inputs;

/// Inputs in hexadecimal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HexInputs {
    public: String,
    private: String,
}

impl From<Inputs> for HexInputs {
    fn from(inputs: Inputs) -> Self {
        HexInputs {
            public: hex(&inputs.public),
            private: hex(&inputs.private),
        }
    }
}

/// What is to be measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The program.
    pub program: String,
    /// Its inputs.
    pub inputs: HexInputs,
    /// The protocol.
    pub protocol: Protocol,
    /// Threads, if not one per processor.
    pub threads: Option<u16>,
}

/// What was measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// Instructions executed.
    pub instructions: u64,
    /// Cycles executed.
    pub cycles: u64,
    /// Cycles proven.
    pub padded_cycles: u64,
    /// How the program ended.
    pub status: String,
    /// Seconds to make or load the keys.
    pub setup_s: f64,
    /// Seconds to run the program.
    pub trace_s: f64,
    /// Seconds of all phases.
    pub prove_s: f64,
    /// Seconds by phase, in order.
    pub phases: Vec<(String, f64)>,
    /// Milliseconds of a verification.
    pub verify_ms: f64,
    /// Bytes of the proof file.
    pub proof_bytes: u64,
    /// Most memory used.
    pub peak_rss_bytes: Option<u64>,
    /// Threads.
    pub threads: usize,
}

impl Sample {
    /// Seconds of a phase.
    pub fn phase(&self, name: &str) -> f64 {
        let found = self.phases.iter().find(|(phase, _)| phase == name);
        found.map_or(0.0, |(_, seconds)| *seconds)
    }
}

/// Has a child process measure.
///
/// # Errors
/// The child fails; its message is the cause.
pub fn ask(request: &Request) -> anyhow::Result<Sample> {
    let this = std::env::current_exe().context("this program cannot be found to run it again")?;
    let mut command = Command::new(this);
    command
        .arg("measure")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(threads) = request.threads {
        command.arg("--threads").arg(threads.to_string());
    }
    let mut child = command.spawn().context("no child process can be started")?;
    let text = serde_json::to_vec(request)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A child that dies early says why on standard error.
        let _ = stdin.write_all(&text);
    }
    let output = child
        .wait_with_output()
        .context("the child process was lost")?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        bail!("measuring {}: {}", request.program, message.trim());
    }
    serde_json::from_slice(&output.stdout).context("the child process's answer cannot be read")
}

/// The child's side.
///
/// # Errors
/// The request is none, or what it asks for cannot be proven.
pub fn answer() -> anyhow::Result<Report> {
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text)?;
    let request: Request = serde_json::from_slice(&text)
        .context("`measure` is for `bench`; it expects a request on standard input")?;
    let bytes = |hex: &str| parse_hex(hex).map_err(anyhow::Error::msg);
    let inputs = Inputs {
        public: bytes(&request.inputs.public)?,
        private: bytes(&request.inputs.private)?,
    };
    let task = Task {
        name: &request.program,
        inputs: &inputs,
        max_cycles: u64::MAX,
        protocol: &request.protocol,
    };
    let proven = task
        .prove(Source::open(&request.program)?.program()?)
        .map_err(|error| match error {
            NoProof::Run(cause) => anyhow!("{cause}"),
            NoProof::Unusable(error) => error,
        })?;
    let peak_rss_bytes = peak_rss_bytes();
    let file = proven.proof.to_bytes();
    let proof = Proof::from_bytes(&file)?;
    let start = Instant::now();
    proven
        .key
        .verify(&proof)
        .context("the proof does not verify")?;
    let verify_ms = start.elapsed().as_secs_f64() * 1e3;
    let sample = Sample {
        instructions: proven.outcome.retired,
        cycles: proven.outcome.cycles,
        padded_cycles: 1 << proof.statement.cycle_vars,
        status: proven.outcome.status.to_string(),
        setup_s: proven.times.setup_s,
        trace_s: proven.times.trace_s,
        prove_s: proven.times.prove.total(),
        phases: proven.times.prove.0.clone(),
        verify_ms,
        proof_bytes: file.len() as u64,
        peak_rss_bytes,
        threads: rayon::current_num_threads(),
    };
    Ok(Report::new(serde_json::to_value(sample)?))
}
