//! Jolt Lab in the form that collections of zkVM benchmarks use, so that others can include it.
//!
//! | module | is |
//! |---|---|
//! | [`zkvm`] | the interface: a program, prepared once, is executed, proven and verified |
//! | [`run`] | what such a benchmark writes: `hardware.json`, and an object for each run |
//! | [`time`] | the time of day, as those files have it |
//!
//! Methods, fields and their units are those of Ere 0.17 (`zkVMProver`, `zkVMVerifier`, `Input`, the two reports;
//! <https://github.com/eth-act/ere>, crates `prover/core` and `verifier/core`) and of the files that
//! `eth-act/zkevm-benchmark-workload` writes (`docs/benchmark-execution-output.md`), read on 2026-12-01. Those crates are not in
//! a registry, so nothing here depends on them: a crate that does has one line for each method.
//!
//! ```no_run
//! use zkvm_adapter::zkvm::{Input, JoltLab, ProverResource};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let elf = std::fs::read("../guests/elf/fibonacci.elf")?;
//! let zkvm = JoltLab::new(&elf, ProverResource::Cpu)?;
//! let input = Input::new().with_stdin(20u64.to_le_bytes().to_vec());
//! let (values, report) = zkvm.execute(&input)?;
//! assert!(report.total_num_cycles > 200);
//! let (proven, proof, _) = zkvm.prove(&input)?;
//! assert_eq!(zkvm.verify(&proof)?, proven);
//! assert_eq!(proven, values);
//! # Ok(())
//! # }
//! ```

pub mod run;
pub mod time;
pub mod zkvm;
