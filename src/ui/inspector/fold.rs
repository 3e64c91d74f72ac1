//! What opens when it is wanted.

use crate::ui::dom::{El, button, div, el, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use std::rc::Rc;

/// Letters of a line that stands for what is folded.
const PREVIEW: usize = 80;

/// Something that opens: a title, what is to be expected, and the content, made when it is opened.
pub fn fold(class: &str, title: String, note: String, make: impl Fn() -> El + 'static) -> El {
    let open = Rc::new(Field::new(false));
    let (turned, told, pointed, inner) = (open.clone(), open.clone(), open.clone(), open);
    let icon = move || {
        if pointed.get() {
            Icon::ChevronDown.el(12)
        } else {
            Icon::ChevronRight.el(12)
        }
    };
    let head = button("fold-head", move || turned.set(!turned.get_untracked()))
        .attr_of("aria-expanded", move || told.get())
        .child((
            icon,
            el("b").child(title),
            span("hint ellipsis").child(note),
        ));
    div(class).child((head, move || inner.get().then(&make)))
}

/// The first letters of a text, on one line.
pub fn preview(text: &str) -> String {
    let letters = text.chars().take(PREVIEW * 2);
    let line: String = letters
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .collect();
    let mut line: String = line.trim_start().chars().take(PREVIEW).collect();
    if line.len() < text.len() {
        line.push('…');
    }
    line
}
