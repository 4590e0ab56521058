//! `jolt-lab bench`: measurements, each repetition in a process of its own.
//!
//! | module | is |
//! |---|---|
//! | [`vm`], [`lookup`], [`kernels`], [`pcs`] | what is measured |
//! | [`workload`] | reads of tables, by name |
//! | [`ablate`] | one choice after the other, measured in turns |
//! | [`scale`] | how much work fills a given number of cycles |
//! | [`sweep`] | many measurements, one after the other, with repetitions and limits; resumed where it stopped |
//! | [`measure`] | one measurement: what is asked of a child process, and how it is asked |
//! | [`answer`] | the child's side |
//! | [`figures`] | medians and spreads, and the fields of a result |
//! | [`document`] | files of results, and their schema |
//! | [`content`], [`table`], [`plot`] | what a report shows: sections of plots and tables |
//! | [`csv`], [`html`], [`files`] | results as a table, as a report, and as files for a paper |
//! | [`show`] | earlier results once more |
//! | [`compare`], [`statistics`] | two files, figure by figure, and what differs by more than noise |
//! | [`machine`] | the computer that measures |

pub mod ablate;
mod ablate_switches;
pub mod answer;
pub mod compare;
pub mod content;
pub mod csv;
pub mod document;
pub mod figures;
pub mod files;
pub mod floor;
pub mod html;
pub mod kernels;
pub mod lookup;
pub mod machine;
pub mod measure;
pub mod pcs;
pub mod plot;
pub mod scale;
pub mod show;
pub mod statistics;
pub mod sweep;
pub mod table;
pub mod vm;
pub mod workload;
