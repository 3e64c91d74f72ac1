//! Images and sounds that stand in the trace itself.
//!
//! They are decoded from memory into a canvas or an audio buffer, never loaded from an address: a page needs no `img-src`
//! or `media-src` in its policy, and an image that holds scripts (SVG) is refused by the decoder.

use super::value::{Owner, Whole, load};
use crate::scene::details::TextValue;
use crate::scene::format;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AudioBuffer, AudioContext, Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap,
};

/// Larger pictures are drawn smaller.
const WIDEST: u32 = 1_200;

/// An image, a sound, or what is known of another file.
pub fn media(owner: Owner, media_type: &str, value: &TextValue) -> El {
    let is_sound = media_type.starts_with("audio");
    let is_image = media_type.starts_with("image") || media_type.is_empty();
    let bytes = value.bytes / 4 * 3;
    let named = if media_type.is_empty() {
        "file"
    } else {
        media_type
    };
    let caption = format!("{named}, {}", format::bytes(bytes));
    let place = div("media").child(span("hint").child(caption.clone()));
    if !is_sound && !is_image {
        return place;
    }
    let cut = value.bytes > value.text.len() as u64;
    let text: Option<Rc<str>> = (!cut).then(|| value.text.as_str().into());
    let whole: Whole = Rc::new(Field::new(text));
    let (pointer, asked) = (value.pointer.clone(), whole.clone());
    place.child(move || match whole.get() {
        None => {
            let (pointer, asked) = (pointer.clone(), asked.clone());
            let words = if is_sound { "Load sound" } else { "Show image" };
            button("button small", move || {
                load(owner, pointer.clone(), asked.clone());
            })
            .child(words)
        }
        Some(data) if is_sound => sound(data),
        Some(data) => image(&data, &caption),
    })
}

/// The bytes of a base64 text, as the browser decodes it.
fn bytes_of(data: &str) -> Option<Uint8Array> {
    let plain = data.replace('-', "+").replace('_', "/");
    let letters = web_sys::window()?.atob(&plain).ok()?;
    let bytes: Vec<u8> = letters.chars().map(|letter| letter as u8).collect();
    Some(Uint8Array::from(bytes.as_slice()))
}

fn image(data: &str, caption: &str) -> El {
    let canvas = el("canvas")
        .attr("role", "img")
        .attr("aria-label", caption.to_owned());
    let failed = span("hint");
    let place = div("media-image").child((canvas.clone(), failed.clone()));
    let bytes = bytes_of(data);
    spawn_local(async move {
        let drawn = async { draw(canvas.element().unchecked_ref(), &bytes?).await.ok() };
        if drawn.await.is_none() {
            canvas.html().set_hidden(true);
            let _ = failed.child("The browser cannot show this image.");
        }
    });
    place
}

async fn draw(canvas: &HtmlCanvasElement, bytes: &Uint8Array) -> Result<(), JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(bytes))?;
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let bitmap: ImageBitmap = JsFuture::from(window.create_image_bitmap_with_blob(&blob)?)
        .await?
        .dyn_into()?;
    let (width, height) = (bitmap.width().max(1), bitmap.height().max(1));
    let scale = f64::from(width.max(height)) / f64::from(WIDEST);
    let scale = scale.max(1.0);
    let (width, height) = (f64::from(width) / scale, f64::from(height) / scale);
    canvas.set_width(width.round().max(1.0) as u32);
    canvas.set_height(height.round().max(1.0) as u32);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height)
}

fn sound(data: Rc<str>) -> El {
    let playing: Rc<Field<Option<AudioContext>>> = Rc::new(Field::new(None));
    let failed = Rc::new(Field::new(false));
    let (turned, told) = (playing.clone(), failed.clone());
    let run = move || {
        if let Some(context) = turned.get_untracked() {
            turned.set(None);
            let _ = context.close();
            return;
        }
        let (turned, told, bytes) = (turned.clone(), told.clone(), bytes_of(&data));
        spawn_local(async move {
            let started = async { play(&bytes?).await.ok() };
            match started.await {
                Some(context) => turned.set(Some(context)),
                None => told.set(true),
            }
        });
    };
    let words = move || {
        if playing.get().is_some() {
            (Icon::X.el(12), "Stop")
        } else {
            (Icon::ChevronRight.el(12), "Play")
        }
    };
    let note = move || {
        let failed = failed.get();
        failed.then(|| span("hint").child("The browser cannot play this sound."))
    };
    div("media-sound").child((button("button small", run).child(words), note))
}

async fn play(bytes: &Uint8Array) -> Result<AudioContext, JsValue> {
    let context = AudioContext::new()?;
    let decoded = JsFuture::from(context.decode_audio_data(&bytes.buffer())?).await?;
    let source = context.create_buffer_source()?;
    source.set_buffer(Some(&decoded.dyn_into::<AudioBuffer>()?));
    source.connect_with_audio_node(&context.destination())?;
    source.start()?;
    Ok(context)
}
