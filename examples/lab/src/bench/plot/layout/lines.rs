//! Lines over sizes.

use super::{Anchor, Area, BLACK, Drawing, GAP, GRID, Page, Part, Shape, Stroke, legend, widest};
use crate::bench::plot::Lines;
use crate::bench::plot::style;
use crate::bench::plot::ticks::{Range, Tick, logarithmic, powers_of_two};

/// The range of sizes, and that of the figures, with room around them.
pub fn ranges(lines: &Lines) -> (Range, Range) {
    let points = || lines.series.iter().flat_map(|series| &series.points);
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let most = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
    let (first, last) = (
        least(&mut points().map(|(x, _)| *x)),
        most(&mut points().map(|(x, _)| *x)),
    );
    // Room for markers, however long the axis is.
    let margin = (0.04 * (last - first)).max(0.4);
    let x = Range {
        from: first - margin,
        to: last + margin,
    };
    let (from, to) = (
        least(&mut points().map(|(_, y)| y.least)),
        most(&mut points().map(|(_, y)| y.greatest)),
    );
    // A twelfth of the height on either side, and never less than a factor of 1.2 in all.
    let room = (to / from).powf(0.1).max(1.1);
    let y = Range {
        from: from / room,
        to: to * room,
    };
    (x, y)
}

/// Most marks along x, and along y.
const TICKS: (usize, usize) = (8, 7);

/// Marks along x, at `log2` of sizes, and along y.
pub fn ticks(lines: &Lines) -> (Vec<Tick>, Vec<Tick>) {
    let (x, y) = ranges(lines);
    (powers_of_two(x, TICKS.0), logarithmic(y, TICKS.1))
}

/// What is said of sizes.
pub fn size_label(lines: &Lines) -> String {
    format!("{} (log_{{2}} scale)", lines.x)
}

/// Lays lines out.
pub fn draw(lines: &Lines, page: Page) -> Drawing {
    let (xs, ys) = ranges(lines);
    let (below, ticks) = ticks(lines);
    let labels = widest(ticks.iter().map(|tick| tick.label.as_str()), page.font);
    let names: Vec<String> = lines.series.iter().map(|s| s.name.to_string()).collect();
    let beside = match page.beside {
        true => legend::width(&names, page) + 4.0 * GAP,
        false => 0.0,
    };
    let axes = Area {
        left: page.font * 1.4 + labels + 2.0 * GAP,
        top: page.font * 0.6,
        right: page.width - page.font * 0.8 - beside,
        bottom: page.font * 0.6 + page.axes,
    };
    let mut drawing = Drawing::new(page, axes);
    let along = |x: f64| axes.left + (x - xs.from) / (xs.to - xs.from) * (axes.right - axes.left);
    let up = |y: f64| {
        axes.bottom - (y / ys.from).ln() / (ys.to / ys.from).ln() * (axes.bottom - axes.top)
    };
    let below: Vec<_> = (below.into_iter())
        .map(|tick| (along(tick.at), tick))
        .collect();
    drawing.below(&below, &size_label(lines));
    for tick in &ticks {
        let y = up(tick.at);
        drawing.line(
            Part::Frame,
            vec![[axes.left, y], [axes.right, y]],
            GRID,
            0.4,
        );
        drawing.line(
            Part::Frame,
            vec![[axes.left, y], [axes.left + 3.0, y]],
            BLACK,
            0.5,
        );
        let at = [axes.left - GAP, y + page.font * 0.33];
        drawing.text(Part::Frame, at, Anchor::End, &tick.label);
    }
    drawing.add(
        Part::Frame,
        Shape::Text {
            at: [page.font * 1.1, f64::midpoint(axes.top, axes.bottom)],
            label: lines.y.clone(),
            anchor: Anchor::Middle,
            turned: true,
        },
    );
    drawing.frame();
    for series in &lines.series {
        let line = style::line(&series.name);
        let places: Vec<_> = (series.points.iter())
            .map(|(x, y)| [along(*x), up(y.median)])
            .collect();
        for (x, y) in &series.points {
            if y.least < y.greatest {
                let (x, low, high) = (along(*x), up(y.least), up(y.greatest));
                for points in [
                    [[x, low], [x, high]],
                    [[x - 2.4, low], [x + 2.4, low]],
                    [[x - 2.4, high], [x + 2.4, high]],
                ] {
                    drawing.line(Part::Data, points.to_vec(), line.colour.rgb, 0.7);
                }
            }
        }
        drawing.add(Part::Data, path(places.clone(), line));
        for place in places {
            drawing.marker(Part::Data, place, line.marker, line.open, line.colour);
        }
    }
    let entries: Vec<_> = lines.series.iter().map(|s| s.name.clone()).collect();
    legend::draw(&mut drawing, &names, page, |drawing, at, row| {
        let line = style::line(&entries[row]);
        let ends = [[at[0], at[1]], [at[0] + legend::SAMPLE, at[1]]];
        drawing.add(Part::Legend, path(ends.to_vec(), line));
        let middle = [at[0] + legend::SAMPLE / 2.0, at[1]];
        drawing.marker(Part::Legend, middle, line.marker, line.open, line.colour);
    });
    drawing
}

fn path(points: Vec<super::Point>, line: style::Line) -> Shape {
    Shape::Path {
        points,
        closed: false,
        stroke: Some(Stroke {
            colour: line.colour.rgb,
            width: 1.1,
            dash: line.dash,
        }),
        fill: None,
    }
}
