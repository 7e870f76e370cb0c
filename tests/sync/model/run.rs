//! One run: a book with two windows, a second client, a server, and what chance makes of them.

use callbook::{
    store::Book,
    sync::{Ended, Engine, How, Report, SyncError, Watched},
    webex::{Client, Timing, auth::Login, contacts::Contacts},
};
use serde_json::json;
use simulator::{Control, Options};

use super::{
    chance::Chance,
    deeds::{Deed, Hand, Made},
    elsewhere::{Elsewhere, Turn},
    ledger::Ledger,
    many::Log,
    side::{self, Side},
    trouble::Trouble,
};
use crate::{
    desk::{Desk, open, webex},
    support::Stage,
};

const DEEDS: u64 = 24;
/// So many syncs at most until nothing is left, each after all that the one before asked.
const ROUNDS: usize = 6;

/// Time for the clients of the book: what fails is tried again soon, and what never comes is soon given up.
fn timing() -> Timing {
    Timing::faster(40)
}

/// A book, the windows on it, and all others.
pub struct Run<'a> {
    pub chance: Chance,
    pub made: Made,
    pub ledger: Ledger,
    /// The window in use.
    pub desk: Desk,
    /// The other one.
    other: (Book, Client),
    second: Contacts,
    /// Of a sign-in that can be renewed.
    login: Option<Login>,
    log: &'a Log,
}

pub async fn run(seed: u64, log: &Log) {
    let mut run = Run::new(Chance::of(seed), log).await;
    for _ in 0..DEEDS {
        run.deed().await;
    }
    run.end().await;
}

/// A client of the account, with this sign-in or one that nothing renews.
fn client(stage: &Stage, login: Option<&Login>) -> Client {
    match login {
        Some(login) => stage.client_with(stage.http(timing()), login.clone(), timing(), None),
        None => stage.client(timing()),
    }
}

impl<'a> Run<'a> {
    pub async fn new(mut chance: Chance, log: &'a Log) -> Self {
        let desk = Desk::on(Stage::start(Options { people: 12, ..Options::default() }).await);
        let mut login = None;
        if chance.percent(50) {
            let http = desk.stage.http(timing());
            let tokens = desk.stage.grant(&http, timing()).await;
            login = Some(desk.stage.login_with(&http, timing(), tokens));
        }
        let other = (open(&desk.stage, &desk.clock), client(&desk.stage, login.as_ref()));
        // Of life, in which nothing goes wrong for it.
        let second = desk.stage.client(Timing::faster(3)).contacts().await.unwrap();
        let mut run =
            Self { chance, made: Made::default(), ledger: Ledger::default(), desk, other, second, login, log };
        run.desk.client = client(&run.desk.stage, run.login.as_ref());
        run
    }

    fn hand<'b>(book: &'b mut Book, chance: &'b mut Chance, made: &'b mut Made, ledger: &'b mut Ledger) -> Hand<'b> {
        Hand { book, chance, made, ledger }
    }

    /// A person at the window in use does this, or something.
    pub fn here(&mut self, deed: Option<Deed>) {
        let Self { chance, made, ledger, desk, .. } = self;
        let mut hand = Self::hand(&mut desk.book, chance, made, ledger);
        let did = match deed {
            Some(deed) => hand.does(deed),
            None => hand.any(),
        };
        self.log.note(format!("here: {did}"));
    }

    /// The second client does this, or something.
    pub async fn there(&mut self, turn: Option<Turn>) {
        let Self { chance, made, ledger, desk, second, .. } = self;
        desk.clock.wait(11);
        ledger.between = side::between(&desk.book);
        let mut elsewhere = Elsewhere { stage: &desk.stage, contacts: second, chance, made, ledger };
        let did = match turn {
            Some(turn) => elsewhere.does(turn).await,
            None if elsewhere.chance.percent(6) => elsewhere.double(desk).await,
            None => elsewhere.any().await,
        };
        self.log.note(format!("there: {did}"));
    }

    async fn deed(&mut self) {
        match self.chance.below(20) {
            0..=6 => self.here(None),
            7..=11 => self.there(None).await,
            12 => self.answer(),
            13 => {
                std::mem::swap(&mut self.desk.book, &mut self.other.0);
                std::mem::swap(&mut self.desk.client, &mut self.other.1);
                self.log.note("the other window");
            }
            _ => {
                let trouble = Trouble::any(&mut self.chance);
                self.sync(trouble).await;
            }
        }
    }

    /// A person answers all that is asked.
    fn answer(&mut self) {
        let Self { chance, made, ledger, desk, .. } = self;
        let answers = Self::hand(&mut desk.book, chance, made, ledger).answer();
        self.log.note(format!("answers {answers}"));
        for unclear in desk.book.waiting(&webex()).unwrap().unclear {
            let same = chance.percent(50);
            let answered = desk.book.answer_unclear(&webex(), &unclear, same);
            self.log.note(format!("who is who: {}, same: {same}, {answered:?}", unclear.name));
        }
    }

    /// A sync, in which something may go wrong. Whether it came to its end.
    pub async fn sync(&mut self, trouble: Trouble) -> bool {
        let how = How { confirmed: self.chance.percent(85), at_once: self.chance.percent(75), ..How::default() };
        if self.chance.percent(60) {
            self.desk.clock.wait(11);
        }
        // What was held back when somebody was killed arrives now.
        self.desk.stage.control(Control::Recover);
        let report = match trouble {
            Trouble::Nothing => {
                let report = Box::pin(self.desk.sync_as(how)).await;
                self.log.note(format!("sync: {}", words(&report)));
                self.judge(&report);
                Some(report)
            }
            Trouble::Faults(faults) => {
                self.log.note(format!("sync with {faults:?}"));
                self.orders(faults);
                Some(Box::pin(self.desk.sync_as(how)).await)
            }
            Trouble::Killed(steps) => {
                self.log.note(format!("sync, to be killed after {steps} steps"));
                let clock = self.desk.clock.clone();
                clock.killed_after(steps, Box::pin(self.desk.sync_as(how))).await
            }
            Trouble::Held { orders, killed } => {
                self.log.note(format!("sync, {} with {orders:?}", if killed { "killed" } else { "held" }));
                self.orders(orders);
                self.sync_held(how, killed).await
            }
        };
        if report.is_some() {
            self.desk.stage.control(Control::Recover);
        }
        match &report {
            Some(report) => self.log.note(format!("  it ended: {}", words(report))),
            None => self.log.note("  it was killed"),
        }
        if report.is_none() || self.chance.percent(20) || self.is_signed_out().await {
            self.begin_anew().await;
        }
        report.is_some()
    }

    fn orders(&self, orders: Vec<Control>) {
        for order in orders {
            self.desk.stage.control(order);
        }
    }

    async fn is_signed_out(&self) -> bool {
        self.desk.client.login().access_token().await.is_err()
    }

    /// As after the end of the process, and a new sign-in where that is needed.
    async fn begin_anew(&mut self) {
        if let Some(login) = &self.login
            && login.access_token().await.is_err()
        {
            self.login = None;
        }
        self.desk.book = open(&self.desk.stage, &self.desk.clock);
        self.desk.client = client(&self.desk.stage, self.login.as_ref());
    }

    /// A sync that is stopped in the middle of a call, while others go on; then it is killed, or goes on too.
    async fn sync_held(&mut self, how: How, killed: bool) -> Option<Report> {
        let clock = self.desk.clock.clone();
        let mut engine = Engine::open(&mut self.desk.book, self.desk.client.clone(), clock.clone()).unwrap();
        let watched = Watched::by_nobody();
        let stage = &self.desk.stage;
        let mut sync = Box::pin(engine.sync(how, &watched));
        let is_held = async {
            while stage.control(Control::Status)["held"] == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            report = &mut sync => return Some(report.unwrap()),
            () = is_held => {}
        }
        let Self { chance, made, ledger, other: (book, client), second, log, .. } = self;
        let refused = Engine::open(book, client.clone(), clock.clone()).err();
        assert!(matches!(refused, Some(SyncError::Elsewhere { .. })), "two have the lease");
        ledger.racing = true;
        for _ in 0..chance.below(4) {
            if chance.percent(60) {
                let did = Self::hand(book, chance, made, ledger).any();
                log.note(format!("  meanwhile here: {did}"));
            } else {
                clock.wait(11);
                let mut elsewhere = Elsewhere { stage, contacts: second, chance, made, ledger };
                let did = elsewhere.any().await;
                log.note(format!("  meanwhile there: {did}"));
            }
        }
        ledger.racing = false;
        if chance.percent(30) {
            stage.order(json!({"do": "cut_sockets"}));
        }
        if !killed {
            stage.control(Control::Release);
            return Some(sync.await.unwrap());
        }
        drop(sync);
        if chance.percent(50) {
            // Else it arrives later.
            stage.control(Control::Release);
        }
        None
    }

    /// Whether both sides must be the same now, and what they then have.
    fn agreed(&self, report: &Report) -> Option<Side> {
        let Report { conflicts, unclear, held, failed, ended, .. } = report;
        let over = *ended == Ended::Done && conflicts + unclear == 0 && held.is_empty() && failed.is_empty();
        let status = self.desk.stage.control(Control::Status);
        let quiet = status["under_way"] == 0 && self.desk.book.queue(&webex()).unwrap().is_empty();
        (over && quiet).then(|| side::here(&self.desk.book))
    }

    /// After a sync in which nothing went wrong: if nothing was left open, all is as the model says.
    fn judge(&mut self, report: &Report) -> bool {
        let Some(side) = self.agreed(report) else { return false };
        let there = side::there(&self.desk.opened());
        assert_eq!(side::without_notes(&side), side::without_notes(&there), "{}", words(report));
        if let Err(wrong) = self.ledger.judge(&side) {
            panic!("{wrong}");
        }
        self.ledger.settle(&side);
        self.log.note("  both sides are the same");
        true
    }

    /// The faults have stopped.
    pub async fn end(mut self) {
        self.log.note("the end");
        self.desk.stage.control(Control::Recover);
        self.begin_anew().await;
        let mut last = None;
        for _ in 0..ROUNDS {
            self.desk.clock.wait(11);
            let how = How { confirmed: true, at_once: true, ..How::default() };
            let report = Box::pin(self.desk.sync_as(how)).await;
            self.log.note(format!("sync: {}", words(&report)));
            if self.judge(&report) {
                return;
            }
            last = Some(report);
            self.answer();
        }
        panic!("something is left: {:?} {last:#?}", self.desk.book.queue(&webex()));
    }
}

fn words(report: &Report) -> String {
    let Report { here, there, conflicts, unclear, held, failed, ended, .. } = report;
    format!(
        "{here} here, {there} there, {conflicts} conflicts, {unclear} unclear, held {held:?}, failed {failed:?}, {ended:?}"
    )
}
