//! What samples of two measurements say of their difference. Everything random comes from a seed.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// The part of comparisons without a difference that may be called different, all of a call together.
pub const ALPHA: f64 = 0.05;
/// How often samples are drawn anew for an interval.
pub const RESAMPLES: usize = 2000;
/// Samples in each of two sets from which on an interval is one of 95 %: of fewer, the median is beyond the
/// least and the greatest too often.
pub const ENOUGH: usize = 6;
/// Samples of both sets together up to which all ways to part them are counted.
const COUNTED: usize = 60;
/// Ways that are tried where there are more.
const TRIED: usize = 20_000;

/// The median; not a number of nothing.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |i: usize| sorted.get(i).copied().unwrap_or(f64::NAN);
    let last = sorted.len().saturating_sub(1);
    f64::midpoint(at(last / 2), at(last.div_ceil(2)))
}

/// The interval of 95 % of the ratio of medians, `b` over `a`, by bootstrap (percentiles); where a set has fewer than
/// [`ENOUGH`] samples, all that the ratio of one of each can be.
pub fn interval(a: &[f64], b: &[f64], seed: u64, resamples: usize) -> Option<(f64, f64)> {
    if a.len().min(b.len()) < 2 {
        return None;
    }
    if a.len().min(b.len()) < ENOUGH {
        let least = |x: &[f64]| x.iter().copied().fold(f64::INFINITY, f64::min);
        let most = |x: &[f64]| x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        return Some((least(b) / most(a), most(b) / least(a)));
    }
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut ratios: Vec<f64> = (0..resamples)
        .map(|_| {
            let mut again = |samples: &[f64]| {
                let drawn = samples
                    .iter()
                    .map(|_| samples[random.gen_range(0..samples.len())]);
                median(&drawn.collect::<Vec<_>>())
            };
            again(b) / again(a)
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let at = |part: f64| ratios[(resamples.saturating_sub(1) as f64 * part).round() as usize];
    Some((at(0.025), at(0.975)))
}

/// The chance that samples of one distribution, parted at random, lie as far apart as these or further: the
/// permutation test of the sum of ranks (Wilcoxon, Mann and Whitney), two-sided, ties at their middle ranks.
///
/// It supposes nothing of the distribution, and a few samples that took much longer do not mislead it.
pub fn chance(a: &[f64], b: &[f64], seed: u64) -> f64 {
    let (n, all) = (a.len(), a.len() + b.len());
    if n == 0 || b.is_empty() {
        return 1.0;
    }
    let both: Vec<f64> = a.iter().chain(b).copied().collect();
    // Twice the rank, so that middles are whole.
    let ranks: Vec<usize> = (both.iter())
        .map(|x| {
            let below = both.iter().filter(|y| *y < x).count();
            let same = both.iter().filter(|y| *y == x).count();
            2 * below + same + 1
        })
        .collect();
    let found: usize = ranks[..n].iter().sum();
    // Twice the mean of all ways, times 2: compared without fractions.
    let far = |sum: usize| (2 * sum).abs_diff(2 * n * (all + 1));
    let reached = far(found);
    if all > COUNTED {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let mut pool = ranks;
        let further = (0..TRIED).filter(|_| {
            for i in 0..n {
                pool.swap(i, random.gen_range(i..all));
            }
            far(pool[..n].iter().sum()) >= reached
        });
        return (further.count() + 1) as f64 / (TRIED + 1) as f64;
    }
    // ways[k][s]: how many choices of k samples have the sum s.
    let most: usize = ranks.iter().sum();
    let mut ways = vec![vec![0.0f64; most + 1]; n + 1];
    ways[0][0] = 1.0;
    for (seen, rank) in ranks.iter().enumerate() {
        for k in (1..=n.min(seen + 1)).rev() {
            let (fewer, more) = ways.split_at_mut(k);
            let sums = more[0][*rank..].iter_mut().zip(&fewer[k - 1]);
            sums.for_each(|(to, from)| *to += from);
        }
    }
    let total: f64 = ways[n].iter().sum();
    let further = ways[n]
        .iter()
        .enumerate()
        .filter(|(sum, _)| far(*sum) >= reached);
    (further.map(|(_, ways)| ways).sum::<f64>() / total).min(1.0)
}

/// The least [`chance`] that sets of these sizes can have.
pub fn least_chance(n: usize, m: usize) -> f64 {
    let ways = (1..=n).fold(1.0, |ways, i| ways * (m + i) as f64 / i as f64);
    (2.0 / ways).min(1.0)
}

/// How many samples each set needs so that a difference can be told among so many comparisons.
pub fn needed(comparisons: usize) -> usize {
    let enough = |n: &usize| least_chance(*n, *n) * comparisons as f64 <= ALPHA;
    (2..).find(enough).unwrap_or(usize::MAX)
}

/// The chances of several comparisons, so raised that one is at most [`ALPHA`] by chance alone in at most that part of
/// all calls (Holm, 1979).
pub fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let mut raised = vec![1.0; chances.len()];
    let mut before = 0.0f64;
    for (at, i) in order.into_iter().enumerate() {
        before = before.max((chances[i] * (chances.len() - at) as f64).min(1.0));
        raised[i] = before;
    }
    raised
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn medians_are_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    /// Of all ways to part samples, no more than a part `p` have a chance of at most `p`; and by trial the chance
    /// is what it is by counting.
    #[test]
    fn chances_are_what_they_say() {
        for values in [
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
            [1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 9.0, 9.0],
        ] {
            let chances: Vec<f64> = (0u32..256)
                .filter(|set| set.count_ones() == 4)
                .map(|set| {
                    let part = |side: u32| -> Vec<f64> {
                        (0..8)
                            .filter(|i| set >> i & 1 == side)
                            .map(|i| values[i])
                            .collect()
                    };
                    chance(&part(1), &part(0), 0)
                })
                .collect();
            assert_eq!(chances.len(), 70);
            for p in &chances {
                let as_far = chances.iter().filter(|other| **other <= p + 1e-12).count();
                assert!((as_far as f64 / 70.0 - p).abs() < 1e-12, "{p} {as_far}");
            }
        }
        assert!((chance(&[1.0; 3], &[2.0; 3], 0) - 0.1).abs() < 1e-12);
        assert!((least_chance(3, 3) - 0.1).abs() < 1e-12);
        assert_eq!(chance(&[1.0; 5], &[1.0; 5], 0), 1.0);
        let spread = |n: usize, from: f64| (0..n).map(|i| from + i as f64).collect::<Vec<_>>();
        let (a, b) = (spread(30, 0.0), spread(30, 6.5));
        let counted = chance(&a, &b, 0);
        // One more of each is too many to count.
        let tried = chance(&spread(31, 0.0), &spread(31, 6.5), 7);
        assert!(
            (0.005..0.05).contains(&counted) && (tried / counted - 1.0).abs() < 0.35,
            "{counted} {tried}"
        );
    }

    #[test]
    fn chances_of_several_are_raised() {
        let raised = holm(&[0.01, 0.04, 0.03, 0.005]);
        let wanted = [0.03, 0.06, 0.06, 0.02];
        assert!(
            raised
                .iter()
                .zip(wanted)
                .all(|(a, b)| (a - b).abs() < 1e-12),
            "{raised:?}"
        );
        assert_eq!((needed(1), needed(32)), (4, 7));
    }

    #[test]
    fn intervals_hold_the_ratio() {
        let noise = |i: i32| 0.01 * (f64::from(i * i) * 0.7).sin();
        let a: Vec<f64> = (0..40).map(|i| 1.0 + noise(i)).collect();
        let b: Vec<f64> = (40..80).map(|i| 1.05 * (1.0 + noise(i))).collect();
        let of = |seed| interval(&a, &b, seed, RESAMPLES).unwrap();
        let (low, high) = of(1);
        assert!(
            1.03 < low && low < 1.05 && 1.05 < high && high < 1.07,
            "{low} {high}"
        );
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_eq!(interval(&[1.0, 2.0], &[4.0, 6.0], 0, 9), Some((2.0, 6.0)));
        assert_eq!(interval(&[1.0], &[4.0, 6.0], 0, 9), None);
    }
}
