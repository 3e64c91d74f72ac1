//! Work done ahead, while nobody has asked for any.
//!
//! A browser compiles a WebAssembly function when it is called first, in a quick form, and makes code that runs often fast later.
//! Without this, that falls into the first opening of a tab, which takes a tenth to a seventh longer, and into the first look at
//! each view, which takes several times as long. So an engine opens spans of its own, answers questions about them, and is
//! forgotten. What a view counts first is counted for a document that was just opened, too.

use super::Host;
use super::clock::{Turn, now};
use super::quiet::quiet;
use crate::engine::protocol::{
    ColourBy, CurveRequest, DrawRequest, FromWorker, Level, Limit, MinimapRequest, Piece, Request,
    RouteRequest, RunsQuery, SourceHead, WaterfallRequest, Width,
};
use crate::engine::{Engine, LONG_AHEAD, Step, wire};
use crate::model::TraceRow;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long reading may take.
const MOST_MS: f64 = 250.0;
/// How much is read; more makes nothing faster.
const MOST_BYTES: usize = 8 << 20;
/// As files come from a stream.
const PIECE: usize = 64 << 10;
/// In one document: the memory it takes is used again by the first one that is opened.
const SPANS: usize = 512;
/// Nobody asks for anything at once after this time without a question.
const QUIET_MS: f64 = 300.0;
/// Nobody is about to ask after this time.
const LONG_QUIET_MS: f64 = 1500.0;

/// The run of an agent, and a tool that it calls.
const OTHERS: &str = r#"{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b173","name":"invoke_agent a","kind":1,
"startTimeUnixNano":"1544712659000000000","endTimeUnixNano":"1544712663000000000","attributes":[
{"key":"gen_ai.operation.name","value":{"stringValue":"invoke_agent"}},{"key":"gen_ai.agent.name","value":{"stringValue":"a"}}]},
{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","parentSpanId":"eee19b7ec3c1b173",
"name":"execute_tool t","kind":1,"startTimeUnixNano":"1544712661000000000","endTimeUnixNano":"1544712662000000000","attributes":[
{"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}},{"key":"gen_ai.tool.name","value":{"stringValue":"t"}}],
"status":{"code":2,"message":"timeout"}},"#;

/// A span as agents write it: the attributes that most spans have, a long text with escapes, an event.
const SPAN: &str = r#"{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173",
"name":"chat","kind":3,"startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","attributes":[
{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.request.model","value":{"stringValue":"m"}},
{"key":"gen_ai.usage.input_tokens","value":{"intValue":"1200"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"88"}},
{"key":"gen_ai.response.id","value":{"stringValue":"r-0123456789"}},{"key":"session.id","value":{"stringValue":"s-1"}},
{"key":"gen_ai.input.messages","value":{"stringValue":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Which of the two routes is the shorter one, and how sure are you of it?\"}]}]"}}],
"events":[{"timeUnixNano":"1544712660500000000","name":"token","attributes":[{"key":"index","value":{"intValue":"1"}}]}],
"status":{"code":1}}"#;

/// Reads until it is enough, or something is asked; then answers questions whenever nothing else is asked.
pub fn start(host: &Rc<Host>) {
    let host = Rc::clone(host);
    spawn_local(async move {
        let (text, turn, began) = (text(), Turn::new(), now());
        let is_over = || host.is_asked() || now() - began > MOST_MS;
        let mut read = 0;
        while read < MOST_BYTES && open(&text, &turn, &is_over).await.is_some() {
            read += text.len();
        }
        quiet(&host, QUIET_MS).await;
        let Some(mut engine) = open(&text, &turn, &|| false).await else {
            return;
        };
        for question in questions() {
            turn.give_way().await;
            quiet(&host, QUIET_MS).await;
            if let Step::Done(reply, _) = engine.handle(question) {
                drop(wire::to_bytes(&FromWorker::Reply { seq: 0, reply }));
            }
        }
    });
}

/// Counts what views of the open document need, once nothing is asked, if it is still the same then.
pub fn count_ahead(host: &Rc<Host>) {
    let host = Rc::clone(host);
    let opened = host.opened.get();
    spawn_local(async move {
        let turn = Turn::new();
        // What the page asks first is on its way.
        host.asked_at.set(now());
        for at in 0.. {
            let is_long = at >= LONG_AHEAD;
            quiet(&host, if is_long { LONG_QUIET_MS } else { QUIET_MS }).await;
            if host.opened.get() != opened || !host.engine.borrow_mut().count_ahead(at) {
                return;
            }
            turn.give_way().await;
        }
    });
}

/// An engine with a document of a text; `None` when it is over before.
async fn open(text: &str, turn: &Turn, is_over: &dyn Fn() -> bool) -> Option<Engine> {
    let mut engine = Engine::new();
    let head = SourceHead {
        name: String::new(),
        size: text.len() as u64,
    };
    engine.begin(false);
    engine.begin_source(&head, "");
    for piece in text.as_bytes().chunks(PIECE) {
        engine.chunk(piece);
        turn.give_way().await;
        if is_over() {
            return None;
        }
    }
    engine.end_source();
    let reply = engine.commit(0.0, 0);
    drop(wire::to_bytes(&FromWorker::Reply { seq: 0, reply }));
    Some(engine)
}

/// What the page asks first of each view.
fn questions() -> Vec<Request> {
    let trace = TraceRow(0);
    let levels = ["agent", "model", "span"].map(str::to_owned);
    let draw = |levels: &[String]| {
        Box::new(DrawRequest {
            levels: levels.to_vec(),
            size: (800, 600),
            ..DrawRequest::default()
        })
    };
    let route = |piece| {
        Request::Route(Box::new(RouteRequest {
            trace: None,
            filter: String::new(),
            piece,
        }))
    };
    let (width, room) = (Width::default(), 800);
    let budget = Limit::usual(1);
    vec![
        Request::Runs(RunsQuery {
            limit: 9,
            ..RunsQuery::default()
        }),
        Request::Waterfall(WaterfallRequest {
            trace,
            first_line: 0,
            lines: 9,
            window: (0, 1 << 32),
            width: 800.0,
            critical_path: false,
            level: Level::default(),
            only_matches: false,
            colour: ColourBy::default(),
            budget,
        }),
        Request::Minimap(MinimapRequest {
            trace,
            width: 800,
            lanes: 9,
            colour: ColourBy::default(),
            budget,
        }),
        Request::Headline { trace, budget },
        Request::Draw(draw(&levels)),
        route(Piece::default()),
        route(Piece::Flow { width, room }),
        route(Piece::Aside),
        route(Piece::Alternatives {
            compared: Vec::new(),
        }),
        Request::Graph(Box::default()),
        Request::Statistics(draw(&levels[2..])),
        Request::Flame(draw(&[])),
        Request::Curve(CurveRequest {
            trace,
            window: (0, 1 << 32),
            width: 800,
        }),
    ]
}

fn text() -> String {
    let mut text = r#"{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":{"name":"warm"},"spans":["#.to_owned();
    text.push_str(OTHERS);
    for span in 0..SPANS {
        if span > 0 {
            text.push(',');
        }
        text.push_str(SPAN);
    }
    text.push_str("]}]}]}");
    text
}
