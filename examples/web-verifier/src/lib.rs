//! The verifier as WebAssembly: what `jolt-lab verify` and `jolt-lab transcript` say, in a browser or in Node.
//!
//! The module has a memory of its own, and its host writes into it. A call is: [`slot`] for the request and for each file,
//! which is filled; [`answer`]; and the answer's bytes are read at [`answer_at`]. It imports one function, the clock.
//! If the module traps, what is at [`answer_at`] says why, and the instance is of no further use.
//!
//! | slot | holds |
//! |---|---|
//! | 0 | the [`request::Request`], JSON |
//! | 1 | the proof's file |
//! | 2 | the program's file |
//! | 3 | the public input that is expected, if the request says so |

mod exports;
mod request;
mod session;
