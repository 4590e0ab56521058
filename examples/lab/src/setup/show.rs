//! `jolt-lab setup show`: what a file is, or what is in the cache. Nothing is checked but structure.

use super::{describe, listed, verdict};
use crate::report::{Report, bytes};
use anyhow::{Context, bail};
use commitments::CacheDir;
use commitments::kzg::PowersFile;
use serde_json::json;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// What files begin with, and are.
const KINDS: [(&[u8], &str); 5] = [
    (b"JLPOWERS", "powers of a ceremony, imported"),
    (b"JLHYRXGS", "hashed points of hyrax"),
    (b"JLPSTSRS", "INSECURE test keys of pst13"),
    (b"JLKZGPOW", "INSECURE test powers of tau"),
    (b"ptau", "powers of a ceremony, as snarkjs writes them"),
];

/// What a file is, by its first bytes.
fn kind(path: &Path) -> std::io::Result<&'static str> {
    let mut magic = Vec::new();
    File::open(path)?.take(8).read_to_end(&mut magic)?;
    let unfinished = path.extension().is_some_and(|extension| extension == "tmp");
    let known = KINDS.iter().find(|(start, _)| magic.starts_with(start));
    Ok(match known {
        _ if unfinished => "unfinished: being written, or broken off",
        Some((_, what)) => what,
        None => "no setup",
    })
}

fn directory(path: &Path) -> anyhow::Result<Report> {
    let mut report = Report::new(json!({ "directory": path }));
    let mut rows = Vec::new();
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries.collect::<Result<Vec<_>, _>>()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).context(format!("cannot read {}", path.display())),
    };
    let mut files: Vec<_> = entries
        .iter()
        .filter(|entry| entry.path().is_file())
        .collect();
    files.sort_by_key(|entry| entry.file_name());
    report.line(format!("{}: {} files", path.display(), files.len()));
    for entry in files {
        // Others may be at work here: a file that is gone is none.
        let (Ok(what), Ok(about)) = (kind(&entry.path()), entry.metadata()) else {
            continue;
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        let head = format!("  {name:<36} {:>9}  ", bytes(about.len()));
        report.beside(&head, what);
        rows.push(json!({ "name": name, "bytes": about.len(), "kind": what }));
    }
    listed(&mut report, rows);
    Ok(report)
}

/// Shows it.
///
/// # Errors
/// It cannot be read. A file that is no setup is a negative verdict.
pub fn show(path: Option<&Path>) -> anyhow::Result<Report> {
    let Some(path) = path else {
        return match CacheDir::Default.path() {
            Some(path) => directory(&path),
            None => bail!("there is no directory for a cache: set JOLT_LAB_CACHE to one"),
        };
    };
    if path.is_dir() {
        return directory(path);
    }
    let mut report = Report::new(json!({ "file": path }));
    match PowersFile::open(path) {
        Ok(mut file) => {
            describe(&mut report, path, &mut file);
            report.line("  (structure only; `setup verify` checks the powers)");
            Ok(report)
        }
        Err(error) => verdict(error, report),
    }
}
