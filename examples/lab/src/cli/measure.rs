//! Commands that measure, compare and reproduce.

use super::program::SetupArguments;
use super::values::{CYCLE_VARS, percent, positive};
use crate::bench::plot::Size;
use crate::lookup::MAX_LOG_READS;
use crate::reproduce::manifest;
use crate::seed::Seed;
use clap::Args;
use jolt_core::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// How measurements are made, and where they go.
#[derive(Clone, Debug, Args)]
pub struct Measuring {
    /// Repetitions of each measurement, each in a process of its own
    #[arg(long, value_name = "N", default_value = "3")]
    pub repeat: NonZeroUsize,
    /// Runs before the first repetition, of which nothing is kept
    #[arg(long, value_name = "N", default_value = "0")]
    pub warm_up: usize,
    /// Repeat a measurement no more once its repetitions have taken so long
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub repeat_seconds: Option<f64>,
    /// Leave larger sizes out once a prover took longer; one that goes far beyond is stopped
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub max_seconds: Option<f64>,
    /// Stop a measurement that uses more memory, and leave larger sizes out
    #[arg(long, value_name = "MIB")]
    pub max_memory: Option<u64>,
    /// Count multiplications in the field up to this size, log2; 0 never does
    #[arg(long, value_name = "K", default_value = "14")]
    pub count_up_to: u8,
    /// Measure with each of these numbers of threads [default: --threads]
    #[arg(long, value_name = "N[,N…]", value_delimiter = ',', conflicts_with = "threads",
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub thread_counts: Vec<u16>,
    /// For results that no `compare` is meant for
    #[arg(long, hide = true)]
    pub no_advice: bool,
    /// File of results, written after every measurement; if it exists, only what it lacks is measured
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// What becomes of the results.
    #[command(flatten)]
    pub output: ReportArguments,
}

/// How results are shown.
#[derive(Clone, Debug, Args)]
pub struct ReportArguments {
    /// The results as a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// The results as a report with plots
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// As files for a paper.
    #[command(flatten)]
    pub figures: FigureArguments,
}

/// Plots and tables for a paper.
#[derive(Clone, Debug, Args)]
pub struct FigureArguments {
    /// Directory for files of a paper: plots as SVG, PDF and pgfplots, tables as LaTeX and CSV
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
    /// Width of plots and tables in --figures: one column of a paper, or two
    #[arg(
        long,
        value_enum,
        value_name = "COLUMNS",
        default_value = "one",
        requires = "figures"
    )]
    pub columns: Size,
}

/// Measurements of the machine.
#[derive(Debug, Args)]
pub struct BenchVmArguments {
    /// Programs: bundled ones are scaled, ELF files run as they are
    #[arg(long, value_name = "P[,P…]", value_delimiter = ',', required = true)]
    pub program: Vec<String>,
    /// log2 of the padded numbers of cycles
    #[arg(long, value_name = "K[,K…]", value_delimiter = ',', default_value = "16",
          value_parser = clap::value_parser!(u8).range(CYCLE_VARS))]
    pub log_cycles: Vec<u8>,
    /// Lookup arguments
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        default_value = DEFAULT_LOOKUP
    )]
    pub lookup: Vec<String>,
    /// Memory arguments
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        default_value = DEFAULT_MEMORY
    )]
    pub memory: Vec<String>,
    /// Polynomial commitment schemes
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        default_value = DEFAULT_SCHEME
    )]
    pub pcs: Vec<String>,
    /// The setup of schemes that take one.
    #[command(flatten)]
    pub setup: SetupArguments,
    /// How.
    #[command(flatten)]
    pub measuring: Measuring,
}

/// Measurements of lookup arguments.
#[derive(Debug, Args)]
pub struct BenchLookupArguments {
    /// Lookup arguments [default: all]
    #[arg(long, value_name = "NAME[,NAME…]", value_delimiter = ',')]
    pub argument: Vec<String>,
    /// What is read: tables by name (`and`; `and:8` has 8 index bits), `rv64` or `rv32` for all tables of the
    /// instruction set, `rangeN` for all numbers of N bits, `unstructuredN` for 2^N random words, `reads:FILE`
    #[arg(long, value_name = "T[,T…]", value_delimiter = ',', required = true)]
    pub table: Vec<String>,
    /// log2 of the numbers of lookups
    #[arg(long, value_name = "K[,K…]", value_delimiter = ',', default_value = "10,12,14",
          value_parser = clap::value_parser!(u8).range(1..=i64::from(MAX_LOG_READS)))]
    pub log_reads: Vec<u8>,
    /// Polynomial commitment schemes
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        default_value = DEFAULT_SCHEME
    )]
    pub pcs: Vec<String>,
    /// The setup of schemes that take one.
    #[command(flatten)]
    pub setup: SetupArguments,
    /// Of what is random.
    #[command(flatten)]
    pub seed: Seed,
    /// How.
    #[command(flatten)]
    pub measuring: Measuring,
}

/// Measurements of single loops of the prover.
#[derive(Debug, Args)]
pub struct BenchKernelsArguments {
    /// Kernels [default: all]
    #[arg(long, value_name = "NAME[,NAME…]", value_delimiter = ',')]
    pub kernel: Vec<String>,
    /// log2 of the numbers of rows
    #[arg(long, value_name = "K[,K…]", value_delimiter = ',', default_value = "12,14",
          value_parser = clap::value_parser!(u8).range(4..=24))]
    pub log_size: Vec<u8>,
    /// Of what is random.
    #[command(flatten)]
    pub seed: Seed,
    /// How.
    #[command(flatten)]
    pub measuring: Measuring,
}

/// Measurements of commitment schemes.
#[derive(Debug, Args)]
pub struct BenchPcsArguments {
    /// Commitment schemes [default: all]
    #[arg(long, value_name = "NAME[,NAME…]", value_delimiter = ',')]
    pub pcs: Vec<String>,
    /// The setup of schemes that take one.
    #[command(flatten)]
    pub setup: SetupArguments,
    /// Kinds of polynomials: dense, words, digits, sparse [default: all]
    #[arg(long, value_name = "KIND[,KIND…]", value_delimiter = ',')]
    pub kind: Vec<String>,
    /// log2 of the numbers of rows
    #[arg(long, value_name = "K[,K…]", value_delimiter = ',', default_value = "14,16",
          value_parser = clap::value_parser!(u8).range(2..=26))]
    pub log_size: Vec<u8>,
    /// Of what is random.
    #[command(flatten)]
    pub seed: Seed,
    /// How.
    #[command(flatten)]
    pub measuring: Measuring,
}

/// Choices to measure.
#[derive(Debug, Args)]
pub struct AblateArguments {
    /// Switches [default: lists them]
    #[arg(value_name = "SWITCH", value_delimiter = ',')]
    pub switch: Vec<String>,
    /// All switches
    #[arg(long, conflicts_with = "switch")]
    pub all: bool,
    /// The program, for switches of the machine
    #[arg(long, value_name = "PROGRAM", default_value = "fibonacci")]
    pub program: String,
    /// log2 of its padded cycles
    #[arg(long, value_name = "K", default_value = "14", value_parser = clap::value_parser!(u8).range(CYCLE_VARS))]
    pub log_cycles: u8,
    /// The table, for switches of lookups
    #[arg(long, value_name = "NAME", default_value = "and")]
    pub table: String,
    /// log2 of the reads
    #[arg(long, value_name = "K", default_value = "12", value_parser = clap::value_parser!(u8).range(1..=i64::from(MAX_LOG_READS)))]
    pub log_reads: u8,
    /// Repetitions of each arm, one of each in turns
    #[arg(long, value_name = "N", default_value = "3")]
    pub repeat: NonZeroUsize,
    /// Leave out what uses more memory
    #[arg(long, value_name = "MIB")]
    pub max_memory: Option<u64>,
    /// File to write results to, for `bench report`
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// As tables, pages and plots.
    #[command(flatten)]
    pub reports: ReportArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Results to show.
#[derive(Debug, Args)]
#[command(override_usage = "jolt-lab bench report [OPTIONS] <RESULTS>")]
#[command(group = clap::ArgGroup::new("shown").args(["csv", "html", "figures"]).required(true).multiple(true))]
pub struct BenchReportArguments {
    /// File that a bench wrote with --json
    #[arg(value_name = "RESULTS")]
    pub results: PathBuf,
    /// What becomes of them.
    #[command(flatten)]
    pub output: ReportArguments,
}

/// Results to compare.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// File that a bench wrote with --json
    #[arg(value_name = "A.json")]
    pub before: PathBuf,
    /// Another one of the same kind
    #[arg(value_name = "B.json")]
    pub after: PathBuf,
    /// Only these figures, such as prove_s or phases.commit
    #[arg(long, value_name = "FIGURE[,FIGURE…]", value_delimiter = ',')]
    pub figure: Vec<String>,
    /// List all figures, not only those that differ
    #[arg(long)]
    pub all: bool,
    /// The least difference of what is measured that is called one, in percent
    #[arg(long, value_name = "PERCENT", default_value = "1", value_parser = percent)]
    pub least: f64,
    /// Where the random numbers of intervals come from
    #[arg(long, value_name = "N", default_value = "0")]
    pub seed: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A claim to reproduce.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Manifests are papers/reproduce/*.toml. What does not hold here is said, and is no error.\n\
                  With --output, a run that was broken off goes on where it stopped.",
    group = clap::ArgGroup::new("which").args(["name", "all"])
)]
pub struct ReproduceArguments {
    /// Manifest [default: lists them]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// All manifests, one after the other, and a table of their verdicts; files given are then folders, with NAME.json in them
    #[arg(long, conflicts_with_all = ["name", "list"])]
    pub all: bool,
    /// List the manifests
    #[arg(long, conflicts_with_all = ["name", "results", "output", "html", "figures"])]
    pub list: bool,
    /// How large the measurements are
    #[arg(long, value_enum, default_value = "default")]
    pub size: manifest::Size,
    /// Judge the results of this file, and measure nothing
    #[arg(long, value_name = "FILE", requires = "which")]
    pub results: Option<PathBuf>,
    /// File to write results and verdicts to
    #[arg(short, long, value_name = "FILE", requires = "which")]
    pub output: Option<PathBuf>,
    /// Directory to write reports with plots to
    #[arg(long, value_name = "DIR", requires = "which")]
    pub html: Option<PathBuf>,
    /// As files for a paper.
    #[command(flatten)]
    pub figures: FigureArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
