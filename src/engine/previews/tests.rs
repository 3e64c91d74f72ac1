use super::*;
use crate::engine::protocol::Request;
use crate::engine::tests::open;
use std::fmt::Write;

const TRACE: &str = "5b8aa5a2d2c872e8321cf37308d69df2";

/// A document of one trace with a span for each kind and value of an attribute.
fn document(spans: &[(&str, &str, &str)]) -> String {
    let mut list = String::new();
    for (at, (kind, key, value)) in spans.iter().enumerate() {
        let value = crate::model::json::quoted(value);
        let comma = if at > 0 { "," } else { "" };
        write!(
            list,
            r#"{comma}{{"traceId":"{TRACE}","spanId":"{:016x}","name":"s{at}",
            "startTimeUnixNano":"{start}","endTimeUnixNano":"{end}","attributes":[
            {{"key":"openinference.span.kind","value":{{"stringValue":"{kind}"}}}},
            {{"key":"{key}","value":{{"stringValue":{value}}}}}]}}"#,
            at + 1,
            start = 1_000 + at,
            end = 2_000 - at,
        )
        .unwrap();
    }
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{list}]}}]}}]}}"#)
}

fn engine(text: &str) -> Engine {
    let mut engine = Engine::new();
    open(&mut engine, false, text);
    engine
}

/// The answer, with the bytes that were read for it.
fn ask(engine: &mut Engine, text: &str, rows: impl IntoIterator<Item = u32>) -> (Vec<String>, u32) {
    let rows = rows.into_iter().map(SpanRow).collect();
    let mut read = 0;
    let step = match engine.handle(Request::Previews { rows }) {
        Step::Read { ranges, pending } => {
            let bytes = ranges.iter().map(|range| {
                read += range.len;
                let from = range.offset as usize;
                Ok(text.as_bytes()[from..from + range.len as usize].to_vec())
            });
            let bytes = bytes.collect();
            engine.resume(pending, bytes)
        }
        step @ Step::Done(..) => step,
    };
    match step {
        Step::Done(Reply::Previews { texts, .. }, _) => (texts, read),
        other => panic!("{other:?}"),
    }
}

#[test]
fn tools_and_retrievals_say_what_they_were_asked() {
    let text = document(&[
        ("CHAIN", "input.value", "not asked"),
        ("TOOL", "input.value", r#"{"path": "a.txt"}"#),
        ("RETRIEVER", "input.value", r#"{"query": "python 3.14"}"#),
        ("LLM", "input.value", "hi"),
        ("TOOL", "output.value", "done"),
        (
            "TOOL",
            "tool.parameters",
            r#"{"properties": {"path": {"type": "string"}}}"#,
        ),
    ]);
    let mut engine = engine(&text);
    let (texts, _) = ask(&mut engine, &text, 0..6);
    assert_eq!(texts, ["", "a.txt", "python 3.14", "", "", ""]);
    // Rows that the document does not hold are answered, too: nobody has to ask for them again.
    assert_eq!(ask(&mut engine, &text, [99, 1]).0, ["", "a.txt"]);
    assert_eq!(ask(&mut engine, &text, []).0, [""; 0]);
}

#[test]
fn no_more_is_read_than_a_few_lines_are_worth() {
    let long = |bytes: usize| format!(r#"{{"text": "{}"}}"#, "x".repeat(bytes));
    let (huge, large) = (long(2 << 20), long(900 << 10));
    let mut spans = vec![("TOOL", "input.value", huge.as_str())];
    spans.extend([("TOOL", "input.value", large.as_str()); 9]);
    let text = document(&spans);
    let mut engine = engine(&text);
    let mut asked = Vec::new();
    while asked.len() < spans.len() {
        let (texts, read) = ask(&mut engine, &text, asked.len() as u32..10);
        assert!(!texts.is_empty() && read <= ANSWER_BYTES);
        asked.extend(texts);
    }
    assert_eq!(asked.len(), spans.len());
    assert_eq!(asked[0], "", "too long to be read for a line");
    assert!(asked[1..].iter().all(|text| text.starts_with("xxx")));
}

#[test]
fn a_lost_source_and_another_document_leave_no_preview() {
    let text = document(&[("TOOL", "input.value", "a")]);
    let mut engine = engine(&text);
    let rows = vec![SpanRow(0)];
    let Step::Read { pending, .. } = engine.handle(Request::Previews { rows: rows.clone() }) else {
        panic!("reads")
    };
    let lost = vec![Err("the file changed; drop it again".to_owned())];
    let Step::Done(Reply::Previews { texts, .. }, _) = engine.resume(pending, lost) else {
        panic!("answers")
    };
    assert_eq!(texts, [""]);
    let Step::Read { pending, .. } = engine.handle(Request::Previews { rows }) else {
        panic!("reads")
    };
    engine.documents += 1;
    engine.document.number += 1;
    let bytes = vec![Ok(Vec::new())];
    assert!(matches!(
        engine.resume(pending, bytes),
        Step::Done(Reply::Failed(_), _)
    ));
}
