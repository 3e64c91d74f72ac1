use super::*;
use crate::ingest::report::{FileError, WarningKind};
use crate::model::text::dump;

fn read(text: &[u8], chunk: usize) -> (TraceStore, ImportReport) {
    let mut ingest = Ingest::new(StoreBuilder::new());
    ingest.begin_source(0, "a file", text.len() as u64);
    for chunk in text.chunks(chunk) {
        if ingest.push(chunk) == Flow::Stop {
            break;
        }
    }
    ingest.end_source();
    ingest.finish()
}

/// Reads in many chunkings, which must agree.
#[track_caller]
fn read_all(text: &[u8]) -> (TraceStore, FileReport) {
    let (store, mut report) = read(text, text.len().max(1));
    for chunk in [1, 2, 3, 7, 16, 63] {
        let (other, other_report) = read(text, chunk);
        assert_eq!(dump(&other), dump(&store), "chunks of {chunk}");
        assert_eq!(other_report, report, "chunks of {chunk}");
    }
    (store, report.files.remove(0))
}

const SPAN: &str = r#"{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13","name":"a","startTimeUnixNano":"10","endTimeUnixNano":"20"}"#;

fn document(spans: &str) -> String {
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#)
}

#[track_caller]
fn kinds(text: &str, expected: &[WarningKind]) -> (TraceStore, FileReport) {
    let (store, report) = read_all(text.as_bytes());
    let found: Vec<_> = report.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(found, expected, "{report:#?}");
    (store, report)
}

#[test]
fn a_broken_line_is_skipped_and_the_rest_is_read() {
    let good = document(SPAN);
    let other = good.replace("051581bf3cb55c13", "051581bf3cb55c14");
    for cut in 1..good.len() {
        let text = format!("{good}\n{}\n{other}\n", &good[..cut]);
        let (store, report) = read_all(text.as_bytes());
        assert_eq!(store.span_count(), 2, "cut at {cut}: {report:#?}");
        assert!(report.error.is_none(), "{report:#?}");
        let broken = WarningKind::InvalidJson;
        assert!(report.warnings.iter().any(|warning| warning.kind == broken));
    }
}

#[test]
fn a_file_that_was_cut_gives_every_span_before_the_cut() {
    let second = SPAN.replace("051581bf3cb55c13", "051581bf3cb55c14");
    let text = document(&format!("{SPAN},{second}"));
    let first_ends = text.find("},{").unwrap() + 1;
    for cut in first_ends..text.len() {
        let (store, report) = read_all(&text.as_bytes()[..cut]);
        assert!(store.span_count() >= 1);
        let truncated = report
            .warnings
            .iter()
            .any(|w| w.kind == WarningKind::Truncated);
        assert!(truncated, "{cut}: {report:#?}");
    }
}

#[test]
fn empty_things_are_readable_and_hold_no_spans() {
    for text in [
        "{}",
        "[]",
        "[{}]",
        "{}\n{}\n",
        "\u{FEFF}{}",
        r#"{"resourceSpans":[]}"#,
        r#"{"resourceSpans":null}"#,
    ] {
        let (_, report) = kinds(text, &[WarningKind::NoSpans]);
        assert_eq!(report.error, None);
    }
}

#[test]
fn nothing_at_all_is_no_document() {
    for (text, found) in [
        ("", "nothing: the file is empty"),
        (" \n\t", "nothing but white space"),
        ("\u{FEFF}", "nothing but white space"),
        ("[", "an array without objects: ["),
        (r#"{"a": {"#, "an object with the key a"),
    ] {
        assert_eq!(error(text).found, found);
    }
}

#[test]
fn two_hundred_thousand_brackets_are_an_error_or_a_warning() {
    let open = "[".repeat(200_000);
    let (_, report) = read(open.as_bytes(), 65_536);
    assert!(report.files[0].error.is_some(), "{report:#?}");
    let nested = format!("{open}{}", "]".repeat(200_000));
    let value = format!(
        r#"{{"spanId":"051581bf3cb55c13","attributes":[{{"key":"k","value":{{"arrayValue":{nested}}}}}],"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","startTimeUnixNano":1,"endTimeUnixNano":2}}"#
    );
    let (store, report) = read(document(&value).as_bytes(), 4096);
    assert_eq!(store.span_count(), 1);
    assert_eq!(report.files[0].warnings[0].kind, WarningKind::TooDeep);
}

fn spans(text: &str) -> u32 {
    read_all(text.as_bytes()).0.span_count()
}

#[test]
fn every_shape_of_envelope_is_read() {
    let resource = format!(
        r#"{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s"}}}}]}},"scopeSpans":[{{"scope":{{"name":"n"}},"spans":[{SPAN}]}}]}}"#
    );
    let documents = [
        format!(r#"{{"resourceSpans":[{resource}]}}"#),
        format!(r#"{{"resource_spans":[{resource}]}}"#),
        format!(r#"{{"batches":[{resource}]}}"#),
        format!(r#"{{"trace":{{"resourceSpans":[{resource}]}}}}"#),
        format!(r#"{{"trace":{{"batches":[{resource}]}},"status":"ok"}}"#),
        format!(r#"{{"result":{{"resourceSpans":[{resource}]}}}}"#),
        format!(r#"[{{"resourceSpans":[{resource}]}}]"#),
        format!(r#"[[{{"resourceSpans":[{resource}]}}]]"#),
        format!("\u{FEFF}{{\"resourceSpans\":[{resource}]}}"),
        format!("\u{1e}{{\"resourceSpans\":[{resource}]}}\n\u{1e}{{\"resourceSpans\":[]}}"),
        format!(r#"{{"schemaUrl":"x","resourceSpans":[null,{resource},]}},"#),
        format!(r#"{{"resourceSpans":[{resource}]}}"#).replace("scopeSpans", "scope_spans"),
        format!(r#"{{"resourceSpans":[{resource}]}}"#)
            .replace("scopeSpans", "instrumentationLibrarySpans")
            .replace(r#""scope":"#, r#""instrumentationLibrary":"#),
    ];
    for document in documents {
        let (store, report) = read_all(document.as_bytes());
        assert_eq!(store.span_count(), 1, "{document}");
        assert_eq!(report.warnings, [], "{document}");
        assert_eq!(store.text(store.services()[0].name), "s", "{document}");
        assert_eq!(store.text(store.scopes()[0].name), "n", "{document}");
    }
}

#[test]
fn keys_come_in_any_order_and_the_last_of_equal_ones_counts() {
    let text = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{SPAN}],"scope":{{"name":"first"}},"scope":{{"name":"last"}}}}],
        "resource":{{"attributes":[{{"value":{{"stringValue":"late"}},"key":"service.name"}}]}}}}]}}"#
    )
    .replace(r#""name":"a""#, r#""name":"x","name":"a""#);
    let (store, report) = read_all(text.as_bytes());
    assert_eq!(store.name(crate::model::SpanRow(0)), "a");
    assert_eq!(store.text(store.services()[0].name), "late");
    assert_eq!(store.text(store.scopes()[0].name), "last");
    assert_eq!(report.warnings, []);
}

#[test]
fn a_resource_that_comes_twice_does_not_change_an_equal_one() {
    let of = |name: &str| {
        format!(r#"{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{name}"}}}}]}}"#)
    };
    let (one, two) = (of("one"), of("two"));
    let items = |resources: &str, id: &str| {
        let span = SPAN.replace("051581bf3cb55c13", id);
        format!(r#"{{{resources},"scopeSpans":[{{"spans":[{span}]}}]}}"#)
    };
    let text = format!(
        r#"{{"resourceSpans":[{},{},{}]}}"#,
        items(&format!(r#""resource":{one}"#), "0000000000000001"),
        items(
            &format!(r#""resource":{one},"resource":{two}"#),
            "0000000000000002"
        ),
        items(&format!(r#""resource":{one}"#), "0000000000000003"),
    );
    let (store, _) = read_all(text.as_bytes());
    let services: Vec<_> = store
        .services()
        .iter()
        .map(|service| (store.text(service.name), service.spans))
        .collect();
    assert_eq!(services, [("one", 2), ("two", 1)]);
}

#[test]
fn odd_values_are_counted_and_the_span_stays() {
    let cases: [(&str, &str, &[WarningKind]); 12] = [
        (r#""name":"a""#, r#""name":42"#, &[WarningKind::WrongType]),
        (
            r#""name":"a""#,
            r#""name":null,"kind":null,"status":null,"attributes":null,"events":null,"links":null"#,
            &[],
        ),
        (
            r#""name":"a""#,
            r#""name":"a","attributes":{"k":"v"},"events":7,"links":"x","status":[],"kind":"loud""#,
            &[WarningKind::WrongType],
        ),
        (
            r#""name":"a""#,
            r#""name":"a","attributes":[1,{"value":{}},{"key":"k"},{"key":"k","value":"bare"}]"#,
            &[WarningKind::WrongType],
        ),
        (
            "\"10\"",
            "\"9223372036854775808\"",
            &[WarningKind::OutOfRange, WarningKind::EndsBeforeStart],
        ),
        ("\"20\"", "1.7e300", &[WarningKind::OutOfRange]),
        (
            "\"20\"",
            "\"2024-01-01T00:00:00Z\"",
            &[WarningKind::WrongType, WarningKind::MissingEnd],
        ),
        ("\"20\"", "\"5\"", &[WarningKind::EndsBeforeStart]),
        ("\"10\"", "\"\"", &[WarningKind::MissingStart]),
        (
            "5b8aa5a2d2c872e8321cf37308d69df2",
            "",
            &[WarningKind::MissingId],
        ),
        ("051581bf3cb55c13", "not an id", &[WarningKind::OddId]),
        (
            r#""name":"a""#,
            "\"name\":\"a\",\"resourceSpans_\":[{\"resourceSpans\":1}]",
            &[],
        ),
    ];
    for (from, to, expected) in cases {
        let (store, report) = kinds(&document(&SPAN.replace(from, to)), expected);
        assert_eq!(store.span_count(), 1, "{to}");
        for warning in &report.warnings {
            assert!(
                warning.place.is_some() && warning.example.len() > 20,
                "{warning:?}"
            );
        }
    }
}

#[test]
fn a_span_that_is_not_json_is_left_out_and_its_place_is_told() {
    let text = document(&format!("{SPAN},\n{{\"name\" \"no colon\"}},{SPAN}"));
    let (store, report) = kinds(
        &text,
        &[WarningKind::UnreadableSpan, WarningKind::Duplicate],
    );
    assert_eq!((store.span_count(), report.spans), (1, 2));
    let place = report.warnings[0].place.unwrap();
    assert_eq!((place.line, place.column), (2, 9));
    assert_eq!(
        report.warnings[0].example,
        "expected a colon, found \"no colon\"}; the span was left out"
    );
}

#[test]
fn what_is_not_text_is_refused_at_once() {
    let zeros = vec![0; 1 << 20];
    let mut ingest = Ingest::new(StoreBuilder::new());
    ingest.begin_source(0, "zeros", 2 << 30);
    assert_eq!(ingest.push(&zeros), Flow::Stop);
    assert_eq!(ingest.push(&zeros), Flow::Stop);
    let utf16: Vec<u8> = document(SPAN)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let cases: [(&[u8], &str); 9] = [
        (&zeros, "binary data"),
        (&utf16, "UTF-16 text"),
        (b"\xFF\xFE{\0", "UTF-16 text"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"%PDF-1.7 rest", "a PDF document"),
        (b"\x1F\x8B\x08rest", "gzip data inside of what was unpacked"),
        (
            b"\x0A\x9B\x01\x0A\x20\x0A\x1E\x0A\x0Cservice.name",
            "binary data that looks like OTLP in protobuf",
        ),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"time,level\n1,info\n", "text that is not JSON: time,level"),
    ];
    for (text, found) in cases {
        let (store, report) = read_all(text);
        assert_eq!(store.rows(), 0);
        assert_eq!(report.error.unwrap().found, found);
        assert_eq!((report.documents, report.warnings), (0, Vec::new()));
    }
}

fn error(text: &str) -> FileError {
    read_all(text.as_bytes()).1.error.unwrap()
}

#[test]
fn json_that_is_not_otlp_is_described() {
    let jaeger = "{\n  \"data\": [\n    {\"traceID\": \"1\", \"spans\": 42}\n  ]\n}";
    let found = error(jaeger);
    assert_eq!(found.found, "a Jaeger export");
    assert_eq!(found.path, "$.data");
    assert_eq!(
        found
            .place
            .map(|place| (place.line, place.column, place.byte)),
        Some((2, 3, 4))
    );
    assert_eq!(found.excerpt[1], (2, "  \"data\": [".to_owned()));
    assert!(
        found
            .tried
            .iter()
            .any(|(format, _)| format == "Jaeger JSON")
    );
    assert_eq!(
        error(r#"{"a":1,"b":2}"#).found,
        "an object with the keys a, b"
    );
    assert_eq!(error("[1,2]").found, "an array without objects: [1,2]");
    assert_eq!(error("42").found, "text that is not JSON: 42");
    let broken = error("{\"a\":1,\n  b:2}");
    assert_eq!(broken.expected, "a key in double quotes");
    assert_eq!(
        broken.place.map(|place| (place.line, place.column)),
        Some((2, 3))
    );
}

#[test]
fn lines_of_other_json_are_passed_over_and_counted() {
    let text = format!(
        "{{\"level\":\"info\"}}\nplain text\n{}\n[INFO] log\n{}\n",
        document(SPAN),
        document(SPAN)
    );
    let (store, report) = read_all(text.as_bytes());
    assert_eq!((store.span_count(), report.spans), (1, 2));
    let found: Vec<_> = report
        .warnings
        .iter()
        .map(|warning| (warning.kind, warning.count))
        .collect();
    assert_eq!(
        found,
        [
            (WarningKind::InvalidJson, 2),
            (WarningKind::WrongType, 1),
            (WarningKind::Duplicate, 1)
        ]
    );
    assert_eq!(report.error, None);
}

#[test]
fn the_rest_of_a_file_that_stops_being_json_is_an_error_beside_its_spans() {
    let (store, report) = read_all(
        document(SPAN)
            .replace("}]}]}]}", "}]} oops ]}]}")
            .as_bytes(),
    );
    assert_eq!(store.span_count(), 1);
    let error = report.error.unwrap();
    assert_eq!(
        (&*error.expected, &*error.found),
        ("a comma or a closing bracket", "oops ]}]}")
    );
}

#[test]
fn a_long_string_is_not_read_again_for_every_chunk() {
    let text = document(&SPAN.replace(
        r#""name":"a""#,
        &format!(r#""name":"{}""#, "x".repeat(3_000_000)),
    ));
    let (store, report) = read(text.as_bytes(), 512);
    assert_eq!(store.span_count(), 1);
    assert_eq!(
        store.name(crate::model::SpanRow(0)).len(),
        1024 + '…'.len_utf8()
    );
    assert_eq!(report.files[0].warnings, []);
}

#[test]
fn sources_become_one_document_and_later_ones_join_it() {
    let child = SPAN
        .replace("051581bf3cb55c13", "0000000000000007")
        .replace(r#""name""#, r#""parentSpanId":"051581bf3cb55c13","name""#);
    let mut ingest = Ingest::new(StoreBuilder::new());
    for (index, text) in [document(&child), document(&child)].iter().enumerate() {
        ingest.begin_source(index as u16, "f", 1);
        ingest.push(text.as_bytes());
    }
    let (first, report) = ingest.finish();
    let counts: Vec<Vec<_>> = report
        .files
        .iter()
        .map(|file| file.warnings.iter().map(|w| (w.kind, w.count)).collect())
        .collect();
    assert_eq!(
        counts,
        [
            vec![],
            vec![(WarningKind::Orphan, 1), (WarningKind::Duplicate, 1)]
        ]
    );
    let mut ingest = Ingest::new(first.to_builder());
    ingest.begin_source(2, "later", 1);
    ingest.push(document(SPAN).as_bytes());
    let (store, report) = ingest.finish();
    assert_eq!((store.span_count(), store.traces()[0].orphans), (2, 0));
    assert_eq!(report.files[0].warnings, []);
    assert_eq!(spans(&document(SPAN)), 1);
}

#[test]
fn damage_of_a_compressed_source_is_told() {
    let mut ingest = Ingest::new(StoreBuilder::new());
    ingest.begin_source(0, "a.gz", 100);
    ingest.set_compression("gzip");
    ingest.push(document(SPAN).split_at(177).0.as_bytes());
    ingest.damaged("the gzip stream ends inside its member 1");
    ingest.end_source();
    ingest.begin_source(1, "b.gz", 100);
    ingest.set_compression("gzip");
    ingest.damaged("the file does not begin as gzip");
    let (store, report) = ingest.finish();
    assert_eq!(store.span_count(), 1);
    assert_eq!(
        report.files[0].warnings[0].kind,
        WarningKind::DamagedCompression
    );
    assert_eq!(
        (report.files[0].warnings.len(), &report.files[0].error),
        (1, &None)
    );
    assert_eq!(
        report.files[1].error.as_ref().unwrap().expected,
        "a gzip stream"
    );
}

#[test]
fn a_span_that_was_refused_for_a_budget_says_so_in_one_of_three_places() {
    let exception = r#""events":[{"name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"litellm.BudgetExceededError"}}]}]"#;
    let kind = r#""attributes":[{"key":"error.type","value":{"stringValue":"budget_exceeded"}}],"status":{"code":2}"#;
    let message = r#""status":{"message":"Budget has been exceeded! Current cost: 0.53","code":2}"#;
    let fine = message.replace(":2}", ":1}");
    let other = r#""status":{"code":2,"message":"timeout"}"#;
    let cases = [
        (exception, true),
        (kind, true),
        (message, true),
        (&fine, false),
        (other, false),
    ];
    for (more, expected) in cases {
        let text = document(&SPAN.replace("\"name\"", &format!("{more},\"name\"")));
        let (store, _) = read_all(text.as_bytes());
        let is_over = |store: &TraceStore| {
            let flags = store.flags(crate::model::SpanRow(0));
            flags.contains(crate::model::SpanFlags::OVER_BUDGET)
        };
        assert_eq!(is_over(&store), expected, "{more}");
        // It stays when more is added to the document.
        assert_eq!(is_over(&store.to_builder().finish()), expected, "{more}");
    }
}

#[test]
fn a_trace_state_is_text_that_stands_in_the_source_alone() {
    for (more, expected) in [
        (r#""traceState":"rojo=1""#, true),
        (r#""trace_state":"rojo=1""#, true),
        (r#""traceState":"""#, false),
        (r#""traceState":null"#, false),
    ] {
        let text = document(&SPAN.replace("\"name\"", &format!("{more},\"name\"")));
        let (store, _) = read_all(text.as_bytes());
        for store in [store.to_builder().finish(), store] {
            let flags = store.flags(crate::model::SpanRow(0));
            let has_text = flags.contains(crate::model::SpanFlags::UNINDEXED);
            assert_eq!(has_text, expected, "{more}");
        }
    }
}
