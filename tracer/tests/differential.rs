//! Random programs, instruction by instruction, against two machines that share no code with this one.

#![allow(clippy::unwrap_used)]

mod support;

use ckb_vm::decoder::{Decoder, build_decoder};
use ckb_vm::instructions::execute;
use instruction_tables::WordSize;
use instruction_tables::instructions::{Extension, records};
use rrs_lib::instruction_executor::InstructionExecutor;
use rrs_lib::{HartState, MemAccessSize};
use std::collections::BTreeMap;
use support::random::{DATA_SIZE, Random};
use support::{CODE, DATA};
use tracer::{Inputs, Machine, Program};

/// An independent machine.
trait Oracle {
    fn new(code: &[u32], data: &[u8]) -> Self;
    fn step(&mut self);
    fn pc(&self) -> u64;
    fn register(&self, number: usize) -> u64;
    fn byte(&self, address: u64) -> u8;
}

/// Code and data as bytes.
struct Flat {
    code: Vec<u8>,
    data: Vec<u8>,
}

impl Flat {
    fn new(code: &[u32], data: &[u8]) -> Self {
        Flat {
            code: code.iter().flat_map(|word| word.to_le_bytes()).collect(),
            data: data.to_vec(),
        }
    }

    fn load(&self, address: u64, size: usize) -> u64 {
        let bytes = match address >= DATA {
            true => &self.data[(address - DATA) as usize..][..size],
            false => &self.code[(address - CODE) as usize..][..size],
        };
        bytes
            .iter()
            .rev()
            .fold(0, |value, &byte| value << 8 | u64::from(byte))
    }

    fn store(&mut self, address: u64, size: usize, value: u64) {
        self.data[(address - DATA) as usize..][..size]
            .copy_from_slice(&value.to_le_bytes()[..size]);
    }
}

impl rrs_lib::Memory for Flat {
    fn read_mem(&mut self, address: u32, size: MemAccessSize) -> Option<u32> {
        Some(self.load(address.into(), width(size)) as u32)
    }

    fn write_mem(&mut self, address: u32, size: MemAccessSize, value: u32) -> bool {
        self.store(address.into(), width(size), value.into());
        true
    }
}

fn width(size: MemAccessSize) -> usize {
    match size {
        MemAccessSize::Byte => 1,
        MemAccessSize::HalfWord => 2,
        MemAccessSize::Word => 4,
    }
}

struct Rrs {
    hart: HartState,
    memory: Flat,
}

impl Oracle for Rrs {
    fn new(code: &[u32], data: &[u8]) -> Self {
        let mut hart = HartState::new();
        hart.pc = CODE as u32;
        Rrs {
            hart,
            memory: Flat::new(code, data),
        }
    }

    fn step(&mut self) {
        InstructionExecutor {
            hart_state: &mut self.hart,
            mem: &mut self.memory,
        }
        .step()
        .unwrap();
    }

    fn pc(&self) -> u64 {
        self.hart.pc.into()
    }

    fn register(&self, number: usize) -> u64 {
        if number == 0 {
            0
        } else {
            self.hart.registers[number].into()
        }
    }

    fn byte(&self, address: u64) -> u8 {
        self.memory.load(address, 1) as u8
    }
}

/// `ckb-vm`'s instructions over a memory at our addresses.
struct CkbMachine {
    pc: u64,
    next: u64,
    registers: [u64; 32],
    memory: CkbMemory,
}

struct CkbMemory(Flat, u64);

struct Ckb {
    machine: CkbMachine,
    decoder: Decoder,
}

impl ckb_vm::CoreMachine for CkbMachine {
    type REG = u64;
    type MEM = CkbMemory;

    fn pc(&self) -> &u64 {
        &self.pc
    }

    fn update_pc(&mut self, pc: u64) {
        self.next = pc;
    }

    fn commit_pc(&mut self) {
        self.pc = self.next;
    }

    fn memory(&self) -> &CkbMemory {
        &self.memory
    }

    fn memory_mut(&mut self) -> &mut CkbMemory {
        &mut self.memory
    }

    fn registers(&self) -> &[u64] {
        &self.registers
    }

    fn set_register(&mut self, number: usize, value: u64) {
        if number != 0 {
            self.registers[number] = value;
        }
    }

    fn version(&self) -> u32 {
        ckb_vm::machine::VERSION2
    }

    fn isa(&self) -> u8 {
        ckb_vm::ISA_IMC
    }
}

impl ckb_vm::Machine for CkbMachine {
    fn ecall(&mut self) -> Result<(), ckb_vm::Error> {
        Err(ckb_vm::Error::InvalidEcall(0))
    }

    fn ebreak(&mut self) -> Result<(), ckb_vm::Error> {
        Err(ckb_vm::Error::InvalidEcall(1))
    }
}

type CkbResult<T> = Result<T, ckb_vm::Error>;

impl ckb_vm::Memory for CkbMemory {
    type REG = u64;

    fn new() -> Self {
        CkbMemory(Flat::new(&[], &[]), 0)
    }

    fn new_with_memory(_: usize) -> Self {
        Self::new()
    }

    fn init_pages(
        &mut self,
        _: u64,
        _: u64,
        _: u8,
        _: Option<ckb_vm::Bytes>,
        _: u64,
    ) -> CkbResult<()> {
        Ok(())
    }

    fn fetch_flag(&mut self, _: u64) -> CkbResult<u8> {
        Ok(0)
    }

    fn set_flag(&mut self, _: u64, _: u8) -> CkbResult<()> {
        Ok(())
    }

    fn clear_flag(&mut self, _: u64, _: u8) -> CkbResult<()> {
        Ok(())
    }

    fn memory_size(&self) -> usize {
        usize::MAX
    }

    fn store_byte(&mut self, _: u64, _: u64, _: u8) -> CkbResult<()> {
        Err(ckb_vm::Error::MemOutOfBound)
    }

    fn store_bytes(&mut self, _: u64, _: &[u8]) -> CkbResult<()> {
        Err(ckb_vm::Error::MemOutOfBound)
    }

    fn load_bytes(&mut self, _: u64, _: u64) -> CkbResult<ckb_vm::Bytes> {
        Err(ckb_vm::Error::MemOutOfBound)
    }

    fn execute_load16(&mut self, address: u64) -> CkbResult<u16> {
        Ok(self.0.load(address, 2) as u16)
    }

    fn execute_load32(&mut self, address: u64) -> CkbResult<u32> {
        Ok(self.0.load(address, 4) as u32)
    }

    fn load8(&mut self, address: &u64) -> CkbResult<u64> {
        Ok(self.0.load(*address, 1))
    }

    fn load16(&mut self, address: &u64) -> CkbResult<u64> {
        Ok(self.0.load(*address, 2))
    }

    fn load32(&mut self, address: &u64) -> CkbResult<u64> {
        Ok(self.0.load(*address, 4))
    }

    fn load64(&mut self, address: &u64) -> CkbResult<u64> {
        Ok(self.0.load(*address, 8))
    }

    fn store8(&mut self, address: &u64, value: &u64) -> CkbResult<()> {
        self.0.store(*address, 1, *value);
        Ok(())
    }

    fn store16(&mut self, address: &u64, value: &u64) -> CkbResult<()> {
        self.0.store(*address, 2, *value);
        Ok(())
    }

    fn store32(&mut self, address: &u64, value: &u64) -> CkbResult<()> {
        self.0.store(*address, 4, *value);
        Ok(())
    }

    fn store64(&mut self, address: &u64, value: &u64) -> CkbResult<()> {
        self.0.store(*address, 8, *value);
        Ok(())
    }

    fn lr(&self) -> &u64 {
        &self.1
    }

    fn set_lr(&mut self, value: &u64) {
        self.1 = *value;
    }
}

impl Oracle for Ckb {
    fn new(code: &[u32], data: &[u8]) -> Self {
        let memory = CkbMemory(Flat::new(code, data), 0);
        let machine = CkbMachine {
            pc: CODE,
            next: CODE,
            registers: [0; 32],
            memory,
        };
        Ckb {
            machine,
            decoder: build_decoder::<u64>(ckb_vm::ISA_IMC, ckb_vm::machine::VERSION2),
        }
    }

    fn step(&mut self) {
        let instruction = self
            .decoder
            .decode(&mut self.machine.memory, self.machine.pc)
            .unwrap();
        execute(instruction, &mut self.machine).unwrap();
    }

    fn pc(&self) -> u64 {
        self.machine.pc
    }

    fn register(&self, number: usize) -> u64 {
        self.machine.registers[number]
    }

    fn byte(&self, address: u64) -> u8 {
        self.machine.memory.0.load(address, 1) as u8
    }
}

/// Runs one program on both machines, instruction by instruction.
fn compare<O: Oracle>(seed: u64, bits: usize, counts: &mut BTreeMap<&'static str, u64>) {
    let (code, data) = Random::program(seed, bits, 300);
    let program = Program::from_elf(&Random::elf(&code, &data, bits)).unwrap();
    let mut machine = Machine::new(&program, &Inputs::default()).unwrap();
    let mut oracle = O::new(&code, &data);
    loop {
        let pc = machine.pc();
        let word = program.word_at(pc);
        if word == support::asm::HALT {
            break;
        }
        *counts
            .entry(program.rows()[program.head(pc).unwrap() as usize].name)
            .or_default() += 1;
        machine
            .step()
            .unwrap_or_else(|error| panic!("seed {seed}, word {word:#010x}: {error}"));
        oracle.step();
        assert_eq!(
            machine.pc(),
            oracle.pc(),
            "pc after {word:#010x} at {pc:#x}, seed {seed}"
        );
        for (number, &value) in machine.registers()[..32].iter().enumerate() {
            assert_eq!(
                value,
                oracle.register(number),
                "x{number} after {word:#010x} at {pc:#x}, seed {seed}"
            );
        }
    }
    for address in DATA..DATA + DATA_SIZE as u64 {
        assert_eq!(
            machine.byte(address),
            oracle.byte(address),
            "byte at {address:#x}, seed {seed}"
        );
    }
}

/// At least this many instructions in all, for each word size.
const TOTAL: u64 = 2_000_000;
/// At least this many of each.
const EACH: u64 = 1000;

fn compare_many<O: Oracle>(bits: usize, word: WordSize) {
    let mut counts = BTreeMap::new();
    let mut seed = 0;
    while counts.values().sum::<u64>() < TOTAL {
        compare::<O>(seed, bits, &mut counts);
        seed += 1;
    }
    println!("{seed} programs, {counts:?}");
    for record in
        records().filter(|record| record.exists(word) && record.extension != Extension::Custom)
    {
        let count = counts.get(record.mnemonic).copied().unwrap_or(0);
        assert!(
            count >= EACH,
            "only {count} executions of {}",
            record.mnemonic
        );
    }
}

#[test]
fn rv64im_agrees_with_ckb_vm() {
    compare_many::<Ckb>(64, WordSize::W64);
}

#[test]
fn rv32im_agrees_with_rrs() {
    compare_many::<Rrs>(32, WordSize::W32);
}
