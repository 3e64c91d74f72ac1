//! Work done ahead, while nobody has asked for any: an engine opens spans of its own and is forgotten.
//!
//! A browser compiles WebAssembly in a quick form first and makes code that runs often fast later; without this, that falls into
//! the first opening of a tab and makes it a tenth to a seventh slower. A message that comes ends it at the next turn.

use super::Host;
use super::clock::{Turn, now};
use crate::engine::Engine;
use crate::engine::protocol::SourceHead;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long it may take.
const MOST_MS: f64 = 250.0;
/// How much is read; more makes nothing faster.
const MOST_BYTES: usize = 8 << 20;
/// As files come from a stream.
const PIECE: usize = 64 << 10;
/// In one document: the memory it takes is used again by the first one that is opened.
const SPANS: usize = 512;

/// A span as agents write it: the attributes that most spans have, a long text with escapes, an event.
const SPAN: &str = r#"{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173",
"name":"chat","kind":3,"startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","attributes":[
{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.request.model","value":{"stringValue":"m"}},
{"key":"gen_ai.usage.input_tokens","value":{"intValue":"1200"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"88"}},
{"key":"gen_ai.response.id","value":{"stringValue":"r-0123456789"}},{"key":"session.id","value":{"stringValue":"s-1"}},
{"key":"gen_ai.input.messages","value":{"stringValue":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Which of the two routes is the shorter one, and how sure are you of it?\"}]}]"}}],
"events":[{"timeUnixNano":"1544712660500000000","name":"token","attributes":[{"key":"index","value":{"intValue":"1"}}]}],
"status":{"code":1}}"#;

/// Reads until it is enough, or something is asked.
pub fn start(host: &Rc<Host>) {
    let host = Rc::clone(host);
    spawn_local(async move {
        let (text, turn, began) = (text(), Turn::new(), now());
        let head = SourceHead {
            name: String::new(),
            size: text.len() as u64,
        };
        let mut read = 0;
        while read < MOST_BYTES {
            let mut engine = Engine::new();
            engine.begin(false);
            engine.begin_source(&head, "");
            for piece in text.as_bytes().chunks(PIECE) {
                engine.chunk(piece);
                turn.give_way().await;
                if host.is_asked.get() || now() - began > MOST_MS {
                    return;
                }
            }
            engine.end_source();
            engine.commit(0.0, 0);
            read += text.len();
        }
    });
}

fn text() -> String {
    let mut text = r#"{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":{"name":"warm"},"spans":["#.to_owned();
    for span in 0..SPANS {
        if span > 0 {
            text.push(',');
        }
        text.push_str(SPAN);
    }
    text.push_str("]}]}]}");
    text
}
