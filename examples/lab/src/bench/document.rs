//! Files of results: one family for everything that is measured.
//!
//! A file is a JSON object, schema version [`SCHEMA`]:
//!
//! | field | is |
//! |---|---|
//! | `kind` | `bench lookup`, `bench vm`, `bench kernels`, `bench pcs` or `ablate` |
//! | `schema` | version of the schema |
//! | `version`, `commit`, `dirty`, `profile`, `build` | of the program that measured, as it was built ([`crate::built`]) |
//! | `command` | the command line |
//! | `machine` | processor, its governor where that is known, memory, system, by which instructions arithmetic is packed |
//! | `settings` | repetitions and limits; the same for all results |
//! | `results` | one object for each measurement |
//!
//! A result is identified by the fields that [`keys`] lists. If it has a field `skipped`, that is why there
//! are no figures. Otherwise:
//!
//! | field | is |
//! |---|---|
//! | `prove_s`, `setup_s`, `trace_s`, `verify_ms`, `peak_rss_bytes` | median; `_min` and `_max` beside it |
//! | `phases`, `phases_min`, `phases_max` | seconds of the prover by phase: median, least, greatest |
//! | `proof_bytes`, `bytes` | of the proof; of each label in it |
//! | `group_additions`, `group_additions_by_phase` | additions and doublings in the group |
//! | `multiplications`, `operations` | products of field elements, and all kinds of operations: of the protocol over oracles in the clear, the opening left out; `null` for sizes that were not counted |
//! | `unit_ns`, `floor_s`, `percent_of_floor`, `…_by_phase` | what counted operations take here, and the part of the time that they account for ([`super::floor`]) |
//! | `…_per_lookup`, `…_per_cycle`, `…_per_element` | those, divided by the work |
//! | `soundness_bits` | of the interactive protocol ([`jolt_core::soundness`]); left out where an argument does not say what its challenges may hide |
//! | `repeat`, `samples` | how many repetitions there were, and each of them |
//!
//! Files of December 2026 and before have `commit` of the checkout that the program lay in when it ran, no `dirty` and no
//! `build`, `packed` as yes or no, and, if they are of `reproduce`, no `samples`. They are read like others.
//!
//! Times: `setup_s` making or loading the commitment key; `trace_s` running the program; `prove_s` all phases
//! after that, for programs the prover's own verification included; `verify_ms` one verification.

use super::machine;
use crate::built;
use crate::source::NewFile;
use anyhow::{Context, bail};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// Version of the schema.
pub const SCHEMA: u64 = 1;

/// Kind of the files of `reproduce`, which hold several of these.
pub const REPRODUCTION: &str = "reproduction";

/// A result: an object.
pub type Entry = Map<String, Value>;

/// The fields that identify a result of a kind, or nothing for other kinds.
pub fn keys(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "bench lookup" => Some(&["argument", "table", "log_reads", "pcs", "threads"]),
        "bench vm" => Some(&[
            "program",
            "log_cycles",
            "lookup",
            "memory",
            "pcs",
            "threads",
        ]),
        "bench kernels" => Some(&["kernel", "log_size", "threads"]),
        "bench pcs" => Some(&["kind", "log_size", "pcs", "threads"]),
        "ablate" => Some(&["switch", "arm", "subject", "log_size"]),
        _ => None,
    }
}

/// The fields whose values make a series of one size after the other; the last one is the size.
pub fn size_key(kind: &str) -> &'static str {
    match kind {
        "bench lookup" => "log_reads",
        "bench vm" => "log_cycles",
        _ => "log_size",
    }
}

/// A text of a result's field: strings without quotes.
pub fn text(entry: &Entry, field: &str) -> String {
    match entry.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// A number in a result; `a.b` is field `b` of the object `a`.
pub fn number(entry: &Entry, path: &str) -> Option<f64> {
    match path.split_once('.') {
        None => entry.get(path)?.as_f64(),
        Some((object, field)) => entry.get(object)?.get(field)?.as_f64(),
    }
}

/// Results, and what they are results of.
#[derive(Clone, Debug)]
pub struct Document {
    /// What was measured.
    pub kind: String,
    /// Everything but the results.
    pub head: Entry,
    pub results: Vec<Entry>,
}

impl Document {
    /// No results yet, of this program on this machine.
    pub fn new(kind: &str, settings: Value) -> Self {
        let Value::Object(head) = json!({
            "kind": kind,
            "schema": SCHEMA,
            "version": env!("CARGO_PKG_VERSION"),
            "commit": built::COMMIT,
            "dirty": built::dirty(),
            "profile": if cfg!(debug_assertions) { "dev" } else { "release" },
            "build": built::facts(),
            "command": command(),
            "machine": machine::facts(),
            "settings": settings,
        }) else {
            unreachable!("an object");
        };
        Document {
            kind: kind.to_owned(),
            head,
            results: Vec::new(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is unreadable, or no file of results of this schema.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let contents = fs::read(path).with_context(|| format!("cannot read {name}"))?;
        let value: Value = serde_json::from_slice(&contents)
            .with_context(|| format!("{name} is no file of results"))?;
        Self::from_json(value).with_context(|| format!("{name} is no file of results"))
    }

    /// Takes a file's contents apart.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn from_json(value: Value) -> anyhow::Result<Self> {
        let Value::Object(mut head) = value else {
            bail!("it is no JSON object");
        };
        let kind = text(&head, "kind");
        if kind == REPRODUCTION {
            let name = text(&head, "name");
            bail!(
                "it is of `reproduce`, with results of several commands: `jolt-lab reproduce {name} --results FILE` \
                 shows them"
            );
        }
        if keys(&kind).is_none() {
            bail!("its kind is `{kind}`");
        }
        match head.get("schema").and_then(Value::as_u64) {
            Some(SCHEMA) => {}
            Some(other) => bail!("its schema is version {other}, this program's is {SCHEMA}"),
            None => bail!("it has no schema version"),
        }
        let Some(Value::Array(results)) = head.remove("results") else {
            bail!("it has no results");
        };
        let results = results.into_iter().map(|result| match result {
            Value::Object(entry) => Ok(entry),
            other => bail!("a result is {other}"),
        });
        Ok(Document {
            kind,
            head,
            results: results.collect::<anyhow::Result<_>>()?,
        })
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let mut all = self.head.clone();
        let results = self.results.iter().cloned().map(Value::Object).collect();
        all.insert("results".to_owned(), Value::Array(results));
        Value::Object(all)
    }

    /// Goes on with a file, if there is one: its results are kept.
    ///
    /// # Errors
    /// The file holds results that were measured in another way.
    pub fn resume(mut self, path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(self);
        }
        let old = Self::read(path)?;
        let differs = |what: &str, there: &Value, here: &Value| {
            bail!(
                "{} has results with another {what} ({there}, now {here}): \
                 measure with the same one, or write to another file",
                path.display()
            )
        };
        let null = Value::Null;
        for field in [
            "kind", "version", "commit", "dirty", "profile", "build", "machine",
        ] {
            let (there, here) = (old.head.get(field), self.head.get(field));
            if there != here {
                differs(field, there.unwrap_or(&null), here.unwrap_or(&null))?;
            }
        }
        let settings = |head: &Entry| head.get("settings").and_then(|s| s.as_object()).cloned();
        let [then, now] = [&old.head, &self.head].map(|head| settings(head).unwrap_or_default());
        // Some are there only if they were asked for.
        for name in now.keys().chain(then.keys()) {
            let (there, here) = (then.get(name), now.get(name));
            if there != here {
                let [there, here] = [there, here].map(|value| value.unwrap_or(&null));
                differs(&format!("`{name}`"), there, here)?;
            }
        }
        self.results = old.results;
        Ok(self)
    }

    /// The identity of a result.
    pub fn identity(&self, entry: &Entry) -> Vec<String> {
        let keys = keys(&self.kind).unwrap_or_default();
        keys.iter().map(|key| text(entry, key)).collect()
    }

    /// The result of the same identity.
    pub fn find(&self, like: &Entry) -> Option<&Entry> {
        let wanted = self.identity(like);
        self.results.iter().find(|r| self.identity(r) == wanted)
    }

    /// Adds a result; one of the same identity is replaced.
    pub fn put(&mut self, entry: Entry) {
        let wanted = self.identity(&entry);
        let old = self.results.iter().position(|r| self.identity(r) == wanted);
        match old {
            Some(at) => self.results[at] = entry,
            None => self.results.push(entry),
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(&self.json())?;
        NewFile::create(path)?.finish(format!("{text}\n").as_bytes())
    }

    /// The results that have figures.
    pub fn measured(&self) -> impl Iterator<Item = &Entry> {
        self.results.iter().filter(|r| !r.contains_key("skipped"))
    }
}

/// The command line, the program by its name.
fn command() -> String {
    let mut arguments = std::env::args().skip(1);
    let quoted = arguments.by_ref().map(|argument| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:/=+^".contains(c);
        match !argument.is_empty() && argument.chars().all(plain) {
            true => argument,
            false => format!("'{}'", argument.replace('\'', r"'\''")),
        }
    });
    let line: Vec<String> = std::iter::once("jolt-lab".to_owned())
        .chain(quoted)
        .collect();
    line.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn entry(value: Value) -> Entry {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn results_are_found_and_replaced() {
        let mut document = Document::new("bench lookup", json!({ "repeat": 3 }));
        let one = json!({"argument": "shout", "table": "AND", "log_reads": 10, "pcs": "pst13", "threads": 2, "x": 1});
        document.put(entry(one.clone()));
        let mut other = entry(one.clone());
        other.insert("log_reads".to_owned(), json!(11));
        assert!(document.find(&other).is_none());
        document.put(other);
        let mut again = entry(one);
        again.insert("x".to_owned(), json!(2));
        document.put(again.clone());
        assert_eq!(document.results.len(), 2);
        assert_eq!(document.find(&again).unwrap()["x"], 2);
        let back = Document::from_json(document.json()).unwrap();
        assert_eq!(back.json(), document.json());
        assert_eq!(number(&entry(json!({"a": {"b": 3}})), "a.b"), Some(3.0));
    }

    #[test]
    fn other_files_are_refused() {
        for (value, words) in [
            (json!([]), "no JSON object"),
            (json!({"kind": "x"}), "`x`"),
            (json!({"kind": "bench vm"}), "no schema version"),
            (json!({"kind": "bench vm", "schema": 99}), "version 99"),
            (json!({"kind": "bench vm", "schema": SCHEMA}), "no results"),
            (
                json!({"kind": "bench vm", "schema": SCHEMA, "results": [1]}),
                "a result is 1",
            ),
        ] {
            let error = Document::from_json(value).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_sweep_is_resumed_only_with_the_same_settings() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.json");
        let fresh = |repeat: u64| Document::new("bench vm", json!({ "repeat": repeat }));
        let mut document = fresh(3).resume(&path).unwrap();
        document.put(entry(json!({"program": "sort", "log_cycles": 10})));
        document.write(&path).unwrap();
        assert_eq!(fresh(3).resume(&path).unwrap().results.len(), 1);
        let error = fresh(4).resume(&path).unwrap_err().to_string();
        assert!(error.contains("another `repeat` (3, now 4)"), "{error}");
        let lookups = Document::new("bench lookup", json!({ "repeat": 3 }));
        let error = lookups.resume(&path).unwrap_err().to_string();
        assert!(error.contains("another kind"), "{error}");
    }
}
