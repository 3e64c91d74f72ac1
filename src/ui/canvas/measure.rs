//! Text widths without measuring texts: the advance of each character is measured once per font, so that a name never
//! seen before costs nothing in a frame.

use std::collections::HashMap;
use web_sys::CanvasRenderingContext2d;

/// The fonts of drawn views (design section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Font {
    /// 12 px: cells.
    Body,
    /// 12 px, 500: names.
    Name,
    /// 12 px, 600: names of parents.
    Parent,
    /// 11 px: axis, labels of bars, counts.
    Small,
}

const FONTS: [(Font, &str); 4] = [
    (Font::Body, "400 12px "),
    (Font::Name, "500 12px "),
    (Font::Parent, "600 12px "),
    (Font::Small, "400 11px "),
];

impl Font {
    /// Its weight as in CSS, and its size in pixels.
    pub fn weight_and_size(self) -> (u16, u16) {
        match self {
            Self::Body => (400, 12),
            Self::Name => (500, 12),
            Self::Parent => (600, 12),
            Self::Small => (400, 11),
        }
    }
}

/// What does not fit ends in this.
const ELLIPSIS: char = '…';
/// Longer texts are cut here whatever the width, so that a text of megabytes without visible characters ends.
const LONGEST: usize = 1_000;
/// Characters outside ASCII remembered per font.
const REMEMBERED: usize = 4_096;

#[derive(Debug, Clone)]
struct Advances {
    ascii: [f32; 128],
    others: HashMap<char, f32>,
}

/// Widths of characters in the fonts of the page.
#[derive(Debug, Default)]
pub struct Measure {
    family: String,
    css: Vec<String>,
    fonts: Vec<Advances>,
    measured: u32,
}

impl Measure {
    /// Forgets everything when the page's fonts are others.
    pub fn set_family(&mut self, family: &str) {
        if self.family == family && !self.css.is_empty() {
            return;
        }
        family.clone_into(&mut self.family);
        self.css = FONTS
            .iter()
            .map(|(_, font)| format!("{font}{family}"))
            .collect();
        self.fonts = FONTS
            .iter()
            .map(|_| Advances {
                ascii: [f32::NAN; 128],
                others: HashMap::new(),
            })
            .collect();
    }

    /// The font as CSS.
    pub fn css(&self, font: Font) -> &str {
        self.css
            .get(font as usize)
            .map_or("12px sans-serif", String::as_str)
    }

    /// How often a canvas had to measure, which leaves it with another font.
    pub fn measured(&self) -> u32 {
        self.measured
    }

    /// Width of a text in CSS pixels.
    pub fn width(&mut self, context: &CanvasRenderingContext2d, font: Font, text: &str) -> f64 {
        text.chars()
            .take(LONGEST)
            .map(|character| f64::from(self.advance(context, font, character)))
            .sum()
    }

    /// The text, or as much of it as fits before an ellipsis; empty when not even that has room. With its width.
    pub fn fit(
        &mut self,
        context: &CanvasRenderingContext2d,
        font: Font,
        text: &str,
        room: f64,
    ) -> (String, f64) {
        let mark = f64::from(self.advance(context, font, ELLIPSIS));
        let mut width = 0.0;
        let mut cut = (0, 0.0);
        for (count, (at, character)) in text.char_indices().enumerate() {
            let advance = f64::from(self.advance(context, font, character));
            if width + advance > room || count == LONGEST {
                if room < mark {
                    return (String::new(), 0.0);
                }
                let (end, width) = cut;
                let kept = text.get(..end).unwrap_or("").trim_end();
                return (format!("{kept}{ELLIPSIS}"), width + mark);
            }
            width += advance;
            if width + mark <= room {
                cut = (at + character.len_utf8(), width);
            }
        }
        (text.to_owned(), width)
    }

    fn advance(&mut self, context: &CanvasRenderingContext2d, font: Font, character: char) -> f32 {
        let Some(advances) = self.fonts.get_mut(font as usize) else {
            return 0.0;
        };
        let known = match advances.ascii.get(character as usize) {
            Some(advance) if advance.is_nan() => None,
            Some(advance) => Some(*advance),
            None => advances.others.get(&character).copied(),
        };
        if let Some(advance) = known {
            return advance;
        }
        let mut bytes = [0; 4];
        self.measured = self.measured.wrapping_add(1);
        context.set_font(&self.css[font as usize]);
        let advance = context
            .measure_text(character.encode_utf8(&mut bytes))
            .map_or(0.0, |metrics| metrics.width()) as f32;
        if let Some(slot) = advances.ascii.get_mut(character as usize) {
            *slot = advance;
        } else {
            if advances.others.len() >= REMEMBERED {
                advances.others.clear();
            }
            advances.others.insert(character, advance);
        }
        advance
    }
}
