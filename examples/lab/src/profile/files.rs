//! Profiles as files that other programs show.

use super::debug::Debug;
use super::pprof;
use super::record::{Function, Recording};
use super::weights::Weights;
use super::work::Work;
use crate::cli::{Measure, ProfileFormat};
use anyhow::{Context, bail};
use inferno::flamegraph;
use std::collections::BTreeMap;
use std::path::Path;

/// Most bytes of folded stacks.
pub const FOLDED: usize = 1 << 26;

/// Bytes of a function in a line of folded stacks.
fn length(function: &Function) -> usize {
    function.name.len() + 1
}

/// The format that a file's name asks for.
///
/// # Errors
/// It asks for none.
pub fn format_of(path: &Path) -> anyhow::Result<ProfileFormat> {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let name = name.unwrap_or_default().to_lowercase();
    let endings = [
        (".svg", ProfileFormat::Svg),
        (".folded", ProfileFormat::Folded),
        (".pb.gz", ProfileFormat::Pprof),
        (".pprof", ProfileFormat::Pprof),
        (".json", ProfileFormat::Perfetto),
    ];
    match endings.iter().find(|(ending, _)| name.ends_with(ending)) {
        Some((_, format)) => Ok(*format),
        None => bail!(
            "{}: the name says no format; let it end with .svg, .folded, .pb.gz or .json, or give --format",
            path.display()
        ),
    }
}

/// A run, to be put in a file.
pub struct Recorded<'a> {
    pub program: &'a str,
    pub recording: &'a Recording,
    pub debug: &'a Debug<'a>,
    pub weights: &'a Weights,
    pub by: Measure,
}

impl Recorded<'_> {
    /// The contents of a file.
    ///
    /// # Errors
    /// The picture cannot be drawn.
    pub fn file(&self, format: ProfileFormat) -> anyhow::Result<Vec<u8>> {
        Ok(match format {
            ProfileFormat::Folded => self.folded().concat().into_bytes(),
            ProfileFormat::Svg => self.svg()?,
            ProfileFormat::Perfetto => {
                let trace = self.recording.timeline.json(self.program, self.debug);
                format!("{trace}\n").into_bytes()
            }
            ProfileFormat::Pprof => {
                let mut comments = vec![
                    format!("jolt-lab profile {}", self.program),
                    format!("prover: {}", self.weights.source),
                ];
                comments.extend(self.weights.lines());
                let profile = pprof::Profile::of(self.recording, self.weights, &comments);
                profile.compressed()?
            }
        })
    }

    /// A line for each path, in order: names between semicolons, and a number. The lines have [`FOLDED`] bytes at most.
    fn folded(&self) -> Vec<String> {
        let count = |work: &Work| match self.by {
            Measure::Cycles => work.cycles,
            Measure::Prover => self.weights.nanoseconds(work),
        };
        let (paths, _) = self.recording.heaviest(FOLDED, length, count);
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        for (path, count) in paths {
            let names = path.into_iter().map(|function| {
                let name = &self.recording.functions[function as usize].name;
                name.replace(';', ":")
            });
            let names: Vec<String> = names.collect();
            let line = match names.is_empty() {
                true => "(others)".to_owned(),
                false => names.join(";"),
            };
            *lines.entry(line).or_default() += count;
        }
        let lines = lines.into_iter();
        lines
            .map(|(path, count)| format!("{path} {count}\n"))
            .collect()
    }

    /// Whether some paths are no lines of their own in a format: there are too many for its file.
    pub fn abridges(&self, format: ProfileFormat) -> bool {
        match format {
            ProfileFormat::Folded | ProfileFormat::Svg => {
                let count = |work: &Work| work.cycles;
                self.recording.heaviest(FOLDED, length, count).1
            }
            ProfileFormat::Pprof | ProfileFormat::Perfetto => false,
        }
    }

    fn svg(&self) -> anyhow::Result<Vec<u8>> {
        let (what, unit) = match self.by {
            Measure::Cycles => ("cycles of", "cycles"),
            Measure::Prover => ("proving", "ns"),
        };
        let mut options = flamegraph::Options::default();
        options.title = format!("{what} {}", self.program);
        options.count_name = unit.to_owned();
        options.hash = true;
        options.deterministic = true;
        if self.by == Measure::Prover {
            options.subtitle = Some(format!("estimated: {}", self.weights.source));
        }
        let mut lines = self.folded();
        if self.recording.total.cycles == 0 {
            // A picture has to have something in it.
            lines = vec![format!("{} 1", self.program)];
        }
        let mut picture = Vec::new();
        flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), &mut picture)
            .context("the flame graph cannot be drawn")?;
        Ok(picture)
    }
}
