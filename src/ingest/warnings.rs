//! Warnings of one file, added up by kind.

use super::report::{Place, Warning, WarningKind};

/// Warnings of one file: each kind once, with its count, first place and first example.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    list: Vec<Warning>,
}

impl Warnings {
    /// Counts one more of `kind`; the first also brings its example and place.
    pub(super) fn count(
        &mut self,
        kind: WarningKind,
        first: impl FnOnce() -> (String, Option<Place>),
    ) {
        self.add(kind, 1, first);
    }

    /// Counts `count` more of `kind`; the first also bring their example and place.
    pub(super) fn add(
        &mut self,
        kind: WarningKind,
        count: u64,
        first: impl FnOnce() -> (String, Option<Place>),
    ) {
        if count == 0 {
            return;
        }
        if let Some(warning) = self.list.iter_mut().find(|warning| warning.kind == kind) {
            warning.count += count;
            return;
        }
        let (example, place) = first();
        self.list.push(Warning {
            kind,
            count,
            example,
            file: String::new(),
            place,
        });
    }

    /// The warnings of the file `name`, the gravest kind first.
    pub(super) fn into_list(mut self, name: &str) -> Vec<Warning> {
        for warning in &mut self.list {
            name.clone_into(&mut warning.file);
        }
        self.list.sort_by_key(|warning| warning.kind);
        self.list
    }
}
