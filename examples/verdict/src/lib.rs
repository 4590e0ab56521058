//! What a verifier says of a proof, without any prover in it: the command `jolt-lab` says it in a terminal, and
//! `examples/web-verifier` in a page. So the two cannot differ in what they accept, nor in what they say of it.
//!
//! | module | is |
//! |---|---|
//! | [`requirement`] | what is accepted, from texts such as `pcs=hyrax` |
//! | [`program`] | a program's file, and a Linux program with what it is started with ([`linux`]); [`floats`] for one with F and D |
//! | [`claim`] | a proof's file: what it claims, what was expected of it, the verdict |
//! | [`transcript`] | what a verification absorbs and draws |
//! | [`soundness`] | the error of the protocol, and what else a proof rests on |
//! | [`report`] | texts for people and values for scripts; [`columns`] puts text in lines |

pub mod claim;
pub mod columns;
pub mod floats;
pub mod linux;
pub mod program;
pub mod report;
pub mod requirement;
pub mod soundness;
pub mod transcript;
