//! Elements of the page, made at once, with closures that keep them in step.
//!
//! The `view!` macro gives every piece of a page a type of its own and compiles the code for it anew, which is most of what a
//! page weighs. Here an element is an element, whatever is in it: the same few functions build all of the page. What follows
//! the state are Leptos' effects; what belongs to a part of the page goes with its owner.

use crate::model::decimal::decimal;
use leptos::prelude::{Owner, RenderEffect, StoredValue, document, untrack};
use leptos::tachys::renderer::dom::Dom;
use leptos::tachys::view::{Mountable, Render};
use std::any::Any;
use std::borrow::Cow;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent, Node};

/// A length in CSS pixels.
pub fn px(length: f64) -> String {
    let mut text = decimal(length, 3);
    text.push_str("px");
    text
}

/// Keeps something as long as the part of the page that is being made.
pub fn keep(value: impl Any) {
    keep_boxed(Box::new(value));
}

fn keep_boxed(value: Box<dyn Any>) {
    StoredValue::new_local(value);
}

/// Runs `run` now and again whenever something it read is set, as long as the part of the page that is being made.
pub fn effect(run: impl FnMut() + 'static) {
    effect_boxed(Box::new(run));
}

fn effect_boxed(mut run: Box<dyn FnMut()>) {
    keep(RenderEffect::new(move |_: Option<()>| run()));
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

/// Runs `run` now and whenever the key is another one; `run` follows nothing itself.
pub fn on_change<K: PartialEq + 'static>(
    key: impl Fn() -> K + 'static,
    mut run: impl FnMut(&K) + 'static,
) {
    let mut last = None;
    effect(move || {
        let key = key();
        if last.as_ref() != Some(&key) {
            untrack(|| run(&key));
            last = Some(key);
        }
    });
}

/// The same, but not for the first value.
pub fn on_later_change<K: PartialEq + 'static>(
    key: impl Fn() -> K + 'static,
    mut run: impl FnMut(&K) + 'static,
) {
    let mut is_first = true;
    on_change(key, move |key| {
        if !std::mem::take(&mut is_first) {
            run(key);
        }
    });
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

/// What can stand in an element.
pub trait Kids {
    /// Puts it at the end of an element or fragment.
    fn add_to(self, parent: &Node);
}

impl Kids for &str {
    fn add_to(self, parent: &Node) {
        append(parent, &Dom::create_text_node(self));
    }
}

impl Kids for String {
    fn add_to(self, parent: &Node) {
        self.as_str().add_to(parent);
    }
}

impl Kids for El {
    fn add_to(self, parent: &Node) {
        append(parent, &self.0);
    }
}

impl Kids for Parts {
    fn add_to(self, parent: &Node) {
        append(parent, &self.0);
    }
}

impl<K: Kids> Kids for Option<K> {
    fn add_to(self, parent: &Node) {
        if let Some(kids) = self {
            kids.add_to(parent);
        }
    }
}

impl<K: Kids> Kids for Vec<K> {
    fn add_to(self, parent: &Node) {
        for kids in self {
            kids.add_to(parent);
        }
    }
}

impl<F, K> Kids for F
where
    F: Fn() -> K + 'static,
    K: Kids,
{
    /// What the closure gives, made anew whenever something it read is set.
    fn add_to(self, parent: &Node) {
        slot(parent, Box::new(move |parent| self().add_to(parent)));
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Kids),+> Kids for ($($name,)+) {
            #[expect(non_snake_case, reason = "a variable for each type")]
            fn add_to(self, parent: &Node) {
                let ($($name,)+) = self;
                $($name.add_to(parent);)+
            }
        }
    )+};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
}

impl Kids for () {
    fn add_to(self, _: &Node) {}
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

fn live_text(element: &Element, text: Box<dyn Fn() -> String>) {
    let node = Dom::create_text_node("");
    append(element, &node);
    effect(move || node.set_data(&text()));
}

/// Hears an event of an element, the document or the window, as long as the part of the page that is being made.
pub fn listen(target: &web_sys::EventTarget, event: &str, hear: Box<dyn FnMut(Event)>) {
    let closure = Closure::wrap(hear);
    let target = target.clone();
    // Refused for no target there is.
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    keep(Listener {
        target,
        event: event.to_owned(),
        closure,
    });
}

struct Listener {
    target: web_sys::EventTarget,
    event: String,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        let _ = self
            .target
            .remove_event_listener_with_callback(&self.event, callback);
    }
}

/// Hears an event of the window.
pub fn on_window(event: &str, hear: impl FnMut(Event) + 'static) {
    listen(&leptos::prelude::window(), event, Box::new(hear));
}

/// Nodes at the end of an element, as Leptos mounts them.
#[derive(Debug)]
pub struct Mounted(Vec<Node>);

impl Render for Parts {
    type State = Mounted;

    fn build(self) -> Mounted {
        let list = self.0.child_nodes();
        Mounted((0..list.length()).filter_map(|at| list.get(at)).collect())
    }

    fn rebuild(self, state: &mut Mounted) {
        let parent = state.0.first().and_then(Node::parent_element);
        state.unmount();
        *state = self.build();
        if let Some(parent) = parent {
            state.mount(&parent, None);
        }
    }
}

impl Mountable for Mounted {
    fn unmount(&mut self) {
        for node in &self.0 {
            Dom::remove(node);
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for node in &self.0 {
            Dom::insert_node(parent, node, marker);
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.first().is_some_and(|first| {
            Dom::get_parent(first)
                .and_then(|parent| parent.dyn_into().ok())
                .is_some_and(|parent: Element| child.try_mount(&parent, Some(first)))
        })
    }

    fn elements(&self) -> Vec<Element> {
        let elements = self.0.iter().filter_map(JsCast::dyn_ref);
        elements.cloned().collect()
    }
}
