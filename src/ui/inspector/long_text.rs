//! A text of any length: only the lines on screen are in the page.

use super::wrap::{line, line_starts};
use crate::ui::canvas::observe_size;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

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
#[component]
pub fn LongText(
    /// The text.
    text: Arc<str>,
    /// How tall it may get.
    height: Height,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let probe = NodeRef::<html::Span>::new();
    let observer = StoredValue::new_local(None);
    let columns = RwSignal::new(0_usize);
    let shown = RwSignal::new(0.0_f64);
    let top = RwSignal::new(0.0_f64);
    node.on_load(move |element| {
        let measured = element.clone();
        observer.set_value(observe_size(&element, move |width, height| {
            let letter = probe
                .get_untracked()
                .map_or(6.6, |probe| {
                    probe.get_bounding_client_rect().width() / PROBE.len() as f64
                })
                .max(1.0);
            let fitting = ((width - 16.0) / letter).floor().max(10.0) as usize;
            if columns.get_untracked() != fitting {
                columns.set(fitting);
            }
            shown.set(height.max(f64::from(measured.client_height())));
        }));
    });
    let starts = {
        let text = text.clone();
        Memo::new(move |_| {
            let columns = columns.get();
            Arc::new(if columns == 0 {
                vec![0]
            } else {
                line_starts(&text, columns)
            })
        })
    };
    let count = move || starts.with(|starts| starts.len() - 1);
    let full = move || count() as f64 * LINE;
    let rows = move || {
        let (top, shown, full) = (top.get(), shown.get(), full());
        let count = count();
        let tall = full.min(TALLEST);
        // The pixel of the whole that stands at the top of the box.
        let at = if full > TALLEST && tall > shown {
            top / (tall - shown) * (full - shown)
        } else {
            top
        };
        let first = ((at / LINE) as usize).saturating_sub(MARGIN).min(count);
        let after = (((at + shown) / LINE) as usize + MARGIN + 1).min(count);
        let offset = top + first as f64 * LINE - at;
        let body: String = starts.with(|starts| {
            let mut body = String::new();
            for number in first..after {
                body.push_str(line(&text, starts, number));
                body.push('\n');
            }
            body
        });
        html::pre()
            .class("long-lines")
            .style(("transform", format!("translateY({offset}px)")))
            .child(body)
    };
    html::div()
        .node_ref(node)
        .class(if height == Height::Fill {
            "long fill"
        } else {
            "long"
        })
        .attr("tabindex", "0")
        .attr("role", "textbox")
        .attr("aria-readonly", "true")
        .attr("aria-multiline", "true")
        .attr("aria-label", "Text")
        .on(ev::scroll, move |event| {
            top.set(f64::from(
                event_target::<web_sys::Element>(&event).scroll_top(),
            ));
        })
        .child((
            html::span()
                .node_ref(probe)
                .class("long-probe")
                .attr("aria-hidden", "true")
                .child(PROBE),
            html::div()
                .class("long-space")
                .style(("height", move || format!("{}px", full().min(TALLEST))))
                .child(rows),
        ))
}
