//! A book in memory that answers effects at once, so that a test is a string of keys.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use callbook::{
    app::{Answered, Effect, Event, Exported, Kept, Opening, People, RequestId, SignInEnd, TextBack},
    book::{
        AccountId, AccountStatus, BrakedPlan, ChangeId, Command, Committed, Contact, ContactId, ContactType, Delta,
        Dispute, Draft, Failure, Group, GroupId, GroupRow, HeldBack, HistoryEntry, ImportReport, OTHER_CONTACTS,
        Origin, Person, Progress, QueueEntry, Row, SignInPrompt, Tally, Timestamp, Twins, Unread, port::Matches,
    },
    search::{self, Index, PeopleIndex, Query, Topic, Vocabulary},
};
use uuid::Uuid;

/// Contacts and groups, with the books before and after each change.
#[derive(Clone, Default)]
pub struct FakeBook {
    pub contacts: Vec<Contact>,
    pub groups: Vec<Group>,
    /// The people of the directory.
    pub directory: Vec<Person>,
    pub undo: Vec<(String, Vec<Contact>, Vec<Group>)>,
    pub redo: Vec<(String, Vec<Contact>, Vec<Group>)>,
    pub import: ImportReport,
    /// Imports and exports come so far and end only when they are stopped.
    pub progress: Option<Progress>,
    /// The next change fails like this.
    pub failure: Option<Failure>,
    /// The links handed to programs.
    pub opened: Vec<String>,
    /// Programs fail like this.
    pub opener: Option<String>,
    /// The texts given to the clipboard.
    pub copied: Vec<String>,
    /// What the editor does, one opening after the other: replaces the one by the other, or fails. Else nothing.
    pub editor: VecDeque<Result<(&'static str, &'static str), String>>,
    /// The texts that the editor got.
    pub texts: Vec<String>,
    /// What was typed when the terminal was closed.
    pub kept: Option<Kept>,
    /// The files of such texts that were removed.
    pub dropped: Vec<String>,
    /// The Webex accounts.
    pub accounts: Vec<AccountStatus>,
    /// What they have not got yet.
    pub queue: Vec<(AccountId, QueueEntry)>,
    /// What was changed here and there.
    pub disputes: Vec<Dispute>,
    /// Of whom nobody can tell who is who.
    pub twins: Vec<Twins>,
    /// What is held back.
    pub held: Vec<HeldBack>,
    /// What cannot be read.
    pub unread: Vec<Unread>,
    /// The plans that were stopped.
    pub brakes: Vec<BrakedPlan>,
    /// What a sign-in asks for; without it each is refused.
    pub prompt: Option<SignInPrompt>,
    /// The key server that a sign-in asks about.
    pub key_server: Option<String>,
    /// The people of the organisation, found after those of the directory; the last answer carries this remark.
    pub organisation: Option<(Vec<Person>, Option<String>)>,
    /// What was asked of the accounts.
    pub asked: Vec<Effect>,
    ids: u128,
}

pub const NOW: Timestamp = Timestamp(1_795_338_000_000);

impl FakeBook {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    pub fn group(&mut self, name: &str) -> GroupId {
        self.group_of(&AccountId::local(), name)
    }

    pub fn group_of(&mut self, account: &AccountId, name: &str) -> GroupId {
        let is_it = |group: &&Group| group.account == *account && Group::folded(&group.name) == Group::folded(name);
        if let Some(group) = self.groups.iter().find(is_it) {
            return group.id;
        }
        let id = GroupId(self.id());
        self.groups.push(Group::new(id, account.clone(), name));
        id
    }

    pub fn add(&mut self, mut draft: Draft) -> ContactId {
        for name in std::mem::take(&mut draft.group_names) {
            let group = self.group_of(&draft.account, &name);
            draft.groups.push(group);
        }
        if draft.groups.is_empty() {
            let other = self.group_of(&draft.account, OTHER_CONTACTS);
            draft.groups.push(other);
        }
        let id = ContactId(self.id());
        self.contacts.push(draft.into_contact(id, Timestamp(NOW.0 - 86_400_000)));
        id
    }

    /// What the changes that can be undone did to a contact, each a day before the next one, and its making.
    fn history(&self, id: ContactId, limit: usize) -> Vec<HistoryEntry> {
        let of = |contacts: &[Contact]| contacts.iter().find(|contact| contact.id == id).cloned();
        let mut after = of(&self.contacts);
        let mut entries = Vec::new();
        for (title, before, _) in self.undo.iter().rev() {
            let before = of(before);
            if before != after {
                let at = Timestamp(NOW.0 - 86_400_000 * i64::try_from(entries.len()).unwrap());
                let fields = if title.starts_with("Edited") { vec!["Title".to_owned()] } else { Vec::new() };
                let (id, title) = (ChangeId(Uuid::nil()), title.clone());
                entries.push(HistoryEntry { id, at, origin: Origin::User, title, undone: false, fields });
            }
            after = before;
        }
        entries.truncate(limit);
        entries
    }

    fn row(&self, contact: &Contact) -> Row {
        let unsent = self.queue.iter().any(|(_, entry)| entry.id == contact.id.0);
        Row { unsent, ..Row::of(contact) }
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.contacts.iter().map(|contact| self.row(contact)).collect();
        rows.sort_by(|a, b| (&a.sort, a.id).cmp(&(&b.sort, b.id)));
        rows
    }

    fn group_rows(&self) -> Vec<GroupRow> {
        let count = |group: &Group| {
            self.contacts.iter().filter(|c| c.trashed.is_none() && c.groups.contains(&group.id)).count()
        };
        self.groups.iter().map(|group| GroupRow { group: group.clone(), count: count(group) }).collect()
    }

    /// What an account has not got yet.
    pub fn queue_event(&self, account: &AccountId) -> Event {
        let entries = self.queue.iter().filter(|(of, _)| of == account).map(|(_, entry)| entry.clone()).collect();
        Event::Queue { account: account.clone(), entries }
    }

    fn total(&self) -> usize {
        self.contacts.iter().filter(|c| c.trashed.is_none()).count()
    }

    pub fn opening(&self, label: &str) -> Opening {
        let rows = self.rows().into_iter().filter(|row| !row.trashed).take(5).collect();
        Opening {
            label: label.to_owned(),
            demo: !label.is_empty(),
            rows,
            groups: self.group_rows(),
            total: self.total(),
            tally: Tally::of(&self.rows()),
            kept: self.kept.clone(),
            accounts: self.accounts.clone(),
        }
    }

    fn delta_since(&self, before: &[Contact]) -> Delta {
        let rows = self.contacts.iter().filter(|c| !before.contains(c)).map(|contact| self.row(contact)).collect();
        let lives = |id: ContactId| self.contacts.iter().any(|c| c.id == id);
        let gone = before.iter().map(|c| c.id).filter(|id| !lives(*id)).collect();
        Delta { rows, gone, groups: self.group_rows(), total: self.total() }
    }

    #[expect(clippy::too_many_lines, reason = "one short arm for each command")]
    fn carry_out(&mut self, command: &Command) -> Result<(String, Vec<Uuid>), Failure> {
        let name = |contact: &Contact| callbook::book::name::shown_name(contact);
        Ok(match command {
            Command::CreateContact(draft) => {
                let id = self.add((**draft).clone());
                let contact = self.contacts.iter().find(|c| c.id == id).expect("just made");
                (format!("Created {}", name(contact)), vec![id.0])
            }
            Command::AddPerson { who, draft } => {
                let known = self.directory.iter().find(|person| person.who == *who);
                let gone = || Failure::NotFound("the directory does not know this person any more".to_owned());
                let person = Some(known.ok_or_else(gone)?.clone());
                let draft = Draft { contact_type: ContactType::Cloud, person, ..(**draft).clone() };
                let id = self.add(draft);
                let contact = self.contacts.iter().find(|c| c.id == id).expect("just made");
                (format!("Added {}", name(contact)), vec![id.0])
            }
            Command::EditContact { before, after } => {
                let mut draft = (**after).clone();
                for name in std::mem::take(&mut draft.group_names) {
                    let group = self.group(&name);
                    draft.groups.push(group);
                }
                let contact = self.contacts.iter_mut().find(|c| c.id == before.id).expect("it exists");
                if *contact != **before {
                    let (theirs, fields) = (Box::new(contact.clone()), vec!["Title".to_owned()]);
                    return Err(Failure::Conflict { name: name(contact), fields, theirs });
                }
                draft.apply(contact);
                contact.modified = NOW;
                (format!("Edited {}", name(contact)), vec![contact.id.0])
            }
            Command::DeleteContacts(ids) | Command::RestoreContacts(ids) => {
                let deletes = matches!(command, Command::DeleteContacts(_));
                let mut names = Vec::new();
                for contact in self.contacts.iter_mut().filter(|c| ids.contains(&c.id)) {
                    contact.trashed = deletes.then_some(NOW);
                    names.push(name(contact));
                }
                let verb = if deletes { "Deleted" } else { "Restored" };
                (format!("{verb} {}", names.join(", ")), ids.iter().map(|id| id.0).collect())
            }
            Command::CopyContacts { contacts, account } | Command::MoveContacts { contacts, account } => {
                let moves = matches!(command, Command::MoveContacts { .. });
                let mut made = Vec::new();
                for at in 0..self.contacts.len() {
                    if !contacts.contains(&self.contacts[at].id) {
                        continue;
                    }
                    let draft = Draft { account: account.clone(), groups: Vec::new(), ..Draft::of(&self.contacts[at]) };
                    made.push(self.add(draft).0);
                    self.contacts[at].trashed = moves.then_some(NOW).or(self.contacts[at].trashed);
                }
                (format!("{} {} contacts", if moves { "Moved" } else { "Copied" }, contacts.len()), made)
            }
            Command::CreateGroup { account, name, members, group_type } => {
                let id = self.group_of(account, name);
                self.groups.iter_mut().filter(|g| g.id == id).for_each(|g| g.group_type = *group_type);
                self.regroup(members, &[id], &[]);
                (format!("Created the group {name}"), vec![id.0])
            }
            Command::EditGroup { before, name, group_type, join, leave } => {
                self.regroup(join, &[before.id], &[]);
                self.regroup(leave, &[], &[before.id]);
                let group = self.groups.iter_mut().find(|g| g.id == before.id).expect("it exists");
                name.clone_into(&mut group.name);
                group.group_type = *group_type;
                (format!("Renamed {} to {name}", before.name), vec![before.id.0])
            }
            Command::DeleteGroup(id) => {
                let place = self.groups.iter().position(|g| g.id == *id).expect("it exists");
                let group = self.groups.remove(place);
                for at in 0..self.contacts.len() {
                    self.contacts[at].groups.retain(|g| g != id);
                    if self.contacts[at].groups.is_empty() {
                        let other = self.group(OTHER_CONTACTS);
                        self.contacts[at].groups.push(other);
                    }
                }
                (format!("Deleted the group {}", group.name), vec![id.0])
            }
            Command::Regroup { contacts, join, make, leave } => {
                let made: Vec<GroupId> = make.iter().map(|name| self.group(name)).collect();
                for at in 0..self.contacts.len() {
                    if !contacts.contains(&self.contacts[at].id) {
                        continue;
                    }
                    self.contacts[at].groups.retain(|g| !leave.contains(g));
                    for id in join.iter().chain(&made) {
                        if !self.contacts[at].groups.contains(id) {
                            self.contacts[at].groups.push(*id);
                        }
                    }
                    if self.contacts[at].groups.is_empty() {
                        let other = self.group(OTHER_CONTACTS);
                        self.contacts[at].groups.push(other);
                    }
                }
                let ids = contacts.iter().map(|id| id.0).chain(made.iter().map(|id| id.0));
                (format!("Changed the groups of {} contacts", contacts.len()), ids.collect())
            }
            Command::Favour { contacts, favourite } => {
                for contact in self.contacts.iter_mut().filter(|c| contacts.contains(&c.id)) {
                    contact.extras.favourite = *favourite;
                }
                let verb = if *favourite { "Favoured" } else { "Disfavoured" };
                (format!("{verb} {} contacts", contacts.len()), contacts.iter().map(|id| id.0).collect())
            }
            Command::Undo | Command::Redo => unreachable!("not asked for here"),
        })
    }

    fn regroup(&mut self, contacts: &[ContactId], join: &[GroupId], leave: &[GroupId]) {
        for at in (0..self.contacts.len()).filter(|at| contacts.contains(&self.contacts[*at].id)).collect::<Vec<_>>() {
            self.contacts[at].groups.retain(|group| !leave.contains(group));
            self.contacts[at].groups.extend(join);
            if self.contacts[at].groups.is_empty() {
                let other = self.group(OTHER_CONTACTS);
                self.contacts[at].groups.push(other);
            }
        }
    }

    /// The records that are new or differ.
    fn touched_since(&self, contacts: &[Contact], groups: &[Group]) -> Vec<Uuid> {
        let contacts = self.contacts.iter().filter(|contact| !contacts.contains(contact)).map(|contact| contact.id.0);
        contacts.chain(self.groups.iter().filter(|group| !groups.contains(group)).map(|group| group.id.0)).collect()
    }

    fn perform(&mut self, command: &Command) -> Result<Committed, Failure> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let (contacts, groups) = (self.contacts.clone(), self.groups.clone());
        let (title, touched) = match command {
            Command::Undo => {
                let (title, before, groups_before) =
                    self.undo.pop().ok_or(Failure::NotFound("Nothing to undo".to_owned()))?;
                self.redo.push((title.clone(), self.contacts.clone(), self.groups.clone()));
                (self.contacts, self.groups) = (before, groups_before);
                (format!("Undone: {title}"), self.touched_since(&contacts, &groups))
            }
            Command::Redo => {
                let (title, after, groups_after) =
                    self.redo.pop().ok_or(Failure::NotFound("Nothing to redo".to_owned()))?;
                self.undo.push((title.clone(), self.contacts.clone(), self.groups.clone()));
                (self.contacts, self.groups) = (after, groups_after);
                (format!("Done again: {title}"), self.touched_since(&contacts, &groups))
            }
            command => {
                let (title, touched) = self.carry_out(command)?;
                self.undo.push((title.clone(), contacts.clone(), groups));
                self.redo.clear();
                (title, touched)
            }
        };
        let change = Some(ChangeId(self.id()));
        Ok(Committed { change, title, kept: Vec::new(), touched, delta: self.delta_since(&contacts) })
    }

    pub fn people_found(&self, request: RequestId, query: &str) -> Event {
        let people = self.directory.iter();
        let texts = people.map(|person| (person.who.key.clone(), search::person_text(&person.profile)));
        let index = PeopleIndex::new(texts);
        let hits = index.search(query, People::LIMIT, &|| false).expect("not superseded");
        let of_key = |key: &&str| self.directory.iter().find(|person| person.who.key == *key).cloned();
        let (total, size) = (hits.total, index.len());
        let people: Vec<Person> = hits.keys.iter().filter_map(of_key).collect();
        let contacts = self.contacts.iter().filter_map(|c| Some((c.person.as_ref()?.who.clone(), c.id)));
        let contacts = contacts.filter(|(who, _)| people.iter().any(|person| person.who == *who)).collect();
        Event::PeopleFound { request, matches: Matches { people, total, size }, contacts, remark: None }
    }

    fn vocabulary(&self) -> Vocabulary {
        let words = self.contacts.iter().flat_map(|contact| {
            let profile = &contact.profile;
            let labels = profile.phone_numbers.iter().map(|number| (Topic::Type, number.label.clone()));
            let towns = profile.addresses.iter().map(|address| (Topic::City, address.city.clone()));
            let lands = profile.addresses.iter().map(|address| (Topic::Country, address.country.clone()));
            let work = [(Topic::Company, &profile.company_name), (Topic::Title, &profile.title)];
            work.map(|(topic, word)| (topic, word.clone())).into_iter().chain(labels).chain(towns).chain(lands)
        });
        let words = words.filter(|(_, word)| !word.is_empty()).map(|(topic, word)| (topic, word, 1));
        Vocabulary::new(words)
    }

    fn exported(&mut self, count: usize, path: String, replace: bool) -> Exported {
        match self.failure.take() {
            Some(failure) => Exported::Failed(failure.to_string()),
            None if path.ends_with("contacts.vcf") && !replace => {
                Exported::Exists { path, facts: "12 KB, written 2026-11-20 14:02".to_owned() }
            }
            None => Exported::Done { count, path },
        }
    }

    /// The events that answer an effect.
    #[expect(clippy::too_many_lines, reason = "one short arm for each effect")]
    pub fn answer(&mut self, effect: Effect) -> Vec<Event> {
        match effect {
            Effect::OpenDemo { request } => {
                *self = super::people();
                vec![Event::BookOpened { request: Some(request), opening: self.opening("demo book") }]
            }
            Effect::LoadRows { request } => {
                let rows = self.rows();
                let index = Arc::new(Index::new(&rows));
                vec![Event::RowsLoaded { request, rows, index }]
            }
            Effect::LoadContact { request, id } => {
                let contact = self.contacts.iter().find(|c| c.id == id).cloned().map(Box::new);
                vec![Event::ContactLoaded { request, result: Ok(contact) }]
            }
            Effect::LoadWords { request } => {
                vec![Event::WordsLoaded { request, vocabulary: Arc::new(self.vocabulary()) }]
            }
            Effect::CheckNumber { request, number, region } => {
                let doubt = callbook::book::phone::doubt(&number, region.as_deref());
                vec![Event::NumberChecked { request, doubt }]
            }
            Effect::LoadHistory { request, id, limit } => {
                vec![Event::HistoryLoaded { request, result: Ok(self.history(id, limit)) }]
            }
            Effect::LoadContacts { request, ids } => {
                let of = |id: &ContactId| self.contacts.iter().find(|contact| contact.id == *id).cloned();
                vec![Event::ContactsLoaded { request, result: Ok(ids.iter().filter_map(of).collect()) }]
            }
            Effect::Open { request, link } => {
                self.opened.push(link.uri);
                vec![Event::Opened { request, result: self.opener.clone().map_or(Ok(()), Err) }]
            }
            Effect::Copy { text } => {
                self.copied.push(text);
                Vec::new()
            }
            Effect::Sort { request, order } => {
                let mut rows = self.rows();
                rows.sort_by_key(|row| (order.key(row), row.id));
                vec![Event::Sorted { request, ids: rows.iter().map(|row| row.id).collect() }]
            }
            Effect::Filter { request, query, scope, index, groups } => {
                let groups = groups.iter().map(|row| &row.group);
                let query = Query::parse(&query);
                let hits = search::filter(&query, scope, &index, groups, &|_| false, &|| false).expect("not cancelled");
                vec![Event::Filtered { request, hits: hits.into_iter().map(|hit| hit.id).collect() }]
            }
            Effect::Perform { request, command } => {
                vec![Event::Committed { request, result: self.perform(&command) }]
            }
            Effect::SearchPeople { request, account: Some(_), .. } => {
                let (people, remark) = self.organisation.clone().unwrap_or_default();
                let found = |people: &[Person]| Matches { people: people.to_vec(), total: people.len(), size: 0 };
                let first = found(&people[..people.len().min(2)]);
                vec![
                    Event::PeopleSeen { request, matches: first, contacts: HashMap::new() },
                    Event::PeopleFound { request, matches: found(&people), contacts: HashMap::new(), remark },
                ]
            }
            Effect::SearchPeople { request, query, .. } => vec![self.people_found(request, &query)],
            Effect::LookAgain | Effect::TrustKeyServer { .. } | Effect::CancelSync => {
                self.asked.push(effect);
                Vec::new()
            }
            Effect::SignIn { request, .. } => {
                self.asked.push(effect);
                vec![match self.prompt.clone() {
                    _ if self.key_server.is_some() => {
                        Event::SignInAsked { request, host: self.key_server.clone().unwrap_or_default() }
                    }
                    Some(prompt) => Event::SignInPrompted { request, prompt },
                    None => Event::SignedIn { request, end: SignInEnd::Failed("Webex cannot be reached".to_owned()) },
                }]
            }
            Effect::CancelSignIn { request } => {
                self.asked.push(effect);
                vec![Event::SignedIn { request, end: SignInEnd::Cancelled }]
            }
            Effect::DropSending { request, record } => {
                self.asked.push(effect);
                let (dropped, left) = std::mem::take(&mut self.queue).into_iter().partition(|(_, e)| e.id == record.id);
                self.queue = left;
                let changed = |(account, _): &(AccountId, QueueEntry)| self.queue_event(account);
                let dropped: Vec<(AccountId, QueueEntry)> = dropped;
                let mut events: Vec<Event> = dropped.iter().map(changed).collect();
                let rows = self.contacts.iter().filter(|contact| contact.id.0 == record.id);
                let rows = rows.map(|contact| self.row(contact)).collect();
                let delta = Delta { rows, gone: Vec::new(), groups: self.group_rows(), total: self.total() };
                let answer = Answered::Undoable("Dropped the change".to_owned());
                events.extend([Event::BookChanged(delta), Event::Answered { request, answer }]);
                events
            }
            Effect::AnswerConflict { request, record, .. } => {
                self.asked.push(effect);
                self.disputes.retain(|dispute| dispute.record != record);
                let answer = Answered::Undoable("Settled".to_owned());
                vec![Event::Disputes(self.disputes.clone()), Event::Answered { request, answer }]
            }
            Effect::AnswerTwins { request, ref twins, .. } => {
                self.twins.retain(|other| other != &**twins);
                self.asked.push(effect);
                let answer = Answered::Done("Said who is who".to_owned());
                vec![Event::Twins(self.twins.clone()), Event::Answered { request, answer }]
            }
            Effect::ConfirmBrake { request, .. } | Effect::RefuseBrake { request, .. } => {
                self.asked.push(effect);
                self.brakes.clear();
                let answer = Answered::Done("As you say".to_owned());
                vec![Event::Braked(Vec::new()), Event::Answered { request, answer }]
            }
            Effect::SignOut { request, ref account, .. } => {
                self.accounts.retain(|status| status.id != *account);
                self.asked.push(effect);
                let answer = Answered::Done("Signed out".to_owned());
                vec![Event::Accounts(self.accounts.clone()), Event::Answered { request, answer }]
            }
            Effect::SyncNow { request }
            | Effect::RetrySending { request, .. }
            | Effect::RefreshDirectory { request } => {
                self.asked.push(effect);
                vec![Event::Answered { request, answer: Answered::Done("Done".to_owned()) }]
            }
            Effect::ListDirectory { request, directory } => {
                vec![Event::Listed { request, listing: crate::exchange::listing(&directory) }]
            }
            Effect::StopTransfer { request } => vec![Event::TransferStopped { request }],
            Effect::Import { request, .. } | Effect::Export { request, .. } if self.progress.is_some() => {
                self.progress.into_iter().map(|progress| Event::Progressed { request, progress }).collect()
            }
            Effect::Export { request, contacts, path, replace, .. } => {
                let exported = self.exported(contacts.len(), path.display().to_string(), replace);
                vec![Event::Exported { request, exported }]
            }
            Effect::Import { request, options, .. } => {
                if let Some(failure) = self.failure.take() {
                    return vec![Event::Imported { request, result: Err(failure) }];
                }
                let mut report = self.import.clone();
                if options.skip_twins {
                    report.new.retain(|name| report.twins.iter().all(|twin| twin.name != *name));
                }
                if options.even_if_elsewhere {
                    report.new.extend(report.elsewhere.drain(..).map(|elsewhere| elsewhere.name));
                }
                if options.dry_run {
                    return vec![Event::Imported { request, result: Ok(report) }];
                }
                let before = (self.contacts.clone(), self.groups.clone());
                for name in report.new.clone() {
                    let mut draft = Draft { account: options.account.clone(), ..Draft::default() };
                    draft.profile.display_name = name;
                    self.add(draft);
                }
                let delta = self.delta_since(&before.0);
                self.undo.push(("Imported contacts.vcf".to_owned(), before.0, before.1));
                vec![Event::BookChanged(delta), Event::Imported { request, result: Ok(report) }]
            }
            Effect::EditText { request, file, text, .. } => {
                let file = file.unwrap_or_else(|| "/run/contact.toml".to_owned());
                let edit = self.editor.pop_front().unwrap_or(Ok(("", "")));
                let result = edit.map(|(from, to)| TextBack { file, text: text.replace(from, to) });
                self.texts.push(text);
                vec![Event::TextEdited { request, result }]
            }
            Effect::KeepTyped { before, draft } => {
                self.kept = Some(Kept { before, draft, file: "/book/kept.json".to_owned() });
                Vec::new()
            }
            Effect::DropText { file } => {
                self.dropped.push(file);
                Vec::new()
            }
            Effect::CaptureMouse { .. } | Effect::Quit | Effect::Suspend | Effect::Redraw => Vec::new(),
        }
    }
}
