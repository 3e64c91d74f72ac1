//! What stays in this browser: settings, and opened files when the user chose so.

pub mod kept;
mod settings;

pub use settings::Settings;
