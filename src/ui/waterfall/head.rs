//! Heads of the tree's columns with the splitters between them, over the painted header.

use super::geometry::Column;
use super::stage::Stage;
use crate::ui::canvas::{Grows, Splitter};
use crate::ui::state::AppState;
use leptos::html;
use leptos::prelude::*;
use std::rc::Rc;

/// The head row of the tree grid.
#[component]
pub fn Head(
    /// The waterfall.
    stage: StoredValue<Rc<Stage>, LocalStorage>,
) -> impl IntoView {
    let app = AppState::current();
    let signals = stage.with_value(|stage| stage.signals());
    let heads: Vec<AnyView> = Column::ALL
        .into_iter()
        .map(|column| {
            let edges = move || signals.columns.get().edges(column);
            let class = match column {
                Column::Name => "wf-head-cell name",
                Column::Service => "wf-head-cell",
                Column::Duration | Column::Errors => "wf-head-cell num",
            };
            let (size, limits) = (
                Signal::derive(move || signals.columns.get().width(column)),
                Signal::derive(move || column.limits(signals.width.get())),
            );
            let set = Callback::new(move |width| choose(app, column, width));
            html::div()
                .class(class)
                .attr("role", "columnheader")
                .style(("left", move || format!("{}px", edges().0)))
                .style(("width", move || format!("{}px", edges().1 - edges().0)))
                .child((
                    html::span()
                        .class("ellipsis")
                        .child(move || {
                            // A column of marks alone has no room for its title, which assistive technology still reads.
                            let (left, right) = edges();
                            html::span()
                                .class(if right - left < 40.0 { "unseen" } else { "" })
                                .child(column.title())
                        }),
                    view! {
                        <Splitter class="wf-split" label=split_label(column) grows=Grows::Right size=size limits=limits set=set />
                    },
                ))
                .into_any()
        })
        .collect();
    html::div()
        .class("wf-head")
        .attr("role", "row")
        .attr("aria-rowindex", "1")
        .child(heads)
}

fn split_label(column: Column) -> &'static str {
    match column {
        Column::Name => "Width of the names",
        Column::Service => "Width of the services",
        Column::Duration => "Width of the durations",
        Column::Errors => "Width of the errors",
    }
}

/// Keeps the width that a person chose; `None` for the standard.
fn choose(app: AppState, column: Column, width: Option<f64>) {
    app.settings
        .update(|settings| match (column as usize).checked_sub(1) {
            None => settings.tree_width = width,
            Some(index) => {
                if settings.column_widths.len() <= index {
                    settings.column_widths.resize(index + 1, STANDARD);
                }
                settings.column_widths[index] = width.unwrap_or(STANDARD);
            }
        });
}

/// What stands in the settings for a column of standard width.
const STANDARD: f64 = 0.0;

/// The widths that the settings name.
pub fn chosen(app: AppState) -> [Option<f64>; 4] {
    app.settings.with(|settings| {
        let other = |index: usize| {
            settings
                .column_widths
                .get(index)
                .copied()
                .filter(|width| *width > STANDARD)
        };
        [settings.tree_width, other(0), other(1), other(2)]
    })
}
