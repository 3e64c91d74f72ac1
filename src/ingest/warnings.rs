//! Warnings of one file, added up by kind.

use super::report::{Place, Warning, WarningKind};

/// Warnings of one file: each kind once, with its count, first place and first example.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    /// Ordered by kind.
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
        let at = self.list.partition_point(|warning| warning.kind < kind);
        if let Some(warning) = self.list.get_mut(at)
            && warning.kind == kind
        {
            warning.count += count;
            return;
        }
        let (example, place) = first();
        let warning = Warning {
            kind,
            count,
            example,
            file: String::new(),
            place,
        };
        self.list.insert(at, warning);
    }

    /// The warnings of the file `name`, the gravest kind first.
    pub(super) fn into_list(mut self, name: &str) -> Vec<Warning> {
        for warning in &mut self.list {
            name.clone_into(&mut warning.file);
        }
        self.list
    }
}
