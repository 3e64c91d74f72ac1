//! A picture as SVG text: what a view draws, in a file that keeps its lines and letters.
//!
//! Texts come from traces: they are escaped, and what XML has no place for becomes U+FFFD. There are no scripts, links,
//! styles or ids in it, so pictures can stand beside each other in one page. Lengths are pixels from the top left corner.

mod path;

pub use path::{Step, hatching, rounded};

use crate::model::decimal::decimal;

/// Which point of a text its position names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke<'c> {
    /// Its colour as CSS.
    pub colour: &'c str,
    /// Its thickness.
    pub thick: f64,
    /// Length of dashes and of the gaps between them; 0 for a line without gaps.
    pub dash: f64,
}

impl<'c> Stroke<'c> {
    /// A line without gaps.
    pub fn solid(colour: &'c str, thick: f64) -> Self {
        Self {
            colour,
            thick,
            dash: 0.0,
        }
    }

    /// A line of dashes as long as the gaps between them.
    pub fn dashed(colour: &'c str, thick: f64, dash: f64) -> Self {
        Self {
            colour,
            thick,
            dash,
        }
    }
}

/// A text with its looks.
#[derive(Debug, Clone, Copy)]
pub struct Lettering<'c> {
    /// Size in pixels.
    pub size: u16,
    /// Weight, as in CSS.
    pub weight: u16,
    /// Its colour as CSS.
    pub colour: &'c str,
    /// Which point its position names.
    pub anchor: Anchor,
    /// Whether a line runs through it.
    pub struck: bool,
    /// The width it had where it was laid out, which it keeps with other fonts; 0 for whatever it takes.
    pub width: f64,
}

/// A picture while it is drawn.
#[derive(Debug)]
pub struct Svg {
    text: String,
    open: Vec<&'static str>,
    opacity: f64,
}

impl Svg {
    /// An empty picture: its size, the families of its fonts as in CSS, and its title.
    pub fn new(width: f64, height: f64, family: &str, title: &str) -> Self {
        let mut svg = Self {
            text: String::new(),
            open: vec!["</svg>"],
            opacity: 1.0,
        };
        svg.text
            .push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
        svg.number("width", width);
        svg.number("height", height);
        svg.text.push_str(" viewBox=\"0 0 ");
        svg.numbers(&[width, height]);
        svg.text.push('"');
        svg.attribute("font-family", family);
        svg.text.push_str("><title>");
        escape(&mut svg.text, title);
        svg.text.push_str("</title>");
        svg
    }

    /// How much of everything that follows is seen, from 0 to 1.
    pub fn set_opacity(&mut self, opacity: f64) {
        self.opacity = opacity;
    }

    /// A filled rectangle.
    pub fn fill(&mut self, place: [f64; 4], colour: &str) {
        self.text.push_str("<rect");
        self.place(place);
        self.colour("fill", colour);
        self.text.push_str("/>");
    }

    /// The outline of a rectangle.
    pub fn outline(&mut self, place: [f64; 4], stroke: Stroke<'_>) {
        self.text.push_str("<rect");
        self.place(place);
        self.looks(None, Some(stroke));
    }

    /// A path, filled, drawn as a line, or both.
    pub fn path(&mut self, steps: &[Step], fill: Option<&str>, stroke: Option<Stroke<'_>>) {
        self.text.push_str("<path d=\"");
        for step in steps {
            match *step {
                Step::Move(x, y) => {
                    self.text.push('M');
                    self.numbers(&[x, y]);
                }
                Step::Line(x, y) => {
                    self.text.push('L');
                    self.numbers(&[x, y]);
                }
                Step::Cubic(first, second, end) => {
                    self.text.push('C');
                    self.numbers(&[first.0, first.1, second.0, second.1, end.0, end.1]);
                }
                Step::Close => self.text.push('Z'),
            }
        }
        self.text.push('"');
        self.looks(fill, stroke);
    }

    /// A circle, filled, drawn as a line, or both.
    pub fn circle(
        &mut self,
        (x, y): (f64, f64),
        radius: f64,
        fill: Option<&str>,
        stroke: Option<Stroke<'_>>,
    ) {
        self.text.push_str("<circle");
        self.number("cx", x);
        self.number("cy", y);
        self.number("r", radius);
        self.looks(fill, stroke);
    }

    /// A line of text with its baseline at a place.
    pub fn text(&mut self, text: &str, (x, y): (f64, f64), lettering: &Lettering<'_>) {
        if text.is_empty() {
            return;
        }
        self.text.push_str("<text");
        self.number("x", x);
        self.number("y", y);
        self.number("font-size", f64::from(lettering.size));
        if lettering.weight != 400 {
            self.number("font-weight", f64::from(lettering.weight));
        }
        match lettering.anchor {
            Anchor::Start => {}
            Anchor::Middle => self.attribute("text-anchor", "middle"),
            Anchor::End => self.attribute("text-anchor", "end"),
        }
        if lettering.struck {
            self.attribute("text-decoration", "line-through");
        }
        if lettering.width > 0.0 {
            self.number("textLength", lettering.width);
            self.attribute("lengthAdjust", "spacingAndGlyphs");
        }
        self.colour("fill", lettering.colour);
        self.text.push('>');
        escape(&mut self.text, text);
        self.text.push_str("</text>");
    }

    /// Begins a part of which nothing is seen outside of a rectangle; [`Self::end`] ends it.
    pub fn begin_clip(&mut self, place: [f64; 4]) {
        // A picture in the picture hides what leaves it, and needs no id as a clipping path does.
        self.text.push_str("<svg overflow=\"hidden\"");
        self.place(place);
        self.text.push_str(" viewBox=\"");
        let [left, top, width, height] = place;
        self.numbers(&[left, top, width.max(0.0), height.max(0.0)]);
        self.text.push_str("\">");
        self.open.push("</svg>");
    }

    /// Begins a part that is drawn larger by a factor, then moved; [`Self::end`] ends it.
    pub fn begin_move(&mut self, (x, y): (f64, f64), factor: f64) {
        self.text.push_str("<g transform=\"translate(");
        self.numbers(&[x, y]);
        self.text.push_str(") scale(");
        self.text.push_str(&decimal(factor, 6));
        self.text.push_str(")\">");
        self.open.push("</g>");
    }

    /// Ends the part that was begun last.
    pub fn end(&mut self) {
        if self.open.len() > 1
            && let Some(tag) = self.open.pop()
        {
            self.text.push_str(tag);
        }
    }

    /// The picture, with all its parts ended.
    pub fn finish(mut self) -> String {
        while let Some(tag) = self.open.pop() {
            self.text.push_str(tag);
        }
        self.text
    }

    fn place(&mut self, [left, top, width, height]: [f64; 4]) {
        self.number("x", left);
        self.number("y", top);
        self.number("width", width.max(0.0));
        self.number("height", height.max(0.0));
    }

    fn looks(&mut self, fill: Option<&str>, stroke: Option<Stroke<'_>>) {
        self.colour("fill", fill.unwrap_or("none"));
        if let Some(stroke) = stroke {
            self.colour("stroke", stroke.colour);
            self.number("stroke-width", stroke.thick);
            if stroke.dash > 0.0 {
                self.number("stroke-dasharray", stroke.dash);
            }
        }
        self.text.push_str("/>");
    }

    /// A colour. Programs that know no `#rrggbbaa` get its parts.
    fn colour(&mut self, name: &str, colour: &str) {
        let bytes = colour.strip_prefix('#').filter(|bytes| bytes.len() == 8);
        let alpha = bytes.and_then(|bytes| u8::from_str_radix(bytes.get(6..)?, 16).ok());
        let colour = match (colour, alpha) {
            ("transparent", _) => "none",
            (_, Some(_)) => colour.get(..7).unwrap_or(colour),
            _ => colour,
        };
        self.attribute(name, colour);
        let seen = self.opacity * alpha.map_or(1.0, |alpha| f64::from(alpha) / 255.0);
        if seen < 1.0 && colour != "none" {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("-opacity=\"");
            self.text.push_str(&decimal(seen, 3));
            self.text.push('"');
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        escape(&mut self.text, value);
        self.text.push('"');
    }

    fn number(&mut self, name: &str, value: f64) {
        self.attribute(name, &decimal(value, 2));
    }

    fn numbers(&mut self, values: &[f64]) {
        for (at, &value) in values.iter().enumerate() {
            if at > 0 {
                self.text.push(' ');
            }
            self.text.push_str(&decimal(value, 2));
        }
    }
}

/// Writes a text so that it stays text.
fn escape(into: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            // Lines end nowhere in a line of text.
            '\t' | '\n' | '\r' => into.push(' '),
            // XML 1.0 has no place for these, not even escaped.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => into.push('\u{fffd}'),
            other => into.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Lettering<'_> = Lettering {
        size: 12,
        weight: 400,
        colour: "#1b2430",
        anchor: Anchor::Start,
        struck: false,
        width: 0.0,
    };

    /// The names of elements in the order of their ends; fails on a text that is not well-formed.
    fn elements(svg: &str) -> Vec<String> {
        let (mut open, mut ended): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
        let mut rest = svg;
        while let Some(at) = rest.find('<') {
            let text = &rest[..at];
            assert!(!text.contains('>'), "{text}");
            rest = &rest[at + 1..];
            let end = rest.find('>').expect("a tag ends");
            let tag = &rest[..end];
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            assert!(!tag.contains('<'), "{tag}");
            rest = &rest[end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name));
                ended.push(name.to_owned());
            } else {
                let name = tag.split([' ', '/']).next().unwrap_or_default();
                if tag.ends_with('/') {
                    ended.push(name.to_owned());
                } else {
                    open.push(name);
                }
            }
        }
        assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest}");
        ended
    }

    #[test]
    fn every_part_is_ended_even_if_it_was_forgotten() {
        let mut svg = Svg::new(100.0, 50.0, "\"Inter\", sans-serif", "Cost");
        svg.begin_clip([0.0, 0.0, 10.0, 10.0]);
        svg.begin_move((1.0, 2.5), 2.0);
        svg.fill([0.0, 0.0, 5.0, 5.0], "#ffffff");
        svg.end();
        svg.path(
            &hatching([0.0, 0.0, 9.0, 9.0], 6.0),
            None,
            Some(Stroke::solid("#000000", 1.0)),
        );
        let text = svg.finish();
        assert_eq!(
            elements(&text),
            ["title", "rect", "g", "path", "svg", "svg"]
        );
        assert!(text.contains("font-family=\"&quot;Inter&quot;, sans-serif\""));
        assert!(text.contains("translate(1 2.5) scale(2)"));
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let hostile = "</text><script>alert('1')</script>\" onload=\"x&\u{0}\u{1b}\u{ffff}\n]]>";
        let mut svg = Svg::new(10.0, 10.0, "\"><script>", hostile);
        svg.text(hostile, (1.0, 2.0), &PLAIN);
        svg.fill([0.0; 4], "\" onclick=\"alert(1)");
        svg.end();
        svg.end();
        let text = svg.finish();
        assert_eq!(elements(&text), ["title", "text", "rect", "svg"]);
        assert!(
            !text.contains("<script") && !text.contains("\" on"),
            "{text}"
        );
        assert!(!text.contains(|character: char| character < ' '));
        assert_eq!(text.matches("&lt;script&gt;").count(), 3);
    }

    #[test]
    fn colours_and_opacity_are_what_every_program_reads() {
        let mut svg = Svg::new(1.0, 1.0, "serif", "");
        svg.fill([0.0, 0.0, 1.0, 1.0], "#11223380");
        svg.set_opacity(0.5);
        let stroke = Some(Stroke::dashed("#abcdef", 1.5, 4.0));
        svg.circle((1.0, 1.0), 3.0, None, stroke);
        let text = svg.finish();
        assert!(text.contains("fill=\"#112233\" fill-opacity=\"0.502\""));
        assert!(text.contains("fill=\"none\" stroke=\"#abcdef\" stroke-opacity=\"0.5\" stroke-width=\"1.5\" stroke-dasharray=\"4\""), "{text}");
    }
}
