//! What stays in this browser: settings, and opened files when the user chose so.

mod settings;

pub use settings::Settings;
