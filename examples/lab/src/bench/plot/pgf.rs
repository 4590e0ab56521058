//! Plots as code for pgfplots, which draws them in the fonts of the paper.

use super::label::{Level, runs};
use super::layout::{self, Drawing, bars_length, line_ranges, line_ticks, size_label};
use super::style::{self, Colour, Hatch, Line, Marker};
use super::{Bars, Lines, Name, Plot, Size};
use std::fmt::Write;

/// Text in LaTeX.
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out += r"\textbackslash{}",
            '~' => out += r"\textasciitilde{}",
            '^' => out += r"\textasciicircum{}",
            '<' => out += r"\textless{}",
            '>' => out += r"\textgreater{}",
            '|' => out += r"\textbar{}",
            '…' => out += r"\dots{}",
            '–' => out += "--",
            '×' => out += r"$\times$",
            '#' | '$' | '%' | '&' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A label in LaTeX.
pub fn label(label: &str) -> String {
    let of = |run: &super::label::Run| {
        let text = escape(&run.text);
        match run.level {
            Level::Base => text,
            Level::Above => format!("$^{{{text}}}$"),
            Level::Below => format!("$_{{{text}}}$"),
        }
    };
    runs(label).iter().map(of).collect()
}

/// What a document has to load before it takes such a file in.
pub const PREAMBLE: &str = "\\usepackage{pgfplots}\n\\pgfplotsset{compat=1.16}\n\
                            \\usetikzlibrary{patterns}\n\\usepackage{booktabs}\n";

/// The plot, to be taken in by `\input`.
pub fn code(plot: &Plot, size: Size, title: &str) -> String {
    let drawing = layout::draw(plot, size);
    let mut out = String::new();
    for line in ["", title, "To be taken in by \\input. The document needs"] {
        // A string takes what is written.
        let _ = writeln!(
            out,
            "{}",
            format!("% {}", line.replace('\n', " ")).trim_end()
        );
    }
    PREAMBLE
        .lines()
        .for_each(|line| out += &format!("%   {line}\n"));
    out += "\\begin{tikzpicture}\n";
    let colours = style::COLOURS.iter().chain([&style::GREY]);
    for Colour { name, rgb } in colours {
        let [r, g, b] = rgb;
        let _ = writeln!(out, "\\definecolor{{{name}}}{{RGB}}{{{r},{g},{b}}}");
    }
    match plot {
        Plot::Lines(lines) => lines_code(&mut out, lines, &drawing, size),
        Plot::Bars(bars) => bars_code(&mut out, bars, &drawing, size),
    }
    out += "\\end{axis}\n\\end{tikzpicture}\n";
    out
}

/// What axes of both kinds have.
fn axis(out: &mut String, drawing: &Drawing, size: Size, entries: usize, own: &[String]) {
    let axes = drawing.axes;
    let legend = match size {
        Size::Two => "at={(1,1)}, xshift=10pt, anchor=north west".to_owned(),
        Size::One | Size::Screen => "at={(0.5,0)}, yshift=-30pt, anchor=north".to_owned(),
    };
    let columns = match size {
        Size::Two => 1,
        Size::One | Size::Screen => entries.clamp(1, 3),
    };
    let mut options = vec![
        "scale only axis".to_owned(),
        format!("width={:.0}pt", axes.right - axes.left),
        format!("height={:.0}pt", axes.bottom - axes.top),
        "font=\\footnotesize".to_owned(),
        "tick align=inside, tick pos=left".to_owned(),
        "xminorticks=false, yminorticks=false".to_owned(),
        "grid style={black!12}".to_owned(),
        format!("legend columns={columns}"),
        format!(
            "legend style={{{legend}, draw=none, font=\\footnotesize, nodes={{text height=1.5ex, text depth=0.4ex}}, /tikz/every even column/.append style={{column sep=6pt}}}}"
        ),
        "legend cell align=left".to_owned(),
    ];
    options.extend_from_slice(own);
    let _ = writeln!(out, "\\begin{{axis}}[\n  {}]", options.join(",\n  "));
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(",")
}

fn lines_code(out: &mut String, lines: &Lines, drawing: &Drawing, size: Size) {
    let (xs, ys) = line_ranges(lines);
    let (below, left) = line_ticks(lines);
    let own = [
        "xmode=log, log basis x=2, ymode=log".to_owned(),
        format!("xmin={}, xmax={}", xs.from.exp2(), xs.to.exp2()),
        format!("ymin={}, ymax={}", ys.from, ys.to),
        format!(
            "xtick={{{}}}",
            list(below.iter().map(|t| t.at.exp2().to_string()))
        ),
        format!("ytick={{{}}}", list(left.iter().map(|t| t.at.to_string()))),
        format!(
            "yticklabels={{{}}}",
            list(left.iter().map(|t| label(&t.label)))
        ),
        format!("xlabel={{{}}}", label(&size_label(lines))),
        format!("ylabel={{{}}}", label(&lines.y)),
        "grid=major".to_owned(),
    ];
    axis(out, drawing, size, lines.series.len(), &own);
    for series in &lines.series {
        let options = line_options(style::line(&series.name));
        let _ = writeln!(
            out,
            "\\addplot[{options}, error bars/.cd, y dir=both, y explicit, error bar style={{solid}}] coordinates {{"
        );
        for (x, y) in &series.points {
            let (up, down) = (y.greatest - y.median, y.median - y.least);
            let (x, y) = (x.exp2(), y.median);
            let _ = writeln!(out, "  ({x},{y}) += (0,{up}) -= (0,{down})");
        }
        let name = escape(&series.name.to_string());
        let _ = writeln!(out, "}};\n\\addlegendentry{{{name}}}");
    }
}

fn line_options(line: Line) -> String {
    let Line {
        colour,
        marker,
        open,
        dash,
    } = line;
    let pattern: Vec<String> = (dash.chunks(2))
        .map(|pair| format!("on {}pt off {}pt", pair[0], pair[1]))
        .collect();
    let dash = match pattern.is_empty() {
        true => "solid".to_owned(),
        false => format!("dash pattern={{{}}}", pattern.join(" ")),
    };
    let (mark, turned) = match marker {
        Marker::Circle => ("*", 0),
        Marker::Square => ("square*", 0),
        Marker::Triangle => ("triangle*", 0),
        Marker::Diamond => ("diamond*", 0),
        Marker::Down => ("triangle*", 180),
        Marker::Right => ("triangle*", 270),
        Marker::Pentagon => ("pentagon*", 0),
    };
    let (name, fill) = (colour.name, if open { "white" } else { colour.name });
    format!(
        "color={name}, line width=0.9pt, {dash}, mark={mark}, mark size=2pt, \
         mark options={{solid, fill={fill}, rotate={turned}}}"
    )
}

fn bars_code(out: &mut String, bars: &Bars, drawing: &Drawing, size: Size) {
    let labels = bars.labels();
    let names = bars.bars.iter().map(|bar| escape(&bar.name.to_string()));
    let count = bars.bars.len();
    let own = [
        "xbar stacked, bar width=11pt, y dir=reverse, area legend".to_owned(),
        format!("xmin=0, xmax={}", layout::bars_end(bars, drawing)),
        format!("ymin=-0.65, ymax={}", count as f64 - 0.35),
        format!("ytick={{{}}}", list((0..count).map(|i| i.to_string()))),
        format!(
            "yticklabels={{{}}}",
            list(names.map(|name| format!("{{{name}}}")))
        ),
        "ytick style={draw=none}, xmajorgrids".to_owned(),
        "scaled x ticks=false, xticklabel style={/pgf/number format/fixed}".to_owned(),
        format!("xlabel={{{}}}", label(&bars.x)),
    ];
    axis(out, drawing, size, labels.len(), &own);
    for (i, name) in labels.iter().enumerate() {
        let fill = style::fill(&Name::of_label(name));
        let ink = if fill.colour.rgb == [0; 3] {
            "white"
        } else {
            "black"
        };
        let hatch = match pattern(fill.hatch) {
            Some(pattern) => format!(", postaction={{pattern={pattern}, pattern color={ink}}}"),
            None => String::new(),
        };
        let colour = fill.colour.name;
        let rows = bars.bars.iter().map(|bar| bar.lengths(&labels)[i]);
        let points: Vec<String> = rows
            .enumerate()
            .map(|(y, x)| format!("({x},{y})"))
            .collect();
        let _ = writeln!(
            out,
            "\\addplot[fill={colour}, draw=white, line width=0.4pt{hatch}] coordinates {{{}}};\n\\addlegendentry{{{}}}",
            points.join(" "),
            escape(name)
        );
    }
    for (row, bar) in bars.bars.iter().enumerate() {
        let mut end = bar.total();
        if let Some(whole) = bar.whole.filter(|whole| whole.least < whole.greatest) {
            let (low, high) = (whole.least, whole.greatest);
            let path = format!("(axis cs:{low},{row}) -- (axis cs:{high},{row})");
            let _ = writeln!(out, "\\draw[white, line width=2pt, |-|] {path};");
            let _ = writeln!(out, "\\draw[black, line width=0.7pt, |-|] {path};");
            end = end.max(high);
        }
        let text = label(&bars_length(bar));
        let _ = writeln!(
            out,
            "\\node[anchor=west] at (axis cs:{end},{row}) {{{text}}};"
        );
    }
}

/// The pattern of TikZ's library that comes closest.
fn pattern(hatch: Hatch) -> Option<&'static str> {
    match hatch {
        Hatch::Plain => None,
        Hatch::Rising => Some("north east lines"),
        Hatch::Falling => Some("north west lines"),
        Hatch::Level => Some("horizontal lines"),
        Hatch::Upright => Some("vertical lines"),
        Hatch::Crossed => Some("crosshatch"),
        Hatch::Grid => Some("grid"),
        Hatch::Dots => Some("dots"),
        Hatch::Bricks => Some("bricks"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            escape(r"a_b 50% {x} \y ~^ #$&"),
            r"a\_b 50\% \{x\} \textbackslash{}y \textasciitilde{}\textasciicircum{} \#\$\&"
        );
        assert_eq!(label("2^{10} log_{2}_x"), r"2$^{10}$ log$_{2}$\_x");
        assert_eq!(escape("a\nb"), "a b");
    }
}
