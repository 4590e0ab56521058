//! `jolt-lab setup`: where keys of commitment schemes come from.
//!
//! Powers of a ceremony are imported once: every power is checked, and they are written to a file that has nothing else in
//! it. Files appear when they are complete; what is written over is a file of that kind, or nothing.

mod program;
mod show;

use crate::cli::{
    ExportArguments, GenerateArguments, ImportArguments, SetupArguments, SetupCommand,
    VerifySetupArguments,
};
use crate::keys;
use crate::progress::Progress;
use crate::report::{Report, bytes, hex, seconds, thousands};
use crate::source::NewFile;
use anyhow::bail;
use commitments::kzg::{Powers, PowersFile};
use commitments::ptau::{PtauError, published};
use commitments::{CacheDir, Ceremony, SetupError};
use jolt_core::observer::Observer;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Runs one of the commands.
///
/// # Errors
/// Files that cannot be read or written, unknown names. A file whose powers are wrong is a negative verdict.
pub fn setup(command: &SetupCommand) -> anyhow::Result<Report> {
    match command {
        SetupCommand::Import(arguments) => import(arguments),
        SetupCommand::Verify(arguments) => verify(arguments),
        SetupCommand::Show(arguments) => show::show(arguments.file.as_deref()),
        SetupCommand::Generate(arguments) => generate(arguments),
        SetupCommand::Export(arguments) => export(arguments),
        SetupCommand::Program(arguments) => program::program(arguments),
    }
}

/// A file that cannot be read is no verdict on what is in it.
fn verdict(error: SetupError, report: Report) -> anyhow::Result<Report> {
    match error {
        SetupError::Io { .. }
        | SetupError::Ptau {
            source: PtauError::Io(_),
            ..
        } => Err(error.into()),
        error => Ok(report.rejected(error.to_string())),
    }
}

/// Adds which ceremony it is, and what is known of it.
fn add_ceremony(report: &mut Report, ceremony: &Ceremony) {
    let id = ceremony.id();
    report.fact("ceremony", id.name().unwrap_or("not known here"));
    report.fact("identifier", id);
    match id.about() {
        Some(about) => report.fact("trust", format!("{about}: proofs under it are accepted")),
        None => report.fact(
            "trust",
            format!(
                "whoever made it alone can forge proofs; who knows better has them accepted with \
                 --require setup=ceremony:{id}"
            ),
        ),
    }
    for (key, value) in [
        ("ceremony", json!(id.name())),
        ("id", json!(id.to_string())),
        ("known", json!(id.name().is_some())),
    ] {
        report.json.insert(key.to_owned(), value);
    }
}

/// What a file is, by its structure.
fn describe(report: &mut Report, path: &Path, file: &mut PowersFile) {
    let vars = file.max_vars();
    let of_snarkjs = file
        .ptau()
        .map(|ptau| (ptau.power(), ptau.ceremony_power(), ptau.count()));
    let (format, powers) = match of_snarkjs {
        Some((power, of, count)) => {
            let part = match power == of {
                true => String::new(),
                false => format!(", a part of 2^{of}"),
            };
            (
                "ptau",
                format!("{} in G1, 2^{power} in G2{part}", thousands(count)),
            )
        }
        None => ("srs", format!("2^{vars} in G1")),
    };
    let what = match format {
        "ptau" => "powers of tau, as snarkjs writes them",
        _ => "powers of tau, imported",
    };
    report.prose(format!("{}: {what}", path.display()));
    let ceremony = *file.ceremony();
    add_ceremony(report, &ceremony);
    report.fact("powers", powers);
    report.fact(
        "enough for",
        format!("polynomials of {vars} variables, runs of up to 2^{vars} cycles"),
    );
    for (key, value) in [
        ("format", json!(format)),
        ("max_vars", json!(vars)),
        ("powers", json!(of_snarkjs.map_or(1u64 << vars, |of| of.2))),
    ] {
        report.json.insert(key.to_owned(), value);
    }
}

/// Opens a file, checks its first `2^vars` powers, and says what it found; the powers.
fn checked(
    report: &mut Report,
    (path, vars): (&Path, Option<u8>),
    progress: &mut Progress,
) -> Result<Powers, SetupError> {
    progress.phase("structure");
    let mut file = PowersFile::open(path)?;
    describe(report, path, &mut file);
    let vars = vars.map_or(file.max_vars(), usize::from);
    progress.phase("powers");
    let powers = file.check(vars)?;
    report.fact(
        "checked",
        format!("2^{vars} powers, each is τ times the one before it"),
    );
    report.json.insert("checked_vars".to_owned(), json!(vars));
    progress.phase("digest");
    let digest = file.ptau().map(|ptau| ptau.digest()).transpose();
    let digest = digest.map_err(|source| SetupError::Ptau {
        path: path.to_owned(),
        source,
    })?;
    if let Some(digest) = digest {
        let name = published(&digest);
        report.fact(
            "whole file",
            match name {
                Some(name) => format!("the one published as {name}"),
                None => "none of those that snarkjs publishes".to_owned(),
            },
        );
        // More than a line.
        let (first, second) = digest.split_at(digest.len() / 2);
        report.fact("BLAKE2b-512", hex(first));
        report.fact("", hex(second));
        report
            .json
            .insert("blake2b".to_owned(), json!(hex(&digest)));
        report.json.insert("published".to_owned(), json!(name));
    }
    Ok(powers)
}

fn verify(arguments: &VerifySetupArguments) -> anyhow::Result<Report> {
    let mut progress = Progress::new(format!("checking {}", arguments.file.display()));
    let mut report = Report::new(json!({ "file": arguments.file, "consistent": false }));
    let of = (arguments.file.as_path(), arguments.vars);
    match checked(&mut report, of, &mut progress) {
        Ok(_) => {
            report.json.insert("consistent".to_owned(), json!(true));
            report.fact("took", seconds(progress.finish().total()));
            Ok(report)
        }
        Err(error) => verdict(error, report),
    }
}

/// Whether a file may be written: there is none, or an imported one, or it is to be written over.
fn may_write(path: &Path, force: bool) -> anyhow::Result<()> {
    if force || !path.exists() {
        return Ok(());
    }
    let imported = PowersFile::open(path).is_ok_and(|mut file| file.ptau().is_none());
    match imported {
        true => Ok(()),
        false => bail!(
            "{} exists and is no complete import; --force writes over it",
            path.display()
        ),
    }
}

fn import(arguments: &ImportArguments) -> anyhow::Result<Report> {
    let output = &arguments.output;
    may_write(output, arguments.force)?;
    let mut progress = Progress::new(format!("importing {}", arguments.file.display()));
    let mut report = Report::new(json!({ "file": arguments.file, "consistent": false }));
    let of = (arguments.file.as_path(), arguments.vars);
    let powers = match checked(&mut report, of, &mut progress) {
        Ok(powers) => powers,
        Err(error) => return verdict(error, report),
    };
    progress.phase("write");
    powers.save(output)?;
    let length = fs::metadata(output)?.len();
    add_file(&mut report, output, length);
    report.fact("took", seconds(progress.finish().total()));
    for (key, value) in [
        ("consistent", json!(true)),
        ("output", json!(output)),
        ("bytes", json!(length)),
    ] {
        report.json.insert(key.to_owned(), value);
    }
    Ok(report)
}

fn generate(arguments: &GenerateArguments) -> anyhow::Result<Report> {
    let vars = usize::from(arguments.vars);
    let setup = SetupArguments {
        srs: None,
        hyrax: arguments.hyrax,
    };
    let scheme = keys::scheme(&arguments.pcs, &setup)?;
    let Some(directory) = CacheDir::Default.path() else {
        bail!("there is no directory for a cache: set JOLT_LAB_CACHE to one");
    };
    let mut progress = Progress::new(format!("making keys of {}", arguments.pcs));
    progress.phase("setup");
    let keys = scheme.setup(vars, &keys::own_setup())?;
    let took = progress.finish().total();
    let provenance = keys.verifying.provenance();
    let mut report = Report::new(json!({
        "pcs": arguments.pcs,
        "max_vars": vars,
        "setup": provenance.to_string(),
        "secure_setup": provenance.is_secure(),
        "digest": hex(&keys.verifying.digest()),
        "directory": directory,
        "setup_s": took,
    }));
    report.line(format!("{} for up to {vars} variables", arguments.pcs));
    report.fact("setup", provenance);
    report.fact("digest", hex(&keys.verifying.digest()));
    report.fact("kept in", directory.display());
    report.fact("took", seconds(took));
    Ok(report)
}

fn export(arguments: &ExportArguments) -> anyhow::Result<Report> {
    let vars = usize::from(arguments.vars);
    let scheme = keys::scheme(&arguments.pcs, &arguments.setup)?;
    let key = scheme.verifying_key(vars, &keys::setup(&arguments.setup))?;
    let contents = key.to_bytes();
    NewFile::create(&arguments.output)?.finish(&contents)?;
    let provenance = key.provenance();
    let mut report = Report::new(json!({
        "pcs": arguments.pcs,
        "max_vars": vars,
        "setup": provenance.to_string(),
        "secure_setup": provenance.is_secure(),
        "digest": hex(&key.digest()),
        "output": arguments.output,
        "bytes": contents.len(),
    }));
    report.line(format!(
        "verifier's key of {} for up to {vars} variables",
        arguments.pcs
    ));
    report.fact("setup", provenance);
    report.fact("digest", hex(&key.digest()));
    add_file(&mut report, &arguments.output, contents.len() as u64);
    Ok(report)
}

/// Adds which file was written, and how long it is.
fn add_file(report: &mut Report, path: &Path, length: u64) {
    report.fact(
        "written to",
        format!("{}, {}", path.display(), bytes(length)),
    );
}

/// A list in a report.
fn listed(report: &mut Report, rows: Vec<Value>) {
    report.json.insert("files".to_owned(), Value::Array(rows));
}
