//! Setups: ceremonies that are imported, checked and used, and what is refused.

use crate::common::{Lab, has};
use ark_bn254::Fr;
use commitments::ptau::testing::{parts, ptau};
use serde_json::{Value, json};
use std::path::Path;

/// A part of a real ceremony, as published.
const REAL: &str = "../../commitments/tests/data/powersOfTau28_hez_final_08.ptau";
/// What the identifier of that ceremony is.
const ID: &str = "a8f6aa688b4f507b3f924115f3a4514b7f265eb1ad0175a8823161e979ef006e";

/// A directory with the real file, one of a ceremony that nobody knows, and an input.
fn lab() -> Lab {
    let lab = Lab::new();
    let real = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(REAL)).unwrap();
    lab.file("real.ptau", real);
    lab.file("unknown.ptau", ptau(8, Fr::from(1234567u64)));
    lab.file("five", 5u64.to_le_bytes());
    lab
}

#[test]
fn a_ceremony_is_imported_and_proofs_under_it_are_trusted() {
    let lab = lab();
    let verified = lab.json("setup verify real.ptau --json");
    assert_eq!(verified["consistent"], json!(true));
    assert_eq!(verified["ceremony"], json!("hez_final"));
    assert_eq!(verified["id"], json!(ID));
    assert_eq!(verified["powers"], json!(511));
    assert_eq!(verified["max_vars"], json!(8));
    assert_eq!(verified["checked_vars"], json!(8));
    assert_eq!(
        verified["published"],
        json!("powersOfTau28_hez_final_08.ptau")
    );
    let imported = lab.json("setup import real.ptau -o real.srs --json");
    has(&imported, &["output", "bytes", "blake2b"]);
    assert_eq!(imported["known"], json!(true));
    let again = lab.json("setup verify real.srs --json");
    assert_eq!(
        (&again["format"], &again["id"]),
        (&json!("srs"), &json!(ID))
    );
    let part = lab.json("setup import real.srs --vars 7 -o part.srs --json");
    assert_eq!(part["checked_vars"], json!(7));
    let shown = lab.json("setup show part.srs --json");
    assert_eq!(
        (&shown["max_vars"], &shown["powers"]),
        (&json!(7), &json!(128))
    );

    // The same proof from each file.
    for (file, proof) in [("real.ptau", "a"), ("real.srs", "b"), ("part.srs", "c")] {
        let line = format!(
            "prove fibonacci --input five --clear --pcs zeromorph --srs {file} -o {proof} --json"
        );
        let proven = lab.json(&line);
        assert_eq!(proven["secure_setup"], json!(true), "{file}");
    }
    let read = |name: &str| std::fs::read(lab.path(name)).unwrap();
    assert!(read("a") == read("b") && read("b") == read("c"));
    // No file is needed.
    for more in [
        "",
        " --srs real.ptau",
        " --srs part.srs",
        ",setup=ceremony:hez_final",
        ",setup=secure",
    ] {
        let accepted = lab.json(&format!(
            "verify fibonacci a --json --require pcs=zeromorph{more}"
        ));
        assert_eq!(accepted["accepted"], json!(true), "{more}");
        let setup = accepted["setup"].as_str().unwrap();
        assert!(setup.starts_with("ceremony hez_final"), "{setup}");
    }
    assert_eq!(
        lab.json("inspect a --program fibonacci --json")["secure_setup"],
        json!(true)
    );
    lab.json("transcript --dump a --program fibonacci --json");
    let done = lab.run("verify fibonacci a --require pcs=zeromorph");
    let said = done.sentences();
    assert!(
        said.contains("54 contributions and a random beacon"),
        "{said}"
    );
    lab.fails("verify fibonacci a", 1, &["\"zeromorph\" is not accepted"]);
    lab.json("lookup --table and:16 --log-reads 6 --pcs zeromorph --srs real.srs --json");
    lab.json("inspect fibonacci --pcs zeromorph --srs real.srs --json");
}

#[test]
fn ceremonies_that_nobody_knows_are_pinned_or_refused() {
    let lab = lab();
    let verified = lab.json("setup verify unknown.ptau --json");
    assert_eq!(
        (&verified["known"], &verified["published"]),
        (&json!(false), &Value::Null)
    );
    let id = verified["id"].as_str().unwrap();
    let said = lab.run("setup verify unknown.ptau").stdout;
    let pin = format!("setup=ceremony:{id}");
    assert!(
        said.contains(&pin) && said.contains("can forge proofs"),
        "{said}"
    );
    let proven =
        lab.json("prove fibonacci --input five --pcs zeromorph --srs unknown.ptau -o u --json");
    assert_eq!(proven["secure_setup"], json!(false));
    lab.json("prove fibonacci --input five --pcs zeromorph --srs real.ptau -o r --json");

    let verify =
        |proof: &str, more: &str| format!("verify fibonacci {proof} --require pcs=zeromorph{more}");
    lab.fails(&verify("u", ""), 1, &["rejected", id, "not known", &pin]);
    lab.fails(&verify("u", " --srs unknown.ptau"), 1, &["not known"]);
    assert_eq!(lab.run(&verify("u", &format!(",{pin}"))).code, 0);
    assert_eq!(lab.run(&verify("u", ",setup=any")).code, 0);
    let done = lab.run(&verify("u", &format!(",{pin} --srs unknown.ptau")));
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stdout.contains("UNKNOWN to this program"),
        "{}",
        done.stdout
    );
    // What is pinned takes the place of what is known.
    lab.fails(
        &verify("r", &format!(",{pin}")),
        1,
        &["not accepted", "hez_final"],
    );
    // Of another ceremony, or of none.
    lab.fails(&verify("r", " --srs unknown.ptau"), 1, &[id, ID]);
    lab.json("prove fibonacci --input five --pcs zeromorph -o t --json");
    lab.fails(&verify("t", ""), 1, &["secrets are public"]);
    lab.fails(&verify("t", ",setup=any --srs real.ptau"), 1, &["of none"]);
    lab.fails(&verify("r", " --srs none"), 2, &["none"]);

    // A header that names another ceremony does not make it the proof's.
    let of = |name: &str| std::fs::read(lab.path(name)).unwrap();
    let (mut u, r) = (of("u"), of("r"));
    u[43..203].copy_from_slice(&r[43..203]);
    lab.file("mixed", &u);
    lab.fails(&verify("mixed", ""), 1, &["another program or key"]);
    u[11..43].copy_from_slice(&r[11..43]);
    lab.file("mixed", &u);
    lab.fails(&verify("mixed", ""), 1, &["rejected", "altered"]);
}

#[test]
fn files_that_are_wrong_are_refused_with_the_reason() {
    let lab = lab();
    let real = std::fs::read(lab.path("real.ptau")).unwrap();
    let powers = parts(&real)
        .into_iter()
        .find(|part| part.section == 2)
        .unwrap();
    let mut swapped = real.clone();
    swapped[powers.g1(30).start..powers.g1(31).end].rotate_left(64);
    lab.file("swapped.ptau", swapped);
    lab.file("cut.ptau", &real[..real.len() - 1]);
    lab.file("page.ptau", "<!DOCTYPE html>");
    lab.file(
        "pointer.ptau",
        "version https://git-lfs.github.com/spec/v1\n",
    );
    lab.file("zeros.ptau", vec![0; 1000]);
    for (file, words) in [
        ("swapped.ptau", "power 30 in G1 is not τ times"),
        ("cut.ptau", "it was cut; download it again"),
        ("page.ptau", "web page"),
        ("pointer.ptau", "Git LFS"),
        ("zeros.ptau", "zeros"),
        ("five", "another kind of file"),
    ] {
        lab.fails(
            &format!("setup verify {file}"),
            1,
            &["rejected", file, words],
        );
        lab.fails(
            &format!("setup import {file} -o new.srs"),
            1,
            &["rejected", words],
        );
        let line = format!("prove fibonacci --input five --pcs zeromorph --srs {file} -o new");
        lab.fails(&line, 2, &[file, words]);
    }
    let done = lab.fails("setup verify cut.ptau --json", 1, &[]);
    let said: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(said["consistent"], json!(false));
    lab.fails("setup verify none", 2, &["none"]);
    lab.fails(
        "setup verify real.ptau --vars 9",
        1,
        &["512 powers are needed, and it has 511", "power 9"],
    );
    lab.fails("setup show five", 1, &["another kind of file"]);
    lab.fails(
        "prove fibonacci --pcs zeromorph --srs real.ptau -o new",
        2,
        &["16384 powers are needed", "file of power 14"],
    );
    lab.fails(
        "prove fibonacci --srs real.ptau -o new",
        2,
        &["hyrax takes no ceremony"],
    );
    lab.fails(
        "prove fibonacci --pcs pst13 --srs real.ptau -o new",
        2,
        &["pst13 takes no ceremony"],
    );
    lab.fails(
        "bench pcs --pcs hyrax --srs real.ptau",
        2,
        &["none of these schemes"],
    );
    assert!(
        !lab.files().iter().any(|name| name.starts_with("new")),
        "{:?}",
        lab.files()
    );
}

#[test]
fn nothing_is_written_over_but_imports() {
    let lab = lab();
    lab.file("mine", "something of mine");
    lab.fails(
        "setup import real.ptau -o mine",
        2,
        &["mine exists", "--force"],
    );
    lab.fails("setup import real.ptau -o unknown.ptau", 2, &["--force"]);
    assert_eq!(
        std::fs::read(lab.path("mine")).unwrap(),
        b"something of mine"
    );
    lab.json("setup import real.ptau -o mine --force --json");
    lab.json("setup import unknown.ptau -o mine --json");
    assert_eq!(lab.json("setup show mine --json")["known"], json!(false));
    // A broken import is none that is complete.
    let bytes = std::fs::read(lab.path("mine")).unwrap();
    lab.file("mine", &bytes[..bytes.len() - 1]);
    lab.fails("setup import real.ptau -o mine", 2, &["--force"]);
    lab.fails("setup import real.ptau -o five/below", 2, &["below"]);
    assert_eq!(lab.files(), ["five", "mine", "real.ptau", "unknown.ptau"]);
}

/// Several at once, to one name: each file that is seen is complete.
#[test]
fn imports_do_not_disturb_each_other() {
    let lab = lab();
    std::thread::scope(|scope| {
        let lab = &lab;
        for file in ["real", "unknown", "real", "unknown"] {
            scope
                .spawn(move || lab.json(&format!("setup import {file}.ptau -o shared.srs --json")));
        }
    });
    lab.json("setup verify shared.srs --json");
    assert_eq!(
        lab.files(),
        ["five", "real.ptau", "shared.srs", "unknown.ptau"]
    );
}

#[test]
fn schemes_are_set_up_shown_and_exported() {
    let lab = lab();
    assert_eq!(lab.json("setup show --json")["files"], json!([]));
    for (pcs, secure) in [("hyrax", true), ("pst13", false), ("zeromorph", false)] {
        let made = lab.json(&format!("setup generate --pcs {pcs} --vars 11 --json"));
        assert_eq!(made["secure_setup"], json!(secure), "{pcs}");
        let exported = lab.json(&format!(
            "setup export --pcs {pcs} --vars 11 -o {pcs}.key --json"
        ));
        assert_eq!(exported["digest"], made["digest"], "{pcs}");
    }
    let shown = lab.json("setup show --json");
    let kinds: Vec<&str> = shown["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["kind"].as_str().unwrap())
        .collect();
    assert!(
        kinds
            .iter()
            .filter(|kind| kind.starts_with("INSECURE"))
            .count()
            == 2,
        "{kinds:?}"
    );
    assert!(
        lab.run("setup show")
            .stdout
            .contains("hashed points of hyrax")
    );
    let exported = lab.json("setup export --pcs zeromorph --vars 20 --srs real.ptau -o k --json");
    assert_eq!(exported["secure_setup"], json!(true));
    lab.fails(
        "setup export --pcs hyrax --vars 20 --srs real.ptau -o x",
        2,
        &["takes no ceremony"],
    );
    lab.fails(
        "setup generate --pcs none --vars 3",
        2,
        &["unknown commitment scheme"],
    );
}
