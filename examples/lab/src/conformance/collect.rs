//! Which files a suite consists of, and what group each belongs to.

use crate::cli::ConformanceArguments;
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What an ELF file starts with.
const MAGIC: [u8; 4] = *b"\x7fELF";

/// An ELF file of a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub file: PathBuf,
    /// Its path relative to the suite, with `/` between the parts.
    pub path: String,
    /// What it is counted under.
    pub group: String,
}

/// The ELF files below the suite's directory that the filter keeps, in order of their paths.
///
/// # Errors
/// A directory or file cannot be read, or there is no ELF file left.
pub fn collect(arguments: &ConformanceArguments) -> anyhow::Result<Vec<Item>> {
    let root = &arguments.directory;
    let mut files = Vec::new();
    walk(root, &mut files)?;
    let mut items = Vec::new();
    for file in files {
        let path = relative(root, &file);
        let wanted = arguments.filter.as_deref();
        if wanted.is_none_or(|filter| selects(filter, &path)) && is_elf(&file)? {
            let group = group(root, &path);
            items.push(Item { file, path, group });
        }
    }
    items.sort_by(|a, b| a.path.cmp(&b.path));
    match (items.is_empty(), &arguments.filter) {
        (false, _) => Ok(items),
        (true, None) => bail!("there is no ELF file in {}", root.display()),
        (true, Some(filter)) => {
            bail!(
                "there is no ELF file in {} that {filter} selects",
                root.display()
            )
        }
    }
}

/// Files of a directory and all below. Links to directories are not followed: they may lead in circles.
fn walk(directory: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let cannot = || format!("cannot read the directory {}", directory.display());
    for entry in fs::read_dir(directory).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        let kind = fs::symlink_metadata(&path)
            .with_context(cannot)?
            .file_type();
        if kind.is_dir() {
            walk(&path, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn is_elf(path: &Path) -> anyhow::Result<bool> {
    let cannot = || format!("cannot read {}", path.display());
    let mut start = Vec::with_capacity(MAGIC.len());
    let file = File::open(path).with_context(cannot)?;
    let length = MAGIC.len() as u64;
    file.take(length)
        .read_to_end(&mut start)
        .with_context(cannot)?;
    Ok(start == MAGIC)
}

fn relative(root: &Path, file: &Path) -> String {
    let path = file.strip_prefix(root).unwrap_or(file);
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// `rv64ui` of a file called `rv64ui-p-add`, as riscv-tests has them; else the directory that it is in.
fn group(root: &Path, path: &str) -> String {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let isa = name.split_once('-').map_or("", |(isa, _)| isa);
    if isa.starts_with("rv32") || isa.starts_with("rv64") {
        return isa.to_owned();
    }
    match directory {
        "" => root.file_name().map_or_else(
            || ".".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        ),
        _ => directory.to_owned(),
    }
}

/// Whether a filter selects a path: with `*` or `?` in it as a pattern for the path or the file's name,
/// else as a part of the path.
pub fn selects(filter: &str, path: &str) -> bool {
    if !filter.contains(['*', '?']) {
        return path.contains(filter);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let pattern: Vec<char> = filter.chars().collect();
    [path, name]
        .iter()
        .any(|text| matches(&pattern, &text.chars().collect::<Vec<_>>()))
}

/// Whether `*` (anything) and `?` (one character) can be filled in. Quadratic at most: only the last star
/// is ever tried again.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Behind the last star, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                p += 1;
                star = Some((p, t));
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, taken)) = star else {
                    return false;
                };
                star = Some((after, taken + 1));
                (p, t) = (after, taken + 1);
            }
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_parts_or_patterns() {
        let path = "rv64i_m/I/add-01.elf";
        for filter in [
            "add",
            "64i_m/I",
            "*add*",
            "add-??.elf",
            "rv64*/I/*.elf",
            "*",
            "**1*f",
        ] {
            assert!(selects(filter, path), "{filter}");
        }
        for filter in ["sub", "add?", "*.signature", "rv32*", "?", "add-01.elf?"] {
            assert!(!selects(filter, path), "{filter}");
        }
    }

    #[test]
    fn groups_are_instruction_sets_or_directories() {
        let root = Path::new("/suites/mine");
        for (path, expected) in [
            ("rv64ui-p-add", "rv64ui"),
            ("isa/rv32um-p-div", "rv32um"),
            ("rv64i_m/I/add-01.elf", "rv64i_m/I"),
            ("one.elf", "mine"),
            ("a-b.elf", "mine"),
        ] {
            assert_eq!(group(root, path), expected);
        }
    }
}
