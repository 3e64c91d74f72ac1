//! Nodes that Leptos mounts.

use super::Parts;
use leptos::tachys::renderer::dom::Dom;
use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

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
