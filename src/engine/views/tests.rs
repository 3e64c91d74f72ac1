use crate::engine::protocol::{Piece, Reply, Request, RouteRequest, SourceHead};
use crate::engine::{Engine, Step};
use crate::model::json::Json;

/// An agent with a tool and two models; `org` on the root, `env` on the resource, and a text that is too long for the
/// dictionary.
fn file() -> String {
    let attribute = |key: &str, value: &str| {
        format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#)
    };
    let count =
        |key: &str, value: u32| format!(r#"{{"key":"{key}","value":{{"intValue":"{value}"}}}}"#);
    let span = |id: u32, parent: u32, name: &str, times: (u32, u32), attributes: &[String]| {
        let parent = if parent > 0 {
            format!(r#""parentSpanId":"{parent:016x}","#)
        } else {
            String::new()
        };
        let trace = if id < 10 { 1 } else { 2 };
        let (start, end) = times;
        let attributes = attributes.join(",");
        format!(
            r#"{{"traceId":"{trace:032x}","spanId":"{id:016x}",{parent}"name":"{name}","startTimeUnixNano":"{start}","endTimeUnixNano":"{end}","attributes":[{attributes}]}}"#
        )
    };
    let chat = |model: &str, input: u32| {
        vec![
            attribute("gen_ai.operation.name", "chat"),
            attribute("gen_ai.request.model", model),
            count("gen_ai.usage.input_tokens", input),
            count("gen_ai.usage.output_tokens", 1),
        ]
    };
    let agent = |name: &str| {
        vec![
            attribute("gen_ai.operation.name", "invoke_agent"),
            attribute("gen_ai.agent.name", name),
        ]
    };
    let long = "x".repeat(200) + "needle";
    let spans = [
        span(
            1,
            0,
            "run",
            (0, 100),
            &[agent("ops"), vec![attribute("org", "acme")]].concat(),
        ),
        span(2, 1, "chat", (1, 11), &chat("m", 10)),
        span(
            3,
            1,
            "sub",
            (20, 60),
            &[agent("sre"), vec![attribute("env", "test")]].concat(),
        ),
        span(
            4,
            3,
            "chat",
            (20, 40),
            &[chat("n", 5), vec![attribute("note", &long)]].concat(),
        ),
        span(11, 0, "run", (200, 300), &agent("ops")),
        span(12, 11, "chat", (210, 220), &chat("m", 1)),
    ];
    let resource = attribute("env", "prod");
    format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{resource}]}},"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    )
}

struct Opened(Engine, String);

fn open() -> Opened {
    open_text(file())
}

fn open_text(text: String) -> Opened {
    let mut engine = Engine::new();
    assert!(
        engine.set_built_in_prices("# Spanlight prices 1\nm\t\t1\t2\nn\t\t10\t20\t-\t-\t-\t-\t3")
    );
    engine.begin(false);
    let head = SourceHead {
        name: "a.json".into(),
        size: text.len() as u64,
    };
    engine.begin_source(&head, "");
    engine.chunk(text.as_bytes());
    engine.end_source();
    assert!(matches!(engine.commit(0.0, 0), Reply::Opened(_)));
    Opened(engine, text)
}

impl Opened {
    fn ask(&mut self, name: &str, options: &str) -> Result<String, String> {
        let mut step = self.0.handle(Request::View {
            name: name.to_owned(),
            options: options.to_owned(),
        });
        loop {
            match step {
                Step::Done(Reply::Text(json), _) => return Ok(json),
                Step::Done(Reply::Failed(failure), _) => return Err(failure.message),
                Step::Done(other, _) => panic!("{other:?}"),
                Step::Read { ranges, pending } => {
                    let bytes = ranges.iter().map(|range| {
                        let from = range.offset as usize;
                        Ok(self.1.as_bytes()[from..from + range.len as usize].to_vec())
                    });
                    let bytes = bytes.collect();
                    step = self.0.resume(pending, bytes);
                }
            }
        }
    }

    fn view(&mut self, name: &str, options: &str) -> String {
        let json = self.ask(name, options).unwrap();
        assert!(Json::parse(&json).is_some(), "{json}");
        json
    }
}

#[test]
fn a_treemap_is_a_total_and_its_leaves() {
    let mut opened = open();
    assert_eq!(
        opened.view("treemap", ""),
        r#"{"measure":"cost","levels":["agent","model"],"total":0.000085,"complete":true,"nodes":[{"path":["sre","n"],"value":0.00007,"calls":1,"spans":1,"complete":true},{"path":["ops","m"],"value":0.000015,"calls":2,"spans":2,"complete":true}]}"#
    );
    let by = opened.view(
        "treemap",
        r#"{"levels":["org","resource.env"],"measure":"input"}"#,
    );
    let nodes = Json::parse(&by)
        .unwrap()
        .get("nodes")
        .unwrap()
        .source()
        .to_owned();
    assert_eq!(
        nodes,
        r#"[{"path":["acme","prod"],"value":10,"calls":1,"spans":1,"complete":true},{"path":["acme","test"],"value":5,"calls":1,"spans":1,"complete":true},{"path":[null,"prod"],"value":1,"calls":1,"spans":1,"complete":true}]"#
    );
}

#[test]
fn a_file_is_shared_by_agents_of_one_run() {
    let text = |key: &str, value: &str| {
        format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#)
    };
    let span = |id: u8, parent: u8, trace: u8, attributes: &[String]| {
        let parent = if parent > 0 {
            format!(r#""parentSpanId":"{parent:016x}","#)
        } else {
            String::new()
        };
        format!(
            r#"{{"traceId":"{trace:032x}","spanId":"{id:016x}",{parent}"name":"s","startTimeUnixNano":"{id}","endTimeUnixNano":"99","attributes":[{}]}}"#,
            attributes.join(",")
        )
    };
    let agent = |name: &str| {
        [
            text("gen_ai.operation.name", "invoke_agent"),
            text("gen_ai.agent.name", name),
        ]
    };
    let reads = |path: &str| {
        [
            text("gen_ai.operation.name", "execute_tool"),
            text("gen_ai.tool.name", "read_file"),
            text(
                "gen_ai.tool.call.arguments",
                &format!(r#"{{\"path\":\"{path}\"}}"#),
            ),
        ]
    };
    let spans = [
        span(1, 0, 1, &agent("lead")),
        span(2, 1, 1, &agent("helper")),
        span(3, 1, 1, &reads("a.md")),
        span(4, 2, 1, &reads("a.md")),
        span(5, 2, 1, &reads("b.md")),
        // The same path in another run may be another file.
        span(6, 0, 2, &agent("lead")),
        span(7, 6, 2, &reads("b.md")),
    ];
    let mut opened = open_text(format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    ));
    let graph = opened.view("graph", "");
    assert!(
        graph.ends_with(r#""shared":[{"path":"a.md","agents":["helper","lead"]}]}"#),
        "{graph}"
    );
}

#[test]
fn a_part_is_a_trace_or_the_runs_that_pass() {
    let mut opened = open();
    let mut total = |options: &str| {
        let json = opened.view("treemap", options);
        let total = Json::parse(&json).unwrap().get("total").unwrap();
        total.source().to_owned()
    };
    assert_eq!(total(r#"{"measure":"calls"}"#), "3");
    assert_eq!(
        total(r#"{"measure":"calls","trace":"00000000000000000000000000000002"}"#),
        "1"
    );
    assert_eq!(
        total(r#"{"measure":"calls","filter":"{ model = \"n\" }"}"#),
        "2"
    );
    assert_eq!(
        total(r#"{"measure":"calls","filter":"{ span.note =~ \".*needle\" }"}"#),
        "2"
    );
    assert_eq!(
        total(r#"{"measure":"calls","filter":"{ span.note =~ \".*nothing\" }"}"#),
        "null"
    );
}

#[test]
fn routing_what_if_graph_and_stats_say_what_the_summary_says() {
    let mut opened = open();
    let routing = opened.view("routing", "{}");
    assert!(
        routing.starts_with(
            r#"{"cells":[{"row":"ops","column":"m","calls":2,"calls_with_usage":2,"input":11,"output":2,"cache_read":0,"#
        ),
        "{routing}"
    );
    assert!(routing.contains(
        r#""cost_usd":0.000015,"cost_complete":true,"p50_ns":"10","p95_ns":"10","errors":0}"#
    ));
    assert!(
        routing.ends_with(r#""fallbacks":[],"retries":[]}"#),
        "{routing}"
    );
    let same = opened.view("what_if", r#"{"assign":{}}"#);
    assert!(
        same.starts_with(
            r#"{"before_usd":0.000085,"after_usd":0.000085,"complete":true,"over_context":[],"#
        ),
        "{same}"
    );
    let other = opened.view("what_if", r#"{"assign":{"*":"n"}}"#);
    assert!(other.starts_with(r#"{"before_usd":0.000085,"after_usd":0.00022,"complete":true,"over_context":[{"trace":"#), "{other}");
    assert!(
        other.contains(r#""calls":1,"largest_input":10,"context":3"#),
        "{other}"
    );
    let graph = opened.view("graph", "null");
    assert!(
        graph
            .contains(r#"{"from":"ops","to":"sre","kind":"delegation","count":1,"inferred":false"#),
        "{graph}"
    );
    let stats = opened.view("stats", r#"{"by":"model"}"#);
    assert!(
        stats.starts_with(
            r#"{"by":"model","rows":[{"name":"m","count":2,"errors":0,"total_ns":"20","#
        ),
        "{stats}"
    );
}

#[test]
fn what_is_no_option_is_refused_by_name() {
    let mut opened = open();
    let mut why = |name: &str, options: &str| opened.ask(name, options).unwrap_err();
    assert_eq!(
        why("pie", ""),
        "the view: expected treemap, routing, what_if, graph or stats, found 'pie'"
    );
    assert_eq!(
        why("graph", "7"),
        "the options of graph: expected an object, found 7"
    );
    for (name, options, option) in [
        ("treemap", r#"{"measure":"weight"}"#, "'measure'"),
        ("treemap", r#"{"levels":"agent"}"#, "'levels'"),
        ("treemap", r#"{"levels":["no.such.key"]}"#, "'levels'"),
        ("treemap", r#"{"level":["agent"]}"#, "'level'"),
        ("treemap", r#"{"trace":"ff"}"#, "'trace'"),
        ("treemap", r#"{"filter":"{ model = "}"#, "'filter'"),
        ("routing", r#"{"columns":"tool"}"#, "'columns'"),
        ("what_if", r#"{"assign":{"nobody":"m"}}"#, "'assign'"),
        ("what_if", r#"{"assign":{"ops":7}}"#, "'assign'"),
        ("what_if", r#"{"assign":["m"]}"#, "'assign'"),
        ("stats", r#"{"by":7}"#, "'by'"),
    ] {
        let why = why(name, options);
        assert!(why.contains(option) && why.contains("expected"), "{why}");
    }
}

fn route(piece: Piece) -> Request {
    Request::Route(Box::new(RouteRequest {
        piece,
        ..RouteRequest::default()
    }))
}

fn shown(opened: &mut Opened, request: &Request) -> Reply {
    match opened.0.handle(request.clone()) {
        Step::Done(reply, _) => reply,
        other @ Step::Read { .. } => panic!("{other:?}"),
    }
}

#[test]
fn what_was_counted_ahead_is_what_would_have_been_counted() {
    let (mut ahead, mut anew) = (open(), open());
    let mut steps = 0;
    while ahead.0.count_ahead(steps) {
        steps += 1;
    }
    assert!(steps > 3, "{steps}");
    for request in [route(Piece::default()), Request::Graph(Box::default())] {
        let first = shown(&mut anew, &request);
        assert_eq!(shown(&mut ahead, &request), first);
        assert_eq!(shown(&mut anew, &request), first, "kept");
    }
}

#[test]
fn other_prices_forget_what_was_counted() {
    let mut opened = open();
    let before = shown(&mut opened, &route(Piece::default()));
    let dearer = Request::SetPrices {
        text: "# Spanlight prices 1\nm\t\t1000\t2000".to_owned(),
        add: false,
        assume: false,
    };
    assert!(matches!(shown(&mut opened, &dearer), Reply::Prices(_)));
    assert_ne!(shown(&mut opened, &route(Piece::default())), before);
}
