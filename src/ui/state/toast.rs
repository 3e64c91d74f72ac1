//! Short messages at the foot of the page.

use super::AppState;
use crate::web::script::ScriptEvent;
use leptos::prelude::set_timeout;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// How many messages stand at once; an older one makes room, an error last.
const AT_MOST: usize = 3;

/// How long a message stays that is no error.
pub const STAY: Duration = Duration::from_secs(6);

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something to look at.
    Warning,
    /// Something failed; it stays until it is closed.
    Error,
}

/// What can be done about a message.
#[derive(Clone)]
pub struct ToastAction {
    /// Begins with a verb.
    pub label: String,
    /// Does it.
    pub run: Rc<dyn Fn()>,
}

impl ToastAction {
    /// An action.
    pub fn new(label: impl Into<String>, run: impl Fn() + 'static) -> Self {
        Self {
            label: label.into(),
            run: Rc::new(run),
        }
    }
}

impl fmt::Debug for ToastAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ToastAction").field(&self.label).finish()
    }
}

/// A short message.
#[derive(Debug, Clone)]
pub struct Toast {
    /// Tells messages apart.
    pub id: u32,
    /// What it is about.
    pub tone: Tone,
    /// One line.
    pub title: String,
    /// A second line; empty for none.
    pub text: String,
    /// What can be done about it.
    pub action: Option<ToastAction>,
    /// The pointer or the focus is on it: it stays.
    pub held: bool,
}

thread_local! {
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

impl AppState {
    /// Shows a short message, for a moment unless it is an error.
    pub fn toast(self, tone: Tone, title: impl Into<String>, text: impl Into<String>) {
        self.toast_with(tone, title, text, None);
    }

    /// Shows a short message with something to do about it.
    pub fn toast_with(
        self,
        tone: Tone,
        title: impl Into<String>,
        text: impl Into<String>,
        action: Option<ToastAction>,
    ) {
        let id = LAST_ID.get() + 1;
        LAST_ID.set(id);
        let toast = Toast {
            id,
            tone,
            title: title.into(),
            text: text.into(),
            action,
            held: false,
        };
        let told = format!("{}. {}", toast.title, toast.text);
        if tone == Tone::Error {
            self.emit(&ScriptEvent::Error(told.trim_end()));
        } else {
            // An error is an alert, which is told by itself.
            self.announcement.set(told);
        }
        self.toasts.update(|toasts| {
            if toasts.len() == AT_MOST {
                let calm = toasts.iter().position(|toast| toast.tone != Tone::Error);
                toasts.remove(calm.unwrap_or(0));
            }
            toasts.push(toast);
        });
        if tone != Tone::Error {
            self.close_later(id);
        }
    }

    /// Takes a message away.
    pub fn close_toast(self, id: u32) {
        self.toasts
            .update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    /// The pointer or the focus came to a message, or left it.
    pub fn hold_toast(self, id: u32, held: bool) {
        self.toasts.update_untracked(|toasts| {
            if let Some(toast) = toasts.iter_mut().find(|toast| toast.id == id) {
                toast.held = held;
            }
        });
    }

    fn close_later(self, id: u32) {
        let close = move || {
            let mut held = false;
            self.toasts.update_untracked(|toasts| {
                held = toasts.iter().any(|toast| toast.id == id && toast.held);
            });
            if held {
                self.close_later(id);
            } else {
                self.close_toast(id);
            }
        };
        set_timeout(close, STAY);
    }
}
