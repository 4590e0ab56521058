//! Which way operations go.

use super::{emulated, fma, ifma};
use std::sync::OnceLock;

/// Name of the environment variable that, set to anything but `0`, switches the packed path off.
pub const PORTABLE: &str = "JOLT_LAB_PORTABLE";

/// Name of the environment variable that, set to anything but `0`, takes lanes of AVX2 and FMA where
/// the processor has others, too.
pub const FUSED: &str = "JOLT_LAB_FMA";

/// Name of the environment variable that, set to anything but `0`, has lanes emulated, in builds with the
/// feature `testing`.
pub const EMULATED: &str = "JOLT_LAB_EMULATED";

const IFMA: &str = "AVX-512 IFMA";
const FMA: &str = "AVX2 and FMA";

/// A way to calculate. All give the same results.
#[derive(Clone, Copy, Debug)]
pub struct Backend(pub(super) Way);

#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Portable,
    /// AVX-512 IFMA.
    Multiplied(ifma::Token),
    /// AVX2 and FMA.
    Fused(fma::Token),
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

    /// By the processor's best lanes; `None` where it has none, or they are switched off ([`PORTABLE`]).
    pub fn processor() -> Option<Self> {
        let multiplied = Self::multiplied().filter(|_| !set(FUSED));
        multiplied.or_else(Self::fused)
    }

    /// By lanes of AVX-512 IFMA; `None` where there are none, or they are switched off ([`PORTABLE`]).
    pub fn multiplied() -> Option<Self> {
        let token = ifma::Token::detect().filter(|_| !set(PORTABLE))?;
        Some(Backend(Way::Multiplied(token)))
    }

    /// By lanes of AVX2 and FMA; `None` where there are none, or they are switched off ([`PORTABLE`]).
    pub fn fused() -> Option<Self> {
        let token = fma::Token::detect().filter(|_| !set(PORTABLE))?;
        Some(Backend(Way::Fused(token)))
    }

    /// By lanes in plain Rust, slowly; `None` in builds without the feature `testing`.
    pub fn emulated() -> Option<Self> {
        Some(Backend(Way::Emulated(emulated::Token::detect()?)))
    }

    /// What it is called, for records of measurements.
    pub fn name(self) -> &'static str {
        match self.0 {
            Way::Portable => "portable",
            Way::Multiplied(_) => IFMA,
            Way::Fused(_) => FMA,
            Way::Emulated(_) => "emulated",
        }
    }

    /// Whether there are lanes.
    pub fn is_packed(self) -> bool {
        !matches!(self.0, Way::Portable)
    }
}

/// Instructions that there are lanes of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// What they are called.
    pub name: &'static str,
    /// Why they are not used here; `None` where they are.
    pub missing: Option<String>,
}

/// The instructions that there are lanes of, the best first.
pub fn lanes() -> [Lanes; 2] {
    let lanes = |name, missing: Vec<&str>| Lanes {
        name,
        missing: match missing.is_empty() {
            false => Some(format!("no {}", missing.join(", "))),
            true => set(PORTABLE).then(|| format!("{PORTABLE} is set")),
        },
    };
    [
        lanes(IFMA, ifma::Token::missing()),
        lanes(FMA, fma::Token::missing()),
    ]
}

impl Lanes {
    /// What was not run for want of them; `None` where they are there.
    pub fn not_run(&self) -> Option<String> {
        let (name, why) = (self.name, self.missing.as_ref()?);
        Some(format!(
            "NOT RUN on this processor: packed arithmetic and batched additions of points by {name} ({why})"
        ))
    }
}

/// What tests compare with the portable way: emulated lanes, and all of the processor's. Where some are
/// missing, that is said on the standard error, past the harness, which keeps what tests print.
#[cfg(any(test, feature = "testing"))]
pub fn compared() -> Vec<Backend> {
    use std::io::Write;
    static SAID: std::sync::Once = std::sync::Once::new();
    SAID.call_once(|| {
        for what in lanes().iter().filter_map(Lanes::not_run) {
            let line = format!("\n!! {what}.\n");
            // There is nobody to tell that nobody can be told.
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
    });
    [Backend::emulated(), Backend::multiplied(), Backend::fused()]
        .into_iter()
        .flatten()
        .collect()
}
