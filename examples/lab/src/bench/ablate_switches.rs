//! The switches of `jolt-lab ablate`: every one that the library has, and that a bench can set.

use super::measure::{Request, Work};
use crate::cli::HyraxRows;
use crate::registry::registry;
use anyhow::Context;
use jolt_core::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME};
use sumcheck::field::packed::{FUSED, PORTABLE, lanes};

/// What a switch is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Machine,
    Lookups,
}

/// A choice.
pub(super) struct Switch {
    pub name: &'static str,
    pub about: &'static str,
    pub subject: Subject,
    arms: fn() -> Vec<Arm>,
}

/// What it may be set to.
pub(super) struct Arm {
    pub name: String,
    /// Why it cannot be measured here.
    pub missing: Option<String>,
    set: Box<dyn Fn(&mut Request)>,
}

impl Arm {
    fn new(name: impl Into<String>, set: impl Fn(&mut Request) + 'static) -> Self {
        Arm {
            name: name.into(),
            missing: None,
            set: Box::new(set),
        }
    }

    /// The same request with this choice.
    pub fn set(&self, mut request: Request) -> Request {
        (self.set)(&mut request);
        request
    }
}

impl Switch {
    /// Its arms, the usual one first.
    pub fn arms(&self) -> Vec<Arm> {
        (self.arms)()
    }
}

/// All of them.
pub(super) static SWITCHES: [Switch; 9] = [
    Switch {
        name: "arithmetic",
        about: "how field elements and points are multiplied and added",
        subject: Subject::Machine,
        arms: arithmetic,
    },
    Switch {
        name: "threads",
        about: "how many threads prove",
        subject: Subject::Machine,
        arms: threads,
    },
    Switch {
        name: "lookup",
        about: "the lookup argument",
        subject: Subject::Machine,
        arms: || {
            named(lookups(), DEFAULT_LOOKUP, |work: &mut Work, name: &str| {
                if let Work::Vm { lookup, .. } = work {
                    name.clone_into(lookup);
                }
            })
        },
    },
    Switch {
        name: "memory",
        about: "the memory argument",
        subject: Subject::Machine,
        arms: || {
            named(
                registry().memory_names(),
                DEFAULT_MEMORY,
                |work: &mut Work, name: &str| {
                    if let Work::Vm { memory, .. } = work {
                        name.clone_into(memory);
                    }
                },
            )
        },
    },
    Switch {
        name: "pcs",
        about: "the commitment scheme",
        subject: Subject::Machine,
        arms: schemes,
    },
    Switch {
        name: "hyrax-rows",
        about: "rows of the matrix that Hyrax makes of the longest polynomials",
        subject: Subject::Machine,
        arms: rows,
    },
    Switch {
        name: "hiding",
        about: "whether the proof tells nothing but its statement",
        subject: Subject::Machine,
        arms: hiding,
    },
    Switch {
        name: "lasso-chunks",
        about: "bits of a chunk, by which Lasso cuts indices",
        subject: Subject::Lookups,
        arms: || chunks("lasso"),
    },
    Switch {
        name: "logup-chunks",
        about: "bits of a chunk, by which LogUp-GKR cuts indices",
        subject: Subject::Lookups,
        arms: || chunks("logup-gkr"),
    },
];

/// The switch of this name.
///
/// # Errors
/// There is none; the message lists them.
pub(super) fn of(name: &str) -> anyhow::Result<&'static Switch> {
    SWITCHES.iter().find(|s| s.name == name).with_context(|| {
        let names: Vec<&str> = SWITCHES.iter().map(|s| s.name).collect();
        format!("no switch `{name}`; there are: {}", names.join(", "))
    })
}

/// The lookup arguments that serve the machine.
fn lookups() -> Vec<&'static str> {
    let shape = jolt_core::vm::lookup_shape_of(instruction_tables::WordSize::W64, 16);
    let all = registry().lookups().iter();
    let able = all.filter(|lookup| lookup.supports(&shape).is_ok());
    able.map(|lookup| lookup.name()).collect()
}

/// An arm for each name, the default first.
fn named(mut names: Vec<&'static str>, default: &str, set: fn(&mut Work, &str)) -> Vec<Arm> {
    names.sort_by_key(|name| *name != default);
    let arms = names.into_iter();
    arms.map(|name| Arm::new(name, move |request| set(&mut request.work, name)))
        .collect()
}

fn arithmetic() -> Vec<Arm> {
    let environment = |name: &'static str| {
        move |request: &mut Request| request.environment = vec![(name.to_owned(), "1".to_owned())]
    };
    let [multiplied, fused] = lanes();
    let arms = [
        (multiplied, Arm::new("avx512-ifma", |_| ())),
        (fused, Arm::new("avx2-fma", environment(FUSED))),
    ];
    let arms = arms.into_iter().map(|(lanes, arm)| Arm {
        missing: lanes.missing,
        ..arm
    });
    let mut arms: Vec<Arm> = arms.collect();
    arms.push(Arm::new("portable", environment(PORTABLE)));
    // The best that there is here comes first.
    arms.sort_by_key(|arm| arm.missing.is_some());
    arms
}

fn threads() -> Vec<Arm> {
    let most = std::thread::available_parallelism().map_or(1, usize::from);
    let mut counts = vec![most];
    let halves = std::iter::successors(Some(most / 2), |n| Some(n / 2));
    counts.extend(halves.take_while(|n| *n > 0));
    let arms = counts.into_iter().map(|count| {
        let threads = u16::try_from(count).ok();
        Arm::new(count.to_string(), move |request| request.threads = threads)
    });
    arms.collect()
}

fn schemes() -> Vec<Arm> {
    let mut names: Vec<&'static str> = registry().schemes().names().collect();
    names.sort_by_key(|name| *name != DEFAULT_SCHEME);
    let arms = names.into_iter();
    arms.map(|name| Arm::new(name, move |request| name.clone_into(&mut request.pcs)))
        .collect()
}

fn rows() -> Vec<Arm> {
    let rows = |vars: Option<usize>| {
        move |request: &mut Request| request.setup.hyrax.hyrax_rows = vars.map(HyraxRows)
    };
    let mut arms = vec![Arm::new("by size", rows(None))];
    for vars in [0, 2, 4, 6, 8] {
        arms.push(Arm::new(format!("2^{vars}"), rows(Some(vars))));
    }
    arms
}

fn hiding() -> Vec<Arm> {
    let hides = |hides: bool| {
        move |request: &mut Request| {
            if let Work::Vm { hiding, .. } = &mut request.work {
                *hiding = hides;
            }
        }
    };
    vec![
        Arm::new("clear", hides(false)),
        Arm::new("hidden", hides(true)),
    ]
}

fn chunks(name: &'static str) -> Vec<Arm> {
    let with = |chunks: Option<u8>| {
        let named = match chunks {
            Some(bits) => format!("{name}:{bits}"),
            None => name.to_owned(),
        };
        move |request: &mut Request| {
            if let Work::Lookup { argument, .. } = &mut request.work {
                argument.clone_from(&named);
            }
        }
    };
    let mut arms = vec![Arm::new("by size", with(None))];
    for bits in [4, 8, 16] {
        arms.push(Arm::new(format!("{bits} bits"), with(Some(bits))));
    }
    arms
}
