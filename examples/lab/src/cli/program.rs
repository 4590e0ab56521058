//! Commands over programs, their runs and proofs.

use super::values::{
    Bytes, Cycles, HyraxRows, Skip, cycles, hyrax_rows, memory, output, skip, variable, word,
};
use crate::build::target::{Libc, Target};
use clap::{Args, ValueEnum};
use jolt_core::api::DEFAULT_CYCLE_VARS;
use jolt_core::policy::{MAX_PROOF_BYTES, Policy};
use jolt_core::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME};
use jolt_core::statement::MAX_CYCLE_VARS;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use tracer::{INPUT_CAPACITY, Options};

/// A program to build.
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Folder of a Cargo package, a Go or a Zig program, or of sources in C, C++ and assembly
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
    /// Build a static Linux program, with all that its language has, in place of one for the bare machine; Go and Zig
    /// programs always are
    #[arg(long, conflicts_with_all = ["target", "std", "ram", "stack"])]
    pub linux: bool,
    /// C library of a Linux program in C or C++ [default: musl, if there is a compiler with it]
    #[arg(long, value_enum, requires = "linux")]
    pub libc: Option<Libc>,
    /// Instruction set of the bare machine [default: rv64imac]
    #[arg(long, value_enum)]
    pub target: Option<Target>,
    /// The package uses `std`, which is compiled along, on the bare machine
    #[arg(long)]
    pub std: bool,
    /// RAM of the bare machine, such as 512MiB [default: 64MiB]
    #[arg(long, value_name = "BYTES", value_parser = memory)]
    pub ram: Option<u64>,
    /// Stack of a program for the bare machine, with its guard, a quarter of it [default: 1MiB]
    #[arg(long, value_name = "BYTES", value_parser = memory)]
    pub stack: Option<u64>,
    /// Keep debug information: `profile` and debuggers show lines and inlined functions. What is proven stays the same
    #[arg(long)]
    pub debug: bool,
    /// File to write [default: NAME.elf]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Folder for what compilers make [default: DIR/target, or cargo's]
    #[arg(long, value_name = "FOLDER")]
    pub target_dir: Option<PathBuf>,
    /// The binary to build, where a package has several
    #[arg(long, value_name = "NAME")]
    pub bin: Option<String>,
    /// Build the programs that DIR/BUILD.toml lists (with --bin: one of them) into DIR/elf, and record their digests there
    #[arg(long, conflicts_with_all = ["target", "std", "debug", "linux", "ram", "stack", "output", "target_dir", "arguments"])]
    pub bundled: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// More arguments for `cargo build`, `go build`, `zig`, or for the C compiler
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub arguments: Vec<String>,
}

/// A demonstration.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Instead: follow one ADD from the run to the opening, with the numbers of a real proof
    #[arg(long)]
    pub explain: bool,
}

/// Completions.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Manual pages.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// A folder that is empty or does not exist
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// What standard input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stdin {
    /// The public input.
    Public,
    /// The private input.
    Private,
}

/// What a Linux program is started with. All of it is part of what is proven, and verifiers have to say the same.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Linux programs")]
pub struct ProcessArguments {
    /// A variable of the program's environment, which is empty without; may be given several times
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    pub environment: Vec<String>,
    /// What standard input reads: the public input or the private one [default: public]
    #[arg(long, value_enum, value_name = "WHICH", hide_possible_values = true)]
    pub stdin: Option<Stdin>,
    /// The program's own name, its first argument [default: that of its file]
    #[arg(long, value_name = "NAME")]
    pub arg0: Option<OsString>,
    /// Its other arguments
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub arguments: Vec<OsString>,
}

/// A program with its inputs.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// ELF file, or name of a bundled program
    pub program: OsString,
    /// Public input.
    #[arg(long, value_name = "FILE",
          help = format!("Public input: the bytes of this file, at most {INPUT_CAPACITY} (fewer for Linux programs)"))]
    pub input: Option<PathBuf>,
    /// Private input: the bytes of this file
    #[arg(long, value_name = "FILE")]
    pub private_input: Option<PathBuf>,
    /// The longest run.
    #[arg(long, value_name = "N", value_parser = cycles,
          help = format!("Give up after so many cycles (a number, or 2^K) [default: {}]", Options::default().max_cycles))]
    pub max_cycles: Option<Cycles>,
    /// What a Linux program is started with.
    #[command(flatten)]
    pub process: ProcessArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl RunArguments {
    /// Cycles before the run is given up.
    pub fn longest(&self) -> u64 {
        self.max_cycles
            .map_or(Options::default().max_cycles, |cycles| cycles.0)
    }
}

/// How a profile is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileFormat {
    /// A flame graph, for browsers.
    Svg,
    /// A line for each path of calls, with a number.
    Folded,
    /// For `pprof`: protocol buffers, compressed.
    Pprof,
    /// A timeline, for Perfetto.
    Perfetto,
}

/// What a profile weighs calls by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// Cycles.
    #[default]
    Cycles,
    /// What the prover does for them.
    Prover,
}

/// A run to profile.
#[derive(Debug, Args)]
pub struct ProfileArguments {
    /// The run.
    #[command(flatten)]
    pub run: RunArguments,
    /// Files to write: .svg (flame graph), .folded (stacks), .pb.gz (pprof), .json (Perfetto); may be given several times
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Format of the file, if its name does not say
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<ProfileFormat>,
    /// What shows where most is: cycles, or the prover's work for them; order of functions, widths of a flame graph
    #[arg(long, value_enum, value_name = "WHAT", default_value = "cycles")]
    pub by: Measure,
    /// How many functions, lines and steps of the call tree to show
    #[arg(long, value_name = "N", default_value = "20")]
    pub top: usize,
    /// What the prover takes, from a file that --calibrate wrote
    #[arg(long, value_name = "FILE", conflicts_with = "calibrate")]
    pub weights: Option<PathBuf>,
    /// Measure what the prover takes on this machine, by proving bundled programs with the arguments that are given; write it to a file, and use it
    #[arg(long, value_name = "FILE", help_heading = "What the prover takes")]
    pub calibrate: Option<PathBuf>,
    /// What is measured.
    #[command(flatten)]
    pub protocol: CalibratedArguments,
}

/// The arguments whose work is measured.
#[derive(Debug, Args)]
#[command(next_help_heading = "What the prover takes")]
pub struct CalibratedArguments {
    /// Lookup argument
    #[arg(long, value_name = "NAME", default_value = DEFAULT_LOOKUP, requires = "calibrate")]
    pub lookup: String,
    /// Memory argument, of registers and RAM
    #[arg(long, value_name = "NAME", default_value = DEFAULT_MEMORY, requires = "calibrate")]
    pub memory: String,
    /// Polynomial commitment scheme
    #[arg(long, value_name = "NAME", default_value = DEFAULT_SCHEME, requires = "calibrate")]
    pub pcs: String,
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

/// A run to look at.
#[derive(Debug, Args)]
pub struct DebugArguments {
    /// The run.
    #[command(flatten)]
    pub run: RunArguments,
    /// Where to wait for gdb: an address of this computer; with port 0 a port that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:1234")]
    pub gdb: SocketAddr,
}

/// How Hyrax cuts polynomials.
#[derive(Clone, Copy, Debug, Default, Args, Serialize, Deserialize)]
pub struct HyraxArguments {
    /// Rows of the matrix that Hyrax makes of the longest polynomials, a point of a commitment each: a power of two, up to 2^8. Verifiers have to say the same [default: by size, 2^4 for 2^20 cycles]
    #[arg(long, value_name = "N", value_parser = hyrax_rows)]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hyrax_rows: Option<HyraxRows>,
}

/// Where the commitment scheme's setup comes from.
#[derive(Clone, Debug, Default, Args, Serialize, Deserialize)]
pub struct SetupArguments {
    /// Powers of tau for schemes that take them: a .ptau file of a ceremony, checked each time, or one that `setup import` wrote
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub srs: Option<PathBuf>,
    /// The scheme's own choice.
    #[command(flatten)]
    #[serde(flatten)]
    pub hyrax: HyraxArguments,
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
    /// The scheme's setup.
    #[command(flatten)]
    #[serde(flatten)]
    pub setup: SetupArguments,
}

impl Default for Protocol {
    /// What the options default to.
    fn default() -> Self {
        Protocol {
            lookup: DEFAULT_LOOKUP.to_owned(),
            memory: DEFAULT_MEMORY.to_owned(),
            pcs: DEFAULT_SCHEME.to_owned(),
            setup: SetupArguments::default(),
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
    /// Make a succinct proof, which may tell of private input and the run: not zero-knowledge
    #[arg(long)]
    pub clear: bool,
    /// Commit to the program in the key, so that verification takes no longer for a large one; verifiers need the
    /// commitments (`jolt-lab setup program`). Of use with schemes whose commitments are short
    #[arg(long)]
    pub commit_program: bool,
    /// Refused: there is none.
    #[arg(long, hide = true, value_name = "N", value_parser = crate::seed::refused)]
    pub seed: Option<u64>,
    /// Refuse at once what would need more memory (such as 500MB or 8GiB) [default: what is available]
    #[arg(long, value_name = "BYTES", value_parser = crate::estimate::parse_memory)]
    pub memory_limit: Option<u64>,
    /// File to write
    #[arg(short, long, value_name = "PROOF")]
    pub output: PathBuf,
}

/// What a verifier has of a program, if the key commits to it.
#[derive(Clone, Debug, Default, Args)]
pub struct CommitmentsArguments {
    /// For proofs made with --commit-program: commitments to the program, which you made or trust (`jolt-lab setup
    /// program`)
    #[arg(long, value_name = "FILE")]
    pub commitments: Option<PathBuf>,
}

/// What is accepted, whatever a proof file says.
#[derive(Debug, Args)]
pub struct AcceptArguments {
    /// What to accept in place of the default.
    #[arg(long, value_name = "WHAT=NAME", value_delimiter = ',', value_parser = crate::policy::requirement,
          help = format!(
              "Accept this in place of the default: lookup=NAME, memory=NAME, pcs=NAME (`any` is every name), \
               setup=secure, setup=any or setup=ceremony:ID (of a known name, or of what `setup verify` shows), mode=zero-knowledge or mode=clear; several are \
               separated by commas [default: {}, the strongest]",
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

/// Proofs to verify.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// ELF file, or name of a bundled program
    pub program: OsString,
    /// The proofs; several are decided together, which takes less time
    #[arg(value_name = "PROOF", required = true)]
    pub proof: Vec<PathBuf>,
    /// Reject proofs of another public input than the bytes of this file; of several proofs all, or given once for each
    #[arg(long, value_name = "FILE")]
    pub input: Vec<PathBuf>,
    /// Reject proofs of another public output; of several proofs all, or given once for each
    #[arg(long, value_name = "HEX", value_parser = output)]
    pub expect_output: Vec<Bytes>,
    /// Reject proofs of runs that did not exit with this code; of several proofs all, or given once for each
    #[arg(long, value_name = "N")]
    pub expect_exit: Vec<u64>,
    /// Only proofs of the ceremony that this file is of; no file is needed to verify one of any ceremony
    #[arg(long, value_name = "FILE")]
    pub srs: Option<PathBuf>,
    /// As the prover's.
    #[command(flatten)]
    pub hyrax: HyraxArguments,
    /// Of the program.
    #[command(flatten)]
    pub commitments: CommitmentsArguments,
    /// What is accepted.
    #[command(flatten)]
    pub accept: AcceptArguments,
    /// What a Linux program was started with.
    #[command(flatten)]
    pub process: ProcessArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What to inspect.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// ELF file, name of a bundled program, or proof
    #[arg(value_name = "PROGRAM|PROOF")]
    pub subject: Option<OsString>,
    /// The program that the proof is of
    #[arg(long, value_name = "PROGRAM")]
    pub program: Option<OsString>,
    /// Instead: the cycles of every instruction
    #[arg(long, conflicts_with_all = ["subject", "program"])]
    pub instructions: bool,
    /// The protocol whose key is shown; a proof names its own.
    #[command(flatten)]
    pub protocol: Protocol,
    /// Of the program.
    #[command(flatten)]
    pub commitments: CommitmentsArguments,
    /// What a Linux program is started with.
    #[command(flatten)]
    pub process: ProcessArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Proofs whose soundness is to be bounded.
#[derive(Debug, Args)]
pub struct SecurityArguments {
    /// ELF file, or name of a bundled program, whose rows and tables count [default: fibonacci, of the word size]
    #[arg(value_name = "PROGRAM")]
    pub program: Option<OsString>,
    /// Padded cycles of the runs: a number, or 2^K
    #[arg(long, value_name = "N", default_value_t = Cycles(1 << DEFAULT_CYCLE_VARS), value_parser = cycles)]
    pub cycles: Cycles,
    /// Bits of a word
    #[arg(long, value_name = "BITS", default_value = "64", conflicts_with = "program", value_parser = word)]
    pub word: u8,
    /// The protocol.
    #[command(flatten)]
    pub protocol: Protocol,
    /// Of succinct proofs, which may tell more than their statement
    #[arg(long)]
    pub clear: bool,
    /// Also bits for all arguments and sizes
    #[arg(long)]
    pub all: bool,
    /// What a Linux program is started with.
    #[command(flatten)]
    pub process: ProcessArguments,
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
