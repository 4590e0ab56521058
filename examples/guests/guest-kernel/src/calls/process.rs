//! Who and where a program is, its limits, random numbers.

use super::user;
use crate::errno::{Answer, Errno};
use crate::files::DESCRIPTORS;
use crate::kernel::Kernel;
use crate::machine::Machine;
use crate::map::{MAP_END, USER_END, USER_START};

/// `getcwd`: the root.
pub(super) fn working_directory(machine: &mut impl Machine, at: u64, length: u64) -> Answer {
    if length < 2 {
        return Err(Errno::RANGE.into());
    }
    user(at, 2)?;
    machine.put(at, b"/\0");
    Ok(2)
}

/// What fails because there are no files.
pub(super) fn no_file(path: u64) -> Answer {
    user(path, 1)?;
    Err(Errno::NOENT.into())
}

/// `uname`.
pub(super) fn name(machine: &mut impl Machine, at: u64) -> Answer {
    const FIELD: u64 = 65;
    let fields: [&[u8]; 6] = [b"Linux", b"jolt", b"6.1.0", b"#1", b"riscv64", b"(none)"];
    user(at, 6 * FIELD)?;
    machine.clear(at, 6 * FIELD);
    for (at, field) in (at..).step_by(FIELD as usize).zip(fields) {
        machine.put(at, field);
    }
    Ok(0)
}

/// `sched_getparam`.
pub(super) fn priority(machine: &mut impl Machine, at: u64) -> Answer {
    user(at, 4)?;
    machine.store32(at, 0);
    Ok(0)
}

/// `sched_getaffinity`: one processor.
pub(super) fn processors(machine: &mut impl Machine, length: u64, at: u64) -> Answer {
    if length < 8 || !length.is_multiple_of(8) {
        return Err(Errno::INVAL.into());
    }
    user(at, 8)?;
    machine.store64(at, 1);
    Ok(8)
}

/// `getcpu`: the first of the first node.
pub(super) fn processor(machine: &mut impl Machine, processor: u64, node: u64) -> Answer {
    for at in [processor, node] {
        if at != 0 {
            user(at, 4)?;
            machine.store32(at, 0);
        }
    }
    Ok(0)
}

/// `prctl`: names of threads are taken and forgotten.
pub(super) fn process_control(operation: u64) -> Answer {
    const SET_NAME: u64 = 15;
    match operation {
        SET_NAME => Ok(0),
        _ => Err(Errno::INVAL.into()),
    }
}

/// `membarrier`: with one processor every call is one.
pub(super) fn barrier(command: u64) -> Answer {
    /// Those of one program and of all, and the registration for the first.
    const KNOWN: u64 = 1 | 8 | 16;
    match command {
        0 => Ok(KNOWN),
        command if command.is_power_of_two() && command & KNOWN != 0 => Ok(0),
        _ => Err(Errno::INVAL.into()),
    }
}

impl Kernel {
    /// `getrlimit`, and `prlimit64` without a new limit. Limits cannot be changed, and setting them succeeds.
    pub(super) fn limit(&mut self, machine: &mut impl Machine, which: u64, at: u64) -> Answer {
        let limit = match which {
            3 => self.boot.stack_size,
            7 => DESCRIPTORS as u64,
            0..=15 => u64::MAX,
            _ => return Err(Errno::INVAL.into()),
        };
        if at != 0 {
            user(at, 16)?;
            machine.store64(at, limit);
            machine.store64(at + 8, limit);
        }
        Ok(0)
    }

    /// `sysinfo`.
    pub(super) fn system_information(&mut self, machine: &mut impl Machine, at: u64) -> Answer {
        user(at, 112)?;
        machine.clear(at, 112);
        machine.store64(at, self.clock / 1_000_000_000);
        let memory = USER_END - USER_START;
        machine.store64(at + 32, memory);
        machine.store64(at + 40, MAP_END - USER_START);
        machine.store32(at + 80, 1);
        // The unit of memory: a byte.
        machine.store32(at + 104, 1);
        Ok(0)
    }

    /// `getrandom`: SplitMix64 from 0, the same numbers in every run.
    pub(super) fn random(&mut self, machine: &mut impl Machine, at: u64, length: u64) -> Answer {
        user(at, length)?;
        let mut done = 0;
        while done < length {
            self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.random ^ self.random >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (mixed ^ mixed >> 31).to_le_bytes();
            let count = (length - done).min(8);
            machine.put(at + done, &bytes[..count as usize]);
            done += count;
        }
        Ok(length)
    }
}
