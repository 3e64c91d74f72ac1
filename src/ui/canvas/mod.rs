//! What every drawn view shares: one canvas component, one animation-frame scheduler, colours from the style sheet,
//! text widths and gestures.
//!
//! All coordinates are CSS pixels from the top left corner of the canvas; [`Surface`] knows the device-pixel ratio.

mod batch;
mod frame;
mod gesture;
mod listen;
mod measure;
mod palette;
mod plot;
mod resize;
mod splitter;
mod surface;

pub use batch::{Anchor, Batch};
pub use frame::Task;
pub use gesture::{Gesture, Modifiers, Point};
pub use listen::{Listener, listen};
pub use measure::{Font, Measure};
pub use palette::{Ink, Palette};
pub use plot::{Plot, PlotCanvas, PlotHandle};
pub use resize::{SizeObserver, observe_size};
pub use splitter::{Grows, Splitter};
pub use surface::Surface;
