//! How much work fills a given number of cycles.

use crate::guests::Scale;
use crate::report::thousands;
use crate::source::advice;
use anyhow::{anyhow, bail};
use jolt_core::statement::cycle_vars;
use tracer::{Inputs, Options, Program, TraceError};

/// A run that is filled well enough to stop looking for a better one.
const GOOD: f64 = 0.95;
/// The fill aimed at: what is measured is never exactly on the line.
const TARGET: f64 = 0.975;
/// Runs that are tried.
const TRIES: usize = 24;

/// Inputs, and how long they take.
#[derive(Clone, Debug)]
pub struct Workload {
    pub inputs: Inputs,
    /// What was counted, and how many of it.
    pub units: Option<(&'static str, u64)>,
    /// `log2` of the padded number of cycles.
    pub log_cycles: usize,
}

/// Cycles of a run.
///
/// # Errors
/// It faults, or takes more than `limit` cycles.
pub fn cycles(program: &Program, inputs: &Inputs, limit: u64) -> anyhow::Result<u64> {
    let options = Options { max_cycles: limit };
    match tracer::run(program, inputs, &options) {
        Ok(outcome) => Ok(outcome.cycles),
        Err(error) => Err(anyhow!("{error}{}", advice(&error))),
    }
}

/// The work that comes close to `2^log_cycles` cycles, from below.
///
/// # Errors
/// One unit is too much already, or the most that the program can take is too little, or it faults.
pub fn fill(program: &Program, scale: &Scale, log_cycles: usize) -> anyhow::Result<Workload> {
    let limit = 1u64 << log_cycles;
    let options = Options { max_cycles: limit };
    let units = search(limit, scale.max, |units| {
        match tracer::run(program, &(scale.inputs)(units), &options) {
            Ok(outcome) if outcome.cycles <= limit => Ok(Some(outcome.cycles)),
            Ok(_) | Err(TraceError::CycleLimit { .. }) => Ok(None),
            Err(error) => Err(anyhow!("{error}")),
        }
    })?;
    let unit = scale.unit;
    let Some((units, cycles)) = units else {
        bail!("does not fit: even one unit ({unit}) takes more cycles");
    };
    if cycle_vars(cycles) != log_cycles {
        let most = thousands(cycles);
        bail!(
            "cannot be filled: {units} units ({unit}) take {most} cycles, one more is not possible"
        );
    }
    Ok(Workload {
        inputs: (scale.inputs)(units),
        units: Some((scale.unit, units)),
        log_cycles,
    })
}

/// The number of units, at most `max`, whose cycles come close to `limit`, and those cycles; `None` if
/// one unit exceeds it. `measure` says how many cycles some units take, or that they exceed the limit. Linear
/// interpolation between the last two measurements, halving where that leads nowhere.
fn search(
    limit: u64,
    max: u64,
    mut measure: impl FnMut(u64) -> anyhow::Result<Option<u64>>,
) -> anyhow::Result<Option<(u64, u64)>> {
    let Some(first) = measure(1)? else {
        return Ok(None);
    };
    let (mut before, mut best) = ((0, 0), (1, first));
    // Never known to exceed the limit; not allowed.
    let mut over = max.saturating_add(1);
    for _ in 0..TRIES {
        if best.1 as f64 >= GOOD * limit as f64 || over - best.0 <= 1 {
            break;
        }
        let slope = (best.1 - before.1) as f64 / (best.0 - before.0) as f64;
        let wanted = (TARGET * limit as f64 - best.1 as f64).max(0.0);
        let step = (wanted / slope.max(1e-9)) as u64;
        let mut units = best.0.saturating_add(step.max(1));
        if units >= over {
            units = best.0 + (over - best.0) / 2;
        }
        match measure(units)? {
            Some(cycles) if cycles >= best.1 => {
                before = best;
                best = (units, cycles);
            }
            Some(_) => break,
            None => over = units,
        }
    }
    Ok(Some(best))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn filled(limit: u64, max: u64, cost: impl Fn(u64) -> u64) -> Option<u64> {
        let found = search(limit, max, |n| Ok(Some(cost(n)).filter(|c| *c <= limit))).unwrap();
        assert!(found.is_none_or(|(units, cycles)| cycles == cost(units)));
        found.map(|(units, _)| units)
    }

    #[test]
    fn linear_and_other_costs_are_filled() {
        let costs: [fn(u64) -> u64; 3] = [
            |n| 500 + 9 * n,
            |n| 100 + 30 * n * (n.ilog2() as u64 + 1),
            |n| 5000 + n,
        ];
        for limit in [1 << 14, 1 << 20, 1 << 24] {
            for cost in costs {
                let units = filled(limit, u64::MAX, cost).unwrap();
                let fill = cost(units) as f64 / limit as f64;
                assert!((0.85..=1.0).contains(&fill), "{fill} of {limit}");
            }
        }
    }

    #[test]
    fn limits_are_kept() {
        assert_eq!(filled(1 << 20, 100, |n| 10 * n), Some(100));
        assert_eq!(filled(1 << 10, 100, |n| 2000 * n), None);
        // Coarse units: the most that fit.
        assert_eq!(filled(10_000, 100, |n| 3000 * n), Some(3));
    }
}
