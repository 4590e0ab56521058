//! The bundled programs: a record lists each with its folder, instruction set and digest, and is rewritten
//! with the digests of what was built.

use super::{
    Job,
    target::{Libc, Target},
};
use crate::report::{Report, bytes, hex};
use crate::source::NewFile;
use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The file with the list.
pub const RECORD: &str = "BUILD.toml";

#[derive(Debug, Default, Deserialize)]
struct Record {
    #[serde(default)]
    compilers: BTreeMap<String, String>,
    guests: BTreeMap<String, Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    source: String,
    /// Of a program for the bare machine.
    target: Option<Target>,
    /// Of a Linux program.
    libc: Option<Libc>,
    #[serde(default)]
    std: bool,
    /// The compiler, if it is not the record's.
    compiler: Option<String>,
    #[serde(default)]
    sha256: String,
}

/// Builds every program that `directory/BUILD.toml` lists, or one, into `directory/elf`.
///
/// # Errors
/// No record, no compiler, a file that cannot be written. A program with errors is a negative verdict.
pub fn build(directory: &Path, only: Option<&str>) -> anyhow::Result<Report> {
    let path = directory.join(RECORD);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut record: Record =
        toml::from_str(&text).with_context(|| format!("{} is no record", path.display()))?;
    if let Some(name) = only
        && !record.guests.contains_key(name)
    {
        bail!("{} does not list {name}", path.display());
    }
    let elf = directory.join("elf");
    fs::create_dir_all(&elf).with_context(|| format!("cannot write {}", elf.display()))?;
    let mut report = Report::new(json!({ "record": path }));
    let mut digests = serde_json::Map::new();
    for (name, entry) in &mut record.guests {
        if only.is_some_and(|only| only != name) {
            continue;
        }
        let target = entry.target.unwrap_or_default();
        let mut job = Job::new(&directory.join(&entry.source), target)?;
        job.std = entry.std;
        job.libc = entry.libc;
        job.linux = entry.libc.is_some();
        if directory.join(&entry.source).join("Cargo.toml").is_file() {
            job.arguments.push("--locked".to_owned());
        } else {
            job.arguments.push("-Werror".to_owned());
        }
        let Some(built) = job.build()? else {
            return Ok(report.failed(format!("{name} was not built")));
        };
        NewFile::create(&elf.join(format!("{name}.elf")))?.finish(&built.elf)?;
        let digest = hex(&Sha256::digest(&built.elf));
        let change = if entry.sha256 == digest {
            "as recorded"
        } else {
            "changed"
        };
        let size = bytes(built.elf.len() as u64);
        report.line(format!("  {name:<20} {size:>10}, {change}"));
        digests.insert(name.clone(), json!(digest));
        entry.sha256 = digest;
        let compiler = built.compiler.split(" for ").next().unwrap_or_default();
        let language = if compiler.starts_with("rustc") {
            "rust"
        } else {
            "c"
        };
        let compiler = compiler.to_owned();
        // What is built alone says nothing of the others.
        let known = record.compilers.entry(language.to_owned());
        match only {
            Some(_) => {
                let usual = known.or_insert_with(|| compiler.clone());
                entry.compiler = (*usual != compiler).then_some(compiler);
            }
            None => {
                known.insert_entry(compiler);
                entry.compiler = None;
            }
        }
    }
    report.json.insert("guests".to_owned(), digests.into());
    NewFile::create(&path)?.finish(record.text().as_bytes())?;
    Ok(report)
}

impl Record {
    fn text(&self) -> String {
        let mut text = String::from(
            "# What is in elf/: `jolt-lab build --bundled` with this folder builds all of it and writes the compilers\n\
             # and the digests. To add a program, add a line without a digest.\n\n[compilers]\n",
        );
        for (language, compiler) in &self.compilers {
            text += &format!("{language} = {compiler:?}\n");
        }
        text += "\n[guests]\n";
        for (name, entry) in &self.guests {
            let Entry { source, sha256, .. } = entry;
            let target = entry.target.iter();
            let target: String = target
                .map(|t| format!("target = {:?}, ", t.name()))
                .collect();
            let libc = entry.libc.iter();
            let libc: String = libc.map(|l| format!("libc = {:?}, ", l.name())).collect();
            let std = if entry.std { "std = true, " } else { "" };
            let compiler = entry.compiler.iter();
            let compiler: String = compiler.map(|c| format!("compiler = {c:?}, ")).collect();
            text += &format!(
                "{name} = {{ source = {source:?}, {target}{libc}{std}{compiler}sha256 = {sha256:?} }}\n"
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Linux programs are proven with: no program that can be run by itself.
    const KERNEL: (&str, &[u8]) = (
        "linux-kernel",
        include_bytes!("../../../guests/elf/linux-kernel.elf"),
    );

    /// The list, the files and the programs on the command line are the same.
    #[test]
    fn the_record_lists_the_bundled_programs() {
        let text = include_str!("../../../guests/BUILD.toml");
        let record: Record = toml::from_str(text).expect("a record");
        let names: Vec<&str> = record.guests.keys().map(String::as_str).collect();
        let mut bundled: Vec<(&str, &[u8])> = crate::guests::GUESTS
            .iter()
            .map(|guest| (guest.name, guest.elf))
            .collect();
        bundled.push(KERNEL);
        bundled.push(("float-kernel", verdict::floats::KERNEL));
        bundled.sort_unstable();
        let listed: Vec<&str> = bundled.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, listed);
        for (name, elf) in bundled {
            assert_eq!(
                record.guests[name].sha256,
                hex(&Sha256::digest(elf)),
                "{name}"
            );
        }
        assert_eq!(record.text(), text);
    }
}
