//! What can be made to go wrong, as data: given from tests through the library or by `POST /_control`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Which calls a fault is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct On {
    /// What the path contains.
    pub path: String,
    /// The method; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// How many such calls go through unharmed first.
    #[serde(default)]
    pub after: u32,
    /// How many calls are hit from then on.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl On {
    /// The next call whose path contains this.
    pub fn path(path: &str) -> Self {
        Self { path: path.to_owned(), method: None, after: 0, times: 1 }
    }

    /// Only calls with this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// After so many unharmed calls.
    #[must_use]
    pub fn after(mut self, calls: u32) -> Self {
        self.after = calls;
        self
    }

    /// So many calls.
    #[must_use]
    pub fn times(mut self, calls: u32) -> Self {
        self.times = calls;
        self
    }

    /// Counts a call; whether it is hit.
    fn hits(&mut self, method: &str, path: &str) -> bool {
        if self.times == 0 || !path.contains(&self.path) || self.method.as_deref().is_some_and(|own| own != method) {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        self.times -= 1;
        true
    }
}

/// What happens to a call that is hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum HttpFault {
    /// It is refused with a status, and not carried out.
    Status {
        /// The status.
        status: u16,
        /// The header `Retry-After`, seconds.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// It is carried out, and the connection ends without an answer.
    LoseAnswer,
    /// It is carried out only after a later GET of the contacts was answered.
    ApplyAfterGet,
    /// It is answered late.
    Delay {
        /// By so many milliseconds.
        milliseconds: u64,
    },
    /// Its answer is held back until the next release.
    Hold {
        /// Whether it is carried out before, or only then.
        carried_out: bool,
    },
    /// The list of contacts comes without one of its members.
    ListWithout {
        /// `contacts` or `groups`.
        member: String,
    },
    /// The list of contacts comes with a `Link` to a next page, which the service is not known to do.
    PagingHint,
}

/// How events on sockets are mistreated; each number counts down to nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventFaults {
    /// How long each event waits, milliseconds.
    pub delay: u64,
    /// How many events vanish.
    pub drop: u32,
    /// How many events come twice.
    pub duplicate: u32,
    /// How many events are held back behind the one that follows.
    pub reorder: u32,
    /// Each answer of the KMS comes in an event of its own.
    pub split: bool,
    /// How many answers of the KMS are collected before they come in one event, at most 50 ms later; 0 for none.
    pub merge: u32,
    /// How many events carry an item that nobody can decode before the true ones.
    pub undecodable: u32,
    /// How many events carry an answer to a request that nobody made.
    pub unknown: u32,
    /// How many events come before the one that says that a socket is authorised.
    pub before_state: u32,
    /// How many numbers are left out before the next event of a socket, as if so many were lost.
    pub skip: u32,
    /// How many pongs answer a ping that nobody sent.
    pub wrong_pongs: u32,
    /// Frames come as bytes instead of text.
    pub binary: bool,
    /// New sockets are never told that they are authorised.
    pub withhold_state: bool,
}

/// What the KMS answers instead of what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KmsFault {
    /// `create`, `retrieve`, `update` or `delete`; `ecdhe` for the handshake.
    pub on: String,
    /// How many requests are hit.
    #[serde(default = "once")]
    pub times: u32,
    /// The status; 0 for no answer at all.
    pub status: u16,
    /// The error code.
    #[serde(default)]
    pub error_code: Option<u32>,
    /// The reason.
    #[serde(default)]
    pub reason: Option<String>,
    /// A URI to look at instead (error code 301002).
    #[serde(default)]
    pub redirect: Option<String>,
}

/// Everything that is to go wrong.
#[derive(Debug, Default)]
pub struct Faults {
    http: Vec<(On, HttpFault)>,
    /// Events.
    pub events: EventFaults,
    kms: Vec<KmsFault>,
    /// How long nothing at all is answered.
    pub frozen_until: Option<tokio::time::Instant>,
}

impl Faults {
    /// Another one for HTTP.
    pub fn add(&mut self, on: On, fault: HttpFault) {
        self.http.push((on, fault));
    }

    /// Another one for the KMS.
    pub fn add_kms(&mut self, fault: KmsFault) {
        self.kms.push(fault);
    }

    /// Nothing answers for a while.
    pub fn freeze(&mut self, duration: Duration) {
        self.frozen_until = Some(tokio::time::Instant::now() + duration);
    }

    /// What hits a call.
    pub fn hit(&mut self, method: &str, path: &str) -> Vec<HttpFault> {
        let hits =
            self.http.iter_mut().filter_map(|(on, fault)| on.hits(method, path).then(|| fault.clone())).collect();
        self.http.retain(|(on, _)| on.times > 0);
        hits
    }

    /// What hits a request to the KMS.
    pub fn hit_kms(&mut self, method: &str) -> Option<KmsFault> {
        let fault = self.kms.iter_mut().find(|fault| fault.on == method && fault.times > 0)?;
        fault.times -= 1;
        let hit = fault.clone();
        self.kms.retain(|fault| fault.times > 0);
        Some(hit)
    }
}

/// Takes one from a counter; whether there was one.
pub fn take(counter: &mut u32) -> bool {
    let some = *counter > 0;
    *counter = counter.saturating_sub(1);
    some
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_call_is_hit_as_often_as_said() {
        let mut faults = Faults::default();
        let status = HttpFault::Status { status: 503, retry_after: None };
        faults.add(On::path("/contacts").method("GET").after(1).times(2), status.clone());
        let hits: Vec<_> = (0..5).map(|_| faults.hit("GET", "/a/contacts").len()).collect();
        assert_eq!(hits, [0, 1, 1, 0, 0]);
        faults.add(On::path("/contacts").method("GET"), status);
        assert!(faults.hit("POST", "/a/contacts").is_empty());
        assert!(faults.hit("GET", "/groups").is_empty());
    }
}
