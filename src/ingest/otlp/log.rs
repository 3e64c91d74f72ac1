//! One log record: read as a whole or not at all, kept for the span it names.

use super::super::pull::{Cursor, MAX_DEPTH, Step};
use super::super::report::WarningKind;
use super::super::text::Text;
use super::attributes::find_text;
use super::children::each_field;
use super::fields::{self, Choice};
use super::notes::Notes;
use super::told::ToldReader;
use crate::model::{LogInput, ScopeSlot, SourceRange, StoreBuilder, StrId};
use crate::semantics::agent_event;

/// Reads the record at the cursor's brace and adds it. `source` is the number of the file, `at` the byte of the file
/// that `cursor.data` begins with. True when the record tells what a span would.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    builder: &mut StoreBuilder,
    scope: ScopeSlot,
    (source, at): (u16, u64),
    notes: &mut Notes,
    told: &mut ToldReader,
) -> Step<bool> {
    let begin = cursor.pos;
    notes.clear();
    cursor.deepest = 0;
    let mut scratch = String::new();
    let (mut time, mut observed, mut severity) = (None, None, 0);
    let (mut trace, mut span) = (None, None);
    let (mut event_name, mut event_attribute, mut severity_text) = (None, None, None);
    each_field(cursor, &mut scratch, &mut |cursor, key, first| {
        let at = cursor.pos;
        let mut text = |cursor, field| -> Step<Option<(Text<'_>, usize)>> {
            Ok(fields::text(cursor, first, field, notes)?.map(|text| (text, at)))
        };
        match key {
            "traceId" | "trace_id" => trace = text(cursor, "traceId of a log record")?,
            "spanId" | "span_id" => span = text(cursor, "spanId of a log record")?,
            "eventName" | "event_name" => event_name = text(cursor, "eventName")?,
            "severityText" | "severity_text" => severity_text = text(cursor, "severityText")?,
            "timeUnixNano" | "time_unix_nano" => {
                time = fields::time(cursor, first, "timeUnixNano of a log record", notes)?;
            }
            "observedTimeUnixNano" | "observed_time_unix_nano" => {
                observed = fields::time(cursor, first, "observedTimeUnixNano", notes)?;
            }
            "severityNumber" | "severity_number" => {
                let choice = Choice::read(cursor, first, "severityNumber", notes)?;
                let numbers = |number| u8::try_from(number).ok();
                severity = choice.member(numbers, severity_by_name, ("severityNumber", at), notes);
            }
            "attributes" if first == b'[' => {
                event_attribute = find_text(cursor, &["event.name"], notes)?.map(|text| (text, at));
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if cursor.deepest > MAX_DEPTH {
        notes.add(WarningKind::TooDeep, "a value of the log record", begin);
    }
    let name = event_name
        .or(event_attribute)
        .or(severity_text)
        .filter(|(text, _)| !text.raw.is_empty());
    let name = name.map_or(StrId::EMPTY, |(text, at)| {
        fields::name(
            text,
            builder.strings(),
            &mut scratch,
            "name of a log record",
            at,
            notes,
        )
    });
    let trace = trace
        .and_then(|(text, at)| fields::trace_id(text, builder.strings(), &mut scratch, at, notes));
    let span = span.and_then(|(text, at)| {
        let field = "spanId of a log record";
        fields::span_id(text, builder.strings(), &mut scratch, field, at, notes)
    });
    let source = SourceRange {
        source,
        offset: at + begin as u64,
        len: u32::try_from(cursor.pos - begin).unwrap_or(u32::MAX),
    };
    let time = time.or(observed);
    builder.push_log(LogInput {
        time,
        trace,
        span,
        severity,
        name,
        scope,
        source,
    });
    // What names a span enriches that span and tells nothing of its own.
    let may_tell = span.is_none() && agent_event::may_be(builder.text(name));
    let record = cursor.data.get(begin..cursor.pos);
    Ok(match (time, record) {
        (Some(time), Some(record)) if may_tell => told.read(record, time, builder, scope, source),
        _ => false,
    })
}

/// `SEVERITY_NUMBER_INFO2` and the like: six names of four steps each, from 1 to 24.
fn severity_by_name(name: &str) -> Option<u8> {
    const NAMES: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
    let upper = name.to_ascii_uppercase();
    let short = upper.strip_prefix("SEVERITY_NUMBER_").unwrap_or(&upper);
    if short == "UNSPECIFIED" {
        return Some(0);
    }
    NAMES.iter().zip(0_u8..).find_map(|(name, index)| {
        let step = match short.strip_prefix(name)? {
            "" | "1" => 0,
            "2" => 1,
            "3" => 2,
            "4" => 3,
            _ => return None,
        };
        Some(index * 4 + 1 + step)
    })
}

#[cfg(test)]
mod tests {
    use super::severity_by_name;

    #[test]
    fn severities_by_name() {
        let of = |name: &str| severity_by_name(name);
        assert_eq!(of("SEVERITY_NUMBER_INFO"), Some(9));
        assert_eq!(of("SEVERITY_NUMBER_FATAL4"), Some(24));
        assert_eq!(of("trace"), Some(1));
        assert_eq!(of("SEVERITY_NUMBER_UNSPECIFIED"), Some(0));
        assert_eq!(of("loud"), None);
    }
}
