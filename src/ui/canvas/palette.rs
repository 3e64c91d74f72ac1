//! Colours for painting: the tokens of the style sheet, read once per theme.

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
    /// Full colour of a service, see [`Ink::service`].
    Service(u8),
    /// The same at 32 %, for containers.
    ServiceFaint(u8),
}

/// Services with a colour of their own; the rest shares `--k-io`.
pub const SERVICE_COLOURS: u8 = 10;

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
    /// Colour of the service with this index; `None` for a span without service.
    pub fn service(index: Option<u16>) -> Self {
        Self::Service(slot(index))
    }

    /// The same at 32 %.
    pub fn service_faint(index: Option<u16>) -> Self {
        Self::ServiceFaint(slot(index))
    }

    fn index(self) -> usize {
        let services = usize::from(SERVICE_COLOURS) + 1;
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
            Self::Service(slot) => 17 + usize::from(slot.min(SERVICE_COLOURS)),
            Self::ServiceFaint(slot) => 17 + services + usize::from(slot.min(SERVICE_COLOURS)),
        }
    }
}

fn slot(index: Option<u16>) -> u8 {
    index.map_or(SERVICE_COLOURS, |index| {
        index.min(u16::from(SERVICE_COLOURS)) as u8
    })
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
        let services: Vec<String> = (1..=SERVICE_COLOURS)
            .map(|member| token(&format!("--a-{member}")))
            .chain([token("--k-io")])
            .collect();
        let faint: Vec<String> = services
            .iter()
            .map(|colour| with_alpha(colour, 0x52))
            .collect();
        colours.extend(services);
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
    fn services_beyond_the_tenth_share_one_colour() {
        assert_eq!(Ink::service(Some(10)), Ink::service(Some(500)));
        assert_eq!(Ink::service(None), Ink::service(Some(10)));
        assert_ne!(Ink::service(Some(9)), Ink::service(Some(10)));
    }

    #[test]
    fn alpha_is_added_to_hex_colours_only() {
        assert_eq!(with_alpha("#0f1216", 0xB8), "#0f1216b8");
        assert_eq!(with_alpha("Canvas", 0xB8), "transparent");
    }
}
