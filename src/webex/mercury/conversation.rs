//! What is said on an open socket: authorise, acknowledge, ping, hand on what comes (specification sections 5.2 and 5.3).

use std::pin::pin;

use futures_util::{FutureExt as _, Sink, SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        watch,
    },
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::{
    Error, Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use super::{
    Shared,
    close::{CUT, NO_STATUS},
    frame::{self, Event, Frame, Sequence},
    life::{End, Order, Report, Reports},
    socket::{CONNECT, Stream},
};
use crate::{
    config::Secret,
    webex::{WebexError, random},
};

/// When something must have come, or is to be said.
enum Beat {
    /// Authorised within a time.
    Authorizing(Instant),
    /// Until the next ping.
    Resting(Instant),
    /// A pong within a time.
    Pinged(String, Instant),
}

/// What is said on an open socket.
pub(super) struct Conversation<'a> {
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
    pub fn new(shared: &'a Shared, reports: &'a Reports, device: String, authorization: Message) -> Self {
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
    pub async fn hold(mut self, stream: Stream, orders: &mut watch::Receiver<Order>, token: Secret) {
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
                    Err(_) => break self.say_goodbye("Done", End::Done),
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
        let report = Report::Ended { end, up: self.is_up(), token: Some(token) };
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
