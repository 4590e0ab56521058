//! What an honest run sends and draws, in which order.

use super::Effort;
use super::play::Changes;
use super::trace::Event;
use crate::channel::Last;
use crate::{Checks, Field, Label};
use std::collections::BTreeMap;
use std::ops::Range;

/// Messages between two challenges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    /// By number, and never empty.
    pub messages: Range<usize>,
    /// Number of the next challenge, or of as many as there are.
    pub next: usize,
}

/// A challenge.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub name: String,
    pub label: Label,
    /// The challenge that it is behind.
    after: Label,
    /// Its number among those of the label.
    pub number: usize,
    /// The moves before it.
    pub moves: usize,
}

impl Drawn {
    pub fn in_focus(&self) -> bool {
        Checks::in_focus_after(self.label, self.after)
    }
}

/// An honest run.
pub(super) struct Honest {
    /// Label and length of each message.
    pub messages: Vec<(Label, usize)>,
    /// The batch of each message.
    batches: Vec<Label>,
    /// The challenge that each message is behind.
    after: Vec<Label>,
    pub moves: Vec<Move>,
    pub challenges: Vec<Drawn>,
}

impl Honest {
    pub fn of(events: &[Event]) -> Self {
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
    pub fn changes<F: Field>(&self, messages: &Range<usize>, vector: &[F]) -> Changes<F> {
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
    pub fn describe<F: Field>(&self, changes: &Changes<F>) -> String {
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
    pub fn kind(&self, own: &Move) -> (Label, String) {
        (self.batches[own.messages.start], self.name(own))
    }

    /// Whether laws are to look at a move: at one of its messages, or at the challenge that follows.
    pub fn is_in_focus(&self, own: &Move) -> bool {
        let next = self.challenges.get(own.next);
        let mut messages = own.messages.clone();
        messages.any(|number| self.message_in_focus(number)) || next.is_some_and(Drawn::in_focus)
    }

    /// Whether the challenge that follows a move is left out.
    pub fn is_left_out(&self, own: &Move, effort: Effort) -> bool {
        let next = self.challenges.get(own.next);
        next.is_some_and(|next| effort.leaves_out(&next.name))
    }

    pub fn message_in_focus(&self, number: usize) -> bool {
        Checks::in_focus_after(self.messages[number].0, self.after[number])
    }

    /// The name of a move: that of its first message, and the challenge that follows.
    pub fn name(&self, own: &Move) -> String {
        let label = self.messages[own.messages.start].0;
        let next = self.challenges.get(own.next).map_or("the end", |c| &c.name);
        format!("{label} before {next}")
    }
}

/// At most so many of each name.
pub(super) fn spread<T>(all: Vec<(String, T)>, of_each: usize) -> Vec<(String, T)> {
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
