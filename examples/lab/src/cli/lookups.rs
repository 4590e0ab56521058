//! Commands over lookups, and over what arguments are.

use super::program::{CommitmentsArguments, HyraxArguments, ProcessArguments, SetupArguments};
use crate::lookup::MAX_LOG_READS;
use crate::seed::Seed;
use clap::Args;
use jolt_core::lookup::dense::MAX_INDEX_BITS;
use jolt_core::registry::{DEFAULT_LOOKUP, DEFAULT_SCHEME};
use std::ffi::OsString;
use std::path::PathBuf;

/// Lookups to prove on their own.
#[derive(Debug, Args)]
pub struct LookupArguments {
    /// The table, upper or lower case; `and:8` is AND of 8 index bits [default with --reads: all that are read]
    #[arg(long, value_name = "NAME", required_unless_present_any = ["reads", "range", "unstructured", "table_file"])]
    pub table: Option<String>,
    /// Instead: the table of all numbers of so many bits, a range check
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u8).range(1..=MAX_INDEX_BITS as i64),
          conflicts_with_all = ["table", "reads", "unstructured", "table_file"])]
    pub range: Option<u8>,
    /// Instead: a table of 2^BITS random words, to which the key has a commitment
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u8).range(1..=MAX_INDEX_BITS as i64),
          conflicts_with_all = ["table", "reads", "table_file"])]
    pub unstructured: Option<u8>,
    /// Instead: the table in this file, an entry a line: integers in decimal or after 0x, separated by commas or blanks where there are several columns
    #[arg(long, value_name = "FILE", conflicts_with_all = ["table", "reads"])]
    pub table_file: Option<PathBuf>,
    /// Take the reads of this file, which `jolt-lab trace --lookups` wrote, in place of random ones
    #[arg(long, value_name = "FILE")]
    pub reads: Option<PathBuf>,
    /// The lookup argument
    #[arg(long, value_name = "NAME", default_value = DEFAULT_LOOKUP)]
    pub argument: String,
    /// `log2` of the number of reads.
    #[arg(long, value_name = "N",
          help = format!("log2 of the number of reads; of a file, of the most reads that are taken [default with --reads: {MAX_LOG_READS}]"), value_parser = clap::value_parser!(u8).range(1..=i64::from(MAX_LOG_READS)),
          required_unless_present = "reads")]
    pub log_reads: Option<u8>,
    /// Polynomial commitment scheme
    #[arg(long, value_name = "NAME", default_value = DEFAULT_SCHEME)]
    pub pcs: String,
    /// The scheme's setup.
    #[command(flatten)]
    pub setup: SetupArguments,
    /// Of what is random.
    #[command(flatten)]
    pub seed: Seed,
    /// Make a succinct proof, which may tell of indices and outputs: not zero-knowledge
    #[arg(long)]
    pub clear: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// How to list arguments.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A relation to explain.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Its name, as `read` or with its batch as `execute/read`
    pub relation: Option<String>,
    /// Only relations of this argument, or of the `machine`, or of the `opening`
    #[arg(long, value_name = "NAME")]
    pub of: Option<String>,
    /// Instead: the messages of a proof, which of them are hidden, and how
    #[arg(long, conflicts_with_all = ["relation", "of", "full", "latex"])]
    pub hidden: bool,
    /// Print formulas as LaTeX, whole, one a line
    #[arg(long, requires = "relation", conflicts_with = "json")]
    pub latex: bool,
    /// Print formulas and lists of factors however long they are
    #[arg(long)]
    pub full: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A transcript to show.
#[derive(Debug, Args)]
#[command(
    override_usage = "jolt-lab transcript [OPTIONS] --dump PROOF --program PROGRAM [-- ARGS]"
)]
pub struct TranscriptArguments {
    /// The proof
    #[arg(long, value_name = "PROOF")]
    pub dump: PathBuf,
    /// The program that the proof is of
    #[arg(long, value_name = "PROGRAM")]
    pub program: OsString,
    /// As the prover's.
    #[command(flatten)]
    pub hyrax: HyraxArguments,
    /// Of the program.
    #[command(flatten)]
    pub commitments: CommitmentsArguments,
    /// What a Linux program was started with.
    #[command(flatten)]
    pub process: ProcessArguments,
    /// Print values however long they are
    #[arg(long)]
    pub full: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
