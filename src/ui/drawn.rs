//! What views share whose picture or table is a [`Drawn`] of the worker: what they ask for, what they hear, where one is.

use super::dom::{El, button, el, span};
use super::field::Field;
use super::state::AppState;
use crate::engine::protocol::{Failure, Reply};
use crate::scene::drawn::{DrawRequest, Drawn, Shape};
use crate::web::link::Answer;

/// What is chosen, asked of the document that is open: of its opened run, or of all that pass the filter. `None` when there is
/// no such document or run.
pub fn request_of(
    app: AppState,
    of_run: bool,
    choice: &Field<DrawRequest>,
) -> Option<(u32, DrawRequest)> {
    let (document, trace) = app.shown_run();
    let document = document?;
    let mut request = choice.get_untracked();
    request.trace = trace.filter(|_| of_run);
    if of_run {
        request.trace?;
    } else {
        request.filter = app.runs_filter.get_untracked();
    }
    Some((document, request))
}

/// What an answer brings: what is drawn of the open document, or why it is not. `None` when neither matters any more.
pub fn heard(app: AppState, answer: Result<Answer, Failure>) -> Option<Result<Box<Drawn>, String>> {
    match answer.map(|answer| answer.reply) {
        Ok(Reply::Drawn(drawn)) => (app.shown_run().0 == Some(drawn.document)).then_some(Ok(drawn)),
        Err(failure) if !failure.aborted => Some(Err(failure.message)),
        _ => None,
    }
}

/// The names of a mark and of those it stands in, the outermost first; those drawn as one have none.
pub fn names_to(drawn: &Drawn, mark: usize) -> Vec<Option<String>> {
    let mut names = Vec::new();
    let mut at = mark;
    while let Some(mark) = drawn.marks.get(at) {
        if mark.shape != Shape::Rest {
            names.push(mark.member.clone());
        }
        if mark.parent as usize == at {
            break;
        }
        at = mark.parent as usize;
    }
    names.reverse();
    names
}

/// Where one is, `whole` and the names below it; each part leads back to as many of them as stand before it.
pub fn crumbs(whole: String, names: Vec<String>, go: impl Fn(usize) + Clone + 'static) -> El {
    let last = names.len();
    let crumb = |(at, name): (usize, String)| {
        if at == last {
            return span("crumb ellipsis")
                .attr("aria-current", "true")
                .child(name);
        }
        let go = go.clone();
        button("textlink ellipsis", move || go(at)).child(name)
    };
    let all = std::iter::once(whole).chain(names).enumerate();
    el("nav")
        .class("crumbs")
        .attr("aria-label", "Where this is")
        .child(all.map(crumb).collect::<Vec<El>>())
}
