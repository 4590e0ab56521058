//! What programs in C and C++ ask of the C library and of its system: how they end, what they print, memory, variables of
//! the thread.

use crate::build::{built, run_with};
use crate::common::Lab;
use serde_json::Value;

/// How a run ended, and what it printed.
fn run(lab: &Lab, line: &str) -> (String, String) {
    let done = lab.run(&format!("run {line} --json"));
    let said: Value = serde_json::from_str(&done.stdout).unwrap();
    let text = |key: &str| said[key].as_str().unwrap().to_owned();
    (text("status"), text("printed"))
}

/// All but one mebibyte of memory is the stack's: the C library clears what it gives, byte by byte.
const HEAP: &str = "-Wl,--defsym=STACK_RESERVE=63M";

/// Builds a folder of one source for two targets, and looks at each program.
fn for_targets(source: &str, contents: &str, look: impl Fn(&Lab)) {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("program")).unwrap();
    lab.file(&format!("program/{source}"), contents);
    for target in ["rv64imac", "rv32im"] {
        let done = run_with(
            &lab,
            &format!("build program --target {target} -- {HEAP}"),
            &[],
        );
        if !built(&done, "apt-get install gcc-riscv64-unknown-elf") {
            return;
        }
        look(&lab);
    }
}

const ENDS: &str = r#"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include "jolt_guest.h"

static int handlers;
static void count(void) { handlers++; }
static void last(void) { printf("%d handlers\n", handlers); }
static void first(void) { puts("first"); }
__attribute__((destructor)) static void behind(void) { puts("destructor"); }

int main(void) {
    size_t which;
    jolt_read(&which);
    atexit(last);
    for (int i = 0; i < 100; i++) atexit(count);
    atexit(first);
    int character = getchar();
    printf("%c %d\n", character == EOF ? '-' : character, 42);
    fprintf(stderr, "error\n");
    if (which == 1) exit(300);
    if (which == 2) abort();
    if (which == 3) assert(handlers == 100);
    if (which == 4) _Exit(6);
    return 7;
}
"#;

#[test]
fn every_end_of_a_c_program() {
    for_targets("main.c", ENDS, |lab| {
        let run = |input: &str| {
            lab.file("input", input);
            run(lab, "program.elf --input input")
        };
        let begin = |first| format!("{first} 42\nerror\n");
        let handlers = "first\n100 handlers\ndestructor\n";
        let end = |status: &str, printed: String| (status.to_owned(), printed);
        assert_eq!(run(""), end("exit(7)", begin('-') + handlers));
        assert_eq!(run("a"), end("exit(44)", begin('a') + handlers));
        assert_eq!(run("bc"), end("panicked", begin('b')));
        let (status, printed) = run("cde");
        assert_eq!(status, "panicked");
        let said = printed.strip_prefix(&begin('c')).unwrap();
        assert!(said.contains("handlers == 100") && said.contains("main.c"));
        assert_eq!(run("defg"), end("exit(6)", begin('d')));
    });
}

const MEMORY: &str = r#"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "jolt_guest.h"

static _Thread_local int started = 41;
static _Thread_local char zero[100];
static _Alignas(64) _Thread_local int apart = 7;

// Compilers know what these do, and leave calls out.
static void *(*volatile allocate)(size_t) = malloc;
static void *(*volatile cleared)(size_t, size_t) = calloc;
static void *(*volatile longer)(void *, size_t) = realloc;

static void show(int fact) { jolt_commit(&(char){fact}, 1); }

int main(int argc, char **argv) {
    show(argc);
    show(argv[0] == NULL);
    errno = 0;
    show(strtol("99999999999999999999999999", NULL, 10) > 0 && errno == ERANGE);
    show(++started);
    for (int i = 0; i < 100; i++) zero[i]++;
    show(zero[99]);
    show(apart++ + ((uintptr_t)&apart % 64));
    volatile size_t large = sizeof large == 8 ? (size_t)1 << 40 : (size_t)1 << 30;
    errno = 0;
    show(allocate(large) == NULL && errno == ENOMEM);
    show(cleared(large, 2) == NULL);
    char *block = allocate(100);
    memset(block, 9, 100);
    show(longer(block, large) == NULL);
    block = longer(block, 100000);
    show(block[99]);
    free(block);
    // More than the mebibyte that there is, one after the other.
    int served = 0;
    for (int i = 0; i < 20; i++) {
        char *one = allocate(64000);
        if (one) served++, one[i] = 1;
        free(one);
    }
    show(served);
    return 0;
}
"#;

#[test]
fn errors_threads_and_memory_of_a_c_program() {
    for_targets("main.c", MEMORY, |lab| {
        let facts = lab.json("run program.elf --json");
        assert_eq!(
            facts["output_hex"],
            "000101".to_owned() + "2a" + "01" + "07" + "010101" + "09" + "14"
        );
    });
}

const OBJECTS: &str = r#"
#include <stdio.h>

struct Named {
    int name;
    Named(int name) : name(name) { printf("+%d ", name); }
    ~Named() { printf("-%d ", name); }
};

static Named one(1), two(2);
static thread_local Named three(3);

static int within() {
    static Named four(4);
    return four.name;
}

int main(int argc, char **) {
    printf("main(%d) ", argc);
    return three.name + within();
}
"#;

#[test]
fn objects_of_a_cpp_program_begin_and_end() {
    for_targets("main.cc", OBJECTS, |lab| {
        let (status, printed) = run(lab, "program.elf");
        assert_eq!(status, "exit(7)");
        let expected = "+1 +2 main(0) +3 +4 -3 -4 -2 -1 ";
        assert_eq!(printed, expected);
    });
}

/// Memory that the program has not, and how to have more.
#[test]
fn a_program_larger_than_memory() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("large")).unwrap();
    lab.file(
        "large/main.c",
        "static char large[120 << 20];\nint main(void) { return large[1 << 20]++; }\n",
    );
    let done = run_with(&lab, "build large", &[]);
    if done.code != 1 && !built(&done, "apt-get install gcc-riscv64-unknown-elf") {
        return;
    }
    assert_eq!(done.code, 1, "{}", done.stderr);
    for words in ["do not fit in RAM", "--defsym=RAM_LENGTH"] {
        assert!(done.stderr.contains(words), "{}", done.stderr);
    }
    // The machine has as much RAM as the program is linked for.
    let done = run_with(&lab, "build large -- -Wl,--defsym=RAM_LENGTH=256M", &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(run(&lab, "large.elf").0, "exit(0)");
    let shown = lab.json("inspect large.elf --json");
    assert!(shown["ram_size"].as_u64().unwrap() >= 256 << 20);
}
