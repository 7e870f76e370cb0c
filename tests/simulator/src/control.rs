//! The controls for tests: typed in the library, and as JSON by `POST /_control`.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    contacts,
    directory::ORG,
    faults::{EventFaults, HttpFault, KmsFault, On},
    mercury::Order,
    oauth::Decision,
    problem::Problem,
    world::World,
};

/// Something the simulator is told, or asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Control {
    /// A call is mistreated.
    Http {
        /// Which.
        on: On,
        /// How.
        #[serde(flatten)]
        fault: HttpFault,
    },
    /// Events are mistreated from now on; replaces what was said before.
    Events(EventFaults),
    /// The KMS answers something else.
    Kms(KmsFault),
    /// Sockets end without a word.
    CutSockets,
    /// Sockets are closed with a code; 1005 is a close frame without one.
    CloseSockets {
        /// The code.
        code: u16,
        /// The reason.
        #[serde(default)]
        reason: String,
    },
    /// New sockets are closed with a code upon their authorisation; none to accept them again.
    RefuseSockets {
        /// The code.
        code: Option<u16>,
    },
    /// The server announces that it goes away, and expects clients to open another socket.
    ShutDownSockets,
    /// Every socket gets an event of this type.
    SendEvent {
        /// Its `data`.
        data: Value,
    },
    /// Every socket gets a frame of this text, be it JSON or not.
    SendText {
        /// The text.
        text: String,
    },
    /// Access tokens end now; refresh tokens stay.
    ExpireTokens,
    /// Refresh tokens end now.
    RevokeRefreshTokens,
    /// How long access tokens live from now on, seconds.
    TokenLifetime {
        /// Seconds.
        seconds: i64,
    },
    /// Sessions with the KMS are forgotten.
    ExpireKmsSessions,
    /// How long sessions with the KMS live from now on, milliseconds.
    KmsSessionLifetime {
        /// Milliseconds.
        milliseconds: i64,
    },
    /// `GET /kms/{userId}` answers this; null for the truth again.
    KmsDetails {
        /// The body.
        body: Option<Value>,
    },
    /// The catalogue lists all services but one; null for all again.
    WithholdService {
        /// Its name: `contactsService`.
        name: Option<String>,
    },
    /// How many devices a user may have.
    DeviceCap {
        /// So many.
        devices: usize,
    },
    /// Devices are forgotten.
    ForgetDevices,
    /// Nothing is answered for a while.
    Freeze {
        /// Milliseconds.
        milliseconds: u64,
    },
    /// Every stored value of a user is sealed anew.
    Reseal {
        /// Which user: 0 or 1.
        #[serde(default)]
        user: usize,
    },
    /// A token without end for a user.
    Token {
        /// Which user: 0 or 1.
        user: usize,
    },
    /// Who signs in at the authorisation page and by device codes.
    SignsIn {
        /// Which user: 0 or 1.
        user: usize,
    },
    /// A device code is approved or refused.
    Decide {
        /// The user code.
        user_code: String,
        /// Whether it is approved.
        approve: bool,
    },
    /// What is held back goes on.
    Release,
    /// The faults end, and what is held back goes on.
    Recover,
    /// What was received so far.
    Requests,
    /// What was received so far is forgotten, leaks too.
    Forget,
    /// The leaks so far.
    Leaks,
    /// The records of a user, opened.
    Opened {
        /// Which user: 0 or 1.
        #[serde(default)]
        user: usize,
    },
    /// Counts: sockets, acknowledgements, calls under way and held back, contacts and groups of each user.
    Status,
}

fn user(number: usize) -> Result<&'static str, Problem> {
    crate::directory::USERS.get(number).copied().ok_or_else(|| Problem::bad_request("There are the users 0 and 1"))
}

/// Does what is said; the answer is `{}` where nothing is asked for.
///
/// # Errors
/// A user or a device code that does not exist.
pub fn carry_out(world: &Arc<World>, control: Control) -> Result<Value, Problem> {
    let mut inner = world.lock();
    match control {
        Control::Http { on, fault } => inner.faults.add(on, fault),
        Control::Events(faults) => inner.faults.events = faults,
        Control::Kms(fault) => inner.faults.add_kms(fault),
        Control::CutSockets => inner.sockets.tell_all(&Order::Cut),
        Control::CloseSockets { code, reason } => inner.sockets.tell_all(&Order::Close(code, reason)),
        Control::RefuseSockets { code } => inner.sockets.refuse_with = code,
        Control::ShutDownSockets => inner.sockets.shut_down(),
        Control::SendEvent { data } => inner.sockets.tell_all(&Order::Event(data)),
        Control::SendText { text } => inner.sockets.tell_all(&Order::Text(text)),
        Control::ExpireTokens => inner.tokens.expire_all(),
        Control::RevokeRefreshTokens => inner.tokens.revoke_refresh_tokens(),
        Control::TokenLifetime { seconds } => inner.tokens.lifetime = seconds,
        Control::ExpireKmsSessions => inner.sessions.expire(),
        Control::KmsSessionLifetime { milliseconds } => inner.session_lifetime = milliseconds,
        Control::KmsDetails { body } => inner.kms_details = body,
        Control::WithholdService { name } => inner.withheld_service = name,
        Control::DeviceCap { devices } => inner.devices.cap = devices,
        Control::ForgetDevices => inner.devices.clear(),
        Control::Freeze { milliseconds } => inner.faults.freeze(Duration::from_millis(milliseconds)),
        Control::Reseal { user: number } => {
            let owner = user(number)?;
            let crate::world::Inner { books, keys, .. } = &mut *inner;
            let book = books.entry(owner.to_owned()).or_default();
            for record in book.contacts.iter_mut().chain(&mut book.groups) {
                let uri = record.body.get("encryptionKeyUrl").and_then(Value::as_str).unwrap_or_default();
                if let Some(key) = keys.keys.get(uri) {
                    contacts::reseal(&mut record.body, &key.bytes());
                    record.touch();
                }
            }
        }
        Control::Token { user: number } => {
            user(number)?;
            drop(inner);
            return Ok(json!({"token": world.grant(number, None)}));
        }
        Control::SignsIn { user: number } => {
            user(number)?;
            inner.signs_in = number;
        }
        Control::Decide { user_code, approve } => {
            let who = inner.signing_in();
            let decision = if approve { Decision::Approved(who) } else { Decision::Denied };
            if !inner.tokens.decide(&user_code, decision) {
                return Err(Problem::not_found("code"));
            }
        }
        Control::Release => world.release(),
        Control::Recover => {
            inner.faults = crate::faults::Faults::default();
            world.release();
        }
        Control::Requests => return Ok(json!(inner.journal.entries())),
        Control::Forget => inner.journal.clear(),
        Control::Leaks => return Ok(json!(inner.journal.leaks())),
        Control::Opened { user: number } => {
            let owner = user(number)?;
            let crate::world::Inner { books, keys, .. } = &mut *inner;
            let book = books.entry(owner.to_owned()).or_default();
            return Ok(contacts::opened(book, keys));
        }
        Control::Status => {
            let count = |owner: &&str| {
                let book = inner.books.get(*owner);
                json!({"contacts": book.map_or(0, |b| b.contacts.len()), "groups": book.map_or(0, |b| b.groups.len())})
            };
            let users: Vec<_> = crate::directory::USERS.iter().map(count).collect();
            return Ok(json!({
                "sockets": inner.sockets.len(),
                "acks": inner.journal.acks,
                "under_way": world.under_way(),
                "held": world.held(),
                "users": users,
                "org": ORG,
            }));
        }
    }
    Ok(json!({}))
}
