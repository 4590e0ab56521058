//! Programs without an operating system that use floating point: the kernel that carries it out is part of what is proven.

use crate::report::{Report, sha256};
use serde_json::json;
use tracer::Program;

/// The float kernel's ELF file (`examples/guests/floats`).
pub static KERNEL: &[u8] = include_bytes!("../../guests/elf/float-kernel.elf");

/// Adds to a report under which float kernel a program is, if it is under one.
pub fn add(report: &mut Report, program: &Program) {
    if !program.has_float_kernel() {
        return;
    }
    let digest = sha256(KERNEL);
    report.fact("F and D by", format!("float kernel, SHA-256 {digest}"));
    report
        .json
        .insert("float_kernel_sha256".to_owned(), json!(digest));
}
