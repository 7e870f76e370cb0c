//! How a socket stands, for `callbook status` and for who waits.

use std::fmt;

use crate::webex::WebexError;

/// How the socket stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketState {
    /// Nobody needs it.
    Closed,
    /// It is being opened for the first time.
    Opening,
    /// It is authorised, events come.
    Up,
    /// It was lost, or did not come about, and is tried again.
    Waiting {
        /// How many attempts there were since it last held.
        attempts: u32,
        /// What went wrong last.
        error: WebexError,
    },
    /// It stays closed until a person asks for it.
    Offline(WebexError),
}

impl SocketState {
    /// Whether waiting does not change it.
    pub(super) fn is_settled(&self) -> bool {
        matches!(self, Self::Up | Self::Offline(_))
    }

    /// What is wrong.
    pub fn error(&self) -> Option<WebexError> {
        match self {
            Self::Waiting { error, .. } | Self::Offline(error) => Some(error.clone()),
            Self::Closed | Self::Opening | Self::Up => None,
        }
    }
}

impl fmt::Display for SocketState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("closed, nobody needs it"),
            Self::Opening => f.write_str("being opened"),
            Self::Up => f.write_str("open"),
            Self::Waiting { attempts, error } => write!(f, "being opened again, attempt {attempts} ({error})"),
            Self::Offline(error) => write!(f, "offline ({error})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_says_what_is_wrong() {
        let error = WebexError::Local("no file".to_owned());
        let waiting = SocketState::Waiting { attempts: 3, error: error.clone() };
        assert_eq!(waiting.to_string(), "being opened again, attempt 3 (no file)");
        assert_eq!(waiting.error(), Some(error.clone()));
        assert!(!waiting.is_settled() && SocketState::Offline(error).is_settled() && SocketState::Up.is_settled());
    }
}
