//! A canvas with its context, sized in CSS pixels and backed by device pixels.

use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas ready to be painted. Opaque: what is not painted is black.
#[derive(Debug)]
pub struct Surface {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    size: Cell<(f64, f64)>,
    ratio: Cell<f64>,
}

impl Surface {
    /// Takes the canvas over; `None` when the browser gives no 2D context.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let options = js_sys::Object::new();
        // An opaque canvas is blitted instead of blended.
        js_sys::Reflect::set(&options, &"alpha".into(), &JsValue::FALSE).ok()?;
        let context = canvas
            .get_context_with_context_options("2d", &options)
            .ok()??
            .dyn_into::<CanvasRenderingContext2d>()
            .ok()?;
        Some(Self {
            canvas,
            context,
            size: Cell::new((0.0, 0.0)),
            ratio: Cell::new(0.0),
        })
    }

    /// A canvas that is not in the page, to be blitted into others.
    pub fn offscreen() -> Option<Self> {
        let canvas = web_sys::window()?
            .document()?
            .create_element("canvas")
            .ok()?;
        Self::new(canvas.dyn_into().ok()?)
    }

    /// Sets the size in CSS pixels; takes effect with [`Surface::begin`].
    pub fn set_size(&self, width: f64, height: f64) {
        if self.size.get() != (width, height) {
            self.size.set((width, height));
            self.ratio.set(0.0);
        }
    }

    /// Fits the pixels to size and device-pixel ratio where they changed, and scales to CSS pixels.
    /// Says whether the content was lost.
    pub fn begin(&self) -> bool {
        let ratio = web_sys::window()
            .map_or(1.0, |window| window.device_pixel_ratio())
            .clamp(0.25, 8.0);
        self.begin_at(ratio)
    }

    /// As [`Surface::begin`] with so many pixels for one of CSS.
    pub fn begin_at(&self, ratio: f64) -> bool {
        let lost = ratio.to_bits() != self.ratio.get().to_bits();
        if lost {
            self.ratio.set(ratio);
            let (width, height) = self.size.get();
            self.canvas
                .set_width((width * ratio).round().clamp(1.0, 32_000.0) as u32);
            self.canvas
                .set_height((height * ratio).round().clamp(1.0, 32_000.0) as u32);
        }
        let _ = self.context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        lost
    }

    /// Width in CSS pixels.
    pub fn width(&self) -> f64 {
        self.size.get().0
    }

    /// Height in CSS pixels.
    pub fn height(&self) -> f64 {
        self.size.get().1
    }

    /// The context.
    pub fn context(&self) -> &CanvasRenderingContext2d {
        &self.context
    }

    /// The element.
    pub fn element(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// The nearest position that lies on a device pixel.
    pub fn snap(&self, position: f64) -> f64 {
        let ratio = self.ratio.get().max(0.25);
        (position * ratio).round() / ratio
    }
}
