//! How a run ended.

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitStatus {
    /// Exited with a code; 0 is success.
    Exit(u64),
    /// Panicked.
    Panicked,
    /// Halted and never set a status.
    StoppedWithoutExit,
    /// Halted with a status that means nothing.
    Unknown(u64),
}

impl ExitStatus {
    /// Whether the program says that it did what it was asked.
    pub const fn is_success(self) -> bool {
        matches!(self, ExitStatus::Exit(0))
    }
}

impl std::fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ExitStatus::Exit(code) => write!(f, "exit({code})"),
            ExitStatus::Panicked => write!(f, "panicked"),
            ExitStatus::StoppedWithoutExit => write!(f, "stopped without exit"),
            ExitStatus::Unknown(value) => write!(f, "unknown status {value:#x}"),
        }
    }
}
