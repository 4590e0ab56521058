//! A program as the protocol sees it.

use super::protection;
use super::record::Record;
use crate::cli::Protocol;
use crate::keys;
use crate::report::{Report, add_matrix, bytes, hex, isa, thousands};
use crate::source::Source;
use instruction_tables::tables::TableId;
use jolt_core::api::{self, DEFAULT_CYCLE_VARS};
use jolt_core::statement::{MIN_CYCLE_VARS, Statement};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tracer::{ExitStatus, Program, StatusCell};

/// Static counts by mnemonic, most frequent first.
fn mnemonics(program: &Program) -> Vec<(&'static str, usize)> {
    let mut counts = BTreeMap::new();
    for (row, number) in program.rows().iter().zip(0u32..).skip(1) {
        if program.is_head(number) {
            *counts.entry(row.name).or_insert(0usize) += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// Inspects it.
///
/// # Errors
/// The file is no program, or the protocol names something unknown.
pub fn inspect(source: &Source, protocol: &Protocol) -> anyhow::Result<Report> {
    let program = source.program()?;
    keys::scheme(&protocol.pcs, &protocol.setup)?;
    let config = keys::config(protocol);
    let key = api::verifying_key(program.clone(), &config)?;
    let layout = program.layout();
    let instructions = mnemonics(&program);
    let heads: usize = instructions.iter().map(|(_, count)| count).sum();
    let tables: BTreeSet<TableId> = program.rows().iter().filter_map(|row| row.table).collect();
    let tables: Vec<&str> = tables.into_iter().map(TableId::name).collect();
    let status = match program.status_cell() {
        StatusCell::Guest(cell) if source.start.is_some() => {
            format!("guest kernel, cell {cell}")
        }
        StatusCell::Guest(cell) => format!("guest library, cell {cell}"),
        StatusCell::Htif(cell) => format!("tohost at {:#x}", layout.address(cell)),
    };

    // What is committed depends on the program, not on the run.
    let status_now = match program.status_cell() {
        StatusCell::Guest(_) => ExitStatus::Exit(0),
        StatusCell::Htif(_) => ExitStatus::StoppedWithoutExit,
    };
    let statement = Statement {
        input: Vec::new(),
        output: Vec::new(),
        status: status_now,
        cycle_vars: MIN_CYCLE_VARS,
    };
    let run = statement.run(&program, key.machine(), MIN_CYCLE_VARS)?;
    let record = Record::of(&run, &key)?;
    let columns: Vec<_> = record
        .parts
        .iter()
        .filter(|part| part.commitments > 0)
        .collect();

    let by_name = instructions
        .iter()
        .map(|(name, n)| ((*name).to_owned(), json!(n)));
    let by_name = Value::Object(by_name.collect::<Map<_, _>>());
    let by_part = columns
        .iter()
        .map(|part| (part.name.clone(), json!(part.commitments)));
    let by_part = Value::Object(by_part.collect::<Map<_, _>>());
    let mut report = Report::new(json!({
        "program": source.name,
        "about": source.guest.map(|guest| guest.about),
        "elf_bytes": source.elf.len(),
        "isa": isa(&program),
        "word_bits": program.word().bits(),
        "entry": program.entry(),
        "io_base": layout.io_base,
        "io_size": layout.io_size,
        "ram_base": layout.ram_base,
        "ram_size": layout.ram_size,
        "cells": layout.cells(),
        "initial_cells": program.image().len(),
        "protected": protection::json(&program),
        "rows": program.rows().len(),
        "row_vars": key.machine().bytecode.vars(),
        "instructions": heads,
        "instructions_by_mnemonic": by_name,
        "symbols": program.symbols().len(),
        "status": status,
        "tables": tables,
        "columns": record.commitments(),
        "columns_by_part": by_part,
        "lookup": protocol.lookup,
        "memory": protocol.memory,
        "pcs": protocol.pcs,
        "key_cycle_vars": DEFAULT_CYCLE_VARS,
        "key_digest": hex(key.digest()),
        "secure_setup": key.is_secure(),
    }));
    report.line(match source.guest {
        Some(guest) => format!("{}: {}", source.name, guest.about),
        None => source.name.clone(),
    });
    report.fact("ELF file", bytes(source.elf.len() as u64));
    if let Some(start) = &source.start {
        start.add(&mut report, &source.elf);
    }
    verdict::floats::add(&mut report, &program);
    report.fact(
        "machine",
        format!("{}, entry {:#x}", isa(&program), program.entry()),
    );
    report.fact(
        "I/O block",
        format!("{:#x}, {}", layout.io_base, bytes(layout.io_size)),
    );
    report.fact(
        "RAM",
        format!(
            "{:#x}, {} ({} cells with the I/O block, {} not zero at first)",
            layout.ram_base,
            bytes(layout.ram_size),
            thousands(layout.cells()),
            thousands(program.image().len() as u64)
        ),
    );
    protection::add(&mut report, &program);
    report.fact("reports by", status);
    report.fact("symbols", program.symbols().len());
    report.fact(
        "bytecode",
        format!(
            "{} instructions in {} rows, padded to 2^{}",
            thousands(heads as u64),
            thousands(program.rows().len() as u64),
            key.machine().bytecode.vars()
        ),
    );
    let listed: Vec<String> = instructions
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    report.wrapped("instructions", &listed);
    let names: Vec<String> = tables.iter().map(|name| (*name).to_owned()).collect();
    report.wrapped("tables", &names);
    let parts: Vec<String> = columns
        .iter()
        .map(|part| format!("{} {}", part.name, part.commitments))
        .collect();
    report.fact(
        "committed",
        format!("{} columns ({})", record.commitments(), parts.join(", ")),
    );
    report.fact(
        "key",
        format!(
            "{} ({}, {}, {}, 2^{DEFAULT_CYCLE_VARS} cycles)",
            hex(key.digest()),
            protocol.pcs,
            protocol.lookup,
            protocol.memory
        ),
    );
    let hyrax = &protocol.setup.hyrax;
    let layout = keys::layout(&protocol.pcs, hyrax, DEFAULT_CYCLE_VARS);
    add_matrix(&mut report, layout);
    Ok(report)
}
