//! What comes in on the socket, one JSON object a frame (specification sections 5.2 to 5.4): pure, and ready for any bytes.

use std::sync::Arc;

use serde_json::{Map, Value};

/// The event with answers of the KMS.
const KMS_EVENT: &str = "encryption.kms_message";
/// The events that say that the socket is authorised.
const READY: [&str; 2] = ["mercury.buffer_state", "mercury.registration_status"];
/// No override reaches deeper: a path of thousands of dots would make a value that cannot even be dropped.
const DEEPEST_OVERRIDE: usize = 16;

/// A frame, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Something happened.
    Event(Event),
    /// The answer to a ping of this id.
    Pong {
        /// The id of the ping; empty if it has none.
        id: String,
    },
    /// The server goes away: another socket is to be opened.
    Shutdown {
        /// To be acknowledged.
        id: Option<String>,
    },
    /// Of a type that means nothing here.
    Other {
        /// To be acknowledged.
        id: Option<String>,
    },
}

/// A message without a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// To be acknowledged.
    pub id: Option<String>,
    /// Rises by one per message.
    pub sequence: Option<u64>,
    /// `encryption.kms_message`; empty if it is none.
    pub kind: String,
    /// The answers of the KMS in it, each still to be decoded.
    pub kms_messages: Arc<[String]>,
}

/// A frame that is no JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame is no JSON object")]
pub struct Malformed;

impl Event {
    /// Whether the socket is authorised from now on.
    pub fn is_ready(&self) -> bool {
        READY.contains(&self.kind.as_str())
    }
}

impl Frame {
    /// What is to be acknowledged: everything that has an id, except pongs.
    pub fn to_acknowledge(&self) -> Option<&str> {
        match self {
            Self::Event(Event { id, .. }) | Self::Shutdown { id } | Self::Other { id } => id.as_deref(),
            Self::Pong { .. } => None,
        }
    }
}

/// Reads a frame, be it text or bytes that hold text.
///
/// # Errors
/// It is no JSON object. Whatever is missing or of another shape in one is taken as absent.
pub fn parse(bytes: &[u8]) -> Result<Frame, Malformed> {
    let Ok(Value::Object(mut frame)) = serde_json::from_slice(bytes) else { return Err(Malformed) };
    let id = take_text(&mut frame, "id");
    match frame.get("type") {
        None | Some(Value::Null) => Ok(Frame::Event(event(id, frame))),
        Some(Value::String(kind)) if kind == "pong" => Ok(Frame::Pong { id: id.unwrap_or_default() }),
        Some(Value::String(kind)) if kind == "shutdown" => Ok(Frame::Shutdown { id }),
        Some(_) => Ok(Frame::Other { id }),
    }
}

fn event(id: Option<String>, mut frame: Map<String, Value>) -> Event {
    let sequence = frame.get("sequenceNumber").and_then(Value::as_u64);
    let mut data = match frame.remove("data") {
        Some(Value::Object(data)) => data,
        _ => Map::new(),
    };
    override_members(&mut data);
    let kind = take_text(&mut data, "eventType").unwrap_or_default();
    let mut messages = Vec::new();
    if kind == KMS_EVENT {
        if let Some(Value::Object(mut encryption)) = data.remove("encryption") {
            take_messages(&mut encryption, &mut messages);
        }
        take_messages(&mut data, &mut messages);
    }
    Event { id, sequence, kind, kms_messages: messages.into() }
}

fn take_text(object: &mut Map<String, Value>, member: &str) -> Option<String> {
    match object.remove(member) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// One item that is no text does not spoil the others.
fn take_messages(object: &mut Map<String, Value>, messages: &mut Vec<String>) {
    if let Some(Value::Array(items)) = object.remove("kmsMessages") {
        messages.extend(items.into_iter().filter_map(|item| match item {
            Value::String(message) => Some(message),
            _ => None,
        }));
    }
}

/// Writes `data.headers`, a map from dotted path to value, over `data`.
fn override_members(data: &mut Map<String, Value>) {
    let Some(Value::Object(headers)) = data.remove("headers") else { return };
    for (path, value) in headers {
        let segments: Vec<_> = path.split('.').collect();
        if segments.len() <= DEEPEST_OVERRIDE {
            write(data, &segments, value);
        }
    }
}

fn write(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        object.insert((*first).to_owned(), value);
        return;
    }
    let inner = object.entry(*first).or_insert_with(|| Value::Object(Map::new()));
    if !inner.is_object() {
        *inner = Value::Object(Map::new());
    }
    if let Value::Object(inner) = inner {
        write(inner, rest, value);
    }
}

/// The numbers of the messages, to see when one is missing.
#[derive(Debug, Default)]
pub struct Sequence {
    last: Option<u64>,
}

impl Sequence {
    /// How many messages are missing before this one. One that came before, or from a count begun anew, misses nothing.
    pub fn missing(&mut self, number: u64) -> u64 {
        let before = self.last.replace(number);
        before.map_or(0, |before| number.saturating_sub(before).saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(frame: &Value) -> Frame {
        parse(frame.to_string().as_bytes()).unwrap()
    }

    fn read_event(frame: &Value) -> Event {
        match read(frame) {
            Frame::Event(event) => event,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_event_of_the_vectors_is_read() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../tests/data/vectors/ecdhe-exchange.json")).unwrap();
        let frame = &vectors["mercury_event_example"];
        let event = read_event(frame);
        assert_eq!(event.id.as_deref(), frame["id"].as_str());
        assert_eq!(event.sequence, frame["sequenceNumber"].as_u64());
        let messages = frame["data"]["encryption"]["kmsMessages"].as_array().unwrap();
        assert!(!messages.is_empty());
        assert_eq!(event.kms_messages.iter().map(|m| json!(m)).collect::<Vec<_>>(), *messages);
    }

    #[test]
    fn the_socket_is_up_at_either_state_event() {
        for (kind, up) in
            [("mercury.buffer_state", true), ("mercury.registration_status", true), ("conversation.activity", false)]
        {
            assert_eq!(read_event(&json!({"id": "1", "data": {"eventType": kind}})).is_ready(), up, "{kind}");
        }
        // What has a type is no event, whatever its data says.
        let typed = json!({"type": "x", "id": "1", "data": {"eventType": "mercury.buffer_state"}});
        assert_eq!(read(&typed), Frame::Other { id: Some("1".to_owned()) });
    }

    #[test]
    fn messages_are_taken_from_both_places_and_item_by_item() {
        let kind = "encryption.kms_message";
        let event = read_event(
            &json!({"data": {"eventType": kind, "encryption": {"kmsMessages": ["a", 7, "b", null]}, "kmsMessages": ["c"]}}),
        );
        assert_eq!(*event.kms_messages, ["a", "b", "c"]);
        let other = read_event(&json!({"data": {"eventType": "x", "kmsMessages": ["c"]}}));
        assert!(other.kms_messages.is_empty());
    }

    #[test]
    fn headers_are_written_over_the_data() {
        let event = read_event(&json!({"data": {"eventType": "x", "encryption": "sealed", "headers": {
            "eventType": "encryption.kms_message", "encryption.kmsMessages": ["a"], "deep.er.still": 1}}}));
        assert_eq!((event.kind.as_str(), &*event.kms_messages), ("encryption.kms_message", &["a".to_owned()][..]));
    }

    #[test]
    fn a_path_without_end_is_no_override() {
        let path = "a.".repeat(100_000) + "b";
        let event = read_event(&json!({"data": {"eventType": "x", "headers": {path: 1, "eventType": "y"}}}));
        assert_eq!(event.kind, "y");
    }

    #[test]
    fn pongs_are_not_acknowledged_and_all_else_with_an_id_is() {
        assert_eq!(read(&json!({"id": "1", "type": "pong"})).to_acknowledge(), None);
        for frame in [json!({"id": "1"}), json!({"id": "1", "type": "shutdown"}), json!({"id": "1", "type": 5})] {
            assert_eq!(read(&frame).to_acknowledge(), Some("1"), "{frame}");
        }
        assert_eq!(read(&json!({"id": 7, "data": []})).to_acknowledge(), None);
    }

    #[test]
    fn what_is_no_object_is_malformed() {
        for bytes in [&b""[..], b"[]", b"7", b"{", b"\xff\xfe", b"{\"id\":\"\xff\"}"] {
            assert_eq!(parse(bytes), Err(Malformed));
        }
        let deep = "[".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()), Err(Malformed));
    }

    #[test]
    fn gaps_are_counted() {
        let mut sequence = Sequence::default();
        let missing: Vec<_> = [5, 6, 9, 9, 1, u64::MAX].map(|number| sequence.missing(number)).into();
        assert_eq!(missing, [0, 0, 2, 0, 0, u64::MAX - 2]);
    }
}
