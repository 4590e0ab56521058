//! Which way operations go.

use super::{emulated, ifma};
use std::sync::OnceLock;

/// Name of the environment variable that, set to anything but `0`, switches the packed path off.
pub const PORTABLE: &str = "JOLT_LAB_PORTABLE";

/// Name of the environment variable that, set to anything but `0`, has lanes emulated, in builds with the
/// feature `testing`.
pub const EMULATED: &str = "JOLT_LAB_EMULATED";

/// A way to calculate. All give the same results.
#[derive(Clone, Copy, Debug)]
pub struct Backend(pub(super) Way);

#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Portable,
    Processor(ifma::Token),
    /// Exists in tests only.
    Emulated(emulated::Token),
}

static SELECTED: OnceLock<Backend> = OnceLock::new();

/// What the process calculates by: the processor's lanes where it has them, unless the environment says
/// otherwise when this is first asked.
#[inline]
pub fn selected() -> Backend {
    *SELECTED.get_or_init(|| match Backend::emulated() {
        Some(emulated) if set(EMULATED) => emulated,
        _ => Backend::processor().unwrap_or(Backend::PORTABLE),
    })
}

fn set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value != "0")
}

impl Backend {
    /// By arkworks.
    pub const PORTABLE: Self = Backend(Way::Portable);

    /// By the processor's lanes; `None` where it has none, or they are switched off ([`PORTABLE`]).
    pub fn processor() -> Option<Self> {
        let token = ifma::Token::detect().filter(|_| !set(PORTABLE))?;
        Some(Backend(Way::Processor(token)))
    }

    /// By lanes in plain Rust, slowly; `None` in builds without the feature `testing`.
    pub fn emulated() -> Option<Self> {
        Some(Backend(Way::Emulated(emulated::Token::detect()?)))
    }

    /// Whether there are lanes.
    pub fn is_packed(self) -> bool {
        !matches!(self.0, Way::Portable)
    }
}

/// Why the processor's lanes are not used here; `None` where they are.
pub fn missing() -> Option<String> {
    match ifma::Token::missing() {
        missing if !missing.is_empty() => Some(format!("no {}", missing.join(", "))),
        _ => set(PORTABLE).then(|| format!("{PORTABLE} is set")),
    }
}

/// What tests compare with the portable way: emulated lanes, and the processor's. Where these are missing,
/// that is said on the standard error, past the harness, which keeps what tests print.
#[cfg(any(test, feature = "testing"))]
pub fn compared() -> Vec<Backend> {
    use std::io::Write;
    static SAID: std::sync::Once = std::sync::Once::new();
    if let Some(why) = missing() {
        SAID.call_once(|| {
            let line = format!("\n!! NOT RUN on this processor: {LANES} ({why}).\n");
            // There is nobody to tell that nobody can be told.
            let _ = std::io::stderr().write_all(line.as_bytes());
        });
    }
    [Backend::emulated(), Backend::processor()]
        .into_iter()
        .flatten()
        .collect()
}

/// What is not run where [`missing`] says why.
pub const LANES: &str = "packed arithmetic and batched additions of points by AVX-512 IFMA; \
    their algorithms ran over emulated lanes only";
