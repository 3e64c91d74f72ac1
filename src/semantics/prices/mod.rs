//! What models and tools cost: dated tables of prices, and what a call comes to.
//!
//! All prices are integers of 10^-12 US dollars. A model that no table has is unknown, never free.
//!
//! - [`rates`]: prices per token, and the bill of a call, term by term
//! - [`table`]: a table, and how a model's name is found in it
//! - [`book`]: the user's table before the built-in one, and how a cost came about
//! - [`text`]: a table as text, a line a model
//! - [`mod@import`]: the layouts of `LiteLLM` and Langfuse
//!
//! The built-in table is the file `public/prices.txt` of the site, read when the first document is opened, so that it
//! is no part of what a page must load before it can show anything. It is made by `examples/prices.rs` from `LiteLLM`'s
//! price map.

pub mod book;
pub mod import;
mod name;
pub mod rates;
pub mod table;
pub mod text;

pub use book::{Derivation, Origin, Price, PriceBook};
pub use import::{Imported, import};
pub use name::{plain_model, short_model};
pub use rates::{Bill, Rates, Term, TokenKind};
pub use table::{PriceRow, PriceTable, Tier, ToolPrice};
pub use text::PriceError;
