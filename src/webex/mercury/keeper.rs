//! Who keeps the socket: opens, closes and replaces it as it is needed, and decides what follows its end.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};

use super::{
    Shared, SocketState,
    close::{self, Next},
    life::{self, End, Mend, Order, Report, Reports},
    socket::CONNECT,
};
use crate::{
    config::Secret,
    webex::{WebexError, random},
};

/// So often in a row a fresh token is tried before the sign-in counts as ended.
const MOST_RENEWALS: u32 = 2;

/// So many attempts in a row without a connection, and the device is asked for its socket anew.
const STUBBORN: u32 = 3;

/// What a handle wants.
#[derive(Debug)]
pub(super) enum Wish {
    /// Answered when it is seen to.
    Open(oneshot::Sender<()>),
    /// Answered when it is closed.
    Close(oneshot::Sender<()>),
    Reopen,
}

/// One socket. Whoever drops it closes it.
struct Line {
    number: u64,
    /// The device it is open for, as soon as it is up.
    device: Option<String>,
    orders: watch::Sender<Order>,
    task: JoinHandle<()>,
}

pub(super) struct Keeper {
    shared: Arc<Shared>,
    wishes: mpsc::UnboundedReceiver<Wish>,
    users: watch::Receiver<usize>,
    devices: watch::Receiver<super::Device>,
    reports: mpsc::UnboundedReceiver<(u64, Report)>,
    reporting: mpsc::UnboundedSender<(u64, Report)>,
    last_number: u64,
    current: Option<Line>,
    /// Opened to take over from the current one.
    successor: Option<Line>,
    /// Read until the server closes it.
    retired: Option<Line>,
    /// What the next attempt begins with.
    mend: Mend,
    /// Attempts since a socket last held to its first pong.
    attempts: u32,
    renewals: u32,
    idle_since: Option<Instant>,
    sign_of_life: Instant,
}

impl Keeper {
    pub fn new(shared: Arc<Shared>, wishes: mpsc::UnboundedReceiver<Wish>) -> Self {
        let (reporting, reports) = mpsc::unbounded_channel();
        Self {
            users: shared.users.subscribe(),
            devices: shared.device.subscribe(),
            sign_of_life: Instant::now() + shared.timing.device_refresh(),
            shared,
            wishes,
            reports,
            reporting,
            last_number: 0,
            current: None,
            successor: None,
            retired: None,
            mend: Mend::Nothing,
            attempts: 0,
            renewals: 0,
            idle_since: None,
        }
    }

    /// Keeps the socket until the last handle is gone.
    pub async fn keep(mut self) {
        loop {
            let idle =
                self.idle_since.filter(|_| self.current.is_some()).map(|since| since + self.shared.timing.idle());
            let is_ephemeral = self.devices.borrow().ephemeral;
            tokio::select! {
                wish = self.wishes.recv() => match wish {
                    None => return,
                    Some(Wish::Open(done)) => {
                        // Who has just seen to another device waits for the socket of that one.
                        self.follow_device();
                        // Who wishes this needs it, also where the number of users is heard of later.
                        self.idle_since = None;
                        self.open();
                        let _ = done.send(());
                    }
                    Some(Wish::Reopen) => self.reopen(),
                    Some(Wish::Close(done)) => {
                        self.close().await;
                        let _ = done.send(());
                    }
                },
                Some((number, report)) = self.reports.recv() => self.hear(number, report),
                Ok(()) = self.users.changed() => {
                    let unused = *self.users.borrow_and_update() == 0;
                    self.idle_since = unused.then(Instant::now);
                }
                Ok(()) = self.devices.changed() => {
                    self.devices.mark_unchanged();
                    self.follow_device();
                }
                () = sleep_until(idle.unwrap_or(self.sign_of_life)), if idle.is_some() => {
                    self.let_go();
                    self.set(SocketState::Closed);
                }
                () = sleep_until(self.sign_of_life), if is_ephemeral => self.give_sign_of_life(),
            }
        }
    }

    fn open(&mut self) {
        if self.current.is_none() && !matches!(self.state(), SocketState::Offline(_)) {
            self.attempts = 0;
            self.current = Some(self.start(Duration::ZERO));
            self.set(SocketState::Opening);
        }
    }

    fn reopen(&mut self) {
        if matches!(self.state(), SocketState::Offline(_)) {
            self.renewals = 0;
            self.set(SocketState::Closed);
            self.open();
        }
    }

    /// Closes whatever is open, and waits until the server knows.
    async fn close(&mut self) {
        let lines: Vec<_> = [&mut self.current, &mut self.successor, &mut self.retired].map(Option::take).into();
        let patience = self.shared.timing.close() * 2;
        for line in lines.into_iter().flatten() {
            drop(line.orders);
            let _ = timeout(patience, line.task).await;
        }
        self.set(SocketState::Closed);
    }

    fn let_go(&mut self) {
        (self.current, self.successor, self.retired) = (None, None, None);
    }

    fn start(&mut self, pause: Duration) -> Line {
        self.last_number += 1;
        let mend = std::mem::replace(&mut self.mend, Mend::Nothing);
        let (orders, received) = watch::channel(Order::Keep);
        let reports = Reports { number: self.last_number, to: self.reporting.clone() };
        let task = tokio::spawn(life::live(Arc::clone(&self.shared), pause, mend, received, reports));
        Line { number: self.last_number, device: None, orders, task }
    }

    fn hear(&mut self, number: u64, report: Report) {
        let is = |line: &Option<Line>| line.as_ref().is_some_and(|line| line.number == number);
        // One that was closed deliberately may still report; nothing follows from it.
        if is(&self.current) {
            self.hear_current(report);
        } else if is(&self.successor) {
            self.hear_successor(report);
        } else if is(&self.retired) && matches!(report, Report::Ended { .. }) {
            self.retired = None;
        }
    }

    fn hear_current(&mut self, report: Report) {
        match report {
            Report::Up { device } => {
                self.renewals = 0;
                if let Some(line) = &mut self.current {
                    line.device = Some(device);
                }
                self.set(SocketState::Up);
                self.follow_device();
            }
            Report::Steady => self.attempts = 0,
            Report::ShutDown => self.hand_over(),
            Report::Ended { end, up, token } => {
                self.current = self.successor.take();
                match &self.current {
                    Some(line) if line.device.is_some() => self.set(SocketState::Up),
                    Some(_) => self.set(SocketState::Opening),
                    None => self.follow(end, up, token),
                }
            }
        }
    }

    fn hear_successor(&mut self, report: Report) {
        match report {
            Report::Up { device } => {
                let Some(mut line) = self.successor.take() else { return };
                line.device = Some(device);
                if let Some(old) = self.current.replace(line) {
                    let _ = old.orders.send(Order::Retire);
                    self.retired = Some(old);
                }
                self.set(SocketState::Up);
            }
            Report::Ended { end, up, token } => {
                self.successor = None;
                if let Ok(error) = self.prepare(end, up, token) {
                    tracing::debug!(%error, "the socket that was to take over did not come about");
                    let pause = self.pause();
                    self.successor = Some(self.start(pause));
                }
            }
            Report::Steady | Report::ShutDown => {}
        }
    }

    fn hand_over(&mut self) {
        if self.successor.is_none() {
            self.successor = Some(self.start(Duration::ZERO));
        }
    }

    /// The device was registered anew: answers come on a socket of its own, and no longer on the old one.
    fn follow_device(&mut self) {
        let device = self.devices.borrow().url.clone();
        if self.current.as_ref().and_then(|line| line.device.as_ref()).is_some_and(|open| *open != device) {
            self.let_go();
            self.current = Some(self.start(Duration::ZERO));
            self.set(SocketState::Opening);
        }
    }

    /// What follows the end of the only socket.
    fn follow(&mut self, end: End, up: bool, token: Option<Secret>) {
        match self.prepare(end, up, token) {
            Err(error) => {
                tracing::warn!(%error, "the socket stays offline");
                self.set(SocketState::Offline(error));
            }
            Ok(_) if *self.users.borrow() == 0 => self.set(SocketState::Closed),
            Ok(error) => {
                tracing::debug!(%error, "the socket is opened again");
                let pause = self.pause();
                self.current = Some(self.start(pause));
                self.set(SocketState::Waiting { attempts: self.attempts, error });
            }
        }
    }

    /// What the next attempt is to begin with, and why there is one; `Err` with why there is none.
    fn prepare(&mut self, end: End, up: bool, token: Option<Secret>) -> Result<WebexError, WebexError> {
        let disconnected = |reason: String| WebexError::Disconnected { doing: CONNECT, reason };
        let (next, error) = match end {
            End::Done => (Next::Retry, disconnected("it was closed".to_owned())),
            End::Failed(error) if is_final(&error) => return Err(error),
            // Its socket may have moved.
            End::Failed(error) if self.attempts % STUBBORN == STUBBORN - 1 => (Next::RefreshDevice, error),
            End::Failed(error) => (Next::Retry, error),
            End::Closed { code, reason } => {
                let next = close::next(code, &reason, up);
                (next, disconnected(format!("it was closed with code {code}")))
            }
        };
        match next {
            Next::Stay(why) => return Err(disconnected(why.to_string())),
            Next::RenewToken if self.renewals == MOST_RENEWALS => {
                return Err(WebexError::SignedOut { reason: "the sign-in is not accepted any more".to_owned() });
            }
            Next::RenewToken => {
                self.renewals += 1;
                self.mend = Mend::RenewToken(token);
            }
            Next::RefreshDevice => self.mend = Mend::RefreshDevice,
            Next::Retry | Next::ByReason => {}
        }
        Ok(error)
    }

    /// Before the next attempt: longer from time to time, and never the same for all clients of a server.
    fn pause(&mut self) -> Duration {
        let pause = random::jitter(self.shared.timing.reconnect(self.attempts));
        self.attempts += 1;
        pause
    }

    fn give_sign_of_life(&mut self) {
        self.sign_of_life = Instant::now() + self.shared.timing.device_refresh();
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            if let Err(error) = shared.refresh_device().await {
                tracing::warn!(%error, "the device was not refreshed");
            }
        });
    }

    fn state(&self) -> SocketState {
        self.shared.state.borrow().clone()
    }

    fn set(&self, state: SocketState) {
        self.shared.state.send_replace(state);
    }
}

/// Whether another attempt would end the same way.
fn is_final(error: &WebexError) -> bool {
    match error {
        WebexError::Refused(refusal) => matches!(refusal.status, 400..=407 | 409..=422 | 451),
        WebexError::SignedOut { .. }
        | WebexError::Untrusted { .. }
        | WebexError::Unreadable { .. }
        | WebexError::NoService { .. }
        | WebexError::Invalid(_)
        | WebexError::Local(_) => true,
        _ => false,
    }
}
