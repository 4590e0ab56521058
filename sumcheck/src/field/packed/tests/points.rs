//! Batched additions of points against arkworks.

use super::*;

/// Few distinct points, among them the identity, opposites and such with an abscissa in common; or others.
fn points(rng: &mut StdRng, count: usize) -> Vec<G1Affine> {
    let few: Vec<G1Affine> = (0..3).map(|_| G1Affine::rand(rng)).collect();
    let exceptional = rng.gen_range(0..=4);
    let point = |_| match rng.gen_range(0..8) < exceptional {
        false => G1Affine::rand(rng),
        true => match rng.gen_range(0..7) {
            0 => G1Affine::identity(),
            i if i % 2 == 0 => few[i / 2 - 1],
            i => -few[i / 2],
        },
    };
    (0..count).map(point).collect()
}

/// Not what the denominator would be, but an inverse of it must arrive.
const DENOMINATOR: u64 = 7;

const EXCEPTIONS: Exceptions = Exceptions {
    denominator: |_, _| Fq::from(DENOMINATOR),
    sum: |p, q, inverse| {
        assert_eq!(*inverse * Fq::from(DENOMINATOR), Fq::one());
        (*p + *q).into()
    },
};

pub(super) fn additions_agree(backend: Backend, seed: u64, count: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let mut scratch = PairScratch::default();
    // The scratch serves more than once.
    for count in [count, count / 2] {
        let mut points = points(rng, 2 * count + 1);
        let pairs: Vec<Pair> = (0..count as u32)
            .map(|i| Pair {
                read: 2 * i,
                write: i,
            })
            .collect();
        let mut expected = points.clone();
        for i in 0..count {
            expected[i] = (points[2 * i] + points[2 * i + 1]).into();
        }
        assert!(backend.add_pairs(&mut points, &pairs, &EXCEPTIONS, &mut scratch));
        assert_eq!(points, expected);
    }
}

pub(super) fn doublings_agree(backend: Backend, seed: u64, count: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let mut scratch = PairScratch::default();
    for count in [count, count / 2] {
        let mut points = points(rng, count);
        let expected: Vec<G1Affine> = points.iter().map(|p| (*p + *p).into()).collect();
        assert!(backend.double_points(&mut points, &mut scratch));
        assert_eq!(points, expected);
    }
}

proptest! {
    #[test]
    fn doublings_agree_with_arkworks(seed: u64, count in 0usize..60) {
        for backend in compared() {
            doublings_agree(backend, seed, count);
        }
    }

    #[test]
    fn additions_agree_with_arkworks(seed: u64, count in 0usize..60) {
        for backend in compared() {
            additions_agree(backend, seed, count);
        }
    }
}

#[test]
fn without_lanes_nothing_is_added() {
    let before = [G1Affine::rand(&mut StdRng::seed_from_u64(1)); 2];
    let mut points = before;
    let mut scratch = PairScratch::default();
    let pair = [Pair::default()];
    assert!(!Backend::PORTABLE.add_pairs(&mut points, &pair, &EXCEPTIONS, &mut scratch));
    assert!(!Backend::PORTABLE.double_points(&mut points, &mut scratch));
    assert_eq!(points, before);
}
