//! What a script asks of the worker directly.

use super::{answers, member, thrown};
use crate::engine::address::sort_from_name;
use crate::engine::protocol::{Details, Failure, Reply, Request, RunsQuery};
use crate::model::{SpanRow, TraceRow};
use crate::web::link::WorkerLink;
use wasm_bindgen::JsValue;

/// Names what a span means and its content among the texts of it.
const SCRIPT: &str = "script";

/// Runs that are given when a script does not say how many.
const RUNS: u32 = 100;

/// `summary()`
pub async fn summary(link: &WorkerLink) -> Result<JsValue, JsValue> {
    match ask(link, Request::Summary).await? {
        Reply::Summary(summary) => Ok(answers::summary(&summary)),
        other => Err(unexpected(&other)),
    }
}

/// `runs({offset, limit, sort, filter})`; `sort` is the name of a column, with a `-` before it for the largest first.
pub async fn runs(link: &WorkerLink, options: &JsValue) -> Result<JsValue, JsValue> {
    let number = |name: &str, usual: u32| {
        let value = member(options, name);
        value.as_f64().map_or(usual, |number| number as u32)
    };
    let sort = member(options, "sort").as_string().unwrap_or_default();
    let descending = sort.starts_with('-');
    let column = sort.trim_start_matches('-');
    let column = match column {
        // As the runs call them.
        "" | "start_ns" => "start",
        "duration_ns" => "duration",
        "root_name" => "name",
        column => column,
    };
    let query = RunsQuery {
        sort: sort_from_name(column).ok_or_else(|| {
            thrown(&format!(
                "expected a column to sort by (start, name, service, spans, errors, duration, orphans, agents, llm_calls, tool_calls, input_tokens, output_tokens, cached_tokens, cost_usd, models, session, user, outcome), found '{column}'"
            ))
        })?,
        descending,
        group: None,
        filter: member(options, "filter").as_string().unwrap_or_default(),
        offset: number("offset", 0),
        limit: number("limit", RUNS),
    };
    match ask(link, Request::Runs(query)).await? {
        Reply::Runs(page) => Ok(answers::runs(&page)),
        other => Err(unexpected(&other)),
    }
}

/// `spans(traceId)`
pub async fn spans(link: &WorkerLink, trace: &str) -> Result<JsValue, JsValue> {
    let (row, _) = locate(link, trace, None).await?;
    match ask(link, Request::Spans { trace: row }).await? {
        Reply::Spans(spans) => Ok(answers::spans(trace, &spans)),
        other => Err(unexpected(&other)),
    }
}

/// `span(traceId, spanId)`
pub async fn span(link: &WorkerLink, trace: &str, span: &str) -> Result<JsValue, JsValue> {
    let (_, row) = locate(link, trace, Some(span)).await?;
    let Some(row) = row else {
        return Err(thrown(&format!("the trace {trace} has no span {span}")));
    };
    match ask(link, Request::Details { row }).await? {
        Reply::Details(mut details) => {
            complete(link, &mut details).await?;
            let told = whole(link, row, SCRIPT).await?;
            Ok(answers::details(&details, &told))
        }
        other => Err(unexpected(&other)),
    }
}

/// `view(name, options)`
pub async fn view(link: &WorkerLink, name: String, options: &JsValue) -> Result<JsValue, JsValue> {
    // Fails for what has no JSON, and gives nothing for nothing.
    let options = js_sys::JSON::stringify(options)?.as_string();
    let request = Request::View {
        name,
        options: options.unwrap_or_default(),
    };
    match ask(link, request).await? {
        Reply::Text(json) => js_sys::JSON::parse(&json),
        other => Err(unexpected(&other)),
    }
}

async fn locate(
    link: &WorkerLink,
    trace: &str,
    span: Option<&str>,
) -> Result<(TraceRow, Option<SpanRow>), JsValue> {
    let request = Request::Locate {
        trace: trace.to_owned(),
        span: span.map(str::to_owned),
    };
    match ask(link, request).await? {
        Reply::Located {
            trace: Some(trace),
            span,
            ..
        } => Ok((trace, span)),
        Reply::Located { .. } => Err(thrown(&format!("no trace {trace} is open"))),
        other => Err(unexpected(&other)),
    }
}

/// Replaces texts that were cut by the whole.
async fn complete(link: &WorkerLink, details: &mut Details) -> Result<(), JsValue> {
    let row = details.row;
    for text in answers::texts(details) {
        if text.bytes > text.text.len() as u64 {
            text.text = whole(link, row, &text.pointer).await?;
        }
    }
    Ok(())
}

async fn whole(link: &WorkerLink, row: SpanRow, pointer: &str) -> Result<String, JsValue> {
    let request = Request::Text {
        row,
        pointer: pointer.to_owned(),
    };
    match ask(link, request).await? {
        Reply::Text(whole) => Ok(whole),
        other => Err(unexpected(&other)),
    }
}

async fn ask(link: &WorkerLink, request: Request) -> Result<Reply, JsValue> {
    match link.ask(request).await {
        Ok(answer) => Ok(answer.reply),
        Err(Failure { message, .. }) => Err(thrown(&message)),
    }
}

fn unexpected(reply: &Reply) -> JsValue {
    thrown(&format!("unexpected answer: {reply:?}"))
}
