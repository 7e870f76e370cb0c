//! The folded haystack: made once from the rows, so that a key stroke folds nothing but the query.

use std::sync::Arc;

use super::fold::{fold, second_form};
use crate::book::{ContactId, ContactSet, GroupId, Row};

/// So few rows are put in their places one by one; more are sorted with all others.
const FEW: usize = 100;

/// The contacts of a book in list order, ready to be searched. Cloning shares the entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    pub(super) entries: Vec<Arc<Entry>>,
}

/// What the search needs of one contact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub id: ContactId,
    pub groups: Box<[GroupId]>,
    pub trashed: bool,
    /// Which characters occur at all, see [`mask`].
    mask: u64,
    /// The key of the list order, then lines: the forms of the name, those of the other words, the digits of the phone
    /// numbers. One allocation for all of them is what keeps a large book small.
    text: Box<str>,
    sort_end: usize,
    names_end: usize,
    words_end: usize,
}

impl Index {
    /// The index of these rows.
    pub fn new(rows: &[Row]) -> Self {
        let mut index = Self::default();
        index.update(rows, &[]);
        index
    }

    /// Takes in rows that are new or differ, and drops those that are gone.
    pub fn update(&mut self, rows: &[Row], gone: &[ContactId]) {
        let stale: ContactSet = rows.iter().map(|row| row.id).chain(gone.iter().copied()).collect();
        self.entries.retain(|entry| !stale.contains(&entry.id));
        let fresh = rows.iter().map(|row| Arc::new(Entry::of(row)));
        if rows.len() > FEW {
            self.entries.extend(fresh);
            self.entries.sort_by(|a, b| a.order().cmp(&b.order()));
            return;
        }
        for entry in fresh {
            let place = self.entries.partition_point(|other| other.order() < entry.order());
            self.entries.insert(place, entry);
        }
    }
}

impl Index {
    /// Takes in rows that are new or differ, and drops those that are gone. `before` are the keys, by
    /// [`Row::sort`] and id, of those that the index holds already: with them nothing is searched for.
    pub fn replace(&mut self, before: &[(String, ContactId)], rows: &[Row]) {
        if before.len() + rows.len() > FEW {
            let gone: Vec<ContactId> = before.iter().map(|(_, id)| *id).collect();
            return self.update(rows, &gone);
        }
        let mut fresh: Vec<Arc<Entry>> = rows.iter().map(|row| Arc::new(Entry::of(row))).collect();
        for (sort, id) in before {
            let Ok(place) = self.entries.binary_search_by(|entry| entry.order().cmp(&(sort.as_str(), *id))) else {
                continue;
            };
            // One that keeps its place, as after most edits, moves nobody else.
            match fresh.iter().position(|entry| entry.order() == (sort.as_str(), *id)) {
                Some(same) => self.entries[place] = fresh.swap_remove(same),
                None => _ = self.entries.remove(place),
            }
        }
        for entry in fresh {
            let place = self.entries.partition_point(|other| other.order() < entry.order());
            self.entries.insert(place, entry);
        }
    }
}

impl Entry {
    fn of(row: &Row) -> Self {
        let mut text = row.sort.clone();
        let sort_end = text.len();
        push_forms(&mut text, &row.name);
        let names_end = text.len();
        for word in &row.words {
            push_forms(&mut text, word);
        }
        let words_end = text.len();
        for digits in &row.digits {
            push_line(&mut text, digits);
        }
        Self {
            id: row.id,
            groups: row.groups.as_slice().into(),
            trashed: row.trashed,
            mask: mask(&text[sort_end..]),
            text: text.into(),
            sort_end,
            names_end,
            words_end,
        }
    }

    fn order(&self) -> (&str, ContactId) {
        (&self.text[..self.sort_end], self.id)
    }

    /// Whether every character of a term occurs somewhere: a test that most entries fail at no cost.
    pub fn may_hold(&self, term_mask: u64) -> bool {
        term_mask & !self.mask == 0
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.text[self.sort_end..self.names_end].lines()
    }

    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.text[self.names_end..self.words_end].lines()
    }

    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.text[self.words_end..].lines()
    }
}

/// A set of the characters of a text in 64 bits: letters and digits have one each, the rest shares.
pub(super) fn mask(text: &str) -> u64 {
    text.bytes().fold(0, |mask, byte| {
        let bit = match byte {
            b'a'..=b'z' => byte - b'a',
            b'0'..=b'9' => byte - b'0' + 26,
            other => 36 + other % 28,
        };
        mask | 1 << bit
    })
}

fn push_forms(lines: &mut String, text: &str) {
    push_line(lines, &fold(text));
    if let Some(second) = second_form(text) {
        push_line(lines, &second);
    }
}

fn push_line(lines: &mut String, line: &str) {
    lines.push_str(line);
    lines.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::filter::tests::row;

    fn names(index: &Index) -> Vec<&str> {
        index.entries.iter().filter_map(|entry| entry.names().next()).collect()
    }

    #[test]
    fn rows_are_kept_in_list_order_and_replaced() {
        let mut index = Index::new(&[row(1, "Zoë"), row(2, "ada"), row(3, "Łukasz")]);
        assert_eq!(names(&index), ["ada", "lukasz", "zoe"]);
        index.update(&[row(1, "Bea"), row(4, "Cyd")], &[ContactId(uuid::Uuid::from_u128(2))]);
        assert_eq!(names(&index), ["bea", "cyd", "lukasz"]);
    }

    #[test]
    fn rows_are_replaced_by_their_keys() {
        let old = [row(1, "Zoë"), row(2, "ada"), row(3, "Łukasz"), row(4, "Max")];
        let mut index = Index::new(&old);
        let before: Vec<_> = [0, 1, 3].map(|place: usize| (old[place].sort.clone(), old[place].id)).into();
        let mut same_place = row(1, "Zoë");
        same_place.words.push("new".to_owned());
        let fresh = [same_place, row(4, "Bea"), row(5, "Cyd")];
        index.replace(&before, &fresh);
        assert_eq!(names(&index), ["bea", "cyd", "lukasz", "zoe"]);
        assert_eq!(index, Index::new(&[fresh.as_slice(), &old[2..3]].concat()));
    }

    #[test]
    fn few_rows_and_many_end_in_the_same_order() {
        let rows: Vec<_> = (0..300_u128).map(|n| row(n, &format!("Name {}", n * 7919 % 50))).collect();
        let mut one_by_one = Index::default();
        rows.iter().rev().for_each(|row| one_by_one.update(std::slice::from_ref(row), &[]));
        let ids = |index: &Index| index.entries.iter().map(|entry| entry.id).collect::<Vec<_>>();
        assert_eq!(ids(&one_by_one), ids(&Index::new(&rows)));
    }

    #[test]
    fn sections_of_an_entry_do_not_mix() {
        let mut row = row(1, "Jürgen Müller");
        row.words = vec!["Köln Messe\nGmbH".to_owned(), "j@koeln.example".to_owned()];
        row.digits = vec!["4922112345".to_owned()];
        let entry = Entry::of(&row);
        assert_eq!(entry.names().collect::<Vec<_>>(), ["jurgen muller", "juergen mueller"]);
        assert_eq!(entry.words().collect::<Vec<_>>(), ["koln messe gmbh", "koeln messe gmbh", "j@koeln.example"]);
        assert_eq!(entry.numbers().collect::<Vec<_>>(), ["4922112345"]);
        assert!(entry.may_hold(mask("koln9")) && !entry.may_hold(mask("kolnx7")));
    }

    #[test]
    fn a_contact_takes_less_than_300_bytes() {
        let rows: Vec<_> = (0..1000)
            .map(|n| {
                let mut row = row(n, &format!("Given{n} Family"));
                row.words = vec!["Analytical Engines".to_owned(), format!("given{n}@engines.example")];
                row.digits = vec![format!("4420794{n:05}")];
                row.groups = vec![GroupId(uuid::Uuid::nil())];
                row
            })
            .collect();
        let counts_and_allocations = 16 + 3 * 16;
        let bytes = |entry: &Arc<Entry>| {
            size_of::<Arc<Entry>>()
                + size_of::<Entry>()
                + entry.text.len()
                + size_of_val(&*entry.groups)
                + counts_and_allocations
        };
        let total: usize = Index::new(&rows).entries.iter().map(bytes).sum();
        assert!(total / rows.len() < 300, "{} bytes a contact", total / rows.len());
    }
}
