//! Traces of one request as one run: every figure is the sum of its members', and what counts the document does not see it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
#![allow(clippy::panic, reason = "a test says what it expects by failing")]

mod support;

use serde_json::{Value, json};
use spanlight::analysis::budget::Limit;
use spanlight::engine::protocol::{Reply, Request, RunRow, RunsQuery, SourceHead, Summary};
use spanlight::engine::{Engine, Step};
use spanlight::model::{SpanFlags, SpanRow, TraceRow};
use spanlight::scene::drawn::DrawRequest;
use spanlight::scene::graph::GraphRequest;
use spanlight::scene::minimap::MinimapRequest;
use spanlight::scene::waterfall::{ColourBy, Level, OutlineAction, Waterfall, WaterfallRequest};
use support::sample;

const PRICES: &str = include_str!("../public/prices.txt");

/// A trace that sends work to a queue, another one that names its span as cause, and one of the same session only.
const APART: &str = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[
{"traceId":"000000000000000000000000000000a1","spanId":"0000000000000001","name":"lead","startTimeUnixNano":"100","endTimeUnixNano":"900"},
{"traceId":"000000000000000000000000000000a1","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"send","startTimeUnixNano":"200","endTimeUnixNano":"210"},
{"traceId":"000000000000000000000000000000a1","spanId":"0000000000000003","parentSpanId":"0000000000000001","name":"chat","startTimeUnixNano":"300","endTimeUnixNano":"400","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"100"}}]},
{"traceId":"000000000000000000000000000000b1","spanId":"0000000000000009","name":"between","startTimeUnixNano":"250","endTimeUnixNano":"260"},
{"traceId":"000000000000000000000000000000c1","spanId":"0000000000000004","name":"worker","startTimeUnixNano":"500","endTimeUnixNano":"1500","status":{"code":2},"attributes":[{"key":"correlation_id","value":{"stringValue":"0000000000000002"}}]},
{"traceId":"000000000000000000000000000000c1","spanId":"0000000000000005","parentSpanId":"0000000000000004","name":"chat","startTimeUnixNano":"600","endTimeUnixNano":"700","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"40"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"8"}}]}
]}]}]}"#;

struct Open(Engine);

impl Open {
    fn new(text: &[u8]) -> Self {
        let mut engine = Engine::new();
        assert!(engine.set_built_in_prices(PRICES));
        let mut open = Self(engine);
        open.read(text, false);
        open
    }

    fn read(&mut self, text: &[u8], append: bool) {
        self.0.begin(append);
        let head = SourceHead {
            name: "x".into(),
            size: text.len() as u64,
        };
        self.0.begin_source(&head, "");
        self.0.chunk(text);
        self.0.end_source();
        assert!(matches!(self.0.commit(0.0, 0), Reply::Opened(_)));
    }

    fn ask(&mut self, request: Request) -> Reply {
        match self.0.handle(request) {
            Step::Done(reply, _) => reply,
            Step::Read { .. } => panic!("nothing is to be read"),
        }
    }

    fn runs(&mut self) -> Vec<RunRow> {
        let query = RunsQuery {
            limit: 99,
            ..RunsQuery::default()
        };
        match self.ask(Request::Runs(query)) {
            Reply::Runs(page) => page.rows,
            other => panic!("{other:?}"),
        }
    }

    fn locate(&mut self, trace: &str) -> RunRow {
        let request = Request::Locate {
            trace: trace.to_owned(),
            span: None,
        };
        match self.ask(request) {
            Reply::Located { run: Some(run), .. } => *run,
            other => panic!("{other:?}"),
        }
    }

    fn summary(&mut self) -> Summary {
        match self.ask(Request::Summary) {
            Reply::Summary(summary) => *summary,
            other => panic!("{other:?}"),
        }
    }

    fn view(&mut self, name: &str, options: &Value) -> Value {
        let request = Request::View {
            name: name.to_owned(),
            options: options.to_string(),
        };
        match self.ask(request) {
            Reply::Text(json) => serde_json::from_str(&json).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn waterfall(&mut self, trace: TraceRow, level: Level) -> Waterfall {
        let request = WaterfallRequest {
            trace,
            first_line: 0,
            lines: 999,
            window: (0, i64::MAX / 4),
            width: 1000.0,
            critical_path: true,
            level,
            only_matches: false,
            colour: ColourBy::Kind,
            budget: Limit::usual(1),
        };
        match self.ask(Request::Waterfall(request)) {
            Reply::Waterfall(scene) => *scene,
            other => panic!("{other:?}"),
        }
    }
}

/// The numbers of a run that add up.
fn figures(run: &RunRow) -> [i128; 9] {
    let meaning = run.meaning.as_deref().unwrap();
    let token = |at: usize| meaning.tokens[at].map_or(0, i128::from);
    [
        run.spans.into(),
        run.errors.into(),
        run.orphans.into(),
        meaning.llm_calls.into(),
        meaning.tool_calls.into(),
        token(0),
        token(1),
        token(2),
        meaning.cost.map_or(0, i128::from),
    ]
}

/// What a view says of a trace.
type Figure<'f> = &'f dyn Fn(&mut Open, &str) -> f64;

/// Sums of what a view says of each of some traces.
fn summed(open: &mut Open, traces: &[String], of: Figure<'_>) -> f64 {
    traces.iter().map(|trace| of(open, trace)).sum()
}

fn sum_of(rows: &Value, name: &str) -> f64 {
    let rows = rows.as_array().unwrap().iter();
    rows.filter_map(|row| row[name].as_f64()).sum()
}

/// Every stitched run of a document has the figures of its members.
fn check(open: &mut Open) -> usize {
    let runs = open.runs();
    let mut wholes: Vec<String> = runs
        .iter()
        .filter_map(|run| run.stitch.as_ref())
        .map(|stitch| stitch.other.clone())
        .collect();
    wholes.sort();
    wholes.dedup();
    for id in &wholes {
        let whole = open.locate(id);
        let stitch = whole.stitch.as_deref().unwrap();
        assert!(stitch.is_whole);
        assert_eq!(&whole.trace_id, id);
        let (first, end) = stitch.members;
        let members: Vec<&RunRow> = (runs.iter())
            .filter(|run| (first..end).contains(&run.trace.0))
            .collect();
        assert_eq!(members.len() as u32, end - first);
        assert!(members.iter().all(|run| whole.holds(run.trace)));
        let mut sum = [0; 9];
        for member in &members {
            for (sum, figure) in sum.iter_mut().zip(figures(member)) {
                *sum += figure;
            }
        }
        assert_eq!(figures(&whole), sum, "{id}");
        let ids: Vec<String> = members.iter().map(|run| run.trace_id.clone()).collect();
        let calls = |open: &mut Open, trace: &str| {
            let told = open.view("routing", &json!({ "trace": trace }));
            sum_of(&told["cells"], "calls") + sum_of(&told["cells"], "input") / 1024.0
        };
        let spans = |open: &mut Open, trace: &str| {
            sum_of(
                &open.view("stats", &json!({ "trace": trace }))["rows"],
                "count",
            )
        };
        let tokens = |open: &mut Open, trace: &str| {
            let options =
                json!({ "trace": trace, "measure": "tokens", "levels": ["agent", "model"] });
            open.view("treemap", &options)["total"]
                .as_f64()
                .unwrap_or(0.0)
        };
        let listed = |open: &mut Open, trace: &str| {
            let row = open.locate(trace).trace;
            match open.ask(Request::Spans { trace: row }) {
                Reply::Spans(spans) => spans.len() as f64,
                other => panic!("{other:?}"),
            }
        };
        let told: [Figure<'_>; 4] = [&calls, &spans, &tokens, &listed];
        for (of, at) in told.into_iter().zip(0..) {
            let expected = summed(open, &ids, of);
            assert!((of(open, id) - expected).abs() < 1e-9, "{id}: figure {at}");
        }
        let scene = open.waterfall(whole.trace, Level::Everything);
        let (head, below) = scene.lines.split_first().unwrap();
        assert!(head.flags.contains(SpanFlags::STITCHED) && head.depth == 0);
        assert_eq!(head.descendants as usize, below.len());
        assert!(
            below
                .iter()
                .all(|line| line.depth > 0 && line.end <= head.end)
        );
        assert_eq!(scene.at_level[0], whole.spans);
        every_question(open, &whole, scene.lines[0].row);
    }
    wholes.len()
}

/// Questions that a page asks of a run: each is answered.
fn every_question(open: &mut Open, run: &RunRow, head: SpanRow) {
    let trace = run.trace;
    for level in [Level::Steps, Level::Agents] {
        let scene = open.waterfall(trace, level);
        let [all, steps, agents] = scene.at_level;
        assert!(steps <= all && agents <= steps);
        let shown = scene.lines.first().is_some_and(|line| line.row == head);
        assert!(shown, "the head is shown at every level");
    }
    let outline = |action| Request::Outline {
        trace,
        action,
        level: Level::Everything,
        only_matches: false,
    };
    let draw = DrawRequest {
        trace: Some(trace),
        size: (800, 400),
        ..DrawRequest::default()
    };
    let requests = [
        outline(OutlineAction::Collapse(head)),
        outline(OutlineAction::Reveal(SpanRow(head.0 + 1))),
        outline(OutlineAction::ToDepth(1)),
        outline(OutlineAction::ExpandAll),
        Request::Headline {
            trace,
            budget: Limit::usual(1),
        },
        Request::Details { row: head },
        Request::Derive {
            trace,
            row: None,
            offset: 0,
        },
        Request::Minimap(MinimapRequest {
            trace,
            width: 900,
            lanes: 7,
            colour: ColourBy::Agent,
            budget: Limit::usual(1),
        }),
        Request::Graph(Box::new(GraphRequest {
            trace: Some(trace),
            ..GraphRequest::default()
        })),
        Request::Draw(Box::new(draw.clone())),
        Request::Statistics(Box::new(draw.clone())),
        Request::Flame(Box::new(draw)),
    ];
    for request in requests {
        let said = format!("{request:?}");
        let reply = open.ask(request);
        assert!(!matches!(reply, Reply::Failed(_)), "{said}: {reply:?}");
    }
}

#[test]
fn a_run_of_several_traces_has_the_figures_of_all_of_them() {
    let mut open = Open::new(APART.as_bytes());
    assert_eq!(check(&mut open), 1);
    let runs = open.runs();
    let summary = open.summary();
    assert_eq!((summary.traces, summary.spans), (3, 6));
    // By start, though members stand together.
    let names: Vec<&str> = runs.iter().map(|run| run.root_name.as_str()).collect();
    assert_eq!(names, ["lead", "between", "worker"]);
    assert_eq!(runs[1].stitch, None);
    let stitch = runs[2].stitch.as_deref().unwrap();
    assert_eq!(
        (stitch.told.as_str(), stitch.is_whole),
        (
            "2 traces, one with the correlation_id 0000000000000002 of a span of another",
            false
        )
    );
    let id = "stitched:000000000000000000000000000000a1";
    assert_eq!(stitch.other, id);
    let whole = open.locate(id);
    assert_eq!((whole.start_ns, whole.duration_ns), (100, 1400));
    // A link says the id of any member.
    let other = open.locate("stitched:000000000000000000000000000000c1");
    assert_eq!(other, whole);
    let lines = open.waterfall(whole.trace, Level::Everything).lines;
    let told: Vec<String> = (lines.iter())
        .map(|line| {
            format!(
                "{}{} {}",
                "  ".repeat(line.depth as usize),
                line.name,
                line.start
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "2 traces, one with the correlation_id 0000000000000002 of a span of another 0",
            "  lead 0",
            "    send 100",
            "    chat 200",
            "  worker 400",
            "    chat 500"
        ]
    );
}

#[test]
fn what_is_added_may_belong_to_what_is_open() {
    let (first, second) = APART.split_at(
        APART
            .find("{\"traceId\":\"000000000000000000000000000000c1\"")
            .unwrap(),
    );
    let head = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[";
    let mut open =
        Open::new(format!("{}]}}]}}]}}", first.trim_end().trim_end_matches(',')).as_bytes());
    assert!(open.runs().iter().all(|run| run.stitch.is_none()));
    open.read(format!("{head}{second}").as_bytes(), true);
    assert_eq!(check(&mut open), 1);
}

#[test]
fn what_a_link_joins_is_one_request_in_the_corpus() {
    for name in ["plain-multi-process.jsonl", "tempo-batches-plain.json"] {
        let mut open = Open::new(&sample(name).text);
        assert!(check(&mut open) > 0, "{name}");
    }
}

#[test]
fn one_session_is_not_one_request() {
    for name in ["openllmetry-workflow.json", "openinference-openai.json"] {
        let mut open = Open::new(&sample(name).text);
        assert_eq!(check(&mut open), 0, "{name}");
    }
}
