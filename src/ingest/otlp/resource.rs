//! Resources and scopes: what stands above spans and records.

use super::super::pull::{Cursor, Step};
use super::super::text::Text;
use super::attributes::find_text;
use super::children::each_field;
use super::fields;
use super::notes::Notes;

/// A resource as it stands in the file.
#[derive(Debug)]
pub(super) struct ResourceText<'a> {
    /// Its JSON.
    pub json: &'a [u8],
    /// `service.name`.
    pub service: Option<Text<'a>>,
}

/// A scope as it stands in the file.
#[derive(Debug)]
pub(super) struct ScopeText<'a> {
    /// Its JSON.
    pub json: &'a [u8],
    /// Name.
    pub name: Option<Text<'a>>,
    /// Version.
    pub version: Option<Text<'a>>,
}

/// Reads the resource at the cursor's brace.
pub(super) fn resource<'a>(cursor: &mut Cursor<'a>, notes: &mut Notes) -> Step<ResourceText<'a>> {
    let begin = cursor.pos;
    let mut service = None;
    each_field(cursor, &mut String::new(), &mut |cursor, key, first| {
        if key != "attributes" || first != b'[' {
            return Ok(false);
        }
        service = find_text(cursor, &["service.name"], notes)?;
        Ok(true)
    })?;
    let json = cursor.data.get(begin..cursor.pos).unwrap_or_default();
    Ok(ResourceText { json, service })
}

/// Reads the scope at the cursor's brace.
pub(super) fn scope<'a>(cursor: &mut Cursor<'a>, notes: &mut Notes) -> Step<ScopeText<'a>> {
    let begin = cursor.pos;
    let (mut name, mut version) = (None, None);
    each_field(cursor, &mut String::new(), &mut |cursor, key, first| {
        match key {
            "name" => name = fields::text(cursor, first, "name of a scope", notes)?,
            "version" => version = fields::text(cursor, first, "version of a scope", notes)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let json = cursor.data.get(begin..cursor.pos).unwrap_or_default();
    Ok(ScopeText {
        json,
        name,
        version,
    })
}
