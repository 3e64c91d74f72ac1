//! The last scene, made ready to be painted under any scroll position and window.

use super::geometry::ROW;
use super::scroll::Scroll;
use crate::model::{OperationKind, PicoUsd, SpanFlags, SpanRow, StatusCode};
use crate::scene::format;
use crate::scene::members::kind_member;
use crate::scene::waterfall::told::{Again, Role, Told};
use crate::scene::waterfall::{ColourBy, Crossed, Line, Waterfall};
use std::collections::HashMap;

/// At most this many ancestors stay pinned.
const MOST_PINS: usize = 6;

/// A scene with the texts of its lines.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The scene as it came.
    pub scene: Waterfall,
    texts: HashMap<SpanRow, Texts>,
    services: HashMap<u16, String>,
    nothing: Texts,
}

/// Texts of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// In the tree; a placeholder says what is missing.
    pub name: String,
    /// After it: the skill that is loaded, or who is given the task; empty for most.
    pub to: String,
    /// What a tool was called with; empty until it is known, see [`super::previews`].
    pub preview: String,
    /// Duration; `-` when unknown.
    pub duration: String,
    /// Beside the bar: duration, and the type of the error.
    pub label: String,
    /// Offset of the start.
    pub start: String,
    /// Tokens with those below; `-` when unknown, empty where nothing used any.
    pub tokens: String,
    /// Cost with that below; `-` when unknown, empty where nothing was called.
    pub cost: String,
}

impl Sheet {
    /// Makes a scene ready.
    pub fn new(scene: Waterfall) -> Self {
        let texts = scene
            .lines
            .iter()
            .chain(&scene.pinned)
            .map(|line| (line.row, texts(line)))
            .collect();
        let services = scene
            .services
            .iter()
            .map(|(index, name, _)| (*index, name.clone()))
            .collect();
        Self {
            scene,
            texts,
            services,
            nothing: Texts::default(),
        }
    }

    /// First line at hand, and the one after the last.
    pub fn lines(&self) -> (u32, u32) {
        let first = self.scene.first_line;
        (first, first.saturating_add(self.scene.lines.len() as u32))
    }

    /// The line with this number, when it is at hand.
    pub fn line(&self, number: u32) -> Option<&Line> {
        let index = number.checked_sub(self.scene.first_line)?;
        self.scene.lines.get(index as usize)
    }

    /// The line of a span, when it is at hand.
    pub fn line_of(&self, row: SpanRow) -> Option<&Line> {
        self.scene.lines.iter().find(|line| line.row == row)
    }

    /// The texts of a line.
    pub fn texts(&self, line: &Line) -> &Texts {
        self.texts.get(&line.row).unwrap_or(&self.nothing)
    }

    /// Writes what tools were called with, where that is known.
    pub fn set_previews<'a>(&mut self, known: impl Fn(&Line) -> Option<&'a String>) {
        for line in &self.scene.lines {
            if let (Some(preview), Some(texts)) = (known(line), self.texts.get_mut(&line.row)) {
                texts.preview.clone_from(preview);
            }
        }
    }

    /// Name of a service; empty when the span has none.
    pub fn service(&self, index: Option<u16>) -> &str {
        index
            .and_then(|index| self.services.get(&index))
            .map_or("", String::as_str)
    }

    /// Ancestors of a line, outermost first; those that are neither at hand nor pinned are left out.
    pub fn ancestors(&self, number: u32) -> Vec<&Line> {
        let Some(line) = self.line(number) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut depth = line.depth;
        let above = (number - self.scene.first_line) as usize;
        let loaded = self
            .scene
            .lines
            .get(..above)
            .unwrap_or_default()
            .iter()
            .rev();
        for candidate in loaded.chain(self.scene.pinned.iter().rev()) {
            if depth == 0 {
                break;
            }
            if candidate.depth < depth {
                depth = candidate.depth;
                found.push(candidate);
            }
        }
        found.reverse();
        found
    }

    /// Ancestors of what is on screen that would be scrolled away, outermost first: they stay at the top.
    pub fn pins(&self, scroll: &Scroll) -> Vec<&Line> {
        let most = ((scroll.height / ROW / 3.0) as usize).min(MOST_PINS);
        let mut pins = Vec::new();
        for count in 0..most {
            let covered = count as f64 * ROW;
            let number = scroll.line_at(covered);
            let mut chain = self.ancestors(number);
            // An open parent that is half covered stays too.
            if let Some(line) = self.line(number)
                && line.expanded
                && scroll.y(number) < covered
            {
                chain.push(line);
            }
            if chain.len() <= count {
                break;
            }
            let spare = chain.len().saturating_sub(most);
            pins = chain.split_off(spare);
            pins.truncate(count + 1);
        }
        // Deeper than there is room for: the nearest ancestors say more than the farthest.
        if pins.len() == most && most > 0 {
            let chain = self.ancestors(scroll.line_at(most as f64 * ROW));
            if chain.len() > most {
                pins = chain[chain.len() - most..].to_vec();
            }
        }
        pins
    }
}

/// Which member of what colours stand for a line is.
pub fn member(line: &Line, by: ColourBy) -> Option<u16> {
    match by {
        ColourBy::Kind => Some(kind_member(line.told.operation)),
        ColourBy::Agent => line.told.agent_member,
        ColourBy::Model => line.told.model_member,
        ColourBy::Service => line.service,
        ColourBy::Status => Some(u16::from(line.status == StatusCode::Error)),
    }
}

/// How a line repeats the call that another tells of; `None` when it does not.
pub fn again(line: &Line) -> Option<&'static str> {
    match line.told.again {
        Again::No => None,
        Again::Wrapper => Some("wrapper"),
        Again::Twin => Some("twin"),
    }
}

/// Whether tokens and cost are written beside a line: where they are its own, where it hides what used them, and where they
/// sum up an agent or a run. Elsewhere they would only repeat the lines below.
fn sums_up(line: &Line) -> bool {
    let of_many = matches!(
        line.told.operation,
        OperationKind::Agent | OperationKind::Workflow
    );
    !line.expanded || line.told.owns || of_many || line.depth == 0
}

/// What the tree says as the name of a line.
pub fn name(line: &Line) -> String {
    let is_head = line.flags.contains(SpanFlags::STITCHED);
    if line.flags.contains(SpanFlags::PLACEHOLDER) && !is_head {
        format!("missing parent {}", line.name)
    } else if !line.told.title.is_empty() {
        line.told.title.clone()
    } else if line.name.is_empty() {
        "(no name)".to_owned()
    } else {
        line.name.clone()
    }
}

/// What stands after the name of a line: the skill, or an arrow and the agent, where the name does not say it.
fn to(line: &Line) -> String {
    let told = &line.told;
    let is_said = told.to.is_empty() || name(line).contains(&told.to);
    match told.role {
        Some(Role::Enqueue) => "into a queue".to_owned(),
        Some(Role::Dequeue) => "from a queue".to_owned(),
        _ if is_said => String::new(),
        Some(Role::SkillLoad) => told.to.clone(),
        Some(Role::Handoff | Role::Delegation) => format!("\u{2192} {}", told.to),
        _ => String::new(),
    }
}

/// What a line does beside its kind, in words; `None` for most.
pub fn role(line: &Line) -> Option<String> {
    let told = &line.told;
    let (does, nobody) = match told.role? {
        Role::Agent => return None,
        Role::Handoff => ("hands over to", "hands over"),
        Role::Delegation => ("delegates to", "delegates"),
        Role::Enqueue => ("", "puts a message into a queue"),
        Role::Dequeue => ("", "takes a message out of a queue"),
        Role::SkillLoad => ("loads the skill", "loads a skill"),
    };
    Some(if told.to.is_empty() || does.is_empty() {
        nobody.to_owned()
    } else {
        format!("{does} {}", told.to)
    })
}

/// That a line is the call with which the run cost more than it may, or hides it; `None` for any other.
pub fn crossed(sheet: &Sheet, line: &Line) -> Option<String> {
    let who = match line.crossed {
        Crossed::No => return None,
        Crossed::Here => "",
        Crossed::Below => "a call below ",
    };
    let (_, budget) = sheet.scene.crossed?;
    Some(format!(
        "{who}crossed the budget of {}",
        format::cost(PicoUsd(budget))
    ))
}

/// Duration of a line; `None` when unknown or when there is no span.
pub fn duration(line: &Line) -> Option<i64> {
    let unknown = [
        SpanFlags::PLACEHOLDER,
        SpanFlags::RUNNING,
        SpanFlags::ENDS_BEFORE_START,
        SpanFlags::NO_START,
    ]
    .iter()
    .any(|flag| line.flags.contains(*flag));
    (!unknown).then(|| line.end.saturating_sub(line.start))
}

fn tokens(told: &Told) -> String {
    if told.tokens.is_none() && told.tokens_complete {
        return String::new();
    }
    format::at_least(told.tokens.map(format::count_short), told.tokens_complete)
}

fn cost(told: &Told) -> String {
    if told.cost.is_none() && told.cost_complete {
        return String::new();
    }
    let amount = told.cost.map(|amount| format::cost(PicoUsd(amount)));
    format::at_least(amount, told.cost_complete)
}

fn texts(line: &Line) -> Texts {
    let duration = duration(line).map_or_else(|| "-".to_owned(), format::duration);
    let mut label = if line.flags.contains(SpanFlags::RUNNING) {
        "running".to_owned()
    } else if line.flags.contains(SpanFlags::ENDS_BEFORE_START) {
        "ends before it starts".to_owned()
    } else if line.flags.contains(SpanFlags::NO_START) {
        "no start".to_owned()
    } else if line.flags.contains(SpanFlags::PLACEHOLDER) {
        String::new()
    } else {
        duration.clone()
    };
    if line.status == StatusCode::Error && !line.error.is_empty() {
        label.push(' ');
        label.push_str(&line.error);
    }
    let sums = sums_up(line);
    Texts {
        name: name(line),
        to: to(line),
        preview: String::new(),
        duration,
        label,
        start: format::duration(line.start),
        tokens: if sums {
            tokens(&line.told)
        } else {
            String::new()
        },
        cost: if sums {
            cost(&line.told)
        } else {
            String::new()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines by depth, from line `first` on.
    fn sheet(first: u32, pinned: &[u32], depths: &[u32]) -> Sheet {
        let line = |index: usize, depth: u32| Line {
            row: SpanRow(first + index as u32),
            line: first + index as u32,
            depth,
            expanded: depths.get(index + 1).is_some_and(|next| *next > depth),
            ..Line::default()
        };
        Sheet::new(Waterfall {
            first_line: first,
            total_lines: first + depths.len() as u32,
            lines: depths
                .iter()
                .enumerate()
                .map(|(index, depth)| line(index, *depth))
                .collect(),
            pinned: pinned
                .iter()
                .map(|depth| Line {
                    row: SpanRow(1_000 + depth),
                    depth: *depth,
                    ..Line::default()
                })
                .collect(),
            ..Waterfall::default()
        })
    }

    fn depths(lines: &[&Line]) -> Vec<u32> {
        lines.iter().map(|line| line.depth).collect()
    }

    #[test]
    fn ancestors_come_from_the_lines_and_then_from_the_pinned() {
        let sheet = sheet(50, &[0, 1], &[2, 3, 3, 2, 3]);
        assert_eq!(depths(&sheet.ancestors(54)), [0, 1, 2]);
        assert_eq!(sheet.ancestors(54)[2].line, 53);
        assert_eq!(depths(&sheet.ancestors(50)), [0, 1]);
        assert!(sheet.ancestors(99).is_empty());
    }

    #[test]
    fn scrolled_away_parents_stay_pinned() {
        let sheet = sheet(0, &[], &[0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
        let mut scroll = Scroll {
            top: 0.0,
            total: 12,
            height: 240.0,
        };
        assert!(sheet.pins(&scroll).is_empty());
        scroll.top = 60.0;
        assert_eq!(depths(&sheet.pins(&scroll)), [0, 1]);
    }

    #[test]
    fn nothing_is_pinned_over_the_next_root() {
        let sheet = sheet(0, &[], &[0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        let scroll = Scroll {
            top: 48.0,
            total: 12,
            height: 240.0,
        };
        assert!(sheet.pins(&scroll).is_empty());
    }

    #[test]
    fn sums_stand_where_they_say_something_new() {
        let mut line = Line {
            depth: 1,
            expanded: true,
            ..Line::default()
        };
        line.told.tokens = Some(1200);
        line.told.tokens_complete = true;
        let text = |line: &Line| texts(line).tokens;
        assert_eq!(text(&line), "", "the lines below say it");
        line.told.owns = true;
        assert_eq!(text(&line), "1,200");
        line.told.owns = false;
        line.told.operation = OperationKind::Agent;
        assert_eq!(text(&line), "1,200");
        line.told.operation = OperationKind::Tool;
        line.expanded = false;
        assert_eq!(text(&line), "1,200", "the lines below are hidden");
    }

    #[test]
    fn a_line_says_whom_it_hands_over_to_and_which_skill_it_loads() {
        let mut line = Line {
            name: "task".to_owned(),
            ..Line::default()
        };
        assert_eq!(role(&line), None);
        line.told.role = Some(Role::Delegation);
        assert_eq!(
            (texts(&line).to.as_str(), role(&line).unwrap()),
            ("", "delegates".to_owned())
        );
        line.told.to = "critic".to_owned();
        assert_eq!(texts(&line).to, "\u{2192} critic");
        assert_eq!(role(&line).unwrap(), "delegates to critic");
        line.name = "transfer_to_critic".to_owned();
        assert_eq!(texts(&line).to, "", "the name says it");
        line.name = "read_file".to_owned();
        line.told.role = Some(Role::SkillLoad);
        line.told.to = "triage".to_owned();
        assert_eq!(texts(&line).to, "triage");
        line.told.role = Some(Role::Enqueue);
        assert_eq!(role(&line).unwrap(), "puts a message into a queue");
    }

    #[test]
    fn a_line_says_what_is_not_known() {
        let mut line = Line {
            end: 1_500,
            ..Line::default()
        };
        assert_eq!(duration(&line), Some(1_500));
        line.flags.insert(SpanFlags::RUNNING);
        assert_eq!(duration(&line), None);
        assert_eq!(texts(&line).duration, "-");
        assert_eq!(name(&line), "(no name)");
        line.flags.insert(SpanFlags::PLACEHOLDER);
        line.name = "00f0".to_owned();
        assert_eq!(name(&line), "missing parent 00f0");
    }
}
