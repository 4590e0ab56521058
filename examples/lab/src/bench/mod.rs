//! `jolt-lab bench`: measurements, each repetition in a process of its own.
//!
//! | module | is |
//! |---|---|
//! | [`vm`], [`lookup`], [`kernels`], [`pcs`] | what is measured |
//! | [`workload`] | reads of tables, by name |
//! | [`scale`] | how much work fills a given number of cycles |
//! | [`sweep`] | many measurements, one after the other, with repetitions and limits; resumed where it stopped |
//! | [`measure`] | one measurement: what is asked of a child process, and how it is asked |
//! | [`answer`] | the child's side |
//! | [`figures`] | medians and spreads, and the fields of a result |
//! | [`document`] | files of results, and their schema |
//! | [`csv`], [`html`] | results as a table, and as a report with plots |
//! | [`compare`] | two files, figure by figure |
//! | [`machine`] | the computer that measures |

pub mod answer;
pub mod compare;
pub mod csv;
pub mod document;
pub mod figures;
pub mod floor;
pub mod html;
pub mod kernels;
pub mod lookup;
pub mod machine;
pub mod measure;
pub mod pcs;
pub mod scale;
pub mod sweep;
pub mod vm;
pub mod workload;
