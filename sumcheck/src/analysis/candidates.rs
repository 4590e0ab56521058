//! Changes that may pass: where they are looked for, and what is found out once.
//!
//! Proofs are what a search costs. A prover hears nothing but challenges, so that one with other messages and the same
//! challenges sends what it sent before, changed: whether anything mends a lie is asked of the proof that is there
//! ([`Search::told`]). Only what passes there is made anew, with the challenges that such a prover would get.

use super::Protocol;
use super::challenges::{Challenges, noise};
use super::honest::Honest;
use super::linear::System;
use super::play::{Changes, Made, Play, Setting};
use super::trace::{Assertion, Trace};
use crate::{Field, VerifyError};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// Changes tried of those that first order allows.
const TRIED: usize = 24;

/// Assertions that are left out and solved by themselves, and directions in which that is tried.
const LEFT_OUT: usize = 6;

/// Orders of the unknowns, which decide how many, and which, a change has.
const ORDERS: u64 = 3;

/// Elements of a message that are tried by themselves.
const SINGLE: usize = 4;

/// An honest proof, and the challenges that it was made under.
type Kept<F> = (Setting<F>, Rc<Made<F>>);

/// A protocol, its honest run, and what has been found out.
pub(super) struct Search<'a, F> {
    protocol: &'a dyn Protocol<F>,
    pub run: Honest,
    /// Whether what can be found out once is.
    once: bool,
    /// Proofs that are honest under their challenges: those where no challenge is known, and the last ones that know
    /// one.
    made: RefCell<Vec<Kept<F>>>,
    /// Of lies, by message and number: how many messages there were when one failed an assertion.
    caught: RefCell<BTreeMap<(usize, usize), Option<usize>>>,
    /// Of moves, by number: which challenges leave no change of them alone. See [`Search::settled`].
    settled: RefCell<BTreeMap<usize, Option<usize>>>,
}

impl<'a, F: Field> Search<'a, F> {
    pub fn new(protocol: &'a dyn Protocol<F>, run: Honest, once: bool) -> Self {
        Search {
            protocol,
            run,
            once,
            made: RefCell::default(),
            caught: RefCell::default(),
            settled: RefCell::default(),
        }
    }

    pub fn is_accepted(&self, play: &Play<F>) -> bool {
        play.is_accepted(self.protocol)
    }

    /// The proof of a play, which is kept if it is one of those that are asked for again and again.
    pub fn made(&self, play: &Play<F>) -> Rc<Made<F>> {
        let make = || Rc::new(play.prove(self.protocol));
        let Some(setting) = play.setting().filter(|_| self.once) else {
            return make();
        };
        let mut all = self.made.borrow_mut();
        if let Some((_, made)) = all.iter().find(|(kept, _)| *kept == setting) {
            return made.clone();
        }
        let made = make();
        if let (Some((number, _)), _) = setting {
            all.retain(|((known, _), _)| known.is_none_or(|(kept, _)| kept == number));
        }
        all.push((setting, made.clone()));
        made
    }

    /// The verifier's computation on the proof of a play.
    pub fn trace(&self, play: &Play<F>, unknown: Range<usize>) -> Result<Trace<F>, VerifyError> {
        play.trace_of(self.made(play).proof.clone(), self.protocol, unknown)
    }

    /// The same where the challenges are those that the prover would have been given had it changed nothing.
    fn told(&self, play: &Play<F>, unknown: Range<usize>) -> Result<Trace<F>, VerifyError> {
        let made = self.made(&Play {
            changes: Changes::new(),
            ..play.clone()
        });
        let again = Play {
            challenges: Challenges::replaying(0, made.given.clone()),
            ..play.clone()
        };
        again.trace_of(made.with(&play.changes), self.protocol, unknown)
    }

    /// How many messages had been received when an assertion was made that fails after this lie, if one fails.
    pub fn caught(
        &self,
        lie: (usize, usize),
        changes: &Changes<F>,
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
        let trace = self.told(&play, 0..0)?;
        let failed = trace.asserted.iter().find(|a| !a.value.is_zero());
        let caught = failed.map(|a| a.behind.0);
        self.caught.borrow_mut().insert(lie, caught);
        Ok(caught)
    }

    /// The number of the first challenge before which what is asserted leaves no change of a move: none that first
    /// order allows, also if one assertion is left out. So there is none, whatever that challenge and later ones are.
    pub fn settled(&self, at: usize) -> Result<Option<usize>, VerifyError> {
        if !self.once {
            return Ok(None);
        }
        if let Some(settled) = self.settled.borrow().get(&at) {
            return Ok(*settled);
        }
        let own = &self.run.moves[at];
        let trace = |fork| {
            self.trace(
                &forked(&Play::default(), own.next, fork),
                own.messages.clone(),
            )
        };
        let mut traces = [trace(0)?, trace(1)?];
        let asserted = traces.iter().flat_map(|trace| &trace.asserted);
        let numbers: BTreeSet<usize> = asserted.map(|a| a.behind.1).collect();
        let mut settled = None;
        for number in numbers.into_iter().rev() {
            traces = traces.map(|trace| trace.before(number));
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

    /// What is asserted of a move before a challenge is drawn, under several choices of those between them: the same
    /// whatever that challenge is known to be.
    pub fn early(&self, at: usize, challenge: usize) -> Result<Vec<Trace<F>>, VerifyError> {
        let own = &self.run.moves[at];
        let mut traces = Vec::new();
        if !self.once || own.next >= challenge {
            return Ok(traces);
        }
        let mut rank = 0;
        for fork in 1.. {
            let play = forked(&Play::default(), own.next, fork);
            let trace = self.trace(&play, own.messages.clone())?;
            let unknowns = trace.unknowns();
            traces.push(trace.before(challenge));
            let more = equations(&traces, None, 0).rank();
            if more == rank || more == unknowns {
                break;
            }
            rank = more;
        }
        Ok(traces)
    }

    /// Changes of one of these messages: of all its elements, or of one.
    pub fn lies(&self, messages: &Range<usize>) -> Vec<Changes<F>> {
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
    /// far as the challenges of this play tell. `early` is what else is known to be asserted.
    pub fn candidates(
        &self,
        play: &Play<F>,
        messages: &Range<usize>,
        next: usize,
        early: Vec<Trace<F>>,
    ) -> Result<Vec<Changes<F>>, VerifyError> {
        let live = |fork| self.trace(&forked(play, next, fork), messages.clone());
        if play.changes.is_empty() || !self.once {
            return self.leaving(messages, early, live);
        }
        let told = |fork| self.told(&forked(play, next, fork), messages.clone());
        match self.leaving(messages, Vec::new(), told)?.is_empty() {
            true => Ok(Vec::new()),
            false => self.leaving(messages, early, live),
        }
    }

    fn leaving(
        &self,
        messages: &Range<usize>,
        early: Vec<Trace<F>>,
        fork: impl Fn(u64) -> Result<Trace<F>, VerifyError>,
    ) -> Result<Vec<Changes<F>>, VerifyError> {
        let mut traces = vec![fork(0)?];
        let decided = !early.is_empty();
        traces.extend(early);
        let mut rank = equations(&traces, None, 0).rank();
        // Until other challenges say nothing new, or there is nothing left that passes.
        for number in 1.. {
            if !is_solvable(&traces) {
                return Ok(Vec::new());
            }
            if decided && rank == traces[0].unknowns() {
                break;
            }
            traces.push(fork(number)?);
            let more = equations(&traces, None, 0).rank();
            if more == rank {
                break;
            }
            rank = more;
        }
        let found = self.candidates_among(messages, &traces);
        if !decided || found.is_empty() {
            return Ok(found);
        }
        // What is asserted early has not seen what comes later.
        traces.push(fork(1)?);
        Ok(self.candidates_among(messages, &traces))
    }

    /// Changes of one message that pass where nothing that is drawn later depends on it.
    pub fn late_candidates(
        &self,
        play: &Play<F>,
        only: &Range<usize>,
    ) -> Result<(Vec<Changes<F>>, Vec<F>), VerifyError> {
        if self.once && !play.changes.is_empty() {
            let told = self.told(play, only.clone())?;
            if self.candidates_among(only, &[told]).is_empty() {
                return Ok((Vec::new(), Vec::new()));
            }
        }
        let mut trace = self.trace(play, only.clone())?;
        let given = std::mem::take(&mut trace.given);
        Ok((self.candidates_among(only, &[trace]), given))
    }

    fn candidates_among(&self, messages: &Range<usize>, traces: &[Trace<F>]) -> Vec<Changes<F>> {
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
        // A root is one of the first challenges: what passes with others, too, is worth a proof.
        let all = if self.once { traces } else { &traces[..1] };
        vectors.retain(|vector| {
            let mut all = all.iter().flat_map(|trace| trace.replay.asserted(vector));
            vector.iter().any(|c| !c.is_zero()) && all.all(|value| value.is_zero())
        });
        let changes = vectors.iter().map(|v| self.run.changes(messages, v));
        changes.filter(|changes| !changes.is_empty()).collect()
    }
}

/// A play that has other challenges from one on, of which there are many; the first are its own.
fn forked<F: Field>(play: &Play<F>, next: usize, fork: u64) -> Play<F> {
    let mut play = play.clone();
    play.challenges.fork = (fork > 0).then_some((next, fork));
    play
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
    let half = F::from(2u64).inverted().unwrap_or_default();
    let square = (v2 - v1.double() + v0) * half;
    let linear = v1 - v0 - square;
    let Some(inverse) = square.double().inverted() else {
        let inverse = linear.inverted();
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
