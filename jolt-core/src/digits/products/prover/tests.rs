//! The two ways to sum over pairs, of which a field takes one: their messages are compared on any
//! processor.

use super::*;
use ark_bn254::Fr;
use ark_ff::UniformRand;
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use proptest::prelude::*;
use sumcheck::{Point, Poly};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn packed_and_portable_sums_agree(seed: u64, vars in 1usize..9, groups in 1usize..4) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let point = |rng: &mut StdRng, n: usize| Point((0..n).map(|_| Fr::rand(rng)).collect());
        let real = rng.gen_range(0..=1usize << vars);
        let digits: Vec<Arc<Packed>> = (0..GROUP * groups)
            .map(|_| {
                let digits = (0..real).map(|_| rng.gen_range(0..MAX_RADIX) as u8);
                Arc::new(Packed::new(&Poly::<Fr>::digits(vars, MAX_RADIX, digits.collect())))
            })
            .collect();
        let addresses = digits.iter().map(|_| point(rng, 4)).collect();
        let challenges = [Fr::rand(rng), Fr::rand(rng)];
        let at = At::new(point(rng, vars), addresses, GROUP, challenges, true);
        let mut prover = Prover::new(&at, &digits);
        for _ in 0..vars {
            let portable = joined(prover.portable_sums(), prover.squares());
            prop_assert_eq!(prover.packed_sums(), portable);
            prover.bind(Fr::rand(rng));
        }
    }
}
