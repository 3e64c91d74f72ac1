//! What a person has chosen, kept in this browser.

use super::{AppState, SETTINGS};
use crate::ui::dom::effect;
use crate::web::storage;
use serde::{Deserialize, Serialize};

/// Choices that outlive the tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own that a person turns"
)]
pub struct Settings {
    /// Light, dark, or as the system says.
    pub theme: Theme,
    /// Instants in UTC instead of local time.
    pub utc: bool,
    /// The waterfall marks the critical path.
    pub critical_path: bool,
    /// Width of the waterfall's tree in CSS pixels; `None` for the standard.
    pub tree_width: Option<f64>,
    /// Width of the waterfall's columns beside the name, in CSS pixels, by column; missing ones have the standard width.
    pub column_widths: Vec<f64>,
    /// Width of the inspector in CSS pixels; `None` for the standard.
    pub inspector_width: Option<f64>,
    /// Height of the inspector in CSS pixels where it stands at the bottom; `None` for the standard.
    pub inspector_height: Option<f64>,
    /// The rail of runs is open.
    pub rail_open: bool,
    /// Opened files are kept in this browser, so that a reload finds them.
    pub keep_files: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            utc: true,
            critical_path: false,
            tree_width: None,
            column_widths: Vec::new(),
            inspector_width: None,
            inspector_height: None,
            rail_open: false,
            keep_files: false,
        }
    }
}

/// Which colours the page has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says, also when it changes its mind.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The stored word, which the static page reads before anything is painted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl AppState {
    /// Keeps the settings in this browser from now on.
    pub fn keep_settings(self) {
        let mut first = true;
        effect(move || {
            let settings = self.settings.get();
            // What was just read need not be written.
            if !first {
                storage::Settings.set(SETTINGS, &settings);
            }
            first = false;
        });
    }
}
