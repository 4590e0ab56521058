//! The public API end to end: keys, proof files, statements.
#![allow(clippy::unwrap_used)]

use commitments::{CacheDir, Setup};
use jolt_core::api::{Config, setup, verifying_key};
use jolt_core::proof::Proof;
use tracer::{ExitStatus, Inputs, Program};

fn elf(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/../examples/guests/elf/{name}.elf",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

fn config() -> Config {
    Config {
        max_cycle_vars: 12,
        setup: Setup::InsecureTest {
            cache: CacheDir::Off,
        },
        ..Config::default()
    }
}

#[test]
fn a_proof_survives_its_file_and_says_what_it_says() {
    let key = setup(Program::from_elf(&elf("fibonacci")).unwrap(), &config()).unwrap();
    let proof = key.prove(&Inputs::public(20u64.to_le_bytes())).unwrap();
    let bytes = proof.to_bytes();
    println!("{} bytes", bytes.len());
    let read = Proof::from_bytes(&bytes).unwrap();
    assert_eq!(read, proof);
    assert_eq!(read.statement.status, ExitStatus::Exit(0));
    let t = std::time::Instant::now();
    key.verifying_key().verify(&read).unwrap();
    println!("verified in {:?}", t.elapsed());
}

#[test]
fn the_verifying_key_needs_no_proving_key() {
    let program = || Program::from_elf(&elf("fibonacci")).unwrap();
    let key = setup(program(), &config()).unwrap();
    let alone = verifying_key(program(), &config()).unwrap();
    assert_eq!(alone.digest(), key.verifying_key().digest());
    let largest = Config {
        max_cycle_vars: 26,
        ..config()
    };
    assert!(verifying_key(program(), &largest).is_ok());
    let beyond = Config {
        max_cycle_vars: 27,
        ..config()
    };
    assert!(verifying_key(program(), &beyond).is_err());
}
