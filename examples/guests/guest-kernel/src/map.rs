//! The memory map, and the page in which the loader tells what it loaded.
//!
//! | addresses | contents |
//! |---|---|
//! | below `0x8000` | nothing: an access is a fault |
//! | `0x8000` | input and output |
//! | `0x1_0000` | the program, then its break |
//! | `0x2000_0000` | what `mmap` gives |
//! | `0xe000_0000` | the start stack, downwards from the kernel |
//! | `0xf000_0000` | the kernel: boot page, code, data |

/// The status: 0–255 after an exit.
pub const STATUS: u64 = 0x8008;
/// The public output's length in bytes.
pub const OUTPUT_LENGTH: u64 = 0x8010;
/// The public input's length in bytes.
pub const INPUT_LENGTH: u64 = 0x8018;
/// The public input.
pub const INPUT: u64 = 0x8040;
/// The public output.
pub const OUTPUT: u64 = 0xc000;
/// Most bytes of public output.
pub const OUTPUT_CAPACITY: u64 = 0x4000;
/// The status of a kernel that gave up.
pub const PANICKED: u64 = 1 << 32;

/// The first address that a program may have.
pub const USER_START: u64 = 0x1_0000;
/// The end of the addresses that a program may have: the kernel's start.
pub const USER_END: u64 = 0xf000_0000;
/// The first address that `mmap` gives; the break ends below.
pub const MAP_START: u64 = 0x2000_0000;
/// The end of what `mmap` gives.
pub const MAP_END: u64 = 0xe000_0000;
/// Bytes of a page.
pub const PAGE: u64 = 4096;

/// First word of the boot page.
pub const MAGIC: u64 = 0x4b4c_544c_4f4a;
/// The version of this interface, the second word.
pub const VERSION: u64 = 1;

/// What the loader tells: the words of the boot page behind magic number and version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Boot {
    /// The program's entry.
    pub entry: u64,
    /// Its stack pointer.
    pub stack: u64,
    /// The start of its break, a multiple of a page.
    pub program_break: u64,
    /// Whether standard input is the private input, and not the public one.
    pub private_stdin: bool,
    /// The lowest address of its image.
    pub image_start: u64,
    /// The end of its image.
    pub image_end: u64,
    /// Bytes of its main thread's stack.
    pub stack_size: u64,
}

impl Boot {
    /// All words 0.
    pub const NOTHING: Boot = Boot {
        entry: 0,
        stack: 0,
        program_break: 0,
        private_stdin: false,
        image_start: 0,
        image_end: 0,
        stack_size: 0,
    };

    /// Reads the words of a boot page; none if it is not one of this version.
    pub fn of(words: &[u64; 9]) -> Option<Self> {
        let [
            magic,
            version,
            entry,
            stack,
            program_break,
            stdin,
            image_start,
            image_end,
            stack_size,
        ] = *words;
        (magic == MAGIC && version == VERSION && stdin <= 1).then_some(Boot {
            entry,
            stack,
            program_break,
            private_stdin: stdin == 1,
            image_start,
            image_end,
            stack_size,
        })
    }
}

/// Rounds up to whole pages; saturates.
pub fn pages(length: u64) -> u64 {
    length.saturating_add(PAGE - 1) & !(PAGE - 1)
}
