//! What the span was given and gave: a conversation, a tool call, a retrieval.

use super::fold::{fold, preview};
use super::links::step_link;
use super::prose::AsWritten;
use super::value::{Owner, tree_or_text};
use crate::scene::details::Details;
use crate::scene::details::conversation::{Piece, PieceKind};
use crate::scene::details::proof::{Line, LineKind};
use crate::scene::format;
use crate::ui::dom::{El, Parts, button, div, el, parts, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use std::ops::Range;
use std::rc::Rc;

/// Earlier messages than the last are folded when there are more than this.
const FEW: usize = 3;
/// The fact that says what a tool is for.
const PURPOSE: &str = "Purpose";
/// Messages shown at a time.
const AT_ONCE: usize = 100;

/// Title of the tab; `None` when there is nothing to show.
pub fn title(details: &Details) -> Option<&str> {
    let topic = details.content.first()?;
    Some(&topic.label)
}

/// Everything that was given and given back.
pub fn content(owner: Owner, details: &Rc<Details>) -> Parts {
    let view = View {
        owner,
        details: details.clone(),
        as_written: Rc::new(Field::new(false)),
    };
    let pieces = &details.content;
    let topic = pieces.first();
    let first_head = pieces.iter().position(|piece| is_head(piece.kind));
    let spoken = topic.is_some_and(|topic| topic.label == "Conversation");
    let none = (spoken && first_head.is_none()).then(|| {
        el("p")
            .class("hint")
            .child("Messages were not recorded on this span.")
    });
    let keys = topic
        .map(|topic| topic.note.as_str())
        .filter(|keys| !keys.is_empty());
    let from = keys.map(|keys| {
        el("p")
            .class("hint content-keys")
            .child(("From ", el("code").child(keys)))
    });
    let has_text = pieces.iter().any(|piece| piece.value.bytes > 0);
    let switch = has_text.then(|| {
        let switch = tree_or_text(
            "segment tiny",
            ["Formatted", "As written"],
            &view.as_written,
        );
        div("content-bar").child(switch)
    });
    let purpose = pieces
        .iter()
        .find(|piece| piece.kind == PieceKind::Fact && piece.label == PURPOSE)
        .map(|piece| {
            el("p")
                .class("muted content-purpose")
                .child(piece.note.as_str())
        });
    parts((
        div("content-top").child((view.facts(), switch)),
        purpose,
        none,
        view.body(),
        from,
    ))
}

fn is_head(kind: PieceKind) -> bool {
    use PieceKind::{Assistant, Other, System, Tool, User};
    matches!(kind, System | User | Assistant | Tool | Other)
}

/// Whether a piece begins something that is no message.
fn ends_messages(kind: PieceKind) -> bool {
    matches!(kind, PieceKind::Section | PieceKind::Score)
}

/// What is drawn, and how.
#[derive(Clone)]
pub struct View {
    /// Whose content it is.
    pub owner: Owner,
    /// The pieces stand here.
    pub details: Rc<Details>,
    /// Whether texts are shown as they stand in the trace.
    pub as_written: AsWritten,
}

/// A message: its pieces, the head first.
#[derive(Debug, Clone)]
struct Message {
    pieces: Range<usize>,
    kind: PieceKind,
    output: bool,
}

impl View {
    /// A piece by its place.
    pub fn piece(&self, at: usize) -> Option<&Piece> {
        self.details.content.get(at)
    }

    /// Facts and parameters as chips.
    fn facts(&self) -> Option<El> {
        let pieces = self.details.content.iter();
        let chips: Vec<El> = pieces
            .filter_map(|piece| match piece.kind {
                // Said below, in a line of its own.
                PieceKind::Fact if piece.label == PURPOSE => None,
                PieceKind::Fact | PieceKind::Parameter => Some(
                    span("chip")
                        .attr("title", format!("{} {}", piece.label, piece.note))
                        .child((
                            span("chip-name").child(piece.label.as_str()),
                            span("ellipsis").child(piece.note.as_str()),
                        )),
                ),
                _ => None,
            })
            .collect();
        (!chips.is_empty()).then(|| div("content-facts").child(chips))
    }

    /// Everything but facts, in order.
    fn body(&self) -> Vec<El> {
        let pieces = &self.details.content;
        let mut made = Vec::new();
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            let kind = piece.kind;
            let end = if is_head(kind) || kind == PieceKind::Output {
                let rest = pieces.iter().skip(at);
                let end = at + rest.take_while(|piece| !ends_messages(piece.kind)).count();
                made.extend(self.messages(at..end));
                end
            } else if kind == PieceKind::Section {
                let rest = pieces.iter().skip(at + 1);
                let within = |piece: &&Piece| !ends_messages(piece.kind) && !is_head(piece.kind);
                let end = at + 1 + rest.take_while(within).count();
                made.push(self.section(piece, at + 1..end));
                end
            } else {
                made.extend(self.part(at));
                at + 1
            };
            at = end.max(at + 1);
        }
        made
    }

    fn messages(&self, range: Range<usize>) -> Vec<El> {
        let mut found: Vec<Message> = Vec::new();
        let mut answer = None;
        for at in range {
            let Some(kind) = self.piece(at).map(|piece| piece.kind) else {
                break;
            };
            match found.last_mut() {
                _ if kind == PieceKind::Output => answer = Some(found.len()),
                _ if is_head(kind) => found.push(Message {
                    pieces: at..at + 1,
                    kind,
                    output: false,
                }),
                Some(last) => last.pieces.end = at + 1,
                None => {}
            }
        }
        // Said once, of the last words.
        if let Some(last) = found.last_mut() {
            last.output = answer.is_some();
        }
        let is_system = |message: &&Message| message.kind == PieceKind::System;
        let system = found.iter().take_while(is_system).count();
        let answer = answer.unwrap_or(found.len());
        let is_repeats = |line: &&Line| line.kind == LineKind::Repeats;
        let repeats = self.details.relations.iter().find(is_repeats);
        let known = repeats.and_then(|line| line.cells.first()?.parse().ok());
        let known: usize = known.unwrap_or(0);
        if let Some(line) = repeats.filter(|_| known > 0 && system + known <= answer) {
            return self.since(line, found, system, known);
        }
        let earlier = system..answer.saturating_sub(1).max(system);
        let mut made: Vec<El> = found
            .iter()
            .take(system)
            .map(|message| self.message(message))
            .collect();
        let mut rest = system;
        if earlier.len() >= FEW && answer < found.len() {
            rest = earlier.end;
            let messages = found.get(earlier).unwrap_or(&[]).to_vec();
            let title = format::counted(messages.len() as u64, "earlier message");
            made.push(self.folded(title, messages));
        }
        let rest: Vec<Message> = found.into_iter().skip(rest).collect();
        made.push(self.paged(rest));
        made
    }

    /// The system's messages, those that an earlier call had already as one line that opens, and what is new since.
    fn since(&self, line: &Line, messages: Vec<Message>, system: usize, known: usize) -> Vec<El> {
        let mut rest = messages;
        let mut made: Vec<El> = rest
            .drain(..system)
            .map(|message| self.message(&message))
            .collect();
        let repeated: Vec<Message> = rest.drain(..known).collect();
        let step = match line.cells.get(2).map(String::as_str) {
            None | Some("") => "an earlier call".to_owned(),
            Some(step) => format!("step {step}"),
        };
        let count = format::counted(known as u64, "message");
        made.push(self.folded(format!("{count} as in {step}"), repeated));
        let earlier = step_link(self.owner, line, false);
        made.push(
            el("p")
                .class("hint content-since")
                .child(("New since ", earlier)),
        );
        made.push(self.paged(rest));
        made
    }

    /// Messages, so many at a time.
    fn paged(&self, messages: Vec<Message>) -> El {
        let total = messages.len();
        let shown = Rc::new(Field::new(total.min(AT_ONCE)));
        let (taken, left, view) = (shown.clone(), shown, self.clone());
        let made = move || {
            let shown = messages.iter().take(taken.get());
            shown
                .map(|message| view.message(message))
                .collect::<Vec<El>>()
        };
        let more = move || {
            let next = (total - left.get()).min(AT_ONCE);
            let grown = left.clone();
            (next > 0).then(|| {
                button("button small", move || {
                    grown.set(grown.get_untracked() + next);
                })
                .child(format!(
                    "Show {} more of {}",
                    format::count(next as u64),
                    format::counted(total as u64, "message")
                ))
            })
        };
        div("messages").child((made, more))
    }

    /// Messages as one line that opens: how many of whom.
    fn folded(&self, title: String, messages: Vec<Message>) -> El {
        let of = |kind: PieceKind| {
            messages
                .iter()
                .filter(|message| message.kind == kind)
                .count()
        };
        let kinds = [
            (PieceKind::System, "system"),
            (PieceKind::User, "user"),
            (PieceKind::Assistant, "assistant"),
            (PieceKind::Tool, "tool"),
            (PieceKind::Other, "other"),
        ];
        let counts = kinds.iter().map(|(kind, name)| (of(*kind), name));
        let counts: Vec<String> = counts
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{} {name}", format::count(count as u64)))
            .collect();
        let view = self.clone();
        fold("message fold", title, counts.join(", "), move || {
            view.paged(messages.clone())
        })
    }

    fn message(&self, message: &Message) -> El {
        let Some(head) = self.piece(message.pieces.start) else {
            return div("message");
        };
        let parts_at = message.pieces.start + 1..message.pieces.end;
        let first = parts_at.clone().find_map(|at| self.piece(at));
        let (class, icon, name) = match message.kind {
            PieceKind::System => ("message is-system", Icon::Settings, "System"),
            PieceKind::User => ("message is-user", Icon::User, "User"),
            PieceKind::Assistant => ("message is-assistant", Icon::MessageSquare, "Assistant"),
            PieceKind::Tool => ("message is-tool", Icon::Wrench, "Tool"),
            _ => ("message", Icon::CircleDashed, "Message"),
        };
        if message.kind == PieceKind::System {
            let preview = preview(first.map_or("", |piece| &piece.value.text));
            let view = self.clone();
            return fold(
                "message is-system fold",
                name.to_owned(),
                preview,
                move || div("message-body").child(view.range(parts_at.clone())),
            );
        }
        // A result says itself whose it is.
        let told =
            first.is_some_and(|piece| matches!(piece.kind, PieceKind::Result | PieceKind::Failure));
        let words = [
            (message.output, "output".to_owned()),
            (!head.note.is_empty(), format!("stopped for {}", head.note)),
        ];
        let words = words
            .into_iter()
            .filter(|(said, _)| *said)
            .map(|(_, words)| words);
        let words: Vec<String> = words.collect();
        let named =
            (!head.label.is_empty()).then(|| span("message-name").child(head.label.as_str()));
        let head = (!told).then(|| {
            div("message-head").child((
                icon.el(14),
                el("b").child(name),
                named,
                span("hint").child(words.join(", ")),
            ))
        });
        div(class)
            .attr("role", "article")
            .attr("aria-label", name)
            .child((head, self.range(parts_at)))
    }

    fn range(&self, range: Range<usize>) -> Vec<El> {
        range.filter_map(|at| self.part(at)).collect()
    }

    fn section(&self, head: &Piece, range: Range<usize>) -> El {
        let title = div("content-title").child((
            el("h3").child(head.label.as_str()),
            el("code")
                .class("hint ellipsis")
                .attr("title", head.note.clone())
                .child(head.note.as_str()),
        ));
        let offered = head.label == "Tools offered";
        if offered {
            let pieces = range.clone().filter_map(|at| self.piece(at));
            let called = pieces
                .filter(|piece| piece.kind == PieceKind::Called)
                .count();
            let note = match called {
                0 => "none called".to_owned(),
                called => format!("{} called", format::count(called as u64)),
            };
            let view = self.clone();
            let title = format!("{} {}", head.label, head.note);
            return el("section").class("content-section").child(fold(
                "fold",
                title,
                note,
                move || div("offered-list").child(view.range(range.clone())),
            ));
        }
        el("section")
            .class("content-section")
            .child((title, self.range(range)))
    }
}
