//! A button with a list of things to do.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::{
    AnyView, ClassAttribute, CustomAttribute, ElementChild, Get, GetUntracked, GlobalAttributes,
    IntoAny, NodeRef, NodeRefAttribute, OnAttribute, RwSignal, Set, Update,
    request_animation_frame,
};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

/// How a menu's button looks and where its list hangs.
#[derive(Debug, Clone, Copy)]
pub struct MenuLook {
    /// Classes of the place around button and list.
    pub place: &'static str,
    /// Classes of the button.
    pub button: &'static str,
    /// Classes of the list.
    pub list: &'static str,
    /// Name of button and list for assistive technology and as tooltip; empty when the button says it.
    pub name: &'static str,
}

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    content: Arc<dyn Fn() -> AnyView + Send + Sync>,
    checked: Option<bool>,
    run: Arc<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for MenuItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MenuItem")
            .field("checked", &self.checked)
            .finish_non_exhaustive()
    }
}

/// What stands in a menu.
#[derive(Debug, Clone)]
pub enum MenuPart {
    /// Something to do.
    Item(MenuItem),
    /// A heading.
    Heading(&'static str),
    /// A line.
    Rule,
}

/// Something to do.
pub fn item(
    content: impl Fn() -> AnyView + Send + Sync + 'static,
    run: impl Fn() + Send + Sync + 'static,
) -> MenuPart {
    MenuPart::Item(MenuItem {
        content: Arc::new(content),
        checked: None,
        run: Arc::new(run),
    })
}

/// One of several choices.
pub fn choice(
    checked: bool,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
    run: impl Fn() + Send + Sync + 'static,
) -> MenuPart {
    MenuPart::Item(MenuItem {
        content: Arc::new(content),
        checked: Some(checked),
        run: Arc::new(run),
    })
}

/// A button that opens a list. The list is made when it is opened.
pub fn menu(
    look: MenuLook,
    label: impl Fn() -> AnyView + Send + 'static,
    parts: impl Fn() -> Vec<MenuPart> + Send + Sync + 'static,
) -> AnyView {
    let open = RwSignal::new(false);
    let place = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let parts = Arc::new(parts);
    let close = move || {
        open.set(false);
        if let Some(button) = button.get() {
            let _ = button.focus();
        }
    };
    let show = move || {
        open.set(true);
        request_animation_frame(move || move_focus(place, Move::First));
    };
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        let to = match key.as_str() {
            "Escape" if open.get() => {
                event.stop_propagation();
                event.prevent_default();
                close();
                return;
            }
            "ArrowDown" if !open.get() => {
                event.prevent_default();
                show();
                return;
            }
            "ArrowDown" => Move::Next,
            "ArrowUp" => Move::Previous,
            "Home" => Move::First,
            "End" => Move::Last,
            _ => return,
        };
        if open.get() {
            event.prevent_default();
            event.stop_propagation();
            move_focus(place, to);
        }
    };
    let on_leave = move |event: FocusEvent| {
        let to: Option<Node> = event.related_target().and_then(|to| to.dyn_into().ok());
        let inside = place.get().is_some_and(|place| place.contains(to.as_ref()));
        if !inside {
            open.set(false);
        }
    };
    let list = move || {
        open.get().then(|| {
            let lines: Vec<AnyView> = parts().into_iter().map(|part| line(part, close)).collect();
            html::div()
                .class(format!("menu {}", look.list))
                .attr("role", "menu")
                .attr("aria-label", look.name)
                // The focus stays where it is, so that the list is not closed before the click.
                .on(leptos::ev::mousedown, |event| event.prevent_default())
                .child(lines)
                .into_any()
        })
    };
    html::div()
        .class(look.place)
        .node_ref(place)
        .on(leptos::ev::keydown, on_key)
        .on(leptos::ev::focusout, on_leave)
        .child((
            html::button()
                .class(look.button)
                .attr("type", "button")
                .node_ref(button)
                .title(look.name)
                .attr("aria-label", (!look.name.is_empty()).then_some(look.name))
                .attr("aria-haspopup", "menu")
                .attr("aria-expanded", move || open.get().to_string())
                .on(leptos::ev::click, move |event| {
                    let by_key = event.detail() == 0;
                    if open.get() {
                        open.set(false);
                    } else if by_key {
                        show();
                    } else {
                        open.update(|open| *open = true);
                    }
                })
                .child(label),
            list,
        ))
        .into_any()
}

fn line(part: MenuPart, close: impl Fn() + 'static) -> AnyView {
    match part {
        MenuPart::Heading(title) => html::h3().child(title).into_any(),
        MenuPart::Rule => html::hr().into_any(),
        MenuPart::Item(item) => {
            let role = match item.checked {
                Some(_) => "menuitemradio",
                None => "menuitem",
            };
            let run = item.run;
            html::button()
                .attr("type", "button")
                .attr("role", role)
                .attr("tabindex", "-1")
                .attr(
                    "aria-checked",
                    item.checked.map(|checked| checked.to_string()),
                )
                .on(leptos::ev::click, move |_| {
                    close();
                    run();
                })
                .child((item.content)())
                .into_any()
        }
    }
}

#[derive(Clone, Copy)]
enum Move {
    First,
    Last,
    Next,
    Previous,
}

fn move_focus(place: NodeRef<html::Div>, to: Move) {
    let Some(place) = place.get_untracked() else {
        return;
    };
    let Ok(items) = place.query_selector_all("[role^=menuitem]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..items.length())
        .filter_map(|index| items.get(index)?.dyn_into().ok())
        .collect();
    let focused = place
        .owner_document()
        .and_then(|document| document.active_element());
    let at = items
        .iter()
        .position(|item| focused.as_ref().is_some_and(|focused| **item == *focused));
    let last = items.len().saturating_sub(1);
    let index = match (to, at) {
        (Move::First, _) | (Move::Next, None) => 0,
        (Move::Last, _) | (Move::Previous, None | Some(0)) => last,
        (Move::Next, Some(at)) if at == last => 0,
        (Move::Next, Some(at)) => at + 1,
        (Move::Previous, Some(at)) => at - 1,
    };
    if let Some(item) = items.get(index) {
        let _ = item.focus();
    }
}
