//! What a manifest says: `papers/reproduce/NAME.toml`.
//!
//! ```toml
//! title = "what is regenerated"
//! cites = ["STW23"]              # entries of references.bib
//! figure = "Section 4, cost"     # where in the paper
//! claim = "what the paper says"
//! here = "why it is not confirmed here, if it is not"      # optional
//!
//! [[run]]
//! name = "lookups"
//! command = "bench lookup --argument lasso --table and"
//! smoke = "--log-reads 4,6 --repeat 1"       # options of each size
//! default = "--log-reads 10,12,14"
//! full = "--log-reads 10,12,14,16,18,20,22"
//!
//! [[condition]]
//! says = "time grows linearly"
//! run = "lookups"
//! sizes = ["default", "full"]    # where it is judged; default: everywhere
//! figure = "phases.reduce / prove_s"         # a field, or sums and a quotient of fields
//! of = { argument = "lasso" }    # results taken
//! to = { argument = "shout" }    # for a ratio: what they are held against; perhaps `to_figure`
//! from = 12                      # sizes from here on; or `largest = true`
//! test = "exponent"              # see `Test`
//! min = 0.8
//! max = 1.1
//! ```

use crate::bench::document::{Document, Entry, number, size_key, text};
use crate::cli::{Cli, Command};
use anyhow::{Context, bail};
use clap::{Parser, ValueEnum};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How large the measurements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// Seconds: that everything runs.
    Smoke,
    /// Minutes on two cores.
    Default,
    /// For a bigger machine.
    Full,
}

impl Size {
    pub fn name(self) -> &'static str {
        match self {
            Size::Smoke => "smoke",
            Size::Default => "default",
            Size::Full => "full",
        }
    }
}

/// A claim of a paper, what regenerates it, and what must come out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What is regenerated.
    pub title: String,
    /// Keys of `papers/references.bib`.
    pub cites: Vec<String>,
    /// Figure, table or section.
    pub figure: String,
    /// What the paper says.
    pub claim: String,
    /// Why it is not confirmed here, where it is not.
    pub here: Option<String>,
    /// What is measured.
    #[serde(rename = "run")]
    pub runs: Vec<Run>,
    /// What must come out.
    #[serde(rename = "condition")]
    pub conditions: Vec<Condition>,
}

/// A command of `jolt-lab`, in three sizes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// What conditions call it.
    pub name: String,
    /// The command, without `jolt-lab`.
    pub command: String,
    /// Options of the size of this name.
    pub smoke: String,
    /// Options of the size of this name.
    pub default: String,
    /// Options of the size of this name.
    pub full: String,
}

impl Run {
    /// The command line of a size.
    pub fn line(&self, size: Size) -> String {
        let options = match size {
            Size::Smoke => &self.smoke,
            Size::Default => &self.default,
            Size::Full => &self.full,
        };
        format!("{} {options}", self.command).trim().to_owned()
    }

    /// The command line, parsed; `more` options go last.
    ///
    /// # Errors
    /// It is none of a bench.
    pub fn parse(&self, size: Size, more: &[&str]) -> anyhow::Result<Cli> {
        let line = self.line(size);
        let words = std::iter::once("jolt-lab").chain(line.split_whitespace());
        let cli = Cli::try_parse_from(words.chain(more.iter().copied()))
            .map_err(|error| anyhow::anyhow!("`{line}`: {error}"))?;
        match cli.command {
            Command::Bench(_) => Ok(cli),
            _ => bail!("`{line}` is no bench"),
        }
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// The figure itself, of every result.
    Value,
    /// The slope of its logarithm over the logarithm of the size: 1 is linear.
    Exponent,
    /// Of the results `of` over the results `to`, pairs that agree in all other keys.
    Ratio,
    /// The greatest over the least, among all results.
    Spread,
}

/// Which results: values by field.
pub type Filter = BTreeMap<String, serde_json::Value>;

/// A condition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// In words.
    pub says: String,
    pub run: String,
    /// Sizes at which it is judged.
    #[serde(default = "every_size")]
    pub sizes: Vec<Size>,
    pub figure: String,
    /// Results taken.
    #[serde(default)]
    pub of: Filter,
    /// Results that those are held against, for a ratio.
    #[serde(default)]
    pub to: Filter,
    /// The figure of those, if it is another one.
    pub to_figure: Option<String>,
    /// Only sizes from this one on.
    #[serde(default)]
    pub from: f64,
    /// Only the largest size that there is.
    #[serde(default)]
    pub largest: bool,
    /// What is looked at.
    pub test: Test,
    /// The least that confirms it.
    pub min: Option<f64>,
    /// The greatest that confirms it.
    pub max: Option<f64>,
}

fn every_size() -> Vec<Size> {
    vec![Size::Smoke, Size::Default, Size::Full]
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// It is malformed, or refers to what is not there.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let manifest: Manifest = toml::from_str(text)?;
        for run in &manifest.runs {
            for size in every_size() {
                run.parse(size, &[])?;
            }
        }
        for condition in &manifest.conditions {
            let says = &condition.says;
            if !manifest.runs.iter().any(|run| run.name == condition.run) {
                bail!("`{says}`: there is no run `{}`", condition.run);
            }
            if condition.min.is_none() && condition.max.is_none() {
                bail!("`{says}`: neither min nor max");
            }
            if (condition.test == Test::Ratio) == condition.to.is_empty() {
                bail!("`{says}`: `to` belongs to a ratio");
            }
            for figure in [Some(&condition.figure), condition.to_figure.as_ref()] {
                let parsed = figure.map(|figure| Figure::parse(figure)).transpose();
                parsed.with_context(|| format!("`{says}`"))?;
            }
        }
        Ok(manifest)
    }
}

impl Condition {
    /// The results of a filter, from the least size on that is looked at.
    pub fn results<'a>(&self, document: &'a Document, filter: &Filter) -> Vec<&'a Entry> {
        let matches = |entry: &Entry| {
            filter.iter().all(|(key, value)| {
                let wanted = match value {
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                text(entry, key) == wanted
            })
        };
        let size = size_key(&document.kind);
        (document.measured())
            .filter(|entry| number(entry, size).is_none_or(|at| at >= self.from))
            .filter(|entry| matches(entry))
            .collect()
    }
}

/// A figure: a sum of fields, or a quotient of two sums.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    over: Vec<String>,
    under: Vec<String>,
}

impl Figure {
    /// Reads `a + b / c + d`.
    ///
    /// # Errors
    /// There is an empty name, or more than one slash.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut sides = text.split(" / ").map(|side| {
            let names: Vec<String> = side.split(" + ").map(|n| n.trim().to_owned()).collect();
            match names
                .iter()
                .any(|name| name.is_empty() || name.contains(' '))
            {
                true => bail!("`{text}` is no figure"),
                false => Ok(names),
            }
        });
        let over = sides.next().context("no figure")??;
        let under = sides.next().transpose()?.unwrap_or_default();
        match sides.next() {
            None => Ok(Figure { over, under }),
            Some(_) => bail!("`{text}` has two slashes"),
        }
    }

    /// Its value in a result, if all fields are there.
    pub fn of(&self, entry: &Entry) -> Option<f64> {
        let sum = |names: &[String]| names.iter().map(|name| number(entry, name)).sum();
        let over: Option<f64> = sum(&self.over);
        match self.under.is_empty() {
            true => over,
            false => Some(over? / sum(&self.under)?),
        }
    }
}
