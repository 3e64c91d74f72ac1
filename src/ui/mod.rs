//! The page: what a person sees and does. Leptos components over [`state::AppState`]; nothing here parses or computes a trace.
//!
//! - [`state`]: the few signals everything follows
//! - [`frame`]: top bar, status bar, dialogs, what is around every view
//! - [`open`], [`runs`], [`run`], [`report`]: the pages
//! - [`keys`], [`pick`], [`clipboard`], [`theme`]: keyboard, files, copying and pasting, colours
//! - [`waterfall`], [`minimap`], [`curve`], [`inspector`], [`search`]: what is seen of a run; [`canvas`] is what drawn views share
//! - [`tabs`], [`treemap`], [`mod@routing`], [`mod@statistics`]: views that count; [`drawn`]: what
//!   they share; [`export`]: saving what they show
//! - [`script`]: the page's part in `window.spanlight`
//! - [`dom`], [`field`]: elements and values that closures keep in step
//! - [`icon`], [`menu`], [`dialog`], [`toasts`], [`rows`]: parts; [`pace`]: how fast tables fill
//! - [`warnings`], [`words`]: what things are called

pub mod canvas;
pub mod clipboard;
pub mod curve;
pub mod dialog;
pub mod dom;
pub mod drawn;
pub mod export;
pub mod field;
pub mod filter;
pub mod frame;
pub mod graph;
pub mod icon;
pub mod inspector;
pub mod keys;
pub mod menu;
pub mod minimap;
pub mod open;
pub mod pace;
pub mod pick;
pub mod prices;
pub mod report;
pub mod routing;
pub mod rows;
pub mod run;
pub mod runs;
pub mod script;
pub mod search;
pub mod sorted;
pub mod state;
pub mod statistics;
pub mod tabs;
pub mod theme;
pub mod toasts;
pub mod treemap;
pub mod warnings;
pub mod waterfall;
pub mod words;

pub use frame::mount;
