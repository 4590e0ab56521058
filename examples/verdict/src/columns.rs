//! Text in lines of at most [`WIDTH`] columns.

/// Columns of a line.
pub const WIDTH: usize = 80;

/// A text in lines, the first behind `head` and the others behind `indent` spaces. Words stay whole: one that is too long for
/// what an indented line has left is put further to the left, and one that is too long for any line has a line of its own.
/// Ends with a line end.
pub fn wrapped(head: &str, text: &str, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = head.to_owned();
    // Whether the line has words in it, which one more has to be kept apart from.
    let mut begun = false;
    for word in text.split(' ') {
        let (used, length) = (columns(&line), columns(word));
        if used + usize::from(begun) + length <= WIDTH {
            line += if begun { " " } else { "" };
            line += word;
        } else {
            if !line.trim().is_empty() {
                lines.push(line);
            }
            line = " ".repeat(indent.min(WIDTH.saturating_sub(length)));
            line += word;
        }
        begun = true;
    }
    lines.push(line);
    let lines = lines.iter().map(|line| line.trim_end());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_there_is_room() {
        let text = "word ".repeat(40);
        let lines = wrapped("  name  ", &text, 8);
        assert!(lines.lines().all(|line| columns(line) <= WIDTH), "{lines}");
        let mut lines = lines.lines();
        assert_eq!(lines.next().map(columns), Some(8 + 5 * 14 - 1));
        assert!(lines.all(|line| line.starts_with("        word")));
        assert_eq!(wrapped("a  ", "b  c", 3), "a  b  c\n");
        assert_eq!(wrapped("", "", 3), "\n");
    }

    #[test]
    fn long_words_stay_whole() {
        let digest = "f".repeat(64);
        let said = format!("8 bytes, {digest} and more");
        let all = wrapped("  input  ", &said, 16);
        assert!(
            all.contains(&format!("\n{}{digest}\n", " ".repeat(16))),
            "{all}"
        );
        let path = "p".repeat(78);
        let all = wrapped("  at  ", &path, 16);
        assert_eq!(all, format!("  at\n  {path}\n"));
        let path = "p".repeat(100);
        let all = wrapped("  at  ", &format!("in {path} there"), 6);
        assert_eq!(all, format!("  at  in\n{path}\n      there\n"));
    }
}
