//! What a call of a model was told again: the messages that the call before it had already.

use super::Texts;
use super::decode::content_of;
use crate::model::SpanRow;
use crate::semantics::content::message::{Message, Role};

/// Fewer messages are not worth folding.
const LEAST: usize = 2;

/// The first of these earlier calls, the nearest first, whose messages this one begins with, and how many of them it
/// repeats behind the system's. What is compared is what was said, not ids of messages; a message that differs in anything
/// ends it.
pub fn repeats(now: &Texts, earlier: &[(SpanRow, Texts)]) -> Option<(SpanRow, u32)> {
    if earlier.is_empty() {
        return None;
    }
    let now = content_of(now).messages;
    earlier.iter().find_map(|(row, texts)| {
        let count = repeated(&now, &content_of(texts).messages);
        (count >= LEAST).then_some((*row, count as u32))
    })
}

/// How many messages in are what was said before, from the first on that is not the system's.
fn repeated(now: &[Message], before: &[Message]) -> usize {
    let spoken = |messages: &[Message]| {
        let is_system = |message: &&Message| message.role == Role::System;
        messages.iter().take_while(is_system).count()
    };
    let given = now
        .iter()
        .skip(spoken(now))
        .take_while(|message| !message.output);
    let known = before.iter().skip(spoken(before));
    let same = |(a, b): &(&Message, &Message)| {
        a.role == b.role && !a.parts.is_empty() && a.parts == b.parts
    };
    given.zip(known).take_while(same).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::content::part::Part;

    fn said(role: Role, text: &str, output: bool) -> Message {
        Message {
            role,
            parts: vec![Part::Text(text.to_owned())],
            output,
            ..Message::default()
        }
    }

    /// One letter a message: who speaks, then what; `!` before an answer.
    fn talk(drawing: &str) -> Vec<Message> {
        let words = drawing.split(' ').filter(|word| !word.is_empty());
        words
            .map(|word| {
                let output = word.starts_with('!');
                let word = word.trim_start_matches('!');
                let role = match word.as_bytes().first() {
                    Some(b's') => Role::System,
                    Some(b'u') => Role::User,
                    Some(b'a') => Role::Assistant,
                    _ => Role::Tool,
                };
                said(role, word, output)
            })
            .collect()
    }

    #[track_caller]
    fn check(before: &str, now: &str, count: usize) {
        assert_eq!(repeated(&talk(now), &talk(before)), count, "{now}");
    }

    #[test]
    fn what_was_given_and_answered_before_is_a_repetition() {
        check("s1 u1 !a1", "s1 u1 a1 t1 !a2", 2);
        check("s1 u1 a1 t1 !a2", "s1 u1 a1 t1 a2 t2 !a3", 4);
        check("s1 u1 !a1", "s2 u1 a1 u2 !a2", 2);
        check("u1 !a1", "s1 u1 a1 u2 !a2", 2);
    }

    #[test]
    fn what_differs_ends_it_and_an_answer_is_never_a_repetition() {
        check("u1 !a1", "u1 a9 t1 !a2", 1);
        check("u1 !a1", "u2 a1 t1 !a2", 0);
        check("u1 !a1", "u1 !a1", 1);
        check("u1 a1 u2 !a2", "u2 a2 u3 !a3", 0);
        check("", "u1 a1 !a2", 0);
        let empty = Message {
            role: Role::User,
            ..Message::default()
        };
        assert_eq!(
            repeated(std::slice::from_ref(&empty), std::slice::from_ref(&empty)),
            0,
            "nothing was said"
        );
    }
}
