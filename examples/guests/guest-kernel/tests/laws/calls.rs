//! System calls of a simulated program: results, errors, and what each thread finds when it goes on.

use crate::simulated::{BREAK, ENTRY, Process, SCRATCH, STACK};
use guest_kernel::kernel::Resume;
use guest_kernel::machine::{Machine, Memory};
use guest_kernel::map::{MAP_END, MAP_START, OUTPUT_CAPACITY, PANICKED};

const WRITE: u64 = 64;
const READ: u64 = 63;
const FUTEX: u64 = 98;
const CLONE: u64 = 220;
const MMAP: u64 = 222;
const THREAD: u64 = 0x5_0f00;
const EFAULT: i64 = -14;

#[test]
fn descriptors_are_what_the_interface_says() {
    let mut p = Process::new(b"public input", b"private input!", false);
    assert_eq!(p.call(READ, [0, SCRATCH, 6]), 6);
    assert_eq!(p.machine.bytes(SCRATCH, 6), b"public");
    assert_eq!(p.call(READ, [0, SCRATCH, 100]), 6);
    assert_eq!(p.call(READ, [0, SCRATCH, 100]), 0);
    // In pieces that are no words.
    for (length, expected) in [(1, &b"p"[..]), (9, b"rivate in"), (100, b"put!"), (5, b"")] {
        assert_eq!(p.call(READ, [3, SCRATCH, length]), expected.len() as i64);
        assert_eq!(p.machine.bytes(SCRATCH, expected.len() as u64), expected);
    }
    p.machine.put(SCRATCH, b"words");
    assert_eq!(p.call(WRITE, [1, SCRATCH, 5]), 5);
    assert_eq!(p.call(WRITE, [1, SCRATCH, 2]), 2);
    assert_eq!(p.output(), b"wordswo");
    assert_eq!(p.call(WRITE, [2, SCRATCH, 5]), 5);
    assert_eq!(p.machine.printed, "words");
    for (number, descriptor) in [
        (READ, 1),
        (READ, 2),
        (WRITE, 0),
        (WRITE, 3),
        (READ, 4),
        (WRITE, u64::MAX),
    ] {
        assert_eq!(p.call(number, [descriptor, SCRATCH, 1]), -9);
    }
    let mut p = Process::new(b"public", b"private", true);
    assert_eq!(p.call(READ, [0, SCRATCH, 3]), 3);
    assert_eq!(p.call(READ, [3, SCRATCH + 3, 100]), 4);
    assert_eq!(p.machine.bytes(SCRATCH, 7), b"private");
}

#[test]
fn a_full_output_is_an_error_that_is_told() {
    let mut p = Process::simple();
    let most = OUTPUT_CAPACITY as i64;
    assert_eq!(p.call(WRITE, [1, SCRATCH, OUTPUT_CAPACITY - 3]), most - 3);
    assert_eq!(p.call(WRITE, [1, SCRATCH, 10]), 3);
    assert_eq!(p.call(WRITE, [1, SCRATCH, 10]), -28);
    assert_eq!(p.call(WRITE, [1, SCRATCH, 0]), 0);
    assert_eq!(p.machine.printed.matches("output is full").count(), 1);
    assert_eq!(p.output().len(), OUTPUT_CAPACITY as usize);
}

/// Addresses that a program does not have: nothing of the kernel's is read or written.
#[test]
fn memory_of_others_is_refused() {
    let outside = [0, 8, 0x7fff, 0xffff, 0xf000_0000, u64::MAX - 3, 1 << 63];
    // The calls with their arguments; a hole is for the address.
    const HOLE: u64 = 1 << 60;
    let calls: [(u64, [u64; 6]); 40] = [
        (READ, [0, HOLE, 8, 0, 0, 0]),
        (WRITE, [1, HOLE, 8, 0, 0, 0]),
        (WRITE, [2, HOLE, 8, 0, 0, 0]),
        (65, [0, HOLE, 1, 0, 0, 0]),
        (66, [1, HOLE, 1, 0, 0, 0]),
        (17, [HOLE, 8, 0, 0, 0, 0]),
        (59, [HOLE, 0, 0, 0, 0, 0]),
        (72, [8, HOLE, 0, 0, 0, 0]),
        (73, [HOLE, 1, 0, 0, 0, 0]),
        (80, [1, HOLE, 0, 0, 0, 0]),
        (48, [0, HOLE, 0, 0, 0, 0]),
        (56, [0, HOLE, 0, 0, 0, 0]),
        (78, [0, HOLE, 0, 0, 0, 0]),
        (79, [0, HOLE, SCRATCH, 0x1000, 0, 0]),
        (FUTEX, [HOLE, 0, 0, 0, 0, 0]),
        (FUTEX, [SCRATCH, 0, 0, HOLE, 0, 0]),
        (FUTEX, [SCRATCH, 3, 1, 1, HOLE, 0]),
        (FUTEX, [SCRATCH, 5, 1, 1, HOLE, 0]),
        (101, [HOLE, 0, 0, 0, 0, 0]),
        (103, [0, HOLE, 0, 0, 0, 0]),
        (102, [0, HOLE, 0, 0, 0, 0]),
        (107, [0, 0, HOLE, 0, 0, 0]),
        (107, [0, HOLE, SCRATCH, 0, 0, 0]),
        (113, [0, HOLE, 0, 0, 0, 0]),
        (115, [0, 0, HOLE, 0, 0, 0]),
        (121, [0, HOLE, 0, 0, 0, 0]),
        (123, [0, 8, HOLE, 0, 0, 0]),
        (132, [HOLE, 0, 0, 0, 0, 0]),
        (133, [HOLE, 8, 0, 0, 0, 0]),
        (134, [10, HOLE, 0, 0, 0, 0]),
        (134, [10, 0, HOLE, 0, 0, 0]),
        (135, [0, HOLE, 0, 0, 0, 0]),
        (136, [HOLE, 0, 0, 0, 0, 0]),
        (137, [HOLE, 0, 0, 0, 0, 0]),
        (160, [HOLE, 0, 0, 0, 0, 0]),
        (165, [0, HOLE, 0, 0, 0, 0]),
        (179, [HOLE, 0, 0, 0, 0, 0]),
        (278, [HOLE, 8, 0, 0, 0, 0]),
        (291, [1, HOLE, 0x1000, 0, SCRATCH, 0]),
        (CLONE, [THREAD | 0x10_0000, STACK - 4096, HOLE, 0, 0, 0]),
    ];
    for (number, arguments) in calls {
        for address in outside {
            let mut p = Process::new(b"12345678", b"", false);
            // Where an address of 0 means that nothing is asked for.
            let optional = matches!(number, 72 | 79 | 102 | 103 | 107 | 132 | 134 | 135 | 291)
                || arguments[3] == HOLE;
            if address == 0 && optional {
                continue;
            }
            let given = arguments.map(|argument| match argument {
                // Those of futexes have to be aligned.
                HOLE if number == FUTEX => address & !3,
                HOLE => address,
                argument => argument,
            });
            assert_eq!(
                p.call(number, given),
                EFAULT,
                "call {number} at {address:#x}"
            );
            assert_eq!(p.machine.load64(0xf000_0000), 0);
        }
    }
}

/// What begins in a program's memory and ends in the kernel's.
#[test]
fn memory_partly_of_others_is_refused() {
    let mut p = Process::new(b"12345678", b"", false);
    for (number, descriptor) in [(READ, 0), (WRITE, 1), (WRITE, 2), (READ, 3)] {
        for length in [5, 1 << 40, u64::MAX] {
            assert_eq!(p.call(number, [descriptor, 0xefff_fffc, length]), EFAULT);
        }
        assert_eq!(p.call(number, [descriptor, 0xefff_fffc, 0]), 0);
    }
    assert_eq!(p.call(READ, [0, 0xefff_fffc, 4]), 4);
}

#[test]
fn unknown_calls_and_files_fail() {
    let mut p = Process::simple();
    for number in [0, 1, 47, 71, 198, 221, 279, 293, 435, 999, u64::MAX] {
        assert_eq!(p.call(number, [1, 2, 3]), -38, "{number}");
    }
    p.machine.put(SCRATCH, b"/etc/passwd\0");
    assert_eq!(p.call(56, [0, SCRATCH, 0]), -2);
    // Another process.
    assert_eq!(p.call(CLONE, [17, 0, 0, 0, 0]), -38);
}

#[test]
fn the_break_reads_zero_when_it_comes_again() {
    let mut p = Process::simple();
    assert_eq!(p.call(214, [0]), BREAK as i64);
    assert_eq!(p.call(214, [BREAK + 100]), BREAK as i64 + 100);
    p.machine.store64(BREAK + 8, 7);
    p.machine.store64(BREAK + 90, 7);
    assert_eq!(p.call(214, [BREAK + 16]), BREAK as i64 + 16);
    assert_eq!(p.call(214, [BREAK + 200]), BREAK as i64 + 200);
    assert_eq!(
        (p.machine.load64(BREAK + 8), p.machine.load64(BREAK + 90)),
        (7, 0)
    );
    // What it cannot be.
    for end in [0, BREAK - 1, MAP_START + 1, u64::MAX] {
        assert_eq!(p.call(214, [end]), BREAK as i64 + 200);
    }
}

#[test]
fn mappings_fail_as_they_should() {
    let mut p = Process::simple();
    for (arguments, error) in [
        ([0, 0, 3, 0x22, 0, 0], -22),
        ([0, 4096, 3, 2, 0, 0], -19),
        ([0, 4096, 3, 2, 9, 0], -9),
        ([0xc0_0000_0000, 4096, 3, 0x22, 0, 0], -12),
        ([0, MAP_END, 3, 0x22, 0, 0], -12),
        ([0, u64::MAX, 3, 0x22, 0, 0], -12),
        ([MAP_START + 1, 4096, 3, 0x32, 0, 0], -22),
        ([0xf000_0000, 4096, 3, 0x32, 0, 0], -12),
        ([u64::MAX - 4095, 4096, 3, 0x32, 0, 0], -22),
    ] {
        assert_eq!(p.call(MMAP, arguments), error, "{arguments:x?}");
    }
    // A hint is followed where that can be.
    let hint = MAP_START + (5 << 20);
    assert_eq!(p.call(MMAP, [hint, 4096, 3, 0x22, 0, 0]), hint as i64);
    assert_ne!(p.call(MMAP, [hint, 4096, 3, 0x22, 0, 0]), hint as i64);
    assert_eq!(p.call(MMAP, [hint, 4096, 3, 0x10_0022, 0, 0]), -17);
    // A gigabyte that is not to be used, and its part that is: nothing has to be cleared for that.
    let place = p.call(MMAP, [0, 1 << 30, 0, 0x22, 0, 0]) as u64;
    assert_eq!(place % (64 << 20), 0);
    p.machine.store64(place + 8, 5);
    assert_eq!(p.call(MMAP, [place, 1 << 20, 3, 0x32, 0, 0]), place as i64);
    assert_eq!(
        p.machine.load64(place + 8),
        5,
        "reservations are taken to be clean"
    );
    assert_eq!(p.call(MMAP, [place, 1 << 20, 3, 0x32, 0, 0]), place as i64);
    assert_eq!(p.machine.load64(place + 8), 0);
}

/// Starts a thread; the parent goes on.
fn clone(p: &mut Process, tls: u64) -> i64 {
    p.call(CLONE, [THREAD | 0x8_0000, STACK - 0x1_0000, 0, tls])
}

#[test]
fn threads_wait_and_wake_in_order() {
    let mut p = Process::simple();
    let (a, b) = (clone(&mut p, 111), clone(&mut p, 222));
    assert_eq!((a, b), (1001, 1002));
    let word = SCRATCH;
    // The first thread waits; then a, with 0 in a0 and its own stack and thread pointer, then b.
    assert_eq!(p.call(FUTEX, [word, 0, 0, 0]), 0);
    assert_eq!(
        (
            p.thread(),
            p.kernel.context().get(4),
            p.kernel.context().get(2)
        ),
        (1001, 111, STACK - 0x1_0000)
    );
    p.call(FUTEX, [word, 0, 0, 0]);
    assert_eq!((p.thread(), p.resume), (1002, Resume::Same));
    assert_eq!(p.call(FUTEX, [word, 0, 1, 0]), -11);
    // One is woken, the one that came first, and both are counted.
    assert_eq!(p.call(FUTEX, [word, 1, 1]), 1);
    assert_eq!(p.call(124, []), 0);
    assert_eq!(p.thread(), 1000);
    // Moved to another word, a is not woken at the first one.
    assert_eq!(p.call(FUTEX, [word, 3, 0, 5, word + 8]), 0);
    assert_eq!(p.call(FUTEX, [word, 1, 9]), 0);
    assert_eq!(p.call(FUTEX, [word + 8, 10, 9, 0, 0, 0]), -22);
    assert_eq!(p.call(FUTEX, [word + 8, 1, 9]), 1);
    // All end; the program with what the first one ended with.
    p.call(93, [7]);
    let left = [p.thread(), {
        p.call(93, [8]);
        p.thread()
    }];
    assert_eq!(left, [1002, 1001]);
    p.call(93, [9]);
    assert_eq!(p.resume, Resume::Halt(7));
}

#[test]
fn bits_choose_whom_to_wake() {
    let mut p = Process::simple();
    clone(&mut p, 0);
    p.call(FUTEX, [SCRATCH, 9, 0, 0, 0, 4]);
    assert_eq!(p.call(FUTEX, [SCRATCH, 10, 9, 0, 0, 3]), 0);
    assert_eq!(p.call(FUTEX, [SCRATCH, 10, 9, 0, 0, 6]), 1);
}

#[test]
fn time_jumps_to_the_first_deadline() {
    let mut p = Process::simple();
    clone(&mut p, 0);
    let time = |p: &mut Process| {
        p.call(113, [1, SCRATCH + 64]);
        p.machine.load64(SCRATCH + 64) * 1_000_000_000 + p.machine.load64(SCRATCH + 72)
    };
    let start = time(&mut p);
    p.machine.store64(SCRATCH, 2);
    p.machine.store64(SCRATCH + 16, 1);
    // The first thread for two seconds, the other for one: that one goes on first.
    p.call(101, [SCRATCH, 0]);
    assert_eq!(p.call(101, [SCRATCH + 16, 0]), 0);
    assert_eq!(p.thread(), 1001);
    let after = time(&mut p) - start;
    assert!((1_000_000_000..1_000_100_000).contains(&after), "{after}");
    // A wait for a word that nobody wakes ends, too.
    assert_eq!(p.call(FUTEX, [SCRATCH + 32, 0, 0, SCRATCH]), 0);
    assert_eq!(p.thread(), 1000);
    p.machine.store64(SCRATCH, 5);
    p.call(101, [SCRATCH, 0]);
    assert_eq!(
        (p.thread(), p.kernel.context().get(10) as i64),
        (1001, -110)
    );
}

#[test]
fn a_deadlock_is_told() {
    let mut p = Process::simple();
    clone(&mut p, 0);
    p.call(FUTEX, [SCRATCH, 0, 0, 0]);
    p.call(133, [SCRATCH, 8]);
    assert_eq!(p.resume, Resume::Halt(PANICKED));
    for part in [
        "deadlock",
        "thread 1000 waits for a futex at 0x20000",
        "thread 1001 waits for a signal",
    ] {
        assert!(p.machine.printed.contains(part), "{}", p.machine.printed);
    }
}

/// A thread that polls without waiting does not keep others from running.
#[test]
fn calls_are_shared() {
    let mut p = Process::simple();
    clone(&mut p, 0);
    let turns: Vec<i64> = (0..400)
        .map(|_| {
            p.call(113, [1, SCRATCH]);
            p.call(178, [])
        })
        .collect();
    assert!(turns.contains(&1000) && turns.contains(&1001));
    // And by looking at the counter of time.
    let mut p = Process::simple();
    clone(&mut p, 0);
    let before = p.thread();
    let looked = (0..200).any(|_| p.kernel.illegal(&mut p.machine, 0xc010_2573) == Resume::All);
    assert!(looked && before != p.thread());
}

#[test]
fn a_handler_gets_a_frame_and_all_registers_come_back() {
    let mut p = Process::simple();
    let (handler, signal) = (0x1_2340, 12);
    p.machine.store64(SCRATCH, handler);
    p.machine.store64(SCRATCH + 8, 0x0800_0000);
    assert_eq!(p.call(134, [signal, SCRATCH, 0, 8]), 0);
    // A stack of its own.
    let stack = SCRATCH + 0x1000;
    p.machine.store64(SCRATCH, stack);
    p.machine.store64(SCRATCH + 16, 0x2000);
    assert_eq!(p.call(132, [SCRATCH, 0]), 0);
    for number in 1..32 {
        p.kernel.context().set(number, u64::from(number) << 40);
        p.kernel
            .context()
            .set_float(number, u64::from(number) << 50);
    }
    p.kernel.context().set(2, STACK);
    p.kernel.context().fcsr = 0x63;
    let mut before = *p.kernel.context();
    assert_eq!(p.call(131, [1000, 1000, signal]), signal as i64);
    before.set_pc(ENTRY + 12);
    for (register, value) in [(10, 0), (11, 1000), (12, signal), (17, 131)] {
        before.set(register, value);
    }
    let context = *p.kernel.context();
    assert_eq!(
        (p.resume, context.pc(), context.get(1)),
        (Resume::All, handler, 0xf000_2000)
    );
    let frame = context.get(2);
    assert!(frame.is_multiple_of(16) && (stack..stack + 0x2000).contains(&frame));
    assert_eq!((context.get(11), context.get(12)), (frame, frame + 128));
    assert_eq!(
        (
            p.machine.load32(frame),
            p.machine.load32(frame + 8) as i32,
            p.machine.load32(frame + 16)
        ),
        (12, -6, 1000)
    );
    // It masks itself; the handler spoils what it may.
    assert_eq!(p.call(131, [1000, 1000, signal]), 0);
    for number in 3..32 {
        p.kernel.context().set(number, 0);
        p.kernel.context().set_float(number, 0);
    }
    p.kernel.context().fcsr = 0;
    p.kernel.context().set(17, 139);
    // The second one comes as soon as the first has returned, and then it is over.
    assert_eq!(p.kernel.system_call(&mut p.machine), Resume::All);
    assert_eq!(p.kernel.context().pc(), handler);
    p.kernel.context().set(17, 139);
    p.kernel.system_call(&mut p.machine);
    assert_eq!(*p.kernel.context(), before);
}

/// A frame leads nowhere but to addresses that a program may have.
#[test]
fn a_frame_that_leads_into_the_kernel_is_a_fault() {
    for pc in [0xf000_1000u64, 0x1000, u64::MAX] {
        let mut p = Process::simple();
        let frame = SCRATCH & !15;
        // The program counter is the first of the registers.
        p.machine.store64(frame + 128 + 176, pc);
        p.kernel.context().set(2, frame);
        p.kernel.context().set(17, 139);
        // Nobody handles it.
        let ended = p.kernel.system_call(&mut p.machine);
        assert_eq!(ended, Resume::Halt(139), "{pc:#x}");
    }
}

/// The length of the public output is the program's to write, too.
#[test]
fn a_length_of_output_that_is_none_is_an_error() {
    let mut p = Process::simple();
    p.machine.store64(0x8010, 0x4001);
    assert_eq!(p.call(WRITE, [1, SCRATCH, 10]), -5);
    p.machine.store64(0x8010, 0x4000);
    assert_eq!(p.call(WRITE, [1, SCRATCH, 10]), -28);
    p.machine.store64(0x8010, 0x3fff);
    assert_eq!(p.call(WRITE, [1, SCRATCH, 10]), 1);
}

#[test]
fn faults_become_signals_or_the_end() {
    let mut p = Process::simple();
    assert_eq!(p.kernel.access(&mut p.machine, 0x10), Resume::Halt(139));
    assert!(
        p.machine
            .printed
            .contains("signal 11 at pc 0x10000, which accesses 0x10"),
        "{}",
        p.machine.printed
    );
    let mut p = Process::simple();
    assert_eq!(p.kernel.breakpoint(&mut p.machine), Resume::Halt(133));
    // c.unimp; a rounding mode that there is not; a counter that is written.
    for bits in [0, 0x0020_d053, 0xc010_1573] {
        let mut p = Process::simple();
        assert_eq!(
            p.kernel.illegal(&mut p.machine, bits),
            Resume::Halt(132),
            "{bits:x}"
        );
    }
    // fld f0, 0(x0)
    let mut p = Process::simple();
    assert_eq!(
        p.kernel.illegal(&mut p.machine, 0x0000_3007),
        Resume::Halt(139)
    );
    // With a handler it runs, and is told where; while it runs, the same again is the end.
    let mut p = Process::simple();
    p.machine.store64(SCRATCH, 0x1_2340);
    p.call(134, [11, SCRATCH, 0, 8]);
    assert_eq!(p.kernel.access(&mut p.machine, 0x10), Resume::All);
    let frame = p.kernel.context().get(2);
    assert_eq!(
        (p.machine.load32(frame), p.machine.load64(frame + 16)),
        (11, 0x10)
    );
    assert_eq!(p.machine.load64(frame + 128 + 176), ENTRY + 4);
    assert_eq!(p.kernel.access(&mut p.machine, 0x10), Resume::Halt(139));
    // In the kernel it is the kernel's fault.
    let mut p = Process::simple();
    p.kernel.context().set_pc(0xf000_1234);
    assert_eq!(
        p.kernel.access(&mut p.machine, 0x10),
        Resume::Halt(PANICKED)
    );
}
