//! An interrupt, at whatever moment, leaves no file behind that is not complete, and takes none away.

use crate::common::Lab;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

fn start(lab: &Lab, line: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
        .args(line.split_whitespace())
        .current_dir(lab.path("."))
        .env("JOLT_LAB_CACHE", lab.path("cache"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, number: i32) {
    let sent = Command::new("kill")
        .args([format!("-{number}"), child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Whether there is a hidden file.
fn is_writing(lab: &Lab) -> bool {
    lab.files().iter().any(|name| name.starts_with('.'))
}

/// A file that is written for as long as the run takes.
#[test]
fn while_a_file_grows() {
    for number in [SIGINT, SIGTERM] {
        let lab = Lab::new();
        lab.file("n", 10_000_000u64.to_le_bytes());
        lab.file("out", "old");
        let mut child = start(&lab, "trace fibonacci --input n --lookups out");
        // One that holds something, and not the first that is only made and removed.
        let grows = || {
            let name = lab.files().into_iter().find(|name| name.starts_with('.'));
            name.is_some_and(|name| {
                std::fs::metadata(lab.path(&name)).is_ok_and(|meta| meta.len() > 0)
            })
        };
        let begun = Instant::now();
        while !grows() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "nothing is written"
            );
            assert!(child.try_wait().unwrap().is_none(), "it has ended");
        }
        signal(&child, number);
        assert_eq!(child.wait().unwrap().signal(), Some(number));
        assert_eq!(lab.files(), ["n", "out"]);
        assert_eq!(std::fs::read(lab.path("out")).unwrap(), b"old");
    }
}

/// A proof, which is written at once: whole, or not at all.
#[test]
fn while_a_proof_is_written() {
    let lab = Lab::new();
    lab.file("n", 1u64.to_le_bytes());
    let line = "prove fibonacci --input n --clear -o p";
    assert!(start(&lab, line).wait().unwrap().success());
    let proof = std::fs::read(lab.path("p")).unwrap();
    // At the first file, which says that the place can be written, and at the second, which is the proof.
    for wait in [false, true] {
        std::fs::remove_file(lab.path("p")).ok();
        let mut child = start(&lab, line);
        let ended = |child: &mut Child| child.try_wait().unwrap().is_some();
        while wait && !is_writing(&lab) && !ended(&mut child) {}
        while wait && is_writing(&lab) && !ended(&mut child) {}
        while !is_writing(&lab) && !lab.path("p").exists() && !ended(&mut child) {}
        if !ended(&mut child) {
            signal(&child, SIGINT);
        }
        let status = child.wait().unwrap();
        assert!(!is_writing(&lab), "{:?}", lab.files());
        match std::fs::read(lab.path("p")) {
            Ok(found) => assert_eq!(found.len(), proof.len()),
            Err(_) => assert_eq!(status.signal(), Some(SIGINT)),
        }
    }
}

/// What whoever started the command has it ignore is ignored.
#[test]
fn what_is_ignored_stays_so() {
    let lab = Lab::new();
    lab.file("n", 10_000_000u64.to_le_bytes());
    let command = env!("CARGO_BIN_EXE_jolt-lab");
    let script = format!("trap '' HUP; exec {command} trace fibonacci --input n --lookups out");
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .current_dir(lab.path("."))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !is_writing(&lab) {
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
    }
    signal(&child, 1);
    std::thread::sleep(Duration::from_millis(50));
    assert!(child.try_wait().unwrap().is_none(), "it has ended");
    signal(&child, SIGTERM);
    assert_eq!(child.wait().unwrap().signal(), Some(SIGTERM));
    assert!(!is_writing(&lab));
}
