//! The websocket on which events come (specification section 5).

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uuid::Uuid;

use crate::{call::bearer, certs, clock, faults::take, jose, journal::Entry, world::World};

/// How long a client may take to authorise.
const AUTHORIZATION: Duration = Duration::from_secs(30);
/// How long a client may take to answer a close frame.
const FAREWELL: Duration = Duration::from_secs(2);
/// What a close frame without a code counts as.
const NO_STATUS: u16 = 1005;
/// How long answers of the KMS are collected at most when they are to be merged.
const COLLECTING: Duration = Duration::from_millis(50);

/// What a socket is told to do.
#[derive(Clone, Debug)]
pub enum Order {
    /// Send an event with this `data`.
    Event(Value),
    /// Send a frame as it is.
    Frame(Value),
    /// Send a text as it is.
    Text(String),
    /// Close with a code and a reason; 1005 is a close frame without either.
    Close(u16, String),
    /// End without a close frame.
    Cut,
}

struct Socket {
    id: u64,
    device: String,
    orders: UnboundedSender<Order>,
    /// It was told that the server goes away.
    shutting_down: bool,
}

/// The open and authorised sockets, oldest first.
#[derive(Default)]
pub struct Sockets {
    open: Vec<Socket>,
    last: u64,
    /// A code with which sockets are closed instead of being accepted.
    pub refuse_with: Option<u16>,
}

impl Sockets {
    /// A new socket of a device takes the place of an older one.
    fn accept(&mut self, device: &str) -> (u64, UnboundedReceiver<Order>) {
        for older in self.open.iter().filter(|socket| socket.device == device) {
            let (code, reason) = if older.shutting_down { (4001, "handed over") } else { (4000, "replaced") };
            let _ = older.orders.send(Order::Close(code, reason.to_owned()));
        }
        let (orders, receiver) = unbounded_channel();
        self.last += 1;
        self.open.push(Socket { id: self.last, device: device.to_owned(), orders, shutting_down: false });
        (self.last, receiver)
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Tells every socket.
    pub fn tell_all(&mut self, order: &Order) {
        for socket in &self.open {
            let _ = socket.orders.send(order.clone());
        }
    }

    /// Announces that the server goes away.
    pub fn shut_down(&mut self) {
        for socket in &mut self.open {
            socket.shutting_down = true;
        }
        self.tell_all(&Order::Frame(json!({"id": Uuid::new_v4(), "type": "shutdown"})));
    }

    /// Closes the sockets of a device.
    pub fn close(&mut self, device: &str, code: u16, reason: &str) {
        for socket in self.open.iter().filter(|socket| socket.device == device) {
            let _ = socket.orders.send(Order::Close(code, reason.to_owned()));
        }
    }

    /// Sends an event to the newest socket of a device; without one it is lost.
    fn send(&self, device: &str, data: Value) {
        if let Some(socket) = self.open.iter().rev().find(|socket| socket.device == device) {
            let _ = socket.orders.send(Order::Event(data));
        }
    }
}

fn kms_event(messages: &[String]) -> Value {
    json!({"eventType": "encryption.kms_message", "encryption": {"kmsMessages": messages}})
}

/// An answer to a request that nobody made.
fn stray(world: &World) -> Option<String> {
    let text = json!({"status": 200, "requestId": Uuid::new_v4()}).to_string();
    jose::sign(text.as_bytes(), &certs::kid(), &world.static_key).ok()
}

/// Sends the answers of the KMS that wait, mistreated as told.
pub fn deliver(world: &Arc<World>) {
    let mut inner = world.lock();
    if inner.outbox.is_empty() {
        return;
    }
    let collected = u32::try_from(inner.outbox.len()).unwrap_or(u32::MAX);
    if collected < inner.faults.events.merge {
        let world = Arc::clone(world);
        tokio::spawn(async move {
            tokio::time::sleep(COLLECTING).await;
            world.lock().faults.events.merge = 0;
            deliver(&world);
        });
        return;
    }
    let waiting = std::mem::take(&mut inner.outbox);
    let mut devices: Vec<(String, Vec<String>)> = Vec::new();
    for (device, message) in waiting {
        match devices.iter_mut().find(|(known, _)| *known == device) {
            Some((_, messages)) if !inner.faults.events.split => messages.push(message),
            _ => devices.push((device, vec![message])),
        }
    }
    let mut events = Vec::new();
    for (device, mut messages) in devices {
        let faults = &mut inner.faults.events;
        if take(&mut faults.drop) {
            continue;
        }
        if take(&mut faults.undecodable) {
            messages.insert(0, "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA".to_owned());
        }
        if take(&mut faults.unknown)
            && let Some(stray) = stray(world)
        {
            messages.insert(0, stray);
        }
        let twice = take(&mut faults.duplicate);
        events.push((device.clone(), kms_event(&messages)));
        if twice {
            events.push((device, kms_event(&messages)));
        }
    }
    if events.len() > 1 && take(&mut inner.faults.events.reorder) {
        events.reverse();
    }
    for (device, data) in events {
        let delay = inner.faults.events.delay;
        if delay == 0 {
            inner.sockets.send(&device, data);
        } else {
            let world = Arc::clone(world);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(delay)).await;
                world.lock().sockets.send(&device, data);
            });
        }
    }
}

/// Closes, and waits a moment for the other side to do the same: else it would see a connection that broke.
async fn close(socket: &mut WebSocket, code: u16, reason: &str) {
    let frame = (code != NO_STATUS).then(|| CloseFrame { code, reason: reason.into() });
    if socket.send(Message::Close(frame)).await.is_ok() {
        let _ = tokio::time::timeout(FAREWELL, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
    }
}

async fn send(world: &World, socket: &mut WebSocket, frame: &Value) -> bool {
    let binary = world.lock().faults.events.binary;
    let message =
        if binary { Message::binary(frame.to_string().into_bytes()) } else { Message::text(frame.to_string()) };
    socket.send(message).await.is_ok()
}

/// Waits as long as nothing is answered.
async fn thaw(world: &World) {
    let frozen = world.lock().faults.frozen_until;
    if let Some(until) = frozen {
        tokio::time::sleep_until(until).await;
    }
}

/// A frame of a client as JSON: text, or bytes that hold text.
fn frame(message: &Message) -> Option<Value> {
    match message {
        Message::Text(text) => serde_json::from_str(text).ok(),
        Message::Binary(bytes) => serde_json::from_slice(bytes).ok(),
        _ => None,
    }
}

/// Serves one socket of a device until either side ends it.
pub async fn serve(world: Arc<World>, mut socket: WebSocket, device: String) {
    let Ok(Some(Ok(first))) = tokio::time::timeout(AUTHORIZATION, socket.recv()).await else {
        return close(&mut socket, 4401, "authentication failed").await;
    };
    let refused = world.lock().sockets.refuse_with;
    if let Some(code) = refused {
        return close(&mut socket, code, "as told").await;
    }
    let first = frame(&first).unwrap_or_default();
    let token = first["data"]["token"].as_str().and_then(bearer).unwrap_or_default();
    let is_theirs = {
        let inner = world.lock();
        let owner = inner.tokens.access(token).map(|access| access.user.as_str());
        first["type"] == "authorization" && owner.is_some() && owner == inner.devices.owner(&device)
    };
    if !is_theirs {
        return close(&mut socket, 4401, "authentication failed").await;
    }
    let (id, mut orders) = world.lock().sockets.accept(&device);
    let mut sequence = 0;
    let (before, withheld) = {
        let faults = &mut world.lock().faults.events;
        (std::mem::take(&mut faults.before_state), faults.withhold_state)
    };
    let mut first = vec![json!({"eventType": "simulator.before_state"}); before as usize];
    if !withheld {
        first.push(json!({"eventType": "mercury.buffer_state"}));
    }
    let mut alive = true;
    for data in first {
        alive = alive && event(&world, &mut socket, data, &mut sequence).await;
    }
    if alive {
        converse(&world, &mut socket, &device, &mut orders, &mut sequence).await;
    }
    world.lock().sockets.open.retain(|socket| socket.id != id);
}

async fn event(world: &World, socket: &mut WebSocket, data: Value, sequence: &mut u64) -> bool {
    *sequence += 1 + u64::from(std::mem::take(&mut world.lock().faults.events.skip));
    let id = Uuid::new_v4();
    let envelope = json!({
        "id": id,
        "data": data,
        "timestamp": clock::now(),
        "trackingId": format!("SIMULATOR_{id}"),
        "sequenceNumber": *sequence,
        "headers": {},
        "alertType": "none",
        "filterMessage": false,
    });
    send(world, socket, &envelope).await
}

async fn converse(
    world: &Arc<World>,
    socket: &mut WebSocket,
    device: &str,
    orders: &mut UnboundedReceiver<Order>,
    sequence: &mut u64,
) {
    loop {
        tokio::select! {
            order = orders.recv() => {
                thaw(world).await;
                match order {
                    Some(Order::Event(data)) => if !event(world, socket, data, sequence).await { return },
                    Some(Order::Frame(value)) => if !send(world, socket, &value).await { return },
                    Some(Order::Text(text)) => if socket.send(Message::text(text)).await.is_err() { return },
                    Some(Order::Close(code, reason)) => return close(socket, code, &reason).await,
                    Some(Order::Cut) | None => return,
                }
            }
            received = socket.recv() => {
                thaw(world).await;
                let Some(Ok(message)) = received else { return };
                // The next turn answers a close frame and ends.
                let Some(frame) = frame(&message) else { continue };
                let kind = frame["type"].as_str().unwrap_or_default().to_owned();
                if kind == "ping" {
                    let wrong = take(&mut world.lock().faults.events.wrong_pongs);
                    let id = if wrong { json!("of nobody") } else { frame["id"].clone() };
                    if !send(world, socket, &json!({"id": id, "type": "pong"})).await {
                        return;
                    }
                }
                let mut inner = world.lock();
                inner.journal.acks += u64::from(kind == "ack");
                inner.journal.push(Entry::Frame { device: device.to_owned(), frame_type: kind });
            }
        }
    }
}
