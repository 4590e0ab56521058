//! System calls, by their numbers.
//!
//! What is not listed fails with `ENOSYS`. There are no files, so that what names one fails with `ENOENT`.
//!
//! | module | calls |
//! |---|---|
//! | [`memory`] | the break, mappings |
//! | [`threads`] | threads, futexes |
//! | [`files`] | descriptors, reading, writing |
//! | [`waiting`] | `poll`, `select`, `epoll` |
//! | [`time`] | clocks, sleeping, timers |
//! | [`process`] | who and where a program is, its limits, random numbers |
//! | [`signals`] | signals but for their frames |

mod files;
mod memory;
mod process;
mod signals;
mod threads;
mod time;
mod waiting;

use crate::context::register;
use crate::errno::{Answer, Errno, Stop};
use crate::kernel::Kernel;
use crate::machine::{Machine, is_user};

/// Whether a program may have so many bytes read or written at an address.
///
/// # Errors
/// [`Errno::FAULT`].
#[inline]
pub(crate) fn user(address: u64, length: u64) -> Result<(), Errno> {
    match is_user(address, length) || length == 0 {
        true => Ok(()),
        false => Err(Errno::FAULT),
    }
}

impl Kernel {
    /// Makes the call that the running thread's registers say.
    pub(crate) fn call(&mut self, machine: &mut impl Machine) -> Answer {
        let context = self.context();
        let number = context.get(register::A7);
        let [a, b, c, d, e, f] = core::array::from_fn(|at| context.argument(at as u32));
        match number {
            17 => process::working_directory(machine, a, b),
            19 => self.new_counter(a, b),
            20 => self.new_set(a),
            21 => self.watch(machine, a, b, c, d),
            22 => self.wait_for_set(machine, [a, b, c, d, e, f]),
            23 => self.duplicate(a, 0, 0),
            24 => self.duplicate_to(a, b, c),
            25 => self.control(a, b, c),
            29 => self.device_control(machine, a, b, c),
            48 | 56 | 439 => process::no_file(b),
            57 => self.files.close(a).map(|()| 0).map_err(Stop::from),
            59 => self.new_pipe(machine, a, b),
            61 => self.no_position(a, Errno(20)),
            62 => self.no_position(a, Errno::SPIPE),
            63 => self.read(machine, a, b, c),
            64 => self.write(machine, a, b, c),
            65 => self.read_vector(machine, a, b, c),
            66 => self.write_vector(machine, a, b, c),
            67..=70 => self.no_position(a, Errno::SPIPE),
            72 => self.select(machine, [a, b, c, d, e, f]),
            73 => self.poll(machine, a, b, c, d),
            78 => process::no_file(b),
            79 => self.status_of(machine, a, b, c, d),
            80 => self.status(machine, a, b),
            81 => Ok(0),
            46 | 82 | 83 => self.no_position(a, Errno::INVAL),
            93 => self.exit_thread(machine, a),
            94 => Err(Stop::Halt(a & 0xff)),
            96 => Ok(self.set_clear_tid(a)),
            98 => self.futex(machine, [a, b, c, d, e, f]),
            99 => Ok(0),
            101 => self.sleep(machine, 1, 0, a, b),
            102 => self.interval(machine, a, b),
            103 => self.set_interval(machine, a, b, c),
            107 => self.make_timer(machine, a, b, c),
            108 => self.timer_left(machine, a, b),
            109 => self.timers.made(a).map(|_| 0).map_err(Stop::from),
            110 => self.set_timer(machine, [a, b, c, d]),
            111 => self.timers.delete(a).map(|()| 0).map_err(Stop::from),
            113 => self.time(machine, a, b),
            114 => time::resolution(machine, a, b),
            115 => self.sleep(machine, a, b, c, d),
            118 | 119 | 122 => Ok(0),
            120 => Ok(0),
            121 => process::priority(machine, b),
            123 => process::processors(machine, b, c),
            124 => Ok(self.give_way()),
            125 | 126 => Ok(0),
            129 => self.kill(a, b),
            130 => self.kill_thread(a, b),
            131 => self.kill_thread(b, c),
            132 => self.signal_stack(machine, a, b),
            133 => self.suspend(machine, a, b),
            134 => self.set_action(machine, a, b, c),
            135 => self.change_mask(machine, a, b, c),
            136 => self.pending_signals(machine, a),
            137 => self.wait_for_signal(machine, a, b, c),
            139 => self.signal_returns(machine),
            140 => Ok(0),
            141 => Ok(20),
            153 => self.times(machine, a),
            155 | 156 => Ok(u64::from(crate::kernel::PROCESS)),
            160 => process::name(machine, a),
            163 => self.limit(machine, a, b),
            164 => Ok(0),
            165 => self.usage(machine, b),
            166 => Ok(0o22),
            167 => process::process_control(a),
            168 => process::processor(machine, a, b),
            169 => self.time_of_day(machine, a, b),
            172 => Ok(u64::from(crate::kernel::PROCESS)),
            173 => Ok(1),
            // Identities of users and groups.
            174..=177 => Ok(0),
            178 => Ok(self.thread().tid.into()),
            179 => self.system_information(machine, a),
            214 => Ok(self.set_break(machine, a)),
            215 => self.unmap(a, b),
            216 => self.remap(machine, [a, b, c, d, e]),
            220 => self.clone_thread(machine, [a, b, c, d, e]),
            222 => self.map(machine, [a, b, c, d, e]),
            226 => self.protect(a, b, c),
            227..=231 => Ok(0),
            233 => self.advise(machine, a, b, c),
            // Code does not change.
            259 => Ok(0),
            260 => Err(Errno(10).into()),
            261 => self.limit(machine, b, d),
            278 => self.random(machine, a, b),
            283 => process::barrier(a),
            291 => self.extended_status(machine, [a, b, c, d, e]),
            _ => Err(Errno::NOSYS.into()),
        }
    }
}
