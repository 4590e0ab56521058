//! Two machines that share no code with this one: `ckb-vm` and `rrs`.

use super::{CODE, DATA};
use ckb_vm::Register;
use ckb_vm::decoder::{Decoder, build_decoder};
use ckb_vm::instructions::execute;
use rrs_lib::instruction_executor::InstructionExecutor;
use rrs_lib::{HartState, MemAccessSize};

pub trait Oracle {
    fn new(code: &[u8], data: &[u8]) -> Self;
    fn step(&mut self);
    fn pc(&self) -> u64;
    fn register(&self, number: usize) -> u64;
    fn byte(&self, address: u64) -> u8;
}

/// Code and data as bytes.
pub struct Flat {
    code: Vec<u8>,
    data: Vec<u8>,
}

impl Flat {
    pub fn new(code: &[u8], data: &[u8]) -> Self {
        // A decoder may look further than the last instruction.
        Flat {
            code: [code, &[0; 8]].concat(),
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

pub struct Rrs {
    hart: HartState,
    memory: Flat,
}

impl Oracle for Rrs {
    fn new(code: &[u8], data: &[u8]) -> Self {
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
pub struct CkbMachine<R> {
    pub pc: R,
    next: R,
    pub registers: [R; 32],
    memory: CkbMemory<R>,
}

pub struct CkbMemory<R>(Flat, R);

pub struct Ckb<R> {
    pub machine: CkbMachine<R>,
    decoder: Decoder,
}

const ISA: u8 = ckb_vm::ISA_IMC | ckb_vm::ISA_A | ckb_vm::ISA_B;

impl<R: Register> ckb_vm::CoreMachine for CkbMachine<R> {
    type REG = R;
    type MEM = CkbMemory<R>;

    fn pc(&self) -> &R {
        &self.pc
    }

    fn update_pc(&mut self, pc: R) {
        self.next = pc;
    }

    fn commit_pc(&mut self) {
        self.pc = self.next.clone();
    }

    fn memory(&self) -> &CkbMemory<R> {
        &self.memory
    }

    fn memory_mut(&mut self) -> &mut CkbMemory<R> {
        &mut self.memory
    }

    fn registers(&self) -> &[R] {
        &self.registers
    }

    fn set_register(&mut self, number: usize, value: R) {
        if number != 0 {
            self.registers[number] = value;
        }
    }

    fn version(&self) -> u32 {
        ckb_vm::machine::VERSION2
    }

    fn isa(&self) -> u8 {
        ISA
    }
}

impl<R: Register> ckb_vm::Machine for CkbMachine<R> {
    fn ecall(&mut self) -> Result<(), ckb_vm::Error> {
        Err(ckb_vm::Error::InvalidEcall(0))
    }

    fn ebreak(&mut self) -> Result<(), ckb_vm::Error> {
        Err(ckb_vm::Error::InvalidEcall(1))
    }
}

type CkbResult<T> = Result<T, ckb_vm::Error>;

impl<R: Register> ckb_vm::Memory for CkbMemory<R> {
    type REG = R;

    fn new() -> Self {
        CkbMemory(Flat::new(&[], &[]), R::zero())
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

    fn load8(&mut self, address: &R) -> CkbResult<R> {
        Ok(R::from_u64(self.0.load(address.to_u64(), 1)))
    }

    fn load16(&mut self, address: &R) -> CkbResult<R> {
        Ok(R::from_u64(self.0.load(address.to_u64(), 2)))
    }

    fn load32(&mut self, address: &R) -> CkbResult<R> {
        Ok(R::from_u64(self.0.load(address.to_u64(), 4)))
    }

    fn load64(&mut self, address: &R) -> CkbResult<R> {
        Ok(R::from_u64(self.0.load(address.to_u64(), 8)))
    }

    fn store8(&mut self, address: &R, value: &R) -> CkbResult<()> {
        self.0.store(address.to_u64(), 1, value.to_u64());
        Ok(())
    }

    fn store16(&mut self, address: &R, value: &R) -> CkbResult<()> {
        self.0.store(address.to_u64(), 2, value.to_u64());
        Ok(())
    }

    fn store32(&mut self, address: &R, value: &R) -> CkbResult<()> {
        self.0.store(address.to_u64(), 4, value.to_u64());
        Ok(())
    }

    fn store64(&mut self, address: &R, value: &R) -> CkbResult<()> {
        self.0.store(address.to_u64(), 8, value.to_u64());
        Ok(())
    }

    fn lr(&self) -> &R {
        &self.1
    }

    fn set_lr(&mut self, value: &R) {
        self.1 = value.clone();
    }
}

impl<R: Register> Ckb<R> {
    /// Executes one instruction, if it is one.
    pub fn try_step(&mut self) -> CkbResult<()> {
        let pc = self.machine.pc.to_u64();
        let instruction = self.decoder.decode(&mut self.machine.memory, pc)?;
        execute(instruction, &mut self.machine)
    }
}

impl<R: Register> Oracle for Ckb<R> {
    fn new(code: &[u8], data: &[u8]) -> Self {
        let memory = CkbMemory(Flat::new(code, data), R::zero());
        let machine = CkbMachine {
            pc: R::from_u64(CODE),
            next: R::from_u64(CODE),
            registers: std::array::from_fn(|_| R::zero()),
            memory,
        };
        Ckb {
            machine,
            decoder: build_decoder::<R>(ISA, ckb_vm::machine::VERSION2),
        }
    }

    fn step(&mut self) {
        self.try_step().unwrap();
    }

    fn pc(&self) -> u64 {
        self.machine.pc.to_u64()
    }

    fn register(&self, number: usize) -> u64 {
        self.machine.registers[number].to_u64()
    }

    fn byte(&self, address: u64) -> u8 {
        self.machine.memory.0.load(address, 1) as u8
    }
}
