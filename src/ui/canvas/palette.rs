//! Colours for painting: the tokens of the style sheet, read once per theme.

use crate::scene::members::{ColourBy, KINDS};
use web_sys::CssStyleDeclaration;

/// A colour by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Ink {
    /// `--bg-0`
    Bg0,
    /// `--bg-1`
    Bg1,
    /// `--bg-2`
    Bg2,
    /// `--bg-3`
    Bg3,
    /// `--sel`
    Selected,
    /// `--line`
    Line,
    /// `--line-2`
    Line2,
    /// `--line-ctl`
    LineControl,
    /// `--ink-1`
    Ink1,
    /// `--ink-2`
    Ink2,
    /// `--ink-3`
    Ink3,
    /// `--focus`
    Focus,
    /// `--err`
    Error,
    /// `--warn`
    Warn,
    /// `--warn-bg`
    WarnBg,
    /// `--hatch`
    Hatch,
    /// `--bg-0` at 72 %, over what lies outside the window.
    Veil,
    /// Full colour of a member, see [`Ink::member`].
    Member(u8),
    /// The same at 32 %, for containers.
    MemberFaint(u8),
}

/// Agents, services and models with a colour of their own; the rest shares [`NEUTRAL`].
pub const OWN_COLOURS: u16 = 10;

/// Colours of members: agents and services, models, kinds as in [`KINDS`], no error and error.
const MEMBERS: [&str; 30] = [
    "--a-1",
    "--a-2",
    "--a-3",
    "--a-4",
    "--a-5",
    "--a-6",
    "--a-7",
    "--a-8",
    "--a-9",
    "--a-10",
    "--m-1",
    "--m-2",
    "--m-3",
    "--m-4",
    "--m-5",
    "--m-6",
    "--m-7",
    "--m-8",
    "--m-9",
    "--m-10",
    "--k-llm",
    "--k-agent",
    "--k-tool",
    "--k-retrieval",
    "--k-handoff",
    "--k-guard",
    "--k-chain",
    "--k-io",
    "--ink-3",
    "--err",
];
/// First of the models, of the kinds, and of status.
const FIRST: (u8, u8, u8) = (10, 20, 28);
/// `--k-io`: no member, or one without a colour of its own.
const NEUTRAL: u8 = 27;

const FIXED: [&str; 16] = [
    "--bg-0",
    "--bg-1",
    "--bg-2",
    "--bg-3",
    "--sel",
    "--line",
    "--line-2",
    "--line-ctl",
    "--ink-1",
    "--ink-2",
    "--ink-3",
    "--focus",
    "--err",
    "--warn",
    "--warn-bg",
    "--hatch",
];

impl Ink {
    /// Colour of a member of what colours stand for; `None` for a span that has none.
    pub fn member(by: ColourBy, member: Option<u16>) -> Self {
        let (models, kinds, status) = FIRST;
        let own = |first: u8, most: u16| {
            let member = member.filter(|member| *member < most);
            member.map_or(NEUTRAL, |member| first + member as u8)
        };
        Self::Member(match by {
            ColourBy::Agent | ColourBy::Service => own(0, OWN_COLOURS),
            ColourBy::Model => own(models, OWN_COLOURS),
            ColourBy::Kind => own(kinds, KINDS.len() as u16),
            ColourBy::Status => status + u8::from(member == Some(1)),
        })
    }

    /// The colour of a member at 32 %; any other as it is.
    #[must_use]
    pub fn faint(self) -> Self {
        match self {
            Self::Member(slot) => Self::MemberFaint(slot),
            ink => ink,
        }
    }

    fn index(self) -> usize {
        let slot = |slot: u8| usize::from(slot).min(MEMBERS.len() - 1);
        match self {
            Self::Bg0 => 0,
            Self::Bg1 => 1,
            Self::Bg2 => 2,
            Self::Bg3 => 3,
            Self::Selected => 4,
            Self::Line => 5,
            Self::Line2 => 6,
            Self::LineControl => 7,
            Self::Ink1 => 8,
            Self::Ink2 => 9,
            Self::Ink3 => 10,
            Self::Focus => 11,
            Self::Error => 12,
            Self::Warn => 13,
            Self::WarnBg => 14,
            Self::Hatch => 15,
            Self::Veil => 16,
            Self::Member(member) => 17 + slot(member),
            Self::MemberFaint(member) => 17 + MEMBERS.len() + slot(member),
        }
    }
}

/// The colours of the current theme and the font families of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Palette {
    colours: Vec<String>,
    /// `font-family` of the page.
    pub family: String,
    /// The system forces its own few colours: marks need an outline.
    pub forced: bool,
}

impl Palette {
    /// Reads the tokens of the document's root element. Forces a style pass: call it when the theme changes, not per frame.
    pub fn read() -> Self {
        let style = web_sys::window().and_then(|window| {
            let root = window.document()?.document_element()?;
            window.get_computed_style(&root).ok().flatten()
        });
        let token = |name: &str| property(style.as_ref(), name);
        let mut colours: Vec<String> = FIXED.iter().map(|name| token(name)).collect();
        let veil = with_alpha(&colours[0], 0xB8);
        colours.push(veil);
        let members: Vec<String> = MEMBERS.iter().map(|name| token(name)).collect();
        let faint: Vec<String> = members
            .iter()
            .map(|colour| with_alpha(colour, 0x52))
            .collect();
        colours.extend(members);
        colours.extend(faint);
        Self {
            colours,
            family: property(style.as_ref(), "font-family"),
            forced: web_sys::window()
                .and_then(|window| window.match_media("(forced-colors: active)").ok().flatten())
                .is_some_and(|query| query.matches()),
        }
    }

    /// The colour as CSS; black before the first reading.
    pub fn css(&self, ink: Ink) -> &str {
        self.colours.get(ink.index()).map_or("#000", String::as_str)
    }
}

fn property(style: Option<&CssStyleDeclaration>, name: &str) -> String {
    style
        .and_then(|style| style.get_property_value(name).ok())
        .map(|value| value.trim().to_owned())
        .unwrap_or_default()
}

/// `#rrggbb` with an alpha byte. A system colour, as forced colours have them, cannot be thinned: nothing is drawn then.
fn with_alpha(colour: &str, alpha: u8) -> String {
    if colour.len() == 7 && colour.starts_with('#') {
        format!("{colour}{alpha:02x}")
    } else {
        "transparent".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_beyond_the_tenth_share_one_colour_and_no_two_sets_share_any() {
        for by in [ColourBy::Agent, ColourBy::Model, ColourBy::Service] {
            assert_eq!(Ink::member(by, Some(10)), Ink::member(by, Some(500)));
            assert_eq!(Ink::member(by, None), Ink::member(by, Some(10)));
            assert_ne!(Ink::member(by, Some(9)), Ink::member(by, Some(10)));
        }
        let css = |by, member| {
            let Ink::Member(slot) = Ink::member(by, Some(member)) else {
                panic!("a member's colour");
            };
            MEMBERS[usize::from(slot)]
        };
        assert_eq!(css(ColourBy::Agent, 9), "--a-10");
        assert_eq!(css(ColourBy::Model, 0), "--m-1");
        assert_eq!(css(ColourBy::Kind, 0), "--k-llm");
        assert_eq!(css(ColourBy::Kind, 7), "--k-io");
        assert_eq!(css(ColourBy::Status, 0), "--ink-3");
        assert_eq!(css(ColourBy::Status, 1), "--err");
        assert_eq!(MEMBERS[usize::from(NEUTRAL)], "--k-io");
    }

    #[test]
    fn alpha_is_added_to_hex_colours_only() {
        assert_eq!(with_alpha("#0f1216", 0xB8), "#0f1216b8");
        assert_eq!(with_alpha("Canvas", 0xB8), "transparent");
    }
}
