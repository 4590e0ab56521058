//! Results as a report with plots: one file, nothing loaded from elsewhere.

use super::content::{Section, sections};
use super::csv;
use super::document::{Document, text};
use super::plot::svg::{escape, svg};
use super::plot::{Size, layout};
use serde_json::{Value, json};
use std::fmt::Write;

const STYLE: &str = "body{font:15px/1.45 sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:.5rem 0 1.5rem;font-size:13px}\
td,th{border:1px solid #ccc;padding:.15rem .5rem;text-align:right}\
td:first-child,th:first-child{text-align:left}th{background:#f2f2f2}\
code{background:#f2f2f2;padding:.1rem .3rem}svg{width:100%;height:auto}\
.plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;flex:1 1 26rem;max-width:36rem}\
figcaption{font-weight:bold;text-align:center}details{margin:1rem 0}";

/// The report.
///
/// # Errors
/// Never: a string takes what is written.
pub fn report(document: &Document) -> anyhow::Result<String> {
    let mut page = String::new();
    let kind = escape(&document.kind);
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{kind}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{kind}</h1>\n"
    )?;
    head(&mut page, document)?;
    for section in sections(document) {
        draw(&mut page, &section)?;
    }
    page.push_str("<details><summary>All figures</summary><pre>\n");
    page.push_str(&escape(&csv::table(document)));
    page.push_str("</pre></details>\n</body></html>\n");
    Ok(page)
}

/// What measured, and how.
fn head(page: &mut String, document: &Document) -> anyhow::Result<()> {
    let field = |name: &str| text(&document.head, name);
    writeln!(
        page,
        "<p><code>{}</code></p><table>",
        escape(&field("command"))
    )?;
    let mut row = |name: &str, value: &str| {
        let (name, value) = (escape(name), escape(value));
        writeln!(page, "<tr><th>{name}</th><td>{value}</td></tr>")
    };
    row("commit", &commit(document))?;
    row(
        "version, build",
        &[field("version"), field("profile")].join(", "),
    )?;
    for object in ["build", "machine", "settings"] {
        if let Some(Value::Object(facts)) = document.head.get(object) {
            for (name, value) in facts.iter() {
                // What is not known, and lists and texts with nothing in them.
                let empty = [Value::Null, json!([]), json!("")].contains(value);
                if empty {
                    continue;
                }
                row(&name.replace('_', " "), &text(facts, name))?;
            }
        }
    }
    page.push_str("</table>\n");
    page.push_str(
        "<p>Points are medians, intervals reach from the least to the greatest of the repetitions. Multiplications are of \
         field elements, the opening left out, over oracles in the clear. Verification includes reading what \
         is public: for reads of several tables, which table each read selects.</p>\n",
    );
    Ok(())
}

/// The commit, and whether more than it was built; files of before do not say the second.
fn commit(document: &Document) -> String {
    let commit = text(&document.head, "commit");
    match document.head.get("dirty").and_then(Value::as_bool) {
        Some(true) => format!("{commit}, with changes"),
        _ => commit,
    }
}

fn draw(page: &mut String, section: &Section) -> anyhow::Result<()> {
    if !section.name.is_empty() {
        writeln!(page, "<h2>{}</h2>", escape(&section.name))?;
    }
    page.push_str("<div class=\"plots\">\n");
    for figure in &section.figures {
        let picture = svg(&layout::draw(&figure.plot, Size::Screen), &figure.title);
        let title = escape(&figure.title);
        writeln!(
            page,
            "<figure><figcaption>{title}</figcaption>\n{picture}</figure>"
        )?;
    }
    page.push_str("</div>\n");
    page.push_str(&section.table.html());
    Ok(())
}
