//! Source text as tokens, comments left out.

/// A token.
#[derive(Debug, PartialEq, Eq)]
pub enum Token {
    /// A name, a keyword or a number.
    Name(String),
    /// The text of a string.
    Text(String),
    /// `::`
    Path,
    /// Any other mark.
    Mark(char),
}

/// The tokens of a file. Characters and lifetimes are left out.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = after_comment(rest);
        } else if let Some((text, after)) = string(rest) {
            tokens.push(Token::Text(text.to_owned()));
            rest = after;
        } else if first == '\'' {
            rest = after_quote(rest);
        } else if is_name(first) {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            tokens.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        } else if let Some(after) = rest.strip_prefix("::") {
            tokens.push(Token::Path);
            rest = after;
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Mark(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

/// What follows a comment, which may have others in it.
fn after_comment(mut rest: &str) -> &str {
    let mut depth = 0usize;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("/*") {
            (depth, rest) = (depth + 1, after);
        } else if let Some(after) = rest.strip_prefix("*/") {
            (depth, rest) = (depth - 1, after);
            if depth == 0 {
                break;
            }
        } else {
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
    }
    rest
}

/// The text of a string that starts here, and what follows it.
fn string(rest: &str) -> Option<(&str, &str)> {
    let body = rest.strip_prefix('b').unwrap_or(rest);
    if let Some(raw) = body.strip_prefix('r') {
        let quoted = raw.trim_start_matches('#');
        let end = format!("\"{}", "#".repeat(raw.len() - quoted.len()));
        return quoted.strip_prefix('"')?.split_once(&end);
    }
    let body = body.strip_prefix('"')?;
    let mut escaped = false;
    let end = body.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some((&body[..end], &body[end + 1..]))
}

/// What follows a character, or the mark of a lifetime.
fn after_quote(rest: &str) -> &str {
    let body = &rest[1..];
    if let Some(escaped) = body.strip_prefix('\\') {
        let ends = escaped.char_indices().skip(1).find(|(_, c)| *c == '\'');
        return ends.map_or("", |(end, _)| &escaped[end + 1..]);
    }
    let mut chars = body.chars();
    match (chars.next(), chars.next()) {
        (Some(_), Some('\'')) => chars.as_str(),
        _ => body,
    }
}

#[test]
fn source_is_cut_into_tokens() {
    let source = r##"use a::b; // c::d
/* e /* f */ g */ 'x' '\'' 'life "h \" // i" r#"j " k"# b"l" m"##;
    let name = |name: &str| Token::Name(name.to_owned());
    let text = |text: &str| Token::Text(text.to_owned());
    let expected = [
        name("use"),
        name("a"),
        Token::Path,
        name("b"),
        Token::Mark(';'),
        name("life"),
        text("h \\\" // i"),
        text("j \" k"),
        text("l"),
        name("m"),
    ];
    assert_eq!(tokens(source), expected);
}
