//! What a link restores of the view of statistics.
//!
//! ```text
//! by=agent&rank=-p95                            rows are agents, those with the largest p95 first
//! as=flame&width=cost&at=run!plan%20step!~      the flame graph by cost, inside of three frames; the last has no name
//! ```

use super::{Writer, decode};
use crate::scene::flame::WIDTHS;
use crate::scene::statistics::{BY, COLUMNS, TOTAL};

/// What is chosen in the view of statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatsPlace {
    /// The flame graph, not the table.
    pub flame: bool,
    /// What rows of the table stand for, as an index of [`BY`].
    pub by: u8,
    /// The column that rows stand in order of: 0 is the name, then [`COLUMNS`]; and whether from the smallest.
    pub sort: (u8, bool),
    /// What widths of frames stand for, as an index of [`WIDTHS`].
    pub width: u8,
    /// Names of the frames that were gone into, the outermost first; `None` has no name.
    pub path: Vec<Option<String>>,
    /// The trace that the path is in; `None` for all runs.
    pub path_of: Option<String>,
}

impl Default for StatsPlace {
    /// Operations in a table, those that took longest together first.
    fn default() -> Self {
        Self {
            flame: false,
            by: 0,
            sort: (TOTAL as u8 + 1, false),
            width: 0,
            path: Vec::new(),
            path_of: None,
        }
    }
}

/// How a part of a path is written that has no name.
const NAMELESS: &str = "~";

/// The name of a column.
fn column_name(column: u8) -> String {
    let name = usize::from(column).checked_sub(1).map(|at| COLUMNS.get(at));
    let name = name.map_or("name", |name| name.copied().unwrap_or_default());
    name.to_ascii_lowercase().replace(' ', "_")
}

impl StatsPlace {
    /// Writes what has another value than usual.
    pub(super) fn write(&self, writer: &mut Writer) {
        let usual = Self::default();
        if self.flame {
            writer.pair("as", "flame");
        }
        if let Some((by, _)) = BY.get(usize::from(self.by)).filter(|_| self.by > 0) {
            writer.pair("by", by);
        }
        if self.sort != usual.sort {
            writer.begin("rank");
            let (column, ascending) = self.sort;
            writer.text.push_str(if ascending { "" } else { "-" });
            writer.encode(&column_name(column));
        }
        if let Some((_, width)) = WIDTHS
            .get(usize::from(self.width))
            .filter(|_| self.width > 0)
        {
            writer.pair("width", &width.to_ascii_lowercase());
        }
        for (at, name) in self.path.iter().enumerate() {
            if at == 0 {
                writer.begin("at");
            } else {
                writer.text.push('!');
            }
            match name.as_deref() {
                None => writer.text.push_str(NAMELESS),
                Some(NAMELESS) => writer.text.push_str("%7E"),
                Some(name) => writer.encode(name),
            }
        }
    }

    /// Reads one part; what is not understood changes nothing.
    pub(super) fn take(&mut self, key: &str, value: &str) {
        let known = |names: &[&str]| {
            let is_it = |name: &&str| name.eq_ignore_ascii_case(value);
            names.iter().position(is_it).map(|at| at as u8)
        };
        match key {
            "as" => self.flame = value == "flame",
            "by" => {
                self.by = known(&BY.map(|(name, _)| name)).unwrap_or(self.by);
            }
            "width" => {
                self.width = known(&WIDTHS.map(|(_, name)| name)).unwrap_or(self.width);
            }
            "rank" => {
                let name = value.strip_prefix('-');
                let wanted = name.unwrap_or(value);
                let column = (0..=COLUMNS.len() as u8).find(|&at| column_name(at) == wanted);
                if let Some(column) = column {
                    self.sort = (column, name.is_none());
                }
            }
            "at" => {
                let name = |part: &str| (part != NAMELESS).then(|| decode(part));
                self.path = value.split('!').map(name).collect();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Address, View};
    use super::*;

    fn round(stats: StatsPlace) -> String {
        let address = Address {
            view: View::Statistics,
            trace: stats.path_of.clone(),
            stats,
            ..Address::default()
        };
        let fragment = address.to_fragment();
        assert_eq!(Address::from_fragment(&fragment), address, "{fragment}");
        fragment
    }

    #[test]
    fn every_choice_comes_back() {
        assert_eq!(round(StatsPlace::default()), "view=statistics");
        for by in 0..BY.len() as u8 {
            for column in 0..=COLUMNS.len() as u8 {
                for ascending in [false, true] {
                    round(StatsPlace {
                        by,
                        sort: (column, ascending),
                        ..StatsPlace::default()
                    });
                }
            }
        }
        for width in 0..WIDTHS.len() as u8 {
            round(StatsPlace {
                flame: true,
                width,
                ..StatsPlace::default()
            });
        }
    }

    #[test]
    fn a_path_comes_back_whatever_the_names() {
        let names = ["plan", "~", "", "a!b", "100%", "Läufe & co=#"];
        let mut path: Vec<_> = names.iter().map(|&name| Some(name.to_owned())).collect();
        path.insert(1, None);
        let fragment = round(StatsPlace {
            flame: true,
            path: path.clone(),
            path_of: Some("ab".to_owned()),
            ..StatsPlace::default()
        });
        assert!(
            fragment.contains("&as=flame&at=plan!~!%7E!!a%21b!100%25!"),
            "{fragment}"
        );
        round(StatsPlace {
            flame: true,
            path,
            ..StatsPlace::default()
        });
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        for junk in ["by=colour", "rank=-", "rank=size", "width=9", "as=pie"] {
            assert_eq!(Address::from_fragment(junk), Address::default(), "{junk}");
        }
    }
}
