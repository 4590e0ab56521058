//! Commands over setups of commitment schemes.

use super::program::{HyraxArguments, ProcessArguments, SetupArguments};
use super::values::{Cycles, cycles};
use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// What to do with setups.
#[derive(Debug, Subcommand)]
pub enum SetupCommand {
    /// Check powers of a ceremony, every one, and write them to a file of their own for --srs
    Import(ImportArguments),
    /// Check every power in a file, and say which ceremony it is of
    Verify(VerifySetupArguments),
    /// Say what a file is, without checking its powers; alone, list the cache
    Show(ShowArguments),
    /// Make what a scheme has without a ceremony, and keep it in the cache: hashed points, or INSECURE test keys
    Generate(GenerateArguments),
    /// Write a verifier's key, for other programs
    Export(ExportArguments),
    /// Commit to a program, for verifiers of proofs made with --commit-program
    Program(CommitArguments),
}

impl SetupCommand {
    /// Whether the result is wanted as JSON.
    pub fn json(&self) -> bool {
        match self {
            SetupCommand::Import(import) => import.json,
            SetupCommand::Verify(verify) => verify.json,
            SetupCommand::Show(show) => show.json,
            SetupCommand::Generate(generate) => generate.json,
            SetupCommand::Export(export) => export.json,
            SetupCommand::Program(program) => program.json,
        }
    }
}

/// The most variables that powers are wanted for.
const MAX_VARS: i64 = commitments::kzg::MAX_VARS as i64;

/// Powers to import.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// A .ptau file of a ceremony, or a file that was imported and of which a part is wanted
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Take the first 2^N powers, enough for runs of 2^N cycles [default: as many as there are]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=MAX_VARS))]
    pub vars: Option<u8>,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Write over a file that is no import
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Powers to check.
#[derive(Debug, Args)]
pub struct VerifySetupArguments {
    /// A .ptau file of a ceremony, or an imported one
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Check the first 2^N powers only [default: as many as there are proofs for]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=MAX_VARS))]
    pub vars: Option<u8>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What to show.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// A .ptau file, an imported one, or a directory [default: the cache]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What to make.
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// The scheme
    #[arg(long, value_name = "NAME")]
    pub pcs: String,
    /// For polynomials of up to N variables: runs of 2^N cycles
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=MAX_VARS))]
    pub vars: u8,
    /// The scheme's own choice.
    #[command(flatten)]
    pub hyrax: HyraxArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What to export.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The scheme
    #[arg(long, value_name = "NAME")]
    pub pcs: String,
    /// For polynomials of up to N variables: runs of 2^N cycles
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=MAX_VARS))]
    pub vars: u8,
    /// Its setup.
    #[command(flatten)]
    pub setup: SetupArguments,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A program to commit to.
#[derive(Debug, Args)]
#[command(
    override_usage = "jolt-lab setup program --pcs NAME --cycles N -o FILE PROGRAM [OPTIONS]"
)]
pub struct CommitArguments {
    /// ELF file, or name of a bundled program
    pub program: OsString,
    /// The scheme
    #[arg(long, value_name = "NAME")]
    pub pcs: String,
    /// For proofs of up to this many cycles, as the statement of the proof says (a number, or 2^K)
    #[arg(long, value_name = "N", value_parser = cycles)]
    pub cycles: Cycles,
    /// For proofs made with --clear
    #[arg(long)]
    pub clear: bool,
    /// The scheme's setup.
    #[command(flatten)]
    pub setup: SetupArguments,
    /// What a Linux program is started with.
    #[command(flatten)]
    pub process: ProcessArguments,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
