//! What a link restores, as the fragment of the page's address.
//!
//! ```text
//! #file=claims.json!98800000!0123456789abcdef&view=waterfall&trace=4bf9…&span=00f0…&time=1200..98000&find=timeout
//! ```
//!
//! One function writes it and one reads it. Reading never fails: what it does not understand it leaves out, so that a link
//! of a later version still opens. Parts that have their usual value are not written. A value is percent-encoded where it
//! holds anything but unreserved characters and a few that read well; the parts of a `file` are joined by `!`, which is
//! encoded inside a part.

mod stats;

pub use stats::StatsPlace;

use super::protocol::RunsSort;
use crate::analysis::levels::Level;
use crate::scene::routing::MEASURES;
use std::fmt::Write as _;

/// What the page shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// The table of runs.
    #[default]
    Runs,
    /// One run as a waterfall.
    Waterfall,
    /// The import report.
    Report,
    /// What it cost: a run, or all that pass the filter.
    Cost,
    /// Which agents asked which models, of the same.
    Routing,
    /// Who called whom, of the same.
    Agents,
    /// Counts and times of everything that has a name, of the same.
    Statistics,
}

/// Where a source of the document came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressSource {
    /// A local file, which a link cannot carry: it is asked for, and recognised by its fingerprint.
    File {
        /// Its name.
        name: String,
        /// Bytes as given.
        size: u64,
        /// As in [`super::protocol::SourceSummary::fingerprint`]; empty when unknown.
        fingerprint: String,
    },
    /// Fetched from this address, absolute or relative to the page.
    Url(String),
    /// One of the samples that come with the page, by its file name.
    Sample(String),
}

/// The word for spans that the filter lets pass.
const ONLY_MATCHES: &str = "matches";

/// What a link restores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Sources of the document in order; empty when nothing is open.
    pub sources: Vec<AddressSource>,
    /// What is shown.
    pub view: View,
    /// Trace id as written, of the open or selected run.
    pub trace: Option<String>,
    /// Span id as written, of the selected span.
    pub span: Option<String>,
    /// Visible time as offsets from the start of the trace in nanoseconds; `None` for all of it.
    pub window: Option<(i64, i64)>,
    /// Which spans of the run are shown; `None` leaves it to who opens the link.
    pub level: Option<Level>,
    /// Only spans that the filter lets pass are shown. False leaves it to who opens the link.
    pub only_matches: bool,
    /// Filter of the runs table; empty for none.
    pub filter: String,
    /// Search; empty for none.
    pub search: String,
    /// By which column runs are sorted.
    pub sort: RunsSort,
    /// By which column the runs table is grouped.
    pub group: Option<RunsSort>,
    /// From the largest.
    pub descending: bool,
    /// Of the routing view: rows are tasks; the measure, as an index of [`MEASURES`].
    pub route: (bool, u8),
    /// Of the view of agents: the steps of the run in order of time.
    pub steps: bool,
    /// Of the view of statistics.
    pub stats: StatsPlace,
}

impl Default for Address {
    /// Nothing open, the latest run first.
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            view: View::default(),
            trace: None,
            span: None,
            window: None,
            level: None,
            only_matches: false,
            filter: String::new(),
            search: String::new(),
            sort: RunsSort::Start,
            group: None,
            descending: true,
            route: (false, 0),
            steps: false,
            stats: StatsPlace::default(),
        }
    }
}

impl View {
    fn as_str(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Waterfall => "waterfall",
            Self::Report => "report",
            Self::Cost => "cost",
            Self::Routing => "routing",
            Self::Agents => "agents",
            Self::Statistics => "statistics",
        }
    }
}

/// The columns by name.
const SORTS: [(RunsSort, &str); 18] = [
    (RunsSort::Start, "start"),
    (RunsSort::Name, "name"),
    (RunsSort::Service, "service"),
    (RunsSort::Spans, "spans"),
    (RunsSort::Errors, "errors"),
    (RunsSort::Duration, "duration"),
    (RunsSort::Orphans, "orphans"),
    (RunsSort::Agents, "agents"),
    (RunsSort::LlmCalls, "llm_calls"),
    (RunsSort::ToolCalls, "tool_calls"),
    (RunsSort::Input, "input_tokens"),
    (RunsSort::Output, "output_tokens"),
    (RunsSort::Cached, "cached_tokens"),
    (RunsSort::Cost, "cost_usd"),
    (RunsSort::Models, "models"),
    (RunsSort::Session, "session"),
    (RunsSort::User, "user"),
    (RunsSort::Outcome, "outcome"),
];

impl Address {
    /// The address as a fragment without its `#`; empty when everything has its usual value.
    pub fn to_fragment(&self) -> String {
        let mut writer = Writer::default();
        for source in &self.sources {
            match source {
                AddressSource::File {
                    name,
                    size,
                    fingerprint,
                } => {
                    writer.begin("file");
                    writer.encode(name);
                    let _ = write!(writer.text, "!{size}!");
                    writer.encode(fingerprint);
                }
                AddressSource::Url(url) => writer.pair("url", url),
                AddressSource::Sample(name) => writer.pair("sample", name),
            }
        }
        if self.view != View::default() {
            writer.pair("view", self.view.as_str());
        }
        if let Some(trace) = &self.trace {
            writer.pair("trace", trace);
        }
        if let Some(span) = &self.span {
            writer.pair("span", span);
        }
        if let Some((start, end)) = self.window {
            writer.begin("time");
            let _ = write!(writer.text, "{start}..{end}");
        }
        if let Some(level) = self.level {
            writer.pair("level", level.as_str());
        }
        if !self.filter.is_empty() {
            writer.pair("filter", &self.filter);
        }
        if self.only_matches {
            writer.pair("only", ONLY_MATCHES);
        }
        if !self.search.is_empty() {
            writer.pair("find", &self.search);
        }
        let (tasks, measure) = self.route;
        if tasks {
            writer.pair("rows", "tasks");
        }
        if let Some(measure) = MEASURES.get(usize::from(measure)).filter(|_| measure > 0) {
            writer.pair("measure", &measure.to_ascii_lowercase());
        }
        if self.steps {
            writer.pair("as", "steps");
        }
        self.stats.write(&mut writer);
        if let Some(group) = self.group {
            writer.pair("group", sort_name(group));
        }
        if (self.sort, self.descending) != (RunsSort::Start, true) {
            writer.begin("sort");
            writer.text.push_str(if self.descending { "-" } else { "" });
            writer.text.push_str(sort_name(self.sort));
        }
        writer.text
    }

    /// Reads a fragment, with or without its `#`.
    pub fn from_fragment(fragment: &str) -> Self {
        let mut address = Self::default();
        for pair in fragment.trim_start_matches('#').split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            address.take(key, value);
        }
        if !address.stats.path.is_empty() {
            address.stats.path_of.clone_from(&address.trace);
        }
        address
    }

    fn take(&mut self, key: &str, value: &str) {
        match key {
            "file" => self.sources.extend(file(value)),
            "url" => self.sources.push(AddressSource::Url(decode(value))),
            "sample" => self.sources.push(AddressSource::Sample(decode(value))),
            "view" => {
                let known = [
                    View::Runs,
                    View::Waterfall,
                    View::Report,
                    View::Cost,
                    View::Routing,
                    View::Agents,
                    View::Statistics,
                ];
                let named = known.into_iter().find(|view| view.as_str() == value);
                self.view = named.unwrap_or_default();
            }
            "trace" => self.trace = Some(decode(value)).filter(|id| !id.is_empty()),
            "span" => self.span = Some(decode(value)).filter(|id| !id.is_empty()),
            "time" => self.window = window(value),
            "level" => self.level = Level::from_word(value),
            "only" => self.only_matches = value == ONLY_MATCHES,
            "filter" => self.filter = decode(value),
            "group" => self.group = sort_from_name(value),
            "find" => self.search = decode(value),
            "as" if value == "steps" => self.steps = true,
            "rows" => self.route.0 = value == "tasks",
            "measure" => {
                let is_it = |measure: &&str| measure.eq_ignore_ascii_case(value);
                let known = MEASURES.iter().position(is_it);
                self.route.1 = known.unwrap_or(0) as u8;
            }
            "sort" => {
                let name = value.strip_prefix('-');
                if let Some(sort) = sort_from_name(name.unwrap_or(value)) {
                    self.sort = sort;
                    self.descending = name.is_some();
                }
            }
            "as" | "by" | "rank" | "width" | "at" => self.stats.take(key, value),
            _ => {}
        }
    }
}

/// The name of a column, as links and the scripting interface use it.
pub fn sort_name(sort: RunsSort) -> &'static str {
    SORTS
        .iter()
        .find(|(column, _)| *column == sort)
        .map_or("start", |(_, name)| name)
}

/// The column of a name; `None` when there is no such column.
pub fn sort_from_name(name: &str) -> Option<RunsSort> {
    SORTS
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(column, _)| *column)
}

fn file(value: &str) -> Option<AddressSource> {
    let mut parts = value.split('!');
    let name = decode(parts.next()?);
    let size = parts.next()?.parse().ok()?;
    let fingerprint = parts.next().map(decode).unwrap_or_default();
    Some(AddressSource::File {
        name,
        size,
        fingerprint,
    })
}

fn window(value: &str) -> Option<(i64, i64)> {
    let (start, end) = value.split_once("..")?;
    let window: (i64, i64) = (start.parse().ok()?, end.parse().ok()?);
    (window.0 < window.1).then_some(window)
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn begin(&mut self, key: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.push_str(key);
        self.text.push('=');
    }

    fn pair(&mut self, key: &str, value: &str) {
        self.begin(key);
        self.encode(value);
    }

    fn encode(&mut self, value: &str) {
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/:@,".contains(&byte) {
                self.text.push(char::from(byte));
            } else {
                let _ = write!(self.text, "%{byte:02X}");
            }
        }
    }
}

/// Undoes the percent-encoding; what is not an escape stays as it is, and bytes that are not UTF-8 are replaced.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = (first == b'%')
            .then(|| Some((hex(*after.first()?)?, hex(*after.get(1)?)?, &after[2..])))
            .flatten();
        if let Some((high, low, behind)) = escape {
            bytes.push(high << 4 | low);
            rest = behind;
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| value.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Address {
        Address {
            sources: vec![
                AddressSource::File {
                    name: "Läufe & co!=#1 100%.json".to_owned(),
                    size: 98_800_000,
                    fingerprint: "0123456789abcdef".to_owned(),
                },
                AddressSource::Url("https://example.org/a?b=c&d=e#f".to_owned()),
                AddressSource::Sample("agents.json".to_owned()),
            ],
            view: View::Waterfall,
            trace: Some("4bf92f3577b34da6a3ce929d0e0e4736".to_owned()),
            span: Some("odd id/+ \"<b>\"".to_owned()),
            window: Some((-5, i64::MAX)),
            level: Some(Level::Steps),
            only_matches: true,
            filter: "error & retry".to_owned(),
            search: "a=b;c".to_owned(),
            sort: RunsSort::Duration,
            group: Some(RunsSort::Session),
            descending: false,
            route: (true, 3),
            steps: true,
            stats: StatsPlace::default(),
        }
    }

    #[test]
    fn everything_comes_back() {
        let address = full();
        let fragment = address.to_fragment();
        assert_eq!(Address::from_fragment(&fragment), address);
        assert_eq!(Address::from_fragment(&format!("#{fragment}")), address);
        assert!(fragment.bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(!fragment.contains(['"', '<', '#']));
    }

    #[test]
    fn a_link_can_be_read_by_a_person() {
        let address = Address {
            sources: vec![AddressSource::File {
                name: "claims.json".to_owned(),
                size: 12,
                fingerprint: "00ff".to_owned(),
            }],
            view: View::Waterfall,
            trace: Some("ab".to_owned()),
            window: Some((0, 50)),
            ..Address::default()
        };
        assert_eq!(
            address.to_fragment(),
            "file=claims.json!12!00ff&view=waterfall&trace=ab&time=0..50"
        );
        assert_eq!(Address::default().to_fragment(), "");
    }

    #[test]
    fn a_link_says_which_level_or_leaves_it_open() {
        assert_eq!(Address::from_fragment("view=waterfall").level, None);
        for level in Level::ALL {
            let address = Address {
                level: Some(level),
                ..Address::default()
            };
            assert_eq!(Address::from_fragment(&address.to_fragment()), address);
        }
    }

    #[test]
    fn every_column_has_a_name() {
        for (column, name) in SORTS {
            for descending in [false, true] {
                let address = Address {
                    sort: column,
                    descending,
                    ..Address::default()
                };
                assert_eq!(Address::from_fragment(&address.to_fragment()), address);
            }
            assert_eq!(sort_from_name(name), Some(column));
        }
        assert_eq!(sort_from_name("colour"), None);
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        for junk in [
            "",
            "#",
            "&&=&=",
            "view=pie&time=9..3&time&sort=--&file=a&file=a!b!c&trace=&span=%",
            "time=..&time=1..x&future=1",
            "level=deep&only=some",
        ] {
            let address = Address::from_fragment(junk);
            assert_eq!(
                Address {
                    span: None,
                    ..address
                },
                Address::default(),
                "{junk}"
            );
        }
        assert_eq!(
            Address::from_fragment("filter=100%&find=%zz%e4%C3%B6").search,
            "%zz\u{fffd}ö"
        );
        assert_eq!(Address::from_fragment("filter=100%").filter, "100%");
    }
}
