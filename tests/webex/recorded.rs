//! A look at every byte that leaves: a proxy takes TLS off, writes down what clients send, and hands it on. No field of a
//! contact is in there, in no guise; the token is where it belongs; nobody goes anywhere else.

use std::sync::{Arc, Mutex};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use callbook::{
    book::{GroupType, Profile, TypedValue},
    webex::{Timing, contacts::NewContact},
};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::{Value, json};
use simulator::{Options, certs::Certificates, directory::person_id};
use tokio::{
    io::{self, AsyncReadExt as _, AsyncWriteExt as _, split},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    listener::acceptor,
    support::{Stage, Trap, everything},
};

/// In every field, and in nothing else.
const MARK: &str = "Zxqvplain";

/// What one connection carried towards the server.
type Carried = Arc<Mutex<Vec<u8>>>;

/// A simulator behind a proxy that writes down what goes to it.
struct Recorder {
    stage: Stage,
    host: String,
    connections: Arc<Mutex<Vec<Carried>>>,
    proxy: JoinHandle<()>,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.proxy.abort();
    }
}

impl Recorder {
    async fn start(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let stage = Stage::start(Options { advertise: Some(host.clone()), ..options }).await;
        let connections: Arc<Mutex<Vec<Carried>>> = Arc::default();
        let (to, recorded) = (stage.simulator.address(), Arc::clone(&connections));
        let (acceptor, connector) = (acceptor(), connector());
        let proxy = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, connector) = (acceptor.clone(), connector.clone());
                let carried = Carried::default();
                recorded.lock().unwrap().push(Arc::clone(&carried));
                tokio::spawn(async move {
                    let server = TcpStream::connect(to).await?;
                    carry(client, &acceptor, server, &connector, &carried).await
                });
            }
        });
        Self { stage, host, connections, proxy }
    }

    /// What the connections carried, in the order in which they were opened.
    fn conversations(&self) -> Vec<Conversation> {
        let connections = self.connections.lock().unwrap();
        connections.iter().map(|carried| Conversation::read(&carried.lock().unwrap())).collect()
    }
}

fn connector() -> TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    let root = Certificates::of_process().unwrap().tls_root;
    roots.add(CertificateDer::from_pem_slice(root.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// Carries one connection both ways, until both sides have ended.
async fn carry(
    client: TcpStream,
    acceptor: &TlsAcceptor,
    server: TcpStream,
    connector: &TlsConnector,
    carried: &Carried,
) -> io::Result<()> {
    let client = acceptor.accept(client).await?;
    let server = connector.connect(ServerName::try_from("127.0.0.1").unwrap(), server).await?;
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) = (split(client), split(server));
    let up = async {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            match from_client.read(&mut buffer).await {
                Ok(count) if count > 0 => {
                    carried.lock().unwrap().extend_from_slice(&buffer[..count]);
                    to_server.write_all(&buffer[..count]).await?;
                    to_server.flush().await?;
                }
                _ => return to_server.shutdown().await,
            }
        }
    };
    let down = async {
        let _ = io::copy(&mut from_server, &mut to_client).await;
        to_client.shutdown().await
    };
    let (up, down) = tokio::join!(up, down);
    up.and(down)
}

/// What one connection carried, taken apart.
#[derive(Default)]
struct Conversation {
    requests: Vec<Request>,
    /// The payloads of the frames of a socket, unmasked.
    frames: Vec<String>,
}

struct Request {
    /// Request line and headers.
    head: Vec<String>,
    body: String,
}

/// Bytes as text in which each has a sign of its own.
fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.iter().skip(1).filter_map(|line| line.split_once(':'));
        pairs.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

impl Conversation {
    fn read(mut bytes: &[u8]) -> Self {
        let mut all = Self::default();
        while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = text(&bytes[..end]).split("\r\n").map(str::to_owned).collect();
            let mut request = Request { head, body: String::new() };
            bytes = &bytes[end + 4..];
            assert_eq!(request.header("transfer-encoding"), None, "a body whose length nobody says");
            if request.header("upgrade") == Some("websocket") {
                all.requests.push(request);
                all.frames = frames(bytes);
                return all;
            }
            let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
            request.body = text(&bytes[..length]);
            bytes = &bytes[length..];
            all.requests.push(request);
        }
        assert!(bytes.is_empty(), "{} bytes are no request", bytes.len());
        all
    }
}

/// The payloads of the frames that a client sends (RFC 6455 section 5.2).
fn frames(mut bytes: &[u8]) -> Vec<String> {
    let mut payloads = Vec::new();
    while let [first, second, rest @ ..] = bytes {
        assert_eq!((first & 0x70, second & 0x80), (0, 0x80), "a frame is masked, and not compressed");
        let (length, rest) = match second & 0x7f {
            126 => (usize::from(u16::from_be_bytes(rest[..2].try_into().unwrap())), &rest[2..]),
            127 => (usize::try_from(u64::from_be_bytes(rest[..8].try_into().unwrap())).unwrap(), &rest[8..]),
            length => (usize::from(length), rest),
        };
        let (mask, rest) = rest.split_at(4);
        let unmasked: Vec<_> = rest[..length].iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        payloads.push(text(&unmasked));
        bytes = &rest[length..];
    }
    payloads
}

/// A word as it may be hidden: itself, and in base64 wherever in a longer text it begins.
fn guises(word: &str) -> Vec<String> {
    let mut guises = vec![word.to_owned()];
    for (lead, first) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = [vec![0; lead], word.as_bytes().to_vec()].concat();
        // The signs at both ends depend on what is beside.
        let whole = first..shifted.len() / 3 * 4;
        for engine in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
            guises.push(engine.encode(&shifted)[whole.clone()].to_owned());
        }
    }
    guises
}

/// The one of these words that a text has in it, in some guise.
fn found<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    words.iter().find(|word| guises(word).iter().any(|guise| text.contains(guise))).copied()
}

/// Everything that a client of contacts does, with marks in every field.
async fn story(stage: &Stage, trap: &Trap) {
    let client = stage.client(Timing::default());
    assert_eq!(client.list().await.unwrap().contacts.len(), 3);
    let contacts = client.contacts().await.unwrap();
    let group = contacts.create_group(&format!("{MARK}-group"), GroupType::Normal).await.unwrap();
    // Nobody fetches a picture, wherever it says it is.
    let picture = format!("https://localhost:{}/{MARK}.png", trap.port());
    let profile = Profile { avatar_url: picture, ..everything(MARK) };
    let draft = NewContact { groups: vec![group.id.clone()], ..NewContact::custom(profile) };
    let made = contacts.create(&draft).await.unwrap();
    assert_eq!(made.profile().emails, draft.profile.emails);
    let additions =
        Profile { phone_numbers: vec![TypedValue::new("home", &format!("{MARK}-number"))], ..Profile::default() };
    contacts.create(&NewContact::cloud(&person_id(1), additions)).await.unwrap();
    let mut listing = client.list().await.unwrap();
    assert!(listing.contacts.iter().all(|contact| contact.unreadable.is_empty()));
    contacts.resolve(&mut listing).await;
    client.directory().search("Ada Lovelace", 5).await.unwrap();
    contacts.delete(&made.id).await.unwrap();
    contacts.delete_group(&group.id).await.unwrap();
    client.close().await;

    // A key that is said to be at another server is asked for at the account's own.
    let redirect = format!("kms://localhost:{}/keys/1", trap.port());
    for redirect in [redirect, "kms://localhost/keys/1".to_owned()] {
        stage.order(json!({"do": "kms", "on": "retrieve", "times": 1, "status": 301, "redirect": redirect}));
        let client = stage.client(Timing::default());
        let _ = client.list().await;
        client.close().await;
    }
}

#[tokio::test]
async fn nothing_of_a_contact_leaves_in_clear_and_the_token_only_where_it_belongs() {
    let trap = Trap::new();
    let options = Options { contacts: 2, cloud: 1, people: 40, ..Options::default() };
    let recorder = Recorder::start(options).await;
    let stage = &recorder.stage;
    story(stage, &trap).await;

    let conversations = recorder.conversations();
    let requests: Vec<_> = conversations.iter().flat_map(|conversation| &conversation.requests).collect();
    let frames: Vec<_> = conversations.iter().flat_map(|conversation| &conversation.frames).collect();
    let has = |word: &str| requests.iter().any(|request| format!("{:?}{}", request.head, request.body).contains(word));
    // What is meant to be read is read, so what is not found is not there.
    for clear in ["\"contactType\":\"CUSTOM\"", "Ada%20Lovelace", &person_id(1), "\"primaryContactMethod\":\"EMAIL\""] {
        assert!(has(clear), "{clear} was not recorded");
    }
    assert!(frames.iter().any(|frame| frame.contains("\"ack\"")));

    // Marks, what else the sealed fields have in them, and the seeded contacts.
    let fields =
        [MARK, "+46 70 123", "@example.test", "avatar.example.test", "Person Number", "Springfield", "High Street"];
    for request in &requests {
        let all = format!("{}\n{}", request.head.join("\n"), request.body);
        assert_eq!(found(&all, &fields), None, "{}", request.head[0]);
    }
    assert!(frames.iter().all(|frame| found(frame, &fields).is_none()));

    let token = [stage.token()];
    let mut shown = 0;
    for Request { head, body } in &requests {
        for line in head {
            if let Some(value) = line.strip_prefix("authorization: ") {
                assert_eq!(value, format!("Bearer {}", stage.token()), "{}", head[0]);
                shown += 1;
            } else {
                assert_eq!(found(line, &token), None, "{}", head[0]);
            }
        }
        assert_eq!(found(body, &token), None, "{}", head[0]);
    }
    assert!(shown > 10, "{shown} calls were authorised");
    for frame in &frames {
        if found(frame, &token).is_some() {
            let mut frame: Value = serde_json::from_str(frame).unwrap();
            assert_eq!(frame["type"], "authorization");
            assert_eq!(frame["data"]["token"].take(), format!("Bearer {}", stage.token()));
            assert_eq!(found(&frame.to_string(), &token), None);
        }
    }
    // It is in the messages to the KMS, where nobody on the way sees it.
    let bearers = stage.calls().into_iter().flat_map(|call| call.kms);
    assert!(bearers.into_iter().all(|request| request["client"]["credential"]["bearer"] == stage.token()));

    assert!(requests.iter().all(|request| request.header("host") == Some(&recorder.host)));
    assert_eq!(requests.len(), stage.calls().len(), "there is no way but through the proxy");
    trap.expect_nobody();
    assert_eq!(stage.simulator.leaks(), []);
}

#[test]
fn a_word_is_found_in_every_guise() {
    for before in ["", "a", "ab", "abc"] {
        let hidden = format!("{before}{MARK} and more");
        for coded in [BASE64_STANDARD_NO_PAD.encode(&hidden), BASE64_URL_SAFE_NO_PAD.encode(&hidden), hidden] {
            assert_eq!(found(&coded, &["elsewhere", MARK]), Some(MARK), "{coded}");
        }
    }
    assert_eq!(found("nothing of it", &[MARK]), None);
    let masked = [&[0x81, 0x83, 1, 2, 3, 4][..], &[b'a' ^ 1, b'b' ^ 2, b'c' ^ 3]].concat();
    assert_eq!(frames(&masked), ["abc"]);
}
