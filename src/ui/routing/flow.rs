//! The ways that requests went, on a canvas, and as a list for assistive technology.

mod paint;

pub use paint::paint;

use super::{Names, Routes, Selected, scroll_on, segment};
use crate::scene::format::counted;
use crate::scene::routing::{COLUMNS, Flow, Link, Node, Width};
use crate::ui::canvas::{Gesture, Look, Plot, Point, Surface, plot_canvas};
use crate::ui::dom::{El, div, effect, el, on_change, parts, px, span};
use crate::ui::field::Field;
use crate::ui::pace::later;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

struct FlowPlot {
    routes: Rc<Routes>,
    look: RefCell<Look>,
    /// The node or band below the pointer, see [`Flow::at`], and where that is.
    hover: Field<Option<(usize, f64, f64)>>,
    place: RefCell<Option<web_sys::Element>>,
}

/// The drawing with its caption.
pub fn flow(routes: &Rc<Routes>) -> El {
    let plot = Rc::new(FlowPlot {
        routes: routes.clone(),
        look: RefCell::default(),
        hover: Field::new(None),
        place: RefCell::default(),
    });
    let weak: Weak<dyn Plot> = Rc::downgrade(&(plot.clone() as Rc<dyn Plot>));
    let canvas = plot_canvas(&weak, &routes.handle, "route-canvas");
    let it = plot.clone();
    effect(move || {
        it.routes.app.dark.track();
        it.look.borrow_mut().forget();
        it.routes.handle.mark();
    });
    let it = plot.clone();
    effect(move || {
        it.hover.track();
        it.routes.selected.track();
        it.routes.handle.mark();
    });
    let it = plot.clone();
    // What lay below the pointer is elsewhere.
    on_change(move || it.routes.flow.with(|flow| flow.size), {
        let it = plot.clone();
        move |_| it.hover.set_if_new(None)
    });
    let (caption, full, height, chosen, pick, keys, tip) = (
        routes.clone(),
        routes.clone(),
        routes.clone(),
        routes.clone(),
        routes.clone(),
        plot.clone(),
        plot.clone(),
    );
    let place = div("route-flow")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", "Flow from task to outcome")
        .style_of("height", move || {
            px(f64::from(height.flow.with(|flow| flow.size.1)).max(80.0))
        })
        .on_plain_key(move |event| keys.key(&event.key()))
        .child((canvas, mirror(routes), move || tooltip(&tip)));
    plot.place.replace(Some(place.element().clone()));
    el("section")
        .class("route-ways")
        .attr("aria-label", "Flow")
        .child((
            div("route-ways-head").child((
                el("h3")
                    .attr_of("title", move || full.flow.with(|flow| flow.full.clone()))
                    .text_of(move || {
                        format!(
                            "Flow of {}",
                            caption.choice.with(|choice| choice.width.as_str())
                        )
                    }),
                {
                    let routes = routes.clone();
                    span("hint").text_of(move || routes.flow.with(|flow| flow.caption.clone()))
                },
                segment(
                    "Width",
                    &["Cost", "Calls", "Tokens", "Time"],
                    move || {
                        let width = chosen.choice.with(|choice| choice.width);
                        Width::ALL.iter().position(|one| *one == width).unwrap_or(0)
                    },
                    move |at| {
                        pick.choose(|choice| {
                            choice.width = Width::ALL.get(at).copied().unwrap_or_default();
                        });
                    },
                ),
            )),
            place,
        ))
}

impl FlowPlot {
    fn select(&self, at: Option<usize>) {
        let selected = at.and_then(|at| self.routes.flow.with_untracked(|flow| selected(flow, at)));
        self.routes.select(selected);
    }

    /// The selected node or band.
    fn selected(&self) -> Option<usize> {
        let chosen = self.routes.selected.get_untracked()?;
        if chosen.time.is_some() {
            return None;
        }
        self.routes
            .flow
            .with_untracked(|flow| find(flow, &chosen.names))
    }

    /// Selects a node beside the selected one: in its column, or joined to it.
    fn step(&self, key: &str) {
        let flow = self.routes.flow.get_untracked();
        let at = self.selected();
        let to = match at.and_then(|at| flow.nodes.get(at).map(|node| (at, node))) {
            None => match at.and_then(|at| flow.links.get(at.checked_sub(flow.nodes.len())?)) {
                // From a band to one of its ends.
                Some(link) if key == "ArrowLeft" => Some(usize::from(link.from)),
                Some(link) => Some(usize::from(link.to)),
                None => Some(0),
            },
            Some((at, node)) => match key {
                "ArrowUp" => at.checked_sub(1),
                "ArrowDown" => Some(at + 1),
                _ => widest(&flow, at, key == "ArrowRight"),
            }
            .filter(|&to| {
                let aside = key == "ArrowLeft" || key == "ArrowRight";
                aside
                    || flow
                        .nodes
                        .get(to)
                        .is_some_and(|other| other.column == node.column)
            }),
        };
        if let Some(node) = to.and_then(|to| Some((to, flow.nodes.get(to)?))) {
            self.select(Some(node.0));
            self.routes.app.announce(words(node.1));
        }
    }

    fn key(&self, key: &str) -> bool {
        match key {
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" => self.step(key),
            "Enter" if self.routes.selected.with_untracked(Option::is_some) => self.routes.show(),
            "Escape" if self.routes.selected.with_untracked(Option::is_some) => self.select(None),
            _ => return false,
        }
        true
    }

    fn at(&self, at: Point) -> Option<usize> {
        let flow = self.routes.flow.get_untracked();
        flow.at(at.x as f32, at.y as f32)
    }
}

/// The node at the other side of the widest band of a node.
fn widest(flow: &Flow, node: usize, forward: bool) -> Option<usize> {
    let mut best: Option<(f32, u32, u16)> = None;
    for link in &flow.links {
        let (here, there) = if forward {
            (link.from, link.to)
        } else {
            (link.to, link.from)
        };
        let is_wider =
            best.is_none_or(|(width, calls, _)| (link.width, link.calls) > (width, calls));
        if usize::from(here) == node && is_wider {
            best = Some((link.width, link.calls, there));
        }
    }
    best.map(|(.., there)| usize::from(there))
}

/// What a node or a band stands for; `None` for what stands for several.
fn selected(flow: &Flow, at: usize) -> Option<Selected> {
    let mut names = Names::default();
    let mut labels = Vec::new();
    let mut take = |node: &Node| {
        if node.others > 0 {
            return None;
        }
        *names.get_mut(usize::from(node.column))? = Some(node.name.clone());
        labels.push((node.ink, node.label.clone()));
        Some(())
    };
    if let Some(node) = flow.nodes.get(at) {
        take(node)?;
        let (calls, first) = (node.calls, node.first);
        return Some(Selected {
            names,
            labels,
            calls,
            first,
            time: None,
        });
    }
    let link = flow.links.get(at.checked_sub(flow.nodes.len())?)?;
    take(flow.nodes.get(usize::from(link.from))?)?;
    take(flow.nodes.get(usize::from(link.to))?)?;
    Some(Selected {
        names,
        labels,
        calls: link.calls,
        first: link.first,
        time: None,
    })
}

/// The node or band of names.
fn find(flow: &Flow, names: &Names) -> Option<usize> {
    let is_it = |node: &Node| {
        let name = names.get(usize::from(node.column)).and_then(Option::as_ref);
        node.others == 0 && name == Some(&node.name)
    };
    let chosen: Vec<usize> = (0..flow.nodes.len())
        .filter(|&at| flow.nodes.get(at).is_some_and(is_it))
        .collect();
    match chosen.as_slice() {
        [node] if names.iter().flatten().count() == 1 => Some(*node),
        [from, to] => {
            let is_it =
                |link: &Link| (usize::from(link.from), usize::from(link.to)) == (*from, *to);
            let link = flow.links.iter().position(is_it)?;
            Some(flow.nodes.len() + link)
        }
        _ => None,
    }
}

impl Plot for FlowPlot {
    fn paint(&self, surface: &Surface) {
        {
            let flow = self.routes.flow.get_untracked();
            let hover = self.hover.get_untracked().map(|(at, ..)| at);
            let mut look = self.look.borrow_mut();
            let size = (surface.width(), surface.height());
            paint(
                &mut look.on_canvas(surface),
                size,
                &flow,
                self.selected(),
                hover,
            );
        }
        self.routes.ask_flow(surface.width());
    }

    fn gesture(&self, gesture: Gesture) {
        match gesture {
            Gesture::Hover(at) => {
                let found = self.at(at).map(|found| (found, at.x, at.y));
                self.hover.set_if_new(found);
            }
            Gesture::Leave | Gesture::Cancel => self.hover.set_if_new(None),
            Gesture::Click(at, _) => self.select(self.at(at)),
            Gesture::Double(at) if self.at(at).is_some() => self.routes.show(),
            Gesture::Scroll(by) => scroll_on(self.place.borrow().as_ref(), by),
            _ => {}
        }
    }
}

fn words(node: &Node) -> String {
    let column = COLUMNS
        .get(usize::from(node.column))
        .copied()
        .unwrap_or_default();
    format!(
        "{column} {}, {}, {}",
        node.label,
        node.value,
        counted(u64::from(node.calls), "call")
    )
}

fn tooltip(plot: &Rc<FlowPlot>) -> Option<El> {
    let (at, x, y) = plot.hover.get()?;
    let flow = plot.routes.flow.get();
    let fact = |name: &str, value: String| {
        div("tip-fact").child((span("hint").child(name), span("").child(value)))
    };
    let amount = plot.routes.choice.with_untracked(|choice| choice.width);
    let name = ["Cost", "Calls", "Tokens", "Time"];
    let name = Width::ALL
        .iter()
        .position(|one| *one == amount)
        .and_then(|at| name.get(at))
        .copied();
    let (title, value, calls) = if let Some(node) = flow.nodes.get(at) {
        (node.label.clone(), node.value.clone(), node.calls)
    } else {
        let link = flow.links.get(at.checked_sub(flow.nodes.len())?)?;
        let label = |at: u16| {
            flow.nodes
                .get(usize::from(at))
                .map_or("", |node| node.label.as_str())
        };
        (
            format!("{} → {}", label(link.from), label(link.to)),
            link.value.clone(),
            link.calls,
        )
    };
    let is_calls = amount == Width::Calls;
    Some(
        div("cost-tip")
            .style("left", &format!("min({}, 100% - 220px)", px(x + 12.0)))
            .style("top", &px(y + 12.0))
            .child(parts((
                el("b").child(title),
                (!is_calls).then(|| fact(name.unwrap_or_default(), value)),
                fact("Calls", crate::scene::format::count(u64::from(calls))),
            ))),
    )
}

/// Nodes with where they lead, unseen.
fn mirror(routes: &Rc<Routes>) -> El {
    let routes = routes.clone();
    let listed = later(move || routes.flow.get());
    el("ul")
        .class("unseen")
        .attr("aria-label", "Ways")
        .child(move || {
            let flow = listed.get();
            let entry = |(at, node): (usize, &Node)| {
                let links = flow
                    .links
                    .iter()
                    .filter(|link| usize::from(link.from) == at);
                let inner: Vec<El> = links
                    .filter_map(|link| {
                        let to = flow.nodes.get(usize::from(link.to))?;
                        let column = COLUMNS
                            .get(usize::from(to.column))
                            .copied()
                            .unwrap_or_default();
                        Some(el("li").child(format!("to {column} {}, {}", to.label, link.value)))
                    })
                    .collect();
                el("li").child((
                    words(node),
                    (!inner.is_empty()).then(|| el("ul").child(inner)),
                ))
            };
            flow.nodes
                .iter()
                .enumerate()
                .map(entry)
                .collect::<Vec<El>>()
        })
}
