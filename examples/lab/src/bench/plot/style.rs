//! What a name looks like: a function of the name alone, so that it looks the same in all reports.
//!
//! Colours are those of Okabe and Ito, which readers with any colour vision tell apart; in grey, markers, dash
//! patterns and hatchings do. Names that come with the command have places of their own, one after the other in
//! their kind. Any other name has a place by its hash, and open markers, so that it is never taken for a known one.
//!
//! Of a name of several parts the first has the colour, and for lines the marker; the second the dash pattern or
//! the hatching; where there are more, the marker is theirs.

use super::{Name, OTHERS};

/// A colour, with its name in LaTeX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    pub name: &'static str,
    pub rgb: [u8; 3],
}

const fn colour(name: &'static str, rgb: [u8; 3]) -> Colour {
    Colour { name, rgb }
}

/// The palette of Okabe and Ito ("Color Universal Design", 2008); yellow, which is faint as a line, last.
pub const COLOURS: [Colour; 8] = [
    colour("labblue", [0, 114, 178]),
    colour("labvermilion", [213, 94, 0]),
    colour("labgreen", [0, 158, 115]),
    colour("labpurple", [204, 121, 167]),
    colour("laborange", [230, 159, 0]),
    colour("labsky", [86, 180, 233]),
    colour("labblack", [0, 0, 0]),
    colour("labyellow", [240, 228, 66]),
];
/// Those that lines have.
const LINES: usize = 7;
/// Of small parts that are summed up.
pub const GREY: Colour = colour("labgrey", [235, 235, 235]);

/// A marker, drawn around a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Down,
    Pentagon,
    Right,
}

const MARKERS: [Marker; 7] = [
    Marker::Circle,
    Marker::Square,
    Marker::Triangle,
    Marker::Diamond,
    Marker::Down,
    Marker::Pentagon,
    Marker::Right,
];

/// Dash patterns: points of the page on, off, on, off.
pub const DASHES: [&[f64]; 7] = [
    &[],
    &[5.0, 2.0],
    &[1.2, 1.6],
    &[6.0, 1.6, 1.2, 1.6],
    &[9.0, 2.2],
    &[2.6, 1.4],
    &[6.0, 1.6, 1.2, 1.6, 1.2, 1.6],
];

/// What an area is filled with, over its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hatch {
    Plain,
    Rising,
    Falling,
    Level,
    Upright,
    Crossed,
    Grid,
    Dots,
    /// Of small parts that are summed up, and of nothing else.
    Bricks,
}

const HATCHES: [Hatch; 8] = [
    Hatch::Plain,
    Hatch::Rising,
    Hatch::Falling,
    Hatch::Level,
    Hatch::Upright,
    Hatch::Crossed,
    Hatch::Grid,
    Hatch::Dots,
];

/// How a line with this name is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub colour: Colour,
    pub marker: Marker,
    /// Whether the marker is not filled.
    pub open: bool,
    /// On and off, in points; nothing for an unbroken line.
    pub dash: &'static [f64],
}

/// How an area with this name is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    pub colour: Colour,
    pub hatch: Hatch,
}

/// Names that come with the command, each kind for itself: no plot has lines of two kinds in the first place of
/// their names. A place never changes; a new name is added at the end of its kind.
#[rustfmt::skip]
const KNOWN: [&[&str]; 6] = [
    &["shout", "lasso", "logup-gkr", "naive"],
    &["twist", "spice"],
    &[
        "hyrax", "pst13", "zeromorph", "mercury", "hyperkzg", "basefold", "ligero",
    ],
    &[
        "sumcheck-naive", "sumcheck-field", "sumcheck-words", "commit-digits-0", "commit-digits-25",
        "commit-digits-50", "commit-digits-100", "commit-field",
    ],
    // Phases of a prover, and the first words of what proofs consist of. The order of these two kinds was searched
    // for: by it no two parts of a plot of the recorded results look the same, not in grey either (a test).
    &[
        "commit", "execute", "open", "fetch", "constrain", "recall", "witness", "check",
        "encode", "setup", "machine", "sumcheck", "access", "balance", "decompose", "lookup",
        "remember", "reduce", "header", "initial", "gkr", "verify", "settle", "reads",
        "dense", "product", "memory", "fraction", "trace", "prove", "cells",
    ],
    // Other words of what proofs consist of.
    &[
        "value", "counts", "rounds", "reduction", "roots", "index", "digits", "claims",
        "columns", "evaluations", "out", "multiplicities",
    ],
];

/// The place of a name in its kind.
fn place(name: &str) -> Option<usize> {
    KNOWN
        .iter()
        .find_map(|kind| kind.iter().position(|known| *known == name))
}

/// FNV-1a, 64 bits, with its bits stirred once more.
fn hash(name: &str) -> usize {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> 33) as usize
}

/// The line of a name.
pub fn line(name: &Name) -> Line {
    let [first, rest @ ..] = name.0.as_slice() else {
        return line(&Name(vec![String::new()]));
    };
    let known = place(first);
    let (colour, marker, dash) = match known {
        // From the eighth on colours come again, with other markers and dashes.
        Some(place) => (place, place + place / LINES, place + 2 * (place / LINES)),
        None => {
            let hash = hash(first);
            (hash, hash / LINES, hash / LINES / MARKERS.len())
        }
    };
    let dash = match rest.first() {
        Some(second) => place(second).unwrap_or_else(|| hash(second)),
        None => dash,
    };
    let marker = match rest {
        [_, more @ ..] if !more.is_empty() => {
            let more = more.join(", ");
            place(&more).unwrap_or_else(|| hash(&more))
        }
        _ => marker,
    };
    Line {
        colour: COLOURS[colour % LINES],
        marker: MARKERS[marker % MARKERS.len()],
        open: known.is_none(),
        dash: DASHES[dash % DASHES.len()],
    }
}

/// The area of a name.
pub fn fill(name: &Name) -> Fill {
    let [first, rest @ ..] = name.0.as_slice() else {
        return fill(&Name(vec![String::new()]));
    };
    if first == OTHERS && rest.is_empty() {
        let (colour, hatch) = (GREY, Hatch::Bricks);
        return Fill { colour, hatch };
    }
    let own = place(first).unwrap_or_else(|| hash(first));
    // Names that share a colour start at different hatchings.
    let start = own % COLOURS.len() + 3 * (own / COLOURS.len());
    let hatch = match rest {
        [] => start,
        rest => {
            let rest = rest.join(", ");
            let place = place(&rest).unwrap_or_else(|| hash(&rest));
            start + place + 1
        }
    };
    Fill {
        colour: COLOURS[own % COLOURS.len()],
        hatch: HATCHES[hatch % HATCHES.len()],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::content::sections;
    use crate::bench::document::Document;
    use crate::bench::kernels::KERNELS;
    use crate::bench::plot::Plot;
    use jolt_core::registry::Registry;
    use serde_json::Value;

    fn name(parts: &[&str]) -> Name {
        Name(parts.iter().map(|part| (*part).to_owned()).collect())
    }

    /// What has been drawn so once is drawn so always. These are in papers: change none of them.
    #[test]
    fn names_keep_their_styles() {
        let shown = |parts: &[&str]| {
            let Line {
                colour,
                marker,
                open,
                dash,
            } = line(&name(parts));
            let at = DASHES.iter().position(|known| *known == dash);
            (colour.name, marker, open, at.unwrap_or(DASHES.len()))
        };
        use Marker::*;
        for (parts, style) in [
            (&["shout"][..], ("labblue", Circle, false, 0)),
            (&["lasso"], ("labvermilion", Square, false, 1)),
            (&["logup-gkr"], ("labgreen", Triangle, false, 2)),
            (&["naive"], ("labpurple", Diamond, false, 3)),
            (&["twist"], ("labblue", Circle, false, 0)),
            (&["spice"], ("labvermilion", Square, false, 1)),
            (&["hyrax"], ("labblue", Circle, false, 0)),
            (&["pst13"], ("labvermilion", Square, false, 1)),
            (&["zeromorph"], ("labgreen", Triangle, false, 2)),
            (&["mercury"], ("labpurple", Diamond, false, 3)),
            (&["hyperkzg"], ("laborange", Down, false, 4)),
            (&["basefold"], ("labsky", Pentagon, false, 5)),
            (&["ligero"], ("labblack", Right, false, 6)),
            (&["lasso", "pst13"], ("labvermilion", Square, false, 1)),
            (&["lasso", "zeromorph"], ("labvermilion", Square, false, 2)),
            (
                &["shout", "spice", "zeromorph"],
                ("labblue", Triangle, false, 1),
            ),
            (&["bits"], ("labvermilion", Diamond, true, 4)),
            (&["shout", "4 threads"], ("labblue", Circle, false, 6)),
        ] {
            assert_eq!(shown(parts), style, "{parts:?}");
        }
        for (label, style) in [
            ("commit", ("labblue", Hatch::Plain)),
            ("execute", ("labvermilion", Hatch::Rising)),
            ("open", ("labgreen", Hatch::Falling)),
            ("fetch", ("labpurple", Hatch::Level)),
            ("lookup digits", ("labyellow", Hatch::Rising)),
            ("execute rounds", ("labvermilion", Hatch::Upright)),
            ("others", ("labgrey", Hatch::Bricks)),
        ] {
            let Fill { colour, hatch } = fill(&Name::of_label(label));
            assert_eq!((colour.name, hatch), style, "{label}");
        }
    }

    /// Lines of one kind are told apart in colour, and without it by markers and dashes.
    #[test]
    fn known_names_are_told_apart() {
        for kind in &KNOWN[..4] {
            for (i, one) in kind.iter().enumerate() {
                for (j, other) in kind[..i].iter().enumerate() {
                    let (a, b) = (line(&name(&[one])), line(&name(&[other])));
                    assert_eq!(a.colour == b.colour, i - j == LINES, "{one} {other}");
                    assert_ne!((a.marker, a.dash), (b.marker, b.dash), "{one} {other}");
                }
            }
        }
        // All that there is to measure has a place.
        let registry = Registry::builtin();
        let lookups = registry.lookup_names();
        let schemes = registry.schemes().names().collect();
        let kinds = [lookups, registry.memory_names(), schemes, KERNELS.to_vec()];
        for (names, known) in kinds.iter().zip(KNOWN) {
            assert!(
                !names.is_empty() && names.iter().all(|name| known.contains(name)),
                "{names:?}"
            );
        }
        // A name that nobody knows is not taken for one of these.
        for unknown in ["bits", "mine", ""] {
            assert!(line(&name(&[unknown])).open);
            assert!(!line(&name(&["shout", unknown])).open);
        }
    }

    /// How bright a colour is as printers and screens make grey of it, from 0 to 255 (ITU-R BT.601).
    fn grey(colour: Colour) -> f64 {
        let [r, g, b] = colour.rgb.map(f64::from);
        0.299 * r + 0.587 * g + 0.114 * b
    }

    /// What proofs and provers of one kind consist of is told apart in the recorded results; and of what a plot of
    /// them shows, the same hatching is on greys that are far from each other.
    #[test]
    fn areas_of_a_plot_are_told_apart() {
        let directory = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../papers/reproduce/results"
        );
        let (mut tried, mut shown) = (0, 0);
        for file in std::fs::read_dir(directory).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for run in file["runs"].as_array().unwrap() {
                let document = Document::from_json(run["document"].clone()).unwrap();
                for object in ["bytes", "phases"] {
                    let labels = document
                        .results
                        .iter()
                        .filter_map(|r| r.get(object)?.as_object());
                    let mut seen: Vec<(&str, Fill)> = Vec::new();
                    for label in labels.flat_map(|labels| labels.keys()) {
                        let own = fill(&Name::of_label(label));
                        let same = seen
                            .iter()
                            .find(|(other, fill)| *fill == own && other != label);
                        assert_eq!(same, None, "{label}: {}", path.display());
                        seen.push((label, own));
                        tried += 1;
                    }
                }
                for section in sections(&document) {
                    for figure in section.figures {
                        let Plot::Bars(bars) = figure.plot else {
                            continue;
                        };
                        let labels = bars.labels();
                        let fills: Vec<Fill> = labels
                            .iter()
                            .map(|label| fill(&Name::of_label(label)))
                            .collect();
                        for (i, a) in fills.iter().enumerate() {
                            for (j, b) in fills[..i].iter().enumerate() {
                                let far = (grey(a.colour) - grey(b.colour)).abs() >= 35.0;
                                let (one, other) = (&labels[i], &labels[j]);
                                assert!(
                                    far || a.hatch != b.hatch,
                                    "{one}, {other}: {}",
                                    path.display()
                                );
                                shown += 1;
                            }
                        }
                    }
                }
            }
        }
        assert!(tried > 100 && shown > 100, "{tried} {shown}");
    }

    /// How bright a colour is, from 0 to 1 (sRGB, Rec. 709).
    fn luminance(colour: Colour) -> f64 {
        let linear = colour.rgb.map(|c| (f64::from(c) / 255.0).powf(2.2));
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// Lines are seen on white: 3 to 1 is what WCAG asks of graphics; Okabe and Ito's orange and sky are fainter,
    /// and have markers and dashes of their own.
    #[test]
    fn lines_are_seen_on_white() {
        let contrast = |colour: Colour| 1.05 / (luminance(colour) + 0.05);
        let faint: Vec<&str> = (COLOURS[..LINES].iter())
            .filter(|colour| contrast(**colour) < 2.8)
            .map(|colour| colour.name)
            .collect();
        assert_eq!(faint, ["laborange", "labsky"]);
    }
}
