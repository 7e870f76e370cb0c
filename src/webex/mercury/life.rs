//! The life of one socket: authorise, acknowledge, ping, hand on what comes, end. What follows its end others decide.

use std::{pin::pin, sync::Arc};

use futures_util::{FutureExt as _, Sink, SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        watch,
    },
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::{
    Error, Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use super::{
    Shared,
    close::{CUT, NO_STATUS},
    frame::{self, Event, Frame, Sequence},
    socket::{CONNECT, Stream, address, connect},
};
use crate::{
    config::Secret,
    webex::{WebexError, random},
};

/// What a socket is told by its keeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Keep,
    /// Another one has taken over: read on until the server closes it.
    Retire,
    Close,
}

/// What a socket tells its keeper.
#[derive(Debug)]
pub(super) enum Report {
    /// It is authorised.
    Up {
        /// The URL of its device.
        device: String,
    },
    /// It has lasted to its first pong.
    Steady,
    /// The server goes away.
    ShutDown,
    Ended {
        end: End,
        up: bool,
        /// The token that it was authorised with.
        token: Option<Secret>,
    },
}

/// How a socket ended.
#[derive(Debug)]
pub(super) enum End {
    /// It did not come about, or nothing was heard any more.
    Failed(WebexError),
    Closed {
        code: u16,
        reason: String,
    },
    /// As ordered.
    Done,
}

/// What is done before a connection is tried.
#[derive(Debug)]
pub(super) enum Mend {
    Nothing,
    /// This token was not accepted.
    RenewToken(Option<Secret>),
    RefreshDevice,
}

/// Where a socket's reports go.
#[derive(Clone)]
pub(super) struct Reports {
    pub number: u64,
    pub to: UnboundedSender<(u64, Report)>,
}

impl Reports {
    fn send(&self, report: Report) {
        // Without a keeper nobody wants to know.
        let _ = self.to.send((self.number, report));
    }
}

/// Lives one socket: waits, mends, connects, authorises, and converses until an end that it reports.
pub(super) async fn live(
    shared: Arc<Shared>,
    pause: std::time::Duration,
    mend: Mend,
    mut orders: watch::Receiver<Order>,
    reports: Reports,
) {
    let opened = {
        let mut told = orders.clone();
        tokio::select! {
            biased;
            _ = told.wait_for(|order| *order == Order::Close) => return reports.send(ended(End::Done, false, None)),
            opened = async { sleep(pause).await; open(&shared, mend).await } => opened,
        }
    };
    match opened {
        Ok(Opened { stream, device, token, authorization }) => {
            let conversation = Conversation::new(&shared, &reports, device, authorization);
            conversation.hold(stream, &mut orders, token).await;
        }
        Err(end) => reports.send(ended(end, false, None)),
    }
}

fn ended(end: End, up: bool, token: Option<Secret>) -> Report {
    Report::Ended { end, up, token }
}

async fn open(shared: &Shared, mend: Mend) -> Result<Opened, End> {
    let device = match mend {
        Mend::RefreshDevice => shared.refresh_device().await.map_err(End::Failed)?,
        _ => shared.device(),
    };
    let token = match mend {
        Mend::RenewToken(Some(stale)) => shared.login.renew(&stale).await,
        _ => shared.login.access_token().await,
    };
    let token = token.map_err(End::Failed)?;
    let now = jiff::Timestamp::now().as_millisecond();
    let url = address(&shared.http, &device, now).map_err(End::Failed)?;
    let stream = connect(&url, shared.http.tls(), shared.timing).await?;
    let authorization = authorization(&token).map_err(End::Failed)?;
    Ok(Opened { stream, device: device.url, token, authorization })
}

/// A connection that was made, to be authorised.
struct Opened {
    stream: Stream,
    device: String,
    token: Secret,
    authorization: Message,
}

fn authorization(token: &Secret) -> Result<Message, WebexError> {
    let (id, session) = (random::uuid()?, random::uuid()?);
    let now = jiff::Timestamp::now().as_millisecond();
    let frame = json!({
        "id": id,
        "type": "authorization",
        "data": {"token": format!("Bearer {}", token.expose())},
        "trackingId": format!("callbook_{session}_{now}"),
    });
    Ok(Message::text(frame.to_string()))
}

/// When something must have come, or is to be said.
enum Beat {
    /// Authorised within a time.
    Authorizing(Instant),
    /// Until the next ping.
    Resting(Instant),
    /// A pong within a time.
    Pinged(String, Instant),
}

struct Conversation<'a> {
    shared: &'a Shared,
    reports: &'a Reports,
    device: String,
    beat: Beat,
    steady: bool,
    sequence: Sequence,
    outgoing: UnboundedSender<Message>,
    queue: Option<UnboundedReceiver<Message>>,
}

impl<'a> Conversation<'a> {
    fn new(shared: &'a Shared, reports: &'a Reports, device: String, authorization: Message) -> Self {
        let (outgoing, queue) = unbounded_channel();
        let _ = outgoing.send(authorization);
        let beat = Beat::Authorizing(Instant::now() + shared.timing.authorize());
        Self {
            shared,
            reports,
            device,
            beat,
            steady: false,
            sequence: Sequence::default(),
            outgoing,
            queue: Some(queue),
        }
    }

    fn is_up(&self) -> bool {
        !matches!(self.beat, Beat::Authorizing(_))
    }

    /// Reads and writes at the same time, so that neither waits for the other.
    async fn hold(mut self, stream: Stream, orders: &mut watch::Receiver<Order>, token: Secret) {
        let (sink, mut stream) = stream.split();
        let Some(queue) = self.queue.take() else { return };
        let mut writing = pin!(write(sink, queue).fuse());
        let mut retired = None;
        let end = loop {
            let until = match &self.beat {
                Beat::Authorizing(until) | Beat::Resting(until) | Beat::Pinged(_, until) => *until,
            };
            tokio::select! {
                changed = orders.changed() => match changed.map(|()| *orders.borrow_and_update()) {
                    Ok(Order::Keep) => {}
                    Ok(Order::Retire) => retired = Some(Instant::now() + self.shared.timing.authorize()),
                    Ok(Order::Close) | Err(_) => break self.say_goodbye("Done", End::Done),
                },
                written = &mut writing => break cut(written.err().as_ref()),
                received = stream.next() => match received {
                    Some(Ok(Message::Text(text))) => if let Some(end) = self.hear(text.as_bytes()) { break end },
                    Some(Ok(Message::Binary(bytes))) => if let Some(end) = self.hear(&bytes) { break end },
                    Some(Ok(Message::Close(frame))) => break closed(frame),
                    // The library answers pings.
                    Some(Ok(_)) => {}
                    Some(Err(error)) => break cut(Some(&error)),
                    None => break cut(None),
                },
                () = sleep_until(until) => if let Some(end) = self.time_is_up() { break end },
                () = sleep_until(retired.unwrap_or(until)), if retired.is_some() => break self.say_goodbye("Done", End::Done),
            }
        };
        let deliberate = matches!(end, End::Done);
        let report = ended(end, self.is_up(), Some(token));
        let Self { shared, reports, outgoing, .. } = self;
        drop(outgoing);
        let farewell = timeout(shared.timing.close(), async {
            loop {
                tokio::select! {
                    _ = &mut writing => {}
                    received = stream.next() => if !matches!(received, Some(Ok(_))) { break },
                }
            }
        });
        if deliberate {
            let _ = farewell.await;
            reports.send(report);
        } else {
            reports.send(report);
            let _ = farewell.await;
        }
    }

    /// Whatever came; the end that follows from it.
    fn hear(&mut self, bytes: &[u8]) -> Option<End> {
        let Ok(frame) = frame::parse(bytes) else {
            tracing::debug!(bytes = bytes.len(), "a frame on the socket is not understood");
            return None;
        };
        if let Some(id) = frame.to_acknowledge() {
            self.send(&json!({"messageId": id, "type": "ack"}));
        }
        match frame {
            Frame::Event(event) => self.take_in(&event),
            Frame::Pong { id } => return self.pong(&id),
            Frame::Shutdown { .. } => self.reports.send(Report::ShutDown),
            Frame::Other { .. } => {}
        }
        None
    }

    fn take_in(&mut self, event: &Event) {
        let missing = event.sequence.map_or(0, |number| self.sequence.missing(number));
        if missing > 0 {
            tracing::warn!(missing, "messages on the socket were lost");
            self.shared.lose(missing);
        }
        if !self.is_up() && event.is_ready() {
            // The first ping goes out at once.
            self.beat = Beat::Resting(Instant::now());
            self.reports.send(Report::Up { device: self.device.clone() });
        }
        if !event.kms_messages.is_empty() {
            self.shared.hand_on(&event.kms_messages);
        }
    }

    fn pong(&mut self, id: &str) -> Option<End> {
        match &self.beat {
            Beat::Pinged(expected, _) if expected == id => {}
            Beat::Pinged(..) => return Some(self.give_up("Pong mismatch")),
            // One too many.
            Beat::Authorizing(_) | Beat::Resting(_) => return None,
        }
        self.beat = Beat::Resting(Instant::now() + self.shared.timing.ping());
        if !self.steady {
            self.steady = true;
            self.reports.send(Report::Steady);
        }
        None
    }

    /// What was waited for has not come, or the time for a ping has.
    fn time_is_up(&mut self) -> Option<End> {
        match self.beat {
            Beat::Authorizing(_) => {
                let within = self.shared.timing.authorize();
                Some(self.say_goodbye("Not authorized", End::Failed(WebexError::TimedOut { doing: CONNECT, within })))
            }
            Beat::Pinged(..) => Some(self.give_up("Pong not received")),
            Beat::Resting(_) => {
                let id = match random::uuid() {
                    Ok(id) => id.to_string(),
                    Err(error) => return Some(End::Failed(error)),
                };
                self.send(&json!({"id": id, "type": "ping"}));
                self.beat = Beat::Pinged(id, Instant::now() + self.shared.timing.pong());
                None
            }
        }
    }

    /// Closes a connection that seems dead.
    fn give_up(&self, reason: &'static str) -> End {
        self.say_goodbye(reason, End::Closed { code: 1000, reason: reason.to_owned() })
    }

    fn say_goodbye(&self, reason: &'static str, end: End) -> End {
        let frame = CloseFrame { code: CloseCode::Normal, reason: reason.into() };
        let _ = self.outgoing.send(Message::Close(Some(frame)));
        end
    }

    fn send(&self, frame: &Value) {
        // Once writing has failed the end is on its way.
        let _ = self.outgoing.send(Message::text(frame.to_string()));
    }
}

/// Writes what is to be written, in order.
async fn write(
    mut sink: impl Sink<Message, Error = Error> + Unpin,
    mut queue: UnboundedReceiver<Message>,
) -> Result<(), Error> {
    while let Some(message) = queue.recv().await {
        sink.send(message).await?;
    }
    Ok(())
}

fn closed(frame: Option<CloseFrame>) -> End {
    let (code, reason) =
        frame.map_or((NO_STATUS, String::new()), |frame| (frame.code.into(), frame.reason.to_string()));
    End::Closed { code, reason }
}

fn cut(error: Option<&Error>) -> End {
    End::Closed { code: CUT, reason: error.map(ToString::to_string).unwrap_or_default() }
}
