//! Traces: what is shown, what is written, and that it is what is proven.

use crate::common::{Lab, has};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// The rows of a trace in JSON.
fn rows(lab: &Lab, line: &str) -> Vec<Value> {
    let done = lab.run(line);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{line}");
    let rows = done.stdout.lines();
    rows.map(|row| serde_json::from_str(row).unwrap()).collect()
}

#[test]
fn faults_name_functions() {
    let lab = Lab::new();
    let ended = lab.json("run c-mix --json");
    assert_eq!(ended["end_symbol"], "exit+0x60");
    let text = lab.run("run c-mix").stdout;
    assert!(text.contains("0x80000120, exit+0x60"), "{text}");
    lab.file("forever", [7]);
    let line = "run panic --input forever --max-cycles 1000 --json";
    let done = lab.fails(line, 1, &["at pc 0x8", "(__guest_main+0x"]);
    let said: Value = serde_json::from_str(&done.stdout).unwrap();
    let symbol = said["fault_symbol"].as_str().unwrap();
    assert!(symbol.starts_with("__guest_main+0x"), "{symbol}");
    assert!(said["fault_pc"].as_u64().unwrap() > 0x8000_0000);
}

#[test]
fn traces_are_consistent() {
    let lab = Lab::new();
    for name in ["fibonacci-rv32", "bytes", "c-mix"] {
        let cycles = lab.json(&format!("run {name} --json"))["cycles"].clone();
        let all = rows(&lab, &format!("trace {name} --json"));
        assert_eq!(cycles, all.len());
        let (mut registers, mut memory) = (json!({}), json!({}));
        for (number, row) in all.iter().enumerate() {
            has(
                row,
                &[
                    "cycle",
                    "pc",
                    "symbol",
                    "offset",
                    "instruction",
                    "step",
                    "row",
                    "operation",
                ],
            );
            assert_eq!(row["cycle"], number);
            let step = row["step"].as_u64().unwrap();
            if step > 0 {
                let last = &all[number - 1];
                assert_eq!((&last["pc"], &last["step"]), (&row["pc"], &json!(step - 1)));
            }
            // What is read is what was written last.
            for port in ["rs1", "rs2"] {
                if let Some(read) = row.get(port) {
                    let register = read["register"].as_str().unwrap();
                    let known = registers.get(register).unwrap_or(&json!("0x0")).clone();
                    assert_eq!(read["value"], known, "{row}");
                }
            }
            if let Some(write) = row.get("rd") {
                let register = write["register"].as_str().unwrap();
                let known = registers.get(register).unwrap_or(&json!("0x0")).clone();
                assert_eq!(write["old"], known, "{row}");
                registers[register] = write["new"].clone();
            }
            if let Some(cell) = row.get("memory") {
                let address = cell["address"].as_str().unwrap();
                if let Some(known) = memory.get(address) {
                    assert_eq!(&cell["old"], known, "{row}");
                }
                assert!(cell["store"] == true || cell["old"] == cell["new"], "{row}");
                memory[address] = cell["new"].clone();
            }
        }
        let part = rows(&lab, &format!("trace {name} --from 17 --to 40 --json"));
        assert_eq!(part, all[17..40]);
    }
}

#[test]
fn traces_are_readable() {
    let lab = Lab::new();
    let text = lab.run("trace fibonacci --to 30").stdout;
    for words in [
        "_start:\n",
        "__guest_main:\n",
        "  addi sp, sp, -16 ",
        "sd ra, 8(sp)",
        "ra=0x80000018",
        "[0x83fffff8] 0x0→0x80000018",
        "LTU(0x0, 0x8)=0x1",
        "bltu a1, a2, +24 <__guest_main+0x2c>",
        "a4 0x0→0x1",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // A narrow store takes a virtual cycle.
    let text = lab.run("trace bytes").stdout;
    assert!(text.contains("  +1 ["), "no virtual cycle");
    assert_eq!(
        lab.run("trace fibonacci --from 9").stdout.lines().next(),
        Some("__guest_start+0xc:")
    );
    // Beyond the end, and up to a fault.
    lab.fails(
        "trace fibonacci --from 99999999",
        1,
        &["there is no cycle 99,999,999", "ended after"],
    );
    lab.file("forever", [7]);
    let line = "trace panic --input forever --max-cycles 1000 --from 990 --json";
    let done = lab.fails(line, 1, &["no end after 1000 cycles"]);
    let rows: Vec<Value> = done
        .stdout
        .lines()
        .map(|r| serde_json::from_str(r).unwrap())
        .collect();
    assert_eq!(rows.len(), 11);
    assert!(rows[10]["error"].as_str().unwrap().contains("no end after"));
}

#[test]
fn readers_may_go_away() {
    for json in [false, true] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
            .args(["trace", "sha256-chain"])
            .args(json.then_some("--json"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(line.contains("_start"), "{line}");
        drop(output);
        let done = child.wait_with_output().unwrap();
        assert_eq!(done.status.code(), Some(0));
        assert_eq!(String::from_utf8(done.stderr).unwrap(), "");
    }
}

#[test]
fn lookups_of_an_execution_are_proven() {
    let lab = Lab::new();
    for (program, bits) in [("fibonacci", 64), ("fibonacci-rv32", 32)] {
        let written = lab.json(&format!("trace {program} --to 500 --lookups reads --json"));
        assert_eq!(written["cycles"], 500);
        let by_table = written["reads_by_table"].as_object().unwrap();
        let sum: u64 = by_table.values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(written["reads"], sum);
        let size = std::fs::metadata(lab.path("reads")).unwrap().len();
        assert_eq!(written["bytes"], size);
        // The trace shows the same lookups.
        let shown = rows(&lab, &format!("trace {program} --to 500 --json"));
        let shown = shown.iter().filter(|row| row.get("lookup").is_some());
        assert_eq!(shown.count() as u64, sum);

        let all = lab.json("lookup --reads reads --json");
        has(&all, &["prove_s", "reads_s", "ns_per_lookup", "source"]);
        assert_eq!(all["tables"].as_array().unwrap().len(), by_table.len());
        for (key, value) in [
            ("accepted", json!(true)),
            ("reads", json!(sum)),
            ("word_bits", json!(bits)),
            ("table", Value::Null),
        ] {
            assert_eq!(all[key], value, "{key}");
        }
        let one = lab.json("lookup --reads reads --table ltu --argument shout --json");
        assert_eq!(
            (&one["table"], &one["reads"], &one["accepted"]),
            (&json!("LTU"), &by_table["LTU"], &json!(true))
        );
        let few = lab.json("lookup --reads reads --log-reads 3 --json");
        assert_eq!((&few["reads"], &few["log_reads"]), (&json!(8), &json!(3)));
    }
    let text = lab.run("lookup --reads reads").stdout;
    for words in [
        "reads of      reads",
        "tables by shout",
        "TRUNC",
        "which table each selects",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(lab.files(), ["reads"]);
}
