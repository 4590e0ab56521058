//! All mutants: from runs of the verifiers, and from the edits.

use crate::groups::Tests;
use crate::scope::{ANYWHERE, Addends, Scope, Seen};
use crate::{Failure, edits};
use std::collections::{BTreeMap, BTreeSet};
use sumcheck::channel::Place;

/// What is neutralised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A row of the step constraints.
    Constraint,
    /// Another named check.
    Check,
    /// A challenge.
    Challenge,
    /// A message, or what else is absorbed.
    Message,
    /// An addend of a relation.
    Term,
    /// A bound.
    Bound,
    /// A part of the statement.
    Statement,
    /// A mask or a blinding of a proof that hides.
    Mask,
}

impl Kind {
    /// All of them, in the order of the table.
    pub const ALL: [Kind; 8] = [
        Kind::Constraint,
        Kind::Check,
        Kind::Challenge,
        Kind::Message,
        Kind::Term,
        Kind::Bound,
        Kind::Statement,
        Kind::Mask,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Constraint => "constraint",
            Kind::Check => "check",
            Kind::Challenge => "challenge",
            Kind::Message => "message",
            Kind::Term => "term",
            Kind::Bound => "bound",
            Kind::Statement => "statement",
            Kind::Mask => "mask",
        }
    }
}

/// One thing neutralised.
pub struct Mutant {
    /// What.
    pub kind: Kind,
    /// Protocol and what, in words: unique, and what the list of equivalent mutants refers to.
    pub name: String,
    /// Value of the environment variable.
    pub switch: String,
    /// The check, challenge or message that it is about: what laws look at first.
    pub focus: Option<String>,
    /// Whether it is one of the edited copy.
    pub edited: bool,
    /// Tests that honest proofs pass.
    pub complete: &'static [Tests],
    /// Tests that reject, and look only at what is weakened where that is asked for.
    pub focused: Vec<Tests>,
    /// Tests that reject, all of them.
    pub sound: Vec<Tests>,
}

/// Values of challenges that are known: what a forgotten one amounts to, and another.
const KNOWN: [u64; 2] = [1, 3];

/// All mutants, by kind.
pub fn all() -> Result<Vec<Mutant>, Failure> {
    let mut all = Vec::new();
    let mut known = BTreeSet::new();
    // What a lookup argument does is tried where it is by itself.
    let mut alone = BTreeSet::new();
    let mut scopes = Vec::new();
    for scope in Scope::all() {
        let seen = scope.seen()?;
        if let Scope::Lookup(argument) = &scope {
            let own = switches(&seen).into_iter();
            alone.extend(own.map(|(.., switch)| (argument.name(), switch)));
        }
        scopes.push((scope, seen));
    }
    for (scope, seen) in scopes {
        // Relations of lookups are tried where lookups are by themselves.
        let terms = if scope.has_terms() {
            terms(&seen)
        } else {
            Vec::new()
        };
        let switches = switches(&seen).into_iter().map(|own| (focus(&own.2), own));
        for (focus, (kind, what, switch)) in switches.chain(terms) {
            if let Scope::Machine(lookup, _) = &scope
                && lookup.name() != "shout"
                && alone.contains(&(lookup.name(), switch.clone()))
            {
                continue;
            }
            // Code that two machines share is tried with the first. That it is the same is what places say.
            let family = match kind {
                Kind::Term => String::new(),
                _ => family(&scope),
            };
            if known.insert((family, switch.clone())) {
                all.push(Mutant {
                    kind,
                    name: format!("{}: {what}", scope.name()),
                    switch,
                    focus: Some(focus),
                    edited: kind == Kind::Term,
                    complete: scope.complete(kind),
                    focused: scope.focused(kind),
                    sound: scope.sound(),
                });
            }
        }
    }
    all.extend(edits::mutants());
    all.sort_by_key(|mutant| mutant.kind);
    Ok(all)
}

/// Protocols of which one is tried with the tests of all. The machine has Shout with more digits than Shout by itself.
fn family(scope: &Scope) -> String {
    match scope {
        Scope::Machine(..) | Scope::Sealed => "machine".to_owned(),
        Scope::Lookup(argument) if argument.name() == "shout" => "machine".to_owned(),
        Scope::Hidden(_) => "hidden".to_owned(),
        other => other.name(),
    }
}

/// Kind, what in words, and the variable's value.
type Switch = (Kind, String, String);

/// What laws are to look at: a check, or a challenge or message behind another challenge.
fn focus(switch: &str) -> String {
    let parts: Vec<&str> = switch.split('=').collect();
    match parts[..] {
        ["knowing" | "deaf", label, after, ..] => format!("{label}={after}"),
        _ => parts.get(1).copied().unwrap_or_default().to_owned(),
    }
}

/// Switches of the channel.
fn switches(seen: &Seen) -> Vec<Switch> {
    let mut all = Vec::new();
    for check in &seen.checks {
        let row = check.starts_with("constrain/") && check != "constrain/step";
        let kind = if row { Kind::Constraint } else { Kind::Check };
        all.push((kind, format!("no {check}"), format!("without={check}")));
    }
    let at = |Place { label, after }: Place| match after {
        "" => format!("{label}, first of all"),
        ANYWHERE => label.to_owned(),
        after => format!("{label} after {after}"),
    };
    for (place, count) in &seen.drawn {
        let after = after(*place);
        for which in some(*count) {
            // One of several is forgotten like all of them.
            for value in &KNOWN[..if which == "all" { 2 } else { 1 }] {
                let what = format!("{}{} is {value}", number(which), at(*place));
                let label = place.label;
                let switch = format!("knowing={label}={after}={which}={value}");
                all.push((Kind::Challenge, what, switch));
            }
        }
    }
    for (place, count) in &seen.sent {
        let (label, after) = (place.label, after(*place));
        for which in some(*count) {
            let what = format!("{}{} is not absorbed", number(which), at(*place));
            all.push((Kind::Message, what, format!("deaf={label}={after}={which}")));
        }
    }
    all
}

/// The challenge before, but for closing and opening: their lies are told after another protocol than the machine's.
fn after(place: Place) -> &'static str {
    match ["open/", "close/"]
        .iter()
        .any(|end| place.label.starts_with(end))
    {
        true => ANYWHERE,
        false => place.after,
    }
}

/// All of one place, and of several the first.
fn some(count: usize) -> Vec<&'static str> {
    match count {
        0 | 1 => vec!["all"],
        _ => vec!["all", "0"],
    }
}

fn number(which: &str) -> &'static str {
    match which {
        "all" => "",
        _ => "the first ",
    }
}

/// Addends of relations, with the check that each is in. Relations of the same factors are made by the same code, so that
/// addends that begin alike are one.
fn terms(seen: &Seen) -> Vec<(String, Switch)> {
    let mut all = Vec::new();
    for Addends {
        batch,
        relation,
        factors,
        terms,
    } in &seen.relations
    {
        let mut numbers = BTreeMap::<String, usize>::new();
        for term in terms {
            let begins: String = term.chars().take_while(|c| *c != '[').take(20).collect();
            let next = numbers.entry(begins.clone()).or_default();
            let number = std::mem::replace(next, *next + 1);
            let short: String = term.chars().take_while(|c| *c != '[').take(60).collect();
            let again = match number {
                0 => String::new(),
                _ => format!(", number {number}"),
            };
            let what = format!("{relation} less {short}{again}");
            let switch = format!("term={factors}={begins}={number}");
            all.push((format!("{batch}/{relation}"), (Kind::Term, what, switch)));
        }
    }
    all
}
