//! What a person has chosen, kept in this browser.

use super::{AppState, SETTINGS};
use crate::model::decimal::decimal;
use crate::model::json::{Json, JsonText};
use crate::model::{PicoUsd, TraceRow};
use crate::scene::drawn::Limit;
use crate::scene::waterfall::{ColourBy, Level};
use crate::ui::dom::effect;
use crate::web::storage;

/// Choices that outlive the tab.
#[derive(Debug, Clone, PartialEq)]
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
    /// The curves of tokens and cost stand below the waterfall.
    pub curves: bool,
    /// Which spans the waterfall shows.
    pub level: Level,
    /// The waterfall shows only spans that the filter lets pass, where there is one.
    pub only_matches: bool,
    /// What colours of the waterfall stand for.
    pub colour: ColourBy,
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
    /// Secrets are covered, on screen and in what is copied.
    pub masked: bool,
    /// What one run may cost, in dollars, as it was written; empty for anything.
    pub budget: String,
    /// What the run of a document may cost, whatever it says itself; as it was written. It is not kept.
    pub run_budget: Option<(u32, TraceRow, String)>,
    /// What is covered beside what looks like a secret: patterns, one a line.
    pub mask_patterns: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            utc: true,
            critical_path: false,
            curves: false,
            level: Level::Everything,
            only_matches: false,
            colour: ColourBy::Kind,
            tree_width: None,
            column_widths: Vec::new(),
            inspector_width: None,
            inspector_height: None,
            rail_open: false,
            keep_files: false,
            masked: false,
            budget: "1".to_owned(),
            run_budget: None,
            mask_patterns: String::new(),
        }
    }
}

impl Settings {
    /// What was kept in this browser; what is missing there is as [`Self::default`] says.
    pub fn kept() -> Self {
        let text = storage::Settings.get(SETTINGS).unwrap_or_default();
        Json::parse(&text).map(Self::read).unwrap_or_default()
    }

    fn read(json: Json<'_>) -> Self {
        let usual = Self::default();
        let flag = |name, usual| json.get(name).and_then(Json::as_bool).unwrap_or(usual);
        let number = |name| json.get(name).and_then(Json::as_number);
        let word = |name| json.get(name).and_then(Json::as_text);
        let widths = json.get("column_widths").map(Json::elements);
        Self {
            theme: json
                .get("theme")
                .and_then(Json::as_text)
                .map_or(usual.theme, |word| Theme::from_word(&word)),
            utc: flag("utc", usual.utc),
            critical_path: flag("critical_path", usual.critical_path),
            curves: flag("curves", usual.curves),
            level: word("level")
                .and_then(|word| Level::from_word(&word))
                .unwrap_or(usual.level),
            only_matches: flag("only_matches", usual.only_matches),
            colour: word("colour")
                .and_then(|word| ColourBy::from_word(&word))
                .unwrap_or(usual.colour),
            tree_width: number("tree_width"),
            column_widths: widths
                .unwrap_or_default()
                .into_iter()
                .filter_map(Json::as_number)
                .collect(),
            inspector_width: number("inspector_width"),
            inspector_height: number("inspector_height"),
            rail_open: flag("rail_open", usual.rail_open),
            keep_files: flag("keep_files", usual.keep_files),
            masked: flag("masked", usual.masked),
            budget: word("budget").unwrap_or(usual.budget),
            run_budget: None,
            mask_patterns: json
                .get("mask_patterns")
                .and_then(Json::as_text)
                .unwrap_or_default(),
        }
    }

    /// What was written of the budget of a run alone.
    pub fn budget_of(&self, document: Option<u32>, run: Option<TraceRow>) -> Option<&str> {
        let (known, of, text) = self.run_budget.as_ref()?;
        ((document, run) == (Some(*known), Some(*of))).then_some(text)
    }

    /// What a run may cost.
    pub fn limit(&self, (document, run): (Option<u32>, Option<TraceRow>)) -> Limit {
        let own = self.budget_of(document, run);
        let amount = PicoUsd::parse(own.unwrap_or(&self.budget));
        Limit {
            amount: amount.map_or(0, |amount| amount.0.max(0)),
            is_final: own.is_some(),
        }
    }

    fn written(&self) -> String {
        let mut text = JsonText::object()
            .text("theme", self.theme.as_str())
            .flag("utc", self.utc)
            .flag("critical_path", self.critical_path)
            .flag("curves", self.curves)
            .text("level", self.level.as_str())
            .flag("only_matches", self.only_matches)
            .text("colour", self.colour.as_str())
            .json(
                "column_widths",
                &JsonText::array(&self.column_widths, |width| decimal(*width, 3)),
            )
            .flag("rail_open", self.rail_open)
            .flag("keep_files", self.keep_files)
            .flag("masked", self.masked)
            .text("budget", &self.budget)
            .text("mask_patterns", &self.mask_patterns);
        for (name, length) in [
            ("tree_width", self.tree_width),
            ("inspector_width", self.inspector_width),
            ("inspector_height", self.inspector_height),
        ] {
            if let Some(length) = length {
                text = text.number(name, length);
            }
        }
        text.end()
    }
}

/// Which colours the page has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
    /// The theme of a stored word, that of the system for any other.
    fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

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
                storage::Settings.set(SETTINGS, &settings.written());
            }
            first = false;
        });
    }
}
