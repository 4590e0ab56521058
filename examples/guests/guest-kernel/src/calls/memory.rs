//! The break, and mappings. There is no memory protection: what is not accessible is only accounted for.

use super::user;
use crate::context::register;
use crate::errno::{Answer, Errno, Stop};
use crate::kernel::Kernel;
use crate::machine::Machine;
use crate::map::{MAP_START, PAGE, USER_END, pages};
use crate::space::{Kind, Space};

const FIXED: u64 = 0x10;
const ANONYMOUS: u64 = 0x20;
const FIXED_NO_REPLACE: u64 = 0x10_0000;

/// What pages with a protection are: nobody may access those without one.
fn kind(protection: u64) -> Kind {
    match protection & 7 {
        0 => Kind::Reserved,
        _ => Kind::Used,
    }
}

/// Checks that an address is a page's, and rounds a length up.
fn page_range(address: u64, length: u64) -> Result<u64, Errno> {
    let length = pages(length);
    let end = address.checked_add(length);
    match address.is_multiple_of(PAGE) && length != 0 && end.is_some() {
        true => Ok(length),
        false => Err(Errno::INVAL),
    }
}

impl Kernel {
    /// `brk`: the end that there is then.
    pub(super) fn set_break(&mut self, machine: &mut impl Machine, end: u64) -> u64 {
        if (self.boot.program_break..=MAP_START).contains(&end) {
            // What was given back reads zero when it comes again.
            let used = end.min(self.highest_break);
            if used > self.program_break {
                machine.clear(self.program_break, used - self.program_break);
            }
            self.program_break = end;
            self.highest_break = self.highest_break.max(end);
        }
        self.program_break
    }

    /// `mmap`, of memory only.
    pub(super) fn map(
        &mut self,
        machine: &mut impl Machine,
        [address, length, protection, flags, descriptor]: [u64; 5],
    ) -> Answer {
        if flags & ANONYMOUS == 0 {
            self.files.get(descriptor)?;
            return Err(Errno::NODEV.into());
        }
        let length = pages(length);
        if length == 0 {
            return Err(Errno::INVAL.into());
        }
        let clear = &mut |at, length| machine.clear(at, length);
        if flags & (FIXED | FIXED_NO_REPLACE) != 0 {
            let length = page_range(address, length)?;
            if flags & FIXED == 0 && !self.space.is_free(address, length) {
                return Err(Errno::EXIST.into());
            }
            if Space::contains(address, length) {
                self.space
                    .map_at(address, length, kind(protection), clear)?;
                return Ok(address);
            }
            // Over the program, its break or its stack.
            user(address, length).map_err(|_| Errno::NOMEM)?;
            clear(address, length);
            return Ok(address);
        }
        // Whoever wants to have memory there has another plan if it is not to be had. Go has.
        if address >= USER_END || length > USER_END - address {
            return Err(Errno::NOMEM.into());
        }
        // A hint that can be followed is.
        let hint = address & !(PAGE - 1);
        if Space::contains(hint, length) && self.space.is_free(hint, length) {
            self.space.map_at(hint, length, kind(protection), clear)?;
            return Ok(hint);
        }
        Ok(self.space.map(length, kind(protection), clear)?)
    }

    /// `munmap`. Of the program, its break and its stack nothing is unmapped.
    pub(super) fn unmap(&mut self, address: u64, length: u64) -> Answer {
        let length = page_range(address, length)?;
        if Space::contains(address, length) {
            self.space.unmap(address, length)?;
        }
        Ok(0)
    }

    /// `mremap`.
    pub(super) fn remap(
        &mut self,
        machine: &mut impl Machine,
        [address, old, new, flags, _]: [u64; 5],
    ) -> Answer {
        const MAY_MOVE: u64 = 1;
        let (old, new) = (page_range(address, old)?, page_range(address, new)?);
        if flags & !MAY_MOVE != 0 {
            return Err(Errno::INVAL.into());
        }
        if !Space::contains(address, old) {
            return Err(Errno::FAULT.into());
        }
        if new <= old {
            self.space.unmap(address + new, old - new)?;
            return Ok(address);
        }
        let (more, behind) = (new - old, address + old);
        if Space::contains(behind, more) && self.space.is_free(behind, more) {
            let clear = &mut |at, length| machine.clear(at, length);
            self.space.map_at(behind, more, Kind::Used, clear)?;
            return Ok(address);
        }
        if flags & MAY_MOVE == 0 {
            return Err(Errno::NOMEM.into());
        }
        let clear = &mut |at, length| machine.clear(at, length);
        let to = self.space.map(new, Kind::Used, clear)?;
        machine.copy(to, address, old);
        self.space.unmap(address, old)?;
        Ok(to)
    }

    /// `mprotect`.
    pub(super) fn protect(&mut self, address: u64, length: u64, protection: u64) -> Answer {
        if length == 0 && address.is_multiple_of(PAGE) {
            return Ok(0);
        }
        let length = page_range(address, length)?;
        if kind(protection) == Kind::Used && Space::contains(address, length) {
            self.space.allow(address, length)?;
        }
        Ok(0)
    }

    /// `madvise`: what is not needed any more reads zero.
    ///
    /// The rest of a stack below the stack pointer keeps what it holds: nobody may look at it there, and where it is
    /// mapped again it is cleared. The GNU library says of whole stacks of ended threads that they are not needed, and
    /// clearing megabytes for that would be most of what a small program does.
    pub(super) fn advise(
        &mut self,
        machine: &mut impl Machine,
        address: u64,
        length: u64,
        advice: u64,
    ) -> Answer {
        const NOT_NEEDED: u64 = 4;
        if advice > 25 {
            return Err(Errno::INVAL.into());
        }
        if length == 0 && address.is_multiple_of(PAGE) {
            return Ok(0);
        }
        let length = page_range(address, length)?;
        if advice == NOT_NEEDED {
            let clear = &mut |at, length| machine.clear(at, length);
            /// What the GNU library keeps of a stack, and some more.
            const KEPT: u64 = 0x8000;
            let stack = self.context().get(register::SP);
            let is_stack = stack.wrapping_sub(address + length) < KEPT;
            if is_stack {
                return Ok(0);
            }
            if Space::contains(address, length) {
                self.space.discard(address, length, clear);
            } else {
                user(address, length).map_err(|_| Stop::from(Errno::NOMEM))?;
                clear(address, length);
            }
        }
        Ok(0)
    }
}
