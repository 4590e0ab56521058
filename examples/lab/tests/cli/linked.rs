//! Programs that are linked in other ways, or lie in files of other names: from a linker's own script, for a flash
//! memory, of Rust and C.

use crate::build::{built, package, run_with};
use crate::common::{Lab, elf};
use std::process::Command;

const GCC: &str = "riscv64-unknown-elf-gcc";

/// Compiles a program without any library, or tells that there is no compiler.
fn linked(lab: &Lab, arguments: &str) -> bool {
    let done = Command::new(GCC)
        .args([
            "-march=rv64im",
            "-mabi=lp64",
            "-mcmodel=medany",
            "-nostdlib",
            "-O1",
        ])
        .args(arguments.split_whitespace())
        .current_dir(lab.path("."))
        .output();
    match done {
        Ok(done) => {
            let said = String::from_utf8_lossy(&done.stderr);
            assert!(done.status.success(), "{said}");
            true
        }
        Err(error) => {
            println!("{GCC}: {error}");
            false
        }
    }
}

#[test]
fn headers_of_a_file_in_front_of_its_code() {
    let lab = Lab::new();
    lab.file(
        "main.S",
        ".globl _start\n_start: la a0, value\n lw a0, 0(a0)\n li t0, 0x7fff0008\n sd a0, 0(t0)\n j .\n\
         .data\nvalue: .word 26\n",
    );
    for flags in [
        "-Wl,-Ttext=0x80000000",
        "-Wl,-Ttext=0x80000000 -Wl,--build-id",
        "-Wl,-Ttext=0x80000000 -Wl,--build-id -s",
        "-Wl,-Ttext-segment=0x80000000 -Wl,--build-id",
    ] {
        if !linked(&lab, &format!("main.S -o main.elf {flags}")) {
            return;
        }
        let done = lab.fails("run main.elf", 1, &["exit(26)"]);
        assert!(!done.stderr.contains("loaded"), "{flags}");
    }
    // Where the input and output are, there is no code.
    assert!(linked(&lab, "main.S -o low.elf -Wl,-Ttext=0x7fff8000"));
    let words = ["outside RAM", "-Wl,-Ttext-segment=0x80000000"];
    lab.fails("run low.elf", 2, &words);
}

/// Data lies behind the code, as in a flash memory, and is copied before it is used.
#[test]
fn data_that_is_copied_from_where_it_is_loaded() {
    let lab = Lab::new();
    lab.file(
        "flash.ld",
        "ENTRY(_start)\nMEMORY { flash (rx) : ORIGIN = 0x80000000, LENGTH = 64K\n\
         ram (rw) : ORIGIN = 0x80100000, LENGTH = 64K }\nSECTIONS {\n\
         .text : { *(.text.start) *(.text*) *(.rodata*) . = ALIGN(8); } > flash\n\
         .data : { start = .; *(.data* .sdata*) . = ALIGN(8); end = .; } > ram AT> flash\n\
         source = LOADADDR(.data); stack = ORIGIN(ram) + LENGTH(ram); }\n",
    );
    lab.file(
        "start.S",
        ".section .text.start, \"ax\"\n.globl _start\n_start: la sp, stack\n la a0, start\n la a1, end\n la a2, source\n\
         1: beq a0, a1, 2f\n ld t0, 0(a2)\n sd t0, 0(a0)\n addi a0, a0, 8\n addi a2, a2, 8\n j 1b\n\
         2: call main\n li t0, 0x7fff0008\n sd a0, 0(t0)\n j .\n",
    );
    lab.file(
        "main.c",
        "volatile int primes[4] = {3, 5, 7, 11};\n\
         int main(void) { return primes[0] + primes[1] + primes[2] + primes[3]; }\n",
    );
    if linked(&lab, "start.S main.c -T flash.ld -o flash.elf") {
        lab.fails("run flash.elf", 1, &["exit(26)"]);
    }
}

/// The crate `cc` finds a compiler, its headers, and the flags for the machine's addresses; the thread's variables of C are
/// there, with what they begin with.
#[test]
fn a_rust_program_with_c_in_it() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("c")).unwrap();
    lab.file("c/main.c", "int main(void) { return 0; }\n");
    if !built(
        &run_with(&lab, "build c", &[]),
        "apt-get install gcc-riscv64-unknown-elf",
    ) {
        return;
    }
    package(&lab);
    let manifest = std::fs::read_to_string(lab.path("my-guest/Cargo.toml")).unwrap();
    lab.file(
        "my-guest/Cargo.toml",
        manifest + "\n[build-dependencies]\ncc = \"1\"\n",
    );
    lab.file(
        "my-guest/build.rs",
        "fn main() { cc::Build::new().file(\"mix.c\").compile(\"mix\"); }\n",
    );
    lab.file(
        "my-guest/mix.c",
        "#include <stdint.h>\n#include <string.h>\nstatic const uint32_t table[4] = {3, 5, 7, 11};\n\
         _Thread_local uint32_t mixed = 100;\nstatic _Thread_local uint32_t calls;\n\
         uint32_t mix(uint32_t n) { return mixed += table[n % 4] * n + calls++; }\n",
    );
    lab.file(
        "my-guest/src/main.rs",
        "#![no_std]\n#![no_main]\nguest::entry!(main);\nunsafe extern \"C\" { fn mix(n: u32) -> u32; }\n\
         fn main() {\n let mixed = (0..6).map(|n| unsafe { mix(n) }).last();\n\
         guest::commit(&mixed.unwrap_or(0).to_le_bytes());\n}\n",
    );
    // This repository's own dependencies have the crate. Variables that name no target are for this computer.
    let host = [("CFLAGS", "-DNO -include none.h"), ("CC", "no-such-cc")];
    let done = run_with(&lab, "build my-guest -- --offline", &host);
    if built(&done, "rustup target add riscv64imac-unknown-none-elf") {
        let facts = lab.json("run my-guest.elf --json");
        let sum: u32 = (0..6).map(|n| [3, 5, 7, 11][n as usize % 4] * n + n).sum();
        assert_eq!(facts["output_hex"], hex(&(100 + sum).to_le_bytes()));
    }
}

/// A program that needs more stack than there is by default, and more memory.
#[test]
fn memory_is_as_large_as_is_asked_for() {
    let lab = Lab::new();
    package(&lab);
    lab.file(
        "my-guest/src/main.rs",
        "#![no_std]\n#![no_main]\nextern crate alloc;\nuse core::hint::black_box;\nguest::entry!(main);\n\
         #[inline(never)]\nfn deep(n: u64) -> u64 {\n let frame = black_box([n; 1024]);\n\
         if n == 0 { frame[1] } else { deep(n - 1) + frame[n as usize] }\n}\n\
         fn main() {\n let block = alloc::vec::Vec::<u8>::with_capacity(black_box(80 << 20));\n\
         guest::commit(&deep(120).to_le_bytes());\n black_box(block);\n}\n",
    );
    let advice = "rustup target add riscv64imac-unknown-none-elf";
    if !built(&run_with(&lab, "build my-guest --ram 128MiB", &[]), advice) {
        return;
    }
    let words = ["in the guard below the stack", "build --stack 8MiB"];
    lab.fails("run my-guest.elf", 1, &words);
    built(&run_with(&lab, "build my-guest --stack 4MiB", &[]), advice);
    lab.fails("run my-guest.elf", 1, &["panic"]);
    let line = "build my-guest --ram 128MiB --stack 4MiB";
    built(&run_with(&lab, line, &[]), advice);
    let facts = lab.json("run my-guest.elf --json");
    assert_eq!(facts["output_hex"], hex(&(120u64 * 121 / 2).to_le_bytes()));
    // The same for C: the stack's top is the end of memory.
    std::fs::create_dir(lab.path("c")).unwrap();
    lab.file(
        "c/main.c",
        "#include \"jolt_guest.h\"\n\
         int main(void) { int here; unsigned long at = (unsigned long)&here >> 20; jolt_commit(&at, 8); return 0; }\n",
    );
    let done = run_with(&lab, "build c --ram 128MiB", &[]);
    if built(&done, "apt-get install gcc-riscv64-unknown-elf") {
        let facts = lab.json("run c.elf --json");
        assert_eq!(facts["output_hex"], hex(&0x87fu64.to_le_bytes()));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of a heap of 4 MB: 70 blocks of 64 KiB one after the other, and two vectors that grow to 0.8 MB. A sixteenth of the
/// memory that there is, and of the time that it takes.
#[test]
fn memory_that_is_freed_is_used_again() {
    let lab = Lab::new();
    package(&lab);
    lab.file(
        "my-guest/src/main.rs",
        "#![no_std]\n#![no_main]\nextern crate alloc;\nuse alloc::{vec, vec::Vec};\nuse core::hint::black_box;\n\
         guest::entry!(main);\n\
         fn main() {\n\
         let mut sum = 0u64;\n\
         for i in 0..70 {\n let mut block = Vec::with_capacity(1 << 16);\n block.push(i as u8);\n\
         sum += u64::from(black_box(block)[0]);\n }\n\
         let blocks: Vec<Vec<u8>> = (0..3).map(|i| vec![i; 300]).collect();\n\
         let (mut one, mut two) = (Vec::new(), Vec::new());\n\
         for i in 0..98 {\n\
         one.extend_from_slice(&[i as u64; 1000]);\n two.extend_from_slice(&[2 * i as u64; 1000]);\n }\n\
         for at in (0..one.len()).step_by(1000) {\n sum += one[at] + two[at];\n }\n\
         assert!(vec![0u8; 5000].iter().all(|byte| *byte == 0));\n\
         assert!(blocks.iter().enumerate().all(|(i, block)| block.iter().all(|b| usize::from(*b) == i)));\n\
         guest::commit(&sum.to_le_bytes());\n}\n",
    );
    let heap = ("RUSTFLAGS", "-Clink-arg=--defsym=STACK_RESERVE=60M");
    let done = run_with(&lab, "build my-guest", &[heap]);
    if built(&done, "rustup target add riscv64imac-unknown-none-elf") {
        let facts = lab.json("run my-guest.elf --json");
        let expected = (0..70).sum::<u64>() + (0..98).map(|i| 3 * i).sum::<u64>();
        assert_eq!(facts["output_hex"], hex(&expected.to_le_bytes()));
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let lab = Lab::new();
    let name = OsStr::from_bytes(b"na\xffme.elf");
    std::fs::copy(elf("htif"), lab.path(".").join(name)).unwrap();
    for command in ["run", "inspect", "trace"] {
        let done = Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
            .arg(command)
            .arg(name)
            .current_dir(lab.path("."))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{command}: {said}");
    }
}
