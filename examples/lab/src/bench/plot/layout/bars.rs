//! Bars of parts beside each other, one bar above the other.

use super::{Anchor, Area, BLACK, Drawing, GAP, Page, Part, fitted, legend, widest};
use crate::bench::plot::label::width;
use crate::bench::plot::style;
use crate::bench::plot::ticks::{linear, number};
use crate::bench::plot::{Bar, Bars, Name};

/// Three digits of the length of a bar.
pub fn length(bar: &Bar) -> String {
    let total = bar.whole.map_or(bar.total(), |whole| whole.median);
    let digits = 2 - total.log10().floor() as i32;
    let scale = 10f64.powi(digits);
    number((total * scale).round() / scale)
}

/// Where a bar ends, its interval included.
fn end(bar: &Bar) -> f64 {
    let whole = bar.whole.map_or(0.0, |whole| whole.greatest);
    bar.total().max(whole)
}

/// Points of the page for one unit, with room for the text beside each bar.
pub fn scale(bars: &Bars, axes: Area, font: f64) -> f64 {
    let room = |bar: &Bar| axes.right - axes.left - width(&length(bar), font) - 3.0 * GAP;
    let scales = bars.bars.iter().map(|bar| room(bar) / end(bar));
    scales.fold(f64::INFINITY, f64::min)
}

/// Most marks along x.
const TICKS: usize = 5;

/// Lays bars out.
pub fn draw(bars: &Bars, page: Page) -> Drawing {
    let labels = bars.labels();
    let beside = match page.beside {
        true => legend::width(&labels, page) + 4.0 * GAP,
        false => 0.0,
    };
    // A name has a third of the page at most.
    let name = |bar: &Bar| fitted(&bar.name.to_string(), page.font, page.width / 3.0);
    let names: Vec<String> = bars.bars.iter().map(name).collect();
    let (thick, pitch) = (page.font * 1.5, page.font * 2.3);
    let axes = Area {
        left: widest(names.iter().map(String::as_str), page.font) + 3.0 * GAP,
        top: page.font * 0.6,
        right: page.width - page.font * 0.8 - beside,
        bottom: page.font * 0.6 + pitch * bars.bars.len() as f64 + page.font * 0.6,
    };
    let mut drawing = Drawing::new(page, axes);
    let scale = scale(bars, axes, page.font);
    let along = |x: f64| axes.left + x * scale;
    let ticks = linear((axes.right - axes.left) / scale, TICKS).into_iter();
    let ticks: Vec<_> = ticks.map(|tick| (along(tick.at), tick)).collect();
    drawing.below(&ticks, &bars.x);
    for (row, bar) in bars.bars.iter().enumerate() {
        let middle = axes.top + page.font * 0.3 + pitch * (row as f64 + 0.5);
        let mut from = 0.0;
        for (label, length) in labels.iter().zip(bar.lengths(&labels)) {
            if length <= 0.0 {
                continue;
            }
            let area = Area {
                left: along(from),
                top: middle - thick / 2.0,
                right: along(from + length),
                bottom: middle + thick / 2.0,
            };
            drawing.fill(Part::Data, area, style::fill(&Name::of_label(label)));
            from += length;
        }
        if let Some(whole) = bar.whole.filter(|whole| whole.least < whole.greatest) {
            let (low, high) = (along(whole.least), along(whole.greatest));
            for points in [
                [[low, middle], [high, middle]],
                [[low, middle - 2.4], [low, middle + 2.4]],
                [[high, middle - 2.4], [high, middle + 2.4]],
            ] {
                // Seen on every colour.
                drawing.line(Part::Data, points.to_vec(), super::WHITE, 2.0);
                drawing.line(Part::Data, points.to_vec(), BLACK, 0.8);
            }
        }
        let baseline = middle + page.font * 0.35;
        drawing.text(
            Part::Data,
            [along(end(bar)) + GAP, baseline],
            Anchor::Start,
            &length(bar),
        );
        let at = [axes.left - GAP, baseline];
        drawing.text(Part::Frame, at, Anchor::End, &names[row]);
    }
    drawing.frame();
    legend::draw(&mut drawing, &labels, page, |drawing, [x, y], row| {
        let area = Area {
            left: x,
            top: y - 3.6,
            right: x + legend::SAMPLE,
            bottom: y + 3.6,
        };
        let fill = style::fill(&Name::of_label(&labels[row]));
        drawing.fill(Part::Legend, area, fill);
    });
    drawing
}
