//! The computer that measures.

use serde_json::{Value, json};
use sumcheck::Field;

/// What is known of it. Nothing that identifies it.
pub fn facts() -> Value {
    json!({
        "cpu": field("/proc/cpuinfo", "model name"),
        "logical_cpus": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "memory_kb": field("/proc/meminfo", "MemTotal"),
        "os": std::env::consts::OS,
        "arch": std::env::consts::ARCH,
        "packed": <ark_bn254::Fr as Field>::packed(),
    })
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
