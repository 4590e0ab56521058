//! The prover of the output.

use super::super::collate::{BATCH, Entries, read, split};
use super::super::layout::Layout;
use super::Kernels;
use std::sync::Arc;
use sumcheck::kernel::Column;
use sumcheck::{Instance, Point, ProverChannel, ProverField, batch};

/// Proves: claims on entries by position.
pub(super) fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    layout: &Layout,
    kernels: &dyn Kernels<F>,
    (point, out): (Point<F>, F),
) -> Vec<Entries<F, F>> {
    let (mut point, mut states) = (point, vec![out]);
    let mut entries = Vec::with_capacity(layout.len());
    let outputs = kernels.states();
    for position in (1..layout.len()).rev() {
        let rho = batch::weight(states.len(), || channel.sample("lookup/states"));
        let claim = states.iter().rev().fold(F::zero(), |sum, s| sum * rho + s);
        let mut columns = vec![None];
        let signed = |values: Vec<i128>| Some(Column::signed(Arc::new(values)));
        columns.extend((0..layout.widths[position]).map(|s| signed(outputs.column(position, s))));
        let slots = 0..layout.positions[position].slots.len();
        columns.extend(slots.map(|k| signed(kernels.entries(position, k))));
        let (relation, factors) = read(layout, position, rho, &point);
        let instance = Instance {
            prover: kernels.general(&relation, columns),
            relation,
            claim,
        };
        let [reduced] = batch::prove(channel, BATCH, [instance]);
        let (left, own) = split(factors, reduced);
        (point, states) = (own.point.clone(), left);
        entries.push(own);
    }
    entries.push(Entries {
        point,
        values: states,
    });
    entries.reverse();
    entries
}
