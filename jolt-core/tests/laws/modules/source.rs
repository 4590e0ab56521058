//! Which modules of a crate name which: read from its source, without a compiler.
//!
//! Comments and what `#[cfg(test)]` marks are left out; other conditions are taken to hold. A path counts
//! wherever it stands: in `use`, in an expression or in a type. It leads through re-exports to the module that
//! has the item.

use super::tokens::{Token, tokens};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as File, PathBuf};

/// Segments of a path, or the names of a module from the crate's root.
pub type Path = Vec<String>;

/// What a module's source says.
#[derive(Default)]
struct Module {
    children: BTreeSet<String>,
    /// By the name that it has here, what `use` brings in.
    imports: BTreeMap<String, Path>,
    /// Paths that `use` brings everything in from.
    globs: Vec<Path>,
    /// Items defined here.
    items: BTreeSet<String>,
    /// All paths that stand here, those of `use` included.
    mentions: Vec<Path>,
}

/// The modules of one crate.
#[derive(Default)]
pub struct Crate {
    modules: BTreeMap<Path, Module>,
}

/// A module names another one.
pub struct Mention {
    /// Who names.
    pub from: Path,
    /// Who is named.
    pub to: Path,
    /// The path as it is written.
    pub written: String,
}

/// More re-exports than this, one leading to the next, are a circle.
const MOST_STEPS: usize = 16;

impl Crate {
    /// Reads the crate in this directory.
    pub fn read(directory: &File) -> Self {
        let mut all = Self::default();
        let source = directory.join("src");
        all.file(&source.join("lib.rs"), &source, Vec::new());
        all
    }

    /// One file, whose child modules are in the directory `below`.
    fn file(&mut self, file: &File, below: &File, path: Path) {
        let text = std::fs::read_to_string(file);
        let text = text.unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let tokens = tokens(&text);
        let mut rest = tokens.as_slice();
        self.block(&mut rest, (file, below), &path);
        assert!(rest.is_empty(), "{}: a bracket too many", file.display());
    }

    /// The tokens of a module, up to the bracket that closes it.
    fn block(&mut self, rest: &mut &[Token], place: (&File, &File), path: &Path) {
        self.modules.entry(path.clone()).or_default();
        let mut depth = 0usize;
        let mut at: Option<String> = None;
        while let Some((token, after)) = rest.split_first() {
            match (token, after) {
                (Token::Mark('}'), _) if depth == 0 => return,
                (Token::Mark('}'), _) => depth -= 1,
                (Token::Mark('{'), _) => depth += 1,
                (Token::Mark('#'), [Token::Mark('['), ..]) => {
                    *rest = after;
                    let attribute = balanced(rest);
                    match attribute {
                        [_, Token::Name(name), inner @ ..] if name == "cfg" && of_tests(inner) => {
                            skip_item(rest);
                        }
                        [_, Token::Name(name), _, Token::Text(file), _] if name == "path" => {
                            at = Some(file.clone());
                        }
                        _ => {}
                    }
                    continue;
                }
                (Token::Name(word), [Token::Name(name), Token::Mark(mark), ..])
                    if word == "mod" && matches!(mark, ';' | '{') =>
                {
                    *rest = &after[2..];
                    let child = [path.as_slice(), std::slice::from_ref(name)].concat();
                    self.module(path).children.insert(name.clone());
                    match mark {
                        '{' => {
                            let below = place.1.join(name);
                            self.block(rest, (place.0, &below), &child);
                            *rest = &rest[1..];
                        }
                        _ => {
                            let (file, below) = found(place, at.take().as_deref(), name);
                            self.file(&file, &below, child);
                        }
                    }
                    continue;
                }
                // Not what a return type captures: `use<'a>`.
                (Token::Name(word), [next, ..]) if word == "use" && *next != Token::Mark('<') => {
                    *rest = after;
                    self.imports(rest, path, &mut Vec::new());
                    continue;
                }
                (Token::Name(word), [Token::Name(name), ..]) if DEFINES.contains(&&**word) => {
                    self.module(path).items.insert(name.clone());
                }
                (Token::Name(first), [Token::Path, Token::Name(_), ..]) => {
                    let mut written = vec![first.clone()];
                    *rest = after;
                    while let [Token::Path, Token::Name(name), more @ ..] = rest {
                        written.push(name.clone());
                        *rest = more;
                    }
                    self.module(path).mentions.push(written);
                    continue;
                }
                _ => {}
            }
            *rest = after;
        }
    }

    /// A tree of `use` below a prefix, up to the mark behind it.
    fn imports(&mut self, rest: &mut &[Token], path: &Path, prefix: &mut Path) {
        let depth = prefix.len();
        while let Some((token, after)) = rest.split_first() {
            *rest = after;
            match token {
                Token::Name(name) if name == "as" => {
                    let Some((Token::Name(name), after)) = rest.split_first() else {
                        continue;
                    };
                    *rest = after;
                    self.import(path, prefix.clone(), name.clone());
                    prefix.truncate(depth);
                }
                Token::Name(name) => prefix.push(name.clone()),
                Token::Path => {}
                Token::Mark('*') => {
                    let module = self.module(path);
                    module.globs.push(prefix.clone());
                    module.mentions.push(prefix.clone());
                    prefix.truncate(depth);
                }
                Token::Mark('{') => {
                    self.imports(rest, path, prefix);
                    prefix.truncate(depth);
                }
                Token::Mark(end) => {
                    if let Some(last) = prefix.last().filter(|_| prefix.len() > depth) {
                        let name = last.clone();
                        self.import(path, prefix.clone(), name);
                        prefix.truncate(depth);
                    }
                    if matches!(end, ';' | '}') {
                        return;
                    }
                }
                Token::Text(_) => {}
            }
        }
    }

    fn import(&mut self, path: &Path, mut target: Path, mut name: String) {
        if target.len() > 1 && target.last().is_some_and(|last| last == "self") {
            target.pop();
            if name == "self" {
                name = target.last().cloned().unwrap_or_default();
            }
        }
        let module = self.module(path);
        module.mentions.push(target.clone());
        module.imports.insert(name, target);
    }

    fn module(&mut self, path: &Path) -> &mut Module {
        self.modules.entry(path.clone()).or_default()
    }

    /// The module that a path leads to, from where it stands; none if it leaves the crate, or is no module's.
    fn target(&self, from: &Path, written: &[String], steps: usize) -> Option<Path> {
        let (first, mut rest) = written.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.clone(),
            "super" => from[..from.len() - 1].to_vec(),
            _ => self.step(from, first, steps)?,
        };
        while let Some((name, after)) = rest.split_first() {
            at = match name.as_str() {
                "super" => at[..at.len() - 1].to_vec(),
                _ => match self.step(&at, name, steps) {
                    Some(next) => next,
                    // An item of this module, or an import of something outside.
                    None => return Some(at),
                },
            };
            rest = after;
        }
        Some(at)
    }

    /// What a name means in a module: a child, or the module that has the item.
    fn step(&self, at: &Path, name: &String, steps: usize) -> Option<Path> {
        let module = self.modules.get(at)?;
        if module.children.contains(name) {
            return Some([at.as_slice(), std::slice::from_ref(name)].concat());
        }
        if steps == MOST_STEPS || module.items.contains(name) {
            return None;
        }
        if let Some(import) = module.imports.get(name) {
            return self.target(at, import, steps + 1);
        }
        module.globs.iter().find_map(|glob| {
            let glob = self.target(at, glob, steps + 1)?;
            let has = self.modules[&glob].items.contains(name);
            has.then(|| glob.clone())
                .or_else(|| self.step(&glob, name, steps + 1))
        })
    }

    /// All modules, by path.
    pub fn modules(&self) -> impl Iterator<Item = &Path> {
        self.modules.keys()
    }

    /// The children of a module.
    pub fn children(&self, path: &Path) -> &BTreeSet<String> {
        &self.modules[path].children
    }

    /// Who names whom.
    pub fn mentions(&self) -> Vec<Mention> {
        let all = self.modules.iter().flat_map(|(from, module)| {
            let targets = module.mentions.iter();
            targets.filter_map(|written| {
                let to = self.target(from, written, 0)?;
                Some(Mention {
                    from: from.clone(),
                    to,
                    written: written.join("::"),
                })
            })
        });
        all.filter(|mention| mention.from != mention.to).collect()
    }
}

/// Words before the name of an item.
const DEFINES: [&str; 8] = [
    "fn", "struct", "enum", "trait", "type", "const", "static", "union",
];

/// Whether a condition holds in tests only.
fn of_tests(condition: &[Token]) -> bool {
    let named = |token: &Token, name: &str| matches!(token, Token::Name(n) if n == name);
    match condition {
        [_, first, ..] if named(first, "test") => true,
        [_, first, rest @ ..] if named(first, "all") => rest.iter().any(|t| named(t, "test")),
        _ => false,
    }
}

/// Takes a bracket with all that is in it.
fn balanced<'a>(rest: &mut &'a [Token]) -> &'a [Token] {
    let all = *rest;
    let mut depth = 0usize;
    while let Some((token, after)) = rest.split_first() {
        *rest = after;
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    &all[..all.len() - rest.len()]
}

/// Leaves an item out: up to its semicolon or its body's end.
fn skip_item(rest: &mut &[Token]) {
    let import = matches!(rest.first(), Some(Token::Name(word)) if word == "use");
    loop {
        let taken = balanced(rest);
        match taken.first() {
            None | Some(Token::Mark(';')) => return,
            Some(Token::Mark('{')) if !import => return,
            _ => {}
        }
    }
}

/// The file of a child module, and the directory of its children.
fn found((file, below): (&File, &File), at: Option<&str>, name: &str) -> (PathBuf, PathBuf) {
    if let Some(at) = at {
        let file = file.parent().map(|d| d.join(at)).unwrap_or_default();
        let below = file.parent().map(File::to_owned).unwrap_or_default();
        return (file, below);
    }
    let directory = below.join(name);
    let alone = below.join(format!("{name}.rs"));
    match alone.exists() {
        true => (alone, directory),
        false => (directory.join("mod.rs"), directory),
    }
}
