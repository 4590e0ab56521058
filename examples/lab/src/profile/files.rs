//! Profiles as files that other programs show.

use super::debug::Debug;
use super::pprof;
use super::record::Recording;
use super::work;
use crate::cli::{Measure, ProfileFormat};
use anyhow::{Context, bail};
use inferno::flamegraph;
use instruction_tables::WordSize;
use std::collections::BTreeMap;
use std::path::Path;

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
    pub word: WordSize,
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
                    format!("prover: {}", work::SOURCE),
                ];
                comments.extend(work::weights());
                let profile = pprof::Profile::of(self.recording, self.word, &comments);
                profile.compressed()?
            }
        })
    }

    /// A line for each path, in order: names between semicolons, and a number.
    fn folded(&self) -> Vec<String> {
        let mut lines: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        for sample in &self.recording.samples {
            let path = self.recording.path(sample).into_iter();
            let names = path.map(|function| {
                let name = &self.recording.functions[function as usize].name;
                name.replace(';', ":")
            });
            let count = match self.by {
                Measure::Cycles => sample.work.cycles,
                Measure::Prover => sample.work.nanoseconds(self.word),
            };
            *lines.entry(names.collect()).or_default() += count;
        }
        let lines = lines.into_iter().filter(|(_, count)| *count > 0);
        lines
            .map(|(path, count)| format!("{} {count}\n", path.join(";")))
            .collect()
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
            options.subtitle = Some(format!("estimated: {}", work::SOURCE));
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
