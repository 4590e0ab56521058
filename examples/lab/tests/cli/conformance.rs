//! The conformance command: what passes, what fails, what is skipped and why.

use crate::common::{Lab, elf};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn suite(part: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance");
    folder.join(part)
}

fn line(directory: &Path, options: &str) -> String {
    format!("conformance {} {options}", directory.display())
}

/// The results by path, of a command with this exit code.
fn results(lab: &Lab, directory: &Path, options: &str, code: i32) -> (Value, Vec<Value>) {
    let done = lab.run(&line(directory, &format!("{options} --json")));
    assert_eq!(done.code, code, "{}{}", done.stdout, done.stderr);
    let all: Value = serde_json::from_str(&done.stdout).unwrap();
    let results = all["results"].as_array().unwrap().clone();
    (all, results)
}

fn named<'a>(results: &'a [Value], path: &str) -> &'a Value {
    let found = results.iter().find(|result| result["path"] == path);
    found.unwrap_or_else(|| panic!("{path} is not in {results:?}"))
}

#[test]
fn the_suite_passes_is_proven_and_verified() {
    let lab = Lab::new();
    let (all, results) = results(&lab, &suite("elf"), "--prove", 0);
    assert_eq!(results.len(), 21);
    for result in &results {
        assert_eq!(result["verdict"], "pass", "{result}");
        assert_eq!(result["proved"], true, "{result}");
        let name = result["path"].as_str().unwrap();
        let by = match name {
            _ if name.contains("plain") => json!(["signature"]),
            _ if name.contains("sig-") => json!(["tohost", "signature"]),
            _ => json!(["tohost"]),
        };
        assert_eq!(result["judged_by"], by, "{name}");
        let stated = by.as_array().unwrap().len() == 2;
        assert_eq!(result["states_signature"], stated, "{name}");
    }
    let group = json!({
        "group": "rv32", "total": 10, "passed": 10, "proved": 10, "failed": 0, "skipped": 0,
        "skipped_by_kind": {},
    });
    assert_eq!(all["groups"][0], group);
    assert_eq!(all["proved"], 21);
}

#[test]
fn failures_are_reported_and_lose_nothing() {
    let lab = Lab::new();
    let (all, results) = results(&lab, &suite("broken"), "--prove --max-cycles 2^10", 1);
    for (path, verdict, words) in [
        ("changes-code.elf", "skip", "which is code"),
        ("data-in-code.elf", "skip", "which is code"),
        ("endless.elf", "fail", "no end after 1024 cycles"),
        ("floating-point.elf", "skip", "no supported instruction"),
        ("no-reference.elf", "skip", "no reference"),
        ("outside-memory.elf", "fail", "0x40 is outside memory"),
        ("wrong-signature.elf", "fail", "word 2 at"),
        ("wrong-tohost.elf", "fail", "tohost reports failure 5"),
    ] {
        let result = named(&results, path);
        assert_eq!(result["verdict"], verdict, "{result}");
        let reason = result["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{path}: {reason}");
        assert_eq!(result["proved"], false);
    }
    assert_eq!((&all["failed"], &all["skipped"]), (&json!(4), &json!(4)));
    assert_eq!(all["skipped_by_kind"]["changes code"], 2);
    assert_eq!(all["skipped_by_kind"]["not supported: floating point"], 1);
    assert_eq!(all["error"], "4 of 8 files failed");

    let text = lab.fails(&line(&suite("broken"), "--max-cycles 1024"), 1, &["4 of 8"]);
    for words in [
        "FAIL  endless.elf",
        "skip  no-reference.elf",
        "files  passed  proven",
    ] {
        assert!(text.stdout.contains(words), "{words}: {}", text.stdout);
    }
}

#[test]
fn files_are_found_filtered_and_compared() {
    let lab = Lab::new();
    let copy = |from: PathBuf, to: &str| {
        fs::create_dir_all(lab.path(to).parent().unwrap()).unwrap();
        fs::copy(from, lab.path(to)).unwrap();
    };
    copy(suite("elf/rv64/base.elf"), "s/rv64ui-p-base");
    copy(suite("elf/rv64/sig-plain.elf"), "s/deep/er/plain.elf");
    copy(elf("fibonacci"), "s/guest.elf");
    lab.file("s/notes.txt", "no ELF file");
    lab.file("s/empty", "");
    lab.file("s/object.o", patched(&suite("elf/rv64/base.elf"), 16, &[1]));
    lab.file("s/x86", patched(&suite("elf/rv64/base.elf"), 18, &[62]));
    lab.file("s/cut.elf", &fs::read(elf("fibonacci")).unwrap()[..100]);
    let root = lab.path("s");
    let (all, found) = results(&lab, &root, "", 1);
    assert_eq!(found.len(), 6);
    for (path, group, verdict, kind) in [
        ("cut.elf", "s", "fail", Value::Null),
        (
            "deep/er/plain.elf",
            "deep/er",
            "skip",
            json!("no reference"),
        ),
        ("guest.elf", "s", "skip", json!("no convention")),
        ("object.o", "s", "skip", json!("no static executable")),
        ("rv64ui-p-base", "rv64ui", "pass", Value::Null),
        ("x86", "s", "skip", json!("another architecture")),
    ] {
        let result = named(&found, path);
        assert_eq!(
            (&result["group"], &result["verdict"], &result["kind"]),
            (&json!(group), &json!(verdict), &kind),
            "{result}"
        );
    }
    assert_eq!(all["groups"].as_array().unwrap().len(), 3);

    // References elsewhere: at the same relative path, or at the top; and then every signature needs one.
    let reference = suite("elf/rv64/sig-plain.reference_output");
    copy(reference.clone(), "refs/deep/er/plain.signature");
    let plain = "--filter plain --signatures-dir";
    let (_, found) = results(&lab, &root, &format!("{plain} refs"), 0);
    assert_eq!(found[0]["verdict"], "pass");
    copy(reference, "top/plain.elf.reference_output");
    let (_, found) = results(&lab, &root, &format!("{plain} top"), 0);
    assert_eq!(found[0]["verdict"], "pass");
    let signed = suite("elf/rv64");
    let (_, found) = results(&lab, &signed, "--filter sig-alu --signatures-dir refs", 0);
    assert_eq!(found[0]["kind"], "no reference");
    lab.file("refs/sig-alu.signature", "not hexadecimal");
    let (_, found) = results(&lab, &signed, "--filter sig-alu --signatures-dir refs", 1);
    assert!(
        found[0]["reason"]
            .as_str()
            .unwrap()
            .contains("is no reference")
    );

    let skip = "--filter *.elf --skip cut.elf=torn";
    let (all, _) = results(&lab, &root, skip, 0);
    assert_eq!((&all["total"], &all["skipped"]), (&json!(3), &json!(3)));
    assert_eq!(all["skipped_by_kind"]["left out: torn"], 1);
    for (directory, options, words) in [
        (&root, "--filter nothing", "no ELF file"),
        (&lab.path("refs"), "", "no ELF file"),
        (&lab.path("missing"), "", "cannot read"),
        (&root, "--skip x", "a reason"),
    ] {
        lab.fails(&line(directory, options), 2, &[words]);
    }
}

/// A file with some bytes replaced.
fn patched(path: &Path, offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = fs::read(path).unwrap();
    file[offset..offset + bytes.len()].copy_from_slice(bytes);
    file
}
