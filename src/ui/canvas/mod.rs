//! What every drawn view shares: one canvas component, one animation-frame scheduler, colours from the style sheet,
//! text widths and gestures.
//!
//! All coordinates are CSS pixels from the top left corner of the canvas; [`Surface`] knows the device-pixel ratio.

mod batch;
mod frame;
mod gesture;
mod measure;
mod palette;
mod pen;
mod plot;
mod resize;
mod shades;
mod sheet;
mod splitter;
mod surface;

pub use crate::scene::svg::{Anchor, Step, Stroke};
pub use batch::Batch;
pub use frame::Task;
pub use gesture::{Gesture, Modifiers, Point};
pub use measure::{Font, Measure};
pub use palette::{Ink, OWN_COLOURS, Palette};
pub use pen::{Look, Pen};
pub use plot::{Plot, PlotHandle, plot_canvas};
pub use resize::{SizeObserver, observe_size};
pub use shades::{Shades, is_light, token};
pub use sheet::{LABEL, Sheet, colour};
pub use splitter::{Grows, Resizable, splitter};
pub use surface::Surface;
