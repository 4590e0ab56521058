//! Plots as PDF, of lines and texts alone. Texts are in Helvetica, which every reader of PDF has.

use super::label::{runs, width};
use super::layout::{Anchor, Drawing, Point, Shape, Stroke};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use std::io::Write;

const FONT: Name = Name(b"F");

/// The picture on a page of its size, with a title.
///
/// # Errors
/// It cannot be compressed.
pub fn pdf(drawing: &Drawing, title: &str) -> anyhow::Result<Vec<u8>> {
    let [catalog, pages, page, font, contents, info] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut writer = pdf.page(page);
    writer.media_box(Rect::new(
        0.0,
        0.0,
        drawing.width as f32,
        drawing.height as f32,
    ));
    writer.parent(pages).contents(contents);
    writer.resources().fonts().pair(FONT, font);
    writer.finish();
    pdf.type1_font(font)
        .base_font(Name(b"Helvetica"))
        .encoding_predefined(Name(b"WinAnsiEncoding"));
    pdf.document_info(info).title(TextStr(title));
    let mut content = Content::new();
    content.set_line_join(LineJoinStyle::MiterJoin);
    content.set_line_cap(LineCapStyle::ButtCap);
    for (_, shape) in &drawing.shapes {
        draw(&mut content, shape, drawing);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&content.finish())?;
    let compressed = encoder.finish()?;
    pdf.stream(contents, &compressed)
        .filter(Filter::FlateDecode);
    Ok(pdf.finish())
}

fn colour([r, g, b]: [u8; 3]) -> [f32; 3] {
    [r, g, b].map(|c| f32::from(c) / 255.0)
}

/// Sets colours and lines; returns whether there is a line, and whether an area.
fn paint(content: &mut Content, stroke: Option<&Stroke>, fill: Option<[u8; 3]>) -> (bool, bool) {
    if let Some(stroke) = stroke {
        let [r, g, b] = colour(stroke.colour);
        content.set_stroke_rgb(r, g, b);
        content.set_line_width(stroke.width as f32);
        let dash = stroke.dash.iter().map(|x| *x as f32);
        content.set_dash_pattern(dash, 0.0);
    }
    if let Some(fill) = fill {
        let [r, g, b] = colour(fill);
        content.set_fill_rgb(r, g, b);
    }
    (stroke.is_some(), fill.is_some())
}

fn end(content: &mut Content, painted: (bool, bool)) {
    match painted {
        (true, true) => content.fill_nonzero_and_stroke(),
        (true, false) => content.stroke(),
        (false, true) => content.fill_nonzero(),
        (false, false) => content.end_path(),
    };
}

fn draw(content: &mut Content, shape: &Shape, drawing: &Drawing) {
    // A page of PDF is measured from below.
    let place = |[x, y]: Point| [x as f32, (drawing.height - y) as f32];
    match shape {
        Shape::Path {
            points,
            closed,
            stroke,
            fill,
        } => {
            let painted = paint(content, stroke.as_ref(), *fill);
            for (i, point) in points.iter().enumerate() {
                let [x, y] = place(*point);
                match i {
                    0 => content.move_to(x, y),
                    _ => content.line_to(x, y),
                };
            }
            if *closed {
                content.close_path();
            }
            end(content, painted);
        }
        Shape::Circle {
            centre,
            radius,
            stroke,
            fill,
        } => {
            let painted = paint(content, stroke.as_ref(), *fill);
            circle(content, place(*centre), *radius as f32);
            end(content, painted);
        }
        Shape::Text {
            at,
            label,
            anchor,
            turned,
        } => {
            let wide = width(label, drawing.font);
            let back = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => wide / 2.0,
                Anchor::End => wide,
            } as f32;
            let [x, y] = place(*at);
            let matrix = match turned {
                true => [0.0, 1.0, -1.0, 0.0, x, y - back],
                false => [1.0, 0.0, 0.0, 1.0, x - back, y],
            };
            content.set_fill_rgb(0.0, 0.0, 0.0);
            content.begin_text().set_text_matrix(matrix);
            for run in runs(label) {
                content.set_font(FONT, (drawing.font * run.level.size()) as f32);
                content.set_rise((drawing.font * run.level.rise()) as f32);
                content.show(Str(&encoded(&run.text)));
            }
            content.end_text();
        }
    }
}

/// A circle of four curves.
fn circle(content: &mut Content, [x, y]: [f32; 2], r: f32) {
    // 4/3·(√2 − 1): the curves meet the circle at their middles.
    let k = 0.552_285 * r;
    content.move_to(x + r, y);
    content.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
    content.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
    content.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
    content.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
    content.close_path();
}

/// Text in the encoding of Windows, code page 1252; what it does not have is a question mark.
fn encoded(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '–' => 0x96,
        '—' => 0x97,
        '…' => 0x85,
        '•' => 0x95,
        '’' => 0x92,
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        _ => b'?',
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::plot::{Interval, Lines, Name as Of, Plot, Series, Size, layout};
    use flate2::read::ZlibDecoder;
    use std::io::Read;

    #[test]
    fn pages_have_their_size_and_texts() {
        let y = Interval {
            least: 1.0,
            median: 2.0,
            greatest: 3.0,
        };
        let plot = Plot::Lines(Lines {
            x: "n".to_owned(),
            y: "time (µs)".to_owned(),
            series: vec![Series {
                name: Of(vec!["a(b)…λ".to_owned()]),
                points: vec![(3.0, y), (4.0, y)],
            }],
        });
        let drawing = layout::draw(&plot, Size::One);
        let bytes = pdf(&drawing, "a title").unwrap();
        assert!(bytes.starts_with(b"%PDF-1.") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
        let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
        let size = format!("[0 0 241 {}", drawing.height as f32);
        assert!(has(&bytes, size.as_bytes()) && has(&bytes, b"a title"));
        let start = bytes.windows(7).position(|w| w == b"stream\n").unwrap() + 7;
        let mut content = Vec::new();
        ZlibDecoder::new(&bytes[start..])
            .read_to_end(&mut content)
            .unwrap();
        // What is not ASCII is in hexadecimal digits; what Helvetica lacks is a question mark.
        let content = String::from_utf8(content).unwrap().to_uppercase();
        for text in ["a(b)…λ", "time (µs)"] {
            let digits = crate::report::hex(&encoded(text)).to_uppercase();
            assert!(content.contains(&format!("<{digits}> TJ")), "{content}");
        }
        assert_eq!(encoded("a–λ"), b"a\x96?");
    }
}
