//! A lookup-centric zkVM: lookup and memory arguments, and the machine built from them.
//!
//! A program for RISC-V is run, its execution proven, and the proof verified from the program, the
//! statement and the proof's bytes alone:
//!
//! ```
//! use jolt_core::api::{Config, Expected, setup, verifying_key};
//! use jolt_core::proof::Proof;
//! use tracer::{ExitStatus, Inputs, Program};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let elf = std::fs::read("../examples/guests/elf/fibonacci.elf")?;
//! let config = Config { max_cycle_vars: 10, ..Config::default() }; // at most 2^10 cycles
//! let key = setup(Program::from_elf(&elf)?, &config)?;
//! let bytes = key.prove(&Inputs::public(20u64.to_le_bytes()))?.to_bytes();
//!
//! // Elsewhere: the verifier has the program, and gets the bytes.
//! let key = verifying_key(Program::from_elf(&elf)?, &config)?;
//! let proof = Proof::from_bytes(&bytes)?;
//! key.verify(&proof)?;
//! let input = 20u64.to_le_bytes();
//! let expected = Expected { input: Some(&input), status: Some(ExitStatus::Exit(0)), ..Expected::default() };
//! assert_eq!(expected.difference(&proof.statement), None);
//! assert_eq!(proof.statement.output[..8], 6765u64.to_le_bytes());
//! # Ok(())
//! # }
//! ```
//!
//! # Where to begin
//!
//! | you want to | read |
//! |---|---|
//! | prove and verify | [`api`], and the example above |
//! | write a program to prove | the crate `guest` in `examples/guests/guest`, which is built for the machine and so is no part of these pages: `cargo doc --manifest-path examples/guests/guest/Cargo.toml --open` |
//! | write a lookup argument | [`lookup`], and `papers/WRITING-AN-ARGUMENT.md` |
//! | write a memory argument | [`memory`], and `papers/WRITING-A-MEMORY-ARGUMENT.md` |
//! | write a table or an instruction | the crate [`instruction_tables`] |
//! | run programs without proving | the crate [`tracer`] |
//! | prove a sumcheck of your own | the crate [`sumcheck`] |
//! | commit and open | the crate [`commitments`] |
//!
//! # Features
//!
//! | feature | is |
//! |---|---|
//! | `prover` (default) | everything that proves: keys for it, kernels, witnesses, threads. It implies `verifier` |
//! | `verifier` | verification, which is always there: `default-features = false, features = ["verifier"]` says that nothing else is wanted |
//! | `testing` | lets tests switch checks off, and provers lie |
//!
//! Without `prover` there are no threads, no environment and no packed arithmetic. [`witness`] and [`observer`] are not
//! there, nor are `setup` and `ProvingKey` of [`api`] and `prove` of [`vm`]. `examples/verify-only` is a program of that
//! kind, which runs in WebAssembly, too.
//!
//! Proofs tell nothing but their statement, unless [`api::Config::zero_knowledge`] is off: then they are succinct and no
//! more. The default commitment scheme has no secrets. The setup of PST13 is **insecure**: its secrets are public.
//!
//! | module | is |
//! |---|---|
//! | [`api`] | keys, proving, verification |
//! | [`policy`] | what a verifier accepts of a file: arguments, schemes, sizes |
//! | [`registry`] | the arguments and schemes that keys may name; add your own |
//! | [`statement`], [`proof`] | what is proven, and the file that holds a proof of it |
//! | [`machine`] | the program and its run, as both sides know them |
//! | [`preprocessed`] | a program that a key commits to, so that verifying does not grow with it |
//! | [`vm`] | the machine's protocol, phase by phase |
//! | [`constraints`], [`bytecode`], [`witness`] | step constraints, public columns, execution columns |
//! | [`step`], [`observer`] | what the phases hand each other, and who hears of them |
//! | [`lookup`] | lookup arguments, in the machine or on their own |
//! | [`memory`] | memory arguments |
//! | [`facts`] | what arguments say of themselves |
//! | [`soundness`] | the error of a verifier, term by term |
//! | [`digits`] | one-hot digits: booleanity, and products with one-hotness |
//! | [`gkr`] | layered circuits: grand products, sums of fractions |

// A build without provers is what a verifier reaches: where it indexes, the file says why it cannot be out of bounds.
#![cfg_attr(not(feature = "prover"), deny(clippy::indexing_slicing))]

pub mod api;
pub mod bytecode;
pub mod constraints;
pub mod digits;
pub mod facts;
pub mod gkr;
pub mod lookup;
pub mod machine;
pub mod memory;
#[cfg(feature = "prover")]
pub mod observer;
pub mod policy;
pub mod preprocessed;
pub mod proof;
pub mod registry;
pub mod soundness;
pub mod statement;
pub mod step;
pub mod vm;
#[cfg(feature = "prover")]
pub mod witness;
