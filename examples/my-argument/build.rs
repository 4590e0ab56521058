//! Writes three unsound variants of the argument, for `tests/mutants.rs`: each is the library with one line changed.

use std::path::Path;

/// Name, what stands in the library, and what stands in its place.
const MUTANTS: [(&str, &[(&str, &str)]); 3] = [
    // What `read` leaves of the bits is dropped: a prover may read another index than the committed one.
    (
        "unopened",
        &[
            (
                "for (mut relation, bits) in [read, booleanity].into_iter().zip(factors.bits) {",
                "for (number, (mut relation, bits)) in [read, booleanity].into_iter().zip(factors.bits).enumerate() {",
            ),
            (
                "claims.push(EvalClaim {",
                "if number == 0 { let _ = relation.take(factor); continue; }\nclaims.push(EvalClaim {",
            ),
        ],
    ),
    // γ is drawn before the columns that it weighs are claimed.
    (
        "early",
        &[
            (
                "        let gamma: F = channel.sample(\"lookup/read\");",
                "        let gamma = self.early;",
            ),
            (
                "    oracles: Vec<Oracle>,",
                "    early: F,\n    oracles: Vec<Oracle>,",
            ),
            (
                "\n    Box::new(Committed {",
                "\n    let early = channel.sample(\"lookup/read\");\n    Box::new(Committed {\n        early,",
            ),
            (
                "        Ok(Box::new(Committed {",
                "        let early = channel.sample(\"lookup/read\");\n        Ok(Box::new(Committed {\n            early,",
            ),
        ],
    ),
    // δ is 1: bits that are not boolean cancel.
    (
        "unweighed",
        &[(
            "Expr::batch(\"δ\", sample(), terms)",
            "Expr::batch(\"δ\", F::one(), terms)",
        )],
    ),
];

fn main() {
    println!("cargo::rerun-if-changed=src/lib.rs");
    println!("cargo::rerun-if-changed=build.rs");
    let library = std::fs::read_to_string("src/lib.rs").expect("the library's source");
    // A module's text cannot begin with documentation of the file that includes it.
    let library: Vec<&str> = library.lines().filter(|l| !l.starts_with("//!")).collect();
    let library = library.join("\n");
    let out = std::env::var("OUT_DIR").expect("set by cargo");
    for (name, changes) in MUTANTS {
        let mut text = library.clone();
        for (old, new) in changes {
            assert!(text.contains(old), "mutant {name}: no line `{old}`");
            text = text.replace(old, new);
        }
        let path = Path::new(&out).join(format!("{name}.rs"));
        std::fs::write(path, text).expect("the build's folder can be written");
    }
}
