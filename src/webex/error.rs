//! What can go wrong between callbook and Webex, in words for the person who waits.

use std::time::Duration;

/// A call to Webex that did not succeed. The text says what was attempted, what the server said, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebexError {
    /// Nobody is signed in, or the sign-in has ended for good.
    #[error("{reason}; sign in again with: callbook login")]
    SignedOut {
        /// Why.
        reason: String,
    },
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No connection: nothing was sent.
    #[error(
        "cannot {doing}: {host} cannot be reached ({reason}); nothing was changed, and it works again with the network"
    )]
    Offline {
        /// What was attempted: `list the contacts`.
        doing: &'static str,
        /// The host.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// It may or may not have happened: the answer was lost after the request had left.
    #[error("cannot tell whether it worked to {doing} ({reason}); look at the list before you try again")]
    Ambiguous {
        /// What was attempted.
        doing: &'static str,
        /// What happened to the answer.
        reason: String,
    },
    /// No answer in time, and nothing was changed.
    #[error("cannot {doing}: no answer within {} s", within.as_secs_f32())]
    TimedOut {
        /// What was attempted.
        doing: &'static str,
        /// How long it was waited for.
        within: Duration,
    },
    /// The server asks to wait longer than is waited in silence.
    #[error("cannot {doing}: the server asks to wait {} s; try again then", wait.as_secs())]
    Busy {
        /// What was attempted.
        doing: &'static str,
        /// How long.
        wait: Duration,
    },
    /// A URL from outside that must not see a token; nothing was sent to it.
    #[error("cannot {doing}: {host} is not a trusted host; if it is yours, add it to trusted_hosts in [webex]")]
    Untrusted {
        /// What was attempted.
        doing: &'static str,
        /// The host, or the scheme if that is wrong.
        host: String,
    },
    /// An answer that cannot be understood.
    #[error("cannot {doing}: the answer is not understood ({reason})")]
    Unreadable {
        /// What was attempted.
        doing: &'static str,
        /// What is wrong with it; never its content.
        reason: String,
    },
    /// The catalogue does not have what is needed.
    #[error(
        "this account has no {service}: the catalogue of its organisation does not list it; ask your administrator"
    )]
    NoService {
        /// The name of the service.
        service: String,
    },
    /// The key server refused or kept silent.
    #[error(transparent)]
    Kms(#[from] KmsError),
    /// Something cannot be encrypted, so it was not sent.
    #[error("cannot {doing}: {reason}; nothing was sent")]
    NotSealed {
        /// What was attempted.
        doing: &'static str,
        /// Why.
        reason: String,
    },
    /// What was asked for makes no sense to the service; nothing was sent.
    #[error("{0}")]
    Invalid(String),
    /// The socket ended, or did not come about.
    #[error("cannot {doing}: {reason}")]
    Disconnected {
        /// What was attempted.
        doing: &'static str,
        /// Why it ended.
        reason: String,
    },
    /// Something of this machine: a file, the keyring, a command, the browser.
    #[error("{0}")]
    Local(String),
}

/// The answer of a server that refused: its status, and its own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {doing}: {}", self.words())]
pub struct Refusal {
    /// What was attempted.
    pub doing: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What the server says, if it says something.
    pub message: Option<String>,
    /// By which its makers find it in their logs.
    pub tracking_id: Option<String>,
    /// How long it asks to wait.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    fn words(&self) -> String {
        let meaning = match self.status {
            401 => "the sign-in is not accepted; sign in again with: callbook login",
            403 => "the account or its token lacks the right",
            404 => "there is no such thing",
            423 => "it is locked for the moment",
            429 => "too many requests",
            451 => "the organisation may not use the service from here",
            500..=599 => "the service has a problem; try again later",
            _ => "the service refuses",
        };
        let said = self.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
        let id = self.tracking_id.as_deref().map(|id| format!(", tracking id {id}")).unwrap_or_default();
        format!("{meaning} (HTTP {}{said}{id})", self.status)
    }
}

/// What stands in the way of a key (specification sections 6.1 and 6.4).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KmsError {
    /// The key server cannot prove who it is.
    #[error("the key server is not trusted: {0}; nothing was sent to it")]
    Untrusted(String),
    /// The key server calls itself something else than at the sign-in.
    #[error("the key server is {found} now, and was {pinned} at the sign-in; if that is right, sign out and in again")]
    Moved {
        /// Its host at the sign-in.
        pinned: String,
        /// Its host now.
        found: String,
    },
    /// A key server that is of no trusted domain, and that nobody has accepted yet: the user is asked once, at the sign-in.
    #[error(
        "the key server {host} is of no trusted domain; if it is yours, sign out and in again, or add it to kms_hosts in [webex]"
    )]
    Unknown {
        /// Its host, which is proven.
        host: String,
    },
    /// The key server refused.
    #[error("the key server refuses ({status}{}{})", code.map(|c| format!(", code {c}")).unwrap_or_default(),
            reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default())]
    Refused {
        /// The status of its answer.
        status: u16,
        /// Its error code.
        code: Option<u32>,
        /// Its words.
        reason: Option<String>,
    },
    /// The organisation has revoked its master key (405005, 405006).
    #[error("the organisation has revoked its master key: what is encrypted cannot be read by anybody")]
    MasterKeyRevoked,
    /// No answer, also after a new handshake.
    #[error("the key server does not answer")]
    Silent,
    /// An answer that is not what was asked for.
    #[error("the answer of the key server is not understood ({0})")]
    Unreadable(String),
}

impl WebexError {
    /// The HTTP status behind it, as the SDK's envelope wants it; none for what is no HTTP.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::SignedOut { .. } => Some(401),
            Self::Busy { .. } => Some(429),
            Self::TimedOut { .. } => Some(408),
            Self::Invalid(_) => Some(400),
            _ => None,
        }
    }

    /// Whether the service was never reached, so that it works later by itself.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Offline { .. } | Self::TimedOut { .. })
    }

    /// Whether what was asked for may have been done all the same.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }
}
