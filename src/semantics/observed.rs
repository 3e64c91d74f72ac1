//! The values of one span, field by field, as they come by.

use super::dictionary::{CountField, Dictionary, JsonForm, Rows, Says, TextField};
use super::json;
use super::kind::{KindWords, is_framework};
use super::resolve::names_nothing;
use super::skill::skill_in;
use crate::model::{AttrId, CallId, OperationKind, PicoUsd};

/// Longest text of a field; a longer one is no name.
const MAX_TEXT: usize = 512;

/// No value yet: every row comes before it.
const NOTHING: u8 = u8::MAX;

/// Added to the rank of a value that is only taken when there is no other.
const GIVES_WAY: u8 = 0x40;

/// Where the text of a field stands until the span ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// In the dictionary.
    Indexed(AttrId),
    /// Copied: start and length.
    Copied(u32, u32),
}

/// The best values so far of some fields. Ranks stand apart: only they are cleared for the next span.
#[derive(Debug, Clone, Copy)]
pub(super) struct Best<V, const N: usize> {
    ranks: [u8; N],
    values: [V; N],
}

impl<V: Copy, const N: usize> Best<V, N> {
    const fn new(value: V) -> Self {
        Self {
            ranks: [NOTHING; N],
            values: [value; N],
        }
    }

    fn clear(&mut self) {
        self.ranks = [NOTHING; N];
    }

    /// Whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.ranks == [NOTHING; N]
    }

    /// The rank of a field's value, [`NOTHING`] where it has none.
    #[inline]
    pub fn rank(&self, field: usize) -> u8 {
        self.ranks.get(field).copied().unwrap_or(NOTHING)
    }

    /// The value of a field.
    #[inline]
    pub fn get(&self, field: usize) -> Option<V> {
        (self.rank(field) != NOTHING).then_some(*self.values.get(field)?)
    }

    #[inline]
    fn put(&mut self, field: usize, rank: u8, value: V) {
        if let (Some(known), Some(slot)) = (self.ranks.get_mut(field), self.values.get_mut(field)) {
            (*known, *slot) = (rank, value);
        }
    }

    fn take_away(&mut self, field: usize) {
        if let Some(rank) = self.ranks.get_mut(field) {
            *rank = NOTHING;
        }
    }
}

/// The best value so far of each field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub kind: (u8, OperationKind),
    pub texts: Best<Place, { TextField::COUNT }>,
    pub counts: Best<u64, { CountField::COUNT }>,
    pub cost: (u8, PicoUsd),
    /// Parts of a cost without a total: how many, and their sum.
    pub cost_parts: (u8, i64),
    pub response_id: (u8, Option<CallId>),
    pub tool_call_id: (u8, Option<CallId>),
    /// Input tokens as the provider itself counted them, without cached ones.
    pub uncached_input: Option<u64>,
    /// Whether cached tokens were counted in a way that has them beside the input.
    pub cached_beside: bool,
}

/// A span of which nothing is known.
const EMPTY: Fields = Fields {
    kind: (NOTHING, OperationKind::Other),
    texts: Best::new(Place::Copied(0, 0)),
    counts: Best::new(0),
    cost: (NOTHING, PicoUsd(0)),
    cost_parts: (0, 0),
    response_id: (NOTHING, None),
    tool_call_id: (NOTHING, None),
    uncached_input: None,
    cached_beside: false,
};

impl Fields {
    #[inline]
    fn clear(&mut self) {
        self.texts.clear();
        self.counts.clear();
        self.kind = EMPTY.kind;
        self.cost = EMPTY.cost;
        self.cost_parts = EMPTY.cost_parts;
        self.response_id = EMPTY.response_id;
        self.tool_call_id = EMPTY.tool_call_id;
        self.uncached_input = EMPTY.uncached_input;
        self.cached_beside = EMPTY.cached_beside;
    }
}

/// Takes the attributes of one span after another. Its buffers are used again.
#[derive(Debug)]
pub struct Observed {
    pub(super) dictionary: Dictionary,
    pub(super) fields: Fields,
    pub(super) copied: Vec<u8>,
    pub(super) is_empty: bool,
    pub(super) known: super::resolve::Known,
}

impl Default for Observed {
    fn default() -> Self {
        Self {
            dictionary: Dictionary::new(),
            fields: EMPTY,
            copied: Vec::new(),
            is_empty: true,
            known: super::resolve::Known::default(),
        }
    }
}

impl Observed {
    /// One that knows no key and no name: every span then means nothing. Tells what the others cost.
    pub fn blind() -> Self {
        Self {
            dictionary: Dictionary::empty(),
            ..Self::default()
        }
    }

    /// What is known of a key; to be asked once a key.
    pub fn find(&self, key: &str) -> Rows {
        self.dictionary.find(key)
    }

    /// Whether a key helps to tell a kind.
    pub(super) fn tells_kind(&self, rows: Rows) -> bool {
        let mut rows = self.dictionary.rows(rows).iter();
        rows.any(|row| {
            use TextField::{RequestModel, ResponseModel};
            let says = row.says;
            matches!(says, Says::Kind(_) | Says::IsKind(_) | Says::Count(_))
                || matches!(says, Says::Text(ResponseModel | RequestModel))
        })
    }

    /// The kind that the keys so far say; `None` when none of them does.
    pub(super) fn kind_said(&self) -> Option<OperationKind> {
        let (rank, kind) = self.fields.kind;
        (rank != NOTHING).then_some(kind)
    }

    /// Begins another span.
    #[inline]
    pub fn clear(&mut self) {
        if !self.is_empty {
            self.fields.clear();
            self.copied.clear();
            self.is_empty = true;
        }
    }

    /// Whether a key's value is taken as it stands in the file, escapes and all.
    pub fn takes_raw(&self, rows: Rows) -> bool {
        let mut rows = self.dictionary.rows(rows).iter();
        rows.all(|row| matches!(row.says, Says::Arguments))
    }

    /// Takes the value of a key that says something. `text` is the value without quotes, as in the file when it is long;
    /// `indexed` its pair in the dictionary when it stands there.
    pub fn see(&mut self, rows: Rows, indexed: Option<AttrId>, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        self.is_empty = false;
        let fields = &mut self.fields;
        for row in self.dictionary.rows(rows) {
            let rank = row.rank;
            match row.says {
                Says::Kind(words) => {
                    if rank < fields.kind.0
                        && let Some(kind) = kind(words, text)
                    {
                        fields.kind = (rank, kind);
                    }
                }
                Says::IsKind(kind) => {
                    if rank < fields.kind.0 {
                        fields.kind = (rank, kind);
                    }
                }
                Says::Text(field) => {
                    keep(fields, &mut self.copied, field, rank, indexed, text);
                }
                Says::Count(field) => {
                    if rank < fields.counts.rank(field as usize)
                        && let Some(count) = json::count(text)
                    {
                        fields.counts.put(field as usize, rank, count);
                    }
                }
                Says::Cost => {
                    if rank < fields.cost.0
                        && let Some(cost) = amount(text)
                    {
                        fields.cost = (rank, cost);
                    }
                }
                Says::CostPart => {
                    if let Some(part) = amount(text) {
                        let (count, sum) = fields.cost_parts;
                        fields.cost_parts = (count + 1, sum.saturating_add(part.0));
                    }
                }
                Says::ResponseId => {
                    if rank < fields.response_id.0 {
                        fields.response_id = (rank, CallId::new(json::unquoted(text)));
                    }
                }
                Says::ToolCallId => {
                    if rank < fields.tool_call_id.0 {
                        fields.tool_call_id = (rank, CallId::new(json::unquoted(text)));
                    }
                }
                Says::Arguments => {
                    if let Some(skill) = skill_in(text) {
                        keep(
                            fields,
                            &mut self.copied,
                            TextField::Skill,
                            rank,
                            None,
                            skill,
                        );
                    }
                }
                Says::Json(form) => read(fields, &mut self.copied, form, rank, text),
            }
        }
    }
}

fn kind(words: KindWords, text: &[u8]) -> Option<OperationKind> {
    words.kind(std::str::from_utf8(json::unquoted(text)).ok()?)
}

fn keep(
    fields: &mut Fields,
    copied: &mut Vec<u8>,
    field: TextField,
    rank: u8,
    indexed: Option<AttrId>,
    text: &[u8],
) {
    // A framework gives way to any other name.
    let gives_way = matches!(field, TextField::Provider) && is_framework(json::unquoted(text));
    let rank = if gives_way { rank | GIVES_WAY } else { rank };
    let known = fields.texts.rank(field as usize);
    if rank >= known || text.len() > MAX_TEXT || names_nothing(text) {
        return;
    }
    let place = indexed.map_or_else(
        || {
            let start = copied.len() as u32;
            copied.extend_from_slice(text);
            Place::Copied(start, text.len() as u32)
        },
        Place::Indexed,
    );
    fields.texts.put(field as usize, rank, place);
}

/// An amount of dollars; `None` for a negative one and for what is none.
fn amount(text: &[u8]) -> Option<PicoUsd> {
    let text = std::str::from_utf8(json::unquoted(text.trim_ascii())).ok()?;
    PicoUsd::parse(text).filter(|amount| amount.0 >= 0)
}

/// Reads what a JSON text says.
fn read(fields: &mut Fields, copied: &mut Vec<u8>, form: JsonForm, rank: u8, text: &[u8]) {
    match form {
        JsonForm::Usage => usage(fields, rank, text),
        JsonForm::UsageDetails => usage_details(fields, rank, text),
        JsonForm::ProviderMetadata => provider_metadata(fields, rank, text),
        JsonForm::Cost => cost(fields, rank, text),
        JsonForm::Metadata => metadata(fields, copied, text),
        JsonForm::Answer => {
            if rank < fields.response_id.0
                && let Some(id) = json::answer_id(text)
            {
                fields.response_id = (rank, CallId::new(id));
            }
        }
    }
}

fn put(fields: &mut Fields, field: CountField, rank: u8, count: Option<u64>) {
    if let Some(count) = count
        && rank < fields.counts.rank(field as usize)
    {
        fields.counts.put(field as usize, rank, count);
    }
}

fn usage(fields: &mut Fields, rank: u8, text: &[u8]) {
    let mut for_a_while = [None, None];
    json::each_key(text, |key, value| {
        let count = || json::number(value).and_then(json::count);
        let field = match key {
            b"ephemeral_5m_input_tokens" | b"ephemeral_1h_input_tokens" => {
                let [short, long] = &mut for_a_while;
                let part = if key.get(10) == Some(&b'5') {
                    short
                } else {
                    long
                };
                *part = part.or_else(count);
                return false;
            }
            b"input_tokens" | b"prompt_tokens" | b"inputTokens" | b"promptTokens" => {
                CountField::Input
            }
            b"output_tokens" | b"completion_tokens" | b"outputTokens" | b"completionTokens" => {
                CountField::Output
            }
            b"total_tokens" | b"totalTokens" => CountField::Total,
            b"cache_read_input_tokens"
            | b"cache_read"
            | b"cached_tokens"
            | b"cache_read_tokens"
            | b"cachedContentTokens"
            | b"cachedInputTokens" => CountField::CacheRead,
            b"cache_creation_input_tokens"
            | b"cache_creation"
            | b"cache_write_tokens"
            | b"cache_creation_tokens" => CountField::CacheWrite,
            b"reasoning" | b"reasoning_tokens" | b"reasoningTokens" | b"thoughtsTokens" => {
                CountField::Reasoning
            }
            _ => return false,
        };
        put(fields, field, rank, count());
        false
    });
    // LangChain writes no sum where it writes the parts.
    let parts = for_a_while.into_iter().flatten();
    let sum = parts.reduce(u64::saturating_add).filter(|sum| *sum > 0);
    let field = CountField::CacheWrite as usize;
    let is_zero = fields.counts.rank(field) == rank && fields.counts.get(field) == Some(0);
    if is_zero && sum.is_some() {
        fields.counts.take_away(field);
    }
    put(fields, CountField::CacheWrite, rank, sum);
}

/// Langfuse: either OpenAI's own shape, where parts are inside, or numbers side by side that must be added up.
fn usage_details(fields: &mut Fields, rank: u8, text: &[u8]) {
    let (mut is_inclusive, mut is_split) = (false, false);
    json::each_key(text, |key, _| {
        is_inclusive |= matches!(
            key,
            b"prompt_tokens"
                | b"promptTokens"
                | b"input_tokens_details"
                | b"input_token_details"
                | b"output_tokens_details"
        );
        is_split |= key == b"input";
        false
    });
    if is_inclusive && !is_split {
        return usage(fields, rank, text);
    }
    let (mut input, mut output) = (None::<u64>, None::<u64>);
    json::each_key(text, |key, value| {
        let Some(count) = json::number(value).and_then(json::count) else {
            return false;
        };
        let add = |sum: &mut Option<u64>| *sum = Some(sum.unwrap_or(0).saturating_add(count));
        if key.windows(5).any(|part| part == b"input") {
            add(&mut input);
        } else if key.starts_with(b"output") {
            add(&mut output);
        }
        let field = match key {
            b"input_cache_read" | b"input_cached_tokens" | b"cache_read_input_tokens" => {
                CountField::CacheRead
            }
            b"input_cache_creation" | b"cache_creation_input_tokens" => CountField::CacheWrite,
            b"output_reasoning" | b"output_reasoning_tokens" => CountField::Reasoning,
            b"total" | b"total_tokens" => CountField::Total,
            _ => return false,
        };
        put(fields, field, rank, Some(count));
        false
    });
    put(fields, CountField::Input, rank, input);
    put(fields, CountField::Output, rank, output);
}

fn provider_metadata(fields: &mut Fields, rank: u8, text: &[u8]) {
    let mut is_anthropic = false;
    json::each_key(text, |key, value| {
        is_anthropic |= key == b"anthropic";
        if !is_anthropic {
            return false;
        }
        let count = || json::number(value).and_then(json::count);
        match key {
            b"input_tokens" if fields.uncached_input.is_none() => fields.uncached_input = count(),
            b"cache_read_input_tokens" => put(fields, CountField::CacheRead, rank, count()),
            b"cache_creation_input_tokens" => put(fields, CountField::CacheWrite, rank, count()),
            // Before the provider's own count was passed on.
            b"cacheReadInputTokens" => {
                put(fields, CountField::CacheRead, rank, count());
                fields.cached_beside = true;
            }
            b"cacheCreationInputTokens" => {
                put(fields, CountField::CacheWrite, rank, count());
                fields.cached_beside = true;
            }
            _ => {}
        }
        false
    });
}

fn cost(fields: &mut Fields, rank: u8, text: &[u8]) {
    if rank >= fields.cost.0 {
        return;
    }
    let mut parts: Option<i64> = None;
    let mut total = None;
    json::each_key(text, |key, value| {
        let Some(amount) = json::number(value).and_then(amount) else {
            return false;
        };
        if matches!(key, b"total" | b"total_cost" | b"totalCost") {
            total = Some(amount);
        } else {
            parts = parts.unwrap_or(0).checked_add(amount.0);
        }
        total.is_some()
    });
    if let Some(cost) = total.or(parts.map(PicoUsd)) {
        fields.cost = (rank, cost);
    }
}

/// LangChain puts who called what into its metadata.
fn metadata(fields: &mut Fields, copied: &mut Vec<u8>, text: &[u8]) {
    json::each_key(text, |key, value| {
        let (field, rank) = match key {
            b"lc_agent_name" => (TextField::Agent, 6),
            b"ls_model_name" => (TextField::RequestModel, 7),
            b"ls_provider" => (TextField::Provider, 8),
            b"session_id" => (TextField::Session, 10),
            b"thread_id" => (TextField::Session, 11),
            b"user_id" => (TextField::User, 11),
            _ => return false,
        };
        if let Some(text) = json::string(value).filter(|text| !text.is_empty()) {
            keep(fields, copied, field, rank, None, text);
        }
        false
    });
}
