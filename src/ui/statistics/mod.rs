//! Statistics of a run, or of all that pass the filter: a table of everything that has a name.

mod save;
mod table;

use crate::ui::dom::El;
use crate::ui::state::AppState;

/// Statistics of a run, or of all that pass the filter.
pub fn statistics(app: AppState, of_run: bool) -> El {
    table::table(app, of_run)
}
