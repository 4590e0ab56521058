//! Where axes are marked.

/// A mark: where, and its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub at: f64,
    /// As [`super::label`] reads it.
    pub label: String,
}

/// A range of values that are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub from: f64,
    pub to: f64,
}

/// Powers of two, whole exponents, at most `most` of them, of the exponents in a range.
pub fn powers_of_two(range: Range, most: usize) -> Vec<Tick> {
    let (first, last) = (range.from.ceil(), range.to.floor());
    let step = ((last - first) / most.max(1) as f64).floor() + 1.0;
    let exponents = (0..most).map(|i| last - i as f64 * step);
    let mut ticks: Vec<Tick> = exponents
        .filter(|exponent| *exponent >= first)
        .map(|at| Tick {
            at,
            label: format!("2^{{{at}}}"),
        })
        .collect();
    ticks.reverse();
    ticks
}

/// Numbers of few digits in a range of positive values that is drawn logarithmically: the finest that are no
/// closer to each other than a part `1/most` of the range.
pub fn logarithmic(range: Range, most: usize) -> Vec<Tick> {
    let inside = |x: f64| x >= range.from * (1.0 - 1e-9) && x <= range.to * (1.0 + 1e-9);
    let decades = range.from.log10().floor() as i32..=range.to.log10().ceil() as i32;
    let all = |multiples: &[f64]| -> Vec<f64> {
        let of = |e: i32| multiples.iter().map(move |m| m * 10f64.powi(e));
        decades
            .clone()
            .flat_map(of)
            .filter(|x| inside(*x))
            .collect()
    };
    let parts = |per: i32| -> Vec<f64> {
        (per..10 * per)
            .map(|m| f64::from(m) / f64::from(per))
            .collect()
    };
    let apart = (range.to / range.from).ln() / most.max(1) as f64;
    let clear = |ticks: &[f64]| {
        ticks
            .windows(2)
            .all(|pair| (pair[1] / pair[0]).ln() >= apart)
    };
    let finest = all(&parts(10));
    let found = [
        parts(10),
        parts(5),
        parts(2),
        parts(1),
        vec![1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
        vec![1.0, 2.0, 5.0],
        vec![1.0, 3.0],
        vec![1.0],
    ]
    .iter()
    .map(|multiples| all(multiples))
    .find(|ticks| ticks.len() > 1 && clear(ticks));
    let chosen = found.unwrap_or_else(|| {
        // Every so many decades; or, in a range with no two of them, two of the finest.
        let decades = all(&[1.0]);
        let ticks = if decades.len() > 2 { decades } else { finest };
        let step = (1..ticks.len()).find(|step| {
            let some: Vec<f64> = ticks.iter().copied().rev().step_by(*step).collect();
            some.windows(2)
                .all(|pair| (pair[0] / pair[1]).ln() >= apart)
        });
        let mut some: Vec<f64> = (ticks.into_iter().rev())
            .step_by(step.unwrap_or(1))
            .collect();
        some.reverse();
        some
    });
    chosen
        .into_iter()
        .map(|at| Tick {
            at,
            label: number(at),
        })
        .collect()
}

/// Multiples of 1, 2 or 5 times a power of ten, from 0, at most `most` of them.
pub fn linear(to: f64, most: usize) -> Vec<Tick> {
    let rough = to / most.max(1) as f64;
    let base = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|m| m * base);
    let step = steps.into_iter().find(|s| *s >= rough).unwrap_or(rough);
    let count = (to / step * (1.0 + 1e-9)).floor() as i32;
    (0..=count)
        .map(|i| f64::from(i) * step)
        .map(|at| Tick {
            at,
            label: number(at),
        })
        .collect()
}

/// A number of few digits, very large and very small ones by a power of ten.
pub fn number(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let exponent = (x.abs().log10() + 1e-9).floor() as i32;
    if (-3..5).contains(&exponent) {
        let digits = usize::try_from(3 - exponent).unwrap_or(0);
        let text = format!("{x:.digits$}");
        return match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        };
    }
    let mantissa = (x / 10f64.powi(exponent) * 100.0).round() / 100.0;
    match mantissa == 1.0 {
        true => format!("10^{{{exponent}}}"),
        false => format!("{mantissa}×10^{{{exponent}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_few() {
        let range = |from, to| Range { from, to };
        assert_eq!(
            labels(&powers_of_two(range(9.5, 14.5), 8)),
            ["2^{10}", "2^{11}", "2^{12}", "2^{13}", "2^{14}"]
        );
        assert_eq!(
            labels(&powers_of_two(range(9.5, 22.5), 7)),
            [
                "2^{10}", "2^{12}", "2^{14}", "2^{16}", "2^{18}", "2^{20}", "2^{22}"
            ]
        );
        assert_eq!(
            labels(&logarithmic(range(0.008, 30.0), 7)),
            ["0.01", "0.1", "1", "10"]
        );
        assert_eq!(
            labels(&logarithmic(range(0.4, 6.0), 7)),
            ["0.5", "1", "2", "5"]
        );
        assert_eq!(
            labels(&logarithmic(range(1e4, 1e9), 7)),
            ["10000", "10^{5}", "10^{6}", "10^{7}", "10^{8}", "10^{9}"]
        );
        assert_eq!(
            labels(&linear(1.1, 6)),
            ["0", "0.2", "0.4", "0.6", "0.8", "1"]
        );
        assert_eq!(number(25_000_000.0), "2.5×10^{7}");
        // However narrow or wide a range is, there are two, and not too many.
        for from in [1e-4, 0.0037, 1.0, 9.4, 1234.0, 7e8] {
            for factor in [1.21, 1.5, 2.0, 7.0, 100.0, 1e6, 1e12] {
                let range = range(from, from * factor);
                let ticks = logarithmic(range, 7);
                assert!((2..=8).contains(&ticks.len()), "{range:?}: {ticks:?}");
                assert!(
                    ticks
                        .iter()
                        .all(|t| t.at >= from * 0.999 && t.at <= from * factor * 1.001)
                );
                let linear = linear(from * factor, 7);
                assert!((3..=8).contains(&linear.len()), "{linear:?}");
            }
        }
    }
}
