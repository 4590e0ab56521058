//! Results as tables: a row for each, a column for each field that is a number, a text or an object of those.
//!
//! Names of columns are of letters, digits and underscores, so that any program takes them as they are.

use super::document::{Document, Entry, keys};
use serde_json::Value;

/// The fields of a result, objects flattened, samples left out.
pub fn fields(entry: &Entry) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (key, value) in entry {
        match value {
            Value::Object(object) => {
                for (inner, value) in object {
                    if let Some(text) = scalar(value) {
                        fields.push((format!("{key}.{inner}"), text));
                    }
                }
            }
            value => fields.extend(scalar(value).map(|text| (key.clone(), text))),
        }
    }
    fields
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A cell; quoted where its contents would be taken for something else.
fn cell(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Names of letters, digits and underscores in place of these; where two become the same, the second is numbered.
pub fn plain(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut plain: Vec<String> = Vec::new();
    for name in names {
        let mut own = String::new();
        for c in name.chars() {
            match c.is_ascii_alphanumeric() {
                true => own.push(c),
                false if own.ends_with('_') => {}
                false => own.push('_'),
            }
        }
        let own = own.trim_matches('_');
        let numbered = (2..).map(|i| format!("{own}_{i}"));
        let free = std::iter::once(own.to_owned()).chain(numbered);
        plain.extend(free.into_iter().find(|name| !plain.contains(name)));
    }
    plain
}

/// A table, with a line of names first.
pub fn lines<'a>(names: &[String], rows: impl IntoIterator<Item = &'a [String]>) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        cells.join(",") + "\n"
    };
    let rows = rows.into_iter().map(line);
    std::iter::once(line(names)).chain(rows).collect()
}

/// Rows of fields by name as a table.
fn table_of(rows: &[Vec<(String, String)>]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let cells = |row: &Vec<(String, String)>| {
        let value = |name: &&str| {
            let found = row.iter().find(|(key, _)| key == name);
            found.map_or_else(String::new, |(_, text)| text.clone())
        };
        names.iter().map(value).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let names = plain(names.iter().map(|name| (*name).to_owned()));
    lines(&names, rows.iter().map(Vec::as_slice))
}

/// All fields of all results.
pub fn table(document: &Document) -> String {
    let rows: Vec<_> = document.results.iter().map(fields).collect();
    table_of(&rows)
}

/// A row for each repetition of each result; nothing where the results have no samples.
pub fn samples(document: &Document) -> Option<String> {
    let keys = keys(&document.kind).unwrap_or_default();
    let mut rows = Vec::new();
    for entry in &document.results {
        let samples = entry.get("samples").and_then(Value::as_array);
        for (i, sample) in samples.into_iter().flatten().enumerate() {
            let identity = document.identity(entry);
            let mut row: Vec<(String, String)> = keys
                .iter()
                .map(|key| (*key).to_owned())
                .zip(identity)
                .collect();
            row.push(("repetition".to_owned(), (i + 1).to_string()));
            row.extend(sample.as_object().into_iter().flat_map(fields));
            let phases = sample.get("phases").and_then(Value::as_array);
            for phase in phases.into_iter().flatten() {
                if let (Some(name), Some(seconds)) = (phase[0].as_str(), phase[1].as_f64()) {
                    row.push((format!("phases.{name}"), seconds.to_string()));
                }
            }
            rows.push(row);
        }
    }
    (!rows.is_empty()).then(|| table_of(&rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_are_as_wide_as_all_rows() {
        let mut document = Document::new("bench vm", json!({}));
        for value in [
            json!({"program": "a,b", "phases": {"commit": 0.5}, "samples": [1]}),
            json!({"program": "c", "skipped": "says \"no\""}),
        ] {
            document.results.extend(value.as_object().cloned());
        }
        assert_eq!(
            table(&document),
            "program,phases_commit,skipped\n\"a,b\",0.5,\nc,,\"says \"\"no\"\"\"\n"
        );
    }

    #[test]
    fn samples_are_rows() {
        let mut document = Document::new("bench kernels", json!({}));
        assert_eq!(samples(&document), None);
        let entry = json!({"kernel": "k", "log_size": 4, "threads": 1, "samples": [
            {"prove_s": 0.5, "phases": [["a b", 0.25]]}, {"prove_s": 0.75, "phases": []}]});
        document.results.extend(entry.as_object().cloned());
        assert_eq!(
            samples(&document).unwrap_or_default(),
            "kernel,log_size,threads,repetition,prove_s,phases_a_b\nk,4,1,1,0.5,0.25\nk,4,1,2,0.75,\n"
        );
    }

    #[test]
    fn names_are_plain_and_their_own() {
        let names = ["a b", "a.b", "header, statement", "x"].map(str::to_owned);
        assert_eq!(plain(names), ["a_b", "a_b_2", "header_statement", "x"]);
    }
}
