//! Plots as SVG.

use anyhow::anyhow;
use plotters::prelude::*;

/// Width and height.
const SIZE: (u32, u32) = (560, 360);
const COLOURS: [RGBColor; 10] = [
    RGBColor(31, 119, 180),
    RGBColor(214, 39, 40),
    RGBColor(44, 160, 44),
    RGBColor(255, 127, 14),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(227, 119, 194),
    RGBColor(110, 110, 110),
    RGBColor(188, 189, 34),
    RGBColor(23, 190, 207),
];

/// Of what has no colour of its own.
const OTHERS: RGBColor = RGBColor(210, 210, 210);

fn colour(i: usize) -> RGBColor {
    COLOURS[i % COLOURS.len()]
}

/// Points of one line: `x`, and least, median and greatest `y`.
pub struct Series {
    pub name: String,
    pub points: Vec<(f64, [f64; 3])>,
}

/// Lines with error bars; `y` logarithmic, `x` already a logarithm.
pub struct Lines<'a> {
    pub title: &'a str,
    pub x: &'a str,
    pub series: Vec<Series>,
}

fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("a plot cannot be drawn: {error}")
}

impl Lines<'_> {
    /// The plot, if there is anything in it.
    pub fn svg(&self) -> anyhow::Result<Option<String>> {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let ys = || points().flat_map(|(_, ys)| ys).filter(|y| **y > 0.0);
        let least = ys().copied().fold(f64::INFINITY, f64::min);
        let greatest = ys().copied().fold(0.0, f64::max);
        if !least.is_finite() {
            return Ok(None);
        }
        let first = points().map(|(x, _)| *x).fold(f64::INFINITY, f64::min);
        let last = points().map(|(x, _)| *x).fold(f64::NEG_INFINITY, f64::max);
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
            area.fill(&WHITE).map_err(failed)?;
            let mut chart = ChartBuilder::on(&area)
                .caption(self.title, ("sans-serif", 18))
                .margin(8)
                .x_label_area_size(36)
                .y_label_area_size(64)
                .build_cartesian_2d(
                    first - 0.3..last + 0.3,
                    (decade(least * 0.9, f64::floor)..decade(greatest * 1.1, f64::ceil))
                        .log_scale(),
                )
                .map_err(failed)?;
            chart
                .configure_mesh()
                .x_desc(self.x)
                .x_labels(((last - first) as usize + 1).min(12))
                .x_label_formatter(&|x| format!("{x:.0}"))
                .y_label_formatter(&|y| tick(*y))
                .x_max_light_lines(1)
                .y_max_light_lines(5)
                .light_line_style(RGBColor(240, 240, 240))
                .draw()
                .map_err(failed)?;
            for (i, series) in self.series.iter().enumerate() {
                let colour = colour(i);
                let shown = || series.points.iter().filter(|(_, ys)| ys[0] > 0.0);
                let line = shown().map(|(x, [_, y, _])| (*x, *y));
                chart
                    .draw_series(LineSeries::new(line, colour.stroke_width(2)))
                    .map_err(failed)?
                    .label(series.name.as_str())
                    .legend(move |(x, y)| {
                        PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3))
                    });
                let bars = shown().map(|(x, [min, y, max])| {
                    ErrorBar::new_vertical(*x, *min, *y, *max, colour.filled(), 7)
                });
                chart.draw_series(bars).map_err(failed)?;
            }
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperLeft)
                .background_style(WHITE.mix(0.85))
                .border_style(RGBColor(200, 200, 200))
                .draw()
                .map_err(failed)?;
            area.present().map_err(failed)?;
        }
        Ok(Some(svg))
    }
}

/// The power of ten beside a number.
fn decade(y: f64, round: fn(f64) -> f64) -> f64 {
    10f64.powf(round(y.log10()))
}

fn tick(y: f64) -> String {
    match y {
        y if y >= 1e9 => format!("{}G", y / 1e9),
        y if y >= 1e6 => format!("{}M", y / 1e6),
        y if y >= 1e4 => format!("{}k", y / 1e3),
        y => format!("{}", (y * 1e6).round() / 1e6),
    }
}

/// Stacked bars, one above the other, with the parts that are large enough named.
pub struct Bars<'a> {
    pub title: &'a str,
    pub at: String,
    pub bars: Vec<(String, Vec<(String, f64)>)>,
}

/// Labels that get a colour of their own; the smaller ones are summed up.
const LABELS: usize = 9;

impl Bars<'_> {
    /// The plot, if there is anything in it.
    pub fn svg(&self) -> anyhow::Result<Option<String>> {
        let mut labels: Vec<(String, f64)> = Vec::new();
        for (name, value) in self.bars.iter().flat_map(|(_, parts)| parts) {
            match labels.iter_mut().find(|(label, _)| label == name) {
                Some((_, sum)) => *sum += value,
                None => labels.push((name.clone(), *value)),
            }
        }
        labels.retain(|(_, sum)| *sum > 0.0);
        labels.sort_by(|a, b| b.1.total_cmp(&a.1));
        labels.truncate(LABELS);
        let total = |parts: &[(String, f64)]| parts.iter().map(|(_, x)| x).sum::<f64>();
        let widest = self.bars.iter().map(|(_, p)| total(p)).fold(0.0, f64::max);
        if widest <= 0.0 {
            return Ok(None);
        }
        let rows = self.bars.len();
        let height = 120 + 34 * rows as u32 + 17 * labels.len() as u32;
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (SIZE.0, height)).into_drawing_area();
            area.fill(&WHITE).map_err(failed)?;
            let (plot, legend) = area.split_vertically(height - 17 * (labels.len() as u32 + 2));
            let title = format!("{}, {}", self.title, self.at);
            let mut chart = ChartBuilder::on(&plot)
                .caption(title, ("sans-serif", 18))
                .margin(8)
                .x_label_area_size(24)
                .y_label_area_size(110)
                .build_cartesian_2d(0.0..widest * 1.12, -0.5..rows as f64 - 0.5)
                .map_err(failed)?;
            let names = |y: &f64| {
                let at = rows as f64 - 1.0 - y;
                let whole = (at - at.round()).abs() < 1e-6 && at > -0.5;
                let bar = self.bars.get(at.round().max(0.0) as usize);
                bar.filter(|_| whole)
                    .map_or_else(String::new, |(n, _)| n.clone())
            };
            chart
                .configure_mesh()
                .disable_y_mesh()
                .x_labels(8)
                .max_light_lines(1)
                .light_line_style(RGBColor(240, 240, 240))
                .x_label_formatter(&|x| tick(*x))
                .y_label_formatter(&names)
                .y_labels(2 * rows + 1)
                .draw()
                .map_err(failed)?;
            for (row, (_, parts)) in self.bars.iter().enumerate() {
                let y = (rows - 1 - row) as f64;
                let mut stack: Vec<(f64, RGBColor)> = Vec::new();
                let of = |label: &str| parts.iter().find(|(name, _)| name == label);
                for (i, (label, _)) in labels.iter().enumerate() {
                    stack.extend(of(label).map(|(_, value)| (*value, colour(i))));
                }
                let known: f64 = stack.iter().map(|(value, _)| value).sum();
                stack.push((total(parts) - known, OTHERS));
                let mut from = 0.0;
                let boxes = stack.iter().map(|(value, colour)| {
                    let ends = [(from, y - 0.35), (from + value, y + 0.35)];
                    from += value;
                    Rectangle::new(ends, colour.filled())
                });
                chart.draw_series(boxes).map_err(failed)?;
                let text = format!("{:.3}", total(parts));
                let style = ("sans-serif", 12).into_font().color(&BLACK);
                chart
                    .draw_series([Text::new(text, (total(parts) + widest * 0.01, y), style)])
                    .map_err(failed)?;
            }
            let others = ("others".to_owned(), OTHERS);
            let entries = labels
                .iter()
                .enumerate()
                .map(|(i, (l, _))| (l.clone(), colour(i)));
            for (i, (label, colour)) in entries.chain([others]).enumerate() {
                let y = 4 + 17 * i as i32;
                legend
                    .draw(&Rectangle::new([(120, y), (134, y + 12)], colour.filled()))
                    .map_err(failed)?;
                let style = ("sans-serif", 13).into_font().color(&BLACK);
                legend
                    .draw(&Text::new(label, (142, y), style))
                    .map_err(failed)?;
            }
            area.present().map_err(failed)?;
        }
        Ok(Some(svg))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn plots_are_drawn() {
        let series = |name: &str, scale: f64| Series {
            name: name.to_owned(),
            points: (10..=14)
                .map(|x| {
                    (
                        f64::from(x),
                        [0.9, 1.0, 1.2].map(|y| y * scale * 2f64.powi(x)),
                    )
                })
                .collect(),
        };
        let lines = Lines {
            title: "a < b",
            x: "log size",
            series: vec![series("one", 1e-4), series("two", 3e-4)],
        };
        let svg = lines.svg().unwrap().unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("a &lt; b") && svg.contains("two"));
        let none = Lines {
            title: "",
            x: "",
            series: Vec::new(),
        };
        assert!(none.svg().unwrap().is_none());
        let bars = Bars {
            title: "proof",
            at: "2^10".to_owned(),
            bars: vec![(
                "one".to_owned(),
                vec![("open".to_owned(), 3.0), ("rounds".to_owned(), 1.0)],
            )],
        };
        let svg = bars.svg().unwrap().unwrap();
        assert!(svg.contains("rounds") && svg.contains("2^10"));
    }
}
