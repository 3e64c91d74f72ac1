//! What the search field says.

use crate::engine::protocol::SearchState;
use crate::scene::format::{count, counted, share};

/// `12 of 340 in 7 runs`, `340 in 7 runs`, `No hits`; with the share that was read while it goes on.
pub fn found(state: &SearchState, current: Option<u32>) -> String {
    let hits = match (state.hits, current) {
        (0, _) if state.complete => "No hits".to_owned(),
        (0, _) => String::new(),
        (hits, None) => count(u64::from(hits)),
        (hits, Some(number)) => format!(
            "{} of {}",
            count(u64::from(number) + 1),
            count(u64::from(hits))
        ),
    };
    let runs = if state.hits > 0 {
        format!(" in {}", counted(u64::from(state.runs), "run"))
    } else {
        String::new()
    };
    let reading = if state.complete || state.total_bytes == 0 {
        String::new()
    } else {
        format!(", {} read", share(state.scanned_bytes, state.total_bytes))
    };
    format!("{hits}{runs}{reading}")
        .trim_start_matches(", ")
        .to_owned()
}

/// Where a hit matched, in words.
pub fn where_matched(matched: &str) -> String {
    match matched {
        "" => "in a value".to_owned(),
        "name" => "in the name".to_owned(),
        "id" => "in the id".to_owned(),
        key => format!("in {key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_says_where_one_stands() {
        let mut state = SearchState {
            hits: 1340,
            runs: 1,
            complete: true,
            ..SearchState::default()
        };
        assert_eq!(found(&state, None), "1,340 in 1 run");
        assert_eq!(found(&state, Some(11)), "12 of 1,340 in 1 run");
        state.hits = 0;
        assert_eq!(found(&state, None), "No hits");
        state.complete = false;
        state.scanned_bytes = 45;
        state.total_bytes = 100;
        assert_eq!(found(&state, None), "45 % read");
        state.hits = 2;
        state.runs = 2;
        assert_eq!(found(&state, None), "2 in 2 runs, 45 % read");
    }
}
