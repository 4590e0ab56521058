//! The laws that are searched for breaches: see the [module](super).

use super::candidates::Search;
use super::challenges::Challenges;
use super::honest::{Honest, spread};
use super::play::{Changes, Play};
use super::trace::{Assertion, CLAIMS, Opening};
use super::{Effort, Protocol, Report};
use crate::{Checks, Field, VerifyError, batch};
use std::collections::{BTreeMap, BTreeSet};

/// The values that challenges are known to have: the first is what a forgotten challenge amounts to.
const KNOWN: [u64; 2] = [1, 3];

/// Kinds of earlier moves that are tried, by themselves and together with the last one.
const KINDS: usize = 8;

/// Looks for what a prover can do with messages alone. All proofs are made on one thread: they are many and should be
/// small, and handing parts of small ones to other threads costs more than the parts do.
///
/// # Errors
/// If an honest proof is rejected.
pub fn analyze<F: Field>(
    protocol: &(dyn Protocol<F> + Sync),
    effort: Effort,
) -> Result<Report, VerifyError> {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(|| search(protocol, effort, true)),
        // No thread is to be had: the common ones do it as well.
        Err(_) => search(protocol, effort, true),
    }
}

/// The search itself: `once` says that what is decided before a challenge is drawn is found out once, which changes
/// nothing that is found.
pub(super) fn search<F: Field>(
    protocol: &dyn Protocol<F>,
    effort: Effort,
    once: bool,
) -> Result<Report, VerifyError> {
    let honest = Play::<F>::default();
    honest.verdict(protocol)?;
    let trace = honest.trace(protocol, 0..0)?;
    let run = Honest::of(&trace.events);
    let search = Search::new(protocol, run, once);
    let mut report = Report::default();
    search.unopened_values(&mut report)?;
    search.free_moves(effort, &mut report)?;
    search.known_challenges(effort, &mut report)?;
    search.late_messages(effort, &mut report)?;
    Ok(report)
}

impl<F: Field> Search<'_, F> {
    /// Values of factors that nobody claims any further: only the last equation of their own sumcheck has them.
    fn unopened_values(&self, report: &mut Report) -> Result<(), VerifyError> {
        if !Checks::in_focus(batch::EVALUATIONS) {
            return Ok(());
        }
        let messages = self.run.messages.iter().enumerate();
        let messages = messages.filter(|(number, _)| self.run.message_in_focus(*number));
        for (number, (label, count)) in messages.filter(|(_, m)| m.0 == batch::EVALUATIONS) {
            let trace = self.trace(&Play::default(), number..number + 1)?;
            for at in 0..*count {
                let with = |a: &&Assertion<F>| a.form.iter().any(|(unknown, _)| *unknown == at);
                let with: Vec<&str> = trace
                    .asserted
                    .iter()
                    .filter(with)
                    .map(|a| &*a.check)
                    .collect();
                if with.len() < 2 {
                    let only = with.first().copied().unwrap_or("nothing");
                    let what = format!("element {at} of message {number}, `{label}`");
                    report
                        .free
                        .push(format!("{what}, reaches {only} and no further claim"));
                }
            }
        }
        Ok(())
    }

    fn free_moves(&self, effort: Effort, report: &mut Report) -> Result<(), VerifyError> {
        let all = self.run.moves.iter();
        let all = all.filter(|own| self.run.is_in_focus(own));
        let all = all.filter(|own| !self.run.is_left_out(own, effort));
        let all = all.map(|own| (self.run.name(own), own));
        for (_, own) in spread(all.collect(), effort.of_each) {
            for changes in self.candidates(&Play::default(), &own.messages, own.next, Vec::new())? {
                let play = Play {
                    changes,
                    ..Play::default()
                };
                if self.is_accepted(&play) {
                    report.free.push(self.run.describe(&play.changes));
                    break;
                }
            }
        }
        Ok(())
    }

    fn known_challenges(&self, effort: Effort, report: &mut Report) -> Result<(), VerifyError> {
        let values = &KNOWN[..effort.values.clamp(1, KNOWN.len())];
        let all = self.run.challenges.iter().enumerate();
        let all = all.filter(|(_, drawn)| drawn.in_focus());
        let all = all.filter(|(_, drawn)| !effort.leaves_out(&drawn.name));
        let all = all.map(|(number, drawn)| (drawn.name.clone(), (number, drawn)));
        for (name, (number, drawn)) in spread(all.collect(), effort.of_each) {
            if self.is_idle(number)? {
                report.idle.insert(name.clone());
            }
            let mut found = Vec::new();
            for value in values {
                let challenges = Challenges::knowing(number, F::from(*value));
                match self.cancelling(&challenges, drawn.moves)? {
                    Some(Passing::IfKnown(how)) => found.push(how),
                    Some(Passing::Anyway(how)) if !report.free.contains(&how) => {
                        report.free.push(how);
                    }
                    _ => {}
                }
            }
            match found.len() == values.len() {
                true => {
                    report.cancelled.entry(name).or_insert(found.swap_remove(0));
                }
                false => {
                    let (_, numbers) = report
                        .beyond
                        .entry(name)
                        .or_insert((drawn.label, Vec::new()));
                    numbers.push(drawn.number);
                }
            }
        }
        // A name is reached if each of its challenges is.
        for name in report.beyond.keys() {
            report.cancelled.remove(name);
        }
        Ok(())
    }

    /// Whether all goes on in the same way whatever a challenge is.
    fn is_idle(&self, number: usize) -> Result<bool, VerifyError> {
        let outcome = |value: u64| {
            let play = Play {
                challenges: Challenges::knowing(number, F::from(value)),
                ..Play::default()
            };
            let messages = self.made(&play).proof.messages.clone();
            let trace = self.trace(&play, 0..0)?;
            Ok::<_, VerifyError>((messages, trace.coefficients))
        };
        Ok(outcome(KNOWN[0])? == outcome(KNOWN[1])?)
    }

    /// A change of the last one or two moves of `before` that passes with these challenges.
    fn cancelling(
        &self,
        challenges: &Challenges<F>,
        before: usize,
    ) -> Result<Option<Passing>, VerifyError> {
        let Some(last) = before.checked_sub(1).and_then(|at| self.run.moves.get(at)) else {
            return Ok(None);
        };
        // Before this one is drawn it is the run of the transcript's challenges.
        let first = challenges.known.as_ref().map_or(0, |(number, _)| *number);
        let known = Play {
            challenges: challenges.clone(),
            ..Play::default()
        };
        let passes = |changes: Changes<F>| {
            let live = Play {
                changes,
                ..Play::default()
            };
            let known = Play {
                challenges: challenges.clone(),
                ..live.clone()
            };
            if !self.is_accepted(&known) {
                return None;
            }
            let how = self.run.describe(&live.changes);
            Some(match self.is_accepted(&live) {
                true => Passing::Anyway(how),
                false => Passing::IfKnown(how),
            })
        };
        let early = self.early(before - 1, first)?;
        for changes in self.candidates(&known, &last.messages, last.next, early)? {
            let how = passes(changes);
            if how.is_some() {
                return Ok(how);
            }
        }
        // The move before, and of each kind of earlier ones the last.
        let mut kinds = BTreeSet::new();
        for (at, earlier) in self.run.moves[..before - 1].iter().enumerate().rev() {
            if !kinds.insert(self.run.kind(earlier)) {
                continue;
            }
            if kinds.len() > KINDS {
                break;
            }
            // By itself, where what it leaves meets the challenge only now.
            let settled = self.settled(at)?;
            let alone = match settled.is_some_and(|settled| settled <= first) {
                true => Vec::new(),
                false => {
                    let early = self.early(at, first)?;
                    self.candidates(&known, &earlier.messages, earlier.next, early)?
                }
            };
            for changes in alone {
                let how = passes(changes);
                if how.is_some() {
                    return Ok(how);
                }
            }
            for (lie, changes) in self.lies(&earlier.messages).into_iter().enumerate() {
                // Nothing that is sent later mends what has failed, and until here it is the same run.
                let caught = self.caught((earlier.messages.start, lie), &changes)?;
                if caught.is_some_and(|caught| caught <= last.messages.start) {
                    continue;
                }
                let play = Play {
                    changes,
                    ..known.clone()
                };
                for repair in self.candidates(&play, &last.messages, last.next, Vec::new())? {
                    let mut changes = play.changes.clone();
                    changes.extend(repair);
                    let how = passes(changes);
                    if how.is_some() {
                        return Ok(how);
                    }
                }
            }
        }
        Ok(None)
    }

    fn late_messages(&self, effort: Effort, report: &mut Report) -> Result<(), VerifyError> {
        let mut all = Vec::new();
        for (at, own) in self.run.moves.iter().enumerate() {
            if self.run.is_left_out(own, effort) {
                continue;
            }
            let next = self.run.challenges.get(own.next);
            // What follows all others meets the opening's.
            let next = next.map_or(CLAIMS, |next| &next.name);
            for number in own.messages.clone() {
                let (label, count) = self.run.messages[number];
                if count > 0 && self.run.message_in_focus(number) {
                    all.push((format!("{label} before {next}"), (at, number)));
                }
            }
        }
        let mut determined = BTreeSet::new();
        for (name, (at, number)) in spread(all, effort.of_each) {
            match self.late(at, number)? {
                Late::Accepted => report.late.insert(name),
                Late::Determined => determined.insert(name),
                // What is free anyway has been said.
                Late::Free(how) => {
                    if !report.free.contains(&how) {
                        report.free.push(format!("{how}, which nothing absorbs"));
                    }
                    true
                }
            };
        }
        report.determined = determined.difference(&report.late).cloned().collect();
        Ok(())
    }

    /// Tried where evaluations of what was committed are claimed one by one, and then where the opening weighs them.
    fn late(&self, at: usize, number: usize) -> Result<Late, VerifyError> {
        match self.late_at(at, number, Opening::Each)? {
            Late::Determined => self.late_at(at, number, Opening::Weighed),
            other => Ok(other),
        }
    }

    fn late_at(&self, at: usize, number: usize, opening: Opening) -> Result<Late, VerifyError> {
        let own = &self.run.moves[at];
        let only = number..number + 1;
        // What is wrong already when the message is chosen: nothing, or one of the messages before it.
        let before = own.messages.start..number;
        let earlier = at
            .checked_sub(1)
            .map(|at| self.run.moves[at].messages.clone());
        let lies = [before].into_iter().chain(earlier);
        let lies = lies.flat_map(|messages| self.lies(&messages));
        for changes in [BTreeMap::new()].into_iter().chain(lies) {
            let first = Play {
                changes,
                opening,
                ..Play::default()
            };
            let (candidates, given) = self.late_candidates(&first, &only)?;
            for changes in candidates {
                let mut live = first.clone();
                live.changes.extend(changes);
                if !live.changes.contains_key(&number) {
                    continue;
                }
                let mut late = live.clone();
                late.challenges.replayed = Some((own.next, given.clone()));
                match (self.is_accepted(&late), self.is_accepted(&live)) {
                    (true, false) => return Ok(Late::Accepted),
                    (_, true) => return Ok(Late::Free(self.run.describe(&live.changes))),
                    (false, false) => {}
                }
            }
        }
        Ok(Late::Determined)
    }
}

/// What changes, and when that passes.
enum Passing {
    /// With the known challenge, and not with that of the transcript.
    IfKnown(String),
    /// With both.
    Anyway(String),
}

/// Whether a message may change late.
enum Late {
    Accepted,
    Determined,
    Free(String),
}
