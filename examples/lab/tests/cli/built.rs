//! What the build script finds of a checkout, of a copy in another one, and of an archive.

#![allow(dead_code)]

#[path = "../../build.rs"]
mod script;

use script::Git;
use std::fs;
use std::path::Path;
use std::process::Command;

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .arg("-C")
        .arg(folder);
    for setting in [
        "user.name=Test",
        "user.email=test@example.org",
        "commit.gpgsign=false",
    ] {
        git.args(["-c", setting]);
    }
    let output = git.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn changes_of_sources_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    write(root, "tracer/src/lib.rs", "one");
    write(root, "README.md", "one");
    // An archive.
    assert!(Git::of(root).is_none());
    git(root, &["init", "-q"]);
    // Nothing is committed yet.
    let found = Git::of(root).unwrap();
    assert!(found.commit().is_none());
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "one"]);
    assert_eq!(
        (found.commit().unwrap().len(), found.dirty()),
        (12, Some(false))
    );
    // What is no source may change.
    write(root, "README.md", "two");
    write(root, "results.json", "new");
    write(root, "papers/reproduce/results/sweep.json", "new");
    assert_eq!(found.dirty(), Some(false));
    write(root, "papers/reproduce/sweep.toml", "new");
    assert_eq!(found.dirty(), Some(true));
    fs::remove_file(root.join("papers/reproduce/sweep.toml")).unwrap();
    write(root, "tracer/src/new.rs", "new");
    assert_eq!(found.dirty(), Some(true));
    fs::remove_file(root.join("tracer/src/new.rs")).unwrap();
    write(root, "tracer/src/lib.rs", "two");
    assert_eq!(found.dirty(), Some(true));
    git(root, &["commit", "-q", "-a", "-m", "two"]);
    assert_eq!(found.dirty(), Some(false));
    // A copy of the sources within another repository is not what that one has committed.
    assert!(Git::of(&root.join("tracer")).is_none());
}

/// Another commit is noticed where it is wanted: in a checkout, in a worktree of it, and on no branch.
#[test]
fn commits_are_watched_wherever_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("checkout");
    write(&root, "tracer/src/lib.rs", "one");
    git(&root, &["init", "-q", "-b", "trunk"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "-q", "-m", "one"]);
    let tree = directory.path().join("tree");
    git(
        &root,
        &[
            "worktree",
            "add",
            "-q",
            "-b",
            "side",
            tree.to_str().unwrap(),
        ],
    );
    let watched = |folder: &Path, commits: bool| -> Vec<String> {
        let paths = Git::of(folder).unwrap().watched(commits);
        assert!(paths.iter().all(|path| path.exists()), "{paths:?}");
        paths
            .iter()
            .map(|path| path.display().to_string())
            .collect()
    };
    for (folder, branch) in [(&root, "refs/heads/trunk"), (&tree, "refs/heads/side")] {
        let paths = watched(folder, true);
        let ends = |end: &str| paths.iter().any(|path| path.ends_with(end));
        assert!(
            ends("/HEAD") && ends("/logs/HEAD") && ends(branch),
            "{paths:?}"
        );
        assert!(ends("tracer/src"), "{paths:?}");
        let paths = watched(folder, false);
        assert!(!paths.iter().any(|path| path.contains("HEAD")), "{paths:?}");
    }
    git(&tree, &["checkout", "-q", "--detach"]);
    git(&tree, &["pack-refs", "--all"]);
    let paths = watched(&tree, true);
    assert!(
        paths.iter().any(|path| path.ends_with("/HEAD")),
        "{paths:?}"
    );
    assert!(
        paths.iter().any(|path| path.ends_with("/packed-refs")),
        "{paths:?}"
    );
}
