//! What a directory holds, as it was found: for the file picker and for the completion of a path.

use std::path::{Path, PathBuf};

use crate::{book::Timestamp, exchange::Format, search};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A directory, or a link to one.
    Directory,
    /// A file, or a link to one.
    File,
    /// A device, a pipe, a link to nothing: nothing to be read.
    Other,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its name as shown; a name that is no text has replacement characters.
    pub name: String,
    /// Its path, to the letter.
    pub path: PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last written, where that can be known.
    pub modified: Option<Timestamp>,
    /// Its name as it is looked for.
    folded: String,
}

impl FileEntry {
    /// An entry as it was found.
    pub fn new(path: PathBuf, kind: EntryKind, size: u64, modified: Option<Timestamp>) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { folded: search::fold(&name), name, path, kind, size, modified }
    }

    /// Whether its name says that people do not want to see it.
    pub fn is_hidden(&self) -> bool {
        self.name.starts_with('.')
    }

    /// Whether its name speaks of contacts.
    pub fn is_importable(&self) -> bool {
        self.kind == EntryKind::File && Format::of_name(&self.name).is_some()
    }

    /// Whether its name holds all of these words, folded.
    pub fn holds(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.folded.contains(word.as_str()))
    }

    /// Whether its name begins like this, folded.
    pub fn begins(&self, folded: &str) -> bool {
        self.folded.starts_with(folded)
    }
}

/// A directory as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The directory, from the root on.
    pub directory: PathBuf,
    /// The same as people write it: `~/Downloads`.
    pub shown: String,
    /// What it holds: directories first, by name.
    pub entries: Vec<FileEntry>,
    /// Why it could not be read.
    pub problem: Option<String>,
}

impl Listing {
    /// A directory with what was found in it.
    pub fn new(directory: PathBuf, shown: String, mut entries: Vec<FileEntry>) -> Self {
        entries.sort_by(|a, b| {
            let is_file = |entry: &FileEntry| entry.kind != EntryKind::Directory;
            (is_file(a), &a.folded, &a.name).cmp(&(is_file(b), &b.folded, &b.name))
        });
        Self { directory, shown, entries, problem: None }
    }
}

/// What is being typed where paths are typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Words that a name shall hold.
    Words(Vec<String>),
    /// A path: a directory and the beginning of a name in it.
    Path {
        /// The directory; a leading `~` is the home directory.
        directory: PathBuf,
        /// The beginning, folded.
        beginning: String,
    },
}

impl Typed {
    /// What a text means that is typed in this directory.
    pub fn of(text: &str, here: &Path) -> Self {
        let path = split(text).ok().and_then(|paths| paths.into_iter().last()).filter(|_| !text.ends_with(' '));
        match path {
            Some(path) if path == "~" => Self::Path { directory: path.into(), beginning: String::new() },
            Some(path) if path.contains('/') => {
                let (directory, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
                Self::Path { directory: under(here, directory), beginning: search::fold(name) }
            }
            _ => Self::Words(text.split_whitespace().map(search::fold).collect()),
        }
    }
}

/// The path that a text means in this directory; a leading `~` stays, for it is known outside what it stands for.
pub fn under(here: &Path, text: &str) -> PathBuf {
    if text == "~" || text.starts_with("~/") { PathBuf::from(text) } else { here.join(text) }
}

/// Splits paths at spaces, as a shell does: quotes and backslashes keep spaces in a path.
pub fn split(text: &str) -> Result<Vec<String>, String> {
    let mut paths = Vec::new();
    let mut path: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                path.get_or_insert_default();
            }
            ('\\', None | Some('"')) => path.get_or_insert_default().extend(chars.next()),
            (c, None) if c.is_whitespace() => paths.extend(path.take()),
            (c, _) => path.get_or_insert_default().push(c),
        }
    }
    if let Some(open) = quote {
        return Err(format!("a closing {open} is missing"));
    }
    paths.extend(path);
    Ok(paths)
}

/// A size in a word: `12 KB`.
pub fn size_in_words(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let (mut tenths, mut unit) = (bytes.div_ceil(100), 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths.div_ceil(1000), unit + 1);
    }
    if tenths < 100 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", tenths / 10, UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_as_a_shell_splits_them() {
        assert_eq!(split(r#"~/a.vcf 'b c.vcf'  "d e"/f g\ h"#).unwrap(), ["~/a.vcf", "b c.vcf", "d e/f", "g h"]);
        assert_eq!(split("  ").unwrap(), Vec::<String>::new());
        assert!(split("'open").unwrap_err().contains('\''));
    }

    #[test]
    fn what_is_typed_is_words_or_a_path() {
        let here = Path::new("/home/ada");
        let path = |directory: &str, beginning: &str| Typed::Path {
            directory: directory.into(),
            beginning: beginning.to_owned(),
        };
        assert_eq!(Typed::of("Car vc", here), Typed::Words(vec!["car".to_owned(), "vc".to_owned()]));
        assert_eq!(Typed::of("~", here), path("~", ""));
        assert_eq!(Typed::of("~/Down", here), path("~/", "down"));
        assert_eq!(Typed::of("/tmp/", here), path("/tmp/", ""));
        assert_eq!(Typed::of("sub/A", here), path("/home/ada/sub/", "a"));
        assert_eq!(
            Typed::of("/a/b.vcf '/c d/e", here),
            Typed::Words(vec!["/a/b.vcf".into(), "'/c".into(), "d/e".into()])
        );
        assert_eq!(Typed::of("/a/b.vcf '/c d/e'", here), path("/c d/", "e"));
    }

    #[test]
    fn sizes_are_rounded_up_to_two_or_three_digits() {
        let words = [0, 999, 1000, 1234, 99_900, 999_999, 1_000_001, 45_000_000_000].map(size_in_words);
        assert_eq!(words, ["0 B", "999 B", "1.0 KB", "1.3 KB", "99 KB", "1.0 MB", "1.1 MB", "45 GB"]);
    }

    #[test]
    fn directories_come_first_and_case_does_not_count() {
        let entry = |name: &str, kind| FileEntry::new(PathBuf::from("/x").join(name), kind, 0, None);
        let (file, directory) = (EntryKind::File, EntryKind::Directory);
        let found =
            vec![entry("b.vcf", file), entry("A.csv", file), entry("z", directory), entry(".hidden", directory)];
        let listing = Listing::new("/x".into(), "/x".into(), found);
        let names: Vec<_> = listing.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, [".hidden", "z", "A.csv", "b.vcf"]);
    }
}
