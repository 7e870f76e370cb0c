//! People of the organisation, asked for while somebody types: once typing pauses, and only for what is typed now.

use std::{collections::HashMap, time::Duration};

use tokio::{
    task::{AbortHandle, spawn_local},
    time::sleep,
};

use super::task::{Job, Task};
use crate::{
    app::{Event, People, RequestId},
    book::{AccountId, ContactId, PersonRef, port::Matches},
    webex::{WebexError, directory::Hits},
};

/// So long typing pauses before the directory is asked.
const PAUSE: Duration = Duration::from_millis(250);
/// Why nobody is asked where nobody is signed in.
pub(super) const NOBODY: &str = "nobody is signed in";

/// Who is looked for, and who of them is known here.
pub(in crate::runtime) struct Wanted {
    /// The search of the picker.
    pub request: RequestId,
    /// As it is typed.
    pub query: String,
    /// Whose organisation.
    pub account: AccountId,
    /// Those known here.
    pub known: Matches,
    /// Which of them are contacts.
    pub contacts: HashMap<PersonRef, ContactId>,
}

/// What the directory says.
pub(super) struct Looked {
    wanted: Wanted,
    said: Result<Hits, WebexError>,
}

/// A search under way. It ends with this.
pub(super) struct Looking(AbortHandle);

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Wanted {
    /// The answer where the directory has none.
    pub fn without_the_directory(self, reason: &str) -> Event {
        let Self { request, known: matches, contacts, .. } = self;
        let remark = Some(format!("{reason}: only people known here"));
        Event::PeopleFound { request, matches, contacts, remark }
    }

    /// Takes in whom the directory has found: the newest word on those known here, and after them the others.
    fn and_found(&mut self, hits: Hits) {
        let unlisted = self.known.total.saturating_sub(self.known.people.len());
        let not_told = hits.total.saturating_sub(hits.people.len());
        for person in hits.people {
            let is_same = |known: &&mut crate::book::Person| known.who.key.eq_ignore_ascii_case(&person.who.key);
            match self.known.people.iter_mut().find(is_same) {
                Some(known) => known.profile = person.profile,
                None => self.known.people.push(person),
            }
        }
        self.known.total = self.known.people.len() + unlisted.max(not_told);
    }
}

impl Task {
    /// Looks for people; what was looked for before is given up.
    pub(super) fn look_for(&mut self, wanted: Wanted) {
        self.looking = None;
        if wanted.query.trim().is_empty() {
            let Wanted { request, known: matches, contacts, .. } = wanted;
            return self.say(Event::PeopleFound { request, matches, contacts, remark: None });
        }
        let (path, settings) = (self.path.clone(), self.settings.clone());
        let desk = self.desk(&wanted.account).filter(|desk| !desk.is_out());
        let client = match desk.map(|desk| desk.client(&path, &settings)) {
            Some(Ok(client)) => client,
            Some(Err(error)) => return self.say(wanted.without_the_directory(&why(&error))),
            None => return self.say(wanted.without_the_directory(NOBODY)),
        };
        let jobs = self.jobs.clone();
        let work = spawn_local(async move {
            sleep(PAUSE).await;
            let said = client.directory().search(&wanted.query, People::LIMIT).await;
            // Whoever has ended needs no answer.
            let _ = jobs.send(Job::Looked(Box::new(Looked { wanted, said })));
        });
        self.looking = Some(Looking(work.abort_handle()));
    }

    pub(super) fn looked(&mut self, Looked { mut wanted, said }: Looked) {
        match said {
            Err(error) => self.say(wanted.without_the_directory(&why(&error))),
            Ok(hits) => {
                wanted.and_found(hits);
                let Wanted { request, known: matches, mut contacts, .. } = wanted;
                for person in &matches.people {
                    if let Ok(Some(contact)) = self.book.contact_of(&person.who) {
                        contacts.insert(person.who.clone(), contact);
                    }
                }
                self.say(Event::PeopleFound { request, matches, contacts, remark: None });
            }
        }
    }
}

/// Why the directory has no answer, in a few words that say what matters.
fn why(error: &WebexError) -> String {
    match error {
        WebexError::SignedOut { .. } => NOBODY.to_owned(),
        WebexError::Refused(refusal) if refusal.status == 403 => "no right to search the directory".to_owned(),
        error if error.is_offline() => "offline".to_owned(),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Person, Profile};

    fn person(key: &str, name: &str) -> Person {
        let who = PersonRef { directory: "webex".to_owned(), key: key.to_owned() };
        let profile = Profile { display_name: name.to_owned(), ..Profile::default() };
        Person { who, profile, unresolved_since: None }
    }

    #[test]
    fn whom_the_directory_finds_comes_after_those_known_and_nobody_comes_twice() {
        let known = Matches { people: vec![person("a", "Ada Byron"), person("b", "Bo")], total: 2, size: 9 };
        let (request, account) = (RequestId(1), AccountId("webex".to_owned()));
        let mut wanted = Wanted { request, query: "x".to_owned(), account, known, contacts: HashMap::new() };
        let people = vec![person("c", "Cem"), person("A", "Ada Lovelace")];
        wanted.and_found(Hits { people, total: 7 });
        let names: Vec<&str> = wanted.known.people.iter().map(|person| &*person.profile.display_name).collect();
        assert_eq!(names, ["Ada Lovelace", "Bo", "Cem"]);
        assert_eq!(wanted.known.people[0].who.key, "a", "the contact of this person is found by it");
        assert_eq!(wanted.known.total, 8, "three, and five of whom the server has not told");
    }
}
