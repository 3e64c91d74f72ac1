//! What can stand in an element: texts, elements, several of them, closures.

use super::{El, Parts, append, slot};
use leptos::tachys::renderer::dom::Dom;
use web_sys::Node;

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
