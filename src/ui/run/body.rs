//! Waterfall and inspector side by side, or one above the other where the page is narrow.

use crate::ui::canvas::{Grows, Splitter, observe_size};
use crate::ui::inspector::Inspector;
use crate::ui::state::AppState;
use crate::ui::waterfall::Waterfall;
use leptos::html;
use leptos::prelude::*;

/// Pages narrower than this have the inspector at the foot.
const NARROW: f64 = 1000.0;
/// Standard and least width of the inspector.
const WIDTH: (f64, f64) = (372.0, 320.0);
/// Standard and least height of the inspector at the foot.
const HEIGHT: (f64, f64) = (190.0, 120.0);

/// The opened run.
#[component]
pub fn RunBody() -> impl IntoView {
    let app = AppState::current();
    let open = RwSignal::new(true);
    let place = NodeRef::<html::Div>::new();
    let size = RwSignal::new((1440.0_f64, 800.0_f64));
    let observer = StoredValue::new_local(None);
    place.on_load(move |element| {
        observer.set_value(observe_size(&element, move |width, height| {
            size.set((width, height));
        }));
    });
    let page = RwSignal::new(page_width());
    let resized = window_event_listener(leptos::ev::resize, move |_| page.set(page_width()));
    on_cleanup(move || resized.remove());
    let foot = Memo::new(move |_| page.get() < NARROW);

    let width_limits = Signal::derive(move || (WIDTH.1, (size.get().0 / 2.0).max(WIDTH.1)));
    let height_limits = Signal::derive(move || (HEIGHT.1, (size.get().1 / 2.0).max(HEIGHT.1)));
    let width = Signal::derive(move || {
        let (least, most) = width_limits.get();
        app.settings
            .with(|settings| settings.inspector_width)
            .unwrap_or(WIDTH.0)
            .clamp(least, most)
    });
    let height = Signal::derive(move || {
        let (least, most) = height_limits.get();
        app.settings
            .with(|settings| settings.inspector_height)
            .unwrap_or(HEIGHT.0)
            .clamp(least, most)
    });
    let set_width = Callback::new(move |width| {
        app.settings
            .update(|settings| settings.inspector_width = width);
    });
    let set_height = Callback::new(move |height| {
        app.settings
            .update(|settings| settings.inspector_height = height);
    });
    let columns = move || match (open.get(), foot.get()) {
        (true, false) => format!("minmax(0, 1fr) {}px", width.get()),
        _ => "minmax(0, 1fr)".to_owned(),
    };
    let rows = move || match (open.get(), foot.get()) {
        (true, true) => format!("minmax(0, 1fr) {}px", height.get()),
        _ => "minmax(0, 1fr)".to_owned(),
    };
    let inspector = move || {
        open.get().then(|| {
            view! {
                <div class="inspector-place">
                    {move || {
                        if foot.get() {
                            view! {
                                <Splitter
                                    class="inspector-split level"
                                    label="Height of the inspector"
                                    grows=Grows::Up
                                    size=height
                                    limits=height_limits
                                    set=set_height
                                />
                            }
                                .into_any()
                        } else {
                            view! {
                                <Splitter
                                    class="inspector-split"
                                    label="Width of the inspector"
                                    grows=Grows::Left
                                    size=width
                                    limits=width_limits
                                    set=set_width
                                />
                            }
                                .into_any()
                        }
                    }}
                    <Inspector close=move |()| open.set(false) />
                </div>
            }
        })
    };
    view! {
        <div class="run-split" node_ref=place style:grid-template-columns=columns style:grid-template-rows=rows>
            <Waterfall inspector=open />
            {inspector}
        </div>
    }
}

fn page_width() -> f64 {
    web_sys::window()
        .and_then(|window| window.inner_width().ok())
        .and_then(|width| width.as_f64())
        .unwrap_or(1440.0)
}
