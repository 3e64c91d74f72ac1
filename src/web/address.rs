//! The page's address: what a link restores stands in its fragment (see [`crate::engine::address`]).

use crate::engine::address::Address;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Window;

/// How long replacements are gathered. Browsers refuse more than some hundred in half a minute.
const SETTLE_MS: i32 = 200;

/// Whether going back shall come to where one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A new entry in the history: another view, another run.
    Push,
    /// The same entry: selection, window, filter.
    Replace,
}

type OnMove = dyn Fn(Address);

struct Inner {
    window: Window,
    /// The fragment as it is, or will be when the timer rings.
    current: RefCell<String>,
    timer: Cell<Option<i32>>,
    ring: RefCell<Option<Closure<dyn FnMut()>>>,
    moved: RefCell<Option<Closure<dyn FnMut()>>>,
    on_move: RefCell<Option<Rc<OnMove>>>,
}

/// The page's address; clones are the same one.
#[derive(Clone)]
pub struct AddressBar(Rc<Inner>);

impl fmt::Debug for AddressBar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AddressBar")
            .field(&self.0.current.borrow())
            .finish()
    }
}

impl AddressBar {
    /// The address of a window.
    pub fn new(window: Window) -> Self {
        let bar = Self(Rc::new(Inner {
            current: RefCell::new(fragment(&window)),
            window,
            timer: Cell::new(None),
            ring: RefCell::new(None),
            moved: RefCell::new(None),
            on_move: RefCell::new(None),
        }));
        let inner = Rc::downgrade(&bar.0);
        *bar.0.ring.borrow_mut() = Some(Closure::new(move || {
            if let Some(inner) = inner.upgrade() {
                Self(inner).flush();
            }
        }));
        bar
    }

    /// What the address says.
    pub fn read(&self) -> Address {
        Address::from_fragment(&self.0.current.borrow())
    }

    /// Writes the address. A replacement is gathered with others for a moment; a new entry is made at once. An address that
    /// is there already makes none.
    pub fn write(&self, address: &Address, step: Step) {
        let fragment = address.to_fragment();
        if *self.0.current.borrow() == fragment {
            return;
        }
        match step {
            Step::Push => {
                self.flush();
                *self.0.current.borrow_mut() = fragment;
                self.put(Step::Push);
            }
            Step::Replace => {
                *self.0.current.borrow_mut() = fragment;
                if self.0.timer.get().is_none() {
                    self.wind();
                }
            }
        }
    }

    /// The page's whole address with this fragment, to be copied as a link.
    pub fn link(&self, address: &Address) -> String {
        let href = self.0.window.location().href().unwrap_or_default();
        let page = href.split('#').next().unwrap_or_default();
        format!("{page}#{}", address.to_fragment())
    }

    /// Who hears that the user went back or forward, or edited the address.
    pub fn on_move(&self, hear: impl Fn(Address) + 'static) {
        *self.0.on_move.borrow_mut() = Some(Rc::new(hear));
        if self.0.moved.borrow().is_some() {
            return;
        }
        let inner = Rc::downgrade(&self.0);
        let moved = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = inner.upgrade() {
                Self(inner).moved();
            }
        });
        // Fired for an edited fragment, too.
        let listened = self
            .0
            .window
            .add_event_listener_with_callback("popstate", moved.as_ref().unchecked_ref());
        if listened.is_ok() {
            *self.0.moved.borrow_mut() = Some(moved);
        }
    }

    fn moved(&self) {
        if let Some(timer) = self.0.timer.take() {
            self.0.window.clear_timeout_with_handle(timer);
        }
        *self.0.current.borrow_mut() = fragment(&self.0.window);
        let hear = self.0.on_move.borrow().clone();
        if let Some(hear) = hear {
            hear(self.read());
        }
    }

    fn wind(&self) {
        let ring = self.0.ring.borrow();
        let timer = ring.as_ref().and_then(|ring| {
            self.0
                .window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    ring.as_ref().unchecked_ref(),
                    SETTLE_MS,
                )
                .ok()
        });
        self.0.timer.set(timer);
    }

    /// Puts a gathered replacement into the history now.
    fn flush(&self) {
        if let Some(timer) = self.0.timer.take() {
            self.0.window.clear_timeout_with_handle(timer);
            self.put(Step::Replace);
        }
    }

    fn put(&self, step: Step) {
        let Ok(history) = self.0.window.history() else {
            return;
        };
        let current = self.0.current.borrow();
        let location = self.0.window.location();
        let url = if current.is_empty() {
            // "#" would scroll to the top and stay in the address.
            format!(
                "{}{}",
                location.pathname().unwrap_or_default(),
                location.search().unwrap_or_default()
            )
        } else {
            format!("#{current}")
        };
        let put = match step {
            Step::Push => history.push_state_with_url(&JsValue::NULL, "", Some(&url)),
            Step::Replace => history.replace_state_with_url(&JsValue::NULL, "", Some(&url)),
        };
        // A page in a sandboxed frame may not; its links are then those of `link`.
        drop(put);
    }
}

fn fragment(window: &Window) -> String {
    let hash = window.location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}
