//! The measured range and what can be done with it.

use super::stage::Stage;
use crate::scene::format;
use crate::ui::dom::{Parts, button, div, el, parts, px};
use crate::ui::icon::Icon;
use std::rc::Rc;

/// Beside a measured range: its length, and to zoom to it.
pub fn range_box(stage: &Rc<Stage>) -> Parts {
    let stage = stage.clone();
    parts(move || {
        let (range, middle) = stage.shown.range.get()?;
        let (zoomed, closed) = (stage.clone(), stage.clone());
        Some(
            div("wf-range")
                .attr("role", "group")
                .attr("aria-label", "Measured range")
                .style("left", &px(middle.max(0.0)))
                .child((
                    el("b").child(format::duration(range.1.saturating_sub(range.0))),
                    button("button small", move || {
                        zoomed.drop_range();
                        zoomed.go_to_window(range);
                    })
                    .child("Zoom"),
                    button("quiet", move || {
                        closed.drop_range();
                    })
                    .attr("aria-label", "Forget the range")
                    .attr("title", "Forget the range (Esc)")
                    .child(Icon::X.el(14)),
                )),
        )
    })
}
