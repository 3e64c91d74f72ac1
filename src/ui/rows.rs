//! A list of which only the visible rows are in the page.
//!
//! Rows stand at fixed places in a filler as high as all of them. Browsers cap the height of an element (at some 17 to 33
//! million pixels), so above [`TALLEST`] the filler is shorter than the rows: scrolling is then stretched, and the rows in
//! sight are put where they are seen.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};

/// Height of the filler at most, in pixels.
const TALLEST: f64 = 8_000_000.0;

/// Rows that are made beyond either edge, so that a quick scroll shows no gap.
const BEYOND: u32 = 8;

/// The scrolling of a list. A handful of handles: copy it freely.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// Number of rows.
    count: Signal<u32>,
    /// Height of a row in pixels.
    row: f64,
    /// The scrolling element.
    pub element: NodeRef<html::Div>,
    scrolled: RwSignal<f64>,
    height: RwSignal<f64>,
    watch: StoredValue<Option<Watch>, LocalStorage>,
}

impl Rows {
    /// A list of `count` rows, each `row` pixels high.
    pub fn new(count: Signal<u32>, row: f64) -> Self {
        let rows = Self {
            count,
            row,
            element: NodeRef::new(),
            scrolled: RwSignal::new(0.0),
            height: RwSignal::new(0.0),
            watch: StoredValue::new_local(None),
        };
        Effect::new(move || {
            if let Some(element) = rows.element.get() {
                rows.observe(&element);
            }
        });
        rows
    }

    fn observe(self, element: &HtmlElement) {
        self.height.set(f64::from(element.client_height()));
        let watched = element.clone();
        let resized = Closure::<dyn Fn()>::new(move || {
            self.height.set(f64::from(watched.client_height()));
        });
        let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(element);
        self.watch.set_value(Some(Watch {
            observer,
            _resized: resized,
        }));
    }

    /// Height of the filler, and how many pixels of rows one pixel of it stands for.
    fn stretch(self, count: u32, height: f64) -> (f64, f64) {
        stretch(f64::from(count) * self.row, height)
    }

    /// The rows to make: first and the one after the last.
    pub fn range(self) -> (u32, u32) {
        let (count, height) = (self.count.get(), self.height.get());
        let (_, factor) = self.stretch(count, height);
        visible(self.scrolled.get() * factor, height, self.row, count)
    }

    /// Where a row stands in the filler, for its `transform`.
    pub fn place(self, index: u32) -> String {
        format!("translateY({}px)", self.y(index))
    }

    fn y(self, index: u32) -> f64 {
        let (count, height) = (self.count.get(), self.height.get());
        let (_, factor) = self.stretch(count, height);
        let top = f64::from(index) * self.row;
        if factor <= 1.0 {
            return top;
        }
        let scrolled = self.scrolled.get();
        top - scrolled * factor + scrolled
    }

    /// How many rows fit.
    pub fn page(self) -> u32 {
        ((self.height.get_untracked() / self.row) as u32).max(1)
    }

    /// Scrolls as little as needed to show a row; nothing when the list has left the page meanwhile.
    pub fn show(self, index: u32) {
        let (Some(Some(element)), Some(count), Some(height)) = (
            self.element.try_get_untracked(),
            self.count.try_get_untracked(),
            self.height.try_get_untracked(),
        ) else {
            return;
        };
        let (_, factor) = self.stretch(count, height);
        let top = f64::from(element.scroll_top()) * factor;
        let (begin, end) = (f64::from(index) * self.row, f64::from(index + 1) * self.row);
        let to = if begin < top {
            begin
        } else if end > top + height {
            end - height
        } else {
            return;
        };
        element.set_scroll_top((to / factor).round() as i32);
    }

    /// To be called when [`Rows::element`] has been scrolled.
    pub fn scrolled(self) {
        if let Some(element) = self.element.get_untracked() {
            self.scrolled.set(f64::from(element.scroll_top()));
        }
    }

    /// What [`Rows::element`] holds: the rows in sight, made by `make` from their index.
    pub fn filler(self, make: impl Fn(u32) -> AnyView + Clone + Send + Sync + 'static) -> AnyView {
        let range = Memo::new(move |_| self.range());
        let list = For(ForProps::builder()
            .each(move || {
                let (first, end) = range.get();
                first..end
            })
            .key(|index| *index)
            .children(make)
            .build());
        let fill = move || {
            let (fill, _) = self.stretch(self.count.get(), self.height.get());
            format!("{fill}px")
        };
        html::div()
            .class("rows-fill")
            .attr("role", "presentation")
            .style(("height", fill))
            .child(list)
            .into_any()
    }
}

/// Watches the height of an element until it is dropped.
struct Watch {
    observer: ResizeObserver,
    _resized: Closure<dyn Fn()>,
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
