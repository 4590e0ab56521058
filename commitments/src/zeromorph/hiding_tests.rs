//! How openings are simulated.

use super::equation::{Challenges, weights};
use super::*;
use crate::hiding::HidingProverKey;
use crate::tests::hiding::{HidesOverPairings, points};
use crate::tests::random;
use std::sync::OnceLock;

impl HidesOverPairings for Zeromorph {
    fn made() -> &'static OnceLock<Arc<HidingProverKey<Self>>> {
        static KEY: OnceLock<Arc<HidingProverKey<Zeromorph>>> = OnceLock::new();
        &KEY
    }

    fn items(vars: usize) -> usize {
        vars + 4
    }

    fn simulate(
        script: &mut Script<'_>,
        point: &Point<Fr>,
        (committed, value): (Fr, Fr),
    ) -> (Opening, Vec<Fr>) {
        let quotients = random(31, point.vars() + 1);
        let [reversed, sum, witness] = [0, 1, 2].map(|i| random(32, 3)[i]);
        let points = points(&[quotients.as_slice(), &[reversed, witness]].concat());
        let (of_quotients, rest) = points.split_at(quotients.len());
        let opening = Opening {
            quotients: of_quotients.to_vec(),
            reversed: rest[0],
            sum,
            witness: rest[1],
        };
        script.absorb(QUOTIENTS, &opening.quotients);
        let degrees: Fr = script.sample(DEGREES);
        script.absorb(REVERSED, &opening.reversed);
        let challenges = Challenges::draw(script, degrees);
        script.absorb(SUM, &sum);
        script.absorb(WITNESS, &opening.witness);
        let weights = weights(point, &challenges);
        let terms = weights.quotients.iter().zip(&quotients);
        let a = committed + terms.map(|(w, q)| *w * q).sum::<Fr>()
            - weights.value * value
            - weights.sum * sum;
        let (b, x, inverse) = (reversed - sum, challenges.at, challenges.inverse);
        // a·(X − x') + b·(X − x) − w·(X − x)(X − x'), by powers of X, and signs as they are paired.
        let paired = vec![
            a * inverse + b * x + witness,
            -a - b - witness * (x + inverse),
            witness,
        ];
        (opening, paired)
    }
}
