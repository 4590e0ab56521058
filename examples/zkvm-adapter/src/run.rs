//! What a benchmark writes: `hardware.json`, and `BenchmarkRun` objects. Fields that were not measured are left out.

use crate::time;
use crate::zkvm::{Error, Input, JoltLab};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::{Duration, Instant};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Execute,
    Prove,
}

/// A measurement, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<T> {
    Success(T),
    Crashed { reason: String },
}

impl<T> Outcome<T> {
    fn of(result: Result<T, Error>) -> Self {
        match result {
            Ok(success) => Outcome::Success(success),
            Err(error) => Outcome::Crashed {
                reason: error.to_string(),
            },
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    /// Whether the output is the expected one.
    pub output_matched: bool,
    pub execution_duration: Duration,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proving {
    /// Whether the output is the expected one.
    pub output_matched: bool,
    /// Bytes of the proof.
    pub proof_size: usize,
    pub proving_time_ms: u128,
    pub verification_time_ms: u128,
}

/// One program on one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchmarkRun {
    pub name: String,
    /// In UTC.
    pub timestamp_completed: String,
    /// What the workload says of itself.
    pub metadata: Value,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub execution: Option<Outcome<Execution>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proving: Option<Outcome<Proving>>,
}

/// What it ran on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hardware {
    pub cpu_model: String,
    pub total_ram_gib: u64,
    /// Always empty: no graphics processor takes part.
    pub gpus: Vec<Value>,
}

impl Hardware {
    /// Of this machine, as Linux tells; elsewhere it is unknown.
    pub fn here() -> Self {
        let line = |path: &str, name: &str| -> Option<String> {
            let text = std::fs::read_to_string(path).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let memory = line("/proc/meminfo", "MemTotal");
        let kib = memory.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
        Hardware {
            cpu_model: line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned()),
            total_ram_gib: kib.unwrap_or(0) >> 20,
            gpus: Vec::new(),
        }
    }
}

/// A workload: an input, and the output that is expected.
#[derive(Clone, Debug)]
pub struct Workload {
    pub name: String,
    pub input: Input,
    /// The first bytes of the output; nothing accepts any.
    pub expected: Vec<u8>,
    pub metadata: Value,
}

/// Measures a workload.
pub fn run(zkvm: &JoltLab, workload: &Workload, action: Action) -> BenchmarkRun {
    let matched = |output: &[u8]| output.starts_with(&workload.expected);
    let execute = || {
        let (output, report) = zkvm.execute(&workload.input)?;
        Ok(Execution {
            output_matched: matched(&output),
            execution_duration: report.execution_duration,
        })
    };
    let prove = || {
        let (_, proof, report) = zkvm.prove(&workload.input)?;
        let start = Instant::now();
        let output = zkvm.verify(&proof)?;
        let verification = start.elapsed();
        Ok(Proving {
            output_matched: matched(&output),
            proof_size: proof.len(),
            proving_time_ms: report.proving_time.as_millis(),
            verification_time_ms: verification.as_millis(),
        })
    };
    let (mut execution, mut proving) = (None, None);
    match action {
        Action::Execute => execution = Some(Outcome::of(execute())),
        Action::Prove => proving = Some(Outcome::of(prove())),
    }
    BenchmarkRun {
        name: workload.name.clone(),
        timestamp_completed: time::now(),
        metadata: workload.metadata.clone(),
        execution,
        proving,
    }
}
