//! Attribute lists: the bulk of a trace.
//!
//! Spans of one program repeat the same attributes in the same order, so the reader bets: after the attribute `a`, the
//! one that followed `a` last time follows again, byte for byte up to its value. A bet that is won costs one
//! comparison instead of eight tokens; a bet that is lost costs one comparison more.

use super::super::pull::{Cursor, Expected, Step, Stop};
use super::super::report::WarningKind;
use super::super::scan::{self, Pattern};
use super::super::skip::is_document_key;
use super::super::text::Text;
use super::names::{ValueKey, value_key};
use super::notes::Notes;
use crate::model::attributes::MAX_INDEXED_BYTES;
use crate::model::{AttrId, AttributeDictionary, StrId};
use crate::semantics::{Observed, Rows};

/// The value of an attribute as it stands.
#[derive(Debug, Clone, Copy)]
enum Value<'a> {
    /// A string, or a number in quotes.
    Quoted(Text<'a>),
    /// A number or boolean.
    Bare(&'a [u8]),
    /// An array, a list or bytes: stays in the source.
    Nested,
    /// Not there.
    Absent,
}

/// The keys that came next the last times: spans of two sorts take turns.
#[derive(Debug, Clone, Copy, Default)]
struct Follow {
    last: Option<StrId>,
    before: Option<StrId>,
}

impl Follow {
    fn learn(&mut self, key: StrId) {
        if self.last != Some(key) {
            self.before = self.last;
            self.last = Some(key);
        }
    }
}

/// What is known of a key.
#[derive(Debug)]
struct Known {
    /// The bytes from the attribute's brace to its value, the value's quote included; empty when not known.
    prefix: Pattern,
    /// Whether the value stands in quotes.
    quoted: bool,
    /// Whether a line break stands in the prefix.
    line_breaks: bool,
    /// The pair for values that stay in the source.
    unindexed: Option<AttrId>,
    /// The pair of this key that came last.
    last: Option<AttrId>,
    /// The keys that followed this one.
    next: Follow,
    /// What the key means; `None` before anybody asked.
    rows: Option<Rows>,
}

/// Reads attribute lists into ids of a dictionary.
#[derive(Debug, Default)]
pub(super) struct AttributeReader {
    /// By key.
    known: Vec<Known>,
    /// The keys that came first.
    first: Follow,
    scratch: String,
    /// What the attributes of the span at hand say.
    pub(super) observed: Observed,
}

/// An attribute as the general path reads it.
struct Attribute<'a> {
    key: Option<Text<'a>>,
    value: Value<'a>,
    /// Where the value begins, and whether in quotes, when nothing but `key` and one value came, in this order.
    template: Option<(usize, bool)>,
}

impl AttributeReader {
    /// Reads the list at the cursor's bracket.
    pub(super) fn list(
        &mut self,
        cursor: &mut Cursor<'_>,
        dictionary: &mut AttributeDictionary,
        out: &mut Vec<AttrId>,
        notes: &mut Notes,
    ) -> Step<()> {
        if !cursor.enter_array()? {
            return Ok(());
        }
        let mut previous = None;
        loop {
            let first = cursor.solid()?;
            let bets = match previous {
                None => self.first,
                Some(StrId(key)) => match self.known.get(key as usize) {
                    Some(known) => known.next,
                    None => Follow::default(),
                },
            };
            let mut won = match bets.last {
                Some(key) => self.bet(cursor, dictionary, key, notes)?,
                None => None,
            };
            let is_usual = won.is_some();
            if !is_usual && let Some(key) = bets.before {
                won = self.bet(cursor, dictionary, key, notes)?;
            }
            if won.is_none() && first == b'{' {
                won = self.general(cursor, dictionary, notes)?;
            }
            if let Some((key, id)) = won {
                if !is_usual {
                    self.learn(previous, key);
                }
                out.push(id);
                previous = Some(key);
            } else if first != b'{' {
                notes.add(WarningKind::WrongType, "an attribute", cursor.pos);
                cursor.skip()?;
            }
            if !cursor.another_value()? {
                return Ok(());
            }
        }
    }

    /// Remembers that `key` came behind another, or first.
    fn learn(&mut self, previous: Option<StrId>, key: StrId) {
        match previous {
            None => self.first.learn(key),
            Some(StrId(previous)) => {
                if let Some(known) = self.known.get_mut(previous as usize) {
                    known.next.learn(key);
                }
            }
        }
    }

    /// Tries whether the attribute `key` stands here as it stood last time. The cursor stays when it does not.
    fn bet(
        &mut self,
        cursor: &mut Cursor<'_>,
        dictionary: &mut AttributeDictionary,
        key: StrId,
        notes: &mut Notes,
    ) -> Step<Option<(StrId, AttrId)>> {
        let Some(known) = self.known.get_mut(key.0 as usize) else {
            return Ok(None);
        };
        if !known.prefix.stands_at(cursor.data, cursor.pos) {
            return Ok(None);
        }
        let start = cursor.pos;
        cursor.line_breaks |= known.line_breaks;
        cursor.pos += known.prefix.len();
        let value = if known.quoted {
            // The string reader wants the quote.
            cursor.pos -= 1;
            Value::Quoted(cursor.string()?)
        } else {
            match cursor.peek()? {
                b'"' | b'{' | b'[' | b'n' => {
                    cursor.pos = start;
                    return Ok(None);
                }
                _ => Value::Bare(cursor.scalar()?),
            }
        };
        for _ in 0..2 {
            if cursor.solid()? != b'}' {
                cursor.pos = start;
                return Ok(None);
            }
            cursor.pos += 1;
        }
        let id = known.pair(key, value, dictionary, &mut self.scratch, notes, start);
        if let Some(rows) = known.rows
            && !rows.is_empty()
        {
            see(
                &mut self.observed,
                rows,
                id,
                value,
                dictionary,
                &mut self.scratch,
            );
        }
        Ok(Some((key, id)))
    }

    /// Reads any attribute object; `None` for one without a key.
    fn general(
        &mut self,
        cursor: &mut Cursor<'_>,
        dictionary: &mut AttributeDictionary,
        notes: &mut Notes,
    ) -> Step<Option<(StrId, AttrId)>> {
        let start = cursor.pos;
        let attribute = attribute(cursor, notes)?;
        let Some(text) = attribute.key else {
            notes.add(WarningKind::WrongType, "an attribute without a key", start);
            return Ok(None);
        };
        let (decoded, lossy) = text.decode(&mut self.scratch);
        if lossy {
            notes.add(WarningKind::InvalidUtf8, "the key of an attribute", start);
        }
        let key = dictionary.key(decoded);
        while self.known.len() <= key.0 as usize {
            self.known.push(Known {
                prefix: Pattern::default(),
                quoted: false,
                line_breaks: false,
                unindexed: None,
                last: None,
                next: Follow::default(),
                rows: None,
            });
        }
        let Some(known) = self.known.get_mut(key.0 as usize) else {
            return Ok(None);
        };
        let rows = *known
            .rows
            .get_or_insert_with(|| self.observed.find(decoded));
        if let Some((value_at, quoted)) = attribute.template
            && !lossy
        {
            known.learn(cursor.data.get(start..value_at).unwrap_or_default(), quoted);
        }
        let id = known.pair(
            key,
            attribute.value,
            dictionary,
            &mut self.scratch,
            notes,
            start,
        );
        if !rows.is_empty() {
            see(
                &mut self.observed,
                rows,
                id,
                attribute.value,
                dictionary,
                &mut self.scratch,
            );
        }
        Ok(Some((key, id)))
    }
}

impl Known {
    fn learn(&mut self, prefix: &[u8], quoted: bool) {
        self.prefix.learn(prefix);
        self.quoted = quoted;
        self.line_breaks = prefix.contains(&b'\n');
    }

    /// The dictionary's id of this key with `value`.
    fn pair(
        &mut self,
        key: StrId,
        value: Value<'_>,
        dictionary: &mut AttributeDictionary,
        scratch: &mut String,
        notes: &mut Notes,
        start: usize,
    ) -> AttrId {
        let (raw, escaped) = match value {
            Value::Quoted(text) => (text.raw, text.escaped),
            Value::Bare(raw) => (raw, false),
            Value::Absent => (&b""[..], false),
            Value::Nested => return self.unindexed(key, dictionary),
        };
        if raw.len() > MAX_INDEXED_BYTES && (!escaped || is_long(raw)) {
            return self.unindexed(key, dictionary);
        }
        if !dictionary.takes_values(key) {
            return self.unindexed(key, dictionary);
        }
        if !escaped {
            if let Some(last) = self.last
                && dictionary.has_value(last, raw)
            {
                return last;
            }
            if let Some(id) = dictionary.known_pair(key, raw) {
                self.last = Some(id);
                return id;
            }
        }
        let (text, lossy) = Text { raw, escaped }.decode(scratch);
        if lossy {
            notes.add(WarningKind::InvalidUtf8, "the value of an attribute", start);
        }
        dictionary.pair(key, text)
    }

    fn unindexed(&mut self, key: StrId, dictionary: &mut AttributeDictionary) -> AttrId {
        *self
            .unindexed
            .get_or_insert_with(|| dictionary.unindexed(key))
    }
}

/// Longest text with escapes that is decoded for its meaning; longer ones are looked at as they stand.
const MAX_DECODED: usize = 1024;

/// Shows the value of a key that means something.
fn see(
    observed: &mut Observed,
    rows: Rows,
    id: AttrId,
    value: Value<'_>,
    dictionary: &AttributeDictionary,
    scratch: &mut String,
) {
    let text = match value {
        Value::Quoted(text) => text,
        Value::Bare(raw) => Text {
            raw,
            escaped: false,
        },
        Value::Nested | Value::Absent => return,
    };
    let indexed = dictionary.is_indexed(id).then_some(id);
    if text.escaped && text.raw.len() <= MAX_DECODED && !observed.takes_raw(rows) {
        observed.see(rows, indexed, text.decode(scratch).0.as_bytes());
    } else {
        observed.see(rows, indexed, text.raw);
    }
}

/// Whether a text with escapes is too long for the dictionary however they decode: one byte for the six of `\u0041`.
fn is_long(raw: &[u8]) -> bool {
    raw.len() > 6 * MAX_INDEXED_BYTES
        || raw.len() - 5 * scan::count(raw, b'\\').min(raw.len() / 6) > MAX_INDEXED_BYTES
}

/// Reads one attribute object in any order of its keys; the cursor stands at its brace.
fn attribute<'a>(cursor: &mut Cursor<'a>, notes: &mut Notes) -> Step<Attribute<'a>> {
    let mut found = Attribute {
        key: None,
        value: Value::Absent,
        template: None,
    };
    let mut fields = 0;
    if !cursor.enter_object()? {
        return Ok(found);
    }
    let mut scratch = String::new();
    loop {
        let (key, first) = cursor.key()?;
        fields += 1;
        match key.decode(&mut scratch).0 {
            "key" if first == b'"' => {
                let text = cursor.string()?;
                if fields == 1 && !text.escaped {
                    found.template = Some((0, false));
                }
                found.key = Some(text);
            }
            "value" => {
                let template = value(cursor, first, &mut found.value, notes)?;
                let regular = fields == 2 && found.template.is_some();
                found.template = template.filter(|_| regular);
            }
            name => {
                if is_document_key(name.as_bytes()) {
                    return Err(Stop::Bad(Expected::SpanEnd));
                }
                found.template = None;
                cursor.skip()?;
            }
        }
        if !cursor.another_key()? {
            break;
        }
    }
    found.template = found.template.filter(|&(at, _)| at > 0 && fields == 2);
    Ok(found)
}

/// Reads an `AnyValue`; gives back where its content begins, and whether in quotes, when it is one text or number.
fn value<'a>(
    cursor: &mut Cursor<'a>,
    first: u8,
    out: &mut Value<'a>,
    notes: &mut Notes,
) -> Step<Option<(usize, bool)>> {
    *out = Value::Absent;
    if first != b'{' {
        if first != b'n' {
            // A bare value where OTLP wants `{"stringValue": …}`: clear enough to be taken.
            notes.add(
                WarningKind::WrongType,
                "the value of an attribute",
                cursor.pos,
            );
        }
        *out = plain(cursor, first)?;
        return Ok(None);
    }
    if !cursor.enter_object()? {
        return Ok(None);
    }
    let mut template = None;
    let mut fields = 0;
    let mut scratch = String::new();
    loop {
        let (key, first) = cursor.key()?;
        let kind = value_key(key.decode(&mut scratch).0.as_bytes());
        let at = cursor.pos;
        fields += 1;
        match kind {
            ValueKey::Text | ValueKey::Scalar => {
                *out = plain(cursor, first)?;
                let quoted = first == b'"';
                template = match *out {
                    Value::Quoted(_) => Some((at + 1, true)),
                    Value::Bare(_) if kind == ValueKey::Scalar => Some((at, false)),
                    _ => None,
                };
                if template.is_none() && !quoted && first != b'n' {
                    notes.add(WarningKind::WrongType, "the value of an attribute", at);
                }
            }
            ValueKey::Nested => {
                cursor.skip()?;
                *out = Value::Nested;
            }
            ValueKey::Other => cursor.skip()?,
        }
        if !cursor.another_key()? {
            return Ok(template.filter(|_| fields == 1));
        }
    }
}

/// A string, number or literal as it stands; arrays and objects are passed.
fn plain<'a>(cursor: &mut Cursor<'a>, first: u8) -> Step<Value<'a>> {
    Ok(match first {
        b'"' => Value::Quoted(cursor.string()?),
        b'{' | b'[' => {
            cursor.skip()?;
            Value::Nested
        }
        _ => match cursor.scalar()? {
            b"null" => Value::Absent,
            raw => Value::Bare(raw),
        },
    })
}

/// Looks for the text of one attribute in a list without a dictionary; the cursor stands at its bracket.
pub(super) fn find_text<'a>(
    cursor: &mut Cursor<'a>,
    wanted: &[&str],
    notes: &mut Notes,
) -> Step<Option<Text<'a>>> {
    let mut found = None;
    if !cursor.enter_array()? {
        return Ok(None);
    }
    let mut scratch = String::new();
    loop {
        if cursor.solid()? == b'{' {
            let attribute = attribute(cursor, notes)?;
            let text = match attribute.value {
                Value::Quoted(text) => Some(text),
                Value::Bare(raw) => Some(Text {
                    raw,
                    escaped: false,
                }),
                Value::Nested | Value::Absent => None,
            };
            if let Some(key) = attribute.key
                && text.is_some()
                && wanted.contains(&key.decode(&mut scratch).0)
            {
                found = text;
            }
        } else {
            cursor.skip()?;
        }
        if !cursor.another_value()? {
            return Ok(found);
        }
    }
}
