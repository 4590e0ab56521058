//! Layered circuits proven from the output down [GKR08; Tha13]: a claim on a layer becomes one on the layer
//! below it by a sumcheck.

pub mod fraction;
