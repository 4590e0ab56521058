//! Runs under a debugger: a client that speaks gdb's remote protocol, byte by byte.

use crate::common::{Done, Lab, elf};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use tracer::Program;

/// A debugger, and the command that it talks to.
struct Debugger {
    child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    stream: TcpStream,
}

impl Debugger {
    fn of(lab: &Lab, line: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
            .args(["debug", "--gdb", "127.0.0.1:0"])
            .args(line.split_whitespace())
            .current_dir(lab.path("."))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        stderr.read_line(&mut said).unwrap();
        let (_, rest) = said.split_once("waits for a debugger on ").unwrap();
        let (address, _) = rest.split_once(';').unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(std::time::Duration::from_secs(60)))
            .unwrap();
        let mut debugger = Debugger {
            child,
            stderr,
            stream,
        };
        let features = debugger.ask("qSupported:swbreak+;hwbreak+");
        for feature in ["swbreak+", "ReverseStep+", "ReverseContinue+"] {
            assert!(features.contains(feature), "{features}");
        }
        debugger
    }

    /// Sends a packet: `$data#checksum`.
    fn send(&mut self, data: &str) {
        let sum = data.bytes().fold(0u8, u8::wrapping_add);
        write!(self.stream, "${data}#{sum:02x}").unwrap();
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.stream.read_exact(&mut byte).unwrap();
        byte[0]
    }

    /// What comes next, without its run-length encoding.
    fn receive(&mut self) -> String {
        while self.byte() != b'$' {}
        let (mut data, mut sum): (Vec<u8>, u8) = (Vec::new(), 0);
        loop {
            let byte = self.byte();
            if byte == b'#' {
                break;
            }
            sum = sum.wrapping_add(byte);
            if byte == b'*' {
                let times = self.byte();
                sum = sum.wrapping_add(times);
                let last = *data.last().unwrap();
                data.extend((29..times).map(|_| last));
            } else {
                data.push(byte);
            }
        }
        let given = String::from_utf8(vec![self.byte(), self.byte()]).unwrap();
        assert_eq!(given, format!("{sum:02x}"));
        self.stream.write_all(b"+").unwrap();
        String::from_utf8(data).unwrap()
    }

    fn ask(&mut self, data: &str) -> String {
        self.send(data);
        self.receive()
    }

    /// All registers, the last of them `pc`.
    fn registers(&mut self, bytes: usize) -> Vec<u64> {
        let all = decoded(&self.ask("g"));
        let words = all.chunks_exact(bytes);
        let words = words.map(|word| word.iter().rev().fold(0, |w, b| w << 8 | u64::from(*b)));
        let words: Vec<u64> = words.collect();
        assert_eq!(words.len(), 33);
        words
    }

    /// What a command of the stub itself answers.
    fn monitor(&mut self, command: &str) -> String {
        let digits: String = command.bytes().map(|byte| format!("{byte:02x}")).collect();
        self.send(&format!("qRcmd,{digits}"));
        let mut said = String::new();
        loop {
            let answer = self.receive();
            match answer.strip_prefix('O').filter(|rest| *rest != "K") {
                Some(text) => said += &String::from_utf8(decoded(text)).unwrap(),
                None => return said,
            }
        }
    }

    fn done(mut self) -> Done {
        drop(self.stream);
        let mut stdout = String::new();
        let mut stderr = String::new();
        let mut out = self.child.stdout.take().unwrap();
        out.read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut stderr).unwrap();
        let code = self.child.wait().unwrap().code().unwrap();
        Done {
            code,
            stdout,
            stderr,
            estimates: String::new(),
        }
    }
}

fn decoded(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16));
    bytes.collect::<Result<_, _>>().unwrap()
}

/// Addresses and code of a bundled program.
fn symbols(name: &str) -> BTreeMap<String, u64> {
    let program = Program::from_elf(&std::fs::read(elf(name)).unwrap()).unwrap();
    program.symbols().clone()
}

#[test]
fn a_session_forwards_and_backwards() {
    let lab = Lab::new();
    lab.file("twenty", 20u64.to_le_bytes());
    for (name, bytes) in [("fibonacci", 8), ("fibonacci-rv32", 4)] {
        let ran = lab.json(&format!("run {name} --input twenty --json"));
        let symbols = symbols(name);
        let (start, main) = (symbols["_start"], symbols["__guest_main"]);
        let mut gdb = Debugger::of(&lab, &format!("{name} --input twenty --json"));
        let description = gdb.ask("qXfer:features:read:target.xml:0,ffb");
        assert!(
            description.contains(if bytes == 8 { "rv64" } else { "rv32" })
                || description.contains("riscv")
        );
        let first = gdb.registers(bytes);
        assert_eq!((first[32], first[0]), (start, 0));
        // Memory: the public input, as far as there is memory, and nothing can be written.
        assert_eq!(gdb.ask("m7fff0040,8"), "1400000000000000");
        assert!(gdb.ask("m0,4").starts_with('E'));
        assert!(gdb.ask("M7fff0040,1:15").starts_with('E'));
        assert_eq!(gdb.ask("m7fff0040,1"), "14");
        // A breakpoint, a step and the way back.
        assert_eq!(gdb.ask(&format!("Z0,{main:x},4")), "OK");
        assert!(gdb.ask("c").contains("swbreak"));
        let at_main = gdb.registers(bytes);
        assert_eq!(at_main[32], main);
        let position = gdb.monitor("position");
        assert!(gdb.ask("s").starts_with("S05"));
        assert_ne!(gdb.registers(bytes), at_main);
        assert_ne!(gdb.monitor("position"), position);
        assert!(gdb.ask("bs").starts_with("S05"));
        assert_eq!(gdb.registers(bytes), at_main);
        assert_eq!(gdb.monitor("position"), position);
        assert!(gdb.ask("bc").contains("replaylog:begin"));
        assert_eq!(gdb.registers(bytes), first);
        assert!(gdb.ask("bs").contains("replaylog:begin"));
        assert_eq!(gdb.monitor("status"), "running\n");
        // The status is written last, when the breakpoint is gone; before that it is all ones.
        assert_eq!(gdb.ask(&format!("z0,{main:x},4")), "OK");
        assert_eq!(gdb.ask("Z2,7fff0008,4"), "OK");
        assert!(gdb.ask("c").contains("watch:7fff0008"));
        assert_eq!(gdb.ask("m7fff0008,4"), "00000000");
        assert!(gdb.ask("bc").contains("watch:7fff0008"));
        assert_eq!(gdb.ask("m7fff0008,4"), "ffffffff");
        assert_eq!(gdb.ask("z2,7fff0008,4"), "OK");
        // What is read is not watched.
        assert!(gdb.ask("Z3,7fff0008,4").starts_with('E'));
        // At the end one can still go back, and going on is to exit.
        assert!(gdb.ask("c").contains("replaylog:end"));
        assert_eq!(gdb.monitor("status"), "exit(0)\n");
        assert!(gdb.ask("bs").starts_with("S05"));
        assert!(gdb.ask("s").contains("replaylog:end"));
        assert_eq!(gdb.ask("c"), "W00");
        let done = gdb.done();
        assert_eq!(done.code, 0, "{}", done.stderr);
        let facts: Value = serde_json::from_str(&done.stdout).unwrap();
        for key in ["instructions", "cycles"] {
            assert_eq!(facts[key], ran[key], "{name}: {key}");
        }
    }
}

#[test]
fn ends_of_sessions() {
    let lab = Lab::new();
    // A panic is an abort, an exit code what it is, and a run that is too long a fault that one can look at.
    for (input, more, first, last) in [
        (2u8, "", "replaylog:end", "X06"),
        (1, "", "replaylog:end", "W03"),
        (7, "--max-cycles 100", "T0b", "X0b"),
    ] {
        lab.file("asked", [input, 3]);
        let mut gdb = Debugger::of(&lab, &format!("panic --input asked {more}"));
        let stopped = gdb.ask("c");
        assert!(
            stopped.contains(first) || stopped.starts_with("S0b"),
            "{stopped}"
        );
        if input == 7 {
            assert!(gdb.monitor("status").contains("100 cycles"));
        }
        assert!(gdb.ask("c").starts_with(last));
        assert_eq!(gdb.done().code, 0);
    }
    // It goes on for ever, and is interrupted; then the debugger leaves, or is gone.
    lab.file("asked", [7]);
    for leaves in [true, false] {
        let mut gdb = Debugger::of(&lab, "panic --input asked");
        gdb.send("c");
        std::thread::sleep(std::time::Duration::from_millis(20));
        gdb.stream.write_all(&[3]).unwrap();
        assert!(gdb.receive().contains("02"));
        if leaves {
            assert_eq!(gdb.ask("D"), "OK");
        }
        let done = gdb.done();
        assert_eq!(done.code, 0, "{}", done.stderr);
        assert!(done.stdout.contains("  cycles "), "{}", done.stdout);
        let lines = done.stdout.lines().chain(done.stderr.lines());
        assert!(lines.clone().count() > 3 && lines.clone().all(|line| line.chars().count() <= 80));
    }
}

#[test]
fn where_nobody_can_listen() {
    let lab = Lab::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    lab.fails(
        &format!("debug fibonacci --gdb {address}"),
        2,
        &["cannot listen on", "--gdb 127.0.0.1:0 takes a free one"],
    );
    for outside in ["0.0.0.0:0", "[::]:0", "192.0.2.1:1234"] {
        let line = format!("debug fibonacci --gdb {outside}");
        lab.fails(&line, 2, &["only addresses of this computer", "127.0.0.1:"]);
    }
    lab.fails("debug fibonacci --gdb 1234", 2, &["invalid value '1234'"]);
}
