//! Why a socket ended, and what is to be done about it: the table of specification section 5.5 with a native client's mending.

use std::fmt;

/// What follows the end of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another attempt after a pause.
    Retry,
    /// A fresh token, then another attempt.
    RenewToken,
    /// The device is refreshed or registered anew, then another attempt.
    RefreshDevice,
    /// None until somebody asks for it.
    Stay(Why),
    /// It depends on the reason.
    ByReason,
}

/// Why there is no other attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server was done with it.
    Ended(u16),
    /// Our last message was not accepted.
    Rejected,
    /// Another socket of the same device took its place.
    Replaced,
    /// The token belongs to a service account.
    ServiceAccount,
    /// The account may not use it.
    NotEntitled,
    /// It was closed for a reason of no known meaning.
    Unknown(u16),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(code) => write!(f, "the server has ended it (code {code})"),
            Self::Rejected => f.write_str("the server rejected a message (code 1003)"),
            Self::Replaced => f.write_str("another connection of the same device has taken its place (code 4000)"),
            Self::ServiceAccount => f.write_str("the token is one of a service account (code 4400)"),
            Self::NotEntitled => f.write_str("the account is not entitled to it (code 4403)"),
            Self::Unknown(code) => write!(f, "the server closed it with code {code}"),
        }
    }
}

/// No status in the close frame.
pub const NO_STATUS: u16 = 1005;
/// No close frame at all.
pub const CUT: u16 = 1006;

/// Codes, and what follows before and after the socket was up.
const TABLE: [(&[u16], Next, Next); 10] = [
    (&[1000, 1050], Next::Retry, Next::ByReason),
    (&[1001, CUT, 1011], Next::Retry, Next::Retry),
    (&[NO_STATUS], Next::RefreshDevice, Next::Retry),
    (&[1003], Next::Retry, Next::Stay(Why::Rejected)),
    // The SDK's name for a failed authentication; it is mended as 4401.
    (&[1008], Next::RenewToken, Next::RenewToken),
    (&[4000], Next::Retry, Next::Stay(Why::Replaced)),
    // The server went away as announced; where a successor is up nobody comes here.
    (&[4001], Next::Retry, Next::Retry),
    (&[4400], Next::Stay(Why::ServiceAccount), Next::Stay(Why::ServiceAccount)),
    (&[4401], Next::RenewToken, Next::RenewToken),
    (&[4403], Next::Stay(Why::NotEntitled), Next::Stay(Why::NotEntitled)),
];

/// The device is unknown to the server.
const STALE_DEVICE: u16 = 4404;

/// Reasons of code 1000 that mean: come again.
const COME_AGAIN: [&str; 4] = ["idle", "done (forced)", "pong not received", "pong mismatch"];

/// What follows a close frame with this code and reason, before or after the socket was up.
pub fn next(code: u16, reason: &str, up: bool) -> Next {
    let reason = reason.to_lowercase();
    let code = true_code(code, &reason);
    if code == STALE_DEVICE {
        return Next::RefreshDevice;
    }
    let row = TABLE.iter().find(|(codes, ..)| codes.contains(&code));
    let next = match row {
        Some((_, before, after)) => *if up { after } else { before },
        None if up => Next::Stay(Why::Unknown(code)),
        None => Next::Retry,
    };
    match next {
        Next::ByReason if COME_AGAIN.contains(&reason.as_str()) => Next::Retry,
        Next::ByReason => Next::Stay(Why::Ended(code)),
        next => next,
    }
}

/// Some servers lose the code; the reason tells it.
fn true_code(code: u16, reason: &str) -> u16 {
    match reason {
        "replaced" if code == NO_STATUS => 4000,
        _ if code == NO_STATUS && (reason == "authentication failed" || reason.contains("timeout window")) => 1008,
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_specification_mended() {
        let stay = |why| Next::Stay(why);
        let rows = [
            (1000, Next::Retry, stay(Why::Ended(1000))),
            (1050, Next::Retry, stay(Why::Ended(1050))),
            (1001, Next::Retry, Next::Retry),
            (1005, Next::RefreshDevice, Next::Retry),
            (1006, Next::Retry, Next::Retry),
            (1011, Next::Retry, Next::Retry),
            (1003, Next::Retry, stay(Why::Rejected)),
            (4000, Next::Retry, stay(Why::Replaced)),
            (4001, Next::Retry, Next::Retry),
            (4400, stay(Why::ServiceAccount), stay(Why::ServiceAccount)),
            (4401, Next::RenewToken, Next::RenewToken),
            (4403, stay(Why::NotEntitled), stay(Why::NotEntitled)),
            (4404, Next::RefreshDevice, Next::RefreshDevice),
            (4999, Next::Retry, stay(Why::Unknown(4999))),
        ];
        for (code, before, after) in rows {
            assert_eq!((next(code, "", false), next(code, "", true)), (before, after), "{code}");
        }
    }

    #[test]
    fn the_reason_of_a_normal_end_decides_whatever_its_case() {
        for reason in ["Idle", "Done (forced)", "Pong not received", "pong mismatch"] {
            assert_eq!(next(1000, reason, true), Next::Retry, "{reason}");
        }
        assert_eq!(next(1000, "Done", true), Next::Stay(Why::Ended(1000)));
    }

    #[test]
    fn a_code_that_was_lost_is_read_from_the_reason() {
        assert_eq!(next(1005, "Replaced", true), Next::Stay(Why::Replaced));
        assert_eq!(next(1005, "Authentication failed", false), Next::RenewToken);
        let window = "Authentication did not happen within the timeout window of 30000 seconds.";
        assert_eq!(next(1005, window, false), Next::RenewToken);
        assert_eq!(next(1000, "replaced", true), Next::Stay(Why::Ended(1000)));
    }
}
