//! Keys of the waterfall (product rule: W A S D as in Perfetto, arrows walk the tree).

use super::moves::Step;
use super::stage::Stage;
use crate::scene::waterfall::Level;
use crate::ui::dom::listen;
use leptos::prelude::{document, request_animation_frame};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// How much one key press zooms.
const ZOOM: f64 = 1.25;
/// Which part of the window one key press pans.
const PAN: i64 = 10;

/// Hears keys on the whole page: letters wherever no text is being written, arrows where no other part has the focus.
pub fn hear_keys(stage: &Rc<Stage>, root: &HtmlElement) {
    let (stage, root) = (Rc::downgrade(stage), root.clone());
    let hear = move |event: Event| {
        let event: KeyboardEvent = event.unchecked_into();
        if event.default_prevented()
            || event.ctrl_key()
            || event.alt_key()
            || event.meta_key()
            || event.is_composing()
        {
            return;
        }
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(stage) = stage.upgrade()
            && stage.key(&event.key(), target.as_ref(), &root)
        {
            event.prevent_default();
        }
    };
    listen(&document(), "keydown", Box::new(hear));
}

/// Whether an element takes typed text or is part of something laid over the page.
fn takes_keys(target: &Element) -> bool {
    target
        .closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog, [role=dialog], [role=menu], [role=listbox]")
        .is_ok_and(|found| found.is_some())
}

impl Stage {
    /// Does what a key means; `false` when it means nothing here.
    fn key(&self, key: &str, target: Option<&Element>, root: &HtmlElement) -> bool {
        if matches!(key, "Tab" | "F6") {
            // The focus that comes by key has a ring.
            self.mirror.set_by_pointer(false);
        }
        if target.is_some_and(takes_keys) {
            return false;
        }
        let here =
            target.is_none_or(|target| target.tag_name() == "BODY" || root.contains(Some(target)));
        // Buttons and splitters within keep Enter, Space and arrows for themselves.
        let on_control = target.is_some_and(|target| {
            target
                .closest("button, a, [role=separator], [role=slider], [role=tab]")
                .is_ok_and(|found| found.is_some())
        });
        self.letter(key) || here && !on_control && self.walk(key)
    }

    fn letter(&self, key: &str) -> bool {
        match key {
            "w" | "W" | "+" => self.zoom_at(self.middle(), ZOOM),
            "s" | "S" | "-" => self.zoom_at(self.middle(), 1.0 / ZOOM),
            "a" | "A" => self.pan_part(-1),
            "d" | "D" => self.pan_part(1),
            "0" => self.fit(),
            "f" | "F" | "z" | "Z" => self.zoom_to_selection(),
            "1" => self.app.show_level(Level::Everything),
            "2" => self.app.show_level(Level::Steps),
            "3" => self.app.show_level(Level::Agents),
            "m" | "M" => {
                if self
                    .app
                    .runs_filter
                    .with_untracked(|text| text.trim().is_empty())
                {
                    return false;
                }
                let only = self
                    .app
                    .settings
                    .with_untracked(|settings| settings.only_matches);
                self.app.show_only_matches(!only);
            }
            "u" | "U" => return self.unfold_selected(),
            "Backspace" => {
                self.app.window_back();
            }
            "Escape" => return self.drop_range(),
            _ => return false,
        }
        true
    }

    fn walk(&self, key: &str) -> bool {
        self.mirror.set_by_pointer(false);
        match key {
            "ArrowUp" => self.step(Step::By(-1)),
            "ArrowDown" => self.step(Step::By(1)),
            "PageUp" => self.step(Step::Pages(-1)),
            "PageDown" => self.step(Step::Pages(1)),
            "Home" => self.step(Step::First),
            "End" => self.step(Step::Last),
            "ArrowLeft" => self.leftwards(),
            "ArrowRight" => self.rightwards(),
            "Enter" => self.to_inspector(),
            _ => return false,
        }
        true
    }

    /// Opens the inspector and moves the focus there.
    fn to_inspector(&self) {
        self.inspector.set(true);
        // It is in the page with the next frame at the latest.
        request_animation_frame(|| {
            crate::ui::inspector::focus();
        });
    }

    /// Where a key zooms: at the pointer when it is over the bars, else in the middle.
    fn middle(&self) -> i64 {
        let view = self.view.borrow();
        let axis = view.axis(self.app.window.get_untracked());
        let x = view
            .pointer
            .map(|at| at.x)
            .filter(|x| *x >= axis.left && *x <= axis.right())
            .unwrap_or(f64::midpoint(axis.left, axis.right()));
        axis.time(x)
    }

    fn pan_part(&self, direction: i64) {
        let (start, end) = self.present();
        self.pan_by(end.saturating_sub(start) / PAN * direction);
    }
}
