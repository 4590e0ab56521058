//! Profiles in the format of `pprof`: protocol buffers, compressed by gzip. The messages are those of its `profile.proto`, with
//! the fields that are used here.
//!
//! A location is a function, with a line if it is the last of its path. Each sample has cycles, instructions, and nanoseconds
//! of the prover (`work`).

use super::record::Recording;
use super::weights::Weights;
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use std::collections::HashMap;
use std::io::Write;

/// A whole profile.
#[derive(Clone, PartialEq, Message)]
pub struct Profile {
    #[prost(message, repeated, tag = "1")]
    pub sample_type: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    pub sample: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    pub location: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    pub function: Vec<Function>,
    /// The first one is empty.
    #[prost(string, repeated, tag = "6")]
    pub string_table: Vec<String>,
    /// Texts.
    #[prost(int64, repeated, tag = "13")]
    pub comment: Vec<i64>,
    /// The kind of value that is shown first, a text.
    #[prost(int64, tag = "14")]
    pub default_sample_type: i64,
}

/// What a value is of, and its unit: both are texts.
#[derive(Clone, PartialEq, Message)]
pub struct ValueType {
    #[prost(int64, tag = "1")]
    pub r#type: i64,
    #[prost(int64, tag = "2")]
    pub unit: i64,
}

/// A path, the last function first, with a value of each kind.
#[derive(Clone, PartialEq, Message)]
pub struct Sample {
    #[prost(uint64, repeated, tag = "1")]
    pub location_id: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    pub value: Vec<i64>,
}

/// A place.
#[derive(Clone, PartialEq, Message)]
pub struct Location {
    /// From 1.
    #[prost(uint64, tag = "1")]
    pub id: u64,
    #[prost(message, repeated, tag = "4")]
    pub line: Vec<Line>,
}

/// A line of a function.
#[derive(Clone, PartialEq, Message)]
pub struct Line {
    #[prost(uint64, tag = "1")]
    pub function_id: u64,
    #[prost(int64, tag = "2")]
    pub line: i64,
}

/// A function; names are texts.
#[derive(Clone, PartialEq, Message)]
pub struct Function {
    /// From 1.
    #[prost(uint64, tag = "1")]
    pub id: u64,
    #[prost(int64, tag = "2")]
    pub name: i64,
    #[prost(int64, tag = "3")]
    pub system_name: i64,
    #[prost(int64, tag = "4")]
    pub filename: i64,
}

/// Texts by number.
struct Texts {
    all: Vec<String>,
    numbers: HashMap<String, i64>,
}

impl Texts {
    fn new() -> Self {
        let mut texts = Texts {
            all: Vec::new(),
            numbers: HashMap::new(),
        };
        texts.number("");
        texts
    }

    fn number(&mut self, text: &str) -> i64 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.all.len() as i64;
        self.all.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }
}

impl Profile {
    /// Of a run, with what the prover takes for it, and something to be said of it.
    pub fn of(recording: &Recording, weights: &Weights, comments: &[String]) -> Self {
        let mut texts = Texts::new();
        let kinds = [
            ("cycles", "count"),
            ("instructions", "count"),
            ("prover", "nanoseconds"),
        ];
        let sample_type = kinds.map(|(kind, unit)| ValueType {
            r#type: texts.number(kind),
            unit: texts.number(unit),
        });
        let functions = (1..).zip(&recording.functions);
        let function = functions.map(|(id, function)| Function {
            id,
            name: texts.number(&function.name),
            system_name: texts.number(&function.symbol),
            filename: texts.number(function.file.as_deref().unwrap_or("")),
        });
        let function = function.collect();
        let mut location: Vec<Location> = Vec::new();
        let mut places: HashMap<(u32, u32), u64> = HashMap::new();
        let mut sample = Vec::new();
        for counted in &recording.samples {
            let path = recording.path(counted).into_iter().rev().enumerate();
            let path = path.map(|(from_end, function)| {
                let line = if from_end == 0 { counted.line } else { 0 };
                *places.entry((function, line)).or_insert_with(|| {
                    let id = location.len() as u64 + 1;
                    let line = Line {
                        function_id: u64::from(function) + 1,
                        line: line.into(),
                    };
                    location.push(Location {
                        id,
                        line: vec![line],
                    });
                    id
                })
            });
            let work = &counted.work;
            sample.push(Sample {
                location_id: path.collect(),
                value: [work.cycles, work.executed, weights.nanoseconds(work)]
                    .map(|value| i64::try_from(value).unwrap_or(i64::MAX))
                    .to_vec(),
            });
        }
        Profile {
            comment: comments.iter().map(|text| texts.number(text)).collect(),
            default_sample_type: texts.number("cycles"),
            sample_type: sample_type.to_vec(),
            sample,
            location,
            function,
            string_table: texts.all,
        }
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn compressed(&self) -> std::io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.encode_to_vec())?;
        encoder.finish()
    }
}
