//! Errors of system calls, and what else a call can end in.

/// An error that a program is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub u16);

macro_rules! errors {
    ($($name:ident = $number:literal, $about:literal;)*) => {
        impl Errno {
            $(#[doc = $about] pub const $name: Errno = Errno($number);)*
        }
    };
}

errors! {
    PERM = 1, "Not permitted.";
    NOENT = 2, "No such file.";
    SRCH = 3, "No such thread.";
    INTR = 4, "Interrupted by a signal.";
    IO = 5, "The public output's length is none.";
    BADF = 9, "No such descriptor, or not for this.";
    AGAIN = 11, "Not now.";
    NOMEM = 12, "No memory, or an address that there is not.";
    FAULT = 14, "Memory that a program does not have.";
    EXIST = 17, "It is there already.";
    NODEV = 19, "Files cannot be mapped.";
    INVAL = 22, "A wrong argument.";
    MFILE = 24, "Too many descriptors.";
    NOTTY = 25, "No terminal.";
    NOSPC = 28, "The public output is full.";
    SPIPE = 29, "It has no position.";
    PIPE = 32, "Nobody reads.";
    RANGE = 34, "The buffer is too small.";
    NOSYS = 38, "There is no such call.";
    TIMEDOUT = 110, "The time is over.";
}

/// Why a call has no result yet, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It failed.
    Error(Errno),
    /// The thread waits.
    Wait,
    /// The thread's registers are not those that it called with, or it has ended.
    Changed,
    /// The program has ended, with this status.
    Halt(u64),
}

impl From<Errno> for Stop {
    fn from(error: Errno) -> Self {
        Stop::Error(error)
    }
}

/// What a system call ends in.
pub type Answer = Result<u64, Stop>;
