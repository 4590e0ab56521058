//! Memory arguments: registers and RAM, read and written in every cycle.

pub mod twist;

use crate::facts::{Access, Facts, Structure};

/// What the memory arguments are like, by name.
pub fn facts() -> Vec<(&'static str, Facts)> {
    let twist = Facts {
        about: "one-hot addresses and increments of values",
        vector: false,
        access: Access::ReadWrite,
        structure: Structure::WrittenOut,
        papers: &["ST25"],
        note: Some("twist.md"),
        ..Facts::LOOKUP
    };
    vec![("twist", twist)]
}
