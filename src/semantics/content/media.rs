//! Images, sounds and files within messages.

use super::fields::Object;
use super::part::Part;
use crate::model::json::{Json, Shape};

/// Keys of a media type.
pub const MEDIA_TYPE: &[&str] = &[
    "mime_type",
    "mimeType",
    "media_type",
    "mediaType",
    "contentType",
];

/// An image, a sound or a file in any spelling.
pub fn media(object: &Object<'_>, kind: &str) -> Option<Part> {
    let modality = object.text(&["modality"]);
    let sort = match kind {
        "image" | "image_url" | "input_image" => "image",
        "audio" | "input_audio" | "audio_url" => "audio",
        "file" | "document" | "input_file" | "blob" | "uri" | "media" | "video" => "file",
        "" if object.has(&["media"]) => "file",
        _ => return None,
    };
    let inner = object.get(&[
        "source",
        "image_url",
        "image",
        "input_audio",
        "audio",
        "file",
        "media",
    ]);
    let inside = inner.map(Object::of).unwrap_or_default();
    // One level more: OpenInference writes image.image.url.
    let inside = match inside
        .get(&["image"])
        .filter(|json| json.shape() == Shape::Object)
    {
        Some(deeper) => Object::of(deeper),
        None => inside,
    };
    let text = |names: &[&str]| {
        let found = object.text(names);
        if found.is_empty() {
            inside.text(names)
        } else {
            found
        }
    };
    let mut media_type = text(MEDIA_TYPE);
    if media_type.is_empty() {
        media_type = match text(&["format"]) {
            format if !format.is_empty() && sort == "audio" => format!("audio/{format}"),
            _ if !modality.is_empty() => modality,
            _ if sort == "file" => String::new(),
            _ => sort.to_owned(),
        };
    }
    let bare = inner
        .filter(|json| json.shape() == Shape::Text)
        .map(Json::decoded);
    let address = bare
        .clone()
        .unwrap_or_else(|| text(&["url", "uri", "file_id", "file_data"]));
    if let Some(part) = data_address(&address) {
        return Some(part);
    }
    let data = text(&["data", "content"]);
    let data = if data.is_empty() {
        bare.unwrap_or_default()
    } else {
        data
    };
    if let Some(part) = data_address(&data) {
        return Some(part);
    }
    if looks_like_base64(&data) {
        return Some(Part::Media { media_type, data });
    }
    (!address.is_empty()).then_some(Part::Link {
        media_type,
        address,
    })
}

/// What a `data:` address holds; `None` for any other address.
pub fn data_address(address: &str) -> Option<Part> {
    let (head, data) = address.strip_prefix("data:")?.split_once(',')?;
    let mut settings = head.split(';');
    let media_type = settings.next().unwrap_or_default().to_owned();
    Some(if settings.any(|setting| setting == "base64") {
        Part::Media {
            media_type,
            data: data.to_owned(),
        }
    } else {
        Part::Link {
            media_type,
            address: address.to_owned(),
        }
    })
}

fn looks_like_base64(text: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(byte);
    text.len() >= 16 && !text.contains("://") && text.as_bytes().iter().take(4096).all(letter)
}
