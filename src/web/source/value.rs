//! What a script hands over to be opened.

use super::{Source, SourceError, fetch, is_address};
use js_sys::{Array, ArrayBuffer, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

/// Name of bytes that came without one.
const UNNAMED: &str = "unnamed";

/// A `File`, `Blob`, `ArrayBuffer`, typed array, address, or `{name, data}` with any of these or text as `data`.
///
/// A `data` text is content, unless it is one short line that starts with `http://`, `https://`, `blob:`, `./`, `../` or `/`.
/// Values of another window (an embedding page) are as good as this one's.
///
/// # Errors
/// It is none of these, or the address could not be fetched.
pub async fn from_value(value: JsValue) -> Result<Source, SourceError> {
    if let Some(url) = value.as_string() {
        return fetch(&url, None, |_, _| {}).await;
    }
    if let Some(source) = from_bytes(&value)? {
        return Ok(source);
    }
    let member = |name: &str| Reflect::get(&value, &JsValue::from_str(name)).ok();
    let data = member("data").filter(|data| !data.is_null() && !data.is_undefined());
    let Some(data) = data.filter(|_| value.is_object()) else {
        return Err(unsupported(&value));
    };
    let name = member("name").and_then(|name| name.as_string());
    let mut source = match (data.as_string(), from_bytes(&data)?) {
        (Some(url), _) if is_address(&url) => fetch(&url, None, |_, _| {}).await?,
        (Some(text), _) => Source::from_text(UNNAMED, &text)?,
        (None, Some(source)) => source,
        (None, None) => return Err(unsupported(&data)),
    };
    if let Some(name) = name {
        source.name = name;
    }
    Ok(source)
}

fn from_bytes(value: &JsValue) -> Result<Option<Source>, SourceError> {
    if !value.is_object() {
        return Ok(None);
    }
    // By tag: a value of another window is no instance of this window's classes.
    let tag = tag(value);
    let source = match tag.as_str() {
        "[object File]" => Source::from_file(value.clone().unchecked_into::<File>()),
        "[object Blob]" => Source::new(UNNAMED, value.clone().unchecked_into::<Blob>()),
        _ if tag == "[object ArrayBuffer]" || ArrayBuffer::is_view(value) => {
            let blob = Blob::new_with_buffer_source_sequence(&Array::of1(value))
                .map_err(|error| SourceError::other(&error))?;
            Source::new(UNNAMED, blob)
        }
        _ => return Ok(None),
    };
    Ok(Some(source))
}

/// What `Object.prototype.toString` says. The value's own `toString` may do anything; that of a typed array writes all its numbers.
fn tag(value: &JsValue) -> String {
    let plain = Object::get_prototype_of(&Object::new());
    Reflect::get(&plain, &JsValue::from_str("toString"))
        .and_then(|to_string| to_string.unchecked_into::<Function>().call0(value))
        .ok()
        .and_then(|tag| tag.as_string())
        .unwrap_or_default()
}

/// What a value of a script is, for a person.
pub fn in_words(value: &JsValue) -> String {
    if value.is_undefined() {
        return "nothing".to_owned();
    }
    if value.is_null() {
        return "null".to_owned();
    }
    if let Some(number) = value.as_f64() {
        return format!("the number {number}");
    }
    if let Some(text) = value.as_string() {
        return format!("the text '{text}'");
    }
    if value.is_function() {
        return "a function".to_owned();
    }
    if !value.is_object() {
        let kind = value.js_typeof().as_string().unwrap_or_default();
        return format!("a {kind}");
    }
    match tag(value).as_str() {
        "[object Object]" => "an object".to_owned(),
        tag => tag
            .trim_start_matches("[object ")
            .trim_end_matches(']')
            .to_owned(),
    }
}

fn unsupported(value: &JsValue) -> SourceError {
    let found = match in_words(value).as_str() {
        "an object" => "an object without data".to_owned(),
        words => words.to_owned(),
    };
    SourceError::Unsupported { found }
}
