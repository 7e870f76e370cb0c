//! The loop: pull, plan, apply, and from the top until nothing is left.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    book::{AccountId, Failure, PersonRef, port::Clock},
    plan::{self, Brake, Plan, Planned, Reason, Remote, Rules, ServerId, Step, StepId},
    store::{self, Book, Lease},
    webex::{Client, WebexError},
};

use super::{
    outcome::{self, Ended, Failed, How, Report, Stage, SyncError, Watched},
    pull::{self, Fetched, Pulled},
    remote,
    send::{Courier, Sent},
};

/// So often a plan is carried out in one sync.
const ROUNDS: usize = 3;

/// Syncs one account. As long as it lives no other does.
pub struct Engine<'b> {
    book: &'b mut Book,
    client: Client,
    account: AccountId,
    clock: Arc<dyn Clock>,
    #[expect(dead_code, reason = "held for its Drop")]
    lease: Lease,
}

/// A plan with all it was made of.
struct Drawn {
    fetched: Fetched,
    remote: Remote,
    raw: HashMap<plan::ServerId, store::Hash>,
    seen: store::Seen,
    plan: Plan,
}

/// What came of a round.
enum Round {
    /// Another one may find more to do.
    Again,
    /// The sync is over.
    Over(Ended),
}

impl<'b> Engine<'b> {
    /// Takes the lease of the client's account; the account is made in the book if it is not there.
    ///
    /// # Errors
    /// Another one has the lease, or the book cannot be written.
    pub fn open(book: &'b mut Book, client: Client, clock: Arc<dyn Clock>) -> Result<Self, SyncError> {
        let account = client.account().clone();
        let Some(lease) = Lease::take(book.path(), &account) else {
            return Err(SyncError::Elsewhere { process: Lease::holder(book.path(), &account) });
        };
        if !book.accounts()?.iter().any(|known| known.id == account) {
            book.add_account(&account)?;
        }
        Ok(Self { book, client, account, clock, lease })
    }

    /// The book.
    pub fn book(&mut self) -> &mut Book {
        self.book
    }

    /// One sync. Whatever the server or the network does is told in the report; dropping the future at any moment loses
    /// nothing.
    ///
    /// # Errors
    /// The book could not be read or written.
    pub async fn sync(&mut self, how: How, watched: &Watched) -> Result<Report, SyncError> {
        let mut report = Report::new();
        if how.at_once && self.book.has_unsent(&self.account)? {
            self.book.retry_now(&self.account)?;
        }
        report.ended = self.rounds(how, watched, &mut report).await?;
        let said = words(&report);
        if self.book.sync_state(&self.account)?.said != said {
            self.book.say(&self.account, said)?;
        }
        Ok(report)
    }

    /// What a sync would do now. Nothing is done, here or there, and the people of CLOUD contacts are not looked up.
    ///
    /// # Errors
    /// The book cannot be read. Inside: why the list cannot be had.
    pub async fn preview(book: &Book, client: &Client, clock: &dyn Clock) -> Result<Result<Plan, WebexError>, Failure> {
        Ok(match pull::pull(book, client, false, &Watched::by_nobody()).await? {
            Pulled::Same | Pulled::Stopped => Ok(Plan::default()),
            Pulled::Failed(error) => Err(error),
            Pulled::List(fetched) => Ok(draw(book, client.account(), clock, fetched)?.plan),
        })
    }

    async fn rounds(&mut self, how: How, watched: &Watched, report: &mut Report) -> Result<Ended, SyncError> {
        let everybody = how.directory || pull::directory_is_due(self.book, &self.account, self.clock.now())?;
        // A key that was refused may be given by now, though the list is the one of last time.
        let keys_may_come = how.at_once && !self.book.waiting(&self.account)?.unreadable.is_empty();
        let mut confirmed = how.confirmed;
        for number in 0..=ROUNDS {
            let first = number == 0;
            let anyhow = !first || everybody || keys_may_come;
            let pulled = pull::pull(self.book, &self.client, anyhow, watched).await?;
            let fetched = match pulled {
                Pulled::Same => return Ok(Ended::Done),
                Pulled::Stopped => return Ok(Ended::Stopped),
                Pulled::Failed(error) => return Ok(Ended::Failed(error)),
                Pulled::List(fetched) => fetched,
            };
            let listing = &fetched.listing;
            let people = pull::people(self.book, &self.client, listing, first && everybody);
            match watched.unless_stopped(people).await {
                Some(refused) => report.directory = refused?.or(report.directory.take()),
                None => return Ok(Ended::Stopped),
            }
            let drawn = draw(self.book, &self.account, &*self.clock, fetched)?;
            report.conflicts = drawn.plan.conflicts.len();
            report.unclear = drawn.plan.unclear.len();
            report.held.clone_from(&drawn.plan.held);
            self.book.keep_waiting(&self.account, &waiting(&drawn))?;
            let plan = &drawn.plan;
            confirmed |= plan.brake.is_some() && how.plan.is_some() && how.plan == outcome::digest(plan);
            let stopped = plan.brake.is_some() && !confirmed;
            if stopped && (number == ROUNDS || matches!(plan.brake, Some(Brake::Empty { .. }))) {
                return Ok(Ended::Braked(Box::new(drawn.plan)));
            }
            let steps = if stopped { plan.unconfirmed() } else { plan.steps.iter().collect() };
            if number == ROUNDS && steps.iter().any(|planned| matches!(planned.step, Step::There(_))) {
                return Ok(Ended::Left(Box::new(drawn.plan)));
            }
            match self.carry_out(&drawn, &steps, watched, report).await? {
                Round::Again => {}
                Round::Over(Ended::Done) if stopped => return Ok(Ended::Braked(Box::new(drawn.plan))),
                Round::Over(ended) => return Ok(ended),
            }
        }
        Ok(Ended::Done)
    }

    /// Carries steps of a plan out: first what needs nothing of the server, then what is sent, then what had to wait for that.
    async fn carry_out(
        &mut self,
        drawn: &Drawn,
        steps: &[&Planned],
        watched: &Watched,
        report: &mut Report,
    ) -> Result<Round, SyncError> {
        let whole = steps.len() == drawn.plan.steps.len();
        let mut later: HashSet<&StepId> = HashSet::new();
        for planned in steps {
            if matches!(planned.step, Step::There(_)) || planned.needs.iter().any(|need| later.contains(need)) {
                later.insert(&planned.id);
            }
        }
        let (rest, now): (Vec<&Planned>, Vec<&Planned>) =
            steps.iter().copied().partition(|planned| later.contains(&planned.id));
        watched.says(Stage::Taking, 0, now.len());
        let list = drawn.fetched.hash.filter(|_| whole && rest.is_empty() && is_settled(drawn));
        let mut failed = self.take_over(drawn, &now, list, report)?;
        // What is left of a part of a plan is another plan.
        let mut moved = !failed.is_empty() || !whole && !now.is_empty();
        if rest.is_empty() {
            return Ok(if moved { Round::Again } else { Round::Over(Ended::Done) });
        }
        let contacts = match watched.unless_stopped(self.client.contacts()).await {
            Some(Ok(contacts)) => contacts,
            Some(Err(error)) => return Ok(Round::Over(Ended::Failed(error))),
            None => return Ok(Round::Over(Ended::Stopped)),
        };
        let groups = self.book.linked_groups(&self.account)?;
        let at = self.clock.now();
        let mut courier = Courier::new(self.book, &self.account, &contacts, at, &groups, &drawn.fetched.listing);
        let of = rest.iter().filter(|planned| matches!(planned.step, Step::There(_))).count();
        let (mut done, mut after) = (0, Vec::new());
        let mut over = None;
        for planned in rest {
            if planned.needs.iter().any(|need| failed.contains(need)) {
                failed.insert(planned.id.clone());
                continue;
            }
            if !matches!(planned.step, Step::There(_)) {
                after.push(planned);
                continue;
            }
            if watched.is_stopped() {
                over = Some(Ended::Stopped);
                break;
            }
            watched.says(Stage::Sending, done, of);
            done += 1;
            match courier.carry(planned).await? {
                Sent::Done => {
                    report.there += 1;
                    moved = true;
                    continue;
                }
                Sent::Later => {}
                Sent::Taken => {
                    report.there += 1;
                    moved = true;
                }
                Sent::Failed(error) => report.failed.push(Failed { name: planned.name.clone(), error }),
                Sent::Unknown(error) => {
                    tracing::info!(%error, "whether a request has arrived is seen in the next list");
                    moved = true;
                    break;
                }
                Sent::Stop(error) => {
                    over = Some(Ended::Failed(error));
                    break;
                }
            }
            failed.insert(planned.id.clone());
        }
        if !after.is_empty() {
            self.take_over(drawn, &after, None, report)?;
            moved = true;
        }
        Ok(match over {
            Some(ended) => Round::Over(ended),
            None if moved => Round::Again,
            None => Round::Over(Ended::Done),
        })
    }

    /// Takes over what a plan says of this book; the steps that could not be done.
    fn take_over(
        &mut self,
        drawn: &Drawn,
        steps: &[&Planned],
        list: Option<store::Hash>,
        report: &mut Report,
    ) -> Result<HashSet<StepId>, Failure> {
        let Drawn { remote, raw, plan, seen, .. } = drawn;
        let pulled = store::Pulled { remote, raw, list, plan, steps, seen: *seen };
        let applied = self.book.apply_pull(&self.account, &pulled)?;
        let done =
            |planned: &&&Planned| matches!(planned.step, Step::Here(_)) && !applied.skipped.contains(&planned.id);
        report.here += steps.iter().filter(done).count();
        Ok(applied.skipped)
    }
}

fn draw(book: &Book, account: &AccountId, clock: &dyn Clock, fetched: Fetched) -> Result<Drawn, Failure> {
    let input = book.sync_input(account)?;
    let sent = !input.base.sent_contacts.is_empty() || !input.base.sent_groups.is_empty();
    let name_of = |key: &str| {
        let who = PersonRef { directory: account.0.clone(), key: key.to_owned() };
        book.person(&who).ok().flatten().map(|person| person.profile.display_name)
    };
    let (remote, raw) = remote::of(&fetched.listing, &input.base, name_of, sent);
    let plan = plan::plan(&input.base, &input.local, &remote, &Rules::at(clock.now()));
    Ok(Drawn { fetched, remote, raw, seen: input.seen, plan })
}

/// What a plan leaves undone.
fn waiting(drawn: &Drawn) -> store::Waiting {
    let contacts = drawn.fetched.listing.contacts.iter().filter(|contact| !contact.unreadable.is_empty());
    let unreadable = contacts.map(|contact| (ServerId(contact.id.clone()), contact.unreadable.clone())).collect();
    store::Waiting { unclear: drawn.plan.unclear.clone(), held: drawn.plan.held.clone(), unreadable }
}

/// Whether the same list would lead to the same plan at any later time.
fn is_settled(drawn: &Drawn) -> bool {
    let Plan { conflicts, unclear, held, .. } = &drawn.plan;
    let passes = |reason| matches!(reason, Reason::Fresh | Reason::Incomplete);
    drawn.remote.complete && conflicts.is_empty() && unclear.is_empty() && !held.iter().any(|held| passes(held.reason))
}

/// For the screens of others.
fn words(report: &Report) -> &'static str {
    match &report.ended {
        Ended::Done if report.conflicts + report.unclear > 0 => "conflicts wait for an answer",
        Ended::Done if report.failed.is_empty() => "up to date",
        Ended::Done | Ended::Left(_) | Ended::Stopped => "not everything is sent yet",
        Ended::Braked(_) => "a plan waits to be confirmed",
        Ended::Failed(error) if error.is_offline() => "offline",
        Ended::Failed(WebexError::SignedOut { .. }) => "needs sign-in",
        Ended::Failed(_) => "could not sync",
    }
}
