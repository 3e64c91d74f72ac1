//! The decoders the browser lacks: a WebAssembly module of its own, loaded with the first file that needs it.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;

/// The module beside the worker.
const MODULE: &str = "unpack.js";
/// Format with several members, or damaged.
pub const GZIP: &str = "gzip";
/// Format that browsers do not read.
pub const ZSTD: &str = "zstd";

#[wasm_bindgen(module = "/src/web/worker/import.js")]
extern "C" {
    #[wasm_bindgen(js_name = importModule)]
    fn import_module(address: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// A decoder of the module.
    pub type Unpacker;

    /// Gives packed bytes.
    #[wasm_bindgen(method)]
    pub fn push(this: &Unpacker, bytes: &Uint8Array);

    /// Says that there are no more.
    #[wasm_bindgen(method)]
    pub fn finish(this: &Unpacker);

    /// The next text; `None` when more packed bytes are needed, or at the end. Throws what is wrong with the packed bytes.
    #[wasm_bindgen(method, catch)]
    pub fn pull(this: &Unpacker) -> Result<Option<Uint8Array>, JsValue>;

    /// Gives its memory back.
    #[wasm_bindgen(method)]
    pub fn free(this: &Unpacker);
}

/// A new decoder of a format. The browser loads the module once.
///
/// # Errors
/// The module cannot be loaded, is of another version, or does not know the format.
pub async fn load(format: &str) -> Result<Unpacker, JsValue> {
    let location = Reflect::get(&js_sys::global(), &JsValue::from_str("location"))?;
    let here = Reflect::get(&location, &JsValue::from_str("href"))?
        .as_string()
        .unwrap_or_default();
    let address = Url::new_with_base(MODULE, &here)?.href();
    let module = JsFuture::from(import_module(&address)).await?;
    // Loads its WebAssembly the first time, and does nothing after.
    JsFuture::from(call(&module, "default")?.unchecked_into::<Promise>()).await?;
    if call(&module, "version")?.as_string().as_deref() != Some(env!("CARGO_PKG_VERSION")) {
        return Err(JsValue::from_str(
            "it is of another version: reload the page",
        ));
    }
    let class: Function = Reflect::get(&module, &JsValue::from_str("Unpacker"))?.dyn_into()?;
    let arguments = js_sys::Array::of1(&JsValue::from_str(format));
    Ok(Reflect::construct(&class, &arguments)?.unchecked_into())
}

fn call(module: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(module, &JsValue::from_str(name))?.dyn_into()?;
    function.call0(&JsValue::UNDEFINED)
}
