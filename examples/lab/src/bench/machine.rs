//! The computer that measures.

use serde_json::{Value, json};
use std::fmt::Display;
use sumcheck::ProverField;

/// What is known of it. Nothing that identifies it.
pub fn facts() -> Value {
    json!({
        "cpu": field("/proc/cpuinfo", "model name"),
        "logical_cpus": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "memory_kb": field("/proc/meminfo", "MemTotal"),
        "os": std::env::consts::OS,
        "arch": std::env::consts::ARCH,
        "packed": <ark_bn254::Fr as ProverField>::packed(),
    })
}

/// Highest resident memory of a process so far (`self` or its number), where the system tells.
pub fn peak_rss_bytes(process: impl Display) -> Option<u64> {
    let kilobytes = field(&format!("/proc/{process}/status"), "VmHWM")?;
    Some(kilobytes.parse::<u64>().ok()? * 1024)
}

/// The first value of a name in a file of `name : value` lines.
pub fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim().trim_end_matches(" kB");
        (key.trim() == name).then(|| value.to_owned())
    })
}
