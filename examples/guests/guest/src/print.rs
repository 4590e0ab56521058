//! Printing: `custom-0`, `funct3 = 1`, with the address and the length of the text. The host shows it;
//! the proof knows nothing of it.

use core::fmt;

/// Prints a string.
pub fn print(text: &str) {
    // SAFETY: the host reads the string and changes nothing.
    #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
    unsafe {
        core::arch::asm!(
            ".insn r 0x0b, 1, 0, x0, {}, {}",
            in(reg) text.as_ptr(),
            in(reg) text.len(),
            options(readonly, nostack)
        )
    }
    #[cfg(not(any(target_arch = "riscv32", target_arch = "riscv64")))]
    let _ = text;
}

struct Host;

impl fmt::Write for Host {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        print(text);
        Ok(())
    }
}

#[doc(hidden)]
pub fn print_args(arguments: fmt::Arguments<'_>) {
    match arguments.as_str() {
        Some(text) => print(text),
        // `Host` never fails; an error could only come from a user's `Display`, and is dropped.
        None => drop(fmt::write(&mut Host, arguments)),
    }
}

/// Prints formatted text on the host.
#[macro_export]
macro_rules! print {
    ($($argument:tt)*) => { $crate::print_args(::core::format_args!($($argument)*)) };
}

/// Prints formatted text and a line end on the host.
#[macro_export]
macro_rules! println {
    () => { $crate::print("\n") };
    ($($argument:tt)*) => {{
        $crate::print_args(::core::format_args!($($argument)*));
        $crate::print("\n")
    }};
}
