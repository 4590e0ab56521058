//! One measurement, in a child process: so that its peak memory is its own, and it can be stopped.
//!
//! The child is `jolt-lab measure`, with a [`Request`] in JSON on standard input; the answer, a [`Sample`] or
//! [`Tally`](super::floor::Tally), comes back on standard output.

use super::machine;
use crate::cli::SetupArguments;
use crate::report::hex;
use crate::seed::Seed;
use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use sumcheck::field::counted::Operations;
use tracer::Inputs;

/// Inputs in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HexInputs {
    /// Public input.
    pub public: String,
    /// Private input.
    pub private: String,
}

impl From<Inputs> for HexInputs {
    fn from(inputs: Inputs) -> Self {
        HexInputs {
            public: hex(&inputs.public),
            private: hex(&inputs.private),
        }
    }
}

/// The work to measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A run of a program.
    Vm {
        program: String,
        inputs: HexInputs,
        /// The lookup argument.
        lookup: String,
        /// The memory argument.
        memory: String,
        /// Whether the proof tells nothing but its statement.
        #[serde(default)]
        hiding: bool,
    },
    /// Reads of tables.
    Lookup {
        /// The lookup argument.
        argument: String,
        /// The workload.
        table: String,
        /// `log2` of the number of reads.
        log_reads: usize,
    },
    /// A loop of the prover.
    Kernel {
        /// Its name.
        kernel: String,
        /// `log2` of the number of elements.
        log_size: usize,
    },
    /// A commitment, its opening and its verification.
    Pcs {
        /// The kind of polynomial.
        kind: String,
        /// `log2` of the number of rows.
        log_size: usize,
    },
}

impl Work {
    /// What it is called in messages.
    pub fn name(&self) -> &str {
        match self {
            Work::Vm { program, .. } => program,
            Work::Lookup { table, .. } => table,
            Work::Kernel { kernel, .. } => kernel,
            Work::Pcs { kind, .. } => kind,
        }
    }
}

/// What is wanted to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Times and memory: a [`Sample`].
    Time,
    /// Field operations, and what one takes: [`Tally`](super::floor::Tally).
    Count,
}

/// What is to be measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    pub work: Work,
    /// What is wanted to know of it.
    pub purpose: Purpose,
    /// Name of the commitment scheme.
    pub pcs: String,
    /// Its setup.
    #[serde(flatten)]
    pub setup: SetupArguments,
    /// Threads, if not one per processor.
    pub threads: Option<u16>,
    /// Of random values.
    #[serde(flatten)]
    pub seed: Seed,
    /// Variables of the environment that the child has beside its parent's.
    #[serde(skip)]
    pub environment: Vec<(String, String)>,
}

/// What was measured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sample {
    /// What is the same in every repetition.
    pub facts: Map<String, Value>,
    /// Seconds to make or load the keys.
    pub setup_s: f64,
    /// Seconds to run the program.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_s: Option<f64>,
    /// Seconds of all phases.
    pub prove_s: f64,
    /// Seconds by phase, in order.
    pub phases: Vec<(String, f64)>,
    /// Milliseconds of a verification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verify_ms: Option<f64>,
    /// Bytes of the proof.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proof_bytes: Option<u64>,
    /// Group additions by phase.
    pub group_additions: Vec<(String, u64)>,
    /// Most memory used.
    pub peak_rss_bytes: Option<u64>,
    pub threads: usize,
}

impl Sample {
    /// Seconds of a phase.
    pub fn phase(&self, name: &str) -> f64 {
        let found = self.phases.iter().find(|(phase, _)| phase == name);
        found.map_or(0.0, |(_, seconds)| *seconds)
    }
}

/// Field operations of the protocol, over oracles in the clear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Products, each reduced.
    pub products: u64,
    /// Products in sums that are reduced once.
    pub delayed: u64,
    /// Products with machine words.
    pub small: u64,
    /// Integers made elements, or back.
    pub conversions: u64,
    pub inversions: u64,
}

impl Counts {
    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.products += other.products;
        self.delayed += other.delayed;
        self.small += other.small;
        self.conversions += other.conversions;
        self.inversions += other.inversions;
    }
}

impl From<Operations> for Counts {
    fn from(operations: Operations) -> Self {
        Counts {
            products: operations.products,
            delayed: operations.delayed,
            small: operations.small,
            conversions: operations.conversions,
            inversions: operations.inversions,
        }
    }
}

/// What a child may use up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Seconds.
    pub seconds: Option<f64>,
    /// Bytes of memory.
    pub bytes: Option<u64>,
}

/// What came of a measurement.
#[derive(Clone, Debug)]
pub enum Asked<T> {
    Answer(T),
    /// The child was stopped: why.
    Stopped(String),
}

/// Has a child process measure.
///
/// # Errors
/// The child fails; its message is the cause.
pub fn ask<T: DeserializeOwned>(request: &Request, limits: Limits) -> anyhow::Result<Asked<T>> {
    let this = std::env::current_exe().context("this program cannot be found to run it again")?;
    let mut command = Command::new(this);
    command
        .arg("measure")
        .envs(
            request
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
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
    let (out, err) = (reader(child.stdout.take()), reader(child.stderr.take()));
    if let Some(reason) = watch(&mut child, limits)? {
        return Ok(Asked::Stopped(reason));
    }
    let status = child.wait().context("the child process was lost")?;
    let gather = |thread: thread::JoinHandle<Vec<u8>>| thread.join().unwrap_or_default();
    let (out, err) = (gather(out), gather(err));
    if !status.success() {
        // As it was before it was put in lines.
        let message = String::from_utf8_lossy(&err);
        let words: Vec<&str> = message.split_whitespace().collect();
        bail!("measuring {}: {}", request.work.name(), words.join(" "));
    }
    let answer =
        serde_json::from_slice(&out).context("the child process's answer cannot be read")?;
    Ok(Asked::Answer(answer))
}

fn reader(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What can be read is what there is.
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// Waits for the child; if it exceeds a limit, stops it and says so.
fn watch(child: &mut Child, limits: Limits) -> anyhow::Result<Option<String>> {
    if limits.seconds.is_none() && limits.bytes.is_none() {
        return Ok(None);
    }
    let start = Instant::now();
    let mut pause = Duration::from_millis(2);
    while child.try_wait()?.is_none() {
        let over_time = limits
            .seconds
            .filter(|limit| start.elapsed().as_secs_f64() > *limit);
        let used = machine::peak_rss_bytes(child.id());
        let over_memory = limits
            .bytes
            .filter(|limit| used.is_some_and(|bytes| bytes > *limit));
        let reason = match (over_time, over_memory) {
            (Some(limit), _) => format!("stopped after {limit:.0} s"),
            (_, Some(limit)) => format!("stopped: more than {} MiB of memory", limit >> 20),
            _ => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
                continue;
            }
        };
        child.kill()?;
        child.wait()?;
        return Ok(Some(reason));
    }
    Ok(None)
}
