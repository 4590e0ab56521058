//! A machine on the host: memory as pages that come into being, a tape, and what was printed.

use guest_kernel::kernel::{Kernel, Resume};
use guest_kernel::machine::{Machine, Memory};
use guest_kernel::map::{Boot, INPUT, INPUT_LENGTH, OUTPUT, OUTPUT_LENGTH, PAGE};
use std::collections::{HashMap, VecDeque};

/// The machine.
#[derive(Default)]
pub struct Simulated {
    pages: HashMap<u64, Box<[u8; PAGE as usize]>>,
    tape: VecDeque<u64>,
    pub printed: String,
}

impl Simulated {
    fn byte(&mut self, address: u64) -> &mut u8 {
        let page = self.pages.entry(address / PAGE);
        let page = page.or_insert_with(|| Box::new([0; PAGE as usize]));
        &mut page[(address % PAGE) as usize]
    }

    pub fn bytes(&self, address: u64, length: u64) -> Vec<u8> {
        (address..address + length)
            .map(|at| self.load8(at))
            .collect()
    }

    fn load(&self, address: u64, size: u64) -> u64 {
        (0..size).rev().fold(0, |value, at| {
            value << 8 | u64::from(self.load8(address + at))
        })
    }
}

impl Memory for Simulated {
    fn load32(&self, address: u64) -> u32 {
        self.load(address, 4) as u32
    }

    fn load64(&self, address: u64) -> u64 {
        self.load(address, 8)
    }

    fn store32(&mut self, address: u64, value: u32) {
        self.put(address, &value.to_le_bytes());
    }

    fn store64(&mut self, address: u64, value: u64) {
        self.put(address, &value.to_le_bytes());
    }
}

impl Machine for Simulated {
    fn load8(&self, address: u64) -> u8 {
        let page = self.pages.get(&(address / PAGE));
        page.map_or(0, |page| page[(address % PAGE) as usize])
    }
    fn store8(&mut self, address: u64, value: u8) {
        *self.byte(address) = value;
    }
    fn copy(&mut self, to: u64, from: u64, length: u64) {
        let bytes = self.bytes(from, length);
        self.put(to, &bytes);
    }
    fn clear(&mut self, address: u64, length: u64) {
        for at in address..address + length {
            if self.load8(at) != 0 {
                *self.byte(at) = 0;
            }
        }
    }
    fn put(&mut self, address: u64, bytes: &[u8]) {
        for (at, byte) in (address..).zip(bytes) {
            *self.byte(at) = *byte;
        }
    }
    fn get(&self, address: u64, bytes: &mut [u8]) {
        for (at, byte) in (address..).zip(bytes) {
            *byte = self.load8(at);
        }
    }
    fn private_word(&mut self) -> u64 {
        self.tape.pop_front().expect("the tape is long enough")
    }
    fn print(&mut self, address: u64, length: u64) {
        self.printed += &String::from_utf8_lossy(&self.bytes(address, length));
    }
    fn say(&mut self, text: &str) {
        self.printed += text;
    }
    fn signal_return(&self) -> u64 {
        0xf000_2000
    }
}

/// A program under the kernel, which makes the calls that a test tells it to.
pub struct Process {
    pub kernel: Box<Kernel>,
    pub machine: Simulated,
    /// How the last trap ended.
    pub resume: Resume,
}

/// Memory of the program's that tests use as they like.
pub const SCRATCH: u64 = 0x2_0000;
/// Where the break starts.
pub const BREAK: u64 = 0x10_0000;
/// The entry.
pub const ENTRY: u64 = 0x1_0000;
/// The first stack pointer.
pub const STACK: u64 = 0xefff_f000;

impl Process {
    pub fn new(public: &[u8], private: &[u8], private_stdin: bool) -> Self {
        let mut machine = Simulated::default();
        machine.store64(INPUT_LENGTH, public.len() as u64);
        machine.put(INPUT, public);
        machine.tape.push_back(private.len() as u64);
        for word in private.chunks(8) {
            let mut bytes = [0; 8];
            bytes[..word.len()].copy_from_slice(word);
            machine.tape.push_back(u64::from_le_bytes(bytes));
        }
        let mut kernel = Box::new(Kernel::new());
        kernel.boot(Boot {
            entry: ENTRY,
            stack: STACK,
            program_break: BREAK,
            private_stdin,
            image_start: ENTRY,
            image_end: BREAK,
            stack_size: 8 << 20,
        });
        Process {
            kernel,
            machine,
            resume: Resume::All,
        }
    }

    pub fn simple() -> Self {
        Process::new(b"", b"", false)
    }

    /// Makes a call with the running thread; the register a0 of the thread that goes on.
    pub fn call<const N: usize>(&mut self, number: u64, arguments: [u64; N]) -> i64 {
        let context = self.kernel.context();
        for (register, argument) in (10..).zip(arguments) {
            context.set(register, argument);
        }
        context.set(17, number);
        self.resume = self.kernel.system_call(&mut self.machine);
        match self.resume {
            Resume::Halt(_) => 0,
            _ => self.kernel.context().get(10) as i64,
        }
    }

    /// The number of the thread that runs.
    pub fn thread(&mut self) -> i64 {
        let before = *self.kernel.context();
        let tid = self.call(178, []);
        self.kernel.context().clone_from(&before);
        tid
    }

    pub fn output(&self) -> Vec<u8> {
        self.machine
            .bytes(OUTPUT, self.machine.load64(OUTPUT_LENGTH))
    }
}
