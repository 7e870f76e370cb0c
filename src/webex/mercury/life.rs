//! The life of one socket: wait, mend, connect, converse, end. What follows its end its keeper decides.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::{
    sync::{mpsc::UnboundedSender, watch},
    time::sleep,
};
use tokio_tungstenite::tungstenite::Message;

use super::{
    Shared,
    conversation::Conversation,
    socket::{Stream, address, connect},
};
use crate::{
    config::Secret,
    webex::{WebexError, random},
};

/// What a socket is told by its keeper. Without a keeper it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Keep,
    /// Another one has taken over: read on until the server closes it.
    Retire,
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
    pub(super) fn send(&self, report: Report) {
        // Without a keeper nobody wants to know.
        let _ = self.to.send((self.number, report));
    }
}

/// Lives one socket: waits, mends, connects, authorises, and converses until an end that it reports.
pub(super) async fn live(
    shared: Arc<Shared>,
    pause: Duration,
    mend: Mend,
    mut orders: watch::Receiver<Order>,
    reports: Reports,
) {
    let opening = async {
        sleep(pause).await;
        open(&shared, mend).await
    };
    let opened = tokio::select! {
        biased;
        () = abandoned(&mut orders) => return,
        opened = opening => opened,
    };
    match opened {
        Ok(Opened { stream, device, token, authorization }) => {
            let conversation = Conversation::new(&shared, &reports, device, authorization);
            conversation.hold(stream, &mut orders, token).await;
        }
        Err(end) => reports.send(Report::Ended { end, up: false, token: None }),
    }
}

/// Comes back when there is no keeper any more.
async fn abandoned(orders: &mut watch::Receiver<Order>) {
    while orders.changed().await.is_ok() {}
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
    let url = address(&shared.http, &shared.catalog, &device, now).map_err(End::Failed)?;
    let stream = connect(&url, &shared.http, shared.timing).await.inspect_err(|_| {
        if device.high_availability {
            shared.catalog.failed(&url);
        }
    })?;
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
