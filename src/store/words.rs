//! The words of the book, for completing what is typed into a form.

use std::{borrow::Cow, collections::HashMap};

use serde::Deserialize;

use crate::{
    book::Failure,
    search::{Topic, Vocabulary},
};

use super::Book;

/// How many contacts are read between two looks at whether somebody still waits.
const STRIDE: usize = 256;

/// What is looked at in a stored contact; `SQLite` would read the document anew for each of these members.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Said<'a> {
    #[serde(borrow)]
    company_name: Cow<'a, str>,
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    department: Cow<'a, str>,
    #[serde(borrow)]
    addresses: Vec<Place<'a>>,
    #[serde(borrow)]
    emails: Vec<Labelled<'a>>,
    #[serde(borrow)]
    phone_numbers: Vec<Labelled<'a>>,
    #[serde(borrow)]
    sip_addresses: Vec<Labelled<'a>>,
    #[serde(borrow)]
    web_pages: Vec<Labelled<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place<'a> {
    #[serde(borrow)]
    label: Cow<'a, str>,
    #[serde(borrow)]
    city: Cow<'a, str>,
    #[serde(borrow)]
    state: Cow<'a, str>,
    #[serde(borrow)]
    country: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Labelled<'a> {
    #[serde(borrow)]
    label: Cow<'a, str>,
}

impl Said<'_> {
    fn words(&self) -> impl Iterator<Item = (Topic, &str)> {
        let work =
            [(Topic::Company, &self.company_name), (Topic::Title, &self.title), (Topic::Department, &self.department)];
        let places = self.addresses.iter().flat_map(|place| {
            [
                (Topic::City, &place.city),
                (Topic::State, &place.state),
                (Topic::Country, &place.country),
                (Topic::Type, &place.label),
            ]
        });
        let values = [&self.emails, &self.phone_numbers, &self.sip_addresses, &self.web_pages];
        let labels = values.into_iter().flatten().map(|value| (Topic::Type, &value.label));
        let all = work.into_iter().chain(places).chain(labels);
        all.map(|(topic, word)| (topic, word.trim())).filter(|(_, word)| !word.is_empty())
    }
}

impl Book {
    /// The companies, titles, towns and the like that contacts outside the trash have, and how often. `None` as soon as
    /// `superseded` says that nobody waits for them any more: the whole book is read.
    ///
    /// # Errors
    /// The book cannot be read.
    pub fn vocabulary(&self, superseded: &dyn Fn() -> bool) -> Result<Option<Vocabulary>, Failure> {
        self.try_vocabulary(superseded).map_err(|error| self.failure(&error))
    }

    fn try_vocabulary(&self, superseded: &dyn Fn() -> bool) -> rusqlite::Result<Option<Vocabulary>> {
        const ALL: &str = "SELECT document FROM document JOIN contact USING (row) WHERE contact.trashed IS NULL";
        let mut counts: HashMap<Topic, HashMap<String, usize>> = HashMap::new();
        let mut statement = self.connection.prepare_cached(ALL)?;
        let mut rows = statement.query([])?;
        let mut number = 0;
        while let Some(row) = rows.next()? {
            if number % STRIDE == 0 && superseded() {
                return Ok(None);
            }
            number += 1;
            // What cannot be read has no words to offer; whoever opens it is told.
            let Ok(said) = serde_json::from_str::<Said<'_>>(row.get_ref(0)?.as_str()?) else { continue };
            for (topic, word) in said.words() {
                let words = counts.entry(topic).or_default();
                match words.get_mut(word) {
                    Some(count) => *count += 1,
                    None => _ = words.insert(word.to_owned(), 1),
                }
            }
        }
        let words = counts.into_iter().flat_map(|(topic, words)| words.into_iter().map(move |(w, n)| (topic, w, n)));
        Ok(Some(Vocabulary::new(words)))
    }
}
