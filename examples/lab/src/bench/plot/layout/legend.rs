//! The legend: to the right of the axes, or below them.

use super::{Anchor, Drawing, GAP, Page, Part, Point, fitted, widest};

/// Width of what stands before a name.
pub const SAMPLE: f64 = 22.0;

/// Names as they are shown: none has more than a third of the page to the right of the axes, nor more than
/// the page below them.
fn shown(names: &[String], page: Page) -> Vec<String> {
    let room = match page.beside {
        true => page.width / 3.0,
        false => page.width - SAMPLE - 4.0 * GAP,
    };
    names
        .iter()
        .map(|name| fitted(name, page.font, room))
        .collect()
}

/// Width of the widest entry.
pub fn width(names: &[String], page: Page) -> f64 {
    let names = shown(names, page);
    SAMPLE + GAP + widest(names.iter().map(String::as_str), page.font)
}

/// Draws it, and ends the page. `sample` draws what stands before a name, from a point to its right.
pub fn draw(
    drawing: &mut Drawing,
    names: &[String],
    page: Page,
    sample: impl Fn(&mut Drawing, Point, usize),
) {
    let pitch = page.font * 1.5;
    let (left, top, columns, each) = match page.beside {
        true => (drawing.axes.right + 4.0 * GAP, drawing.axes.top, 1, 0.0),
        false => {
            // As many columns as fit, and no more than there are names.
            let each = width(names, page) + 4.0 * GAP;
            let room = page.width - 2.0 * GAP + 4.0 * GAP;
            let columns = ((room / each).floor() as usize).clamp(1, names.len().max(1));
            let all = each * columns as f64 - 4.0 * GAP;
            let left = ((page.width - all) / 2.0).max(GAP);
            (left, drawing.foot() + GAP, columns, each)
        }
    };
    for (row, name) in shown(names, page).iter().enumerate() {
        let x = left + each * (row % columns) as f64;
        let y = top + pitch * ((row / columns) as f64 + 0.5);
        sample(drawing, [x, y], row);
        let at = [x + SAMPLE + GAP, y + page.font * 0.35];
        drawing.text(Part::Legend, at, Anchor::Start, name);
    }
    let end = top + pitch * names.len().div_ceil(columns) as f64;
    drawing.height = (end + GAP).max(drawing.foot() + GAP);
}
