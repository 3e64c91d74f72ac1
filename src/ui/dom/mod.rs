//! Elements of the page, made at once, with closures that keep them in step.
//!
//! The `view!` macro gives every piece of a page a type of its own and compiles the code for it anew, which is most of what a
//! page weighs. Here an element is an element, whatever is in it: the same few functions build all of the page. What follows
//! the state are Leptos' effects; what belongs to a part of the page goes with its owner.

mod effects;
mod kids;
mod mounted;

pub use effects::{effect, keep, listen, on_change, on_later_change, on_window};
pub use kids::Kids;
pub use mounted::Mounted;

use crate::model::decimal::decimal;
use leptos::prelude::{Owner, document, untrack};
use leptos::tachys::renderer::dom::Dom;
use std::borrow::Cow;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent, Node};

/// A length in CSS pixels.
pub fn px(length: f64) -> String {
    let mut text = decimal(length, 3);
    text.push_str("px");
    text
}

/// Width and height of the browser's window in pixels; 0 where it has none.
pub fn room() -> (f64, f64) {
    let size = |size: Result<JsValue, JsValue>| size.ok().and_then(|size| size.as_f64());
    let window = web_sys::window();
    let width = window
        .as_ref()
        .and_then(|window| size(window.inner_width()));
    let height = (window.as_ref()).and_then(|window| size(window.inner_height()));
    (width.unwrap_or(0.0), height.unwrap_or(0.0))
}

/// Something that an attribute can be set to; `None` takes it away.
pub trait Value {
    /// The attribute's text.
    fn into_text(self) -> Option<Cow<'static, str>>;
}

impl Value for &'static str {
    fn into_text(self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl Value for String {
    fn into_text(self) -> Option<Cow<'static, str>> {
        Some(Cow::Owned(self))
    }
}

impl Value for bool {
    fn into_text(self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(if self { "true" } else { "false" }))
    }
}

impl<V: Value> Value for Option<V> {
    fn into_text(self) -> Option<Cow<'static, str>> {
        self.and_then(Value::into_text)
    }
}

fn append(parent: &Node, child: &Node) {
    // Refused only for a parent inside of its child.
    let _ = parent.append_child(child);
}

/// Nodes that change, between two markers.
fn slot(parent: &Node, make: Box<dyn Fn(&Node)>) {
    let (begin, end) = markers(parent);
    effect(move || {
        let parts = Parts::new();
        make(&parts.0);
        replace(&begin, &end, &parts.0);
    });
}

fn markers(parent: &Node) -> (Node, Node) {
    let (begin, end): (Node, Node) = (
        Dom::create_text_node("").into(),
        Dom::create_text_node("").into(),
    );
    append(parent, &begin);
    append(parent, &end);
    (begin, end)
}

/// Puts nodes in the place of those between two markers.
fn replace(begin: &Node, end: &Node, nodes: &Node) {
    let Some(parent) = end.parent_node() else {
        return;
    };
    while let Some(old) = begin.next_sibling()
        && old != *end
    {
        if parent.remove_child(&old).is_err() {
            break;
        }
    }
    // Refused only for a marker that is elsewhere.
    let _ = parent.insert_before(nodes, Some(end));
}

/// What `make` gives for the present key, made anew when the key is another one; until then it stays as it is, whatever
/// else is set.
pub fn switch<K, V>(key: impl Fn() -> K + 'static, make: impl Fn(K) -> V + 'static) -> Parts
where
    K: Copy + PartialEq + 'static,
    V: Kids,
{
    let parts = Parts::new();
    let (begin, end) = markers(&parts.0);
    let content = Owner::current().map_or_else(Owner::new, |owner| owner.child());
    let mut shown = None;
    effect(move || {
        let key = key();
        if shown != Some(key) {
            shown = Some(key);
            content.cleanup();
            let fresh = content.with(|| untrack(|| crate::ui::dom::parts(make(key))));
            replace(&begin, &end, &fresh.0);
        }
    });
    parts
}

/// Several nodes that have no element of their own.
#[derive(Debug)]
pub struct Parts(Node);

impl Parts {
    fn new() -> Self {
        Self(document().create_document_fragment().into())
    }
}

/// Several kids as one.
pub fn parts(kids: impl Kids) -> Parts {
    let parts = Parts::new();
    kids.add_to(&parts.0);
    parts
}

/// An element.
#[must_use = "an element is seen only in another"]
#[derive(Debug, Clone)]
pub struct El(Element);

/// An element of HTML.
pub fn el(tag: &str) -> El {
    El(Dom::create_element(tag, None))
}

/// An element of SVG.
pub fn svg(tag: &str) -> El {
    El(Dom::create_element(tag, Some("http://www.w3.org/2000/svg")))
}

/// A `div` of a class.
pub fn div(class: &str) -> El {
    el("div").class(class)
}

/// A `span` of a class.
pub fn span(class: &str) -> El {
    el("span").class(class)
}

/// A button of a class that does something.
pub fn button(class: &str, run: impl Fn() + 'static) -> El {
    el("button")
        .class(class)
        .attr("type", "button")
        .on("click", move |_| run())
}

impl El {
    /// The element.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// The element of HTML.
    pub fn html(&self) -> &HtmlElement {
        self.0.unchecked_ref()
    }

    /// Sets its classes, unless they are none.
    pub fn class(self, class: &str) -> Self {
        if !class.is_empty() {
            Dom::set_attribute(&self.0, "class", class);
        }
        self
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: impl Value) -> Self {
        set(&self.0, name, value.into_text());
        self
    }

    /// Keeps an attribute in step.
    pub fn attr_of<V: Value>(self, name: &'static str, value: impl Fn() -> V + 'static) -> Self {
        follow(&self.0, name, Box::new(move || value().into_text()));
        self
    }

    /// Keeps its classes in step.
    pub fn class_of<V: Value>(self, class: impl Fn() -> V + 'static) -> Self {
        self.attr_of("class", class)
    }

    /// Keeps a property of its style in step.
    pub fn style_of(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        style(self.html(), name, Box::new(value));
        self
    }

    /// Sets a property of its style.
    pub fn style(self, name: &str, value: &str) -> Self {
        // A value that is none leaves the property as it is.
        let _ = self.html().style().set_property(name, value);
        self
    }

    /// Keeps a property of the element in step, such as the value of a field.
    pub fn prop_of<V: Into<JsValue>>(
        self,
        name: &'static str,
        value: impl Fn() -> V + 'static,
    ) -> Self {
        property(&self.0, name, Box::new(move || value().into()));
        self
    }

    /// Keeps the text of a field in step, except while it has the focus and another one is typed there.
    pub fn value_of(self, text: impl Fn() -> String + 'static) -> Self {
        field_text(self.0.unchecked_ref(), Box::new(text));
        self
    }

    /// Puts something at its end.
    pub fn child(self, kids: impl Kids) -> Self {
        kids.add_to(&self.0);
        self
    }

    /// Puts something at the end of an element that is on the page.
    pub fn add(&self, kids: impl Kids) {
        kids.add_to(&self.0);
    }

    /// Puts something in the place of what it holds.
    pub fn fill(&self, kids: impl Kids) {
        self.0.set_text_content(None);
        kids.add_to(&self.0);
    }

    /// Puts a text at its end that is kept in step.
    pub fn text_of(self, text: impl Fn() -> String + 'static) -> Self {
        live_text(&self.0, Box::new(text));
        self
    }

    /// Hears an event.
    pub fn on(self, event: &str, hear: impl FnMut(Event) + 'static) -> Self {
        listen(&self.0, event, Box::new(hear));
        self
    }

    /// Hears a key.
    pub fn on_key(self, mut hear: impl FnMut(KeyboardEvent) + 'static) -> Self {
        self.on("keydown", move |event| hear(event.unchecked_into()))
    }

    /// Hears a key without Ctrl, Alt or Meta; one that is taken goes no further.
    pub fn on_plain_key(self, mut take: impl FnMut(&KeyboardEvent) -> bool + 'static) -> Self {
        self.on_key(move |event| {
            let is_plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
            if is_plain && take(&event) {
                event.prevent_default();
                event.stop_propagation();
            }
        })
    }

    /// Hears an event of the mouse.
    pub fn on_mouse(self, event: &str, mut hear: impl FnMut(MouseEvent) + 'static) -> Self {
        self.on(event, move |event| hear(event.unchecked_into()))
    }
}

fn set(element: &Element, name: &str, value: Option<Cow<'static, str>>) {
    match value {
        Some(value) => Dom::set_attribute(element, name, &value),
        None => Dom::remove_attribute(element, name),
    }
}

fn follow(
    element: &Element,
    name: &'static str,
    value: Box<dyn Fn() -> Option<Cow<'static, str>>>,
) {
    let element = element.clone();
    effect(move || set(&element, name, value()));
}

fn style(element: &HtmlElement, name: &'static str, value: Box<dyn Fn() -> String>) {
    let style = element.style();
    effect(move || {
        let _ = style.set_property(name, &value());
    });
}

fn property(element: &Element, name: &'static str, value: Box<dyn Fn() -> JsValue>) {
    let element = element.clone();
    effect(move || {
        // Refused only by an element that is frozen.
        let _ = js_sys::Reflect::set(&element, &name.into(), &value());
    });
}

fn field_text(input: &HtmlInputElement, text: Box<dyn Fn() -> String>) {
    let input = input.clone();
    let mut shown = String::new();
    on_change(text, move |text| {
        let is_typed = input.value() != shown;
        let has_focus = document().active_element().as_ref() == Some(input.as_ref());
        shown.clone_from(text);
        if !(is_typed && has_focus) {
            input.set_value(text);
        }
    });
}

fn live_text(element: &Element, text: Box<dyn Fn() -> String>) {
    let node = Dom::create_text_node("");
    append(element, &node);
    effect(move || node.set_data(&text()));
}
