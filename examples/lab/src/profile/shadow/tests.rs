#![allow(clippy::unwrap_used)]
use super::*;

/// A machine that does nothing but call: events one by one, and what is on the stack after them.
struct Run {
    shadow: Shadow,
    now: u64,
    /// Entries of activations that ended, in order.
    ended: Vec<u64>,
}

/// Where functions of these tests are.
const MAIN: u64 = 0x1000;
const F: u64 = 0x2000;
const G: u64 = 0x3000;
const KERNEL: u64 = 0xf000;
const TOP: u64 = 0x8000_0000;

impl Run {
    fn new() -> Self {
        Run {
            shadow: Shadow::new(MAIN),
            now: 0,
            ended: Vec::new(),
        }
    }

    fn step(&mut self, flow: Flow, pc: u64, next: u64, sp: u64) -> &mut Self {
        self.now += 1;
        let after = pc + 4;
        let step = Step {
            flow,
            pc,
            after,
            next,
            sp,
        };
        let ended = &mut self.ended;
        let mut hear = |_: u32, _: usize, a: &Activation| ended.push(a.entry);
        self.shadow.follow(&step, (self.now, 0), &mut hear);
        self
    }

    fn call(&mut self, pc: u64, to: u64, sp: u64) -> &mut Self {
        self.step(Flow::Call, pc, to, sp)
    }

    /// A return to behind a call at this address.
    fn back(&mut self, to: u64, sp: u64) -> &mut Self {
        self.step(Flow::Return, 0xdead_0000, to + 4, sp)
    }

    /// The entries of what is on the stack, but for its start.
    fn stack(&self) -> Vec<u64> {
        let all = self.shadow.activations().iter().skip(1);
        all.map(|a| a.entry).collect()
    }

    fn number(&self) -> u32 {
        self.shadow.stacks[self.shadow.current].number
    }
}

#[test]
fn calls_return() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP).call(F, G, TOP - 16);
    assert_eq!(run.stack(), [F, G]);
    run.back(F, TOP - 16);
    assert_eq!(run.stack(), [F]);
    run.back(MAIN, TOP);
    assert!(run.stack().is_empty());
    assert_eq!(run.ended, [G, F]);
}

/// All activations of a recursive function go back to one address: the stack pointer tells which one returns.
#[test]
fn recursion_returns_one_by_one() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP);
    for depth in 1..=5 {
        run.call(F, F, TOP - 16 * depth);
    }
    assert_eq!(run.stack(), [F; 6]);
    for depth in (1..=5).rev() {
        run.back(F, TOP - 16 * depth);
        assert_eq!(run.stack().len(), depth as usize);
    }
    // One that returns from all at once, as exceptions do.
    for depth in 1..=5 {
        run.call(F, F, TOP - 16 * depth);
    }
    run.back(MAIN, TOP);
    assert!(run.stack().is_empty());
}

/// The function that is called last returns for the one that called it.
#[test]
fn tail_calls_return_once() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP)
        .step(Flow::Jump, F, G, TOP)
        .step(Flow::Branch, F, G, TOP);
    assert_eq!(run.stack(), [F]);
    run.back(MAIN, TOP);
    assert!(run.stack().is_empty());
}

#[test]
fn jumps_within_functions_change_nothing() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP).call(F, G, TOP - 64);
    // A table of jumps, below frames of any size.
    run.step(Flow::Jump, G, G + 64, TOP - (1 << 20));
    // And the return through another register than a call's.
    assert_eq!(run.stack(), [F, G]);
    run.step(Flow::Jump, G, F + 4, TOP - 64);
    assert_eq!(run.stack(), [F]);
}

/// `longjmp` goes to behind the call of a function that has returned.
#[test]
fn longjmp_ends_what_it_skips() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP);
    // setjmp
    run.call(F + 8, KERNEL, TOP - 32).back(F + 8, TOP - 32);
    run.call(F + 16, G, TOP - 32)
        .call(G, G, TOP - 48)
        .call(G, G, TOP - 64);
    run.back(F + 8, TOP - 32);
    assert_eq!(run.stack(), [F]);
    // An exception that is caught two calls up, at some other place, by a jump through any register.
    run.call(F + 16, G, TOP - 32).call(G, G, TOP - 48);
    run.step(Flow::Jump, KERNEL, F + 100, TOP - 32);
    assert_eq!(run.stack(), [F, G], "the callee's frame may be empty");
    run.step(Flow::Jump, KERNEL, MAIN + 100, TOP);
    run.call(MAIN + 104, F, TOP);
    run.back(MAIN + 104, TOP);
    assert!(run.stack().len() <= 1, "{:x?}", run.stack());
}

#[test]
fn links_that_swap_are_both() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP).step(Flow::Swap, F, MAIN + 4, TOP);
    assert_eq!((run.stack(), run.ended.clone()), (vec![MAIN + 4], vec![F]));
}

#[test]
fn deep_stacks_are_bounded_and_return() {
    let mut run = Run::new();
    run.call(MAIN, F, 1 << 40);
    let deep = 3 * DEPTH as u64;
    for depth in 1..deep {
        run.call(F, F, (1 << 40) - 16 * depth);
    }
    assert_eq!(run.shadow.activations().len(), DEPTH);
    assert!(run.shadow.too_deep());
    assert_eq!(run.shadow.top().lost, deep + 1 - DEPTH as u64);
    // A trap down there, whose handler calls, ends nothing.
    let sp = (1 << 40) - 16 * deep;
    run.step(Flow::Next, F + 32, KERNEL, sp);
    run.call(KERNEL, KERNEL + 64, 1 << 50).back(KERNEL, 1 << 50);
    run.step(Flow::TrapReturn, KERNEL + 8, F + 36, sp);
    assert_eq!(run.shadow.top().lost, deep + 1 - DEPTH as u64);
    for depth in (1..deep).rev() {
        run.back(F, (1 << 40) - 16 * depth);
    }
    assert_eq!(run.stack(), [F]);
    run.back(MAIN, 1 << 40);
    assert!(run.stack().is_empty());
}

/// Handlers that trap and never return from it.
#[test]
fn nested_traps_are_bounded() {
    let mut run = Run::new();
    for _ in 0..10 * DEPTH {
        run.step(Flow::Next, MAIN, KERNEL, TOP);
    }
    assert!(run.shadow.activations().len() <= DEPTH + DEPTH / 8);
    run.step(Flow::TrapReturn, KERNEL, MAIN, TOP);
}

#[test]
fn traps_end_at_mret_whatever_the_kernel_calls() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP);
    run.step(Flow::Next, F + 8, KERNEL, TOP - 16);
    run.call(KERNEL, G, 1 << 60).call(G, G, (1 << 60) - 16);
    assert_eq!(run.stack(), [F, KERNEL, G, G]);
    run.step(Flow::TrapReturn, KERNEL, F + 12, TOP - 16);
    assert_eq!(run.stack(), [F]);
    // An instruction that does not trap is none.
    run.step(Flow::Next, F + 12, F + 16, TOP - 16);
    assert_eq!(run.stack(), [F]);
}

#[test]
fn threads_have_stacks_of_their_own() {
    let (child, mut run) = (0x2000_0000, Run::new());
    // The kernel starts the program: its own stack is left.
    run.call(MAIN, KERNEL, 1 << 60);
    run.step(Flow::TrapReturn, KERNEL, F, TOP);
    assert_eq!((run.number(), run.stack()), (1, vec![]));
    run.call(F, G, TOP);
    // clone: the child goes on behind the call, too, on another stack.
    run.step(Flow::Next, G, KERNEL, TOP - 16)
        .step(Flow::TrapReturn, KERNEL, G + 4, child);
    assert_eq!((run.number(), run.stack()), (2, vec![]));
    run.call(G + 4, F, child);
    // The child waits; the parent goes on where it was.
    run.step(Flow::Next, F + 64, KERNEL, child - 16).step(
        Flow::TrapReturn,
        KERNEL,
        G + 4,
        TOP - 16,
    );
    assert_eq!((run.number(), run.stack()), (1, vec![G]));
    run.step(Flow::Next, G + 8, KERNEL, TOP - 16).step(
        Flow::TrapReturn,
        KERNEL,
        F + 68,
        child - 16,
    );
    assert_eq!((run.number(), run.stack()), (2, vec![F]));
    run.back(G + 4, child);
    assert!(run.stack().is_empty());
}

#[test]
fn signal_handlers_end_where_they_came_from() {
    let mut run = Run::new();
    run.call(MAIN, F, TOP);
    // kill, of oneself: the handler runs below.
    run.step(Flow::Next, F + 8, KERNEL, TOP - 32)
        .step(Flow::TrapReturn, KERNEL, G, TOP - 1024);
    assert_eq!(run.stack(), [F, G]);
    assert_eq!(run.shadow.top().kind, Kind::Signal);
    run.call(G + 4, G, TOP - 1040).back(G + 4, TOP - 1040);
    // sigreturn
    run.step(Flow::Next, G + 64, KERNEL, TOP - 1024).step(
        Flow::TrapReturn,
        KERNEL,
        F + 12,
        TOP - 32,
    );
    assert_eq!(run.stack(), [F]);
    assert_eq!(run.number(), 0);
}

/// A scheduler that saves where a call goes back to, with its stack pointer, and goes on elsewhere.
#[test]
fn coroutines_are_found_again() {
    let (one, two) = (TOP, 0x10_0000);
    let mut run = Run::new();
    run.call(MAIN, F, one).call(F, G, one - 16);
    // To a new one, far away, which calls.
    run.step(Flow::Jump, G, MAIN + 0x100, two);
    run.call(MAIN + 0x100, F, two);
    run.step(Flow::Jump, F + 32, F + 4, one - 16);
    assert_eq!((run.number(), run.stack()), (0, vec![F]));
    run.step(Flow::Jump, F + 40, MAIN + 0x104, two);
    assert!(run.stack().is_empty());
    assert_eq!(run.number(), 1);
}

#[test]
fn many_stacks_are_bounded() {
    let mut run = Run::new();
    for thread in 1..4 * STACKS as u64 {
        run.step(Flow::Next, F, KERNEL, TOP)
            .step(Flow::TrapReturn, KERNEL, F + 4, thread << 32);
        run.step(Flow::Next, F, KERNEL, thread << 32);
    }
    assert!(run.shadow.stacks.len() <= STACKS);
    assert!(run.shadow.stacks() > STACKS as u32);
}

/// Whatever a program does, stacks stay bounded and end.
#[test]
fn any_program_is_followed() {
    use rand::Rng;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;
    let mut rng = ChaCha20Rng::seed_from_u64(17);
    for _ in 0..50 {
        let mut shadow = Shadow::new(MAIN);
        let mut ended = 0u64;
        for now in 0..2_000 {
            let flow = [
                Flow::Next,
                Flow::Branch,
                Flow::Call,
                Flow::Call,
                Flow::Return,
                Flow::Swap,
                Flow::Jump,
                Flow::TrapReturn,
            ][rng.gen_range(0..8)];
            let mut some = || match rng.gen_range(0..10u32) {
                0 => rng.r#gen(),
                1 => u64::MAX,
                2 => 0,
                few => u64::from(few) * 4,
            };
            let (pc, next, sp) = (some(), some(), some());
            let after = pc.wrapping_add(4);
            let step = Step {
                flow,
                pc,
                after,
                next,
                sp,
            };
            shadow.follow(&step, (now, 0), &mut |_, _, _| ended += 1);
            assert!(!shadow.activations().is_empty());
            assert!(shadow.activations().len() <= DEPTH + DEPTH / 8);
            assert!(shadow.stacks.len() <= STACKS);
        }
        shadow.finish(&mut |_, _, _| ended += 1);
        assert!(ended > 0);
        assert!(
            shadow
                .stacks
                .iter()
                .all(|stack| stack.activations.is_empty())
        );
    }
}
