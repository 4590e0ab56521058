//! The prover's side.

use super::LABEL;
use crate::machine::{Run, evaluate_cells};
use crate::step::Oracles;
use sumcheck::{Field, Point, ProverChannel};

/// RAM before the first cycle, at an address point.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    cell: &Point<F>,
) -> F {
    let image = evaluate_cells(&run.machine.image, cell);
    if let Some(program) = oracles.image() {
        channel.send(LABEL, &[image]);
        channel.claim_eval(program.image_claim(cell, image));
    }
    image + evaluate_cells(&run.input, cell)
}
