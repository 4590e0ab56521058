//! The search: see the [module](super).

use super::challenges::{Challenges, noise};
use super::linear::System;
use super::play::Play;
use super::trace::{Assertion, CLAIMS, Event, Opening, Trace};
use super::{Effort, Protocol, Report};
use crate::channel::Last;
use crate::channel::plain::PlainProof;
use crate::{Checks, Field, Label, VerifyError, batch};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The values that challenges are known to have: the first is what a forgotten challenge amounts to.
const KNOWN: [u64; 2] = [1, 3];

/// Changes tried of those that first order allows.
const TRIED: usize = 24;

/// Assertions that are left out and solved by themselves, and directions in which that is tried.
const LEFT_OUT: usize = 6;

/// Orders of the unknowns, which decide how many, and which, a change has.
const ORDERS: u64 = 3;

/// Elements of a message that are tried by themselves.
const SINGLE: usize = 4;

/// Kinds of earlier moves that are tried, by themselves and together with the last one.
const KINDS: usize = 8;

/// Messages between two challenges.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Move {
    /// By number, and never empty.
    messages: Range<usize>,
    /// Number of the next challenge, or of as many as there are.
    next: usize,
}

/// A challenge.
#[derive(Clone, Debug)]
struct Drawn {
    name: String,
    label: Label,
    /// The challenge that it is behind.
    after: Label,
    /// Its number among those of the label.
    number: usize,
    /// The moves before it.
    moves: usize,
}

impl Drawn {
    fn in_focus(&self) -> bool {
        Checks::in_focus_after(self.label, self.after)
    }
}

/// An honest run.
struct Honest {
    /// Label and length of each message.
    messages: Vec<(Label, usize)>,
    /// The batch of each message.
    batches: Vec<Label>,
    /// The challenge that each message is behind.
    after: Vec<Label>,
    moves: Vec<Move>,
    challenges: Vec<Drawn>,
}

impl Honest {
    fn of(events: &[Event]) -> Self {
        let mut run = Honest {
            messages: Vec::new(),
            batches: Vec::new(),
            after: Vec::new(),
            moves: Vec::new(),
            challenges: Vec::new(),
        };
        let mut start = 0;
        let mut last = Last::default();
        for event in events {
            match event {
                Event::Message(batch, label, count) => {
                    run.batches.push(batch);
                    run.after.push(last.before(label));
                    run.messages.push((label, *count));
                }
                Event::Oracles => {}
                Event::Challenge(label, name) => {
                    run.end_of_move(&mut start);
                    let same = run.challenges.iter().filter(|c| c.label == *label);
                    run.challenges.push(Drawn {
                        name: name.clone(),
                        label,
                        after: last.before(label),
                        number: same.count(),
                        moves: run.moves.len(),
                    });
                    last.draw(label);
                }
            }
        }
        run.end_of_move(&mut start);
        run
    }

    fn end_of_move(&mut self, start: &mut usize) {
        let messages = *start..self.messages.len();
        *start = messages.end;
        if self.elements(&messages) > 0 {
            self.moves.push(Move {
                messages,
                next: self.challenges.len(),
            });
        }
    }

    fn elements(&self, messages: &Range<usize>) -> usize {
        self.messages[messages.clone()].iter().map(|m| m.1).sum()
    }

    /// A vector over the elements of some messages as changes of these.
    fn changes<F: Field>(&self, messages: &Range<usize>, vector: &[F]) -> BTreeMap<usize, Vec<F>> {
        let mut rest = vector;
        let each = messages.clone().map(|number| {
            let (own, others) = rest.split_at(self.messages[number].1);
            rest = others;
            (number, own.to_vec())
        });
        each.filter(|(_, own)| own.iter().any(|c| !c.is_zero()))
            .collect()
    }

    /// What changes, in words.
    fn describe<F: Field>(&self, changes: &BTreeMap<usize, Vec<F>>) -> String {
        let each = changes.iter().map(|(number, changes)| {
            let (label, count) = self.messages[*number];
            let changed = changes.iter().enumerate().filter(|(_, c)| !c.is_zero());
            let changed: Vec<String> = changed.map(|(at, _)| at.to_string()).collect();
            let elements = match changed.len() {
                1 => format!("element {}", changed[0]),
                n if n == count && n > 4 => format!("all {n} elements"),
                n if n > 8 => format!("{n} elements"),
                _ => format!("elements {}", changed.join(", ")),
            };
            format!("{elements} of message {number}, `{label}`")
        });
        each.collect::<Vec<_>>().join(" and ")
    }

    /// The batch of a move, and its name.
    fn kind(&self, own: &Move) -> (Label, String) {
        (self.batches[own.messages.start], self.name(own))
    }

    /// Whether laws are to look at a move: at one of its messages, or at the challenge that follows.
    fn is_in_focus(&self, own: &Move) -> bool {
        let next = self.challenges.get(own.next);
        let mut messages = own.messages.clone();
        messages.any(|number| self.message_in_focus(number)) || next.is_some_and(Drawn::in_focus)
    }

    /// Whether the challenge that follows a move is left out.
    fn is_left_out(&self, own: &Move, effort: Effort) -> bool {
        let next = self.challenges.get(own.next);
        next.is_some_and(|next| effort.leaves_out(&next.name))
    }

    fn message_in_focus(&self, number: usize) -> bool {
        Checks::in_focus_after(self.messages[number].0, self.after[number])
    }

    /// The name of a move: that of its first message, and the challenge that follows.
    fn name(&self, own: &Move) -> String {
        let label = self.messages[own.messages.start].0;
        let next = self.challenges.get(own.next).map_or("the end", |c| &c.name);
        format!("{label} before {next}")
    }
}

/// At most so many of each name.
fn spread<T>(all: Vec<(String, T)>, of_each: usize) -> Vec<(String, T)> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    all.iter()
        .for_each(|(name, _)| counts.entry(name.clone()).or_default().0 += 1);
    let chosen = all.into_iter().filter(|(name, _)| {
        let Some((count, seen)) = counts.get_mut(name) else {
            return false;
        };
        let at = *seen;
        *seen += 1;
        // The first and the last of them, and others in between.
        *count <= of_each
            || (0..of_each).any(|i| i * (*count - 1) / of_each.saturating_sub(1).max(1) == at)
    });
    chosen.collect()
}

/// The challenge that is known, if one is, and the proof.
type Known<F> = (Option<(usize, F)>, PlainProof<F>);

struct Search<'a, F> {
    protocol: &'a dyn Protocol<F>,
    run: Honest,
    once: bool,
    /// The honest proof, and the last ones that know one challenge and are honest otherwise.
    proofs: RefCell<Vec<Known<F>>>,
    /// Of lies, by message and number: how many messages there were when one failed an assertion.
    caught: RefCell<BTreeMap<(usize, usize), Option<usize>>>,
    /// Of moves, by number: which challenges leave no change of them alone. See [`Search::settled`].
    settled: RefCell<BTreeMap<usize, Option<usize>>>,
}

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
    let search = Search {
        protocol,
        run,
        once,
        proofs: RefCell::default(),
        caught: RefCell::default(),
        settled: RefCell::default(),
    };
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
            for changes in self.candidates(&Play::default(), &own.messages, own.next)? {
                let play = Play {
                    changes,
                    ..Play::default()
                };
                if play.is_accepted(self.protocol) {
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
            let proof = self.proof(&play);
            let trace = self.trace(&play, 0..0)?;
            Ok::<_, VerifyError>((proof.messages, trace.coefficients))
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
        let passes = |changes: BTreeMap<usize, Vec<F>>| {
            let live = Play {
                changes,
                ..Play::default()
            };
            let known = Play {
                challenges: challenges.clone(),
                ..live.clone()
            };
            if !known.is_accepted(self.protocol) {
                return None;
            }
            let how = self.run.describe(&live.changes);
            Some(match live.is_accepted(self.protocol) {
                true => Passing::Anyway(how),
                false => Passing::IfKnown(how),
            })
        };
        for changes in self.candidates(&known, &last.messages, last.next)? {
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
                false => self.candidates(&known, &earlier.messages, earlier.next)?,
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
                for repair in self.candidates(&play, &last.messages, last.next)? {
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

    /// The proof of a play, which is kept if it is one of those that are asked for again and again.
    fn proof(&self, play: &Play<F>) -> PlainProof<F> {
        let Some(known) = play.only_known().filter(|_| self.once) else {
            return play.prove(self.protocol);
        };
        let mut proofs = self.proofs.borrow_mut();
        if let Some((_, proof)) = proofs.iter().find(|(kept, _)| *kept == known) {
            return proof.clone();
        }
        let proof = play.prove(self.protocol);
        // The first one is the honest one.
        if proofs.len() > KNOWN.len() {
            proofs.remove(1);
        }
        proofs.push((known, proof.clone()));
        proof
    }

    fn trace(&self, play: &Play<F>, unknown: Range<usize>) -> Result<Trace<F>, VerifyError> {
        play.trace_of(self.proof(play), self.protocol, unknown)
    }

    /// How many messages had been received when an assertion was made that fails after this lie, if one fails.
    fn caught(
        &self,
        lie: (usize, usize),
        changes: &BTreeMap<usize, Vec<F>>,
    ) -> Result<Option<usize>, VerifyError> {
        if !self.once {
            return Ok(None);
        }
        if let Some(caught) = self.caught.borrow().get(&lie) {
            return Ok(*caught);
        }
        let play = Play {
            changes: changes.clone(),
            ..Play::default()
        };
        let trace = play.trace(self.protocol, 0..0)?;
        let failed = trace.asserted.iter().find(|a| !a.value.is_zero());
        let caught = failed.map(|a| a.behind.0);
        self.caught.borrow_mut().insert(lie, caught);
        Ok(caught)
    }

    /// The number of the first challenge before which what is asserted leaves no change of a move: none that first
    /// order allows, also if one assertion is left out. So there is none, whatever that challenge and later ones are.
    fn settled(&self, at: usize) -> Result<Option<usize>, VerifyError> {
        if !self.once {
            return Ok(None);
        }
        if let Some(settled) = self.settled.borrow().get(&at) {
            return Ok(*settled);
        }
        let own = &self.run.moves[at];
        let trace = |fork: u64| {
            let mut play = Play::default();
            play.challenges.fork = (fork > 0).then_some((own.next, fork));
            self.trace(&play, own.messages.clone())
        };
        let mut traces = [trace(0)?, trace(1)?];
        let asserted = traces.iter().flat_map(|trace| &trace.asserted);
        let numbers: BTreeSet<usize> = asserted.map(|a| a.behind.1).collect();
        let mut settled = None;
        for number in numbers.into_iter().rev() {
            for trace in &mut traces {
                trace.asserted.retain(|a| a.behind.1 <= number);
            }
            let left_out = seeing(&traces[0]).take(LEFT_OUT).map(|(at, _)| Some(at));
            let mut all = [None].into_iter().chain(left_out);
            let unknowns = traces[0].unknowns();
            if !all.all(|left_out| equations(&traces, left_out, 0).rank() == unknowns) {
                break;
            }
            settled = Some(number);
        }
        self.settled.borrow_mut().insert(at, settled);
        Ok(settled)
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
            let trace = self.trace(&first, only.clone())?;
            let given = trace.given.clone();
            for changes in self.candidates_among(&only, &[trace]) {
                let mut live = first.clone();
                live.changes.extend(changes);
                if !live.changes.contains_key(&number) {
                    continue;
                }
                let mut late = live.clone();
                late.challenges.replayed = Some((own.next, given.clone()));
                match (
                    late.is_accepted(self.protocol),
                    live.is_accepted(self.protocol),
                ) {
                    (true, false) => return Ok(Late::Accepted),
                    (_, true) => return Ok(Late::Free(self.run.describe(&live.changes))),
                    (false, false) => {}
                }
            }
        }
        Ok(Late::Determined)
    }

    /// Changes of one of these messages: of all its elements, or of one.
    fn lies(&self, messages: &Range<usize>) -> Vec<BTreeMap<usize, Vec<F>>> {
        let whole = messages.clone().rev().map(|number| {
            let count = self.run.messages[number].1;
            let lie = (0..count).map(|at| noise(number as u64, at as u64));
            (number, lie.collect::<Vec<F>>())
        });
        let single = messages.clone().rev().flat_map(|number| {
            let count = self.run.messages[number].1;
            (0..count.min(SINGLE)).map(move |changed| {
                let lie = (0..count).map(|at| F::from(u64::from(at == changed)));
                (number, lie.collect::<Vec<F>>())
            })
        });
        let all = whole.chain(single).filter(|(_, lie)| !lie.is_empty());
        all.map(|one| BTreeMap::from([one])).collect()
    }

    /// Changes of some messages that the assertions do not see, whatever the challenges from `next` on are: as
    /// far as the honest challenges tell.
    fn candidates(
        &self,
        play: &Play<F>,
        messages: &Range<usize>,
        next: usize,
    ) -> Result<Vec<BTreeMap<usize, Vec<F>>>, VerifyError> {
        let fork = |fork: u64| {
            let mut play = play.clone();
            play.challenges.fork = (fork > 0).then_some((next, fork));
            self.trace(&play, messages.clone())
        };
        let mut traces = vec![fork(0)?];
        let mut rank = equations(&traces, None, 0).rank();
        // Until other challenges say nothing new, or there is nothing left that passes.
        for number in 1.. {
            if !is_solvable(&traces) {
                return Ok(Vec::new());
            }
            traces.push(fork(number)?);
            let more = equations(&traces, None, 0).rank();
            if more == rank {
                break;
            }
            rank = more;
        }
        Ok(self.candidates_among(messages, &traces))
    }

    fn candidates_among(
        &self,
        messages: &Range<usize>,
        traces: &[Trace<F>],
    ) -> Vec<BTreeMap<usize, Vec<F>>> {
        let Some(honest) = traces.first() else {
            return Vec::new();
        };
        let values = |vector: &[F]| honest.replay.asserted(vector);
        let mut vectors = Vec::new();
        for order in 0..ORDERS {
            let system = equations(traces, None, order);
            vectors.extend(shifted(&system));
            // What all assertions but one do not see, as far as that one is quadratic and vanishes.
            for (left_out, _) in seeing(honest).take(LEFT_OUT) {
                let system = equations(traces, Some(left_out), order);
                let Some(start) = system.solution() else {
                    continue;
                };
                for direction in directions(&system, LEFT_OUT) {
                    let at = |scale: F| along(&start, &direction, scale);
                    let points = [F::zero(), F::one(), F::from(2u64)];
                    let values = points.map(|x| values(&at(x)).get(left_out).copied());
                    if let [Some(v0), Some(v1), Some(v2)] = values {
                        vectors.extend(roots([v0, v1, v2]).into_iter().map(at));
                    }
                }
            }
        }
        vectors.retain(|vector| {
            let values = values(vector);
            values.iter().all(|value| value.is_zero())
        });
        let changes = vectors.iter().map(|v| self.run.changes(messages, v));
        changes.filter(|changes| !changes.is_empty()).collect()
    }
}

/// Whether the assertions can hold to first order, or all but one can.
fn is_solvable<F: Field>(traces: &[Trace<F>]) -> bool {
    let seeing = traces.iter().flat_map(|trace| seeing(trace));
    let left_out = seeing.take(LEFT_OUT).map(|(number, _)| Some(number));
    let mut all = [None].into_iter().chain(left_out);
    all.any(|left_out| equations(traces, left_out, 0).solution().is_some())
}

/// Assertions that depend on the unknowns, with their numbers.
fn seeing<F: Field>(trace: &Trace<F>) -> impl Iterator<Item = (usize, &Assertion<F>)> {
    let all = trace.asserted.iter().enumerate();
    all.filter(|(_, a)| a.form.iter().any(|(_, c)| !c.is_zero()))
}

/// `start + scale · direction`.
fn along<F: Field>(start: &[F], direction: &[F], scale: F) -> Vec<F> {
    let pairs = start.iter().zip(direction);
    pairs.map(|(s, d)| *s + scale * d).collect()
}

/// Where the polynomial of degree at most 2 with these values at 0, 1 and 2 vanishes.
fn roots<F: Field>([v0, v1, v2]: [F; 3]) -> Vec<F> {
    let half = F::from(2u64).inverse().unwrap_or_default();
    let square = (v2 - v1.double() + v0) * half;
    let linear = v1 - v0 - square;
    let Some(inverse) = square.double().inverse() else {
        let inverse = linear.inverse();
        return inverse.map(|inverse| -v0 * inverse).into_iter().collect();
    };
    let root = (linear.square() - (square * v0).double().double()).sqrt();
    let both = root.map(|root| [(root - linear) * inverse, -(root + linear) * inverse]);
    both.into_iter().flatten().collect()
}

/// Solutions to try: one, and with each of the [`directions`] added.
fn shifted<F: Field>(system: &System<F>) -> Vec<Vec<F>> {
    let Some(start) = system.solution() else {
        return Vec::new();
    };
    let directions = directions(system, TRIED);
    let moved = directions.iter().map(|d| along(&start, d, F::one()));
    [start.clone()].into_iter().chain(moved).collect()
}

/// Elements of the kernel to try: combinations of all, and those of the basis that change the fewest elements.
fn directions<F: Field>(system: &System<F>, most: usize) -> Vec<Vec<F>> {
    let mut kernel = system.kernel();
    kernel.sort_by_key(|vector| vector.iter().filter(|c| !c.is_zero()).count());
    let Some(first) = kernel.first() else {
        return kernel;
    };
    let mut sum = vec![F::zero(); first.len()];
    for (number, vector) in kernel.iter().enumerate() {
        let weight: F = noise(7, number as u64);
        sum.iter_mut()
            .zip(vector)
            .for_each(|(s, c)| *s += weight * c);
    }
    kernel.truncate(most);
    kernel.insert(0, sum);
    kernel
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

/// `derivative · x = −value` for everything asserted, but perhaps for one assertion.
fn equations<F: Field>(traces: &[Trace<F>], left_out: Option<usize>, order: u64) -> System<F> {
    let unknowns = traces.first().map_or(0, |trace| trace.unknowns());
    let mut system = System::new(unknowns, order);
    for trace in traces {
        for (number, assertion) in trace.asserted.iter().enumerate() {
            if Some(number) != left_out {
                system.add(&assertion.form, -assertion.value);
            }
        }
    }
    system
}
