//! What the module's host calls. Nothing here follows a pointer: the host writes and reads the module's memory, and this
//! side hands out addresses of buffers that stay where they are until the next call.

#![expect(
    unsafe_code,
    reason = "names without mangling, and one imported function without arguments; no block is unsafe"
)]

use crate::session::{FILES, answered};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the host has filled.
static SLOTS: Mutex<[Vec<u8>; FILES]> = Mutex::new([const { Vec::new() }; FILES]);
/// What it reads.
static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Seconds since some moment.
    safe fn seconds() -> f64;
}

/// Seconds since some moment: the crate is built for other machines, too, where nothing calls it.
#[cfg(not(target_arch = "wasm32"))]
fn seconds() -> f64 {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room for `length` bytes in a slot; where they go. There is no such slot: null.
#[unsafe(no_mangle)]
pub extern "C" fn slot(number: usize, length: usize) -> *mut u8 {
    match held(&SLOTS).get_mut(number) {
        Some(slot) => {
            *slot = vec![0; length];
            slot.as_mut_ptr()
        }
        None => std::ptr::null_mut(),
    }
}

/// Answers what is in the slots; the length of the answer, JSON. If it traps, the answer is the cause, as text.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    std::panic::set_hook(Box::new(|panic| {
        *held(&ANSWER) = panic.to_string().into_bytes();
    }));
    held(&ANSWER).clear();
    let files = std::mem::take(&mut *held(&SLOTS));
    let text = answered(&files, &|| seconds());
    *held(&ANSWER) = text.into_bytes();
    answer_length()
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn answer_at() -> *const u8 {
    held(&ANSWER).as_ptr()
}

/// How long it is; for a host whose call of [`answer`] did not return.
#[unsafe(no_mangle)]
pub extern "C" fn answer_length() -> usize {
    held(&ANSWER).len()
}
