//! The contacts that match a query, best first.

use std::collections::HashMap;

use super::{
    Index,
    fold::{fold, second_form},
    index::{Entry, mask},
    matching,
    query::{Phone, Query, Term},
};
use crate::book::{ContactId, Group, GroupId};

/// Names weigh more than other texts and numbers, those more than the name of a group.
const NAME_WEIGHT: u32 = 3;
const WORD_WEIGHT: u32 = 2;
const GROUP_WEIGHT: u32 = 1;

/// How well the digits of a term fit a phone number.
const WHOLE_NUMBER: u32 = 100;
const NUMBER_START: u32 = 80;
const NUMBER_END: u32 = 75;
const NUMBER_INSIDE: u32 = 50;

/// How many contacts are looked at between two looks at `cancelled`.
const STRIDE: usize = 256;

/// Which contacts are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Those not in the trash.
    #[default]
    All,
    /// Those of one group, not in the trash.
    Group(GroupId),
    /// Those in the trash.
    Trash,
}

/// A contact that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The contact.
    pub id: ContactId,
    /// The sum of what each term scored; 0 where nothing was asked for.
    pub score: u32,
}

/// The contacts within `scope` that match every term, best first, equals in list order. `notes_match` says
/// whether a contact's notes hold [`Query::notes`], and is asked only if there are any. `None` if cancelled.
pub fn filter<'a>(
    query: &Query,
    scope: Scope,
    index: &Index,
    groups: impl IntoIterator<Item = &'a Group>,
    notes_match: &dyn Fn(ContactId) -> bool,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Hit>> {
    let groups: Vec<_> = groups.into_iter().collect();
    let wanted: Vec<_> = query.terms.iter().map(|term| Wanted::new(term, &groups)).collect();
    let mut hits = Vec::new();
    for entries in index.entries.chunks(STRIDE) {
        if cancelled() {
            return None;
        }
        for entry in entries {
            let passes = query.notes().is_empty() || notes_match(entry.id);
            if !passes || !scope.holds(entry) {
                continue;
            }
            if let Some(score) = wanted.iter().try_fold(0, |sum, term| Some(sum + term.score(entry)?)) {
                hits.push(Hit { id: entry.id, score });
            }
        }
    }
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
    Some(hits)
}

impl Scope {
    fn holds(self, entry: &Entry) -> bool {
        match self {
            Self::All => !entry.trashed,
            Self::Group(group) => !entry.trashed && entry.groups.contains(&group),
            Self::Trash => entry.trashed,
        }
    }
}

/// A term with what needs to be found out only once for all contacts.
struct Wanted<'a> {
    forms: Vec<(&'a str, u64)>,
    phone: Option<&'a Phone>,
    groups: HashMap<GroupId, u32>,
}

impl<'a> Wanted<'a> {
    fn new(term: &'a Term, groups: &[&Group]) -> Self {
        let groups = groups.iter().filter_map(|group| Some((group.id, group_quality(group, term)?)));
        Self {
            forms: term.forms.iter().map(|form| (form.as_str(), mask(form))).collect(),
            phone: term.phone.as_ref(),
            groups: groups.collect(),
        }
    }

    /// What the best field scores.
    fn score(&self, entry: &Entry) -> Option<u32> {
        let forms = self.forms.iter().filter(|(_, mask)| entry.may_hold(*mask));
        let text = forms.filter_map(|(form, _)| {
            let best = |quality: Option<u32>, weight| quality.map(|q| q * weight);
            let name = best(entry.names().filter_map(|line| matching::quality(line, form)).max(), NAME_WEIGHT);
            let word = best(entry.words().filter_map(|line| matching::quality(line, form)).max(), WORD_WEIGHT);
            name.max(word)
        });
        let numbers = self.phone.into_iter().flat_map(|phone| {
            entry.numbers().filter_map(|number| number_quality(number, phone).map(|q| q * WORD_WEIGHT))
        });
        let groups = entry.groups.iter().filter_map(|group| self.groups.get(group).map(|q| q * GROUP_WEIGHT));
        text.chain(numbers).chain(groups).max()
    }
}

fn number_quality(number: &str, phone: &Phone) -> Option<u32> {
    let span = phone.find(number)?;
    Some(match (span.start == 0, span.start + span.len == number.len()) {
        (true, true) => WHOLE_NUMBER,
        (true, false) => NUMBER_START,
        (false, true) => NUMBER_END,
        (false, false) => NUMBER_INSIDE,
    })
}

/// A group is found by the beginning of one of its words only: every match brings all its members.
fn group_quality(group: &Group, term: &Term) -> Option<u32> {
    let names = [Some(fold(&group.name)), second_form(&group.name)];
    let pieces = names.iter().flatten().flat_map(|name| term.forms.iter().filter_map(|t| matching::piece(name, t)));
    pieces.map(|piece| piece.quality).filter(|quality| *quality > matching::INSIDE).max()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::book::{AccountId, Contact, Row, Timestamp, TypedValue};

    /// The row of a contact with this name only.
    pub fn row(number: u128, name: &str) -> Row {
        let mut contact = Contact::new(ContactId(Uuid::from_u128(number)), AccountId::local(), Timestamp(0));
        contact.profile.display_name = name.to_owned();
        Row::of(&contact)
    }

    fn full_row(number: u128, name: &str, company: &str, email: &str, phone: &str) -> Row {
        let mut contact = Contact::new(ContactId(Uuid::from_u128(number)), AccountId::local(), Timestamp(0));
        contact.profile.display_name = name.to_owned();
        contact.profile.company_name = company.to_owned();
        contact.profile.emails = vec![TypedValue::new("work", email)];
        contact.profile.phone_numbers = vec![TypedValue::new("work", phone)];
        Row::of(&contact)
    }

    fn rows() -> Vec<Row> {
        vec![
            full_row(1, "Ada Lovelace", "Analytical Engines", "ada@engines.example", "+1 (415) 555-0042"),
            full_row(2, "Łukasz Żółkiewski", "Poznań Optics", "lz@optics.example", "+48 601 234 567"),
            full_row(3, "Jürgen Müller", "Köln Messe", "jm@messe.example", "0221 415 00"),
            full_row(4, "Lucas Zimmermann", "Lukas & Zoe GmbH", "lucas@example.org", "+61 2 5550 1234"),
            full_row(5, "山田 太郎", "東京光学", "taro@optics.example", "03-5555-0000"),
        ]
    }

    fn found(query: &str, rows: &[Row], groups: &[Group]) -> Vec<u128> {
        let index = Index::new(rows);
        let hits = filter(&Query::parse(query), Scope::All, &index, groups, &|_| false, &|| false);
        hits.unwrap().iter().map(|hit| hit.id.0.as_u128()).collect()
    }

    #[test]
    fn accents_and_spellings_do_not_matter() {
        for (query, first) in [
            ("lukasz", 2),
            ("ŁUKASZ", 2),
            ("koln", 3),
            ("koeln", 3),
            ("köln", 3),
            ("müller", 3),
            ("mueller", 3),
            ("山田", 5),
            ("ShanTian", 5),
        ] {
            assert_eq!(found(query, &rows(), &[]).first(), Some(&first), "{query}");
        }
    }

    #[test]
    fn numbers_are_found_in_their_forms() {
        for query in ["14155550042", "+1 415", "+1-415-555", "555 0042", "0415555", "(415) 555-0042"] {
            assert_eq!(found(query, &rows(), &[]), [1], "{query}");
        }
        assert_eq!(found("415", &rows(), &[]), [1, 3]);
    }

    #[test]
    fn names_come_before_companies_and_groups_last() {
        let mut rows = rows();
        let group = Group::new(GroupId(Uuid::from_u128(9)), AccountId::local(), "Old Lukas fans");
        rows[0].groups = vec![group.id];
        assert_eq!(found("lukas", &rows, &[group]), [2, 4, 1]);
    }

    #[test]
    fn all_terms_must_match_each_in_its_own_field() {
        assert_eq!(found("optics luk", &rows(), &[]), [2]);
        assert_eq!(found("luk engines", &rows(), &[]), []);
        assert_eq!(found("", &rows(), &[]), [1_u128, 3, 4, 2, 5], "nothing asked: the whole list");
    }

    #[test]
    fn abbreviations_match_and_scattered_letters_do_not() {
        assert_eq!(found("adlv", &rows(), &[]), [1]);
        assert_eq!(found("jgen", &rows(), &[]), [3]);
        assert_eq!(found("eae", &rows(), &[]), []);
    }

    #[test]
    fn the_scope_decides_about_trash_and_groups() {
        let mut rows = rows();
        rows[0].trashed = true;
        let group = GroupId(Uuid::from_u128(9));
        rows[1].groups = vec![group];
        let index = Index::new(&rows);
        let ids = |scope| -> Vec<u128> {
            let hits = filter(&Query::default(), scope, &index, &[], &|_| false, &|| false);
            hits.unwrap().iter().map(|hit| hit.id.0.as_u128()).collect()
        };
        assert_eq!(ids(Scope::Trash), [1]);
        assert_eq!(ids(Scope::Group(group)), [2]);
        assert!(!ids(Scope::All).contains(&1));
    }

    #[test]
    fn notes_are_asked_for_by_name() {
        let index = Index::new(&rows());
        let notes = |id: ContactId| id.0.as_u128() == 2;
        let hits = |query: &str| filter(&Query::parse(query), Scope::All, &index, &[], &notes, &|| false).unwrap();
        assert_eq!(hits("note:graz")[0].id.0.as_u128(), 2);
        assert_eq!(hits("note:graz").len(), 1);
        assert_eq!(hits("note:graz ada").len(), 0);
        assert_eq!(hits("ada").len(), 1);
    }

    #[test]
    fn a_cancelled_search_says_nothing() {
        let index = Index::new(&rows());
        assert_eq!(filter(&Query::parse("a"), Scope::All, &index, &[], &|_| false, &|| true), None);
    }

    proptest! {
        #[test]
        fn a_longer_query_never_finds_more(text in "[ad0+( élov4.@Ö-]{0,9}", cut in 0_usize..9) {
            let shorter: String = text.chars().take(cut).collect();
            let few = found(&text, &rows(), &[]);
            let many = found(&shorter, &rows(), &[]);
            prop_assert!(few.iter().all(|id| many.contains(id)), "{shorter:?} -> {text:?}");
        }

        #[test]
        fn the_order_is_the_same_whatever_was_searched_before(text in "[a-z ]{0,6}", earlier in "[a-z ]{0,6}") {
            let fresh = found(&text, &rows(), &[]);
            found(&earlier, &rows(), &[]);
            prop_assert_eq!(found(&text, &rows(), &[]), fresh);
        }
    }
}
