//! How a span's figures and values came about: tokens, prices, sums, keys.

use super::links::follow;
use super::value::Owner;
use crate::engine::protocol::{Reply, Request, RunRow};
use crate::model::{PicoUsd, SpanRow, Total, TraceRow};
use crate::scene::details::Details;
use crate::scene::details::proof::{Line, LineKind};
use crate::scene::format::{at_least, cost, count, count_short};
use crate::ui::dom::{El, Parts, button, div, el, parts, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::state::{AppState, Dialog, Tone};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Everything that is proved of the selected span.
pub fn proof(owner: Owner, details: &Details) -> Parts {
    let mut made: Vec<El> = Vec::new();
    blocks(owner.app, &details.proof, &mut made);
    if let Some(at) = details
        .proof
        .iter()
        .position(|line| line.kind == LineKind::Below)
        && let Some(line) = details.proof.get(at)
    {
        // Behind the span's own figures, which come first.
        let place = usize::from(at > 0).min(made.len());
        made.insert(place, below(owner, details, line));
    }
    parts(made)
}

/// The figures of the run shown, call by call.
pub fn of_run(app: AppState) -> Parts {
    let trace = app
        .run
        .with_untracked(|run| run.as_ref().map(|run| run.trace));
    parts(trace.map(|trace| sums(app, trace, None)))
}

/// Tokens and cost of a run, which open how they came about; `None` for a run without calls.
pub fn headline_figures(app: AppState, run: &RunRow) -> Option<El> {
    let meaning = run.meaning.as_ref()?;
    let [input, output, _] = meaning.tokens;
    if meaning.llm_calls == 0 && input.is_none() && meaning.cost.is_none() {
        return None;
    }
    let is_known = input.is_some() || output.is_some() || meaning.cost.is_some();
    let mut tokens = Total::default();
    tokens.add(input);
    tokens.add(output);
    let tokens = at_least(tokens.value().map(count_short), meaning.tokens_complete);
    let amount = meaning.cost.map(|amount| cost(PicoUsd(amount)));
    let amount = at_least(amount, meaning.cost_complete);
    Some(
        button("chip", move || app.dialog.set(Some(Dialog::Figures)))
            .attr(
                "title",
                "How the tokens and the cost of this run came about",
            )
            .child((
                "Tokens and cost",
                span("length").child(if is_known {
                    format!("{tokens}, {amount}")
                } else {
                    "unknown".to_owned()
                }),
            )),
    )
}

fn cell(line: &Line, at: usize) -> &str {
    line.cells.get(at).map_or("", String::as_str)
}

/// Lines as sections: a title begins one.
fn blocks(app: AppState, lines: &[Line], made: &mut Vec<El>) {
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let end = rest
            .iter()
            .skip(1)
            .position(|line| line.kind == LineKind::Title);
        let end = end.map_or(rest.len(), |end| end + 1);
        let (block, after) = rest.split_at(end);
        rest = after;
        if first.kind == LineKind::Title {
            let title = div("content-title").child((
                el("h3").child(cell(first, 0)),
                span("hint").child(cell(first, 1)),
            ));
            let body = block.get(1..).unwrap_or_default();
            made.push(
                el("section")
                    .class("proof")
                    .child((title, body_of(app, body))),
            );
        } else {
            made.extend(body_of(app, block));
        }
    }
}

/// Lines of one section: those that have the same cells stand in one table.
fn body_of(app: AppState, lines: &[Line]) -> Vec<El> {
    let mut made = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let group = shape(line.kind);
        let end = lines
            .iter()
            .skip(at)
            .position(|line| shape(line.kind) != group);
        let end = end.map_or(lines.len(), |end| at + end);
        let same = lines.get(at..end).unwrap_or_default();
        match group {
            Shape::Table => {
                let rows: Vec<El> = same.iter().map(row).collect();
                made.push(
                    el("table")
                        .class("proof-table")
                        .child(el("tbody").child(rows)),
                );
            }
            Shape::List => {
                let rows: Vec<El> = same.iter().map(value).collect();
                made.push(el("ul").class("proof-values").child(rows));
            }
            Shape::Calls => {
                let rows: Vec<El> = same.iter().map(|line| call(app, line)).collect();
                made.push(el("ul").class("proof-calls").child(rows));
            }
            Shape::Single => made.extend(same.iter().filter_map(|line| single(app, line))),
        }
        at = end.max(at + 1);
    }
    made
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Table,
    List,
    Calls,
    Single,
}

fn shape(kind: LineKind) -> Shape {
    match kind {
        LineKind::Head | LineKind::Term | LineKind::Sum | LineKind::Figure => Shape::Table,
        LineKind::Value => Shape::List,
        LineKind::Call => Shape::Calls,
        _ => Shape::Single,
    }
}

fn row(line: &Line) -> El {
    let head = line.kind == LineKind::Head;
    let class = match line.kind {
        LineKind::Head => "is-head",
        LineKind::Sum => "is-sum",
        _ => "",
    };
    let tag = if head { "th" } else { "td" };
    let name = el(if head { "td" } else { "th" }).child(cell(line, 0));
    let cells = if line.kind == LineKind::Figure {
        let beside = el("td").attr("colspan", "2").class("proof-beside");
        vec![beside.child(cell(line, 1)), el("td").child(cell(line, 2))]
    } else {
        (1..4).map(|at| el(tag).child(cell(line, at))).collect()
    };
    el("tr").class(class).child((name, cells))
}

fn value(line: &Line) -> El {
    let key = cell(line, 2);
    let from = span("proof-from").child((
        (!key.is_empty()).then(|| el("code").child(key)),
        span("hint").child(cell(line, 3)),
    ));
    el("li")
        .attr("data-value", cell(line, 0).to_owned())
        .child((
            span("hint").child(cell(line, 0)),
            span("proof-value").child(cell(line, 1)),
            from,
        ))
}

fn call(app: AppState, line: &Line) -> El {
    let (trace, span_id) = (line.trace_id.clone(), line.span_id.clone());
    let go = button("proof-call", move || {
        // A list over the page would hide what it leads to.
        app.dialog.set(None);
        let owner = Owner {
            app,
            row: SpanRow(0),
        };
        follow(owner, trace.clone(), span_id.clone());
    });
    el("li").child(go.child((
        span("proof-call-name ellipsis").child(cell(line, 0)),
        span("hint ellipsis").child(cell(line, 1)),
        span("hint proof-remark").child(cell(line, 4)),
        span("number").child(cell(line, 2)),
        span("number").child(cell(line, 3)),
    )))
}

fn single(app: AppState, line: &Line) -> Option<El> {
    let note = || el("p").class("hint proof-note").child(cell(line, 0));
    match line.kind {
        LineKind::Note => Some(note()),
        LineKind::Prices => Some(
            div("proof-remedy").child((
                Icon::TriangleAlert.el(14),
                note(),
                button("button small", move || app.dialog.set(Some(Dialog::Prices)))
                    .child("Open prices"),
            )),
        ),
        _ => None,
    }
}

/// The figures of everything below, which open.
fn below(owner: Owner, details: &Details, line: &Line) -> El {
    let told = &details.told;
    let tokens = at_least(told.tokens.map(count), told.tokens_complete);
    let trace = details.trace;
    let open = Rc::new(Field::new(false));
    let (turned, told, pointed, shown) = (open.clone(), open.clone(), open.clone(), open);
    let icon = move || {
        if pointed.get() {
            Icon::ChevronDown.el(12)
        } else {
            Icon::ChevronRight.el(12)
        }
    };
    let head = button("fold-head proof-below", move || {
        turned.set(!turned.get_untracked());
    })
    .attr_of("aria-expanded", move || told.get())
    .child((
        icon,
        el("b").child("With everything below"),
        span("hint").child(cell(line, 0)),
        span("number").child(tokens),
        span("number").child(cell(line, 1)),
    ));
    let row = owner.row;
    el("section").class("proof").child((head, move || {
        shown.get().then(|| sums(owner.app, trace, Some(row)))
    }))
}

/// Sums, asked of the worker.
fn sums(app: AppState, trace: TraceRow, row: Option<SpanRow>) -> El {
    let pages: Rc<Field<Vec<Line>>> = Rc::default();
    ask(app, trace, row, 0, pages.clone());
    let shown = pages.clone();
    div("proof-sums").child((
        move || {
            let mut made = Vec::new();
            shown.with(|lines| blocks(app, lines, &mut made));
            made
        },
        move || {
            let last = pages.with(|lines| lines.last().cloned());
            let last = last.filter(|line| line.kind == LineKind::More)?;
            let first: u32 = cell(&last, 0).parse().ok()?;
            let pages = pages.clone();
            Some(
                button("button small", move || {
                    ask(app, trace, row, first, pages.clone());
                })
                .child(format!("Show more of {}", cell(&last, 1))),
            )
        },
    ))
}

fn ask(
    app: AppState,
    trace: TraceRow,
    row: Option<SpanRow>,
    offset: u32,
    into: Rc<Field<Vec<Line>>>,
) {
    spawn_local(async move {
        match app.ask(Request::Derive { trace, row, offset }).await {
            Ok(answer) => {
                if let Reply::Derived(lines) = answer.reply {
                    into.update(|all| {
                        all.retain(|line| line.kind != LineKind::More);
                        all.extend(lines);
                    });
                }
            }
            Err(failure) => app.toast(Tone::Error, "The sums could not be made", failure.message),
        }
    });
}
