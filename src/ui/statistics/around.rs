//! What stands around the flame graph: where one is, what is said of a frame, and the frames as a tree.

use super::flame::{Flames, NONE};
use super::show_frame;
use crate::scene::flame::{FACTS, ROW};
use crate::ui::canvas::token;
use crate::ui::dom::{El, button, div, el, parts, px, span};
use crate::ui::drawn;
use crate::ui::pace::later;
use std::rc::Rc;

/// Frames that are listed for assistive technology.
const LISTED: usize = 300;
/// Room that is kept for what is said of a frame at the pointer.
const TIP: f64 = 170.0;

/// Where one is; each part leads back to it.
pub fn crumbs(flames: &Rc<Flames>) -> El {
    let names = flames.drawn.with(|drawn| drawn.crumbs.clone());
    let back = flames.clone();
    drawn::crumbs(flames.whole().to_owned(), names, move |at| {
        back.choose(|choice| choice.path.truncate(at));
    })
}

/// What is said of a frame at the pointer.
pub fn tooltip(flames: &Rc<Flames>) -> Option<El> {
    let (at, x, y) = flames.hover.get()?;
    let drawn = flames.drawn.get();
    let (mark, item) = (drawn.marks.get(at)?, drawn.items.get(at)?);
    let facts = FACTS.iter().zip(&item.cells);
    let facts = facts.filter(|(_, value)| !value.is_empty());
    let fact = |(name, value): (&&'static str, &String)| {
        div("tip-fact").child((span("hint").child(*name), span("").child(value.as_str())))
    };
    let high = flames.scrolled.borrow().as_ref().map_or(0.0, |scrolled| {
        f64::from(scrolled.scroll_top() + scrolled.client_height())
    });
    let top = if y + TIP > high && y > TIP {
        y - TIP
    } else {
        y + 14.0
    };
    Some(
        div("cost-tip")
            .style("left", &format!("min({}, 100% - 240px)", px(x + 12.0)))
            .style("top", &px(top))
            .child((
                el("b").child(mark.label.as_str()),
                facts.map(fact).collect::<Vec<El>>(),
            )),
    )
}

/// Why nothing is drawn.
pub fn empty(flames: &Flames) -> Option<El> {
    let failed = flames.failed.get();
    let drawn = flames.drawn.get();
    let words = if !failed.is_empty() {
        failed
    } else if drawn.document > 0 && drawn.marks.is_empty() {
        match flames.choice.with(|choice| choice.measure) {
            1 => "No cost is known here.",
            2 => "No tokens are known here.",
            _ => "No span here took any time.",
        }
        .to_owned()
    } else {
        return None;
    };
    Some(div("empty").child(el("p").child(words)))
}

/// What colours and widths stand for.
pub fn notes(flames: &Flames) -> Option<El> {
    let drawn = flames.drawn.get();
    if drawn.marks.is_empty() {
        return None;
    }
    let entry = |(ink, name): &(u8, String)| {
        let square = span("square").style("background", &format!("var({})", token(*ink)));
        span("legend-entry").child((square, name.as_str()))
    };
    let legend: Vec<El> = drawn.legend.iter().map(entry).collect();
    Some(div("flame-notes").child((
        div("cost-legend").child(legend),
        el("p").class("hint").child(flames.words().join(" ")),
    )))
}

/// What is chosen, and what can be done with it.
pub fn details(flames: &Rc<Flames>) -> Option<El> {
    let node = flames.selected.get();
    let drawn = flames.drawn.get();
    let at = drawn.marks.iter().position(|mark| mark.node == node);
    let at = at.filter(|_| node != NONE)?;
    let (mark, item) = (drawn.marks.get(at)?, drawn.items.get(at)?.clone());
    let text = |at: usize| item.cells.get(at).cloned().unwrap_or_default();
    let noun = if text(0) == "1" { "span" } else { "spans" };
    let facts = format!("{} in {} {noun}, {} self", text(1), text(0), text(2));
    let (entered, app) = (flames.clone(), flames.app);
    let is_inner = item.has_parts && flames.drawn.with(|drawn| drawn.entered != flames.path(at));
    Some(div("stat-chosen").child((
        el("b").class("ellipsis").child(mark.label.as_str()),
        span("muted").child(facts),
        div("stat-acts").child((
            is_inner.then(|| button("button small", move || entered.enter(at)).child("Go into it")),
            button("button small", move || show_frame(app, &item)).child("Show in waterfall"),
        )),
    )))
}

/// The frames as a tree, unseen.
pub fn mirror(flames: &Rc<Flames>) -> El {
    let (flames, shown) = (flames.clone(), flames.clone());
    let listed = later(move || shown.drawn.get());
    div("unseen").attr("role", "none").child(move || {
        let drawn = listed.get();
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); drawn.marks.len()];
        let mut open: Vec<usize> = Vec::new();
        // The last in a list is the first to be taken.
        for (at, mark) in drawn.marks.iter().enumerate().rev() {
            match below.get_mut(mark.parent as usize) {
                Some(list) if mark.parent as usize != at => list.push(at),
                _ => open.push(at),
            }
        }
        let mut items = Vec::new();
        while let Some(at) = open.pop()
            && items.len() < LISTED
        {
            if let (Some(mark), Some(item)) = (drawn.marks.get(at), drawn.items.get(at)) {
                let facts = FACTS.iter().zip(&item.cells);
                let facts = facts.filter(|(_, value)| !value.is_empty());
                let mut text = mark.label.clone();
                for (name, value) in facts {
                    text.push_str(", ");
                    text.push_str(name);
                    text.push(' ');
                    text.push_str(value);
                }
                let (node, chosen) = (mark.node, flames.clone());
                let id = (node != NONE).then(|| format!("flame-{node}"));
                let level = (mark.place[1] / ROW) as u32 + 1;
                items.push(
                    div("")
                        .attr("role", "treeitem")
                        .attr("id", id)
                        .attr("aria-level", level.to_string())
                        .attr_of("aria-selected", move || {
                            node != NONE && chosen.selected.get() == node
                        })
                        .child(text),
                );
            }
            open.extend(below.get(at).into_iter().flatten());
        }
        parts(items)
    })
}
