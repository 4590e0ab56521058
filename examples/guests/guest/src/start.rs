//! Start code: sets the stack, global and thread pointers, runs the program, exits with 0.
//!
//! Nothing is cleared or copied: the loader fills RAM, and what it does not fill is zero.

/// Makes a function `fn()` the program.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        #[unsafe(no_mangle)]
        extern "C" fn __guest_main() {
            let main: fn() = $main;
            main();
        }
    };
}

#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
core::arch::global_asm!(
    ".section .text.start,\"ax\",@progbits",
    ".globl _start",
    ".type _start, @function",
    "_start:",
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",
    ".option pop",
    "la sp, __stack_top",
    // There is one thread. Rust has no variables of threads here, but C that is linked to a program has.
    "la tp, __tls_base",
    "call __guest_start",
    ".size _start, . - _start",
);

/// A program with `std` has the `main` that the compiler makes.
#[cfg(target_os = "zkvm")]
#[unsafe(no_mangle)]
extern "C" fn __guest_start() -> ! {
    unsafe extern "C" {
        fn main(count: i32, arguments: *const *const u8) -> i32;
    }
    // SAFETY: the compiler defines it with this signature; there are no arguments.
    let code = unsafe { main(0, core::ptr::null()) };
    crate::exit(code as u8)
}

#[cfg(not(target_os = "zkvm"))]
#[unsafe(no_mangle)]
extern "C" fn __guest_start() -> ! {
    unsafe extern "C" {
        fn __guest_main();
    }
    // SAFETY: `entry!` defines it with this signature.
    unsafe { __guest_main() };
    crate::exit(0)
}

#[cfg(not(target_os = "zkvm"))]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    #[cfg(feature = "messages")]
    crate::println!("{info}");
    let _ = info;
    crate::io::set_status(crate::io::PANICKED)
}
