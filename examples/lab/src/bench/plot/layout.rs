//! A plot on a page: areas, lines and texts, in points from the upper left corner.
//!
//! Data lie within the axes, and the legend beside them: to the right where a plot is wide, else below.

mod bars;
mod legend;
mod lines;

use super::label::width;
use super::style::{Colour, Hatch, Marker};
use super::ticks::Tick;
use super::{Bars, Plot, Size};

pub use bars::length as bars_length;
pub use lines::{ranges as line_ranges, size_label, ticks as line_ticks};

/// A point of the page.
pub type Point = [f64; 2];

/// A rectangle of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    /// Whether a point is within, up to a hundredth.
    pub fn contains(&self, [x, y]: Point) -> bool {
        const NEAR: f64 = 0.01;
        let between = |from: f64, x: f64, to: f64| from - NEAR <= x && x <= to + NEAR;
        between(self.left, x, self.right) && between(self.top, y, self.bottom)
    }

    /// Corners, one after the other.
    pub fn corners(&self) -> Vec<Point> {
        let [l, t, r, b] = [self.left, self.top, self.right, self.bottom];
        vec![[l, t], [r, t], [r, b], [l, b]]
    }
}

/// How a line is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    pub colour: [u8; 3],
    pub width: f64,
    /// On and off.
    pub dash: &'static [f64],
}

/// What a text's place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Path {
        points: Vec<Point>,
        closed: bool,
        stroke: Option<Stroke>,
        fill: Option<[u8; 3]>,
    },
    Circle {
        centre: Point,
        radius: f64,
        stroke: Option<Stroke>,
        fill: Option<[u8; 3]>,
    },
    Text {
        /// Where its anchor is, on the line that letters stand on.
        at: Point,
        label: String,
        anchor: Anchor,
        /// Whether it is read from below.
        turned: bool,
    },
}

/// What a shape is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Frame,
    Data,
    Legend,
}

/// A plot on its page.
#[derive(Clone, Debug)]
pub struct Drawing {
    pub width: f64,
    pub height: f64,
    /// Size of the font.
    pub font: f64,
    /// Where the data are.
    pub axes: Area,
    /// Later ones above.
    pub shapes: Vec<(Part, Shape)>,
}

pub const BLACK: [u8; 3] = [0, 0, 0];
pub const WHITE: [u8; 3] = [255, 255, 255];
const GRID: [u8; 3] = [225, 225, 225];
/// Between texts and what they stand beside.
const GAP: f64 = 3.0;

/// Measures of a size.
#[derive(Clone, Copy, Debug)]
struct Page {
    width: f64,
    font: f64,
    /// Height of the axes of lines.
    axes: f64,
    /// Whether the legend is to the right.
    beside: bool,
}

impl Page {
    fn of(size: Size) -> Self {
        let (width, font, axes, beside) = match size {
            Size::One => (241.0, 8.0, 140.0, false),
            Size::Two => (506.0, 9.0, 190.0, true),
            Size::Screen => (420.0, 10.0, 210.0, false),
        };
        Page {
            width,
            font,
            axes,
            beside,
        }
    }
}

/// Lays a plot out.
pub fn draw(plot: &Plot, size: Size) -> Drawing {
    let page = Page::of(size);
    match plot {
        Plot::Lines(lines) => lines::draw(lines, page),
        Plot::Bars(bars) => bars::draw(bars, page),
    }
}

impl Drawing {
    fn new(page: Page, axes: Area) -> Self {
        Drawing {
            width: page.width,
            height: 0.0,
            font: page.font,
            axes,
            shapes: Vec::new(),
        }
    }

    fn add(&mut self, part: Part, shape: Shape) {
        self.shapes.push((part, shape));
    }

    fn line(&mut self, part: Part, points: Vec<Point>, colour: [u8; 3], width: f64) {
        let stroke = Some(Stroke {
            colour,
            width,
            dash: &[],
        });
        self.add(
            part,
            Shape::Path {
                points,
                closed: false,
                stroke,
                fill: None,
            },
        );
    }

    fn text(&mut self, part: Part, at: Point, anchor: Anchor, label: &str) {
        self.add(
            part,
            Shape::Text {
                at,
                label: label.to_owned(),
                anchor,
                turned: false,
            },
        );
    }

    /// The box around the data.
    fn frame(&mut self) {
        let points = self.axes.corners();
        let stroke = Some(Stroke {
            colour: BLACK,
            width: 0.6,
            dash: &[],
        });
        self.add(
            Part::Frame,
            Shape::Path {
                points,
                closed: true,
                stroke,
                fill: None,
            },
        );
    }

    /// Marks below the axes, with what is counted there.
    fn below(&mut self, ticks: &[(f64, Tick)], label: &str) {
        let Area {
            left,
            right,
            top,
            bottom,
        } = self.axes;
        for (x, tick) in ticks {
            self.line(Part::Frame, vec![[*x, top], [*x, bottom]], GRID, 0.4);
            self.line(
                Part::Frame,
                vec![[*x, bottom], [*x, bottom - 3.0]],
                BLACK,
                0.5,
            );
            let at = [*x, bottom + GAP + self.font];
            self.text(Part::Frame, at, Anchor::Middle, &tick.label);
        }
        let at = [
            f64::midpoint(left, right),
            bottom + 2.0 * GAP + self.font * 2.2,
        ];
        self.text(Part::Frame, at, Anchor::Middle, label);
    }

    /// Where what stands below the axes ends.
    fn foot(&self) -> f64 {
        self.axes.bottom + 2.0 * GAP + self.font * 2.55
    }

    /// A marker around a point.
    fn marker(&mut self, part: Part, at: Point, marker: Marker, open: bool, colour: Colour) {
        const R: f64 = 2.3;
        let stroke = Some(Stroke {
            colour: colour.rgb,
            width: 0.8,
            dash: &[],
        });
        let fill = Some(if open { WHITE } else { colour.rgb });
        let corners: Vec<Point> = match marker {
            Marker::Circle => Vec::new(),
            Marker::Square => regular(4, 1.25, 0.125),
            Marker::Diamond => regular(4, 1.4, 0.0),
            Marker::Triangle => regular(3, 1.4, 0.0),
            Marker::Down => regular(3, 1.4, 0.5),
            Marker::Right => regular(3, 1.4, 0.25),
            Marker::Pentagon => regular(5, 1.25, 0.0),
        };
        let place = |[x, y]: Point| [at[0] + R * x, at[1] + R * y];
        let shape = match marker {
            Marker::Circle => Shape::Circle {
                centre: at,
                radius: R,
                stroke,
                fill,
            },
            _ => Shape::Path {
                points: corners.into_iter().map(place).collect(),
                closed: true,
                stroke,
                fill,
            },
        };
        self.add(part, shape);
    }

    /// A filled area.
    fn fill(&mut self, part: Part, area: Area, fill: super::style::Fill) {
        let stroke = Some(Stroke {
            colour: WHITE,
            width: 0.6,
            dash: &[],
        });
        self.add(
            part,
            Shape::Path {
                points: area.corners(),
                closed: true,
                stroke,
                fill: Some(fill.colour.rgb),
            },
        );
        let ink = match fill.colour.rgb {
            BLACK => WHITE,
            _ => BLACK,
        };
        for points in hatching(area, fill.hatch) {
            self.line(part, points, ink, 0.4);
        }
    }
}

/// A regular polygon with a corner above, turned by parts of a whole turn to the right.
fn regular(corners: u32, radius: f64, turned: f64) -> Vec<Point> {
    (0..corners)
        .map(|i| {
            let angle = (f64::from(i) / f64::from(corners) + turned) * std::f64::consts::TAU;
            [radius * angle.sin(), -radius * angle.cos()]
        })
        .collect()
}

/// The lines of a hatching within an area, the same wherever it is on the page.
fn hatching(area: Area, hatch: Hatch) -> Vec<Vec<Point>> {
    const APART: f64 = 3.4;
    let Area {
        left,
        top,
        right,
        bottom,
    } = area;
    let steps = |from: f64, to: f64, apart: f64| {
        let (first, last) = (
            (from / apart).floor() as i64 + 1,
            (to / apart).ceil() as i64,
        );
        (first..last).map(move |i| i as f64 * apart)
    };
    let level = || steps(top, bottom, APART).map(|y| vec![[left, y], [right, y]]);
    let upright = || steps(left, right, APART).map(|x| vec![[x, top], [x, bottom]]);
    let slanted = APART * std::f64::consts::SQRT_2;
    let rising = || {
        steps(left + top, right + bottom, slanted).map(|c| {
            let (from, to) = (left.max(c - bottom), right.min(c - top));
            vec![[from, c - from], [to, c - to]]
        })
    };
    let falling = || {
        steps(left - bottom, right - top, slanted).map(|c| {
            let (from, to) = (left.max(c + top), right.min(c + bottom));
            vec![[from, from - c], [to, to - c]]
        })
    };
    match hatch {
        Hatch::Plain => Vec::new(),
        Hatch::Level => level().collect(),
        Hatch::Upright => upright().collect(),
        Hatch::Rising => rising().collect(),
        Hatch::Falling => falling().collect(),
        Hatch::Crossed => rising().chain(falling()).collect(),
        Hatch::Grid => level().chain(upright()).collect(),
        Hatch::Bricks => {
            let joints = steps(top - APART, bottom, APART).flat_map(|y| {
                let shift = if (y / APART).round() as i64 % 2 == 0 {
                    0.0
                } else {
                    APART
                };
                let ends = [y.max(top), (y + APART).min(bottom)];
                let joints = steps(left - shift, right - shift, 2.0 * APART);
                joints.map(move |x| ends.map(|y| [x + shift, y]).to_vec())
            });
            level().chain(joints).collect()
        }
        Hatch::Dots => steps(top, bottom, APART)
            .flat_map(|y| steps(left, right - 0.7, APART).map(move |x| vec![[x, y], [x + 0.7, y]]))
            .collect(),
    }
}

/// The value at the right end of the axes of bars.
pub fn bars_end(bars: &Bars, drawing: &Drawing) -> f64 {
    let axes = drawing.axes;
    (axes.right - axes.left) / bars::scale(bars, axes, drawing.font)
}

/// A name that is no wider than there is room, its end left out if need be.
fn fitted(name: &str, font: f64, room: f64) -> String {
    let mut kept = name.to_owned();
    while width(&kept, font) > room && kept.pop().is_some() {
        let short = format!("{kept}…");
        if width(&short, font) <= room {
            return short;
        }
    }
    kept
}

/// Width of the widest of some labels.
fn widest<'a>(labels: impl IntoIterator<Item = &'a str>, font: f64) -> f64 {
    let widths = labels.into_iter().map(|label| width(label, font));
    widths.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
