//! Heads of the tree's columns with the splitters between them, over the painted header.

use super::geometry::{COLUMNS, Column};
use super::stage::Stage;
use crate::scene::waterfall::ColourBy;
use crate::ui::canvas::{Grows, Resizable, splitter};
use crate::ui::dom::{El, div, el, px};
use crate::ui::state::AppState;
use std::rc::Rc;

/// The head row of the tree grid.
pub fn head(stage: &Rc<Stage>) -> El {
    let heads: Vec<El> = Column::ALL
        .into_iter()
        .map(|column| one(stage, column))
        .collect();
    div("wf-head")
        .attr("role", "row")
        .attr("aria-rowindex", "1")
        .child(heads)
}

fn one(stage: &Rc<Stage>, column: Column) -> El {
    let class = match column {
        Column::Name => "wf-head-cell name",
        Column::Service | Column::Model => "wf-head-cell",
        Column::Tokens | Column::Cost | Column::Duration | Column::Errors => "wf-head-cell num",
    };
    let (left, width, title) = (stage.clone(), stage.clone(), stage.clone());
    let resized = Rc::new(Resized {
        stage: stage.clone(),
        column,
    });
    let (there, split, named) = (stage.clone(), stage.clone(), stage.clone());
    div(class)
        .attr("role", "columnheader")
        .attr_of("hidden", move || {
            (!there.shown.columns.get().has(column)).then_some("")
        })
        .style_of("left", move || px(left.shown.columns.get().edges(column).0))
        .style_of("width", move || px(width.shown.columns.get().width(column)))
        .child((
            el("span")
                // A column of marks alone has no room for its title, which assistive technology still reads.
                .class_of(move || {
                    if title.shown.columns.get().width(column) < 40.0 {
                        "unseen"
                    } else {
                        "ellipsis"
                    }
                })
                .child(move || named.title(column)),
            splitter("wf-split", column.width_label(), Grows::Right, resized)
                .attr_of("hidden", move || {
                    (!split.shown.columns.get().shows(column)).then_some("")
                }),
        ))
}

impl Stage {
    /// What the head of a column says. The mark of an agent and that of a service never stand side by side: they have the
    /// same colours.
    fn title(&self, column: Column) -> &'static str {
        if column == Column::Service && agents(self.shown.told.get(), self.shown.colour.get()) {
            return "Agent";
        }
        column.title()
    }
}

/// Whether the column beside the names says agents and not services.
pub fn agents(told: bool, colour: ColourBy) -> bool {
    told && colour != ColourBy::Service
}

struct Resized {
    stage: Rc<Stage>,
    column: Column,
}

impl Resizable for Resized {
    fn size(&self) -> f64 {
        self.stage.shown.columns.get().width(self.column)
    }

    fn limits(&self) -> (f64, f64) {
        self.column.limits(self.stage.shown.width.get())
    }

    fn resize(&self, size: Option<f64>) {
        let column = self.column as usize;
        self.stage
            .app
            .settings
            .update(|settings| match column.checked_sub(1) {
                None => settings.tree_width = size,
                Some(index) => {
                    if settings.column_widths.len() <= index {
                        settings.column_widths.resize(index + 1, STANDARD);
                    }
                    settings.column_widths[index] = size.unwrap_or(STANDARD);
                }
            });
    }
}

/// What stands in the settings for a column of standard width.
const STANDARD: f64 = 0.0;

/// The widths that the settings name.
pub fn chosen(app: AppState) -> [Option<f64>; COLUMNS] {
    app.settings.with(|settings| {
        let other = |index: usize| {
            settings
                .column_widths
                .get(index)
                .copied()
                .filter(|width| *width > STANDARD)
        };
        std::array::from_fn(|column| match column.checked_sub(1) {
            None => settings.tree_width,
            Some(index) => other(index),
        })
    })
}
