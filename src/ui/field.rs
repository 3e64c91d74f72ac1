//! A value that effects follow.
//!
//! Leptos' own signals compile some two kilobytes for every type that they hold; this holds the value itself and leaves
//! subscribers to a trigger without a type. A field belongs to the page and lives as long: reach it through a
//! [`&'static`](crate::ui::state::AppState) reference or an `Rc`.

use leptos::reactive::signal::ArcTrigger;
use leptos::reactive::traits::{Notify, Track};
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// A value that effects follow: what reads it with [`Field::get`] or [`Field::with`] runs again when it is set.
pub struct Field<T> {
    /// Behind a pointer, so that a reader may set the field it reads.
    value: RefCell<Rc<T>>,
    trigger: ArcTrigger,
}

impl<T> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Field")
    }
}

impl<T: Default> Default for Field<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Field<T> {
    /// A field that holds `value`.
    pub fn new(value: T) -> Self {
        Self {
            value: RefCell::new(Rc::new(value)),
            trigger: ArcTrigger::new(),
        }
    }

    fn present(&self) -> Rc<T> {
        Rc::clone(&self.value.borrow())
    }

    /// Runs the effect that calls this again when the field is set.
    pub fn track(&self) {
        self.trigger.track();
    }

    /// Reads the value in place.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        read(&self.present())
    }

    /// Reads the value in place and does not follow it.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.present())
    }

    /// Sets the value.
    pub fn set(&self, value: T) {
        drop(self.value.replace(Rc::new(value)));
        self.trigger.notify();
    }

    /// Sets the value; nothing follows when it is the same.
    pub fn set_if_new(&self, value: T)
    where
        T: PartialEq,
    {
        if *self.present() != value {
            self.set(value);
        }
    }
}

impl<T: Clone> Field<T> {
    /// The value.
    pub fn get(&self) -> T {
        self.track();
        self.get_untracked()
    }

    /// The value, which is not followed.
    pub fn get_untracked(&self) -> T {
        self.present().as_ref().clone()
    }

    /// Changes the value in place.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        self.update_untracked(change);
        self.trigger.notify();
    }

    /// Changes the value in place, which nothing follows.
    pub fn update_untracked(&self, change: impl FnOnce(&mut T)) {
        // Out of its cell, so that `change` may read what reads this one.
        let mut value = self.get_untracked();
        change(&mut value);
        drop(self.value.replace(Rc::new(value)));
    }
}

/// A value that nothing follows.
#[derive(Default)]
pub struct Held<T>(RefCell<T>);

impl<T> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

impl<T> Held<T> {
    /// Holds `value`.
    pub fn new(value: T) -> Self {
        Self(RefCell::new(value))
    }

    /// Reads the value in place; `read` must not come back to it.
    pub fn with_value<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.borrow())
    }

    /// Changes the value in place; `change` must not come back to it.
    pub fn update_value<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.borrow_mut())
    }

    /// Sets the value.
    pub fn set_value(&self, value: T) {
        // What was held may come back when it is dropped.
        drop(self.0.replace(value));
    }

    /// The value.
    pub fn get_value(&self) -> T
    where
        T: Clone,
    {
        self.0.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_holds_what_it_was_set_to() {
        let field = Field::new(vec![1]);
        field.update(|list| list.push(2));
        assert_eq!(field.get_untracked(), vec![1, 2]);
        field.set(Vec::new());
        assert!(field.with_untracked(Vec::is_empty));
    }

    #[test]
    fn a_reader_may_set_the_field_it_reads() {
        let field = Field::new(1);
        field.with_untracked(|value| field.set(value + 1));
        field.update_untracked(|value| *value += field.get_untracked());
        assert_eq!(field.get_untracked(), 4);
    }
}
