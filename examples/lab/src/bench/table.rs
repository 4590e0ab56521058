//! The table of a section: for people in HTML and LaTeX, with plain names and in full in CSV.

use super::content::{line_name, units};
use super::csv;
use super::document::{Document, Entry, keys, number, size_key, text};
use super::plot::{Size, pgf, svg};
use crate::report::thousands;

/// What a column is.
#[derive(Clone, Debug)]
struct Column {
    /// Above it, with the unit.
    head: String,
    /// The fields that it is made of: one, or least and greatest.
    fields: Vec<String>,
    /// Whether it is left out where there is room for few.
    detail: bool,
}

/// A row.
#[derive(Clone, Debug)]
struct Row {
    name: String,
    /// `log2`.
    size: String,
    /// One for each column; or why there are none.
    cells: Result<Vec<Option<String>>, String>,
    /// For CSV: the fields that identify it, and those of the columns.
    fields: Vec<String>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Names of the columns in CSV.
    names: Vec<String>,
}

/// Three digits, or a whole number with its thousands set apart.
fn shown(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    match 2 - x.abs().log10().floor() as i32 {
        digits @ 1.. => format!("{x:.*}", usize::try_from(digits.min(6)).unwrap_or(6)),
        _ => thousands(x.round() as u64),
    }
}

impl Table {
    /// Of results of one section.
    pub fn of(document: &Document, entries: &[&Entry]) -> Self {
        let per = units(&document.kind).1;
        let each = [
            format!("ns_per_{per}"),
            format!("multiplications_per_{per}"),
            format!("group_additions_per_{per}"),
        ];
        // Heading, field, its unit in that of the heading, whether it is a detail.
        let columns = [
            ("proving (s)".to_owned(), "prove_s", 1.0, false),
            ("range (s)".to_owned(), "prove_s_min prove_s_max", 1.0, true),
            (format!("ns per {per}"), &each[0], 1.0, true),
            (format!("mult. per {per}"), &each[1], 1.0, true),
            (format!("group add. per {per}"), &each[2], 1.0, true),
            ("verification (ms)".to_owned(), "verify_ms", 1.0, false),
            ("proof (kB)".to_owned(), "proof_bytes", 1e-3, false),
            ("memory (MB)".to_owned(), "peak_rss_bytes", 1e-6, false),
            ("security (bits)".to_owned(), "soundness_bits", 1.0, true),
            ("runs".to_owned(), "repeat", 1.0, true),
        ];
        // What no result has is no column.
        let has = |fields: &str| {
            let mut fields = fields.split(' ');
            fields.all(|field| entries.iter().any(|entry| number(entry, field).is_some()))
        };
        let columns: Vec<_> = (columns.into_iter())
            .filter(|(_, fields, _, _)| has(fields))
            .collect();
        let size = size_key(&document.kind);
        let row = |entry: &&Entry| {
            let cell = |fields: &str, scale: f64| {
                let numbers = fields.split(' ').map(|field| number(entry, field));
                let numbers: Option<Vec<f64>> = numbers.collect();
                let shown = numbers?.into_iter().map(|x| shown(x * scale));
                Some(shown.collect::<Vec<_>>().join("–"))
            };
            let skipped = entry.get("skipped").and_then(|reason| reason.as_str());
            let cells = match skipped {
                Some(reason) => Err(reason.to_owned()),
                None => Ok(columns
                    .iter()
                    .map(|(_, fields, scale, _)| cell(fields, *scale))
                    .collect()),
            };
            let identity = document.identity(entry).into_iter();
            let fields = columns
                .iter()
                .flat_map(|(_, fields, _, _)| fields.split(' '));
            Row {
                name: line_name(document, entry).to_string(),
                size: text(entry, size),
                cells,
                fields: identity
                    .chain(fields.map(|field| text(entry, field)))
                    .chain([text(entry, "skipped")])
                    .collect(),
            }
        };
        let rows = entries.iter().map(row).collect();
        let fields = |fields: &str| fields.split(' ').map(str::to_owned).collect();
        let columns: Vec<Column> = (columns.iter())
            .map(|(head, names, _, detail)| Column {
                head: head.clone(),
                fields: fields(names),
                detail: *detail,
            })
            .collect();
        let identity = keys(&document.kind).unwrap_or_default();
        let identity = identity.iter().map(|key| (*key).to_owned());
        let own = columns.iter().flat_map(|column| column.fields.clone());
        Table {
            names: csv::plain(identity.chain(own).chain(["skipped".to_owned()])),
            columns,
            rows,
        }
    }

    /// In HTML.
    pub fn html(&self) -> String {
        let mut out = "<table><tr><th></th><th>2^k</th>".to_owned();
        for column in &self.columns {
            out += &format!("<th>{}</th>", svg::escape(&column.head));
        }
        out += "</tr>\n";
        for row in &self.rows {
            let (name, size) = (svg::escape(&row.name), svg::escape(&row.size));
            out += &format!("<tr><td>{name}</td><td>{size}</td>");
            match &row.cells {
                Err(reason) => {
                    let (columns, reason) = (self.columns.len(), svg::escape(reason));
                    out += &format!("<td colspan=\"{columns}\">left out: {reason}</td>");
                }
                Ok(cells) => {
                    for cell in cells {
                        let cell = cell.as_deref().unwrap_or("–");
                        out += &format!("<td>{}</td>", svg::escape(cell));
                    }
                }
            }
            out += "</tr>\n";
        }
        out + "</table>\n"
    }

    /// For LaTeX, by the rules of the package booktabs; with fewer columns for one column of a paper.
    pub fn latex(&self, size: Size) -> String {
        let chosen: Vec<usize> = (0..self.columns.len())
            .filter(|i| size != Size::One || !self.columns[*i].detail)
            .collect();
        let mut out = format!(
            "% To be taken in by \\input. The document needs \\usepackage{{booktabs}}.\n\
             \\begin{{tabular}}{{@{{}}lr{}@{{}}}}\n\\toprule\n & $\\log_2$",
            "r".repeat(chosen.len())
        );
        // In two lines, the unit in the second.
        let heads = chosen.iter().map(|i| two_lines(&self.columns[*i].head));
        let heads: Vec<(String, String)> = heads.collect();
        heads
            .iter()
            .for_each(|(first, _)| out += &format!(" & {first}"));
        out += " \\\\\n & size";
        heads
            .iter()
            .for_each(|(_, second)| out += &format!(" & {second}"));
        out += " \\\\\n\\midrule\n";
        for (i, row) in self.rows.iter().enumerate() {
            // A little room where another size begins, if sizes have several rows.
            let size = |at: usize| &self.rows[at].size;
            if i > 1 && size(i) != size(i - 1) && size(i - 1) == size(i - 2) {
                out += "\\addlinespace\n";
            }
            out += &format!("{} & {}", pgf::escape(&row.name), pgf::escape(&row.size));
            match &row.cells {
                Err(reason) => {
                    let (columns, reason) = (chosen.len().max(1), pgf::escape(reason));
                    out += &format!(" & \\multicolumn{{{columns}}}{{l}}{{left out: {reason}}}");
                }
                Ok(cells) => {
                    for i in &chosen {
                        let cell = cells[*i].as_deref().unwrap_or("–");
                        out += &format!(" & {}", pgf::escape(cell));
                    }
                }
            }
            out += " \\\\\n";
        }
        out + "\\bottomrule\n\\end{tabular}\n"
    }

    /// In CSV: figures in full, in the units of their names.
    pub fn csv(&self) -> String {
        let rows = self.rows.iter().map(|row| row.fields.as_slice());
        csv::lines(&self.names, rows)
    }
}

/// A heading in two lines, broken before what is in brackets or after the first word.
fn two_lines(head: &str) -> (String, String) {
    let at = head.find(" (").or_else(|| head.find(" per "));
    let (first, second) = at.map_or((head, ""), |at| head.split_at(at));
    (pgf::escape(first), pgf::escape(second.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table() -> Table {
        let mut document = Document::new("bench lookup", json!({}));
        for (argument, size, time) in [
            ("my_own", 4, 0.012_345),
            ("b&c", 4, 1.0),
            ("my_own", 5, 1234.5),
        ] {
            let entry = json!({"argument": argument, "table": "and", "log_reads": size, "pcs": "hyrax", "threads": 1,
                "prove_s": time, "prove_s_min": time / 2.0, "prove_s_max": time * 2.0, "proof_bytes": 2000, "repeat": 3});
            document.results.extend(entry.as_object().cloned());
        }
        let skipped = json!({"argument": "b&c", "table": "and", "log_reads": 5, "pcs": "hyrax", "threads": 1,
            "skipped": "more than 100 % of_it"});
        document.results.extend(skipped.as_object().cloned());
        let entries: Vec<&Entry> = document.results.iter().collect();
        Table::of(&document, &entries)
    }

    #[test]
    fn latex_is_escaped_and_as_wide_as_its_columns() {
        let table = table();
        let wide = table.latex(Size::Two);
        assert!(
            wide.contains(r"my\_own & 4 & 0.0123 & 0.00617--0.0247 &"),
            "{wide}"
        );
        assert!(
            wide.contains(r"\multicolumn{4}{l}{left out: more than 100 \% of\_it} \\"),
            "{wide}"
        );
        assert!(
            wide.contains("b\\&c") && wide.contains("\\addlinespace\nmy\\_own & 5"),
            "{wide}"
        );
        for (size, columns) in [(Size::Two, 6), (Size::One, 4)] {
            let latex = table.latex(size);
            let rows = latex.lines().filter(|line| line.ends_with(r"\\"));
            let rows: Vec<&str> = rows.filter(|line| !line.contains("multicolumn")).collect();
            assert_eq!(rows.len(), 5, "{latex}");
            for row in rows {
                assert_eq!(
                    row.replace("\\&", "").matches('&').count() + 1,
                    columns,
                    "{row}"
                );
            }
        }
    }

    #[test]
    fn csv_has_plain_names_and_all_digits() {
        let csv = table().csv();
        let mut lines = csv.lines();
        assert_eq!(
            lines.next(),
            Some(
                "argument,table,log_reads,pcs,threads,prove_s,prove_s_min,prove_s_max,proof_bytes,repeat,skipped"
            )
        );
        assert_eq!(
            lines.next(),
            Some("my_own,and,4,hyrax,1,0.012345,0.0061725,0.02469,2000,3,")
        );
        assert_eq!(
            lines.nth(2),
            Some("b&c,and,5,hyrax,1,,,,,,more than 100 % of_it")
        );
    }

    #[test]
    fn html_is_escaped() {
        let html = table().html();
        assert!(
            html.contains("<td>b&amp;c</td>") && html.contains("<td>1,235</td>"),
            "{html}"
        );
    }
}
