//! Where everything stands: columns, header, bars, the time axis (design section 7). Pure arithmetic in CSS pixels.
//!
//! ```text
//! | 12 name ...........| service | duration | errors |12| ---- bars ---- |12|
//! 0                                                 tree = axis.left         width
//! ```

use crate::scene::scale::{Scale, Window};

/// Height of a row.
pub const ROW: f64 = 24.0;
/// Height of the header with the ruler.
pub const HEADER: f64 = 24.0;
/// Right of the tree's columns, and of the bars: there the thumb stands.
pub const PAD: f64 = 12.0;
/// Indent per level.
pub const INDENT: f64 = 14.0;
/// Left edge of the first chevron.
pub const FIRST: f64 = 12.0;
/// Side of a chevron.
pub const CHEVRON: f64 = 12.0;
/// Between chevron and name.
pub const GAP: f64 = 5.0;
/// Deeper rows are not indented farther, their depth is written.
pub const DEEPEST: u32 = 12;
/// Stages narrower than this show only the mark of a service.
pub const NARROW: f64 = 900.0;
/// Of runs of agents stages narrower than this show only the marks of agents, which stand by name in the tree, and no tokens.
pub const TELLING: f64 = 1000.0;
/// Stages narrower than this show only the marks of models, too.
pub const MODELS: f64 = 820.0;
/// Width of a column of marks.
pub const MARKS: f64 = 20.0;
/// No bar is narrower.
pub const THINNEST: f64 = 2.0;

/// A column of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Name, with indent and chevron.
    Name,
    /// Agent in a run of agents, else service.
    Service,
    /// Duration.
    Duration,
    /// Errors of the span, or of the spans hidden below it.
    Errors,
    /// Model of a call; with the next two only where the run has any and the stage is wide.
    Model,
    /// Tokens of the span and what is below it.
    Tokens,
    /// Cost of the span and what is below it.
    Cost,
}

impl Column {
    /// All, from left to right.
    pub const ALL: [Self; COLUMNS] = [
        Self::Name,
        Self::Service,
        Self::Model,
        Self::Tokens,
        Self::Cost,
        Self::Duration,
        Self::Errors,
    ];

    /// What the head says.
    pub fn title(self) -> &'static str {
        match self {
            Self::Name => "Span",
            Self::Service => "Service",
            Self::Duration => "Duration",
            Self::Errors => "Errors",
            Self::Model => "Model",
            Self::Tokens => "Tokens",
            Self::Cost => "Cost",
        }
    }

    /// What its splitter says.
    pub fn width_label(self) -> &'static str {
        match self {
            Self::Name => "Width of the names",
            Self::Service => "Width of the services",
            Self::Duration => "Width of the durations",
            Self::Errors => "Width of the errors",
            Self::Model => "Width of the models",
            Self::Tokens => "Width of the tokens",
            Self::Cost => "Width of the costs",
        }
    }

    /// Standard width on a wide and on a narrow stage, and where an agent run is told of, which takes room: there errors stand
    /// beside the name.
    fn standard(self, stage: f64, told: bool) -> f64 {
        let narrow = stage < if told { TELLING } else { NARROW };
        if told {
            return match (self, narrow) {
                (Self::Name, false) => 232.0,
                (Self::Name, true) => 212.0,
                (Self::Service | Self::Model, false) => 104.0,
                (Self::Model, true) if stage >= MODELS => 98.0,
                (Self::Service | Self::Model, true) => MARKS,
                (Self::Tokens, false) => 52.0,
                (Self::Cost, _) => 66.0,
                (Self::Duration, _) => 62.0,
                (Self::Tokens, true) | (Self::Errors, _) => 0.0,
            };
        }
        match (self, narrow) {
            (Self::Name, false) => 286.0,
            (Self::Name, true) => 216.0,
            (Self::Service, false) => 122.0,
            (Self::Service, true) => 20.0,
            (Self::Duration, _) => 68.0,
            (Self::Errors, _) => 52.0,
            (Self::Model | Self::Tokens | Self::Cost, _) => 0.0,
        }
    }

    /// Whether it stands only where an agent run is told of.
    fn tells(self) -> bool {
        matches!(self, Self::Model | Self::Tokens | Self::Cost)
    }

    /// Least and greatest width on a stage of this width.
    pub fn limits(self, stage: f64) -> (f64, f64) {
        match self {
            Self::Name => (120.0, (stage * 0.6).max(120.0)),
            Self::Service | Self::Model => (MARKS, 320.0),
            Self::Duration => (56.0, 160.0),
            Self::Errors => (44.0, 120.0),
            Self::Tokens | Self::Cost => (48.0, 160.0),
        }
    }
}

/// How many columns there are.
pub const COLUMNS: usize = 7;

/// Widths of the columns, by their number; zero for one that is not shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Columns {
    widths: [f64; COLUMNS],
    told: bool,
}

impl Columns {
    /// Widths for a stage: what a person chose (missing or not finite: standard), kept within limits. `told` says that the
    /// run is one of agents.
    pub fn new(stage: f64, chosen: [Option<f64>; COLUMNS], told: bool) -> Self {
        let mut widths = [0.0; COLUMNS];
        for column in Column::ALL {
            let standard = column.standard(stage, told);
            if standard <= 0.0 {
                continue;
            }
            let (least, greatest) = column.limits(stage);
            widths[column as usize] = chosen[column as usize]
                .filter(|width| width.is_finite())
                .unwrap_or(standard)
                .clamp(least, greatest);
        }
        Self { widths, told }
    }

    /// Whether the run is one of agents.
    pub fn told(&self) -> bool {
        self.told
    }

    /// Whether a run has one, shown or not.
    pub fn has(&self, column: Column) -> bool {
        self.told || !column.tells()
    }

    /// Whether one is shown.
    pub fn shows(&self, column: Column) -> bool {
        self.width(column) > 0.0
    }

    /// Width of one.
    pub fn width(&self, column: Column) -> f64 {
        self.widths[column as usize]
    }

    /// Left and right edge of one.
    pub fn edges(&self, column: Column) -> (f64, f64) {
        let before = Column::ALL.into_iter().take_while(|other| *other != column);
        let left: f64 = before.map(|column| self.width(column)).sum();
        (left, left + self.width(column))
    }

    /// Right edge of the tree.
    pub fn tree(&self) -> f64 {
        self.widths.iter().sum::<f64>() + PAD
    }
}

/// Left and right edge of the count of folded spans: at the end of the name.
pub fn badge(columns: &Columns) -> (f64, f64) {
    let right = columns.edges(Column::Name).1 - 8.0;
    (right - 24.0, right)
}

/// Left edge of the chevron of a row at this depth.
pub fn chevron_left(depth: u32) -> f64 {
    FIRST + INDENT * f64::from(depth.min(DEEPEST))
}

/// Where time stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// Time over pixels from `left` on.
    pub scale: Scale,
    /// Pixel of the window's start.
    pub left: f64,
}

impl Axis {
    /// An axis for a window.
    pub fn new(window: Window, left: f64, width: f64) -> Self {
        Self {
            scale: Scale::new(window, width),
            left,
        }
    }

    /// Visible time, offsets from the start of the trace in nanoseconds.
    pub fn window(&self) -> Window {
        self.scale.window()
    }

    /// Right end in pixels.
    pub fn right(&self) -> f64 {
        self.left + self.scale.width()
    }

    /// Pixel of a time.
    pub fn x(&self, time: i64) -> f64 {
        self.left + self.scale.px(time)
    }

    /// Time at a pixel.
    pub fn time(&self, x: f64) -> i64 {
        self.scale.time(x - self.left)
    }
}

/// Where a bar stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// It ends before the window.
    Before,
    /// It starts after the window.
    After,
    /// In the window, at least in part.
    Inside {
        /// Left edge, cut at the area's.
        left: f64,
        /// Right edge, cut at the area's.
        right: f64,
        /// The true start is visible.
        starts: bool,
        /// The true end is visible.
        ends: bool,
    },
}

/// Where the bar of `(start, end)` stands in the area between the two pixels.
pub fn place(axis: &Axis, (start, end): (i64, i64), area: (f64, f64)) -> Place {
    if end < axis.window().0 {
        return Place::Before;
    }
    if start > axis.window().1 {
        return Place::After;
    }
    let (left, right) = (axis.x(start), axis.x(end));
    let right = right.max(left + THINNEST);
    Place::Inside {
        left: left.max(area.0),
        right: right.min(area.1).max(left.max(area.0) + 1.0),
        starts: left >= area.0,
        ends: right <= area.1,
    }
}

/// Where the label of a bar stands: its left edge, or nowhere. Right of the bar, else left of it.
pub fn label_left(bar: (f64, f64), width: f64, area: (f64, f64)) -> Option<f64> {
    let distance = 6.0;
    if bar.1 + distance + width <= area.1 {
        return Some(bar.1 + distance);
    }
    let left = bar.0 - distance - width;
    (left >= area.0).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_within_their_limits() {
        let mut chosen = [None; COLUMNS];
        chosen[..3].copy_from_slice(&[Some(10_000.0), Some(f64::NAN), Some(-5.0)]);
        let columns = Columns::new(1000.0, chosen, false);
        assert!((columns.width(Column::Name) - 600.0).abs() < 1e-9);
        assert!((columns.width(Column::Service) - 122.0).abs() < 1e-9);
        assert!((columns.width(Column::Duration) - 56.0).abs() < 1e-9);
        assert!((columns.edges(Column::Duration).0 - 722.0).abs() < 1e-9);
    }

    #[test]
    fn models_tokens_and_costs_stand_where_there_are_any_and_room() {
        let columns = |stage, told| Columns::new(stage, [None; COLUMNS], told);
        let shown = |stage, told, column| columns(stage, told).shows(column);
        assert!(shown(1000.0, true, Column::Tokens) && !shown(999.0, true, Column::Tokens));
        assert!(shown(999.0, true, Column::Cost) && !shown(1400.0, false, Column::Cost));
        assert!(shown(1400.0, false, Column::Errors) && !shown(1400.0, true, Column::Errors));
        assert!((columns(999.0, true).width(Column::Model) - 98.0).abs() < 1e-9);
        assert!((columns(819.0, true).width(Column::Model) - MARKS).abs() < 1e-9);
        let wide = columns(1400.0, true);
        assert!((wide.edges(Column::Model).0 - 336.0).abs() < 1e-9);
        assert!((wide.tree() - 632.0).abs() < 1e-9);
    }

    #[test]
    fn a_bar_is_never_thinner_than_two_pixels() {
        let axis = Axis::new((0, 1_000_000), 0.0, 100.0);
        let Place::Inside {
            left,
            right,
            starts,
            ends,
        } = place(&axis, (500_000, 500_001), (0.0, 112.0))
        else {
            panic!("it is in the window");
        };
        assert!(starts && ends);
        assert!((right - left - THINNEST).abs() < 1e-9);
    }

    #[test]
    fn a_bar_outside_the_window_says_on_which_side() {
        let axis = Axis::new((100, 200), 0.0, 100.0);
        assert_eq!(place(&axis, (0, 99), (0.0, 100.0)), Place::Before);
        assert_eq!(place(&axis, (201, 300), (0.0, 100.0)), Place::After);
        assert!(matches!(
            place(&axis, (0, 300), (0.0, 100.0)),
            Place::Inside {
                starts: false,
                ends: false,
                ..
            }
        ));
    }

    #[test]
    fn labels_stand_right_then_left_then_nowhere() {
        assert_eq!(label_left((10.0, 20.0), 30.0, (0.0, 100.0)), Some(26.0));
        assert_eq!(label_left((60.0, 90.0), 30.0, (0.0, 100.0)), Some(24.0));
        assert_eq!(label_left((10.0, 90.0), 30.0, (0.0, 100.0)), None);
    }
}
