//! Call stacks, kept beside a run from its calls and returns: no frame pointers, no unwind tables.
//!
//! A call is a jump that links (`ra` or `t0`), as the instruction set's manual hints to return address predictors. An
//! activation is known by the address that it returns to and by the stack pointer with which it was called, which is the one
//! that it returns with. So recursion is told apart, and what skips activations (`longjmp`, exceptions, a scheduler of
//! coroutines) ends all that it skips:
//!
//! | what happens | the stack |
//! |---|---|
//! | a jump that links | one activation more |
//! | a jump through a register to where an activation goes back, with its stack pointer | that one and those above end |
//! | another one, with a stack pointer above that of an activation | that one ends |
//! | another one, to somewhere else than the stack | another stack: a coroutine's, or a new one |
//! | a trap | one activation more, which only `mret` ends |
//! | `mret` with the stack pointer of another stack that trapped | that one: another thread |
//! | `mret` with one below, to elsewhere | one activation more: a signal handler |
//! | `mret` with any other | a new stack: a new thread |
//!
//! A tail call needs nothing, as functions are told by addresses. Depth and number of stacks are bounded: activations
//! beyond [`DEPTH`] are counted, and what they do belongs to the last one that is kept.

use instruction_tables::Instruction;
use instruction_tables::instructions::Semantics;

/// Most activations of a stack that are kept.
pub const DEPTH: usize = 512;
/// Most stacks; of more, the one that was left longest ago is forgotten.
pub const STACKS: usize = 256;
/// How far below its caller's a stack pointer is on the same stack.
const NEAR: u64 = 16 << 20;
/// How far below the trap's a signal handler's stack pointer is at most.
const SIGNAL: u64 = 64 << 10;
/// The registers that link: `ra` and `t0`.
const LINKS: [u8; 2] = [1, 5];

/// Where an instruction goes on, as far as stacks are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// At the next instruction, unless it traps.
    Next,
    /// There, or at a place that it names.
    Branch,
    /// Where it says, to come back.
    Call,
    /// Where the address is that a call left behind.
    Return,
    /// Both.
    Swap,
    /// Where some register says.
    Jump,
    /// Where a trap came from, or elsewhere.
    TrapReturn,
}

impl Flow {
    /// Of an instruction.
    pub fn of(instruction: &Instruction) -> Self {
        let (back, to) = (
            LINKS.contains(&instruction.rd),
            LINKS.contains(&instruction.rs1),
        );
        match instruction.record.semantics {
            Semantics::Branch(_) => Flow::Branch,
            Semantics::Jump if back => Flow::Call,
            Semantics::Jump => Flow::Branch,
            Semantics::JumpRegister => match (back, to) {
                (true, true) if instruction.rd != instruction.rs1 => Flow::Swap,
                (true, _) => Flow::Call,
                (false, true) => Flow::Return,
                (false, false) => Flow::Jump,
            },
            Semantics::TrapReturn => Flow::TrapReturn,
            _ => Flow::Next,
        }
    }
}

/// One instruction, and what comes after it.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub flow: Flow,
    /// Address of the instruction.
    pub pc: u64,
    /// Address of the one that follows it in memory.
    pub after: u64,
    /// Address of the one that is executed next.
    pub next: u64,
    /// The stack pointer then.
    pub sp: u64,
}

/// What an activation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The program, a thread or a coroutine: what a stack begins with.
    Start,
    Call,
    Trap,
    Signal,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug)]
pub struct Activation {
    pub kind: Kind,
    /// Address of the instruction that called, trapped, or was interrupted; 0 at the start of a stack.
    pub call: u64,
    /// Address of its first instruction.
    pub entry: u64,
    /// What its caller put here: where it stands in a call tree.
    pub context: u32,
    /// When it began.
    pub begun: u64,
    /// Activations above it that are not kept.
    pub lost: u64,
    back: u64,
    sp: u64,
}

/// The activations of a thread or coroutine, the first of which never ends.
#[derive(Clone, Debug)]
struct Stack {
    /// Its number among all that there have been.
    number: u32,
    activations: Vec<Activation>,
    /// The stack pointer when a trap took it.
    taken: Option<u64>,
    /// When it was left.
    left: u64,
}

impl Stack {
    fn new(number: u32, entry: u64, sp: u64, begun: u64) -> Self {
        let start = Activation {
            kind: Kind::Start,
            call: 0,
            entry,
            context: 0,
            begun,
            lost: 0,
            back: 0,
            sp,
        };
        Stack {
            number,
            activations: vec![start],
            taken: None,
            left: 0,
        }
    }

    fn top(&self) -> &Activation {
        &self.activations[self.activations.len() - 1]
    }

    fn top_mut(&mut self) -> &mut Activation {
        let last = self.activations.len() - 1;
        &mut self.activations[last]
    }

    /// The innermost activation that goes back to an address, with this stack pointer or with any; none below a trap.
    fn returning(&self, back: u64, sp: Option<u64>) -> Option<usize> {
        let live = self.activations.iter().enumerate().rev();
        let mut live = live.take_while(|(_, a)| a.kind != Kind::Trap);
        let found = live.find(|(_, a)| {
            a.kind == Kind::Call && a.back == back && sp.is_none_or(|sp| a.sp == sp)
        });
        found.map(|(at, _)| at)
    }

    /// Whether a stack pointer is on this stack.
    fn has(&self, sp: u64) -> bool {
        let floor = self.top().sp.saturating_sub(NEAR);
        let live = self.activations.iter().rev();
        let highest = live.map(|a| a.sp).max().unwrap_or(0);
        (floor..=highest).contains(&sp)
    }
}

/// What hears of activations that end: the number of their stack, how many are below them, and what they were.
pub type Ended<'a> = dyn FnMut(u32, usize, &Activation) + 'a;

/// The stacks of a run.
#[derive(Clone, Debug)]
pub struct Shadow {
    stacks: Vec<Stack>,
    current: usize,
    numbers: u32,
    deepest: bool,
}

impl Shadow {
    /// Before the first instruction, which is at `entry`.
    pub fn new(entry: u64) -> Self {
        Shadow {
            stacks: vec![Stack::new(0, entry, 0, 0)],
            current: 0,
            numbers: 1,
            deepest: false,
        }
    }

    fn stack(&mut self) -> &mut Stack {
        &mut self.stacks[self.current]
    }

    /// The activations of the stack that runs, the innermost last. There is at least one.
    pub fn activations(&self) -> &[Activation] {
        &self.stacks[self.current].activations
    }

    /// The innermost activation.
    pub fn top(&self) -> &Activation {
        self.stacks[self.current].top()
    }

    /// Whether activations were ever too many to be kept.
    pub fn too_deep(&self) -> bool {
        self.deepest
    }

    /// Number of the stack that runs, among all that there have been.
    pub fn number(&self) -> u32 {
        self.stacks[self.current].number
    }

    /// Number of stacks that there have been.
    pub fn stacks(&self) -> u32 {
        self.numbers
    }

    /// Follows an instruction, which is the number `now`, and whose place in the call tree is `context`; whether the innermost
    /// activation may be another one.
    #[inline]
    pub fn follow(&mut self, step: &Step, (now, context): (u64, u32), ended: &mut Ended) -> bool {
        match step.flow {
            Flow::Branch => return false,
            Flow::Next if step.next == step.after => return false,
            Flow::Next => self.push(Kind::Trap, step, (now, context)),
            Flow::Call => self.push(Kind::Call, step, (now, context)),
            Flow::Swap => {
                self.jump(step, now, ended);
                self.push(Kind::Call, step, (now, context));
            }
            Flow::Return | Flow::Jump => self.jump(step, now, ended),
            Flow::TrapReturn => self.trap_return(step, (now, context), ended),
        }
        true
    }

    /// Ends all activations, at the end of a run.
    pub fn finish(&mut self, ended: &mut Ended) {
        for current in 0..self.stacks.len() {
            self.current = current;
            self.truncate(0, ended);
        }
    }

    /// Ends activations until so many are left.
    fn truncate(&mut self, left: usize, ended: &mut Ended) {
        let stack = self.stack();
        while stack.activations.len() > left {
            if let Some(activation) = stack.activations.pop() {
                ended(stack.number, stack.activations.len(), &activation);
            }
        }
    }

    /// Ends activations whose stack pointer is below one, or equal to it if `returned`.
    fn unwind(&mut self, sp: u64, returned: bool, ended: &mut Ended) {
        let dead = |a: &Activation| {
            a.kind != Kind::Trap && (a.sp < sp || returned && a.sp == sp) && sp - a.sp < NEAR
        };
        let mut left = self.activations().len();
        while left > 1 && dead(&self.activations()[left - 1]) {
            left -= 1;
        }
        self.truncate(left, ended);
    }

    fn push(&mut self, kind: Kind, step: &Step, (now, context): (u64, u32)) {
        let stack = self.stack();
        if let [start] = &mut stack.activations[..] {
            start.sp = start.sp.max(step.sp);
        }
        if kind == Kind::Trap {
            stack.taken = Some(step.sp);
        }
        // What a trap needs has room above any depth.
        let room = if stack.taken.is_some() { DEPTH / 8 } else { 0 };
        if stack.activations.len() >= DEPTH + room {
            stack.top_mut().lost += 1;
            self.deepest = true;
            return;
        }
        stack.activations.push(Activation {
            kind,
            call: step.pc,
            entry: step.next,
            context,
            begun: now,
            lost: 0,
            back: match kind {
                Kind::Call => step.after,
                _ => 0,
            },
            sp: step.sp,
        });
    }

    /// A jump through a register.
    fn jump(&mut self, step: &Step, now: u64, ended: &mut Ended) {
        let &Step { next, sp, flow, .. } = step;
        let top = *self.top();
        let returns = flow != Flow::Jump;
        if top.kind == Kind::Call && (top.back, top.sp) == (next, sp) {
            return self.truncate(self.activations().len() - 1, ended);
        }
        if top.lost > 0 && (top.kind == Kind::Trap || sp <= top.sp) {
            self.stack().top_mut().lost -= u64::from(returns);
            return;
        }
        // Else a tail call, or a jump within a function.
        let usual = sp <= top.sp && top.sp - sp < NEAR;
        if usual && !returns {
            return;
        }
        let here = &self.stacks[self.current];
        // Without the stack pointer: of a stack that was moved.
        let exact = here.returning(next, Some(sp));
        if let Some(at) = exact.or_else(|| here.returning(next, None)) {
            return self.truncate(at, ended);
        }
        if usual || self.activations().len() == 1 {
            return;
        }
        let others = self.stacks.iter().enumerate();
        let mut others = others.filter(|(number, _)| *number != self.current);
        let other =
            |(number, stack): (usize, &Stack)| Some((number, stack.returning(next, Some(sp))?));
        if let Some((number, at)) = others.find_map(other) {
            self.leave(number, now);
            return self.truncate(at, ended);
        }
        match self.stacks[self.current].has(sp) {
            true => self.unwind(sp, returns, ended),
            // Above a trap there is a kernel, which has a stack of its own.
            false if self.activations().iter().any(|a| a.kind == Kind::Trap) => {}
            false => self.begin(step, now),
        }
    }

    fn trap_return(&mut self, step: &Step, at: (u64, u32), ended: &mut Ended) {
        let &Step { next, sp, .. } = step;
        let (now, context) = at;
        let mut traps = self.activations().iter().enumerate().rev();
        let trap = traps.find(|(_, a)| a.kind == Kind::Trap);
        let Some((place, trap)) = trap.map(|(place, a)| (place, *a)) else {
            // A kernel that starts a program.
            return self.begin(step, now);
        };
        self.truncate(place, ended);
        if sp == trap.sp {
            self.stack().taken = None;
            return;
        }
        let taken = self.stacks.iter().enumerate();
        let mut taken = taken.filter(|(number, _)| *number != self.current);
        if let Some((other, _)) = taken.find(|(_, stack)| stack.taken == Some(sp)) {
            self.leave(other, now);
            self.stack().taken = None;
            return;
        }
        let distance = trap.sp.wrapping_sub(sp);
        let resumes = next.wrapping_sub(trap.call) <= 4;
        if distance < SIGNAL && !resumes {
            self.stack().taken = None;
            let handler = Step {
                pc: trap.call,
                ..*step
            };
            self.push(Kind::Signal, &handler, (now, context));
        } else if !resumes && self.stacks[self.current].has(sp) {
            // The end of a signal handler, or of what it interrupted.
            self.stack().taken = None;
            self.unwind(sp, false, ended);
        } else {
            self.begin(step, now);
        }
    }

    /// Goes on with a new stack.
    fn begin(&mut self, step: &Step, now: u64) {
        let stack = Stack::new(self.numbers, step.next, step.sp, now);
        self.numbers = self.numbers.saturating_add(1);
        if self.stacks.len() < STACKS {
            self.stacks.push(stack);
            return self.leave(self.stacks.len() - 1, now);
        }
        let others = (0..self.stacks.len()).filter(|other| *other != self.current);
        if let Some(oldest) = others.min_by_key(|other| self.stacks[*other].left) {
            self.stacks[oldest] = stack;
            self.leave(oldest, now);
        }
    }

    /// Goes on with another stack.
    fn leave(&mut self, other: usize, now: u64) {
        self.stack().left = now;
        self.current = other;
    }
}

#[cfg(test)]
mod tests;
