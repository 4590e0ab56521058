//! Memory arguments: registers and RAM, read and written in every cycle.

pub mod twist;
