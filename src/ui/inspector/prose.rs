//! A text of a message: markdown as elements, JSON as a tree, or as it is; its beginning when it is long.

use super::json::Part;
use super::long_text::{Height, long_text};
use super::raw::copy_whole;
use super::tree::tree;
use super::value::{Owner, Whole, load};
use crate::scene::details::TextValue;
use crate::scene::format;
use crate::scene::markdown::{Mark, markdown};
use crate::ui::clipboard::copy;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use std::rc::Rc;

/// Of texts with more bytes or lines than this only the beginning is shown at first.
const SHORT: usize = 1_400;
const SHORT_LINES: usize = 30;
/// Longer texts are scrolled in a box that holds the lines on screen alone.
const BOXED: usize = 200_000;

/// How a text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Words for people, maybe markdown.
    Prose,
    /// What programs give each other: JSON, or lines in a fixed-width font.
    Data,
}

/// Whether texts are shown as they stand in the trace.
pub type AsWritten = Rc<Field<bool>>;

/// A text with what can be done with it.
pub fn prose(owner: Owner, value: &TextValue, look: Look, as_written: &AsWritten) -> El {
    let beginning: Rc<str> = value.text.as_str().into();
    let cut = value.bytes > value.text.len() as u64;
    let whole: Whole = Rc::new(Field::new((!cut).then(|| beginning.clone())));
    let open = Rc::new(Field::new(false));
    let (pointer, bytes) = (value.pointer.clone(), value.bytes);
    let (read, opened, written) = (whole.clone(), open.clone(), as_written.clone());
    let first = beginning.clone();
    let body = move || {
        let text = read.get().unwrap_or_else(|| first.clone());
        let written = written.get();
        if !written && let Some(part) = Part::tree(&text) {
            return tree(&part);
        }
        let shown: Rc<str> = if opened.get() {
            text
        } else {
            start_of(&text).into()
        };
        if shown.len() > BOXED {
            long_text(&shown, Height::Limited)
        } else if written || look == Look::Data {
            el("pre").class("prose-plain").child(&*shown)
        } else {
            rendered(&shown)
        }
    };
    let (asked, turned) = (whole, open);
    let (wanted, written) = (pointer.clone(), as_written.clone());
    let short = start_of(&beginning).len() == beginning.len();
    let more = move || {
        let missing = asked.with(Option::is_none);
        let is_tree = !written.get()
            && asked.with(|text| text.as_ref().is_some_and(|text| Part::tree(text).is_some()));
        let is_open = turned.get() && !missing;
        if is_tree || (short && !missing) {
            return None;
        }
        let (asked, turned, pointer) = (asked.clone(), turned.clone(), wanted.clone());
        let toggle = move || {
            if missing {
                load(owner, pointer.clone(), asked.clone());
            }
            turned.set(!is_open);
        };
        let words = if is_open {
            "Show less".to_owned()
        } else {
            format!("Show all ({})", format::bytes(bytes))
        };
        Some(button("textlink prose-more", toggle).child(words))
    };
    let copied = move || {
        if cut {
            copy_whole(owner, pointer.clone(), "Text");
        } else {
            copy(owner.app, beginning.to_string(), "Text");
        }
    };
    div("prose-box").child((body, more, copy_button(copied)))
}

/// A button that copies the text it stands in.
fn copy_button(run: impl Fn() + 'static) -> El {
    button("quiet tiny prose-copy", run)
        .attr("title", "Copy this text")
        .attr("aria-label", "Copy this text")
        .child(Icon::Copy.el(12))
}

/// The beginning of a long text, up to the end of a line where there is one.
fn start_of(text: &str) -> &str {
    let lines = text.match_indices('\n').nth(SHORT_LINES);
    let limit = lines.map_or(text.len(), |(at, _)| at);
    if limit == text.len() && text.len() <= SHORT {
        return text;
    }
    let mut end = limit.min(SHORT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text.get(..end).unwrap_or(text);
    match start.rfind('\n') {
        Some(at) if at > SHORT / 3 => start.get(..at).unwrap_or(start),
        _ => start,
    }
}

/// Markdown as elements. Links are words and an address to read; nothing is fetched.
fn rendered(text: &str) -> El {
    let root = div("prose");
    let mut open = vec![root.clone()];
    markdown(text, &mut |mark| {
        let Some(parent) = open.last().cloned() else {
            return;
        };
        let made = match mark {
            Mark::Open(tag) => match tag
                .strip_prefix('h')
                .filter(|level| level.len() == 1 && *level != "r")
            {
                // Headings of a text are no headings of the page.
                Some(level) => el("p")
                    .class("prose-head")
                    .attr("data-level", level.to_owned()),
                None => el(tag),
            },
            Mark::Ordered(start) => el("ol").attr("start", start.to_string()),
            Mark::Text(text) => {
                if !text.is_empty() {
                    let _ = parent.child(text);
                }
                return;
            }
            Mark::Address(address) => {
                let _ = parent.child((" ", span("prose-address").child(address)));
                return;
            }
            Mark::Close => {
                open.pop();
                return;
            }
        };
        let _ = parent.child(made.clone());
        open.push(made);
    });
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_begin_with_whole_lines() {
        assert_eq!(start_of("short"), "short");
        let lines = "line\n".repeat(100);
        assert_eq!(start_of(&lines).lines().count(), SHORT_LINES + 1);
        let line = "ü".repeat(2_000);
        assert_eq!(start_of(&line).len(), SHORT);
    }
}
