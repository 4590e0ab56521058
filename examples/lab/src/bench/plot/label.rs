//! Labels: text with exponents `^{…}` and subscripts `_{…}`, and how wide it is.

/// A piece of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub level: Level,
}

/// Where a piece stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Base,
    Above,
    Below,
}

impl Level {
    /// Size in parts of the font's.
    pub fn size(self) -> f64 {
        match self {
            Level::Base => 1.0,
            Level::Above | Level::Below => 0.7,
        }
    }

    /// How much higher it stands, in parts of the font's size.
    pub fn rise(self) -> f64 {
        match self {
            Level::Base => 0.0,
            Level::Above => 0.36,
            Level::Below => -0.16,
        }
    }
}

/// The pieces of a label. An opening that is never closed lasts to the end.
pub fn runs(label: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut rest = label;
    let mut push = |text: &str, level| {
        if !text.is_empty() {
            let text = text.to_owned();
            runs.push(Run { text, level });
        }
    };
    while let Some(at) = [rest.find("^{"), rest.find("_{")]
        .into_iter()
        .flatten()
        .min()
    {
        let level = match rest[at..].starts_with('^') {
            true => Level::Above,
            false => Level::Below,
        };
        push(&rest[..at], Level::Base);
        let inside = &rest[at + 2..];
        let (text, after) = inside.split_once('}').unwrap_or((inside, ""));
        push(text, level);
        rest = after;
    }
    push(rest, Level::Base);
    runs
}

/// Widths of the characters from space to `~` in Helvetica, and so in Arial and in Liberation Sans, in
/// thousandths of the font's size.
#[rustfmt::skip]
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Width of a label in a font of this size, in its unit.
pub fn width(label: &str, size: f64) -> f64 {
    let of = |c: char| {
        let at = (c as usize).checked_sub(32);
        at.and_then(|at| WIDTHS.get(at))
            .map_or(0.6, |w| f64::from(*w) / 1000.0)
    };
    let runs = runs(label);
    let widths = runs
        .iter()
        .map(|run| run.text.chars().map(of).sum::<f64>() * run.level.size());
    widths.sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_taken_apart() {
        let run = |text: &str, level| Run {
            text: text.to_owned(),
            level,
        };
        assert_eq!(
            runs("a 2^{10}, log_{2}x"),
            [
                run("a 2", Level::Base),
                run("10", Level::Above),
                run(", log", Level::Base),
                run("2", Level::Below),
                run("x", Level::Base)
            ]
        );
        assert_eq!(
            runs("a^{b"),
            [run("a", Level::Base), run("b", Level::Above)]
        );
        assert_eq!(runs(""), []);
        assert!((width("ii", 10.0) - 4.44).abs() < 1e-9);
        assert!((width("1^{1}", 10.0) - 5.56 * 1.7).abs() < 1e-9);
    }
}
