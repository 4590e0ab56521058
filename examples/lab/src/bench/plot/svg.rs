//! Plots as SVG.

use super::label::{Level, runs};
use super::layout::{Anchor, Drawing, Point, Shape, Stroke};
use std::fmt::Write;

/// Text in HTML and XML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A length, to a hundredth of a point.
fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The picture, with a title for readers that do not see it.
pub fn svg(drawing: &Drawing, title: &str) -> String {
    let (width, height) = (short(drawing.width), short(drawing.height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\" font-size=\"{}\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        short(drawing.font),
        escape(title)
    );
    for (_, shape) in &drawing.shapes {
        // A string takes what is written.
        let _ = writeln!(out, "{}", element(shape, drawing.font));
    }
    out.push_str("</svg>\n");
    out
}

fn paint(stroke: Option<&Stroke>, fill: Option<[u8; 3]>) -> String {
    let mut out = format!("fill=\"{}\"", fill.map_or("none".to_owned(), hex));
    if let Some(stroke) = stroke {
        let (colour, width) = (hex(stroke.colour), short(stroke.width));
        let _ = write!(out, " stroke=\"{colour}\" stroke-width=\"{width}\"");
        if !stroke.dash.is_empty() {
            let dash: Vec<String> = stroke.dash.iter().map(|x| short(*x)).collect();
            let _ = write!(out, " stroke-dasharray=\"{}\"", dash.join(" "));
        }
    }
    out
}

fn element(shape: &Shape, font: f64) -> String {
    let point = |[x, y]: Point| format!("{} {}", short(x), short(y));
    match shape {
        Shape::Path {
            points,
            closed,
            stroke,
            fill,
        } => {
            let path: Vec<String> = points.iter().copied().map(point).collect();
            let end = if *closed { "Z" } else { "" };
            let paint = paint(stroke.as_ref(), *fill);
            format!("<path d=\"M{}{end}\" {paint}/>", path.join("L"))
        }
        Shape::Circle {
            centre,
            radius,
            stroke,
            fill,
        } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {}/>",
            short(centre[0]),
            short(centre[1]),
            short(*radius),
            paint(stroke.as_ref(), *fill)
        ),
        Shape::Text {
            at,
            label,
            anchor,
            turned,
        } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let place = match turned {
                true => format!("transform=\"translate({}) rotate(-90)\"", point(*at)),
                false => format!("x=\"{}\" y=\"{}\"", short(at[0]), short(at[1])),
            };
            format!(
                "<text {place} xml:space=\"preserve\" text-anchor=\"{anchor}\">{}</text>",
                spans(label, font)
            )
        }
    }
}

/// The pieces of a label, each moved from where the one before stood.
fn spans(label: &str, font: f64) -> String {
    let mut out = String::new();
    let mut rise = 0.0;
    for run in runs(label) {
        let text = escape(&run.text);
        let (up, size) = (run.level.rise() * font, run.level.size() * font);
        let down = short(rise - up);
        rise = up;
        match run.level {
            Level::Base if down == "0" || down == "-0" => out += &text,
            Level::Base => {
                let _ = write!(out, "<tspan dy=\"{down}\">{text}</tspan>");
            }
            _ => {
                let size = short(size);
                let _ = write!(
                    out,
                    "<tspan dy=\"{down}\" font-size=\"{size}\">{text}</tspan>"
                );
            }
        }
    }
    out
}
