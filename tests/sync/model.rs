//! Chance against the sync: edits here, edits by a second client, faults, kills and answers in any order. When the faults
//! have stopped, both sides are the same, nothing is lost or doubled, and each note is with its contact.
//!
//! `CALLBOOK_RUNS=20000` makes it a nightly test; `CALLBOOK_SEED=n` plays one run again.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use callbook::{
    book::{Command, Contact, Profile, TypedValue},
    plan::Answer,
    sync::{Ended, Engine, How, Watched},
    webex::contacts::NewContact,
};
use serde_json::json;
use simulator::{
    Control,
    faults::{HttpFault, On},
};

use crate::{
    desk::{Desk, timing, webex},
    support::until,
};

const RUNS: u64 = 12;
const DEEDS: u64 = 24;

/// A generator (xorshift64*): what a seed leads to must not change with a library.
struct Chance(u64);

impl Chance {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn one_of<T: Clone>(&mut self, things: &[T]) -> Option<T> {
        let limit = u64::try_from(things.len()).unwrap();
        (limit > 0).then(|| things[usize::try_from(self.below(limit)).unwrap()].clone())
    }
}

struct Run {
    chance: Chance,
    desk: Desk,
    made: u64,
    /// Names that must be there exactly once at the end.
    expected: BTreeSet<String>,
    /// Names of which an answer may have made a second one.
    copied: BTreeSet<String>,
    /// Names of contacts whose making was undone, which leaves no note of them: an edit there brings them back without.
    unmade: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_both_sides_end_up_the_same() {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("CALLBOOK_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CALLBOOK_RUNS").unwrap_or(RUNS),
    };
    for seed in seeds {
        println!("CALLBOOK_SEED={seed}");
        let desk = Desk::new().await;
        let (expected, copied, unmade) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut run = Run { chance: Chance::of(seed + 1), desk, made: 0, expected, copied, unmade };
        for _ in 0..DEEDS {
            run.deed().await;
        }
        run.end().await;
    }
}

impl Run {
    fn new_name(&mut self, place: &str) -> String {
        self.made += 1;
        let name = format!("{place} {}", self.made);
        self.expected.insert(name.clone());
        name
    }

    fn new_title(&mut self) -> String {
        self.made += 1;
        format!("Title {}", self.made)
    }

    async fn deed(&mut self) {
        let deed = self.chance.below(18);
        println!("  deed {deed}: here {:?}, there {:?}", self.desk.names(), self.desk.names_there());
        match deed {
            0 | 1 => {
                let name = self.new_name("Here");
                self.desk.add_with(&name, |draft| draft.extras.notes = format!("note of {name}"));
            }
            2 | 3 => {
                let title = self.new_title();
                if let Some(contact) = self.anyone() {
                    self.desk.edit(contact.id, |draft| draft.profile.title = title);
                }
            }
            4 => {
                if let Some(contact) = self.anyone() {
                    self.expected.remove(&contact.profile.display_name);
                    self.desk.delete(&[contact.id]);
                }
            }
            5 => self.undo(),
            6 => {
                let name = self.new_name("There");
                // By its name alone nobody could be known again after an edit elsewhere.
                let emails = vec![TypedValue::new("work", &format!("{}@example.org", name.replace(' ', ".")))];
                let profile = Profile { display_name: name, emails, ..Profile::default() };
                self.desk.elsewhere().await.create(&NewContact::custom(profile)).await.unwrap();
            }
            7 | 8 => {
                let title = self.new_title();
                if let Some(name) = self.anyone_there() {
                    self.desk.edited_elsewhere(&name, |profile| profile.title = title).await;
                }
            }
            9 => {
                if let Some(name) = self.anyone_there() {
                    let id = self.desk.there(&name)["contactId"].as_str().unwrap().to_owned();
                    self.desk.elsewhere().await.delete(&id).await.unwrap();
                    self.expected.remove(&name);
                }
            }
            10 => {
                // A late twin that another client seals anew before anybody has seen it is a stranger; of these there is none.
                let names = self.desk.names_there();
                if names.iter().collect::<BTreeSet<_>>().len() == names.len() {
                    self.desk.stage.order(json!({"do": "reseal"}));
                }
            }
            11 => self.answer(),
            _ => self.sync().await,
        }
    }

    fn anyone(&mut self) -> Option<Contact> {
        let mut contacts = self.desk.contacts();
        contacts.sort_by(|one, other| one.profile.display_name.cmp(&other.profile.display_name));
        self.chance.one_of(&contacts)
    }

    /// One whose name nobody else has.
    fn anyone_there(&mut self) -> Option<String> {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for name in self.desk.names_there() {
            *names.entry(name).or_default() += 1;
        }
        let single: Vec<String> = names.into_iter().filter(|(_, count)| *count == 1).map(|(name, _)| name).collect();
        self.chance.one_of(&single)
    }

    /// It may delete and bring back.
    fn undo(&mut self) {
        let before = self.desk.names();
        if self.desk.book.perform(Command::Undo).is_ok() {
            let after = self.desk.names();
            for name in before.iter().chain(&after).filter(|name| before.contains(name) != after.contains(name)) {
                self.expected.remove(name);
                self.unmade.insert(name.clone());
            }
        }
    }

    fn answer(&mut self) {
        for conflict in self.desk.book.conflicts(&webex()).unwrap() {
            let answer = self.chance.one_of(&[Answer::Mine, Answer::Theirs, Answer::Both]).unwrap();
            let answered = self.desk.book.answer_conflict(conflict.kind, conflict.id, answer);
            if answer == Answer::Both && answered.is_ok() {
                self.copied.insert(conflict.name);
            }
        }
    }

    /// A sync, perhaps with faults, perhaps killed at some request.
    async fn sync(&mut self) {
        let (posts, deletes, all) =
            (On::path("/Users/").method("POST"), On::path("/Users/").method("DELETE"), On::path("/Users/"));
        let after = u32::try_from(self.chance.below(3)).unwrap();
        let status = |status| HttpFault::Status { status, retry_after: None };
        let fault = match self.chance.below(14) {
            0 => Some((posts, HttpFault::LoseAnswer)),
            1 => Some((posts.times(2), HttpFault::LoseAnswer)),
            2 => Some((posts, HttpFault::ApplyAfterGet)),
            3 => Some((posts, status(500))),
            4 => Some((deletes.times(4), HttpFault::LoseAnswer)),
            5 => Some((all.times(9), status(503))),
            6 => Some((all, status(403))),
            7 => Some((all.method("GET"), HttpFault::ListWithout { member: "contacts".to_owned() })),
            8 => Some((all.method("GET"), HttpFault::PagingHint)),
            9 => Some((posts, status(400))),
            _ => None,
        };
        println!("    fault {fault:?} after {after}");
        if let Some((on, fault)) = fault {
            self.desk.stage.control(Control::Http { on: on.after(after), fault });
        }
        if self.chance.below(5) == 0 {
            self.desk.stage.control(Control::CutSockets);
        }
        let calls = self.desk.stage.calls().len();
        let deadly = usize::try_from(self.chance.below(12)).unwrap();
        let killed = if self.chance.below(3) == 0 {
            let (stage, clock) = (&self.desk.stage, self.desk.clock.clone());
            let mut engine = Engine::open(&mut self.desk.book, self.desk.client.clone(), clock).unwrap();
            let watched = Watched::by_nobody();
            tokio::select! {
                done = engine.sync(how(), &watched) => { done.unwrap(); false }
                () = until("a request", || stage.calls().len() > calls + deadly) => true,
            }
        } else {
            self.desk.sync_as(how()).await;
            false
        };
        self.desk.stage.control(Control::Recover);
        if killed || self.chance.below(4) == 0 {
            self.desk.restart();
        }
    }

    /// The faults have stopped.
    async fn end(mut self) {
        let mut last = None;
        for _ in 0..6 {
            self.desk.clock.wait(11);
            self.desk.client = self.desk.stage.client(timing());
            let report = self.desk.sync_as(how()).await;
            let is_over = report.ended == Ended::Done && report.conflicts == 0 && report.here + report.there == 0;
            last = Some(report);
            if is_over {
                break;
            }
            self.answer();
        }
        let desk = &self.desk;
        assert_eq!(desk.book.queue(&webex()).unwrap(), [], "{last:#?}");
        let mut here: Vec<(String, String)> =
            desk.contacts().into_iter().map(|contact| (contact.profile.display_name, contact.profile.title)).collect();
        here.sort();
        let opened = desk.opened();
        let text = |contact: &serde_json::Value, member: &str| contact[member].as_str().unwrap_or_default().to_owned();
        let there = opened["contacts"].as_array().unwrap().iter();
        let mut there: Vec<(String, String)> =
            there.map(|contact| (text(contact, "displayName"), text(contact, "title"))).collect();
        there.sort();
        assert_eq!(here, there, "{last:#?}");
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, _) in &here {
            *counts.entry(name).or_default() += 1;
        }
        for name in &self.expected {
            assert!(counts.contains_key(name.as_str()), "{name} is lost: {here:?}");
        }
        for (name, count) in counts {
            assert!(count == 1 || self.copied.contains(name), "{name} is there {count} times");
        }
        for contact in desk.contacts() {
            let name = contact.profile.display_name;
            let note = format!("note of {name}");
            let without = name.starts_with("There") || self.unmade.contains(&name);
            assert!(contact.extras.notes == note || without, "the note of {name} is lost");
        }
    }
}

fn how() -> How {
    How { confirmed: true, at_once: true, ..How::default() }
}
