//! How likely a cheater is to get through the interactive protocol, part by part.
//!
//! | part | error, in units of `1/p` |
//! |---|---|
//! | a sumcheck | the degrees of its rounds, added up |
//! | batching its relations by powers of one challenge | relations − 1 |
//! | `n` challenges of one label outside of sumchecks | `n + N` |
//! | the opening | claims − 1, two for each round of its sumcheck, points − 1 |
//!
//! `N` bounds the degree of whatever is combined by powers of one challenge, or fingerprinted: received
//! values, step constraints, and all entries of committed columns; and what challenges of a sumcheck serve for
//! a second time, as those of `execute` do for one-hotness and those of `constrain` for the guard. It is generous, and makes no difference: the group
//! is the weakest part.

use super::record::Record;
use ark_bn254::Fr;
use ark_ff::PrimeField;
use serde_json::{Value, json};

/// Security of the BN254 pairing group, in bits, by current estimates.
pub const GROUP_BITS: u32 = 100;

/// An upper bound of one part's error.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The part.
    pub part: String,
    /// What it proves.
    pub relations: String,
    /// Rounds of sumcheck.
    pub rounds: usize,
    /// Highest degree of a round.
    pub degree: usize,
    /// The error times `p`.
    pub error: f64,
}

/// `log2 p`.
pub fn field_bits() -> f64 {
    let limbs = Fr::MODULUS.0;
    let value = limbs
        .iter()
        .rev()
        .fold(0.0, |value, limb| value * 2f64.powi(64) + *limb as f64);
    value.log2()
}

impl Bound {
    /// `−log2` of the error.
    pub fn bits(&self) -> f64 {
        field_bits() - self.error.max(1.0).log2()
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        json!({
            "part": self.part,
            "relations": self.relations,
            "rounds": self.rounds,
            "max_degree": self.degree,
            "bits": self.bits(),
        })
    }
}

fn challenges(of: &[(&'static str, usize)], before: &str, most: f64) -> Option<Bound> {
    let labels: Vec<&str> = of.iter().map(|(label, _)| *label).collect();
    let error = of.iter().map(|(_, count)| *count as f64 + most).sum();
    (!of.is_empty()).then(|| Bound {
        part: format!("before {before}"),
        relations: format!("challenges {}", labels.join(", ")),
        rounds: 0,
        degree: 0,
        error,
    })
}

/// The bounds of all parts, in order of the protocol.
pub fn bounds(record: &Record) -> Vec<Bound> {
    let constraints = jolt_core::constraints::CONSTRAINTS.len();
    let entries = record.commitments() as f64 * 2f64.powi(record.vars as i32);
    let most = (record.elements() + constraints) as f64 + entries;
    let mut bounds = Vec::new();
    for batch in &record.batches {
        bounds.extend(challenges(&batch.challenges, &batch.name, most));
        let sumcheck: usize = batch.degrees.iter().sum();
        let batching = batch.relations.len().saturating_sub(1);
        bounds.push(Bound {
            part: batch.name.clone(),
            relations: batch.relations.join(", "),
            rounds: batch.degrees.len(),
            degree: batch.degrees.iter().copied().max().unwrap_or(0),
            error: (sumcheck + batching) as f64,
        });
    }
    bounds.extend(challenges(&record.rest, "open", most));
    let rounds = match record.points {
        0 | 1 => 0,
        _ => record.vars,
    };
    let combined = record.claims.saturating_sub(1) + record.points.saturating_sub(1);
    bounds.push(Bound {
        part: "open".to_owned(),
        relations: format!("{} claims at {} points", record.claims, record.points),
        rounds,
        degree: if rounds == 0 { 0 } else { 2 },
        error: (2 * rounds + combined) as f64,
    });
    bounds
}

/// `−log2` of the sum of all errors.
pub fn total_bits(bounds: &[Bound]) -> f64 {
    let error: f64 = bounds.iter().map(|bound| bound.error).sum();
    field_bits() - error.max(1.0).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_has_254_bits() {
        assert!((253.5..254.0).contains(&field_bits()));
    }

    #[test]
    fn errors_add_up() {
        let bound = |error| Bound {
            part: String::new(),
            relations: String::new(),
            rounds: 0,
            degree: 0,
            error,
        };
        let total = total_bits(&[bound(512.0), bound(512.0)]);
        assert!((field_bits() - total - 10.0).abs() < 1e-9);
    }
}
