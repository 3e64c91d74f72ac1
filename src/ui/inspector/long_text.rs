//! A text of any length: only the lines on screen are in the page.

use super::wrap::{line, line_starts};
use crate::ui::canvas::observe_size;
use crate::ui::dom::{El, div, el, keep, px, span};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::HtmlElement;

/// Height of a line.
const LINE: f64 = 16.0;
/// Lines above and below the visible ones.
const MARGIN: usize = 8;
/// Taller content than this is scrolled in proportion: browsers cap the height of an element.
const TALLEST: f64 = 8_000_000.0;
/// Characters of the probe that tells the width of one.
const PROBE: &str = "00000000000000000000";

/// How tall a text may get before it scrolls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Height {
    /// As tall as its lines, up to 320 px.
    Limited,
    /// As tall as the box it stands in.
    Fill,
}

/// A text in a fixed-width font, wrapped.
pub fn long_text(text: &Rc<str>, height: Height) -> El {
    let probe = span("long-probe").attr("aria-hidden", "true").child(PROBE);
    let lines = el("pre").class("long-lines");
    let space = div("long-space").child(lines.clone());
    let place = div(if height == Height::Fill {
        "long fill"
    } else {
        "long"
    })
    .attr("tabindex", "0")
    .attr("role", "textbox")
    .attr("aria-readonly", "true")
    .attr("aria-multiline", "true")
    .attr("aria-label", "Text")
    .child((probe.clone(), space.clone()));
    let long = Rc::new(Long {
        text: text.clone(),
        place: place.html().clone(),
        probe: probe.html().clone(),
        space: space.html().clone(),
        lines: lines.html().clone(),
        columns: Cell::new(0),
        starts: RefCell::new(vec![0]),
    });
    let resized = long.clone();
    keep(observe_size(place.element(), move |width, _| {
        resized.wrap(width);
    }));
    place.on("scroll", move |_| long.show())
}

struct Long {
    text: Rc<str>,
    place: HtmlElement,
    probe: HtmlElement,
    space: HtmlElement,
    lines: HtmlElement,
    columns: Cell<usize>,
    starts: RefCell<Vec<u32>>,
}

impl Long {
    /// Breaks the lines anew when another number of letters fits.
    fn wrap(&self, width: f64) {
        let letter = self.probe.get_bounding_client_rect().width() / PROBE.len() as f64;
        let columns = ((width - 16.0) / letter.max(1.0)).floor().max(10.0) as usize;
        if self.columns.replace(columns) != columns {
            self.starts.replace(line_starts(&self.text, columns));
            let tall = self.full().min(TALLEST);
            let _ = self.space.style().set_property("height", &px(tall));
        }
        self.show();
    }

    /// Height of all lines.
    fn full(&self) -> f64 {
        (self.starts.borrow().len() - 1) as f64 * LINE
    }

    /// Puts the lines in sight into the page.
    fn show(&self) {
        let starts = self.starts.borrow();
        let count = starts.len() - 1;
        let (top, shown) = (
            f64::from(self.place.scroll_top()),
            f64::from(self.place.client_height()),
        );
        let full = count as f64 * LINE;
        // The pixel of the whole that stands at the top of the box.
        let at = if full > TALLEST && TALLEST > shown {
            top / (TALLEST - shown) * (full - shown)
        } else {
            top
        };
        let first = ((at / LINE) as usize).saturating_sub(MARGIN).min(count);
        let after = (((at + shown) / LINE) as usize + MARGIN + 1).min(count);
        let mut body = String::new();
        for number in first..after {
            body.push_str(line(&self.text, &starts, number));
            body.push('\n');
        }
        let offset = top + first as f64 * LINE - at;
        let _ = self
            .lines
            .style()
            .set_property("transform", &format!("translateY({})", px(offset)));
        self.lines.set_text_content(Some(&body));
    }
}
