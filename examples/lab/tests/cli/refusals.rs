//! What is refused, with which exit code, and what is said about it.

use crate::common::{Lab, elf};
use jolt_core::proof::Proof;
use serde_json::{Value, json};

#[test]
fn proofs_of_something_else() {
    let lab = Lab::new();
    lab.fibonacci();
    lab.file("other", 21u64.to_le_bytes());
    lab.fails(
        "verify fibonacci fibonacci.proof --input other",
        1,
        &["another public input"],
    );
    lab.fails(
        "verify fibonacci fibonacci.proof --expect-output 0x00",
        1,
        &["another public output"],
    );
    lab.fails(
        "verify fibonacci fibonacci.proof --expect-exit 1",
        1,
        &["exit(0)"],
    );
    for program in ["sort", "fibonacci-rv32", "htif"] {
        let line = format!("verify {program} fibonacci.proof");
        lab.fails(
            &line,
            1,
            &["rejected", program, "another program or key (digest"],
        );
        // Before anything else that there is to say against it.
        let all = format!("{line} --input other --expect-output 00 --expect-exit 1");
        lab.fails(&all, 1, &["another program or key (digest"]);
    }
    // A header that names the key does not make it the key's proof.
    let bytes = std::fs::read(lab.path("fibonacci.proof")).unwrap();
    let mut renamed = Proof::from_bytes(&bytes).unwrap();
    let key = said_key(&lab, "sort", renamed.statement.cycle_vars);
    renamed.key = key;
    lab.file("renamed.proof", renamed.to_bytes());
    lab.fails("verify sort renamed.proof", 1, &["rejected", "sort"]);
    renamed.key[0] ^= 1;
    lab.file("renamed.proof", renamed.to_bytes());
    lab.fails(
        "verify fibonacci renamed.proof",
        1,
        &["another program or key"],
    );
    let done = lab.fails("verify sort fibonacci.proof --json", 1, &["rejected"]);
    let said: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(said["accepted"], json!(false));
    assert!(said["error"].as_str().unwrap().contains("sort"));
    assert!(!done.stdout.contains("ACCEPTED"));
}

/// Digest of the key for runs of a bundled program of up to `2^cycle_vars` cycles.
fn said_key(lab: &Lab, program: &str, cycle_vars: usize) -> [u8; 32] {
    let guest = jolt_lab::guests::find(program).unwrap();
    let config = jolt_core::api::Config {
        max_cycle_vars: cycle_vars,
        setup: commitments::Setup::Builtin {
            cache: commitments::CacheDir::At(lab.path("cache")),
        },
        ..Default::default()
    };
    let program = tracer::Program::from_elf(guest.elf).unwrap();
    *jolt_core::api::verifying_key(program, &config)
        .unwrap()
        .digest()
}

#[test]
fn altered_proofs() {
    let lab = Lab::new();
    lab.fibonacci();
    let bytes = std::fs::read(lab.path("fibonacci.proof")).unwrap();
    let proof = Proof::from_bytes(&bytes).unwrap();
    let header = bytes.len() - proof.payload.len();
    let verify = "verify fibonacci altered.proof";

    // Not files of this kind.
    lab.file("altered.proof", b"");
    lab.fails(verify, 2, &["altered.proof", "not a proof file"]);
    lab.file(
        "altered.proof",
        b"some other file, long enough to be anything at all",
    );
    lab.fails(verify, 2, &["not a proof file"]);
    lab.file("altered.proof", &bytes[..header - 1]);
    lab.fails(verify, 2, &["damaged", "statement"]);
    let mut version = bytes.clone();
    version[8] = 77;
    lab.file("altered.proof", version);
    lab.fails(verify, 2, &["version 77"]);

    // Proofs that do not hold.
    lab.file("altered.proof", &bytes[..bytes.len() - 1]);
    lab.fails(verify, 1, &["rejected", "malformed"]);
    lab.file("altered.proof", [bytes.as_slice(), &[0]].concat());
    lab.fails(verify, 1, &["trailing"]);
    for at in [
        header + 5,
        header + (bytes.len() - header) / 2,
        bytes.len() - 1,
    ] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        lab.file("altered.proof", flipped);
        lab.fails(verify, 1, &["rejected"]);
    }
    // Statements that were not proven, sizes among them: refused without the work they ask for.
    type Change = fn(&mut Proof);
    let changes: [(Change, &str); 10] = [
        (|p| p.statement.output[0] ^= 1, "check"),
        (|p| p.statement.input[0] ^= 1, "check"),
        (
            |p| p.statement.status = tracer::ExitStatus::Exit(1),
            "check",
        ),
        (|p| p.statement.cycle_vars = 26, "another program or key"),
        (|p| p.statement.cycle_vars = 27, "2^27 cycles"),
        (|p| p.statement.cycle_vars = 255, "2^255 cycles"),
        (
            |p| p.scheme = "none".to_owned(),
            "commitment scheme \"none\" is not accepted; accepted: hyrax",
        ),
        (
            |p| p.lookup = "lasso".to_owned(),
            "lookup argument \"lasso\" is not accepted; accepted: shout (--require lookup=NAME)",
        ),
        (
            |p| p.memory = "spice".to_owned(),
            "memory argument \"spice\" is not accepted; accepted: twist (--require memory=NAME)",
        ),
        (
            |p| p.memory = "\u{1b}[2J".to_owned(),
            "memory argument \"\\u{1b}[2J\"",
        ),
    ];
    for (change, words) in changes {
        let mut changed = proof.clone();
        change(&mut changed);
        lab.file("altered.proof", changed.to_bytes());
        let start = std::time::Instant::now();
        lab.fails(verify, 1, &[words]);
        assert!(start.elapsed().as_secs() < 10, "{words}");
    }
}

#[test]
fn what_the_verifier_does_not_accept() {
    let lab = Lab::new();
    lab.fibonacci();
    let verify = |rest: &str| format!("verify fibonacci fibonacci.proof {rest}");
    // 2^8 cycles.
    for accepted in [
        "--require lookup=shout,memory=twist,pcs=hyrax",
        "--require lookup=lasso --require lookup=shout",
        "--require lookup=any,memory=any,pcs=any,setup=any",
        "--max-cycles 256",
        "--max-cycles 2^60 --max-bytes 50kB",
    ] {
        let done = lab.run(&verify(accepted));
        assert_eq!(done.code, 0, "{accepted}: {}", done.stderr);
    }
    for (refused, words) in [
        (
            "--require lookup=lasso,lookup=logup-gkr",
            "accepted: lasso, logup-gkr",
        ),
        (
            "--require memory=spice",
            "memory argument \"twist\" is not accepted",
        ),
        ("--require mode=clear", "the proof is in zero knowledge"),
        (
            "--max-cycles 255",
            "2^8 cycles: the key allows 2^6 to 2^7 (--max-cycles)",
        ),
    ] {
        let done = lab.fails(&verify(refused), 1, &["rejected", words]);
        assert!(!done.stdout.contains("ACCEPTED"));
    }
    for (unusable, words) in [
        (
            "--require lookup=none",
            "there are: shout, lasso, logup-gkr, naive, or any",
        ),
        (
            "--require shout",
            "lookup=NAME, memory=NAME, pcs=NAME, setup=secure, setup=ceremony:ID or mode=zero-knowledge",
        ),
        ("--require lookup=", "there is no ``"),
        ("--max-cycles 0", "a positive number"),
        ("--max-bytes 20kB", "more than 20000 bytes"),
    ] {
        lab.fails(&verify(unusable), 2, &[words]);
    }
    // A setup whose secrets are public is one for who asks for it, by scheme and by setup.
    lab.json("prove fibonacci --input twenty --pcs pst13 -o trapdoor.proof --json");
    let trapdoor = "verify fibonacci trapdoor.proof";
    for (rest, words) in [
        ("", "commitment scheme \"pst13\" is not accepted"),
        ("--require pcs=pst13", "anybody can forge"),
        ("--require pcs=pst13,setup=secure", "anybody can forge"),
    ] {
        lab.fails(&format!("{trapdoor} {rest}"), 1, &["rejected", words]);
    }
    let done = lab.run(&format!("{trapdoor} --require pcs=pst13,setup=any"));
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stdout.contains("INSECURE"), "{}", done.stdout);
    let words =
        "as asked for: under this setup whoever knows its secrets makes such a proof of anything.";
    assert!(done.sentences().contains(words), "{}", done.stdout);
    // A proof by other arguments is one for who asks for it.
    lab.json("prove fibonacci --input twenty --lookup lasso --memory spice -o other.proof --json");
    let other = "verify fibonacci other.proof";
    lab.fails(other, 1, &["lookup argument \"lasso\" is not accepted"]);
    let done = lab.run(&format!("{other} --require lookup=lasso,memory=spice"));
    assert_eq!(done.code, 0, "{}", done.stderr);
    let accepted = "accepted arguments: lookup=lasso, memory=spice, pcs=hyrax";
    assert!(done.stdout.contains(accepted), "{}", done.stdout);
    // A file that never ends.
    if cfg!(unix) {
        lab.fails(
            "verify fibonacci /dev/zero",
            2,
            &["more than 1048576 bytes"],
        );
    }
}

#[test]
fn runs_that_cannot_be_proven() {
    let lab = Lab::new();
    lab.file("forever", [7]);
    lab.file("secretive", [6]);
    lab.file("p", "kept");
    for command in ["run", "prove"] {
        let output = if command == "prove" { "-o p" } else { "" };
        let line = |rest: &str| format!("{command} {rest} {output}");
        lab.fails(
            &line("panic --input forever --max-cycles 1000"),
            1,
            &["--max-cycles"],
        );
        lab.fails(
            &line("fibonacci --max-cycles 10"),
            1,
            &["cycle", "--max-cycles"],
        );
    }
    for line in [
        "run panic --input forever --max-cycles 1000",
        "trace panic --input forever --max-cycles 1000 --from 990 --json",
        "prove panic --input forever --max-cycles 1000 -o p",
        "trace panic --input forever --max-cycles 1000 --lookups p",
    ] {
        lab.fails(line, 1, &["at pc 0x8", " (__guest_main+0x"]);
    }
    // What was there is still there, and nothing else.
    assert_eq!(std::fs::read(lab.path("p")).unwrap(), b"kept");
    assert_eq!(lab.files(), ["forever", "p", "secretive"]);
}

#[test]
fn files_that_cannot_be_used() {
    let lab = Lab::new();
    lab.file("text", "not a program");
    lab.file("large", vec![1; 40_000]);
    let mut foreign = std::fs::read(elf("fibonacci")).unwrap();
    foreign[18] = 62;
    lab.file("foreign.elf", foreign);
    let truncated = std::fs::read(elf("fibonacci")).unwrap();
    lab.file("truncated.elf", &truncated[..truncated.len() / 2]);

    for command in ["run", "trace", "inspect"] {
        let line = |rest: &str| format!("{command} {rest}");
        lab.fails(
            &line("missing.elf"),
            2,
            &["missing.elf", "bundled are", "fibonacci"],
        );
        lab.fails(&line("text"), 2, &["text", "ELF"]);
        lab.fails(&line("foreign.elf"), 2, &["foreign.elf", "RISC-V"]);
        lab.fails(&line("truncated.elf"), 2, &["truncated.elf"]);
    }
    lab.fails("run .", 2, &["cannot read ."]);
    lab.fails("run fibonacci --input nowhere", 2, &["cannot read nowhere"]);
    lab.fails(
        "run fibonacci --input large",
        1,
        &["40000 bytes", "private"],
    );
    lab.fails(
        "prove fibonacci -o no/such/place",
        2,
        &["cannot write no/such/place"],
    );
    lab.fails("prove fibonacci -o .", 2, &["cannot write"]);
    lab.fails("verify fibonacci nowhere", 2, &["cannot read nowhere"]);
    lab.fails(
        "trace fibonacci --lookups no/such/place",
        2,
        &["cannot write no/such/place"],
    );
    lab.fails("lookup --reads nowhere", 2, &["cannot read nowhere"]);
    lab.fails("lookup --reads text", 2, &["text", "not a file of reads"]);
    lab.run("trace fibonacci --to 20 --lookups reads");
    let reads = std::fs::read(lab.path("reads")).unwrap();
    lab.file("short", &reads[..reads.len() - 1]);
    lab.fails("lookup --reads short", 2, &["damaged", "ends in its reads"]);
    lab.file("long", [reads.as_slice(), &[0]].concat());
    lab.fails("lookup --reads long", 2, &["damaged", "follow the last"]);
    lab.fails(
        "lookup --reads reads --table sra",
        2,
        &["no reads of SRA", "there are", "TRUNC"],
    );
    lab.fails(
        "lookup --reads reads --table none",
        2,
        &["unknown table `none`"],
    );
    lab.fails(
        "lookup --table-file nowhere --log-reads 4",
        2,
        &["cannot read nowhere"],
    );
    lab.file("uneven.csv", "1,2\n3\n");
    lab.fails(
        "lookup --table-file uneven.csv --log-reads 4",
        2,
        &["uneven.csv", "line 2: another number of columns (1)"],
    );
    lab.fails(
        "lookup --table-file text --log-reads 4",
        2,
        &["cannot use the table in text", "line 1"],
    );
    lab.fails(
        "lookup --range 18 --argument naive --log-reads 4",
        2,
        &["naive cannot serve RANGE18", "2^22 entries"],
    );
    lab.fails("inspect fibonacci --program sort", 2, &["no proof"]);
    lab.fails("bench vm --program missing.elf", 2, &["missing.elf"]);
    lab.fails(
        "bench vm --program sha256-chain --log-cycles 6",
        2,
        &["sha256-chain", "2^6", "does not fit"],
    );
    lab.fails(
        "bench vm --program bytes --log-cycles 24",
        2,
        &["bytes", "2^24", "cannot be filled"],
    );
}

#[test]
fn command_lines_that_make_no_sense() {
    let lab = Lab::new();
    for (line, words) in [
        ("", "Usage"),
        ("frobnicate", "frobnicate"),
        ("run", "PROGRAM"),
        ("run fibonacci --max-cycles none", "2^K"),
        ("prove fibonacci", "--output"),
        ("verify fibonacci", "PROOF"),
        ("verify fibonacci p --expect-output xyz", "hexadecimal"),
        ("verify fibonacci p --expect-exit minus", "minus"),
        ("lookup --table and --argument shout --log-reads 99", "99"),
        ("lookup --table and", "--log-reads"),
        ("lookup --log-reads 4", "--table"),
        ("lookup --range 23 --log-reads 4", "23"),
        ("lookup --range 4", "--log-reads"),
        ("lookup --range 4 --table and --log-reads 4", "--table"),
        ("trace fibonacci --from 3 --to 3", "no cycle is from 3"),
        ("trace fibonacci --from -1", "-1"),
        ("profile fibonacci --top many", "many"),
        ("bench vm --program sort --repeat 0", "repeat"),
        ("demo --threads 0", "0"),
        (
            "prove fibonacci --lookup none -o p",
            "unknown lookup argument `none`; there are: shout",
        ),
        (
            "prove fibonacci --memory none -o p",
            "unknown memory argument `none`; there are: twist, spice",
        ),
        (
            "bench vm --program fibonacci --memory none",
            "unknown memory argument `none`",
        ),
        (
            "prove fibonacci --pcs none -o p",
            "unknown commitment scheme `none`; there are: hyrax, pst13, zeromorph, mercury, hyperkzg, basefold, ligero",
        ),
        (
            "lookup --table none --argument shout --log-reads 4",
            "unknown table `none`; there are: AND",
        ),
        (
            "lookup --table and --argument none --log-reads 4",
            "unknown lookup argument `none`",
        ),
        (
            "lookup --table and --argument shout --log-reads 4 --pcs none",
            "unknown commitment scheme",
        ),
        ("inspect sort --pcs none", "unknown commitment scheme"),
    ] {
        lab.fails(line, 2, &[words]);
    }
    assert_eq!(lab.files(), Vec::<String>::new());
    for line in ["--help", "--version", "run --help", "bench vm --help"] {
        assert_eq!(lab.run(line).code, 0, "{line}");
    }
    let done = lab.fails("run missing.elf --json", 2, &["missing.elf"]);
    let said: Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(said["error"].as_str().unwrap().contains("missing.elf"));
}

/// What cannot be said is an error, whichever command says it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    let lab = Lab::new();
    for line in [
        "arguments",
        "arguments --json",
        "run fibonacci",
        "--help",
        "demo",
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
            .args(line.split_whitespace())
            .current_dir(lab.path("."))
            .stdout(full.unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(said.contains("standard output"), "{line}: {said}");
    }
}

#[test]
fn a_file_named_like_a_bundled_program_is_not_passed_over_in_silence() {
    let lab = Lab::new();
    lab.file("fibonacci", "no program");
    let done = lab.run("run fibonacci");
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stderr.contains("`./fibonacci`"), "{}", done.stderr);
    let done = lab.run("run ./fibonacci");
    assert_eq!(done.code, 2, "{}", done.stdout);
}

/// Names that are nearly those of bundled programs, and a program where its proof should be.
#[test]
fn what_was_meant() {
    let lab = Lab::new();
    lab.fails("run fibonaci", 2, &["did you mean `fibonacci`?", "btree"]);
    let far = lab.fails("run zzz", 2, &["bundled are: btree"]);
    assert!(!far.stderr.contains("did you mean"));
    lab.fibonacci();
    let advice = "the program comes first, then its proofs";
    lab.fails("verify fibonacci.proof fibonacci", 2, &[advice]);
    let elf = elf("fibonacci");
    let line = format!("verify fibonacci {}", elf.display());
    lab.fails(&line, 2, &[advice]);
}
