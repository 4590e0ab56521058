//! The computer that measures.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use sumcheck::field::packed;

/// What is known of it. Nothing that identifies it.
pub fn facts() -> Value {
    json!({
        "cpu": field("/proc/cpuinfo", "model name"),
        "logical_cpus": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "memory_kb": field("/proc/meminfo", "MemTotal"),
        "os": std::env::consts::OS,
        "arch": std::env::consts::ARCH,
        "packed": packed::selected().name(),
        "governor": governor("/sys/devices/system/cpu"),
    })
}

/// What sets the processors' clocks, where the system tells; all names if not the same for all.
fn governor(directory: &str) -> Option<String> {
    let processors = fs::read_dir(directory).ok()?.flatten();
    let names = processors.filter_map(|entry| {
        let name = fs::read_to_string(entry.path().join("cpufreq/scaling_governor")).ok()?;
        Some(name.trim().to_owned())
    });
    let names: Vec<String> = names.collect::<BTreeSet<_>>().into_iter().collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Highest resident memory of a process so far (`self` or its number), where the system tells.
pub fn peak_rss_bytes(process: impl Display) -> Option<u64> {
    let kilobytes = field(&format!("/proc/{process}/status"), "VmHWM")?;
    Some(kilobytes.parse::<u64>().ok()? * 1024)
}

/// The first value of a name in a file of `name : value` lines.
pub fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim().trim_end_matches(" kB");
        (key.trim() == name).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn governors_are_named_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_str().unwrap();
        assert_eq!(governor(path), None);
        for (processor, name) in [
            ("cpu0", "powersave"),
            ("cpu1", "performance"),
            ("cpu2", "powersave"),
        ] {
            let folder = directory.path().join(processor).join("cpufreq");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("scaling_governor"), format!("{name}\n")).unwrap();
        }
        assert_eq!(governor(path).unwrap(), "performance, powersave");
        assert_eq!(governor("/no/such/directory"), None);
    }

    #[test]
    fn facts_name_the_way_of_calculating() {
        let facts = facts();
        let names = ["portable", "AVX-512 IFMA", "AVX2 and FMA", "emulated"];
        assert!(
            names.contains(&facts["packed"].as_str().unwrap()),
            "{facts}"
        );
        assert!(facts["logical_cpus"].as_u64().unwrap() > 0);
    }

    #[test]
    fn memory_use_is_known_on_linux() {
        if cfg!(target_os = "linux") {
            assert!(peak_rss_bytes("self").unwrap() > 1 << 20);
        }
    }
}
