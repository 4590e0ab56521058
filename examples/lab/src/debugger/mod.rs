//! `jolt-lab debug`: a run under gdb, or another program that speaks its remote protocol.
//!
//! | module | is |
//! |---|---|
//! | [`replay`] | a run that stops and goes back |
//! | [`target`] | the same as debuggers see it |
//!
//! The command listens on an address of this computer alone, for one debugger, and is done when that leaves. What it shows is
//! the run that `prove` proves, private input and all.

pub mod replay;
pub mod target;

use crate::cli::DebugArguments;
use crate::report::{Report, thousands};
use crate::source::{Source, fault, quoted};
use anyhow::{Context, bail};
use gdbstub::stub::{DisconnectReason, GdbStub};
use gdbstub_arch::riscv::{Riscv32, Riscv64};
use instruction_tables::WordSize;
use replay::Replay;
use serde_json::{Map, json};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use target::{Machine, Running, Session, Word};
use tracer::{Options, load_bias};

/// Waits for a debugger, and does what it says.
///
/// # Errors
/// Unreadable files, an address that is not of this computer or not free, a connection that breaks.
pub fn debug(arguments: &DebugArguments) -> anyhow::Result<Report> {
    let run = &arguments.run;
    let address = arguments.gdb;
    if !address.ip().is_loopback() {
        bail!(
            "--gdb {address}: whoever connects sees the whole run, so only addresses of this computer are listened on, such as \
             127.0.0.1:{}",
            address.port()
        );
    }
    let source = Source::started(&run.program, &run.process)?;
    let program = source.program()?;
    let inputs = source.inputs(run.input.as_deref(), run.private_input.as_deref())?;
    let options = Options {
        max_cycles: run.longest(),
    };
    let replay = match Replay::new(&program, &inputs, options) {
        Ok(replay) => replay,
        Err(error) => return Ok(Report::default().failed(fault(&program, &error))),
    };
    let listener = TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {address}; another port: --gdb 127.0.0.1:0 takes a free one")
    })?;
    let local = listener.local_addr().context("the port has no number")?;
    let file = quoted(Path::new(&run.program));
    eprintln!(
        "{} waits for a debugger on {local}; from another terminal:\n  \
         gdb-multiarch -ex 'target remote {local}' {file}",
        source.name
    );
    let (connection, _) = listener.accept().context("nobody could connect")?;
    // One debugger, and no other one.
    drop(listener);
    let bias = load_bias(&source.elf);
    match program.word() {
        WordSize::W32 => serve::<Riscv32>(Session::new(replay, bias), connection),
        _ => serve::<Riscv64>(Session::new(replay, bias), connection),
    }
}

/// A whole session.
fn serve<'p, A: Machine + 'p>(
    mut session: Session<'p, A>,
    connection: TcpStream,
) -> anyhow::Result<Report>
where
    A::Usize: Word,
{
    let done = GdbStub::new(connection).run_blocking::<Running<'p, A>>(&mut session);
    let mut report = Report::default();
    match done {
        Ok(DisconnectReason::Disconnect) => report.line("The debugger has left."),
        Ok(DisconnectReason::Kill) => report.line("The debugger has ended the run."),
        Ok(DisconnectReason::TargetExited(_) | DisconnectReason::TargetTerminated(_)) => {
            report.line("The program has ended.");
        }
        Err(error) if error.is_connection_error() => report.line("The debugger is gone."),
        Err(error) => bail!("the debugger asked for something that cannot be answered: {error}"),
    }
    let replay = &session.replay;
    report.fact("instructions", thousands(replay.position()));
    report.fact("cycles", thousands(replay.cycles()));
    report.json = Map::from_iter([
        ("instructions".to_owned(), json!(replay.position())),
        ("cycles".to_owned(), json!(replay.cycles())),
    ]);
    Ok(report)
}
