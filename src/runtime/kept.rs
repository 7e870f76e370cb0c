//! Forms that were not saved when the terminal was closed, each in a file beside the book.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SystemClock;
use crate::{
    app::Kept,
    book::{Contact, ContactId, Draft, port::Clock as _},
};

/// What a file holds: the contact as the form got it, and as it was typed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    before: Option<Box<Contact>>,
    typed: Contact,
    group_names: Vec<String>,
}

/// Keeps a form beside a book.
pub(super) fn keep(book: &Path, before: Option<Box<Contact>>, draft: Draft) -> io::Result<()> {
    let group_names = draft.group_names.clone();
    let id = before.as_ref().map_or(ContactId(Uuid::nil()), |contact| contact.id);
    let page = Page { before, typed: draft.into_contact(id, SystemClock.now()), group_names };
    let text = serde_json::to_vec(&page)?;
    let file = book.with_file_name(format!("{}{}.json", start(book), SystemClock.uuid().simple()));
    File::options().write(true).create_new(true).mode(0o600).open(file)?.write_all(&text)
}

/// The form that was kept first. One that cannot be read is left where it is.
pub(super) fn find(book: &Path) -> Option<Kept> {
    let start = start(book);
    let is_one = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start));
    let mut files: Vec<_> = fs::read_dir(book.parent()?).ok()?.flatten().map(|entry| entry.path()).collect();
    files.retain(is_one);
    files.sort();
    files.into_iter().find_map(|file| {
        let Page { before, typed, group_names } = serde_json::from_slice(&fs::read(&file).ok()?).ok()?;
        let draft = Box::new(Draft { group_names, ..Draft::of(&typed) });
        Some(Kept { before, draft, file: file.display().to_string() })
    })
}

/// How the names of such files begin.
fn start(book: &Path) -> String {
    format!("{}.unsaved-", book.file_name().unwrap_or_default().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Timestamp;

    #[test]
    fn a_form_comes_back_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let book = directory.path().join("book.db");
        assert_eq!(find(&book), None);
        fs::write(directory.path().join("book.db.unsaved-0.json"), "{").unwrap();
        let mut draft = Draft { group_names: vec!["New".to_owned()], ..Draft::default() };
        draft.extras.notes = "half a sen".to_owned();
        let before = Box::new(Draft::default().into_contact(ContactId(Uuid::from_u128(7)), Timestamp(1)));
        keep(&book, Some(before.clone()), draft.clone()).unwrap();
        keep(&directory.path().join("other.db"), None, Draft::default()).unwrap();
        let kept = find(&book).unwrap();
        assert_eq!((kept.before, *kept.draft), (Some(before), draft));
        fs::remove_file(kept.file).unwrap();
        assert_eq!(find(&book), None);
    }
}
