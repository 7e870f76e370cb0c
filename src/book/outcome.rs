//! What comes back from a book that was asked for something.

use super::{ChangeId, Contact, ContactId, GroupRow, Origin, Row, Timestamp};

/// How the rows of a book differ from those seen before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Rows that are new or differ, the trash included.
    pub rows: Vec<Row>,
    /// Contacts that do not exist any more.
    pub gone: Vec<ContactId>,
    /// All groups with their counts.
    pub groups: Vec<GroupRow>,
    /// How many contacts are not in the trash.
    pub total: usize,
}

impl Delta {
    /// The same in parts of at most so many rows, each of which can be shown by itself: no frame waits for all of them. Groups
    /// and counts are those of the whole.
    pub fn parts(self, most: usize) -> Vec<Self> {
        let Self { rows, mut gone, groups, total } = self;
        let mut rows = rows.into_iter().peekable();
        let mut parts = Vec::new();
        while parts.is_empty() || rows.peek().is_some() {
            parts.push(Self {
                rows: rows.by_ref().take(most.max(1)).collect(),
                gone: std::mem::take(&mut gone),
                groups: groups.clone(),
                total,
            });
        }
        parts
    }
}

/// A command was carried out: its change is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The change; `None` when nothing differed and nothing was written.
    pub change: Option<ChangeId>,
    /// What happened, in words: `Deleted Ada Lovelace`.
    pub title: String,
    /// Fields that were left as they are because they were changed since, each as `Ada Lovelace: Title`.
    pub kept: Vec<String>,
    /// The ids of the records of the change, contacts and groups, in the order in which they were written.
    pub touched: Vec<uuid::Uuid>,
    /// What the screen must show anew.
    pub delta: Delta,
}

/// A command was not carried out, and nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The same fields were changed elsewhere since the contact was read.
    #[error("{name} was changed elsewhere meanwhile: {}; nothing was saved", fields.join(", "))]
    Conflict {
        /// Who.
        name: String,
        /// The labels of the fields in conflict.
        fields: Vec<String>,
        /// The contact as it stands now.
        theirs: Box<Contact>,
    },
    /// The rules of the domain say no; a sentence that says why.
    #[error("{0}")]
    Refused(String),
    /// What was asked for does not exist (any more); a sentence.
    #[error("{0}")]
    NotFound(String),
    /// The disk, the file or another program says no; a sentence that says what is safe and what to do.
    #[error("{0}")]
    Storage(String),
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The change.
    pub id: ChangeId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub origin: Origin,
    /// What, in words.
    pub title: String,
    /// Whether it is taken back at present.
    pub undone: bool,
    /// The labels of the fields that differ; empty when more than one record changed.
    pub fields: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::AccountId;

    #[test]
    fn parts_hold_everything_once_and_in_order() {
        let contact = |number| {
            let id = ContactId(uuid::Uuid::from_u128(number));
            Row::of(&Contact::new(id, AccountId::local(), Timestamp(0)))
        };
        let rows: Vec<Row> = (0..5).map(contact).collect();
        let gone = vec![ContactId(uuid::Uuid::from_u128(9))];
        let delta = Delta { rows: rows.clone(), gone: gone.clone(), groups: Vec::new(), total: 5 };
        let parts = delta.clone().parts(2);
        assert_eq!(
            parts.iter().map(|part| (part.rows.len(), part.gone.len(), part.total)).collect::<Vec<_>>(),
            [(2, 1, 5), (2, 0, 5), (1, 0, 5)]
        );
        assert_eq!(parts.into_iter().flat_map(|part| part.rows).collect::<Vec<_>>(), rows);
        assert_eq!(delta.clone().parts(5), [delta]);
        let nobody = Delta { gone, ..Delta::default() };
        assert_eq!(nobody.clone().parts(2), [nobody]);
    }
}
