//! A button with a list of things to do.

use super::dom::{El, Kids, Parts, button, div, el, parts};
use super::field::Field;
use leptos::prelude::{document, request_animation_frame};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, FocusEvent, HtmlElement, KeyboardEvent, MouseEvent, Node};

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

/// What stands in a menu.
pub enum MenuPart {
    /// Something to do: what it looks like, whether it is the chosen one of several, and what it does.
    Item(Parts, Option<bool>, Box<dyn Fn()>),
    /// A heading.
    Heading(&'static str),
    /// A line.
    Rule,
}

impl std::fmt::Debug for MenuPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MenuPart")
    }
}

/// Something to do.
pub fn item(content: impl Kids, run: impl Fn() + 'static) -> MenuPart {
    MenuPart::Item(parts(content), None, Box::new(run))
}

/// One of several choices.
pub fn choice(checked: bool, content: impl Kids, run: impl Fn() + 'static) -> MenuPart {
    MenuPart::Item(parts(content), Some(checked), Box::new(run))
}

/// A button that opens a list. The list is made when it is opened.
pub fn menu(look: MenuLook, label: impl Kids, lines: impl Fn() -> Vec<MenuPart> + 'static) -> El {
    let name = (!look.name.is_empty()).then_some(look.name);
    menu_that_says(look, move || name.map(str::to_owned), label, lines)
}

/// The same with a button whose name changes with what is chosen, so that it holds the words that are seen.
pub fn menu_that_says(
    look: MenuLook,
    says: impl Fn() -> Option<String> + 'static,
    label: impl Kids,
    lines: impl Fn() -> Vec<MenuPart> + 'static,
) -> El {
    let open = Rc::new(Field::new(false));
    let place = div(look.place);
    let name = (!look.name.is_empty()).then_some(look.name);
    let (shown, listed) = (Rc::clone(&open), Rc::clone(&open));
    let trigger = el("button")
        .class(look.button)
        .attr("type", "button")
        .attr("title", name)
        .attr_of("aria-label", says)
        .attr("aria-haspopup", "menu")
        .attr_of("aria-expanded", move || shown.get())
        .child(label);
    let menu = Menu {
        open,
        place: place.html().clone(),
        button: trigger.html().clone(),
    };
    let (clicked, pressed, left, done) = (menu.clone(), menu.clone(), menu.clone(), menu);
    let trigger = trigger.on_mouse("click", move |event| clicked.turn(&event));
    let list = move || {
        listed.get().then(|| {
            let lines: Vec<El> = lines().into_iter().map(|part| line(part, &done)).collect();
            div(&format!("menu {}", look.list))
                .attr("role", "menu")
                .attr("aria-label", name)
                // The focus stays where it is, so that the list is not closed before the click.
                .on("mousedown", |event| event.prevent_default())
                .child(lines)
        })
    };
    place
        .on_key(move |event| pressed.key(&event))
        .on("focusout", move |event| left.leave(&event))
        .child((trigger, list))
}

#[derive(Clone)]
struct Menu {
    open: Rc<Field<bool>>,
    place: HtmlElement,
    button: HtmlElement,
}

impl Menu {
    fn turn(&self, event: &MouseEvent) {
        let open = self.open.get_untracked();
        self.open.set(!open);
        // A key clicks without a count, and goes on by key.
        if !open && event.detail() == 0 {
            self.enter();
        }
    }

    fn enter(&self) {
        let menu = self.clone();
        request_animation_frame(move || menu.focus(Move::First));
    }

    fn close(&self) {
        self.open.set(false);
        let _ = self.button.focus();
    }

    fn leave(&self, event: &Event) {
        let to = event
            .unchecked_ref::<FocusEvent>()
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        if !self.place.contains(to.as_ref()) {
            self.open.set_if_new(false);
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        let open = self.open.get_untracked();
        match (event.key().as_str(), open) {
            ("Escape", true) => self.close(),
            ("ArrowDown", false) => {
                self.open.set(true);
                self.enter();
            }
            ("ArrowDown", true) => self.focus(Move::Next),
            ("ArrowUp", true) => self.focus(Move::Previous),
            ("Home", true) => self.focus(Move::First),
            ("End", true) => self.focus(Move::Last),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn focus(&self, to: Move) {
        let Ok(found) = self.place.query_selector_all("[role^=menuitem]") else {
            return;
        };
        let focused = document().active_element();
        let at = (0..found.length()).find(|at| {
            let item = found.get(*at);
            item.as_ref() == focused.as_ref().map(AsRef::as_ref)
        });
        let last = found.length().saturating_sub(1);
        let index = match (to, at) {
            (Move::First, _) | (Move::Next, None) => 0,
            (Move::Last, _) | (Move::Previous, None | Some(0)) => last,
            (Move::Next, Some(at)) if at == last => 0,
            (Move::Next, Some(at)) => at + 1,
            (Move::Previous, Some(at)) => at - 1,
        };
        if let Some(item) = found.get(index) {
            let _ = item.unchecked_ref::<HtmlElement>().focus();
        }
    }
}

fn line(part: MenuPart, menu: &Menu) -> El {
    let (content, checked, run) = match part {
        MenuPart::Item(content, checked, run) => (content, checked, run),
        MenuPart::Heading(title) => return el("h3").child(title),
        MenuPart::Rule => return el("hr"),
    };
    let menu = menu.clone();
    let role = if checked.is_some() {
        "menuitemradio"
    } else {
        "menuitem"
    };
    button("", move || {
        menu.close();
        run();
    })
    .attr("role", role)
    .attr("tabindex", "-1")
    .attr("aria-checked", checked)
    .child(content)
}

#[derive(Clone, Copy)]
enum Move {
    First,
    Last,
    Next,
    Previous,
}
