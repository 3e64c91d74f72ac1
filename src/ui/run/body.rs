//! Waterfall and inspector side by side, or one above the other where the page is narrow.

use crate::ui::canvas::{Grows, Resizable, observe_size, splitter};
use crate::ui::dom::{El, div, keep, on_window, px, room, switch};
use crate::ui::field::Field;
use crate::ui::inspector::inspector;
use crate::ui::state::AppState;
use crate::ui::waterfall::waterfall;
use std::rc::Rc;

/// Pages narrower than this have the inspector at the foot.
const NARROW: f64 = 1000.0;
/// Standard and least width of the inspector.
const WIDTH: (f64, f64) = (372.0, 320.0);
/// Standard and least height of the inspector at the foot.
const HEIGHT: (f64, f64) = (190.0, 120.0);

/// The opened run.
pub fn body(app: AppState) -> El {
    let open = Rc::new(Field::new(true));
    let dock = Rc::new(Dock {
        app,
        size: Field::new((1440.0, 800.0)),
        foot: Field::new(is_narrow()),
    });
    let (shown, closed) = (open.clone(), open.clone());
    let (columns, rows, sized, resized) = (dock.clone(), dock.clone(), dock.clone(), dock.clone());
    let (wide, tall) = (open.clone(), open.clone());
    let place = div("run-split")
        .style_of("grid-template-columns", move || {
            tracks(wide.get() && !columns.foot.get(), &columns)
        })
        .style_of("grid-template-rows", move || {
            tracks(tall.get() && rows.foot.get(), &rows)
        })
        .child((
            waterfall(app, open),
            switch(
                move || (shown.get(), dock.foot.get()),
                move |(open, foot)| {
                    let closed = closed.clone();
                    open.then(|| {
                        div("inspector-place").child((
                            edge(sized.clone(), foot),
                            inspector(app, Rc::new(move || closed.set(false))),
                        ))
                    })
                },
            ),
        ));
    let measured = resized.clone();
    keep(observe_size(place.element(), move |width, height| {
        measured.size.set_if_new((width, height));
    }));
    on_window("resize", move |_| resized.foot.set_if_new(is_narrow()));
    place
}

/// The inspector's size is the last track's.
fn tracks(split: bool, dock: &Dock) -> String {
    if split {
        format!("minmax(0, 1fr) {}", px(dock.size()))
    } else {
        "minmax(0, 1fr)".to_owned()
    }
}

fn edge(dock: Rc<Dock>, foot: bool) -> El {
    if foot {
        splitter(
            "inspector-split level",
            "Height of the inspector",
            Grows::Up,
            dock,
        )
    } else {
        splitter(
            "inspector-split",
            "Width of the inspector",
            Grows::Left,
            dock,
        )
    }
}

struct Dock {
    app: AppState,
    /// Of waterfall and inspector together.
    size: Field<(f64, f64)>,
    /// The inspector is at the foot.
    foot: Field<bool>,
}

impl Resizable for Dock {
    fn size(&self) -> f64 {
        let (least, most) = self.limits();
        let foot = self.foot.get();
        let chosen = self.app.settings.with(|settings| {
            if foot {
                settings.inspector_height
            } else {
                settings.inspector_width
            }
        });
        let standard = if foot { HEIGHT.0 } else { WIDTH.0 };
        chosen.unwrap_or(standard).clamp(least, most)
    }

    fn limits(&self) -> (f64, f64) {
        let (width, height) = self.size.get();
        let (least, all) = if self.foot.get() {
            (HEIGHT.1, height)
        } else {
            (WIDTH.1, width)
        };
        (least, (all / 2.0).max(least))
    }

    fn resize(&self, size: Option<f64>) {
        let foot = self.foot.get_untracked();
        self.app.settings.update(|settings| {
            if foot {
                settings.inspector_height = size;
            } else {
                settings.inspector_width = size;
            }
        });
    }
}

fn is_narrow() -> bool {
    (1.0..NARROW).contains(&room().0)
}
