//! The command line.

mod lookups;
mod measure;
mod program;
mod setup;
mod values;

pub use lookups::{ExplainArguments, ListArguments, LookupArguments, TranscriptArguments};
pub use measure::{
    AblateArguments, BenchKernelsArguments, BenchLookupArguments, BenchPcsArguments,
    BenchReportArguments, BenchVmArguments, CompareArguments, FigureArguments, Measuring,
    ReportArguments, ReproduceArguments,
};
pub use program::{
    AcceptArguments, BuildArguments, CalibratedArguments, CommitmentsArguments,
    CompletionsArguments, ConformanceArguments, DebugArguments, DemoArguments, HyraxArguments,
    InspectArguments, ManArguments, Measure, ProcessArguments, ProfileArguments, ProfileFormat,
    Protocol, ProveArguments, RunArguments, SecurityArguments, SetupArguments, Stdin,
    TraceArguments, VerifyArguments,
};
pub use setup::{
    CommitArguments, ExportArguments, GenerateArguments, ImportArguments, SetupCommand,
    ShowArguments, VerifySetupArguments,
};
pub use values::{Bytes, Cycles, HyraxRows, Skip};

use clap::{Parser, Subcommand};

/// A lookup-centric zkVM to experiment with: run RISC-V programs, prove the runs, verify the proofs.
#[derive(Debug, Parser)]
#[command(
    name = "jolt-lab",
    version = crate::built::VERSION,
    arg_required_else_help = true,
    max_term_width = crate::columns::WIDTH,
    after_help = "PROGRAM is an ELF file (RV32IMAC or RV64IMAFDC, static), a static Linux program for riscv64, or the name of a \
                  bundled program; `jolt-lab inspect` without a program lists those.\n\
                  Exit codes: 0 done or accepted; 1 rejected, or `run` of a program that failed; 2 usage or unreadable file. \
                  A proof that a program failed is a proof: `prove` ends with 0, and `verify` says how the program ended.\n\
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
    Demo(DemoArguments),
    /// Build a guest program from a Cargo package, or from C, C++ and assembly
    Build(BuildArguments),
    /// Run a program without proving anything
    Run(RunArguments),
    /// Show where the cycles of a run and the prover's work go, by calls and functions
    Profile(ProfileArguments),
    /// Run a program and show what happens, cycle by cycle
    Trace(TraceArguments),
    /// Let gdb look at a run, forwards and backwards
    Debug(DebugArguments),
    /// Run a program, prove the run, and write the proof to a file
    Prove(ProveArguments),
    /// Verify proofs and print the statements that they prove
    Verify(VerifyArguments),
    /// Show facts about a program or a proof; alone, the bundled programs
    Inspect(InspectArguments),
    /// Bound the soundness error, term by term, without a proof, and say what it rests on
    Security(SecurityArguments),
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
    /// Import, check, show and make setups of commitment schemes
    #[command(subcommand)]
    Setup(SetupCommand),
    /// Measure
    #[command(subcommand)]
    Bench(Bench),
    /// Measure what single choices cost: arithmetic, threads, arguments, schemes; alone, list them
    Ablate(AblateArguments),
    /// Compare two files of results, figure by figure
    Compare(CompareArguments),
    /// Measure what a paper claims, and say whether it holds here
    Reproduce(ReproduceArguments),
    /// Print a script that completes command lines in a shell
    Completions(CompletionsArguments),
    /// Write manual pages into a folder
    Man(ManArguments),
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
    /// Commitment schemes beside each other, on one polynomial of a kind
    Pcs(BenchPcsArguments),
    /// Results of an earlier bench as a table, or as a report with plots
    Report(BenchReportArguments),
}

impl Cli {
    /// Whether the result is wanted as JSON.
    pub fn json(&self) -> bool {
        match &self.command {
            Command::Demo(_) | Command::Bench(_) | Command::Completions(_) | Command::Man(_) => {
                false
            }
            Command::Measure => true,
            Command::Compare(compare) => compare.json,
            Command::Ablate(ablate) => ablate.json,
            Command::Reproduce(reproduce) => reproduce.json,
            Command::Build(build) => build.json,
            Command::Inspect(inspect) => inspect.json,
            Command::Security(security) => security.json,
            Command::Lookup(lookup) => lookup.json,
            Command::Arguments(arguments) => arguments.json,
            Command::Explain(explain) => explain.json,
            Command::Transcript(transcript) => transcript.json,
            Command::Run(run) => run.json,
            Command::Profile(profile) => profile.run.json,
            Command::Trace(trace) => trace.run.json,
            Command::Debug(debug) => debug.run.json,
            Command::Conformance(conformance) => conformance.json,
            Command::Prove(prove) => prove.run.json,
            Command::Setup(setup) => setup.json(),
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
}
