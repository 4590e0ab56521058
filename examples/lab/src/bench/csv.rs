//! Results as a table: a row for each, a column for each field that is a number, a text or an object of those.

use super::document::{Document, Entry};
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
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// The table, with a line of names first.
pub fn table(document: &Document) -> String {
    let rows: Vec<_> = document.results.iter().map(fields).collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let mut table = line(names.iter().map(|name| cell(name)).collect());
    for row in &rows {
        let value = |name: &&str| {
            let found = row.iter().find(|(key, _)| key == name);
            found.map_or_else(String::new, |(_, text)| cell(text))
        };
        table += &line(names.iter().map(value).collect());
    }
    table
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
            "program,phases.commit,skipped\n\"a,b\",0.5,\nc,,\"says \"\"no\"\"\"\n"
        );
    }
}
