//! A list of which only the visible rows are in the page.
//!
//! Rows stand at fixed places in a filler as high as all of them. Browsers cap the height of an element (at some 17 to 33
//! million pixels), so above [`TALLEST`] the filler is shorter than the rows: scrolling is then stretched, and the rows in
//! sight are put where they are seen.

use super::dom::{El, div, effect, keep, px};
use super::field::{Field, Held};
use crate::model::order::RowMap;
use leptos::prelude::Owner;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Height of the filler at most, in pixels.
const TALLEST: f64 = 8_000_000.0;

/// Rows that are made beyond either edge, so that a quick scroll shows no gap.
const BEYOND: u32 = 8;

/// A list of which only the visible rows are in the page. Clones are the same list.
#[derive(Clone)]
pub struct Rows(Rc<Inner>);

struct Inner {
    /// Number of rows; it is followed.
    count: Box<dyn Fn() -> u32>,
    /// Height of a row in pixels.
    row: f64,
    /// The scrolling element.
    element: El,
    filler: El,
    scrolled: Field<f64>,
    height: Field<f64>,
    /// The rows that are made, each with the owner of what follows in it.
    made: RefCell<RowMap<(El, Owner)>>,
    watch: Held<Option<Watch>>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("row", &self.0.row)
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// A list of `count` rows, each `row` pixels high, in a scrolling element of this class.
    pub fn new(class: &str, row: f64, count: impl Fn() -> u32 + 'static) -> Self {
        let filler = div("rows-fill").attr("role", "presentation");
        let element = div(class).child(filler.clone());
        let rows = Self(Rc::new(Inner {
            count: Box::new(count),
            row,
            element: element.clone(),
            filler: filler.clone(),
            scrolled: Field::new(0.0),
            height: Field::new(0.0),
            made: RefCell::default(),
            watch: Held::new(None),
        }));
        let heard = Rc::downgrade(&rows.0);
        let element = element.on("scroll", move |_| {
            if let Some(rows) = heard.upgrade() {
                let top = f64::from(rows.element.element().scroll_top());
                rows.scrolled.set_if_new(top);
            }
        });
        rows.observe(element.element());
        let kept = rows.clone();
        let _ = filler.style_of("height", move || px(kept.stretch((kept.0.count)()).0));
        keep(rows.clone());
        rows
    }

    /// The scrolling element.
    pub fn element(&self) -> El {
        self.0.element.clone()
    }

    fn observe(&self, element: &Element) {
        let (watched, rows) = (element.clone(), Rc::downgrade(&self.0));
        let resized = Closure::<dyn FnMut()>::new(move || {
            if let Some(rows) = rows.upgrade() {
                rows.height.set_if_new(f64::from(watched.client_height()));
            }
        });
        if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            // Tells the first height, too.
            observer.observe(element);
            self.0.watch.set_value(Some(Watch {
                observer,
                _resized: resized,
            }));
        }
    }

    /// Height of the filler, and how many pixels of rows one pixel of it stands for.
    fn stretch(&self, count: u32) -> (f64, f64) {
        stretch(f64::from(count) * self.0.row, self.0.height.get())
    }

    /// The rows to make: first and the one after the last. It is followed.
    pub fn range(&self) -> (u32, u32) {
        let count = (self.0.count)();
        let (_, factor) = self.stretch(count);
        let top = self.0.scrolled.get() * factor;
        visible(top, self.0.height.get(), self.0.row, count)
    }

    /// How many rows fit.
    pub fn page(&self) -> u32 {
        ((self.0.height.get_untracked() / self.0.row) as u32).max(1)
    }

    /// Scrolls as little as needed to show a row.
    pub fn show(&self, index: u32) {
        let element = self.0.element.element();
        // Read anew: the list may have grown or moved since the last event.
        let height = f64::from(element.client_height());
        let (_, factor) = stretch(f64::from(self.count_untracked()) * self.0.row, height);
        let top = f64::from(element.scroll_top()) * factor;
        let (begin, end) = (
            f64::from(index) * self.0.row,
            f64::from(index + 1) * self.0.row,
        );
        let to = if begin < top {
            begin
        } else if end > top + height {
            end - height
        } else {
            return;
        };
        element.set_scroll_top((to / factor).round() as i32);
    }

    fn count_untracked(&self) -> u32 {
        leptos::prelude::untrack(|| (self.0.count)())
    }

    /// Fills the list: `make` makes the row at an index, which is put to its place here.
    pub fn fill(&self, make: impl Fn(u32) -> El + 'static) {
        let rows = self.clone();
        let owner = Owner::current().map_or_else(Owner::new, |owner| owner.child());
        let make: Box<dyn Fn(u32) -> El> = Box::new(make);
        effect(move || {
            let (first, end) = rows.range();
            let (_, factor) = rows.stretch(rows.count_untracked());
            let scrolled = rows.0.scrolled.get_untracked();
            // Where rows are as far apart as they are high, their places do not depend on the scrolling.
            let shift = if factor > 1.0 {
                scrolled - scrolled * factor
            } else {
                0.0
            };
            rows.remake(first, end, &owner, &*make);
            let shown = rows.0.made.borrow();
            for (index, (row, _)) in shown.rows().iter().zip(shown.values()) {
                let place = f64::from(*index) * rows.0.row + shift;
                // A transform is a valid property.
                let _ = row
                    .html()
                    .style()
                    .set_property("transform", &format!("translateY({})", px(place)));
            }
        });
    }

    fn remake(&self, first: u32, end: u32, owner: &Owner, make: &dyn Fn(u32) -> El) {
        let mut rows = self.0.made.borrow_mut();
        let gone = rows.rows().iter().copied();
        let gone: Vec<u32> = gone.filter(|row| !(first..end).contains(row)).collect();
        for index in gone {
            if let Some((row, owner)) = rows.remove(index) {
                owner.cleanup();
                row.element().remove();
            }
        }
        for index in first..end {
            rows.find_or_insert(index, || {
                let owner = owner.child();
                let row = owner.with(|| leptos::prelude::untrack(|| make(index)));
                // Refused only for a row that holds the list.
                let _ = self.0.filler.element().append_child(row.element());
                (row, owner)
            });
        }
    }
}

/// Watches the height of an element until it is dropped.
struct Watch {
    observer: ResizeObserver,
    _resized: Closure<dyn FnMut()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn stretch(all: f64, height: f64) -> (f64, f64) {
    if all <= TALLEST || height >= TALLEST {
        return (all, 1.0);
    }
    (TALLEST, (all - height) / (TALLEST - height))
}

fn visible(top: f64, height: f64, row: f64, count: u32) -> (u32, u32) {
    let first = ((top / row).max(0.0) as u32).saturating_sub(BEYOND);
    let end = (((top + height) / row).max(0.0).ceil() as u32).saturating_add(BEYOND);
    (first.min(count), end.min(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_near_the_view_are_made() {
        assert_eq!(visible(0.0, 280.0, 28.0, 100_000), (0, 18));
        assert_eq!(visible(28_000.0, 280.0, 28.0, 100_000), (992, 1018));
        assert_eq!(
            visible(2_799_720.0, 280.0, 28.0, 100_000),
            (99_982, 100_000)
        );
        assert_eq!(visible(0.0, 280.0, 28.0, 3), (0, 3));
        assert_eq!(visible(0.0, 0.0, 28.0, 0), (0, 0));
    }

    #[test]
    fn a_list_that_is_too_tall_is_stretched_so_that_both_ends_are_reached() {
        assert_eq!(stretch(2_800_000.0, 500.0), (2_800_000.0, 1.0));
        let all = 28.0 * 4_000_000.0;
        let (fill, factor) = stretch(all, 500.0);
        assert!(fill <= TALLEST);
        let bottom = (fill - 500.0) * factor;
        assert!((bottom + 500.0 - all).abs() < 0.001);
    }
}
