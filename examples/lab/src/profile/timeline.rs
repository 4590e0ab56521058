//! When activations began and ended, in cycles: the longest of a run.
//!
//! Of more than [`KEPT`] activations the short ones are forgotten, so that memory is bounded. An activation is longer than what
//! it calls, so that none of those kept loses the one that it is in.

use super::debug::Debug;
use super::shadow::{Activation, Kind};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Activations that are kept, at most.
pub const KEPT: usize = 1 << 17;

/// An activation that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Number of its stack.
    pub stack: u32,
    /// Activations below it.
    pub depth: u32,
    /// Address of its first instruction.
    pub entry: u64,
    pub kind: Kind,
    /// Cycles before it.
    pub begun: u64,
    /// Cycles before what is after it.
    pub ended: u64,
}

/// The longest activations of a run.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    pub spans: Vec<Span>,
    /// Cycles of the shortest that is kept.
    pub shortest: u64,
}

impl Timeline {
    /// Keeps an activation, if it is long enough.
    pub fn ended(&mut self, stack: u32, depth: usize, activation: &Activation, now: u64) {
        let Activation {
            kind, entry, begun, ..
        } = *activation;
        if now - begun < self.shortest {
            return;
        }
        if self.spans.len() >= KEPT {
            let mut lengths: Vec<u64> = self.spans.iter().map(|s| s.ended - s.begun).collect();
            let (_, median, _) = lengths.select_nth_unstable(KEPT / 2);
            self.shortest = *median + 1;
            let shortest = self.shortest;
            self.spans
                .retain(|span| span.ended - span.begun >= shortest);
            if now - begun < shortest {
                return;
            }
        }
        self.spans.push(Span {
            stack,
            depth: depth as u32,
            entry,
            kind,
            begun,
            ended: now,
        });
    }

    /// As a trace that Perfetto and `chrome://tracing` open: a microsecond is a cycle, and a track is a stack.
    pub fn json(&self, program: &str, debug: &Debug<'_>) -> Value {
        let mut names: HashMap<u64, String> = HashMap::new();
        let mut events = vec![json!({
            "ph": "M", "pid": 1, "tid": 0, "name": "process_name",
            "args": { "name": format!("{program}, 1 µs is a cycle") },
        })];
        let mut spans = self.spans.clone();
        // Of spans that begin together, callers come first.
        spans.sort_by_key(|s| (s.stack, s.begun, s.depth));
        for span in &spans {
            let name = names.entry(span.entry).or_insert_with(|| {
                let places = debug.places(span.entry).into_iter();
                places
                    .map(|place| place.function)
                    .next()
                    .unwrap_or_default()
            });
            let what = match span.kind {
                Kind::Start => "start",
                Kind::Call => "call",
                Kind::Trap => "trap",
                Kind::Signal => "signal",
            };
            events.push(json!({
                "ph": "X", "pid": 1, "tid": span.stack, "cat": what, "name": name,
                "ts": span.begun, "dur": span.ended - span.begun,
            }));
        }
        json!({
            "displayTimeUnit": "ns",
            "otherData": { "unit": "1 µs is a cycle", "shortest call kept, in cycles": self.shortest },
            "traceEvents": events,
        })
    }
}
