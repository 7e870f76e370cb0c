//! Connections: TLS on the loopback, one task each; every call is noted, mistreated as told, answered.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts as _, WebSocketUpgrade},
    http::{Request, Response},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};
use tokio_rustls::TlsAcceptor;

use crate::{
    call::{Call, Reply},
    certs::Certificates,
    faults::HttpFault,
    journal::{self, Entry, Leak, Received},
    mercury,
    problem::Problem,
    router,
    world::World,
};

/// Longer bodies are refused.
const LONGEST_BODY: usize = 4 * 1024 * 1024;
/// How long a call waits at most for a later GET.
const PATIENCE: Duration = Duration::from_secs(60);

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer is lost, as told")]
struct Lost;

/// What makes TLS of connections.
///
/// # Errors
/// The certificates cannot be used.
pub fn acceptor(certificates: &Certificates) -> anyhow::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_slice_iter(certificates.tls_leaf.as_bytes()).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(certificates.tls_key.as_bytes())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("the certificate cannot be used")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts connections until told to stop.
pub async fn serve(world: Arc<World>, listener: TcpListener, acceptor: TlsAcceptor, mut stop: watch::Receiver<bool>) {
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let Ok((stream, _)) = stream else {
            // Out of file descriptors, say: others may end meanwhile.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let (world, acceptor, mut stop) = (Arc::clone(&world), acceptor.clone(), stop.clone());
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = hyper::service::service_fn(move |request| answer(Arc::clone(&world), request));
            let builder = auto::Builder::new(TokioExecutor::new());
            let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
            tokio::select! {
                _ = connection => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
    }
}

async fn answer(world: Arc<World>, request: Request<hyper::body::Incoming>) -> Result<Response<Body>, Lost> {
    let path = request.uri().path().to_owned();
    if let Some(device) = socket_device(&path) {
        let device = world.lock().devices.by_id(device).map(|(url, _)| url.to_owned());
        if let Some(device) = device {
            let (mut parts, _) = request.into_parts();
            note_socket(&world, &path, parts.uri.query().unwrap_or_default());
            let upgraded = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
            return Ok(match upgraded {
                Ok(upgrade) => upgrade.on_upgrade(move |socket| mercury::serve(world, socket, device)),
                Err(_) => Problem::new(426, "This is a websocket").reply("").response(""),
            });
        }
    }
    let (parts, body) = request.into_parts();
    let number = world.next_number();
    let body = to_bytes(Body::new(body), LONGEST_BODY).await;
    let too_long = body.is_err();
    let call = Call::new(number, parts.method, &parts.uri, parts.headers, body.unwrap_or_default());
    let call = match call {
        Ok(call) if !too_long => call,
        Ok(call) => {
            return Ok(Problem::new(413, "The body is too long")
                .reply(&call.tracking_id())
                .response(&call.tracking_id()));
        }
        Err(problem) => return Ok(problem.reply("").response("")),
    };
    let tracking_id = call.tracking_id();
    // A task of its own: what was asked for is done even when the client has gone.
    let done = tokio::spawn(carry_out(world, call)).await;
    match done {
        Ok(Some(reply)) => Ok(reply.response(&tracking_id)),
        Ok(None) => Err(Lost),
        Err(_) => Ok(Problem::new(500, "The simulator made a mistake").reply(&tracking_id).response(&tracking_id)),
    }
}

/// The device whose socket a path is.
fn socket_device(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/apps/wx2/registrations/")?.strip_suffix("/messages")
}

fn note_socket(world: &World, path: &str, query: &str) {
    let number = world.next_number();
    note(
        world,
        Received {
            number,
            method: "WEBSOCKET".to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: Vec::new(),
            body: String::new(),
            kms: Vec::new(),
            status: 101,
        },
    );
}

fn note(world: &World, received: Received) {
    let mut inner = world.lock();
    // A secret in a URL ends in logs and histories.
    let url = format!("{}?{}", received.path, received.query);
    if inner.tokens.is_in(&url) || inner.keys.is_in(&url) {
        let reason = "a token or a key in a URL".to_owned();
        inner.journal.leak(Leak { call: received.number, place: "url".to_owned(), reason });
    }
    inner.journal.push(Entry::Call(received));
}

fn is_list(call: &Call) -> bool {
    call.method == "GET" && call.path.ends_with("/encrypt/Users/contacts")
}

/// Answers a call, mistreated as told; `None` when the answer is to be lost.
async fn carry_out(world: Arc<World>, call: Call) -> Option<Reply> {
    let is_control = call.path == "/_control";
    let _under_way = (!is_control).then(|| world.begin());
    let mut faults = Vec::new();
    if !is_control {
        let mut headers: Vec<_> = call.headers.keys().map(|name| name.as_str().to_owned()).collect();
        headers.sort();
        headers.dedup();
        note(
            &world,
            Received {
                number: call.number,
                method: call.method.to_string(),
                path: call.path.clone(),
                query: call.query.clone(),
                headers,
                body: journal::kept(&call.body),
                kms: Vec::new(),
                status: 0,
            },
        );
        let frozen = world.lock().faults.frozen_until;
        if let Some(until) = frozen {
            tokio::time::sleep_until(until).await;
        }
        faults = world.lock().faults.hit(call.method.as_str(), &call.path);
    }
    let mut refused = None;
    for fault in &faults {
        match fault {
            HttpFault::Status { status, retry_after } => {
                refused = Some(Problem { retry_after: *retry_after, ..Problem::new(*status, "as told") });
            }
            HttpFault::ApplyAfterGet => {
                let _ = tokio::time::timeout(PATIENCE, world.list_answered.notified()).await;
            }
            HttpFault::Delay { milliseconds } => tokio::time::sleep(Duration::from_millis(*milliseconds)).await,
            HttpFault::Hold { carried_out: false } => world.hold().await,
            HttpFault::Hold { carried_out: true }
            | HttpFault::LoseAnswer
            | HttpFault::ListWithout { .. }
            | HttpFault::PagingHint => {}
        }
    }
    let result = match refused {
        Some(problem) => Err(problem),
        None => router::answer(&world, &call),
    };
    let mut reply = result.unwrap_or_else(|problem| problem.reply(&call.tracking_id()));
    mercury::deliver(&world);
    for fault in &faults {
        mistreat(&world, &call, fault, &mut reply);
    }
    if faults.contains(&HttpFault::Hold { carried_out: true }) {
        world.hold().await;
    }
    let lost = faults.contains(&HttpFault::LoseAnswer);
    if let (false, Some(entry)) = (lost, world.lock().journal.call_mut(call.number)) {
        entry.status = reply.status;
    }
    if is_list(&call) {
        world.list_answered.notify_waiters();
    }
    (!lost).then_some(reply)
}

/// Answers that are not whole.
fn mistreat(world: &World, call: &Call, fault: &HttpFault, reply: &mut Reply) {
    match fault {
        HttpFault::ListWithout { member } => {
            if let Ok(Value::Object(mut body)) = serde_json::from_slice(&reply.body) {
                body.remove(member);
                reply.body = Bytes::from(Value::Object(body).to_string());
            }
        }
        HttpFault::PagingHint => {
            let next = format!("<{}{}?offset=100>; rel=\"next\"", world.base, call.path);
            reply.headers.push(("link".to_owned(), next));
        }
        _ => {}
    }
}
