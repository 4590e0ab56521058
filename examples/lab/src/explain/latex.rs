//! Formulas as LaTeX, for papers.

use ark_bn254::Fr;
use sumcheck::{Notation, Relation};

const LATEX: Notation = Notation {
    symbol,
    times: " \\cdot ",
    to: "\\to ",
    parentheses: ["\\bigl(", "\\bigr)"],
    brackets: ["\\bigl[", "\\bigr]"],
    sum_over: ["\\sum_{", "}"],
    range: ["", " \\in \\{0,1\\}^{", "}"],
    minus: "-",
};

/// Letters that LaTeX has commands for.
const GREEK: [(char, &str); 12] = [
    ('α', "\\alpha"),
    ('β', "\\beta"),
    ('γ', "\\gamma"),
    ('δ', "\\delta"),
    ('θ', "\\theta"),
    ('κ', "\\kappa"),
    ('λ', "\\lambda"),
    ('ρ', "\\rho"),
    ('σ', "\\sigma"),
    ('τ', "\\tau"),
    ('ω', "\\omega"),
    ('Σ', "\\Sigma"),
];

/// A relation, whole, as one formula in math mode.
pub(super) fn formula(relation: &Relation<Fr>) -> String {
    relation.formula(&LATEX)
}

/// The name of a factor or constant.
fn symbol(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let of = |holds: fn(char) -> bool| rest.find(|c| !holds(c)).unwrap_or(rest.len());
        let mut taken = first.len_utf8();
        if first.is_ascii_alphabetic() {
            taken = of(|c| c.is_ascii_alphanumeric() || c == '_');
            out += &word(&rest[..taken]);
        } else if first.is_ascii_digit() {
            taken = of(|c| c.is_ascii_digit());
            out += &rest[..taken];
        } else if first == '^' {
            let exponent = &rest[1..];
            let end = exponent
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(exponent.len());
            // A power of a power.
            if out.ends_with("^{2}") {
                out = format!("({out})");
            }
            out += &format!("^{{{}}}", symbol(&exponent[..end]));
            taken += end;
        } else if let Some((_, command)) = GREEK.iter().find(|(letter, _)| *letter == first) {
            out += &format!("{command}{{}}");
        } else {
            out += match first {
                '·' => " \\cdot ",
                '²' => "^{2}",
                '−' | '-' => "-",
                '…' => "\\dots{}",
                '→' => "\\to{}",
                '∈' => "\\in{}",
                '\'' => "'",
                '(' => "(",
                ')' => ")",
                '[' => "[",
                ']' => "]",
                ',' => ",",
                ' ' => "\\ ",
                // A sign that no formula has had so far, where one sees it.
                _ => "?",
            };
        }
        rest = &rest[taken..];
    }
    out
}

/// A word, with what follows its first `_`, or the number behind one letter, below the line.
fn word(name: &str) -> String {
    let upright = |word: &str| match word.len() {
        1 => word.to_owned(),
        _ => format!("\\mathrm{{{}}}", word.replace('_', "\\_")),
    };
    if let Some((base, below)) = name.split_once('_') {
        let number = below.chars().all(|c| c.is_ascii_digit() || c == '_');
        let below = match number {
            true => below.replace('_', ","),
            false => upright(below),
        };
        return format!("{}_{{{below}}}", word(base));
    }
    let (letter, number) = name.split_at(1);
    match !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) {
        true => format!("{letter}_{{{number}}}"),
        false => upright(name),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_set() {
        for (name, set) in [
            ("j", "j"),
            ("s12", "s_{12}"),
            ("rs1", "\\mathrm{rs1}"),
            ("H_rd_old", "H_{\\mathrm{rd\\_old}}"),
            ("d_1_2", "d_{1,2}"),
            ("eq(r_step,j)", "\\mathrm{eq}(r_{\\mathrm{step}},j)"),
            ("eq(τ,j)", "\\mathrm{eq}(\\tau{},j)"),
            ("H_out·power", "H_{\\mathrm{out}} \\cdot \\mathrm{power}"),
            ("γ^12", "\\gamma{}^{12}"),
            ("λ^k", "\\lambda{}^{k}"),
            ("γ²^3", "(\\gamma{}^{2})^{3}"),
            ("-16", "-16"),
            ("1152921504606846976", "1152921504606846976"),
        ] {
            assert_eq!(symbol(name), set);
        }
    }

    /// No relation has a sign that is not known here, and braces and parentheses are balanced.
    #[test]
    fn every_relation_is_set() {
        for found in super::super::collect::collect().unwrap() {
            let set = formula(&found.relation);
            assert!(set.is_ascii() && !set.contains('?'), "{}", found.name());
            for pair in [['{', '}'], ['(', ')'], ['[', ']']] {
                let [open, close] = pair.map(|sign| set.matches(sign).count());
                assert_eq!(open, close, "{}", found.name());
            }
        }
    }
}
