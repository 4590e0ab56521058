//! Measurements, and claims of papers.

use crate::common::{Lab, has};
use serde_json::Value;

#[test]
fn bench_vm() {
    let lab = Lab::new();
    let line =
        "bench vm --program fibonacci,htif --log-cycles 9,10 --repeat 2 --threads 1 --json b.json";
    let done = lab.run(line);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(lab.files(), ["b.json"]);
    let document: Value =
        serde_json::from_slice(&std::fs::read(lab.path("b.json")).unwrap()).unwrap();
    has(&document, &["version", "machine", "settings", "results"]);
    let results = document["results"].as_array().unwrap();
    let sizes: Vec<u64> = results
        .iter()
        .map(|r| r["log_cycles"].as_u64().unwrap())
        .collect();
    // A program that cannot be scaled is measured once, as it is.
    assert_eq!(sizes, [9, 10, 7]);
    for result in results {
        has(
            result,
            &[
                "program",
                "setup_s",
                "trace_s",
                "prove_s",
                "prove_s_min",
                "prove_s_max",
                "verify_ms",
                "phases",
                "proof_bytes",
                "instructions",
                "cycles",
                "padded_cycles",
                "kinstr_per_s",
                "kcycles_per_s",
                "peak_rss_bytes",
            ],
        );
        assert_eq!(result["samples"].as_array().unwrap().len(), 2);
        assert_eq!(result["threads"], 1);
        let fill = result["fill"].as_f64().unwrap();
        assert!(
            fill <= 1.0 && (fill >= 0.85 || result["program"] == "htif"),
            "{fill}"
        );
        let [min, median, max] =
            ["prove_s_min", "prove_s", "prove_s_max"].map(|k| result[k].as_f64().unwrap());
        assert!(0.0 < min && min <= median && median <= max);
    }
}

/// The results of a file.
fn results(lab: &Lab, name: &str) -> Vec<Value> {
    let document: Value = serde_json::from_slice(&std::fs::read(lab.path(name)).unwrap()).unwrap();
    has(
        &document,
        &[
            "kind", "schema", "commit", "dirty", "build", "command", "machine", "settings",
        ],
    );
    document["results"].as_array().unwrap().clone()
}

#[test]
fn bench_lookup() {
    let lab = Lab::new();
    let line = "bench lookup --table and,range4 --argument shout,logup-gkr,naive --repeat 2 --threads 1 \
                --json b.json --csv b.csv --html b.html --log-reads";
    let done = lab.run(&format!("{line} 4"));
    // Five times three figures: `compare` says the same of two such files.
    let note = "note: with --repeat 2, `jolt-lab compare` can call no timing of two such files different: among 15 figures \
                that takes --repeat 6\n";
    assert_eq!((done.code, done.stderr.as_str()), (0, note));
    let compared = lab.run("compare b.json b.json").sentences();
    assert!(
        compared.contains("takes 6 repetitions of both"),
        "{compared}"
    );
    assert_eq!(lab.files(), ["b.csv", "b.html", "b.json"]);
    let first = results(&lab, "b.json");
    assert_eq!(first.len(), 6);
    for result in &first {
        has(
            result,
            &["argument", "table", "log_reads", "pcs", "threads"],
        );
        if result["argument"] == "naive" && result["table"] == "and" {
            assert!(
                result["skipped"]
                    .as_str()
                    .unwrap()
                    .contains("128 index bits")
            );
            continue;
        }
        let figures = [
            "reads",
            "prove_s",
            "prove_s_min",
            "prove_s_max",
            "verify_ms",
            "peak_rss_bytes",
            "phases",
            "phases_max",
            "multiplications_per_lookup",
            "group_additions_per_lookup",
            "operations",
            "soundness_bits",
            "ns_per_lookup",
        ];
        has(result, &figures);
        let labels = result["bytes"].as_object().unwrap();
        let sum: u64 = labels.values().map(|bytes| bytes.as_u64().unwrap()).sum();
        assert_eq!(sum, result["proof_bytes"].as_u64().unwrap());
        assert!(result["multiplications"].as_u64().unwrap() > 100);
        assert_eq!(result["samples"].as_array().unwrap().len(), 2);
    }
    let page = std::fs::read_to_string(lab.path("b.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("range4") && !page.contains("<script"));
    // One for the SVG name space.
    assert!(
        !page
            .replace("http://www.w3.org/2000/svg", "")
            .contains("http")
    );
    let table = std::fs::read_to_string(lab.path("b.csv")).unwrap();
    assert_eq!(table.lines().count(), 7);
    assert!(table.starts_with("argument,table,log_reads"));

    // What is there stays as it is; what is missing is added; other settings are refused.
    assert_eq!(lab.run(&format!("{line} 4,5")).code, 0);
    let second = results(&lab, "b.json");
    assert_eq!((&second[..6], second.len()), (&first[..], 12));
    lab.fails(
        &format!("{line} 4 --warm-up 1"),
        2,
        &["b.json", "another `warm_up` (0, now 1)", "another file"],
    );
    let shown = lab.run("bench report b.json --html c.html --csv c.csv");
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));

    lab.fails("bench report b.json", 2, &["--figures"]);
    lab.fails(
        "bench report b.json --html d.html --columns two",
        2,
        &["--figures"],
    );
    for_papers(&lab);

    let compared = lab.json("compare b.json b.json --json");
    let rows = compared["comparisons"].as_array().unwrap();
    assert!(rows.len() > 10);
    for row in rows {
        assert_eq!(row["ratio"], 1.0);
        assert_eq!(row["verdict"], "no difference beyond noise");
    }
    // What does not differ is listed where all is asked for.
    let text = lab.run("compare b.json b.json --figure phases.open");
    assert!(!text.stdout.contains("\n  phases.open"), "{}", text.stdout);
    assert!(text.stdout.contains("geometric mean of phases.open: 1.000"));
    assert!(text.stdout.contains("0 less, 0 more"), "{}", text.stdout);
    let text = lab.run("compare b.json b.json --figure phases.open --all --seed 7");
    assert!(text.stdout.contains("phases.open"));
    lab.fails(
        "compare b.json b.json --least 100",
        2,
        &["from 0 to below 100"],
    );

    let line = "bench kernels --kernel sumcheck-words,commit-digits-50 --log-size 6 --repeat 1 --json k.json";
    assert_eq!(lab.run(line).code, 0);
    let kernels = results(&lab, "k.json");
    assert_eq!(kernels.len(), 2);
    assert!(kernels[0]["multiplications"].as_u64().unwrap() > 0);
    assert!(kernels[1]["group_additions"].as_u64().unwrap() > 0);
    lab.fails("compare b.json k.json", 2, &["cannot be compared"]);
    lab.file("text", "no results");
    lab.fails("compare b.json text", 2, &["text is no file of results"]);
    lab.fails("bench lookup --table none", 2, &["`none` is no workload"]);
    lab.fails(
        "bench kernels --kernel none",
        2,
        &["unknown kernel `none`; there are: sumcheck-naive"],
    );
}

/// The files for a paper, of the results above.
fn for_papers(lab: &Lab) {
    let done = lab.run("bench report b.json --figures paper --columns two");
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    let file = |name: &str| std::fs::read(lab.path("paper").join(name)).unwrap();
    let text = |name: &str| String::from_utf8(file(name)).unwrap();
    for plot in [
        "and-prove-s",
        "and-bytes",
        "range4-phases",
        "range4-multiplications",
    ] {
        assert!(text(&format!("{plot}.svg")).starts_with("<svg"));
        assert!(file(&format!("{plot}.pdf")).starts_with(b"%PDF-"));
        let code = text(&format!("{plot}.tex"));
        assert!(
            code.contains("\\begin{axis}") && code.contains("shout"),
            "{code}"
        );
        assert_eq!(code.matches('{').count(), code.matches('}').count());
    }
    let code = text("and-prove-s.tex");
    assert!(
        code.contains("log basis x=2")
            && code.contains("y explicit")
            && code.contains("proving time (s)")
    );
    let table = text("and.tex");
    for words in ["\\toprule", "logup-gkr", "left out: ", "\\bottomrule"] {
        assert!(table.contains(words), "{table}");
    }
    let all = text("all.tex");
    for name in ["and.tex", "range4.tex", "range4-verify-ms.tex"] {
        assert!(all.contains(&format!("\\input{{{name}}}")), "{all}");
    }
    // Plain names, in all tables; a row for each result, and for each repetition.
    std::fs::copy(lab.path("b.csv"), lab.path("paper/b.csv")).unwrap();
    for (name, rows) in [
        ("and.csv", 6),
        ("range4.csv", 6),
        ("samples.csv", 20),
        ("b.csv", 12),
    ] {
        let table = text(name);
        let head = table.lines().next().unwrap();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let names: Vec<&str> = head.split(',').collect();
        assert!(
            names
                .iter()
                .all(|name| !name.is_empty() && name.chars().all(plain)),
            "{head}"
        );
        let own: std::collections::BTreeSet<&&str> = names.iter().collect();
        assert_eq!(own.len(), names.len(), "{head}");
        assert_eq!(table.lines().count(), rows + 1, "{name}");
    }
    assert!(text("samples.csv").contains("repetition") && text("and.csv").contains("prove_s_min"));
    // A place that cannot be written is found out before anything is measured.
    lab.fails(
        "bench lookup --table and --log-reads 4 --figures b.json",
        2,
        &["cannot make b.json"],
    );
}

#[test]
fn limits_of_measurements() {
    let lab = Lab::new();
    let line = "bench lookup --table and --argument shout --repeat 1 --count-up-to 0 --json b.json";
    assert_eq!(
        lab.run(&format!("{line} --log-reads 4,6 --max-seconds 0.000001"))
            .code,
        0
    );
    let found = results(&lab, "b.json");
    assert!(found[0]["prove_s"].as_f64().is_some() && found[0]["multiplications"].is_null());
    assert_eq!(found[1]["skipped"], "2^4 exceeded the limit");
    std::fs::remove_file(lab.path("b.json")).unwrap();
    assert_eq!(
        lab.run(&format!("{line} --log-reads 4,6 --max-memory 1"))
            .code,
        0
    );
    let found = results(&lab, "b.json");
    let stopped = found[0]["skipped"].as_str().unwrap();
    assert!(stopped.contains("more than 1 MiB"), "{stopped}");
    assert_eq!(found[1]["skipped"], "2^4 exceeded the limit");
}

#[test]
fn reproduce() {
    let lab = Lab::new();
    let listed = lab.json("reproduce --list --json");
    let manifests = listed["manifests"].as_array().unwrap();
    assert!(manifests.len() > 8);
    let line = "reproduce one-hot-columns --size smoke --json";
    let done = lab.json(&format!(
        "{line} --output r.json --html pages --figures paper"
    ));
    let verdicts = done["conditions"].as_array().unwrap();
    assert_eq!(verdicts[0]["verdict"], "confirmed");
    assert!(verdicts.iter().any(|v| v["verdict"] == "not_judged"));
    assert_eq!(lab.files(), ["pages", "paper", "r.json"]);
    // With every repetition.
    let kept: Value = serde_json::from_slice(&std::fs::read(lab.path("r.json")).unwrap()).unwrap();
    let results = kept["runs"][0]["document"]["results"].as_array().unwrap();
    let measured = results
        .iter()
        .filter(|result| result.get("skipped").is_none());
    assert!(measured.clone().count() > 0);
    assert!(
        measured
            .into_iter()
            .all(|result| !result["samples"].as_array().unwrap().is_empty())
    );
    let run = kept["runs"][0]["run"].as_str().unwrap();
    assert!(
        lab.path(&format!("paper/one-hot-columns-{run}/all.tex"))
            .exists()
    );
    lab.fails(
        "bench report r.json --html d.html",
        2,
        &["`jolt-lab reproduce one-hot-columns --results FILE`"],
    );
    let again = lab.json("reproduce one-hot-columns --results r.json --json");
    assert_eq!(again["conditions"], done["conditions"]);
    lab.fails(
        "reproduce sweep --results r.json",
        2,
        &["r.json has no results of `sweep`"],
    );
    lab.fails("reproduce --figures paper", 2, &["of which manifest?"]);
    // All of them, as they are recorded: the table has every condition once.
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../papers/reproduce/results"
    );
    let all = lab.json(&format!("reproduce --all --results {folder} --json"));
    let judged = all["manifests"].as_array().unwrap();
    assert_eq!(judged.len(), manifests.len());
    let conditions = judged
        .iter()
        .map(|row| row["conditions"].as_array().unwrap().len());
    let text = lab
        .run(&format!("reproduce --all --results {folder}"))
        .stdout;
    let last = text
        .lines()
        .last()
        .unwrap()
        .split_whitespace()
        .collect::<Vec<_>>();
    let counted = last[1..5]
        .iter()
        .map(|count| count.parse::<usize>().unwrap());
    assert_eq!((last[0], counted.sum::<usize>()), ("all", conditions.sum()));
    lab.fails("reproduce --all sweep", 2, &["cannot be used with"]);
    lab.fails("reproduce --output r.json", 2, &["--all"]);
    lab.fails(
        "reproduce none",
        2,
        &["no manifest `none`; there are: lasso-linear"],
    );
}

/// Other seeds are other reads, tables and polynomials; a file of results has those of one seed; nothing that hides has any.
#[test]
fn seeds() {
    use jolt_core::lookup::api::Lookups;
    use jolt_lab::bench::workload::Workload;
    use jolt_lab::seed::Seed;

    for name in ["and", "rv32", "range9", "unstructured4"] {
        let reads = |seed| -> Vec<u128> {
            let workload = Workload::parse(name).unwrap();
            match workload.subject::<ark_bn254::Fr>(5, Seed { seed }).unwrap() {
                Lookups::Tables(instance) => instance.reads.index.clone(),
                Lookups::Dense { reads, .. } => reads.index.iter().map(|i| (*i).into()).collect(),
            }
        };
        assert_eq!(reads(3), reads(3), "{name}");
        assert_ne!(reads(3), reads(0), "{name}");
    }
    let lab = Lab::new();
    let line = "bench lookup --table and --argument shout --log-reads 4 --repeat 1 --json s.json";
    assert_eq!(lab.run(&format!("{line} --seed 3")).code, 0);
    let text = std::fs::read_to_string(lab.path("s.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["settings"]["seed"], 3);
    lab.fails(line, 2, &["s.json", "seed"]);
    for line in [
        "bench pcs --pcs pst13 --kind sparse --log-size 4 --repeat 1 --seed 5",
        "bench kernels --kernel sumcheck-words --log-size 4 --repeat 1 --seed 5",
        "lookup --unstructured 4 --log-reads 4 --seed 5 --json",
    ] {
        let done = lab.run(line);
        assert_eq!(done.code, 0, "{line}: {}", done.stderr);
    }
    lab.fails(
        "prove fibonacci -o p --seed 1",
        2,
        &["what hides a proof has to be random", "--clear"],
    );
    assert!(!lab.run("prove --help").stdout.contains("--seed"));
}

/// Every switch that is listed is one that a bench can set: its arms are measured, or it is said why not.
#[test]
fn ablate() {
    let lab = Lab::new();
    let listed = lab.json("ablate --json");
    let switches = listed["switches"].as_array().unwrap();
    let arms = |name: &str| {
        let switch = switches.iter().find(|s| s["name"] == name).unwrap();
        switch["arms"].as_array().unwrap().len()
    };
    assert_eq!((arms("lookup"), arms("memory"), arms("hiding")), (3, 2, 2));
    let line =
        "ablate lookup,hiding,arithmetic,logup-chunks --log-cycles 8 --log-reads 8 --repeat 1";
    let done = lab.json(&format!(
        "{line} --output a.json --csv a.csv --html a.html --json"
    ));
    for (switch, name) in done["switches"]
        .as_array()
        .unwrap()
        .iter()
        .zip(line.split([' ', ',']).skip(1))
    {
        assert_eq!(switch["switch"], name);
        let measured = switch["arms"].as_array().unwrap();
        assert_eq!(measured.len(), arms(name), "{name}");
        for arm in measured {
            let of = |field: &str| arm[field].as_f64();
            let done = of("prove_s").is_some_and(|s| s > 0.0) && of("proof_bytes").is_some();
            assert!(done || arm["skipped"].is_string(), "{name}: {arm}");
        }
        assert_eq!(measured[0]["times"][0], 1.0);
    }
    // The choices have effects that do not depend on time.
    let of = |switch: usize, arm: usize| done["switches"][switch]["arms"][arm].clone();
    assert_ne!(of(0, 0)["proof_bytes"], of(0, 1)["proof_bytes"], "lookup");
    assert_ne!(of(1, 0)["proof_bytes"], of(1, 1)["proof_bytes"], "hiding");
    assert_ne!(of(3, 1)["proof_bytes"], of(3, 2)["proof_bytes"], "chunks");
    assert!(of(3, 2)["proof_bytes"].is_u64());
    let last = of(3, 3);
    assert!(
        last["skipped"].as_str().unwrap().contains("16 variables"),
        "{last}"
    );
    lab.run("bench report a.json --csv again.csv");
    let table = |name: &str| std::fs::read_to_string(lab.path(name)).unwrap();
    // Reading may miss a float by the last bit.
    let rows = |name: &str| table(name).lines().count();
    assert_eq!(rows("a.csv"), rows("again.csv"));
    assert!(rows("a.csv") > 10);
    assert!(table("a.html").contains("logup-chunks"));
    lab.fails(
        &format!("{line} --output a.json"),
        2,
        &["there is such a file already"],
    );
    lab.fails(
        "ablate nothing",
        2,
        &["no switch `nothing`; there are: arithmetic"],
    );
}
