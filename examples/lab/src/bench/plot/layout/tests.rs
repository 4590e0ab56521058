//! Laws of the page: data within the axes, the legend beside them, nothing beyond the page, ticks at powers of two.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::bench::plot::{Bar, Bars, Interval, Lines, Name, Series};

fn interval(median: f64, spread: f64) -> Interval {
    Interval {
        least: median / spread,
        median,
        greatest: median * spread,
    }
}

/// Lines over several ranges, with names short and long, known and unknown, few and many.
fn plots() -> Vec<Plot> {
    let mut plots = Vec::new();
    for (sizes, base, growth) in [
        (10..=20, 1e-3, 2.0),
        (14..=14, 3.0, 2.0),
        (4..=30, 1.0, 2.2),
        (8..=10, 9.1, 1.01),
    ] {
        for names in [
            &["shout"][..],
            &["shout", "lasso", "an argument of a newcomer, 16 threads"],
            &[
                "the argument with the longest name that anybody has ever thought of, with 16 threads",
                "lasso",
            ],
            &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"],
        ] {
            let series = names.iter().enumerate().map(|(i, name)| Series {
                name: Name(vec![(*name).to_owned()]),
                points: sizes
                    .clone()
                    .map(|x| {
                        let y = base * f64::powi(growth, x - 4) * (i as f64 + 1.0);
                        (f64::from(x), interval(y, 1.3))
                    })
                    .collect(),
            });
            plots.push(Plot::Lines(Lines {
                x: "number of reads".to_owned(),
                y: "proving time (s)".to_owned(),
                series: series.collect(),
            }));
        }
    }
    for (count, scale) in [(1, 1e-3), (3, 40.0), (7, 1e6)] {
        let bar = |row: i32| Bar {
            name: Name(vec![format!(
                "argument {row} {}",
                "of a very long name ".repeat(row as usize)
            )]),
            parts: (0..3 + row)
                .map(|i| (format!("part {i}"), scale * f64::from(i + 1)))
                .collect(),
            whole: (row % 2 == 0).then(|| interval(scale * 7.0, 1.2)),
        };
        plots.push(Plot::Bars(Bars {
            x: "proving time (s) at 2^{18}".to_owned(),
            bars: (0..count).map(bar).collect(),
        }));
    }
    plots
}

const SIZES: [Size; 3] = [Size::One, Size::Two, Size::Screen];

/// Corners of what a shape covers.
fn corners(shape: &Shape, font: f64) -> Vec<Point> {
    match shape {
        Shape::Path { points, .. } => points.clone(),
        Shape::Circle {
            centre: [x, y],
            radius: r,
            ..
        } => {
            vec![[x - r, y - r], [x + r, y + r]]
        }
        Shape::Text {
            at: [x, y],
            label,
            anchor,
            turned,
        } => {
            let width = width(label, font);
            let from = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => -width / 2.0,
                Anchor::End => -width,
            };
            // Exponents reach a little higher than letters.
            let (up, down) = (0.75 * font, 0.22 * font);
            match turned {
                true => vec![[x - up, y - from], [x + down, y - from - width]],
                false => vec![[x + from, y - up], [x + from + width, y + down]],
            }
        }
    }
}

#[test]
fn data_are_within_the_axes_and_the_legend_is_beside_them() {
    for plot in plots() {
        for size in SIZES {
            let drawing = draw(&plot, size);
            let page = Area {
                left: 0.0,
                top: 0.0,
                right: drawing.width,
                bottom: drawing.height,
            };
            assert!(
                drawing.axes.right - drawing.axes.left > drawing.width * 0.3,
                "{plot:?}"
            );
            let mut parts = [0; 3];
            for (part, shape) in &drawing.shapes {
                parts[*part as usize] += 1;
                for corner in corners(shape, drawing.font) {
                    assert!(page.contains(corner), "{size:?} {shape:?} of {plot:?}");
                    match part {
                        Part::Data => {
                            assert!(
                                drawing.axes.contains(corner),
                                "{size:?} {shape:?} of {plot:?}"
                            );
                        }
                        Part::Legend => {
                            let [x, y] = corner;
                            let beside = x > drawing.axes.right || y > drawing.axes.bottom;
                            assert!(beside, "{size:?} {shape:?} of {plot:?}");
                        }
                        Part::Frame => {}
                    }
                }
            }
            assert!(parts.iter().all(|count| *count > 0), "{parts:?}");
        }
    }
}

/// Texts do not run into each other.
#[test]
fn texts_are_apart() {
    for plot in plots() {
        for size in SIZES {
            let drawing = draw(&plot, size);
            let texts: Vec<(Point, Point, &Shape)> = (drawing.shapes.iter())
                .filter(|(_, shape)| matches!(shape, Shape::Text { .. }))
                .map(|(_, shape)| {
                    let corners = corners(shape, drawing.font);
                    let of =
                        |i: usize, pick: fn(f64, f64) -> f64| pick(corners[0][i], corners[1][i]);
                    let low = [of(0, f64::min), of(1, f64::min)];
                    (low, [of(0, f64::max), of(1, f64::max)], shape)
                })
                .collect();
            for (i, (low, high, shape)) in texts.iter().enumerate() {
                for (other_low, other_high, other) in &texts[..i] {
                    let apart = (0..2).any(|k| low[k] >= other_high[k] || other_low[k] >= high[k]);
                    assert!(apart, "{size:?}: {shape:?} on {other:?}");
                }
            }
        }
    }
}

#[test]
fn sizes_are_marked_at_powers_of_two() {
    for plot in plots() {
        let Plot::Lines(lines) = &plot else { continue };
        let drawing = draw(&plot, Size::One);
        let (x, _) = line_ranges(lines);
        let (below, _) = line_ticks(lines);
        assert!(!below.is_empty());
        for tick in below {
            assert_eq!(tick.label, format!("2^{{{}}}", tick.at));
            let place = drawing.shapes.iter().find_map(|(_, shape)| match shape {
                Shape::Text { at, label, .. } if *label == tick.label => Some(at[0]),
                _ => None,
            });
            let part = (tick.at - x.from) / (x.to - x.from);
            let axes = drawing.axes;
            let wanted = axes.left + part * (axes.right - axes.left);
            assert!((place.unwrap() - wanted).abs() < 1e-6);
        }
        let label = |wanted: &str| {
            drawing.shapes.iter().any(|(_, shape)| match shape {
                Shape::Text { label, .. } => label == wanted,
                _ => false,
            })
        };
        assert!(label("number of reads (log_{2} scale)") && label("proving time (s)"));
    }
}

/// A median between others is drawn so, and its interval with it.
#[test]
fn intervals_are_drawn() {
    let plot = |spread| {
        Plot::Lines(Lines {
            x: String::new(),
            y: "s".to_owned(),
            series: vec![Series {
                name: Name(vec!["shout".to_owned()]),
                points: vec![(10.0, interval(1.0, spread)), (11.0, interval(2.0, spread))],
            }],
        })
    };
    let data = |drawing: &Drawing| {
        drawing
            .shapes
            .iter()
            .filter(|(part, _)| *part == Part::Data)
            .count()
    };
    // A line and two markers; and three strokes for each interval.
    assert_eq!(data(&draw(&plot(1.0), Size::One)), 3);
    assert_eq!(data(&draw(&plot(1.5), Size::One)), 9);
}

#[test]
fn hatchings_stay_in_their_areas() {
    let area = Area {
        left: 3.0,
        top: 5.0,
        right: 40.0,
        bottom: 14.0,
    };
    for hatch in [
        Hatch::Rising,
        Hatch::Falling,
        Hatch::Level,
        Hatch::Upright,
        Hatch::Crossed,
        Hatch::Grid,
        Hatch::Dots,
        Hatch::Bricks,
    ] {
        let lines = hatching(area, hatch);
        assert!(!lines.is_empty(), "{hatch:?}");
        assert!(
            lines.iter().flatten().all(|point| area.contains(*point)),
            "{hatch:?}"
        );
    }
    assert!(hatching(area, Hatch::Plain).is_empty());
}
