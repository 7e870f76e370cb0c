//! What was received, for assertions: every call with the names of its headers and the requests to the KMS in it opened, every
//! frame of a client's socket, every leak. Bounded, so that a long run does not grow.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// So many entries are kept.
const KEPT: usize = 2_000;
/// So much of a body is kept, in bytes.
const BODY: usize = 64 * 1024;

/// Something that came in.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// An HTTP call.
    Call(Received),
    /// A frame on a socket.
    Frame {
        /// The device of the socket.
        device: String,
        /// The frame's `type`.
        frame_type: String,
    },
}

/// An HTTP call.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Its number, from 1.
    pub number: u64,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, as sent.
    pub query: String,
    /// The names of the headers, sorted.
    pub headers: Vec<String>,
    /// The body as text, cut when it is very long.
    pub body: String,
    /// The requests to the KMS in it, opened; `client.credential.bearer` included.
    pub kms: Vec<Value>,
    /// The status of the answer; 0 as long as there is none, or when it was lost.
    pub status: u16,
}

/// Something came in clear that must be sealed, or where it must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// The number of the call.
    pub call: u64,
    /// Where: `displayName`, `emails[0].value`, `query`.
    pub place: String,
    /// What is wrong with it. Never the value itself.
    pub reason: String,
}

/// All that was received.
#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    leaks: Vec<Leak>,
    /// How many acknowledgements came.
    pub acks: u64,
}

impl Journal {
    /// Another entry.
    pub fn push(&mut self, entry: Entry) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Another leak.
    pub fn leak(&mut self, leak: Leak) {
        if self.leaks.len() < KEPT {
            self.leaks.push(leak);
        }
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    /// The leaks, oldest first.
    pub fn leaks(&self) -> &[Leak] {
        &self.leaks
    }

    /// The call of a number, to be completed.
    pub fn call_mut(&mut self, number: u64) -> Option<&mut Received> {
        self.entries.iter_mut().rev().find_map(|entry| match entry {
            Entry::Call(call) if call.number == number => Some(call),
            _ => None,
        })
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// A body as it is kept.
pub fn kept(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(BODY)]).into_owned()
}
