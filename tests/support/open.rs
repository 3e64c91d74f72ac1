//! The corpus, opened in an engine, for the tests of what views show.

#![allow(clippy::panic, reason = "a test says what it expects by failing")]

use super::{corpus, is_foreign};
use serde_json::Value;
use spanlight::engine::protocol::{Reply, Request, SourceHead};
use spanlight::engine::{Engine, Step};
use spanlight::scene::drawn::{DrawRequest, Drawn};
use spanlight::scene::routing::{Piece, RouteRequest, Shown};

const PRICES: &str = include_str!("../../public/prices.txt");

/// An open document with the prices that come with the app.
pub struct Open(Engine);

impl Open {
    /// Opens texts, each as a file.
    pub fn new(texts: &[&[u8]]) -> Self {
        let mut engine = Engine::new();
        assert!(engine.set_built_in_prices(PRICES));
        engine.begin(false);
        for text in texts {
            let head = SourceHead {
                name: "x".into(),
                size: text.len() as u64,
            };
            engine.begin_source(&head, "");
            engine.chunk(text);
            engine.end_source();
        }
        assert!(matches!(engine.commit(0.0, 0), Reply::Opened(_)));
        Self(engine)
    }

    /// What the spans mean, as scripts get it.
    pub fn summary(&mut self) -> Value {
        let Step::Done(Reply::Summary(summary), _) = self.0.handle(Request::Summary) else {
            panic!("summary")
        };
        serde_json::from_str(&summary.meaning).unwrap()
    }

    /// A treemap.
    pub fn draw(&mut self, request: DrawRequest) -> Drawn {
        match self.0.handle(Request::Draw(Box::new(request))) {
            Step::Done(Reply::Drawn(drawn), _) => *drawn,
            other => panic!("{other:?}"),
        }
    }

    /// A piece of the routing view, of everything.
    pub fn route(&mut self, piece: Piece) -> Shown {
        let request = RouteRequest {
            piece,
            ..RouteRequest::default()
        };
        match self.0.handle(Request::Route(Box::new(request))) {
            Step::Done(Reply::Routed(routed), _) => routed.shown,
            other => panic!("{other:?}"),
        }
    }

    /// The table of statistics.
    pub fn statistics(&mut self, by: &str, sort: u8, ascending: bool, plain: bool) -> Drawn {
        let request = DrawRequest {
            levels: vec![by.to_owned()],
            sort,
            ascending,
            plain,
            ..DrawRequest::default()
        };
        match self.0.handle(Request::Statistics(Box::new(request))) {
            Step::Done(Reply::Drawn(drawn), _) => *drawn,
            other => panic!("{other:?}"),
        }
    }

    /// The flame graph.
    pub fn flame(&mut self, request: DrawRequest) -> Drawn {
        match self.0.handle(Request::Flame(Box::new(request))) {
            Step::Done(Reply::Drawn(drawn), _) => *drawn,
            other => panic!("{other:?}"),
        }
    }

    /// The numbers behind a view, as scripts get them.
    pub fn view(&mut self, name: &str, options: &Value) -> Value {
        let request = Request::View {
            name: name.to_owned(),
            options: options.to_string(),
        };
        match self.0.handle(request) {
            Step::Done(Reply::Text(json), _) => serde_json::from_str(&json).unwrap(),
            other => panic!("{name} {options}: {other:?}"),
        }
    }
}

/// The sum of a member of some values; null when none has it.
pub fn sum(values: &Value, member: &str) -> Option<f64> {
    let values = values.as_array().unwrap().iter();
    let known: Vec<f64> = values.filter_map(|value| value[member].as_f64()).collect();
    (!known.is_empty()).then(|| known.iter().sum())
}

/// Whether two sums are one, but for the digits that a sum of floating-point numbers loses.
pub fn is_near(a: Option<f64>, b: &Value) -> bool {
    match (a, b.as_f64()) {
        (None, None) => true,
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * a.abs().max(1.0),
        _ => false,
    }
}

/// Checks every file: the open document, its name and its summary.
pub fn each_file(check: impl Fn(&mut Open, &str, &Value)) {
    for sample in corpus().iter().filter(|sample| !is_foreign(&sample.name)) {
        let mut open = Open::new(&[&sample.text]);
        let summary = open.summary();
        check(&mut open, &sample.name, &summary);
    }
}

/// All files as one document, and the same in the order of the last first.
pub fn both_ways() -> (Open, Open) {
    let samples = corpus();
    let texts: Vec<&[u8]> = (samples.iter())
        .filter(|sample| !is_foreign(&sample.name))
        .map(|sample| sample.text.as_slice())
        .collect();
    let back: Vec<&[u8]> = texts.iter().rev().copied().collect();
    (Open::new(&texts), Open::new(&back))
}
