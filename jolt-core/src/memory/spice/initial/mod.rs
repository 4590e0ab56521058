//! First accesses find initial contents, and every place has at most one.
//!
//! With `touched(k) = Σ_j Σ_a ra_a(k, j)·first_a(j)` and `values(k)` the same sum with `old_a(j)` as a factor,
//!
//! ```text
//! 0 = Σ_k eq(ρ, k) · (touched(k)² − touched(k) + γ·(values(k) − touched(k)·init(k)))
//! ```
//!
//! for registers (where `init` is 0) and for RAM. `first` is Boolean and sums of at most `3T` Booleans do
//! not overflow, so `touched(k)` is 0 or 1; and then `values(k)` is the value found first, if there is one.
//! `init` is sparse and public: the verifier evaluates it, or, if the key commits to the program, the public input of it; the
//! rest is a claim on the key's oracles ([`preprocessed`](crate::preprocessed)). Nothing is committed for cells, and the prover
//! holds touched ones and those of the image only.

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::{Prover, cells};

use super::ports::RAM;
use crate::machine::{Run, evaluate_cells};
use crate::memory::REGISTER_VARS;
use crate::memory::protection::{Accessed, Forbidden};
use crate::step::Oracles;
use sumcheck::{Claimed, EvalClaim, Expr, Field, Order, Point, Reduced, Relation, Segment};

/// What places hold before the first cycle: (place, value), ascending.
#[derive(Clone, Copy, Debug, Default)]
pub struct Initial<'a> {
    /// What the verifier evaluates.
    pub evaluated: [&'a [(u32, u64)]; 2],
    /// What is opened, if something is.
    pub opened: Option<&'a [(u32, u64)]>,
}

impl<'a> Initial<'a> {
    /// Of RAM.
    pub fn of(run: &'a Run<'_>, oracles: &Oracles) -> Self {
        let image = run.machine.image.as_slice();
        let opened = oracles.image().map(|_| image);
        let evaluated = if opened.is_some() { &[] } else { image };
        Initial {
            evaluated: [evaluated, &run.input],
            opened,
        }
    }
}

/// The relation over cells, and the claims that it leaves.
pub struct Places<F> {
    pub relation: Relation<F>,
    /// On `touched`.
    pub touched: Claimed<F>,
    /// On `values`.
    pub values: Claimed<F>,
    /// On what is opened of initial contents.
    pub image: Option<Claimed<F>>,
}

impl<F: Field> Places<F> {
    /// For random `ρ` and `γ`; `initial` is empty for registers.
    pub fn new(name: &'static str, rho: &Point<F>, gamma: F, initial: Initial<'_>) -> Self {
        let cells = Segment {
            name: "k",
            vars: rho.vars(),
            order: Order::LsbFirst,
        };
        let mut relation = Relation::new(name, vec![cells]);
        let eq = relation.eq("eq(ρ,k)", 0, rho.clone());
        let touched = relation.claimed("touched", &[0]);
        let values = relation.claimed("values", &[0]);
        let contents = initial.evaluated.concat();
        let init = relation.public("init", [0], move |[point]| evaluate_cells(&contents, point));
        let image = initial.opened.map(|_| relation.claimed("image", &[0]));
        let init = match image {
            Some(image) => init + image,
            None => init,
        };
        let boolean = touched * touched - touched;
        let gamma = Expr::constant("γ", gamma);
        relation.summand = eq * (boolean + gamma * (values - touched * init));
        Places {
            relation,
            touched,
            values,
            image,
        }
    }

    /// The point of cells, the values of `touched` and `values` there, and that of what is opened.
    fn leave<V: Copy>(&self, mut reduced: Reduced<F, V>) -> (Point<F>, [V; 2], Option<V>) {
        let [point] = reduced.at();
        let values = reduced.take_each([self.touched, self.values]);
        let image = self.image.map(|image| reduced.take(image));
        reduced.done();
        (point, values, image)
    }
}

/// The places of registers, and those of RAM.
pub const PLACES: [std::ops::Range<u64>; 2] = [0..RAM, RAM..u64::MAX];

/// What is drawn for the batch `initial`.
pub(super) struct First<F> {
    pub gamma: F,
    /// Where registers and RAM are looked at.
    pub points: [Point<F>; 2],
    /// Weights of what is forbidden.
    pub forbidden: [F; 2],
}

impl<F: Field> First<F> {
    pub fn sample<C: ?Sized>(
        run: &Run<'_>,
        channel: &mut C,
        sample: impl Fn(&mut C, &'static str) -> F,
        enforced: impl Fn(&mut C, &str) -> bool,
    ) -> Self {
        let mut draw = || sample(channel, "memory/initial");
        let gamma = draw();
        let vars = [REGISTER_VARS, run.machine.ram_vars()];
        let points = vars.map(|vars| Point((0..vars).map(|_| draw()).collect()));
        let checks = [("initial/protected", F::one()), ("initial/guard", gamma)];
        First {
            gamma,
            points,
            forbidden: checks.map(|(check, weight)| match enforced(channel, check) {
                true => weight,
                false => F::zero(),
            }),
        }
    }

    /// Sum of the degrees of all relations' sums in their challenges.
    pub fn degree(&self) -> usize {
        let places: usize = self.points.iter().map(|point| 1 + point.vars()).sum();
        places + 1
    }
}

/// The relations of the batch, in order.
pub(super) struct Relations<F> {
    registers: Places<F>,
    ram: Places<F>,
    forbidden: Accessed<F>,
}

/// What the batch leaves.
pub(super) struct Left<F, V> {
    /// Address points of registers and of RAM.
    pub cells: [Point<F>; 2],
    /// `touched` and `values` there.
    pub found: [[V; 2]; 2],
    /// `ra` at the point of cells, and at `r_step`.
    pub accessed: V,
    /// On the program's image, if the key commits to it.
    pub image: Option<EvalClaim<F, V>>,
}

impl<F: Field> Relations<F> {
    pub fn new(run: &Run<'_>, first: &First<F>, oracles: &Oracles) -> Self {
        let [registers, ram] = &first.points;
        let none = Initial::default();
        let forbidden = Forbidden::new(run, first.forbidden);
        Relations {
            registers: Places::new("registers", registers, first.gamma, none),
            ram: Places::new("ram", ram, first.gamma, Initial::of(run, oracles)),
            forbidden: Accessed::new(ram.vars(), &forbidden),
        }
    }

    /// The relations alone.
    pub fn batch(&self) -> [Relation<F>; 3] {
        let all = [
            &self.registers.relation,
            &self.ram.relation,
            &self.forbidden.relation,
        ];
        all.map(Relation::clone)
    }

    pub fn leave<V: Copy>(
        &self,
        [registers, ram, forbidden]: [Reduced<F, V>; 3],
        oracles: &Oracles,
    ) -> Left<F, V> {
        let (registers, in_registers, _) = self.registers.leave(registers);
        let (ram, in_ram, image) = self.ram.leave(ram);
        let program = oracles.program.as_ref().zip(image);
        Left {
            image: program.map(|(program, value)| program.image_claim(&ram, value)),
            cells: [registers, ram],
            found: [in_registers, in_ram],
            accessed: self.forbidden.leave(forbidden),
        }
    }
}
