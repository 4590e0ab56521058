//! The laws about messages and challenges: see [`sumcheck::analysis`], and for what messages alone do not reach, the
//! kit's forgeries with one challenge known.

use super::{Case, Subject};
use crate::lookup::{ProveLookup, standalone};
use std::collections::BTreeMap;
use sumcheck::analysis::{Effort, Protocol, analyze, sample};
use sumcheck::{Field, Label, ProverChannel, VerifierChannel, VerifyError};

/// Of the rounds of one sumcheck, so many are looked at, or two where tests try a [`sample`].
const ROUNDS: usize = 4;

/// An argument's proof of some reads, standalone, as a protocol to analyse.
pub struct Reading<'a, F: Field> {
    pub argument: &'a dyn ProveLookup<F>,
    /// The reads.
    pub case: &'a Case,
}

impl<F: Field> Protocol<F> for Reading<'_, F> {
    fn prove(&self, channel: &mut dyn ProverChannel<F>) {
        let Case { shape, reads } = self.case;
        standalone::prove(channel, self.argument, shape, reads.clone());
    }

    fn verify(&self, channel: &mut dyn VerifierChannel<F>) -> Result<(), VerifyError> {
        let selection = self.case.selection();
        standalone::verify(channel, self.argument, &self.case.shape, &selection)
    }
}

/// That messages alone cannot cheat, and that every challenge is needed.
pub(super) fn law<F: Field>(
    subject: &Subject<F>,
    case: &Case,
    challenges: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let reading = Reading {
        argument: subject.honest.as_ref(),
        case,
    };
    let effort = Effort {
        of_each: sample::count(2, ROUNDS),
        values: sample::count(1, usize::MAX),
        without: &[],
    };
    let report = analyze(&reading, effort).map_err(|e| e.to_string())?;
    report.sound().map_err(|e| e.to_string())?;
    challenges.extend(report.cancelled);
    let mut missing = Vec::new();
    for (name, (label, numbers)) in report.beyond {
        match beyond(subject, &name, label, &numbers) {
            Ok(how) => {
                challenges.insert(name, how);
            }
            Err(why) => missing.push(why),
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(missing.join("; ")),
    }
}

/// What passes if these challenges are known, or why nothing does.
#[cfg(feature = "testing")]
fn beyond<F: Field>(
    subject: &Subject<F>,
    name: &str,
    label: Label,
    numbers: &[usize],
) -> Result<String, String> {
    let argued = subject.argued.iter().find(|(of, _)| *of == name);
    match (passing(subject, label, numbers), argued) {
        (Some(how), None) => Ok(how),
        (None, Some((_, reason))) => Ok(format!("nothing to gain, since {reason}")),
        (Some(how), Some(_)) => Err(format!(
            "a reason is given why nothing passes if the challenge {name} is known, but: {how}"
        )),
        (None, None) => Err(format!(
            "no forgery passes if the challenge {name} is known beforehand (of this label, {numbers:?}): is it needed? \
             Say why there is none with Subject::arguing, or add a prover that lies"
        )),
    }
}

/// Without the feature no challenge can be known beforehand.
#[cfg(not(feature = "testing"))]
fn beyond<F: Field>(
    _subject: &Subject<F>,
    _name: &str,
    _label: Label,
    _numbers: &[usize],
) -> Result<String, String> {
    Ok("not tried without the feature `testing`".to_owned())
}

/// A forgery for each of these challenges that passes if it is known to be 1, or 3. All are rejected otherwise, by
/// the law before.
#[cfg(feature = "testing")]
fn passing<F: Field>(subject: &Subject<F>, label: Label, numbers: &[usize]) -> Option<String> {
    use sumcheck::Checks;
    use sumcheck::channel::Which;
    let mut all = super::forge::smallest(subject);
    let mut how = None;
    for number in numbers {
        let found = [1, 3].into_iter().find_map(|value| {
            let checks = Checks::all().knowing(label, Which::Number(*number), value);
            let at = all
                .iter()
                .position(|forgery| forgery.run(&checks).is_ok())?;
            // What passes with one challenge of a label passes with the next one, as a rule.
            all[..=at].rotate_right(1);
            Some(format!("if it is {value}, {}", all[0].name))
        });
        how = Some(found?);
    }
    how
}
