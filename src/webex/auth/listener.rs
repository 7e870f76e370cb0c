//! The listener that the browser comes back to. It binds the loopback alone, serves one path, looks at the host it is called
//! by, and ends with the first answer that has our state; others get a page that says so, and change nothing.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use url::{Host, Url};

use super::browser::{Returned, returned};
use crate::webex::{Timing, WebexError};

/// More than the head of any browser's request.
const LONGEST_HEAD: usize = 16 * 1024;
/// More connections at once than any browser opens.
const MOST: usize = 32;

/// A listener on the port of the redirect URI.
pub struct Listener {
    sockets: Vec<TcpListener>,
    authority: String,
    path: String,
    patience: Duration,
}

impl Listener {
    /// Listens; for `localhost` on both loopback addresses, as far as there are.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn bind(redirect: &Url, timing: Timing) -> Result<Self, WebexError> {
        let port = redirect.port_or_known_default().unwrap_or(80);
        let addresses = match redirect.host() {
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            _ => vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)],
        };
        let mut sockets = Vec::new();
        let mut reason = String::new();
        for address in addresses {
            match TcpListener::bind((address, port)).await {
                Ok(socket) => sockets.push(socket),
                // A port that another program has on one of them would get answers that are ours.
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                    "another program has it".clone_into(&mut reason);
                    sockets.clear();
                    break;
                }
                Err(error) => reason = error.to_string(),
            }
        }
        if sockets.is_empty() {
            return Err(WebexError::Local(format!(
                "port {port} of redirect_uri cannot be listened on: {reason}; end it, or sign in with: callbook login --device"
            )));
        }
        let authority = redirect[url::Position::BeforeHost..url::Position::AfterPort].to_ascii_lowercase();
        let patience = timing.connect();
        Ok(Self { sockets, authority, path: redirect.path().to_owned(), patience })
    }

    /// Waits for the answer with this state. Every connection has a task of its own: browsers open some that they never use.
    ///
    /// # Errors
    /// The listener itself fails.
    pub async fn answer(self, state: &str) -> Result<Returned, WebexError> {
        let Self { sockets, authority, path, patience } = self;
        let mut connections = JoinSet::new();
        let (first, second) = (&sockets[0], sockets.get(1));
        loop {
            let stream = tokio::select! {
                Some(done) = connections.join_next() => match done {
                    Ok(Some(returned)) => return Ok(returned),
                    _ => continue,
                },
                accepted = first.accept(), if connections.len() < MOST => accepted,
                accepted = accept(second), if connections.len() < MOST => accepted,
            };
            let Ok((stream, _)) = stream else {
                // Out of file descriptors, say.
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let (authority, path, state) = (authority.clone(), path.clone(), state.to_owned());
            connections
                .spawn(async move { timeout(patience, serve(stream, &authority, &path, &state)).await.ok().flatten() });
        }
    }
}

async fn accept(socket: Option<&TcpListener>) -> std::io::Result<(TcpStream, std::net::SocketAddr)> {
    match socket {
        Some(socket) => socket.accept().await,
        None => std::future::pending().await,
    }
}

async fn serve(mut stream: TcpStream, authority: &str, path: &str, state: &str) -> Option<Returned> {
    let head = read_head(&mut stream).await?;
    let (status, found) = judge(&head, authority, path, state);
    let page = match (&found, status) {
        (Some(Returned::Code(_)), _) => {
            ("Signed in", "callbook has what it needs. Close this page and go back to the terminal.")
        }
        (Some(Returned::Refused(_)), _) => ("Not signed in", "The sign-in was refused. The terminal says more."),
        (None, "404 Not Found") => ("Nothing here", "callbook waits for a sign-in at another address."),
        (None, _) => {
            ("Not for this sign-in", "This answer is not of the sign-in that waits in the terminal. Start from there.")
        }
    };
    let _ = stream.write_all(response(status, page).as_bytes()).await;
    let _ = stream.shutdown().await;
    found
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    loop {
        let mut buffer = [0; 2048];
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        head.extend_from_slice(&buffer[..count]);
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            head.truncate(end);
            return String::from_utf8(head).ok();
        }
        if head.len() > LONGEST_HEAD {
            return None;
        }
    }
}

/// The status for a request, and what it brings.
fn judge(head: &str, authority: &str, path: &str, state: &str) -> (&'static str, Option<Returned>) {
    let mut lines = head.split("\r\n");
    let request: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let mut hosts = lines.filter_map(|line| line.split_once(':')).filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    let host = hosts.next().map(|(_, value)| value.trim().to_ascii_lowercase());
    let bad = ("400 Bad Request", None);
    // Another name for this address would be another site's (DNS rebinding).
    if host.as_deref() != Some(authority) || hosts.next().is_some() {
        return bad;
    }
    let ["GET", target, "HTTP/1.1" | "HTTP/1.0"] = request[..] else { return bad };
    let (target, query) = target.split_once('?').unwrap_or((target, ""));
    if target != path {
        return ("404 Not Found", None);
    }
    match returned(query, state) {
        Some(returned) => ("200 OK", Some(returned)),
        None => bad,
    }
}

fn response(status: &str, (title, text): (&str, &str)) -> String {
    let body = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>callbook: {title}</title>\
         <style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}}\
         </style></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nReferrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(request: &str, host: &str) -> (&'static str, bool) {
        let head = format!("{request}\r\nAccept: */*\r\nHost: {host}");
        let (status, found) = judge(&head, "localhost:6001", "/redirect", "s");
        (status, found.is_some())
    }

    #[test]
    fn one_path_one_host_one_method_one_state() {
        let good = "GET /redirect?code=c&state=s HTTP/1.1";
        assert_eq!(status(good, "LocalHost:6001"), ("200 OK", true));
        for (request, host, expected) in [
            (good, "127.0.0.1:6001", "400 Bad Request"),
            (good, "evil.example", "400 Bad Request"),
            (good, "localhost:6001\r\nHost: localhost:6001", "400 Bad Request"),
            ("POST /redirect?code=c&state=s HTTP/1.1", "localhost:6001", "400 Bad Request"),
            ("GET /redirect?code=c&state=t HTTP/1.1", "localhost:6001", "400 Bad Request"),
            ("GET /favicon.ico HTTP/1.1", "localhost:6001", "404 Not Found"),
            ("GET /redirect/?code=c&state=s HTTP/1.1", "localhost:6001", "404 Not Found"),
            ("", "localhost:6001", "400 Bad Request"),
        ] {
            assert_eq!(status(request, host), (expected, false), "{request} {host}");
        }
    }
}
