//! Prices of one's own: edited as text, imported, exported and reset.

use super::{Kept, follow_checked, priced, refresh};
use crate::engine::protocol::{Reply, Request};
use crate::scene::format::counted;
use crate::ui::clipboard;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::field::Field;
use crate::ui::state::AppState;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement};

/// The part of the dialog with the user's own prices. Clones are the same.
#[derive(Clone)]
pub(super) struct Own(Rc<Inner>);

struct Inner {
    app: AppState,
    kept: Field<Kept>,
    element: El,
    area: HtmlTextAreaElement,
    /// What happened to the last text, and whether it was refused.
    said: Field<(String, bool)>,
}

impl Own {
    pub fn new(app: AppState) -> Self {
        let element = el("textarea");
        let area: HtmlTextAreaElement = element.html().clone().unchecked_into();
        let kept = Kept::read();
        area.set_value(&kept.text);
        Self(Rc::new(Inner {
            app,
            kept: Field::new(kept),
            element,
            area,
            said: Field::new((String::new(), false)),
        }))
    }

    /// The part.
    pub fn element(&self) -> El {
        let area = (self.0.element.clone())
            .attr("aria-label", "Your prices")
            .attr("class", "mono")
            .attr("spellcheck", "false")
            .attr("rows", "10")
            .attr("placeholder", "model, provider, input, output, cache read, cache write: apart by tabs\n@tool, name, price of a call");
        let (saved, exported, reset) = (self.clone(), self.clone(), self.clone());
        let (said, wrong) = (self.clone(), self.clone());
        div("prices-own").child((
            el("h3").child("Your prices"),
            el("p").class("hint").child(
                "They come before the built-in ones and stay in this browser. US dollars per million tokens; of a tool, per call.",
            ),
            area,
            div("prices-acts").child((
                button("button", move || saved.set(false)).child("Save"),
                self.import(),
                button("button", move || {
                    let text = exported.0.area.value();
                    clipboard::copy(exported.0.app, text, "Price table");
                })
                .child("Copy"),
                button("button", move || {
                    reset.0.area.set_value("");
                    reset.set(false);
                })
                .child("Reset"),
            )),
            self.assumption(),
            span("prices-said")
                .attr("role", "status")
                .class_of(move || {
                    if wrong.0.said.with(|(_, refused)| *refused) {
                        "prices-said is-wrong"
                    } else {
                        "prices-said"
                    }
                })
                .text_of(move || said.0.said.with(|(words, _)| words.clone())),
        ))
    }

    fn import(&self) -> El {
        let input = el("input")
            .attr("type", "file")
            .attr("class", "unseen")
            .attr(
                "aria-label",
                "Import a price table of LiteLLM, Langfuse or this app",
            )
            .attr("accept", ".json,.txt,.tsv");
        let own = self.clone();
        let input = input.on("change", move |event| own.read_file(&event));
        el("label")
            .class("button")
            .attr(
                "title",
                "A price table of LiteLLM, Langfuse or this app; its prices are added to yours",
            )
            .child(("Import", input))
    }

    fn read_file(&self, event: &Event) {
        let input = event
            .target()
            .and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else {
            return;
        };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        let own = self.clone();
        spawn_local(async move {
            let text = JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|text| text.as_string());
            // The same file may be chosen again.
            input.set_value("");
            match text {
                Some(text) => own.send(text, true).await,
                None => own
                    .0
                    .said
                    .set(("The file could not be read.".to_owned(), true)),
            }
        });
    }

    fn assumption(&self) -> El {
        let input = el("input").attr("type", "checkbox");
        let element: HtmlInputElement = input.html().clone().unchecked_into();
        let (shown, own) = (self.clone(), self.clone());
        follow_checked(&element, move || shown.0.kept.with(|kept| kept.assume));
        let input = input.on("change", move |_| {
            let checked = element.checked();
            own.0.kept.update(|kept| kept.assume = checked);
            own.set(false);
        });
        el("label").class("check").child((
            input,
            el("span").child((
                "Assume $5 in and $15 out per million tokens where a price is unknown",
                span("hint").child(" What comes of it is an estimate."),
            )),
        ))
    }

    /// Puts a line into the text to be edited.
    pub fn edit(&self, line: &str) {
        let area = &self.0.area;
        let text = area.value();
        let gap = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        area.set_value(&format!("{text}{gap}{line}\n"));
        // An element that is in the page can have the focus.
        let _ = area.focus();
    }

    /// Takes the text as it stands.
    fn set(&self, add: bool) {
        let (own, text) = (self.clone(), self.0.area.value());
        spawn_local(async move { own.send(text, add).await });
    }

    async fn send(&self, text: String, add: bool) {
        let assume = self.0.kept.with_untracked(|kept| kept.assume);
        let request = Request::SetPrices { text, add, assume };
        let answer = self.0.app.ask(request).await.map(|answer| answer.reply);
        let Ok(Reply::Prices(state)) = answer else {
            self.0
                .said
                .set(("The prices were not taken.".to_owned(), true));
            return;
        };
        if let Some(problem) = state.problem {
            self.0.said.set((problem, true));
            return;
        }
        let kept = Kept {
            text: state.text.clone(),
            assume,
        };
        kept.write();
        self.0.area.set_value(&state.text);
        self.0.kept.set(kept);
        let mut words = match (state.models, state.tools) {
            (0, 0) => "No prices of your own.".to_owned(),
            (models, 0) => format!("Saved: prices of {}.", counted(u64::from(models), "model")),
            (models, tools) => format!(
                "Saved: prices of {} and {}.",
                counted(u64::from(models), "model"),
                counted(u64::from(tools), "tool")
            ),
        };
        if state.left_out > 0 {
            let left = counted(u64::from(state.left_out), "row");
            words += &[" Left out: ", &left, " without a price per token."].concat();
        }
        self.0.said.set((words, false));
        priced(self.0.app);
        refresh(self.0.app).await;
    }
}
