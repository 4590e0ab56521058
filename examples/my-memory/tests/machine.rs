//! The argument in the machine: a program is proven, and messages alone cannot cheat.

use ark_bn254::Fr;
use jolt_core::api::{Config, Expected, setup, verifying_key};
use jolt_core::lookup::shout::Shout;
use jolt_core::policy::Policy;
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use jolt_core::vm::{self, Provers};
use my_memory::Plain;
use sumcheck::analysis::{Effort, Protocol, analyze, sample};
use sumcheck::{ProverChannel, VerifierChannel, VerifyError};
use tracer::{ExitStatus, Inputs, Program};

mod tiny;

#[test]
fn a_program_is_proven() -> Result<(), Box<dyn std::error::Error>> {
    let elf = jolt_lab::guests::find("fibonacci").ok_or("no guest")?.elf;
    let config = Config {
        memory: "plain".to_owned(),
        registry: Registry::builtin().with_memory(Plain),
        max_cycle_vars: 10,
        ..Config::default()
    };
    let key = setup(Program::from_elf(elf)?, &config)?;
    let bytes = key.prove(&Inputs::public(20u64.to_le_bytes()))?.to_bytes();

    let key = verifying_key(Program::from_elf(elf)?, &config)?;
    let proof = Policy::only("shout", "plain", "hyrax").read(&bytes)?;
    key.verify(&proof)?;
    let expected = Expected {
        status: Some(ExitStatus::Exit(0)),
        ..Expected::default()
    };
    assert_eq!(expected.difference(&proof.statement), None);
    assert_eq!(proof.statement.output[..8], 6765u64.to_le_bytes());

    // A verifier that was not told to accept it refuses it.
    assert!(Policy::default().read(&bytes).is_err());
    // Changed proofs are rejected.
    for at in (0..bytes.len()).step_by(499 * sample::one_in(5)) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let accepted = Proof::from_bytes(&changed).is_ok_and(|proof| key.verify(&proof).is_ok());
        assert!(!accepted, "byte {at}");
    }
    Ok(())
}

struct Running<'a>(jolt_core::machine::Run<'a>);

const PROVERS: Provers<'static, Fr> = Provers {
    lookup: &Shout,
    memory: &Plain,
    program: None,
};

impl Protocol<Fr> for Running<'_> {
    fn prove(&self, channel: &mut dyn ProverChannel<Fr>) {
        let witness = tiny::honest(&self.0);
        vm::prove(channel, &PROVERS, &self.0, witness, &mut ());
    }

    fn verify(&self, channel: &mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError> {
        vm::verify(channel, &PROVERS.arguments(), &self.0)
    }
}

#[test]
fn messages_cannot_cheat() -> Result<(), Box<dyn std::error::Error>> {
    let machine = tiny::machine(tiny::program());
    let effort = Effort {
        of_each: 1,
        values: sample::count(1, usize::MAX),
        // Of a sample what all memory arguments have is left to the tests of the machine itself.
        without: match sample::all() {
            true => &[],
            false => &["constrain", "execute", "fetch"],
        },
    };
    let report = analyze(&Running(tiny::run(&machine)), effort)?;
    println!("{report}");
    report.sound()?;
    // What messages do not reach weighs or binds what was committed: `forgeries.rs` has a lie against each.
    let own = report.beyond.keys().filter(|name| name.contains("plain/"));
    let own: Vec<&str> = own.map(String::as_str).collect();
    assert_eq!(own, ["values: plain/block"]);
    Ok(())
}
