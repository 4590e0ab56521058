//! Layered circuits, proven layer by layer [GKR08; Tha13]: each layer is one sumcheck that turns claims
//! on its outputs at a point into claims on its inputs at another.
//!
//! * [`fraction`]: sums of fractions over binary trees;
//! * [`product`]: products of many leaves, several trees at once.

pub mod fraction;
pub mod product;
