//! A report's plots and tables as files for a paper.
//!
//! | file | is |
//! |---|---|
//! | `SECTION-FIGURE.svg`, `.pdf` | the plot, in Helvetica |
//! | `SECTION-FIGURE.tex` | the plot for pgfplots, in the paper's fonts |
//! | `SECTION.tex`, `SECTION.csv` | the table |
//! | `samples.csv` | every repetition, a row for each; where the results have samples |
//! | `all.tex` | a document that shows all of these |

use super::content::{Section, sections};
use super::csv;
use super::document::{Document, text};
use super::plot::{layout, pdf, pgf, svg};
use crate::cli::FigureArguments;
use crate::source::NewFile;
use anyhow::Context;
use std::fs;
use std::path::Path;

/// Makes the directory, so that an unusable place is found out before the work.
///
/// # Errors
/// It cannot be made.
pub fn prepare(arguments: &FigureArguments) -> anyhow::Result<()> {
    match &arguments.figures {
        Some(directory) => make(directory),
        None => Ok(()),
    }
}

fn make(directory: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))
}

/// Writes all files into a directory; how many there are.
///
/// # Errors
/// One cannot be written.
pub fn write(
    document: &Document,
    directory: &Path,
    arguments: &FigureArguments,
) -> anyhow::Result<usize> {
    make(directory)?;
    let mut written = 0;
    let mut put = |name: &str, contents: &[u8]| {
        written += 1;
        NewFile::create(&directory.join(name))?.finish(contents)
    };
    let sections = sections(document);
    let names = names(document, &sections);
    for (section, name) in sections.iter().zip(&names) {
        for figure in &section.figures {
            let title = title(document, section, &figure.title);
            let (stem, size) = (stem(name, figure.key), arguments.columns);
            let drawing = layout::draw(&figure.plot, size);
            put(
                &format!("{stem}.svg"),
                svg::svg(&drawing, &title).as_bytes(),
            )?;
            put(&format!("{stem}.pdf"), &pdf::pdf(&drawing, &title)?)?;
            let code = pgf::code(&figure.plot, size, &title);
            put(&format!("{stem}.tex"), code.as_bytes())?;
        }
        let table = &section.table;
        put(
            &format!("{name}.tex"),
            table.latex(arguments.columns).as_bytes(),
        )?;
        put(&format!("{name}.csv"), table.csv().as_bytes())?;
    }
    if let Some(samples) = csv::samples(document) {
        put("samples.csv", samples.as_bytes())?;
    }
    put("all.tex", all(document, &sections, &names).as_bytes())?;
    Ok(written)
}

fn stem(section: &str, figure: &str) -> String {
    format!("{section}-{}", figure.replace('_', "-"))
}

fn title(document: &Document, section: &Section, figure: &str) -> String {
    match section.name.as_str() {
        "" => format!("{}: {figure}", document.kind),
        name => format!("{}, {name}: {figure}", document.kind),
    }
}

/// Names of the sections in names of files.
fn names(document: &Document, sections: &[Section]) -> Vec<String> {
    let kind = document.kind.trim_start_matches("bench ");
    let named = sections.iter().map(|section| match section.name.as_str() {
        "" => kind.to_owned(),
        name => name.to_ascii_lowercase(),
    });
    let plain = csv::plain(named.collect::<Vec<_>>());
    // The two that are there already.
    let free = |name: &String| match name.as_str() {
        "all" | "samples" | "" => format!("{kind}-{name}"),
        name => name.replace('_', "-"),
    };
    plain.iter().map(free).collect()
}

/// A document that takes everything in.
fn all(document: &Document, sections: &[Section], names: &[String]) -> String {
    let mut out = "% Shows all plots and tables of this directory: pdflatex all.tex\n\
                   \\documentclass{article}\n\
                   \\usepackage[margin=18mm]{geometry}\n"
        .to_owned();
    out += pgf::PREAMBLE;
    out += "\\setlength{\\parindent}{0pt}\n\\begin{document}\n";
    let command = pgf::escape(&text(&document.head, "command")).replace(',', ",\\allowbreak ");
    let kind = pgf::escape(&document.kind);
    out += &format!("\\section*{{{kind}}}\n{{\\raggedright\\ttfamily {command}\\par}}\n");
    for (section, name) in sections.iter().zip(names) {
        if !section.name.is_empty() {
            out += &format!("\\subsection*{{{}}}\n", pgf::escape(&section.name));
        }
        out += &format!(
            "{{\\centering\\footnotesize\\setlength{{\\tabcolsep}}{{4pt}}\\input{{{name}.tex}}\\par}}\n\\bigskip\n"
        );
        for figure in &section.figures {
            let (title, stem) = (pgf::escape(&figure.title), stem(name, figure.key));
            out += &format!(
                "\\begin{{minipage}}{{\\linewidth}}\\centering\\textbf{{{title}}}\\\\[4pt]\n\\input{{{stem}.tex}}\n\\end{{minipage}}\n\\par\\bigskip\n"
            );
        }
    }
    out + "\\end{document}\n"
}
