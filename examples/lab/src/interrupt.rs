//! What an interrupt leaves behind: nothing. Files that are not complete yet are removed before the process ends, and
//! a file that is being completed is completed first.
//!
//! From the first such file on a thread waits for SIGINT, SIGTERM and SIGHUP, but for those that whoever started the
//! process has it ignore. When one comes it takes the lock that [`hold`] gives, so that nobody is between two steps that
//! belong together, removes what is listed, and ends the process by the same signal.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// Files that are written and have not their names yet.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Keeps an interrupt waiting. What is listed is removed by one that comes later.
pub fn hold() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    static WATCH: Once = Once::new();
    WATCH.call_once(watch);
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::{iterator::Signals, low_level::emulate_default_handler};
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = ignored(&status);
    let all = [SIGINT, SIGTERM, SIGHUP];
    let heeded = all
        .iter()
        .filter(|signal| ignored >> (**signal - 1) & 1 == 0);
    // Without a watcher a signal ends the process as it always does.
    let Ok(mut signals) = Signals::new(heeded) else {
        return;
    };
    let wait = move || {
        for signal in signals.forever() {
            let unfinished = hold();
            for file in &*unfinished {
                // Nothing to do if it cannot be removed.
                let _ = std::fs::remove_file(file);
            }
            let _ = emulate_default_handler(signal);
        }
    };
    // Nor is there anything to do without a thread.
    let _ = std::thread::Builder::new().spawn(wait);
}

#[cfg(not(unix))]
fn watch() {}

/// The signals that a process ignores, as Linux tells: signal `n` is bit `n - 1`.
#[cfg(unix)]
fn ignored(status: &str) -> u64 {
    let digits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = digits.map(|digits| u64::from_str_radix(digits.trim(), 16));
    mask.and_then(Result::ok).unwrap_or(0)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read() {
        let status = "Name:\tone\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000001003\n";
        assert_eq!(ignored(status), 0x1003);
        assert_eq!(ignored("SigIgn:\tmany\n"), 0);
        assert_eq!(ignored(""), 0);
    }
}
