//! Values that are written in a way of their own.

use crate::report::parse_hex;
use commitments::hyrax::MAX_LINES_VARS;
use jolt_core::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// `log2` of the cycles that there are proofs of.
pub(super) const CYCLE_VARS: RangeInclusive<i64> = MIN_CYCLE_VARS as i64..=MAX_CYCLE_VARS as i64;

/// Bytes given in hexadecimal.
#[derive(Clone, Debug)]
pub struct Bytes(pub Vec<u8>);

pub(super) fn output(text: &str) -> Result<Bytes, String> {
    parse_hex(text).map(Bytes)
}

/// Files to leave out, and why.
#[derive(Clone, Debug)]
pub struct Skip {
    /// Part of the path, or pattern.
    pub pattern: String,
    /// Why.
    pub reason: String,
}

pub(super) fn skip(text: &str) -> Result<Skip, String> {
    match text.split_once('=') {
        Some((pattern, reason)) if !pattern.is_empty() && !reason.is_empty() => Ok(Skip {
            pattern: pattern.to_owned(),
            reason: reason.to_owned(),
        }),
        _ => Err("a pattern, `=`, and a reason".to_owned()),
    }
}

/// A variable of an environment.
pub(super) fn variable(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((name, _)) if !name.is_empty() => Ok(text.to_owned()),
        _ => Err("a name, `=`, and a value".to_owned()),
    }
}

/// A number of cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycles(pub u64);

impl fmt::Display for Cycles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_power_of_two() {
            true => write!(f, "2^{}", self.0.ilog2()),
            false => write!(f, "{}", self.0),
        }
    }
}

pub(super) fn cycles(text: &str) -> Result<Cycles, String> {
    let number = match text.strip_prefix("2^") {
        Some(power) => power.parse().ok().and_then(|k| 1u64.checked_shl(k)),
        None => text.replace('_', "").parse().ok(),
    };
    number
        .filter(|n| *n > 0)
        .map(Cycles)
        .ok_or_else(|| "a positive number, or 2^K".to_owned())
}

/// What parts of a guest's memory are multiples of, so that a quarter of each is aligned as a stack is.
const MEMORY_UNIT: u64 = 64;

/// A part of a guest's memory, in bytes.
pub(super) fn memory(text: &str) -> Result<u64, String> {
    let bytes = crate::estimate::parse_memory(text)?;
    match bytes > 0 && bytes.is_multiple_of(MEMORY_UNIT) {
        true => Ok(bytes),
        false => Err(format!("a positive multiple of {MEMORY_UNIT} bytes")),
    }
}

/// Bits of a word.
pub(super) fn word(text: &str) -> Result<u8, String> {
    let bits = text.parse().ok().filter(|bits| [32, 64].contains(bits));
    bits.ok_or_else(|| "32 or 64".to_owned())
}

/// `log2` of the rows of the matrix that Hyrax commits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HyraxRows(pub usize);

pub(super) fn hyrax_rows(text: &str) -> Result<HyraxRows, String> {
    let rows = cycles(text).ok().filter(|Cycles(n)| n.is_power_of_two());
    let vars = rows.map(|Cycles(n)| n.ilog2() as usize);
    vars.filter(|vars| *vars <= MAX_LINES_VARS)
        .map(HyraxRows)
        .ok_or_else(|| format!("a power of two from 1 to 2^{MAX_LINES_VARS}"))
}

pub(super) fn positive(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n > 0.0);
    number.ok_or_else(|| "a positive number".to_owned())
}

pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| (0.0..100.0).contains(n));
    number.ok_or_else(|| "a number from 0 to below 100".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rows_are_powers_of_two() {
        for (text, vars) in [("1", 0), ("2^0", 0), ("16", 4), ("2^8", 8), ("256", 8)] {
            assert_eq!(hyrax_rows(text), Ok(HyraxRows(vars)));
        }
        for wrong in ["", "0", "3", "512", "2^9", "2^64", "-1"] {
            let said = hyrax_rows(wrong).unwrap_err();
            assert!(said.contains("from 1 to 2^8"), "{wrong}: {said}");
        }
    }

    #[test]
    fn memory_is_aligned() {
        assert_eq!(memory("512MiB"), Ok(512 << 20));
        assert_eq!(memory("500MB"), Ok(500_000_000));
        for wrong in ["0", "100", "many"] {
            assert!(memory(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn cycles_are_numbers_or_powers() {
        assert_eq!(cycles("1_000"), Ok(Cycles(1000)));
        assert_eq!(cycles("2^24"), Ok(Cycles(1 << 24)));
        for text in ["1000", "2^24"] {
            assert_eq!(cycles(text).map(|n| n.to_string()), Ok(text.to_owned()));
        }
        for wrong in ["", "0", "-1", "2^", "2^64", "many"] {
            assert!(cycles(wrong).is_err(), "{wrong}");
        }
    }
}
