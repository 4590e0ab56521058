//! Plots: what is drawn, and the formats that it is written in.
//!
//! | module | is |
//! |---|---|
//! | [`style`] | colour, marker, dash pattern and hatching of a name, the same in all reports |
//! | [`label`] | text with exponents and subscripts, and how wide it is |
//! | [`ticks`] | where axes are marked |
//! | [`layout`] | a plot as lines, areas and texts on a page |
//! | [`svg`], [`pdf`] | these as SVG and as PDF |
//! | [`pgf`] | a plot as code for pgfplots, in the fonts of the paper that includes it |

pub mod label;
pub mod layout;
pub mod pdf;
pub mod pgf;
pub mod style;
pub mod svg;
pub mod ticks;

/// What a line or an area is of: one part, or several that differ, the most telling first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(pub Vec<String>);

impl Name {
    /// A label of a measurement: its first word, and the others.
    pub fn of_label(label: &str) -> Self {
        let parts = label.splitn(2, [' ', '/']);
        Name(
            parts
                .map(|part| part.trim_end_matches(',').to_owned())
                .collect(),
        )
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

/// A median between the least and the greatest of its repetitions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub least: f64,
    pub median: f64,
    pub greatest: f64,
}

impl Interval {
    /// In another unit.
    pub fn scaled(self, by: f64) -> Self {
        Interval {
            least: self.least * by,
            median: self.median * by,
            greatest: self.greatest * by,
        }
    }
}

/// Points of one line: `log2` of a size, and a figure.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: Name,
    /// In ascending order.
    pub points: Vec<(f64, Interval)>,
}

/// Lines over sizes, both axes logarithmic: that of sizes to base 2.
#[derive(Clone, Debug)]
pub struct Lines {
    /// What is counted along x.
    pub x: String,
    /// The figure, with its unit.
    pub y: String,
    pub series: Vec<Series>,
}

/// A bar of parts beside each other.
#[derive(Clone, Debug)]
pub struct Bar {
    pub name: Name,
    /// Label and length.
    pub parts: Vec<(String, f64)>,
    /// The sum, where it was measured by itself.
    pub whole: Option<Interval>,
}

/// Bars of the same parts.
#[derive(Clone, Debug)]
pub struct Bars {
    /// The figure, with its unit.
    pub x: String,
    pub bars: Vec<Bar>,
}

/// A plot.
#[derive(Clone, Debug)]
pub enum Plot {
    Lines(Lines),
    Bars(Bars),
}

/// How large a plot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// One column of a paper of two: 241 pt
    One,
    /// The whole width: 506 pt
    Two,
    /// For screens.
    #[value(skip)]
    Screen,
}

impl Plot {
    /// The plot without what cannot be drawn: figures that are not positive. `None` if nothing is left.
    pub fn drawable(mut self) -> Option<Self> {
        let empty = match &mut self {
            Plot::Lines(lines) => {
                for series in &mut lines.series {
                    series.points.retain(|(_, y)| y.least > 0.0);
                }
                lines.series.retain(|series| !series.points.is_empty());
                lines.series.is_empty()
            }
            Plot::Bars(bars) => {
                for bar in &mut bars.bars {
                    bar.parts.retain(|(_, length)| *length > 0.0);
                }
                bars.bars.retain(|bar| !bar.parts.is_empty());
                bars.bars.is_empty()
            }
        };
        (!empty).then_some(self)
    }
}

/// Parts that get an area of their own; the smaller ones are summed up.
const PARTS: usize = 9;
/// What those are called.
pub const OTHERS: &str = "others";

impl Bars {
    /// The labels with an area of their own, the largest first.
    pub fn labels(&self) -> Vec<String> {
        let mut labels: Vec<(&str, f64)> = Vec::new();
        for (name, value) in self.bars.iter().flat_map(|bar| &bar.parts) {
            match labels.iter_mut().find(|(label, _)| label == name) {
                Some((_, sum)) => *sum += value,
                None => labels.push((name, *value)),
            }
        }
        labels.sort_by(|a, b| b.1.total_cmp(&a.1));
        let more = labels.len() > PARTS;
        labels.truncate(PARTS);
        let mut labels: Vec<String> = labels.iter().map(|(l, _)| (*l).to_owned()).collect();
        labels.extend(more.then(|| OTHERS.to_owned()));
        labels
    }
}

impl Bar {
    /// Length of what these labels, the last of them perhaps [`OTHERS`], stand for.
    pub fn lengths(&self, labels: &[String]) -> Vec<f64> {
        let of = |label: &String| {
            let own = |part: &&(String, f64)| match label == OTHERS {
                true => !labels.contains(&part.0),
                false => part.0 == *label,
            };
            self.parts.iter().filter(own).map(|(_, x)| x).sum()
        };
        labels.iter().map(of).collect()
    }

    /// Length of all parts.
    pub fn total(&self) -> f64 {
        self.parts.iter().map(|(_, length)| length).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_parts_are_summed_up() {
        let part = |i: u32| (format!("p{i}"), f64::from(i));
        let bar = Bar {
            name: Name::of_label("a"),
            parts: (1..=12).map(part).collect(),
            whole: None,
        };
        let bars = Bars {
            x: String::new(),
            bars: vec![bar.clone()],
        };
        let labels = bars.labels();
        assert_eq!((labels.len(), labels[0].as_str()), (10, "p12"));
        let lengths = bar.lengths(&labels);
        assert_eq!((lengths[0], lengths[9]), (12.0, 6.0));
        assert_eq!(lengths.iter().sum::<f64>(), bar.total());
    }
}
