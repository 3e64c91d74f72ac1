//! The decoders the browser lacks: a WebAssembly module of its own, loaded with the first file that needs it.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;

/// The module beside the worker.
const MODULE: &str = "unpack.js";

/// A format that the module decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With several members, or damaged.
    Gzip,
    /// Which browsers do not read.
    Zstd,
}

impl Format {
    /// Its name for a person.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Its class in the module.
    fn class(self) -> &'static str {
        match self {
            Self::Gzip => "Inflate",
            Self::Zstd => "Unzstd",
        }
    }
}

#[wasm_bindgen(module = "/src/web/worker/import.js")]
extern "C" {
    #[wasm_bindgen(js_name = importModule)]
    fn import_module(address: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// A decoder of the module.
    pub type Unpacker;

    /// Takes packed bytes (none, to go on while it is pending) and gives the text they make, at most some megabytes.
    #[wasm_bindgen(method)]
    pub fn push(this: &Unpacker, bytes: &Uint8Array) -> Uint8Array;

    /// Whether more text can be had without more packed bytes.
    #[wasm_bindgen(method, getter)]
    pub fn pending(this: &Unpacker) -> bool;

    /// Says that there are no more packed bytes, and gives the text that was held back.
    #[wasm_bindgen(method)]
    pub fn finish(this: &Unpacker) -> Uint8Array;

    /// What is wrong with the packed bytes; `None` while nothing is.
    #[wasm_bindgen(method, getter)]
    pub fn problem(this: &Unpacker) -> Option<String>;

    /// Gives its memory back.
    #[wasm_bindgen(method)]
    pub fn free(this: &Unpacker);
}

/// A new decoder of a format. The browser loads the module once.
///
/// # Errors
/// The module cannot be loaded, or is of another version.
pub async fn load(format: Format) -> Result<Unpacker, JsValue> {
    let location = member(&js_sys::global(), "location")?;
    let here = member(&location, "href")?.as_string().unwrap_or_default();
    let address = Url::new_with_base(MODULE, &here)?.href();
    let module = JsFuture::from(import_module(&address)).await?;
    // Loads its WebAssembly the first time, and does nothing after.
    JsFuture::from(call(&module, "default")?.unchecked_into::<Promise>()).await?;
    if call(&module, "version")?.as_string().as_deref() != Some(env!("CARGO_PKG_VERSION")) {
        return Err(JsValue::from_str(
            "it is of another version: reload the page",
        ));
    }
    let class: Function = function(&module, format.class())?;
    Ok(Reflect::construct(&class, &js_sys::Array::new())?.unchecked_into())
}

fn call(module: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    function(module, name)?.call0(&JsValue::UNDEFINED)
}

fn function(module: &JsValue, name: &str) -> Result<Function, JsValue> {
    member(module, name)?
        .dyn_into()
        .map_err(|_| JsValue::from_str(&format!("it has no {name}")))
}

fn member(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
}
