//! The command line.

use crate::build::target::Target;
use crate::lookup::MAX_LOG_READS;
use crate::report::parse_hex;
use crate::reproduce::manifest::Size;
use clap::{Args, Parser, Subcommand};
use jolt_core::api::DEFAULT_CYCLE_VARS;
use jolt_core::lookup::dense::MAX_INDEX_BITS;
use jolt_core::policy::{MAX_PROOF_BYTES, Policy};
use jolt_core::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME};
use jolt_core::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use tracer::Options;

/// `log2` of the cycles that there are proofs of.
const CYCLE_VARS: RangeInclusive<i64> = MIN_CYCLE_VARS as i64..=MAX_CYCLE_VARS as i64;

/// A lookup-centric zkVM to experiment with: run RISC-V programs, prove the runs, verify the proofs.
#[derive(Debug, Parser)]
#[command(
    name = "jolt-lab",
    version,
    arg_required_else_help = true,
    after_help = "PROGRAM is an ELF file (RV32IMAC or RV64IMAC, static) or the name of a bundled program; \
                  `jolt-lab inspect` without a program lists those.\n\
                  Exit codes: 0 done or accepted, 1 rejected or program failed, 2 usage or unreadable file.\n\
                  Research software, not audited. Setups are kept in $JOLT_LAB_CACHE."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Threads to use [default: one per processor]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prove a real program and verify the proof, explained step by step
    Demo,
    /// Build a guest program from a Cargo package, or from C, C++ and assembly
    Build(BuildArguments),
    /// Run a program without proving anything
    Run(RunOnlyArguments),
    /// Run a program and show what happens, cycle by cycle
    Trace(TraceArguments),
    /// Run a program, prove the run, and write the proof to a file
    Prove(ProveArguments),
    /// Verify a proof and print the statement that it proves
    Verify(VerifyArguments),
    /// Show facts about a program or a proof; alone, the bundled programs
    Inspect(InspectArguments),
    /// Prove lookups with one argument: random ones in one table, or those of a real execution
    Lookup(LookupArguments),
    /// List lookup and memory arguments and commitment schemes, and how they differ
    Arguments(ListArguments),
    /// Print a relation that verifiers check, as a formula; alone, list all of them
    Explain(ExplainArguments),
    /// Show what the verification of a proof absorbs and draws, in order
    Transcript(TranscriptArguments),
    /// Run the ELF files of an instruction set test suite, and prove and verify each run
    Conformance(ConformanceArguments),
    /// Measure
    #[command(subcommand)]
    Bench(Bench),
    /// Compare two files of results, figure by figure
    Compare(CompareArguments),
    /// Measure what a paper claims, and say whether it holds here
    Reproduce(ReproduceArguments),
    /// One measurement: request on standard input, result on standard output
    #[command(hide = true)]
    Measure,
}

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// The whole machine, on programs of chosen lengths
    Vm(BenchVmArguments),
    /// Lookup arguments beside each other, on the same reads
    Lookup(BenchLookupArguments),
    /// Single loops of the prover
    Kernels(BenchKernelsArguments),
    /// Results of an earlier bench as a table, or as a report with plots
    Report(BenchReportArguments),
}

/// A program to build.
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Folder of a Cargo package, or of sources in C, C++ and assembly
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
    /// Instruction set
    #[arg(long, value_enum, default_value_t)]
    pub target: Target,
    /// The package uses `std`, which is compiled along
    #[arg(long)]
    pub std: bool,
    /// File to write [default: NAME.elf]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The binary to build, where a package has several
    #[arg(long, value_name = "NAME")]
    pub bin: Option<String>,
    /// Build the programs that DIR/BUILD.toml lists (with --bin: one of them) into DIR/elf, and record their digests there
    #[arg(long, conflicts_with_all = ["target", "std", "output", "arguments"])]
    pub bundled: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// More arguments for `cargo build`, or for the C compiler
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub arguments: Vec<String>,
}

/// A program with its inputs.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// ELF file, or name of a bundled program
    pub program: String,
    /// Public input: the bytes of this file
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Private input: the bytes of this file
    #[arg(long, value_name = "FILE")]
    pub private_input: Option<PathBuf>,
    /// Give up after so many cycles (a number, or 2^K)
    #[arg(long, value_name = "N", default_value_t = Cycles(Options::default().max_cycles), value_parser = cycles)]
    pub max_cycles: Cycles,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A program to run.
#[derive(Debug, Args)]
pub struct RunOnlyArguments {
    /// The run.
    #[command(flatten)]
    pub run: RunArguments,
    /// Show cycles by function and by kind of instruction; the first N functions [default: 20]
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "20"
    )]
    pub profile: Option<usize>,
}

/// A run to show.
#[derive(Debug, Args)]
pub struct TraceArguments {
    /// The run.
    #[command(flatten)]
    pub run: RunArguments,
    /// First cycle to show, counted from 0
    #[arg(long, value_name = "N", default_value = "0")]
    pub from: u64,
    /// Stop before this cycle [default: at the end]
    #[arg(long, value_name = "N")]
    pub to: Option<u64>,
    /// Write the lookups of these cycles to a file, in place of showing the cycles
    #[arg(long, value_name = "FILE")]
    pub lookups: Option<PathBuf>,
}

/// Which protocol to use.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct Protocol {
    /// Lookup argument
    #[arg(long, value_name = "NAME", default_value = DEFAULT_LOOKUP)]
    pub lookup: String,
    /// Memory argument, of registers and RAM
    #[arg(long, value_name = "NAME", default_value = DEFAULT_MEMORY)]
    pub memory: String,
    /// Polynomial commitment scheme
    #[arg(long, value_name = "NAME", default_value = DEFAULT_SCHEME)]
    pub pcs: String,
}

impl Default for Protocol {
    /// What the options default to.
    fn default() -> Self {
        Protocol {
            lookup: DEFAULT_LOOKUP.to_owned(),
            memory: DEFAULT_MEMORY.to_owned(),
            pcs: DEFAULT_SCHEME.to_owned(),
        }
    }
}

/// A proof to make.
#[derive(Debug, Args)]
pub struct ProveArguments {
    /// The run.
    #[command(flatten)]
    pub run: RunArguments,
    /// The protocol.
    #[command(flatten)]
    pub protocol: Protocol,
    /// Refuse at once what would need more memory (such as 500MB or 8GiB) [default: what is available]
    #[arg(long, value_name = "BYTES", value_parser = crate::estimate::parse_memory)]
    pub memory_limit: Option<u64>,
    /// File to write
    #[arg(short, long, value_name = "PROOF")]
    pub output: PathBuf,
}

/// What is accepted, whatever a proof file says.
#[derive(Debug, Args)]
pub struct AcceptArguments {
    /// What to accept in place of the default.
    #[arg(long, value_name = "WHAT=NAME", value_delimiter = ',', value_parser = crate::policy::requirement,
          help = format!(
              "Accept this in place of the default: lookup=NAME, memory=NAME, pcs=NAME (`any` is every name), \
               setup=secure; several apart by commas [default: {}, the strongest]",
              Policy::default().to_string().replace(", ", ",")
          ))]
    pub require: Vec<crate::policy::Requirement>,
    /// The longest run.
    #[arg(long, value_name = "N", value_parser = cycles,
          help = format!("Reject proofs of runs that may be longer (a number, or 2^K) [default: 2^{MAX_CYCLE_VARS}]"))]
    pub max_cycles: Option<Cycles>,
    /// The longest file.
    #[arg(long, value_name = "BYTES", value_parser = crate::estimate::parse_memory,
          help = format!("Refuse longer proof files [default: {}MiB]", MAX_PROOF_BYTES >> 20))]
    pub max_bytes: Option<u64>,
}

/// A proof to verify.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// ELF file, or name of a bundled program
    pub program: String,
    /// The proof
    pub proof: PathBuf,
    /// Reject proofs of another public input than the bytes of this file
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Reject proofs of another public output
    #[arg(long, value_name = "HEX", value_parser = output)]
    pub expect_output: Option<Bytes>,
    /// Reject proofs of runs that did not exit with this code
    #[arg(long, value_name = "N")]
    pub expect_exit: Option<u64>,
    /// What is accepted.
    #[command(flatten)]
    pub accept: AcceptArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What to inspect.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// ELF file, name of a bundled program, or proof
    #[arg(value_name = "PROGRAM|PROOF")]
    pub subject: Option<String>,
    /// The program that the proof is of
    #[arg(long, value_name = "PROGRAM")]
    pub program: Option<String>,
    /// Instead: the cycles of every instruction
    #[arg(long, conflicts_with_all = ["subject", "program"])]
    pub instructions: bool,
    /// Instead, of a program: every term of the soundness error for 2^N cycles, and bits by arguments and size
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true,
          value_parser = clap::value_parser!(u8).range(CYCLE_VARS))]
    pub soundness: Option<Option<u8>>,
    /// The protocol whose key is shown; a proof names its own.
    #[command(flatten)]
    pub protocol: Protocol,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

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
    /// Instead: the table in this file, an entry a line: integers, apart by commas or blanks where it has several columns
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
    /// Print formulas and lists of factors however long they are
    #[arg(long)]
    pub full: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A transcript to show.
#[derive(Debug, Args)]
pub struct TranscriptArguments {
    /// The proof
    #[arg(long, value_name = "PROOF")]
    pub dump: PathBuf,
    /// The program that the proof is of
    #[arg(long, value_name = "PROGRAM")]
    pub program: String,
    /// Print values however long they are
    #[arg(long)]
    pub full: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A test suite to run.
#[derive(Debug, Args)]
#[command(
    after_help = "Programs report through the symbol `tohost` (1 is success), or leave a signature between \
                  `begin_signature` and `end_signature`, which is compared with NAME.reference_output or \
                  NAME.signature beside the file NAME.elf.\n\
                  Exit codes: 0 nothing failed, 1 something did, 2 no ELF files or unreadable."
)]
pub struct ConformanceArguments {
    /// Directory with ELF files, at any depth; other files are ignored
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
    /// Prove each run that passes, and verify the proof
    #[arg(long)]
    pub prove: bool,
    /// Only files whose path contains this, or matches it as a pattern with `*` and `?`
    #[arg(long, value_name = "PATTERN")]
    pub filter: Option<String>,
    /// Leave out files whose path contains PATTERN, or matches it, for the reason given
    #[arg(long, value_name = "PATTERN=REASON", value_parser = skip)]
    pub skip: Vec<Skip>,
    /// Where the references of signatures are; then every signature needs one
    #[arg(long, value_name = "DIR")]
    pub signatures_dir: Option<PathBuf>,
    /// Give up a run after so many cycles (a number, or 2^K)
    #[arg(long, value_name = "N", default_value_t = Cycles(1 << DEFAULT_CYCLE_VARS), value_parser = cycles)]
    pub max_cycles: Cycles,
    /// The protocol.
    #[command(flatten)]
    pub protocol: Protocol,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

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
    /// File of results, written after every measurement; if it exists, only what it lacks is measured
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// The results as a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// The results as a report with plots
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl Measuring {
    /// Nothing to measure; only these files to write.
    pub fn writing(csv: Option<PathBuf>, html: Option<PathBuf>) -> Self {
        Measuring {
            repeat: NonZeroUsize::MIN,
            warm_up: 0,
            repeat_seconds: None,
            max_seconds: None,
            max_memory: None,
            count_up_to: 0,
            thread_counts: Vec::new(),
            json: None,
            csv,
            html,
        }
    }
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
    /// instruction set, `reads:FILE`
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
    /// How.
    #[command(flatten)]
    pub measuring: Measuring,
}

/// Results to show.
#[derive(Debug, Args)]
pub struct BenchReportArguments {
    /// File that a bench wrote with --json
    #[arg(value_name = "RESULTS")]
    pub results: PathBuf,
    /// The results as a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// The results as a report with plots
    #[arg(long, value_name = "FILE", required_unless_present = "csv")]
    pub html: Option<PathBuf>,
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
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A claim to reproduce.
#[derive(Debug, Args)]
#[command(
    after_help = "Manifests are papers/reproduce/*.toml. What does not hold here is said, and is no error.\n\
                  With --output, a run that was broken off goes on where it stopped."
)]
pub struct ReproduceArguments {
    /// Manifest [default: lists them]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// List the manifests
    #[arg(long, conflicts_with_all = ["name", "results", "output", "html"])]
    pub list: bool,
    /// How large the measurements are
    #[arg(long, value_enum, default_value = "default")]
    pub size: Size,
    /// Judge the results of this file, and measure nothing
    #[arg(long, value_name = "FILE", requires = "name")]
    pub results: Option<PathBuf>,
    /// File to write results and verdicts to
    #[arg(short, long, value_name = "FILE", requires = "name")]
    pub output: Option<PathBuf>,
    /// Directory to write reports with plots to
    #[arg(long, value_name = "DIR", requires = "name")]
    pub html: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Bytes given in hexadecimal.
#[derive(Clone, Debug)]
pub struct Bytes(pub Vec<u8>);

fn output(text: &str) -> Result<Bytes, String> {
    parse_hex(text).map(Bytes)
}

/// Files to leave out, and why.
#[derive(Clone, Debug)]
pub struct Skip {
    /// Part of the path, or pattern.
    pub pattern: String,
    /// Why.
    pub reason: String,
}

fn skip(text: &str) -> Result<Skip, String> {
    match text.split_once('=') {
        Some((pattern, reason)) if !pattern.is_empty() && !reason.is_empty() => Ok(Skip {
            pattern: pattern.to_owned(),
            reason: reason.to_owned(),
        }),
        _ => Err("a pattern, `=`, and a reason".to_owned()),
    }
}

/// A number of cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycles(pub u64);

impl fmt::Display for Cycles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_power_of_two() {
            true => write!(f, "2^{}", self.0.ilog2()),
            false => write!(f, "{}", self.0),
        }
    }
}

fn cycles(text: &str) -> Result<Cycles, String> {
    let number = match text.strip_prefix("2^") {
        Some(power) => power.parse().ok().and_then(|k| 1u64.checked_shl(k)),
        None => text.replace('_', "").parse().ok(),
    };
    number
        .filter(|n| *n > 0)
        .map(Cycles)
        .ok_or_else(|| "a positive number, or 2^K".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n > 0.0);
    number.ok_or_else(|| "a positive number".to_owned())
}

impl Cli {
    /// Whether the result is wanted as JSON.
    pub fn json(&self) -> bool {
        match &self.command {
            Command::Demo | Command::Bench(_) => false,
            Command::Measure => true,
            Command::Compare(compare) => compare.json,
            Command::Reproduce(reproduce) => reproduce.json,
            Command::Build(build) => build.json,
            Command::Inspect(inspect) => inspect.json,
            Command::Lookup(lookup) => lookup.json,
            Command::Arguments(arguments) => arguments.json,
            Command::Explain(explain) => explain.json,
            Command::Transcript(transcript) => transcript.json,
            Command::Run(run) => run.run.json,
            Command::Trace(trace) => trace.run.json,
            Command::Conformance(conformance) => conformance.json,
            Command::Prove(prove) => prove.run.json,
            Command::Verify(verify) => verify.json,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn cycles_are_numbers_or_powers() {
        assert_eq!(cycles("1_000"), Ok(Cycles(1000)));
        assert_eq!(cycles("2^24"), Ok(Cycles(1 << 24)));
        for text in ["1000", "2^24"] {
            assert_eq!(cycles(text).map(|n| n.to_string()), Ok(text.to_owned()));
        }
        for wrong in ["", "0", "-1", "2^", "2^64", "many"] {
            assert!(cycles(wrong).is_err(), "{wrong}");
        }
    }
}
